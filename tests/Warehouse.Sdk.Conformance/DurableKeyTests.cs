using static Warehouse.Sdk.Conformance.KeyedShop;
using static Warehouse.Sdk.Conformance.Shop;

namespace Warehouse.Sdk.Conformance;

/// <summary>Type 7: a member has one key for life; facts that carry it reach what the member is like now.</summary>
public abstract class DurableKeyTests<TStore>(TStore store) : IClassFixture<TStore>
    where TStore : WarehouseTestStore
{
    private const string Versions = "SELECT customer_key, customer_durable_key, customer_id, city, valid_from, valid_to FROM business.dim_customer WHERE customer_key > 0 ORDER BY customer_id, version";

    [Theory]
    [InlineData(LateEvents.Split)]
    [InlineData(LateEvents.Reconcile)]
    public async Task A_member_keeps_its_key_over_versions_gaps_and_late_events(LateEvents policy)
    {
        var shop = new KeyedShop(policy);
        await using IWarehouse warehouse = await store.OpenAsync(shop.Model);
        await shop.LoadAsync(warehouse, KeyedShop.Lives(1, "A", 2), KeyedShop.Lives(2, "Z", 2));
        await shop.LoadAsync(warehouse, KeyedShop.Lives(1, "B", 10), Gone(1, 15));
        await shop.LoadAsync(warehouse, KeyedShop.Lives(1, "B", 20));
        await shop.LoadAsync(warehouse, KeyedShop.Lives(1, "C", 5), KeyedShop.Lives(1, "D", 1));
        await warehouse.ExpectAsync(Versions, """
            customer_key | customer_durable_key | customer_id | city | valid_from | valid_to
            $5           | $1                   | 1           | D    | 2024-01-01 | 2024-01-02
            $1           | $1                   | 1           | A    | 2024-01-02 | 2024-01-05
            $6           | $1                   | 1           | C    | 2024-01-05 | 2024-01-10
            $3           | $1                   | 1           | B    | 2024-01-10 | 2024-01-15
            $4           | $1                   | 1           | B    | 2024-01-20 | NULL
            $2           | $2                   | 2           | Z    | 2024-01-02 | NULL
            """);
        await warehouse.ExpectAsync("SELECT customer_key, customer_durable_key, city, current_city FROM business.dim_customer WHERE customer_key < 0 ORDER BY customer_key DESC", """
            customer_key | customer_durable_key | city           | current_city
            -1           | -1                   | Unknown        | Unknown
            -2           | -2                   | Not applicable | Not applicable
            """);
    }

    [Theory]
    [InlineData(LateEvents.Split)]
    [InlineData(LateEvents.Reconcile)]
    [InlineData(LateEvents.Reject)]
    public async Task Facts_tell_what_was_and_what_is_and_re_pointing_keeps_the_durable_key(LateEvents policy)
    {
        var shop = new KeyedShop(policy);
        await using IWarehouse warehouse = await store.OpenAsync(shop.Model);
        await shop.LoadAsync(warehouse, KeyedShop.Lives(1, "A", 1));
        await LoadAsync(warehouse, shop.Payment, Paid(1, 3, 1), Paid(2, 12, 2), Paid(3, 12, 3, customer: 9), Paid(4, 12, 4, customer: null));
        await LoadAsync(warehouse, shop.Visit, Paid(1, 3, 0), Paid(2, 3, 0, customer: 9));
        string durable = await warehouse.DrawAsync("SELECT payment_id, customer_durable_key FROM business.fact_payment ORDER BY payment_id");

        LoadReport report = await shop.LoadAsync(warehouse, KeyedShop.Lives(1, "B", 10));

        report.Counts.Repointed.Should().Be(1);
        (await warehouse.DrawAsync("SELECT payment_id, customer_durable_key FROM business.fact_payment ORDER BY payment_id")).Should().Be(durable);
        await warehouse.ExpectAsync(ThenAndNow, """
            payment_id | city_then | city_now | is_current
            1          | A         | B        | true
            2          | B         | B        | true
            3          | Unknown   | Unknown  | true
            4          | Unknown   | Unknown  | true
            """);
        await warehouse.ExpectAsync("SELECT visit.payment_id, present.city FROM business.fact_visit AS visit JOIN business.dim_customer_current AS present USING (customer_durable_key) ORDER BY 1", """
            payment_id | city
            1          | B
            2          | Unknown
            """);
        (await warehouse.LoadAsync(shop.Payment, [Paid(1, 3, 1), Paid(2, 12, 2)])).Outcome.Should().Be(LoadOutcome.NothingChanged);
    }

    [Theory]
    [InlineData(LateEvents.Split, Absent.Ignore)]
    [InlineData(LateEvents.Reconcile, Absent.Ignore)]
    [InlineData(LateEvents.Split, Absent.MarkDeleted)]
    public async Task T24_a_deleted_member_is_found_by_its_durable_key(LateEvents policy, Absent absent)
    {
        var shop = new KeyedShop(policy, more: d => d.WhenAbsent(absent));
        await using IWarehouse warehouse = await store.OpenAsync(shop.Model);
        await shop.LoadAsync(warehouse, KeyedShop.Lives(1, "A", 1), KeyedShop.Lives(1, "B", 10), KeyedShop.Lives(2, "Z", 1));
        await LoadAsync(warehouse, shop.Payment, Paid(1, 3, 1), Paid(2, 12, 2, customer: 2));
        await shop.LoadAsync(warehouse, Gone(1, 20));
        bool isMarked = absent == Absent.MarkDeleted;
        await warehouse.ExpectAsync(ThenAndNow, $"""
            payment_id | city_then | city_now | is_current
            1          | A         | B        | {(isMarked ? "true" : "false")}
            2          | Z         | Z        | true
            """);
        await warehouse.ExpectAsync($"SELECT customer_id, city, valid_to, {(isMarked ? "is_deleted" : "NOT is_current AS is_deleted")} FROM business.dim_customer_current WHERE customer_key > 0 ORDER BY customer_id", $"""
            customer_id | city | valid_to                             | is_deleted
            1           | B    | {(isMarked ? "NULL" : "2024-01-20")} | true
            2           | Z    | NULL                                 | false
            """);
        await warehouse.ExpectAsync("SELECT count(*) AS members FROM business.dim_customer_asof(TIMESTAMP '2024-01-25') WHERE customer_key > 0", "members\n1");
    }

    [Theory]
    [InlineData(LateEvents.Split)]
    [InlineData(LateEvents.Reconcile)]
    public async Task Inferred_members_have_a_durable_key_from_the_start(LateEvents policy)
    {
        var shop = new KeyedShop(policy, UnknownMember.InferMember);
        await using IWarehouse warehouse = await store.OpenAsync(shop.Model);
        await LoadAsync(warehouse, shop.Payment, Paid(1, 5, 1), Paid(2, 12, 2));
        await LoadAsync(warehouse, shop.Visit, Paid(1, 5, 0, customer: 7));
        await warehouse.ExpectAsync("SELECT customer_id, is_inferred, change_reason, customer_key = customer_durable_key AS is_own FROM business.dim_customer WHERE customer_key > 0 ORDER BY customer_id", """
            customer_id | is_inferred | change_reason | is_own
            1           | true        | inferred      | true
            7           | true        | inferred      | true
            """);

        LoadReport report = await shop.LoadAsync(warehouse, KeyedShop.Lives(1, "A", 8));

        report.Counts.Should().Be(new LoadCounts { Read = 1, Resolved = 1 });
        await warehouse.ExpectAsync("SELECT customer_id, city, current_city, is_inferred, change_reason, valid_from FROM business.dim_customer WHERE customer_id = 1", """
            customer_id | city | current_city | is_inferred | change_reason | valid_from
            1           | A    | A            | false       | new           | 2024-01-05
            """);
        await shop.LoadAsync(warehouse, KeyedShop.Lives(1, "B", 10));
        await warehouse.ExpectAsync(ThenAndNow, """
            payment_id | city_then | city_now | is_current
            1          | A         | B        | true
            2          | B         | B        | true
            """);
        // A delete is all that is known of the other: the placeholder stays one.
        await shop.LoadAsync(warehouse, Gone(7, 28));
        await shop.LoadAsync(warehouse, KeyedShop.Lives(7, "C", 30));
        (await warehouse.VerifyAsync()).IsSound.Should().BeTrue();
        await warehouse.ExpectAsync("SELECT count(DISTINCT customer_durable_key) AS durable_keys FROM business.dim_customer WHERE customer_id = 7", "durable_keys\n1");
    }

    [Theory]
    [InlineData(LateEvents.Split, false, 1)]
    [InlineData(LateEvents.Reconcile, false, 2)]
    [InlineData(LateEvents.Split, true, 3)]
    [InlineData(LateEvents.Reconcile, true, 4)]
    public async Task Whatever_comes_when_every_fact_has_the_keys_of_its_member(LateEvents policy, bool separateHistory, int seed)
    {
        var random = new Random(seed);
        var shop = new KeyedShop(policy, UnknownMember.InferMember, separateHistory: separateHistory);
        await using IWarehouse warehouse = await store.OpenAsync(shop.Model);
        Dictionary<int, long> durable = [];
        HashSet<(int, int)> told = [];
        for (int round = 0; round < 6; round++)
        {
            KeyedCustomerRow[] customers =
            [
                .. from row in Enumerable.Range(0, 8)
                   let customer = random.Next(1, 6)
                   let day = random.Next(1, 29)
                   where told.Add((customer, day))
                   select random.Next(5) == 0 ? Gone(customer, day) : KeyedShop.Lives(customer, "ABC"[random.Next(3)].ToString(), day),
            ];
            await shop.LoadAsync(warehouse, customers);
            PaymentRow[] payments = [.. Enumerable.Range(round * 10, 10).Select(payment => Paid(payment, random.Next(1, 31), payment, random.Next(1, 8)))];
            await LoadAsync(warehouse, shop.Payment, payments);
            await LoadAsync(warehouse, shop.Visit, payments);

            foreach (var (customer, key) in await warehouse.QueryAsync<(int, long)>($"SELECT DISTINCT customer_id, customer_durable_key FROM {ScdInvariants.Table(shop.Customer)} WHERE customer_key > 0"))
            {
                durable.TryAdd(customer, key);
                durable[customer].Should().Be(key, "a member has one key for life");
            }
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_member_that_never_was_leaves_its_facts_at_unknown(bool separateHistory)
    {
        var shop = new KeyedShop(LateEvents.Reconcile, separateHistory: separateHistory, sequenced: true);
        await using IWarehouse warehouse = await store.OpenAsync(shop.Model);
        await shop.LoadAsync(warehouse, KeyedShop.Lives(1, "A", 1) with { Lsn = 1 }, KeyedShop.Lives(2, "Z", 1) with { Lsn = 1 });
        await LoadAsync(warehouse, shop.Payment, Paid(1, 3, 1), Paid(2, 3, 2, customer: 2));
        await LoadAsync(warehouse, shop.Visit, Paid(1, 3, 0), Paid(2, 3, 0, customer: 2));
        await shop.LoadAsync(warehouse, Gone(1, 1) with { Lsn = 2 });
        await warehouse.ExpectAsync("SELECT payment.payment_id, customer_key, payment.customer_durable_key, visit.customer_durable_key AS visitor FROM business.fact_payment AS payment JOIN business.fact_visit AS visit USING (payment_id) ORDER BY 1", """
            payment_id | customer_key | customer_durable_key | visitor
            1          | -1           | -1                   | -1
            2          | 2            | 2                    | 2
            """);
        await shop.LoadAsync(warehouse, KeyedShop.Lives(1, "A", 5) with { Lsn = 3 });
        (await warehouse.QueryAsync<long>($"SELECT customer_durable_key FROM {ScdInvariants.Table(shop.Customer)} WHERE customer_id = 1")).Should().Equal(3);
    }

    [Fact]
    public async Task A_durable_key_of_another_member_is_found()
    {
        var shop = new KeyedShop();
        await using IWarehouse warehouse = await store.OpenAsync(shop.Model);
        await shop.LoadAsync(warehouse, KeyedShop.Lives(1, "A", 1), KeyedShop.Lives(2, "Z", 1), KeyedShop.Lives(3, "Y", 1));
        await LoadAsync(warehouse, shop.Payment, Paid(1, 3, 1));
        await LoadAsync(warehouse, shop.Visit, Paid(1, 3, 0));
        await warehouse.QueryAsync<int>("UPDATE business.fact_payment SET customer_durable_key = (SELECT customer_durable_key FROM business.dim_customer WHERE customer_id = 2)");
        await warehouse.QueryAsync<int>("UPDATE business.fact_visit SET customer_durable_key = 77");
        await warehouse.QueryAsync<int>("UPDATE business.dim_customer SET customer_durable_key = (SELECT customer_durable_key FROM business.dim_customer WHERE customer_id = 2) WHERE customer_id = 3");
        VerifyReport report = await warehouse.VerifyAsync();
        report.Findings.Select(finding => $"{finding.Table}: {finding.Rule}: {finding.Member}").Should().Equal(
            "business.dim_customer: durable-keys: customer_id = 2; customer_id = 3",
            "business.fact_payment: durable-links: payment_id = 1",
            "business.fact_visit: member-links: payment_id = 1");
    }
}
