using Warehouse.Sdk.Benchmarks.Comparing;

namespace Warehouse.Sdk.Benchmarks.DuckDb;

/// <summary>A CSV file, checked field by field, against the engine's own reading of it.</summary>
internal sealed class CsvAgainstCopy : IComparison
{
    private OrderDatabase _orders = null!;

    public string Name => "duckdb-csv-copy";

    public string Description => "A CSV file by way of a temporary table into a table in a file; COPY FROM by the engine of the same file.";

    public double? Bar => null;

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

    public Task RunOursAsync() => _orders.LoadAsync(_orders.StageCsvAsync);

    public Task RunTheirsAsync()
    {
        _orders.CopyByEngine();
        return Task.CompletedTask;
    }

    public Task<string> DigestAsync() => Task.FromResult(_orders.Digest(_orders.Target.ToString()));

    public ValueTask DisposeAsync() => _orders is null ? ValueTask.CompletedTask : _orders.DisposeAsync();
}
