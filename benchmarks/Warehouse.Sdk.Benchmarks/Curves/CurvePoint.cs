namespace Warehouse.Sdk.Benchmarks.Curves;

/// <summary>What a load of one size took.</summary>
/// <param name="Size">What the curve grows by.</param>
/// <param name="Seconds">The quickest of its runs.</param>
/// <param name="AllocatedBytes">Allocated by the process in that run.</param>
/// <param name="PeakBytes">The most that the process' working set grew by in that run; of DuckDB, which is in the process, with the engine's own memory.</param>
internal sealed record CurvePoint(long Size, double Seconds, long AllocatedBytes, long PeakBytes)
{
    private const int Runs = 3;

    /// <param name="size">What the curve grows by.</param>
    /// <param name="prepare">Makes what the next run loads; not measured.</param>
    /// <param name="load">The load.</param>
    public static async Task<CurvePoint> MeasureAsync(long size, Func<Task> prepare, Func<Task> load)
    {
        List<CurvePoint> points = [];
        // The first run warms up.
        for (int run = 0; run <= Runs; run++)
        {
            await prepare();
            MemoryUse use = await MemoryUse.OfAsync(load);
            points.Add(new CurvePoint(size, use.Seconds, use.AllocatedBytes, use.AddedBytes));
        }

        return points.Skip(1).MinBy(point => point.Seconds)!;
    }
}
