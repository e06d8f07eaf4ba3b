using Warehouse.Sdk.Benchmarks.Comparing;

namespace Warehouse.Sdk.Benchmarks.Facts;

/// <summary>A whole first load, with its checks of grain, rejects and ledger, against the bare statement by hand.</summary>
internal sealed class LoadAgainstInsert(string name, Func<int, Task<SaleWarehouse>> open) : IComparison
{
    private SaleWarehouse _sales = null!;
    private string _table = string.Empty;

    public string Name => name;

    public string Description => "First load of a fact with six links, two of them versioned: the whole load with its checks; one INSERT ... SELECT by hand with the same joins.";

    public double? Bar => null;

    public string Engine => _sales.Engine.Name;

    public async Task PrepareAsync(int rows) => _sales = await open(rows);

    public Task ResetAsync() => _sales.EmptyAsync();

    public Task RunOursAsync()
    {
        _table = "business.fact_sale";
        return _sales.LoadAsync();
    }

    public Task RunTheirsAsync()
    {
        _table = "hand_sale";
        return _sales.Engine.ExecuteAsync(SaleWarehouse.InsertByHand);
    }

    public Task<string> DigestAsync() => _sales.DigestAsync(_table);

    public ValueTask DisposeAsync() => _sales is null ? ValueTask.CompletedTask : _sales.DisposeAsync();
}
