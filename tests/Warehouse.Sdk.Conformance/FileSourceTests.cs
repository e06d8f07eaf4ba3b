using System.IO.Compression;
using System.Text;

namespace Warehouse.Sdk.Conformance;

/// <summary>Files by path, prefix and pattern, of every format and packing, each loaded once.</summary>
public abstract class FileSourceTests<TStore>(TStore store) : IClassFixture<TStore>
    where TStore : WarehouseTestStore
{
    private const string Header = "id,name,region,day\n";

    private static readonly LoadOptions Tolerant = new() { Rejects = RejectPolicy.KeepAll };

    [Fact]
    public async Task A_pattern_loads_each_file_once_and_says_which_were_known()
    {
        await using Bench bench = await OpenAsync();
        bench.Put("in/2024/a.csv", Header + "1,A,x,2024-01-01\n");
        bench.Put("in/b.csv", Header + "2,B,x,2024-01-01\nbad,B,x,2024-01-01\n");
        bench.Put("in/b.txt", "no csv");
        LoadSource Files() => Source.Files(bench.Of("in/**/*.csv"), CsvFormat.Default);

        LoadReport first = await bench.LoadAsync(Files(), Tolerant);
        LoadReport again = await bench.LoadAsync(Files());
        bench.Put("in/c.csv", Header + "3,C,x,2024-01-01\n");
        LoadReport more = await bench.LoadAsync(Files());

        first.Counts.Should().Be(new LoadCounts { Read = 3, Inserted = 2, Rejected = 1 });
        first.Files.Select(file => (bench.Short(file.Path), file.Rows, file.KnownFrom)).Should().Equal(("in/2024/a.csv", 1, null), ("in/b.csv", 2, null));
        again.Outcome.Should().Be(LoadOutcome.AlreadyLoaded);
        again.LoadId.Should().Be(first.LoadId);
        again.Files.Should().OnlyContain(file => file.KnownFrom == first.LoadId);
        more.Counts.Should().Be(new LoadCounts { Read = 1, Inserted = 1 });
        more.Files.Select(file => (bench.Short(file.Path), file.KnownFrom)).Should().Equal(("in/2024/a.csv", first.LoadId), ("in/b.csv", first.LoadId), ("in/c.csv", null));
        more.ToString().Should().Contain("2 of 3 files known");
        await bench.ExpectAsync("SELECT id, name, source_file, source_line, load_id FROM landing.thing ORDER BY id", """
            id | name | source_file   | source_line | load_id
            1  | A    | in/2024/a.csv | 2           | 1
            2  | B    | in/b.csv      | 2           | 1
            3  | C    | in/c.csv      | 2           | 2
            """);
        await bench.ExpectAsync("SELECT file AS source_file, line, column_name, raw_row, raw_header FROM warehouse.reject", "source_file | line | column_name | raw_row | raw_header\nin/b.csv | 3 | id | bad,B,x,2024-01-01 | \"id\",\"name\",\"region\",\"day\"");
        await bench.ExpectAsync("SELECT path AS source_file, number, rows_read FROM warehouse.load_file ORDER BY path", "source_file | number | rows_read\nin/2024/a.csv | 1 | 1\nin/b.csv | 2 | 2\nin/c.csv | 3 | 1");
    }

    [Fact]
    public async Task A_changed_file_is_news_or_a_mistake_by_option()
    {
        await using Bench bench = await OpenAsync();
        bench.Put("a.csv", Header + "1,A,x,2024-01-01\n");
        bench.Put("b.csv", Header + "2,B,x,2024-01-01\n");
        LoadSource files = Source.Files(bench.Of("*.csv"), CsvFormat.Default);
        await bench.LoadAsync(files);
        bench.Put("a.csv", Header + "9,A,x,2024-01-01\n");
        string before = await bench.Warehouse.OfAllAsync();

        var refused = await Assert.ThrowsAsync<WarehouseLoadException>(() => bench.LoadAsync(files, new() { ChangedFiles = ChangedFile.Refuse }));
        (await bench.Warehouse.OfAllAsync()).Should().Be(before);
        LoadReport news = await bench.LoadAsync(files);

        refused.Message.Should().StartWith($"{bench.Of("a.csv")} was loaded by load 1 with 36 bytes and another checksum than it has now");
        refused.File.Should().Be(bench.Of("a.csv"));
        news.Files.Select(file => file.KnownFrom).Should().Equal(null, 1L);
        await bench.ExpectAsync("SELECT id, load_id FROM landing.thing ORDER BY id", "id | load_id\n1 | 1\n2 | 1\n9 | 2");
    }

    [Fact]
    public async Task What_replaces_reads_all_files_unless_all_are_known()
    {
        await using Bench bench = await OpenAsync();
        bench.Put("a.csv", Header + "1,A,x,2024-01-01\n");
        bench.Put("b.csv", Header + "2,B,x,2024-01-01\n");
        LoadSource files = Source.Files(bench.Of("*.csv"), CsvFormat.Default);
        LoadOptions snapshot = new() { Kind = BatchKind.FullSnapshot };
        Task<LoadReport> LoadAsync() => bench.Warehouse.LoadAsync(bench.Kept, files, snapshot);

        await LoadAsync();
        LoadReport again = await LoadAsync();
        bench.Put("b.csv", Header + "2,B2,x,2024-01-01\n");
        LoadReport changed = await LoadAsync();
        File.Delete(bench.Of("b.csv"));
        LoadReport fewer = await LoadAsync();

        again.Outcome.Should().Be(LoadOutcome.AlreadyLoaded);
        changed.Counts.Should().Be(new LoadCounts { Read = 2, Updated = 1, Unchanged = 1 });
        fewer.Counts.Should().Be(new LoadCounts { Read = 1, Unchanged = 1, Deleted = 1 });
        await bench.ExpectAsync("SELECT id, name FROM enterprise.kept", "id | name\n1 | A");
    }

    [Fact]
    public async Task Parts_of_the_path_the_file_and_the_line_are_columns()
    {
        await using Bench bench = await OpenAsync();
        bench.Put("sales/region=north%20east/day=2024-01-02/a.csv", "name,id\nA,1\n");
        bench.Put("sales/region=__HIVE_DEFAULT_PARTITION__/day=2024-01-03/a.csv", "id,name\n2,B\n");
        bench.Put("other/south-2024.csv", "day\n2024-05-06\n");

        await bench.LoadAsync(Source.Files(bench.Of("sales/"), CsvFormat.Default, new() { HivePartitions = true }));
        await bench.LoadAsync(Source.Files(bench.Of("other/*.csv"), CsvFormat.Default, new() { PathPattern = "other/{region}-{year}.csv", FileColumn = "name", LineColumn = "id" }), null, bench.Yearly);

        await bench.ExpectAsync("SELECT id, name, region, day FROM landing.thing ORDER BY id", "id | name | region | day\n1 | A | north east | 2024-01-02\n2 | B | NULL | 2024-01-03");
        await bench.ExpectAsync("SELECT id, name AS source_file, region, day, year FROM landing.yearly", "id | source_file | region | day | year\n2 | other/south-2024.csv | south | 2024-05-06 | 2024");
        (await bench.RefuseAsync<WarehouseLoadException>(Source.Files(bench.Of("other/"), CsvFormat.Default, new() { PathPattern = "{region}_{year}.csv" }))).Message.Should().Contain("does not fit the path pattern '{region}_{year}.csv'");
    }

    [Fact]
    public async Task Files_load_into_dimensions_and_facts_and_their_rejects_find_back()
    {
        await using Bench bench = await OpenAsync();
        bench.Put("m/1.csv", Header + "1,A,x,2024-01-01\n,B,x,2024-01-01\n");
        bench.Put("m/2.csv", Header + "2,B,x,2024-01-02\n2,C,x,2024-01-02\n");

        LoadReport report = await bench.Warehouse.LoadAsync(bench.Member, Source.Files(bench.Of("m/"), CsvFormat.Default), Tolerant);

        report.Counts.Should().Be(new LoadCounts { Read = 4, NewMembers = 1, Rejected = 3 });
        await bench.ExpectAsync("SELECT file AS source_file, line FROM warehouse.reject ORDER BY file, line", "source_file | line\nm/1.csv | 3\nm/2.csv | 2\nm/2.csv | 3");
    }

    [Theory]
    [InlineData(Compression.None)]
    [InlineData(Compression.Gzip)]
    [InlineData(Compression.Zstd)]
    public async Task Every_format_comes_in_every_packing(Compression packing)
    {
        await using Bench bench = await OpenAsync();
        bench.Put("a.csv", Pack(Header + "1,\"\",x,2024-01-01\n", packing));
        bench.Put("a.jsonl", Pack("{\"id\":2,\"name\":null,\"day\":\"2024-01-02\",\"region\":\"y\"}\n\n", packing));

        await bench.LoadAsync(Source.Files(bench.Of("a.csv"), CsvFormat.Default));
        await bench.LoadAsync(Source.Files(bench.Of("a.jsonl"), JsonLinesFormat.Default with { Compression = packing }));

        await bench.ExpectAsync("SELECT id, name, region, day FROM landing.thing ORDER BY id", "id | name | region | day\n1 | '' | x | 2024-01-01\n2 | NULL | y | 2024-01-02");
    }

    [Fact]
    public async Task What_is_declared_is_held_against_the_first_bytes()
    {
        await using Bench bench = await OpenAsync();
        bench.Put("a.csv.gz", Pack(Header, Compression.Gzip));
        bench.Put("b.csv", "PAR1 and so on"u8.ToArray());
        LoadSource Of(string name, FileFormat format) => Source.Files(bench.Of(name), format);

        (await bench.RefuseAsync<WarehouseLoadException>(Of("a.csv.gz", CsvFormat.Default with { Compression = Compression.Zstd }))).Message.Should().Be($"{bench.Of("a.csv.gz")} was declared to be packed as Zstd, but its first bytes say Gzip. Nothing was loaded. Declare what it is, or Compression.Detect.");
        (await bench.RefuseAsync<WarehouseLoadException>(Of("b.csv", CsvFormat.Default))).Message.Should().Be($"{bench.Of("b.csv")} was declared to be csv, but its first bytes are those of parquet. Nothing was loaded. Declare its format.");
        (await bench.RefuseAsync<WarehouseLoadException>(Of("*.json", JsonLinesFormat.Default))).Message.Should().StartWith($"No file fits '{bench.Of("*.json")}'.");
        (await bench.LoadAsync(Source.Files(bench.Of("*.json"), JsonLinesFormat.Default, new() { AllowNoFiles = true }))).Outcome.Should().Be(LoadOutcome.NothingChanged);
    }

    [Theory]
    [InlineData(Compression.Gzip)]
    [InlineData(Compression.Zstd)]
    public async Task C13_A_packed_file_that_is_cut_off_loads_nothing_and_the_next_run_recovers(Compression packing)
    {
        await using Bench bench = await OpenAsync();
        byte[] whole = Pack(Header + string.Concat(Enumerable.Range(0, 3000).Select(id => FormattableString.Invariant($"{id},name {id * 7919},x,2024-01-01\n"))), packing);
        LoadSource files = Source.Files(bench.Of("in/"), CsvFormat.Default);
        bench.Put("in/a.csv", Header + "-1,A,x,2024-01-01\n");

        foreach (int length in new[] { whole.Length - 1, whole.Length - 8, whole.Length / 2, 12 })
        {
            bench.Put("in/b.csv.gz", whole[..length]);
            (await bench.RefuseAsync<WarehouseLoadException>(files)).Message.Should().StartWith($"{bench.Of("in/b.csv.gz")} cannot be read from line").And.EndWith("Nothing was loaded.");
        }

        bench.Put("in/b.csv.gz", [.. whole, .. Pack("9999,Z,x,2024-01-01\n", packing)]);
        (await bench.LoadAsync(files)).Counts.Inserted.Should().Be(3002, "members and frames may follow one another");
    }

    [Fact]
    public async Task S02_S08_Columns_are_matched_by_name_file_by_file_and_drift_is_told_with_its_file()
    {
        await using Bench bench = await OpenAsync();
        bench.Put("in/a.csv", Header + "1,A,x,2024-01-01\n");
        bench.Put("in/b.csv", "day,region,NAME,id\n2024-01-01,x,B,2\n");
        await bench.LoadAsync(Source.Files(bench.Of("in/"), CsvFormat.Default));
        bench.Put("in/c.csv", "id,name,day,color\n3,C,2024-01-01,red\n");

        var drift = await bench.RefuseAsync<WarehouseSchemaException>(Source.Files(bench.Of("in/"), CsvFormat.Default));

        drift.Message.Should().StartWith($"{bench.Of("in/c.csv")} does not fit landing.thing: column 'region' is missing; column 'color' is not expected.");
        await bench.ExpectAsync("SELECT id, name FROM landing.thing ORDER BY id", "id | name\n1 | A\n2 | B");
    }

    [Fact]
    public async Task S02_S08_A_contract_says_what_becomes_of_changed_columns()
    {
        await using Bench bench = await OpenAsync();
        bench.Put("new.csv", "id,name,region,day,color\n1,A,x,2024-01-01,red\n2,B,x,2024-01-01,\n");
        bench.Put("old.csv", "id,day\n3,2024-01-01\n");
        bench.Put("odd.csv", Header + "x,A,x,2024-01-01\n");
        bench.Put("new.jsonl", "{\"id\":4,\"color\":1,\"size\":{\"w\":1}}\n");
        LoadSource Of(string name) => Source.Files(bench.Of(name), name.EndsWith("csv", StringComparison.Ordinal) ? CsvFormat.Default : JsonLinesFormat.Default);

        LoadReport rejected = await bench.LoadAsync(Of("new.csv"), Tolerant, bench.Strict);
        LoadReport lacking = await bench.LoadAsync(Of("old.csv"), Tolerant, bench.Strict);
        LoadReport ignored = await bench.LoadAsync(Of("new.csv"), null, bench.Lenient);
        LoadReport empty = await bench.LoadAsync(Of("old.csv"), null, bench.Lenient);
        LoadReport keys = await bench.LoadAsync(Of("new.jsonl"), null, bench.Lenient);
        await Assert.ThrowsAsync<WarehouseLoadException>(() => bench.LoadAsync(Of("odd.csv"), Tolerant, bench.Lenient));

        rejected.Counts.Should().Be(new LoadCounts { Read = 2, Inserted = 1, Rejected = 1 });
        lacking.Counts.Should().Be(new LoadCounts { Read = 1, Rejected = 1 });
        ignored.IgnoredColumns.Should().Equal("color");
        empty.IgnoredColumns.Should().BeEmpty();
        keys.IgnoredColumns.Should().Equal("color", "size");
        await bench.ExpectAsync("SELECT file AS source_file, line, reason FROM warehouse.reject ORDER BY file", "source_file | line | reason\nnew.csv | 2 | column 'color' is not expected\nold.csv | 2 | column 'name' is missing");
        await bench.ExpectAsync("SELECT id, name, day FROM landing.lenient ORDER BY id", "id | name | day\n1 | A | 2024-01-01\n2 | B | 2024-01-01\n3 | NULL | 2024-01-01\n4 | NULL | NULL");
        Assert.Throws<WarehouseModelException>(() => DimensionalModel.Create("odd", builder => builder.Landing<ThingRow>("thing", t => t.Contract(new() { MissingColumn = OnSchemaChange.Evolve, OtherType = OnSchemaChange.Ignore })))).Problems.Should().HaveCount(2);
        Assert.Throws<WarehouseModelException>(() => DimensionalModel.Create("odd", builder => builder.Enterprise<ThingRow>("thing", t => t.Key(row => row.Id).Contract(new() { NewColumn = OnSchemaChange.Evolve })))).Problems.Should().ContainSingle().Which.Should().Contain("NewColumn can evolve in the landing zone only");
    }

    [Fact]
    public async Task S08_A_contract_counts_what_the_path_gives_as_a_column()
    {
        await using Bench bench = await OpenAsync();
        bench.Put("strict/year=2024/a.csv", Header + "1,A,x,2024-01-01\n");
        bench.Put("strict/year=__HIVE_DEFAULT_PARTITION__/b.csv", Header + "2,B,x,2024-01-01\n");
        bench.Put("strict/year=2025/c.jsonl", "{\"id\":3}\n");
        bench.Put("d.csv", Header + "4,D,x,2024-01-01\n");
        FileReadOptions hive = new() { HivePartitions = true };

        LoadReport csv = await bench.LoadAsync(Source.Files(bench.Of("strict/**/*.csv"), CsvFormat.Default, hive), Tolerant, bench.Strict);
        LoadReport json = await bench.LoadAsync(Source.Files(bench.Of("strict/**/*.jsonl"), JsonLinesFormat.Default, hive), Tolerant, bench.Strict);
        LoadReport line = await bench.LoadAsync(Source.Files(bench.Of("d.csv"), CsvFormat.Default, new() { LineColumn = "no" }), Tolerant, bench.Strict);
        LoadReport ignored = await bench.LoadAsync(Source.Files(bench.Of("strict/**/*.csv"), CsvFormat.Default, hive), null, bench.Lenient);

        (csv.Counts, json.Counts, line.Counts).Should().Be((new LoadCounts { Read = 2, Inserted = 1, Rejected = 1 }, new LoadCounts { Read = 1, Rejected = 1 }, new LoadCounts { Read = 1, Rejected = 1 }));
        ignored.IgnoredColumns.Should().Equal("year");
        await bench.ExpectAsync("SELECT id FROM landing.strict", "id\n2");
        await bench.ExpectAsync("SELECT load_id, reason FROM warehouse.reject ORDER BY load_id", "load_id | reason\n1 | column 'year' is not expected\n2 | column 'year' is not expected\n3 | column 'no' is not expected");
    }

    [Fact]
    public async Task S08_A_landing_table_that_may_evolve_gains_the_columns_of_its_files()
    {
        await using Bench bench = await OpenAsync();
        bench.Put("in/1.csv", "id,name,region,day,color\n1,A,x,2024-01-01,red\n");
        bench.Put("in/2.csv", Header + "2,B,x,2024-01-01\n");
        bench.Put("a.jsonl", "{\"id\":3,\"color\":null}\n{\"id\":4,\"Color\":\"blue\",\"size\":{\"w\":1}}\n");
        bench.Put("b.csv", "id,name,region,day,load_id\n1,A,x,2024-01-01,7\n");
        Task<LoadReport> LoadAsync(string name, FileFormat format) => bench.LoadAsync(Source.Files(bench.Of(name), format), null, bench.Evolving);

        LoadReport first = await LoadAsync("in/", CsvFormat.Default);
        LoadReport second = await LoadAsync("a.jsonl", JsonLinesFormat.Default);
        var taken = await Assert.ThrowsAsync<WarehouseSchemaException>(() => LoadAsync("b.csv", CsvFormat.Default));
        await bench.LoadAsync(Source.Rows<ThingRow>([new(5, "E", null, null)]), null, bench.Evolving);

        first.EvolvedColumns.Should().Equal("color");
        second.EvolvedColumns.Should().Equal("size");
        taken.Message.Should().StartWith($"{bench.Of("b.csv")} has the column 'load_id', which landing.evolving cannot gain");
        (await bench.Warehouse.DeployAsync()).IsUnchanged.Should().BeTrue();
        await bench.ExpectAsync("SELECT id, name, color, size FROM landing.evolving ORDER BY id", "id | name | color | size\n1 | A | red | NULL\n2 | B | NULL | NULL\n3 | NULL | NULL | NULL\n4 | NULL | blue | {\"w\":1}\n5 | E | NULL | NULL");
    }

    [Fact]
    public async Task Nested_json_is_kept_whole_or_taken_apart_by_paths()
    {
        await using Bench bench = await OpenAsync();
        bench.Put("a.jsonl", """
            {"Id":1,"customer":{"name":"A \"one\"","addresses":[{"city":"X"},{"city":"Åby"}]},"items":[{"sku":1.50},[true]],"total":1.25e2}
            {"id":2,"items":null,"customer":7}
            {"id":"3","customer":{"addresses":[{}]},"items":"text","total":"1.5"}
            """);

        await bench.LoadAsync(Source.Files(bench.Of("a.jsonl"), JsonLinesFormat.Default), null, bench.Order);

        await bench.ExpectAsync("SELECT id, customer, city, CAST(items AS VARCHAR) AS items, total, source_line FROM landing.purchase ORDER BY id", $$"""
            id | customer | city | items                      | total    | source_line
            1  | A "one"  | Åby  | {{(store.KeepsJsonAsWritten ? bench.Json("[{\"sku\":1.50},[true]]", "[{\"sku\": 1.50}, [true]]") : "[{\"sku\":1.5},[true]]")}} | 125.0000 | 1
            2  | NULL     | NULL | NULL                       | NULL     | 2
            3  | NULL     | NULL | "text"                     | 1.5000   | 3
            """);
    }

    [Fact]
    public async Task Bad_lines_of_json_are_rejected_one_by_one()
    {
        await using Bench bench = await OpenAsync();
        bench.Put("a.jsonl", [.. "{\"id\":1}\n{\"id\":2\nnull\n[1]\n{\"id\":3}{}\n{\"id\":4,\"color\":1}\n{\"id\":1.5}\n{\"id\":5,\"day\":\"5/6/2024\"}\n{\"id\":6,\"name\":\""u8, 0xff, .. "\"}\n{\"id\":7}"u8]);

        var drift = await Assert.ThrowsAsync<WarehouseSchemaException>(() => bench.LoadAsync(Source.Files(bench.Of("a.jsonl"), JsonLinesFormat.Default), Tolerant));
        LoadReport report = await bench.LoadAsync(Source.Files(bench.Of("a.jsonl"), JsonLinesFormat.Default), Tolerant, bench.Strict);

        drift.Message.Should().StartWith($"{bench.Of("a.jsonl")}, line 6 does not fit landing.thing: the key 'color' is not expected. Expected: id, name, region, day.");

        report.Counts.Should().Be(new LoadCounts { Read = 10, Inserted = 2, Rejected = 8 });
        await bench.ExpectAsync("SELECT line, column_name, reason FROM warehouse.reject ORDER BY line", """
            line | column_name | reason
            2    | NULL        | expected one JSON object, and nothing else, per line; it goes wrong at byte 8
            3    | NULL        | no JSON object, expected one per line
            4    | NULL        | no JSON object, expected one per line
            5    | NULL        | expected one JSON object, and nothing else, per line; it goes wrong at byte 9
            6    | NULL        | the key 'color' is not expected
            7    | id          | expected a whole number of 32 bits
            8    | day         | expected a date as yyyy-MM-dd
            9    | name        | bytes that are no UTF-8 text
            """);
    }

    [Fact]
    public async Task A_file_replaced_between_listing_and_reading_loads_nothing()
    {
        await using Bench bench = await OpenAsync();
        string path = $"{Guid.NewGuid():N}/";
        await bench.Warehouse.Stage.PutAsync(path + "a.csv", new MemoryStream(Encoding.UTF8.GetBytes(Header + "1,A,x,2024-01-01\n")));
        var hooked = new HookedStage(bench.Warehouse.Stage);
        hooked.BeforeOpen = async opened =>
        {
            hooked.BeforeOpen = null;
            await bench.Warehouse.Stage.PutAsync(opened, new MemoryStream(Encoding.UTF8.GetBytes(Header + "1,A,x,2024-01-01\n2,B,x,2024-01-01\n")));
        };
        await using var warehouse = new Providers.WarehouseClient(store.OpenProvider(await store.CreateDatabaseAsync()), bench.Model, hooked);
        await warehouse.DeployAsync();

        var error = await Assert.ThrowsAsync<WarehouseStageException>(() => warehouse.LoadAsync(bench.Thing, Source.StagedFiles(path, CsvFormat.Default)));
        await warehouse.LoadAsync(bench.Thing, Source.StagedFiles(path, CsvFormat.Default));

        error.Failure.Should().Be(StageFailure.Replaced);
        error.Message.Should().Contain($"{path}a.csv");
        await warehouse.ExpectAsync("SELECT id, load_id FROM landing.thing ORDER BY id", "id | load_id\n1 | 2\n2 | 2");
    }

    private static byte[] Pack(string text, Compression packing)
    {
        using var packed = new MemoryStream();
        using (Stream? target = packing switch { Compression.Gzip => new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true), Compression.Zstd => new ZstdSharp.CompressionStream(packed, leaveOpen: true), _ => null })
            (target ?? packed).Write(Encoding.UTF8.GetBytes(text));
        return packed.ToArray();
    }

    private async Task<Bench> OpenAsync()
    {
        var bench = new Bench();
        bench.Warehouse = await store.OpenAsync(bench.Model);
        bench.KeepsJsonAsWritten = !store.EnforcesKeys;
        return bench;
    }

    private sealed record ThingRow(int Id, string? Name, string? Region, DateOnly? Day);

    private sealed record MemberRow(int? Id, string? Name, string? Region, DateTime Day);

    private sealed record YearlyRow(int Id, string? Name, string? Region, DateOnly Day, int Year);

    private sealed record OrderRow(int Id, string? Customer, string? City, System.Text.Json.JsonElement Items, decimal? Total);

    private sealed class Bench : IAsyncDisposable
    {
        private readonly ScratchFolder _folder = new();

        public Bench() => Model = DimensionalModel.Create("files", builder =>
        {
            Thing = builder.Landing<ThingRow>("thing");
            Strict = builder.Landing<ThingRow>("strict", t => t.Contract(new() { NewColumn = OnSchemaChange.RejectRow, MissingColumn = OnSchemaChange.RejectRow }));
            Evolving = builder.Landing<ThingRow>("evolving", t => t.Contract(new() { NewColumn = OnSchemaChange.Evolve }));
            Lenient = builder.Landing<ThingRow>("lenient", t => t.Contract(new() { NewColumn = OnSchemaChange.Ignore, MissingColumn = OnSchemaChange.Ignore, OtherType = OnSchemaChange.Freeze }));
            Yearly = builder.Landing<YearlyRow>("yearly");
            Order = builder.Landing<OrderRow>("purchase", t => t.FromPath(row => row.Customer, "customer.name").FromPath(row => row.City, "$.customer.addresses[1].city"));
            Kept = builder.Enterprise<ThingRow>("kept", t => t.Key(row => row.Id));
            Member = builder.Dimension<MemberRow>("dim_member", d => d.NaturalKey(row => row.Id).Type2(row => row.Name).Type1(row => row.Region).EffectiveFrom(row => row.Day));
        });

        public DimensionalModel Model { get; }

        public IWarehouse Warehouse { get; set; } = null!;

        public bool KeepsJsonAsWritten { get; set; }

        public ZoneTable<ThingRow> Thing { get; private set; } = null!;

        public ZoneTable<ThingRow> Strict { get; private set; } = null!;

        public ZoneTable<ThingRow> Evolving { get; private set; } = null!;

        public ZoneTable<ThingRow> Lenient { get; private set; } = null!;

        public ZoneTable<YearlyRow> Yearly { get; private set; } = null!;

        public ZoneTable<OrderRow> Order { get; private set; } = null!;

        public ZoneTable<ThingRow> Kept { get; private set; } = null!;

        public Dimension<MemberRow> Member { get; private set; } = null!;

        public string Of(string name) => _folder.Of(name);

        public string Short(string path) => Path.GetRelativePath(_folder.Path, path);

        public string Json(string asWritten, string normalised) => KeepsJsonAsWritten ? asWritten : normalised;

        public void Put(string name, string content) => Put(name, Encoding.UTF8.GetBytes(content));

        public void Put(string name, byte[] content)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Of(name))!);
            File.WriteAllBytes(Of(name), content);
        }

        public Task<LoadReport> LoadAsync(LoadSource source, LoadOptions? options = null, LoadTarget? target = null) => Warehouse.LoadAsync(target ?? Thing, source, options);

        /// <summary>Paths are drawn without the folder of the test.</summary>
        public Task ExpectAsync(string sql, string drawn)
            => Warehouse.ExpectAsync(sql.Contains("source_file", StringComparison.Ordinal) ? Shortened(sql) : sql, drawn);

        public async Task<TException> RefuseAsync<TException>(LoadSource source)
            where TException : Exception
        {
            string before = await Warehouse.OfAllAsync();
            var error = await Assert.ThrowsAnyAsync<TException>(() => LoadAsync(source));
            (await Warehouse.OfAllAsync()).Should().Be(before);
            return error;
        }

        public ValueTask DisposeAsync()
        {
            _folder.Dispose();
            return Warehouse.DisposeAsync();
        }

        private string Shortened(string sql)
        {
            string list = sql["SELECT ".Length..sql.IndexOf(" FROM", StringComparison.Ordinal)];
            IEnumerable<string> names = list.Split(',').Select(item => item.Trim().Split(" AS ")[^1].Trim());
            return $"SELECT {string.Join(", ", names.Select(name => name == "source_file" ? $"replace(source_file, '{_folder.Path}/', '') AS source_file" : name))} FROM ({sql}) AS drawn";
        }
    }
}
