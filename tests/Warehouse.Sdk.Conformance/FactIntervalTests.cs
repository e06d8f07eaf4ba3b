using Microsoft.Extensions.Time.Testing;
using static Warehouse.Sdk.Conformance.SaleModel;

namespace Warehouse.Sdk.Conformance;

/// <summary>How far a fact has come, in all its parts; what was loaded, what was not, and how a hole is filled.</summary>
public abstract class FactIntervalTests<TStore>(TStore store) : IClassFixture<TStore>
    where TStore : WarehouseTestStore
{
    [Fact]
    public async Task F11_the_watermark_is_the_greatest_value_that_was_read_though_its_row_was_rejected()
    {
        var (model, warehouse) = await OpenAsync(fact => fact.FromWatermark(sale => sale.SoldAt));
        await using var _ = warehouse;
        await warehouse.LoadAsync(model.Sale, [Sold(1, 1, 1), Sold(2, 3, 2), Sold(2, 3, 22)], new() { Rejects = RejectPolicy.KeepAll });

        FactWatermark? watermark = await warehouse.Incremental.WatermarkAsync(model.Sale);
        LoadReport next = await warehouse.LoadAsync(model.Sale, [Sold(2, 3, 2), Sold(3, 4, 3)]);

        watermark.Should().Be(new FactWatermark("sold_at", At(1, 3), At(1, 3)));
        next.Counts.Should().Be(new LoadCounts { Read = 2, Inserted = 2 });
        await warehouse.ExpectAsync("SELECT id, amount FROM business.fact_sale ORDER BY id", "id | amount\n1 | 1\n2 | 2\n3 | 3");
    }

    [Fact]
    public async Task F08_and_F29_a_row_that_was_committed_late_is_found_by_the_overlap()
    {
        var (model, warehouse) = await OpenAsync(fact => fact.FromWatermark(sale => sale.SoldAt, overlap: TimeSpan.FromDays(1)));
        await using var _ = warehouse;
        await warehouse.LoadAsync(model.Sale, [Sold(1, 1, 1), Sold(2, 2.5, 2)]);

        FactWatermark? watermark = await warehouse.Incremental.WatermarkAsync(model.Sale);
        LoadReport report = await warehouse.LoadAsync(model.Sale, [Sold(1, 1, 1), Sold(2, 2.5, 2), Sold(3, 1.75, 3)]);

        watermark.Should().Be(new FactWatermark("sold_at", At(1, 2.5), At(1, 1)));
        report.Counts.Should().Be(new LoadCounts { Read = 3, Inserted = 3, Deleted = 2 });
        await warehouse.ExpectAsync("SELECT id, sold_at, amount FROM business.fact_sale ORDER BY id", """
            id | sold_at             | amount
            1  | 2024-01-01          | 1
            2  | 2024-01-02 12:00:00 | 2
            3  | 2024-01-01 18:00:00 | 3
            """);
    }

    [Fact]
    public async Task F15_numbers_committed_out_of_order_are_found_by_the_overlap()
    {
        var (model, warehouse) = await OpenAsync(fact => fact.FromWatermark(sale => sale.Id, overlap: 2L));
        await using var _ = warehouse;
        await warehouse.LoadAsync(model.Sale, [Sold(1, 1, 1), Sold(3, 1, 3), Sold(5, 1, 5)]);

        LoadReport report = await warehouse.LoadAsync(model.Sale, [Sold(3, 1, 3), Sold(4, 1, 4), Sold(5, 1, 5), Sold(6, 1, 6)]);

        report.Counts.Should().Be(new LoadCounts { Read = 4, Inserted = 4, Deleted = 2 });
        (await warehouse.Incremental.WatermarkAsync(model.Sale)).Should().Be(new FactWatermark("id", 6L, 4L));
        await warehouse.ExpectAsync("SELECT id FROM business.fact_sale ORDER BY id", "id\n1\n3\n4\n5\n6");
    }

    [Fact]
    public async Task F13_and_F33_every_part_has_a_watermark_of_its_own_and_deletes_only_its_own_rows()
    {
        var (model, warehouse) = await OpenAsync(fact => fact.FromWatermark(sale => sale.SoldAt).Within(sale => sale.Region));
        await using var _ = warehouse;
        await warehouse.LoadAsync(model.Sale, [Sold(1, 1, 1), Sold(2, 9, 2)], new() { Within = "EU" });
        await warehouse.LoadAsync(model.Sale, [Sold(3, 2, 3, "US")], new() { Within = "US" });

        LoadReport behind = await warehouse.LoadAsync(model.Sale, [Sold(3, 2, 33, "US"), Sold(4, 3, 4, "US")], new() { Within = "US" });

        behind.Counts.Should().Be(new LoadCounts { Read = 2, Inserted = 2, Deleted = 1 });
        await warehouse.ExpectAsync(Sales, """
            id | region | sold_at    | amount
            1  | EU     | 2024-01-01 | 1
            2  | EU     | 2024-01-09 | 2
            3  | US     | 2024-01-02 | 33
            4  | US     | 2024-01-03 | 4
            """);
        await warehouse.ExpectAsync("SELECT column_name, value FROM warehouse.watermark ORDER BY column_name", """
            column_name           | value
            sold_at (region = EU) | 2024-01-09T00:00:00.0000000
            sold_at (region = US) | 2024-01-03T00:00:00.0000000
            """);
        (await warehouse.Incremental.WatermarkAsync(model.Sale, "US"))!.Value.Should().Be(At(1, 3));
        (await Assert.ThrowsAsync<ArgumentException>(() => warehouse.LoadAsync(model.Sale, [Sold(1, 1, 1)]))).Message.Should().Contain("LoadOptions.Within");
        (await Assert.ThrowsAsync<WarehouseLoadException>(() => warehouse.LoadAsync(model.Sale, [Sold(1, 9, 1)], new() { Within = "US" }))).Message.Should().Contain("column region: the row is outside the scope of the load");
    }

    [Fact]
    public async Task F13_a_part_has_one_watermark_however_it_is_written_and_the_ledger_is_asked_for_one_there_is()
    {
        var (model, warehouse) = await OpenAsync(fact => fact.FromWatermark(sale => sale.SoldAt).Within(sale => sale.Region).Column(sale => sale.Region, ColumnType.Char(4)));
        await using var _ = warehouse;
        await warehouse.LoadAsync(model.Sale, [Sold(1, 1, 1), Sold(2, 9, 2)], new() { Within = "EU  " });

        LoadReport more = await warehouse.LoadAsync(model.Sale, [Sold(2, 9, 22)], new() { Within = "EU" });

        more.Counts.Should().Be(new LoadCounts { Read = 1, Inserted = 1, Deleted = 1 });
        await warehouse.ExpectAsync("SELECT column_name, value FROM warehouse.watermark", """
            column_name           | value
            sold_at (region = EU) | 2024-01-09T00:00:00.0000000
            """);
        (await warehouse.Incremental.WatermarkAsync(model.Sale, "EU "))!.Value.Should().Be(At(1, 9));
        (await warehouse.Incremental.LoadedIntervalsAsync(model.Sale, "EU ")).Should().NotBeEmpty();
        foreach (Func<Task> ask in new Func<Task>[] { () => warehouse.Incremental.WatermarkAsync(model.Sale), () => warehouse.Incremental.LoadedIntervalsAsync(model.Sale), () => warehouse.Incremental.FindHolesAsync(model.Sale, At(1, 1), At(1, 2)) })
            (await Assert.ThrowsAsync<ArgumentException>(ask)).Message.Should().Be("business.fact_sale has a watermark for each region; say which one is meant in the scope. (Parameter 'scope')");
    }

    [Fact]
    public async Task F13_a_fact_that_is_loaded_whole_has_no_watermark_of_a_part()
    {
        var (model, warehouse) = await OpenAsync(fact => fact.FromWatermark(sale => sale.SoldAt));
        await using var _ = warehouse;

        (await Assert.ThrowsAsync<ArgumentException>(() => warehouse.Incremental.WatermarkAsync(model.Sale, "EU"))).Message.Should()
            .Be("business.fact_sale has no column to be loaded within, and so one watermark for all of it; add Within(x => x.Region) to the fact, or leave the scope out. (Parameter 'scope')");
    }

    [Fact]
    public async Task F27_a_stored_row_of_the_far_future_is_not_believed_and_normal_rows_load()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(At(1, 10), TimeSpan.Zero));
        var (model, warehouse) = await OpenAsync(fact => fact.FromWatermark(sale => sale.SoldAt, maxFuture: TimeSpan.FromDays(1)), time);
        await using var _ = warehouse;
        await warehouse.LoadAsync(model.Sale, [Sold(1, 1, 1), Sold(2, 2, 2)]);
        await warehouse.QueryAsync<dynamic>("INSERT INTO business.fact_sale (date_key, id, sold_at, region, amount, load_id) VALUES (-1, 99, TIMESTAMP '2999-01-01 00:00:00', 'EU', 99, 0)");
        await warehouse.QueryAsync<dynamic>("UPDATE warehouse.watermark SET value = '2999-01-01T00:00:00.0000000'");

        LoadReport report = await warehouse.LoadAsync(model.Sale, [Sold(2, 2, 2), Sold(3, 3, 3)]);

        report.Counts.Should().Be(new LoadCounts { Read = 2, Inserted = 2, Deleted = 2 });
        await warehouse.ExpectAsync("SELECT id FROM business.fact_sale ORDER BY id", "id\n1\n2\n3");
        await warehouse.ExpectAsync("SELECT value FROM warehouse.watermark", "value\n2024-01-03T00:00:00.0000000");
    }

    [Fact]
    public async Task F12_and_F36_an_emptied_table_takes_everything_whatever_the_ledger_says()
    {
        var (model, warehouse) = await OpenAsync(fact => fact.FromWatermark(sale => sale.SoldAt));
        await using var _ = warehouse;
        await warehouse.LoadAsync(model.Sale, [Sold(1, 1, 1), Sold(2, 5, 2)]);
        await warehouse.QueryAsync<dynamic>("DELETE FROM business.fact_sale");

        LoadReport report = await warehouse.LoadAsync(model.Sale, [Sold(1, 1, 1), Sold(2, 5, 2)]);

        report.Counts.Should().Be(new LoadCounts { Read = 2, Inserted = 2 });
        await warehouse.ExpectAsync(Sales, """
            id | region | sold_at    | amount
            1  | EU     | 2024-01-01 | 1
            2  | EU     | 2024-01-05 | 2
            """);
    }

    [Fact]
    public async Task A_frozen_end_leaves_later_rows_to_the_next_load()
    {
        var (model, warehouse) = await OpenAsync(fact => fact.FromWatermark(sale => sale.SoldAt));
        await using var _ = warehouse;
        SaleRow[] source = [Sold(1, 1, 1), Sold(2, 2, 2), Sold(3, 2.5, 3)];

        LoadReport frozen = await warehouse.LoadAsync(model.Sale, source, new() { Interval = LoadInterval.Until(At(1, 2.5)) });
        LoadReport rest = await warehouse.LoadAsync(model.Sale, source);

        frozen.Counts.Should().Be(new LoadCounts { Read = 3, Inserted = 2, OutsideInterval = 1 });
        frozen.Counts.IsConserved.Should().BeTrue();
        rest.Counts.Should().Be(new LoadCounts { Read = 3, Inserted = 2, Deleted = 1, BelowWatermark = 1 });
        await warehouse.ExpectAsync("SELECT lower_bound, upper_bound FROM warehouse.load_interval ORDER BY load_id", """
            lower_bound                | upper_bound
            2024-01-01T00:00:00.000000 | 2024-01-02T12:00:00.000000
            2024-01-02T00:00:00.000000 | 2024-01-03T00:00:00.000000
            """);
    }

    [Fact]
    public async Task A_hole_between_daily_loads_is_seen_and_filled_without_moving_the_watermark()
    {
        var (model, warehouse) = await OpenAsync(fact => fact.ReplacePartition(sale => sale.SoldAt).Watermark(sale => sale.SoldAt));
        await using var _ = warehouse;
        await warehouse.LoadAsync(model.Sale, [Sold(1, 1.5, 1)]);
        await warehouse.LoadAsync(model.Sale, [Sold(4, 4, 4), Sold(6, 6, 6)]);
        var holes = await warehouse.Incremental.FindHolesAsync(model.Sale, new DateOnly(2024, 1, 1), new DateOnly(2024, 1, 8));
        string watermark = await warehouse.DrawAsync("SELECT * FROM warehouse.watermark");

        LoadReport filled = await warehouse.Incremental.BackfillAsync(model.Sale, Source.Rows([Sold(2, 2, 2), Sold(3, 3.25, 3), Sold(4, 4, 44)]), At(1, 2), At(1, 4));

        holes.Should().Equal(new LoadedInterval(At(1, 2), At(1, 4)), new LoadedInterval(At(1, 5), At(1, 6)), new LoadedInterval(At(1, 7), At(1, 8)));
        filled.Counts.Should().Be(new LoadCounts { Read = 3, Inserted = 2, OutsideInterval = 1 });
        (await warehouse.Incremental.LoadedIntervalsAsync(model.Sale)).Should().Equal(new LoadedInterval(At(1, 1), At(1, 5)), new LoadedInterval(At(1, 6), At(1, 7)));
        (await warehouse.DrawAsync("SELECT * FROM warehouse.watermark")).Should().Be(watermark);
        await warehouse.ExpectAsync("SELECT lower_bound, upper_bound FROM warehouse.load_interval WHERE is_backfill", """
            lower_bound                | upper_bound
            2024-01-02T00:00:00.000000 | 2024-01-04T00:00:00.000000
            """);
        await warehouse.ExpectAsync("SELECT id, amount FROM business.fact_sale ORDER BY id", "id | amount\n1 | 1\n2 | 2\n3 | 3\n4 | 4\n6 | 6");
    }

    [Fact]
    public async Task A_backfill_replaces_its_stretch_and_is_refused_beyond_the_watermark_or_without_rows()
    {
        var (model, warehouse) = await OpenAsync(fact => fact.FromWatermark(sale => sale.SoldAt));
        await using var _ = warehouse;
        await warehouse.LoadAsync(model.Sale, [Sold(1, 1, 1), Sold(2, 2, 2), Sold(3, 3, 3), Sold(4, 4, 4)]);

        LoadReport report = await warehouse.Incremental.BackfillAsync(model.Sale, Source.Rows([Sold(2, 2, 22), Sold(9, 3, 9), Sold(4, 4, 44)]), new DateOnly(2024, 1, 2), new DateOnly(2024, 1, 4));
        string before = await warehouse.OfAllAsync();
        var beyond = await Assert.ThrowsAsync<WarehouseLoadException>(() => warehouse.Incremental.BackfillAsync(model.Sale, Source.Rows([Sold(5, 6, 5)]), At(1, 6), At(1, 7)));
        var empty = await Assert.ThrowsAsync<WarehouseLoadException>(() => warehouse.Incremental.BackfillAsync(model.Sale, Source.Rows<SaleRow>([]), At(1, 2), At(1, 3)));
        (await warehouse.OfAllAsync()).Should().Be(before);
        LoadReport allowed = await warehouse.Incremental.BackfillAsync(model.Sale, Source.Rows<SaleRow>([]), At(1, 2), At(1, 3), new() { AllowEmpty = true });

        report.Counts.Should().Be(new LoadCounts { Read = 3, Inserted = 2, Deleted = 2, OutsideInterval = 1 });
        (beyond.Step, empty.Step).Should().Be(("guard-backfill", "guard-empty-source"));
        allowed.Counts.Should().Be(new LoadCounts { Deleted = 1 });
        (await warehouse.Incremental.WatermarkAsync(model.Sale))!.Value.Should().Be(At(1, 4));
        await warehouse.ExpectAsync("SELECT id, amount FROM business.fact_sale ORDER BY id", "id | amount\n1 | 1\n4 | 4\n9 | 9");
    }

    [Fact]
    public async Task F24_a_full_refresh_by_an_empty_source_is_refused_unless_it_is_meant()
    {
        var (model, warehouse) = await OpenAsync(fact => fact.FullRefresh());
        await using var _ = warehouse;
        await warehouse.LoadAsync(model.Sale, [Sold(1, 1, 1)]);
        string before = await warehouse.OfAllAsync();

        var refused = await Assert.ThrowsAsync<WarehouseLoadException>(() => warehouse.LoadAsync(model.Sale, []));
        (await warehouse.OfAllAsync()).Should().Be(before);
        LoadReport meant = await warehouse.LoadAsync(model.Sale, [], new() { AllowEmpty = true });

        refused.Message.Should().Be("business.fact_sale: the source has no rows, and the rows it would replace would be gone; a source that failed looks just the same. Set LoadOptions.AllowEmpty if it is meant (stored_rows = 1). The load was rolled back; business.fact_sale is as before.");
        meant.Counts.Should().Be(new LoadCounts { Deleted = 1 });
    }

    [Fact]
    public async Task A_watermark_keeps_every_microsecond()
    {
        var (model, warehouse) = await OpenAsync(fact => fact.Append().Watermark(sale => sale.SoldAt));
        await using var _ = warehouse;
        DateTime precise = At(1, 1).AddTicks(1_234_560);

        await warehouse.LoadAsync(model.Sale, [Sold(1, 1, 1) with { SoldAt = precise }]);
        await warehouse.LoadAsync(model.Sale, [Sold(2, 1, 1)]);

        (await warehouse.Incremental.WatermarkAsync(model.Sale))!.Value.Should().Be(precise);
    }

    private async Task<(SaleModel Model, IWarehouse Warehouse)> OpenAsync(Action<FactBuilder<SaleRow>> growth, TimeProvider? time = null)
    {
        var model = new SaleModel(fact =>
        {
            fact.Ignore(sale => new { sale.Lsn, sale.Op });
            growth(fact);
        });
        return (model, await store.OpenAsync(model.Model, time));
    }
}
