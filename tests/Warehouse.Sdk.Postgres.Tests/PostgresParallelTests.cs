using System.Transactions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Npgsql;
using Warehouse.Sdk.Conformance;
using Warehouse.Sdk.Providers;
using static Warehouse.Sdk.Conformance.Shop;

namespace Warehouse.Sdk.Postgres.Tests;

/// <summary>Rows staged by several connections are the rows that one stages.</summary>
public sealed class PostgresParallelTests(PostgresTestStore store) : IClassFixture<PostgresTestStore>
{
    private const int Many = 200_000;

    // Enough that all connections copy, and not where a thousand rejects have just ended that.
    private const int Held = 90_000;

    private const string Copying = "query ILIKE 'COPY%' AND state = 'active'";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private static readonly LoadOptions Tolerant = new() { Rejects = RejectPolicy.KeepAll };

    [Theory]
    [InlineData("all over the batch", 100, Many)]
    [InlineData("before many rows have come, so that the first ones are staged alone", 2, 4400)]
    public async Task Several_connections_load_and_reject_what_one_does(string where, int everyOther, int until)
    {
        IEnumerable<PaymentRow> Payments() => Enumerable.Range(1, Many).Select(payment => Paid(payment, 5, payment % everyOther == 0 && payment < until ? 1_000_000_000m : payment / 100m, customer: payment % 10));
        string one = await store.CreateDatabaseAsync(), several = await store.CreateDatabaseAsync();

        LoadReport expected = await LoadAsync(one, 1, Payments()), report = await LoadAsync(several, 3, Payments());

        report.Counts.Should().Be(expected.Counts, "rejects are {0}", where);
        report.Counts.Rejected.Should().BeGreaterThan(1000);
        (await DigestAsync(several, "business.fact_payment")).Should().Be(await DigestAsync(one, "business.fact_payment"));
        (await DigestAsync(several, "warehouse.reject")).Should().Be(await DigestAsync(one, "warehouse.reject"));
        (await DigestAsync(several, "warehouse.load")).Should().Be(await DigestAsync(one, "warehouse.load"));
        (await LeftoversAsync(several)).Should().BeEmpty();
    }

    [Fact]
    public async Task Members_get_the_keys_that_they_get_from_one_connection()
    {
        Dimension<CustomerRow> customer = null!;
        var model = DimensionalModel.Create("shop", builder =>
        {
            builder.Conventions(conventions => conventions with { LedgerSchema = "the \"ledger's\" own" });
            customer = builder.Dimension<CustomerRow>("dim_customer", dimension => dimension.NaturalKey(row => row.CustomerId).Type2(row => row.City).EffectiveFrom(row => row.ChangedAt));
        });
        List<string> digests = [];
        foreach (int copies in new[] { 1, 2 })
        {
            string database = await store.CreateDatabaseAsync();
            await using IWarehouse warehouse = store.OpenParallel(database, model, copies);
            await warehouse.DeployAsync();
            (await warehouse.LoadAsync(customer, Enumerable.Range(0, 100_000).Select(row => Lives(row % 60_000, $"city {row}", 1 + (row / 10_000))))).Counts.NewMembers.Should().Be(60_000);
            digests.Add(await DigestAsync(database, "business.dim_customer"));
            (await LeftoversAsync(database)).Should().BeEmpty();
        }

        digests[1].Should().Be(digests[0]);
    }

    [Fact]
    public async Task Files_of_many_rows_are_loaded_with_their_lines()
    {
        using var folder = new ScratchFolder();
        ZoneTable<PaymentRow> landing = null!;
        var shop = new Shop(more: model => landing = model.Landing<PaymentRow>("payment"));
        string database = await store.CreateDatabaseAsync();
        await using IWarehouse warehouse = store.OpenParallel(database, shop.Model);
        await warehouse.DeployAsync();
        string file = folder.Write("payments.csv", "payment_id,customer_id,paid_at,amount\n" + string.Concat(Enumerable.Range(1, Many).Select(row => row % 150 == 0 ? "nobody,1,2024-01-02,1\n" : $"{row},1,2024-01-02,1\n")));

        (await warehouse.LoadAsync(landing, Source.Csv(file), Tolerant)).Counts.Rejected.Should().Be(Many / 150);

        await warehouse.ExpectAsync(
            "SELECT count(*) AS rows, count(*) FILTER (WHERE source_line = payment_id + 1) AS lines FROM landing.payment", $"rows | lines\n{Many - (Many / 150)} | {Many - (Many / 150)}");
        await warehouse.ExpectAsync("SELECT count(DISTINCT line) AS lines, min(line) AS first, max(line) AS last FROM warehouse.reject", $"lines | first | last\n{Many / 150} | 151 | {(Many / 150 * 150) + 1}");
    }

