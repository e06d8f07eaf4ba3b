using System.Data.Common;
using Microsoft.Extensions.Time.Testing;
using Warehouse.Sdk.Providers;
using static Warehouse.Sdk.Conformance.Shop;

namespace Warehouse.Sdk.Conformance;

/// <summary>A sound warehouse has no findings, and each rule finds what was broken by hand, and nothing else.</summary>
public abstract class VerificationTests<TStore>(TStore store) : IClassFixture<TStore>
    where TStore : WarehouseTestStore
{
    [Fact]
    public async Task I06_A_sound_warehouse_has_no_findings_and_lists_the_members_that_wait_for_their_rows()
    {
        var shop = new VerifiedShop();
        await using IWarehouse warehouse = await store.OpenAsync(shop.Model, new FakeTimeProvider(new DateTimeOffset(Day(25), TimeSpan.Zero)));
        await shop.LoadAsync(warehouse);
        string before = await warehouse.OfAllAsync();

        VerifyReport report = await warehouse.VerifyAsync();

        report.IsSound.Should().BeTrue(report.ToString());
        report.Findings.Should().BeEmpty();
        report.ToString().Should().Be($"""
            shop: {report.Rules.Count} rules, no findings
            worth knowing:
            rule             | table                 | member          | keys | detail
            inferred-members | business.dim_customer | customer_id = 9 | 6    | inferred by load 6 of 2024-01-25 00:00:00, waited for by facts: 1
            """);
        report.Rules.Select(rule => rule.Table).Distinct().Should().Equal(shop.Model.Tables.Select(table => table.Name.ToString()), "every table has rules");
        report.Script.Statements.Should().HaveCount(report.Rules.Count + 1, "the dimension that facts link to tells what they inferred");
        (await warehouse.OfAllAsync()).Should().Be(before);
    }

    [Fact]
    public async Task An_empty_warehouse_is_sound()
    {
        await using IWarehouse warehouse = await store.OpenAsync(new VerifiedShop().Model);

        (await warehouse.VerifyAsync()).IsSound.Should().BeTrue();
    }

    [Fact]
    public Task Versions_that_overlap() => ExpectAsync("""
        rule     | table                 | member          | keys | detail
        overlaps | business.dim_customer | customer_id = 1 | 1, 4 | version 1 still holds where version 2 begins
        """, "UPDATE business.dim_customer SET valid_to = TIMESTAMP '2024-01-12' WHERE customer_key = 1");

    [Fact]
    public Task Versions_that_never_end_before_the_next() => ExpectAsync("""
        rule             | table                 | member          | keys | detail
        current-versions | business.dim_customer | customer_id = 1 | 1    | version 1 is open and not current
        overlaps         | business.dim_customer | customer_id = 1 | 1, 4 | version 1 still holds where version 2 begins
        """, "UPDATE business.dim_customer SET valid_to = NULL WHERE customer_key = 1");

    [Fact]
    public Task Versions_that_are_empty() => ExpectAsync("""
        rule      | table                 | member          | keys | detail
        intervals | business.dim_customer | customer_id = 2 | 2    | version 1 ends where it begins
        """, "UPDATE business.dim_customer SET valid_from = TIMESTAMP '2024-01-12' WHERE customer_key = 2");

    [Fact]
    public Task Versions_that_end_before_they_begin() => ExpectAsync("""
        rule      | table                 | member          | keys | detail
        intervals | business.dim_customer | customer_id = 2 | 2    | version 1 ends before it begins
        """, "UPDATE business.dim_customer SET valid_to = TIMESTAMP '2024-01-01' WHERE customer_key = 2");

    [Fact]
    public Task An_open_version_that_is_not_current() => ExpectAsync("""
        rule             | table                 | member          | keys | detail
        current-versions | business.dim_customer | customer_id = 1 | 4    | version 2 is open and not current
        """, "UPDATE business.dim_customer SET is_current = FALSE WHERE customer_key = 4");

    [Fact]
    public Task A_current_version_that_has_an_end() => ExpectAsync("""
        rule             | table                 | member          | keys | detail
        current-versions | business.dim_customer | customer_id = 2 | 5    | version 2 is current and has an end
        """, "UPDATE business.dim_customer SET valid_to = TIMESTAMP '2024-01-25' WHERE customer_key = 5");

    [Fact]
    public Task Two_current_versions_of_one_member() => ExpectWhereKeysAllowAsync("""
        rule                   | table                 | member          | keys | detail
        current-versions       | business.dim_customer | customer_id = 2 | 2    | version 1 is current and has an end
        single-current-version | business.dim_customer | customer_id = 2 | 2, 5 | 2 versions are current
        """, "UPDATE business.dim_customer SET is_current = TRUE WHERE customer_key = 2", "DROP INDEX business.dim_customer_current_idx");

    [Fact]
    public Task Versions_that_say_the_same_as_the_one_before() => ExpectAsync("""
        rule              | table                 | member          | keys | detail
        repeated-versions | business.dim_customer | customer_id = 1 | 1, 4 | version 2 says the same as version 1
        """, "UPDATE business.dim_customer SET city = 'Aarhus' WHERE customer_key = 4");

    [Fact]
    public Task Versions_that_are_not_numbered_in_order() => ExpectAsync("""
        rule            | table                 | member          | keys | detail
        version-numbers | business.dim_customer | customer_id = 1 | 4    | version 7 stands in place 2
        """, "UPDATE business.dim_customer SET version = 7 WHERE customer_key = 4");

    [Fact]
    public Task Versions_that_differ_in_an_overwritten_attribute() => ExpectAsync("""
        rule               | table                 | member          | keys | detail
        overwritten-values | business.dim_customer | customer_id = 1 | 1, 4 | they differ in email
        overwritten-values | business.dim_customer | customer_id = 2 | 2, 5 | they differ in email
        """, "UPDATE business.dim_customer SET email = 'someone@example.org' WHERE customer_key = 1", "UPDATE business.dim_customer SET email = NULL WHERE customer_key = 5");

    [Fact]
    public Task Members_without_a_natural_key() => ExpectAsync("""
        rule         | table                 | member             | keys | detail
        natural-keys | business.dim_customer | customer_id = NULL | 6    | NULL in the natural key
        """, "UPDATE business.dim_customer SET customer_id = NULL WHERE customer_key = 6");

    [Fact]
    public Task Surrogate_keys_that_are_given_twice() => ExpectWhereKeysAllowAsync("""
        rule           | table                 | member                            | keys | detail
        surrogate-keys | business.dim_customer | customer_id = 3; customer_id = 33 | 3    | 2 rows have it
        """, """
        INSERT INTO business.dim_customer (customer_key, customer_id, email, city, valid_from, valid_to, is_current, version, changed_at, is_inferred, load_id)
        SELECT customer_key, 33, email, city, valid_from, valid_to, is_current, version, changed_at, is_inferred, load_id
        FROM business.dim_customer
        WHERE customer_key = 3
        """, "ALTER TABLE business.dim_customer DROP CONSTRAINT dim_customer_pkey");

    [Fact]
    public Task Surrogate_keys_above_the_counter() => ExpectAsync("""
        rule                  | table                 | member          | keys | detail
        surrogate-key-counter | business.dim_customer | customer_id = 9 | 6    | the last key given is 5
        surrogate-key-counter | business.dim_tag      | tag_id = 1      | 1    | the last key given is not known
        surrogate-key-counter | business.dim_tag      | tag_id = 2      | 2    | the last key given is not known
        """, "UPDATE warehouse.surrogate_key SET last_key = 5 WHERE target = 'business.dim_customer'", "DELETE FROM warehouse.surrogate_key WHERE target = 'business.dim_tag'");

    [Fact]
    public Task Default_members_that_are_gone_or_no_longer_what_they_were() => ExpectAsync("""
        rule            | table                 | member           | keys | detail
        default-members | business.dim_customer |                  | -7   | is no key of a member and none of a default member
        default-members | business.dim_customer | Not applicable   | -2   | is missing
        default-members | business.dim_customer | Unknown          | -1   | was changed in city, is_current
        default-members | business.dim_date     | Not happened yet | -4   | is missing
        default-members | business.dim_date     | Unknown          | -1   | was changed in year
        """,
        "UPDATE business.dim_customer SET customer_key = -7 WHERE customer_key = -2",
        "UPDATE business.dim_customer SET city = 'Nowhere', is_current = FALSE WHERE customer_key = -1",
        "DELETE FROM business.dim_date WHERE date_key = -4",
        "UPDATE business.dim_date SET year = 1 WHERE date_key = -1");

    [Fact]
    public Task A_gap_that_nothing_in_the_model_explains() => ExpectOfMovesAsync("""
        rule            | table                 | member          | keys | detail
        unexplained-gaps | business.dim_customer | customer_id = 1 | 1    | version 1 ends before the next begins
        unexplained-gaps | business.dim_customer | customer_id = 2 | 2    | version 1 has an end and is the last
        """,
        "UPDATE business.dim_customer SET valid_to = TIMESTAMP '2024-01-08' WHERE customer_key = 1",
        "UPDATE business.dim_customer SET valid_to = TIMESTAMP '2024-01-08', is_current = FALSE WHERE customer_key = 2");

    [Fact]
    public async Task Keys_that_are_NULL()
    {
        var shop = new VerifiedShop();
        await using IWarehouse warehouse = await OpenAsync(shop);
        const string Break = "UPDATE business.fact_payment SET customer_key = NULL WHERE payment_id = 1";

        await Assert.ThrowsAnyAsync<DbException>(() => warehouse.QueryAsync<dynamic>(Break));
        await warehouse.QueryAsync<dynamic>("ALTER TABLE business.fact_payment ALTER COLUMN customer_key DROP NOT NULL");

        await ExpectAsync(warehouse, """
            rule         | table                 | member         | keys | detail
            missing-keys | business.fact_payment | payment_id = 1 |      | NULL in customer_key
            """, Break);
    }

    [Fact]
    public Task Dates_that_meet_no_day() => ExpectAsync("""
        rule       | table                 | member         | keys     | detail
        date-links | business.fact_payment | payment_id = 1 | 19990101 | date_key meets 0 rows of business.dim_date
        """, "UPDATE business.fact_payment SET date_key = 19990101 WHERE payment_id = 1");

    [Fact]
    public Task Facts_that_meet_no_member() => ExpectAsync("""
        rule         | table                 | member         | keys | detail
        member-links | business.fact_payment | payment_id = 1 | 99   | customer_key meets 0 rows of business.dim_customer
        """, "UPDATE business.fact_payment SET customer_key = 99 WHERE payment_id = 1");

    [Fact]
    public Task Facts_that_meet_two_rows() => ExpectWhereKeysAllowAsync("""
        rule           | table                 | member                            | keys | detail
        surrogate-keys | business.dim_customer | customer_id = 9; customer_id = 99 | 6    | 2 rows have it
        member-links   | business.fact_payment | payment_id = 5                    | 6    | customer_key meets 2 rows of business.dim_customer
        """, """
        INSERT INTO business.dim_customer (customer_key, customer_id, email, city, valid_from, valid_to, is_current, version, changed_at, is_inferred, load_id)
        SELECT customer_key, 99, email, city, valid_from, valid_to, is_current, version, changed_at, is_inferred, load_id
        FROM business.dim_customer
        WHERE customer_key = 6
        """, "ALTER TABLE business.dim_customer DROP CONSTRAINT dim_customer_pkey");

    [Fact]
    public Task Facts_that_meet_a_version_of_another_time() => ExpectAsync("""
        rule          | table                 | member         | keys | detail
        version-links | business.fact_payment | payment_id = 1 | 4    | customer_key meets version 2 of customer_id = 1, which was not valid at its paid_at
        version-links | business.fact_payment | payment_id = 2 | 1    | customer_key meets version 1 of customer_id = 1, which was not valid at its paid_at
        version-links | business.fact_payment | payment_id = 5 | 6    | customer_key meets version 1 of customer_id = 9, which was not valid at its paid_at
        """,
        "UPDATE business.fact_payment SET customer_key = 4 WHERE payment_id = 1",
        "UPDATE business.fact_payment SET customer_key = 1 WHERE payment_id = 2",
        "UPDATE business.fact_payment SET customer_key = -1 WHERE payment_id = 3",
        "UPDATE business.fact_payment SET paid_at = NULL WHERE payment_id = 5");

    [Fact]
    public Task A_fact_at_the_very_instant_of_a_change_belongs_to_the_new_version() => ExpectAsync("""
        rule          | table                 | member         | keys | detail
        version-links | business.fact_payment | payment_id = 2 | 4    | customer_key meets version 2 of customer_id = 1, which was not valid at its paid_at
        version-links | business.fact_payment | payment_id = 4 | 2    | customer_key meets version 1 of customer_id = 2, which was not valid at its paid_at
        """,
        "UPDATE business.fact_payment SET paid_at = TIMESTAMP '2024-01-09 23:59:59.999999' WHERE payment_id = 2",
        "UPDATE business.fact_payment SET customer_key = 2 WHERE payment_id = 4");

    [Fact]
    public Task Facts_of_one_grain() => ExpectWhereKeysAllowAsync("""
        rule  | table                 | member         | keys | detail
        grain | business.fact_payment | payment_id = 1 |      | 2 rows
        """, "INSERT INTO business.fact_payment SELECT * FROM business.fact_payment WHERE payment_id = 1", "ALTER TABLE business.fact_payment DROP CONSTRAINT fact_payment_pkey");

    [Fact]
    public Task Rows_of_one_key() => ExpectWhereKeysAllowAsync("""
        rule  | table          | member     | keys | detail
        grain | enterprise.tag | tag_id = 2 |      | 2 rows
        """, "INSERT INTO enterprise.tag SELECT * FROM enterprise.tag WHERE tag_id = 2", "ALTER TABLE enterprise.tag DROP CONSTRAINT tag_pkey");

    [Fact]
    public Task Days_that_stand_there_twice() => ExpectWhereKeysAllowAsync("""
        rule  | table             | member              | keys | detail
        grain | business.dim_date | date_key = 20240130 |      | 2 rows
        """, "INSERT INTO business.dim_date SELECT * FROM business.dim_date WHERE date_key = 20240130", "ALTER TABLE business.dim_date DROP CONSTRAINT dim_date_pkey", "DROP INDEX business.dim_date_date_idx");

    [Fact]
    public Task Weights_that_do_not_sum_to_1() => ExpectAsync("""
        rule    | table                        | member          | keys | detail
        weights | business.bridge_customer_tag | customer_id = 1 | 1, 2 | they sum to 0.900000000
        """, "UPDATE business.bridge_customer_tag SET weight = 0.4 WHERE customer_id = 1 AND tag_key = 1");

    [Fact]
    public Task Groups_that_meet_no_member() => ExpectAsync("""
        rule         | table                        | member          | keys | detail
        member-links | business.bridge_customer_tag | customer_id = 1 | 99   | tag_key meets 0 rows of business.dim_tag
        """, "UPDATE business.bridge_customer_tag SET tag_key = 99 WHERE customer_id = 1 AND tag_key = 1");

    [Fact]
    public Task Rows_of_a_load_that_the_ledger_does_not_have() => ExpectAsync("""
        rule     | table                 | member   | keys | detail
        load-ids | landing.tag           | load 1   |      | 2 rows
        load-ids | business.dim_customer | load 888 |      | 1 rows
        load-ids | business.fact_payment | load 777 |      | 2 rows
        """,
        "DELETE FROM warehouse.load WHERE load_id = 1",
        "UPDATE business.dim_customer SET load_id = 888 WHERE customer_key = 1",
        "UPDATE business.fact_payment SET load_id = 777 WHERE payment_id IN (1, 2)");

    [Theory]
    [InlineData("UPDATE warehouse.watermark SET value = '2024-01-19T00:00:00.0000000' WHERE column_name = 'paid_at'", "the watermark is below the greatest value")]
    [InlineData("UPDATE warehouse.watermark SET value = 'long ago' WHERE column_name = 'paid_at'", "the watermark cannot be read")]
    [InlineData("DELETE FROM warehouse.watermark WHERE column_name = 'paid_at'", "the ledger has no watermark")]
    public Task A_watermark_that_is_not_where_the_table_is(string broken, string detail) => ExpectAsync($"""
        rule      | table                 | member  | keys | detail
        watermark | business.fact_payment | paid_at |      | {detail}
        """, broken);

    [Fact]
    public async Task A_watermark_above_the_table_is_sound()
    {
        await using IWarehouse warehouse = await OpenAsync(new VerifiedShop());
        await warehouse.QueryAsync<dynamic>("UPDATE warehouse.watermark SET value = '2024-01-21T00:00:00.0000000' WHERE column_name = 'paid_at'");

        (await warehouse.VerifyAsync()).ToString().Should().Contain("no findings");
    }

    [Fact]
    public async Task Many_findings_are_counted_and_the_first_hundred_are_listed()
    {
        var shop = new Shop();
        await using IWarehouse warehouse = await store.OpenAsync(shop.Model);
        await warehouse.LoadAsync(shop.Payment, Enumerable.Range(1001, 120).Select(payment => Paid(payment, 5, 1, customer: null)));
        await warehouse.QueryAsync<dynamic>("UPDATE business.fact_payment SET customer_key = 99");

        VerifyReport report = await warehouse.VerifyAsync();

        report.Found.Should().Be(120);
        report.Findings.Select(finding => finding.Member).Should().Equal(Enumerable.Range(1001, 100).Select(payment => $"payment_id = {payment}"));
        report.Rules.Single(rule => rule.Found > 0).Should().Be(new VerifiedRule("member-links", "business.fact_payment", "customer_key does not meet exactly one row of business.dim_customer", 120));
        report.ToString().Should().StartWith($"shop: {report.Rules.Count} rules, 120 findings\n").And.EndWith("\n... and 20 more of member-links in business.fact_payment");
    }

    [Fact]
    public async Task So_are_many_members_that_wait_for_their_rows()
    {
        var shop = new Shop(whenUnknown: UnknownMember.InferMember);
        await using IWarehouse warehouse = await store.OpenAsync(shop.Model);
        await warehouse.LoadAsync(shop.Payment, Enumerable.Range(1001, 120).Select(payment => Paid(payment, 5, 1, customer: payment)));

        VerifyReport report = await warehouse.VerifyAsync();

        report.IsSound.Should().BeTrue();
        report.InformationFound.Should().Be(120);
        report.Information.Select(finding => finding.Member).Should().Equal(Enumerable.Range(1001, 100).Select(customer => $"customer_id = {customer}"));
        report.ToString().Should().EndWith("\n... and 20 more");
    }

    [Fact]
    public async Task One_table_is_verified_by_its_own_rules_only()
    {
        var shop = new VerifiedShop();
        await using IWarehouse warehouse = await OpenAsync(shop);
        await warehouse.QueryAsync<dynamic>("UPDATE business.dim_customer SET version = 7 WHERE customer_key = 4");

        VerifyReport dimension = await warehouse.VerifyAsync(shop.Customer);
        VerifyReport fact = await warehouse.VerifyAsync(shop.Payment);

        dimension.Rules.Select(rule => rule.Table).Distinct().Should().Equal("business.dim_customer");
        dimension.ToString().Should().StartWith($"business.dim_customer: {dimension.Rules.Count} rules, 1 finding\n");
        fact.ToString().Should().Be($"business.fact_payment: {fact.Rules.Count} rules, no findings");
        await Assert.ThrowsAsync<ArgumentException>(() => warehouse.VerifyAsync(new VerifiedShop().Customer));
    }

    [Fact]
    public async Task All_rules_see_one_state_of_the_database_and_wait_for_no_load()
    {
        var shop = new VerifiedShop();
        string database = await store.CreateDatabaseAsync();
        await using var provider = new HookedProvider(store.OpenProvider(database));
        var warehouse = new WarehouseClient(provider, shop.Model);
        await warehouse.DeployAsync();
        await shop.LoadAsync(warehouse);
        await using IWarehouse other = store.Open(database, shop.Model);
        provider.BeforeCall = call =>
        {
            // After the first rule of the landing zone, before any of the facts.
            if (call == 4)
                other.LoadAsync(shop.Customer, [new(7, "Thisted", null, Day(21), "I")]).GetAwaiter().GetResult();
            if (call == 5)
                other.QueryAsync<dynamic>("UPDATE business.fact_payment SET customer_key = 99 WHERE payment_id = 1").GetAwaiter().GetResult();
        };

        VerifyReport during = await warehouse.VerifyAsync();
        int calls = provider.Calls;
        VerifyReport after = await warehouse.VerifyAsync();

        calls.Should().BeGreaterThan(5);
        during.IsSound.Should().BeTrue(during.ToString());
        after.Findings.Select(finding => finding.Rule).Should().Equal("member-links");
    }

    [Fact]
    public async Task A_model_that_is_not_deployed_cannot_be_verified()
    {
        await using IWarehouse warehouse = store.Open(await store.CreateDatabaseAsync(), new VerifiedShop().Model);

        var refused = await Assert.ThrowsAsync<WarehouseException>(() => warehouse.VerifyAsync());

        refused.Message.Should().StartWith("Verifying shop failed at 'load-ids': ").And.EndWith("Nothing was changed. Deploy the model first if that is what is missing.");
        refused.Step.Should().Be("load-ids");
    }

    private async Task<IWarehouse> OpenAsync(VerifiedShop shop)
    {
        IWarehouse warehouse = await store.OpenAsync(shop.Model);
        await shop.LoadAsync(warehouse);
        return warehouse;
    }

    private async Task ExpectAsync(string drawn, params string[] breaks)
    {
        await using IWarehouse warehouse = await OpenAsync(new VerifiedShop());
        await ExpectAsync(warehouse, drawn, breaks);
    }

    private async Task ExpectOfMovesAsync(string drawn, params string[] breaks)
    {
        var shop = new Shop();
        await using IWarehouse warehouse = await store.OpenAsync(shop.Model);
        await warehouse.LoadAsync(shop.Customer, [Lives(1, "Aarhus", 1), Lives(2, "Ribe", 2), Lives(1, "Odense", 10)]);
        await ExpectAsync(warehouse, drawn, breaks);
    }

    /// <summary>An engine with keys of its own refuses what the rule would find, until it is told not to.</summary>
    private async Task ExpectWhereKeysAllowAsync(string drawn, string broken, params string[] allow)
    {
        await using IWarehouse warehouse = await OpenAsync(new VerifiedShop());
        if (store.EnforcesKeys)
        {
            await Assert.ThrowsAnyAsync<DbException>(() => warehouse.QueryAsync<dynamic>(broken));
            (await warehouse.VerifyAsync()).IsSound.Should().BeTrue("the engine refused it");
            foreach (string statement in allow)
                await warehouse.QueryAsync<dynamic>(statement);
        }

        await ExpectAsync(warehouse, drawn, broken);
    }

    private static async Task ExpectAsync(IWarehouse warehouse, string drawn, params string[] breaks)
    {
        (await warehouse.VerifyAsync()).IsSound.Should().BeTrue("nothing is broken yet");
        foreach (string statement in breaks)
            await warehouse.QueryAsync<dynamic>(statement);

        VerifyReport report = await warehouse.VerifyAsync();

        string[] expected = [.. drawn.Split('\n').Skip(1).Select(Cells)];
        report.Findings.Select(finding => string.Join(" | ", finding.Rule, finding.Table, finding.Member, finding.Keys, finding.Detail)).Should().BeEquivalentTo(expected);
        report.IsSound.Should().BeFalse();
        report.Found.Should().Be(expected.Length);
    }

    private static string Cells(string line) => string.Join(" | ", line.Split('|').Select(cell => cell.Trim()));
}
