namespace Warehouse.Sdk;

/// <summary>How a table takes in a batch; the same for the first load and for every later one.</summary>
public enum FactStrategy
{
    /// <summary>By grain: new rows are inserted, changed rows updated, others left alone.</summary>
    Upsert,

    /// <summary>
    /// Deletes what is at the watermark, the greatest value that was read so far, and loads from it on. Days are taken whole, and the source
    /// must still hold the greatest day.
    /// </summary>
    FromWatermark,

    /// <summary>Replaces all rows in one transaction; views and grants stay.</summary>
    FullRefresh,

    /// <summary>
    /// Only adds: rows of a grain that is there already are duplicates when they are equal, and follow the <see cref="AppendConflict"/> rule when
    /// they differ. Sending a batch again adds nothing.
    /// </summary>
    Append,

    /// <summary>Replaces the partitions that the batch has rows of, whole; all others stay as they are.</summary>
    ReplacePartition,
}
