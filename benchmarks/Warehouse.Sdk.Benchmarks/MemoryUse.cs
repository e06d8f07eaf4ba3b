using System.Diagnostics;

namespace Warehouse.Sdk.Benchmarks;

/// <summary>What some work took of the process.</summary>
/// <param name="Seconds">On the wall.</param>
/// <param name="AllocatedBytes">Allocated meanwhile, whether collected or not.</param>
/// <param name="HeapBytes">The most the managed heap held.</param>
/// <param name="AddedBytes">The most the working set grew by.</param>
internal readonly record struct MemoryUse(double Seconds, long AllocatedBytes, long HeapBytes, long AddedBytes)
{
    private const int MillisecondsBetweenLooks = 20;

    public static async Task<MemoryUse> OfAsync(Func<Task> work)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        long before = Environment.WorkingSet, peak = before, heap = 0;
        long allocated = GC.GetTotalAllocatedBytes(precise: true), start = Stopwatch.GetTimestamp();
        double seconds;
        await using (new Timer(_ => (peak, heap) = (Math.Max(peak, Environment.WorkingSet), Math.Max(heap, GC.GetTotalMemory(false))), null, 0, MillisecondsBetweenLooks))
        {
            await work();
            seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        }

        return new MemoryUse(seconds, GC.GetTotalAllocatedBytes(precise: true) - allocated, heap, peak - before);
    }
}
