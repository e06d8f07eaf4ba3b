using System.Data.Common;
using Dapper;
using Warehouse.Sdk.Providers;

namespace Warehouse.Sdk.Benchmarks.History;

/// <summary>
/// A source table of customers that moves on from round to round, our versioned dimension of them, and a second table for the other side. Neither
/// side is set back between rounds: both live through the same days.
/// </summary>
internal sealed class CustomerHistory : IAsyncDisposable
{
    private static readonly DateTimeOffset FirstDay = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly WarehouseClient _warehouse;
    private readonly int _members;
    private int _day;

    private CustomerHistory(Engine engine, int members)
    {
        (Engine, _members) = (engine, members);
        Dimension<CustomerRow> customer = null!;
        var model = DimensionalModel.Create("customers", builder => customer = builder.Dimension<CustomerRow>("dim_customer", dimension => dimension
            .NaturalKey(row => row.CustomerId)
            .Type2(row => row.Name, row => row.Email, row => row.Street, row => row.City, row => row.Country, row => row.Segment)
            .WhenAbsent(Absent.Expire)));
        Customer = customer;
        _warehouse = new WarehouseClient(engine.Provider, model);
    }

    public const string Dimension = "business.dim_customer";

    public Dimension<CustomerRow> Customer { get; }

    public Engine Engine { get; }

    public DateTime Today => FirstDay.AddDays(_day).UtcDateTime;

    public static async Task<CustomerHistory> InPostgresAsync(int members) => await OpenAsync(await Engine.PostgresAsync(), members);

    public static async Task<CustomerHistory> InDuckDbAsync(int members) => await OpenAsync(await Engine.DuckDbAsync(), members);

    /// <summary>A day passes: one member in a hundred moves, one in two hundred is new, one in five thousand leaves. On a quiet day nothing happens.</summary>
    public async Task PassDayAsync(bool isQuiet = false)
    {
        _day++;
        if (isQuiet)
            return;
        await Engine.ExecuteAsync(FormattableString.Invariant($"UPDATE source_customer SET city = 'city of day {_day}' WHERE customer_id % 100 = {_day % 100}"));
        await Engine.ExecuteAsync(FormattableString.Invariant($"DELETE FROM source_customer WHERE customer_id % 5000 = {(_day * 1009) % 5000}"));
        long before = (await _warehouse.QueryAsync<long>("SELECT max(customer_id) FROM source_customer"))[0];
        await Engine.ExecuteAsync(Customers(FormattableString.Invariant($"{before + 1}, {before + (_members / 200)}"), "INSERT INTO source_customer"));
        await Engine.ExecuteAsync("ANALYZE source_customer");
    }

    /// <summary>So many members move, as a list of their own.</summary>
    public async Task PassDayForAsync(int members)
    {
        _day++;
        await Engine.ExecuteAsync("DROP TABLE IF EXISTS source_change");
        await Engine.ExecuteAsync(FormattableString.Invariant($"CREATE TABLE source_change AS SELECT * FROM source_customer WHERE customer_id % {Math.Max(1, _members / members)} = 0"));
        await Engine.ExecuteAsync(FormattableString.Invariant($"UPDATE source_change SET city = 'city of day {_day}'"));
        await Engine.ExecuteAsync("UPDATE source_customer SET city = source_change.city FROM source_change WHERE source_change.customer_id = source_customer.customer_id");
    }

    public Task<LoadReport> LoadSnapshotAsync()
        => _warehouse.LoadAsync(Customer, Source.Query("SELECT * FROM source_customer"), new LoadOptions { Kind = BatchKind.FullSnapshot, AsOf = FirstDay.AddDays(_day) });

    public Task<LoadReport> LoadChangesAsync()
        => _warehouse.LoadAsync(Customer, Source.Query("SELECT * FROM source_change"), new LoadOptions { AsOf = FirstDay.AddDays(_day) });

    /// <summary>All of them or none.</summary>
    public Task TransactAsync(IReadOnlyList<string> statements) => InTransactionAsync(async (connection, transaction) =>
    {
        foreach (string statement in statements)
            await connection.ExecuteAsync(statement, transaction: transaction, commandTimeout: 0);
    });

    /// <summary>All of it or nothing.</summary>
    public async Task InTransactionAsync(Func<DbConnection, DbTransaction, Task> work)
    {
        await using IWarehouseSession session = await Engine.Provider.OpenSessionAsync(CancellationToken.None);
        await using DbTransaction transaction = await session.Connection.BeginTransactionAsync();
        await work(session.Connection, transaction);
        await transaction.CommitAsync();
    }

    /// <summary>All versions of all members by their values and times, whatever their keys.</summary>
    public async Task<string> DigestAsync(string table)
    {
        const string values = "concat_ws('|', customer_id, name, email, street, city, country, segment, valid_from, valid_to)";
        return (await _warehouse.QueryAsync<string>($"SELECT concat(count(*), ' versions, ', {Engine.DigestOf(values)}) FROM {table} WHERE customer_id IS NOT NULL"))[0];
    }

    /// <summary>How many members are now as the source has them.</summary>
    public async Task<string> AgreementAsync()
    {
        long agreed = (await _warehouse.QueryAsync<long>("SELECT count(*) FROM source_customer AS source JOIN business.dim_customer AS stored ON stored.customer_id = source.customer_id AND stored.is_current AND stored.city = source.city"))[0];
        return $"{agreed} of {await CountAsync("source_customer")} members";
    }

    public ValueTask DisposeAsync() => Engine.DisposeAsync();

    private static Task<CustomerHistory> OpenAsync(Engine engine, int members) => engine.WithAsync(() => new CustomerHistory(engine, members), history => history.BeginAsync());

    private async Task BeginAsync()
    {
        await Engine.ExecuteAsync("CREATE TABLE source_customer (customer_id bigint, name varchar, email varchar, street varchar, city varchar, country varchar, segment integer)");
        await Engine.ExecuteAsync(Customers(FormattableString.Invariant($"1, {_members}"), "INSERT INTO source_customer"));
        await Engine.ExecuteAsync("ANALYZE source_customer");
        await _warehouse.DeployAsync();
        await LoadSnapshotAsync();
        await Engine.ExecuteAsync($"ANALYZE {Dimension}");
    }

    private async Task<long> CountAsync(string table) => (await _warehouse.QueryAsync<long>($"SELECT count(*) FROM {table}"))[0];

    private static string Customers(string range, string into) => $"""
        {into}
        SELECT id, concat('customer ', id), concat('customer', id, '@example.org'), concat(id % 1000, ' some street'), concat('city ', id % 500), concat('country ', id % 50), id % 7
        FROM generate_series({range}) AS number(id)
        """;
}
