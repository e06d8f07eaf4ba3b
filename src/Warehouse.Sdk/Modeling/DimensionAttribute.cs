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

    internal Identifier Name => Column.Name;
}
