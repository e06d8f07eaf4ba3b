using Warehouse.Sdk.Conformance;
using Warehouse.Sdk.Snowflake.Emulator;

namespace Warehouse.Sdk.Snowflake.Tests;

/// <summary>Clustering keys, transience, retention and tags follow the model; what others have put on a table stays.</summary>
public sealed class SnowflakeTableOptionTests(SnowflakeTestStore store) : IClassFixture<SnowflakeTestStore>
{
    private const string Kept = "SELECT table_name, is_transient, retention_time, clustering_key FROM information_schema.tables WHERE table_schema = 'BUSINESS' AND table_type = 'BASE TABLE' ORDER BY table_name";

    [Fact]
    public async Task A_changed_option_is_altered_one_that_is_gone_is_taken_off_and_a_second_deployment_does_nothing()
    {
        string database = await store.CreateDatabaseAsync();
        await RunAsync(database, "CREATE SCHEMA governance", "CREATE TAG governance.cost_center", "CREATE TAG governance.owner");
        await DeployAsync(database, p => p.ClusterBy("city", "id").Retention(7).Tag("governance.cost_center", "bi").Tag("governance.owner", "it's me"));
        await ExpectAsync(database, "DIM_THING | NO | 7 | LINEAR(\"CITY\", \"ID\")");

        DeployReport changed = await DeployAsync(database, p => p.ClusterBy("id").Retention(30).Tag("governance.cost_center", "sales"));
        DeployReport again = await DeployAsync(database, p => p.ClusterBy("id").Retention(30).Tag("governance.cost_center", "sales"));

        changed.ChangedOptions.Should().Equal(
            "business.dim_thing: ClusterBy(city, id) -> ClusterBy(id)",
            "business.dim_thing: Retention(7) -> Retention(30)",
            "business.dim_thing: Tag(governance.cost_center = 'bi') -> Tag(governance.cost_center = 'sales')",
            "business.dim_thing: Tag(governance.owner) -> (none)");
        changed.IsUnchanged.Should().BeFalse();
        again.IsUnchanged.Should().BeTrue();
        await ExpectAsync(database, "DIM_THING | NO | 30 | LINEAR(\"ID\")");
        (await TagAsync(database, "cost_center"), await TagAsync(database, "owner")).Should().Be(("sales", null));

        DeployReport gone = await DeployAsync(database, null);
        gone.ChangedOptions.Should().HaveCount(3);
        (await DeployAsync(database, null)).IsUnchanged.Should().BeTrue();
        await ExpectAsync(database, "DIM_THING | NO | 1 | NULL");
        (await TagAsync(database, "cost_center")).Should().BeNull();
    }

