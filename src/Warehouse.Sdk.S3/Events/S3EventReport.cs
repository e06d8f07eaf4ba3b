namespace Warehouse.Sdk.S3;

/// <summary>What became of the objects an event named, in its order, each once.</summary>
/// <param name="Loads">One for each object.</param>
public sealed record S3EventReport(IReadOnlyList<S3EventLoad> Loads)
{
    /// <summary>Whether nothing failed.</summary>
    public bool IsSuccess => Loads.All(load => load.Outcome != S3EventOutcome.Failed);

    /// <summary>The queue's messages to deliver again, each once: a function tells them as <c>batchItemFailures</c>.</summary>
    public IReadOnlyList<string> FailedMessageIds
        => [.. Loads.Where(load => load is { Outcome: S3EventOutcome.Failed, File.MessageId: not null }).Select(load => load.File.MessageId!).Distinct()];
}
