namespace Warehouse.Sdk.Tests;

/// <summary>What the kinds of facts and bridges refuse, and the columns they have.</summary>
public sealed class FactKindModelTests
{
    private static readonly GoldenKinds Kinds = new();

    [Fact]
    public void An_accumulating_snapshot_keeps_its_milestones_its_lags_and_the_keys_of_its_links()
    {
        Kinds.Order.Kind.Should().Be(FactKind.AccumulatingSnapshot);
        Kinds.Order.Schema.Columns.Select(column => $"{column.Name} {column.Type}{(column.IsNullable ? string.Empty : " not null")}").Should().Equal(
            "placed_date_key integer not null", "shipped_date_key integer not null", "closed_date_key integer not null",
            "order_id integer not null", "placed_at timestamp", "shipped_at timestamp", "closed_at timestamp", "quantity integer",
            "ship_lag_days bigint", "close_lag_hours bigint", "times_reopened bigint", "load_id bigint not null");
        Kinds.Order.Dates.Should().OnlyContain(date => date.WhenNull == DefaultMember.NotHappenedYet);
    }

    [Fact]
    public void Its_events_are_remembered_only_where_a_sequence_orders_them()
    {
        Kinds.Order.Events!.Columns.Select(column => column.Name.Value).Should().Equal(
            "order_id", "sequence_number", "placed_at", "shipped_at", "closed_at", "quantity", "told_placed", "told_shipped", "told_closed", "reopens", "load_id");
        Kinds.Order.Events.PrimaryKey.Select(name => name.Value).Should().Equal("order_id", "sequence_number");
        Kinds.UnorderedOrder.Events.Should().BeNull();
        Kinds.Model.Schemas.Select(schema => schema.Name.ToString()).Should().Contain("business.fact_order_event").And.NotContain("business.fact_unordered_event");
    }

    [Fact]
    public void A_periodic_snapshot_has_its_entity_its_period_and_what_is_said_of_them()
    {
        Kinds.Balance.Kind.Should().Be(FactKind.PeriodicSnapshot);
        Kinds.Balance.Schema.Columns.Select(column => $"{column.Name} {column.Type}").Should().Equal(
            "month_end_date_key integer", "store_key bigint", "store_id integer", "day date", "on_hand integer", "most integer", "amount decimal(28,4)", "opening decimal(18,4)",
            "balance decimal(28,4)", "is_low boolean", "has_activity boolean", "load_id bigint");
        Kinds.Balance.Measures.Select(measure => $"{measure.Column.Name} {measure.Additivity}").Should().Equal("on_hand SemiAdditive", "most NonAdditive", "amount Additive", "opening SemiAdditive", "balance SemiAdditive");
        Kinds.Balance.GrainColumns.Select(column => column.Name.Value).Should().Equal("store_id", "day");
    }

    [Fact]
    public void M06_An_aggregate_refuses_to_sum_what_must_not_be_summed()
        => ProblemsOf(model =>
        {
            DateDimension date = Dates(model);
            var stock = model.Fact<GoldenKinds.MovementRow>("fact_stock", f => f
                .Grain("one reading", row => row.MovementId).Date(date, row => row.Day, role: "read").Measure(row => row.OnHand, Additivity.SemiAdditive).Ignore(row => new { row.StoreId, row.Amount, row.Opening, row.IsLow }));
            model.Aggregate("agg_stock", stock, a => a.Grain("one month").Date("read", d => d.YearMonth).Date("sold", d => d.Year).Sum(row => row.OnHand).Sum(row => row.MovementId));
            model.Aggregate("agg_nothing", stock, a => a.Sum(row => row.OnHand, "stock"));
        }).Should().Equal(
            "agg_stock: business.fact_stock has no date of the role 'sold'; there are 'read'",
            "agg_stock: on_hand is SemiAdditive; a sum of it over everything that is rolled up would say nothing. Derive a periodic snapshot from it instead",
            "agg_stock: movement_id is no measure of business.fact_stock",
            "agg_nothing: on_hand is SemiAdditive; a sum of it over everything that is rolled up would say nothing. Derive a periodic snapshot from it instead",
            "agg_nothing: it has no grain; add Grain(\"one ...\")",
            "agg_nothing: it is rolled up to nothing; add Date(...), Attributes(...), Key(...) or Degenerate(...)");

    [Fact]
    public void An_accumulating_snapshot_names_what_it_lacks()
        => ProblemsOf(model =>
        {
            DateDimension date = Dates(model);
            model.Fact<GoldenKinds.OrderRow>("fact_order", f => f
                .Grain("one order", row => row.OrderId)
                .AccumulatingSnapshot(a => a.Milestone(date, row => row.PlacedAt, "placed").Milestone(date, row => row.ClosedAt, "closed").Lag("lag", "placed", "shipped").Reopen("closed", row => row.Quantity))
                .FullRefresh()
                .Ignore(row => new { row.Lsn, row.ShippedAt, row.IsRetracted, row.IsReopened }));
        }).Should().Equal(
            "fact_order: there is no milestone 'shipped'; there are 'placed', 'closed'",
            "fact_order: quantity is integer; a flag is a boolean",
            "fact_order: an accumulating snapshot takes batches in by grain; FullRefresh is another strategy");

