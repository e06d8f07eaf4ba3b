using System.Diagnostics;

namespace Warehouse.Sdk.Benchmarks.Comparing;

/// <summary>What one side of one round took.</summary>
internal readonly record struct Measurement(double Seconds, double CpuSeconds, long AllocatedBytes)
{
    public static async Task<Measurement> OfAsync(Func<Task> run)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        using var process = Process.GetCurrentProcess();
        TimeSpan cpu = process.TotalProcessorTime;
        long allocated = GC.GetTotalAllocatedBytes(precise: true);
        long start = Stopwatch.GetTimestamp();
        await run();
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        process.Refresh();
        return new Measurement(seconds, (process.TotalProcessorTime - cpu).TotalSeconds, allocated);
    }
}
