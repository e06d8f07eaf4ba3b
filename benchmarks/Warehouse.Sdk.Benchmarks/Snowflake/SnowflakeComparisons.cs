using Warehouse.Sdk.Benchmarks.Comparing;

namespace Warehouse.Sdk.Benchmarks.Snowflake;

internal static class SnowflakeComparisons
{
    public static IReadOnlyList<Func<IComparison>> All { get; } = [() => new PartsAgainstCopy()];
}
