using static Warehouse.Sdk.Conformance.Shop;

namespace Warehouse.Sdk.Conformance;

/// <summary>What is, what was, and how one member became what it is: for people, by view, by function and by call.</summary>
public abstract class TimeTravelTests<TStore>(TStore store) : IClassFixture<TStore>
    where TStore : WarehouseTestStore
{
    private const string Columns = "customer_id, city, version";

    [Fact]
    public async Task The_current_view_holds_the_open_version_of_each_member_with_the_columns_of_the_table()
    {
        var shop = new VerifiedShop();
        await using IWarehouse warehouse = await OpenAsync(shop);

        await warehouse.ExpectAsync($"SELECT {Columns} FROM business.dim_customer_current ORDER BY customer_key", """
            customer_id | city           | version
            NULL        | Not applicable | 1
            NULL        | Unknown        | 1
            3           | Skagen         | 1
            1           | Odense         | 2
            2           | Ribe           | 2
            9           | NULL           | 1
            """);
        string table = await warehouse.DrawAsync("SELECT * FROM business.dim_customer WHERE is_current ORDER BY customer_key");
        (await warehouse.DrawAsync("SELECT * FROM business.dim_customer_current ORDER BY customer_key")).Should().Be(table);
    }

    [Fact]
    public async Task The_as_of_function_gives_the_version_valid_then_and_nothing_of_members_gone_then()
    {
        (string Instant, string Drawn)[] answers =
        [
            ("2023-12-31 23:59:59.999999", "customer_id | city | version"),
            ("2024-01-01 00:00:00", "customer_id | city | version\n1 | Aarhus | 1"),
            ("2024-01-09 23:59:59.999999", "customer_id | city | version\n1 | Aarhus | 1\n2 | Ribe | 1\n3 | Skagen | 1\n9 | NULL | 1"),
            ("2024-01-10 00:00:00", "customer_id | city | version\n1 | Odense | 2\n2 | Ribe | 1\n3 | Skagen | 1\n9 | NULL | 1"),
            ("2024-01-12 00:00:00", "customer_id | city | version\n1 | Odense | 2\n3 | Skagen | 1\n9 | NULL | 1"),
            ("2024-01-19 23:59:59.999999", "customer_id | city | version\n1 | Odense | 2\n3 | Skagen | 1\n9 | NULL | 1"),
            ("2024-01-20 00:00:00", "customer_id | city | version\n1 | Odense | 2\n2 | Ribe | 2\n3 | Skagen | 1\n9 | NULL | 1"),
            ("2100-01-01 00:00:00", "customer_id | city | version\n1 | Odense | 2\n2 | Ribe | 2\n3 | Skagen | 1\n9 | NULL | 1"),
        ];
        await using IWarehouse warehouse = await OpenAsync(new VerifiedShop());

        foreach (var (instant, drawn) in answers)
            await warehouse.ExpectAsync($"SELECT {Columns} FROM business.dim_customer_asof(TIMESTAMP '{instant}') WHERE customer_key > 0 ORDER BY customer_id", drawn);
    }

    [Fact]
    public async Task Default_members_are_valid_at_every_instant()
    {
        await using IWarehouse warehouse = await OpenAsync(new VerifiedShop());

        await warehouse.ExpectAsync("SELECT customer_key, city FROM business.dim_customer_asof(TIMESTAMP '1850-01-01') ORDER BY customer_key", "customer_key | city\n-2 | Not applicable\n-1 | Unknown");
    }

    [Fact]
    public async Task The_function_joins_like_a_table()
    {
        await using IWarehouse warehouse = await OpenAsync(new VerifiedShop());

        await warehouse.ExpectAsync("""
            SELECT payment.payment_id, past.city
            FROM business.fact_payment AS payment
            JOIN business.dim_customer AS met ON met.customer_key = payment.customer_key
            JOIN business.dim_customer_asof(TIMESTAMP '2024-01-05') AS past ON past.customer_id = met.customer_id
            ORDER BY payment.payment_id
            """, """
            payment_id | city
            1          | Aarhus
            2          | Aarhus
            3          | Ribe
            4          | Ribe
            5          | NULL
            """);
    }

    [Fact]
    public async Task A_member_marked_as_deleted_is_gone()
    {
        Dimension<TownRow> town = null!;
        var model = DimensionalModel.Create("towns", builder => town = builder.Dimension<TownRow>("dim_town", d => d.NaturalKey(row => row.Name).Type2(row => row.Mayor).WhenAbsent(Absent.MarkDeleted, maxExpireFraction: 1)));
        await using IWarehouse warehouse = await store.OpenAsync(model);
        await warehouse.LoadAsync(town, [new("Ribe", "A"), new("Tønder", "B")], new LoadOptions { AsOf = Day(1), Kind = BatchKind.FullSnapshot });
        await warehouse.LoadAsync(town, [new("Ribe", "A")], new LoadOptions { AsOf = Day(5), Kind = BatchKind.FullSnapshot });

        const string Names = "name | mayor\nRibe | A";
        await warehouse.ExpectAsync("SELECT name, mayor FROM business.dim_town_current WHERE town_key > 0", Names);
        await warehouse.ExpectAsync("SELECT name, mayor FROM business.dim_town_asof(TIMESTAMP '2024-01-05') WHERE town_key > 0", Names);
        await warehouse.ExpectAsync("SELECT name, mayor FROM business.dim_town_asof(TIMESTAMP '2024-01-04 23:00:00') WHERE town_key > 0 ORDER BY name", Names + "\nTønder | B");
        (await warehouse.VerifyAsync()).IsSound.Should().BeTrue();
    }

    [Fact]
    public async Task Days_and_far_futures_are_understood()
    {
        Dimension<CustomerRow> customer = null!;
        var model = DimensionalModel.Create("days", builder =>
        {
            builder.Conventions(names => names with { Intervals = IntervalStyle.ClosedByDay, OpenEnd = OpenEnd.FarFuture });
            customer = builder.Dimension<CustomerRow>("dim_customer", d => d.NaturalKey(row => row.CustomerId).Type2(row => row.City).EffectiveFrom(row => row.ChangedAt));
        });
        await using IWarehouse warehouse = await store.OpenAsync(model);
        await warehouse.LoadAsync(customer, [Lives(1, "Aarhus", 1), Lives(1, "Odense", 10)]);

        const string Header = "customer_id | city | version\n";
        await warehouse.ExpectAsync($"SELECT {Columns} FROM business.dim_customer_current WHERE customer_key > 0", Header + "1 | Odense | 2");
        await warehouse.ExpectAsync($"SELECT {Columns} FROM business.dim_customer_asof(TIMESTAMP '2024-01-09 23:59:59') WHERE customer_key > 0", Header + "1 | Aarhus | 1");
        await warehouse.ExpectAsync($"SELECT {Columns} FROM business.dim_customer_asof(TIMESTAMP '2024-01-10') WHERE customer_key > 0", Header + "1 | Odense | 2");
        await warehouse.ExpectAsync($"SELECT {Columns} FROM business.dim_customer_asof(TIMESTAMP '9999-12-31') WHERE customer_key > 0", Header + "1 | Odense | 2");
        (await warehouse.VerifyAsync()).IsSound.Should().BeTrue();
        await warehouse.QueryAsync<dynamic>("UPDATE business.dim_customer SET valid_to = DATE '2024-01-11' WHERE version = 1 AND customer_key > 0");
        (await warehouse.VerifyAsync()).Findings.Select(finding => finding.Detail).Should().Equal("version 1 still holds where version 2 begins");
    }

    [Fact]
    public async Task A_new_column_reaches_the_views_in_the_same_deployment_and_deploying_again_changes_nothing()
    {
        string database = await store.CreateDatabaseAsync();
        Dimension<TownRow> narrow = null!;
        Dimension<WideTownRow> wide = null!;
        await using (IWarehouse before = store.Open(database, DimensionalModel.Create("towns", builder => narrow = builder.Dimension<TownRow>("dim_town", d => d.NaturalKey(row => row.Name).Type2(row => row.Mayor)))))
        {
            (await before.DeployAsync()).CreatedViews.Select(view => view.ToString()).Should().Equal("business.dim_town_current", "business.dim_town_asof");
            await before.LoadAsync(narrow, [new("Ribe", "A")], new LoadOptions { AsOf = Day(1) });
        }

        // In the model the new attribute stands before the others.
        await using IWarehouse after = store.Open(database, DimensionalModel.Create("towns", builder => wide = builder.Dimension<WideTownRow>("dim_town", d => d.NaturalKey(row => row.Name).Type1(row => row.Region).Type2(row => row.Mayor))));
        DeployReport widened = await after.DeployAsync();
        DeployReport again = await after.DeployAsync();
        await after.LoadAsync(wide, [new("Ribe", "B", "South")], new LoadOptions { AsOf = Day(5) });

        widened.AddedColumns.Should().Equal("business.dim_town.region");
        widened.CreatedViews.Select(view => view.ToString()).Should().Equal("business.dim_town_current", "business.dim_town_asof");
        again.IsUnchanged.Should().BeTrue();
        const string Drawn = "name | mayor | region\nRibe | {0} | South";
        await after.ExpectAsync("SELECT name, mayor, region FROM business.dim_town_current WHERE town_key > 0", Drawn.Replace("{0}", "B", StringComparison.Ordinal));
        await after.ExpectAsync("SELECT name, mayor, region FROM business.dim_town_asof(TIMESTAMP '2024-01-02') WHERE town_key > 0", Drawn.Replace("{0}", "A", StringComparison.Ordinal));
        (await after.VerifyAsync()).IsSound.Should().BeTrue();
    }

    [Fact]
    public async Task What_was_dropped_by_hand_comes_back()
    {
        var shop = new VerifiedShop();
        await using IWarehouse warehouse = await OpenAsync(shop);
        await warehouse.QueryAsync<dynamic>("DROP VIEW business.dim_customer_current");

        DeployReport report = await warehouse.DeployAsync();

        report.CreatedViews.Select(view => view.ToString()).Should().Equal("business.dim_customer_current", "business.dim_customer_asof");
        (await warehouse.QueryAsync<long>("SELECT count(*) FROM business.dim_customer_current WHERE customer_key > 0")).Should().Equal(4);
    }

    [Fact]
    public async Task A_view_of_the_hosts_own_is_never_replaced()
    {
        var shop = new VerifiedShop();
        await using IWarehouse warehouse = store.Open(await store.CreateDatabaseAsync(), shop.Model);
        await warehouse.QueryAsync<dynamic>("CREATE SCHEMA business");
        await warehouse.QueryAsync<dynamic>("CREATE VIEW business.dim_customer_current AS SELECT 1 AS mine");

        var refused = await Assert.ThrowsAsync<WarehouseSchemaException>(() => warehouse.DeployAsync());

        refused.Differences.Should().Equal("the view business.dim_customer_current is there already and was not made by the SDK; it would be replaced");
        refused.Message.Should().Contain("WithoutHistoryViews()");
        await warehouse.ExpectAsync("SELECT * FROM business.dim_customer_current", "mine\n1");
        if (store.RollsBackDefinitions)
            await warehouse.ExpectAsync("SELECT count(*) AS tables FROM information_schema.tables WHERE lower(table_schema) = 'warehouse'", "tables\n0");
    }

    [Fact]
    public async Task A_view_is_no_table_of_the_model()
    {
        string database = await store.CreateDatabaseAsync();
        await using (IWarehouse before = store.Open(database, DimensionalModel.Create("towns", builder => builder.Dimension<TownRow>("dim_town", d => d.NaturalKey(row => row.Name).Type2(row => row.Mayor)))))
            await before.DeployAsync();

        await using IWarehouse after = store.Open(database, DimensionalModel.Create("towns", builder => builder.Dimension<TownRow>("dim_town_current", d => d.NaturalKey(row => row.Name).Type1(row => row.Mayor))));

        await Assert.ThrowsAsync<WarehouseException>(() => after.DeployAsync());
    }

    [Fact]
    public async Task Only_dimensions_with_type_2_attributes_have_them_unless_they_do_not_want_them()
    {
        Dimension<TownRow> overwritten = null!, without = null!;
        Dimension<TownRow> renamed = null!;
        var model = DimensionalModel.Create("towns", builder =>
        {
            builder.Conventions(names => names with { CurrentViewSuffix = " now", AsOfFunctionSuffix = "_then" });
            overwritten = builder.Dimension<TownRow>("dim_overwritten", d => d.NaturalKey(row => row.Name).Type1(row => row.Mayor));
            without = builder.Dimension<TownRow>("dim_without", d => d.NaturalKey(row => row.Name).Type2(row => row.Mayor).WithoutHistoryViews());
            renamed = builder.Dimension<TownRow>("dim_town", d => d.NaturalKey(row => row.Name).Type2(row => row.Mayor));
        });
        await using IWarehouse warehouse = store.Open(await store.CreateDatabaseAsync(), model);

        DeployReport report = await warehouse.DeployAsync();

        new[] { overwritten.CurrentView, overwritten.AsOfFunction, without.CurrentView, without.AsOfFunction }.Should().OnlyContain(view => view == null);
        report.CreatedViews.Should().Equal(renamed.CurrentView!.Value, renamed.AsOfFunction!.Value);
        await warehouse.ExpectAsync("SELECT count(*) AS members FROM business.\"dim_town now\"", "members\n2");
        await warehouse.ExpectAsync("SELECT count(*) AS members FROM business.dim_town_then(TIMESTAMP '2024-01-01')", "members\n2");
        await warehouse.ExpectAsync("SELECT table_name FROM information_schema.views WHERE lower(table_schema) = 'business'", "table_name\ndim_town now");
    }

    [Fact]
    public async Task Hostile_names_are_only_names_and_a_column_may_be_called_as_the_parameter_is()
    {
        Dimension<HostileRow> dimension = null!;
        var model = DimensionalModel.Create("hostile", builder =>
        {
            builder.Conventions(names => names with { BusinessSchema = "Order By", LedgerSchema = "Ledger; x.y", ValidFrom = "from", ValidTo = "to", IsCurrent = "current $1" });
            dimension = builder.Dimension<HostileRow>("dim_it's \"$$\"; --", d => d
                .NaturalKey(row => row.Id).Type2(row => row.AsOf).EffectiveFrom(row => row.At)
                .Column(row => row.Id, name: "select").Column(row => row.AsOf, name: "as_of"));
        });
        await using IWarehouse warehouse = await store.OpenAsync(model);
        await warehouse.LoadAsync(dimension, [new("'; --", Day(30), Day(1)), new("'; --", Day(31), Day(5))]);

        (await warehouse.DeployAsync()).IsUnchanged.Should().BeTrue();
        const string Drawn = "select | as_of\n'; -- | 2024-01-{0}";
        await warehouse.ExpectAsync($"SELECT {ScdInvariants.Quoted("select")}, as_of FROM \"Order By\".\"dim_it's \"\"$$\"\"; --_current\" WHERE {ScdInvariants.Quoted("select")} IS NOT NULL", Drawn.Replace("{0}", "31", StringComparison.Ordinal));
        await warehouse.ExpectAsync($"SELECT {ScdInvariants.Quoted("select")}, as_of FROM \"Order By\".\"dim_it's \"\"$$\"\"; --_asof\"(TIMESTAMP '2024-01-02') WHERE {ScdInvariants.Quoted("select")} IS NOT NULL", Drawn.Replace("{0}", "30", StringComparison.Ordinal));
        (await warehouse.HistoryOfAsync<HostileVersion>(dimension, "'; --")).Should().Equal(new HostileVersion(Day(30), Day(5)), new HostileVersion(Day(31), null));
        (await warehouse.VerifyAsync()).IsSound.Should().BeTrue();
    }

    [Fact]
    public async Task The_history_of_a_member_comes_in_order_and_typed()
    {
        var shop = new VerifiedShop();
        await using IWarehouse warehouse = await OpenAsync(shop);

        (await warehouse.HistoryOfAsync<CustomerVersion>(shop.Customer, 2)).Should().Equal(
            new CustomerVersion(1, "Ribe", Day(2), Day(12), false),
            new CustomerVersion(2, "Ribe", Day(20), null, true));
        (await warehouse.HistoryOfAsync<CustomerVersion>(shop.Customer, [1L])).Select(version => version.City).Should().Equal("Aarhus", "Odense");
        (await warehouse.HistoryOfAsync<dynamic>(shop.Customer, 3)).Select(version => (string)version.email).Should().Equal("eve@example.org");
        (await warehouse.HistoryOfAsync<LooseVersion>(shop.Customer, 9)).Should().ContainSingle().Which.Should().BeEquivalentTo(new LooseVersion { CustomerId = 9, IsInferred = true });
        (await warehouse.HistoryOfAsync<CustomerVersion>(shop.Customer, 77)).Should().BeEmpty();
    }

    [Fact]
    public async Task A_key_of_several_columns_is_given_in_their_order_and_its_values_are_only_values()
    {
        Dimension<RoomRow> room = null!;
        var model = DimensionalModel.Create("rooms", builder => room = builder.Dimension<RoomRow>("dim_room", d => d
            .NaturalKey(row => new { row.House, row.Floor, row.OpenedAt, row.Size, row.Token }).Type2(row => row.Colour)
            .Column(row => row.House, ColumnType.Char(20)).Column(row => row.Size, ColumnType.Decimal(6, 2))));
        await using IWarehouse warehouse = await store.OpenAsync(model);
        RoomRow red = new("' OR '1' = '1", 2, Day(1).AddTicks(19), 12.5m, new Guid("01234567-89ab-cdef-0123-456789abcdef"), "red");
        await warehouse.LoadAsync(room, [red, red with { House = "other" }], new LoadOptions { AsOf = Day(1) });
        await warehouse.LoadAsync(room, [red with { Colour = "blue" }], new LoadOptions { AsOf = Day(2) });

        var history = await warehouse.HistoryOfAsync<RoomVersion>(room, [red.House + "  ", (short)2, red.OpenedAt, 12.50m, red.Token]);
        var none = await warehouse.HistoryOfAsync<RoomVersion>(room, ["' OR '1' = '1' --", 2, red.OpenedAt, 12.5m, red.Token]);

        history.Should().Equal(new RoomVersion(1, "red"), new RoomVersion(2, "blue"));
        none.Should().BeEmpty();
    }

    [Fact]
    public async Task A_key_that_does_not_fit_is_refused_without_its_value()
    {
        var shop = new VerifiedShop();
        await using IWarehouse warehouse = await store.OpenAsync(shop.Model);

        var tooMany = await Assert.ThrowsAsync<ArgumentException>(() => warehouse.HistoryOfAsync<CustomerVersion>(shop.Customer, [1, 2]));
        var wrong = await Assert.ThrowsAsync<ArgumentException>(() => warehouse.HistoryOfAsync<CustomerVersion>(shop.Customer, "secret"));
        var missing = await Assert.ThrowsAsync<ArgumentException>(() => warehouse.HistoryOfAsync<CustomerVersion>(shop.Customer, [null!]));
        var unknown = await Assert.ThrowsAsync<ArgumentException>(() => warehouse.HistoryOfAsync<WrongVersion>(shop.Customer, 1));
        var foreign = await Assert.ThrowsAsync<ArgumentException>(() => warehouse.HistoryOfAsync<CustomerVersion>(new VerifiedShop().Customer, 1));

        tooMany.Message.Should().StartWith("2 values are given; the natural key of business.dim_customer has 1: customer_id.");
        wrong.Message.Should().StartWith("The key column customer_id of business.dim_customer is integer; a String was given.");
        missing.Message.Should().StartWith("The key column customer_id of business.dim_customer is integer; NULL was given.");
        unknown.Message.Should().StartWith("WrongVersion.ShoeSize names no column of business.dim_customer; it has customer_key, customer_id, email, city,");
        foreign.Message.Should().Contain("is not a table of the model");
    }

    private async Task<IWarehouse> OpenAsync(VerifiedShop shop)
    {
        IWarehouse warehouse = await store.OpenAsync(shop.Model);
        await shop.LoadAsync(warehouse);
        return warehouse;
    }

    private sealed record TownRow(string Name, string Mayor);

    private sealed record WideTownRow(string Name, string Mayor, string? Region);

    private sealed record HostileRow(string Id, DateTime AsOf, DateTime At);

    private sealed record RoomRow(string House, int Floor, DateTime OpenedAt, decimal Size, Guid Token, string Colour);

    public sealed record HostileVersion(DateTime AsOf, DateTime? To);

    public sealed record CustomerVersion(int Version, string City, DateTime ValidFrom, DateTime? ValidTo, bool IsCurrent);

    public sealed record RoomVersion(int Version, string Colour);

    public sealed record WrongVersion(int Version, int ShoeSize);

    public sealed class LooseVersion
    {
        public int CustomerId { get; set; }

        public string? City { get; set; }

        public bool IsInferred { get; set; }
    }
}
