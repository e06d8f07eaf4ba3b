using Warehouse.Sdk.Benchmarks.Comparing;

namespace Warehouse.Sdk.Benchmarks.History;

internal static class HistoryComparisons
{
    // What the SDK sets for its own transactions in PostgreSQL.
    private static readonly string[] OurSettings = ["SET LOCAL jit = off", "SET LOCAL work_mem = '256MB'", "SET LOCAL random_page_cost = 1.1"];

    public static IReadOnlyList<Func<IComparison>> All { get; } =
    [
        () => new SnapshotAgainstCheck("postgres-scd-snapshot", 2.5, CustomerHistory.InPostgresAsync),
        () => new SnapshotAgainstCheck("postgres-scd-snapshot-settings", null, CustomerHistory.InPostgresAsync, isQuiet: false, OurSettings),
        () => new SnapshotAgainstCheck("postgres-scd-quiet", null, CustomerHistory.InPostgresAsync, isQuiet: true),
        () => new DeltaAgainstSnapshot("postgres-scd-delta", CustomerHistory.InPostgresAsync),
        () => new SnapshotAgainstCheck("duckdb-scd-snapshot", 1.0, CustomerHistory.InDuckDbAsync),
        () => new SnapshotAgainstCheck("duckdb-scd-quiet", null, CustomerHistory.InDuckDbAsync, isQuiet: true),
        () => new DeltaAgainstSnapshot("duckdb-scd-delta", CustomerHistory.InDuckDbAsync),
    ];
}
