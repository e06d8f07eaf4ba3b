using System.Buffers;
using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk.Postgres;

/// <summary>Drains a feed into a binary COPY: to the run's staging table, where each row has its line before it, or to any other.</summary>
internal sealed class PostgresStagingWriter<TRow> : IDisposable
{
    private readonly RowFeed<TRow> _feed;
    private readonly RejectedRows? _rejects;
    private readonly int _firstColumn;
    private readonly Action<TRow, PostgresCopyBuffer> _write;
    private readonly PostgresCopyBuffer _buffer = new();

    /// <param name="feed">The rows.</param>
    /// <param name="rejects">Takes rows that do not convert, and makes the table one with lines; null when all rows convert.</param>
    public PostgresStagingWriter(RowFeed<TRow> feed, RejectedRows? rejects)
    {
        _feed = feed;
        _rejects = rejects;
        _firstColumn = rejects is null ? 0 : 1;
        _write = PostgresRowWriter.For<TRow>(feed.Columns, _firstColumn);
        Identifier[] line = rejects is null ? [] : [StagePlan.SourceLine];
        Columns = [.. line, .. feed.Columns.Select(column => column.Column.Name)];
    }

    /// <summary>The columns in the order in which a row has them.</summary>
    public IReadOnlyList<Identifier> Columns { get; }

    /// <returns>The number of rows read, with those rejected. When the rejects are full, there may be more.</returns>
    public async Task<long> WriteAsync(IRowCopy copy, CancellationToken cancellationToken)
    {
        long read = 0;
        while (_rejects is not { IsFull: true } && await _feed.MoveNextAsync(cancellationToken).ConfigureAwait(false))
        {
            read++;
            if (!TryWrite() || !_buffer.IsFull)
                continue;
            cancellationToken.ThrowIfCancellationRequested();
            await copy.SendAsync(_buffer.Take(ArrayPool<byte>.Shared.Rent(PostgresCopyBuffer.RentedLength))).ConfigureAwait(false);
        }

        cancellationToken.ThrowIfCancellationRequested();
        await copy.CompleteAsync(_buffer.Take([])).ConfigureAwait(false);
        return read;
    }

    public void Dispose() => _buffer.Dispose();

    private bool TryWrite()
    {
        if (_feed.RowProblem is { } problem)
        {
            _rejects!.Add(_feed.Reject(null, problem));
            return false;
        }

        try
        {
            _buffer.BeginRow(Columns.Count);
            _buffer.Mark(0);
            if (_firstColumn > 0)
                _buffer.WriteBigInt(0, _feed.StagedLine);
            _write(_feed.Current, _buffer);
            _buffer.EndRow();
            return true;
        }
        catch (Exception error) when (_rejects is not null && (error is FormatException or OverflowException or InvalidCastException))
        {
            string name = _buffer.Column < _firstColumn ? "(row)" : _feed.Columns[_buffer.Column - _firstColumn].Column.Name.Value;
            _rejects.Add(_feed.Reject(name, error.Message));
            return false;
        }
    }
}
