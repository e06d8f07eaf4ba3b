namespace Warehouse.Sdk;

/// <summary>
/// A fact summed up to a coarser grain, so that questions of that grain read few rows (Kimball, "Aggregate Fact Tables"). It is loaded from
/// <see cref="Source.Derived"/>, and rebuilt only where its source fact, or a dimension it is rolled up by, has changed. Immutable.
/// </summary>
public sealed class AggregateFact : LoadTarget
{
    internal AggregateFact(TableSchema schema, ModelConventions conventions, AggregateDefinition definition)
        : base(Zone.Business, schema, new RowShape(typeof(void), []), conventions)
        => Definition = definition;

    /// <summary>The fact that it sums up.</summary>
    public Fact Source => Definition.Source;

    /// <summary>What one row stands for, in words.</summary>
    public string Grain => Definition.Grain;

    internal AggregateDefinition Definition { get; }
}
