using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

/// <summary>A table of the landing or enterprise zone. Immutable.</summary>
public abstract class ZoneTable : LoadTarget
{
    private protected ZoneTable(Zone zone, TableSchema schema, RowShape rows, ModelConventions conventions, IReadOnlyList<SourceColumn> key, Growth growth)
        : base(zone, schema, rows, conventions)
    {
        Key = key;
        Growth = growth;
    }

    /// <summary>The columns that identify a row; empty in the landing zone, where everything is kept as received.</summary>
    public IReadOnlyList<SourceColumn> Key { get; }

    internal Growth Growth { get; }

    /// <summary>The same table with further columns of text, at its end.</summary>
    internal abstract ZoneTable Evolved(IReadOnlyList<Identifier> columns);
}

/// <inheritdoc/>
/// <typeparam name="TRow">The source row.</typeparam>
public sealed class ZoneTable<TRow> : ZoneTable
{
    internal ZoneTable(Zone zone, TableSchema schema, RowShape rows, ModelConventions conventions, IReadOnlyList<SourceColumn> key, Growth growth)
        : base(zone, schema, rows, conventions, key, growth)
    {
    }

    internal override ZoneTable Evolved(IReadOnlyList<Identifier> columns)
        => new ZoneTable<TRow>(
            Zone,
            Schema with { Columns = [.. Schema.Columns, .. columns.Select(name => new Column(name, ColumnType.Text))] },
            new RowShape(Rows.RowType, [.. Rows.Columns, .. columns.Select(name => new SourceColumn(name, ColumnType.Text))]) { Contract = Rows.Contract },
            Conventions,
            Key,
            Growth);
}
