using Warehouse.Sdk.Benchmarks.Comparing;

namespace Warehouse.Sdk.Benchmarks.Facts;

internal static class FactComparisons
{
    public static IReadOnlyList<Func<IComparison>> All { get; } =
    [
        () => new ResolveAgainstInsert("duckdb-facts-resolve", SaleWarehouse.InDuckDbAsync),
        () => new LoadAgainstInsert("duckdb-facts-load", SaleWarehouse.InDuckDbAsync),
        () => new FactDeltaAgainstLoad("duckdb-facts-delta", SaleWarehouse.InDuckDbAsync),
        () => new ResolveAgainstInsert("postgres-facts-resolve", SaleWarehouse.InPostgresAsync),
        () => new LoadAgainstInsert("postgres-facts-load", SaleWarehouse.InPostgresAsync),
        () => new FactDeltaAgainstLoad("postgres-facts-delta", SaleWarehouse.InPostgresAsync),
    ];
}
