using Warehouse.Sdk.Benchmarks.Comparing;

namespace Warehouse.Sdk.Benchmarks.Postgres;

internal sealed class RowsInParallel : IComparison
{
    private OrderServer _server = null!;
    private OrderLoad _several = null!;
    private OrderLoad _one = null!;
    private OrderLoad _filled = null!;

    public string Name => "postgres-rows-parallel";

    public string Description => "Typed rows staged by two connections into a table that both see, with its statistics; by the load's own into its private table, which has none.";

    public double? Bar => null;

    public string Engine => _server.Engine.Name;

    public async Task PrepareAsync(int rows)
    {
        _server = await OrderServer.CreateAsync(rows);
        await _server.ExecuteAsync($"CREATE SCHEMA {_server.Table.Conventions.LedgerSchema}");
        _several = await OrderLoad.OpenAsync(_server, copies: 2);
        _one = await OrderLoad.OpenAsync(_server, copies: 1);
    }

    public async Task ResetAsync()
    {
        await _several.RollbackAsync();
        await _one.RollbackAsync();
        await _server.ExecuteAsync("CHECKPOINT");
    }

    public Task RunOursAsync() => StageAsync(_several);

    public Task RunTheirsAsync() => StageAsync(_one);

    public Task<string> DigestAsync() => _filled.DigestAsync();

    public async ValueTask DisposeAsync()
    {
        foreach (IAsyncDisposable? opened in new IAsyncDisposable?[] { _several, _one, _server })
        {
            if (opened is not null)
                await opened.DisposeAsync();
        }
    }

    private Task StageAsync(OrderLoad load)
    {
        _filled = load;
        return load.StageAsync();
    }
}
