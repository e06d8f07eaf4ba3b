using System.Buffers;
using System.Data.Common;
using System.Runtime.ExceptionServices;
using System.Threading.Channels;
using Npgsql;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk.Postgres;

/// <summary>
/// A COPY from the client, or several side by side into one table. Buffers of whole rows are sent by tasks of their own while the next ones are
/// being filled, each by whichever stream is free; a batch that fits into one buffer is sent without them.
/// </summary>
internal sealed class PostgresCopy : IRowCopy
{
    private const int BuffersWaiting = 2;

    private static readonly byte[] Header = [.. "PGCOPY\n"u8, 0xFF, .. "\r\n\0"u8, 0, 0, 0, 0, 0, 0, 0, 0];
    private static readonly byte[] Trailer = [0xFF, 0xFF];

    // A server that no longer answers must not hold up a cancelled load for good.
    private static readonly TimeSpan PatienceWhenCancelled = TimeSpan.FromSeconds(5);

    private readonly List<NpgsqlRawCopyStream> _streams = [];
    private readonly CancellationTokenSource _abandoned = new();
    private readonly CancellationTokenRegistration _cancelled;
    private readonly Channel<ArraySegment<byte>> _filled;
    private IReadOnlyList<Task> _senders = [];

    private PostgresCopy(int streams, CancellationToken cancellationToken)
    {
        _filled = Channel.CreateBounded<ArraySegment<byte>>(new BoundedChannelOptions(streams + BuffersWaiting) { SingleReader = streams == 1, SingleWriter = true });
        _cancelled = cancellationToken.UnsafeRegister(static source => ((CancellationTokenSource)source!).CancelAfter(PatienceWhenCancelled), _abandoned);
    }

    /// <param name="connections">One for each stream; the caller keeps them open until the copy is disposed.</param>
    /// <param name="table">The table, which all of them see.</param>
    /// <param name="columns">The columns in the order in which a row has them.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<PostgresCopy> BeginAsync(IReadOnlyList<NpgsqlConnection> connections, QualifiedName table, IReadOnlyList<Identifier> columns, CancellationToken cancellationToken)
    {
        string command = PostgresSql.Rules.Sql($"COPY {table} ({PostgresSql.Names(columns)}) FROM STDIN (FORMAT binary)").ToString();
        var copy = new PostgresCopy(connections.Count, cancellationToken);
        try
        {
            foreach (NpgsqlConnection connection in connections)
                await copy.AddStreamAsync(connection, command, cancellationToken).ConfigureAwait(false);
            return copy;
        }
        catch
        {
            await copy.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async ValueTask SendAsync(ArraySegment<byte> rows)
    {
        if (_senders.Count == 0)
            _senders = [.. _streams.Select(stream => Task.Run(() => SendAllAsync(stream)))];
        try
        {
            await _filled.Writer.WriteAsync(rows).ConfigureAwait(false);
        }
        catch (ChannelClosedException closed)
        {
            ExceptionDispatchInfo.Throw(closed.InnerException ?? closed);
        }
    }

    public async Task CompleteAsync(ArraySegment<byte> rest)
    {
        _filled.Writer.TryComplete();
        await Task.WhenAll(_senders).ConfigureAwait(false);
        await SendAsync(_streams[0], rest).ConfigureAwait(false);
        while (_streams is [.., { } stream])
        {
            await stream.WriteAsync(Trailer, _abandoned.Token).ConfigureAwait(false);
            // From here on the stream ends with its rows or with an error, and cannot be undone.
            _streams.RemoveAt(_streams.Count - 1);
            await stream.DisposeAsync().ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _cancelled.DisposeAsync().ConfigureAwait(false);
        _filled.Writer.TryComplete(new OperationCanceledException());
        await Task.WhenAll(_senders).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (NpgsqlRawCopyStream stream in _streams)
            await UndoAsync(stream).ConfigureAwait(false);
        _abandoned.Dispose();
    }

    private async Task AddStreamAsync(NpgsqlConnection connection, string command, CancellationToken cancellationToken)
    {
        NpgsqlRawCopyStream stream = await connection.BeginRawBinaryCopyAsync(command, cancellationToken).ConfigureAwait(false);
        _streams.Add(stream);
        stream.WriteTimeout = Timeout.Infinite;
        stream.ReadTimeout = Timeout.Infinite;
        await stream.WriteAsync(Header, cancellationToken).ConfigureAwait(false);
    }

    private static async Task UndoAsync(NpgsqlRawCopyStream stream)
    {
        try
        {
            await stream.CancelAsync().ConfigureAwait(false);
        }
        catch (Exception error) when (error is DbException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The connection is gone and the COPY with it; the failure that led here is the one to tell.
        }
    }

    private async Task SendAllAsync(NpgsqlRawCopyStream stream)
    {
        try
        {
            await foreach (ArraySegment<byte> rows in _filled.Reader.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
                await SendAsync(stream, rows).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            // Whoever fills buffers must not wait for a sender that is gone.
            _filled.Writer.TryComplete(error);
            throw;
        }
    }

    private async Task SendAsync(NpgsqlRawCopyStream stream, ArraySegment<byte> rows)
    {
        await stream.WriteAsync(rows, _abandoned.Token).ConfigureAwait(false);
        if (rows.Array is { Length: > 0 })
            ArrayPool<byte>.Shared.Return(rows.Array);
    }
}
