using DuckDB.NET.Data;
using DuckDB.NET.Native;
using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;
using NativeAppender = DuckDB.NET.Native.DuckDBAppender;

namespace Warehouse.Sdk.DuckDb;

/// <summary>Drains a feed into a table, a data chunk at a time: the run's staging table, where each row has its line before it, or any other.</summary>
internal sealed class DuckDbStagingWriter<TRow> : IDisposable
{
    private readonly RowFeed<TRow> _feed;
    private readonly RejectedRows? _rejects;
    private readonly int _firstColumn;
    private readonly NativeAppender _appender;
    private readonly DuckDbChunk _chunk;
    private readonly Action<TRow, DuckDbChunk> _write;

    /// <param name="connection">In its transaction.</param>
    /// <param name="table">The table.</param>
    /// <param name="feed">The rows.</param>
    /// <param name="rejects">Takes rows that do not convert, and makes the table one with lines; null when all rows convert.</param>
    public DuckDbStagingWriter(DuckDBConnection connection, QualifiedName table, RowFeed<TRow> feed, RejectedRows? rejects)
    {
        _feed = feed;
        _rejects = rejects;
        _firstColumn = rejects is null ? 0 : 1;
        (string? catalog, string schema) = table.Schema == DuckDbSql.Staged.Schema ? (table.Schema.Value, "main") : (null, table.Schema.Value);
        if (NativeMethods.Appender.DuckDBAppenderCreateExt(connection.NativeConnection, catalog!, schema, table.Name.Value, out _appender) != DuckDBState.Success)
            throw new InvalidOperationException($"The table {table} is not there.");
        _chunk = new DuckDbChunk(_appender, feed.Columns.Count + _firstColumn);
        _write = DuckDbRowWriter.For<TRow>(feed.Columns, _firstColumn);
    }

    /// <returns>The number of rows read, with those rejected. When the rejects are full, there may be more.</returns>
    public async Task<long> WriteAsync(CancellationToken cancellationToken)
    {
        long read = 0;
        while (_rejects is not { IsFull: true } && await _feed.MoveNextAsync(cancellationToken).ConfigureAwait(false))
        {
            read++;
            if (!TryWrite())
                continue;
            if (_chunk.IsFull)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Flush();
            }
        }

        Flush();
        Expect(NativeMethods.Appender.DuckDBAppenderClose(_appender));
        return read;
    }

    public void Dispose()
    {
        _chunk.Dispose();
        _appender.Dispose();
    }

    private bool TryWrite()
    {
        if (_feed.RowProblem is { } problem)
        {
            _rejects!.Add(new RejectedRow(_feed.File, _feed.Line, null, problem, _feed.RawRow()));
            return false;
        }

        try
        {
            _chunk.Mark(0);
            if (_firstColumn > 0)
                _chunk.WriteBigInt(0, _feed.Line);
            _write(_feed.Current, _chunk);
            _chunk.EndRow();
            return true;
        }
        catch (Exception error) when (_rejects is not null && (error is FormatException or OverflowException or InvalidCastException))
        {
            int column = _chunk.Column;
            _chunk.DropRow();
            string name = column < _firstColumn ? "(row)" : _feed.Columns[column - _firstColumn].Column.Name.Value;
            _rejects!.Add(new RejectedRow(_feed.File, _feed.Line, name, error.Message, _feed.RawRow()));
            return false;
        }
    }

    private void Flush()
    {
        if (_chunk.Rows == 0)
            return;
        _chunk.Seal();
        Expect(NativeMethods.Appender.DuckDBAppendDataChunk(_appender, _chunk.Native));
        _chunk.Reset();
    }

    private void Expect(DuckDBState state)
    {
        if (state == DuckDBState.Success)
            return;
        using DuckDBErrorData error = NativeMethods.Appender.DuckDBAppenderErrorData(_appender);
        throw new WarehouseLoadException($"DuckDB did not take the staged rows up to line {_feed.Line}: {error.Message}. The load was rolled back; nothing was loaded.")
        {
            SystemName = "duckdb",
            File = _feed.File,
            Line = _feed.Line,
        };
    }
}
