using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

/// <summary>A table as the model wants it to be.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Columns">Its columns in order.</param>
/// <param name="PrimaryKey">The columns of its primary key; empty when it has none.</param>
public sealed record TableSchema(QualifiedName Name, IReadOnlyList<Column> Columns, IReadOnlyList<Identifier> PrimaryKey)
{
    /// <summary>What one row means, for the data dictionary.</summary>
    public string Comment { get; init; } = string.Empty;

    /// <summary>How the engine is to keep it.</summary>
    public PhysicalOptions Physical { get; init; } = PhysicalOptions.None;
}
