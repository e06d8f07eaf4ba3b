using static Warehouse.Sdk.Conformance.Shop;

namespace Warehouse.Sdk.Conformance;

/// <summary>K08: a new natural key reaches every table that keeps the old one, and nothing that says something else.</summary>
public abstract class RekeyReferenceTests<TStore>(TStore store) : IClassFixture<TStore>
    where TStore : WarehouseTestStore
{
    private const string Kept = """
        SELECT 'payment' AS kept, payment_id AS id, customer_id, customer_key FROM business.fact_payment
        UNION ALL SELECT 'order', order_id, customer_id, customer_key FROM business.fact_order
        UNION ALL SELECT 'event', order_id, customer_id, NULL FROM business.fact_order_event
        UNION ALL SELECT 'day', CAST(amount AS integer), customer_id, customer_key FROM business.fact_paid
        UNION ALL SELECT 'above', depth, ancestor_customer_id, NULL FROM business.bridge_manager
        UNION ALL SELECT 'below', depth, descendant_customer_id, NULL FROM business.bridge_manager
        ORDER BY kept, id, customer_id
        """;

    private const string Expected = """
        kept    | id | customer_id | customer_key
        above   | 0  | 2           | NULL
        above   | 0  | 9           | NULL
        above   | 1  | 9           | NULL
        below   | 0  | 2           | NULL
        below   | 0  | 9           | NULL
        below   | 1  | 2           | NULL
        day     | 5  | 9           | 1
        day     | 6  | 2           | 2
        event   | 1  | 9           | NULL
        event   | 1  | 9           | NULL
        order   | 1  | 9           | 1
        payment | 1  | 9           | 1
        payment | 2  | 2           | 2
        payment | 3  | 7           | -1
        """;

    [Fact]
    public async Task K08_Facts_processes_snapshots_and_maps_that_keep_the_key_get_the_new_one()
    {
        Keepers keepers = new();
        await using IWarehouse warehouse = await store.OpenAsync(keepers.Model);
        await LoadAsync(keepers, warehouse, customer: 1);

        LoadReport report = await warehouse.RekeyAsync(keepers.Customer, [new(1, 9)]);

        report.Counts.Should().Be(new LoadCounts { Read = 1, Updated = 1 });
        await warehouse.ExpectAsync(Kept, Expected);
        (await warehouse.VerifyAsync()).ToString().Should().EndWith("no findings");
        string before = await warehouse.OfTablesAsync();
        (await warehouse.RekeyAsync(keepers.Customer, [new(1, 9), new(9, 9)])).Outcome.Should().Be(LoadOutcome.NothingChanged);
        foreach (LoadReport again in await LoadAsync(keepers, warehouse, customer: 9))
            again.Outcome.Should().Be(LoadOutcome.NothingChanged, again.Target);
        (await warehouse.OfTablesAsync()).Should().Be(before);
    }

    [Fact]
    public async Task K08_Rows_that_would_meet_those_of_the_member_refuse_the_mapping()
    {
        Keepers keepers = new();
        await using IWarehouse warehouse = await store.OpenAsync(keepers.Model);
        await LoadAsync(keepers, warehouse, customer: 1);
        await warehouse.LoadAsync(keepers.Paid, [new(5, 9, Day(5), 1)]);
        string before = await warehouse.OfAllAsync();

        var refused = await Assert.ThrowsAsync<WarehouseLoadException>(() => warehouse.RekeyAsync(keepers.Customer, [new(1, 9)]));

        refused.Message.Should().Contain("business.fact_paid has rows of the new key already").And.Contain("customer_id = 9");
        (await warehouse.OfAllAsync()).Should().Be(before);
    }

    [Fact]
    public async Task K08_A_key_that_says_something_else_too_and_a_history_of_combinations_are_refused()
    {
        Dimension<CustomerRow> customer = null!;
        MiniDimension<CustomerRow> city = null!;
        var model = DimensionalModel.Create("shop", builder =>
        {
            city = builder.MiniDimension<CustomerRow>("dim_city", m => m.Attribute(row => row.City));
            customer = builder.Dimension<CustomerRow>("dim_customer", d => d.NaturalKey(row => row.CustomerId).MiniDimension(city).EffectiveFrom(row => row.ChangedAt));
            var account = builder.Dimension<AccountRow>("dim_account", d => d.NaturalKey(row => row.AccountId));
            builder.Fact<PaymentRow>("fact_payment", f => f
                .Grain("one payment", row => row.PaymentId)
                .Dimension(customer, row => row.CustomerId, asOf: row => row.PaidAt)
                .Dimension(account, row => row.CustomerId)
                .Lookup("customer", keepKey: true)
                .Measure(row => row.Amount));
        });
        await using IWarehouse warehouse = await store.OpenAsync(model);

        var shared = await Assert.ThrowsAsync<ArgumentException>(() => warehouse.RekeyAsync(customer, [new(1, 9)]));
        var history = await Assert.ThrowsAsync<ArgumentException>(() => warehouse.RekeyAsync(model.Dimensions.Single(dimension => dimension.Name.Name.Value == "dim_city_assignment"), [new(1, 9)]));

        shared.Message.Should().Contain("business.fact_payment.customer_id is the key of its account too");
        history.Message.Should().Contain("give business.dim_customer the new keys");
    }

    [Fact]
    public async Task A_key_that_is_partly_of_a_grain_is_refused()
    {
        Dimension<BranchRow> branch = null!;
        var model = DimensionalModel.Create("branches", builder =>
        {
            DateDimension date = builder.DateDimension("dim_date", new DateOnly(2024, 1, 1), new DateOnly(2024, 1, 31));
            branch = builder.Dimension<BranchRow>("dim_branch", d => d.NaturalKey(row => row.Company, row => row.No).Type1(row => row.City));
            builder.Fact<TicketRow>("fact_ticket", f => f
                .Grain("one ticket of a company", row => row.Company, row => row.TicketId)
                .Date(date, row => row.Day)
                .Dimension(branch, row => new { row.Company, row.No })
                .Lookup("branch", keepKey: true)
                .Measure(row => row.Amount));
        });
        await using IWarehouse warehouse = await store.OpenAsync(model);

        var refused = await Assert.ThrowsAsync<ArgumentException>(() => warehouse.RekeyAsync(branch, [new(new object[] { 1, 1 }, new object[] { 2, 1 })]));

        refused.Message.Should().Contain("business.fact_ticket has only a part of the key (company, no) in its grain").And.Contain("Nothing was changed");
    }

    private static async Task<IReadOnlyList<LoadReport>> LoadAsync(Keepers keepers, IWarehouse warehouse, int customer) =>
    [
        await warehouse.LoadAsync(keepers.Customer, [Lives(customer, "Aarhus", 1), Lives(2, "Ribe", 1)]),
        await warehouse.LoadAsync(keepers.Map, Source.Rows<ManagerRow>([new(2, customer)])),
        await warehouse.LoadAsync(keepers.Payment, [Paid(1, 3, 10, customer), Paid(2, 3, 20, 2), Paid(3, 3, 30, 7)]),
        await warehouse.LoadAsync(keepers.Order, [new(1, 1, customer, Day(2), null), new(1, 2, customer, null, Day(4))]),
        await warehouse.LoadAsync(keepers.Paid, [new(1, customer, Day(3), 2), new(2, customer, Day(3), 3), new(3, 2, Day(3), 6)]),
    ];

    private sealed record ManagerRow(int CustomerId, int? ManagerId);

    private sealed record AccountRow(int AccountId);

    private sealed record BranchRow(int Company, int No, string City);

    private sealed record TicketRow(int Company, int TicketId, int No, DateTime Day, decimal Amount);

    private sealed record OrderRow(int OrderId, int Lsn, int? CustomerId, DateTime? PlacedAt, DateTime? ShippedAt);

    private sealed record PaidRow(int PaymentId, int CustomerId, DateTime Day, decimal Amount);

    private sealed class Keepers
    {
        public Keepers() => Model = DimensionalModel.Create("keepers", model =>
        {
            model.Conventions(names => names with { DecimalType = ColumnType.Decimal(10, 2) });
            DateDimension date = model.DateDimension("dim_date", new DateOnly(2024, 1, 1), new DateOnly(2024, 1, 31));
            Customer = model.Dimension<CustomerRow>("dim_customer", d => d.NaturalKey(row => row.CustomerId).Type2(row => row.City).EffectiveFrom(row => row.ChangedAt));
            Map = model.Hierarchy<ManagerRow>("bridge_manager", Customer, h => h.Child(row => row.CustomerId).Parent(row => row.ManagerId));
            Payment = model.Fact<PaymentRow>("fact_payment", f => f
                .Grain("one payment", row => row.PaymentId)
                .Date(date, row => row.PaidAt)
                .Dimension(Customer, row => row.CustomerId, asOf: row => row.PaidAt)
                .Lookup("customer", keepKey: true)
                .Measure(row => row.Amount));
            Order = model.Fact<OrderRow>("fact_order", f => f
                .Grain("one order", row => row.OrderId)
                .AccumulatingSnapshot(a => a.Milestone(date, row => row.PlacedAt, "placed").Milestone(date, row => row.ShippedAt, "shipped"))
                .Dimension(Customer, row => row.CustomerId, asOf: row => row.PlacedAt)
                .Sequence(row => row.Lsn));
            Paid = model.Fact<PaidRow>("fact_paid", f => f
                .Grain("one customer on one day", row => row.CustomerId)
                .PeriodicSnapshot(SnapshotPeriod.Day, date, row => row.Day, p => p.Sum(row => row.Amount).RowKey(row => row.PaymentId))
                .Dimension(Customer, row => row.CustomerId, asOf: row => row.Day));
        });

        public DimensionalModel Model { get; }

        public Dimension<CustomerRow> Customer { get; private set; } = null!;

        public HierarchyBridge Map { get; private set; } = null!;

        public Fact<PaymentRow> Payment { get; private set; } = null!;

        public Fact<OrderRow> Order { get; private set; } = null!;

        public Fact<PaidRow> Paid { get; private set; } = null!;
    }
}
