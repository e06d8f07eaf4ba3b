namespace Warehouse.Sdk;

/// <summary>What the absence of a member or row in a batch means. Full snapshots are for dimensions and tables of the enterprise zone.</summary>
public enum BatchKind
{
    /// <summary>Nothing: the batch holds changes only. The default.</summary>
    Delta,

    /// <summary>
    /// It is gone: the batch holds everything the source has. A dimension follows its <see cref="Absent"/> rule; a table of the enterprise zone
    /// deletes the row, and refuses a snapshot that is empty or has rejected rows.
    /// </summary>
    FullSnapshot,
}
