namespace Warehouse.Sdk;

/// <summary>What happens to a current member that a full snapshot no longer holds. Deltas never expire anything by absence.</summary>
public enum Absent
{
    /// <summary>Nothing. The default.</summary>
    Ignore,

    /// <summary>Its open version ends at the snapshot's time.</summary>
    Expire,

    /// <summary>A version with <c>is_deleted</c> true begins at the snapshot's time.</summary>
    MarkDeleted,
}
