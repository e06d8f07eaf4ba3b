using static Warehouse.Sdk.Conformance.SaleModel;

namespace Warehouse.Sdk.Conformance;

/// <summary>Partitions that a batch holds are replaced whole; the others stay.</summary>
public abstract class FactPartitionTests<TStore>(TStore store) : IClassFixture<TStore>
    where TStore : WarehouseTestStore
{
    [Fact]
    public async Task F47_days_of_the_batch_are_replaced_and_others_stay()
    {
        var (model, warehouse) = await OpenAsync(fact => fact.ReplacePartition(sale => sale.SoldAt));
        await using var _ = warehouse;
        await warehouse.LoadAsync(model.Sale, [Sold(1, 1.25, 1), Sold(2, 2.25, 2), Sold(3, 2.75, 3), Sold(4, 3, 4)]);

        LoadReport report = await warehouse.LoadAsync(model.Sale, [Sold(2, 2.5, 22)]);

        report.Counts.Should().Be(new LoadCounts { Read = 1, Inserted = 1, Deleted = 2 });
        report.Counts.IsConserved.Should().BeTrue();
        await warehouse.ExpectAsync(Sales, """
            id | region | sold_at             | amount
            1  | EU     | 2024-01-01 06:00:00 | 1
            2  | EU     | 2024-01-02 12:00:00 | 22
            4  | EU     | 2024-01-03          | 4
            """);
    }

    [Fact]
    public async Task F50_a_partition_that_became_empty_is_named_and_emptied()
    {
        var (model, warehouse) = await OpenAsync(fact => fact.ReplacePartition(sale => sale.SoldAt));
        await using var _ = warehouse;
        await warehouse.LoadAsync(model.Sale, [Sold(1, 1, 1), Sold(2, 2, 2), Sold(3, 3, 3)]);

        LoadReport named = await warehouse.LoadAsync(model.Sale, [Sold(1, 1, 11)], new() { EmptyPartitions = [new DateOnly(2024, 1, 2)] });
        LoadReport withoutRows = await warehouse.LoadAsync(model.Sale, [], new() { EmptyPartitions = [At(1, 3)] });
        LoadReport nothing = await warehouse.LoadAsync(model.Sale, []);

        named.Counts.Should().Be(new LoadCounts { Read = 1, Inserted = 1, Deleted = 2 });
        withoutRows.Counts.Should().Be(new LoadCounts { Deleted = 1 });
        nothing.Outcome.Should().Be(LoadOutcome.NothingChanged);
        await warehouse.ExpectAsync("SELECT id, amount FROM business.fact_sale", "id | amount\n1 | 11");
    }

    [Fact]
    public async Task Months_and_plain_values_are_partitions_too()
    {
        var (byMonth, months) = await OpenAsync(fact => fact.ReplacePartition(sale => sale.SoldAt, PartitionBy.Month));
        await using var _ = months;
        var (byRegion, regions) = await OpenAsync(fact => fact.ReplacePartition(sale => sale.Region));
        await using var __ = regions;
        SaleRow[] first = [Sold(1, 1, 1), Sold(2, 31, 2, "US"), new(3, "EU", At(2, 1), 3)];
        await months.LoadAsync(byMonth.Sale, first);
        await regions.LoadAsync(byRegion.Sale, first);

        await months.LoadAsync(byMonth.Sale, [Sold(4, 15, 4)]);
        await regions.LoadAsync(byRegion.Sale, [Sold(4, 15, 4)]);

        await months.ExpectAsync("SELECT id FROM business.fact_sale ORDER BY id", "id\n3\n4");
        await regions.ExpectAsync("SELECT id FROM business.fact_sale ORDER BY id", "id\n2\n4");
    }

    [Fact]
    public async Task An_interval_within_a_partition_replaces_no_more_than_itself()
    {
        var (model, warehouse) = await OpenAsync(fact => fact.ReplacePartition(sale => sale.SoldAt, PartitionBy.Month).Watermark(sale => sale.SoldAt));
        await using var _ = warehouse;
        await warehouse.LoadAsync(model.Sale, [Sold(1, 1, 1), Sold(2, 10, 2), Sold(3, 11, 3), Sold(4, 20, 4)]);

        LoadReport report = await warehouse.Incremental.BackfillAsync(model.Sale, Source.Rows([Sold(2, 10, 22), Sold(4, 20, 44)]), At(1, 10), At(1, 12));

        report.Counts.Should().Be(new LoadCounts { Read = 2, Inserted = 1, Deleted = 2, OutsideInterval = 1 });
        await warehouse.ExpectAsync("SELECT id, amount FROM business.fact_sale ORDER BY id", "id | amount\n1 | 1\n2 | 22\n4 | 4");
    }

    [Fact]
    public async Task A_row_that_moves_to_another_partition_stands_there_once()
    {
        var (model, warehouse) = await OpenAsync(fact => fact.ReplacePartition(sale => sale.SoldAt));
        await using var _ = warehouse;
        await warehouse.LoadAsync(model.Sale, [Sold(1, 1, 1), Sold(2, 2, 2), Sold(3, 2, 3)]);

        await warehouse.LoadAsync(model.Sale, [Sold(1, 1, 1), Sold(3, 1, 3)]);

        await warehouse.ExpectAsync(Sales, """
            id | region | sold_at    | amount
            1  | EU     | 2024-01-01 | 1
            2  | EU     | 2024-01-02 | 2
            3  | EU     | 2024-01-01 | 3
            """);
    }

    [Fact]
    public async Task C03_a_reload_of_the_same_rows_writes_nothing_and_a_NULL_partition_is_rejected()
    {
        var (model, warehouse) = await OpenAsync(fact => fact.ReplacePartition(sale => sale.SoldAt));
        await using var _ = warehouse;
        await warehouse.LoadAsync(model.Sale, [Sold(1, 1, 1), Sold(2, 2, null)]);
        string before = await warehouse.OfTablesAsync();

        LoadReport report = await warehouse.LoadAsync(model.Sale, [Sold(2, 2, null), Sold(9, 1, 9) with { SoldAt = null }], new() { Rejects = RejectPolicy.KeepAll });

        report.Counts.Should().Be(new LoadCounts { Read = 2, Unchanged = 1, Rejected = 1 });
        report.Outcome.Should().Be(LoadOutcome.NothingChanged);
        (await warehouse.OfTablesAsync()).Should().Be(before);
        await warehouse.ExpectAsync("SELECT line, column_name, reason FROM warehouse.reject", "line | column_name | reason\n2 | sold_at | grain, watermark, partition or scope is NULL");
    }

    [Fact]
    public async Task F33_a_partition_is_replaced_within_its_scope_only()
    {
        var (model, warehouse) = await OpenAsync(fact => fact.ReplacePartition(sale => sale.SoldAt).Within(sale => sale.Region));
        await using var _ = warehouse;
        await warehouse.LoadAsync(model.Sale, [Sold(1, 1, 1), Sold(2, 1, 2), Sold(3, 1, 3, "US")]);

        LoadReport report = await warehouse.LoadAsync(model.Sale, [Sold(1, 1, 11)], new() { Within = "EU" });

        report.Counts.Should().Be(new LoadCounts { Read = 1, Inserted = 1, Deleted = 2 });
        await warehouse.ExpectAsync("SELECT id, region, amount FROM business.fact_sale ORDER BY id", "id | region | amount\n1 | EU | 11\n3 | US | 3");
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
