using BenchmarkDotNet.Attributes;
using Sylvan.Data.Csv;

namespace Warehouse.Sdk.Benchmarks.HotPaths;

/// <summary>
/// A CSV file of orders in memory, every field read as its type: by Sylvan alone, and as a load reads it, which also tells NULL from the empty text, knows each
/// row's line, names what does not convert, refuses bytes that are no text and takes the file's checksum.
/// </summary>
[MemoryDiagnoser]
public class ParseCsv
{
    private const int Rows = 20_000;

    private readonly FieldSum _sum = new();
    private byte[] _file = [];

    /// <summary>Plain: no field has quotes. Quoted: one field of every row has quotes, a comma and a line break in it.</summary>
    [Params("plain", "quoted")]
    public string Fields { get; set; } = string.Empty;

    [GlobalSetup]
    public async Task PrepareAsync()
    {
        IEnumerable<Order> orders = Enumerable.Range(0, Rows).Select(Order.Make);
        _file = OrderTable.Csv(Fields == "plain" ? orders : orders.Select(order => order with { Comment = $"\"{order.Comment}\", he said,\nand left" }));
        SameWork.Expect(await Sylvan_alone(), await As_a_load_reads());
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Rows)]
    public async Task<long> Sylvan_alone()
    {
        _sum.Clear();
        using var text = new StreamReader(new MemoryStream(_file));
        await using CsvDataReader reader = await CsvDataReader.CreateAsync(text);
        while (await reader.ReadAsync())
        {
            _sum.Take(reader.GetInt64(0));
            _sum.Take(reader.GetInt32(1));
            _sum.Take(reader.GetFieldSpan(2));
            _sum.Take(reader.GetFieldSpan(3));
            _sum.Take(reader.GetFieldSpan(4));
            _sum.Take(reader.GetInt32(5));
            _sum.Take(reader.GetDecimal(6));
            _sum.Take(reader.GetDouble(7));
            _sum.Take(reader.GetDate(8));
            _sum.Take(reader.GetDateTime(9));
            _sum.Take(reader.GetBoolean(10));
        }

        return _sum.Sum;
    }

    [Benchmark(OperationsPerInvoke = Rows)]
    public async Task<long> As_a_load_reads()
    {
        _sum.Clear();
        await using var file = new FileReading(new SourceFile("orders.csv", _ => Task.FromResult<Stream>(new MemoryStream(_file))), CsvFormat.Default, FileReadOptions.Default, new PathColumns(FileReadOptions.Default));
        CsvRecordReader reader = await CsvRecordReader.OpenAsync(await file.OpenAsync(CancellationToken.None), file, CsvFormat.Default, OrderTable.Table, CancellationToken.None);
        await using var feed = new FileFeed<CsvRow>(reader, file, OrderTable.Table, allowExtra: false);
        Action<CsvRow, FieldSum> read = FieldSum.Reading(feed.Columns);
        while (await feed.MoveNextAsync(CancellationToken.None))
        {
            if (feed.RowProblem is { } problem)
                throw new FormatException(problem);
            read(feed.Current, _sum);
        }

        return _sum.Sum;
    }
}