    [Fact]
    public async Task What_somebody_else_has_put_on_a_table_stays_until_the_model_says_something_of_it()
    {
        string database = await store.CreateDatabaseAsync();
        await DeployAsync(database, null);
        await RunAsync(database, "ALTER TABLE business.dim_thing CLUSTER BY (city)", "ALTER TABLE business.dim_thing SET DATA_RETENTION_TIME_IN_DAYS = 9");

        (await DeployAsync(database, null)).IsUnchanged.Should().BeTrue();
        (await DeployAsync(database, p => p.ClusterBy("city"))).IsUnchanged.Should().BeTrue("the key is what the model asks for");
        (await DeployAsync(database, null)).IsUnchanged.Should().BeTrue("the key was not ours");
        await ExpectAsync(database, "DIM_THING | NO | 9 | LINEAR(CITY)".Replace("CITY", "city", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_deployment_that_ends_before_the_table_is_altered_alters_it_the_next_time()
    {
        string database = await store.CreateDatabaseAsync();
        await DeployAsync(database, null);
        EmulatedAccount account = EmulatedAccount.Of(database);
        account.BeforeStatement = sql =>
        {
            if (sql.StartsWith("ALTER TABLE", StringComparison.Ordinal))
                throw new SnowflakeEmulatorException(3001, "42501", "SQL access control error: Insufficient privileges to operate on table 'DIM_THING'");
        };

        var error = await Assert.ThrowsAsync<WarehouseException>(() => DeployAsync(database, p => p.ClusterBy("city")));
        account.BeforeStatement = null;

        error.Message.Should().Contain("cluster-table").And.Contain("lacks a privilege").And.Contain("DIM_THING");
        (await DeployAsync(database, p => p.ClusterBy("city"))).ChangedOptions.Should().Equal("business.dim_thing: (none) -> ClusterBy(city)");
    }

    [Fact]
    public async Task A_deployment_that_ends_before_an_option_is_taken_off_takes_it_off_the_next_time()
    {
        string database = await store.CreateDatabaseAsync();
        await DeployAsync(database, p => p.ClusterBy("city").Retention(7));
        EmulatedAccount account = EmulatedAccount.Of(database);
        account.BeforeStatement = sql =>
        {
            if (sql.Contains("DROP CLUSTERING KEY", StringComparison.Ordinal))
                throw new SnowflakeEmulatorException(390114, "08001", "Authentication token has expired. The user must authenticate again.");
        };

        await Assert.ThrowsAsync<WarehouseException>(() => DeployAsync(database, p => p.Retention(7)));
        account.BeforeStatement = null;

        (await DeployAsync(database, p => p.Retention(7))).ChangedOptions.Should().Equal("business.dim_thing: ClusterBy(city) -> (none)");
        (await DeployAsync(database, p => p.Retention(7))).IsUnchanged.Should().BeTrue();
        await ExpectAsync(database, "DIM_THING | NO | 7 | NULL");
    }

    [Fact]
    public async Task A_table_does_not_become_transient_or_permanent_and_a_plan_shows_what_would_be_altered()
    {
        string database = await store.CreateDatabaseAsync();
        await DeployAsync(database, p => p.Transient());
        await ExpectAsync(database, "DIM_THING | YES | 1 | NULL");

        var back = await Assert.ThrowsAsync<WarehouseSchemaException>(() => DeployAsync(database, null));
        await using IWarehouse warehouse = store.Open(database, Model(p => p.Transient().ClusterBy("city").Retention(0)));
        DeployScript plan = await warehouse.PlanDeployAsync();

        back.Differences.Should().Equal("business.dim_thing is transient in the database and permanent in the model, which only a new table can be");
        back.Message.Should().Contain("Nothing was changed.").And.Contain("INSERT ... SELECT");
        plan.ChangedOptions.Should().Equal("business.dim_thing: (none) -> ClusterBy(city)", "business.dim_thing: Retention(1) -> Retention(0)");
        plan.ToString().Should().Contain("ALTER TABLE \"BUSINESS\".\"DIM_THING\" CLUSTER BY (\"CITY\")").And.Contain("ALTER TABLE \"BUSINESS\".\"DIM_THING\" SET DATA_RETENTION_TIME_IN_DAYS = 0");
        await ExpectAsync(database, "DIM_THING | YES | 1 | NULL");

        string permanent = await store.CreateDatabaseAsync();
        await DeployAsync(permanent, null);
        (await Assert.ThrowsAsync<WarehouseSchemaException>(() => DeployAsync(permanent, p => p.Transient()))).Differences.Should().ContainSingle().Which.Should().Contain("permanent in the database and transient in the model");
    }

    [Fact]
    public async Task A_tag_that_is_not_there_is_named_and_nothing_is_deployed()
    {
        string database = await store.CreateDatabaseAsync();

        var error = await Assert.ThrowsAsync<WarehouseException>(() => DeployAsync(database, p => p.Tag("governance.cost_center", "bi")));

        error.Message.Should().Contain("create-table").And.Contain("Tag 'GOVERNANCE.COST_CENTER' does not exist or not authorized");
        await RunAsync(database, "CREATE SCHEMA governance", "CREATE TAG governance.cost_center");
        (await DeployAsync(database, p => p.Tag("governance.cost_center", "bi"))).CreatedTables.Should().ContainSingle();
        (await DeployAsync(database, p => p.Tag("governance.cost_center", "bi"))).IsUnchanged.Should().BeTrue();
        (await TagAsync(database, "cost_center")).Should().Be("bi");
    }

    [Fact]
    public async Task Tables_beside_a_dimension_are_kept_as_it_is_and_clustered_where_they_have_the_columns()
    {
        string database = await store.CreateDatabaseAsync();
        await using IWarehouse warehouse = store.Open(database, DimensionalModel.Create("things", model => model.Dimension<Thing>("dim_thing", d => d.NaturalKey(row => row.Id).Type2(row => row.City).SeparateHistory()
            .Physical(p => p.ClusterBy("thing_key").Retention(2)))));

        await warehouse.DeployAsync();

        (await warehouse.DeployAsync()).IsUnchanged.Should().BeTrue();
        await warehouse.ExpectAsync(Kept, """
            table_name        | is_transient | retention_time | clustering_key
            DIM_THING         | NO           | 2              | NULL
            DIM_THING_HISTORY | NO           | 2              | LINEAR("THING_KEY")
            """);
    }

    private static DimensionalModel Model(Func<PhysicalBuilder, PhysicalBuilder>? options) => DimensionalModel.Create("things", model => model.Dimension<Thing>("dim_thing", d =>
    {
        d.NaturalKey(row => row.Id).Type1(row => row.City);
        if (options is not null)
            d.Physical(p => options(p));
    }));

    private async Task<DeployReport> DeployAsync(string database, Func<PhysicalBuilder, PhysicalBuilder>? options)
    {
        await using IWarehouse warehouse = store.Open(database, Model(options));
        return await warehouse.DeployAsync();
    }

    private async Task ExpectAsync(string database, string row)
    {
        await using IWarehouse warehouse = store.Open(database, Model(null));
        await warehouse.ExpectAsync(Kept, "table_name | is_transient | retention_time | clustering_key\n" + row);
    }

    private async Task<string?> TagAsync(string database, string tag)
    {
        await using IWarehouse warehouse = store.Open(database, Model(null));
        return (await warehouse.QueryAsync<string?>($"SELECT SYSTEM$GET_TAG('governance.{tag}', 'business.dim_thing', 'table')")).Single();
    }

    private static async Task RunAsync(string database, params string[] statements)
    {
        await using var connection = new SnowflakeEmulatorConnection { ConnectionString = $"account={database}" };
        await connection.OpenAsync();
        foreach (string statement in statements)
        {
            await using var command = connection.CreateCommand();
            command.CommandText = statement;
            await command.ExecuteNonQueryAsync();
        }
    }

    private sealed record Thing(int Id, string City);
}
