namespace Warehouse.Sdk;

/// <summary>What a fact's builder was told.</summary>
internal sealed record FactDefinition
{
    public required string Grain { get; init; }

    public required IReadOnlyList<SourceColumn> GrainColumns { get; init; }

    public required FactKind Kind { get; init; }

    public required IReadOnlyList<DateLink> Dates { get; init; }

    public required IReadOnlyList<DimensionLink> Dimensions { get; init; }

    public IReadOnlyList<MiniDimensionLink> MiniDimensions { get; init; } = [];

    public IReadOnlyList<JunkDimensionLink> JunkDimensions { get; init; } = [];

    public required IReadOnlyList<Measure> Measures { get; init; }

    /// <summary>Source columns kept on the fact as they are: grain, degenerate keys, the times that links are looked up at.</summary>
    public required IReadOnlyList<Column> Degenerates { get; init; }

    /// <summary>Columns that loads work out: lags, counters, flags of a period.</summary>
    public IReadOnlyList<Column> Computed { get; init; } = [];

    /// <summary>Quotients of measures.</summary>
    public IReadOnlyList<MeasureRatio> Ratios { get; init; } = [];

    public required Growth Growth { get; init; }

    public AccumulatingDefinition? Accumulating { get; init; }

    public PeriodicDefinition? Periodic { get; init; }
}
