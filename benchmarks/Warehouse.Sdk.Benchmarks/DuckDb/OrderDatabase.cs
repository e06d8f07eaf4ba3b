using DuckDB.NET.Data;
using Warehouse.Sdk.DuckDb;
using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk.Benchmarks.DuckDb;

/// <summary>A DuckDB file with a table of orders, and the rows that go into it by one way or another.</summary>
internal sealed class OrderDatabase : IAsyncDisposable
{
    private IWarehouseSession _session = null!;

    private OrderDatabase(Engine engine, int rows)
    {
        Engine = engine;
        Orders = [.. Enumerable.Range(0, rows).Select(Order.Make)];
        DimensionalModel.Create("benchmark", model => Table = model.Landing<Order>("orders"));
    }

    public Order[] Orders { get; }

    public ZoneTable<Order> Table { get; private set; } = null!;

    public QualifiedName Target { get; } = new("main", "orders");

    public Engine Engine { get; }

    public string CsvFile => Path.Combine(Engine.Folder, "orders.csv");

    private DuckDBConnection Connection => (DuckDBConnection)_session.Connection;

    public static async Task<OrderDatabase> CreateAsync(int rows)
    {
        Engine engine = await Engine.DuckDbAsync();
        return await engine.WithAsync(() => new OrderDatabase(engine, rows), async database => database._session = await engine.Provider.OpenSessionAsync(CancellationToken.None));
    }

    public void Execute(string sql)
    {
        using DuckDBCommand command = Connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>An empty target in a file with nothing left to write, and an empty staging table.</summary>
    public void Empty()
    {
        Execute(StagingTable);
        Execute($"CREATE OR REPLACE TABLE {Target} AS FROM temp.staged");
        Execute($"ALTER TABLE {Target} DROP COLUMN {StagePlan.SourceLine}");
        Execute("CHECKPOINT");
    }

    public async Task<long> StageAsync()
    {
        await using var feed = new ObjectFeed<Order>(Orders, Table.Rows);
        return await _session.StageAsync(Table, feed, new RejectedRows(RejectPolicy.FailOnFirst), CancellationToken.None);
    }

    public async Task<long> StageCsvAsync()
    {
        await using FileStream content = File.OpenRead(CsvFile);
        await using var file = new FileReading(new SourceFile(CsvFile, _ => Task.FromResult<Stream>(content)), CsvFormat.Default, FileReadOptions.Default, new PathColumns(FileReadOptions.Default));
        CsvRecordReader reader = await CsvRecordReader.OpenAsync(await file.OpenAsync(CancellationToken.None), file, CsvFormat.Default, Table, CancellationToken.None);
        await using var feed = new FileFeed<CsvRow>(reader, file, Table, allowExtra: false);
        return await _session.StageAsync(Table, feed, new RejectedRows(RejectPolicy.FailOnFirst), CancellationToken.None);
    }

    /// <summary>As a load does it: the private table is filled, and read into the target in one transaction.</summary>
    public async Task LoadAsync(Func<Task<long>> stage)
    {
        await _session.BeginAsync([Target.ToString()], CancellationToken.None);
        await stage();
        await _session.ExecuteAsync(
            new SqlStatement("append-rows", "The staged rows.", $"INSERT INTO {Target} SELECT * EXCLUDE ({StagePlan.SourceLine}) FROM temp.staged"),
            new Dictionary<string, object?>(),
            CancellationToken.None);
        await _session.CommitAsync(CancellationToken.None);
    }

    /// <summary>The driver's own way, into the staging table with lines or into the target without.</summary>
    public void AppendByDriver(bool isStaging)
    {
        using DuckDBAppender appender = isStaging ? Connection.CreateAppender("temp", "main", "staged") : Connection.CreateAppender("main", "orders");
        long line = 0;
        foreach (Order order in Orders)
        {
            IDuckDBAppenderRow row = appender.CreateRow();
            if (isStaging)
                row.AppendValue(++line);
            row.AppendValue(order.OrderId).AppendValue(order.CustomerId).AppendValue(order.Number).AppendValue(order.Customer)
                .AppendValue(order.Comment).AppendValue(order.Quantity).AppendValue(order.Amount).AppendValue(order.Weight).AppendValue(order.Day)
                .AppendValue(order.At).AppendValue(order.IsPaid).EndRow();
        }
    }

    public void CopyByEngine() => Execute($"COPY {Target} FROM '{CsvFile}' (HEADER)");

    public async Task WriteCsvAsync()
    {
        Empty();
        await StageAsync();
        Execute($"COPY (SELECT * EXCLUDE ({StagePlan.SourceLine}) FROM temp.staged) TO '{CsvFile}' (HEADER)");
    }

    public string Digest(string table) => $"{Scalar($"SELECT count(*) FROM {table}")} rows, {Scalar($"SELECT bit_xor(hash(row)) + sum(hash(row)) FROM {table} AS row")}";

    public async ValueTask DisposeAsync()
    {
        await _session.DisposeAsync();
        await Engine.DisposeAsync();
    }

    private string StagingTable => DuckDbDialect.Instance.Stage(new StagePlan(Table)).Statements[0].Text;

    private string Scalar(string sql)
    {
        using DuckDBCommand command = Connection.CreateCommand();
        command.CommandText = sql;
        return FormattableString.Invariant($"{command.ExecuteScalar()}");
    }
}