    [Fact]
    public void A_periodic_snapshot_names_what_it_cannot_sum_up()
        => ProblemsOf(model =>
        {
            DateDimension date = Dates(model);
            var movement = model.Fact<GoldenKinds.MovementRow>("fact_movement", f => f.Grain("one movement", row => row.MovementId).Date(date, row => row.Day).Measure(row => row.Amount).Ignore(row => new { row.StoreId, row.Opening, row.OnHand, row.IsLow }));
            model.Fact<GoldenKinds.MovementRow>("fact_week", f => f
                .Grain("one store", row => row.StoreId)
                .PeriodicSnapshot(SnapshotPeriod.Week, date, row => row.Day, p => p.Sum(row => row.IsLow).Ratio("turns", "amount", "on_hand").From(movement))
                .Measure(row => row.Amount)
                .Ignore(row => new { row.MovementId, row.Opening, row.OnHand }));
        }).Should().Contain(
            [
                "fact_week: is_low is boolean; a sum is of whole or decimal numbers",
                "fact_week: business.fact_movement does not keep store_id; add it there with Degenerate(...)",
                "fact_week: a periodic snapshot sums rows up; declare its measures in PeriodicSnapshot(...), and leave Measure(...) and Degenerate(...) out",
                "fact_week: a ratio is of amount, which is no measure of the snapshot; there are is_low",
            ]);

    [Fact]
    public void A_snapshot_refuses_a_kind_that_it_is_not_and_a_watermark_that_its_rows_do_not_have()
        => ProblemsOf(model =>
        {
            DateDimension date = Dates(model);
            model.Fact<GoldenKinds.StockRow>("fact_week", f => f
                .Grain("one store", row => row.StoreId)
                .PeriodicSnapshot(SnapshotPeriod.Week, date, row => row.Day, p => p.Last(row => row.OnHand))
                .Watermark(row => row.OnHand)
                .Kind(FactKind.Transaction));
            model.Fact<GoldenKinds.StockRow>("fact_day", f => f
                .Grain("one store", row => row.StoreId)
                .Kind(FactKind.PeriodicSnapshot)
                .PeriodicSnapshot(SnapshotPeriod.Day, date, row => row.Day, p => p.Last(row => row.OnHand))
                .Watermark(row => row.Day));
        }).Should().Equal(
            "fact_week: Kind says Transaction, but it is built as PeriodicSnapshot; leave Kind(...) out",
            "fact_week: its watermark is on_hand, which a row of the snapshot no longer has; a periodic snapshot can have one on its day day only");

    [Fact]
    public void A_ratio_is_of_two_measures_of_a_transaction_fact()
        => ProblemsOf(model =>
        {
            DateDimension date = Dates(model);
            model.Fact<GoldenKinds.StockRow>("fact_stock", f => f.Grain("one store", row => row.StoreId).Date(date, row => row.Day).Measure(row => row.OnHand).Ratio("per_store", row => row.OnHand, row => row.StoreId).Corrections(Corrections.Reversal));
            model.Fact<GoldenKinds.StockRow>("fact_week", f => f
                .Grain("one store", row => row.StoreId)
                .PeriodicSnapshot(SnapshotPeriod.Week, date, row => row.Day, p => p.Last(row => row.OnHand).Ratio("each", "on_hand", "on_hand"))
                .Ratio("per_store", row => row.OnHand, row => row.OnHand));
        }).Should().Contain(
            [
                "fact_stock: it corrects by reversal, and a ratio is not additive: a negative row takes nothing back; use Corrections.Update, or leave Ratio(...) out",
                "fact_stock: the ratio per_store is of StoreId, which is no measure; add Measure(x => x.StoreId)",
                "fact_week: it is a snapshot; a periodic one has ratios of its own, PeriodicSnapshot(... p => p.Ratio(...)), an accumulating one has none",
            ]);

    [Fact]
    public void Bridges_name_what_they_cannot_keep()
        => ProblemsOf(model =>
        {
            model.Conventions(names => names with { Intervals = IntervalStyle.ClosedByDay });
            var store = model.Dimension<GoldenKinds.StoreRow>("dim_store", d => d.NaturalKey(row => row.StoreId, row => row.Region).Type1(row => row.Name));
            var holder = model.Dimension<GoldenKinds.HolderRow>("dim_holder", d => d.NaturalKey(row => row.HolderId).Type1(row => row.Name));
            model.Bridge<GoldenKinds.OwnershipRow>("bridge_ownership", b => b.Group(holder, row => row.StoreId).Member(holder, row => row.HolderId).Versioned());
            model.Hierarchy<GoldenKinds.ParentRow>("bridge_store", store, h => h.Child(row => row.StoreId).Parent(row => row.ParentId));
            model.Hierarchy<GoldenKinds.ParentRow>("bridge_half", store, h => h.Child(row => row.StoreId).Ignore(row => row.ParentId));
        }).Should().Equal(
            "bridge_ownership: its memberships are versioned, which is done in half-open intervals only; the model closes them by day",
            "bridge_store: business.dim_store has a natural key of 2 columns; a hierarchy is of members with a key of one column",
            "bridge_half: it needs both Child(...) and Parent(...)");

    private static DateDimension Dates(DimensionalModelBuilder model) => model.DateDimension("dim_date", new DateOnly(2024, 1, 1), new DateOnly(2024, 12, 31));

    private static IReadOnlyList<string> ProblemsOf(Action<DimensionalModelBuilder> define)
        => Assert.Throws<WarehouseModelException>(() => DimensionalModel.Create("kinds", define)).Problems;
}
