namespace Warehouse.Sdk;

/// <summary>A fact table: its grain, its links to dimensions, its measures, and how it grows. Immutable.</summary>
public abstract class Fact : LoadTarget
{
    private protected Fact(TableSchema schema, RowShape rows, ModelConventions conventions, FactDefinition definition)
        : base(Zone.Business, schema, rows, conventions)
        => Definition = definition;

    /// <summary>What one row stands for, in words.</summary>
    public string Grain => Definition.Grain;

    /// <summary>The source columns that make a row unique. They are kept on the fact, so that the grain can be checked there.</summary>
    public IReadOnlyList<SourceColumn> GrainColumns => Definition.GrainColumns;

    /// <summary>Transaction, periodic or accumulating snapshot.</summary>
    public FactKind Kind => Definition.Kind;

    /// <summary>The roles that date dimensions play.</summary>
    public IReadOnlyList<DateLink> Dates => Definition.Dates;

    /// <summary>The links to dimensions.</summary>
    public IReadOnlyList<DimensionLink> Dimensions => Definition.Dimensions;

    /// <summary>The mini-dimensions whose keys it carries.</summary>
    public IReadOnlyList<MiniDimensionLink> MiniDimensions => Definition.MiniDimensions;

    /// <summary>The junk dimensions whose keys it carries.</summary>
    public IReadOnlyList<JunkDimensionLink> JunkDimensions => Definition.JunkDimensions;

    /// <summary>The numbers.</summary>
    public IReadOnlyList<Measure> Measures => Definition.Measures;

    /// <summary>How a batch gets in.</summary>
    public FactStrategy Strategy => Definition.Growth.Strategy;

    /// <summary>The side table of delivered events; only of accumulating snapshots with a sequence.</summary>
    internal TableSchema? Events { get; init; }

    /// <summary>The side table of rows that were deleted, with their sequence; only where a sequence decides about deletions.</summary>
    internal TableSchema? Deletions { get; init; }

    internal FactDefinition Definition { get; }
}

/// <inheritdoc/>
/// <typeparam name="TRow">The source row.</typeparam>
public sealed class Fact<TRow> : Fact
{
    internal Fact(TableSchema schema, RowShape rows, ModelConventions conventions, FactDefinition definition)
        : base(schema, rows, conventions, definition)
    {
    }
}
