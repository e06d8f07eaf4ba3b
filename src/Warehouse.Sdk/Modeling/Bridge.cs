namespace Warehouse.Sdk;

/// <summary>
/// A many-to-many bridge: the members of each group with weights that sum to exactly 1 (Kimball, "Multivalued Dimensions and Bridge
/// Tables"). The group is kept by its natural key, which is durable: a new version of the group needs no new bridge rows. Immutable.
/// </summary>
public abstract class Bridge : LoadTarget
{
    private protected Bridge(TableSchema schema, RowShape rows, ModelConventions conventions, BridgeDefinition definition)
        : base(Zone.Business, schema, rows, conventions)
        => Definition = definition;

    /// <summary>The dimension whose members are groups, such as films.</summary>
    public Dimension Group => Definition.Group;

    /// <summary>The dimension whose members make up the groups, such as actors.</summary>
    public Dimension Member => Definition.Member;

    /// <summary>True when memberships begin and end in time, so that a group can be seen as it was.</summary>
    public bool IsVersioned => Definition.IsVersioned;

    internal BridgeDefinition Definition { get; }
}

/// <inheritdoc/>
/// <typeparam name="TRow">The source row.</typeparam>
public sealed class Bridge<TRow> : Bridge
{
    internal Bridge(TableSchema schema, RowShape rows, ModelConventions conventions, BridgeDefinition definition)
        : base(schema, rows, conventions, definition)
    {
    }
}
