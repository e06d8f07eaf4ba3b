using System.Data.Common;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Npgsql;
using Warehouse.Sdk.Conformance;
using Warehouse.Sdk.Postgres.Testing;
using static Warehouse.Sdk.Conformance.Shop;

namespace Warehouse.Sdk.Postgres.Tests;

/// <summary>How a database is reached, and what a host's own settings must not change.</summary>
public sealed class PostgresConnectionTests(PostgresTestStore store) : IClassFixture<PostgresTestStore>
{
    private const string Password = "not-the-password";

    [Theory]
    [InlineData("Timezone=America/Sao_Paulo")]
    [InlineData("Search Path=pg_catalog")]
    [InlineData("Search Path=nowhere")]
    [InlineData("Options=-c DateStyle=German -c standard_conforming_strings=on -c IntervalStyle=sql_standard -c extra_float_digits=0 -c bytea_output=escape")]
    [InlineData("Options=-c default_transaction_isolation=serializable")]
    public async Task Settings_of_the_hosts_sessions_do_not_change_what_is_loaded(string settings)
    {
        string plain = await store.CreateDatabaseAsync(), other = await store.CreateDatabaseAsync();

        await LoadEverythingAsync(plain, plain);
        await LoadEverythingAsync(other, $"{other};{settings}");

        (await DrawAsync(other)).Should().Be(await DrawAsync(plain));
    }

    [Theory]
    [InlineData("Host=/run/postgresql", PostgresProvider.LocalSendBuffer)]
    [InlineData("Host=@abstract", PostgresProvider.LocalSendBuffer)]
    [InlineData("Host=/run/postgresql;Socket Send Buffer Size=4096", 4096)]
    [InlineData("Host=db", 0)]
    [InlineData("Host=127.0.0.1", 0)]
    [InlineData("Host=db;Socket Send Buffer Size=4096", 4096)]
    [InlineData("Database=warehouse", 0)]
    public void Local_sockets_get_room_for_rows_under_way_unless_the_host_has_said_how_much(string connection, int expected)
        => new NpgsqlConnectionStringBuilder(PostgresProvider.LoadSettings(connection)).SocketSendBufferSize.Should().Be(expected);

    [Fact]
    public async Task A_wrong_password_is_told_without_it()
    {
        PostgresServer server = await PostgresServer.SharedAsync();
        string role = $"loader_{Guid.NewGuid():n}";
        await server.ExecuteAsync($"CREATE ROLE {role} LOGIN PASSWORD 'the-password'");
        try
        {
            Assert.SkipWhen(
                PostgresServer.IsNamed && await LetsAnybodyInAsync(server, role),
                $"The server that {PostgresServer.Variable} names lets anybody in without a password.");
            await ExpectRefusalAsync(connection => (connection.Username, connection.Password) = (role, Password), "28P01");
        }
        finally
        {
            await server.ExecuteAsync($"DROP ROLE {role}");
        }
    }

    [Fact]
    public Task A_database_that_is_not_there_is_told_by_name()
        => ExpectRefusalAsync(connection => connection.Database = "nowhere", "3D000");

    [Fact]
    public async Task A_server_that_is_not_there_is_told_by_name()
    {
        WarehouseException error = await ExpectRefusalAsync(connection => (connection.Host, connection.Port, connection.Timeout) = ("127.0.0.1", 1, 5), sqlState: null);
        error.IsTransient.Should().BeTrue("it may come back");
        error.Message.Should().Contain("127.0.0.1");
    }

    [Fact]
    public async Task Two_warehouses_share_the_hosts_data_source_and_leave_it_open()
    {
        string database = await store.CreateDatabaseAsync();
        await using NpgsqlDataSource source = NpgsqlDataSource.Create(database);
        ZoneTable<Thing> sales = null!, stock = null!;
        var salesModel = DimensionalModel.Create("sales", model => sales = model.Enterprise<Thing>("sale", table => table.Key(thing => thing.Id)));
        var stockModel = DimensionalModel.Create("stock", model => stock = model.Enterprise<Thing>("item", table => table.Key(thing => thing.Id)));
        await using (ServiceProvider services = new ServiceCollection()
            .AddWarehouse("sales", warehouse => warehouse.UsePostgres(source).AddModel(salesModel))
            .AddWarehouse("stock", warehouse => warehouse.UsePostgres(source, options => options.LockTimeout = TimeSpan.FromSeconds(5)).AddModel(stockModel))
            .BuildServiceProvider())
        {
            IWarehouse first = services.GetRequiredKeyedService<IWarehouse>("sales"), second = services.GetRequiredKeyedService<IWarehouse>("stock");
            await first.DeployAsync();
            await second.DeployAsync();

            await Task.WhenAll(first.LoadAsync(sales, [new(1, "A"), new(2, "B")]), second.LoadAsync(stock, [new(1, "X")]));

            await first.ExpectAsync("SELECT id, name FROM enterprise.sale ORDER BY id", "id | name\n1 | A\n2 | B");
            await second.ExpectAsync("SELECT id, name FROM enterprise.item ORDER BY id", "id | name\n1 | X");
            (await services.GetRequiredKeyedService<IIncrementalLoader>("sales").LoadAsync(sales, Source.Rows<Thing>([new(3, "C")]))).Counts.Inserted.Should().Be(1);
        }

        await using NpgsqlCommand command = source.CreateCommand("SELECT count(*) FROM warehouse.load");
        (await command.ExecuteScalarAsync()).Should().Be(3L);
    }

