using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

/// <summary>A tag of a table, such as the cost center that it is charged to.</summary>
/// <param name="Path">The tag: its name, before it its schema, and before that its database. Without a schema it is the table's own.</param>
/// <param name="Value">What the tag says of the table.</param>
public sealed record TableTag(IReadOnlyList<Identifier> Path, string Value)
{
    /// <summary>The tag as one text, with points between its parts.</summary>
    public string Name => string.Join('.', Path);
}
