namespace Warehouse.Sdk;

/// <summary>What of a column makes the partition of a row.</summary>
public enum PartitionBy
{
    /// <summary>The value itself: one partition for each. The default for columns that are no times.</summary>
    Value,

    /// <summary>The day, in UTC. The default for dates and timestamps.</summary>
    Day,

    /// <summary>The calendar month, in UTC.</summary>
    Month,

    /// <summary>The calendar year, in UTC.</summary>
    Year,
}
