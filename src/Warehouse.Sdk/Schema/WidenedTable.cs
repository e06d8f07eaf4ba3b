using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk.Providers;

/// <summary>A table that is there with columns whose types have grown in the model.</summary>
/// <param name="Table">The table as the model wants it to be.</param>
/// <param name="Columns">The columns that grow, and their types in the database.</param>
/// <param name="Present">All columns that are in the database, in the order the table has them.</param>
public sealed record WidenedTable(TableSchema Table, IReadOnlyList<(Column Column, string Before)> Columns, IReadOnlyList<Identifier> Present)
{
    /// <summary>The types in the database of those that the model does not have, as landing tables gain them from their files.</summary>
    internal IReadOnlyDictionary<Identifier, string> Gained { get; init; } = new Dictionary<Identifier, string>();
}
