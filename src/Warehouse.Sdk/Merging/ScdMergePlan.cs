using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk.Providers;

/// <summary>A batch into a dimension, in the terms of the model. Holds no SQL.</summary>
public sealed record ScdMergePlan
{
    internal ScdMergePlan(DimensionalModel model, Dimension dimension, BatchKind kind, Identifier? sequence)
    {
        Holders = [.. KeyHolder.Of(model, dimension)];
        Dimension = dimension;
        Kind = kind;
        Sequence = sequence;
        Definition = dimension.Definition;
    }

    /// <summary>The dimension.</summary>
    public Dimension Dimension { get; }

    /// <summary>Delta or full snapshot.</summary>
    public BatchKind Kind { get; }

    /// <summary>The staging column that decides between rows of one member at one effective time.</summary>
    public Identifier? Sequence { get; }

    /// <summary>Natural key columns.</summary>
    public IReadOnlyList<Identifier> Key => [.. Dimension.NaturalKey.Select(column => column.Name)];

    /// <summary>Every attribute column.</summary>
    public IReadOnlyList<Identifier> AttributeNames => [.. Dimension.Attributes.Select(attribute => attribute.Column.Name)];

    /// <summary>True when absent members have to be looked for.</summary>
    public bool EndsAbsentMembers => Kind == BatchKind.FullSnapshot && Definition.WhenAbsent != Absent.Ignore;

    /// <summary>The attributes of one type.</summary>
    /// <param name="type">The type.</param>
    public IReadOnlyList<DimensionAttribute> Of(ScdType type) => [.. Dimension.Attributes.Where(attribute => attribute.Type == type)];

    /// <summary>Where the dimension's keys stand outside it.</summary>
    internal IReadOnlyList<KeyHolder> Holders { get; }

    /// <summary>True when facts up to <c>$closed_through</c> keep the keys they have.</summary>
    public bool HasClosedPeriods { get; init; }

    /// <summary>Facts that know the natural key of what they link to, and can be looked up anew.</summary>
    internal IEnumerable<KeyHolder> Relooked => Holders.Where(holder => holder.Link is { KeepsKey: true });

    internal bool Reconciles => Definition.LateEvents == LateEvents.Reconcile;

    internal DimensionDefinition Definition { get; }

    internal ModelConventions Names => Dimension.Conventions;
}
