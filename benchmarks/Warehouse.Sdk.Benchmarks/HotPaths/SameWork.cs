namespace Warehouse.Sdk.Benchmarks.HotPaths;

/// <summary>Figures of two sides mean something only when both have done the same.</summary>
internal static class SameWork
{
    public static void Expect<T>(IEnumerable<T> baseline, IEnumerable<T> ours)
    {
        if (!baseline.SequenceEqual(ours))
            throw new InvalidOperationException("The two sides do not give the same.");
    }

    public static void Expect<T>(T baseline, T ours)
        where T : IEquatable<T>
    {
        if (!baseline.Equals(ours))
            throw new InvalidOperationException($"The two sides do not give the same: {baseline}, {ours}.");
    }
}
