namespace Warehouse.Sdk.Conformance;

/// <summary>Deployments create what is missing, lose nothing, and happen as a whole or not at all.</summary>
public abstract class DeploymentTests<TStore>(TStore store) : IClassFixture<TStore>
    where TStore : WarehouseTestStore
{
    [Fact]
    public async Task Deploying_again_changes_nothing()
    {
        var shop = new Shop();
        await using IWarehouse warehouse = store.Open(await store.CreateDatabaseAsync(), shop.Model);

        DeployReport first = await warehouse.DeployAsync();
        string before = await warehouse.OfAllAsync();
        DeployReport again = await warehouse.DeployAsync();

        first.CreatedTables.Select(table => table.ToString()).Should().Equal("business.dim_date", "business.dim_customer", "business.fact_payment");
        first.IsUnchanged.Should().BeFalse();
        again.IsUnchanged.Should().BeTrue();
        (await warehouse.OfAllAsync()).Should().Be(before);
        await warehouse.ExpectAsync("SELECT name FROM warehouse.model", "name\nshop");
    }

    [Fact]
    public async Task Default_members_are_there_before_the_first_load_and_stay()
    {
        var shop = new Shop();
        await using IWarehouse warehouse = await store.OpenAsync(shop.Model);
        const string Members = "SELECT customer_key, customer_id, city, valid_from, valid_to, is_current, version, is_inferred, load_id FROM business.dim_customer WHERE customer_key < 0 ORDER BY customer_key DESC";
        string before = await warehouse.DrawAsync(Members);

        await warehouse.LoadAsync(shop.Customer, [Shop.Lives(1, "Unknown", 1)]);
        await warehouse.DeployAsync();

        await warehouse.ExpectAsync(Members, """
            customer_key | customer_id | city           | valid_from | valid_to | is_current | version | is_inferred | load_id
            -1           | NULL        | Unknown        | 0001-01-01 | NULL     | true       | 1       | false       | 0
            -2           | NULL        | Not applicable | 0001-01-01 | NULL     | true       | 1       | false       | 0
            """);
        (await warehouse.DrawAsync(Members)).Should().Be(before);
        await warehouse.ExpectAsync("SELECT date_key, date, month_name FROM business.dim_date WHERE date_key < 0 ORDER BY date_key DESC", """
            date_key | date | month_name
            -1       | NULL | Unknown
            -2       | NULL | Not applicable
            -4       | NULL | Not happened yet
            """);
    }

    [Fact]
    public async Task A_new_attribute_adds_a_column()
    {
        string database = await store.CreateDatabaseAsync();
        Dimension<Narrow> narrow = null!;
        Dimension<Wide> wide = null!;
        await using (IWarehouse before = store.Open(database, DimensionalModel.Create("things", model => narrow = model.Dimension<Narrow>("dim_thing", d => d.NaturalKey(row => row.Id).Type2(row => row.Name)))))
        {
            await before.DeployAsync();
            await before.LoadAsync(narrow, [new(1, "A")]);
        }

        await using IWarehouse after = store.Open(database, DimensionalModel.Create("things", model => wide = model.Dimension<Wide>("dim_thing", d => d.NaturalKey(row => row.Id).Type2(row => row.Name).Type1(row => row.Color))));
        DeployReport report = await after.DeployAsync();
        await after.LoadAsync(wide, [new(1, "A", "red"), new(2, "B", null)]);

        report.AddedColumns.Should().Equal("business.dim_thing.color");
        report.CreatedTables.Should().BeEmpty();
        await after.ExpectAsync("SELECT id, name, color, version FROM business.dim_thing WHERE thing_key > 0 ORDER BY id", "id | name | color | version\n1 | A | red | 1\n2 | B | NULL | 1");
        await after.ExpectAsync("SELECT count(*) AS models FROM warehouse.model", "models\n2");
    }

    [Fact]
    public async Task S04_Types_that_have_grown_in_the_model_are_widened_and_a_dry_run_shows_how()
    {
        string database = await store.CreateDatabaseAsync();
        int grownTypes = store.TellsFloatsApart ? 4 : 3;
        Dimension<Slim> slim = null!;
        Dimension<Grown> grown = null!;
        DimensionalModel Before() => DimensionalModel.Create("things", model => slim = model.Dimension<Slim>("dim_thing", d => d.NaturalKey(row => row.Id).Type2(row => row.Name).Type1(row => row.Amount, row => row.Level)
            .Column(row => row.Name, ColumnType.Varchar(3)).Column(row => row.Amount, ColumnType.Decimal(6, 2))));
        DimensionalModel After(SchemaContract contract) => DimensionalModel.Create("things", model => grown = model.Dimension<Grown>("dim_thing", d => d.NaturalKey(row => row.Id).Type2(row => row.Name).Type1(row => row.Amount, row => row.Level)
            .Column(row => row.Name, ColumnType.Varchar(8)).Column(row => row.Amount, ColumnType.Decimal(12, 4)).Contract(contract)));
        await using (IWarehouse before = store.Open(database, Before()))
        {
            await before.DeployAsync();
            await before.LoadAsync(slim, [new(1, "abc", 1234.56m, 0.5f)]);
        }

        await using (IWarehouse frozen = store.Open(database, After(new() { WiderType = OnSchemaChange.Freeze })))
            (await Assert.ThrowsAsync<WarehouseSchemaException>(() => frozen.DeployAsync())).Differences.Should().HaveCount(grownTypes);
        await using IWarehouse after = store.Open(database, After(new()));
        DeployScript dryRun = await after.PlanDeployAsync();
        DeployScript again = await after.PlanDeployAsync();
        DeployReport report = await after.DeployAsync();
        LoadReport same = await after.LoadAsync(grown, [new(1, "abc", 1234.56m, 0.5)]);
        LoadReport longer = await after.LoadAsync(grown, [new(1, "abcdefgh", 12345678.1234m, 0.1), new(long.MaxValue, "x", null, null)]);

        dryRun.WidenedColumns.Should().HaveCount(grownTypes).And.Equal(report.WidenedColumns).And.Equal(again.WidenedColumns);
        dryRun.WidenedColumns[0].Should().StartWith("business.dim_thing.id: ");
        dryRun.ToString().Should().Contain("dim_thing");
        report.IsUnchanged.Should().BeFalse();
        same.Outcome.Should().Be(LoadOutcome.NothingChanged);
        longer.Counts.Should().Be(new LoadCounts { Read = 2, NewMembers = 1, NewVersions = 1 });
        await after.ExpectAsync("SELECT id, name, amount, version FROM business.dim_thing WHERE thing_key > 0 ORDER BY id, version", "id | name | amount | version\n1 | abc | 12345678.1234 | 1\n1 | abcdefgh | 12345678.1234 | 2\n9223372036854775807 | x | NULL | 1");
        await after.ExpectAsync("SELECT count(*) AS members FROM business.dim_thing_current", "members\n4");
        (await after.DeployAsync()).IsUnchanged.Should().BeTrue();
        (await after.VerifyAsync()).Findings.Should().BeEmpty();
        await Assert.ThrowsAnyAsync<WarehouseException>(() => after.LoadAsync(grown, [new(5, "abcdefghi", null, null)]));
        await using IWarehouse back = store.Open(database, Before());
        (await Assert.ThrowsAsync<WarehouseSchemaException>(() => back.DeployAsync())).Differences.Should().HaveCount(grownTypes, "what has grown does not shrink");
    }

    [Fact]
    public async Task S04_A_landing_table_that_has_gained_columns_is_widened_with_them()
    {
        string database = await store.CreateDatabaseAsync();
        using var folder = new ScratchFolder();
        ZoneTable<Slim> table = null!;
        DimensionalModel Of(int length) => DimensionalModel.Create("things", model => table = model.Landing<Slim>("thing", t => t.Column(row => row.Name, ColumnType.Varchar(length)).Contract(new() { NewColumn = OnSchemaChange.Evolve })));
        await using (IWarehouse before = store.Open(database, Of(3)))
        {
            await before.DeployAsync();
            await before.LoadAsync(table, Source.Csv(folder.Write("a.csv", "id,color,name,amount,level\n1,red,abc,1.5,0.5\n")));
            await before.QueryAsync<object>("ALTER TABLE landing.thing ADD COLUMN seen integer");
            await before.QueryAsync<object>("UPDATE landing.thing SET seen = 7");
        }

        await using IWarehouse after = store.Open(database, Of(8));
        DeployReport report = await after.DeployAsync();
        await after.LoadAsync(table, Source.Csv(folder.Write("b.csv", "id,name,color,amount,level\n2,abcdefgh,blue,,\n")));

        report.WidenedColumns.Should().ContainSingle();
        await after.ExpectAsync("SELECT id, name, color, seen + 1 AS seen FROM landing.thing ORDER BY id", "id | name | color | seen\n1 | abc | red | 8\n2 | abcdefgh | blue | NULL");
        (await after.DeployAsync()).IsUnchanged.Should().BeTrue();
    }

    [Fact]
    public async Task S06_A_model_that_would_lose_data_is_refused_with_every_difference()
    {
        string database = await store.CreateDatabaseAsync();
        await using (IWarehouse before = store.Open(database, DimensionalModel.Create("things", model =>
        {
            model.Enterprise<Wide>("one", table => table.Key(row => row.Id));
            model.Enterprise<Wide>("two", table => table.Key(row => row.Id));
        })))
        {
            await before.DeployAsync();
        }

        await using IWarehouse after = store.Open(database, DimensionalModel.Create("things", model =>
        {
            model.Enterprise<Narrow>("one", table => table.Key(row => row.Id));
            model.Enterprise<Retyped>("two", table => table.Key(row => row.Id, row => row.Part));
            model.Enterprise<Narrow>("three", table => table.Key(row => row.Id));
        }));
        string columns = await after.DrawAsync("SELECT table_schema, table_name, column_name, data_type FROM information_schema.columns WHERE table_schema NOT IN ('information_schema', 'pg_catalog', 'WAREHOUSE_WORK') ORDER BY 1, 2, 3");

        var refused = await Assert.ThrowsAsync<WarehouseSchemaException>(() => after.DeployAsync());

        refused.Differences.Should().HaveCount(4);
        refused.Differences[0].Should().Be("enterprise.one.color is in the database but not in the model; dropping it would lose its values");
        refused.Differences[1].Should().Be("enterprise.two.part is new and may not be NULL, but the table has rows that would need a value");
        refused.Differences[2].Should().MatchRegex("^enterprise.two.name is .+ in the database and .+ in the model$");
        refused.Differences[3].Should().Be("enterprise.two.color is in the database but not in the model; dropping it would lose its values");
        refused.Message.Should().StartWith("The model 'things' cannot be deployed without losing data:").And.Contain("Nothing was changed.");
        (await after.DrawAsync("SELECT table_schema, table_name, column_name, data_type FROM information_schema.columns WHERE table_schema NOT IN ('information_schema', 'pg_catalog', 'WAREHOUSE_WORK') ORDER BY 1, 2, 3")).Should().Be(columns);
    }

    [Fact]
    public async Task Two_models_share_a_database()
    {
        string database = await store.CreateDatabaseAsync();
        ZoneTable<Narrow> one = null!, two = null!;
        var first = DimensionalModel.Create("first", model => one = model.Enterprise<Narrow>("one", table => table.Key(row => row.Id)));
        var second = DimensionalModel.Create("second", model => two = model.Enterprise<Narrow>("two", table => table.Key(row => row.Id)));
        await using (IWarehouse warehouse = store.Open(database, first))
        {
            await warehouse.DeployAsync();
            await warehouse.LoadAsync(one, [new(1, "A")]);
        }

        await using (IWarehouse warehouse = store.Open(database, second))
        {
            (await warehouse.DeployAsync()).CreatedTables.Select(table => table.ToString()).Should().Equal("enterprise.two");
            await warehouse.LoadAsync(two, [new(2, "B")]);
            await Assert.ThrowsAsync<ArgumentException>(() => warehouse.LoadAsync(one, [new(3, "C")]));
            await warehouse.ExpectAsync("SELECT load_id, target FROM warehouse.load ORDER BY load_id", "load_id | target\n1 | enterprise.one\n2 | enterprise.two");
        }
    }

    [Fact]
    public async Task A_wider_range_adds_the_missing_days_and_touches_no_other()
    {
        string database = await store.CreateDatabaseAsync();
        const string Days = "SELECT count(*) AS days, min(date_key) AS first, max(date_key) AS last FROM business.dim_date WHERE date_key > 0";
        await using (IWarehouse before = store.Open(database, DimensionalModel.Create("days", model => model.DateDimension("dim_date", new DateOnly(2024, 1, 10), new DateOnly(2024, 1, 20)))))
        {
            await before.DeployAsync();
            await before.ExpectAsync(Days, "days | first | last\n11 | 20240110 | 20240120");
        }

        await using (IWarehouse wider = store.Open(database, DimensionalModel.Create("days", model => model.DateDimension("dim_date", new DateOnly(2024, 1, 1), new DateOnly(2024, 1, 31)))))
        {
            await wider.DeployAsync();
            await wider.ExpectAsync(Days, "days | first | last\n31 | 20240101 | 20240131");
        }

        await using IWarehouse narrower = store.Open(database, DimensionalModel.Create("days", model => model.DateDimension("dim_date", new DateOnly(2024, 1, 1), new DateOnly(2024, 1, 2))));
        await narrower.DeployAsync();
        await narrower.ExpectAsync(Days, "days | first | last\n31 | 20240101 | 20240131");
        await narrower.ExpectAsync("SELECT count(*) AS defaults FROM business.dim_date WHERE date_key < 0", "defaults\n3");
    }

    [Fact]
    public async Task Hostile_names_are_only_names()
    {
        ZoneTable<Hostile> landing = null!, table = null!;
        Dimension<Hostile> dimension = null!;
        Fact<Hostile> fact = null!;
        Bridge<Pair> bridge = null!;
        var model = DimensionalModel.Create("it's \"hostile\"; --", builder =>
        {
            builder.Conventions(names => names with { BusinessSchema = "Order By", EnterpriseSchema = "select", LandingSchema = "l'anding", LedgerSchema = "Ledger; x.y", LoadId = "Load Id" });
            DateDimension date = builder.DateDimension("date", new DateOnly(2024, 1, 1), new DateOnly(2024, 1, 2));
            landing = builder.Landing<Hostile>("Land'ing \"Table\"", t => Columns(t));
            table = builder.Enterprise<Hostile>("table", t => Columns(t).Key(row => row.Id));
            dimension = builder.Dimension<Hostile>("dim_group by", d => Columns(d.NaturalKey(row => row.Id).Type2(row => row.A).Type1(row => row.B).Type3(row => row.C)).EffectiveFrom(row => row.At).Comment("it's \"quoted\""));
            fact = builder.Fact<Hostile>("Fact;DROP TABLE x;--", f => Columns(f.Grain("one 'row'", row => row.Id)).Date(date, row => row.At, "from").Dimension(dimension, row => row.Id, asOf: row => row.At, role: "where").Degenerate(row => row.A, row => row.C).Measure(row => row.B));
            bridge = builder.Bridge<Pair>("bridge", b => b.Group(dimension, row => row.Id).Member(builder.Dimension<Pair>("dim_user", d => d.NaturalKey(row => row.Other).Type1(row => row.Id)), row => row.Other));
        });
        await using IWarehouse warehouse = await store.OpenAsync(model);
        Hostile[] rows = [new(1, "a", 1, "c", new(2024, 1, 1)), new(2, "a", 2, "c", new(2024, 1, 2))];

        await warehouse.LoadAsync(landing, rows);
        await warehouse.LoadAsync(table, Source.Landed(landing));
        await warehouse.LoadAsync(dimension, rows);
        await warehouse.LoadAsync(dimension, [rows[0] with { A = "b", At = new(2024, 1, 2) }]);
        await warehouse.LoadAsync(fact, [.. rows, rows[0]]);
        await warehouse.LoadAsync(bridge, [new(1, 1)]);

        (await warehouse.DeployAsync()).IsUnchanged.Should().BeTrue();
        await warehouse.ExpectAsync($"""SELECT "Id", {ScdInvariants.Quoted("select")}, "a""b", "Load Id" FROM {ScdInvariants.Quoted("select")}.{ScdInvariants.Quoted("table")} ORDER BY "Id" """, """
            Id | select | a"b | Load Id
            1  | a      | 1   | 2
            2  | a      | 2   | 2
            """);
        await warehouse.ExpectAsync("""SELECT from_date_key, where_key, "Id" FROM "Order By"."Fact;DROP TABLE x;--" ORDER BY "Id" """, """
            from_date_key | where_key | Id
            20240101      | $1        | 1
            20240102      | $2        | 2
            """);
        await warehouse.ExpectAsync("SELECT count(*) AS loads FROM \"Ledger; x.y\".load", "loads\n6");
    }

    private static TBuilder Columns<TBuilder>(TableBuilder<Hostile, TBuilder> builder)
        where TBuilder : TableBuilder<Hostile, TBuilder>
        => builder.Column(row => row.Id, name: "Id").Column(row => row.A, name: "select").Column(row => row.B, name: "a\"b").Column(row => row.C, name: "c $load_id;--'").Column(row => row.At, name: "timestamp");

    private sealed record Narrow(int Id, string Name);

    private sealed record Wide(int Id, string Name, string? Color);

    private sealed record Retyped(int Id, int Part, long Name);

    private sealed record Hostile(int Id, string A, int B, string C, DateTime At);

    private sealed record Pair(int Id, int Other);

    private sealed record Slim(int Id, string? Name, decimal? Amount, float? Level);

    private sealed record Grown(long Id, string? Name, decimal? Amount, double? Level);
}
