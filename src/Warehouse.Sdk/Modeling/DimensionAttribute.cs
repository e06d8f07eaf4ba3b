using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

/// <summary>An attribute of a dimension and what a change of it does.</summary>
/// <param name="Column">Its column.</param>
/// <param name="Type">Its slowly-changing type.</param>
/// <param name="Equality">When two values count as the same.</param>
public sealed record DimensionAttribute(Column Column, ScdType Type, Equality Equality)
{
    /// <summary>The column that keeps the value before the last change; only of type 3.</summary>
    public Column? Previous { get; init; }

    /// <summary>The column that holds the value of the member's latest version on all versions; only of type 6.</summary>
    public Column? Current { get; init; }

    /// <summary>True when NULL gives way to the first value that comes; only of type 0.</summary>
    public bool FillsWhenNull { get; init; }

    /// <summary>Days that mean "none" in the source and are NULL here; only of dates and timestamps.</summary>
    internal IReadOnlyList<DateOnly> NullDates { get; init; } = [];

    /// <summary>True when a change makes a version.</summary>
    internal bool IsTracked => Type is ScdType.Type2 or ScdType.Type6;

    internal Identifier Name => Column.Name;
}
