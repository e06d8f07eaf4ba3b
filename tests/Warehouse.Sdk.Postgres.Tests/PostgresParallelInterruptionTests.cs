using Npgsql;
using Warehouse.Sdk.Conformance;
using Warehouse.Sdk.Providers;
using static Warehouse.Sdk.Conformance.Shop;

namespace Warehouse.Sdk.Postgres.Tests;

/// <summary>Loads that stage by several connections and do not come to their end: nothing is loaded, no table stays, and the next run does it.</summary>
public sealed class PostgresParallelInterruptionTests(PostgresTestStore store) : IClassFixture<PostgresTestStore>
{
    private const int Many = 80_000;
    private const string Copying = "query ILIKE 'COPY%' AND state = 'active'";
    private const string Waiting = "state = 'idle in transaction'";
    private const string Leftovers = "SELECT relname FROM pg_class WHERE relname ~ '^staged_' ORDER BY relname";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Shop _shop = new();

    [Fact]
    public async Task A_source_that_fails_loads_nothing()
    {
        await using IWarehouse warehouse = await DeployedAsync(await store.CreateDatabaseAsync());
        string before = await warehouse.OfAllAsync();
        static IEnumerable<PaymentRow> Broken()
        {
            foreach (PaymentRow payment in Payments(1, Many))
                yield return payment;
            throw new InvalidOperationException("the source broke");
        }

        (await Assert.ThrowsAsync<InvalidOperationException>(() => warehouse.LoadAsync(_shop.Payment, Broken()))).Message.Should().Be("the source broke");

        await ExpectAsBeforeAsync(warehouse, before);
    }

    [Fact]
    public async Task Too_many_rejects_load_nothing()
    {
        await using IWarehouse warehouse = await DeployedAsync(await store.CreateDatabaseAsync());
        string before = await warehouse.OfAllAsync();

        await Assert.ThrowsAsync<WarehouseLoadException>(() => warehouse.LoadAsync(_shop.Payment, Payments(1, Many).Append(Paid(Many + 1, 5, 1_000_000_000m))));

        await ExpectAsBeforeAsync(warehouse, before);
    }