    [Fact]
    public async Task Few_rows_take_the_loads_own_connection()
    {
        var shop = new Shop();
        string database = await store.CreateDatabaseAsync();
        await using var sessions = new PostgresSessions(database);
        await using IWarehouse warehouse = store.OpenParallel(new NpgsqlConnectionStringBuilder(database) { ApplicationName = "a few rows" }.ConnectionString, shop.Model, copies: 4);
        await warehouse.DeployAsync();

        (await warehouse.LoadAsync(shop.Payment, Enumerable.Range(1, 20_000).Select(payment => Paid(payment, 5, 1)))).Counts.Inserted.Should().Be(20_000);

        (await sessions.FindAsync("application_name = 'a few rows'")).Should().ContainSingle("the pool had no other to open");
    }

    [Fact]
    public async Task Loads_of_several_targets_stage_side_by_side()
    {
        string database = await store.CreateDatabaseAsync();
        Dimension<CustomerRow> supplier = null!;
        var shop = WithSuppliers(dimension => supplier = dimension);
        await using var sessions = new PostgresSessions(database);
        await using IWarehouse warehouse = store.OpenParallel(database, shop.Model, copies: 3);
        await warehouse.DeployAsync();
        Gate payments = new(), customers = new();

        Task<LoadReport> payment = warehouse.LoadAsync(shop.Payment, payments.Hold(Payments(1, 80_000), Payments(80_001, 80_000)));
        Task<LoadReport> customer = warehouse.LoadAsync(supplier, customers.Hold(Customers(1, 80_000), Customers(80_001, 20_000)));
        await sessions.WaitForAsync(Copying, 6);
        (await LeftoversAsync(database)).Should().HaveCount(2);
        payments.Open();
        customers.Open();

        (await payment.WaitAsync(Patience)).Counts.Inserted.Should().Be(160_000);
        (await customer.WaitAsync(Patience)).Counts.NewMembers.Should().Be(100_000);
        (await LeftoversAsync(database)).Should().BeEmpty();
    }

    [Fact]
    public async Task Loads_that_share_a_pool_too_small_for_all_go_on_with_fewer_connections()
    {
        string database = await store.CreateDatabaseAsync();
        Dimension<CustomerRow> supplier = null!;
        var shop = WithSuppliers(dimension => supplier = dimension);
        await using var sessions = new PostgresSessions(database);
        await using IWarehouse warehouse = store.OpenParallel(new NpgsqlConnectionStringBuilder(database) { MaxPoolSize = 4, Timeout = 60 }.ConnectionString, shop.Model);
        await warehouse.DeployAsync();
        var gate = new Gate();

        Task<LoadReport> payment = warehouse.LoadAsync(shop.Payment, gate.Hold(Payments(1, 80_000), Payments(80_001, 1)));
        await sessions.WaitForAsync(Copying, 2);
        LoadReport customer = await warehouse.LoadAsync(supplier, Customers(1, 80_000)).WaitAsync(Patience);
        gate.Open();

        customer.Counts.NewMembers.Should().Be(80_000);
        (await payment.WaitAsync(Patience)).Counts.Inserted.Should().Be(80_001);
        (await LeftoversAsync(database)).Should().BeEmpty();
    }

    [Fact]
    public async Task A_load_inside_a_transaction_of_the_hosts_is_one_of_its_own()
    {
        string database = await store.CreateDatabaseAsync();
        var shop = new Shop();
        await using NpgsqlDataSource source = NpgsqlDataSource.Create(database);
        await using var warehouse = new WarehouseClient(new PostgresProvider(new PostgresOptions { DataSource = source, ParallelCopies = 2 }), shop.Model);
        await warehouse.DeployAsync();

        using (new TransactionScope(TransactionScopeAsyncFlowOption.Enabled))
            (await warehouse.LoadAsync(shop.Payment, Payments(1, 80_000))).Counts.Inserted.Should().Be(80_000);

        (await warehouse.QueryAsync<long>("SELECT count(*) FROM business.fact_payment")).Should().Equal(80_000);
        (await LeftoversAsync(database)).Should().BeEmpty();
    }

