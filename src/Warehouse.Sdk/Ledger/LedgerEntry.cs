using System.Reflection;
using System.Text.Json;

namespace Warehouse.Sdk;

/// <summary>What the ledger writes down about a load.</summary>
internal static class LedgerEntry
{
    public static string SdkVersion { get; } = typeof(LedgerEntry).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    public static string Counts(StatementRunner runner)
        => JsonSerializer.Serialize(runner.Counters.Where(pair => pair.Value != 0).OrderBy(pair => pair.Key, StringComparer.Ordinal).ToDictionary());

    public static void Bind(StatementRunner runner, LoadReport report, DateTime finished)
    {
        runner.Set("source", report.Source);
        runner.Set("status", report.Outcome switch { LoadOutcome.Loaded => "loaded", _ => "nothing changed" });
        runner.Set("rows_read", report.Counts.Read);
        runner.Set("rows_rejected", report.Counts.Rejected);
        runner.Set("counts", Counts(runner));
        runner.Set("finished_at", finished);
        runner.Set("sdk_version", SdkVersion);
    }
}
