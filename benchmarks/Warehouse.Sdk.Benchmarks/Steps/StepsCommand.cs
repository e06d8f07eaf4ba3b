using System.Globalization;
using Warehouse.Sdk.Benchmarks.Facts;
using Warehouse.Sdk.Benchmarks.History;

namespace Warehouse.Sdk.Benchmarks.Steps;

/// <summary>
/// <c>steps [postgres|duckdb] [SIZE...]</c>: for each size a full snapshot of so many members, a delta of ten thousand of them, and a first load of so many
/// facts, each after one to warm up, statement by statement.
/// </summary>
internal static class StepsCommand
{
    private const int Changes = 10_000;
    private const int Runs = 3;

    private static readonly (string Name, Func<int, Task<CustomerHistory>> History, Func<int, Task<SaleWarehouse>> Sales)[] Engines =
    [
        ("postgres", CustomerHistory.InPostgresAsync, SaleWarehouse.InPostgresAsync),
        ("duckdb", CustomerHistory.InDuckDbAsync, SaleWarehouse.InDuckDbAsync),
    ];

    public static async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        string name = arguments.FirstOrDefault(argument => !char.IsAsciiDigit(argument[0])) ?? string.Empty;
        int[] sizes = [.. arguments.Where(argument => char.IsAsciiDigit(argument[0])).Select(argument => int.Parse(argument, CultureInfo.InvariantCulture)).DefaultIfEmpty(2_000_000)];
        Console.WriteLine(FormattableString.Invariant($"engine | size | load, the best of {Runs} | statement | rows | ms"));
        foreach (int size in sizes)
        {
            foreach (var engine in Engines.Where(engine => engine.Name.Contains(name, StringComparison.OrdinalIgnoreCase)))
            {
                await using (CustomerHistory history = await engine.History(size))
                {
                    Print(history.Engine, size, "full snapshot", await BestAsync(() => history.PassDayAsync(), history.LoadSnapshotAsync));
                    Print(history.Engine, size, "delta of 10,000", await BestAsync(() => history.PassDayForAsync(Changes), history.LoadChangesAsync));
                }

                await using SaleWarehouse sales = await engine.Sales(size);
                Print(sales.Engine, size, "first load of facts", await BestAsync(sales.EmptyAsync, sales.LoadAsync));
            }
        }

        return 0;
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

    private static void Print(Engine engine, int size, string load, LoadReport report)
    {
        foreach (LoadStep step in report.Steps.Append(new LoadStep($"all {report.Steps.Count}", report.Elapsed, report.Counts.Read)))
            Console.WriteLine(FormattableString.Invariant($"{engine.Name} | {size} | {load} | {step.Name} | {step.Rows} | {step.Elapsed.TotalMilliseconds:0.0}"));
    }
}
