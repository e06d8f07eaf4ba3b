using static Warehouse.Sdk.Conformance.Shop;

namespace Warehouse.Sdk.Conformance;

/// <summary>Full refreshes swap the rows in one transaction.</summary>
public abstract class FactRefreshTests<TStore>(TStore store) : IClassFixture<TStore>
    where TStore : WarehouseTestStore
{
    [Fact]
    public async Task Every_load_replaces_all_rows()
    {
        var shop = new Shop(fact => fact.FullRefresh());
        await using IWarehouse warehouse = await store.OpenAsync(shop.Model);
        await warehouse.LoadAsync(shop.Payment, [Paid(1, 1, 1), Paid(2, 2, 2)]);

        LoadReport report = await warehouse.LoadAsync(shop.Payment, [Paid(2, 2, 22), Paid(3, 3, 3)]);

        report.Counts.Should().Be(new LoadCounts { Read = 2, Inserted = 2, Deleted = 2 });
        report.Counts.IsConserved.Should().BeTrue();
        await warehouse.ExpectAsync(Payments, """
            payment_id | paid_at    | amount
            2          | 2024-01-02 | 22.00
            3          | 2024-01-03 | 3.00
            """);
    }

    [Fact]
    public async Task A_refresh_that_changes_nothing_writes_nothing()
    {
        var shop = new Shop(fact => fact.FullRefresh());
        await using IWarehouse warehouse = await store.OpenAsync(shop.Model);
        PaymentRow[] payments = [Paid(1, 1, 1), Paid(2, 2, null)];
        await warehouse.LoadAsync(shop.Payment, payments);
        string before = await warehouse.OfTablesAsync();

        LoadReport report = await warehouse.LoadAsync(shop.Payment, payments.Reverse());

        report.Outcome.Should().Be(LoadOutcome.NothingChanged);
        report.Counts.Should().Be(new LoadCounts { Read = 2, Unchanged = 2 });
        (await warehouse.OfTablesAsync()).Should().Be(before);
    }

    [Fact]
    public async Task Views_over_the_table_survive()
    {
        var shop = new Shop(fact => fact.FullRefresh());
        await using IWarehouse warehouse = await store.OpenAsync(shop.Model);
        await warehouse.LoadAsync(shop.Payment, [Paid(1, 1, 1)]);
        await warehouse.QueryAsync<dynamic>("CREATE VIEW business.takings AS SELECT CAST(sum(amount) AS decimal(10,2)) AS takings FROM business.fact_payment");

        await warehouse.LoadAsync(shop.Payment, [Paid(1, 1, 10), Paid(2, 2, 5)]);

        await warehouse.ExpectAsync("SELECT takings FROM business.takings", "takings\n15.00");
    }

    [Fact]
    public async Task A_table_of_the_enterprise_zone_is_refreshed_alike()
    {
        ZoneTable<PaymentRow> table = null!;
        var model = DimensionalModel.Create("enterprise", builder => table = builder.Enterprise<PaymentRow>("payment", t => t.Key(row => row.PaymentId).FullRefresh()));
        await using IWarehouse warehouse = await store.OpenAsync(model);
        await warehouse.LoadAsync(table, [Paid(1, 1, 1), Paid(2, 2, 2)]);

        LoadReport replaced = await warehouse.LoadAsync(table, [Paid(2, 2, 2)]);
        LoadReport again = await warehouse.LoadAsync(table, [Paid(2, 2, 2)]);

        replaced.Counts.Should().Be(new LoadCounts { Read = 1, Inserted = 1, Deleted = 2 });
        again.Outcome.Should().Be(LoadOutcome.NothingChanged);
        await warehouse.ExpectAsync("SELECT payment_id FROM enterprise.payment", "payment_id\n2");
    }
}
