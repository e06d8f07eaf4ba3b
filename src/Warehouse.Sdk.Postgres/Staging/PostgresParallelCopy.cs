using Npgsql;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk.Postgres;

/// <summary>
/// A copy that waits until it is known whether many rows come. Few go by the load's own connection, as they always do; when more than a few buffers
/// are full, several connections take them side by side.
/// </summary>
internal sealed class PostgresParallelCopy(PostgresSharedStaging staging, IReadOnlyList<Identifier> columns, CancellationToken cancellationToken) : IRowCopy
{
    /// <summary>Two megabytes: what one connection sends before another one is even open.</summary>
    private const int KeptBuffers = 8;

    private readonly Queue<ArraySegment<byte>> _kept = new(KeptBuffers);
    private IReadOnlyList<NpgsqlConnection> _connections = [];
    private PostgresCopy? _copy;

    public async ValueTask SendAsync(ArraySegment<byte> rows)
    {
        _kept.Enqueue(rows);
        if (_copy is null && _kept.Count <= KeptBuffers)
            return;
        if (_copy is null)
        {
            _connections = await staging.OpenAsync(cancellationToken).ConfigureAwait(false);
            await BeginAsync().ConfigureAwait(false);
        }

        await SendKeptAsync().ConfigureAwait(false);
    }

    public async Task CompleteAsync(ArraySegment<byte> rest)
    {
        if (_copy is null)
            await BeginAsync().ConfigureAwait(false);
        await SendKeptAsync().ConfigureAwait(false);
        await _copy!.CompleteAsync(rest).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        if (_copy is not null)
            await _copy.DisposeAsync().ConfigureAwait(false);
        await PostgresConnections.CloseAsync(_connections).ConfigureAwait(false);
    }

    private async Task BeginAsync()
        => _copy = await PostgresCopy.BeginAsync(_connections is [] ? [staging.Load] : _connections, staging.Table, columns, cancellationToken).ConfigureAwait(false);

    private async ValueTask SendKeptAsync()
    {
        while (_kept.TryDequeue(out ArraySegment<byte> rows))
            await _copy!.SendAsync(rows).ConfigureAwait(false);
    }
}
