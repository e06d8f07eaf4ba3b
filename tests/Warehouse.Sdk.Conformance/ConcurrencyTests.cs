using Warehouse.Sdk.Providers;
using static Warehouse.Sdk.Conformance.Shop;

namespace Warehouse.Sdk.Conformance;

/// <summary>Loads of one target wait for each other; loads of different targets do not.</summary>
public abstract class ConcurrencyTests<TStore>(TStore store) : IClassFixture<TStore>
    where TStore : WarehouseTestStore
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Two_loads_of_one_target_wait_for_each_other()
    {
        var shop = new Shop();
        await using IWarehouse warehouse = await store.OpenAsync(shop.Model);
        var gate = new Gate();
        Task<LoadReport> first = warehouse.LoadAsync(shop.Payment, gate.Hold([Paid(1, 1, 1), Paid(2, 2, 2)]));
        await gate.Reached.WaitAsync(Patience);

        Task<LoadReport> second = warehouse.LoadAsync(shop.Payment, [Paid(2, 2, 22), Paid(3, 3, 3)]);
        await Task.Delay(200);
        second.IsCompleted.Should().BeFalse("the first load holds the target");
        gate.Open();

        (await first.WaitAsync(Patience)).Counts.Should().Be(new LoadCounts { Read = 2, Inserted = 2 });
        (await second.WaitAsync(Patience)).Counts.Should().Be(new LoadCounts { Read = 2, Inserted = 1, Updated = 1 });
    }

    [Fact]
    public async Task Loads_of_targets_that_share_nothing_run_side_by_side()
    {
        Dimension<CustomerRow> supplier = null!;
        var shop = new Shop(more: model => supplier = model.Dimension<CustomerRow>("dim_supplier", d => d.NaturalKey(row => row.CustomerId).Type2(row => row.City).EffectiveFrom(row => row.ChangedAt)));
        await using IWarehouse warehouse = await store.OpenAsync(shop.Model);
        var gate = new Gate();
        Task<LoadReport> payments = warehouse.LoadAsync(shop.Payment, gate.Hold([Paid(1, 1, 1)]));
        await gate.Reached.WaitAsync(Patience);

        LoadReport suppliers = await warehouse.LoadAsync(supplier, [Lives(1, "Aarhus", 1)]).WaitAsync(Patience);
        gate.Open();

        suppliers.Counts.NewMembers.Should().Be(1);
        (await payments.WaitAsync(Patience)).Counts.Inserted.Should().Be(1);
    }

    [Fact]
    public async Task A_dimension_waits_for_a_fact_that_looks_it_up_and_then_re_points_it()
    {
        var shop = new Shop();
        await using IWarehouse warehouse = await store.OpenAsync(shop.Model);
        await warehouse.LoadAsync(shop.Customer, [Lives(1, "Aarhus", 1)]);
        var gate = new Gate();
        Task<LoadReport> payments = warehouse.LoadAsync(shop.Payment, gate.Hold([Paid(1, 3, 1), Paid(2, 7, 2)]));
        await gate.Reached.WaitAsync(Patience);

        Task<LoadReport> customers = warehouse.LoadAsync(shop.Customer, [Lives(1, "Odense", 5)]);
        await Task.Delay(200);
        customers.IsCompleted.Should().BeFalse("the facts are being looked up in the history as it is");
        gate.Open();

        (await payments.WaitAsync(Patience)).Counts.Inserted.Should().Be(2);
        (await customers.WaitAsync(Patience)).Counts.Should().Be(new LoadCounts { Read = 1, NewVersions = 1, Repointed = 1 });
        await warehouse.ExpectAsync(CitiesOfPayments, "payment_id | city\n1 | Aarhus\n2 | Odense");
    }

    [Fact]
    public async Task A_fact_waits_for_a_dimension_that_it_looks_up_and_then_meets_the_new_history()
    {
        var shop = new Shop();
        await using IWarehouse warehouse = await store.OpenAsync(shop.Model);
        await warehouse.LoadAsync(shop.Customer, [Lives(1, "Aarhus", 1)]);
        var gate = new Gate();
        Task<LoadReport> customers = warehouse.LoadAsync(shop.Customer, gate.Hold([Lives(1, "Odense", 5)]));
        await gate.Reached.WaitAsync(Patience);

        Task<LoadReport> payments = warehouse.LoadAsync(shop.Payment, [Paid(1, 3, 1), Paid(2, 7, 2)]);
        await Task.Delay(200);
        payments.IsCompleted.Should().BeFalse("the history is being rewritten");
        gate.Open();

        (await customers.WaitAsync(Patience)).Counts.Should().Be(new LoadCounts { Read = 1, NewVersions = 1 });
        (await payments.WaitAsync(Patience)).Counts.Inserted.Should().Be(2);
        await warehouse.ExpectAsync(CitiesOfPayments, "payment_id | city\n1 | Aarhus\n2 | Odense");
    }

    [Fact]
    public async Task C07_Many_loads_at_once_give_every_member_one_key()
    {
        var shop = new Shop(whenUnknown: UnknownMember.InferMember);
        await using IWarehouse warehouse = await store.OpenAsync(shop.Model);

        await Task.WhenAll(Enumerable.Range(0, 6).Select(load => Task.Run(() => load % 2 == 0
            ? warehouse.LoadAsync(shop.Payment, Enumerable.Range(1, 20).Select(id => Paid((load * 100) + id, 5, 1, customer: id)))
            : warehouse.LoadAsync(shop.Customer, Enumerable.Range(10, 20).Select(id => Lives(id, "Aarhus", 3))))));

        await warehouse.ExpectAsync(
            "SELECT count(*) AS members, count(DISTINCT customer_id) AS customers, count(DISTINCT customer_key) AS surrogate_keys FROM business.dim_customer WHERE customer_key > 0",
            "members | customers | surrogate_keys\n29 | 29 | 29");
        await warehouse.ExpectAsync("SELECT count(*) AS facts FROM business.fact_payment WHERE customer_key > 0", "facts\n60");
    }

    [Fact]
    public async Task C11_A_wait_that_lasts_too_long_ends_with_an_error_that_names_the_target()
    {
        var shop = new Shop();
        await using var warehouse = new WarehouseClient(store.OpenProvider(await store.CreateDatabaseAsync(), TimeSpan.FromMilliseconds(300)), shop.Model);
        await warehouse.DeployAsync();
        var gate = new Gate();
        Task<LoadReport> first = warehouse.LoadAsync(shop.Payment, gate.Hold([Paid(1, 1, 1)]));
        await gate.Reached.WaitAsync(Patience);

        var refused = await Assert.ThrowsAsync<WarehouseConcurrencyException>(() => warehouse.LoadAsync(shop.Payment, [Paid(2, 2, 2)]));
        gate.Open();
        await first.WaitAsync(Patience);

        refused.Target.Should().Be("business.fact_payment");
        refused.IsTransient.Should().BeTrue();
        refused.Message.Should().StartWith("business.fact_payment has been held by another load").And.Contain("Nothing was changed.");
        await warehouse.ExpectAsync("SELECT payment_id FROM business.fact_payment", "payment_id\n1");
        (await warehouse.LoadAsync(shop.Payment, [Paid(2, 2, 2)])).Counts.Inserted.Should().Be(1);
    }

    [Fact]
    public async Task C10_A_cancelled_wait_gives_the_target_up()
    {
        var shop = new Shop();
        await using IWarehouse warehouse = await store.OpenAsync(shop.Model);
        var gate = new Gate();
        Task<LoadReport> first = warehouse.LoadAsync(shop.Payment, gate.Hold([Paid(1, 1, 1)]));
        await gate.Reached.WaitAsync(Patience);
        using var source = new CancellationTokenSource(100);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => warehouse.LoadAsync(shop.Payment, [Paid(2, 2, 2)], cancellationToken: source.Token));
        gate.Open();

        await first.WaitAsync(Patience);
        (await warehouse.LoadAsync(shop.Payment, [Paid(2, 2, 2)])).Counts.Inserted.Should().Be(1);
    }

    [Fact]
    public async Task C09_Readers_never_see_half_a_load()
    {
        var shop = new Shop(fact => fact.FullRefresh());
        await using IWarehouse warehouse = await store.OpenAsync(shop.Model);
        await warehouse.LoadAsync(shop.Payment, Enumerable.Range(1, 1000).Select(id => Paid(id, 1, 1)));
        using var stop = new CancellationTokenSource();
        var isReading = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<HashSet<long>> reader = Task.Run(async () =>
        {
            HashSet<long> seen = [];
            while (!stop.IsCancellationRequested)
            {
                seen.UnionWith(await warehouse.QueryAsync<long>("SELECT count(*) FROM business.fact_payment"));
                isReading.TrySetResult();
            }

            return seen;
        });
        // On a busy machine the loads could be over before the reader begins, and it would have seen nothing.
        await isReading.Task;

        for (int round = 2; round < 8; round++)
            await warehouse.LoadAsync(shop.Payment, Enumerable.Range(1, 1000).Select(id => Paid(id, 1, round)));
        await stop.CancelAsync();

        (await reader).Should().Equal(1000);
    }
}
