using Npgsql;
using Warehouse.Sdk.Conformance;
using Warehouse.Sdk.Providers;
using static Warehouse.Sdk.Conformance.Shop;

namespace Warehouse.Sdk.Postgres.Tests;

/// <summary>Loads of one target wait for each other also when they share nothing but the server.</summary>
public sealed class PostgresLockTests(PostgresTestStore store) : IClassFixture<PostgresTestStore>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_load_of_another_process_is_waited_for_and_named_when_it_takes_too_long()
    {
        var shop = new Shop();
        string database = await store.CreateDatabaseAsync();
        string Named(string application) => new NpgsqlConnectionStringBuilder(database) { ApplicationName = application }.ConnectionString;
        await using IWarehouse evening = store.Open(Named("evening load"), shop.Model);
        await using var nightly = new WarehouseClient(store.OpenProvider(Named("nightly load"), TimeSpan.FromMilliseconds(500)), shop.Model);
        await evening.DeployAsync();
        var gate = new Gate();
        Task<LoadReport> first = evening.LoadAsync(shop.Payment, gate.Hold([Paid(1, 1, 1)], [Paid(2, 2, 2)]));
        await gate.Reached.WaitAsync(Patience);
        int holder = (await nightly.QueryAsync<int>("SELECT DISTINCT pid FROM pg_locks WHERE locktype = 'advisory' AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())")).Single();

        WarehouseConcurrencyException refused;
        try
        {
            refused = await Assert.ThrowsAsync<WarehouseConcurrencyException>(() => nightly.LoadAsync(shop.Payment, [Paid(3, 3, 3)]).WaitAsync(Patience));
        }
        finally
        {
            gate.Open();
        }

        refused.Target.Should().Be("business.fact_payment");
        refused.IsTransient.Should().BeTrue();
        refused.Message.Should().StartWith("business.fact_payment has been held by another load").And.Contain("evening load").And.Contain(FormattableString.Invariant($"{holder}")).And.Contain("Nothing was changed.");
        (await first.WaitAsync(Patience)).Counts.Inserted.Should().Be(2);
        (await nightly.LoadAsync(shop.Payment, [Paid(3, 3, 3)])).Counts.Inserted.Should().Be(1);
    }

    [Fact]
    public async Task A_load_of_a_target_that_shares_nothing_is_not_waited_for()
    {
        Dimension<CustomerRow> supplier = null!;
        var shop = new Shop(more: model => supplier = model.Dimension<CustomerRow>("dim_supplier", d => d.NaturalKey(row => row.CustomerId).Type2(row => row.City).EffectiveFrom(row => row.ChangedAt)));
        string database = await store.CreateDatabaseAsync();
        await using IWarehouse one = store.Open(database, shop.Model);
        await using IWarehouse other = store.Open(database, shop.Model);
        await one.DeployAsync();
        var gate = new Gate();
        Task<LoadReport> payments = one.LoadAsync(shop.Payment, gate.Hold([Paid(1, 1, 1)], [Paid(2, 2, 2)]));
        await gate.Reached.WaitAsync(Patience);

        LoadReport suppliers = await other.LoadAsync(supplier, [Lives(1, "Aarhus", 1)]).WaitAsync(Patience);
        gate.Open();

        suppliers.Counts.NewMembers.Should().Be(1);
        (await payments.WaitAsync(Patience)).Counts.Inserted.Should().Be(2);
    }
}
