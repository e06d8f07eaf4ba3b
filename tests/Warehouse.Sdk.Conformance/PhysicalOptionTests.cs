namespace Warehouse.Sdk.Conformance;

/// <summary>How an engine is to keep tables: it does so, or refuses the model; it never passes over it.</summary>
public abstract class PhysicalOptionTests<TStore>(TStore store) : IClassFixture<TStore>
    where TStore : WarehouseTestStore
{
    [Fact]
    public async Task Physical_options_are_deployed_once_or_refused_by_name_with_nothing_changed()
    {
        Dimension<Thing> dimension = null!;
        ZoneTable<Thing> landing = null!;
        Fact<Thing> fact = null!;
        DimensionalModel Model(bool hasTags) => DimensionalModel.Create("kept", model =>
        {
            DateDimension date = model.DateDimension("dim_date", new DateOnly(2024, 1, 1), new DateOnly(2024, 1, 2), physical: p => p.Retention(0));
            landing = model.Landing<Thing>("thing", t => t.Physical(p => p.Transient().Retention(1)));
            dimension = model.Dimension<Thing>("dim_thing", d => d.NaturalKey(row => row.Id).Type2(row => row.Name).EffectiveFrom(row => row.At).Ignore(row => row.Amount).Physical(p => p.ClusterBy("id", "valid_from")));
            fact = model.Fact<Thing>("fact_thing", f => f.Grain("one thing", row => row.Id).Date(date, row => row.At).Dimension(dimension, row => row.Id, asOf: row => row.At).Measure(row => row.Amount).Ignore(row => row.Name)
                .Physical(p => Tagged(p.ClusterBy("date_key"), hasTags)));
        });
        string database = await store.CreateDatabaseAsync();
        Thing[] rows = [new(1, "A", 1.5m, new(2024, 1, 1)), new(2, "B", 2m, new(2024, 1, 2))];
        if (store.HasPhysicalOptions)
        {
            await using IWarehouse warehouse = store.Open(database, Model(hasTags: false));
            DeployReport first = await warehouse.DeployAsync();
            DeployReport again = await warehouse.DeployAsync();
            await warehouse.LoadAsync(landing, rows);
            await warehouse.LoadAsync(dimension, Source.Landed(landing));
            LoadReport loaded = await warehouse.LoadAsync(fact, rows);

            first.CreatedTables.Should().HaveCount(4);
            first.ChangedOptions.Should().BeEmpty("a new table is made with its options");
            again.IsUnchanged.Should().BeTrue();
            loaded.Counts.Inserted.Should().Be(2);
            (await warehouse.VerifyAsync()).Findings.Should().BeEmpty();
            return;
        }

        await using IWarehouse refusing = store.Open(database, Model(hasTags: true));
        var refused = await Assert.ThrowsAsync<WarehouseModelException>(() => refusing.DeployAsync());
        var dryRun = await Assert.ThrowsAsync<WarehouseModelException>(() => refusing.PlanDeployAsync());

        refused.Problems.Select(problem => problem.Split(" is nothing that ")[0]).Should().Equal(
            "business.dim_date: Retention(0)",
            "landing.thing: Transient()",
            "landing.thing: Retention(1)",
            "business.dim_thing: ClusterBy(id, valid_from)",
            "business.fact_thing: ClusterBy(date_key)",
            "business.fact_thing: Tag(cost_center)");
        refused.SystemName.Should().NotBeNullOrEmpty().And.Be(dryRun.SystemName);
        refused.Message.Should().Contain($"is nothing that {refused.SystemName} has; leave Physical(...) out");
        dryRun.Problems.Should().Equal(refused.Problems);
        (await refusing.QueryAsync<long>("SELECT count(*) FROM information_schema.tables WHERE table_schema IN ('business', 'landing', 'warehouse')")).Should().Equal(0L);
    }

    private static PhysicalBuilder Tagged(PhysicalBuilder options, bool hasTags) => hasTags ? options.Tag("cost_center", "bi") : options;

    private sealed record Thing(int Id, string Name, decimal Amount, DateTime At);
}
