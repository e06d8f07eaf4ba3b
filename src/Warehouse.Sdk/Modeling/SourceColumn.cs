using System.Reflection;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

/// <summary>A column that a source row must bring.</summary>
/// <param name="Name">Its name in the source and in the target.</param>
/// <param name="Type">The type it is converted to before anything is compared.</param>
public sealed record SourceColumn(Identifier Name, ColumnType Type)
{
    internal PropertyInfo? Property { get; init; }

    /// <summary>Where its value stands in a nested record; null when it is at the top, under its own name.</summary>
    internal string? Path { get; init; }

    /// <summary>The character U+0000 is taken out of texts instead of rejecting the row.</summary>
    internal bool RemovesNul { get; init; }
}
