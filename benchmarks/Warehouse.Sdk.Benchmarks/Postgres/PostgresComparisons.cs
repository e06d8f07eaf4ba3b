using Warehouse.Sdk.Benchmarks.Comparing;

namespace Warehouse.Sdk.Benchmarks.Postgres;

internal static class PostgresComparisons
{
    public static IReadOnlyList<Func<IComparison>> All { get; } =
    [
        () => new RowsAgainstImporter(),
        () => new RowsAgainstLinq2Db(),
        () => new RowsAgainstDapper(),
        () => new CsvAgainstServer(),
        () => new RowsInParallel(),
        () => new ParallelAgainstImporter(),
    ];
}
