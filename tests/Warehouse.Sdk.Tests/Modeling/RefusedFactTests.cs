namespace Warehouse.Sdk.Tests;

/// <summary>What facts, snapshots, aggregates and combinations are refused for, one table per mistake.</summary>
public sealed class RefusedFactTests
{
    private sealed record Order(int OrderId, int CustomerId, int StoreId, DateTime OrderedAt, DateTime? ShippedAt, DateTime? PaidAt, bool IsGift, string Note, int Quantity, decimal Amount, double Weight);

    private sealed record Customer(int CustomerId, string Name, string Segment, string Details, DateTime ChangedAt);

    private static readonly string LongName = "dim_" + new string('p', 118);

    [Fact]
    public void Accumulating_snapshots()
        => ProblemsOf((model, date, _) =>
        {
            Fact(model, "fact_none", f => f.Grain("one", o => o.OrderId).AccumulatingSnapshot(_ => { }).Date(date, o => o.OrderedAt), o => new { o.CustomerId, o.StoreId, o.ShippedAt, o.PaidAt, o.IsGift, o.Note, o.Quantity, o.Amount, o.Weight });
            Fact(
                model,
                "fact_lag",
                f => f.Grain("one", o => o.OrderId).AccumulatingSnapshot(a => a.Milestone(date, o => o.OrderedAt, "ordered").Lag("days", "ordered", "shipped").Reopen("ordered", o => o.Note)),
                o => new { o.CustomerId, o.StoreId, o.ShippedAt, o.PaidAt, o.IsGift, o.Quantity, o.Amount, o.Weight });
        }).Should().Equal(
            "fact_none: an accumulating snapshot has no milestone; add Milestone(date, x => x.At, \"role\")",
            "fact_lag: there is no milestone 'shipped'; there are 'ordered'",
            "fact_lag: note is text; a flag is a boolean");

    [Fact]
    public void Periodic_snapshots()
        => ProblemsOf((model, date, customer) =>
        {
            Fact(model, "fact_entity", f => f.Grain("one", o => o.OrderedAt).PeriodicSnapshot(SnapshotPeriod.Day, date, o => o.OrderedAt, p => p.Count("orders")), o => new { o.OrderId, o.CustomerId, o.StoreId, o.ShippedAt, o.PaidAt, o.IsGift, o.Note, o.Quantity, o.Amount, o.Weight });
            Fact(
                model,
                "fact_everything",
                f => f.Grain("one", o => o.StoreId)
                    .PeriodicSnapshot(SnapshotPeriod.Month, date, o => o.OrderedAt, p => p.Sum(o => o.Weight).Any(o => o.Note).Last(o => o.IsGift).Ratio("share", "weight", "nothing").Dense(customer))
                    .Date(date, o => o.ShippedAt, role: "shipped")
                    .Dimension(customer, o => o.CustomerId, asOf: o => o.PaidAt)
                    .FullRefresh(),
                o => new { o.OrderId, o.Quantity, o.Amount });
            Fact(
                model,
                "fact_growth",
                f => f.Grain("one", o => o.StoreId).PeriodicSnapshot(SnapshotPeriod.Day, date, o => o.OrderedAt, p => p.Sum(o => o.Amount)).Operation(o => o.Note).Within(o => o.CustomerId),
                o => new { o.OrderId, o.ShippedAt, o.PaidAt, o.IsGift, o.Quantity, o.Weight });
            Fact<Order> source = Fact(model, "fact_order", f => f.Grain("one", o => o.OrderId).Date(date, o => o.OrderedAt).Degenerate(o => o.OrderedAt, o => o.StoreId).Measure(o => o.Amount), o => new { o.CustomerId, o.ShippedAt, o.PaidAt, o.IsGift, o.Note, o.Quantity, o.Weight });
            Fact(
                model,
                "fact_derived",
                f => f.Grain("one", o => o.StoreId).PeriodicSnapshot(SnapshotPeriod.Day, date, o => o.OrderedAt, p => p.Sum(o => o.Amount).RowKey(o => o.OrderId).From(source)),
                o => new { o.CustomerId, o.ShippedAt, o.PaidAt, o.IsGift, o.Note, o.Quantity, o.Weight });
        }).Should().Equal(
            "fact_entity: a periodic snapshot has no entity; name it in Grain(\"one ... per ...\", x => x.Id)",
            "fact_everything: weight is double; a sum is of whole or decimal numbers",
            "fact_everything: note is text; a flag is a boolean",
            "fact_everything: is_gift is boolean; a number is needed",
            "fact_everything: it is dense while members of business.dim_customer live, but does not link to it by columns of its grain",
            "fact_everything: a ratio is of nothing, which is no measure of the snapshot; there are weight, is_gift",
            "fact_everything: a periodic snapshot replaces the periods it is given; FullRefresh is another strategy",
            "fact_everything: a periodic snapshot has one date, its period's; leave Date(...) out",
            "fact_everything: the link customer_key is not by columns of the grain, which is all that a row of the snapshot has",
            "fact_everything: the link customer_key is as of paid_at; a row of the snapshot has no time but its period's, ordered_at",
            "fact_everything: the measure is_gift is boolean; a measure is a number, other values are Degenerate",
            "fact_growth: a snapshot has one row per grain that follows from all it was told; operations, corrections by reversal and GrainByLine are for transaction facts",
            "fact_growth: a periodic snapshot replaces the periods it is given; Within and partitions are for transaction facts",
            "fact_derived: its rows come from business.fact_order, which has a grain of its own; leave RowKey out");

