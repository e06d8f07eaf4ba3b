using Warehouse.Sdk.Conformance;
using Warehouse.Sdk.Snowflake.Emulator;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk.Snowflake.Tests;

/// <summary>What Snowflake runs by itself does what a load of the SDK would, or is not generated.</summary>
public sealed class SnowflakeAutomationTests(SnowflakeTestStore store) : IClassFixture<SnowflakeTestStore>
{
    private static readonly UpsertTaskOptions Hourly = new() { Warehouse = "loading", Every = TimeSpan.FromHours(1) };

    private ZoneTable<Place> _landing = null!;
    private ZoneTable<Place> _kept = null!;
    private Dimension<Place> _dimension = null!;

    [Fact]
    public async Task Files_that_arrive_are_landed_and_merged_and_a_bad_one_is_skipped()
    {
        string database = await store.CreateDatabaseAsync();
        await using IWarehouse warehouse = store.Open(database, Model());
        await warehouse.DeployAsync();
        await ExecuteAsync(warehouse, "CREATE STAGE landing.inbox");
        SqlScript pipe = SnowflakeAutomation.Pipe(_landing, new PipeOptions { Stage = new QualifiedName("landing", "inbox"), Path = "places" });
        SqlScript task = SnowflakeAutomation.Upsert(warehouse.Model, _landing, _kept, Hourly with { LatestBy = "at", Starts = true });
        foreach (SqlScript script in new[] { pipe, task, pipe, task })
            await warehouse.RunAsync(script);
        using var folder = new ScratchFolder();
        Put(database, folder.Write("a.csv", "id,city,at\n1,Oslo,2024-01-01 00:00:00\n2,\"Rome, Lazio\",2024-01-01 00:00:00\n1,Bergen,2024-01-02 00:00:00\n"), "places/");
        Put(database, folder.Write("b.csv", "id,city,at\nthree,Paris,2024-01-01 00:00:00\n"), "places/");
        Put(database, folder.Write("c.csv", "id,city,at\n9,Elsewhere,2024-01-01 00:00:00\n"), "places10/");

        await ExecuteAsync(warehouse, "ALTER PIPE landing.place_pipe REFRESH", "EXECUTE TASK landing.place_place_task");
        await warehouse.ExpectAsync("SELECT place_id AS id, city, source_file, source_line, load_id FROM landing.place ORDER BY source_line", """
            id | city        | source_file  | source_line | load_id
            1  | Oslo        | places/a.csv | 1           | 0
            2  | Rome, Lazio | places/a.csv | 2           | 0
            1  | Bergen      | places/a.csv | 3           | 0
            """);
        await warehouse.ExpectAsync("SELECT place_id AS id, city, load_id FROM enterprise.place ORDER BY 1", "id | city | load_id\n1 | Bergen | 0\n2 | Rome, Lazio | 0");

        Put(database, folder.Write("d.csv", "id,city,at\n1,Molde,2023-01-01 00:00:00\n2,Turin,2024-02-01 00:00:00\n,Nowhere,2024-02-01 00:00:00\n"), "places/");
        await ExecuteAsync(warehouse, "ALTER PIPE landing.place_pipe REFRESH", "EXECUTE TASK landing.place_place_task", "EXECUTE TASK landing.place_place_task");
        await warehouse.ExpectAsync("SELECT place_id AS id, city FROM enterprise.place ORDER BY 1", "id | city\n1 | Bergen\n2 | Turin");
        (await warehouse.QueryAsync<long>("SELECT count(*) FROM landing.place_place_stream")).Should().Equal(0L);
    }

