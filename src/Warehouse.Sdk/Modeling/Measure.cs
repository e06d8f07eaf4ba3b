namespace Warehouse.Sdk;

/// <summary>A number of a fact.</summary>
/// <param name="Column">Its column.</param>
/// <param name="Additivity">Over which dimensions it may be summed.</param>
public sealed record Measure(Column Column, Additivity Additivity)
{
    /// <summary>What becomes of it when several rows of a batch meet one grain. The default is <see cref="Combine.None"/>.</summary>
    public Combine Combine { get; init; }

    /// <summary>The source column that orders rows for <see cref="Combine.First"/> and <see cref="Combine.Last"/>.</summary>
    public SourceColumn? CombinedBy { get; init; }
}
