namespace Warehouse.Sdk.S3;

/// <summary>What became of one object.</summary>
/// <param name="File">The object.</param>
/// <param name="Outcome">What became of it.</param>
public sealed record S3EventLoad(S3EventFile File, S3EventOutcome Outcome)
{
    /// <summary>The report of the load, if there was one.</summary>
    public LoadReport? Report { get; init; }

    /// <summary>Why it failed.</summary>
    public Exception? Error { get; init; }
}
