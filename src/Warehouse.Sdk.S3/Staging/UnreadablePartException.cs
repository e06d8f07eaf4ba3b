namespace Warehouse.Sdk.S3;

/// <summary>
/// Something went wrong in reading the bytes of a put themselves, in the middle of a request. Neither the AWS SDK nor <see cref="S3Bucket.RunAsync"/> takes it for
/// the network's fault, which may pass; the caller sees what it met.
/// </summary>
internal sealed class UnreadablePartException(Exception met) : Exception(met.Message)
{
    /// <summary>What it met. It is not the inner exception, for the sake of which the AWS SDK would repeat the request.</summary>
    public Exception Met => met;
}
