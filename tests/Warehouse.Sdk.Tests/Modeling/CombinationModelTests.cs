namespace Warehouse.Sdk.Tests;

/// <summary>Mini- and junk dimensions in a model: their tables, and what is refused.</summary>
public sealed class CombinationModelTests
{
    [Fact]
    public void A_mini_dimension_brings_its_combinations_and_a_history_of_assignments()
    {
        var model = new GoldenCallModel();

        model.Usage.DrawWithComments().Should().Be("""
            business.dim_usage (usage_key)
            usage_key bigint not null: Surrogate key; meaningless, one per combination.
            minutes_band text not null: 
            is_prepaid text not null: 
            region text not null: 
            level integer: 
            load_id bigint not null: The load that first saw the combination.
            """);
        model.Model.Tables.Single(table => table.Name.Name == "dim_usage_assignment").Draw().Should().Be("""
            business.dim_usage_assignment (usage_assignment_key)
            usage_assignment_key bigint not null
            subscriber_id integer
            usage_key bigint
            valid_from timestamp not null
            valid_to timestamp
            is_current boolean not null
            version integer not null
            changed_at timestamp
            is_inferred boolean not null
            load_id bigint not null
            """);
        model.Subscriber.Schema.Columns.Select(column => column.Name.Value).Should().Equal("subscriber_key", "subscriber_id", "city", "current_usage_key", "valid_from", "valid_to", "is_current", "version", "changed_at", "is_inferred", "load_id");
        model.Subscriber.MiniDimensions.Should().Equal(model.Usage);
        model.Call.DrawWithComments().Should().Be("""
            business.fact_call (call_id)
            subscriber_key bigint not null: Surrogate key of dim_subscriber.
            usage_key bigint not null: Surrogate key of dim_usage at called_at.
            call_flags_key bigint not null: Surrogate key of dim_call_flags.
            call_id bigint not null: 
            called_at timestamp: 
            seconds integer: 
            load_id bigint not null: The load that last wrote the row.
            """);
    }

    [Fact]
    public void Bands_that_overlap_are_refused_by_name()
        => BandsOf(bands => bands.Range(0, 50_000, "low").Range(40_000, 100_000, "high")).Should().Equal(
            "dim_usage.band: the bands 'low' [0, 50000) and 'high' [40000, 100000) overlap; a number must be in one of them");

    [Fact]
    public void Bands_with_a_gap_are_refused_by_name_in_whatever_order_they_are_given()
        => BandsOf(bands => bands.From(100, "many").Range(10, 99.5m, "some").Below(10, "few")).Should().Equal(
            "dim_usage.band: the bands 'some' [10, 99.5) and 'many' [100, ∞) leave a gap: [99.5, 100) is in neither");

    [Fact]
    public void Open_bands_stand_at_the_ends()
        => BandsOf(bands => bands.Below(10, "few").Below(20, "some").From(20, "many").From(30, "more")).Should().Equal(
            "dim_usage.band: the bands 'few' (-∞, 10) and 'some' (-∞, 20) overlap; a number must be in one of them",
            "dim_usage.band: the bands 'many' [20, ∞) and 'more' [30, ∞) overlap; a number must be in one of them");

    [Fact]
    public void Bands_are_not_empty_and_labels_stand_for_one_of_them()
    {
        BandsOf(_ => { }).Should().Equal("dim_usage.band: it has no bands; add Range(from, to, label)");
        BandsOf(bands => bands.Range(10, 10, "none").Range(10, 20, "Unknown")).Should().Equal(
            "dim_usage.band: the band 'none' [10, 10) is empty; a band ends above where it begins",
            "dim_usage.band: the label 'Unknown' stands for 2 bands; give each its own");
        BandsOf(bands => bands.Range(0, 10, "Unknown").WhenNull("none told").OutOfRange("odd")).Should().BeEmpty();
    }

    [Fact]
    public void A_band_is_cut_from_a_number_and_a_flag_is_true_or_false()
        => ProblemsOf(m => m.Band(s => s.Region, "region_band", bands => bands.Range(0, 1, "one")).Flag(s => s.Level, "No", "No")).Should().Equal(
            "dim_usage.region_band: Band(Region) is text; bands are cut from numbers",
            "dim_usage.level: Flag(Level) is integer; a flag is true or false, other values are Attribute",
            "dim_usage.level: true, false and NULL are called 'No', 'No', 'Unknown'; give each its own name",
            "dim_subscriber: region is text there, which dim_usage.region_band cannot be made from; declare its column alike in both",
            "dim_subscriber: level is integer there, which dim_usage.level cannot be made from; declare its column alike in both");

    [Fact]
    public void Combinations_have_attributes_and_each_its_own_column()
    {
        ProblemsOf(_ => { }).Should().Equal("dim_usage: it has no attributes; add Attribute(...), Flag(...) or Band(...)");
        ProblemsOf(m => m.Attribute(s => s.Region).Attribute(s => s.City).Column(s => s.City, name: "region")).Should().Equal("dim_usage: the column region is declared 2 times; rename one of them");
    }

