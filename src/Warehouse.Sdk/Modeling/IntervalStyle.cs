namespace Warehouse.Sdk;

/// <summary>How versions write down when they end.</summary>
public enum IntervalStyle
{
    /// <summary>Half-open <c>[valid_from, valid_to)</c> in UTC, microseconds. The default.</summary>
    HalfOpen,

    /// <summary>Dates; <c>valid_to</c> is the day before the change. For warehouses that already work so.</summary>
    ClosedByDay,
}
