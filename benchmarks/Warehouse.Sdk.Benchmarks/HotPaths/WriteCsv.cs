using BenchmarkDotNet.Attributes;
using Sylvan.Data.Csv;
using Warehouse.Sdk.Benchmarks.Staging;
using Warehouse.Sdk.Snowflake;

namespace Warehouse.Sdk.Benchmarks.HotPaths;

/// <summary>Typed orders as CSV that nobody keeps: Sylvan's writer over a reader, our lines for files on a stage, our lines for Snowflake's COPY.</summary>
[MemoryDiagnoser]
public class WriteCsv
{
    private const int Rows = 20_000;

    private readonly SnowflakeLineBuffer _snowflakeLines = new();
    private readonly LineBlocks<Order, CsvLineBuffer> _lines = OrderTable.NewLines();
    private readonly Action<Order, SnowflakeLineBuffer> _write = SnowflakeRowWriter.For<Order>(OrderTable.Columns, 0);
    private Order[] _orders = [];

    [GlobalSetup]
    public void Prepare() => _orders = [.. Enumerable.Range(0, Rows).Select(Order.Make)];

    [Benchmark(Baseline = true, OperationsPerInvoke = Rows)]
    public async Task<long> Sylvan_writer()
    {
        await using var text = new StreamWriter(Stream.Null);
        await using CsvDataWriter csv = CsvDataWriter.Create(text, new CsvDataWriterOptions { NewLine = "\n", WriteHeaders = false });
        await using var rows = new OrderReader(_orders);
        return await csv.WriteAsync(rows);
    }

    [Benchmark(OperationsPerInvoke = Rows)]
    public void Csv_lines() => OrderTable.WriteTo(Stream.Null, _lines, _orders);

    [Benchmark(OperationsPerInvoke = Rows)]
    public void Snowflake_lines()
    {
        foreach (Order order in _orders)
        {
            _snowflakeLines.BeginRow();
            _write(order, _snowflakeLines);
            _snowflakeLines.EndRow();
            if (_snowflakeLines.IsFull)
                Flush();
        }

        Flush();
    }

    private void Flush()
    {
        using ByteBlock block = _snowflakeLines.Seal();
        Stream.Null.Write(block.Span);
    }
}
