using Warehouse.Sdk.Benchmarks.Comparing;

namespace Warehouse.Sdk.Benchmarks.Postgres;

internal sealed class ParallelAgainstImporter : IComparison
{
    private OrderServer _server = null!;
    private OrderLoad _load = null!;
    private Func<Task<string>> _digest = null!;

    public string Name => "postgres-rows-parallel-importer";

    public string Description => "Typed rows staged by two connections, with lines and statistics; the driver's NpgsqlBinaryImporter with typed writes.";

    public double? Bar => 1.8;

    public string Engine => _server.Engine.Name;

    public async Task PrepareAsync(int rows)
    {
        _server = await OrderServer.CreateAsync(rows);
        await _server.ExecuteAsync($"CREATE SCHEMA {_server.Table.Conventions.LedgerSchema}");
        _load = await OrderLoad.OpenAsync(_server, copies: 2);
    }

    public async Task ResetAsync()
    {
        await _load.RollbackAsync();
        await _server.EmptyAsync();
    }

    public Task RunOursAsync()
    {
        _digest = _load.DigestAsync;
        return _load.StageAsync();
    }

    public Task RunTheirsAsync()
    {
        _digest = () => _server.DigestAsync("orders");
        return _server.ImportByDriverAsync();
    }

    public Task<string> DigestAsync() => _digest();

    public async ValueTask DisposeAsync()
    {
        if (_load is not null)
            await _load.DisposeAsync();
        if (_server is not null)
            await _server.DisposeAsync();
    }
}
