using System.Runtime.CompilerServices;
using Warehouse.Sdk.Conformance;

namespace Warehouse.Sdk.Snowflake.Tests;

public sealed class SnowflakeStageCrashTests(SnowflakeTestStore store) : StageCrashTests<SnowflakeTestStore>(store)
{
    // This very program, told so by its environment: what runs then stands before its own entry point, which the child never reaches.
    [ModuleInitializer]
    internal static void RunIfAsked() => StageCrashRun.RunIfAsked(database => new SnowflakeProvider(SnowflakeTestStore.Options(database)));
}
