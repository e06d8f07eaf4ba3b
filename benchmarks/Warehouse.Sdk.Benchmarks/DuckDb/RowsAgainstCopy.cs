using Warehouse.Sdk.Benchmarks.Comparing;

namespace Warehouse.Sdk.Benchmarks.DuckDb;

/// <summary>Typed rows against the engine's own reading of a file with the same.</summary>
internal sealed class RowsAgainstCopy : IComparison
{
    private OrderDatabase _orders = null!;

    public string Name => "duckdb-rows-copy";

    public string Description => "Typed rows by way of a temporary table into a table in a file; COPY FROM by the engine of the same rows as CSV.";

    public double? Bar => 1.0;

    public string Engine => _orders.Engine.Name;

    public async Task PrepareAsync(int rows)
    {
        _orders = await OrderDatabase.CreateAsync(rows);
        await _orders.WriteCsvAsync();
    }

    public Task ResetAsync()
    {
        _orders.Empty();
        return Task.CompletedTask;
    }

    public Task RunOursAsync() => _orders.LoadAsync(_orders.StageAsync);

    public Task RunTheirsAsync()
    {
        _orders.CopyByEngine();
        return Task.CompletedTask;
    }

    public Task<string> DigestAsync() => Task.FromResult(_orders.Digest(_orders.Target.ToString()));

    public ValueTask DisposeAsync() => _orders is null ? ValueTask.CompletedTask : _orders.DisposeAsync();
}
