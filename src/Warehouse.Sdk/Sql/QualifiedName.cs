namespace Warehouse.Sdk.Sql;

/// <summary>A table, view or sequence together with its schema.</summary>
/// <param name="Schema">The schema.</param>
/// <param name="Name">The name within the schema.</param>
public readonly record struct QualifiedName(Identifier Schema, Identifier Name)
{
    /// <summary><c>schema.name</c>, unquoted: for messages and the ledger, never for SQL.</summary>
    public override string ToString() => $"{Schema}.{Name}";
}
