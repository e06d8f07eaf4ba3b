using Amazon.S3.Model;

namespace Warehouse.Sdk.S3;

/// <summary>Marks what a request writes, so that it can be found out whether it was done when its answer is lost.</summary>
internal sealed class S3Mark(S3Bucket bucket, string key, S3Request request)
{
    private const string Name = "warehouse-put";

    private readonly string _value = Guid.NewGuid().ToString("N");

    public void AddTo(MetadataCollection metadata) => metadata.Add(Name, _value);

    /// <summary>The version of the file that is there, if it bears this mark; <see langword="null"/> too when that cannot be found out, because the first error tells more.</summary>
    public async Task<string?> FindAsync(CancellationToken cancellationToken)
    {
        try
        {
            GetObjectMetadataResponse found = await bucket.RunAsync(request, token => bucket.Client.GetObjectMetadataAsync(bucket.Bucket, key, token), cancellationToken).ConfigureAwait(false);
            return found.Metadata[Name] == _value ? S3Put.Unquoted(found.ETag) : null;
        }
        catch (WarehouseStageException)
        {
            return null;
        }
    }
}
