using Warehouse.Sdk.Benchmarks.Comparing;

namespace Warehouse.Sdk.Benchmarks.Facts;

/// <summary>Fifty thousand sales into a full fact against the same as part of everything: the cost follows the delta, not the fact.</summary>
internal sealed class FactDeltaAgainstLoad(string name, Func<int, Task<SaleWarehouse>> open) : IComparison
{
    private const int Changes = 50_000;

    private SaleWarehouse _sales = null!;

    public string Name => name;

    public string Description => "50,000 sales, half of them new, upserted as a delta; the same within all sales. Both by the SDK.";

    public double? Bar => 10;

    public string Engine => _sales.Engine.Name;

    public async Task PrepareAsync(int rows)
    {
        _sales = await open(rows);
        await _sales.LoadAsync();
        await _sales.MakeSalesAsync("source_delta", rows - (Changes / 2) + 1, Changes);
        await _sales.Engine.ExecuteAsync("UPDATE source_delta SET quantity = quantity + 1");
        await _sales.Engine.ExecuteAsync("ANALYZE");
    }

    public async Task ResetAsync()
    {
        await _sales.Engine.ExecuteAsync(FormattableString.Invariant($"DELETE FROM business.fact_sale WHERE sale_id > {_sales.Rows}"));
        await _sales.Engine.ExecuteAsync(FormattableString.Invariant($"UPDATE business.fact_sale SET quantity = quantity - 1 WHERE sale_id > {_sales.Rows - (Changes / 2)}"));
    }

    public Task RunOursAsync() => _sales.Warehouse.LoadAsync(_sales.Sale, Source.Query("SELECT * FROM source_delta"));

    public Task RunTheirsAsync() => _sales.Warehouse.LoadAsync(_sales.Sale, Source.Query(FormattableString.Invariant($"SELECT * FROM source_sale WHERE sale_id <= {_sales.Rows - (Changes / 2)} UNION ALL SELECT * FROM source_delta")));

    public Task<string> DigestAsync() => _sales.DigestAsync("business.fact_sale");

    public ValueTask DisposeAsync() => _sales is null ? ValueTask.CompletedTask : _sales.DisposeAsync();
}
