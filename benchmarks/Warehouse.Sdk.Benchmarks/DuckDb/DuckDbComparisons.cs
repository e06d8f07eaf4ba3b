using Warehouse.Sdk.Benchmarks.Comparing;

namespace Warehouse.Sdk.Benchmarks.DuckDb;

internal static class DuckDbComparisons
{
    public static IReadOnlyList<Func<IComparison>> All { get; } =
    [
        () => new RowsIntoTemporaryTable(),
        () => new RowsIntoFile(),
        () => new RowsAgainstCopy(),
        () => new CsvAgainstCopy(),
    ];
}
