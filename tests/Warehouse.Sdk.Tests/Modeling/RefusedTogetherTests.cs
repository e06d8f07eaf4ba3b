namespace Warehouse.Sdk.Tests;

/// <summary>Parts of a model that are right each by itself and cannot be kept together.</summary>
public sealed class RefusedTogetherTests
{
    private sealed record Customer(string Code, string? Branch, string City, string Segment, DateTime ChangedAt);

    private sealed record Order(int OrderId, string Code, DateTime OrderedAt, DateTime? ShippedAt, bool IsGift, decimal Amount);

    private sealed record Unit(string Code, string? Parent);

    [Fact]
    public void An_aggregate_takes_no_attributes_over_a_link_by_the_durable_key_and_rolls_no_date_up_to_nothing()
        => ProblemsOf(model =>
        {
            DateDimension date = Dates(model);
            Dimension<Customer> customer = Customers(model, d => d.Type2(c => c.City).DurableKey());
            Fact<Order> order = model.Fact<Order>("fact_order", f => f.Grain("one order", o => o.OrderId).Date(date, o => o.OrderedAt, role: "ordered").Dimension(customer, o => o.Code).Measure(o => o.Amount).Ignore(o => new { o.ShippedAt, o.IsGift }));
            model.Aggregate("agg_city", order, a => a.Grain("one city").Date("ordered").Attributes(customer, c => c.City).Sum(o => o.Amount));
            model.Aggregate("agg_member", order, a => a.Grain("one customer").Key(customer).Sum(o => o.Amount));
        }).Should().Equal(
            "agg_city: Date(\"ordered\") names no attribute of the date to roll up to, such as d => d.YearMonth",
            "agg_city: business.fact_order links to business.dim_customer by the durable key customer_durable_key, which says no version to take attributes from; give the link asOf, or keep Key(...)");

    [Fact]
    public void Keys_that_count_as_equal_by_a_rule_are_none_of_hierarchies_groups_and_dense_snapshots()
        => ProblemsOf(model =>
        {
            DateDimension date = Dates(model);
            Dimension<Customer> customer = Customers(model, d => d.Type1(c => c.City).Compare(c => c.Code, Equality.IgnoreCase));
            model.Hierarchy<Unit>("bridge_unit", customer, h => h.Child(u => u.Code).Parent(u => u.Parent));
            model.Bridge<Unit>("bridge_group", b => b.Group(customer, u => u.Code).Member(customer, u => u.Parent));
            model.Fact<Order>("fact_day", f => f
                .Grain("one customer and day", o => o.Code)
                .Dimension(customer, o => o.Code)
                .PeriodicSnapshot(SnapshotPeriod.Day, date, o => o.OrderedAt, p => p.Balance(o => o.Amount).Dense(customer))
                .Ignore(o => new { o.OrderId, o.ShippedAt, o.IsGift }));
        }).Should().Equal(
            "bridge_unit: its members are kept by the natural key of business.dim_customer, which has Compare; a hierarchy takes keys as they are",
            "bridge_group: its groups are kept by the natural key of business.dim_customer, which has Compare or OptionalKeyPart; a bridge takes such keys of members only as Compare",
            "fact_day: it is dense while members of business.dim_customer live, whose natural key has Compare or OptionalKeyPart; entities are compared as they are");

    [Fact]
    public void Flags_of_single_rows_are_none_of_snapshots()
        => ProblemsOf(model =>
        {
            DateDimension date = Dates(model);
            JunkDimension<Order> flags = model.JunkDimension<Order>("dim_order_flags", j => j.Flag(o => o.IsGift, "Gift", "No gift"));
            model.Fact<Order>("fact_process", f => f
                .Grain("one order", o => o.OrderId)
                .AccumulatingSnapshot(a => a.Milestone(date, o => o.OrderedAt, "ordered"))
                .JunkDimension(flags)
                .Ignore(o => new { o.Code, o.ShippedAt, o.Amount }));
            model.Fact<Order>("fact_day", f => f
                .Grain("one customer and day", o => o.Code)
                .PeriodicSnapshot(SnapshotPeriod.Day, date, o => o.OrderedAt, p => p.Sum(o => o.Amount))
                .JunkDimension(flags)
                .Ignore(o => new { o.OrderId, o.ShippedAt }));
        }).Should().Equal(
            "fact_process: an accumulating snapshot is filled in by several events, which have no one combination of flags; declare the flags as Degenerate(...), and leave JunkDimension(...) out",
            "fact_day: a periodic snapshot sums rows up, which have no one combination of flags; leave JunkDimension(...) out, or derive the snapshot from a fact that has it");

