using Amazon.S3.Model;
using Microsoft.Extensions.Logging;

namespace Warehouse.Sdk.S3;

/// <summary>Copies a file that is too large for one request: the store copies it part by part.</summary>
internal sealed class S3PartCopy(S3Bucket bucket, int parallelism, long partSize, ILogger logger)
{
    private static readonly TimeSpan AbortTimeout = TimeSpan.FromSeconds(15);

    public async Task<StagedFile> RunAsync(StagedFile file, string source, string to, string target, CancellationToken cancellationToken)
    {
        var request = new S3Request("copied", file.Path, "The stage is as it was.", file.Version);
        string upload = await bucket.RunAsync(request, async token => (await bucket.Client.InitiateMultipartUploadAsync(Initiate(target), token).ConfigureAwait(false)).UploadId, cancellationToken).ConfigureAwait(false);
        try
        {
            var parts = new PartETag[(file.Length + partSize - 1) / partSize];
            await Parallel.ForAsync(0, parts.Length, new ParallelOptions { MaxDegreeOfParallelism = parallelism, CancellationToken = cancellationToken }, async (i, token) =>
            {
                var part = new CopyPartRequest
                {
                    SourceBucket = bucket.Bucket,
                    SourceKey = source,
                    DestinationBucket = bucket.Bucket,
                    DestinationKey = target,
                    UploadId = upload,
                    PartNumber = i + 1,
                    FirstByte = i * partSize,
                    LastByte = Math.Min((i + 1) * partSize, file.Length) - 1,
                    ETagToMatch = [$"\"{file.Version}\""],
                };
                CopyPartResponse copied = await bucket.RunAsync(request, one => bucket.Client.CopyPartAsync(part, one), token).ConfigureAwait(false);
                parts[i] = new PartETag(i + 1, copied.ETag) { ChecksumCRC32 = copied.ChecksumCRC32 };
            }).ConfigureAwait(false);
            var complete = new CompleteMultipartUploadRequest { BucketName = bucket.Bucket, Key = target, UploadId = upload, PartETags = [.. parts], MpuObjectSize = file.Length };
            CompleteMultipartUploadResponse done = await bucket.RunAsync(request, token => bucket.Client.CompleteMultipartUploadAsync(complete, token), cancellationToken).ConfigureAwait(false);
            return new StagedFile(to, file.Length) { Version = S3Put.Unquoted(done.ETag), LastModified = bucket.Now() };
        }
        catch
        {
            await AbortAsync(request, to, target, upload).ConfigureAwait(false);
            throw;
        }
    }

    private InitiateMultipartUploadRequest Initiate(string target)
    {
        var request = new InitiateMultipartUploadRequest { BucketName = bucket.Bucket, Key = target };
        if (bucket.Checksum is { } checksum)
            request.ChecksumAlgorithm = checksum;
        return request;
    }

    private async Task AbortAsync(S3Request request, string to, string target, string upload)
    {
        using var timeout = new CancellationTokenSource(AbortTimeout);
        try
        {
            await bucket.RunAsync(request, token => bucket.Client.AbortMultipartUploadAsync(bucket.Bucket, target, upload, token), timeout.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (error is WarehouseStageException or OperationCanceledException)
        {
            Log.AbortFailed(logger, error, bucket.Location, to);
        }
    }
}
