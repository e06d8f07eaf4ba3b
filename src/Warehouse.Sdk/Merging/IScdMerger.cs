namespace Warehouse.Sdk;

/// <summary>Merges batches into dimensions by the types of their attributes.</summary>
public interface IScdMerger
{
    /// <summary>Merges a batch. When it throws, the dimension is as it was.</summary>
    /// <param name="dimension">The dimension.</param>
    /// <param name="source">Where the rows come from.</param>
    /// <param name="options">What is particular to this load: as of when, delta or full snapshot.</param>
    /// <param name="cancellationToken">Gives up; the dimension is then as it was.</param>
    Task<LoadReport> MergeAsync(Dimension dimension, LoadSource source, LoadOptions? options = null, CancellationToken cancellationToken = default);
}
