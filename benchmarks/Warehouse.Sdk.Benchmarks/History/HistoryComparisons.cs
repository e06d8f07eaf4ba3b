using Warehouse.Sdk.Benchmarks.Comparing;

namespace Warehouse.Sdk.Benchmarks.History;

internal static class HistoryComparisons
{
    // What the SDK sets for its own transactions in PostgreSQL.
    private static readonly string[] OurSettings = ["SET LOCAL jit = off", "SET LOCAL work_mem = '256MB'", "SET LOCAL random_page_cost = 1.1"];

    public static IReadOnlyList<Func<IComparison>> All { get; } =
    [
        () => new SnapshotAgainstRival("postgres-scd-snapshot", 2.5, CustomerHistory.InPostgresAsync, history => new CheckSnapshot(history)),
        () => new SnapshotAgainstRival("postgres-scd-snapshot-settings", null, CustomerHistory.InPostgresAsync, history => new CheckSnapshot(history, OurSettings)),
        () => new SnapshotAgainstRival("postgres-scd-quiet", null, CustomerHistory.InPostgresAsync, history => new CheckSnapshot(history), isQuiet: true),
        () => new SnapshotAgainstRival("postgres-scd-hashes", null, CustomerHistory.InPostgresAsync, history => new HashSnapshot(history)),
        () => new SnapshotAgainstRival("postgres-scd-row-by-row", null, CustomerHistory.InPostgresAsync, history => new RowByRowSnapshot(history), part: 50),
        () => new DeltaAgainstSnapshot("postgres-scd-delta", CustomerHistory.InPostgresAsync),
        () => new SnapshotAgainstRival("duckdb-scd-snapshot", 1.0, CustomerHistory.InDuckDbAsync, history => new CheckSnapshot(history)),
        () => new SnapshotAgainstRival("duckdb-scd-quiet", null, CustomerHistory.InDuckDbAsync, history => new CheckSnapshot(history), isQuiet: true),
        () => new SnapshotAgainstRival("duckdb-scd-hashes", null, CustomerHistory.InDuckDbAsync, history => new HashSnapshot(history)),
        () => new DeltaAgainstSnapshot("duckdb-scd-delta", CustomerHistory.InDuckDbAsync),
    ];
}
