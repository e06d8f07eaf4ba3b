using System.Globalization;
using System.IO.Compression;
using BenchmarkDotNet.Attributes;

namespace Warehouse.Sdk.Benchmarks.HotPaths;

/// <summary>
/// Orders as gzip CSV into files: the stage writer, which encodes, packs and writes at the same time and packs several blocks side by side, against one thread
/// that encodes the same lines into one <see cref="GZipStream"/>. It gains from cores that are free.
/// </summary>
[MemoryDiagnoser]
public class PackRows
{
    private const int Rows = 200_000;

    private readonly string _folder = Directory.CreateTempSubdirectory("warehouse-sdk-pack-").FullName;
    private Order[] _orders = [];
    private LocalStageClient _stage = null!;
    private int _run;

    [Params(CompressionLevel.Fastest, CompressionLevel.Optimal)]
    public CompressionLevel Level { get; set; }

    private string Folder => Path.Combine(_folder, _run.ToString(CultureInfo.InvariantCulture));

    [GlobalSetup]
    public void Prepare() => _orders = [.. Enumerable.Range(0, Rows).Select(Order.Make)];

    [IterationSetup]
    public void Begin()
    {
        if (Directory.Exists(Folder))
            Directory.Delete(Folder, recursive: true);
        _run++;
        Directory.CreateDirectory(Folder);
        _stage = new LocalStageClient(Folder);
    }

    [GlobalCleanup]
    public void Close() => Directory.Delete(_folder, recursive: true);

    [Benchmark(Baseline = true, OperationsPerInvoke = Rows)]
    public void One_gzip_stream()
    {
        using LineBlocks<Order, CsvLineBuffer> lines = OrderTable.NewLines();
        using var packed = new GZipStream(File.Create(Path.Combine(Folder, "orders.csv.gz")), Level);
        OrderTable.WriteTo(packed, lines, _orders);
    }

    [Benchmark(OperationsPerInvoke = Rows)]
    public Task<StagedLoad> Stage_writer() => _stage.StageRowsAsync(OrderTable.Table, _orders, new StageWriteOptions { Level = Level });
}
