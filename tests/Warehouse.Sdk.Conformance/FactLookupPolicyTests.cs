using static Warehouse.Sdk.Conformance.Shop;

namespace Warehouse.Sdk.Conformance;

/// <summary>Where a member has no version at a fact's own time, the link says what is met; a history that becomes known later is followed.</summary>
public abstract class FactLookupPolicyTests<TStore>(TStore store) : IClassFixture<TStore>
    where TStore : WarehouseTestStore
{
    private const string Cities = """
        SELECT payment.payment_id, payment.customer_key, customer.city
        FROM business.fact_payment AS payment
        JOIN business.dim_customer AS customer ON customer.customer_key = payment.customer_key
        ORDER BY payment.payment_id
        """;

    [Fact]
    public async Task F05_a_fact_before_the_first_version_is_counted_and_meets_the_first_version()
    {
        var (shop, warehouse) = await OpenAsync(_ => { });
        await using var _ = warehouse;

        LoadReport report = await warehouse.LoadAsync(shop.Payment, [Paid(1, 1, 1), Paid(2, 5, 2)]);

        report.BeforeFirstVersion.Should().Equal(new Dictionary<string, long> { ["customer"] = 1 });
        report.InGap.Should().Equal(new Dictionary<string, long> { ["customer"] = 0 });
        await warehouse.ExpectAsync(CitiesOfPayments, "payment_id | city\n1 | Aarhus\n2 | Aarhus");
    }

    [Fact]
    public async Task F05_a_fact_before_the_first_version_is_unknown_or_rejected_when_that_is_the_policy()
    {
        var (unknown, asUnknown) = await OpenAsync(fact => fact.Lookup("customer", beforeFirst: BeforeFirstVersion.Unknown));
        await using var _ = asUnknown;
        var (rejecting, asRejected) = await OpenAsync(fact => fact.Lookup("customer", beforeFirst: BeforeFirstVersion.Reject));
        await using var __ = asRejected;
        PaymentRow[] payments = [Paid(1, 1, 1), Paid(2, 5, 2)];

        LoadReport first = await asUnknown.LoadAsync(unknown.Payment, payments);
        LoadReport second = await asRejected.LoadAsync(rejecting.Payment, payments, new() { Rejects = RejectPolicy.KeepAll });

        first.BeforeFirstVersion["customer"].Should().Be(1);
        first.UnknownMembers["customer"].Should().Be(1);
        await asUnknown.ExpectAsync(CitiesOfPayments, "payment_id | city\n1 | Unknown\n2 | Aarhus");
        second.Counts.Should().Be(new LoadCounts { Read = 2, Inserted = 1, Rejected = 1 });
        await asRejected.ExpectAsync("SELECT line, column_name, reason FROM warehouse.reject", "line | column_name | reason\n1 | paid_at | older than the first version of its customer (payment_id = 1)");
    }

    [Fact]
    public async Task F66_a_fact_in_a_gap_meets_the_last_known_version_or_follows_the_policy()
    {
        PaymentRow[] payments = [Paid(1, 5, 1), Paid(2, 9, 2), Paid(3, 20, 3)];
        foreach ((InGap policy, string expected, int rejected) in new[] { (InGap.LastKnown, "Aarhus", 0), (InGap.Unknown, "Unknown", 0), (InGap.Reject, string.Empty, 1) })
        {
            var (shop, warehouse) = await OpenAsync(fact => fact.Lookup("customer", inGap: policy));
            await using var _ = warehouse;
            await warehouse.QueryAsync<dynamic>("UPDATE business.dim_customer SET valid_to = TIMESTAMP '2024-01-08 00:00:00', is_current = FALSE WHERE customer_id = 1");
            await warehouse.QueryAsync<dynamic>("INSERT INTO business.dim_customer (customer_key, customer_id, city, valid_from, is_current, version, is_inferred, load_id) VALUES (77, 1, 'Odense', TIMESTAMP '2024-01-15 00:00:00', TRUE, 2, FALSE, 1)");

            LoadReport report = await warehouse.LoadAsync(shop.Payment, payments, new() { Rejects = RejectPolicy.KeepAll });

            report.Counts.Rejected.Should().Be(rejected);
            report.InGap["customer"].Should().Be(1 - rejected);
            string inGap = rejected > 0 ? string.Empty : $"2 | {expected}\n";
            await warehouse.ExpectAsync(CitiesOfPayments, $"payment_id | city\n1 | Aarhus\n{inGap}3 | Odense");
        }
    }

    [Fact]
    public async Task F60_a_fact_at_the_very_instant_of_a_change_meets_the_new_version_once()
    {
        var (shop, warehouse) = await OpenAsync(_ => { });
        await using var _ = warehouse;
        await warehouse.LoadAsync(shop.Customer, [Lives(1, "Odense", 10)]);

        await warehouse.LoadAsync(shop.Payment, [Paid(1, 10, 1), Paid(2, 9.99, 2)]);

        await warehouse.ExpectAsync(CitiesOfPayments, "payment_id | city\n1 | Odense\n2 | Aarhus");
    }

    [Fact]
    public async Task F76_a_fact_of_an_unknown_member_is_taken_over_when_the_member_arrives()
    {
        var (shop, warehouse) = await OpenAsync(fact => fact.Lookup("customer", beforeFirst: BeforeFirstVersion.Unknown));
        await using var _ = warehouse;
        await warehouse.LoadAsync(shop.Payment, [Paid(1, 7, 1, customer: 8), Paid(2, 12, 2, customer: 8), Paid(3, 7, 3, customer: null), Paid(4, 7, 4, customer: 9)]);
        await warehouse.ExpectAsync(CitiesOfPayments, "payment_id | city\n1 | Unknown\n2 | Unknown\n3 | Unknown\n4 | Unknown");

        LoadReport begins = await warehouse.LoadAsync(shop.Customer, [Lives(8, "Ribe", 10)]);
        await warehouse.ExpectAsync(CitiesOfPayments, "payment_id | city\n1 | Unknown\n2 | Ribe\n3 | Unknown\n4 | Unknown");
        LoadReport earlier = await warehouse.LoadAsync(shop.Customer, [Lives(8, "Vejle", 5)]);
        LoadReport again = await warehouse.LoadAsync(shop.Payment, [Paid(1, 7, 1, customer: 8), Paid(2, 12, 2, customer: 8)]);

        begins.Counts.Repointed.Should().Be(1);
        earlier.Counts.Repointed.Should().Be(1);
        again.Outcome.Should().Be(LoadOutcome.NothingChanged);
        await warehouse.ExpectAsync(CitiesOfPayments, "payment_id | city\n1 | Vejle\n2 | Ribe\n3 | Unknown\n4 | Unknown");
    }

    [Fact]
    public async Task F71_and_F72_closed_periods_keep_what_was_reported_and_the_others_follow()
    {
        foreach (bool keepsKey in new[] { false, true })
        {
            var (shop, warehouse) = await OpenAsync(fact =>
            {
                if (keepsKey)
                    fact.Lookup("customer", keepKey: true);
            });
            await using var _ = warehouse;
            await warehouse.LoadAsync(shop.Payment, [Paid(1, 3, 1), Paid(2, 7, 2), Paid(3, 9, 3), Paid(4, 12, 4)]);

            LoadReport late = await warehouse.LoadAsync(shop.Customer, [Lives(1, "Vejle", 5), Lives(1, "Odense", 10)], new() { ClosedThrough = new DateTimeOffset(Day(8), TimeSpan.Zero) });

            late.Counts.Repointed.Should().Be(2, $"keeps key: {keepsKey}");
            late.Counts.LeftInClosedPeriod.Should().Be(1);
            await warehouse.ExpectAsync(CitiesOfPayments, "payment_id | city\n1 | Aarhus\n2 | Aarhus\n3 | Vejle\n4 | Odense");
        }
    }

    [Fact]
    public async Task F62_F63_each_link_has_its_counts_in_the_report()
    {
        var (shop, warehouse) = await OpenAsync(_ => { });
        await using var _ = warehouse;

        LoadReport report = await warehouse.LoadAsync(shop.Payment, [Paid(1, 5, 1), Paid(2, 5, 2, customer: 99), Paid(3, 5, 3, customer: null), Paid(4, 1, 4)]);

        report.UnknownMembers["customer"].Should().Be(2);
        report.BeforeFirstVersion["customer"].Should().Be(1);
        report.InGap["customer"].Should().Be(0);
        await warehouse.ExpectAsync(Cities, """
            payment_id | customer_key | city
            1          | 1            | Aarhus
            2          | -1           | Unknown
            3          | -1           | Unknown
            4          | 1            | Aarhus
            """);
    }

    private async Task<(Shop Shop, IWarehouse Warehouse)> OpenAsync(Action<FactBuilder<PaymentRow>> growth)
    {
        var shop = new Shop(growth);
        IWarehouse warehouse = await store.OpenAsync(shop.Model);
        await warehouse.LoadAsync(shop.Customer, [Lives(1, "Aarhus", 2)]);
        return (shop, warehouse);
    }
}