    [Fact]
    public void Aggregates()
        => ProblemsOf((model, date, customer) =>
        {
            Dimension<Customer> other = model.Dimension<Customer>("dim_other", d => d.NaturalKey(c => c.CustomerId).Type1(c => c.Name).Ignore(c => new { c.Segment, c.Details, c.ChangedAt }));
            Fact<Order> order = Fact(model, "fact_order", f => f.Grain("one", o => o.OrderId).Date(date, o => o.OrderedAt).Dimension(customer, o => o.CustomerId, asOf: o => o.OrderedAt).Measure(o => o.Weight).Measure(o => o.Amount), o => new { o.StoreId, o.ShippedAt, o.PaidAt, o.IsGift, o.Note, o.Quantity });
            model.Aggregate("agg_order", order, a => a.Grain("one name").Attributes(customer, c => c.Name).Key(other).Sum(o => o.Weight).Sum(o => o.Amount, "name"));
        }).Should().Equal(
            "agg_order: business.fact_order does not link to business.dim_other",
            "agg_order: weight is double, and sums of floating point numbers depend on their order; declare the measure as a decimal",
            "agg_order: the column name is declared 2 times; give one of them another name");

    [Fact]
    public void Combinations()
        => ProblemsOf((model, _, _) =>
        {
            MiniDimension<Customer> shared = model.MiniDimension<Customer>("dim_shared", m => m.Attribute(c => c.Segment, c => c.Details).Column(c => c.Details, ColumnType.Json));
            foreach (string name in new[] { "dim_first", "dim_second" })
                model.Dimension<Customer>(name, d => d.NaturalKey(c => c.CustomerId).Type1(c => c.Name).EffectiveFrom(c => c.ChangedAt).MiniDimension(shared).Column(c => c.Details, ColumnType.Json));
            MiniDimension<Customer> named = model.MiniDimension<Customer>(LongName, m => m.Attribute(c => c.Segment));
            model.Dimension<Customer>("dim_third", d => d.NaturalKey(c => c.CustomerId).Type1(c => c.Name).EffectiveFrom(c => c.ChangedAt).MiniDimension(named).Ignore(c => c.Details));
            JunkDimension<Order> flags = model.JunkDimension<Order>("dim_flags", j => j.Flag(o => o.IsGift, "Unknown"));
            Fact(model, "fact_order", f => f.Grain("one", o => o.OrderId).JunkDimension(flags), o => new { o.CustomerId, o.StoreId, o.OrderedAt, o.ShippedAt, o.PaidAt, o.Note, o.Quantity, o.Amount, o.Weight });
        }).Should().BeEquivalentTo(
            "dim_shared.details: Attribute(Details) is json, which makes no combinations; leave it on the dimension or fact",
            "business.dim_shared_assignment: 2 tables have this name",
            "dim_shared: it belongs to dim_first and dim_second; a mini-dimension has one dimension, give each its own",
            $"{LongName}: its name with _assignment is longer than 128 characters; shorten it",
            "dim_flags.is_gift: true, false and NULL are called 'Unknown', 'No', 'Unknown'; give each its own name");

