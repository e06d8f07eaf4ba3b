using System.Globalization;
using Warehouse.Sdk.Providers;

namespace Warehouse.Sdk.Benchmarks.Memory;

/// <summary>
/// <c>memory [--rows N]</c>: streams a million rows and then N (20 million) into a staging table of each engine and tells how much memory the process
/// took in addition. Rows are made one at a time and never held.
/// </summary>
internal static class MemoryCommand
{
    private const int FewRows = 1_000_000;
    private const string Usage = "memory [--rows N]";

    public static async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        int rows = 20 * FewRows;
        if (arguments is not [] && (arguments is not ["--rows", string text] || !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out rows)))
        {
            await Console.Error.WriteLineAsync(Usage);
            return 2;
        }

        Console.WriteLine("engine | rows | seconds | allocated B/row | peak of managed heap MB | working set added MB");
        await using (Engine postgres = await Engine.PostgresAsync())
        {
            await StreamAsync(postgres.Provider, FewRows);
            await StreamAsync(postgres.Provider, rows);
        }

        // The engine is in the process and keeps what is staged: its own memory is limited, so that ours shows beside it.
        await using (Engine duckDb = await Engine.DuckDbAsync("memory_limit=500MB"))
        {
            await StreamAsync(duckDb.Provider, FewRows);
            await StreamAsync(duckDb.Provider, rows);
        }

        return 0;
    }

    private static async Task StreamAsync(IWarehouseProvider provider, int rows)
    {
        ZoneTable<Order> table = null!;
        DimensionalModel.Create("memory", model => table = model.Landing<Order>("orders"));
        await using IWarehouseSession session = await provider.OpenSessionAsync(CancellationToken.None);
        await session.BeginAsync([], CancellationToken.None);
        foreach (var statement in provider.Dialect.Stage(new StagePlan(table)).Statements)
            await session.ExecuteAsync(statement, new Dictionary<string, object?>(), CancellationToken.None);
        MemoryUse use = await MemoryUse.OfAsync(async () =>
        {
            // One row for all: what is counted is what the way costs, not the rows.
            await using var feed = new ObjectFeed<Order>(Enumerable.Repeat(Order.Make(1), rows), table.Rows);
            await session.StageAsync(table, feed, new RejectedRows(RejectPolicy.FailOnFirst), CancellationToken.None);
        });
        Console.WriteLine(FormattableString.Invariant($"{provider.SystemName} | {rows:N0} | {use.Seconds:0.0} | {(double)use.AllocatedBytes / rows:0.0} | {use.HeapBytes / 1e6:0.0} | {use.AddedBytes / 1e6:0.0}"));
        await session.RollbackAsync();
    }
}
