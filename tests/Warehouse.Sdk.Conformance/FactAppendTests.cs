using static Warehouse.Sdk.Conformance.SaleModel;

namespace Warehouse.Sdk.Conformance;

/// <summary>Appends add what is new and nothing else, however often a batch comes.</summary>
public abstract class FactAppendTests<TStore>(TStore store) : IClassFixture<TStore>
    where TStore : WarehouseTestStore
{
    [Fact]
    public async Task F32_a_batch_that_comes_again_adds_nothing()
    {
        var (model, warehouse) = await OpenAsync(fact => fact.Append());
        await using var _ = warehouse;
        SaleRow[] batch = [Sold(1, 1, 10), Sold(2, 2, null)];
        await warehouse.LoadAsync(model.Sale, batch);
        string before = await warehouse.OfTablesAsync();

        LoadReport again = await warehouse.LoadAsync(model.Sale, batch);
        string after = await warehouse.OfTablesAsync();
        LoadReport more = await warehouse.LoadAsync(model.Sale, [.. batch, Sold(3, 3, 30)]);

        again.Outcome.Should().Be(LoadOutcome.NothingChanged);
        again.Counts.Should().Be(new LoadCounts { Read = 2, Duplicates = 2 });
        after.Should().Be(before);
        more.Counts.Should().Be(new LoadCounts { Read = 3, Duplicates = 2, Inserted = 1 });
        more.Counts.IsConserved.Should().BeTrue();
        await warehouse.ExpectAsync(Sales, """
            id | region | sold_at    | amount
            1  | EU     | 2024-01-01 | 10
            2  | EU     | 2024-01-02 | NULL
            3  | EU     | 2024-01-03 | 30
            """);
    }

    [Fact]
    public async Task F41_a_row_that_differs_from_the_stored_one_is_named_and_the_load_fails()
    {
        var (model, warehouse) = await OpenAsync(fact => fact.Append());
        await using var _ = warehouse;
        await warehouse.LoadAsync(model.Sale, [Sold(1, 1, 10)]);
        string before = await warehouse.OfAllAsync();

        var refused = await Assert.ThrowsAsync<WarehouseLoadException>(() => warehouse.LoadAsync(model.Sale, [Sold(2, 2, 20), Sold(1, 1, 11)]));

        refused.Message.Should().Contain("line 2: the grain stands in the table with other values (id = 1)");
        (await warehouse.OfAllAsync()).Should().Be(before);
    }

    [Fact]
    public async Task A_row_that_differs_is_kept_aside_when_rejects_are_allowed()
    {
        var (model, warehouse) = await OpenAsync(fact => fact.Append());
        await using var _ = warehouse;
        await warehouse.LoadAsync(model.Sale, [Sold(1, 1, 10)]);

        LoadReport report = await warehouse.LoadAsync(model.Sale, [Sold(2, 2, 20), Sold(1, 1, 11)], new() { Rejects = RejectPolicy.KeepAll });

        report.Counts.Should().Be(new LoadCounts { Read = 2, Inserted = 1, Rejected = 1 });
        report.Counts.IsConserved.Should().BeTrue();
        await warehouse.ExpectAsync("SELECT id, amount FROM business.fact_sale ORDER BY id", "id | amount\n1 | 10\n2 | 20");
        await warehouse.ExpectAsync("SELECT line, reason FROM warehouse.reject", "line | reason\n2 | the grain stands in the table with other values (id = 1)");
    }

    [Fact]
    public async Task What_is_stored_stays_when_that_is_the_rule()
    {
        var (model, warehouse) = await OpenAsync(fact => fact.Append(AppendConflict.KeepStored));
        await using var _ = warehouse;
        await warehouse.LoadAsync(model.Sale, [Sold(1, 1, 10)]);

        LoadReport report = await warehouse.LoadAsync(model.Sale, [Sold(2, 2, 20), Sold(1, 1, 11)]);

        report.Counts.Should().Be(new LoadCounts { Read = 2, Inserted = 1, Stale = 1 });
        report.Counts.IsConserved.Should().BeTrue();
        await warehouse.ExpectAsync("SELECT id, amount FROM business.fact_sale ORDER BY id", "id | amount\n1 | 10\n2 | 20");
    }

    [Fact]
    public async Task F42_identical_rows_without_a_grain_are_all_kept_and_the_batch_is_known_when_it_comes_again()
    {
        var model = new SaleModel(fact => fact.Ignore(sale => new { sale.Id, sale.Lsn, sale.Op }), byLine: true);
        await using IWarehouse warehouse = await store.OpenAsync(model.Model);
        SaleRow[] coffees = [Sold(0, 1, 3), Sold(0, 1, 3)];

        LoadReport first = await warehouse.LoadAsync(model.Sale, coffees, new() { BatchId = "monday" });
        LoadReport again = await warehouse.LoadAsync(model.Sale, coffees, new() { BatchId = "monday" });
        LoadReport next = await warehouse.LoadAsync(model.Sale, coffees, new() { BatchId = "tuesday" });

        first.Counts.Should().Be(new LoadCounts { Read = 2, Inserted = 2 });
        again.Outcome.Should().Be(LoadOutcome.AlreadyLoaded);
        next.Counts.Should().Be(new LoadCounts { Read = 2, Inserted = 2 });
        await warehouse.ExpectAsync("SELECT source_batch, source_line, amount FROM business.fact_sale ORDER BY source_batch, source_line", """
            source_batch | source_line | amount
            monday       | 1           | 3
            monday       | 2           | 3
            tuesday      | 1           | 3
            tuesday      | 2           | 3
            """);
        (await Assert.ThrowsAsync<WarehouseLoadException>(() => warehouse.LoadAsync(model.Sale, coffees))).Message.Should().Contain("LoadOptions.BatchId");
    }

    [Fact]
    public async Task F42_a_file_that_comes_with_other_content_replaces_what_it_brought()
    {
        var model = new SaleModel(fact => fact.Ignore(sale => new { sale.Id, sale.Lsn, sale.Op }), byLine: true);
        await using IWarehouse warehouse = await store.OpenAsync(model.Model);
        using var folder = new ScratchFolder();
        string file = Path.Combine(folder.Path, "monday.csv");
        await File.WriteAllTextAsync(file, "region,sold_at,amount\nEU,2024-01-01,3\nEU,2024-01-01,3\n");
        await warehouse.LoadAsync(model.Sale, Source.Csv(file));
        LoadReport again = await warehouse.LoadAsync(model.Sale, Source.Csv(file));
        await File.WriteAllTextAsync(file, "region,sold_at,amount\nEU,2024-01-01,4\n");

        LoadReport corrected = await warehouse.LoadAsync(model.Sale, Source.Csv(file));

        again.Outcome.Should().Be(LoadOutcome.AlreadyLoaded);
        corrected.Counts.Should().Be(new LoadCounts { Read = 1, Inserted = 1, Deleted = 2 });
        await warehouse.ExpectAsync("SELECT source_line, amount FROM business.fact_sale", "source_line | amount\n2 | 4");
    }

    private async Task<(SaleModel Model, IWarehouse Warehouse)> OpenAsync(Action<FactBuilder<SaleRow>> growth)
    {
        var model = new SaleModel(fact =>
        {
            fact.Ignore(sale => new { sale.Lsn, sale.Op });
            growth(fact);
        });
        return (model, await store.OpenAsync(model.Model));
    }
}
