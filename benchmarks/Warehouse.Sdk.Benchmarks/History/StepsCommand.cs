using System.Globalization;

namespace Warehouse.Sdk.Benchmarks.History;

/// <summary>
/// <c>steps [postgres|duckdb] [SIZE...]</c>: for each number of members a full snapshot and a delta of ten thousand rows, each after one to warm up,
/// statement by statement; then what the deltas took side by side.
/// </summary>
internal static class StepsCommand
{
    private const int Changes = 10_000;
    private const int Runs = 3;

    public static async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        string engine = arguments.FirstOrDefault(argument => !char.IsAsciiDigit(argument[0])) ?? string.Empty;
        int[] sizes = [.. arguments.Where(argument => char.IsAsciiDigit(argument[0])).Select(argument => int.Parse(argument, CultureInfo.InvariantCulture)).DefaultIfEmpty(2_000_000)];
        List<string> curve = ["engine | members | snapshot s | delta of 10,000 s"];
        foreach (int members in sizes)
        {
            if ("postgres".Contains(engine, StringComparison.OrdinalIgnoreCase))
                curve.Add(await MeasureAsync(CustomerHistory.InPostgresAsync, members));
            if ("duckdb".Contains(engine, StringComparison.OrdinalIgnoreCase))
                curve.Add(await MeasureAsync(CustomerHistory.InDuckDbAsync, members));
        }

        Console.WriteLine(string.Join(Environment.NewLine, curve));
        return 0;
    }

    private static async Task<string> MeasureAsync(Func<int, Task<CustomerHistory>> open, int members)
    {
        await using CustomerHistory history = await open(members);
        LoadReport snapshot = await BestAsync(() => history.PassDayAsync(), history.LoadSnapshotAsync);
        Print(history, members, "full snapshot", snapshot);
        LoadReport delta = await BestAsync(() => history.PassDayForAsync(Changes), history.LoadChangesAsync);
        Print(history, members, "delta of 10,000", delta);
        return FormattableString.Invariant($"{history.Engine} | {members} | {snapshot.Elapsed.TotalSeconds:0.000} | {delta.Elapsed.TotalSeconds:0.000}");
    }

    private static async Task<LoadReport> BestAsync(Func<Task> prepare, Func<Task<LoadReport>> load)
    {
        List<LoadReport> reports = [];
        for (int run = 0; run <= Runs; run++)
        {
            await prepare();
            reports.Add(await load());
        }

        return reports.Skip(1).MinBy(report => report.Elapsed)!;
    }

    private static void Print(CustomerHistory history, int members, string what, LoadReport report)
    {
        Console.WriteLine(FormattableString.Invariant($"{history.Engine}, {members} members, {what}: {report.Elapsed.TotalMilliseconds:0} ms, {report.Steps.Count} statements (the best of {Runs})"));
        foreach (LoadStep step in report.Steps)
            Console.WriteLine(FormattableString.Invariant($"{step.Elapsed.TotalMilliseconds,9:0.0} ms {step.Rows,9} rows  {step.Name}"));
    }
}
