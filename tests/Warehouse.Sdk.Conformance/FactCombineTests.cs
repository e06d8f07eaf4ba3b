namespace Warehouse.Sdk.Conformance;

/// <summary>Several rows of the source become one row of the fact, each measure by its own rule.</summary>
public abstract class FactCombineTests<TStore>(TStore store) : IClassFixture<TStore>
    where TStore : WarehouseTestStore
{
    private static readonly DateTime Day = new(2024, 1, 1);

    [Fact]
    public async Task F41_rows_of_one_grain_are_combined_by_the_rule_of_each_measure()
    {
        Fact<StockRow> fact = null!;
        var model = Model(f => fact = f, f => f.FullRefresh().SourceGrain(row => row.MovementId));
        await using IWarehouse warehouse = await store.OpenAsync(model);

        LoadReport report = await warehouse.LoadAsync(fact,
        [
            new(1, 7, Day, Day.AddHours(9), 2, 10, 5.00m, 4, 3, true, 100),
            new(2, 7, Day, Day.AddHours(8), 3, 20, 6.00m, 5, null, true, 200),
            new(3, 7, Day, Day.AddHours(10), null, 30, 7.00m, 6, 1, false, 300),
            new(3, 7, Day, Day.AddHours(10), null, 30, 7.00m, 6, 1, false, 300),
            new(4, 8, Day, Day.AddHours(10), null, null, null, null, null, null, null),
        ]);

        report.Counts.Should().Be(new LoadCounts { Read = 5, Inserted = 2, Combined = 2, Duplicates = 1 });
        report.Counts.IsConserved.Should().BeTrue();
        await warehouse.ExpectAsync("SELECT product, total, opening, mean, least, counted, out_of_stock, closing FROM business.fact_stock ORDER BY product", """
            product | total | opening | mean   | least | counted | out_of_stock | closing
            7       | 5     | 20      | 6.0000 | 4     | 2       | 2            | 300
            8       | NULL  | NULL    | NULL   | NULL  | 0       | 0            | NULL
            """);
    }

    [Fact]
    public async Task Without_a_source_grain_every_row_counts()
    {
        Fact<StockRow> fact = null!;
        var model = Model(f => fact = f, f => f.Ignore(row => row.MovementId));
        await using IWarehouse warehouse = await store.OpenAsync(model);
        StockRow row = new(0, 7, Day, Day, 2, 1, 1m, 1, 1, true, 1);

        LoadReport report = await warehouse.LoadAsync(fact, [row, row]);
        LoadReport again = await warehouse.LoadAsync(fact, [row, row]);

        report.Counts.Should().Be(new LoadCounts { Read = 2, Inserted = 1, Combined = 1 });
        again.Counts.Should().Be(new LoadCounts { Read = 2, Unchanged = 1, Combined = 1 });
        await warehouse.ExpectAsync("SELECT product, total, out_of_stock FROM business.fact_stock", "product | total | out_of_stock\n7 | 4 | 2");
    }

    [Fact]
    public async Task A_ratio_is_that_of_the_combined_measures_and_follows_them()
    {
        Fact<MarginRow> fact = null!;
        var model = DimensionalModel.Create("margins", builder =>
        {
            DateDimension date = builder.DateDimension("dim_date", new DateOnly(2024, 1, 1), new DateOnly(2024, 1, 2));
            fact = builder.Fact<MarginRow>("fact_margin", f => f
                .Grain("one product on one day", row => row.Product)
                .Date(date, row => row.Day)
                .Measure(row => row.Margin, Combine.Sum)
                .Measure(row => row.Amount, Combine.Sum)
                .Ratio("margin_rate", row => row.Margin, row => row.Amount)
                .Ratio("margin_or_zero", row => row.Margin, row => row.Amount, ZeroDenominator.Zero));
        });
        await using IWarehouse warehouse = await store.OpenAsync(model);

        await warehouse.LoadAsync(fact, [new(1, Day, 1, 10), new(1, Day, 4, 10), new(2, Day, 3, 0), new(3, Day, null, 0), new(4, Day, 2, null)]);
        LoadReport again = await warehouse.LoadAsync(fact, [new(1, Day, 4, 10), new(1, Day, 1, 10), new(2, Day, 3, 0)]);
        LoadReport changed = await warehouse.LoadAsync(fact, [new(2, Day, 3, 4), new(2, Day, 0, 2)]);

        again.Outcome.Should().Be(LoadOutcome.NothingChanged);
        changed.Counts.Updated.Should().Be(1);
        await warehouse.ExpectAsync("SELECT product, margin, amount, margin_rate, margin_or_zero FROM business.fact_margin ORDER BY product", """
            product | margin | amount | margin_rate | margin_or_zero
            1       | 5      | 20     | 0.25        | 0.25
            2       | 3      | 6      | 0.5         | 0.5
            3       | NULL   | 0      | NULL        | NULL
            4       | 2      | NULL   | NULL        | NULL
            """);
        await warehouse.LoadAsync(fact, [new(2, Day, 3, 0)]);
        await warehouse.ExpectAsync("SELECT margin_rate, margin_or_zero FROM business.fact_margin WHERE product = 2", "margin_rate | margin_or_zero\nNULL | 0");
    }

    private sealed record MarginRow(int Product, DateTime Day, int? Margin, int? Amount);

    [Fact]
    public async Task Rows_that_disagree_in_what_is_not_combined_are_kept_aside()
    {
        Fact<ShelfRow> fact = null!;
        var model = DimensionalModel.Create("shelves", builder =>
        {
            DateDimension date = builder.DateDimension("dim_date", new DateOnly(2024, 1, 1), new DateOnly(2024, 1, 2));
            fact = builder.Fact<ShelfRow>("fact_shelf", f => f.Grain("one shelf", row => row.Shelf).Date(date, row => row.Day).Degenerate(row => row.Aisle).Measure(row => row.Amount, Combine.Sum));
        });
        await using IWarehouse warehouse = await store.OpenAsync(model);

        LoadReport report = await warehouse.LoadAsync(fact, [new(1, Day, "a", 1), new(1, Day, "a", 2), new(2, Day, "b", 1), new(2, Day, null, 1)], new() { Rejects = RejectPolicy.KeepAll });

        report.Counts.Should().Be(new LoadCounts { Read = 4, Inserted = 1, Combined = 1, Rejected = 2 });
        report.Counts.IsConserved.Should().BeTrue();
        await warehouse.ExpectAsync("SELECT line, column_name, reason FROM warehouse.reject ORDER BY line", """
            line | column_name | reason
            3    | aisle       | several rows of one grain have different values (shelf = 2)
            4    | aisle       | several rows of one grain have different values (shelf = 2)
            """);
        await warehouse.ExpectAsync("SELECT shelf, aisle, amount FROM business.fact_shelf", "shelf | aisle | amount\n1 | a | 3");
    }

    [Fact]
    public async Task Rows_of_known_files_are_combined_with_those_of_new_ones()
    {
        Fact<ShelfRow> fact = null!;
        var model = DimensionalModel.Create("shelves", builder =>
        {
            DateDimension date = builder.DateDimension("dim_date", new DateOnly(2024, 1, 1), new DateOnly(2024, 1, 2));
            fact = builder.Fact<ShelfRow>("fact_shelf", f => f.Grain("one shelf", row => row.Shelf).Date(date, row => row.Day).Degenerate(row => row.Aisle).Measure(row => row.Amount, Combine.Sum));
        });
        await using IWarehouse warehouse = await store.OpenAsync(model);
        using var folder = new ScratchFolder();
        LoadSource files = Source.Files(folder.Of("*.csv"), CsvFormat.Default);
        folder.Write("a.csv", "shelf,day,aisle,amount\n1,2024-01-01,a,5\n");
        await warehouse.LoadAsync(fact, files);
        folder.Write("b.csv", "shelf,day,aisle,amount\n1,2024-01-01,a,3\n");

        LoadReport more = await warehouse.LoadAsync(fact, files);
        LoadReport again = await warehouse.LoadAsync(fact, files);

        more.Counts.Should().Be(new LoadCounts { Read = 2, Updated = 1, Combined = 1 });
        again.Outcome.Should().Be(LoadOutcome.AlreadyLoaded);
        await warehouse.ExpectAsync("SELECT shelf, aisle, amount FROM business.fact_shelf", "shelf | aisle | amount\n1 | a | 8");
        (await Assert.ThrowsAsync<ArgumentException>(() => warehouse.ReplayRejectsAsync(fact))).Message.Should().StartWith("The rows of business.fact_shelf are replaced by its loads");
    }

    private static DimensionalModel Model(Action<Fact<StockRow>> take, Action<FactBuilder<StockRow>> growth) => DimensionalModel.Create("stock", builder =>
    {
        DateDimension date = builder.DateDimension("dim_date", new DateOnly(2024, 1, 1), new DateOnly(2024, 1, 2));
        take(builder.Fact<StockRow>("fact_stock", f =>
        {
            f.Grain("one product a day", row => row.Product, row => row.Day)
                .Date(date, row => row.Day)
                .Measure(row => row.Total, Combine.Sum)
                .Measure(row => row.Opening, Combine.First, by: row => row.At, additivity: Additivity.SemiAdditive)
                .Measure(row => row.Mean, Combine.Average, additivity: Additivity.NonAdditive)
                .Measure(row => row.Least, Combine.Minimum)
                .Measure(row => row.Counted, Combine.Count)
                .Measure(row => row.OutOfStock, Combine.CountTrue)
                .Measure(row => row.Closing, Combine.Last, by: row => row.At, additivity: Additivity.SemiAdditive);
            growth(f);
        }));
    });

    private sealed record StockRow(int MovementId, int Product, DateTime Day, DateTime At, int? Total, int? Opening, decimal? Mean, int? Least, int? Counted, bool? OutOfStock, int? Closing);

    private sealed record ShelfRow(int Shelf, DateTime Day, string? Aisle, int Amount);
}
