using Microsoft.Extensions.Time.Testing;
using Warehouse.Sdk.Providers;
using static Warehouse.Sdk.Conformance.Shop;

namespace Warehouse.Sdk.Conformance;

/// <summary>Accumulating snapshots: one row per process, and what is known of it never depends on how its events arrived.</summary>
public abstract class AccumulatingSnapshotTests<TStore>(TStore store) : IClassFixture<TStore>
    where TStore : WarehouseTestStore
{
    private const string Orders = """
        SELECT order_id, placed_at, shipped_at, closed_at, ship_lag_days, close_lag_hours, status, quantity, times_reopened
        FROM business.fact_order
        ORDER BY order_id
        """;

    private const string Milestones = "SELECT order_id, placed_date_key, shipped_date_key, closed_date_key FROM business.fact_order ORDER BY order_id";

    [Fact]
    public async Task A01_Milestones_fill_in_as_they_happen_and_lags_follow()
    {
        Process process = new();
        await using IWarehouse warehouse = await store.OpenAsync(process.Model);

        LoadReport placed = await warehouse.LoadAsync(process.Order, [new(1, 1) { PlacedAt = Day(5), Customer = 7, Status = "placed", Quantity = 3 }]);
        LoadReport shipped = await warehouse.LoadAsync(process.Order, [new(1, 2) { ShippedAt = Day(8.25), Status = "shipped" }]);
        await warehouse.LoadAsync(process.Order, [new(1, 3) { ClosedAt = Day(9.5), Status = "closed" }]);

        placed.Counts.Should().Be(new LoadCounts { Read = 1, Inserted = 1 });
        shipped.Counts.Should().Be(new LoadCounts { Read = 1, Updated = 1 });
        await warehouse.ExpectAsync(Orders, """
            order_id | placed_at  | shipped_at          | closed_at           | ship_lag_days | close_lag_hours | status | quantity | times_reopened
            1        | 2024-01-05 | 2024-01-08 06:00:00 | 2024-01-09 12:00:00 | 3             | 30              | closed | 3        | 0
            """);
        await warehouse.ExpectAsync(Milestones, "order_id | placed_date_key | shipped_date_key | closed_date_key\n1 | 20240105 | 20240108 | 20240109");
        (await warehouse.VerifyAsync()).ToString().Should().EndWith("no findings");
    }

    [Fact]
    public async Task A01_Several_events_of_one_process_fold_within_one_batch()
    {
        Process process = new();
        await using IWarehouse warehouse = await store.OpenAsync(process.Model);

        LoadReport report = await warehouse.LoadAsync(process.Order,
        [
            new(1, 3) { ShippedAt = Day(9) },
            new(1, 1) { PlacedAt = Day(5), Quantity = 1 },
            new(1, 2) { ShippedAt = Day(8), Quantity = 2 },
            new(1, 1) { PlacedAt = Day(5), Quantity = 1 },
            new(2, 1) { PlacedAt = Day(6) },
        ]);

        report.Counts.Should().Be(new LoadCounts { Read = 5, Inserted = 2, Folded = 2, Duplicates = 1 });
        report.Counts.IsConserved.Should().BeTrue();
        await warehouse.ExpectAsync(Orders, """
            order_id | placed_at  | shipped_at | closed_at | ship_lag_days | close_lag_hours | status | quantity | times_reopened
            1        | 2024-01-05 | 2024-01-09 | NULL      | 4             | NULL            | NULL   | 2        | 0
            2        | 2024-01-06 | NULL       | NULL      | NULL          | NULL            | NULL   | NULL     | 0
            """);
    }

    [Fact]
    public async Task A03_An_explicit_NULL_retracts_only_where_the_source_says_so()
    {
        Process process = new();
        await using IWarehouse warehouse = await store.OpenAsync(process.Model);
        await warehouse.LoadAsync(process.Order, [new(1, 1) { PlacedAt = Day(5), ShippedAt = Day(8), ClosedAt = Day(9) }, new(2, 1) { PlacedAt = Day(5), ShippedAt = Day(8) }]);

        await warehouse.LoadAsync(process.Order, [new(1, 2) { Status = "says nothing of milestones" }, new(2, 2) { IsShipmentRetracted = true }]);

        await warehouse.ExpectAsync(Orders, """
            order_id | placed_at  | shipped_at | closed_at  | ship_lag_days | close_lag_hours | status                     | quantity | times_reopened
            1        | 2024-01-05 | 2024-01-08 | 2024-01-09 | 3             | 24              | says nothing of milestones | NULL     | 0
            2        | 2024-01-05 | NULL       | NULL       | NULL          | NULL            | NULL                       | NULL     | 0
            """);
        await warehouse.ExpectAsync(Milestones, "order_id | placed_date_key | shipped_date_key | closed_date_key\n1 | 20240105 | 20240108 | 20240109\n2 | 20240105 | -4 | -4");
    }

    [Theory]
    [InlineData("order_id,lsn,placed_at,shipped_at\n1,2,2024-01-05,\n", "NULL")]
    [InlineData("order_id,lsn,placed_at\n1,2,2024-01-05\n", "2024-01-08")]
    public async Task A03_A_column_that_the_file_does_not_have_says_nothing_where_a_NULL_retracts(string csv, string shippedAt)
    {
        using var folder = new ScratchFolder();
        string file = folder.Write("orders.csv", csv);
        Fact<ShipmentRow> order = null!;
        var model = DimensionalModel.Create("orders", builder =>
        {
            DateDimension date = Dates(builder);
            order = builder.Fact<ShipmentRow>("fact_order", f => f
                .Grain("one order", row => row.OrderId)
                .AccumulatingSnapshot(a => a
                    .Milestone(date, row => row.PlacedAt, "placed")
                    .Milestone(date, row => row.ShippedAt, "shipped", whenNull: MilestoneNull.Retract))
                .Sequence(row => row.Lsn));
        });
        await using IWarehouse warehouse = await store.OpenAsync(model);
        await warehouse.LoadAsync(order, [new(1, 1, Day(5), Day(8))]);

        await warehouse.LoadAsync(order, Source.Csv(file));

        await warehouse.ExpectAsync("SELECT placed_at, shipped_at FROM business.fact_order", $"placed_at | shipped_at\n2024-01-05 | {shippedAt}");
    }

    [Fact]
    public async Task A04_A_stale_event_changes_nothing_whatever_order_events_come_in()
    {
        OrderRow[] events =
        [
            new(1, 1) { PlacedAt = Day(4), ShippedAt = Day(5), Customer = 7 },
            new(1, 2) { ShippedAt = Day(6), Status = "re-dated" },
            new(1, 3) { ClosedAt = Day(9) },
            new(1, 4) { IsReopened = true, Status = "open again" },
            new(1, 5) { ClosedAt = Day(12), Status = "closed again" },
        ];
        Process process = new();
        await using IWarehouse inOrder = await store.OpenAsync(process.Model);
        foreach (OrderRow row in events)
            await inOrder.LoadAsync(process.Order, [row]);
        string expected = await inOrder.DrawAsync(Orders);
        Process other = new();
        await using IWarehouse shuffled = await store.OpenAsync(other.Model);

        await shuffled.LoadAsync(other.Order, [events[4], events[1]]);
        await shuffled.LoadAsync(other.Order, [events[3]]);
        await shuffled.LoadAsync(other.Order, [events[0], events[2]]);
        LoadReport again = await shuffled.LoadAsync(other.Order, [events[0], events[2]]);

        (await shuffled.DrawAsync(Orders)).Should().Be(expected);
        expected.Should().Contain("2024-01-06").And.Contain("closed again");
        again.Outcome.Should().Be(LoadOutcome.NothingChanged);
        again.Counts.Should().Be(new LoadCounts { Read = 2, Unchanged = 1, Folded = 1 });
        (await shuffled.VerifyAsync()).ToString().Should().EndWith("no findings");
    }

    [Fact]
    public async Task A04_One_event_with_other_values_is_kept_aside()
    {
        Process process = new();
        await using IWarehouse warehouse = await store.OpenAsync(process.Model);
        await warehouse.LoadAsync(process.Order, [new(1, 1) { PlacedAt = Day(5) }]);

        LoadReport report = await warehouse.LoadAsync(process.Order, [new(1, 1) { PlacedAt = Day(6) }, new(null, 2), new(3, null)], new() { Rejects = RejectPolicy.KeepAll });

        report.Counts.Should().Be(new LoadCounts { Read = 3, Rejected = 3 });
        report.Counts.IsConserved.Should().BeTrue();
        await warehouse.ExpectAsync("SELECT line, column_name, reason FROM warehouse.reject ORDER BY line", """
            line | column_name | reason
            1    | lsn         | an event of this process and sequence was loaded before with other values (order_id = 1)
            2    | order_id    | grain or sequence is NULL
            3    | lsn         | grain or sequence is NULL
            """);
        await warehouse.ExpectAsync("SELECT placed_at FROM business.fact_order", "placed_at\n2024-01-05");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A05_The_same_event_twice_writes_nothing(bool hasSequence)
    {
        Process process = new(hasSequence);
        await using IWarehouse warehouse = await store.OpenAsync(process.Model);
        OrderRow[] events = [new(1, 1) { PlacedAt = Day(5), Customer = 7, Quantity = 2 }, new(2, 1) { PlacedAt = Day(5), IsReopened = true }];
        await warehouse.LoadAsync(process.Order, events);
        string before = await warehouse.OfTablesAsync();

        LoadReport report = await warehouse.LoadAsync(process.Order, events);

        report.Outcome.Should().Be(LoadOutcome.NothingChanged);
        report.Counts.Should().Be(new LoadCounts { Read = 2, Unchanged = 2 });
        (await warehouse.OfTablesAsync()).Should().Be(before);
    }

    [Fact]
    public async Task A07_What_has_not_happened_links_to_minus_4_and_never_to_NULL()
    {
        Process process = new();
        await using IWarehouse warehouse = await store.OpenAsync(process.Model);

        await warehouse.LoadAsync(process.Order, [new(1, 1), new(2, 1) { PlacedAt = Day(400) }]);

        await warehouse.ExpectAsync(Milestones, """
            order_id | placed_date_key | shipped_date_key | closed_date_key
            1        | -4              | -4               | -4
            2        | -1              | -4               | -4
            """);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A08_A_closed_order_that_opens_again_loses_its_closing_and_is_counted(bool hasSequence)
    {
        Process process = new(hasSequence);
        await using IWarehouse warehouse = await store.OpenAsync(process.Model);
        await warehouse.LoadAsync(process.Order, [new(1, 1) { PlacedAt = Day(5), ClosedAt = Day(9), Status = "closed" }]);

        await warehouse.LoadAsync(process.Order, [new(1, 2) { IsReopened = true, Status = "open" }]);
        await warehouse.ExpectAsync(Orders, """
            order_id | placed_at  | shipped_at | closed_at | ship_lag_days | close_lag_hours | status | quantity | times_reopened
            1        | 2024-01-05 | NULL       | NULL      | NULL          | NULL            | open   | NULL     | 1
            """);
        await warehouse.LoadAsync(process.Order, [new(1, 3) { IsReopened = true }]);
        await warehouse.LoadAsync(process.Order, [new(1, 4) { ClosedAt = Day(11), Status = "closed" }]);
        await warehouse.LoadAsync(process.Order, [new(1, 5) { IsReopened = true, Status = "open" }]);

        await warehouse.ExpectAsync("SELECT closed_at, closed_date_key, status, times_reopened FROM business.fact_order", "closed_at | closed_date_key | status | times_reopened\nNULL | -4 | open | 2");
        (await warehouse.VerifyAsync()).ToString().Should().EndWith("no findings");
    }

    [Fact]
    public async Task A_link_keeps_its_member_and_follows_a_milestone_that_is_re_dated()
    {
        Process process = new();
        await using IWarehouse warehouse = await store.OpenAsync(process.Model);
        await warehouse.LoadAsync(process.Customer, [Lives(7, "Aarhus", 1), Lives(7, "Odense", 10)]);
        const string City = "SELECT customer.city FROM business.fact_order AS f JOIN business.dim_customer AS customer ON customer.customer_key = f.customer_key";
        await warehouse.LoadAsync(process.Order, [new(1, 1) { PlacedAt = Day(5), Customer = 7 }]);
        await warehouse.ExpectAsync(City, "city\nAarhus");

        await warehouse.LoadAsync(process.Order, [new(1, 2) { PlacedAt = Day(11) }]);

        await warehouse.ExpectAsync(City, "city\nOdense");
        (await warehouse.VerifyAsync()).ToString().Should().EndWith("no findings");
    }

    [Fact]
    public async Task Without_a_sequence_rows_fold_in_the_order_they_landed()
    {
        ZoneTable<LandedRow> landing = null!;
        Fact<LandedRow> order = null!;
        var model = DimensionalModel.Create("orders", builder =>
        {
            DateDimension date = Dates(builder);
            landing = builder.Landing<LandedRow>("orders");
            order = builder.Fact<LandedRow>("fact_order", f => f
                .Grain("one order", row => row.OrderId)
                .AccumulatingSnapshot(a => a.Milestone(date, row => row.PlacedAt, "placed").Milestone(date, row => row.ShippedAt, "shipped")));
        });
        await using IWarehouse warehouse = await store.OpenAsync(model);
        await warehouse.LoadAsync(landing, [new(1, Day(5), null), new(2, Day(5), null)]);
        await warehouse.LoadAsync(landing, [new(1, null, Day(8)), new(2, Day(6), null)]);

        LoadReport report = await warehouse.LoadAsync(order, Source.Landed(landing));
        await warehouse.LoadAsync(landing, [new(1, null, Day(9))]);
        await warehouse.LoadAsync(order, Source.Landed(landing));

        report.Counts.Should().Be(new LoadCounts { Read = 4, Inserted = 2, Folded = 2 });
        await warehouse.ExpectAsync("SELECT order_id, placed_at, shipped_at FROM business.fact_order ORDER BY order_id", "order_id | placed_at | shipped_at\n1 | 2024-01-05 | 2024-01-09\n2 | 2024-01-06 | NULL");
    }

    [Fact]
    public async Task A_failure_at_any_statement_leaves_rows_and_remembered_events_as_they_were()
    {
        Process process = new();
        var provider = new HookedProvider(store.OpenProvider(await store.CreateDatabaseAsync()));
        await using var warehouse = new WarehouseClient(provider, process.Model, time: new FakeTimeProvider(new DateTimeOffset(Day(12), TimeSpan.Zero)));
        await warehouse.DeployAsync();
        await warehouse.LoadAsync(process.Order, [new(1, 1) { PlacedAt = Day(5) }]);
        OrderRow[] next = [new(1, 3) { ClosedAt = Day(9) }, new(1, 2) { ShippedAt = Day(8) }, new(2, 1) { PlacedAt = Day(6) }];
        string before = await warehouse.OfAllAsync();

        int calls = await CrashEverywhere.RunAsync(provider, () => warehouse.LoadAsync(process.Order, next), async () => (await warehouse.OfAllAsync()).Should().Be(before));

        calls.Should().BeGreaterThan(15);
        await warehouse.ExpectAsync(Orders, """
            order_id | placed_at  | shipped_at | closed_at  | ship_lag_days | close_lag_hours | status | quantity | times_reopened
            1        | 2024-01-05 | 2024-01-08 | 2024-01-09 | 3             | 24              | NULL   | NULL     | 0
            2        | 2024-01-06 | NULL       | NULL       | NULL          | NULL            | NULL   | NULL     | 0
            """);
    }

    [Fact]
    public async Task Verification_names_milestones_lags_and_rows_that_their_events_do_not_say()
    {
        Process process = new();
        await using IWarehouse warehouse = await store.OpenAsync(process.Model);
        await warehouse.LoadAsync(process.Order, [new(1, 1) { PlacedAt = Day(5), ShippedAt = Day(8) }, new(2, 1) { PlacedAt = Day(5) }, new(3, 1) { PlacedAt = Day(6) }]);
        await warehouse.QueryAsync<int>("UPDATE business.fact_order SET ship_lag_days = 9 WHERE order_id = 1");
        await warehouse.QueryAsync<int>("UPDATE business.fact_order SET shipped_date_key = 20240107 WHERE order_id = 2");
        await warehouse.QueryAsync<int>("UPDATE business.fact_order SET status = 'made up' WHERE order_id = 3");

        VerifyReport report = await warehouse.VerifyAsync(process.Order);

        report.Findings.Select(finding => $"{finding.Rule}: {finding.Member}: {finding.Detail}").Should().Equal(
            "milestone-keys: order_id = 2: shipped_date_key does not say what its time says",
            "lags: order_id = 1: ship_lag_days is not the time between its milestones",
            "told-values: order_id = 3: status is not what was told last");
    }

    private static DateDimension Dates(DimensionalModelBuilder builder) => builder.DateDimension("dim_date", new DateOnly(2024, 1, 1), new DateOnly(2024, 1, 31));

    private sealed record OrderRow(int? OrderId, long? Lsn)
    {
        public DateTime? PlacedAt { get; init; }

        public DateTime? ShippedAt { get; init; }

        public DateTime? ClosedAt { get; init; }

        public bool? IsShipmentRetracted { get; init; }

        public bool? IsReopened { get; init; }

        public int? Customer { get; init; }

        public string? Status { get; init; }

        public int? Quantity { get; init; }
    }

    private sealed record LandedRow(int OrderId, DateTime? PlacedAt, DateTime? ShippedAt);

    private sealed record ShipmentRow(int OrderId, long Lsn, DateTime? PlacedAt, DateTime? ShippedAt);

    private sealed class Process
    {
        public Process(bool hasSequence = true) => Model = DimensionalModel.Create("orders", builder =>
        {
            DateDimension date = Dates(builder);
            Customer = builder.Dimension<CustomerRow>("dim_customer", d => d.NaturalKey(row => row.CustomerId).Type2(row => row.City).EffectiveFrom(row => row.ChangedAt));
            Order = builder.Fact<OrderRow>("fact_order", f =>
            {
                f.Grain("one order, from the basket to the end", row => row.OrderId)
                    .AccumulatingSnapshot(a => a
                        .Milestone(date, row => row.PlacedAt, "placed")
                        .Milestone(date, row => row.ShippedAt, "shipped", retracted: row => row.IsShipmentRetracted)
                        .Milestone(date, row => row.ClosedAt, "closed")
                        .Lag("ship_lag_days", "placed", "shipped")
                        .Lag("close_lag_hours", "shipped", "closed", LagUnit.Hours)
                        .Reopen("closed", row => row.IsReopened))
                    .Dimension(Customer, row => row.Customer, asOf: row => row.PlacedAt)
                    .Degenerate(row => row.Status)
                    .Measure(row => row.Quantity);
                if (hasSequence)
                    f.Sequence(row => row.Lsn);
                else
                    f.Ignore(row => row.Lsn);
            });
        });

        public DimensionalModel Model { get; }

        public Dimension<CustomerRow> Customer { get; private set; } = null!;

        public Fact<OrderRow> Order { get; private set; } = null!;
    }
}