    [Fact]
    public void A_snapshot_that_is_derived_rejects_no_members()
        => ProblemsOf(model =>
        {
            DateDimension date = Dates(model);
            Dimension<Customer> customer = Customers(model, d => d.Type1(c => c.City));
            Fact<Order> order = model.Fact<Order>("fact_order", f => f.Grain("one order", o => o.OrderId).Degenerate(o => o.Code).Date(date, o => o.OrderedAt).Degenerate(o => o.OrderedAt).Measure(o => o.Amount).Ignore(o => new { o.ShippedAt, o.IsGift }));
            model.Fact<Order>("fact_day", f => f
                .Grain("one customer and day", o => o.Code)
                .Dimension(customer, o => o.Code, whenUnknown: UnknownMember.Reject)
                .PeriodicSnapshot(SnapshotPeriod.Day, date, o => o.OrderedAt, p => p.Sum(o => o.Amount).From(order))
                .Ignore(o => new { o.OrderId, o.ShippedAt, o.IsGift }));
        }).Should().Equal(
            "fact_day: the link customer_key rejects unknown members, and a period that lacks some of its fact's rows would look changed in every load; let them be unknown or inferred");

    [Fact]
    public void A_mini_dimension_keeps_no_current_key_beside_a_separate_history_and_no_history_of_parts()
        => ProblemsOf(model =>
        {
            MiniDimension<Customer> profile = model.MiniDimension<Customer>("dim_profile", m => m.Attribute(c => c.Segment));
            model.Dimension<Customer>("dim_customer", d => d
                .NaturalKey(c => c.Code).Type2(c => c.City).EffectiveFrom(c => c.ChangedAt).MiniDimension(profile, currentKey: true).SeparateHistory()
                .WhenAbsent(Absent.Expire).SnapshotScope(c => c.City).Ignore(c => c.Branch));
        }).Should().Equal(
            "dim_customer: the current key of a mini-dimension stands on all versions and SeparateHistory() keeps them elsewhere; leave out currentKey: true or SeparateHistory()",
            "dim_customer: SnapshotScope has no column in the history of a mini-dimension's combinations; leave out one of the two");

    [Fact]
    public void Parts_of_a_snapshot_are_told_apart_by_exact_values()
        => ProblemsOf(model =>
        {
            model.Dimension<Customer>("dim_of_city", d => d.NaturalKey(c => c.Code).Type1(c => c.City).Compare(c => c.City, Equality.IgnoreCase).WhenAbsent(Absent.Expire).SnapshotScope(c => c.City).Ignore(c => new { c.Branch, c.Segment, c.ChangedAt }));
            model.Dimension<Customer>("dim_of_code", d => d.NaturalKey(c => c.Code, c => c.City).Compare(c => c.Code, Equality.TrimEnd).WhenAbsent(Absent.Expire).SnapshotScope(c => c.Code).Ignore(c => new { c.Branch, c.Segment, c.ChangedAt }));
        }).Should().Equal(
            "dim_of_city: SnapshotScope(city) has Compare, but parts are told apart by their exact values; give each part one spelling in the source, or leave out one of the two",
            "dim_of_code: SnapshotScope(code) has Compare, but parts are told apart by their exact values; give each part one spelling in the source, or leave out one of the two");

    [Fact]
    public void A_fact_is_one_kind_of_snapshot_and_a_bridge_links_members_by_whole_keys()
        => ProblemsOf(model =>
        {
            DateDimension date = Dates(model);
            Dimension<Customer> customer = model.Dimension<Customer>("dim_customer", d => d.NaturalKey(c => c.Code, c => c.Branch).OptionalKeyPart(c => c.Branch).Type1(c => c.City).EffectiveFrom(c => c.ChangedAt).Ignore(c => c.Segment));
            Dimension<Unit> unit = model.Dimension<Unit>("dim_unit", d => d.NaturalKey(u => u.Code).Type1(u => u.Parent));
            model.Bridge<Customer>("bridge_unit", b => b.Group(unit, c => c.City).Member(customer, c => new { c.Code, c.Branch }).Ignore(c => new { c.Segment, c.ChangedAt }));
            model.Fact<Order>("fact_order", f => f
                .Grain("one order", o => o.OrderId)
                .AccumulatingSnapshot(a => a.Milestone(date, o => o.OrderedAt, "ordered").Milestone(date, o => o.ShippedAt, "ordered"))
                .PeriodicSnapshot(SnapshotPeriod.Day, date, o => o.OrderedAt, p => p.Sum(o => o.Amount))
                .Ignore(o => new { o.Code, o.IsGift }));
        }).Should().Equal("bridge_unit: its member dimension business.dim_customer has OptionalKeyPart, and a bridge links no member without a whole key",
            "fact_order: 2 milestones play the role 'ordered'",
            "fact_order: it is both an accumulating and a periodic snapshot; choose one",
            "fact_order: the column ordered_date_key is declared 2 times; rename one of them");

    private static DateDimension Dates(DimensionalModelBuilder model) => model.DateDimension("dim_date", new DateOnly(2024, 1, 1), new DateOnly(2024, 12, 31));

    private static Dimension<Customer> Customers(DimensionalModelBuilder model, Action<DimensionBuilder<Customer>> define) => model.Dimension<Customer>("dim_customer", d =>
    {
        define(d.NaturalKey(c => c.Code).EffectiveFrom(c => c.ChangedAt).Ignore(c => new { c.Branch, c.Segment }));
    });

    private static IReadOnlyList<string> ProblemsOf(Action<DimensionalModelBuilder> define)
        => Assert.Throws<WarehouseModelException>(() => DimensionalModel.Create("together", define)).Problems;
}
