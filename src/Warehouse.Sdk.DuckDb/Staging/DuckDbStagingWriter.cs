using DuckDB.NET.Data;
using DuckDB.NET.Native;
using Warehouse.Sdk.Providers;
using NativeAppender = DuckDB.NET.Native.DuckDBAppender;

namespace Warehouse.Sdk.DuckDb;

/// <summary>Drains a feed into the run's staging table, a data chunk at a time.</summary>
internal sealed class DuckDbStagingWriter<TRow> : IDisposable
{
    private readonly RowFeed<TRow> _feed;
    private readonly RejectedRows _rejects;
    private readonly NativeAppender _appender;
    private readonly DuckDbChunk _chunk;
    private readonly Action<TRow, DuckDbChunk> _write;

    public DuckDbStagingWriter(DuckDBConnection connection, RowFeed<TRow> feed, RejectedRows rejects)
    {
        _feed = feed;
        _rejects = rejects;
        if (NativeMethods.Appender.DuckDBAppenderCreateExt(connection.NativeConnection, DuckDbSql.Staged.Schema.Value, "main", DuckDbSql.Staged.Name.Value, out _appender) != DuckDBState.Success)
            throw new InvalidOperationException("The run's staging table is not there.");
        _chunk = new DuckDbChunk(_appender, feed.Columns.Count + 1);
        _write = DuckDbRowWriter.For<TRow>(feed.Columns, firstColumn: 1);
    }

    /// <returns>The number of rows read, with those rejected.</returns>
    public async Task<long> WriteAsync(CancellationToken cancellationToken)
    {
        long read = 0;
        while (await _feed.MoveNextAsync(cancellationToken).ConfigureAwait(false))
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
            _rejects.Add(new RejectedRow(_feed.File, _feed.Line, null, problem, _feed.RawRow()));
            return false;
        }

        try
        {
            _chunk.Mark(0);
            _chunk.WriteBigInt(0, _feed.Line);
            _write(_feed.Current, _chunk);
            _chunk.EndRow();
            return true;
        }
        catch (Exception error) when (error is FormatException or OverflowException or InvalidCastException)
        {
            int column = _chunk.Column;
            _chunk.DropRow();
            string name = column == 0 ? "(row)" : _feed.Columns[column - 1].Column.Name.Value;
            _rejects.Add(new RejectedRow(_feed.File, _feed.Line, name, error.Message, _feed.RawRow()));
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