    [Fact]
    public async Task Cancellation_loads_nothing()
    {
        string database = await store.CreateDatabaseAsync();
        await using IWarehouse warehouse = await DeployedAsync(database);
        await using var sessions = new PostgresSessions(database);
        string before = await warehouse.OfAllAsync();
        using var source = new CancellationTokenSource();
        var gate = new Gate();
        Task<LoadReport> load = warehouse.LoadAsync(_shop.Payment, gate.Hold(Payments(1, Many), Payments(Many + 1, Many)), cancellationToken: source.Token);
        await sessions.WaitForAsync(Copying, 2);

        await source.CancelAsync();
        gate.Open();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => load.WaitAsync(Patience));
        await sessions.WaitForAsync($"({Copying}) OR {Waiting}", 0);
        await ExpectAsBeforeAsync(warehouse, before);
    }

    [Theory]
    [InlineData(Copying)]
    [InlineData(Waiting)]
    public async Task A_connection_that_is_cut_off_loads_nothing(string which)
    {
        string database = await store.CreateDatabaseAsync();
        await using IWarehouse warehouse = await DeployedAsync(database);
        await using var sessions = new PostgresSessions(database);
        string before = await warehouse.OfAllAsync();
        var gate = new Gate();
        Task<LoadReport> load = warehouse.LoadAsync(_shop.Payment, gate.Hold(Payments(1, Many), Payments(Many + 1, Many)));
        await sessions.WaitForAsync(Copying, 2);
        await gate.Reached.WaitAsync(Patience);

        await sessions.EndAsync((await sessions.FindAsync(which))[0]);
        gate.Open();

        var failure = await Assert.ThrowsAsync<WarehouseLoadException>(() => load.WaitAsync(Patience));
        failure.IsTransient.Should().BeTrue("the same load may succeed later");
        failure.Step.Should().Be("stage-rows");
        failure.Message.Should().EndWith("The load was rolled back; business.fact_payment is as before.");
        await ExpectAsBeforeAsync(warehouse, before);
    }

    [Fact]
    public async Task A_load_that_fails_after_staging_loads_nothing()
    {
        var provider = new HookedProvider(new PostgresProvider(new PostgresOptions { ConnectionString = await store.CreateDatabaseAsync(), ParallelCopies = 2 }));
        await using var warehouse = new WarehouseClient(provider, _shop.Model);
        await warehouse.DeployAsync();
        string before = await warehouse.OfAllAsync();
        bool wasShared = false;
        provider.BeforeCommit = () =>
        {
            wasShared = warehouse.QueryAsync<string>(Leftovers).GetAwaiter().GetResult().Count == 1;
            throw new InjectedException();
        };

        await Assert.ThrowsAsync<WarehouseLoadException>(() => warehouse.LoadAsync(_shop.Payment, Payments(1, Many)));

        provider.BeforeCommit = null;
        wasShared.Should().BeTrue();
        await ExpectAsBeforeAsync(warehouse, before);
    }

    [Fact]
    public async Task A_commit_whose_answer_is_lost_leaves_no_table()
    {
        var provider = new HookedProvider(new PostgresProvider(new PostgresOptions { ConnectionString = await store.CreateDatabaseAsync(), ParallelCopies = 2 }));
        await using var warehouse = new WarehouseClient(provider, _shop.Model);
        await warehouse.DeployAsync();
        provider.AfterCommit = () => throw new InjectedException();

        (await warehouse.LoadAsync(_shop.Payment, Payments(1, Many))).Counts.Inserted.Should().Be(Many);

        (await warehouse.QueryAsync<string>(Leftovers)).Should().BeEmpty();
    }

    [Fact]
    public async Task What_a_crash_has_left_behind_is_swept_and_a_living_loads_table_is_not()
    {
        ZoneTable<PaymentRow> landing = null!;
        var other = DimensionalModel.Create("other", model => landing = model.Landing<PaymentRow>("payment"));
        string database = await store.CreateDatabaseAsync();
        await using IWarehouse living = await DeployedAsync(database), sweeping = store.OpenParallel(database, other);
        await using var sessions = new PostgresSessions(database);
        await sweeping.DeployAsync();
        var gate = new Gate();
        Task<LoadReport> load = living.LoadAsync(_shop.Payment, gate.Hold(Payments(1, Many), Payments(Many + 1, Many)));
        await sessions.WaitForAsync(Copying, 2);
        string alive = (await living.QueryAsync<string>(Leftovers)).Should().ContainSingle().Subject;

        await LeaveBehindAsync(database);
        (await living.QueryAsync<string>(Leftovers)).Should().HaveCount(3, "a table of another name is nobody's leftover");
        (await sweeping.LoadAsync(landing, Payments(1, Many))).Counts.Inserted.Should().Be(Many);
        (await living.QueryAsync<string>(Leftovers)).Should().BeEquivalentTo(alive, "staged_by_hand");

        await LeaveBehindAsync(database);
        await sweeping.DeployAsync();
        (await living.QueryAsync<string>(Leftovers)).Should().BeEquivalentTo(alive, "staged_by_hand");
        gate.Open();

        (await load.WaitAsync(Patience)).Counts.Inserted.Should().Be(2 * Many);
        (await living.QueryAsync<string>(Leftovers)).Should().BeEquivalentTo("staged_by_hand");
    }

    [Fact]
    public async Task A_backup_that_reads_the_table_does_not_hold_up_the_commit()
    {
        string database = await store.CreateDatabaseAsync();
        await using IWarehouse warehouse = await DeployedAsync(database);
        await using var sessions = new PostgresSessions(database);
        var gate = new Gate();
        Task<LoadReport> load = warehouse.LoadAsync(_shop.Payment, gate.Hold(Payments(1, Many), Payments(Many + 1, 1)));
        await sessions.WaitForAsync(Copying, 2);
        await using (NpgsqlConnection backup = new(database))
        {
            await backup.OpenAsync();
            await using NpgsqlTransaction transaction = await backup.BeginTransactionAsync();
            await using NpgsqlCommand hold = new($"LOCK TABLE warehouse.{(await warehouse.QueryAsync<string>(Leftovers)).Single()} IN ACCESS SHARE MODE", backup);
            await hold.ExecuteNonQueryAsync();
            gate.Open();

            (await load.WaitAsync(Patience)).Counts.Inserted.Should().Be(Many + 1);
            (await warehouse.QueryAsync<string>(Leftovers)).Should().ContainSingle();
        }

        (await warehouse.LoadAsync(_shop.Payment, Payments(1, Many))).Counts.Unchanged.Should().Be(Many);
        (await warehouse.QueryAsync<string>(Leftovers)).Should().BeEmpty();
    }

    private async Task<IWarehouse> DeployedAsync(string database)
    {
        IWarehouse warehouse = store.OpenParallel(database, _shop.Model);
        await warehouse.DeployAsync();
        return warehouse;
    }

    private async Task ExpectAsBeforeAsync(IWarehouse warehouse, string before)
    {
        (await warehouse.QueryAsync<string>(Leftovers)).Should().BeEmpty();
        (await warehouse.OfAllAsync()).Should().Be(before);
        (await warehouse.LoadAsync(_shop.Payment, Payments(1, Many))).Counts.Inserted.Should().Be(Many);
        (await warehouse.QueryAsync<string>(Leftovers)).Should().BeEmpty();
    }

    private static async Task LeaveBehindAsync(string database)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        await using NpgsqlCommand command = new($"CREATE UNLOGGED TABLE warehouse.staged_{Guid.NewGuid():n} (source_line bigint); CREATE UNLOGGED TABLE IF NOT EXISTS warehouse.staged_by_hand (source_line bigint)", connection);
        await command.ExecuteNonQueryAsync();
    }

    private static IEnumerable<PaymentRow> Payments(int first, int count) => Enumerable.Range(first, count).Select(payment => Paid(payment, 5, payment));
}
