using static Warehouse.Sdk.Conformance.Shop;

namespace Warehouse.Sdk.Conformance;

/// <summary>Facts follow the history of their dimensions: each has the key of the version valid at its own time, whatever came when.</summary>
public abstract class FactRepointTests<TStore>(TStore store) : IClassFixture<TStore>
    where TStore : WarehouseTestStore
{
    // Every fact that met a member, with the version it should have: the last that begins at or before its time, or the first.
    private const string WronglyPointed = """
        SELECT payment.payment_id
        FROM business.fact_payment AS payment
        JOIN business.dim_customer AS met ON met.customer_key = payment.customer_key AND met.customer_key > 0
        WHERE met.version <> coalesce((
            SELECT max(version.version)
            FROM business.dim_customer AS version
            WHERE version.customer_id = met.customer_id
              AND version.valid_from <= payment.paid_at), 1)
        UNION ALL
        SELECT payment.payment_id
        FROM business.fact_payment AS payment
        WHERE payment.customer_key NOT IN (SELECT customer_key FROM business.dim_customer)
        """;

    [Theory]
    [InlineData(LateEvents.Split)]
    [InlineData(LateEvents.Reconcile)]
    [InlineData(LateEvents.Reject)]
    public async Task F71_a_new_version_takes_over_the_facts_of_its_time_and_no_others(LateEvents policy)
    {
        var shop = new Shop(lateEvents: policy);
        await using IWarehouse warehouse = await store.OpenAsync(shop.Model);
        await warehouse.LoadAsync(shop.Customer, [Lives(1, "A", 1), Lives(2, "A", 1)]);
        await warehouse.LoadAsync(shop.Payment, [Paid(1, 3, 1), Paid(2, 7, 2), Paid(3, 12, 3), Paid(4, 12, 4, customer: 2), Paid(5, 12, 5, customer: 9)]);

        (await LoadAsync(warehouse, shop, Lives(1, "B", 5))).Counts.Should().Be(new LoadCounts { Read = 1, NewVersions = 1, Repointed = 2 });
        LoadReport report = await LoadAsync(warehouse, shop, Lives(1, "C", 10));
        report.Counts.Should().Be(new LoadCounts { Read = 1, NewVersions = 1, Repointed = 1 });
        report.ToString().Should().Contain("1 fact keys re-pointed");

        await warehouse.ExpectAsync(CitiesOfPayments, """
            payment_id | city
            1          | A
            2          | B
            3          | C
            4          | A
            5          | Unknown
            """);
        await warehouse.ExpectAsync("SELECT payment_id, load_id FROM business.fact_payment ORDER BY payment_id", """
            payment_id | load_id
            1          | $1
            2          | $2
            3          | $3
            4          | $1
            5          | $1
            """);
    }

    [Theory]
    [InlineData(LateEvents.Split)]
    [InlineData(LateEvents.Reconcile)]
    public async Task A_late_version_in_the_middle_takes_over_the_facts_of_its_time(LateEvents policy)
    {
        var shop = new Shop(lateEvents: policy);
        await using IWarehouse warehouse = await store.OpenAsync(shop.Model);
        await warehouse.LoadAsync(shop.Customer, [Lives(1, "A", 2), Lives(1, "C", 20)]);
        await warehouse.LoadAsync(shop.Payment, [Paid(1, 1, 1), Paid(2, 5, 2), Paid(3, 10, 3), Paid(4, 19.9, 4), Paid(5, 20, 5)]);

        (await LoadAsync(warehouse, shop, Lives(1, "B", 10))).Counts.Should().Be(new LoadCounts { Read = 1, Split = 1, Repointed = 2 });

        await warehouse.ExpectAsync(CitiesOfPayments, "payment_id | city\n1 | A\n2 | A\n3 | B\n4 | B\n5 | C");
    }

    [Theory]
    [InlineData(LateEvents.Split)]
    [InlineData(LateEvents.Reconcile)]
    public async Task A_late_first_version_takes_over_the_facts_before_everything(LateEvents policy)
    {
        var shop = new Shop(lateEvents: policy);
        await using IWarehouse warehouse = await store.OpenAsync(shop.Model);
        await warehouse.LoadAsync(shop.Customer, [Lives(1, "B", 10)]);
        await warehouse.LoadAsync(shop.Payment, [Paid(1, 1, 1), Paid(2, 7, 2), Paid(3, 12, 3)]);

        (await LoadAsync(warehouse, shop, Lives(1, "A", 5))).Counts.Should().Be(new LoadCounts { Read = 1, Split = 1, Repointed = 2 });

        await warehouse.ExpectAsync(CitiesOfPayments, "payment_id | city\n1 | A\n2 | A\n3 | B");
    }

    [Theory]
    [InlineData(LateEvents.Split, "payment_id | city\n1 | A\n2 | B\n3 | B")]
    [InlineData(LateEvents.Reconcile, "payment_id | city\n1 | A\n2 | B\n3 | A")]
    public async Task L05_the_facts_of_a_confirmed_value_follow_what_the_policy_remembers(LateEvents policy, string expected)
    {
        var shop = new Shop(lateEvents: policy);
        await using IWarehouse warehouse = await store.OpenAsync(shop.Model);
        await warehouse.LoadAsync(shop.Customer, [Lives(1, "A", 1)]);
        await warehouse.LoadAsync(shop.Customer, [Lives(1, "A", 10)]);
        await warehouse.LoadAsync(shop.Payment, [Paid(1, 3, 1), Paid(2, 7, 2), Paid(3, 12, 3)]);

        await LoadAsync(warehouse, shop, Lives(1, "B", 5));

        await warehouse.ExpectAsync(CitiesOfPayments, expected);
    }

    [Fact]
    public async Task Nothing_to_re_point_writes_no_fact()
    {
        var shop = new Shop();
        await using IWarehouse warehouse = await store.OpenAsync(shop.Model);
        await warehouse.LoadAsync(shop.Customer, [Lives(1, "A", 1), Lives(2, "A", 1)]);
        await warehouse.LoadAsync(shop.Payment, [Paid(1, 3, 1), Paid(2, 7, 2, customer: 2)]);
        string before = await warehouse.DrawAsync("SELECT * FROM business.fact_payment ORDER BY payment_id");

        (await LoadAsync(warehouse, shop, Lives(1, "B", 8))).Counts.Repointed.Should().Be(0);
        LoadReport unchanged = await LoadAsync(warehouse, shop, Lives(1, "B", 9));

        unchanged.Outcome.Should().Be(LoadOutcome.NothingChanged);
        unchanged.Steps.Select(step => step.Name).Should().NotContain("repoint-facts");
        (await warehouse.DrawAsync("SELECT * FROM business.fact_payment ORDER BY payment_id")).Should().Be(before);
    }

    [Theory]
    [InlineData(IntervalStyle.HalfOpen, OpenEnd.FarFuture)]
    [InlineData(IntervalStyle.ClosedByDay, OpenEnd.Null)]
    [InlineData(IntervalStyle.ClosedByDay, OpenEnd.FarFuture)]
    public async Task Facts_follow_under_every_convention(IntervalStyle intervals, OpenEnd openEnd)
    {
        var shop = new Shop(conventions: names => names with { Intervals = intervals, OpenEnd = openEnd });
        await using IWarehouse warehouse = await store.OpenAsync(shop.Model);
        await warehouse.LoadAsync(shop.Customer, [Lives(1, "A", 2), Lives(1, "C", 20)]);
        await warehouse.LoadAsync(shop.Payment, [Paid(1, 9.5, 1), Paid(2, 10.5, 2), Paid(3, 19.5, 3), Paid(4, 20, 4)]);

        (await LoadAsync(warehouse, shop, Lives(1, "B", 10))).Counts.Repointed.Should().Be(2);

        await warehouse.ExpectAsync(CitiesOfPayments, "payment_id | city\n1 | A\n2 | B\n3 | B\n4 | C");
    }

    [Fact]
    public async Task F37_a_reloaded_day_and_the_days_before_it_meet_the_late_version()
    {
        var shop = new Shop(fact => fact.FromWatermark(payment => payment.PaidAt));
        await using IWarehouse warehouse = await store.OpenAsync(shop.Model);
        PaymentRow[] payments = [Paid(1, 1, 1), Paid(2, 5, 2), Paid(3, 8, 3)];
        await warehouse.LoadAsync(shop.Customer, [Lives(1, "A", 1)]);
        await warehouse.LoadAsync(shop.Payment, payments);

        (await LoadAsync(warehouse, shop, Lives(1, "B", 4))).Counts.Repointed.Should().Be(2);
        LoadReport reload = await warehouse.LoadAsync(shop.Payment, payments);

        reload.Outcome.Should().Be(LoadOutcome.NothingChanged, "a reload resolves the same keys that were re-pointed");
        await warehouse.ExpectAsync(CitiesOfPayments, "payment_id | city\n1 | A\n2 | B\n3 | B");
    }

    [Theory]
    [InlineData(LateEvents.Split)]
    [InlineData(LateEvents.Reconcile)]
    public async Task The_facts_of_a_version_that_vanishes_go_to_the_one_that_takes_its_place(LateEvents policy)
    {
        MovingRows rows = MovingRows.Create(policy);
        await using IWarehouse warehouse = await store.OpenAsync(rows.Model);
        await warehouse.LoadAsync(rows.Customer, [new(1, "A", Day(1), "I"), new(1, null, Day(10), "D"), new(1, "A", Day(20), "I")]);
        await warehouse.LoadAsync(rows.Payment, [Paid(1, 5, 1), Paid(2, 15, 2), Paid(3, 25, 3)]);

        LoadReport report = await warehouse.LoadAsync(rows.Customer, [new(1, "A", Day(10), "I")]);

        report.Counts.Should().Be(new LoadCounts { Read = 1, Split = 1, Repointed = 1 });
        await warehouse.ExpectAsync("SELECT customer_key, city, valid_from, valid_to FROM business.dim_customer WHERE customer_key > 0", "customer_key | city | valid_from | valid_to\n1 | A | 2024-01-01 | NULL");
        await warehouse.ExpectAsync("SELECT payment_id, customer_key FROM business.fact_payment ORDER BY payment_id", "payment_id | customer_key\n1 | 1\n2 | 1\n3 | 1");
    }

    [Fact]
    public async Task Links_without_a_time_and_bridges_leave_a_vanished_version_for_the_latest()
    {
        Dimension<MovingRows.MoveRow> tag = null!;
        Dimension<CustomerRow> group = null!;
        Fact<PaymentRow> payment = null!;
        Bridge<PaymentRow> bridge = null!;
        var model = DimensionalModel.Create("tags", builder =>
        {
            tag = builder.Dimension<MovingRows.MoveRow>("dim_tag", d => d.NaturalKey(row => row.CustomerId).Type1(row => row.City).EffectiveFrom(row => row.ChangedAt).Operation(row => row.Operation));
            group = builder.Dimension<CustomerRow>("dim_group", d => d.NaturalKey(row => row.CustomerId).Type1(row => row.City).EffectiveFrom(row => row.ChangedAt));
            payment = builder.Fact<PaymentRow>("fact_payment", f => f.Grain("one payment", row => row.PaymentId).Dimension(tag, row => row.CustomerId).Degenerate(row => row.PaidAt).Measure(row => row.Amount));
            bridge = builder.Bridge<PaymentRow>("bridge_tag", b => b.Group(group, row => row.PaymentId).Member(tag, row => row.CustomerId).Ignore(row => row.PaidAt).Ignore(row => row.Amount));
        });
        await using IWarehouse warehouse = await store.OpenAsync(model);
        await warehouse.LoadAsync(tag, [new(1, "A", Day(1), "I"), new(1, null, Day(10), "D"), new(1, "A", Day(20), "I")]);
        await warehouse.LoadAsync(group, [Lives(7, "G", 1)]);
        await warehouse.LoadAsync(payment, [Paid(1, 5, 1)]);
        await warehouse.LoadAsync(bridge, [Paid(7, 5, 1)]);

        (await warehouse.LoadAsync(tag, [new(1, "A", Day(10), "I")])).Counts.Repointed.Should().Be(2);

        await warehouse.ExpectAsync("""
            SELECT 'fact' AS held_by, tag_key FROM business.fact_payment
            UNION ALL
            SELECT 'bridge', tag_key FROM business.bridge_tag
            ORDER BY held_by DESC
            """, "held_by | tag_key\nfact | 1\nbridge | 1");
    }

    [Fact]
    public async Task F74_two_roles_on_one_dimension_follow_each_at_its_own_time()
    {
        Dimension<CustomerRow> customer = null!;
        Fact<TransferRow> transfer = null!;
        var model = DimensionalModel.Create("transfers", builder =>
        {
            customer = builder.Dimension<CustomerRow>("dim_customer", d => d.NaturalKey(row => row.CustomerId).Type2(row => row.City).EffectiveFrom(row => row.ChangedAt));
            transfer = builder.Fact<TransferRow>("fact_transfer", f => f
                .Grain("one transfer", row => row.Id)
                .Dimension(customer, row => row.Payer, asOf: row => row.SentAt, role: "payer")
                .Dimension(customer, row => row.Payee, asOf: row => row.ReceivedAt, role: "payee"));
        });
        await using IWarehouse warehouse = await store.OpenAsync(model);
        await warehouse.LoadAsync(customer, [Lives(1, "A", 1), Lives(2, "A", 1)]);
        await warehouse.LoadAsync(transfer, [new(1, 1, Day(3), 1, Day(6)), new(2, 1, Day(6), 2, Day(6)), new(3, 2, Day(7), 1, null)]);

        (await warehouse.LoadAsync(customer, [Lives(1, "B", 5)])).Counts.Should().Be(new LoadCounts { Read = 1, NewVersions = 1, Repointed = 2 });

        await warehouse.ExpectAsync("""
            SELECT transfer.id, payer.city AS payer, payee.city AS payee
            FROM business.fact_transfer AS transfer
            JOIN business.dim_customer AS payer ON payer.customer_key = transfer.payer_key
            JOIN business.dim_customer AS payee ON payee.customer_key = transfer.payee_key
            ORDER BY transfer.id
            """, """
            id | payer | payee
            1  | A     | B
            2  | B     | A
            3  | A     | Unknown
            """);
    }

    [Theory]
    [InlineData(LateEvents.Split)]
    [InlineData(LateEvents.Reconcile)]
    public async Task I01_to_I04_a_placeholder_that_was_filled_in_takes_late_events_too(LateEvents policy)
    {
        var shop = new Shop(whenUnknown: UnknownMember.InferMember, lateEvents: policy);
        await using IWarehouse warehouse = await store.OpenAsync(shop.Model);
        await warehouse.LoadAsync(shop.Payment, [Paid(1, 5, 1), Paid(2, 7, 2), Paid(3, 9, 3)]);

        (await LoadAsync(warehouse, shop, Lives(1, "A", 8))).Counts.Should().Be(new LoadCounts { Read = 1, Resolved = 1 });
        (await LoadAsync(warehouse, shop, Lives(1, "B", 6))).Counts.Split.Should().Be(1);
        await LoadAsync(warehouse, shop, Lives(1, "C", 3));
        await LoadAsync(warehouse, shop, Lives(1, "D", 20));

        // What split a version that began with the placeholder cannot say what was true before it; remembered events can.
        await warehouse.ExpectAsync("SELECT city, valid_from, is_inferred FROM business.dim_customer WHERE customer_key > 0 ORDER BY version", policy == LateEvents.Split
            ? """
            city | valid_from | is_inferred
            C    | 2024-01-03 | false
            A    | 2024-01-05 | false
            B    | 2024-01-06 | false
            A    | 2024-01-08 | false
            D    | 2024-01-20 | false
            """
            : """
            city | valid_from | is_inferred
            C    | 2024-01-03 | false
            B    | 2024-01-06 | false
            A    | 2024-01-08 | false
            D    | 2024-01-20 | false
            """);
    }

    [Fact]
    public async Task X05_I08_a_delete_told_before_anything_else_ends_the_placeholder_of_its_member()
    {
        foreach (Absent absent in new[] { Absent.Ignore, Absent.MarkDeleted })
        {
            var rows = MovingRows.Create(LateEvents.Reconcile, absent, UnknownMember.InferMember);
            await using IWarehouse warehouse = await store.OpenAsync(rows.Model);
            await warehouse.LoadAsync(rows.Customer, [new(1, null, Day(10), "D"), new(2, null, Day(4), "D")]);

            await warehouse.LoadAsync(rows.Payment, [Paid(1, 5, 1), Paid(2, 12, 2), Paid(3, 5, 3, customer: 2)]);

            await warehouse.ExpectAsync("SELECT customer_id, valid_from, valid_to, is_current, is_inferred, version FROM business.dim_customer WHERE customer_key > 0 ORDER BY customer_id, version", absent == Absent.Ignore
                ? """
                customer_id | valid_from | valid_to   | is_current | is_inferred | version
                1           | 2024-01-05 | 2024-01-10 | false      | true        | 1
                2           | 2024-01-05 | NULL       | true       | true        | 1
                """
                : """
                customer_id | valid_from | valid_to   | is_current | is_inferred | version
                1           | 2024-01-05 | 2024-01-10 | false      | true        | 1
                1           | 2024-01-10 | NULL       | true       | false       | 2
                2           | 2024-01-05 | NULL       | true       | true        | 1
                """);
            await warehouse.ExpectAsync(WronglyPointed, "payment_id");
            (await warehouse.VerifyAsync()).IsSound.Should().BeTrue();
        }
    }

    [Fact]
    public async Task A_remembered_delete_counts_when_the_placeholder_is_filled_in()
    {
        var rows = MovingRows.Create(LateEvents.Reconcile, whenUnknown: UnknownMember.InferMember);
        await using IWarehouse warehouse = await store.OpenAsync(rows.Model);
        await warehouse.LoadAsync(rows.Customer, [new(1, null, Day(3), "D")]);
        await warehouse.LoadAsync(rows.Payment, [Paid(1, 4, 1)]);

        await warehouse.LoadAsync(rows.Customer, [new(1, "A", Day(1), "I")]);

        await warehouse.ExpectAsync("SELECT customer_id, city, valid_from, valid_to, is_current, is_inferred FROM business.dim_customer WHERE customer_key > 0", """
            customer_id | city | valid_from | valid_to   | is_current | is_inferred
            1           | A    | 2024-01-01 | 2024-01-03 | false      | false
            """);
    }

    [Theory]
    [InlineData(LateEvents.Split)]
    [InlineData(LateEvents.Reconcile)]
    public async Task The_mark_of_a_deleted_placeholder_carries_on_the_values_it_is_filled_in_with(LateEvents policy)
    {
        var rows = MovingRows.Create(policy, Absent.MarkDeleted, UnknownMember.InferMember);
        await using IWarehouse warehouse = await store.OpenAsync(rows.Model);
        await warehouse.LoadAsync(rows.Payment, [Paid(1, 5, 1)]);
        await warehouse.LoadAsync(rows.Customer, [new(1, null, Day(9), "D")]);

        await warehouse.LoadAsync(rows.Customer, [new(1, "A", Day(4), "I")]);

        await warehouse.ExpectAsync("SELECT city, valid_from, valid_to, is_deleted FROM business.dim_customer WHERE customer_key > 0 ORDER BY version", """
            city | valid_from | valid_to   | is_deleted
            A    | 2024-01-04 | 2024-01-09 | false
            A    | 2024-01-09 | NULL       | true
            """);
    }

    [Fact]
    public async Task A_load_that_fails_leaves_the_facts_as_they_were()
    {
        var shop = new Shop();
        await using IWarehouse warehouse = await store.OpenAsync(shop.Model);
        await warehouse.LoadAsync(shop.Customer, [Lives(1, "A", 1)]);
        await warehouse.LoadAsync(shop.Payment, [Paid(1, 7, 1)]);

        await Assert.ThrowsAsync<WarehouseLoadException>(() => warehouse.LoadAsync(shop.Customer, [Lives(1, "B", 5), Lives(1, "X", 1)]));

        await warehouse.ExpectAsync(CitiesOfPayments, "payment_id | city\n1 | A");
    }

    [Theory]
    [InlineData(LateEvents.Split, 1)]
    [InlineData(LateEvents.Split, 2)]
    [InlineData(LateEvents.Reconcile, 1)]
    [InlineData(LateEvents.Reconcile, 2)]
    public async Task In_any_order_of_loads_every_fact_has_the_version_of_its_own_time(LateEvents policy, int seed)
    {
        var random = new Random(seed);
        var shop = new Shop(whenUnknown: seed == 1 ? UnknownMember.InferMember : UnknownMember.UseUnknown, lateEvents: policy);
        await using IWarehouse warehouse = await store.OpenAsync(shop.Model);
        CustomerRow[] moves = [.. from id in Enumerable.Range(1, 8) from day in Enumerable.Range(1, 15) where random.Next(2) == 0 select Lives(id, $"{(char)('A' + random.Next(3))}", day * 2)];
        PaymentRow[] payments = [.. Enumerable.Range(1, 120).Select(id => Paid(id, 1 + (random.Next(60) / 2.0), id, customer: random.Next(1, 9)))];
        random.Shuffle(moves);
        long repointed = 0;
        for (int i = 0; i < 10; i++)
        {
            LoadReport report = await LoadAsync(warehouse, shop, [.. moves.Skip(i * moves.Length / 10).Take(moves.Length / 10)]);
            repointed += report.Counts.Repointed;
            await warehouse.LoadAsync(shop.Payment, payments.Skip(i * 12).Take(12));
            await warehouse.ExpectAsync(WronglyPointed, "payment_id");
        }

        repointed.Should().BePositive("late events concerned facts that were there");
    }

    private static async Task<LoadReport> LoadAsync(IWarehouse warehouse, Shop shop, params CustomerRow[] rows)
    {
        LoadReport report = await warehouse.LoadAsync(shop.Customer, rows);
        report.Counts.IsConserved.Should().BeTrue("every row read has one outcome, but the counts are {0}", report.Counts);
        await warehouse.ExpectAsync(WronglyPointed, "payment_id");
        return report;
    }

    private sealed record TransferRow(int Id, int Payer, DateTime SentAt, int Payee, DateTime? ReceivedAt);

    private sealed class MovingRows
    {
        public required DimensionalModel Model { get; init; }

        public required Dimension<MoveRow> Customer { get; init; }

        public required Fact<PaymentRow> Payment { get; init; }

        public sealed record MoveRow(int CustomerId, string? City, DateTime ChangedAt, string Operation);

        public static MovingRows Create(LateEvents policy, Absent absent = Absent.Ignore, UnknownMember whenUnknown = UnknownMember.UseUnknown)
        {
            Dimension<MoveRow> customer = null!;
            Fact<PaymentRow> payment = null!;
            var model = DimensionalModel.Create("moves", builder =>
            {
                customer = builder.Dimension<MoveRow>("dim_customer", d => d
                    .NaturalKey(row => row.CustomerId).Type2(row => row.City).EffectiveFrom(row => row.ChangedAt).Operation(row => row.Operation).LateEvents(policy).WhenAbsent(absent));
                payment = builder.Fact<PaymentRow>("fact_payment", f => f
                    .Grain("one payment", row => row.PaymentId).Dimension(customer, row => row.CustomerId, asOf: row => row.PaidAt, whenUnknown: whenUnknown).Measure(row => row.Amount));
            });
            return new MovingRows { Model = model, Customer = customer, Payment = payment };
        }
    }
}
