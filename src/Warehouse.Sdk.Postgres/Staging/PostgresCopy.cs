using System.Buffers;
using System.Data.Common;
using System.Runtime.ExceptionServices;
using System.Threading.Channels;
using Npgsql;

namespace Warehouse.Sdk.Postgres;

/// <summary>
/// One COPY from the client. Buffers of whole rows are sent by a task of its own while the next ones are being filled; a batch that fits into one
/// buffer is sent without it. What is not completed is undone.
/// </summary>
internal sealed class PostgresCopy : IAsyncDisposable
{
    private const int BuffersInFlight = 3;

    private static readonly byte[] Header = [.. "PGCOPY\n"u8, 0xFF, .. "\r\n\0"u8, 0, 0, 0, 0, 0, 0, 0, 0];
    private static readonly byte[] Trailer = [0xFF, 0xFF];

    // A server that no longer answers must not hold up a cancelled load for good.
    private static readonly TimeSpan PatienceWhenCancelled = TimeSpan.FromSeconds(5);

    private readonly NpgsqlRawCopyStream _stream;
    private readonly CancellationTokenSource _abandoned = new();
    private readonly CancellationTokenRegistration _cancelled;
    private readonly Channel<ArraySegment<byte>> _filled = Channel.CreateBounded<ArraySegment<byte>>(new BoundedChannelOptions(BuffersInFlight) { SingleReader = true, SingleWriter = true });
    private Task? _sending;
    private bool _isEnded;

    private PostgresCopy(NpgsqlRawCopyStream stream, CancellationToken cancellationToken)
    {
        _stream = stream;
        _stream.WriteTimeout = Timeout.Infinite;
        _stream.ReadTimeout = Timeout.Infinite;
        _cancelled = cancellationToken.UnsafeRegister(static source => ((CancellationTokenSource)source!).CancelAfter(PatienceWhenCancelled), _abandoned);
    }

    public static async Task<PostgresCopy> BeginAsync(NpgsqlConnection connection, string command, CancellationToken cancellationToken)
    {
        NpgsqlRawCopyStream stream = await connection.BeginRawBinaryCopyAsync(command, cancellationToken).ConfigureAwait(false);
        var copy = new PostgresCopy(stream, cancellationToken);
        await stream.WriteAsync(Header, cancellationToken).ConfigureAwait(false);
        return copy;
    }

    /// <summary>Sends the rows of the buffer some time soon and gives it room for more.</summary>
    public async ValueTask SendAsync(PostgresCopyBuffer buffer)
    {
        _sending ??= Task.Run(SendAllAsync);
        ArraySegment<byte> rows = buffer.Take(ArrayPool<byte>.Shared.Rent(PostgresCopyBuffer.RentedLength));
        try
        {
            await _filled.Writer.WriteAsync(rows).ConfigureAwait(false);
        }
        catch (ChannelClosedException closed)
        {
            ExceptionDispatchInfo.Throw(closed.InnerException ?? closed);
        }
    }

    /// <summary>Sends what is left and ends the COPY; the rows are in the table when it returns.</summary>
    public async Task CompleteAsync(PostgresCopyBuffer buffer)
    {
        _filled.Writer.TryComplete();
        if (_sending is not null)
            await _sending.ConfigureAwait(false);
        ArraySegment<byte> rest = buffer.Take([]);
        await SendAsync(rest).ConfigureAwait(false);
        await _stream.WriteAsync(Trailer, _abandoned.Token).ConfigureAwait(false);
        _isEnded = true;
        await _stream.DisposeAsync().ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await _cancelled.DisposeAsync().ConfigureAwait(false);
        if (!_isEnded)
            await UndoAsync().ConfigureAwait(false);
        _abandoned.Dispose();
    }

    private async Task UndoAsync()
    {
        try
        {
            _filled.Writer.TryComplete(new OperationCanceledException());
            if (_sending is not null)
                await _sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await _stream.CancelAsync().ConfigureAwait(false);
        }
        catch (Exception error) when (error is DbException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The connection is gone and the COPY with it; the failure that led here is the one to tell.
        }
    }

    private async Task SendAllAsync()
    {
        try
        {
            await foreach (ArraySegment<byte> rows in _filled.Reader.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
                await SendAsync(rows).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            // Whoever fills buffers must not wait for a sender that is gone.
            _filled.Writer.TryComplete(error);
            throw;
        }
    }

    private async Task SendAsync(ArraySegment<byte> rows)
    {
        await _stream.WriteAsync(rows, _abandoned.Token).ConfigureAwait(false);
        if (rows.Array is { Length: > 0 })
            ArrayPool<byte>.Shared.Return(rows.Array);
    }
}
