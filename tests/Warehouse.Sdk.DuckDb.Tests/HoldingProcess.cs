using System.Diagnostics;
using System.Runtime.CompilerServices;
using DuckDB.NET.Data;

namespace Warehouse.Sdk.DuckDb.Tests;

/// <summary>A second process that holds a DuckDB file until its input ends: this very program, told so by its environment.</summary>
internal static class HoldingProcess
{
    public const string Ready = "holding";

    private const string File = "WAREHOUSE_TEST_HOLD_FILE";

    public static Process Start(string file)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(HoldingProcess).Assembly.Location]) { RedirectStandardOutput = true, RedirectStandardInput = true };
        start.Environment[File] = file;
        return Process.Start(start)!;
    }

    // Runs before the test program's own entry point, which the child never reaches.
    [ModuleInitializer]
    internal static void HoldIfAsked()
    {
        if (Environment.GetEnvironmentVariable(File) is not { Length: > 0 } file)
            return;
        using (var connection = new DuckDBConnection($"Data Source={file}"))
        {
            connection.Open();
            using DuckDBCommand command = connection.CreateCommand();
            command.CommandText = "CREATE TABLE held AS SELECT 1 AS i";
            command.ExecuteNonQuery();
            Console.WriteLine(Ready);
            Console.In.ReadToEnd();
        }

        Environment.Exit(0);
    }
}
