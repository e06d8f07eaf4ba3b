using static Warehouse.Sdk.Conformance.Shop;

namespace Warehouse.Sdk.Conformance;

/// <summary>Upserts by grain: only what is really different is written.</summary>
public abstract class FactUpsertTests<TStore>(TStore store) : IClassFixture<TStore>
    where TStore : WarehouseTestStore
{
    [Fact]
    public async Task New_rows_are_inserted_changed_rows_updated_others_left_alone()
    {
        var shop = new Shop();
        await using IWarehouse warehouse = await store.OpenAsync(shop.Model);
        await warehouse.LoadAsync(shop.Payment, [Paid(1, 1, 1), Paid(2, 2, 2), Paid(3, 3, null)]);

        LoadReport report = await warehouse.LoadAsync(shop.Payment, [Paid(1, 1, 1), Paid(2, 2, 22), Paid(3, 3, null), Paid(4, 4, 4)]);

        report.Counts.Should().Be(new LoadCounts { Read = 4, Inserted = 1, Updated = 1, Unchanged = 2 });
        report.Counts.IsConserved.Should().BeTrue();
        await warehouse.ExpectAsync("SELECT payment_id, date_key, amount, load_id FROM business.fact_payment ORDER BY payment_id", """
            payment_id | date_key | amount | load_id
            1          | 20240101 | 1.00   | 1
            2          | 20240102 | 22.00  | 2
            3          | 20240103 | NULL   | 1
            4          | 20240104 | 4.00   | 2
            """);
    }

    [Fact]
    public async Task A_second_run_writes_nothing()
    {
        var shop = new Shop();
        await using IWarehouse warehouse = await store.OpenAsync(shop.Model);
        PaymentRow[] payments = [Paid(1, 1, 1), Paid(2, 2, null, customer: null)];
        await warehouse.LoadAsync(shop.Payment, payments);
        string before = await warehouse.OfTablesAsync();

        LoadReport report = await warehouse.LoadAsync(shop.Payment, payments);

        report.Outcome.Should().Be(LoadOutcome.NothingChanged);
        report.Counts.Should().Be(new LoadCounts { Read = 2, Unchanged = 2 });
        (await warehouse.OfTablesAsync()).Should().Be(before);
    }

    [Fact]
    public async Task A_batch_without_rows_changes_nothing()
    {
        var shop = new Shop();
        await using IWarehouse warehouse = await store.OpenAsync(shop.Model);
        await warehouse.LoadAsync(shop.Payment, [Paid(1, 1, 1)]);

        LoadReport report = await warehouse.LoadAsync(shop.Payment, []);

        report.Outcome.Should().Be(LoadOutcome.NothingChanged);
        report.Counts.Should().Be(new LoadCounts());
        await warehouse.ExpectAsync("SELECT payment_id FROM business.fact_payment", "payment_id\n1");
    }

    [Fact]
    public async Task Values_that_become_NULL_and_come_back_are_changes()
    {
        var shop = new Shop();
        await using IWarehouse warehouse = await store.OpenAsync(shop.Model);
        await warehouse.LoadAsync(shop.Payment, [Paid(1, 1, 1)]);

        LoadReport gone = await warehouse.LoadAsync(shop.Payment, [Paid(1, 1, null)]);
        LoadReport back = await warehouse.LoadAsync(shop.Payment, [Paid(1, 1, 1)]);

        gone.Counts.Updated.Should().Be(1);
        back.Counts.Updated.Should().Be(1);
        await warehouse.ExpectAsync("SELECT amount FROM business.fact_payment", "amount\n1.00");
    }

    [Fact]
    public async Task Numbers_that_are_equal_in_the_column_are_no_change()
    {
        Fact<Reading> fact = null!;
        var model = DimensionalModel.Create("readings", builder =>
        {
            DateDimension date = builder.DateDimension("dim_date", new DateOnly(2024, 1, 1), new DateOnly(2024, 1, 2));
            fact = builder.Fact<Reading>("fact_reading", f => f
                .Grain("one reading", row => row.Id).Date(date, row => row.Day)
                .Measure(row => row.Level, Additivity.NonAdditive).Measure(row => row.Price, type: ColumnType.Decimal(6, 2)));
        });
        await using IWarehouse warehouse = await store.OpenAsync(model);
        var day = new DateOnly(2024, 1, 1);
        await warehouse.LoadAsync(fact, [new(1, day, 0.0, 1.10m), new(2, day, double.NaN, 2.345m), new(3, day, 1, 3)]);

        LoadReport report = await warehouse.LoadAsync(fact, [new(1, day, -0.0, 1.1m), new(2, day, double.NaN, 2.35m), new(3, day, 1.0, 3.00m)]);

        report.Outcome.Should().Be(LoadOutcome.NothingChanged);
        report.Counts.Should().Be(new LoadCounts { Read = 3, Unchanged = 3 });
    }

    [Fact]
    public async Task Milestones_of_a_process_fill_in()
    {
        Fact<OrderRow> fact = null!;
        var model = DimensionalModel.Create("orders", builder =>
        {
            DateDimension date = builder.DateDimension("dim_date", new DateOnly(2024, 1, 1), new DateOnly(2024, 1, 31));
            fact = builder.Fact<OrderRow>("fact_order", f => f
                .Grain("one order", row => row.OrderId)
                .Kind(FactKind.AccumulatingSnapshot)
                .Date(date, row => row.OrderedAt, "ordered")
                .Date(date, row => row.ShippedAt, "shipped", DefaultMember.NotHappenedYet)
                .Date(date, row => row.PaidAt, "paid", DefaultMember.NotHappenedYet)
                .Measure(row => row.DaysToShip));
        });
        await using IWarehouse warehouse = await store.OpenAsync(model);
        const string Query = "SELECT order_id, ordered_date_key, shipped_date_key, paid_date_key, days_to_ship FROM business.fact_order ORDER BY order_id";
        await warehouse.LoadAsync(fact, [new(1, Day(1), null, null, null)]);
        await warehouse.ExpectAsync(Query, """
            order_id | ordered_date_key | shipped_date_key | paid_date_key | days_to_ship
            1        | 20240101         | -4               | -4            | NULL
            """);

        await warehouse.LoadAsync(fact, [new(1, Day(1), Day(3), null, 2)]);
        LoadReport paid = await warehouse.LoadAsync(fact, [new(1, Day(1), Day(3), Day(5), 2)]);
        LoadReport again = await warehouse.LoadAsync(fact, [new(1, Day(1), Day(3), Day(5), 2)]);

        paid.Counts.Should().Be(new LoadCounts { Read = 1, Updated = 1 });
        paid.UnknownMembers.Values.Should().OnlyContain(count => count == 0, "what has not happened yet is not unknown");
        again.Outcome.Should().Be(LoadOutcome.NothingChanged);
        await warehouse.ExpectAsync(Query, """
            order_id | ordered_date_key | shipped_date_key | paid_date_key | days_to_ship
            1        | 20240101         | 20240103         | 20240105      | 2
            """);
    }

    [Fact]
    public async Task A_retracted_milestone_is_open_again()
    {
        var shop = new Shop();
        await using IWarehouse warehouse = await store.OpenAsync(shop.Model);
        await warehouse.LoadAsync(shop.Payment, [Paid(1, 1, 1)]);

        await warehouse.LoadAsync(shop.Payment, [new(1, 1, null, 1)]);

        await warehouse.ExpectAsync("SELECT date_key, paid_at FROM business.fact_payment", "date_key | paid_at\n-1 | NULL");
    }

    private sealed record Reading(int Id, DateOnly Day, double Level, decimal Price);

    private sealed record OrderRow(int OrderId, DateTime OrderedAt, DateTime? ShippedAt, DateTime? PaidAt, int? DaysToShip);
}
