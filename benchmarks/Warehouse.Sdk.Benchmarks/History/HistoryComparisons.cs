using Warehouse.Sdk.Benchmarks.Comparing;

namespace Warehouse.Sdk.Benchmarks.History;

internal static class HistoryComparisons
{
    public static IReadOnlyList<Func<IComparison>> All { get; } =
    [
        () => new SnapshotAgainstCheck("postgres-scd-snapshot", 2.5, CustomerHistory.InPostgresAsync),
        () => new SnapshotAgainstCheck("duckdb-scd-snapshot", 1.0, CustomerHistory.InDuckDbAsync),
        () => new DeltaAgainstSnapshot("postgres-scd-delta", CustomerHistory.InPostgresAsync),
        () => new DeltaAgainstSnapshot("duckdb-scd-delta", CustomerHistory.InDuckDbAsync),
    ];
}
