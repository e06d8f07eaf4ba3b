using Microsoft.Extensions.Time.Testing;
using static Warehouse.Sdk.Conformance.Shop;

namespace Warehouse.Sdk.Conformance;

/// <summary>Delete what is at the greatest watermark and reload from it on: nothing lost, nothing doubled, no day eaten.</summary>
public abstract class FactWatermarkTests<TStore>(TStore store) : IClassFixture<TStore>
    where TStore : WarehouseTestStore
{
    private static readonly PaymentRow[] Start = [Paid(1, 1, 1), Paid(2, 2, 2), Paid(3, 2, 3)];

    [Fact]
    public async Task An_empty_target_takes_everything()
    {
        var (shop, warehouse) = await OpenAsync();
        await using var _ = warehouse;

        LoadReport report = await LoadAsync(warehouse, shop, Paid(1, 1, 1));

        report.Outcome.Should().Be(LoadOutcome.Loaded);
        report.Counts.Should().Be(new LoadCounts { Read = 1, Inserted = 1 });
        await warehouse.ExpectAsync(Payments, """
            payment_id | paid_at    | amount
            1          | 2024-01-01 | 1.00
            """);
    }

    [Fact]
    public async Task Rows_from_before_the_watermark_was_kept_are_replaced_with_their_grain()
    {
        string database = await store.CreateDatabaseAsync();
        await using (IWarehouse before = store.Open(database, Model(f => f.Upsert(), out Fact<KeptRow> first)))
        {
            await before.DeployAsync();
            await before.LoadAsync(first, [new(1, new(2024, 1, 1), 1), new(2, new(2024, 1, 2), 2)]);
        }

        await using IWarehouse warehouse = store.Open(database, Model(f => f.FromWatermark(row => row.SoldAt), out Fact<KeptRow> fact));
        await warehouse.DeployAsync();
        LoadReport report = await warehouse.LoadAsync(fact, [new(1, new(2024, 1, 1), 1), new(2, new(2024, 1, 2), 3)]);
        LoadReport again = await warehouse.LoadAsync(fact, [new(2, new(2024, 1, 2), 3)]);

        report.Counts.Should().Be(new LoadCounts { Read = 2, Inserted = 2, Deleted = 2 });
        again.Outcome.Should().Be(LoadOutcome.NothingChanged);
        await warehouse.ExpectAsync("SELECT sale_id, sold_at, amount FROM business.fact_kept ORDER BY sale_id", """
            sale_id | sold_at    | amount
            1       | 2024-01-01 | 1
            2       | 2024-01-02 | 3
            """);
    }

    private static DimensionalModel Model(Action<FactBuilder<KeptRow>> growth, out Fact<KeptRow> fact)
    {
        Fact<KeptRow> built = null!;
        var model = DimensionalModel.Create("kept", builder =>
        {
            DateDimension date = builder.DateDimension("dim_date", new DateOnly(2024, 1, 1), new DateOnly(2024, 1, 3));
            built = builder.Fact<KeptRow>("fact_kept", f => growth(f.Grain("one sale", row => row.SaleId).Date(date, row => row.SoldAt).Measure(row => row.Amount)));
        });
        fact = built;
        return model;
    }

    private sealed record KeptRow(int SaleId, DateTime SoldAt, int Amount);

    [Fact]
    public async Task A_tie_at_the_greatest_watermark_is_neither_lost_nor_doubled()
    {
        var (shop, warehouse) = await OpenAsync();
        await using var _ = warehouse;
        await LoadAsync(warehouse, shop, Paid(1, 1, 1));

        LoadReport report = await LoadAsync(warehouse, shop, Paid(1, 1, 1), Paid(2, 1, 2), Paid(5, 2, 5));

        report.Counts.Should().Be(new LoadCounts { Read = 3, Inserted = 3, Deleted = 1 });
        await warehouse.ExpectAsync(Payments, """
            payment_id | paid_at    | amount
            1          | 2024-01-01 | 1.00
            2          | 2024-01-01 | 2.00
            5          | 2024-01-02 | 5.00
            """);
    }

    [Fact]
    public async Task The_greatest_day_is_reloaded_with_its_corrections()
    {
        var (shop, warehouse) = await OpenAsync();
        await using var _ = warehouse;
        await LoadAsync(warehouse, shop, Start);

        LoadReport report = await LoadAsync(warehouse, shop, Paid(1, 1, 1), Paid(2, 2, 22), Paid(3, 2, 3), Paid(4, 3, 4));

        report.Counts.Should().Be(new LoadCounts { Read = 4, Inserted = 3, Deleted = 2, BelowWatermark = 1 });
        await warehouse.ExpectAsync(Payments, """
            payment_id | paid_at    | amount
            1          | 2024-01-01 | 1.00
            2          | 2024-01-02 | 22.00
            3          | 2024-01-02 | 3.00
            4          | 2024-01-03 | 4.00
            """);
    }

    [Fact]
    public async Task A_row_that_left_the_greatest_day_is_gone()
    {
        var (shop, warehouse) = await OpenAsync();
        await using var _ = warehouse;
        await LoadAsync(warehouse, shop, Start);

        await LoadAsync(warehouse, shop, Paid(1, 1, 1), Paid(2, 2, 22), Paid(4, 3, 4));

        await warehouse.ExpectAsync(Payments, """
            payment_id | paid_at    | amount
            1          | 2024-01-01 | 1.00
            2          | 2024-01-02 | 22.00
            4          | 2024-01-03 | 4.00
            """);
    }

    [Fact]
    public async Task A_second_run_changes_nothing_and_writes_nothing()
    {
        var (shop, warehouse) = await OpenAsync();
        await using var _ = warehouse;
        await LoadAsync(warehouse, shop, Start);
        string before = await warehouse.OfTablesAsync();

        LoadReport report = await LoadAsync(warehouse, shop, Start);

        report.Outcome.Should().Be(LoadOutcome.NothingChanged);
        report.Counts.Should().Be(new LoadCounts { Read = 3, Unchanged = 2, BelowWatermark = 1 });
        (await warehouse.OfTablesAsync()).Should().Be(before);
    }

    [Fact]
    public async Task A_source_that_lost_the_greatest_day_is_refused()
    {
        var (shop, warehouse) = await OpenAsync();
        await using var _ = warehouse;
        await LoadAsync(warehouse, shop, Start);
        string before = await warehouse.OfAllAsync();

        var refused = await Assert.ThrowsAsync<WarehouseLoadException>(() => LoadAsync(warehouse, shop, Paid(1, 1, 1)));

        refused.Step.Should().Be("guard-lost-watermark");
        refused.Message.Should().Be(
            "business.fact_payment: the source no longer has anything at the greatest watermark, which would be deleted and not come back; "
            + "give the load the whole source, or set allowLostWatermark (greatest_watermark = 2024-01-02 00:00:00). The load was rolled back; business.fact_payment is as before.");
        (await warehouse.OfAllAsync()).Should().Be(before);
    }

    [Fact]
    public async Task An_empty_source_is_refused()
    {
        var (shop, warehouse) = await OpenAsync();
        await using var _ = warehouse;
        await LoadAsync(warehouse, shop, Start);
        string before = await warehouse.OfAllAsync();

        await Assert.ThrowsAsync<WarehouseLoadException>(() => LoadAsync(warehouse, shop));

        (await warehouse.OfAllAsync()).Should().Be(before);
    }

    [Fact]
    public async Task A_lost_greatest_day_is_accepted_when_that_is_allowed()
    {
        var (shop, warehouse) = await OpenAsync(allowLost: true);
        await using var _ = warehouse;
        await LoadAsync(warehouse, shop, Start);

        LoadReport report = await LoadAsync(warehouse, shop, Paid(1, 1, 1));

        report.Counts.Should().Be(new LoadCounts { Read = 1, Deleted = 2, BelowWatermark = 1 });
        report.Outcome.Should().Be(LoadOutcome.Loaded);
        await warehouse.ExpectAsync(Payments, """
            payment_id | paid_at    | amount
            1          | 2024-01-01 | 1.00
            """);
    }

    [Fact]
    public async Task Days_are_reloaded_whole()
    {
        var (shop, warehouse) = await OpenAsync();
        await using var _ = warehouse;
        await LoadAsync(warehouse, shop, Paid(1, 1, 1), Paid(2, 2.75, 2));

        LoadReport report = await LoadAsync(warehouse, shop, Paid(1, 1, 1), Paid(2, 2.75, 2), Paid(3, 2.25, 3));

        report.Counts.MissedBelowWatermark.Should().Be(0);
        await warehouse.ExpectAsync(Payments, """
            payment_id | paid_at             | amount
            1          | 2024-01-01          | 1.00
            2          | 2024-01-02 18:00:00 | 2.00
            3          | 2024-01-02 06:00:00 | 3.00
            """);
    }

    [Fact]
    public async Task A_late_row_is_reported_without_an_overlap_and_loaded_with_one()
    {
        PaymentRow[] withLate = [Paid(1, 1, 1), Paid(2, 2, 2), Paid(3, 2, 3), Paid(9, 1, 9)];
        var (shop, without) = await OpenAsync();
        await using var _ = without;
        await LoadAsync(without, shop, Start);
        var (overlapping, with) = await OpenAsync(overlap: TimeSpan.FromDays(1));
        await using var __ = with;
        await LoadAsync(with, overlapping, Start);

        LoadReport missed = await LoadAsync(without, shop, withLate);
        LoadReport caught = await LoadAsync(with, overlapping, withLate);

        missed.Counts.Should().Be(new LoadCounts { Read = 4, Unchanged = 2, BelowWatermark = 2, MissedBelowWatermark = 1 });
        caught.Counts.Should().Be(new LoadCounts { Read = 4, Inserted = 4, Deleted = 3 });
        await with.ExpectAsync("SELECT payment_id FROM business.fact_payment ORDER BY payment_id", "payment_id\n1\n2\n3\n9");
    }

    [Fact]
    public async Task A_row_that_moved_to_an_earlier_day_is_moved_by_an_overlap()
    {
        var (shop, warehouse) = await OpenAsync(overlap: TimeSpan.FromDays(1));
        await using var _ = warehouse;
        await LoadAsync(warehouse, shop, Start);

        await LoadAsync(warehouse, shop, Paid(1, 1, 1), Paid(2, 2, 2), Paid(3, 1, 3));

        await warehouse.ExpectAsync(Payments, """
            payment_id | paid_at    | amount
            1          | 2024-01-01 | 1.00
            2          | 2024-01-02 | 2.00
            3          | 2024-01-01 | 3.00
            """);
    }

    [Fact]
    public async Task A_row_that_moved_to_an_earlier_day_is_reported_missing_without_an_overlap()
    {
        var (shop, warehouse) = await OpenAsync();
        await using var _ = warehouse;
        await LoadAsync(warehouse, shop, Start);

        LoadReport report = await LoadAsync(warehouse, shop, Paid(1, 1, 1), Paid(2, 2, 2), Paid(3, 1, 3));

        report.Counts.Should().Be(new LoadCounts { Read = 3, Inserted = 1, Deleted = 2, BelowWatermark = 2, MissedBelowWatermark = 1 });
        await warehouse.ExpectAsync("SELECT payment_id FROM business.fact_payment ORDER BY payment_id", "payment_id\n1\n2");
    }

    [Fact]
    public async Task A_row_that_moved_to_a_later_day_stands_there_once()
    {
        var (shop, warehouse) = await OpenAsync();
        await using var _ = warehouse;
        await LoadAsync(warehouse, shop, Start);

        await LoadAsync(warehouse, shop, Paid(1, 3, 1), Paid(2, 2, 2), Paid(3, 2, 3));

        await warehouse.ExpectAsync(Payments, """
            payment_id | paid_at    | amount
            1          | 2024-01-03 | 1.00
            2          | 2024-01-02 | 2.00
            3          | 2024-01-02 | 3.00
            """);
    }

    [Fact]
    public async Task A_row_too_far_in_the_future_is_rejected_and_never_moves_the_watermark()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(Day(5), TimeSpan.Zero));
        var (shop, warehouse) = await OpenAsync(maxFuture: TimeSpan.FromDays(1), time: time);
        await using var _ = warehouse;
        var poison = new PaymentRow(99, 1, new DateTime(2999, 1, 1), 99);

        LoadReport first = await LoadAsync(warehouse, shop, RejectPolicy.KeepAll, Paid(1, 4, 1), poison, Paid(2, 5.9, 2));
        LoadReport second = await LoadAsync(warehouse, shop, RejectPolicy.KeepAll, Paid(1, 4, 1), poison, Paid(2, 5.9, 2), Paid(3, 5, 3));

        first.Counts.Should().Be(new LoadCounts { Read = 3, Inserted = 2, Rejected = 1 });
        second.Counts.Should().Be(new LoadCounts { Read = 4, Inserted = 2, Deleted = 1, Rejected = 1, BelowWatermark = 1 });
        await warehouse.ExpectAsync("SELECT line, column_name, reason FROM warehouse.reject ORDER BY load_id", """
            line | column_name | reason
            2    | paid_at     | the watermark is too far in the future
            2    | paid_at     | the watermark is too far in the future
            """);
        await warehouse.ExpectAsync("SELECT payment_id FROM business.fact_payment ORDER BY payment_id", "payment_id\n1\n2\n3");
    }

    [Fact]
    public async Task The_watermark_in_the_ledger_is_the_greatest_value_of_the_target()
    {
        var (shop, warehouse) = await OpenAsync();
        await using var _ = warehouse;

        await LoadAsync(warehouse, shop, Start);
        await LoadAsync(warehouse, shop, Start);

        await warehouse.ExpectAsync("SELECT target, column_name, value, load_id FROM warehouse.watermark", """
            target                | column_name | value                       | load_id
            business.fact_payment | paid_at     | 2024-01-02T00:00:00.0000000 | 1
            """);
    }

    [Fact]
    public async Task A_missing_watermark_or_grain_is_rejected_with_its_column()
    {
        var (shop, warehouse) = await OpenAsync();
        await using var _ = warehouse;

        LoadReport report = await LoadAsync(warehouse, shop, RejectPolicy.KeepAll, Paid(1, 1, 1), new(2, 1, null, 2), new(null, 1, Day(1), 3), new(null, 1, null, 4));

        report.Counts.Should().Be(new LoadCounts { Read = 4, Inserted = 1, Rejected = 3 });
        await warehouse.ExpectAsync("SELECT line, column_name, reason FROM warehouse.reject ORDER BY line", """
            line | column_name         | reason
            2    | paid_at             | grain or watermark is NULL
            3    | payment_id          | grain or watermark is NULL
            4    | payment_id, paid_at | grain or watermark is NULL
            """);
    }

    [Fact]
    public async Task A_whole_number_can_be_the_watermark()
    {
        Fact<NumberedRow> fact = null!;
        var model = DimensionalModel.Create("numbers", builder =>
        {
            DateDimension date = builder.DateDimension("dim_date", new DateOnly(2024, 1, 1), new DateOnly(2024, 1, 2));
            fact = builder.Fact<NumberedRow>("fact_number", f => f.Grain("one number", row => row.Id).Date(date, row => row.Day).Measure(row => row.Amount).FromWatermark(row => row.Id));
        });
        await using IWarehouse warehouse = await store.OpenAsync(model);
        NumberedRow[] first = [new(1, new(2024, 1, 1), 1), new(2, new(2024, 1, 1), 2)];
        await warehouse.LoadAsync(fact, first);

        LoadReport second = await warehouse.LoadAsync(fact, [.. first, new(3, new(2024, 1, 2), 3)]);
        LoadReport third = await warehouse.LoadAsync(fact, [new(3, new(2024, 1, 2), 3)]);

        second.Counts.Should().Be(new LoadCounts { Read = 3, Inserted = 2, Deleted = 1, BelowWatermark = 1 });
        third.Outcome.Should().Be(LoadOutcome.NothingChanged);
        await warehouse.ExpectAsync("SELECT value FROM warehouse.watermark", "value\n3");
        await warehouse.ExpectAsync("SELECT id, amount FROM business.fact_number ORDER BY id", "id | amount\n1 | 1\n2 | 2\n3 | 3");
    }

    [Fact]
    public async Task A_date_can_be_the_watermark()
    {
        Fact<NumberedRow> fact = null!;
        var model = DimensionalModel.Create("numbers", builder =>
        {
            DateDimension date = builder.DateDimension("dim_date", new DateOnly(2024, 1, 1), new DateOnly(2024, 1, 2));
            fact = builder.Fact<NumberedRow>("fact_number", f => f.Grain("one number", row => row.Id).Date(date, row => row.Day).Measure(row => row.Amount).FromWatermark(row => row.Day));
        });
        await using IWarehouse warehouse = await store.OpenAsync(model);
        await warehouse.LoadAsync(fact, [new(1, new(2024, 1, 1), 1), new(2, new(2024, 1, 2), 2)]);

        LoadReport report = await warehouse.LoadAsync(fact, [new(2, new(2024, 1, 2), 22)]);

        report.Counts.Should().Be(new LoadCounts { Read = 1, Inserted = 1, Deleted = 1 });
        await warehouse.ExpectAsync("SELECT value FROM warehouse.watermark", "value\n2024-01-02");
        await warehouse.ExpectAsync("SELECT id, amount FROM business.fact_number ORDER BY id", "id | amount\n1 | 1\n2 | 22");
    }

    private sealed record NumberedRow(long Id, DateOnly Day, int Amount);

    private async Task<(Shop Shop, IWarehouse Warehouse)> OpenAsync(TimeSpan overlap = default, TimeSpan? maxFuture = null, bool allowLost = false, TimeProvider? time = null)
    {
        var shop = new Shop(fact => fact.FromWatermark(payment => payment.PaidAt, overlap, maxFuture, allowLost));
        return (shop, await store.OpenAsync(shop.Model, time));
    }

    private static Task<LoadReport> LoadAsync(IWarehouse warehouse, Shop shop, params PaymentRow[] payments)
        => LoadAsync(warehouse, shop, RejectPolicy.FailOnFirst, payments);

    private static async Task<LoadReport> LoadAsync(IWarehouse warehouse, Shop shop, RejectPolicy rejects, params PaymentRow[] payments)
    {
        LoadReport report = await warehouse.LoadAsync(shop.Payment, payments, new LoadOptions { Rejects = rejects });
        report.Counts.IsConserved.Should().BeTrue("every row read has one outcome: {0}", report);
        return report;
    }
}