    [Fact]
    public void The_source_has_one_type_in_both()
        => ProblemsOf(m => m.Attribute(s => s.Level), d => d.Column(s => s.Level, ColumnType.BigInt)).Should().Equal(
            "dim_subscriber: level is bigint there, which dim_usage.level cannot be made from; declare its column alike in both");

    [Fact]
    public void The_key_is_no_column_of_the_source()
        => ProblemsOf(m => m.Attribute(s => s.Region).SurrogateKey("subscriber_id")).Should().Contain("dim_subscriber: subscriber_id is a column of its rows and the key of business.dim_usage; rename one of them");

    [Fact]
    public void A_mini_dimension_belongs_to_one_dimension_and_a_junk_dimension_to_a_fact()
        => Refused(model =>
        {
            MiniDimension<SubscriberRow> Mini(string name) => model.MiniDimension<SubscriberRow>(name, m => m.Attribute(s => s.Region));
            void Subscriber(DimensionBuilder<SubscriberRow> d, MiniDimension<SubscriberRow> mini)
                => d.NaturalKey(s => s.SubscriberId).Type1(s => s.City).MiniDimension(mini).Ignore(s => new { s.Minutes, s.IsPrepaid, s.Level, s.Op, s.ChangedAt });
            Mini("dim_idle");
            MiniDimension<SubscriberRow> shared = Mini("dim_shared");
            model.Dimension<SubscriberRow>("dim_one", d => Subscriber(d, shared));
            model.Dimension<SubscriberRow>("dim_two", d => Subscriber(d, shared));
            model.JunkDimension<CallRow>("dim_flags", j => j.Flag(c => c.IsFree));
        }).Should().Equal(
            "business.dim_shared_assignment: 2 tables have this name",
            "dim_idle: no dimension has it, so nothing would fill it; add MiniDimension(...) to the dimension it belongs to",
            "dim_shared: it belongs to dim_one and dim_two; a mini-dimension has one dimension, give each its own",
            "dim_flags: no fact has it, so nothing would fill it; add JunkDimension(...) to the fact it belongs to");

    [Fact]
    public void A_fact_carries_the_combination_of_one_of_its_members_at_a_time()
        => Refused(model =>
        {
            var usage = model.MiniDimension<SubscriberRow>("dim_usage", m => m.Attribute(s => s.Region));
            var subscriber = model.Dimension<SubscriberRow>("dim_subscriber", d => d
                .NaturalKey(s => s.SubscriberId).Type1(s => s.City).MiniDimension(usage).Ignore(s => new { s.Minutes, s.IsPrepaid, s.Level, s.Op, s.ChangedAt }));
            void Rest(FactBuilder<CallRow> f) => f.Grain("one call", c => c.CallId).Measure(c => c.Seconds).Ignore(c => new { c.IsFree, c.Network, c.CalledAt, c.SubscriberId });
            model.Fact<CallRow>("fact_none", f => Rest(f.Dimension(model.Dimension<TagRow>("dim_tag", d => d.NaturalKey(t => t.TagId).Type1(t => t.Label)), c => c.SubscriberId).MiniDimension(usage)));
            model.Fact<CallRow>("fact_timeless", f => Rest(f.Dimension(subscriber, c => c.SubscriberId).MiniDimension(usage)));
            model.Fact<CallRow>("fact_twice", f => Rest(f.Dimension(subscriber, c => c.SubscriberId, asOf: c => c.CalledAt, role: "caller").Dimension(subscriber, c => c.SubscriberId, asOf: c => c.CalledAt, role: "called").MiniDimension(usage)));
            model.Fact<CallRow>("fact_foreign", f => Rest(f.Dimension(subscriber, c => c.SubscriberId, asOf: c => c.CalledAt).MiniDimension(usage, role: "caller")));
        }).Should().Equal(
            "fact_none.usage_key: it links to no dimension that has dim_usage; add Dimension(...) of the dimension with that mini-dimension",
            "fact_timeless.usage_key: combinations change over time; say at which time that of business.dim_subscriber is looked up (asOf: x => x.Time)",
            "fact_twice.usage_key: the dimension of dim_usage plays the roles caller and called; say which (role: \"...\")",
            "fact_foreign.usage_key: it links to no dimension that has dim_usage in the role caller; add Dimension(...) of the dimension with that mini-dimension");

    private static IReadOnlyList<string> BandsOf(Action<BandBuilder> bands) => ProblemsOf(m => m.Band(s => s.Minutes, "band", bands));

    private static IReadOnlyList<string> ProblemsOf(Action<CombinationBuilder<SubscriberRow>> mini, Action<DimensionBuilder<SubscriberRow>>? dimension = null) => Refused(model =>
    {
        var usage = model.MiniDimension("dim_usage", mini);
        model.Dimension<SubscriberRow>("dim_subscriber", d =>
        {
            d.NaturalKey(s => s.SubscriberId).MiniDimension(usage).Ignore(s => new { s.City, s.Minutes, s.IsPrepaid, s.Region, s.Level, s.Op, s.ChangedAt });
            dimension?.Invoke(d);
        });
    });

    private static IReadOnlyList<string> Refused(Action<DimensionalModelBuilder> define)
    {
        try
        {
            DimensionalModel.Create("calls", define);
            return [];
        }
        catch (WarehouseModelException refused)
        {
            return refused.Problems;
        }
    }
}
