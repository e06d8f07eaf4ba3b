using Warehouse.Sdk.Benchmarks.Comparing;

namespace Warehouse.Sdk.Benchmarks.S3;

/// <summary>The stage on S3 against the AWS SDK's own ways. A row counts as a kilobyte: a million rows are a file of one gigabyte.</summary>
internal static class S3Comparisons
{
    public static IReadOnlyList<Func<IComparison>> All { get; } = [() => new FileAgainstTransferUtility(), () => new ReadAgainstGet()];
}
