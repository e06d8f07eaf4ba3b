using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

/// <summary>
/// A dimension of the combinations of values seen in what is loaded: one row per distinct combination, which is never changed or removed. It is
/// filled by the loads of the dimension or fact it belongs to, in their transaction, and takes none of its own. Immutable.
/// </summary>
/// <remarks>
/// NULL counts as a value. In texts, flags and bands it is called <c>Unknown</c>; other values stay NULL. A combination of nothing but NULLs has
/// a row of its own: the member is known and nothing is known of it, whereas -1 stands for a member that is not known itself.
/// </remarks>
public abstract class CombinationDimension : LoadTarget
{
    private protected CombinationDimension(TableSchema schema, RowShape rows, ModelConventions conventions, IReadOnlyList<CombinationAttribute> parts)
        : base(Zone.Business, schema, rows, conventions)
        => Parts = parts;

    /// <summary>The surrogate key column.</summary>
    public Identifier SurrogateKey => Schema.PrimaryKey[0];

    /// <summary>The columns whose combinations are the rows.</summary>
    public IReadOnlyList<Column> Attributes => [.. Parts.Select(part => part.Column)];

    /// <summary>The members that exist before the first load: unknown (-1) and not applicable (-2).</summary>
    public IReadOnlyList<DefaultMember> DefaultMembers { get; } = [DefaultMember.Unknown, DefaultMember.NotApplicable];

    internal IReadOnlyList<CombinationAttribute> Parts { get; }

    /// <summary>Whether a dimension fills it, not a fact.</summary>
    internal abstract bool IsMini { get; }

    /// <summary>The sources are those of the batch that the combinations are taken from.</summary>
    internal Combination In(RowShape rows) => new(this, [.. Parts.Select(part => (part, rows[part.Property]))]);

    internal void ExpectSources(RowShape rows, ModelProblems problems, string place)
    {
        foreach (var (attribute, source) in In(rows).Parts)
            problems.Expect(attribute.Takes(source.Type), place, $"{source.Name} is {source.Type} there, which {Name.Name}.{attribute.Column.Name} cannot be made from; declare its column alike in both");
    }
}

/// <summary>
/// A mini-dimension: volatile attributes of a large dimension, often cut into bands, that are kept as combinations with a key of their own on the
/// fact, so that their changes make no versions there (Kimball, types 4 and 5). Immutable.
/// </summary>
/// <typeparam name="TRow">The source row of the dimension it belongs to.</typeparam>
public sealed class MiniDimension<TRow> : CombinationDimension
{
    internal MiniDimension(TableSchema schema, RowShape rows, ModelConventions conventions, IReadOnlyList<CombinationAttribute> parts)
        : base(schema, rows, conventions, parts)
    {
    }

    internal override bool IsMini => true;
}

/// <summary>A junk dimension: flags and small texts of a fact that belong to no dimension, kept as the combinations in which they occur (Kimball). Immutable.</summary>
/// <typeparam name="TRow">The source row of the facts it belongs to.</typeparam>
public sealed class JunkDimension<TRow> : CombinationDimension
{
    internal JunkDimension(TableSchema schema, RowShape rows, ModelConventions conventions, IReadOnlyList<CombinationAttribute> parts)
        : base(schema, rows, conventions, parts)
    {
    }

    internal override bool IsMini => false;
}
