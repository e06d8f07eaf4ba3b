namespace Warehouse.Sdk;

/// <summary>How a table takes in a batch; the same for the first load and for every later one.</summary>
public enum FactStrategy
{
    /// <summary>By grain: new rows are inserted, changed rows updated, others left alone.</summary>
    Upsert,

    /// <summary>
    /// Finds the greatest watermark in the target, deletes what is at it and loads from it on. Days are taken whole, and the source
    /// must still hold the greatest day.
    /// </summary>
    FromWatermark,

    /// <summary>Replaces all rows in one transaction; views and grants stay.</summary>
    FullRefresh,
}