    [Fact]
    public void Keys_and_combinations_of_dimensions()
        => ProblemsOf((model, _, _) =>
        {
            model.Dimension<Customer>("dim_json", d => d.NaturalKey(c => c.Details).Column(c => c.Details, ColumnType.Json).Compare(c => c.Details, Equality.Json).Type1(c => c.Name).Ignore(c => new { c.CustomerId, c.Segment, c.ChangedAt }));
            MiniDimension<Customer> profile = model.MiniDimension<Customer>("dim_profile", m => m.Attribute(c => c.Segment));
            Dimension<Customer> member = model.Dimension<Customer>("dim_member", d => d.NaturalKey(c => c.CustomerId).Type1(c => c.Name).EffectiveFrom(c => c.ChangedAt).MiniDimension(profile).Ignore(c => c.Details));
            Fact(
                model,
                "fact_order",
                f => f.Grain("one", o => o.OrderId).Dimension(member, o => o.CustomerId, asOf: o => o.OrderedAt).Lookup("member", keepKey: true).MiniDimension(profile),
                o => new { o.StoreId, o.ShippedAt, o.PaidAt, o.IsGift, o.Note, o.Quantity, o.Amount, o.Weight });
        }).Should().Equal(
            "dim_json: Compare(details) asks for JSON; a part of the natural key is none",
            "fact_order.profile_key: the link to business.dim_member takes facts over that named a member before it was there, and their combination would not follow; leave Lookup(..., keepKey) or the mini-dimension out");

    [Fact]
    public void Growth()
        => ProblemsOf((model, date, _) =>
        {
            FactBuilder<Order> On(FactBuilder<Order> fact) => fact.Date(date, o => o.OrderedAt);
            Fact(model, "fact_operation", f => On(f).Grain("one", o => o.OrderId).Operation(o => o.Quantity), o => new { o.CustomerId, o.StoreId, o.ShippedAt, o.PaidAt, o.IsGift, o.Note, o.Amount, o.Weight });
            Fact(model, "fact_reversal", f => On(f).Grain("one", o => o.OrderId).Corrections(Corrections.Reversal).Sequence(o => o.Quantity), o => new { o.CustomerId, o.StoreId, o.ShippedAt, o.PaidAt, o.IsGift, o.Note, o.Amount, o.Weight });
            Fact(model, "fact_line", f => On(f).GrainByLine("one line").Upsert().Sequence(o => o.Quantity), o => new { o.OrderId, o.CustomerId, o.StoreId, o.ShippedAt, o.PaidAt, o.IsGift, o.Note, o.Amount, o.Weight });
            Fact(model, "fact_marks", f => On(f).Grain("one", o => o.OrderId).FromWatermark(o => o.OrderedAt, TimeSpan.Zero).Watermark(o => o.PaidAt), o => new { o.CustomerId, o.StoreId, o.ShippedAt, o.PaidAt, o.IsGift, o.Note, o.Quantity, o.Amount, o.Weight });
        }).Should().Equal(
            "fact_operation: the operation quantity is integer; a text is needed",
            "fact_reversal: it corrects by reversal and has a sequence; a stale correction could not be told from the entries that stand. Use Corrections.Update",
            "fact_line: its rows are known by batch and line, which Upsert cannot match with later ones; leave the strategy out, or choose Append or FullRefresh",
            "fact_line: its rows are known by batch and line; a partition, an operation or a sequence of its own would never meet them again",
            "fact_marks: it has two watermarks; choose one");

