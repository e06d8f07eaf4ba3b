using System.IO.Compression;
using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk.Snowflake;

/// <summary>Drains a feed into compressed part files, each of which is handed over when it is complete.</summary>
internal sealed class SnowflakeStagingWriter<TRow> : IAsyncDisposable
{
    private readonly RowFeed<TRow> _feed;
    private readonly RejectedRows? _rejects;
    private readonly int _firstColumn;
    private readonly Action<TRow, SnowflakeLineBuffer> _write;
    private readonly SnowflakeLineBuffer _lines = new();
    private readonly string _folder;
    private readonly long _partSize;
    private FileStream? _file;
    private GZipStream? _packed;
    private long _rowsOfPart;
    private int _parts;

    /// <param name="feed">The rows.</param>
    /// <param name="rejects">Takes rows that do not convert, and makes the table one with lines; null when all rows convert.</param>
    /// <param name="folder">Where the files are written; it is there.</param>
    /// <param name="partSize">The compressed size at which a file is closed.</param>
    public SnowflakeStagingWriter(RowFeed<TRow> feed, RejectedRows? rejects, string folder, long partSize)
    {
        (_feed, _rejects, _folder, _partSize) = (feed, rejects, folder, partSize);
        _firstColumn = rejects is null ? 0 : 1;
        _write = SnowflakeRowWriter.For<TRow>(feed.Columns, _firstColumn);
        Identifier[] line = rejects is null ? [] : [StagePlan.SourceLine];
        Columns = [.. line, .. feed.Columns.Select(column => column.Column.Name)];
    }

    /// <summary>The columns in the order in which a row has them.</summary>
    public IReadOnlyList<Identifier> Columns { get; }

    /// <returns>The number of rows read, with those rejected. When the rejects are full, there may be more.</returns>
    public async Task<long> WriteAsync(Func<SnowflakePart, Task> complete, CancellationToken cancellationToken)
    {
        long read = 0;
        while (_rejects is not { IsFull: true } && await _feed.MoveNextAsync(cancellationToken).ConfigureAwait(false))
        {
            read++;
            if (!TryWrite() || !_lines.IsFull)
                continue;
            cancellationToken.ThrowIfCancellationRequested();
            await SendAsync(complete, isLast: false).ConfigureAwait(false);
        }

        cancellationToken.ThrowIfCancellationRequested();
        await SendAsync(complete, isLast: true).ConfigureAwait(false);
        return read;
    }

    public async ValueTask DisposeAsync()
    {
        _lines.Dispose();
        if (_packed is not null)
            await _packed.DisposeAsync().ConfigureAwait(false);
        if (_file is not null)
            await _file.DisposeAsync().ConfigureAwait(false);
    }

    private async Task SendAsync(Func<SnowflakePart, Task> complete, bool isLast)
    {
        if (await WriteAsync(isLast).ConfigureAwait(false) is { } part)
            await complete(part).ConfigureAwait(false);
    }

    private async Task<SnowflakePart?> WriteAsync(bool isLast)
    {
        using ByteBlock block = _lines.Seal();
        try
        {
            return await WriteAsync(block, isLast).ConfigureAwait(false);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw SnowflakeLocalFolder.Unwritable(_folder, error);
        }
    }

    /// <returns>The file when it is complete.</returns>
    private async Task<SnowflakePart?> WriteAsync(ByteBlock block, bool isLast)
    {
        if (block.Rows > 0)
        {
            if (_packed is null)
            {
                _file = new FileStream(Path.Combine(_folder, FormattableString.Invariant($"part_{++_parts:00000}.csv.gz")), FileMode.CreateNew, FileAccess.Write, FileShare.Read, 1 << 20, FileOptions.Asynchronous);
                _packed = new GZipStream(_file, CompressionLevel.Fastest, leaveOpen: true);
            }

            await _packed.WriteAsync(block.Buffer.AsMemory(0, block.Length)).ConfigureAwait(false);
            _rowsOfPart += block.Rows;
        }

        if (_packed is null || (!isLast && _file!.Position < _partSize))
            return null;
        await _packed.DisposeAsync().ConfigureAwait(false);
        var part = new SnowflakePart(_file!.Name, _rowsOfPart, _file.Length);
        await _file.DisposeAsync().ConfigureAwait(false);
        (_packed, _file, _rowsOfPart) = (null, null, 0);
        return part;
    }

    private bool TryWrite()
    {
        if (_feed.RowProblem is { } problem)
        {
            _rejects!.Add(_feed.Reject(null, problem));
            return false;
        }

        try
        {
            _lines.BeginRow();
            _lines.Mark(0);
            if (_firstColumn > 0)
                _lines.WriteBigInt(0, _feed.StagedLine);
            _write(_feed.Current, _lines);
            _lines.EndRow();
            return true;
        }
        catch (Exception error) when (_rejects is not null && (error is FormatException or OverflowException or InvalidCastException))
        {
            int column = _lines.Column;
            _lines.DropRow();
            string name = column < _firstColumn ? "(row)" : _feed.Columns[column - _firstColumn].Column.Name.Value;
            _rejects.Add(_feed.Reject(name, error.Message));
            return false;
        }
    }
}
