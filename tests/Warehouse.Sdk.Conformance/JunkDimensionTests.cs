using static Warehouse.Sdk.Conformance.Shop;

namespace Warehouse.Sdk.Conformance;

/// <summary>Junk dimensions: the combinations of flags that facts bring, one row each, and the key on the fact.</summary>
public abstract class JunkDimensionTests<TStore>(TStore store) : IClassFixture<TStore>
    where TStore : WarehouseTestStore
{
    private const string Flags = "SELECT order_flags_key, is_gift, is_online, coupon, priority FROM business.dim_order_flags WHERE order_flags_key > 0 ORDER BY order_flags_key";
    private const string Orders = "SELECT order_id, order_flags_key, amount FROM business.fact_order ORDER BY order_id";

    [Fact]
    public async Task Each_combination_has_one_row_and_keeps_its_key()
    {
        var (warehouse, order) = await OpenAsync(fact => fact.Upsert());
        await using var _ = warehouse;
        await warehouse.ExpectAsync("SELECT * FROM business.dim_order_flags ORDER BY order_flags_key", """
            order_flags_key | is_gift        | is_online      | coupon         | priority | load_id
            -2              | Not applicable | Not applicable | Not applicable | NULL     | 0
            -1              | Unknown        | Unknown        | Unknown        | NULL     | 0
            """);

        LoadReport report = await warehouse.LoadAsync(order, [new(1, true, false, "x", 1, 5, Day(1)), new(2, null, false, null, null, 5, Day(1)), new(3, true, false, "x", 1, 7, Day(1)), new(4, null, null, null, null, 5, Day(1)), new(5, null, false, null, null, 5, Day(1))]);

        report.Counts.Should().Be(new LoadCounts { Read = 5, Inserted = 5, NewCombinations = 3 });
        await warehouse.ExpectAsync(Flags, """
            order_flags_key | is_gift | is_online | coupon  | priority
            1               | Gift    | No        | x       | 1
            2               | Unknown | No        | Unknown | NULL
            3               | Unknown | Unknown   | Unknown | NULL
            """);
        (await warehouse.LoadAsync(order, [new(1, true, false, "x", 1, 5, Day(1)), new(2, null, false, null, null, 5, Day(1))])).Outcome.Should().Be(LoadOutcome.NothingChanged);
        report = await warehouse.LoadAsync(order, [new(1, false, false, "x", 2, 5, Day(1)), new(6, true, false, "x", 1, 1, Day(2))]);

        report.Counts.Should().Be(new LoadCounts { Read = 2, Inserted = 1, Updated = 1, NewCombinations = 1 });
        await warehouse.ExpectAsync(Flags, """
            order_flags_key | is_gift | is_online | coupon  | priority
            1               | Gift    | No        | x       | 1
            2               | Unknown | No        | Unknown | NULL
            3               | Unknown | Unknown   | Unknown | NULL
            4               | Ware    | No        | x       | 2
            """);
        await warehouse.ExpectAsync(Orders, """
            order_id | order_flags_key | amount
            1        | 4               | 5.00
            2        | 2               | 5.00
            3        | 1               | 7.00
            4        | 3               | 5.00
            5        | 2               | 5.00
            6        | 1               | 1.00
            """);
        VerifyReport verified = await warehouse.VerifyAsync();
        verified.IsSound.Should().BeTrue(verified.ToString());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Reloads_find_the_combinations_again(bool fromWatermark)
    {
        var (warehouse, order) = await OpenAsync(fact =>
        {
            if (fromWatermark)
                fact.FromWatermark(row => row.At);
            else
                fact.FullRefresh();
        });
        await using var _ = warehouse;
        OrderRow[] rows = [new(1, true, false, "x", 1, 5, Day(1)), new(2, null, false, null, null, 5, Day(2))];
        await warehouse.LoadAsync(order, rows);

        (await warehouse.LoadAsync(order, rows)).Outcome.Should().Be(LoadOutcome.NothingChanged);
        LoadReport report = await warehouse.LoadAsync(order, [rows[0], rows[1] with { IsGift = true }]);

        report.Counts.NewCombinations.Should().Be(1);
        await warehouse.ExpectAsync(Orders, """
            order_id | order_flags_key | amount
            1        | 1               | 5.00
            2        | 3               | 5.00
            """);
    }

    [Fact]
    public async Task A_row_that_is_rejected_leaves_no_combination_and_a_load_that_fails_none_at_all()
    {
        var (warehouse, order) = await OpenAsync(fact => fact.Upsert());
        await using var _ = warehouse;

        await warehouse.LoadAsync(order, [new(null, true, true, "y", 1, 5, Day(1)), new(1, null, false, null, null, 5, Day(1))], new() { Rejects = RejectPolicy.KeepAll });
        await Assert.ThrowsAsync<WarehouseLoadException>(() => warehouse.LoadAsync(order, [new(2, true, true, "z", 1, 5, Day(1)), new(null, true, true, "z", 1, 5, Day(1))]));

        await warehouse.ExpectAsync(Flags, """
            order_flags_key | is_gift | is_online | coupon  | priority
            1               | Unknown | No        | Unknown | NULL
            """);
    }

    [Fact]
    public async Task Facts_of_one_source_share_it_also_when_they_are_loaded_at_the_same_time()
    {
        Fact<OrderRow> first = null!;
        Fact<OrderRow> second = null!;
        var model = DimensionalModel.Create("orders", builder =>
        {
            var flags = builder.JunkDimension<OrderRow>("dim_order_flags", Flagged);
            first = builder.Fact<OrderRow>("fact_order", fact => fact.Grain("one order", row => row.OrderId).JunkDimension(flags).Measure(row => row.Amount).Degenerate(row => row.At));
            second = builder.Fact<OrderRow>("fact_invoice", fact => fact.Grain("one invoice", row => row.OrderId).JunkDimension(flags).Measure(row => row.Amount).Degenerate(row => row.At));
        });
        await using IWarehouse warehouse = await store.OpenAsync(model);
        OrderRow[] rows = [.. Enumerable.Range(1, 60).Select(id => new OrderRow(id, id % 3 == 0 ? null : id % 3 == 1, id % 2 == 0, null, id % 5, 1, Day(1)))];

        await Task.WhenAll(Task.Run(() => warehouse.LoadAsync(first, rows)), Task.Run(() => warehouse.LoadAsync(second, rows.Reverse())));

        await warehouse.ExpectAsync("SELECT count(*) AS combinations, min(order_flags_key) AS first_key, max(order_flags_key) AS last_key FROM business.dim_order_flags WHERE order_flags_key > 0", """
            combinations | first_key | last_key
            30           | 1         | 30
            """);
        await warehouse.ExpectAsync("SELECT count(*) AS differ FROM business.fact_order AS o JOIN business.fact_invoice AS i USING (order_id) WHERE o.order_flags_key <> i.order_flags_key", "differ\n0");
        (await warehouse.VerifyAsync()).IsSound.Should().BeTrue();
    }

    private static void Flagged(CombinationBuilder<OrderRow> junk) => junk
        .Flag(row => row.IsGift, "Gift", "Ware")
        .Flag(row => row.IsOnline)
        .Attribute(row => row.Coupon, row => row.Priority)
        .Column(row => row.Coupon, ColumnType.Varchar(3));

    private async Task<(IWarehouse Warehouse, Fact<OrderRow> Order)> OpenAsync(Action<FactBuilder<OrderRow>> growth)
    {
        Fact<OrderRow> order = null!;
        var model = DimensionalModel.Create("orders", builder =>
        {
            builder.Conventions(names => names with { DecimalType = ColumnType.Decimal(10, 2) });
            var flags = builder.JunkDimension<OrderRow>("dim_order_flags", Flagged);
            order = builder.Fact<OrderRow>("fact_order", fact =>
            {
                fact.Grain("one order", row => row.OrderId).JunkDimension(flags).Measure(row => row.Amount).Degenerate(row => row.At);
                growth(fact);
            });
        });
        return (await store.OpenAsync(model), order);
    }

    private sealed record OrderRow(int? OrderId, bool? IsGift, bool? IsOnline, string? Coupon, int? Priority, decimal Amount, DateTime At);
}
