using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

/// <summary>
/// A table of the model: a dimension, fact, aggregate, bridge, map of a hierarchy or zone table, into which rows can be loaded, or a date, mini- or junk
/// dimension, which the deployment or the loads of others fill. Immutable.
/// </summary>
public abstract class LoadTarget
{
    private protected LoadTarget(Zone zone, TableSchema schema, RowShape rows, ModelConventions conventions)
    {
        Zone = zone;
        Schema = schema;
        Rows = rows;
        Conventions = conventions;
    }

    /// <summary>The zone it lives in.</summary>
    public Zone Zone { get; }

    /// <summary>The table as the model wants it to be.</summary>
    public TableSchema Schema { get; }

    /// <summary>Its name.</summary>
    public QualifiedName Name => Schema.Name;

    /// <summary>The columns that a source must have, by name, and their types.</summary>
    public IReadOnlyList<SourceColumn> SourceColumns => Rows.Columns;

    /// <summary>The .NET type of its source rows.</summary>
    public Type RowType => Rows.RowType;

    /// <summary>What it does about changes of columns.</summary>
    public SchemaContract Contract => Rows.Contract;

    internal RowShape Rows { get; }

    internal ModelConventions Conventions { get; }

    /// <summary>The table's name.</summary>
    public override string ToString() => Name.ToString();
}
