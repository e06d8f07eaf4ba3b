using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

/// <summary>
/// The map of a hierarchy of any depth: a row for each member and each member below it, itself included (Kimball, "Ragged Variable Depth Hierarchies").
/// Members are kept by their natural key, which is durable: a new version of a member needs no new rows. Immutable.
/// </summary>
public sealed class HierarchyBridge : LoadTarget
{
    internal HierarchyBridge(TableSchema schema, RowShape rows, ModelConventions conventions, Dimension dimension, SourceColumn child, SourceColumn parent)
        : base(Zone.Business, schema, rows, conventions)
    {
        Dimension = dimension;
        Child = child;
        Parent = parent;
        Identifier key = dimension.NaturalKey.Count == 0 ? child.Name : dimension.NaturalKey[0].Name;
        Ancestor = $"ancestor_{key}";
        Descendant = $"descendant_{key}";
    }

    /// <summary>The dimension whose members stand above and below each other.</summary>
    public Dimension Dimension { get; }

    internal SourceColumn Child { get; }

    internal SourceColumn Parent { get; }

    internal Identifier Ancestor { get; }

    internal Identifier Descendant { get; }

    internal Identifier MemberKey => Dimension.NaturalKey[0].Name;

    internal static Identifier Depth { get; } = "depth";

    internal static Identifier IsTop { get; } = "is_top";

    internal static Identifier IsBottom { get; } = "is_bottom";

    internal IReadOnlyList<Identifier> MapColumns => [Ancestor, Descendant, Depth, IsTop, IsBottom];

    internal static HierarchyBridge Create(string name, RowShape rows, ModelConventions conventions, Dimension dimension, SourceColumn child, SourceColumn parent, PhysicalOptions physical, ModelProblems problems)
    {
        problems.Expect(dimension.NaturalKey.Count == 1, name, $"{dimension.Name} has a natural key of {dimension.NaturalKey.Count} columns; a hierarchy is of members with a key of one column");
        foreach (SourceColumn key in new[] { child, parent }.Where(key => dimension.NaturalKey.Count == 1 && key.Type.Kind != dimension.NaturalKey[0].Type.Kind))
            problems.Add(name, $"{key.Name} is {key.Type}, but {dimension.Name}.{dimension.NaturalKey[0].Name} is {dimension.NaturalKey[0].Type}");
        problems.Expect(dimension.Definition.KeyEquality.Count == 0, name, $"its members are kept by the natural key of {dimension.Name}, which has Compare; a hierarchy takes keys as they are");
        var shell = new HierarchyBridge(new TableSchema(new QualifiedName(conventions.BusinessSchema, name), [], []), rows, conventions, dimension, child, parent);
        Column[] columns =
        [
            new Column(shell.Ancestor, child.Type, IsNullable: false) { Comment = "Natural key of the member above." },
            new Column(shell.Descendant, child.Type, IsNullable: false) { Comment = "Natural key of the member below, or of the same one." },
            new Column(Depth, ColumnType.Integer, IsNullable: false) { Comment = "Levels between them; 0 for the member itself." },
            new Column(IsTop, ColumnType.Boolean, IsNullable: false) { Comment = "True when the member above has nobody above itself." },
            new Column(IsBottom, ColumnType.Boolean, IsNullable: false) { Comment = "True when the member below has nobody below itself." },
            new Column(conventions.LoadId, ColumnType.BigInt, IsNullable: false) { Comment = "The load that last wrote the row." },
        ];
        var schema = new TableSchema(shell.Name, columns, [shell.Ancestor, shell.Descendant]) { Comment = $"Who of {dimension.Name.Name} is below whom, and how far." };
        return new HierarchyBridge(PhysicalBuilder.Apply(physical, schema, name, problems), rows, conventions, dimension, child, parent);
    }
}
