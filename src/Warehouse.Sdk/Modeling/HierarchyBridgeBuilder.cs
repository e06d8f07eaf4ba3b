using System.Linq.Expressions;
using System.Reflection;

namespace Warehouse.Sdk;

/// <summary>Defines the map of a hierarchy. Every load is a full set of its rows; a load that changes nothing writes nothing.</summary>
/// <typeparam name="TRow">The source row: one member and the one above it.</typeparam>
public sealed class HierarchyBridgeBuilder<TRow> : TableBuilder<TRow, HierarchyBridgeBuilder<TRow>>
{
    private readonly Dimension _dimension;
    private PropertyInfo? _child;
    private PropertyInfo? _parent;

    internal HierarchyBridgeBuilder(string name, Dimension dimension, ModelConventions conventions, ModelProblems problems)
        : base(name, conventions, problems)
        => _dimension = dimension;

    /// <summary>The member. Rows of one member with different parents are rejected.</summary>
    /// <param name="key">Its natural key.</param>
    public HierarchyBridgeBuilder<TRow> Child(Expression<Func<TRow, object?>> key)
    {
        _child = Use(key);
        return this;
    }

    /// <summary>The member right above it; NULL at the top. Members that lie in a circle are rejected with its path.</summary>
    /// <param name="key">Its natural key.</param>
    public HierarchyBridgeBuilder<TRow> Parent(Expression<Func<TRow, object?>> key)
    {
        _parent = Use(key);
        return this;
    }

    internal HierarchyBridge Build()
    {
        RowShape rows = BuildRows();
        ExpectFreeNames(rows.Columns.Select(column => column.Name), WorkingColumns.OfHierarchies);
        if (_child is not null && _parent is not null)
            return HierarchyBridge.Create(Name, rows, Conventions, _dimension, rows[_child], rows[_parent], PhysicalOptions, Problems);
        Problems.Add(Name, "it needs both Child(...) and Parent(...)");
        var nothing = new SourceColumn("nothing", ColumnType.Text);
        return new HierarchyBridge(new TableSchema(new Sql.QualifiedName(Conventions.BusinessSchema, Name), [], []), rows, Conventions, _dimension, nothing, nothing);
    }
}
