using System.Threading.Channels;
using DuckDB.NET.Data;
using DuckDB.NET.Native;
using Warehouse.Sdk.Sql;
using NativeAppender = DuckDB.NET.Native.DuckDBAppender;

namespace Warehouse.Sdk.DuckDb;

/// <summary>
/// Data chunks on their way into a table. The engine takes filled ones in a task of its own while the next are being filled; a batch that fits into
/// one chunk is taken without it. What is not completed is undone by the transaction.
/// </summary>
internal sealed class DuckDbAppend : IAsyncDisposable
{
    /// <summary>Every hundredth chunk the engine takes its time, to move what it was given into the table; the others wait for it meanwhile.</summary>
    public const int MostChunks = 8;

    private readonly NativeAppender _appender;
    private readonly int _columns;
    private readonly string? _file;
    private readonly List<DuckDbChunk> _chunks = new(MostChunks);
    private readonly Channel<DuckDbChunk> _filled = Channel.CreateUnbounded<DuckDbChunk>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
    private readonly Channel<DuckDbChunk> _emptied = Channel.CreateUnbounded<DuckDbChunk>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
    private Task _taking = Task.CompletedTask;
    private long _line;

    /// <param name="connection">In its transaction; nobody else uses it until the append is disposed.</param>
    /// <param name="table">The table.</param>
    /// <param name="columns">How many columns it has.</param>
    /// <param name="file">Where the rows come from, to name it in errors.</param>
    public DuckDbAppend(DuckDBConnection connection, QualifiedName table, int columns, string? file)
    {
        (_columns, _file) = (columns, file);
        (string? catalog, string schema) = table.Schema == DuckDbSql.Staged.Schema ? (table.Schema.Value, "main") : (null, table.Schema.Value);
        if (NativeMethods.Appender.DuckDBAppenderCreateExt(connection.NativeConnection, catalog!, schema, table.Name.Value, out _appender) != DuckDBState.Success)
            throw new InvalidOperationException($"The table {table} is not there.");
    }

    /// <summary>The first chunk to fill.</summary>
    public DuckDbChunk Begin() => AddChunk();

    /// <summary>Takes a filled chunk and gives an empty one for it.</summary>
    /// <exception cref="WarehouseLoadException">The engine did not take this chunk or one before it.</exception>
    public async ValueTask<DuckDbChunk> ExchangeAsync(DuckDbChunk filled)
    {
        if (_chunks.Count == 1)
            _taking = Task.Run(TakeAllAsync);
        _filled.Writer.TryWrite(filled);
        if (!_taking.IsFaulted)
        {
            if (_emptied.Reader.TryRead(out DuckDbChunk? empty))
                return empty;
            if (_chunks.Count < MostChunks)
                return AddChunk();
            if (await _emptied.Reader.WaitToReadAsync().ConfigureAwait(false) && _emptied.Reader.TryRead(out empty))
                return empty;
        }

        await _taking.ConfigureAwait(false);
        throw new InvalidOperationException("The append has ended.");
    }

    /// <summary>Takes what is left, perhaps nothing; the rows are in the table when it returns.</summary>
    /// <exception cref="WarehouseLoadException">The engine did not take all chunks.</exception>
    public async Task CompleteAsync(DuckDbChunk rest)
    {
        _filled.Writer.Complete();
        await _taking.ConfigureAwait(false);
        Take(rest);
        Expect(NativeMethods.Appender.DuckDBAppenderClose(_appender));
    }

    public async ValueTask DisposeAsync()
    {
        _filled.Writer.TryComplete();
        // Its memory must stay as long as the engine reads it.
        await _taking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (DuckDbChunk chunk in _chunks)
            chunk.Dispose();
        _appender.Dispose();
    }

    private DuckDbChunk AddChunk()
    {
        var chunk = new DuckDbChunk(_appender, _columns);
        _chunks.Add(chunk);
        return chunk;
    }

    private async Task TakeAllAsync()
    {
        try
        {
            await foreach (DuckDbChunk chunk in _filled.Reader.ReadAllAsync().ConfigureAwait(false))
            {
                Take(chunk);
                _emptied.Writer.TryWrite(chunk);
            }
        }
        finally
        {
            // Whoever fills chunks must not wait for one that does not come.
            _emptied.Writer.Complete();
        }
    }

    private void Take(DuckDbChunk chunk)
    {
        if (chunk.Rows == 0)
            return;
        chunk.Seal();
        _line = chunk.LastLine;
        Expect(NativeMethods.Appender.DuckDBAppendDataChunk(_appender, chunk.Native));
        chunk.Reset();
    }

    private void Expect(DuckDBState state)
    {
        if (state == DuckDBState.Success)
            return;
        using DuckDBErrorData error = NativeMethods.Appender.DuckDBAppenderErrorData(_appender);
        throw new WarehouseLoadException($"DuckDB did not take the staged rows up to line {_line}: {error.Message}. The load was rolled back; nothing was loaded.")
        {
            SystemName = "duckdb",
            File = _file,
            Line = _line,
        };
    }
}
