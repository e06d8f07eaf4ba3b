using Warehouse.Sdk.Conformance;
using Warehouse.Sdk.Postgres.Testing;
using static Warehouse.Sdk.Conformance.Shop;

namespace Warehouse.Sdk.Postgres.Tests;

/// <summary>Loads that lose their connection, their server or their caller: nothing is loaded, and the next run does it.</summary>
public sealed class PostgresInterruptionTests(PostgresTestStore store) : IClassFixture<PostgresTestStore>
{
    private const string Copying = "query ILIKE 'COPY%' AND state = 'active'";
    private const string InTransaction = "state LIKE 'idle in transaction%'";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    // A cancelled call that waits for its statement would take longer than this; a busy machine does not.
    private static readonly TimeSpan Promptly = TimeSpan.FromSeconds(20);

    private readonly Shop _shop = new();

    [Fact]
    public async Task A_connection_that_is_cut_off_in_the_middle_of_staging_loads_nothing()
    {
        string database = await store.CreateDatabaseAsync();
        await using IWarehouse warehouse = await DeployedAsync(database);
        await using var sessions = new PostgresSessions(database);
        string before = await warehouse.OfAllAsync();
        var gate = new Gate();
        Task<LoadReport> load = warehouse.LoadAsync(_shop.Payment, gate.Hold(Payments(1, 3000), Payments(3001, 3000)));
        await gate.Reached.WaitAsync(Patience);

        foreach (int process in await sessions.WaitForAsync(Copying, 1))
            await sessions.EndAsync(process);
        gate.Open();

        ExpectLost(await Assert.ThrowsAsync<WarehouseLoadException>(() => load.WaitAsync(Patience)));
        (await warehouse.OfAllAsync()).Should().Be(before);
        (await warehouse.LoadAsync(_shop.Payment, Payments(1, 6000))).Counts.Inserted.Should().Be(6000);
    }

    [Fact]
    public async Task A_server_that_is_stopped_during_a_load_and_started_again_holds_nothing_of_it()
    {
        using PrivateCluster cluster = PrivateCluster.Start();
        await using IWarehouse warehouse = await DeployedAsync(cluster.ConnectionString);
        await warehouse.LoadAsync(_shop.Payment, Payments(1, 10));
        string before = await warehouse.OfAllAsync();
        var gate = new Gate();
        Task<LoadReport> load = warehouse.LoadAsync(_shop.Payment, gate.Hold(Payments(11, 3000), Payments(3011, 3000)));
        await gate.Reached.WaitAsync(Patience);

        cluster.Stop();
        gate.Open();
        ExpectLost(await Assert.ThrowsAsync<WarehouseLoadException>(() => load.WaitAsync(Patience)));
        var unreachable = await Assert.ThrowsAsync<WarehouseException>(() => warehouse.LoadAsync(_shop.Payment, Payments(11, 1)));
        cluster.Restart();

        unreachable.IsTransient.Should().BeTrue("the server may come back");
        (await warehouse.OfAllAsync()).Should().Be(before);
        (await warehouse.LoadAsync(_shop.Payment, Payments(1, 6010))).Counts.Should().Be(new LoadCounts { Read = 6010, Inserted = 6000, Unchanged = 10 });
    }

    [Fact]
    public async Task Cancellation_while_rows_are_staged_ends_the_load_promptly()
    {
        string database = await store.CreateDatabaseAsync();
        await using IWarehouse warehouse = await DeployedAsync(database);
        await using var sessions = new PostgresSessions(database);
        string before = await warehouse.OfAllAsync();
        using var source = new CancellationTokenSource();
        IEnumerable<PaymentRow> Endless()
        {
            for (int payment = 1; ; payment++)
            {
                if (payment == 20_000)
                    source.Cancel();
                yield return Paid(payment, 1, 1);
            }
        }

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => warehouse.LoadAsync(_shop.Payment, Endless(), cancellationToken: source.Token).WaitAsync(Promptly));

        await sessions.WaitForAsync(InTransaction, 0);
        (await sessions.FindAsync(Copying)).Should().BeEmpty();
        (await warehouse.OfAllAsync()).Should().Be(before);
        (await warehouse.LoadAsync(_shop.Payment, Payments(1, 10))).Counts.Inserted.Should().Be(10);
    }

    [Fact]
    public async Task Cancellation_during_a_long_statement_ends_the_load_promptly()
    {
        const string Sleeping = "query ILIKE '%pg_sleep%' AND state = 'active'";
        string database = await store.CreateDatabaseAsync();
        await using IWarehouse warehouse = await DeployedAsync(database);
        await using var sessions = new PostgresSessions(database);
        string before = await warehouse.OfAllAsync();
        using var source = new CancellationTokenSource();
        LoadSource slow = Source.Query("SELECT 1 AS payment_id, 1 AS customer_id, TIMESTAMP '2024-01-05' AS paid_at, 1.5 AS amount FROM (SELECT pg_sleep(600)) AS night");
        Task<LoadReport> load = warehouse.LoadAsync(_shop.Payment, slow, cancellationToken: source.Token);
        await sessions.WaitForAsync(Sleeping, 1);

        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => load.WaitAsync(Promptly));
        await sessions.WaitForAsync($"({Sleeping}) OR {InTransaction}", 0);
        (await warehouse.OfAllAsync()).Should().Be(before);
        (await warehouse.LoadAsync(_shop.Payment, Payments(1, 10))).Counts.Inserted.Should().Be(10);
    }

    private async Task<IWarehouse> DeployedAsync(string database)
    {
        IWarehouse warehouse = store.Open(database, _shop.Model);
        await warehouse.DeployAsync();
        return warehouse;
    }

    private static IEnumerable<PaymentRow> Payments(int first, int count) => Enumerable.Range(first, count).Select(payment => Paid(payment, 5, payment));

    private static void ExpectLost(WarehouseLoadException failure)
    {
        failure.IsTransient.Should().BeTrue("the same load may succeed later");
        failure.Target.Should().Be("business.fact_payment");
        failure.Message.Should().StartWith("Loading business.fact_payment from ").And.EndWith("The load was rolled back; business.fact_payment is as before.");
    }
}
