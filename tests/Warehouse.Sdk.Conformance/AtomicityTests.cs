using Microsoft.Extensions.Time.Testing;
using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;
using static Warehouse.Sdk.Conformance.Shop;

namespace Warehouse.Sdk.Conformance;

/// <summary>A load that ends anywhere but at its end leaves data, ledger and watermark as they were, and running it again finishes the job.</summary>
public abstract class AtomicityTests<TStore>(TStore store) : IClassFixture<TStore>
    where TStore : WarehouseTestStore
{
    private static readonly CustomerRow[] Members = [Lives(1, "Aarhus", 2), Lives(2, "Ribe", 2)];
    private static readonly CustomerRow[] Moves = [Lives(1, "Odense", 10), Lives(1, "Odense", 10), Lives(3, null, 3), Lives(2, "Vejle", 1), Lives(2, "Ribe", 5)];
    private static readonly PaymentRow[] FirstPayments = [Paid(1, 5, 1), Paid(2, 6, 2)];
    private static readonly PaymentRow[] NextPayments = [Paid(1, 5, 1), Paid(2, 6, 22), Paid(3, 7, 3, customer: 8), Paid(3, 7, 3, customer: 8), new(null, 1, Day(7), 4)];

    [Fact]
    public Task A_failure_at_any_statement_of_a_merge_leaves_everything_as_it_was()
        => FailEverywhereAsync((warehouse, shop, cancellationToken) => warehouse.LoadAsync(shop.Customer, Moves, Tolerant, cancellationToken), atLeast: 30);

    [Fact]
    public Task A_failure_at_any_statement_of_a_fact_load_leaves_everything_as_it_was()
        => FailEverywhereAsync((warehouse, shop, cancellationToken) => warehouse.LoadAsync(shop.Payment, NextPayments, Tolerant, cancellationToken), atLeast: 30);

    [Fact]
    public Task Cancellation_at_any_statement_of_a_merge_leaves_everything_as_it_was()
        => CancelEverywhereAsync((warehouse, shop, cancellationToken) => warehouse.LoadAsync(shop.Customer, Moves, Tolerant, cancellationToken));

    [Fact]
    public Task Cancellation_at_any_statement_of_a_fact_load_leaves_everything_as_it_was()
        => CancelEverywhereAsync((warehouse, shop, cancellationToken) => warehouse.LoadAsync(shop.Payment, NextPayments, Tolerant, cancellationToken));

    [Fact]
    public async Task S12_A_failure_at_any_statement_of_a_deployment_leaves_an_empty_database()
    {
        var shop = new Shop();
        var provider = new HookedProvider(store.OpenProvider(await store.CreateDatabaseAsync()));
        await using var warehouse = new WarehouseClient(provider, shop.Model);
        int attempts = await CrashEverywhere.UntilSuccessAsync(provider, CrashEverywhere.FailAt, () => warehouse.DeployAsync(), async error =>
        {
            error.Should().BeOfType<WarehouseException>().Which.InnerException.Should().BeOfType<InjectedException>();
            if (((WarehouseException)error).Step != "commit")
                error.Message.Should().EndWith("Everything was rolled back; the database is as before.");
            if (store.RollsBackDefinitions)
                await warehouse.ExpectAsync("SELECT count(*) AS tables FROM information_schema.tables WHERE lower(table_schema) IN ('business', 'warehouse')", "tables\n0");
        });

        attempts.Should().BeGreaterThan(20);
        await warehouse.LoadAsync(shop.Customer, Members);
    }

    [Fact]
    public async Task A_source_that_fails_half_way_leaves_everything_as_it_was()
    {
        var (warehouse, shop, _) = await OpenAsync();
        await using var __ = warehouse;
        string before = await warehouse.OfAllAsync();
        static IEnumerable<PaymentRow> Broken()
        {
            for (int id = 100; id < 5100; id++)
                yield return Paid(id, 7, 1);
            throw new InvalidOperationException("the source broke");
        }

        await Assert.ThrowsAsync<InvalidOperationException>(() => warehouse.LoadAsync(shop.Payment, Broken()));

        (await warehouse.OfAllAsync()).Should().Be(before);
        (await warehouse.LoadAsync(shop.Payment, FirstPayments)).Outcome.Should().Be(LoadOutcome.NothingChanged);
    }

    [Fact]
    public async Task A_getter_that_throws_fails_the_load_and_the_warehouse_stays_usable()
    {
        ZoneTable<ThrowingRow> table = null!;
        var model = DimensionalModel.Create("throwing", builder => table = builder.Enterprise<ThrowingRow>("thing", t => t.Key(row => row.Id)));
        await using IWarehouse warehouse = await store.OpenAsync(model);
        await warehouse.LoadAsync(table, [new(1, false)]);
        string before = await warehouse.OfAllAsync();

        var failure = await Assert.ThrowsAsync<NotSupportedException>(() => warehouse.LoadAsync(table, Enumerable.Range(2, 4000).Select(id => new ThrowingRow(id, id == 3000)), new() { Rejects = RejectPolicy.KeepAll }));

        failure.Message.Should().Be("this row has no label");
        (await warehouse.OfAllAsync()).Should().Be(before);
        (await warehouse.LoadAsync(table, [new(2, false)])).Counts.Inserted.Should().Be(1);
    }

    [Fact]
    public async Task A_session_that_is_disposed_without_commit_leaves_nothing()
    {
        var (warehouse, _, provider) = await OpenAsync();
        await using var __ = warehouse;
        string before = await warehouse.OfAllAsync();
        IWarehouseSession session = await provider.OpenSessionAsync(CancellationToken.None);
        await session.BeginAsync([], CancellationToken.None);
        await session.ExecuteAsync(new SqlStatement("delete", "To be undone.", "DELETE FROM business.fact_payment"), new Dictionary<string, object?>(), CancellationToken.None);

        await session.DisposeAsync();

        (await warehouse.OfAllAsync()).Should().Be(before);
    }

    [Fact]
    public async Task A_commit_after_a_failed_statement_is_never_taken_for_a_success()
    {
        var (warehouse, shop, provider) = await OpenAsync();
        await using var _ = warehouse;
        string before = await warehouse.OfAllAsync();
        provider.BeforeCall = call =>
        {
            if (call == 12)
                throw new InjectedException();
        };

        var failure = await Assert.ThrowsAsync<WarehouseLoadException>(() => warehouse.LoadAsync(shop.Payment, NextPayments, Tolerant));

        provider.Calls.Should().Be(12, "nothing is run after a failure, a commit least of all");
        failure.Step.Should().NotBeNullOrEmpty();
        failure.Target.Should().Be("business.fact_payment");
        failure.Message.Should().EndWith("The load was rolled back; business.fact_payment is as before.");
        provider.BeforeCall = null;
        (await warehouse.OfAllAsync()).Should().Be(before);
    }

    [Fact]
    public async Task C05_A_commit_whose_answer_is_lost_is_found_in_the_ledger()
    {
        var (warehouse, shop, provider) = await OpenAsync();
        await using var _ = warehouse;
        provider.AfterCommit = () => throw new InjectedException();

        LoadReport report = await warehouse.LoadAsync(shop.Customer, Moves, Tolerant);

        provider.AfterCommit = null;
        report.Outcome.Should().Be(LoadOutcome.Loaded);
        await warehouse.ExpectAsync($"SELECT load_id, target FROM warehouse.load WHERE load_id = {report.LoadId}", $"load_id | target\n{report.LoadId} | business.dim_customer");
        (await warehouse.LoadAsync(shop.Customer, Moves, Tolerant)).Counts.NewVersions.Should().Be(0);
    }

    [Fact]
    public async Task A_commit_of_new_keys_whose_answer_is_lost_is_found_in_the_ledger()
    {
        var (warehouse, shop, provider) = await OpenAsync();
        await using var _ = warehouse;
        provider.AfterCommit = () => throw new InjectedException();

        LoadReport report = await warehouse.RekeyAsync(shop.Customer, [new KeyMapping(1, 101)]);

        provider.AfterCommit = null;
        report.Outcome.Should().Be(LoadOutcome.Loaded);
        await warehouse.ExpectAsync($"SELECT load_id, source FROM warehouse.load WHERE load_id = {report.LoadId}", $"load_id | source\n{report.LoadId} | new keys");
        provider.BeforeCommit = () => throw new InjectedException();
        (await Assert.ThrowsAsync<WarehouseLoadException>(() => warehouse.RekeyAsync(shop.Customer, [new KeyMapping(101, 1)]))).Message.Should().Contain("Everything was rolled back");
        provider.BeforeCommit = null;
        (await warehouse.RekeyAsync(shop.Customer, [new KeyMapping(1, 101)])).Outcome.Should().Be(LoadOutcome.NothingChanged);
    }

    [Fact]
    public async Task A_deployment_whose_commit_is_not_answered_is_not_told_as_rolled_back()
    {
        var shop = new Shop();
        var provider = new HookedProvider(store.OpenProvider(await store.CreateDatabaseAsync()));
        await using var warehouse = new WarehouseClient(provider, shop.Model);
        provider.AfterCommit = () => throw new InjectedException();

        WarehouseException failure = await Assert.ThrowsAsync<WarehouseException>(() => warehouse.DeployAsync());

        provider.AfterCommit = null;
        failure.Step.Should().Be("commit");
        failure.IsTransient.Should().BeTrue();
        failure.Message.Should().Contain("there as a whole or not at all. Deploy again").And.NotContain("rolled back");
        (await warehouse.DeployAsync()).IsUnchanged.Should().BeTrue("the commit had gone through");
    }

    [Fact]
    public async Task A_commit_that_fails_is_told_as_a_failure_with_nothing_loaded()
    {
        var (warehouse, shop, provider) = await OpenAsync();
        await using var _ = warehouse;
        string before = await warehouse.OfAllAsync();
        provider.BeforeCommit = () => throw new InjectedException();

        var failure = await Assert.ThrowsAsync<WarehouseLoadException>(() => warehouse.LoadAsync(shop.Payment, NextPayments, Tolerant));

        provider.BeforeCommit = null;
        failure.Message.Should().EndWith("The load was rolled back; business.fact_payment is as before.");
        (await warehouse.OfAllAsync()).Should().Be(before);
        (await warehouse.LoadAsync(shop.Payment, NextPayments, Tolerant)).Outcome.Should().Be(LoadOutcome.Loaded);
    }

    [Fact]
    public async Task A_commit_whose_outcome_nobody_can_tell_is_told_as_such()
    {
        var (warehouse, shop, provider) = await OpenAsync();
        await using var _ = warehouse;
        provider.AfterCommit = () =>
        {
            provider.BeforeCall = _ => throw new InjectedException();
            throw new InjectedException();
        };

        var failure = await Assert.ThrowsAsync<WarehouseLoadException>(() => warehouse.LoadAsync(shop.Payment, NextPayments, Tolerant));

        provider.AfterCommit = null;
        provider.BeforeCall = null;
        failure.Step.Should().Be("commit");
        failure.IsTransient.Should().BeTrue();
        failure.Message.Should().Contain("The load is there as a whole or not at all.");
        (await warehouse.LoadAsync(shop.Payment, NextPayments, Tolerant)).Outcome.Should().Be(LoadOutcome.NothingChanged);
    }

    private static LoadOptions Tolerant => new() { Rejects = RejectPolicy.KeepAll };

    private async Task<(WarehouseClient Warehouse, Shop Shop, HookedProvider Provider)> OpenAsync()
    {
        var shop = new Shop(fact => fact.FromWatermark(payment => payment.PaidAt), UnknownMember.InferMember);
        var provider = new HookedProvider(store.OpenProvider(await store.CreateDatabaseAsync()));
        var warehouse = new WarehouseClient(provider, shop.Model, time: new FakeTimeProvider(new DateTimeOffset(Day(12), TimeSpan.Zero)));
        await warehouse.DeployAsync();
        await warehouse.LoadAsync(shop.Customer, Members);
        await warehouse.LoadAsync(shop.Payment, FirstPayments);
        return (warehouse, shop, provider);
    }

    private async Task FailEverywhereAsync(Func<IWarehouse, Shop, CancellationToken, Task<LoadReport>> load, int atLeast)
    {
        var (warehouse, shop, provider) = await OpenAsync();
        await using var _ = warehouse;
        var (undisturbed, sameShop, _) = await OpenAsync();
        await using var __ = undisturbed;
        LoadReport expected = await load(undisturbed, sameShop, CancellationToken.None);
        string before = await warehouse.OfAllAsync();

        LoadReport report = null!;
        int attempts = await CrashEverywhere.UntilSuccessAsync(provider, CrashEverywhere.FailAt, async () => report = await load(warehouse, shop, CancellationToken.None), async error =>
        {
            error.Should().BeOfType<WarehouseLoadException>().Which.InnerException.Should().BeOfType<InjectedException>();
            (await warehouse.OfAllAsync()).Should().Be(before, "the failure was at {0}", ((WarehouseLoadException)error).Step);
        });

        attempts.Should().BeGreaterThan(atLeast);
        report.Counts.Should().Be(expected.Counts);
        string[] columns = ["SELECT customer_key, customer_id, city, valid_from, valid_to, version FROM business.dim_customer ORDER BY customer_key", "SELECT payment_id, customer_key, paid_at, amount FROM business.fact_payment ORDER BY payment_id", "SELECT target, column_name, value FROM warehouse.watermark ORDER BY target"];
        foreach (string query in columns)
            (await warehouse.DrawAsync(query)).Should().Be(await undisturbed.DrawAsync(query));
    }

    private async Task CancelEverywhereAsync(Func<IWarehouse, Shop, CancellationToken, Task<LoadReport>> load)
    {
        var (warehouse, shop, provider) = await OpenAsync();
        await using var _ = warehouse;
        string before = await warehouse.OfAllAsync();

        CancellationTokenSource source = new();
        int attempts = await CrashEverywhere.UntilSuccessAsync(
            provider,
            call =>
            {
                source = new CancellationTokenSource();
                return number =>
                {
                    if (number == call)
                        source.Cancel();
                };
            },
            () => load(warehouse, shop, source.Token),
            async error =>
            {
                error.Should().BeAssignableTo<OperationCanceledException>();
                (await warehouse.OfAllAsync()).Should().Be(before);
            });

        attempts.Should().BeGreaterThan(30);
        source.Dispose();
    }

    private sealed record ThrowingRow(int Id, bool Throws)
    {
        public string Label => Throws ? throw new NotSupportedException("this row has no label") : "label";
    }
}
