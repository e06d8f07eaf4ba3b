using Microsoft.Extensions.Time.Testing;
using Warehouse.Sdk.Providers;
using static Warehouse.Sdk.Conformance.Shop;

namespace Warehouse.Sdk.Conformance;

/// <summary>Several sources that one load takes together: united, side by side, and by way of a mapping table.</summary>
public abstract class ComposedSourceTests<TStore>(TStore store) : IClassFixture<TStore>
    where TStore : WarehouseTestStore
{
    [Fact]
    public async Task A_union_takes_the_rows_of_all_sources_and_says_which_they_came_from()
    {
        Retail retail = new();
        await using IWarehouse warehouse = await store.OpenAsync(retail.Model);
        using var folder = new ScratchFolder();
        string file = folder.Write("web.csv", "sale_id,day,units\n3,2024-01-03,30\n");

        LoadReport report = await warehouse.LoadAsync(retail.Sale, Source.Union("channel", ("shop", Source.Rows<SaleRow>([new(1, Day(1), 10, null), new(2, Day(2), 20, null)])), ("web", Source.Csv(file)), ("phone", Source.Query("SELECT 4 AS sale_id, DATE '2024-01-04' AS day, 40 AS units"))));

        report.Counts.Should().Be(new LoadCounts { Read = 4, Inserted = 4 });
        await warehouse.ExpectAsync("SELECT sale_id, units, channel FROM business.fact_sale ORDER BY sale_id", """
            sale_id | units | channel
            1       | 10    | shop
            2       | 20    | shop
            3       | 30    | web
            4       | 40    | phone
            """);
    }

    [Fact]
    public async Task Rejected_rows_of_a_union_are_named_by_the_file_and_line_of_their_own_source()
    {
        Retail retail = new();
        await using IWarehouse warehouse = await store.OpenAsync(retail.Model);
        using var folder = new ScratchFolder();
        string shop = folder.Write("shop.csv", "sale_id,day,units\n1,2024-01-01,1\n,2024-01-01,2\n");
        string web = folder.Write("web.csv", "sale_id,day,units\n2,2024-01-01,x\n3,2024-01-01,3\n1,2024-01-01,9\n");
        LoadSource Both() => Source.Union("channel", ("shop", Source.Csv(shop)), ("web", Source.Csv(web)));

        var refused = await Assert.ThrowsAsync<WarehouseLoadException>(() => warehouse.LoadAsync(retail.Sale, Source.Union("channel", ("a", Source.Rows<SaleRow>([new(1, Day(1), 1, null)])), ("b", Source.Rows<SaleRow>([new(7, Day(1), 1, null), new(null, Day(1), 1, null)])))));
        LoadReport report = await warehouse.LoadAsync(retail.Sale, Both(), new() { Rejects = RejectPolicy.KeepAll });
        LoadReport again = await warehouse.LoadAsync(retail.Sale, Both(), new() { Rejects = RejectPolicy.KeepAll });

        refused.Message.Should().Contain("b, line 2, column sale_id: grain or watermark is NULL");
        report.Counts.Should().Be(new LoadCounts { Read = 5, Inserted = 1, Rejected = 4 });
        report.Counts.IsConserved.Should().BeTrue();
        await warehouse.ExpectAsync($"SELECT replace(file, '{folder.Path}', '') AS file, line, column_name FROM warehouse.reject ORDER BY file, line", """
            file      | line | column_name
            /shop.csv | 2    | channel, units
            /shop.csv | 3    | sale_id
            /web.csv  | 2    | units
            /web.csv  | 4    | channel, units
            """);
        again.Outcome.Should().Be(LoadOutcome.AlreadyLoaded, "all parts are files that were loaded together before");
    }

    [Fact]
    public async Task A_full_outer_join_brings_measures_from_either_side_NULL_or_zero_where_one_has_none()
    {
        Retail retail = new();
        await using IWarehouse warehouse = await store.OpenAsync(retail.Model);

        LoadReport report = await warehouse.LoadAsync(retail.Day, Source.FullOuterJoin<SoldRow, StockRow>(
            Source.Rows<SoldRow>([new(1, Day(1), 5), new(1, Day(2), null), new(2, Day(1), 7)]),
            Source.Query("SELECT 1 AS product_id, DATE '2024-01-01' AS day, 50 AS on_hand UNION ALL SELECT 3, DATE '2024-01-01', 30"),
            on: row => new { row.ProductId, row.Day },
            leftZero: row => row.UnitsSold));

        report.Counts.Should().Be(new LoadCounts { Read = 5, Inserted = 4, Folded = 1 });
        report.Counts.IsConserved.Should().BeTrue();
        await warehouse.ExpectAsync("SELECT product_id, day, units_sold, on_hand FROM business.fact_day ORDER BY product_id, day", """
            product_id | day        | units_sold | on_hand
            1          | 2024-01-01 | 5          | 50
            1          | 2024-01-02 | NULL       | NULL
            2          | 2024-01-01 | 7          | NULL
            3          | 2024-01-01 | 0          | 30
            """);
    }

    [Fact]
    public async Task A_key_that_one_side_has_twice_fails_the_load_and_is_named()
    {
        Retail retail = new();
        await using IWarehouse warehouse = await store.OpenAsync(retail.Model);
        string before = await warehouse.OfAllAsync();

        var refused = await Assert.ThrowsAsync<WarehouseLoadException>(() => warehouse.LoadAsync(retail.Day, Source.FullOuterJoin<SoldRow, StockRow>(
            Source.Rows<SoldRow>([new(1, Day(1), 5), new(1, Day(1), 6)]), Source.Rows<StockRow>([new(1, Day(1), 50)]), on: row => new { row.ProductId, row.Day })));

        refused.Message.Should().StartWith("business.fact_day: several rows of rows of SoldRow have one key, and each of them would be joined; sum them up first (product_id = 1, day = 2024-01-01");
        (await warehouse.OfAllAsync()).Should().Be(before);
    }

    [Fact]
    public async Task A_mapping_table_gives_rows_the_date_of_a_calendar_of_their_own()
    {
        Retail retail = new();
        await using IWarehouse warehouse = await store.OpenAsync(retail.Model);
        await warehouse.LoadAsync(retail.Calendar, [new(901, new DateOnly(2024, 1, 1)), new(902, new DateOnly(2024, 1, 2))]);
        LoadSource Numbered(params NumberedRow[] rows) => Source.Mapped<NumberedRow, CalendarRow>(Source.Rows(rows), retail.Calendar, key: row => row.TimeId, mapKey: map => map.TimeId, values: map => map.Day);

        LoadReport report = await warehouse.LoadAsync(retail.Day, Source.FullOuterJoin<SoldRow, StockRow>(Source.Rows<SoldRow>([new(1, Day(1), 5)]), Numbered(new(1, 901, 50), new(2, 902, 60), new(2, 999, 61)), on: row => new { row.ProductId, row.Day }), new() { Rejects = RejectPolicy.KeepAll });

        report.Counts.Should().Be(new LoadCounts { Read = 4, Inserted = 2, Folded = 1, Rejected = 1 });
        report.Counts.IsConserved.Should().BeTrue();
        await warehouse.ExpectAsync("SELECT product_id, day, units_sold, on_hand FROM business.fact_day ORDER BY product_id", "product_id | day | units_sold | on_hand\n1 | 2024-01-01 | 5 | 50\n2 | 2024-01-02 | NULL | 60");
        await warehouse.ExpectAsync("SELECT file, line, column_name, reason FROM warehouse.reject", """
            file                | line | column_name | reason
            rows of NumberedRow | 3    | time_id     | no row of enterprise.calendar (time_id = 999)
            """);
    }

    [Fact]
    public async Task A_failure_at_any_statement_leaves_everything_as_it_was()
    {
        Retail retail = new();
        var provider = new HookedProvider(store.OpenProvider(await store.CreateDatabaseAsync()));
        await using var warehouse = new WarehouseClient(provider, retail.Model, time: new FakeTimeProvider(new DateTimeOffset(Day(12), TimeSpan.Zero)));
        await warehouse.DeployAsync();
        string before = await warehouse.OfAllAsync();

        int calls = await CrashEverywhere.RunAsync(
            provider,
            () => warehouse.LoadAsync(retail.Sale, Source.Union("channel", ("a", Source.Rows<SaleRow>([new(1, Day(1), 1, null)])), ("b", Source.Query("SELECT 2 AS sale_id, DATE '2024-01-01' AS day, 1 AS units")))),
            async () => (await warehouse.OfAllAsync()).Should().Be(before));

        calls.Should().BeGreaterThan(15);
        await warehouse.ExpectAsync("SELECT sale_id, channel FROM business.fact_sale ORDER BY sale_id", "sale_id | channel\n1 | a\n2 | b");
    }

    [Fact]
    public async Task What_does_not_fit_is_said_before_anything_runs()
    {
        Retail retail = new();
        await using IWarehouse warehouse = await store.OpenAsync(retail.Model);
        Task<LoadReport> Join<TLeft, TRight>(System.Linq.Expressions.Expression<Func<TLeft, object?>> on) => warehouse.LoadAsync(retail.Day, Source.FullOuterJoin<TLeft, TRight>(Source.Rows<TLeft>([]), Source.Rows<TRight>([]), on));

        (await Assert.ThrowsAsync<ArgumentException>(() => Join<SoldRow, SoldRow>(row => row.ProductId))).Message.Should().Contain("day comes from both sides; join on it, or take it from one; units_sold comes from both sides; join on it, or take it from one; on_hand comes from neither side");
        (await Assert.ThrowsAsync<ArgumentException>(() => Join<NumberedRow, StockRow>(row => row.ProductId))).Message.Should().StartWith("NumberedRow.TimeId is no column that business.fact_day takes; it takes product_id, day, units_sold, on_hand.");
        (await Assert.ThrowsAsync<ArgumentException>(() => warehouse.LoadAsync(retail.Sale, Source.Union("origin", ("a", Source.Rows<SaleRow>([])))))).Message.Should().StartWith("business.fact_sale takes no text column origin");
        Assert.Throws<ArgumentException>(() => Source.Union(Source.Derived)).Message.Should().StartWith("Rows its source fact move on with their own target");
        (await warehouse.PlanAsync(retail.Day, Source.FullOuterJoin<SoldRow, StockRow>(Source.Rows<SoldRow>([]), Source.Rows<StockRow>([]), row => new { row.ProductId, row.Day }))).ToString().Should().Contain("join-sources").And.ContainEquivalentOf("part_2");
    }

    private sealed record SaleRow(int? SaleId, DateTime Day, int Units, string? Channel);

    private sealed record SoldRow(int ProductId, DateTime Day, int? UnitsSold);

    private sealed record StockRow(int ProductId, DateTime Day, int? OnHand);

    private sealed record NumberedRow(int ProductId, int TimeId, int OnHand);

    private sealed record CalendarRow(int TimeId, DateOnly Day);

    private sealed record DayRow(int ProductId, DateTime Day, int? UnitsSold, int? OnHand);

    private sealed class Retail
    {
        public Retail() => Model = DimensionalModel.Create("retail", builder =>
        {
            DateDimension date = builder.DateDimension("dim_date", new DateOnly(2024, 1, 1), new DateOnly(2024, 1, 31));
            Calendar = builder.Enterprise<CalendarRow>("calendar", t => t.Key(row => row.TimeId));
            Sale = builder.Fact<SaleRow>("fact_sale", f => f.Grain("one sale", row => row.SaleId).Date(date, row => row.Day).Degenerate(row => row.Channel).Measure(row => row.Units));
            Day = builder.Fact<DayRow>("fact_day", f => f.Grain("one product on one day", row => new { row.ProductId, row.Day }).Date(date, row => row.Day).Measure(row => row.UnitsSold).Measure(row => row.OnHand, Additivity.SemiAdditive));
        });

        public DimensionalModel Model { get; }

        public ZoneTable<CalendarRow> Calendar { get; private set; } = null!;

        public Fact<SaleRow> Sale { get; private set; } = null!;

        public Fact<DayRow> Day { get; private set; } = null!;
    }
}
