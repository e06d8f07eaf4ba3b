using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Warehouse.Sdk;

/// <summary>The names under which the SDK reports to OpenTelemetry.</summary>
public static class WarehouseDiagnostics
{
    /// <summary>Name of the activity source: one span per load, one below it per statement.</summary>
    public const string ActivitySourceName = "Warehouse.Sdk";

    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Warehouse.Sdk";

    internal static ActivitySource Activities { get; } = new(ActivitySourceName);

    private static readonly Meter Meter = new(MeterName);

    internal static Histogram<double> LoadDuration { get; } = Meter.CreateHistogram<double>("warehouse.load.duration", "s", "From the wait for the target's lock to the commit.");

    internal static Counter<long> LoadRows { get; } = Meter.CreateCounter<long>("warehouse.load.rows", "{row}", "Rows read by committed loads.");
}
