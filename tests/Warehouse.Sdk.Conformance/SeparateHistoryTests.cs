using static Warehouse.Sdk.Conformance.KeyedShop;
using static Warehouse.Sdk.Conformance.Shop;

namespace Warehouse.Sdk.Conformance;

/// <summary>Type 4: one row per member in the dimension's table, all versions in a table beside it.</summary>
public abstract class SeparateHistoryTests<TStore>(TStore store) : IClassFixture<TStore>
    where TStore : WarehouseTestStore
{
    private const string Members = "SELECT customer_durable_key, customer_id, city, valid_from, valid_to, is_current, version, change_reason FROM business.dim_customer WHERE customer_durable_key > 0 ORDER BY customer_id";
    private const string History = "SELECT customer_durable_key, customer_id, city, current_city, valid_from, valid_to, version FROM business.dim_customer_history WHERE customer_key > 0 ORDER BY customer_id, version";

    [Theory]
    [InlineData(LateEvents.Split)]
    [InlineData(LateEvents.Reconcile)]
    [InlineData(LateEvents.Reject)]
    public async Task The_dimension_holds_the_last_version_of_each_member_and_the_history_all(LateEvents policy)
    {
        var shop = new KeyedShop(policy, separateHistory: true);
        await using IWarehouse warehouse = await store.OpenAsync(shop.Model);
        await shop.LoadAsync(warehouse, KeyedShop.Lives(1, "A", 1), KeyedShop.Lives(2, "Z", 1));
        await shop.LoadAsync(warehouse, KeyedShop.Lives(1, "B", 10), Gone(2, 12));
        await warehouse.ExpectAsync(Members, """
            customer_durable_key | customer_id | city | valid_from | valid_to   | is_current | version | change_reason
            $1                   | 1           | B    | 2024-01-10 | NULL       | true       | 2       | city
            $2                   | 2           | Z    | 2024-01-01 | 2024-01-12 | false      | 1       | new
            """);
        await warehouse.ExpectAsync(History, """
            customer_durable_key | customer_id | city | current_city | valid_from | valid_to   | version
            $1                   | 1           | A    | B            | 2024-01-01 | 2024-01-10 | 1
            $1                   | 1           | B    | B            | 2024-01-10 | NULL       | 2
            $2                   | 2           | Z    | Z            | 2024-01-01 | 2024-01-12 | 1
            """);
        (await warehouse.LoadAsync(shop.Customer, [KeyedShop.Lives(1, "B", 10)])).Outcome.Should().Be(LoadOutcome.NothingChanged);
    }

    [Theory]
    [InlineData(LateEvents.Split)]
    [InlineData(LateEvents.Reconcile)]
    public async Task A_late_event_goes_into_the_history_and_changes_the_member_where_it_is_the_last(LateEvents policy)
    {
        var shop = new KeyedShop(policy, separateHistory: true);
        await using IWarehouse warehouse = await store.OpenAsync(shop.Model);
        await shop.LoadAsync(warehouse, KeyedShop.Lives(1, "A", 1), KeyedShop.Lives(1, "C", 20), Gone(1, 25));
        await shop.LoadAsync(warehouse, KeyedShop.Lives(1, "B", 10));
        await shop.LoadAsync(warehouse, KeyedShop.Lives(1, "D", 22));
        await warehouse.ExpectAsync(Members, """
            customer_durable_key | customer_id | city | valid_from | valid_to   | is_current | version | change_reason
            $1                   | 1           | D    | 2024-01-22 | 2024-01-25 | false      | 4       | city
            """);
    }

    [Theory]
    [InlineData(LateEvents.Split)]
    [InlineData(LateEvents.Reconcile)]
    public async Task Facts_link_to_the_history_as_of_their_time_or_to_the_member(LateEvents policy)
    {
        var shop = new KeyedShop(policy, UnknownMember.InferMember, separateHistory: true);
        await using IWarehouse warehouse = await store.OpenAsync(shop.Model);
        await shop.LoadAsync(warehouse, KeyedShop.Lives(1, "A", 1));
        await LoadAsync(warehouse, shop.Payment, Paid(1, 3, 1), Paid(2, 12, 2), Paid(3, 12, 3, customer: 9));
        await LoadAsync(warehouse, shop.Visit, Paid(1, 3, 0), Paid(2, 3, 0, customer: 8), Paid(3, 3, 0, customer: null));
        await shop.LoadAsync(warehouse, KeyedShop.Lives(1, "B", 10), KeyedShop.Lives(8, "H", 10));
        const string Joined = """
            SELECT payment.payment_id, past.city AS city_then, present.city AS city_now, present.is_inferred
            FROM business.fact_payment AS payment
            JOIN business.dim_customer_history AS past ON past.customer_key = payment.customer_key
            JOIN business.dim_customer AS present ON present.customer_durable_key = payment.customer_durable_key
            ORDER BY payment.payment_id
            """;
        await warehouse.ExpectAsync(Joined, """
            payment_id | city_then | city_now | is_inferred
            1          | A         | B        | false
            2          | B         | B        | false
            3          | NULL      | NULL     | true
            """);
        await warehouse.ExpectAsync("SELECT visit.payment_id, present.customer_id, present.city FROM business.fact_visit AS visit JOIN business.dim_customer AS present USING (customer_durable_key) ORDER BY 1", """
            payment_id | customer_id | city
            1          | 1           | B
            2          | 8           | H
            3          | NULL        | Unknown
            """);
    }

    [Fact]
    public async Task Marked_and_absent_members_keep_their_row_and_versions_are_read_from_the_history()
    {
        Dimension<CustomerRow> customer = null!;
        var model = DimensionalModel.Create("shop", m => customer = m.Dimension<CustomerRow>("dim_customer", d => d
            .NaturalKey(row => row.CustomerId).Type2(row => row.City).EffectiveFrom(row => row.ChangedAt).SeparateHistory().WhenAbsent(Absent.MarkDeleted, maxExpireFraction: 1)));
        await using IWarehouse warehouse = await store.OpenAsync(model);
        await LoadAsync(Shop.Lives(1, "A", 1), Shop.Lives(2, "Z", 1));
        await LoadAsync(Shop.Lives(2, "Y", 10));
        await warehouse.ExpectAsync("SELECT customer_id, city, version, is_deleted FROM business.dim_customer WHERE customer_durable_key > 0 ORDER BY customer_id", """
            customer_id | city | version | is_deleted
            1           | A    | 2       | true
            2           | Y    | 2       | false
            """);
        (await warehouse.HistoryOfAsync<CustomerVersion>(customer, [2])).Should().Equal(new CustomerVersion("Z", 1), new CustomerVersion("Y", 2));
        await warehouse.ExpectAsync("SELECT customer_id, city FROM business.dim_customer_asof(TIMESTAMP '2024-01-05') WHERE customer_key > 0 ORDER BY customer_id", """
            customer_id | city
            1           | A
            2           | Z
            """);

        async Task LoadAsync(params CustomerRow[] rows)
        {
            await warehouse.LoadAsync(customer, Source.Rows(rows), ScdEvent.Snapshot(10));
            (await warehouse.VerifyAsync()).IsSound.Should().BeTrue();
        }
    }

    [Fact]
    public async Task A_row_that_does_not_say_what_the_last_version_says_is_found()
    {
        var shop = new KeyedShop(separateHistory: true);
        await using IWarehouse warehouse = await store.OpenAsync(shop.Model);
        await shop.LoadAsync(warehouse, KeyedShop.Lives(1, "A", 1), KeyedShop.Lives(2, "Z", 1), KeyedShop.Lives(3, "Y", 1));
        await warehouse.QueryAsync<int>("UPDATE business.dim_customer SET city = 'x' WHERE customer_id = 1");
        await warehouse.QueryAsync<int>("DELETE FROM business.dim_customer WHERE customer_id = 2");
        await warehouse.QueryAsync<int>("UPDATE business.dim_customer SET customer_durable_key = 99 WHERE customer_id = 3");
        (await warehouse.VerifyAsync()).Findings.Select(finding => $"{finding.Rule}: {finding.Member}: {finding.Detail}").Should().Equal(
            "member-rows: customer_id = 1: they differ in city",
            "member-rows: customer_id = 2: the member has versions and no row",
            "member-rows: customer_id = 3: the member has versions and no row",
            "member-rows: customer_id = 3: the member has a row and no version");
    }

    [Fact]
    public async Task Deploying_again_changes_nothing_and_both_tables_grow_together()
    {
        string database = await store.CreateDatabaseAsync();
        var shop = new KeyedShop(separateHistory: true);
        await using (IWarehouse warehouse = store.Open(database, shop.Model))
        {
            (await warehouse.DeployAsync()).CreatedTables.Select(table => table.ToString()).Should().Equal("business.dim_customer", "business.fact_payment", "business.fact_visit", "business.dim_customer_history");
            (await warehouse.DeployAsync()).IsUnchanged.Should().BeTrue();
            await shop.LoadAsync(warehouse, KeyedShop.Lives(1, "A", 1));
        }

        Dimension<Wider> wider = null!;
        await using IWarehouse after = store.Open(database, DimensionalModel.Create("keyed shop", model => wider = model.Dimension<Wider>("dim_customer", d => d
            .NaturalKey(row => row.CustomerId).Type6(row => row.City).Type1(row => row.Email).EffectiveFrom(row => row.ChangedAt).Operation(row => row.Op).RecordChangeReason().SeparateHistory())));
        (await after.DeployAsync()).AddedColumns.Should().Equal("business.dim_customer.email", "business.dim_customer_history.email");
        await after.LoadAsync(wider, [new(1, "A", "x", Day(2), null)]);
        (await after.VerifyAsync()).IsSound.Should().BeTrue();
        await after.ExpectAsync("SELECT customer_id, email FROM business.dim_customer WHERE customer_durable_key > 0", "customer_id | email\n1 | x");
    }

    private sealed record CustomerVersion(string City, int Version);

    private sealed record Wider(int CustomerId, string? City, string? Email, DateTime ChangedAt, string? Op);
}
