using Warehouse.Sdk.Workload;

namespace Warehouse.Sdk.Benchmarks.Workloads;

/// <summary>The figures of a workload on one engine.</summary>
/// <param name="Engine">With its version.</param>
/// <param name="HistoricalRows">Rows of the first batch.</param>
/// <param name="HistoricalRowsPerSecond">Of the first batch, the making of the rows included.</param>
/// <param name="RowsPerDay">Rows of a daily batch: the median.</param>
/// <param name="ChangedRowsPerDay">Of them, those that changed something: the median.</param>
/// <param name="MedianSecondsPerDay">Three loads.</param>
/// <param name="P95SecondsPerDay">The 95th percentile, by nearest rank.</param>
/// <param name="BytesPerChangedRow">Written on all days, by <paramref name="BytesAre"/>.</param>
/// <param name="BytesAre">What was measured.</param>
/// <param name="BytesStored">What the data takes in the end.</param>
/// <param name="PeakMemoryBytes">The most that the working set of the process grew by; of DuckDB with the engine's own memory.</param>
/// <param name="PeakHeapBytes">The most that the managed heap held.</param>
/// <param name="Differences">From the manifest.</param>
internal sealed record WorkloadResult(
    string Engine, long HistoricalRows, double HistoricalRowsPerSecond, long RowsPerDay, long ChangedRowsPerDay, double MedianSecondsPerDay, double P95SecondsPerDay,
    double BytesPerChangedRow, string BytesAre, long BytesStored, long PeakMemoryBytes, long PeakHeapBytes, int Differences)
{
    public static WorkloadResult Of(Engine engine, IReadOnlyList<WorkloadDay> loads, MemoryUse memory, int differences, long stored)
    {
        WorkloadDay history = loads[0];
        WorkloadDay[] days = [.. loads.Skip(1)];
        return new WorkloadResult(
            engine.Name,
            history.RowsRead,
            Math.Round(history.RowsRead / history.Seconds),
            (long)Percentile(days.Select(day => (double)day.RowsRead), 0.5),
            (long)Percentile(days.Select(day => (double)day.RowsChanged), 0.5),
            Math.Round(Percentile(days.Select(day => day.Seconds), 0.5), 3),
            Math.Round(Percentile(days.Select(day => day.Seconds), 0.95), 3),
            Math.Round((double)days.Sum(day => day.BytesWritten) / days.Sum(day => day.RowsChanged), 1),
            BytesWritten.Describe(engine),
            stored,
            memory.AddedBytes,
            memory.HeapBytes,
            differences);
    }

    public override string ToString() => FormattableString.Invariant($"""
        {Engine}
            historical load      {HistoricalRows,12:N0} rows, {HistoricalRowsPerSecond:N0} rows/s
            daily batch          {RowsPerDay,12:N0} rows, of which {ChangedRowsPerDay:N0} changed something: median {MedianSecondsPerDay:0.000} s, 95th percentile {P95SecondsPerDay:0.000} s
            written              {BytesPerChangedRow,12:N0} bytes per changed row ({BytesAre}); stored {BytesStored / 1e6:N1} MB
            memory               {PeakMemoryBytes / 1e6,12:N0} MB of working set added, {PeakHeapBytes / 1e6:N0} MB of managed heap
            audit                {(Differences == 0 ? "as the manifest says" : $"{Differences} differences")}
        """);

    private static double Percentile(IEnumerable<double> values, double part)
    {
        double[] sorted = [.. values.Order()];
        return sorted[Math.Max(0, (int)Math.Ceiling(part * sorted.Length) - 1)];
    }
}
