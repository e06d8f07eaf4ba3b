using Warehouse.Sdk.Benchmarks.Comparing;

namespace Warehouse.Sdk.Benchmarks.DuckDb;

/// <summary>Typed rows into the private table of a load.</summary>
internal sealed class RowsIntoTemporaryTable : IComparison
{
    private OrderDatabase _orders = null!;

    public string Name => "duckdb-rows-temp";

    public string Description => "Typed rows into a temporary table; the driver's row appender into the same.";

    public double? Bar => 1.25;

    public string Engine => _orders.Engine.Name;

    public async Task PrepareAsync(int rows) => _orders = await OrderDatabase.CreateAsync(rows);

    public Task ResetAsync()
    {
        _orders.Empty();
        return Task.CompletedTask;
    }

    public Task RunOursAsync() => _orders.StageAsync();

    public Task RunTheirsAsync()
    {
        _orders.AppendByDriver(isStaging: true);
        return Task.CompletedTask;
    }

    public Task<string> DigestAsync() => Task.FromResult(_orders.Digest("temp.staged"));

    public ValueTask DisposeAsync() => _orders is null ? ValueTask.CompletedTask : _orders.DisposeAsync();
}