    [Fact]
    public async Task A_dimension_of_type_1_is_merged_as_a_load_would_and_loads_go_on_with_its_keys()
    {
        Place[][] batches =
        [
            [new(1, "Oslo", Day(5)), new(2, "Rome", Day(5)), new(1, "Bergen", Day(6))],
            [new(1, "Molde", Day(3)), new(3, "Paris", Day(4)), new(2, "Rome", Day(8))],
            [new(3, "Lyon", Day(9)), new(4, "Bonn", Day(1)), new(2, "Turin", Day(7))],
        ];
        const string Members = "SELECT place_id, city, valid_from, valid_to, is_current, version, is_inferred FROM business.dim_place WHERE place_key > 0 ORDER BY place_id";
        string loaded, merged;
        await using (IWarehouse warehouse = store.Open(await store.CreateDatabaseAsync(), Model()))
        {
            await warehouse.DeployAsync();
            foreach (Place[] batch in batches)
                await warehouse.LoadAsync(_dimension, batch);
            loaded = await warehouse.DrawAsync(Members);
        }

        await using (IWarehouse warehouse = store.Open(await store.CreateDatabaseAsync(), Model()))
        {
            await warehouse.DeployAsync();
            await warehouse.RunAsync(SnowflakeAutomation.Upsert(warehouse.Model, _landing, _dimension, Hourly));
            foreach (Place[] batch in batches)
            {
                await warehouse.LoadAsync(_landing, batch);
                await ExecuteAsync(warehouse, "EXECUTE TASK landing.place_dim_place_task");
            }

            merged = await warehouse.DrawAsync(Members);
            LoadReport next = await warehouse.LoadAsync(_dimension, [new(5, "Gent", Day(1)), new(4, "Bonn", Day(2))]);
            next.Counts.NewMembers.Should().Be(1);
            (await warehouse.QueryAsync<long>("SELECT place_key FROM business.dim_place WHERE place_key > 0 ORDER BY 1")).Should().Equal(1L, 2L, 3L, 4L, 5L);
            (await warehouse.VerifyAsync(_dimension)).Findings.Select(finding => finding.Rule).Should().OnlyContain(rule => rule == "load-ids", "only the ledger does not know of it");
        }

        merged.Should().Be(loaded);
        merged.Should().Contain("Bergen").And.Contain("Turin").And.Contain("Lyon").And.NotContain("Molde");
    }

    [Fact]
    public async Task A_task_that_fails_in_the_middle_leaves_the_dimension_and_the_stream_as_they_were()
    {
        string database = await store.CreateDatabaseAsync();
        await using IWarehouse warehouse = store.Open(database, Model());
        await warehouse.DeployAsync();
        await warehouse.RunAsync(SnowflakeAutomation.Upsert(warehouse.Model, _landing, _dimension, Hourly));
        await warehouse.LoadAsync(_landing, [new(1, "Oslo", Day(1))]);
        EmulatedAccount account = EmulatedAccount.Of(database);
        account.BeforeStatement = sql =>
        {
            if (sql.StartsWith("UPDATE \"WAREHOUSE\".\"SURROGATE_KEY\"", StringComparison.Ordinal))
                throw new SnowflakeEmulatorException(3001, "42501", "SQL access control error: Insufficient privileges to operate on table 'SURROGATE_KEY'");
        };

        await Assert.ThrowsAsync<SnowflakeEmulatorException>(() => ExecuteAsync(warehouse, "EXECUTE TASK landing.place_dim_place_task"));
        account.BeforeStatement = null;

        (await warehouse.QueryAsync<long>("SELECT count(*) FROM business.dim_place WHERE place_key > 0")).Should().Equal(0L);
        await ExecuteAsync(warehouse, "EXECUTE TASK landing.place_dim_place_task");
        (await warehouse.QueryAsync<long>("SELECT count(*) FROM business.dim_place WHERE place_key > 0")).Should().Equal(1L);
    }

