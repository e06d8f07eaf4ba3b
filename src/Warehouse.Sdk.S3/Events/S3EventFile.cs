namespace Warehouse.Sdk.S3;

/// <summary>An object that an event notification names.</summary>
/// <param name="Bucket">The bucket.</param>
/// <param name="Key">The key, decoded.</param>
/// <param name="EventName">What happened to it, such as <c>ObjectCreated:Put</c>.</param>
public sealed record S3EventFile(string Bucket, string Key, string EventName)
{
    /// <summary>The queue's message it came in, if it came in one.</summary>
    public string? MessageId { get; init; }
}
