using Warehouse.Sdk.Benchmarks.Comparing;

namespace Warehouse.Sdk.Benchmarks.DuckDb;

/// <summary>Typed rows into a table in a file, as a load brings them there.</summary>
internal sealed class RowsIntoFile : IComparison
{
    private OrderDatabase _orders = null!;

    public string Name => "duckdb-rows-file";

    public string Description => "Typed rows by way of a temporary table into a table in a file, as a load does it; the driver's row appender into the table.";

    public double? Bar => 1.4;

    public string Engine => _orders.Engine.Name;

    public async Task PrepareAsync(int rows) => _orders = await OrderDatabase.CreateAsync(rows);

    public Task ResetAsync()
    {
        _orders.Empty();
        return Task.CompletedTask;
    }

    public Task RunOursAsync() => _orders.LoadAsync(_orders.StageAsync);

    public Task RunTheirsAsync()
    {
        _orders.AppendByDriver(isStaging: false);
        return Task.CompletedTask;
    }

    public Task<string> DigestAsync() => Task.FromResult(_orders.Digest(_orders.Target.ToString()));

    public ValueTask DisposeAsync() => _orders is null ? ValueTask.CompletedTask : _orders.DisposeAsync();
}
