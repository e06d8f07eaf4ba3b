namespace Warehouse.Sdk;

/// <summary>How long a period of a snapshot is. A period is known by its last day.</summary>
public enum SnapshotPeriod
{
    /// <summary>One day.</summary>
    Day,

    /// <summary>Seven days; the last one is a Sunday, as in ISO 8601, unless another day is given.</summary>
    Week,

    /// <summary>A calendar month.</summary>
    Month,
}