    [Fact]
    public async Task Dynamic_tables_hold_what_the_aggregate_and_the_view_hold()
    {
        Dimension<Place> city = null!;
        Fact<Sale> fact = null!;
        AggregateFact aggregate = null!;
        string database = await store.CreateDatabaseAsync();
        await using IWarehouse warehouse = store.Open(database, DimensionalModel.Create("shop", model =>
        {
            DateDimension date = model.DateDimension("dim_date", new DateOnly(2024, 1, 1), new DateOnly(2024, 3, 31));
            city = model.Dimension<Place>("dim_place", d => d.NaturalKey(row => row.PlaceId).Type2(row => row.City).EffectiveFrom(row => row.At).Column(row => row.PlaceId, name: "place_id"));
            fact = model.Fact<Sale>("fact_sale", f => f.Grain("one sale", row => row.SaleId).Date(date, row => row.SoldAt).Dimension(city, row => row.PlaceId, asOf: row => row.SoldAt).Measure(row => row.Amount));
            aggregate = model.Aggregate("agg_sale", fact, a => a.Grain("one city in one month").Date("", day => day.YearMonth).Attributes(city, row => row.City).Sum(row => row.Amount));
        }));
        await warehouse.DeployAsync();
        await warehouse.LoadAsync(city, [new(1, "Oslo", Day(1)), new(1, "Bergen", Day(20)), new(2, "Rome", Day(1))]);
        await warehouse.RunAsync(SnowflakeAutomation.DynamicTable(aggregate, new DynamicTableOptions { Name = new QualifiedName("business", "agg_sale_live"), Warehouse = "loading", TargetLag = TimeSpan.FromMinutes(5) }));
        await warehouse.RunAsync(SnowflakeAutomation.DynamicTable(city, new DynamicTableOptions { Name = new QualifiedName("business", "dim_place_live"), Warehouse = "loading" }));
        await warehouse.LoadAsync(fact, [new(1, 1, Day(2), 1.5m), new(2, 1, Day(21), 2m), new(3, 2, Day(40), 4m), new(4, 1, Day(3), 0.5m)]);
        await warehouse.Incremental.LoadAsync(aggregate);

        string expected = await warehouse.DrawAsync("SELECT year_month, city, amount, source_rows FROM business.agg_sale ORDER BY 1, 2");
        (await warehouse.DrawAsync("SELECT year_month, city, amount, source_rows FROM business.agg_sale_live ORDER BY 1, 2")).Should().Be(expected);
        expected.Should().Contain("Bergen").And.Contain("Rome");
        (await warehouse.DrawAsync("SELECT * FROM business.dim_place_live ORDER BY place_key")).Should().Be(await warehouse.DrawAsync("SELECT * FROM business.dim_place_current ORDER BY place_key"));
        (await warehouse.DeployAsync()).IsUnchanged.Should().BeTrue();
    }

    [Fact]
    public void What_a_schedule_cannot_do_right_is_refused_with_every_reason()
    {
        ZoneTable<Place> landing = null!, enterprise = null!, refreshed = null!, other = null!;
        Dimension<Place> versioned = null!;
        Dimension<Place> plain = null!;
        var model = DimensionalModel.Create("places", builder =>
        {
            landing = builder.Landing<Place>("place");
            builder.Landing<Sale>("sale");
            enterprise = builder.Enterprise<Place>("place", t => t.Key(row => row.PlaceId));
            refreshed = builder.Enterprise<Place>("refreshed", t => t.Key(row => row.PlaceId).FullRefresh());
            versioned = builder.Dimension<Place>("dim_versioned", d => d.NaturalKey(row => row.PlaceId).Type2(row => row.City).EffectiveFrom(row => row.At).FirstVersionFrom(new DateTime(2000, 1, 1)).RecordChangeReason());
            plain = builder.Dimension<Place>("dim_plain", d => d.NaturalKey(row => row.PlaceId).Type1(row => row.City).Ignore(row => row.At));
        });
        DimensionalModel.Create("others", builder => other = builder.Landing<Place>("place"));
        ZoneTable sales = model.Tables.OfType<ZoneTable>().Single(table => table.Name.Name == "sale");

        Refused(() => SnowflakeAutomation.Upsert(model, landing, versioned, Hourly)).Should().Contain("city is Type2").And.Contain("FirstVersionFrom").And.Contain("RecordChangeReason").And.EndWith("Load it with the SDK.");
        Refused(() => SnowflakeAutomation.Upsert(model, landing, plain, Hourly)).Should().Contain("no time of their own");
        Refused(() => SnowflakeAutomation.Upsert(model, landing, enterprise, Hourly)).Should().Contain("name a column in LatestBy");
        Refused(() => SnowflakeAutomation.Upsert(model, landing, refreshed, Hourly with { LatestBy = "elsewhere" })).Should().Contain("only tables of the enterprise zone").And.Contain("LatestBy names elsewhere");
        Refused(() => SnowflakeAutomation.Upsert(model, sales, enterprise, Hourly with { LatestBy = "at" })).Should().Contain("landing.sale has no column city");
        Refused(() => SnowflakeAutomation.Upsert(model, other, enterprise, Hourly)).Should().Contain("is no table of the model 'places'");
        Refused(() => SnowflakeAutomation.Upsert(model, enterprise, enterprise, Hourly)).Should().Contain("files arrive in one of the landing zone");
        Refused(() => SnowflakeAutomation.Upsert(model, landing, enterprise, Hourly with { Every = TimeSpan.FromSeconds(90) })).Should().Contain("whole minutes from 1 to 11520");
        Refused(() => SnowflakeAutomation.Pipe(enterprise, new PipeOptions { Stage = new QualifiedName("a", "b") })).Should().Contain("landing zone");
        Refused(() => SnowflakeAutomation.Pipe(landing, new PipeOptions { Stage = new QualifiedName("a", "b"), Path = "x'; DROP" })).Should().Contain("no quotes");
        Refused(() => SnowflakeAutomation.DynamicTable(plain, new DynamicTableOptions { Name = new QualifiedName("a", "b"), Warehouse = "w" })).Should().Contain("has no view of current versions");
        Refused(() => SnowflakeAutomation.DynamicTable(versioned, new DynamicTableOptions { Name = versioned.Name, Warehouse = "w" })).Should().Contain("needs a name of its own");
        Refused(() => SnowflakeAutomation.DynamicTable(versioned, new DynamicTableOptions { Name = new QualifiedName("a", "b"), Warehouse = "w", TargetLag = TimeSpan.FromSeconds(59) })).Should().Contain("whole seconds from 60");
    }

