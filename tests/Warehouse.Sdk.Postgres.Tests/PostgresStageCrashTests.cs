using System.Runtime.CompilerServices;
using Warehouse.Sdk.Conformance;

namespace Warehouse.Sdk.Postgres.Tests;

public sealed class PostgresStageCrashTests(PostgresTestStore store) : StageCrashTests<PostgresTestStore>(store)
{
    // This very program, told so by its environment: what runs then stands before its own entry point, which the child never reaches.
    [ModuleInitializer]
    internal static void RunIfAsked() => StageCrashRun.RunIfAsked(database => new PostgresProvider(new PostgresOptions { ConnectionString = database }));
}
