namespace Warehouse.Sdk;

/// <summary>What a fact meets that is older than its member's first version.</summary>
public enum BeforeFirstVersion
{
    /// <summary>The first version, as if it had always been (Kimball, "Late Arriving Facts"). The default; counted.</summary>
    FirstVersion,

    /// <summary>The unknown member (-1), counted, until the history is known to begin earlier.</summary>
    Unknown,

    /// <summary>The row goes to the reject table, under the load's <see cref="RejectPolicy"/>.</summary>
    Reject,
}

/// <summary>What a fact meets at a time at which its member was gone.</summary>
public enum InGap
{
    /// <summary>The last version before. The default; counted.</summary>
    LastKnown,

    /// <summary>The unknown member (-1), counted.</summary>
    Unknown,

    /// <summary>The row goes to the reject table, under the load's <see cref="RejectPolicy"/>.</summary>
    Reject,
}
