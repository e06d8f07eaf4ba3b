namespace Warehouse.Sdk;

/// <summary>What an append does with a row whose grain stands in the table with other values.</summary>
public enum AppendConflict
{
    /// <summary>The row goes to the reject table, under the load's <see cref="RejectPolicy"/>. The default.</summary>
    Reject,

    /// <summary>The stored row stays and the new one is counted as <see cref="LoadCounts.Stale"/>.</summary>
    KeepStored,
}
