namespace Warehouse.Sdk.Tests;

/// <summary>Physical options that cannot be are problems of the model; those that can stand on its tables.</summary>
public sealed class PhysicalModelTests
{
    [Fact]
    public void Options_that_cannot_be_are_told_all_at_once()
    {
        var refused = Assert.Throws<WarehouseModelException>(() => DimensionalModel.Create("things", model =>
        {
            model.Landing<Thing>("one", t => t.Physical(p => p.Retention(91).Tag("a.b.c.d", "x").Tag("owner", new string('x', 257)).Tag("OWNER", "y")));
            model.Landing<Thing>("two", t => t.Physical(p => p.Transient().Retention(2).ClusterBy("size")));
            model.Landing<Thing>("three", t => t.Physical(p => p.ClusterBy("id", "name", "payload", "source_file", "ID")));
            model.Landing<Thing>("four", t => t.Physical(p => p.ClusterBy()).Column(row => row.Payload, ColumnType.Json));
            model.Landing<Thing>("five", t => t.Column(row => row.Payload, ColumnType.Json).Physical(p => p.ClusterBy("payload").Retention(-1)));
        }));

        refused.Problems.Should().Equal(
            "one: Retention(91) is out of range; 0 to 90 days are possible",
            "one: Tag('a.b.c.d') is no name of a tag; write cost_center, governance.cost_center, or the database before that",
            "one: Tag('owner') has a value of 257 characters; 256 are possible",
            "one: Tag('OWNER') is given twice",
            "two: it is Transient(), which keeps what was changed for 0 or 1 days, and has Retention(2); leave one of them out",
            "two: ClusterBy names size, which is no column of landing.two; there are id, name, payload, source_file, source_line, load_id",
            "three: ClusterBy names 5 columns; 1 to 4 are possible, and each costs",
            "three: ClusterBy names a column twice",
            "four: ClusterBy names 0 columns; 1 to 4 are possible, and each costs",
            "five: Retention(-1) is out of range; 0 to 90 days are possible",
            "five: ClusterBy names payload, json; a clustering key is of texts, numbers, dates, times and flags");
    }

    [Fact]
    public void Options_stand_on_every_kind_of_table_and_on_those_beside_them()
    {
        static void Kept(PhysicalBuilder options) => options.Retention(3);
        var model = DimensionalModel.Create("things", builder =>
        {
            DateDimension date = builder.DateDimension("dim_date", new DateOnly(2024, 1, 1), new DateOnly(2024, 1, 2), physical: Kept);
            builder.Landing<Thing>("landed", t => t.Physical(Kept));
            builder.Enterprise<Thing>("kept", t => t.Key(row => row.Id).Physical(Kept));
            var dimension = builder.Dimension<Thing>("dim_thing", d => d.NaturalKey(row => row.Id).Type2(row => row.Name).Type1(row => row.Payload).LateEvents(LateEvents.Reconcile).Physical(Kept));
            var member = builder.Dimension<Pair>("dim_member", d => d.NaturalKey(row => row.Id).Type1(row => row.Other).Physical(Kept));
            builder.Bridge<Pair>("bridge", b => b.Group(dimension, row => row.Id).Member(member, row => row.Other).Physical(Kept));
            builder.Hierarchy<Pair>("tree", member, h => h.Child(row => row.Id).Parent(row => row.Other).Physical(Kept));
            var fact = builder.Fact<Sale>("fact_sale", f => f.Grain("one sale", row => row.Id).Date(date, row => row.At).Measure(row => row.Amount).Physical(Kept));
            builder.Aggregate("agg_sale", fact, a => a.Grain("one month").Date("", day => day.YearMonth).Sum(row => row.Amount).Physical(Kept));
        });

        model.Schemas.Select(table => (table.Name.ToString(), table.Physical.RetentionDays)).Should().OnlyContain(table => table.RetentionDays == 3);
        model.Schemas.Should().Contain(table => table.Name.Name == "dim_thing_event");
    }

    [Fact]
    public void A_model_without_options_has_the_digest_that_it_had_and_one_with_them_another()
    {
        static DimensionalModel Model(Action<PhysicalBuilder>? options) => DimensionalModel.Create("things", model => model.Landing<Thing>("landed", t =>
        {
            if (options is not null)
                t.Physical(options);
        }));

        Model(p => { }).Hash().Should().Be(Model(null).Hash());
        string[] digests = [Model(null).Hash(), Model(p => p.Retention(1)).Hash(), Model(p => p.Tag("a", "b")).Hash(), Model(p => p.Tag("a", "c")).Hash(), Model(p => p.ClusterBy("id")).Hash(), Model(p => p.Transient()).Hash()];
        digests.Should().OnlyHaveUniqueItems();
    }

    private sealed record Thing(int Id, string Name, string? Payload);

    private sealed record Pair(int Id, int Other);

    private sealed record Sale(int Id, DateTime At, decimal Amount);
}