    [Fact]
    public async Task A_script_that_fails_says_where_and_runs_again()
    {
        string database = await store.CreateDatabaseAsync();
        await using IWarehouse warehouse = store.Open(database, Model());
        await warehouse.DeployAsync();
        EmulatedAccount account = EmulatedAccount.Of(database);
        account.BeforeStatement = sql =>
        {
            if (sql.StartsWith("CREATE TASK", StringComparison.Ordinal))
                throw new SnowflakeEmulatorException(3001, "42501", "SQL access control error: Insufficient privileges to operate on schema 'LANDING'");
        };
        SqlScript script = SnowflakeAutomation.Upsert(warehouse.Model, _landing, _dimension, Hourly);

        var error = await Assert.ThrowsAsync<WarehouseException>(() => warehouse.RunAsync(script));
        account.BeforeStatement = null;
        await warehouse.RunAsync(script);

        error.Message.Should().Be("The script 'merge landing.place into business.dim_place' failed at its statement 4 of 4, 'create-task': The role lacks a privilege: Error: SQL access control error: Insufficient privileges to operate on schema 'LANDING' SqlState: 42501, VendorCode: 3001, QueryId: "
            + error.Message[(error.Message.IndexOf("QueryId: ", StringComparison.Ordinal) + 9)..]).And.EndWith("What came before it is done; each of its statements may run again.");
    }

    private static string Refused(Func<SqlScript> make) => Assert.Throws<ArgumentException>(make).Message;

    private static DateTime Day(int day) => new DateTime(2024, 1, 1).AddDays(day - 1);

    private DimensionalModel Model() => DimensionalModel.Create("places", model =>
    {
        _landing = model.Landing<Place>("place", t => t.Column(row => row.PlaceId, name: "place_id"));
        _kept = model.Enterprise<Place>("place", t => t.Key(row => row.PlaceId));
        _dimension = model.Dimension<Place>("dim_place", d => d.NaturalKey(row => row.PlaceId).Type1(row => row.City).EffectiveFrom(row => row.At));
    });

    private static async Task ExecuteAsync(IWarehouse warehouse, params string[] statements)
    {
        foreach (string statement in statements)
            await warehouse.QueryAsync<object>(statement);
    }

    private static void Put(string database, string file, string path)
    {
        using var connection = new SnowflakeEmulatorConnection { ConnectionString = $"account={database}" };
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"PUT 'file://{file}' '@landing.inbox/{path}' AUTO_COMPRESS = FALSE SOURCE_COMPRESSION = NONE";
        using var reader = command.ExecuteReader();
        reader.Read().Should().BeTrue();
    }

    private sealed record Place(int PlaceId, string City, DateTime At);

    private sealed record Sale(int SaleId, int PlaceId, DateTime SoldAt, decimal Amount);
}
