namespace Warehouse.Sdk;

/// <summary>How a table grows: the same for facts and for tables of the enterprise zone.</summary>
internal sealed record Growth
{
    public FactStrategy Strategy { get; init; }

    public SourceColumn? Sequence { get; init; }

    public SourceColumn? Watermark { get; init; }

    public TimeSpan Overlap { get; init; }

    public TimeSpan? MaxFuture { get; init; }

    public bool AllowLostWatermark { get; init; }
}
