using Amazon.S3.Model;
using Microsoft.Extensions.Logging;

namespace Warehouse.Sdk.S3;

/// <summary>Copies a file that is too large for one request: the store copies it part by part.</summary>
internal sealed class S3PartCopy(S3Bucket bucket, int parallelism, long partSize, ILogger logger)
{
    public async Task<StagedFile> RunAsync(StagedFile file, string source, string to, string target, CancellationToken cancellationToken)
    {
        var upload = new S3Upload(bucket, target, S3Request.Copy(file), logger);
        try
        {
            await upload.InitiateAsync(cancellationToken).ConfigureAwait(false);
            var parts = new PartETag[(file.Length + partSize - 1) / partSize];
            await Parallel.ForAsync(0, parts.Length, new ParallelOptions { MaxDegreeOfParallelism = parallelism, CancellationToken = cancellationToken }, async (i, token) =>
            {
                var part = new CopyPartRequest
                {
                    SourceBucket = bucket.Bucket,
                    SourceKey = source,
                    DestinationBucket = bucket.Bucket,
                    DestinationKey = target,
                    UploadId = upload.Id,
                    PartNumber = i + 1,
                    FirstByte = i * partSize,
                    LastByte = Math.Min((i + 1) * partSize, file.Length) - 1,
                    ETagToMatch = [$"\"{file.Version}\""],
                };
                CopyPartResponse copied = await upload.RunAsync(one => bucket.Client.CopyPartAsync(part, one), token).ConfigureAwait(false);
                parts[i] = new PartETag(i + 1, copied.ETag) { ChecksumCRC32 = copied.ChecksumCRC32 };
            }).ConfigureAwait(false);
            string? version = await upload.CompleteAsync(parts, file.Length, cancellationToken).ConfigureAwait(false);
            return new StagedFile(to, file.Length) { Version = version, LastModified = bucket.Now() };
        }
        catch (Exception error)
        {
            await upload.AbortAsync(error).ConfigureAwait(false);
            throw;
        }
    }
}
