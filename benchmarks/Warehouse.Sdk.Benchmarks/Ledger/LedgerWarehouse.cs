using System.Diagnostics;
using Warehouse.Sdk.Providers;

namespace Warehouse.Sdk.Benchmarks.Ledger;

internal sealed record ScanRow(int ScanId, string Place);

internal sealed record PlaceRow(string Place, string Label);

/// <summary>A landing table that takes small files, a fact with a watermark, and the ledger of them, which can be filled without loading anything.</summary>
internal sealed class LedgerWarehouse : IAsyncDisposable
{
    private const int FilesOfMany = 1_000, RowsOfFile = 10, Targets = 10_000, FilesOfLoad = 1_000;

    private readonly Engine _engine;
    private readonly WarehouseClient _warehouse;
    private readonly LocalStageClient _stage;
    private ZoneTable<ScanRow> _scan = null!;
    private Fact<ScanRow> _counted = null!;
    private int _round;

    private LedgerWarehouse(Engine engine)
    {
        _engine = engine;
        _stage = new LocalStageClient(Path.Combine(engine.Folder, "stage"));
        var model = DimensionalModel.Create("ledger", builder =>
        {
            _scan = builder.Landing<ScanRow>("scan");
            Dimension<PlaceRow> place = builder.Dimension<PlaceRow>("dim_place", dimension => dimension.NaturalKey(row => row.Place).Type1(row => row.Label));
            _counted = builder.Fact<ScanRow>("fact_scan", fact => fact.Grain("one scan", row => row.ScanId).Dimension(place, row => row.Place).FromWatermark(row => row.ScanId, overlap: 0));
        });
        _warehouse = new WarehouseClient(engine.Provider, model, _stage);
    }

    public static Task<LedgerWarehouse> OpenAsync(Engine engine) => engine.WithAsync(() => new LedgerWarehouse(engine), warehouse => warehouse._warehouse.DeployAsync());

    /// <summary>Each load once, with the seconds that it took; the files of a round are new, in a folder of its own.</summary>
    public async Task<IReadOnlyList<(string Load, double Seconds)>> RunRoundAsync()
    {
        int round = _round++;
        string folder = FormattableString.Invariant($"incoming/round-{round:000}");
        string one = $"{folder}/one.csv";
        Write(one);
        for (int i = 0; i < FilesOfMany; i++)
            Write(FormattableString.Invariant($"{folder}/many/part-{i:0000}.csv"));
        return
        [
            ("one new file", await TakenAsync(() => _warehouse.LoadAsync(_scan, Source.StagedCsv(one)))),
            ("the same file again", await TakenAsync(() => _warehouse.LoadAsync(_scan, Source.StagedCsv(one)))),
            ("a thousand new files", await TakenAsync(() => _warehouse.LoadAsync(_scan, Source.StagedFiles($"{folder}/many/*.csv", CsvFormat.Default)))),
            ("the same thousand again", await TakenAsync(() => _warehouse.LoadAsync(_scan, Source.StagedFiles($"{folder}/many/*.csv", CsvFormat.Default)))),
            // The row at the watermark comes again.
            ("ten rows from a watermark", await TakenAsync(() => _warehouse.LoadAsync(_counted, Source.Rows(Enumerable.Range(round * RowsOfFile, RowsOfFile + 1).Select(id => new ScanRow(id, "place")))))),
        ];
    }

    /// <summary>The engine makes the rows: half of the files are of the landing table, the rest of ten thousand other targets.</summary>
    public async Task FillAsync(long files)
    {
        const string target = "landing.scan";
        const int firstLoad = 1_000_000;
        string load = FormattableString.Invariant($"id {(_engine.IsDuckDb ? "//" : "/")} {FilesOfLoad}");
        await _engine.ExecuteAsync(FormattableString.Invariant($"""
            INSERT INTO warehouse.load (load_id, target, source, batch_id, status, as_of, rows_read, rows_rejected, counts, started_at, finished_at, sdk_version)
            SELECT {firstLoad} + id, CASE WHEN id < {files / 2 / FilesOfLoad} THEN '{target}' ELSE concat('landing.target_', id % {Targets}) END, 'staged files', NULL, 'loaded',
                   TIMESTAMP '2025-01-01', 10000, 0, '', TIMESTAMP '2025-01-01', TIMESTAMP '2025-01-01', 'filled'
            FROM generate_series(0, {files / FilesOfLoad}) AS number(id)
            """));
        await _engine.ExecuteAsync(FormattableString.Invariant($"""
            INSERT INTO warehouse.load_file (load_id, target, path, length, sha256, number, rows_read)
            SELECT {firstLoad} + {load}, CASE WHEN id < {files / 2} THEN '{target}' ELSE concat('landing.target_', ({load}) % {Targets}) END,
                   concat('incoming/2025/batch-', lpad(CAST({load} AS varchar), 8, '0'), '/part-', lpad(CAST(id % {FilesOfLoad} AS varchar), 4, '0'), '.csv'),
                   100000, concat(md5(CAST(id AS varchar)), md5(CAST(-id AS varchar))), id % {FilesOfLoad}, 10
            FROM generate_series(CAST(0 AS bigint), {files - 1}) AS number(id)
            """));
        await _engine.ExecuteAsync(FormattableString.Invariant($"INSERT INTO warehouse.watermark (target, column_name, value, load_id) SELECT concat('business.fact_', id), 'scan_id', '17', {firstLoad} FROM generate_series(1, {Targets}) AS number(id)"));
        await _engine.ExecuteAsync(FormattableString.Invariant($"INSERT INTO warehouse.load_interval (load_id, target, column_name, lower_bound, upper_bound, is_backfill) SELECT {firstLoad} + id, concat('business.fact_', id % {Targets}), 'scan_id', '1', '17', FALSE FROM generate_series(1, {Targets * 10}) AS number(id)"));
        await _engine.ExecuteAsync("ANALYZE");
        if (_engine.IsDuckDb)
            await _engine.ExecuteAsync("CHECKPOINT");
    }

    public ValueTask DisposeAsync() => _engine.DisposeAsync();

    private static async Task<double> TakenAsync(Func<Task<LoadReport>> load)
    {
        long start = Stopwatch.GetTimestamp();
        await load();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private void Write(string path)
    {
        string file = Path.Combine(_stage.Location, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllLines(file, ["scan_id,place", .. Enumerable.Range(0, RowsOfFile).Select(id => FormattableString.Invariant($"{id},place {id}"))]);
    }
}
