using static Warehouse.Sdk.Conformance.Shop;

namespace Warehouse.Sdk.Conformance;

/// <summary>Each fact meets one version of each member at most: the one valid at the fact's own time.</summary>
public abstract class FactLookupTests<TStore>(TStore store) : IClassFixture<TStore>
    where TStore : WarehouseTestStore
{
    private const string Met = """
        SELECT fact.payment_id, customer.city, customer.version
        FROM business.fact_payment AS fact
        JOIN business.dim_customer AS customer ON customer.customer_key = fact.customer_key
        ORDER BY fact.payment_id
        """;

    [Fact]
    public async Task A_fact_meets_the_version_valid_at_its_own_time()
    {
        var shop = new Shop();
        await using IWarehouse warehouse = await WithMoveAsync(shop);

        LoadReport report = await warehouse.LoadAsync(shop.Payment, [Paid(1, 5, 1), Paid(2, 10, 2), Paid(3, 9.999, 3), Paid(4, 20, 4)]);

        report.UnknownMembers["customer"].Should().Be(0);
        await warehouse.ExpectAsync(Met, """
            payment_id | city   | version
            1          | Aarhus | 1
            2          | Odense | 2
            3          | Aarhus | 1
            4          | Odense | 2
            """);
    }

    [Fact]
    public async Task A_fact_before_the_first_version_meets_the_first_version()
    {
        var shop = new Shop();
        await using IWarehouse warehouse = await WithMoveAsync(shop);

        await warehouse.LoadAsync(shop.Payment, [Paid(1, 1, 1)]);

        await warehouse.ExpectAsync(Met, "payment_id | city | version\n1 | Aarhus | 1");
    }

    [Fact]
    public async Task A_fact_in_a_gap_meets_the_last_known_version()
    {
        Fact<PaymentRow> payment = null!;
        Dimension<DeletableRow> customer = null!;
        var model = DimensionalModel.Create("gaps", builder =>
        {
            customer = builder.Dimension<DeletableRow>("dim_customer", d => d
                .NaturalKey(row => row.CustomerId).Type2(row => row.City).EffectiveFrom(row => row.ChangedAt).Operation(row => row.Operation));
            payment = builder.Fact<PaymentRow>("fact_payment", f => f
                .Grain("one payment", row => row.PaymentId).Dimension(customer, row => row.CustomerId, asOf: row => row.PaidAt).Measure(row => row.Amount));
        });
        await using IWarehouse warehouse = await store.OpenAsync(model);
        await warehouse.LoadAsync(customer, [new(1, "Aarhus", Day(2), "I"), new(1, "Aarhus", Day(10), "D"), new(1, "Odense", Day(20), "I")]);

        await warehouse.LoadAsync(payment, [Paid(1, 9, 1), Paid(2, 10, 2), Paid(3, 15, 3), Paid(4, 20, 4)]);

        await warehouse.ExpectAsync(Met, """
            payment_id | city   | version
            1          | Aarhus | 1
            2          | Aarhus | 1
            3          | Aarhus | 1
            4          | Odense | 2
            """);
    }

    [Fact]
    public async Task I11_A_NULL_key_meets_the_unknown_member_whatever_the_policy()
    {
        foreach (UnknownMember policy in Enum.GetValues<UnknownMember>())
        {
            var shop = new Shop(whenUnknown: policy);
            await using IWarehouse warehouse = await WithMoveAsync(shop);

            LoadReport report = await warehouse.LoadAsync(shop.Payment, [Paid(1, 5, 1, customer: null)]);

            report.Counts.Should().Be(new LoadCounts { Read = 1, Inserted = 1 }, "the policy is {0}", policy);
            report.UnknownMembers["customer"].Should().Be(1);
            await warehouse.ExpectAsync("SELECT customer_key FROM business.fact_payment", "customer_key\n-1");
        }
    }

    [Fact]
    public async Task An_unknown_key_meets_the_unknown_member_and_is_counted()
    {
        var shop = new Shop();
        await using IWarehouse warehouse = await WithMoveAsync(shop);

        LoadReport report = await warehouse.LoadAsync(shop.Payment, [Paid(1, 5, 1, customer: 8), Paid(2, 5, 1)]);

        report.UnknownMembers["customer"].Should().Be(1);
        report.Counts.Inferred.Should().Be(0);
        await warehouse.ExpectAsync("SELECT payment_id, customer_key FROM business.fact_payment ORDER BY payment_id", "payment_id | customer_key\n1 | -1\n2 | $1");
    }

    [Fact]
    public async Task An_unknown_key_is_rejected_when_that_is_the_policy()
    {
        var shop = new Shop(whenUnknown: UnknownMember.Reject);
        await using IWarehouse warehouse = await WithMoveAsync(shop);
        string before = await warehouse.OfTablesAsync();

        var refused = await Assert.ThrowsAsync<WarehouseLoadException>(() => warehouse.LoadAsync(shop.Payment, [Paid(2, 5, 1), Paid(1, 5, 1, customer: 8)]));
        (await warehouse.OfTablesAsync()).Should().Be(before);
        LoadReport report = await warehouse.LoadAsync(shop.Payment, [Paid(2, 5, 1), Paid(1, 5, 1, customer: 8)], new() { Rejects = RejectPolicy.KeepAll });

        refused.Message.Should().Contain("line 2, column customer_id: no such member of business.dim_customer (customer_id = 8)");
        report.Counts.Should().Be(new LoadCounts { Read = 2, Inserted = 1, Rejected = 1 });
        report.Counts.IsConserved.Should().BeTrue();
        await warehouse.ExpectAsync("SELECT line, column_name, reason FROM warehouse.reject", """
            line | column_name | reason
            2    | customer_id | no such member of business.dim_customer (customer_id = 8)
            """);
    }

    [Fact]
    public async Task I01_I02_I04_An_unknown_key_infers_a_member_which_its_first_real_row_fills_in_place()
    {
        var shop = new Shop(whenUnknown: UnknownMember.InferMember);
        await using IWarehouse warehouse = await WithMoveAsync(shop);
        const string Member = "SELECT customer_key, city, valid_from, valid_to, is_current, version, is_inferred FROM business.dim_customer WHERE customer_id = 8 ORDER BY version";

        LoadReport report = await warehouse.LoadAsync(shop.Payment, [Paid(1, 7, 1, customer: 8), Paid(2, 5, 1, customer: 8)]);

        report.Counts.Should().Be(new LoadCounts { Read = 2, Inserted = 2, Inferred = 1 });
        report.UnknownMembers["customer"].Should().Be(0);
        await warehouse.ExpectAsync(Member, """
            customer_key | city | valid_from | valid_to | is_current | version | is_inferred
            $1           | NULL | 2024-01-05 | NULL     | true       | 1       | true
            """);
        string links = await warehouse.DrawAsync("SELECT payment_id, customer_key FROM business.fact_payment ORDER BY payment_id");

        LoadReport real = await warehouse.LoadAsync(shop.Customer, [Lives(8, "Ribe", 8)]);
        await warehouse.LoadAsync(shop.Customer, [Lives(8, "Vejle", 20)]);

        real.Counts.Should().Be(new LoadCounts { Read = 1, Resolved = 1 });
        (await warehouse.DrawAsync("SELECT payment_id, customer_key FROM business.fact_payment ORDER BY payment_id")).Should().Be(links);
        await warehouse.ExpectAsync(Member, """
            customer_key | city  | valid_from | valid_to   | is_current | version | is_inferred
            $1           | Ribe  | 2024-01-05 | 2024-01-20 | false      | 1       | false
            $2           | Vejle | 2024-01-20 | NULL       | true       | 2       | false
            """);
        await warehouse.ExpectAsync(Met, "payment_id | city | version\n1 | Ribe | 1\n2 | Ribe | 1");
    }

    [Fact]
    public async Task I10_Two_facts_infer_the_same_member_once()
    {
        Fact<PaymentRow> paid = null!, refunded = null!;
        var model = DimensionalModel.Create("two facts", builder =>
        {
            Dimension<CustomerRow> customer = builder.Dimension<CustomerRow>("dim_customer", d => d.NaturalKey(row => row.CustomerId).Type2(row => row.City).EffectiveFrom(row => row.ChangedAt));
            Fact<PaymentRow> Fact(string name) => builder.Fact<PaymentRow>(name, f => f
                .Grain("one", row => row.PaymentId).Dimension(customer, row => row.CustomerId, asOf: row => row.PaidAt, whenUnknown: UnknownMember.InferMember).Measure(row => row.Amount));
            paid = Fact("fact_paid");
            refunded = Fact("fact_refunded");
        });
        await using IWarehouse warehouse = await store.OpenAsync(model);

        LoadReport[] reports = await Task.WhenAll(
            Task.Run(() => warehouse.LoadAsync(paid, [Paid(1, 5, 1, customer: 8), Paid(2, 5, 1, customer: 9)])),
            Task.Run(() => warehouse.LoadAsync(refunded, [Paid(1, 6, 1, customer: 8)])));

        reports.Sum(report => report.Counts.Inferred).Should().Be(2);
        await warehouse.ExpectAsync("SELECT customer_id FROM business.dim_customer WHERE customer_key > 0 ORDER BY customer_id", "customer_id\n8\n9");
        await warehouse.ExpectAsync(
            "SELECT count(*) AS same FROM business.fact_paid AS paid JOIN business.fact_refunded AS refunded ON refunded.customer_key = paid.customer_key", "same\n1");
    }

    [Fact]
    public async Task Two_roles_of_one_dimension_are_met_each_at_its_own_time_and_infer_once()
    {
        Fact<TransferRow> transfer = null!;
        Dimension<CustomerRow> customer = null!;
        var model = DimensionalModel.Create("roles", builder =>
        {
            customer = builder.Dimension<CustomerRow>("dim_customer", d => d.NaturalKey(row => row.CustomerId).Type2(row => row.City).EffectiveFrom(row => row.ChangedAt));
            transfer = builder.Fact<TransferRow>("fact_transfer", f => f
                .Grain("one transfer", row => row.Id)
                .Dimension(customer, row => row.Payer, asOf: row => row.SentAt, role: "payer", whenUnknown: UnknownMember.InferMember)
                .Dimension(customer, row => row.Payee, asOf: row => row.ReceivedAt, role: "payee", whenUnknown: UnknownMember.InferMember));
        });
        await using IWarehouse warehouse = await store.OpenAsync(model);
        await warehouse.LoadAsync(customer, [Lives(1, "Aarhus", 2), Lives(1, "Odense", 10)]);

        LoadReport report = await warehouse.LoadAsync(transfer, [new(1, 1, Day(9), 1, Day(11)), new(2, 7, Day(9), 8, Day(11)), new(3, 7, Day(3), 8, Day(4))]);

        report.Counts.Should().Be(new LoadCounts { Read = 3, Inserted = 3, Inferred = 2 });
        await warehouse.ExpectAsync("""
            SELECT fact.id, payer.customer_id AS payer, payer.city AS payer_city, payee.customer_id AS payee, payee.city AS payee_city
            FROM business.fact_transfer AS fact
            JOIN business.dim_customer AS payer ON payer.customer_key = fact.payer_key
            JOIN business.dim_customer AS payee ON payee.customer_key = fact.payee_key
            ORDER BY fact.id
            """, """
            id | payer | payer_city | payee | payee_city
            1  | 1     | Aarhus     | 1     | Odense
            2  | 7     | NULL       | 8     | NULL
            3  | 7     | NULL       | 8     | NULL
            """);
    }

    [Fact]
    public async Task Overlapping_versions_never_multiply_facts()
    {
        var shop = new Shop();
        await using IWarehouse warehouse = await WithMoveAsync(shop);
        // An engine may see to it itself that a member has one current version, so the copies are not.
        await warehouse.QueryAsync<dynamic>("UPDATE business.dim_customer SET valid_to = NULL WHERE customer_id = 1");
        await warehouse.QueryAsync<dynamic>("""
            INSERT INTO business.dim_customer (customer_key, customer_id, city, valid_from, valid_to, is_current, version, is_inferred, load_id)
            SELECT customer_key + 100, customer_id, city, valid_from, valid_to, FALSE, version, is_inferred, load_id FROM business.dim_customer WHERE customer_id = 1
            """);

        LoadReport report = await warehouse.LoadAsync(shop.Payment, [Paid(1, 1, 1), Paid(2, 5, 2), Paid(3, 10, 4), Paid(4, 20, 8)]);

        report.Counts.Should().Be(new LoadCounts { Read = 4, Inserted = 4 });
        await warehouse.ExpectAsync("SELECT count(*) AS facts, CAST(sum(amount) AS decimal(10,2)) AS amount FROM business.fact_payment", "facts | amount\n4 | 15.00");
    }

    [Fact]
    public async Task Dates_play_roles_and_may_not_have_happened_yet()
    {
        Fact<DeliveryRow> delivery = null!;
        var model = DimensionalModel.Create("dates", builder =>
        {
            DateDimension date = builder.DateDimension("dim_date", new DateOnly(2024, 1, 1), new DateOnly(2024, 1, 31));
            delivery = builder.Fact<DeliveryRow>("fact_delivery", f => f
                .Grain("one delivery", row => row.Id)
                .Date(date, row => row.Ordered, "order")
                .Date(date, row => row.Due, "due", DefaultMember.NotApplicable)
                .Date(date, row => row.Shipped, "ship", DefaultMember.NotHappenedYet));
        });
        await using IWarehouse warehouse = await store.OpenAsync(model);

        LoadReport report = await warehouse.LoadAsync(delivery,
        [
            new(1, new(2024, 1, 1), new(2024, 1, 31), Day(2.5)),
            new(2, new(2024, 1, 2), null, null),
            new(3, new(2023, 12, 31), new(2024, 2, 1), new DateTime(2025, 1, 1)),
        ]);

        await warehouse.ExpectAsync("SELECT id, order_date_key, due_date_key, ship_date_key FROM business.fact_delivery ORDER BY id", """
            id | order_date_key | due_date_key | ship_date_key
            1  | 20240101       | 20240131     | 20240102
            2  | 20240102       | -2           | -4
            3  | -1             | -1           | -1
            """);
        report.UnknownMembers.Should().BeEquivalentTo(new Dictionary<string, long> { ["order_date"] = 1, ["due_date"] = 1, ["ship_date"] = 1 });
    }

    [Fact]
    public async Task Composite_natural_keys_are_met_part_by_part()
    {
        Dimension<RoomRow> room = null!;
        Fact<StayRow> stay = null!;
        var model = DimensionalModel.Create("rooms", builder =>
        {
            room = builder.Dimension<RoomRow>("dim_room", d => d.NaturalKey(row => row.House, row => row.Number).Type1(row => row.Name));
            stay = builder.Fact<StayRow>("fact_stay", f => f
                .Grain("one stay", row => row.Id)
                .Dimension(room, row => new { row.House, row.Number }, whenUnknown: UnknownMember.InferMember)
                .Measure(row => row.Nights));
        });
        await using IWarehouse warehouse = await store.OpenAsync(model);
        await warehouse.LoadAsync(room, [new("a", "bc", "first"), new("ab", "c", "second")]);

        LoadReport report = await warehouse.LoadAsync(stay, [new(1, "a", "bc", 1), new(2, "ab", "c", 2), new(3, "a", "c", 3), new(4, null, "c", 4), new(5, "a", null, 5)]);

        report.Counts.Should().Be(new LoadCounts { Read = 5, Inserted = 5, Inferred = 1 });
        report.UnknownMembers["room"].Should().Be(2);
        await warehouse.ExpectAsync("""
            SELECT stay.id, room.house, room.number, room.name, room.is_inferred
            FROM business.fact_stay AS stay
            JOIN business.dim_room AS room ON room.room_key = stay.room_key
            ORDER BY stay.id
            """, """
            id | house | number | name    | is_inferred
            1  | a     | bc     | first   | false
            2  | ab    | c      | second  | false
            3  | a     | c      | NULL    | true
            4  | NULL  | NULL   | Unknown | false
            5  | NULL  | NULL   | Unknown | false
            """);
    }

    [Fact]
    public async Task A_dimension_without_versions_needs_no_time()
    {
        Dimension<RoomRow> room = null!;
        Fact<StayRow> stay = null!;
        var model = DimensionalModel.Create("rooms", builder =>
        {
            room = builder.Dimension<RoomRow>("dim_room", d => d.NaturalKey(row => row.Number).Type1(row => row.Name, row => row.House));
            stay = builder.Fact<StayRow>("fact_stay", f => f.Grain("one stay", row => row.Id).Dimension(room, row => row.Number).Degenerate(row => row.House).Measure(row => row.Nights));
        });
        await using IWarehouse warehouse = await store.OpenAsync(model);
        await warehouse.LoadAsync(room, [new("a", "1", "first")]);
        await warehouse.LoadAsync(room, [new("a", "1", "renamed")]);

        await warehouse.LoadAsync(stay, [new(1, "a", "1", 1), new(2, "a", "2", 1)]);

        await warehouse.ExpectAsync("""
            SELECT stay.id, room.name FROM business.fact_stay AS stay JOIN business.dim_room AS room ON room.room_key = stay.room_key ORDER BY stay.id
            """, "id | name\n1 | renamed\n2 | Unknown");
    }

    private async Task<IWarehouse> WithMoveAsync(Shop shop)
    {
        IWarehouse warehouse = await store.OpenAsync(shop.Model);
        await warehouse.LoadAsync(shop.Customer, [Lives(1, "Aarhus", 2), Lives(1, "Odense", 10)]);
        return warehouse;
    }

    private sealed record DeletableRow(int CustomerId, string City, DateTime ChangedAt, string Operation);

    private sealed record TransferRow(int Id, int Payer, DateTime SentAt, int Payee, DateTime ReceivedAt);

    private sealed record DeliveryRow(int Id, DateOnly Ordered, DateOnly? Due, DateTime? Shipped);

    private sealed record RoomRow(string House, string Number, string Name);

    private sealed record StayRow(int Id, string? House, string? Number, int Nights);
}
