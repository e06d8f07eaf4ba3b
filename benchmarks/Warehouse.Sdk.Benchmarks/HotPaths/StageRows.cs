using BenchmarkDotNet.Attributes;
using DuckDB.NET.Data;
using Warehouse.Sdk.DuckDb;
using Warehouse.Sdk.Providers;

namespace Warehouse.Sdk.Benchmarks.HotPaths;

/// <summary>A million typed rows of eleven columns into a temporary table: our data chunks against the driver's row appender.</summary>
[MemoryDiagnoser]
public class StageRows
{
    private const int Rows = 1_000_000;
    private DuckDBConnection _connection = null!;
    private Order[] _orders = null!;
    private ZoneTable<Order> _table = null!;

    [GlobalSetup]
    public void Prepare()
    {
        _orders = [.. Enumerable.Range(0, Rows).Select(Order.Make)];
        DimensionalModel.Create("benchmark", model => _table = model.Landing<Order>("orders"));
        _connection = new DuckDBConnection("Data Source=:memory:");
        _connection.Open();
    }

    [IterationSetup]
    public void Empty()
    {
        using DuckDBCommand command = _connection.CreateCommand();
        command.CommandText = DuckDbDialect.Instance.Stage(new StagePlan(_table)).Statements[0].Text;
        command.ExecuteNonQuery();
    }

    [GlobalCleanup]
    public void Close() => _connection.Dispose();

    [Benchmark(Baseline = true, OperationsPerInvoke = Rows)]
    public void Driver_row_appender()
    {
        using DuckDBAppender appender = _connection.CreateAppender("temp", "main", "staged");
        long line = 0;
        foreach (Order order in _orders)
        {
            appender.CreateRow()
                .AppendValue(++line).AppendValue(order.OrderId).AppendValue(order.CustomerId).AppendValue(order.Number).AppendValue(order.Customer)
                .AppendValue(order.Comment).AppendValue(order.Quantity).AppendValue(order.Amount).AppendValue(order.Weight).AppendValue(order.Day)
                .AppendValue(order.At).AppendValue(order.IsPaid).EndRow();
        }
    }

    [Benchmark(OperationsPerInvoke = Rows)]
    public async Task<long> Data_chunks()
    {
        var feed = new ObjectFeed<Order>(_orders, _table.Rows);
        await using var writer = new DuckDbStagingWriter<Order>(_connection, DuckDbSql.Staged, feed, new RejectedRows(RejectPolicy.FailOnFirst));
        return await writer.WriteAsync(CancellationToken.None);
    }
}
