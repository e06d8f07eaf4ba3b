using System.Diagnostics;
using System.Runtime.CompilerServices;
using Warehouse.Sdk.Conformance;

namespace Warehouse.Sdk.DuckDb.Tests;

public sealed class DuckDbStageCrashTests(DuckDbTestStore store) : StageCrashTests<DuckDbTestStore>(store)
{
    // This very program, told so by its environment: what runs then stands before its own entry point, which the child never reaches.
    [ModuleInitializer]
    internal static void RunIfAsked()
    {
        if (Environment.GetEnvironmentVariable(StageCrashRun.Variable) is not { Length: > 0 } place)
            return;
        string[] parts = place.Split('\n');
        StageCrashRun.RunAsync(new DuckDbProvider(new DuckDbOptions { ConnectionString = parts[0] }), parts[1]).GetAwaiter().GetResult();
        Environment.Exit(0);
    }

    protected override Process Start(string database, string folder)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(DuckDbStageCrashTests).Assembly.Location]) { RedirectStandardOutput = true };
        start.Environment[StageCrashRun.Variable] = $"{database}\n{folder}";
        return Process.Start(start)!;
    }
}
