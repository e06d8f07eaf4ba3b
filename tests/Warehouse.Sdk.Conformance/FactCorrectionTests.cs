using static Warehouse.Sdk.Conformance.SaleModel;

namespace Warehouse.Sdk.Conformance;

/// <summary>Corrections, whatever their order, and rows that the source takes back.</summary>
public abstract class FactCorrectionTests<TStore>(TStore store) : IClassFixture<TStore>
    where TStore : WarehouseTestStore
{
    private const string Entries = "SELECT id, entry_number, amount, reverses_entry, load_id FROM business.fact_sale ORDER BY id, entry_number";

    [Fact]
    public async Task F45_a_correction_older_than_what_stands_is_stale_and_F46_an_equal_one_writes_nothing()
    {
        var (model, warehouse) = await OpenAsync(fact => fact.Sequence(sale => sale.Lsn).Ignore(sale => sale.Op));
        await using var _ = warehouse;
        await warehouse.LoadAsync(model.Sale, [Sold(1, 1, 5, lsn: 1), Sold(2, 1, 7, lsn: 1)]);
        await warehouse.LoadAsync(model.Sale, [Sold(1, 1, 9, lsn: 3)]);

        LoadReport stale = await warehouse.LoadAsync(model.Sale, [Sold(1, 1, 6, lsn: 2), Sold(2, 1, 7, lsn: 1)]);

        stale.Outcome.Should().Be(LoadOutcome.NothingChanged);
        stale.Counts.Should().Be(new LoadCounts { Read = 2, Stale = 1, Unchanged = 1 });
        stale.Counts.IsConserved.Should().BeTrue();
        await warehouse.ExpectAsync("SELECT id, amount, lsn FROM business.fact_sale ORDER BY id", "id | amount | lsn\n1 | 9 | 3\n2 | 7 | 1");
    }

    [Fact]
    public async Task Another_value_of_the_same_sequence_cannot_be_decided()
    {
        var (model, warehouse) = await OpenAsync(fact => fact.Sequence(sale => sale.Lsn).Ignore(sale => sale.Op));
        await using var _ = warehouse;
        await warehouse.LoadAsync(model.Sale, [Sold(1, 1, 5, lsn: 1)]);

        LoadReport report = await warehouse.LoadAsync(model.Sale, [Sold(1, 1, 6, lsn: 1)], new() { Rejects = RejectPolicy.KeepAll });

        report.Counts.Should().Be(new LoadCounts { Read = 1, Rejected = 1 });
        await warehouse.ExpectAsync("SELECT line, column_name, reason FROM warehouse.reject", "line | column_name | reason\n1 | lsn | the stored row has the same sequence and other values (id = 1)");
    }

    [Fact]
    public async Task F43_a_correction_by_update_leaves_one_row()
    {
        var (model, warehouse) = await OpenAsync(fact => fact.Ignore(sale => new { sale.Lsn, sale.Op }));
        await using var _ = warehouse;
        await warehouse.LoadAsync(model.Sale, [Sold(1, 1, 5)]);

        LoadReport report = await warehouse.LoadAsync(model.Sale, [Sold(1, 1, 9)]);

        report.Counts.Should().Be(new LoadCounts { Read = 1, Updated = 1 });
        await warehouse.ExpectAsync("SELECT id, amount, load_id FROM business.fact_sale", "id | amount | load_id\n1 | 9 | 2");
    }

    [Fact]
    public async Task F43_a_correction_by_reversal_takes_back_and_says_again_and_the_sum_is_right()
    {
        var (model, warehouse) = await OpenAsync(fact => fact.Corrections(Corrections.Reversal).Ignore(sale => new { sale.Lsn, sale.Op }));
        await using var _ = warehouse;
        await warehouse.LoadAsync(model.Sale, [Sold(1, 1, 5), Sold(2, 1, 1), Sold(3, 1, null)]);

        LoadReport corrected = await warehouse.LoadAsync(model.Sale, [Sold(1, 1, 9), Sold(2, 1, 1), Sold(3, 1, 3)]);
        LoadReport again = await warehouse.LoadAsync(model.Sale, [Sold(1, 1, 9), Sold(2, 1, 1), Sold(3, 1, 3)]);

        corrected.Counts.Should().Be(new LoadCounts { Read = 3, Updated = 2, Reversed = 2, Unchanged = 1 });
        corrected.Counts.IsConserved.Should().BeTrue();
        again.Outcome.Should().Be(LoadOutcome.NothingChanged);
        await warehouse.ExpectAsync(Entries, """
            id | entry_number | amount | reverses_entry | load_id
            1  | 1            | 5      | NULL           | 1
            1  | 2            | -5     | 1              | 2
            1  | 3            | 9      | NULL           | 2
            2  | 1            | 1      | NULL           | 1
            3  | 1            | NULL   | NULL           | 1
            3  | 2            | NULL   | 1              | 2
            3  | 3            | 3      | NULL           | 2
            """);
        await warehouse.ExpectAsync("SELECT id, CAST(sum(amount) AS integer) AS amount FROM business.fact_sale GROUP BY id ORDER BY id", "id | amount\n1 | 9\n2 | 1\n3 | 3");
        (await warehouse.VerifyAsync(model.Sale)).Findings.Should().BeEmpty();
    }

    [Fact]
    public async Task F47_an_operation_deletes_the_row_and_an_older_row_stays_away()
    {
        var (model, warehouse) = await OpenAsync(fact => fact.Sequence(sale => sale.Lsn).Operation(sale => sale.Op));
        await using var _ = warehouse;
        await warehouse.LoadAsync(model.Sale, [Sold(1, 1, 5, lsn: 1, op: "I"), Sold(2, 1, 7, lsn: 1, op: "I"), Sold(3, 1, 3, lsn: 8, op: "I")]);

        LoadReport deleted = await warehouse.LoadAsync(model.Sale, [Sold(1, 1, 5, lsn: 5, op: "D"), Sold(3, 1, 3, lsn: 7, op: "d"), Sold(9, 1, 9, lsn: 2, op: "D")]);
        LoadReport late = await warehouse.LoadAsync(model.Sale, [Sold(1, 1, 4, lsn: 4, op: "U"), Sold(9, 1, 9, lsn: 3, op: "I")]);
        LoadReport back = await warehouse.LoadAsync(model.Sale, [Sold(1, 1, 6, lsn: 6, op: "I")]);

        deleted.Counts.Should().Be(new LoadCounts { Read = 3, Retracted = 1, Stale = 1, Unchanged = 1 });
        late.Counts.Should().Be(new LoadCounts { Read = 2, Stale = 1, Inserted = 1 });
        back.Counts.Should().Be(new LoadCounts { Read = 1, Inserted = 1 });
        new[] { deleted, late, back }.Should().OnlyContain(report => report.Counts.IsConserved);
        await warehouse.ExpectAsync("SELECT id, amount, lsn FROM business.fact_sale ORDER BY id", "id | amount | lsn\n1 | 6 | 6\n2 | 7 | 1\n3 | 3 | 8\n9 | 9 | 3");
        await warehouse.ExpectAsync("SELECT id, lsn, load_id FROM business.fact_sale_deleted ORDER BY id", "id | lsn | load_id\n1 | 5 | 2\n9 | 2 | 2");
    }

    [Fact]
    public async Task F47_without_a_sequence_the_order_of_delivery_decides()
    {
        var (model, warehouse) = await OpenAsync(fact => fact.Operation(sale => sale.Op).Ignore(sale => sale.Lsn));
        await using var _ = warehouse;
        await warehouse.LoadAsync(model.Sale, [Sold(1, 1, 5), Sold(2, 1, 7)]);

        LoadReport deleted = await warehouse.LoadAsync(model.Sale, [Sold(1, 1, null, op: "D"), Sold(7, 1, null, op: "D")]);
        LoadReport back = await warehouse.LoadAsync(model.Sale, [Sold(1, 1, 6)]);

        deleted.Counts.Should().Be(new LoadCounts { Read = 2, Retracted = 1, Unchanged = 1 });
        back.Counts.Should().Be(new LoadCounts { Read = 1, Inserted = 1 });
        await warehouse.ExpectAsync("SELECT id, amount FROM business.fact_sale ORDER BY id", "id | amount\n1 | 6\n2 | 7");
    }

    [Fact]
    public async Task F47_by_reversal_a_deletion_is_an_entry_and_the_row_may_come_back()
    {
        var (model, warehouse) = await OpenAsync(fact => fact.Corrections(Corrections.Reversal).Operation(sale => sale.Op).Ignore(sale => sale.Lsn));
        await using var _ = warehouse;
        await warehouse.LoadAsync(model.Sale, [Sold(1, 1, 5)]);

        LoadReport deleted = await warehouse.LoadAsync(model.Sale, [Sold(1, 1, null, op: "D")]);
        LoadReport again = await warehouse.LoadAsync(model.Sale, [Sold(1, 1, null, op: "D")]);
        LoadReport back = await warehouse.LoadAsync(model.Sale, [Sold(1, 1, 6)]);

        deleted.Counts.Should().Be(new LoadCounts { Read = 1, Retracted = 1 });
        again.Outcome.Should().Be(LoadOutcome.NothingChanged);
        back.Counts.Should().Be(new LoadCounts { Read = 1, Inserted = 1 });
        await warehouse.ExpectAsync(Entries, """
            id | entry_number | amount | reverses_entry | load_id
            1  | 1            | 5      | NULL           | 1
            1  | 2            | -5     | 1              | 2
            1  | 3            | 6      | NULL           | 4
            """);
    }

    private async Task<(SaleModel Model, IWarehouse Warehouse)> OpenAsync(Action<FactBuilder<SaleRow>> growth)
    {
        var model = new SaleModel(growth);
        return (model, await store.OpenAsync(model.Model));
    }
}
