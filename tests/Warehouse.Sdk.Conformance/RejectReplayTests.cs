using System.Globalization;

namespace Warehouse.Sdk.Conformance;

/// <summary>Rejected rows are loaded once what was wrong is mended, each of them once.</summary>
public abstract class RejectReplayTests<TStore>(TStore store) : IClassFixture<TStore>
    where TStore : WarehouseTestStore
{
    private const string Open = "SELECT load_id, line, column_name, replayed_by FROM warehouse.reject ORDER BY load_id, line";

    private static readonly LoadOptions Tolerant = new() { Rejects = RejectPolicy.KeepAll };

    [Fact]
    public async Task Rows_mended_in_the_reject_table_land_once_under_their_own_file_and_line()
    {
        Shelf shelf = new();
        await using IWarehouse warehouse = await store.OpenAsync(shelf.Model);
        using var folder = new ScratchFolder();
        string csv = folder.Write("a.csv", "id;name\n1;A\nx;\"B;b\"\n\"3\";C;D\n4;D\n");
        string json = folder.Write("a.jsonl", "{\"id\":\"?\",\"name\":\"J\"}\n");
        var written = new CsvFormat { Delimiter = ';' };
        await warehouse.LoadAsync(shelf.Landing, Source.Csv(csv, written), Tolerant);
        await warehouse.LoadAsync(shelf.Landing, Source.Files(json, JsonLinesFormat.Default), Tolerant);
        string before = await warehouse.OfAllAsync();

        var stillWrong = await Assert.ThrowsAsync<WarehouseLoadException>(() => warehouse.ReplayRejectsAsync(shelf.Landing, new() { Csv = written }));
        (await warehouse.OfAllAsync()).Should().Be(before);
        await MendAsync(warehouse, "x;\"B;b\"", "2;\"B;b\"");
        await MendAsync(warehouse, "{\"id\":\"?\",\"name\":\"J\"}", "{\"id\":5,\"name\":\"J\"}");
        LoadReport replayed = await warehouse.ReplayRejectsAsync(shelf.Landing, new() { Csv = written }, Tolerant);
        LoadReport again = await warehouse.ReplayRejectsAsync(shelf.Landing, new() { LoadId = 1, Csv = written }, Tolerant);

        stillWrong.Message.Should().Contain($"{csv}, line 3, column id");
        replayed.Counts.Should().Be(new LoadCounts { Read = 3, Inserted = 2, Rejected = 1 });
        replayed.Source.Should().Be("rejected rows");
        again.Outcome.Should().Be(LoadOutcome.NothingChanged);
        again.Counts.Read.Should().Be(0);
        await warehouse.ExpectAsync($"SELECT id, name, replace(source_file, '{folder.Path}/', '') AS file, source_line, load_id FROM landing.thing ORDER BY id", string.Create(CultureInfo.InvariantCulture, $"""
            id | name | file    | source_line | load_id
            1  | A    | a.csv   | 2           | 1
            2  | B;b  | a.csv   | 3           | {replayed.LoadId}
            4  | D    | a.csv   | 5           | 1
            5  | J    | a.jsonl | 1           | {replayed.LoadId}
            """));
        await warehouse.ExpectAsync(Open, string.Create(CultureInfo.InvariantCulture, $"""
            load_id           | line | column_name | replayed_by
            1                 | 3    | id          | {replayed.LoadId}
            1                 | 4    | NULL        | {replayed.LoadId}
            2                 | 1    | id          | {replayed.LoadId}
            {replayed.LoadId} | 4    | NULL        | NULL
            """));
    }

    [Fact]
    public async Task Rows_a_merge_has_rejected_are_replayed_when_the_members_are_there()
    {
        Shelf shelf = new();
        await using IWarehouse warehouse = await store.OpenAsync(shelf.Model);
        using var folder = new ScratchFolder();
        folder.Write("1.csv", "sale_id,thing_id,amount,sold_on\n1,1,1.50,2024-01-02\n2,7,2.50,2024-01-03\n");
        folder.Write("2.csv", "sale_id,thing_id,amount,sold_on\n3,8,,2024-01-04\n,8,,2024-01-04\n");
        await warehouse.LoadAsync(shelf.Thing, [new(1, "A")]);

        LoadReport first = await warehouse.LoadAsync(shelf.Sale, Source.Files(folder.Of("*.csv"), CsvFormat.Default), Tolerant);
        await warehouse.LoadAsync(shelf.Thing, [new(7, "B"), new(8, "C")]);
        LoadReport replayed = await warehouse.ReplayRejectsAsync(shelf.Sale, options: Tolerant);

        first.Counts.Should().Be(new LoadCounts { Read = 4, Inserted = 1, Rejected = 3 });
        replayed.Counts.Should().Be(new LoadCounts { Read = 3, Inserted = 2, Rejected = 1 });
        await warehouse.ExpectAsync("SELECT sale_id, dim_thing.id AS thing_id, amount FROM business.fact_sale JOIN business.dim_thing ON fact_sale.thing_key = dim_thing.thing_key ORDER BY sale_id", """
            sale_id | thing_id | amount
            1       | 1        | 1.5000
            2       | 7        | 2.5000
            3       | 8        | NULL
            """);
        await warehouse.ExpectAsync($"SELECT replace(file, '{folder.Path}/', '') AS file, line, column_name, replayed_by FROM warehouse.reject ORDER BY load_id, file, line", string.Create(CultureInfo.InvariantCulture, $"""
            file  | line | column_name | replayed_by
            1.csv | 3    | thing_id    | {replayed.LoadId}
            2.csv | 2    | thing_id    | {replayed.LoadId}
            2.csv | 3    | sale_id     | {replayed.LoadId}
            2.csv | 3    | sale_id     | NULL
            """));
    }

    [Fact]
    public async Task A_replay_tells_what_of_its_rows_is_not_taken()
    {
        Shelf shelf = new();
        await using IWarehouse warehouse = await store.OpenAsync(shelf.Model);
        using var folder = new ScratchFolder();
        await warehouse.LoadAsync(shelf.Evolving, Source.Csv(folder.Write("a.csv", "id,name,color\nx,A,red\n")), Tolerant);
        await warehouse.LoadAsync(shelf.Evolving, Source.Files(folder.Write("b.jsonl", "{\"id\":\"?\",\"size\":1,\"name\":\"B\",\"weight\":2}\n"), JsonLinesFormat.Default), Tolerant);
        await MendAsync(warehouse, "x,A,red", "1,A,red");

        LoadReport csv = await warehouse.ReplayRejectsAsync(shelf.Evolving, new() { LoadId = 1 });
        LoadReport json = await warehouse.ReplayRejectsAsync(shelf.Evolving, new() { LoadId = 2 }, Tolerant);

        csv.IgnoredColumns.Should().Equal("color");
        json.IgnoredColumns.Should().Equal("size", "weight");
        await warehouse.ExpectAsync("SELECT id, name, color FROM landing.evolving", "id | name | color\n1 | A | NULL");
    }

    [Fact]
    public async Task What_a_load_replaces_is_not_replayed()
    {
        Shelf shelf = new();
        await using IWarehouse warehouse = await store.OpenAsync(shelf.Model);

        (await Assert.ThrowsAsync<ArgumentException>(() => warehouse.ReplayRejectsAsync(shelf.Whole))).Message.Should().StartWith("The rows of enterprise.whole are replaced by its loads");
    }

    private static async Task MendAsync(IWarehouse warehouse, string raw, string mended)
        => await warehouse.QueryAsync<long>($"UPDATE warehouse.reject SET raw_row = '{mended}' WHERE raw_row = '{raw}'");

    private sealed record ThingRow(int Id, string? Name);

    private sealed record SaleRow(int? SaleId, int ThingId, decimal? Amount, DateTime SoldOn);

    private sealed class Shelf
    {
        public Shelf() => Model = DimensionalModel.Create("shelf", builder =>
        {
            Landing = builder.Landing<ThingRow>("thing");
            Evolving = builder.Landing<ThingRow>("evolving", t => t.Contract(new() { NewColumn = OnSchemaChange.Evolve }));
            Whole = builder.Enterprise<ThingRow>("whole", t => t.Key(row => row.Id).FullRefresh());
            Dimension<ThingRow> thing = Thing = builder.Dimension<ThingRow>("dim_thing", d => d.NaturalKey(row => row.Id).Type1(row => row.Name));
            DateDimension date = builder.DateDimension("dim_date", new DateOnly(2024, 1, 1), new DateOnly(2024, 1, 31));
            Sale = builder.Fact<SaleRow>("fact_sale", f => f.Grain("one sale", row => row.SaleId).Date(date, row => row.SoldOn).Dimension(thing, row => row.ThingId, whenUnknown: UnknownMember.Reject).Measure(row => row.Amount));
        });

        public DimensionalModel Model { get; }

        public ZoneTable<ThingRow> Landing { get; private set; } = null!;

        public ZoneTable<ThingRow> Evolving { get; private set; } = null!;

        public ZoneTable<ThingRow> Whole { get; private set; } = null!;

        public Dimension<ThingRow> Thing { get; private set; } = null!;

        public Fact<SaleRow> Sale { get; private set; } = null!;
    }
}
