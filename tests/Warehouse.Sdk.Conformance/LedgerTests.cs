using Microsoft.Extensions.Time.Testing;
using static Warehouse.Sdk.Conformance.Shop;

namespace Warehouse.Sdk.Conformance;

/// <summary>What the ledger says about loads, and how it recognises what was loaded before.</summary>
public abstract class LedgerTests<TStore>(TStore store) : IClassFixture<TStore>
    where TStore : WarehouseTestStore
{
    private const string Loads = "SELECT load_id, target, status, rows_read, rows_rejected FROM warehouse.load ORDER BY load_id";

    [Fact]
    public async Task Every_load_is_one_row_with_its_counts_and_times()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(Day(12), TimeSpan.Zero));
        var shop = new Shop();
        await using IWarehouse warehouse = await store.OpenAsync(shop.Model, time);

        LoadReport first = await warehouse.LoadAsync(shop.Customer, [Lives(1, "Aarhus", 1)], new() { AsOf = new DateTimeOffset(Day(3), TimeSpan.Zero), BatchId = "batch 1" });
        await warehouse.LoadAsync(shop.Payment, [Paid(1, 1, 1), Paid(2, 1, 1), new(null, 1, null, null)], new() { Rejects = RejectPolicy.KeepAll });
        await warehouse.LoadAsync(shop.Payment, [Paid(1, 1, 1)]);

        first.LoadId.Should().Be(1);
        await warehouse.ExpectAsync(Loads, """
            load_id | target                | status          | rows_read | rows_rejected
            1       | business.dim_customer | loaded          | 1         | 0
            2       | business.fact_payment | loaded          | 3         | 1
            3       | business.fact_payment | nothing changed | 1         | 0
            """);
        await warehouse.ExpectAsync("SELECT batch_id, source, as_of, started_at, finished_at FROM warehouse.load WHERE load_id = 1", """
            batch_id | source              | as_of      | started_at | finished_at
            batch 1  | rows of CustomerRow | 2024-01-03 | 2024-01-12 | 2024-01-12
            """);
        await warehouse.ExpectAsync("SELECT DISTINCT load_id FROM business.fact_payment", "load_id\n2");
    }

    [Fact]
    public async Task A_batch_of_a_known_name_is_recognised_per_target()
    {
        var shop = new Shop();
        await using IWarehouse warehouse = await store.OpenAsync(shop.Model);
        LoadReport first = await warehouse.LoadAsync(shop.Payment, [Paid(1, 1, 1)], new() { BatchId = "x" });
        string before = await warehouse.OfAllAsync();

        LoadReport again = await warehouse.LoadAsync(shop.Payment, [Paid(2, 2, 2)], new() { BatchId = "x" });

        again.Outcome.Should().Be(LoadOutcome.AlreadyLoaded);
        again.LoadId.Should().Be(first.LoadId);
        again.Counts.Should().Be(new LoadCounts());
        (await warehouse.OfAllAsync()).Should().Be(before);
        (await warehouse.LoadAsync(shop.Customer, [Lives(1, "Aarhus", 1)], new() { BatchId = "x" })).Outcome.Should().Be(LoadOutcome.Loaded);
    }

    [Fact]
    public async Task The_same_file_again_is_recognised()
    {
        var (warehouse, table, folder) = await OpenAsync();
        await using var _ = warehouse;
        using var __ = folder;
        string file = folder.Write("a.csv", "id,name\n1,A\n");
        LoadReport first = await warehouse.LoadAsync(table, Source.Csv(file));
        string before = await warehouse.OfAllAsync();

        LoadReport again = await warehouse.LoadAsync(table, Source.Csv(file));

        first.Outcome.Should().Be(LoadOutcome.Loaded);
        again.Outcome.Should().Be(LoadOutcome.AlreadyLoaded);
        again.LoadId.Should().Be(first.LoadId);
        (await warehouse.OfAllAsync()).Should().Be(before);
        await warehouse.ExpectAsync("SELECT load_id, target, length FROM warehouse.load_file", "load_id | target | length\n1 | landing.thing | 12");
    }

    [Fact]
    public async Task A_file_that_goes_back_to_an_earlier_content_is_news()
    {
        var (warehouse, table, folder) = await OpenAsync();
        await using var _ = warehouse;
        using var __ = folder;
        foreach (string content in new[] { "A", "B", "A" })
        {
            string file = folder.Write("a.csv", $"id,name\n1,{content}\n");
            (await warehouse.LoadAsync(table, Source.Csv(file))).Outcome.Should().Be(LoadOutcome.Loaded);
        }

        await warehouse.ExpectAsync("SELECT name, load_id FROM landing.thing ORDER BY load_id", "name | load_id\nA | 1\nB | 2\nA | 3");
    }

    [Fact]
    public async Task The_same_content_under_another_path_is_another_file()
    {
        var (warehouse, table, folder) = await OpenAsync();
        await using var _ = warehouse;
        using var __ = folder;

        await warehouse.LoadAsync(table, Source.Csv(folder.Write("a.csv", "id,name\n1,A\n")));
        LoadReport other = await warehouse.LoadAsync(table, Source.Csv(folder.Write("b.csv", "id,name\n1,A\n")));

        other.Outcome.Should().Be(LoadOutcome.Loaded);
        await warehouse.ExpectAsync("SELECT count(*) AS files, count(DISTINCT sha256) AS contents FROM warehouse.load_file", "files | contents\n2 | 1");
    }

    [Fact]
    public async Task A_file_is_known_per_target()
    {
        ZoneTable<Thing> one = null!, two = null!;
        var model = DimensionalModel.Create("two", builder => (one, two) = (builder.Landing<Thing>("one"), builder.Landing<Thing>("two")));
        await using IWarehouse warehouse = await store.OpenAsync(model);
        using var folder = new ScratchFolder();
        string file = folder.Write("a.csv", "id,name\n1,A\n");

        await warehouse.LoadAsync(one, Source.Csv(file));

        (await warehouse.LoadAsync(two, Source.Csv(file))).Outcome.Should().Be(LoadOutcome.Loaded);
    }

    [Fact]
    public async Task A_snapshot_file_at_another_time_is_another_snapshot()
    {
        var shop = new Shop();
        await using IWarehouse warehouse = await store.OpenAsync(shop.Model);
        using var folder = new ScratchFolder();
        string file = folder.Write("customers.csv", "customer_id,city,changed_at\n1,Aarhus,2024-01-01\n");
        LoadOptions AsOf(double day) => new() { AsOf = new DateTimeOffset(Day(day).AddTicks(7), TimeSpan.Zero) };

        await warehouse.LoadAsync(shop.Customer, Source.Csv(file), AsOf(1));

        (await warehouse.LoadAsync(shop.Customer, Source.Csv(file), AsOf(1))).Outcome.Should().Be(LoadOutcome.AlreadyLoaded);
        (await warehouse.LoadAsync(shop.Customer, Source.Csv(file), AsOf(2))).Outcome.Should().Be(LoadOutcome.NothingChanged);
    }

    [Fact]
    public async Task A_file_that_failed_can_be_loaded_when_it_is_allowed_to()
    {
        var (warehouse, table, folder) = await OpenAsync();
        await using var _ = warehouse;
        using var __ = folder;
        string file = folder.Write("a.csv", "id,name\nx,A\n2,B\n");

        await Assert.ThrowsAsync<WarehouseLoadException>(() => warehouse.LoadAsync(table, Source.Csv(file)));
        await warehouse.ExpectAsync(Loads, "load_id");
        LoadReport report = await warehouse.LoadAsync(table, Source.Csv(file), new() { Rejects = RejectPolicy.UpToFraction(0.5) });

        report.Counts.Should().Be(new LoadCounts { Read = 2, Inserted = 1, Rejected = 1 });
        await warehouse.ExpectAsync("SELECT load_id, target, line, column_name, reason, raw_row FROM warehouse.reject", $"""
            load_id | target        | line | column_name | reason                             | raw_row
            {report.LoadId} | landing.thing | 2    | id          | expected a whole number of 32 bits | x,A
            """);
    }

    private async Task<(IWarehouse Warehouse, ZoneTable<Thing> Table, ScratchFolder Folder)> OpenAsync()
    {
        ZoneTable<Thing> table = null!;
        var model = DimensionalModel.Create("things", builder => table = builder.Landing<Thing>("thing"));
        return (await store.OpenAsync(model), table, new ScratchFolder());
    }

    private sealed record Thing(int Id, string Name);
}
