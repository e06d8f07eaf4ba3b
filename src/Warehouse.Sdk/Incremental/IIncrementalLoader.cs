namespace Warehouse.Sdk;

/// <summary>Takes batches into facts, bridges and tables of the enterprise zone: one definition for the first and every later load.</summary>
public interface IIncrementalLoader
{
    /// <summary>Takes a batch into a fact. When it throws, the fact is as it was.</summary>
    /// <param name="fact">The fact.</param>
    /// <param name="source">Where the rows come from.</param>
    /// <param name="options">What is particular to this load.</param>
    /// <param name="cancellationToken">Gives up; the fact is then as it was.</param>
    Task<LoadReport> LoadAsync(Fact fact, LoadSource source, LoadOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Replaces a bridge by a full set of rows. When it throws, the bridge is as it was.</summary>
    /// <param name="bridge">The bridge.</param>
    /// <param name="source">Where the rows come from.</param>
    /// <param name="options">What is particular to this load.</param>
    /// <param name="cancellationToken">Gives up; the bridge is then as it was.</param>
    Task<LoadReport> LoadAsync(Bridge bridge, LoadSource source, LoadOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Takes a batch into a table of the enterprise zone. When it throws, the table is as it was.</summary>
    /// <param name="table">A table of the enterprise zone.</param>
    /// <param name="source">Where the rows come from, often <see cref="Source.Landed"/>.</param>
    /// <param name="options">What is particular to this load.</param>
    /// <param name="cancellationToken">Gives up; the table is then as it was.</param>
    Task<LoadReport> LoadAsync(ZoneTable table, LoadSource source, LoadOptions? options = null, CancellationToken cancellationToken = default);
}
