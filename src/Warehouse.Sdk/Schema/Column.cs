using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

/// <summary>A column of a table.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type.</param>
/// <param name="IsNullable">Whether it may hold NULL. The default is true.</param>
public sealed record Column(Identifier Name, ColumnType Type, bool IsNullable = true)
{
    /// <summary>What the column means, for the data dictionary; empty when nothing was said.</summary>
    public string Comment { get; init; } = string.Empty;

    /// <summary>True when the column follows from others, so that a deployment fills it in rows that are there.</summary>
    internal bool IsDerived { get; init; }
}
