using System.Diagnostics;
using System.Globalization;

namespace Warehouse.Sdk.Conformance;

/// <summary>
/// A process that stages and loads is killed at any moment between its first byte and its commit, and run again: every row is there once. How many moments
/// is said by <c>WAREHOUSE_CRASH_MOMENTS</c>; the default is few.
/// </summary>
public abstract class StageCrashTests<TStore>(TStore store) : IClassFixture<TStore>
    where TStore : WarehouseTestStore
{
    private const string Variable = "WAREHOUSE_CRASH_MOMENTS";

    private static int Moments => Environment.GetEnvironmentVariable(Variable) switch
    {
        null or "" => 4,
        var given when int.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out int moments) && moments > 0 => moments,
        var given => throw new InvalidOperationException($"{Variable} is '{given}', and must be a whole number above 0."),
    };

    [Fact]
    public async Task Killed_at_any_moment_and_run_again_every_row_is_there_once()
    {
        string database = await store.CreateDatabaseAsync();
        using var folder = new ScratchFolder();
        await using (IWarehouse warehouse = StageCrashRun.Open(store.OpenProvider(database), folder.Path, out _))
            await warehouse.DeployAsync();
        var random = new Random(20241124);
        int moments = Moments, killed = 0;
        while (killed < moments)
        {
            using Process process = StageCrashRun.Start(GetType().Assembly, database, folder.Path);
            (await process.StandardOutput.ReadLineAsync()).Should().Be(StageCrashRun.Begun);
            await Task.Delay(random.Next(0, 900));
            bool wasRunning = !process.HasExited;
            process.Kill();
            await process.WaitForExitAsync();
            await ExpectWholeDaysAsync(database, folder.Path);
            if (wasRunning)
            {
                killed++;
                continue;
            }

            process.ExitCode.Should().Be(0, "it came to its end by itself");
            await AgainAsync(database, folder.Path);
        }

        await using IWarehouse last = StageCrashRun.Open(store.OpenProvider(database), folder.Path, out ZoneTable<CrashRow> table);
        await StageCrashRun.LoadDaysAsync(last, table);
        LoadReport again = (await StageCrashRun.LoadDaysAsync(last, table))[^1];

        again.Outcome.Should().Be(LoadOutcome.AlreadyLoaded);
        await last.ExpectAsync("SELECT count(*) AS total, count(DISTINCT id) AS ids, min(id) AS first, max(id) AS last FROM landing.crashed", FormattableString.Invariant($"total | ids | first | last\n{StageCrashRun.Rows} | {StageCrashRun.Rows} | 0 | {StageCrashRun.Rows - 1}"));
        await last.ExpectAsync("SELECT count(*) AS loads, count(DISTINCT path) AS files, count(*) - count(DISTINCT path) AS twice FROM warehouse.load_file", FormattableString.Invariant($"loads | files | twice\n{StageCrashRun.Files} | {StageCrashRun.Files} | 0"));
    }

    // A day that is not whole is not there at all.
    private async Task ExpectWholeDaysAsync(string database, string folder)
    {
        await using IWarehouse warehouse = StageCrashRun.Open(store.OpenProvider(database), folder, out _);
        await warehouse.ExpectAsync(FormattableString.Invariant($"SELECT count(*) AS odd_days FROM (SELECT floor(id / {StageCrashRun.RowsOfDay}.0) AS day FROM landing.crashed GROUP BY floor(id / {StageCrashRun.RowsOfDay}.0) HAVING count(*) <> {StageCrashRun.RowsOfDay}) AS t"), "odd_days\n0");
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
