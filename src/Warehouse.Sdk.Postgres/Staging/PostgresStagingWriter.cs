using Npgsql;
using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk.Postgres;

/// <summary>Drains a feed into a table by binary COPY: the run's staging table, where each row has its line before it, or any other.</summary>
internal sealed class PostgresStagingWriter<TRow> : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;
    private readonly RowFeed<TRow> _feed;
    private readonly RejectedRows? _rejects;
    private readonly int _firstColumn;
    private readonly int _columns;
    private readonly string _command;
    private readonly Action<TRow, PostgresCopyBuffer> _write;
    private readonly PostgresCopyBuffer _buffer = new();

    /// <param name="connection">In its transaction.</param>
    /// <param name="table">The table.</param>
    /// <param name="feed">The rows.</param>
    /// <param name="rejects">Takes rows that do not convert, and makes the table one with lines; null when all rows convert.</param>
    public PostgresStagingWriter(NpgsqlConnection connection, QualifiedName table, RowFeed<TRow> feed, RejectedRows? rejects)
    {
        _connection = connection;
        _feed = feed;
        _rejects = rejects;
        _firstColumn = rejects is null ? 0 : 1;
        _columns = feed.Columns.Count + _firstColumn;
        _write = PostgresRowWriter.For<TRow>(feed.Columns, _firstColumn);
        Identifier[] line = rejects is null ? [] : [StagePlan.SourceLine];
        _command = PostgresSql.Rules.Sql($"COPY {table} ({PostgresSql.Names([.. line, .. feed.Columns.Select(column => column.Column.Name)])}) FROM STDIN (FORMAT binary)").ToString();
    }

    /// <returns>The number of rows read, with those rejected. When the rejects are full, there may be more.</returns>
    public async Task<long> WriteAsync(CancellationToken cancellationToken)
    {
        long read = 0;
        PostgresCopy copy = await PostgresCopy.BeginAsync(_connection, _command, cancellationToken).ConfigureAwait(false);
        await using (copy.ConfigureAwait(false))
        {
            while (_rejects is not { IsFull: true } && await _feed.MoveNextAsync(cancellationToken).ConfigureAwait(false))
            {
                read++;
                if (!TryWrite() || !_buffer.IsFull)
                    continue;
                cancellationToken.ThrowIfCancellationRequested();
                await copy.SendAsync(_buffer).ConfigureAwait(false);
            }

            cancellationToken.ThrowIfCancellationRequested();
            await copy.CompleteAsync(_buffer).ConfigureAwait(false);
        }

        return read;
    }

    public ValueTask DisposeAsync()
    {
        _buffer.Dispose();
        return ValueTask.CompletedTask;
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
            _buffer.BeginRow(_columns);
            _buffer.Mark(0);
            if (_firstColumn > 0)
                _buffer.WriteBigInt(0, _feed.Line);
            _write(_feed.Current, _buffer);
            _buffer.EndRow();
            return true;
        }
        catch (Exception error) when (_rejects is not null && (error is FormatException or OverflowException or InvalidCastException))
        {
            string name = _buffer.Column < _firstColumn ? "(row)" : _feed.Columns[_buffer.Column - _firstColumn].Column.Name.Value;
            _rejects.Add(new RejectedRow(_feed.File, _feed.Line, name, error.Message, _feed.RawRow()));
            return false;
        }
    }
}
