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
    public bool IsVersioned => Attributes.Any(attribute => attribute.Type == ScdType.Type2);

    /// <summary>The side table of delivered events; only where late events are reconciled.</summary>
    internal TableSchema? Events { get; init; }

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