    [Fact]
    public void Combined_measures()
        => ProblemsOf((model, date, _) =>
        {
            FactBuilder<Order> On(FactBuilder<Order> fact) => fact.Date(date, o => o.OrderedAt);
            Fact(model, "fact_source", f => On(f).Grain("one", o => o.StoreId).SourceGrain(o => o.OrderId).Measure(o => o.Amount), o => new { o.CustomerId, o.ShippedAt, o.PaidAt, o.IsGift, o.Note, o.Quantity, o.Weight });
            Fact(model, "fact_average", f => On(f).Grain("one", o => o.StoreId).Measure(o => o.Quantity, Combine.Average).Measure(o => o.Note, Combine.CountTrue), o => new { o.OrderId, o.CustomerId, o.ShippedAt, o.PaidAt, o.IsGift, o.Amount, o.Weight });
            Fact(model, "fact_line", f => On(f).GrainByLine("one line").Append().Measure(o => o.Amount, Combine.Sum), o => new { o.OrderId, o.StoreId, o.CustomerId, o.ShippedAt, o.PaidAt, o.IsGift, o.Note, o.Quantity, o.Weight });
            Fact(model, "fact_operation", f => On(f).Grain("one", o => o.StoreId).Measure(o => o.Amount, Combine.Sum).Operation(o => o.Note).Sequence(o => o.Quantity), o => new { o.OrderId, o.CustomerId, o.ShippedAt, o.PaidAt, o.IsGift, o.Weight });
            Fact(model, "fact_process", f => f.Grain("one", o => o.StoreId).AccumulatingSnapshot(a => a.Milestone(date, o => o.OrderedAt, "ordered")).Measure(o => o.Amount, Combine.Sum), o => new { o.OrderId, o.CustomerId, o.ShippedAt, o.PaidAt, o.IsGift, o.Note, o.Quantity, o.Weight });
        }).Should().Equal(
            "fact_source: it has a source grain, but no measure is combined; say how: Measure(x => x.Amount, Combine.Sum)",
            "fact_average: the measure note counts what is true, but is text",
            "fact_average: the measure quantity is integer, which cannot hold an average; declare a decimal or double type",
            "fact_line: its rows are known by batch and line, so that none of them are ever combined",
            "fact_operation: it combines measures and takes operations; a deletion of a source row says nothing about the combined one",
            "fact_operation: it combines measures and has a sequence, but no SourceGrain between whose rows the sequence would decide",
            "fact_process: a snapshot folds its rows by rules of its own; measures that are combined are for transaction facts");

    private static Fact<Order> Fact(DimensionalModelBuilder model, string name, Action<FactBuilder<Order>> define, System.Linq.Expressions.Expression<Func<Order, object?>> ignored)
        => model.Fact<Order>(name, f =>
        {
            define(f);
            f.Ignore(ignored);
        });

    private static IReadOnlyList<string> ProblemsOf(Action<DimensionalModelBuilder, DateDimension, Dimension<Customer>> define)
        => Assert.Throws<WarehouseModelException>(() => DimensionalModel.Create("refused", model => define(
            model,
            model.DateDimension("dim_date", new DateOnly(2024, 1, 1), new DateOnly(2024, 12, 31)),
            model.Dimension<Customer>("dim_customer", d => d.NaturalKey(c => c.CustomerId).Type2(c => c.Name).EffectiveFrom(c => c.ChangedAt).Ignore(c => new { c.Segment, c.Details }))))).Problems;
}
