using System.Runtime.CompilerServices;
using Warehouse.Sdk.Conformance;

namespace Warehouse.Sdk.DuckDb.Tests;

public sealed class DuckDbStageCrashTests(DuckDbTestStore store) : StageCrashTests<DuckDbTestStore>(store)
{
    // This very program, told so by its environment: what runs then stands before its own entry point, which the child never reaches.
    [ModuleInitializer]
    internal static void RunIfAsked() => StageCrashRun.RunIfAsked(database => new DuckDbProvider(new DuckDbOptions { ConnectionString = database }));
}
