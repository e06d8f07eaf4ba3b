using Npgsql;
using Warehouse.Sdk.Conformance;
using static Warehouse.Sdk.Conformance.Shop;

namespace Warehouse.Sdk.Postgres.Tests;

/// <summary>What the database itself knows of the model: comments, unique indexes, and the length of names.</summary>
public sealed class PostgresSchemaTests(PostgresTestStore store) : IClassFixture<PostgresTestStore>
{
    [Fact]
    public async Task Comments_over_several_lines_are_kept_as_written()
    {
        const string Comment = "one row per thing;\nit's $load_id that says\n  which load";
        var model = DimensionalModel.Create("things", builder => builder.Landing<Thing>("thing", table => table.Comment(Comment).Column(thing => thing.Id, comment: Comment)));
        await using IWarehouse warehouse = await store.OpenAsync(model);

        (await warehouse.QueryAsync<string>("SELECT description FROM pg_description WHERE objoid = 'landing.thing'::regclass AND objsubid = 0")).Should().Equal(Comment);
        (await warehouse.QueryAsync<string>("""
            SELECT description
            FROM pg_description
            JOIN pg_attribute ON attrelid = objoid AND attnum = objsubid
            WHERE objoid = 'landing.thing'::regclass AND attname = 'id'
            """)).Should().Equal(Comment);
    }

    [Fact]
    public async Task A_second_current_version_of_a_member_is_refused_by_the_database_itself()
    {
        var shop = new Shop();
        await using IWarehouse warehouse = await store.OpenAsync(shop.Model);
        await warehouse.LoadAsync(shop.Customer, [Lives(1, "Aarhus", 1), Lives(1, "Odense", 5)]);
        string before = await warehouse.OfTablesAsync();

        var refused = await Assert.ThrowsAsync<PostgresException>(() => warehouse.QueryAsync<dynamic>("""
            INSERT INTO business.dim_customer (customer_key, customer_id, city, valid_from, valid_to, is_current, version, is_inferred, load_id)
            SELECT customer_key + 100, customer_id, 'Ribe', valid_from + INTERVAL '1 day', valid_to, is_current, version + 1, is_inferred, load_id
            FROM business.dim_customer
            WHERE customer_id = 1 AND is_current
            """));

        refused.SqlState.Should().Be(PostgresErrorCodes.UniqueViolation);
        (await warehouse.OfTablesAsync()).Should().Be(before);
    }

    [Theory]
    [InlineData("a_name_that_is_longer_than_the_sixty_three_bytes_that_are_kept_by_it")]
    [InlineData("ææææææææææææææææææææææææææææææææ")]
    public async Task Names_that_the_server_would_cut_off_are_refused_by_name(string name)
    {
        ZoneTable<Thing> table = null!;
        var model = DimensionalModel.Create("things", builder => table = builder.Enterprise<Thing>(name, t => t.Key(thing => thing.Id)));
        await using IWarehouse warehouse = store.Open(await store.CreateDatabaseAsync(), model);

        var deploying = await Assert.ThrowsAsync<WarehouseModelException>(() => warehouse.DeployAsync());
        var planning = await Assert.ThrowsAsync<WarehouseModelException>(() => warehouse.PlanAsync(table, Source.Rows<Thing>([])));

        foreach (WarehouseModelException refused in new[] { deploying, planning })
            refused.Message.Should().Contain(name).And.Contain("63").And.Contain("PostgreSQL");
        (await warehouse.QueryAsync<long>("SELECT count(*) FROM information_schema.schemata WHERE schema_name IN ('enterprise', 'warehouse')")).Should().Equal(0);
    }

    [Fact]
    public async Task A_name_of_63_bytes_is_kept_whole()
    {
        string name = new('n', 63), column = new('c', 63);
        ZoneTable<Thing> table = null!;
        Dimension<Thing> dimension = null!;
        var model = DimensionalModel.Create("things", builder =>
        {
            table = builder.Enterprise<Thing>(name, t => t.Key(thing => thing.Id).Column(thing => thing.Name, name: column));
            dimension = builder.Dimension<Thing>("d" + name[1..], d => d.NaturalKey(thing => thing.Id).Type2(thing => thing.Name).SurrogateKey("thing_key").WithoutHistoryViews());
        });
        await using IWarehouse warehouse = await store.OpenAsync(model);

        await warehouse.LoadAsync(table, [new(1, "A")]);
        await warehouse.LoadAsync(dimension, [new(1, "A")]);

        (await warehouse.DeployAsync()).IsUnchanged.Should().BeTrue();
        await warehouse.ExpectAsync($"SELECT id, {column} FROM enterprise.{name}", $"id | {column}\n1 | A");
    }

