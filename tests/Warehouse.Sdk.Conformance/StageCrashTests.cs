using System.Diagnostics;
using System.Globalization;
using Warehouse.Sdk.Providers;

namespace Warehouse.Sdk.Conformance;

/// <summary>
/// A process that stages and loads is killed at any moment between its first byte and its commit, and run again: every row is there once. How many moments
/// is said by <c>WAREHOUSE_CRASH_MOMENTS</c>; the default is few.
/// </summary>
public abstract class StageCrashTests<TStore>(TStore store) : IClassFixture<TStore>
    where TStore : WarehouseTestStore
{
    private const int Days = 6;
    private const int RowsOfDay = 12_000;

    private static int Moments => int.TryParse(Environment.GetEnvironmentVariable("WAREHOUSE_CRASH_MOMENTS"), NumberStyles.None, CultureInfo.InvariantCulture, out int moments) ? moments : 4;

    /// <summary>Starts the test program as one that calls <see cref="StageCrashRun.RunAsync"/> with these.</summary>
    protected abstract Process Start(string database, string folder);

    [Fact]
    public async Task Killed_at_any_moment_and_run_again_every_row_is_there_once()
    {
        string database = await store.CreateDatabaseAsync();
        using var folder = new ScratchFolder();
        await using (IWarehouse warehouse = StageCrashRun.Open(store.OpenProvider(database), folder.Path, out _))
            await warehouse.DeployAsync();
        var random = new Random(20241124);
        int killed = 0;
        while (killed < Moments)
        {
            using Process process = Start(database, folder.Path);
            (await process.StandardOutput.ReadLineAsync()).Should().Be(StageCrashRun.Begun);
            await Task.Delay(random.Next(0, 900));
            bool wasRunning = !process.HasExited;
            process.Kill();
            await process.WaitForExitAsync();
            killed += wasRunning ? 1 : 0;
            await ExpectWholeDaysAsync(database, folder.Path);
            if (!wasRunning)
                await AgainAsync(database, folder.Path);
        }

        await using IWarehouse last = StageCrashRun.Open(store.OpenProvider(database), folder.Path, out ZoneTable<CrashRow> table);
        await StageCrashRun.LoadDaysAsync(last, table);
        LoadReport again = (await StageCrashRun.LoadDaysAsync(last, table))[^1];

        again.Outcome.Should().Be(LoadOutcome.AlreadyLoaded);
        await last.ExpectAsync("SELECT count(*) AS total, count(DISTINCT id) AS ids, min(id) AS first, max(id) AS last FROM landing.crashed", FormattableString.Invariant($"total | ids | first | last\n{Days * RowsOfDay} | {Days * RowsOfDay} | 0 | {(Days * RowsOfDay) - 1}"));
        await last.ExpectAsync("SELECT count(*) AS loads, count(DISTINCT path) AS files, count(*) - count(DISTINCT path) AS twice FROM warehouse.load_file", FormattableString.Invariant($"loads | files | twice\n{Days * 4} | {Days * 4} | 0"));
    }

    // A day that is not whole is not there at all.
    private async Task ExpectWholeDaysAsync(string database, string folder)
    {
        await using IWarehouse warehouse = StageCrashRun.Open(store.OpenProvider(database), folder, out _);
        await warehouse.ExpectAsync(FormattableString.Invariant($"SELECT count(*) AS odd_days FROM (SELECT floor(id / {RowsOfDay}.0) AS day FROM landing.crashed GROUP BY floor(id / {RowsOfDay}.0) HAVING count(*) <> {RowsOfDay}) AS t"), "odd_days\n0");
    }

    // All was loaded before the moment came: begin anew.
    private async Task AgainAsync(string database, string folder)
    {
        await using IWarehouse warehouse = StageCrashRun.Open(store.OpenProvider(database), folder, out _);
        foreach (string table in new[] { "landing.crashed", "warehouse.load_file", "warehouse.load" })
            await warehouse.QueryAsync<int>($"DELETE FROM {table} WHERE TRUE");
        Directory.Delete(Path.Combine(folder, "landing.crashed"), recursive: true);
    }
}

/// <summary>What the process does that is killed.</summary>
public static class StageCrashRun
{
    /// <summary>Said once, before the first byte is staged.</summary>
    public const string Begun = "begun";

    /// <summary>Holds database and folder, with a line end between them.</summary>
    public const string Variable = "WAREHOUSE_TEST_STAGE_CRASH";

    /// <summary>Stages and loads one day after the other, those that are complete excepted.</summary>
    public static async Task RunAsync(IWarehouseProvider provider, string folder)
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
        for (int day = 0; day < 6; day++)
        {
            int first = day * 12_000;
            StagedLoad staged = await warehouse.Stage.StageRowsAsync(table, Enumerable.Range(first, 12_000).Select(id => new CrashRow(id, FormattableString.Invariant($"row {id} of many"))), new() { LoadId = FormattableString.Invariant($"day-{day}"), MaxFileRows = 3000 });
            reports.Add(await warehouse.LoadAsync(table, Source.StagedLoad(staged)));
        }

        return reports;
    }
}

/// <summary>A row of the process that is killed.</summary>
internal sealed record CrashRow(int Id, string Text);
