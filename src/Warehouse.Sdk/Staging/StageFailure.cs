namespace Warehouse.Sdk;

/// <summary>Why a stage could not do what it was asked to.</summary>
public enum StageFailure
{
    /// <summary>Something else; the message and the inner exception tell.</summary>
    Other,

    /// <summary>There is no such file.</summary>
    NotFound,

    /// <summary>The file was replaced since it was listed or opened.</summary>
    Replaced,

    /// <summary>The bytes that arrived are not those that were sent.</summary>
    ChecksumMismatch,

    /// <summary>The credentials are wrong, missing or do not allow it.</summary>
    AccessDenied,

    /// <summary>The folder or bucket the stage stands in is not there.</summary>
    LocationMissing,

    /// <summary>The bucket is in another region.</summary>
    WrongRegion,

    /// <summary>The clock of this machine and that of the server are too far apart for signed requests.</summary>
    ClockSkew,

    /// <summary>The server asks for patience or has an error of its own; retries did not help.</summary>
    Throttled,

    /// <summary>The server cannot be reached, or stopped answering; retries did not help.</summary>
    Unreachable,

    /// <summary>There is no space left.</summary>
    Full,

    /// <summary>The stage cannot do this at all.</summary>
    NotSupported,
}
