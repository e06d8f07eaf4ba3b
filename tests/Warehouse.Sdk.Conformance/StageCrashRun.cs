using System.Diagnostics;
using System.Reflection;
using Warehouse.Sdk.Providers;

namespace Warehouse.Sdk.Conformance;

/// <summary>What the process does that is killed.</summary>
public static class StageCrashRun
{
    /// <summary>Said once, before the first byte is staged.</summary>
    internal const string Begun = "begun";

    internal const int RowsOfDay = 12_000;
    internal const int Rows = Days * RowsOfDay;
    internal const int Files = Rows / RowsOfFile;

    // Holds database and folder, with a line end between them.
    private const string Variable = "WAREHOUSE_TEST_STAGE_CRASH";

    private const int Days = 6;
    private const int RowsOfFile = 3000;

    /// <summary>Stages, loads and ends the process, if its environment says that it is the one that is killed. Called before the entry point.</summary>
    public static void RunIfAsked(Func<string, IWarehouseProvider> open)
    {
        ArgumentNullException.ThrowIfNull(open);
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } place)
            return;
        string[] parts = place.Split('\n');
        RunAsync(open(parts[0]), parts[1]).GetAwaiter().GetResult();
        Environment.Exit(0);
    }

    /// <summary>Starts a test program as the one that is killed.</summary>
    internal static Process Start(Assembly program, string database, string folder)
    {
        var start = new ProcessStartInfo("dotnet", [program.Location]) { RedirectStandardOutput = true };
        start.Environment[Variable] = $"{database}\n{folder}";
        return Process.Start(start)!;
    }

    /// <summary>Stages and loads one day after the other, those that are complete excepted.</summary>
    private static async Task RunAsync(IWarehouseProvider provider, string folder)
    {
        await using IWarehouse warehouse = Open(provider, folder, out ZoneTable<CrashRow> table);
        await warehouse.QueryAsync<long>("SELECT count(*) FROM landing.crashed");
        await Console.Out.WriteLineAsync(Begun);
        await LoadDaysAsync(warehouse, table);
    }

    internal static IWarehouse Open(IWarehouseProvider provider, string folder, out ZoneTable<CrashRow> table)
    {
        ZoneTable<CrashRow> crashed = null!;
        var model = DimensionalModel.Create("crashes", builder => crashed = builder.Landing<CrashRow>("crashed"));
        table = crashed;
        return new WarehouseClient(provider, model, new LocalStageClient(folder));
    }

    internal static async Task<IReadOnlyList<LoadReport>> LoadDaysAsync(IWarehouse warehouse, ZoneTable<CrashRow> table)
    {
        List<LoadReport> reports = [];
        for (int day = 0; day < Days; day++)
        {
            int first = day * RowsOfDay;
            StagedLoad staged = await warehouse.Stage.StageRowsAsync(table, Enumerable.Range(first, RowsOfDay).Select(id => new CrashRow(id, FormattableString.Invariant($"row {id} of many"))), new() { LoadId = FormattableString.Invariant($"day-{day}"), MaxFileRows = RowsOfFile });
            reports.Add(await warehouse.LoadAsync(table, Source.StagedLoad(staged)));
        }

        return reports;
    }
}

/// <summary>A row of the process that is killed.</summary>
internal sealed record CrashRow(int Id, string Text);
