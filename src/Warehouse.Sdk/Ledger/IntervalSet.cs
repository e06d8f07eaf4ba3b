namespace Warehouse.Sdk;

/// <summary>Stretches put together and taken apart. All bounds are of one type.</summary>
internal static class IntervalSet
{
    /// <summary>The same stretches without overlaps, those that touch as one.</summary>
    public static IReadOnlyList<LoadedInterval> Merge(IEnumerable<LoadedInterval> intervals)
    {
        List<LoadedInterval> merged = [];
        foreach (LoadedInterval next in intervals.OrderBy(interval => interval.From, Comparer<object>.Default))
        {
            if (merged.Count == 0 || IsBefore(merged[^1].To, next.From))
                merged.Add(next);
            else if (IsBefore(merged[^1].To, next.To))
                merged[^1] = merged[^1] with { To = next.To };
        }

        return merged;
    }

    /// <summary>What of a stretch is in none of the others.</summary>
    public static IReadOnlyList<LoadedInterval> Holes(IEnumerable<LoadedInterval> intervals, object from, object to)
    {
        List<LoadedInterval> holes = [];
        object at = from;
        foreach (LoadedInterval loaded in Merge(intervals))
        {
            if (IsBefore(at, loaded.From) && IsBefore(at, to))
                holes.Add(new LoadedInterval(at, IsBefore(loaded.From, to) ? loaded.From : to));
            if (IsBefore(at, loaded.To))
                at = loaded.To;
        }

        if (IsBefore(at, to))
            holes.Add(new LoadedInterval(at, to));
        return holes;
    }

    private static bool IsBefore(object left, object right) => Comparer<object>.Default.Compare(left, right) < 0;
}
