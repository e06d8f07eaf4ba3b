using DuckDB.NET.Data;
using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk.DuckDb;

/// <summary>Drains a feed into a table, a data chunk at a time: the run's staging table, where each row has its line before it, or any other.</summary>
internal sealed class DuckDbStagingWriter<TRow> : IAsyncDisposable
{
    private readonly RowFeed<TRow> _feed;
    private readonly RejectedRows? _rejects;
    private readonly int _firstColumn;
    private readonly DuckDbAppend _append;
    private readonly Action<TRow, DuckDbChunk> _write;
    private DuckDbChunk _chunk;

    /// <param name="connection">In its transaction; nobody else uses it until the writer is disposed.</param>
    /// <param name="table">The table.</param>
    /// <param name="feed">The rows.</param>
    /// <param name="rejects">Takes rows that do not convert, and makes the table one with lines; null when all rows convert.</param>
    public DuckDbStagingWriter(DuckDBConnection connection, QualifiedName table, RowFeed<TRow> feed, RejectedRows? rejects)
    {
        _feed = feed;
        _rejects = rejects;
        _firstColumn = rejects is null ? 0 : 1;
        _write = DuckDbRowWriter.For<TRow>(feed.Columns, _firstColumn);
        _append = new DuckDbAppend(connection, table, feed.Columns.Count + _firstColumn, feed.File);
        _chunk = _append.Begin();
    }

    /// <returns>The number of rows read, with those rejected. When the rejects are full, there may be more.</returns>
    public async Task<long> WriteAsync(CancellationToken cancellationToken)
    {
        long read = 0;
        while (_rejects is not { IsFull: true } && await _feed.MoveNextAsync(cancellationToken).ConfigureAwait(false))
        {
            read++;
            if (!TryWrite() || !_chunk.IsFull)
                continue;
            cancellationToken.ThrowIfCancellationRequested();
            _chunk = await _append.ExchangeAsync(_chunk).ConfigureAwait(false);
        }

        await _append.CompleteAsync(_chunk).ConfigureAwait(false);
        return read;
    }

    public ValueTask DisposeAsync() => _append.DisposeAsync();

    private bool TryWrite()
    {
        if (_feed.RowProblem is { } problem)
        {
            _rejects!.Add(_feed.Reject(null, problem));
            return false;
        }

        try
        {
            long line = _feed.Line;
            _chunk.Mark(0);
            if (_firstColumn > 0)
                _chunk.WriteBigInt(0, _feed.StagedLine);
            _write(_feed.Current, _chunk);
            _chunk.EndRow(line);
            return true;
        }
        catch (Exception error) when (_rejects is not null && (error is FormatException or OverflowException or InvalidCastException))
        {
            int column = _chunk.Column;
            _chunk.DropRow();
            string name = column < _firstColumn ? "(row)" : _feed.Columns[column - _firstColumn].Column.Name.Value;
            _rejects.Add(_feed.Reject(name, error.Message));
            return false;
        }
    }
}