    [Theory]
    [InlineData(0, 100, "at least 1 and at most 16")]
    [InlineData(17, 100, "at least 1 and at most 16")]
    [InlineData(9, 10, "Maximum Pool Size")]
    public void Too_many_copies_are_refused_when_the_host_starts(int copies, int pool, string reason)
    {
        string connection = $"Host=db;Maximum Pool Size={pool}";
        using ServiceProvider services = new ServiceCollection()
            .AddWarehouse(warehouse => warehouse.UsePostgres(options => (options.ConnectionString, options.ParallelCopies) = (connection, copies)).AddModel(new Shop().Model))
            .BuildServiceProvider();

        var refused = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IOptionsMonitor<PostgresOptions>>().Get(string.Empty));
        var alone = Assert.ThrowsAny<ArgumentException>(() => new PostgresProvider(new PostgresOptions { ConnectionString = connection, ParallelCopies = copies }));

        refused.Message.Should().Contain("PostgresOptions.ParallelCopies").And.Contain(reason);
        alone.Message.Should().Contain("PostgresOptions.ParallelCopies").And.Contain(reason);
    }

    [Theory]
    [InlineData(1, "Maximum Pool Size=1")]
    [InlineData(8, "Maximum Pool Size=10")]
    [InlineData(16, "Pooling=false;Maximum Pool Size=1")]
    public async Task Copies_that_fit_the_pool_are_taken(int copies, string settings)
        => await new PostgresProvider(new PostgresOptions { ConnectionString = $"Host=db;{settings}", ParallelCopies = copies }).DisposeAsync();

    private async Task<LoadReport> LoadAsync(string database, int copies, IEnumerable<PaymentRow> payments)
    {
        var shop = new Shop();
        await using IWarehouse warehouse = store.OpenParallel(database, shop.Model, copies, new FakeTimeProvider(new DateTimeOffset(2024, 6, 1, 12, 0, 0, TimeSpan.Zero)));
        await warehouse.DeployAsync();
        await warehouse.LoadAsync(shop.Customer, Customers(1, 5));
        await using var sessions = new PostgresSessions(database);
        PaymentRow[] rows = [.. payments];
        var gate = new Gate();
        Task<LoadReport> load = warehouse.LoadAsync(shop.Payment, gate.Hold(rows[..Held], rows[Held..]), Tolerant);
        await sessions.WaitForAsync(Copying, copies);
        gate.Open();
        return await load.WaitAsync(Patience);
    }

    // A dimension that no fact looks up shares no lock with one.
    private static Shop WithSuppliers(Action<Dimension<CustomerRow>> take)
        => new(more: model => take(model.Dimension<CustomerRow>("dim_supplier", dimension => dimension.NaturalKey(row => row.CustomerId).Type2(row => row.City).EffectiveFrom(row => row.ChangedAt))));

    private static IEnumerable<PaymentRow> Payments(int first, int count) => Enumerable.Range(first, count).Select(payment => Paid(payment, 5, payment));

    private static IEnumerable<CustomerRow> Customers(int first, int count) => Enumerable.Range(first, count).Select(customer => Lives(customer, "a city with a name that takes some room", 1));

    private static Task<string> DigestAsync(string database, string table)
        => ReadAsync(database, $"SELECT count(*) || ' rows, ' || coalesce(sum(hashtextextended(CAST(t AS text), 0)), 0) FROM {table} AS t", reader => reader.GetString(0), rows => rows.Single());

    private static Task<IReadOnlyList<string>> LeftoversAsync(string database)
        => ReadAsync(database, "SELECT relname FROM pg_class WHERE relname ~ '^staged_'", reader => reader.GetString(0), rows => rows);

    private static async Task<TResult> ReadAsync<TValue, TResult>(string database, string sql, Func<NpgsqlDataReader, TValue> read, Func<IReadOnlyList<TValue>, TResult> take)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        await using NpgsqlCommand command = new(sql, connection);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync();
        List<TValue> rows = [];
        while (await reader.ReadAsync())
            rows.Add(read(reader));
        return take(rows);
    }
}
