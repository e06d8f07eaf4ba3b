namespace Warehouse.Sdk;

/// <summary>What the absence of a member in a batch means.</summary>
public enum BatchKind
{
    /// <summary>Nothing: the batch holds changes only. The default.</summary>
    Delta,

    /// <summary>The member is gone: the batch holds everything the source has. See <see cref="Absent"/>.</summary>
    FullSnapshot,
}
