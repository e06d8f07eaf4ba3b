namespace Warehouse.Sdk.S3;

/// <summary>What became of an object that an event named.</summary>
public enum S3EventOutcome
{
    /// <summary>It was given to the warehouse; the report of the load tells whether it was new.</summary>
    Loaded,

    /// <summary>It is not in the stage any more: deleted since.</summary>
    Gone,

    /// <summary>It is of another bucket or prefix, the event did not create it, it marks a folder, or the host has no table for it.</summary>
    Ignored,

    /// <summary>It could not be loaded; the target is as it was, and the event may be delivered again.</summary>
    Failed,
}
