using System.Diagnostics;
using System.Runtime.CompilerServices;
using Warehouse.Sdk.Conformance;

namespace Warehouse.Sdk.Snowflake.Tests;

public sealed class SnowflakeStageCrashTests(SnowflakeTestStore store) : StageCrashTests<SnowflakeTestStore>(store)
{
    // This very program, told so by its environment: what runs then stands before its own entry point, which the child never reaches.
    [ModuleInitializer]
    internal static void RunIfAsked()
    {
        if (Environment.GetEnvironmentVariable(StageCrashRun.Variable) is not { Length: > 0 } place)
            return;
        string[] parts = place.Split('\n');
        StageCrashRun.RunAsync(new SnowflakeProvider(SnowflakeTestStore.Options(parts[0])), parts[1]).GetAwaiter().GetResult();
        Environment.Exit(0);
    }

    protected override Process Start(string database, string folder)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(SnowflakeStageCrashTests).Assembly.Location]) { RedirectStandardOutput = true };
        start.Environment[StageCrashRun.Variable] = $"{database}\n{folder}";
        return Process.Start(start)!;
    }
}
