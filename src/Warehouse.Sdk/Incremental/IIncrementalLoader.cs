namespace Warehouse.Sdk;

/// <summary>Takes batches into facts, aggregates, bridges, maps of hierarchies and tables of the enterprise zone: one definition for the first and every later load.</summary>
public interface IIncrementalLoader
{
    /// <summary>Takes a batch into a fact. When it throws, the fact is as it was.</summary>
    /// <param name="fact">The fact.</param>
    /// <param name="source">Where the rows come from.</param>
    /// <param name="options">What is particular to this load.</param>
    /// <param name="cancellationToken">Gives up; the fact is then as it was.</param>
    Task<LoadReport> LoadAsync(Fact fact, LoadSource source, LoadOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Loads one stretch of a fact's watermark, such as a hole or a month that was corrected, by the fact's own strategy, and leaves the watermark where it
    /// is. A fact from a watermark is replaced in the stretch; rows of the source outside it are left and counted. When it throws, the fact is as
    /// it was.
    /// </summary>
    /// <param name="fact">A fact with a watermark.</param>
    /// <param name="source">Where the rows come from.</param>
    /// <param name="from">The first value of the stretch: a date or timestamp, or a whole number.</param>
    /// <param name="to">The first value behind it.</param>
    /// <param name="options">What is particular to this load.</param>
    /// <param name="cancellationToken">Gives up; the fact is then as it was.</param>
    /// <exception cref="WarehouseLoadException">The stretch reaches beyond the watermark of a fact that is loaded from it, or is empty in the source.</exception>
    Task<LoadReport> BackfillAsync(Fact fact, LoadSource source, object from, object to, LoadOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>How far a fact has come, and from where on its source has to be read next; <see langword="null"/> before the first load.</summary>
    /// <param name="fact">A fact with a watermark.</param>
    /// <param name="scope">The part of the fact, where it is loaded in parts.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<FactWatermark?> WatermarkAsync(Fact fact, object? scope = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// The stretches of a fact's watermark that the ledger knows as loaded, in order, those that touch as one. A load covers its
    /// <see cref="LoadOptions.Interval"/>; without one, what its rows span in whole days, or the partitions it replaced.
    /// </summary>
    /// <param name="fact">A fact with a watermark.</param>
    /// <param name="scope">The part of the fact, where it is loaded in parts.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<IReadOnlyList<LoadedInterval>> LoadedIntervalsAsync(Fact fact, object? scope = null, CancellationToken cancellationToken = default);

    /// <summary>What of a stretch was never loaded, in order; <see cref="BackfillAsync"/> fills it.</summary>
    /// <param name="fact">A fact with a watermark.</param>
    /// <param name="from">The first value of the stretch.</param>
    /// <param name="to">The first value behind it.</param>
    /// <param name="scope">The part of the fact, where it is loaded in parts.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<IReadOnlyList<LoadedInterval>> FindHolesAsync(Fact fact, object from, object to, object? scope = null, CancellationToken cancellationToken = default);

    /// <summary>Replaces a bridge by a full set of rows. When it throws, the bridge is as it was.</summary>
    /// <param name="bridge">The bridge.</param>
    /// <param name="source">Where the rows come from.</param>
    /// <param name="options">What is particular to this load.</param>
    /// <param name="cancellationToken">Gives up; the bridge is then as it was.</param>
    Task<LoadReport> LoadAsync(Bridge bridge, LoadSource source, LoadOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Replaces the map of a hierarchy by that of a full set of rows. When it throws, the map is as it was.</summary>
    /// <param name="hierarchy">The map.</param>
    /// <param name="source">Where the rows come from.</param>
    /// <param name="options">What is particular to this load.</param>
    /// <param name="cancellationToken">Gives up; the map is then as it was.</param>
    Task<LoadReport> LoadAsync(HierarchyBridge hierarchy, LoadSource source, LoadOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Brings an aggregate up to its fact: the parts in which the fact changed are made anew. When it throws, the aggregate is as it was.</summary>
    /// <param name="aggregate">The aggregate.</param>
    /// <param name="options">What is particular to this load.</param>
    /// <param name="cancellationToken">Gives up; the aggregate is then as it was.</param>
    Task<LoadReport> LoadAsync(AggregateFact aggregate, LoadOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Takes a batch into a table of the enterprise zone. When it throws, the table is as it was.</summary>
    /// <param name="table">A table of the enterprise zone.</param>
    /// <param name="source">Where the rows come from, often <see cref="Source.Landed"/>.</param>
    /// <param name="options">What is particular to this load.</param>
    /// <param name="cancellationToken">Gives up; the table is then as it was.</param>
    Task<LoadReport> LoadAsync(ZoneTable table, LoadSource source, LoadOptions? options = null, CancellationToken cancellationToken = default);
}
