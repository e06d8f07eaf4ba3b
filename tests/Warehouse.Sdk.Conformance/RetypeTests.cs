using static Warehouse.Sdk.Conformance.Shop;

namespace Warehouse.Sdk.Conformance;

/// <summary>Attributes change their type, and dimensions gain what follows from their versions, while they hold members.</summary>
public abstract class RetypeTests<TStore>(TStore store) : IClassFixture<TStore>
    where TStore : WarehouseTestStore
{
    private const string Versions = "SELECT customer_key, customer_id, name, city, valid_from, valid_to, is_current, version FROM business.dim_customer WHERE customer_key > 0 ORDER BY customer_id, version";

    [Fact]
    public async Task S10_type_6_on_an_attribute_of_type_2_fills_its_current_values_and_makes_no_version()
    {
        string database = await store.CreateDatabaseAsync();
        await LoadAsync(database, Stage2, [Row(1, "n", "A", 1), Row(1, "n", "B", 10), Row(2, "n", "Z", 1)]);
        var shop = new Retyped(d => d.Type1(row => row.Name).Type6(row => row.City));
        await using IWarehouse warehouse = store.Open(database, shop.Model);

        DeployReport report = await warehouse.DeployAsync();

        report.AddedColumns.Should().Equal("business.dim_customer.current_city");
        report.RetypedAttributes.Should().Equal("business.dim_customer.city: Type2 -> Type6");
        report.MergedVersions.Should().Be(0);
        await warehouse.ExpectAsync("SELECT customer_key, city, current_city FROM business.dim_customer ORDER BY customer_id, version, customer_key", """
            customer_key | city           | current_city
            1            | A              | B
            3            | B              | B
            2            | Z              | Z
            -2           | Not applicable | Not applicable
            -1           | Unknown        | Unknown
            """);
        (await warehouse.VerifyAsync()).IsSound.Should().BeTrue();
        (await warehouse.DeployAsync()).IsUnchanged.Should().BeTrue();
        (await warehouse.LoadAsync(shop.Customer, [Row(1, "n", "C", 20)])).Counts.Should().Be(new LoadCounts { Read = 1, NewVersions = 1 });
        (await warehouse.VerifyAsync()).IsSound.Should().BeTrue();
    }

    [Theory]
    [InlineData(LateEvents.Split)]
    [InlineData(LateEvents.Reconcile)]
    public async Task T25_an_attribute_that_becomes_type_2_makes_versions_from_its_next_change(LateEvents policy)
    {
        string database = await store.CreateDatabaseAsync();
        await LoadAsync(database, d => Stage1(d).LateEvents(policy), [Row(1, "n", "A", 1), Row(1, "n", "B", 10), Row(2, "n", "Z", 1)]);
        var shop = new Retyped(d => d.Type1(row => row.Name).Type2(row => row.City).LateEvents(policy));
        await using IWarehouse warehouse = store.Open(database, shop.Model);
        DeployReport report = await warehouse.DeployAsync();
        report.RetypedAttributes.Should().Equal("business.dim_customer.city: Type1 -> Type2");
        report.IsUnchanged.Should().BeFalse();

        (await warehouse.LoadAsync(shop.Customer, [Row(2, "n", "Z", 20)])).Outcome.Should().Be(LoadOutcome.NothingChanged);
        await warehouse.LoadAsync(shop.Customer, [Row(1, "m", "B", 20), Row(1, "m", "C", 30)]);

        await warehouse.ExpectAsync(Versions, """
            customer_key | customer_id | name | city | valid_from | valid_to   | is_current | version
            $1           | 1           | m    | B    | 2024-01-01 | 2024-01-30 | false      | 1
            $3           | 1           | m    | C    | 2024-01-30 | NULL       | true       | 2
            $2           | 2           | n    | Z    | 2024-01-01 | NULL       | true       | 1
            """);
        (await warehouse.VerifyAsync()).IsSound.Should().BeTrue();
        (await warehouse.DeployAsync()).IsUnchanged.Should().BeTrue();
    }

    [Fact]
    public async Task T26_an_attribute_with_history_does_not_lose_it_unasked()
    {
        string database = await store.CreateDatabaseAsync();
        await LoadAsync(database, Stage2, [Row(1, "n", "A", 1), Row(1, "n", "B", 10)]);
        var shop = new Retyped(Stage1);
        await using IWarehouse warehouse = store.Open(database, shop.Model);
        string before = await warehouse.OfAllAsync();

        WarehouseSchemaException refusal = await Assert.ThrowsAsync<WarehouseSchemaException>(() => warehouse.DeployAsync());

        refusal.Message.Should().Be("""
            The model 'shop' cannot be deployed without losing history:
              - business.dim_customer.city was deployed as Type2 and is Type1 in the model, but members of business.dim_customer have versions that its changes made
            Nothing was changed. Give the attributes their types back, or deploy with new DeployOptions { CollapseHistory = true }: versions that no longer differ are then merged and facts get the key of those that stay.
            """.ReplaceLineEndings("\n"));
        (await warehouse.OfAllAsync()).Should().Be(before);

        (await warehouse.DeployAsync(new DeployOptions { CollapseHistory = true })).MergedVersions.Should().Be(1);
        await warehouse.ExpectAsync(Versions, """
            customer_key | customer_id | name | city | valid_from | valid_to | is_current | version
            $1           | 1           | n    | B    | 2024-01-01 | NULL     | true       | 1
            """);
        (await warehouse.LoadAsync(shop.Customer, [Row(1, "n", "C", 20)])).Counts.Should().Be(new LoadCounts { Read = 1, Overwritten = 1 });
        (await warehouse.VerifyAsync()).IsSound.Should().BeTrue();
    }

    [Fact]
    public async Task T26_an_attribute_without_history_has_nothing_to_lose()
    {
        string database = await store.CreateDatabaseAsync();
        await LoadAsync(database, Stage2, [Row(1, "n", "A", 1), Row(2, "n", "Z", 1)]);
        var shop = new Retyped(Stage1);
        await using IWarehouse warehouse = store.Open(database, shop.Model);
        (await warehouse.DeployAsync()).RetypedAttributes.Should().Equal("business.dim_customer.city: Type2 -> Type1");
        (await warehouse.LoadAsync(shop.Customer, [Row(1, "n", "B", 10)])).Counts.Should().Be(new LoadCounts { Read = 1, Overwritten = 1 });
    }

    [Theory]
    [InlineData(LateEvents.Split)]
    [InlineData(LateEvents.Reconcile)]
    public async Task T26_collapsed_history_keeps_what_still_differs_and_facts_follow(LateEvents policy)
    {
        string database = await store.CreateDatabaseAsync();
        var before = new Retyped(d => d.Type2(row => row.Name, row => row.City).LateEvents(policy).RecordChangeReason());
        await using (IWarehouse warehouse = await OpenAsync(database, before))
        {
            await warehouse.LoadAsync(before.Customer, [Row(1, "n", "A", 1), Row(1, "n", "B", 5), Row(1, "m", "C", 10), Row(1, "m", "D", 15), Row(1, null, null, 20, "D"), Row(1, "m", "D", 25), Row(1, "m", "E", 27), Row(2, "n", "Z", 1)]);
            await warehouse.LoadAsync(before.Payment, [Paid(1, 3, 1), Paid(2, 7, 2), Paid(3, 12, 3), Paid(4, 17, 4), Paid(5, 22, 5), Paid(6, 26, 6), Paid(7, 28, 7), Paid(8, 28, 8, customer: 2), Paid(9, 28, 9, customer: null)]);
        }

        var shop = new Retyped(d => d.Type2(row => row.Name).Type1(row => row.City).LateEvents(policy).RecordChangeReason());
        await using IWarehouse after = store.Open(database, shop.Model);
        DeployReport report = await after.DeployAsync(new DeployOptions { CollapseHistory = true });

        report.MergedVersions.Should().Be(3);
        report.Repointed.Should().Be(4);
        report.RetypedAttributes.Should().Equal("business.dim_customer.city: Type2 -> Type1");
        await after.ExpectAsync("SELECT customer_key, customer_id, name, city, valid_from, valid_to, is_current, version, change_reason FROM business.dim_customer WHERE customer_key > 0 ORDER BY customer_id, version", """
            customer_key | customer_id | name | city | valid_from | valid_to   | is_current | version | change_reason
            $1           | 1           | n    | E    | 2024-01-01 | 2024-01-10 | false      | 1       | new
            $3           | 1           | m    | E    | 2024-01-10 | 2024-01-20 | false      | 2       | name
            $5           | 1           | m    | E    | 2024-01-25 | NULL       | true       | 3       | returned
            $2           | 2           | n    | Z    | 2024-01-01 | NULL       | true       | 1       | new
            """);
        await after.ExpectAsync("SELECT payment.payment_id, customer.version, customer.name FROM business.fact_payment AS payment JOIN business.dim_customer AS customer USING (customer_key) ORDER BY 1", """
            payment_id | version | name
            1          | 1       | n
            2          | 1       | n
            3          | 2       | m
            4          | 2       | m
            5          | 2       | m
            6          | 3       | m
            7          | 3       | m
            8          | 1       | n
            9          | 1       | Unknown
            """);
        (await after.VerifyAsync()).IsSound.Should().BeTrue();
        (await after.DeployAsync()).IsUnchanged.Should().BeTrue();
        // The collapsed history is loaded into as any other.
        await after.LoadAsync(shop.Customer, [Row(1, "m", "F", 28), Row(1, "k", "F", 30)]);
        await after.ExpectAsync("SELECT name, city, valid_from FROM business.dim_customer WHERE customer_id = 1 ORDER BY version", """
            name | city | valid_from
            n    | F    | 2024-01-01
            m    | F    | 2024-01-10
            m    | F    | 2024-01-25
            k    | F    | 2024-01-30
            """);
        (await after.VerifyAsync()).IsSound.Should().BeTrue();
    }

    [Fact]
    public async Task T26_what_was_derived_from_collapsed_history_is_made_anew()
    {
        string database = await store.CreateDatabaseAsync();
        var before = new Retyped(Stage2, cities: true);
        await using (IWarehouse warehouse = await OpenAsync(database, before))
        {
            await warehouse.LoadAsync(before.Customer, [Row(1, "n", "A", 1), Row(1, "n", "B", 10), Row(2, "n", "Z", 1)]);
            await warehouse.LoadAsync(before.Payment, [Paid(1, 3, 1), Paid(2, 12, 2), Paid(3, 12, 4, customer: 2)]);
            await warehouse.LoadAsync(before.Cities, Source.Derived);
        }

        var shop = new Retyped(Stage1, cities: true);
        await using IWarehouse after = store.Open(database, shop.Model);
        await after.DeployAsync(new DeployOptions { CollapseHistory = true });
        (await after.LoadAsync(shop.Cities, Source.Derived)).Outcome.Should().Be(LoadOutcome.Loaded);

        await after.ExpectAsync("SELECT city, amount FROM business.agg_city ORDER BY city", """
            city | amount
            B    | 3.00
            Z    | 4.00
            """);
        await after.ExpectAsync("SELECT source FROM warehouse.load WHERE load_id IN (SELECT load_id FROM business.dim_customer WHERE customer_id = 1)", "source\ndeployment");
        (await after.VerifyAsync()).IsSound.Should().BeTrue();
    }

    [Fact]
    public async Task T26_collapsing_to_type_0_keeps_the_earliest_value_and_a_separate_history_follows()
    {
        string database = await store.CreateDatabaseAsync();
        await LoadAsync(database, d => Stage2(d).SeparateHistory(), [Row(1, "n", null, 1), Row(1, "n", "B", 5), Row(1, "m", "C", 10), Row(2, "n", "Z", 1)]);
        var shop = new Retyped(d => d.Type6(row => row.Name).Type0(row => row.City).FillWhenNull(row => row.City).SeparateHistory());
        await using IWarehouse warehouse = store.Open(database, shop.Model);

        DeployReport report = await warehouse.DeployAsync(new DeployOptions { CollapseHistory = true });

        report.MergedVersions.Should().Be(2);
        await warehouse.ExpectAsync("SELECT customer_id, name, current_name, city, valid_from, version FROM business.dim_customer_history WHERE customer_key > 0 ORDER BY customer_id, version", """
            customer_id | name | current_name | city | valid_from | version
            1           | m    | m            | B    | 2024-01-01 | 1
            2           | n    | n            | Z    | 2024-01-01 | 1
            """);
        await warehouse.ExpectAsync("SELECT customer_id, name, city, valid_from, version FROM business.dim_customer WHERE customer_durable_key > 0 ORDER BY customer_id", """
            customer_id | name | city | valid_from | version
            1           | m    | B    | 2024-01-01 | 1
            2           | n    | Z    | 2024-01-01 | 1
            """);
        (await warehouse.VerifyAsync()).IsSound.Should().BeTrue();
    }

    [Fact]
    public async Task A_durable_key_and_reasons_come_to_a_dimension_and_its_facts_that_are_there()
    {
        string database = await store.CreateDatabaseAsync();
        var before = new Retyped(Stage2);
        await using (IWarehouse warehouse = await OpenAsync(database, before))
        {
            await warehouse.LoadAsync(before.Customer, [Row(1, "n", "A", 1), Row(1, "n", "B", 10), Row(2, "n", "Z", 1), Row(1, null, null, 20, "D"), Row(1, "n", "B", 25)]);
            await warehouse.LoadAsync(before.Payment, [Paid(1, 3, 1), Paid(2, 12, 2), Paid(3, 12, 3, customer: 2), Paid(4, 12, 4, customer: 9)]);
        }

        var shop = new Retyped(d => Stage2(d).DurableKey().RecordChangeReason(), durableKey: true);
        await using IWarehouse after = store.Open(database, shop.Model);
        DeployReport report = await after.DeployAsync();

        report.AddedColumns.Should().Equal("business.dim_customer.customer_durable_key", "business.dim_customer.change_reason", "business.fact_payment.customer_durable_key");
        await after.ExpectAsync("SELECT customer_key, customer_durable_key, city, change_reason FROM business.dim_customer WHERE customer_key > 0 ORDER BY customer_id, version", """
            customer_key | customer_durable_key | city | change_reason
            $1           | $1                   | A    | new
            $3           | $1                   | B    | city
            $4           | $1                   | B    | returned
            $2           | $2                   | Z    | new
            """);
        await after.ExpectAsync("SELECT payment.payment_id, present.customer_id, present.city FROM business.fact_payment AS payment JOIN business.dim_customer_current AS present USING (customer_durable_key) ORDER BY 1", """
            payment_id | customer_id | city
            1          | 1           | B
            2          | 1           | B
            3          | 2           | Z
            4          | NULL        | Unknown
            """);
        (await after.VerifyAsync()).IsSound.Should().BeTrue();
        (await after.DeployAsync()).IsUnchanged.Should().BeTrue();
        await after.LoadAsync(shop.Customer, [Row(3, "n", "Y", 1)]);
        await after.LoadAsync(shop.Payment, [Paid(5, 3, 1, customer: 3)]);
        (await after.VerifyAsync()).IsSound.Should().BeTrue();
    }

    private static DimensionBuilder<RetypedRow> Stage1(DimensionBuilder<RetypedRow> d) => d.Type1(row => row.Name, row => row.City);

    private static DimensionBuilder<RetypedRow> Stage2(DimensionBuilder<RetypedRow> d) => d.Type1(row => row.Name).Type2(row => row.City);

    private static RetypedRow Row(int customer, string? name, string? city, double since, string? op = null) => new(customer, name, city, Day(since), op);

    private async Task LoadAsync(string database, Func<DimensionBuilder<RetypedRow>, DimensionBuilder<RetypedRow>> define, RetypedRow[] rows)
    {
        var shop = new Retyped(define);
        await using IWarehouse warehouse = await OpenAsync(database, shop);
        await warehouse.LoadAsync(shop.Customer, rows);
    }

    private async Task<IWarehouse> OpenAsync(string database, Retyped shop)
    {
        IWarehouse warehouse = store.Open(database, shop.Model);
        await warehouse.DeployAsync();
        return warehouse;
    }

    internal sealed record RetypedRow(int CustomerId, string? Name, string? City, DateTime ChangedAt, string? Op);

    private sealed class Retyped
    {
        public Retyped(Func<DimensionBuilder<RetypedRow>, DimensionBuilder<RetypedRow>> define, bool durableKey = false, bool cities = false) => Model = DimensionalModel.Create("shop", model =>
        {
            Customer = model.Dimension<RetypedRow>("dim_customer", d => define(d.NaturalKey(row => row.CustomerId).EffectiveFrom(row => row.ChangedAt).Operation(row => row.Op)));
            Payment = model.Fact<PaymentRow>("fact_payment", fact => fact
                .Grain("one payment", payment => payment.PaymentId)
                .Dimension(Customer, payment => payment.CustomerId, asOf: payment => payment.PaidAt, durableKey: durableKey)
                .Measure(payment => payment.Amount, type: ColumnType.Decimal(10, 2)));
            if (cities)
                Cities = model.Aggregate("agg_city", Payment, a => a.Grain("one city").Attributes(Customer, row => row.City).Sum(payment => payment.Amount));
        });

        public DimensionalModel Model { get; }

        public Dimension<RetypedRow> Customer { get; private set; } = null!;

        public Fact<PaymentRow> Payment { get; private set; } = null!;

        public AggregateFact Cities { get; private set; } = null!;
    }
}
