using Microsoft.Extensions.Time.Testing;
using Warehouse.Sdk.Providers;
using static Warehouse.Sdk.Conformance.Shop;

namespace Warehouse.Sdk.Conformance;

/// <summary>Aggregates hold what their source sums up to, and are rebuilt only where it changed.</summary>
public abstract class AggregateFactTests<TStore>(TStore store) : IClassFixture<TStore>
    where TStore : WarehouseTestStore
{
    private const string Months = "SELECT sold_year_month, category, amount, largest, source_rows FROM business.agg_month ORDER BY sold_year_month, category";

    [Fact]
    public async Task An_aggregate_is_its_fact_rolled_up()
    {
        Sales sales = new();
        await using IWarehouse warehouse = await OpenAsync(sales);

        LoadReport report = await warehouse.LoadAsync(sales.Month, Source.Derived);

        report.Counts.Should().Be(new LoadCounts { Read = 5, Inserted = 4, Folded = 1 });
        report.Counts.IsConserved.Should().BeTrue();
        await warehouse.ExpectAsync(Months, """
            sold_year_month | category | amount | largest | source_rows
            2024-01         | Dairy    | 3.00   | 2.00    | 2
            2024-01         | Unknown  | 16.00  | 16.00   | 1
            2024-02         | Bread    | 4.00   | 4.00    | 1
            2024-02         | Dairy    | 8.00   | 8.00    | 1
            """);
        (await warehouse.VerifyAsync(sales.Month)).ToString().Should().EndWith("no findings");
    }

    [Fact]
    public async Task Only_the_months_in_which_the_fact_changed_are_read_and_written()
    {
        Sales sales = new();
        await using IWarehouse warehouse = await OpenAsync(sales);
        LoadReport first = await warehouse.LoadAsync(sales.Month, Source.Derived);

        LoadReport idle = await warehouse.LoadAsync(sales.Month, Source.Derived);
        await warehouse.LoadAsync(sales.Sale, [new(3, Day(40), 2, 5), new(6, Day(41), 9, 1)]);
        VerifyReport stale = await warehouse.VerifyAsync(sales.Month);
        LoadReport changed = await warehouse.LoadAsync(sales.Month, Source.Derived);

        idle.Outcome.Should().Be(LoadOutcome.NothingChanged);
        idle.Counts.Should().Be(new LoadCounts());
        stale.Findings.Select(finding => $"{finding.Rule}: {finding.Member}").Distinct().Should().Equal(
            "source-values: sold_year_month = 2024-02, category = Bread",
            "source-values: sold_year_month = 2024-02, category = Unknown");
        changed.Counts.Should().Be(new LoadCounts { Read = 3, Inserted = 3, Deleted = 2 });
        await warehouse.ExpectAsync("SELECT DISTINCT sold_year_month, load_id FROM business.agg_month ORDER BY sold_year_month", $"sold_year_month | load_id\n2024-01 | {first.LoadId}\n2024-02 | {changed.LoadId}");
        (await warehouse.VerifyAsync(sales.Month)).ToString().Should().EndWith("no findings");
    }

    [Fact]
    public async Task Rows_that_are_gone_and_members_that_are_overwritten_or_re_pointed_count_as_changes()
    {
        Sales sales = new();
        await using IWarehouse warehouse = await OpenAsync(sales);
        await warehouse.LoadAsync(sales.Month, Source.Derived);

        await warehouse.QueryAsync<int>("DELETE FROM business.fact_sale WHERE sale_id = 5");
        LoadReport gone = await warehouse.LoadAsync(sales.Month, Source.Derived);
        await warehouse.LoadAsync(sales.Product, [new(1, "Milk and cheese", "A", Day(1))]);
        LoadReport overwritten = await warehouse.LoadAsync(sales.Month, Source.Derived);
        await warehouse.LoadAsync(sales.Product, [new(2, "Bread", "B", Day(38))]);
        LoadReport repointed = await warehouse.LoadAsync(sales.Month, Source.Derived);

        gone.Counts.Should().Be(new LoadCounts { Read = 2, Inserted = 1, Deleted = 2, Folded = 1 });
        overwritten.Outcome.Should().Be(LoadOutcome.Loaded);
        repointed.Outcome.Should().Be(LoadOutcome.Loaded);
        await warehouse.ExpectAsync("SELECT sold_year_month, category, shelf, amount FROM business.agg_shelf ORDER BY category", "sold_year_month | category | shelf | amount");
        await warehouse.LoadAsync(sales.Shelf, Source.Derived);
        await warehouse.ExpectAsync("SELECT sold_year_month, category, shelf, amount FROM business.agg_shelf ORDER BY sold_year_month, category", """
            sold_year_month | category        | shelf | amount
            2024-01         | Milk and cheese | A     | 3.00
            2024-02         | Bread           | B     | 4.00
            2024-02         | Milk and cheese | A     | 8.00
            """);
        (await warehouse.VerifyAsync(sales.Month)).ToString().Should().EndWith("no findings");
        (await warehouse.VerifyAsync(sales.Shelf)).ToString().Should().EndWith("no findings");
    }

    [Fact]
    public async Task Without_a_date_the_whole_aggregate_is_one_part()
    {
        Sales sales = new();
        await using IWarehouse warehouse = await OpenAsync(sales);

        await warehouse.LoadAsync(sales.Total, Source.Derived);
        (await warehouse.LoadAsync(sales.Total, Source.Derived)).Outcome.Should().Be(LoadOutcome.NothingChanged);
        await warehouse.QueryAsync<int>("DELETE FROM business.fact_sale");
        LoadReport emptied = await warehouse.LoadAsync(sales.Total, Source.Derived);

        emptied.Counts.Deleted.Should().Be(3);
        await warehouse.ExpectAsync("SELECT count(*) AS n FROM business.agg_total", "n\n0");
        (await warehouse.VerifyAsync(sales.Total)).IsSound.Should().BeTrue();
    }

    [Fact]
    public async Task A_failure_at_any_statement_leaves_the_aggregate_as_it_was()
    {
        Sales sales = new();
        var provider = new HookedProvider(store.OpenProvider(await store.CreateDatabaseAsync()));
        await using var warehouse = new WarehouseClient(provider, sales.Model, time: new FakeTimeProvider(new DateTimeOffset(Day(12), TimeSpan.Zero)));
        await FillAsync(warehouse, sales);
        await warehouse.LoadAsync(sales.Month, Source.Derived);
        await warehouse.LoadAsync(sales.Sale, [new(7, Day(2), 1, 1)]);
        string before = await warehouse.OfAllAsync();

        int calls = await CrashEverywhere.RunAsync(provider, () => warehouse.LoadAsync(sales.Month, Source.Derived), async () => (await warehouse.OfAllAsync()).Should().Be(before));

        calls.Should().BeGreaterThan(8);
        (await warehouse.VerifyAsync(sales.Month)).ToString().Should().EndWith("no findings");
    }

    private async Task<IWarehouse> OpenAsync(Sales sales)
    {
        IWarehouse warehouse = await store.OpenAsync(sales.Model);
        await FillAsync(warehouse, sales);
        return warehouse;
    }

    private static async Task FillAsync(IWarehouse warehouse, Sales sales)
    {
        await warehouse.DeployAsync();
        await warehouse.LoadAsync(sales.Product, [new(1, "Dairy", "A", Day(1)), new(2, "Bread", "A", Day(1))]);
        await warehouse.LoadAsync(sales.Sale, [new(1, Day(3), 1, 1), new(2, Day(30), 1, 2), new(3, Day(40), 2, 4), new(4, Day(41), 1, 8), new(5, Day(5), 9, 16)]);
    }

    private sealed record SaleRow(int SaleId, DateTime SoldAt, int ProductId, decimal Amount);

    private sealed record ProductRow(int ProductId, string Category, string Shelf, DateTime ChangedAt);

    private sealed class Sales
    {
        public Sales() => Model = DimensionalModel.Create("sales", builder =>
        {
            builder.Conventions(names => names with { DecimalType = ColumnType.Decimal(10, 2) });
            DateDimension date = builder.DateDimension("dim_date", new DateOnly(2024, 1, 1), new DateOnly(2024, 3, 31));
            Product = builder.Dimension<ProductRow>("dim_product", d => d.NaturalKey(row => row.ProductId).Type1(row => row.Category).Type2(row => row.Shelf).EffectiveFrom(row => row.ChangedAt));
            Sale = builder.Fact<SaleRow>("fact_sale", f => f
                .Grain("one sale", row => row.SaleId)
                .Date(date, row => row.SoldAt, role: "sold")
                .Dimension(Product, row => row.ProductId, asOf: row => row.SoldAt)
                .Measure(row => row.Amount));
            Month = builder.Aggregate("agg_month", Sale, a => a
                .Grain("one category in one month").Date("sold", d => d.YearMonth).Attributes(Product, p => p.Category).Sum(row => row.Amount).Max(row => row.Amount, "largest"));
            Shelf = builder.Aggregate("agg_shelf", Sale, a => a
                .Grain("one category on one shelf in one month").Date("sold", d => d.YearMonth).Attributes(Product, p => new { p.Category, p.Shelf }).Sum(row => row.Amount));
            Total = builder.Aggregate("agg_total", Sale, a => a.Grain("one version of a product").Key(Product).Sum(row => row.Amount));
        });

        public DimensionalModel Model { get; }

        public Dimension<ProductRow> Product { get; private set; } = null!;

        public Fact<SaleRow> Sale { get; private set; } = null!;

        public AggregateFact Month { get; private set; } = null!;

        public AggregateFact Shelf { get; private set; } = null!;

        public AggregateFact Total { get; private set; } = null!;
    }
}
