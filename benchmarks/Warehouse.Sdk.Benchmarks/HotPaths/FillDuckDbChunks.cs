using BenchmarkDotNet.Attributes;
using DuckDB.NET.Data;
using Warehouse.Sdk.DuckDb;
using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk.Benchmarks.HotPaths;

/// <summary>Rows of one column into a table in memory, a type at a time: our data chunks against the driver's row appender.</summary>
[MemoryDiagnoser]
public class FillDuckDbChunks
{
    private const int Rows = 200_000;

    private readonly DuckDBConnection _connection = new("Data Source=:memory:");
    private ValueRow[] _rows = [];
    private string _emptyTable = string.Empty;
    private Action<IDuckDBAppenderRow, ValueRow> _append = null!;
    private FeedColumn _column = null!;

    [Params(ColumnKind.Boolean, ColumnKind.BigInt, ColumnKind.Decimal, ColumnKind.Double, ColumnKind.Text, ColumnKind.Date, ColumnKind.Timestamp, ColumnKind.Uuid, ColumnKind.Json, ColumnKind.Bytes)]
    public ColumnKind Kind { get; set; }

    [GlobalSetup]
    public async Task PrepareAsync()
    {
        _rows = ValueTable.Rows(Rows);
        _column = ValueTable.Column(Kind);
        _append = AppendOf(Kind);
        _emptyTable = DuckDbSql.Rules.Sql($"CREATE OR REPLACE TABLE main.value AS SELECT {_column.Column.Name} AS value FROM temp.staged").ToString();
        await _connection.OpenAsync();
        Execute(DuckDbDialect.Instance.Stage(new StagePlan(ValueTable.Table)).Statements[0].Text);
        Empty();
        Row_appender();
        string baseline = Digest();
        Empty();
        await Data_chunks();
        SameWork.Expect(baseline, Digest());
    }

    [IterationSetup]
    public void Empty() => Execute(_emptyTable);

    [GlobalCleanup]
    public void Close() => _connection.Dispose();

    [Benchmark(Baseline = true, OperationsPerInvoke = Rows)]
    public void Row_appender()
    {
        using DuckDBAppender appender = _connection.CreateAppender("main", "value");
        foreach (ValueRow row in _rows)
        {
            IDuckDBAppenderRow values = appender.CreateRow();
            _append(values, row);
            values.EndRow();
        }
    }

    [Benchmark(OperationsPerInvoke = Rows)]
    public async Task<long> Data_chunks()
    {
        await using var feed = new OneColumnFeed(_rows, _column);
        await using var writer = new DuckDbStagingWriter<ValueRow>(_connection, new QualifiedName("main", "value"), feed, rejects: null);
        return await writer.WriteAsync(CancellationToken.None);
    }

    private string Digest()
    {
        using DuckDBCommand command = _connection.CreateCommand();
        command.CommandText = "SELECT concat(count(*), ' rows, ', sum(hash(value))) FROM main.value";
        return (string)command.ExecuteScalar()!;
    }

    private void Execute(string sql)
    {
        using DuckDBCommand command = _connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static Action<IDuckDBAppenderRow, ValueRow> AppendOf(ColumnKind kind) => kind switch
    {
        ColumnKind.Boolean => (values, row) => values.AppendValue(row.IsTrue),
        ColumnKind.BigInt => (values, row) => values.AppendValue(row.Whole),
        ColumnKind.Decimal => (values, row) => values.AppendValue(row.Amount),
        ColumnKind.Double => (values, row) => values.AppendValue(row.Weight),
        ColumnKind.Text => (values, row) => values.AppendValue(row.Comment),
        ColumnKind.Date => (values, row) => values.AppendValue(row.Day),
        ColumnKind.Timestamp => (values, row) => values.AppendValue(row.At),
        ColumnKind.Uuid => (values, row) => values.AppendValue(row.Id),
        ColumnKind.Json => (values, row) => values.AppendValue(row.Document),
        ColumnKind.Bytes => (values, row) => values.AppendValue(row.Content),
        _ => throw new NotSupportedException($"{kind}"),
    };

    private sealed class OneColumnFeed(ValueRow[] rows, FeedColumn column) : RowFeed<ValueRow>
    {
        private int _row = -1;

        public override IReadOnlyList<FeedColumn> Columns { get; } = [column];

        public override ValueRow Current => rows[_row];

        public override long Line => _row + 1;

        public override string? RawRow() => null;

        public override ValueTask<bool> MoveNextAsync(CancellationToken cancellationToken) => ValueTask.FromResult(++_row < rows.Length);
    }
}
