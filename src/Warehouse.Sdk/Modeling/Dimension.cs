using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

/// <summary>A dimension: members known by their natural key, with the history that each attribute's type asks for. Immutable.</summary>
public abstract class Dimension : LoadTarget
{
    private protected Dimension(TableSchema schema, RowShape rows, ModelConventions conventions, DimensionDefinition definition)
        : base(Zone.Business, schema, rows, conventions)
        => Definition = definition;

    /// <summary>The surrogate key column.</summary>
    public Identifier SurrogateKey => Definition.SurrogateKey;

    /// <summary>The columns that identify a member in the source.</summary>
    public IReadOnlyList<Column> NaturalKey => Definition.NaturalKey;

    /// <summary>The attributes in order.</summary>
    public IReadOnlyList<DimensionAttribute> Attributes => Definition.Attributes;

    /// <summary>The members that exist before the first load.</summary>
    public IReadOnlyList<DefaultMember> DefaultMembers => Definition.DefaultMembers;

    /// <summary>True when a change of some attribute makes a new version.</summary>
    public bool IsVersioned => Attributes.Any(attribute => attribute.IsTracked);

    /// <summary>The column of the durable key, which a member has for life; <see langword="null"/> when there is none.</summary>
    public Identifier? DurableKey => Definition.DurableKey;

    /// <summary>The mini-dimensions that keep its volatile attributes.</summary>
    public IReadOnlyList<CombinationDimension> MiniDimensions => [.. Definition.Profiles.Select(profile => profile.Mini)];

    /// <summary>
    /// The table that holds all versions: the dimension's own, or with <see cref="DimensionBuilder{TRow}.SeparateHistory"/> the one beside it.
    /// </summary>
    public QualifiedName HistoryTable => VersionSchema.Name;

    /// <summary>
    /// The view of the open version of each member, deployed with the table; <see langword="null"/> without type 2 or 6 attributes or with
    /// <see cref="DimensionBuilder{TRow}.WithoutHistoryViews"/>. It has the table's columns. A member that is gone has no row in it; with a
    /// <see cref="DurableKey"/> it has its last version there, so that facts that carry the key lose no member.
    /// </summary>
    public QualifiedName? CurrentView => HistoryView(Conventions.CurrentViewSuffix);

    /// <summary>
    /// The function of one instant in UTC that gives the version of each member valid then, deployed beside <see cref="CurrentView"/>. In DuckDB it is
    /// a table macro, in PostgreSQL a function of a <c>timestamp</c>; both stand in a <c>FROM</c>. A member that was gone then has no row.
    /// </summary>
    public QualifiedName? AsOfFunction => HistoryView(Conventions.AsOfFunctionSuffix);

    private QualifiedName? HistoryView(Identifier suffix)
        => IsVersioned && !Definition.WithoutHistoryViews ? new QualifiedName(Name.Schema, $"{Name.Name}{suffix}") : null;

    /// <summary>The side table of delivered events; only where late events are reconciled.</summary>
    internal TableSchema? Events { get; init; }

    /// <summary>The table of versions beside the current one; only where the history is separate.</summary>
    internal TableSchema? History { get; init; }

    internal TableSchema VersionSchema => History ?? Schema;

    internal DimensionDefinition Definition { get; }
}

/// <inheritdoc/>
/// <typeparam name="TRow">The source row.</typeparam>
public sealed class Dimension<TRow> : Dimension
{
    internal Dimension(TableSchema schema, RowShape rows, ModelConventions conventions, DimensionDefinition definition)
        : base(schema, rows, conventions, definition)
    {
    }
}
