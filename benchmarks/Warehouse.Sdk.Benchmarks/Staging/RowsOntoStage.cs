using System.Globalization;
using System.IO.Compression;
using Sylvan.Data.Csv;
using Warehouse.Sdk.Benchmarks.Comparing;

namespace Warehouse.Sdk.Benchmarks.Staging;

/// <summary>The stage writer against a CSV writer, a gzip stream and a put, one after the other.</summary>
internal sealed class RowsOntoStage(CompressionLevel level) : IComparison
{
    private readonly string _folder = Directory.CreateTempSubdirectory("warehouse-sdk-stage-").FullName;
    private ZoneTable<Order> _table = null!;
    private Order[] _orders = [];
    private LocalStageClient _stage = null!;
    private int _run;

    public string Name => $"stage-csv-gzip-{level.ToString().ToLowerInvariant()}";

    public string Description => "Typed rows as gzip CSV onto a stage that is a folder; one local file by Sylvan's writer and GZipStream at the same level, and then that file put onto the stage.";

    public double? Bar => level == CompressionLevel.Optimal ? 1.6 : null;

    public string Engine => "folder";

    public Task PrepareAsync(int rows)
    {
        DimensionalModel.Create("stage", builder => _table = builder.Landing<Order>("orders"));
        _orders = [.. Enumerable.Range(0, rows).Select(Order.Make)];
        return Task.CompletedTask;
    }

    public Task ResetAsync()
    {
        string folder = Path.Combine(_folder, (++_run).ToString(CultureInfo.InvariantCulture));
        if (Directory.Exists(Path.Combine(_folder, (_run - 2).ToString(CultureInfo.InvariantCulture))))
            Directory.Delete(Path.Combine(_folder, (_run - 2).ToString(CultureInfo.InvariantCulture)), recursive: true);
        _stage = new LocalStageClient(folder);
        return Task.CompletedTask;
    }

    public Task RunOursAsync() => _stage.StageRowsAsync(_table, _orders, new() { Level = level });

    public async Task RunTheirsAsync()
    {
        string scratch = Path.GetTempFileName();
        await using (var packed = new GZipStream(File.Create(scratch), level))
        await using (var text = new StreamWriter(packed))
        await using (CsvDataWriter csv = CsvDataWriter.Create(text, new CsvDataWriterOptions { NewLine = "\n" }))
        await using (var rows = new OrderReader(_orders))
            await csv.WriteAsync(rows);
        await _stage.PutFileAsync("orders.csv.gz", scratch);
        File.Delete(scratch);
    }

    /// <summary>Rows, and the sum of what identifies them: the two sides write dates and truth in their own ways.</summary>
    public async Task<string> DigestAsync()
    {
        long rows = 0, ids = 0;
        await foreach (StagedFile file in _stage.ListAsync())
        {
            if (!file.Path.EndsWith(".gz", StringComparison.Ordinal))
                continue;
            using var text = new StreamReader(new GZipStream(await _stage.OpenReadAsync(file), CompressionMode.Decompress));
            await text.ReadLineAsync();
            while (await text.ReadLineAsync() is { } line)
            {
                rows++;
                ids += long.Parse(line.AsSpan(0, line.IndexOf(',', StringComparison.Ordinal)), CultureInfo.InvariantCulture);
            }
        }

        return FormattableString.Invariant($"{rows} {ids}");
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }
}
