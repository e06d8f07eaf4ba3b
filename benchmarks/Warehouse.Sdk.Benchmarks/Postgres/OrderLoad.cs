using Npgsql;
using Warehouse.Sdk.Postgres;
using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk.Benchmarks.Postgres;

/// <summary>A load that comes as far as its staged rows, by one connection or several; then it is rolled back.</summary>
internal sealed class OrderLoad : IAsyncDisposable
{
    private static readonly Dictionary<string, object?> NoParameters = [];

    private readonly OrderServer _server;
    private readonly PostgresProvider _provider;
    private PostgresSession _session = null!;

    private OrderLoad(OrderServer server, int copies)
    {
        _server = server;
        _provider = new PostgresProvider(new PostgresOptions { ConnectionString = server.Engine.ConnectionString, ParallelCopies = copies });
    }

    public static async Task<OrderLoad> OpenAsync(OrderServer server, int copies)
    {
        var load = new OrderLoad(server, copies);
        load._session = (PostgresSession)await load._provider.OpenSessionAsync(CancellationToken.None);
        return load;
    }

    public async Task StageAsync()
    {
        await _session.BeginAsync([], CancellationToken.None);
        foreach (SqlStatement statement in PostgresStageSql.Stage(new StagePlan(_server.Table)).Statements)
            await _session.ExecuteAsync(statement, NoParameters, CancellationToken.None);
        await using var feed = new ObjectFeed<Order>(_server.Orders, _server.Table.Rows);
        await _session.StageAsync(_server.Table, feed, new RejectedRows(RejectPolicy.FailOnFirst), CancellationToken.None);
    }

    public Task RollbackAsync() => _session.RollbackAsync();

    public Task<string> DigestAsync() => _server.DigestAsync("pg_temp.staged", (NpgsqlConnection)_session.Connection);

    public async ValueTask DisposeAsync()
    {
        await _session.DisposeAsync();
        await _provider.DisposeAsync();
    }
}