    private async Task<WarehouseException> ExpectRefusalAsync(Action<NpgsqlConnectionStringBuilder> change, string? sqlState)
    {
        var connection = new NpgsqlConnectionStringBuilder(await store.CreateDatabaseAsync()) { Password = Password };
        change(connection);

        var error = await Assert.ThrowsAsync<WarehouseException>(() => PostgresWarehouse.OpenAsync(connection.ConnectionString, new Shop().Model));

        error.SystemName.Should().Be("postgresql");
        error.Message.Should().StartWith($"The PostgreSQL database {connection.Database} on ").And.Contain("cannot be opened").And.Contain("Nothing was changed.");
        error.ToString().Should().NotContain(Password);
        error.InnerException.Should().BeAssignableTo<DbException>().Which.SqlState.Should().Be(sqlState);
        return error;
    }

    private static async Task<bool> LetsAnybodyInAsync(PostgresServer server, string role)
    {
        await using NpgsqlConnection connection = new(new NpgsqlConnectionStringBuilder(server.ConnectionString) { Username = role, Password = Password, Pooling = false }.ConnectionString);
        return await Record.ExceptionAsync(() => connection.OpenAsync()) is null;
    }

    private async Task LoadEverythingAsync(string database, string connectionString)
    {
        using var folder = new ScratchFolder();
        Things things = new();
        await using (IWarehouse deployer = store.Open(database, things.Shop.Model, Noon()))
            await deployer.DeployAsync();
        await using IWarehouse warehouse = store.Open(connectionString, things.Shop.Model, Noon());
        (await warehouse.DeployAsync()).IsUnchanged.Should().BeTrue("the model is the same, whoever looks");

        await warehouse.LoadAsync(things.Shop.Customer, [Lives(1, "Aarhus", 1.25), Lives(1, @"Ode\nse", 3.75), Lives(2, "it's", 2)]);
        await warehouse.LoadAsync(things.Shop.Payment, [Paid(1, 1.5, 1.5m), Paid(2, 4, 2, customer: 2), Paid(3, 31.99, 3, customer: 9)]);
        await warehouse.LoadAsync(things.Shop.Payment, Source.Query("SELECT 4 AS payment_id, 1 AS customer_id, '2024-01-02 23:30:00' AS paid_at, '4.5' AS amount"));
        await warehouse.LoadAsync(things.Landing, Source.Csv(folder.Write("moments.csv", "id,day,moment,level,bytes\n1,2024-02-01,2024-03-31 02:30:00.123456,0.1,00ff\n2,0001-01-01,9999-12-31 23:59:59.999999,1e300,\n")), new LoadOptions { BatchId = "moments" });
        await warehouse.LoadAsync(things.Enterprise, Source.Landed(things.Landing));
    }

    // The files lie in folders of their own, so their paths are no part of what is compared.
    private async Task<string> DrawAsync(string database)
    {
        Things things = new();
        await using IWarehouse warehouse = store.Open(database, things.Shop.Model);
        string[] queries =
        [
            "SELECT customer_id, city, valid_from, valid_to, is_current, version FROM business.dim_customer ORDER BY customer_key",
            "SELECT payment_id, date_key, customer_key, paid_at, amount FROM business.fact_payment ORDER BY payment_id",
            "SELECT date_key, date, month_name, is_month_end FROM business.dim_date ORDER BY date_key",
            "SELECT id, day, moment, level, bytes FROM enterprise.moments ORDER BY id",
            "SELECT target, column_name, value FROM warehouse.watermark ORDER BY target",
            "SELECT load_id, target, as_of, started_at, finished_at, status, rows_read FROM warehouse.load ORDER BY load_id",
        ];
        List<string> drawn = [];
        foreach (string query in queries)
            drawn.Add(await warehouse.DrawAsync(query));
        return string.Join('\n', drawn);
    }

    private static FakeTimeProvider Noon() => new(new DateTimeOffset(2024, 6, 1, 12, 0, 0, TimeSpan.Zero));

    private sealed record Thing(int Id, string Name);

    private sealed record Moments(int Id, DateOnly Day, DateTime Moment, double Level, byte[]? Bytes);

    private sealed class Things
    {
        public Things() => Shop = new Shop(more: model =>
        {
            Landing = model.Landing<Moments>("moments");
            Enterprise = model.Enterprise<Moments>("moments", table => table.Key(moment => moment.Id));
        });

        public Shop Shop { get; }

        public ZoneTable<Moments> Landing { get; private set; } = null!;

        public ZoneTable<Moments> Enterprise { get; private set; } = null!;
    }
}