    [Fact]
    public async Task A_history_view_whose_name_the_server_would_cut_off_is_refused_by_name()
    {
        string name = "dim_" + new string('n', 55);
        var model = DimensionalModel.Create("things", builder => builder.Dimension<Thing>(name, d => d.NaturalKey(thing => thing.Id).Type2(thing => thing.Name)));
        await using IWarehouse warehouse = store.Open(await store.CreateDatabaseAsync(), model);

        var refused = await Assert.ThrowsAsync<WarehouseModelException>(() => warehouse.DeployAsync());

        refused.Message.Should().Contain($"business.{name}: of its history view the name '{name}_current' has 67 bytes, and PostgreSQL keeps 63").And.Contain("WithoutHistoryViews()").And.Contain($"'{name}_asof' has 64 bytes");
        (await warehouse.QueryAsync<long>("SELECT count(*) FROM information_schema.schemata WHERE schema_name IN ('business', 'warehouse')")).Should().Equal(0);
    }

    [Fact]
    public async Task History_views_are_in_the_data_dictionary_and_the_planner_sees_through_the_function()
    {
        var shop = new Shop();
        await using IWarehouse warehouse = await store.OpenAsync(shop.Model);

        (await warehouse.QueryAsync<string>("SELECT obj_description('business.dim_customer_current'::regclass, 'pg_class')")).Should()
            .Equal("The open version of each member of business.dim_customer, the default members among them; a member that is gone has none.");
        (await warehouse.QueryAsync<string>("SELECT obj_description('business.dim_customer_asof'::regproc, 'pg_proc')")).Should()
            .Equal("The version of each member of business.dim_customer that was valid at the given instant in UTC, the default members among them; a member that was gone then has none.");
        string plan = string.Join('\n', await warehouse.QueryAsync<string>("EXPLAIN SELECT * FROM business.dim_customer_asof(TIMESTAMP '2024-01-05') WHERE customer_key = 7"));
        plan.Should().NotContain("Function Scan").And.Contain("customer_key = 7");
    }

    [Fact]
    public async Task Known_files_that_begin_alike_are_found_by_the_key_of_the_ledger()
    {
        await using IWarehouse warehouse = await store.OpenAsync(new Shop().Model);
        await warehouse.QueryAsync<int>("INSERT INTO warehouse.load_file (load_id, target, path, length, sha256) SELECT 1, 'landing.thing', concat('days/', number, '.csv'), 1, 'x' FROM generate_series(1, 20000) AS number");
        await warehouse.QueryAsync<int>("ANALYZE warehouse.load_file");
        string find = new PostgresLedgerSql("warehouse").FindFiles.Text
            .Replace("$target", "'landing.thing'", StringComparison.Ordinal)
            .Replace("$path", "'days/777'", StringComparison.Ordinal);

        string plan = string.Join('\n', await warehouse.QueryAsync<string>($"EXPLAIN {find}"));

        plan.Should().Contain("(path >= 'days/777'::text)").And.Contain("(path < 'days/778'::text)");
    }

    [Fact]
    public async Task Views_whose_names_differ_in_case_only_are_told_apart()
    {
        var shop = new Shop();
        await using IWarehouse warehouse = await store.OpenAsync(shop.Model);
        await warehouse.QueryAsync<dynamic>("""CREATE VIEW business."DIM_CUSTOMER_CURRENT" AS SELECT 1 AS mine""");

        (await warehouse.DeployAsync()).IsUnchanged.Should().BeTrue();
        await warehouse.ExpectAsync("""SELECT * FROM business."DIM_CUSTOMER_CURRENT" """, "mine\n1");
    }

    [Fact]
    public async Task Deploying_again_waits_for_no_reader_of_a_history_view()
    {
        var shop = new Shop();
        string database = await store.CreateDatabaseAsync();
        await using IWarehouse warehouse = store.Open(database, shop.Model);
        await warehouse.DeployAsync();
        await using var reader = new NpgsqlConnection(database);
        await reader.OpenAsync(TestContext.Current.CancellationToken);
        await using NpgsqlTransaction reading = await reader.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using var query = new NpgsqlCommand("SELECT count(*) FROM business.dim_customer_current", reader);
        await query.ExecuteScalarAsync(TestContext.Current.CancellationToken);

        DeployReport again = await warehouse.DeployAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        again.IsUnchanged.Should().BeTrue();
    }

    private sealed record Thing(int Id, string Name);
}
