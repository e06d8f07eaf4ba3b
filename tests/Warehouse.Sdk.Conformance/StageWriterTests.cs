using System.Text;
using System.Text.Json;
using Warehouse.Sdk.Parquet;
using Warehouse.Sdk.Providers;

namespace Warehouse.Sdk.Conformance;

/// <summary>Rows on a stage, wherever it is: complete with their manifest, loaded as they were, once.</summary>
public abstract class StageWriterTests<TStore>(TStore store) : IClassFixture<TStore>, IAsyncDisposable
    where TStore : WarehouseTestStore
{
    private readonly ScratchFolder _folder = new();

    public virtual ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Opens a stage of the kind under test in an empty place of the test's own; by default a folder.</summary>
    protected virtual Task<IStageClient> OpenStageAsync() => Task.FromResult<IStageClient>(new LocalStageClient(_folder.Path));

    /// <summary>Leaves on that stage what a process leaves that is killed while it puts a file.</summary>
    protected virtual Task LeaveUnfinishedAsync(string path) => File.WriteAllTextAsync(_folder.Of(Path.Combine(Path.GetDirectoryName(path)!, $".{Guid.NewGuid():N}.partial")), "half");

    /// <summary>How many such things are there, seen from beside the stage.</summary>
    protected virtual Task<int> CountUnfinishedAsync() => Task.FromResult(Directory.EnumerateFiles(_folder.Path, "*.partial", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 }).Count());

    [Theory]
    [InlineData("csv", Compression.Gzip)]
    [InlineData("csv", Compression.Zstd)]
    [InlineData("csv", Compression.None)]
    [InlineData("jsonl", Compression.Gzip)]
    [InlineData("jsonl", Compression.Zstd)]
    [InlineData("parquet", Compression.Detect)]
    public async Task Staged_rows_load_as_they_were(string format, Compression packing)
    {
        Pair pair = new();
        await using IWarehouse warehouse = await store.OpenAsync(pair.Model);
        FileFormat written = format switch { "csv" => CsvFormat.Default with { Delimiter = ';', NullText = "-" }, "jsonl" => JsonLinesFormat.Default, _ => ParquetFormat.Default };
        Row[] rows = [.. Rows(), .. Enumerable.Range(10, 40).Select(id => Row.Of(id))];

        StagedLoad staged = await warehouse.Stage.StageRowsAsync(pair.Staged, rows, new() { Format = written, Compression = packing, MaxFileRows = 20, Prefix = $"rows-{Guid.NewGuid():N}" });
        LoadReport report = await warehouse.LoadAsync(pair.Staged, Source.StagedLoad(staged, format == "parquet" ? written : null));
        LoadReport again = await warehouse.LoadAsync(pair.Staged, Source.StagedLoad(staged, format == "parquet" ? written : null));
        await warehouse.LoadAsync(pair.Direct, rows);

        staged.Rows.Should().Be(rows.Length);
        staged.Files.Should().HaveCount(3).And.OnlyContain(file => file.Rows <= 20);
        report.Counts.Should().Be(new LoadCounts { Read = rows.Length, Inserted = rows.Length });
        again.Outcome.Should().Be(LoadOutcome.AlreadyLoaded);
        const string Columns = "id, flag, small, number, amount, ratio, level, word, day, moment, span, token, bytes, CAST(document AS VARCHAR) AS document";
        string direct = await warehouse.DrawAsync($"SELECT {Columns} FROM landing.direct ORDER BY id");
        (await warehouse.DrawAsync($"SELECT {Columns} FROM landing.staged ORDER BY id")).Should().Be(direct);
        await warehouse.ExpectAsync("SELECT id, word IS NULL AS no_word, word = '' AS empty_word FROM landing.staged WHERE id < 3 ORDER BY id", "id | no_word | empty_word\n1 | true | NULL\n2 | false | true");
    }

    [Fact]
    public async Task The_manifest_says_what_is_there_and_comes_last()
    {
        var stage = new HookedStage(await OpenStageAsync());
        List<string> puts = [];
        stage.BeforePut = path =>
        {
            puts.Add(path);
            return Task.CompletedTask;
        };
        Pair pair = new();
        StageWriteOptions options = new() { Prefix = "in", LoadId = "day 1", MaxFileRows = 2, FilesInFlight = 1, Format = JsonLinesFormat.Default, Compression = Compression.None };

        StagedLoad staged = await stage.StageRowsAsync(pair.Small, Small(1, 5), options);
        StagedLoad again = await stage.StageRowsAsync(pair.Small, Small(7, 9), options);

        puts.Should().Equal("in/landing.small/day 1/part-00001.jsonl", "in/landing.small/day 1/part-00002.jsonl", "in/landing.small/day 1/part-00003.jsonl", "in/landing.small/day 1/manifest.json");
        Encoding.UTF8.GetString(await ReadAsync(stage, "in/landing.small/day 1/part-00003.jsonl")).Should().Be("{\"id\":5,\"name\":\"n5\"}\n");
        using JsonDocument manifest = JsonDocument.Parse(await ReadAsync(stage, "in/landing.small/day 1/manifest.json"));
        manifest.RootElement.GetProperty("rows").GetInt64().Should().Be(5);
        manifest.RootElement.GetProperty("files")[2].GetProperty("sha256").GetString().Should().Be(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("{\"id\":5,\"name\":\"n5\"}\n"u8)));
        manifest.RootElement.GetProperty("columns")[1].GetProperty("type").GetString().Should().Be("text");
        staged.WasThere.Should().BeFalse();
        again.WasThere.Should().BeTrue("a load that is complete is not written again");
        again.Should().BeEquivalentTo(staged, options => options.Excluding(load => load.WasThere));
    }

    [Fact]
    public async Task Files_roll_by_size_in_the_order_of_the_rows()
    {
        Pair pair = new();
        await using IWarehouse warehouse = await store.OpenAsync(pair.Model);

        StagedLoad staged = await warehouse.Stage.StageRowsAsync(pair.Small, Small(1, 200_000), new() { MaxFileBytes = 200_000, Prefix = $"{Guid.NewGuid():N}" });
        await warehouse.LoadAsync(pair.Small, Source.StagedLoad(staged.ManifestPath[..(staged.ManifestPath.LastIndexOf('/') + 1)]));

        staged.Files.Should().HaveCountGreaterThan(2);
        await warehouse.ExpectAsync("SELECT count(*) AS total, count(DISTINCT id) AS ids, min(id) AS first, max(id) AS last FROM landing.small", "total | ids | first | last\n200000 | 200000 | 1 | 200000");
        await warehouse.ExpectAsync("SELECT count(*) AS out_of_order FROM (SELECT id, lag(id) OVER (ORDER BY source_file, source_line) AS before FROM landing.small) AS t WHERE before >= id", "out_of_order\n0");
    }

    [Fact]
    public async Task What_the_manifest_does_not_name_is_never_loaded_and_what_it_names_must_be_there()
    {
        Pair pair = new();
        await using IWarehouse warehouse = await store.OpenAsync(pair.Model);
        IStageClient stage = warehouse.Stage;
        StagedLoad staged = await stage.StageRowsAsync(pair.Small, Small(1, 4), new() { MaxFileRows = 2, Prefix = $"{Guid.NewGuid():N}", Compression = Compression.None });
        string folder = staged.ManifestPath[..(staged.ManifestPath.LastIndexOf('/') + 1)];
        await stage.PutAsync(folder + "part-00003.csv", new MemoryStream("id,name\n99,stray\n"u8.ToArray()));
        string second = staged.Files[1].Path;
        byte[] content = await ReadAsync(stage, second);

        await stage.DeleteAsync(second);
        (await RefuseAsync(folder)).Message.Should().Be($"The manifest '{staged.ManifestPath}' names the file '{second}', but it is not on the stage '{stage.Location}'. Nothing was loaded. Bring the file back, or delete the folder and stage again.");
        byte[] other = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(content).Replace("n3", "x3", StringComparison.Ordinal));
        await stage.PutAsync(second, new MemoryStream(other));
        (await RefuseAsync(folder)).Message.Should().Be($"{second} is not the file it should be: its checksum is not the one it was written with. It was replaced, or something broke on its way. Nothing was loaded. Run the load again, or write the file again.");
        await stage.PutAsync(second, new MemoryStream(content));
        (await RefuseAsync(folder + "none/")).Message.Should().StartWith($"There is no manifest '{folder}none/manifest.json' on the stage");
        await stage.PutAsync(folder + "odd.json", new MemoryStream("{}"u8.ToArray()));
        (await RefuseAsync(folder + "odd.json")).Message.Should().Be($"'{folder}odd.json' is no manifest of staged rows: parts of it are missing. Nothing was loaded. Name the manifest.json of a load, or its folder.");

        (await warehouse.LoadAsync(pair.Small, Source.StagedLoad(folder))).Counts.Inserted.Should().Be(4);
        await warehouse.ExpectAsync("SELECT id, name FROM landing.small ORDER BY id", "id | name\n1 | n1\n2 | n2\n3 | n3\n4 | n4");

        Task<WarehouseLoadException> RefuseAsync(string path) => Assert.ThrowsAsync<WarehouseLoadException>(() => warehouse.LoadAsync(pair.Small, Source.StagedLoad(path)));
    }

    [Fact]
    public async Task A_stage_that_fails_leaves_no_manifest_and_the_next_run_recovers()
    {
        var stage = new HookedStage(await OpenStageAsync()) { BeforePut = path => path.Contains("00003", StringComparison.Ordinal) ? throw new IOException("the disk is full") : Task.CompletedTask };
        Pair pair = new();
        StageWriteOptions options = new() { LoadId = "x", MaxFileRows = 2, Compression = Compression.None };

        (await Assert.ThrowsAsync<IOException>(() => stage.StageRowsAsync(pair.Small, Small(1, 100_000), options))).Message.Should().Be("the disk is full");
        (await stage.ExistsAsync("landing.small/x/manifest.json")).Should().BeFalse();
        stage.BeforePut = null;
        StagedLoad staged = await stage.StageRowsAsync(pair.Small, Small(1, 2), options);

        staged.Files.Should().HaveCount(1);
        (await ListAsync(stage)).Should().Equal("landing.small/x/manifest.json", "landing.small/x/part-00001.csv");
        (await CountUnfinishedAsync()).Should().Be(0);
    }

    [Fact]
    public async Task What_a_killed_run_left_is_neither_loaded_nor_kept()
    {
        IStageClient stage = await OpenStageAsync();
        Pair pair = new();
        await using var warehouse = new WarehouseClient(store.OpenProvider(await store.CreateDatabaseAsync()), pair.Model, stage);
        await warehouse.DeployAsync();
        for (int part = 1; part <= 2; part++)
            await stage.PutAsync(FormattableString.Invariant($"landing.small/x/part-{part:00000}.csv"), new MemoryStream("id,name\n99,left\n"u8.ToArray()));
        await LeaveUnfinishedAsync("landing.small/x/part-00003.csv");

        var error = await Assert.ThrowsAsync<WarehouseLoadException>(() => warehouse.LoadAsync(pair.Small, Source.StagedLoad("landing.small/x/")));
        await stage.StageRowsAsync(pair.Small, Small(7, 7), new() { LoadId = "x", Compression = Compression.None });
        LoadReport report = await warehouse.LoadAsync(pair.Small, Source.StagedLoad("landing.small/x/"));

        error.Message.Should().StartWith("There is no manifest 'landing.small/x/manifest.json' on the stage");
        report.Counts.Inserted.Should().Be(1);
        await warehouse.ExpectAsync("SELECT id, name FROM landing.small", "id | name\n7 | n7");
        (await CountUnfinishedAsync()).Should().Be(1, "another run may be in the middle of it");
        (await stage.SweepAsync(TimeSpan.FromHours(1))).Should().Be(0, "it is young");
        (await stage.SweepAsync(TimeSpan.Zero)).Should().Be(1);
        (await CountUnfinishedAsync()).Should().Be(0);
        (await ListAsync(stage)).Should().Equal("landing.small/x/manifest.json", "landing.small/x/part-00001.csv");
    }

    [Fact]
    public async Task A_row_that_cannot_be_written_is_named_and_nothing_is_complete()
    {
        IStageClient stage = await OpenStageAsync();
        Pair pair = new();
        SmallRow[] rows = [new(1, "a"), new(2, "\ud800"), new(3, "c")];

        var error = await Assert.ThrowsAsync<WarehouseLoadException>(() => stage.StageRowsAsync(pair.Small, rows));
        await Assert.ThrowsAsync<ArgumentException>(() => stage.StageRowsAsync(pair.Small, rows, new() { Format = Avro.AvroFormat.Default }));
        await Assert.ThrowsAsync<ArgumentException>(() => stage.StageRowsAsync(pair.Staged, rows));

        error.Message.Should().Be("Row 2, column name cannot be staged: a text with half a character (a lone surrogate). The load is not complete on the stage and will not be loaded. Correct the row and stage again.");
        (await ListAsync(stage)).Should().NotContain(path => path.EndsWith("manifest.json", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_decimal_that_a_Parquet_file_does_not_hold_is_refused_and_not_rounded()
    {
        ZoneTable<WideRow> wide = null!;
        _ = DimensionalModel.Create("wide", builder => wide = builder.Landing<WideRow>("wide", t => t.Column(row => row.Amount, ColumnType.Decimal(38, 30))));
        IStageClient stage = await OpenStageAsync();
        WideRow[] rows = [new(1, new Numeric(15 * Numeric.PowerOfTen(29), 30)), new(2, new Numeric(123456789012345 * Numeric.PowerOfTen(15) + 678901234567891, 30))];

        var error = await Assert.ThrowsAsync<WarehouseLoadException>(() => stage.StageRowsAsync(wide, rows, new() { Format = ParquetFormat.Default }));

        error.Message.Should().Be("Row 2, column amount cannot be staged: a decimal number that Parquet files of .NET do not hold; they have 28 digits. The load is not complete on the stage and will not be loaded. Correct the row and stage again.");
    }

    [Fact]
    public async Task The_files_of_a_manifest_are_looked_up_together()
    {
        List<string> asked = [];
        var stage = new HookedStage(await OpenStageAsync())
        {
            BeforeFind = path =>
            {
                asked.Add(path);
                return Task.CompletedTask;
            },
        };
        StagedLoad staged = await stage.StageRowsAsync(new Pair().Small, Small(1, 6), new() { MaxFileRows = 2 });
        asked.Clear();

        List<string> listed = [];
        await foreach (SourceFile file in new StagedLoadFiles(staged.ManifestPath).ListAsync(stage, CancellationToken.None))
            listed.Add(file.Path);

        listed.Should().HaveCount(3).And.Equal(staged.Files.Select(file => file.Path));
        asked.Should().Equal(staged.ManifestPath);
    }

    private static async Task<List<string>> ListAsync(IStageClient stage) => await stage.ListAsync().Select(file => file.Path).ToListAsync();

    private static async Task<byte[]> ReadAsync(IStageClient stage, string path)
    {
        using var bytes = new MemoryStream();
        await using Stream file = await stage.OpenReadAsync(path);
        await file.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    private static IEnumerable<SmallRow> Small(int from, int to) => Enumerable.Range(from, to - from + 1).Select(id => new SmallRow(id, FormattableString.Invariant($"n{id}")));

    private static IEnumerable<Row> Rows()
    {
        yield return new Row(1, null, null, null, null, null, null, null, null, null, null, null, null, null);
        yield return Row.Of(2) with { Word = "" };
        yield return Row.Of(3) with { Word = "a \"quoted\";\r\nword, \\ and \t- Åß 漢 😀", Amount = -79228162514264.3375m, Ratio = float.MinValue, Level = double.NegativeInfinity };
        yield return Row.Of(4) with { Word = "-", Bytes = [], Level = double.NaN, Moment = DateTime.MinValue, Day = DateOnly.MaxValue, Span = new TimeSpan(-3, 4, 5, 6) };
    }

    private sealed record SmallRow(int Id, string? Name);

    private sealed record WideRow(int Id, Numeric Amount);

    private sealed record Row(int Id, bool? Flag, short? Small, long? Number, decimal? Amount, float? Ratio, double? Level, string? Word, DateOnly? Day, DateTime? Moment, TimeSpan? Span, Guid? Token, byte[]? Bytes, JsonElement? Document)
    {
        private static readonly JsonElement Json = JsonDocument.Parse("{\"a\": [1, \"x\"], \"b\": null}").RootElement;

        public static Row Of(int id) => new(id, id % 2 == 0, (short)-id, long.MaxValue - id, id + 0.1250m, id / 3f, id / 7.0, $"word {id}", new DateOnly(2024, 1, 1).AddDays(id), new DateTime(2024, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddDays(id).AddMicroseconds(id * 100_001), TimeSpan.FromMicroseconds(id * 1_000_001L), new Guid(id, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11), [(byte)id, 0xFF], Json);
    }

    private sealed class Pair
    {
        public Pair() => Model = DimensionalModel.Create("pair", builder =>
        {
            Direct = builder.Landing<Row>("direct");
            Staged = builder.Landing<Row>("staged");
            Small = builder.Landing<SmallRow>("small");
        });

        public DimensionalModel Model { get; }

        public ZoneTable<Row> Direct { get; private set; } = null!;

        public ZoneTable<Row> Staged { get; private set; } = null!;

        public ZoneTable<SmallRow> Small { get; private set; } = null!;
    }
}
