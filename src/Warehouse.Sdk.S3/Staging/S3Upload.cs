using Amazon.S3;
using Amazon.S3.Model;
using Microsoft.Extensions.Logging;

namespace Warehouse.Sdk.S3;

/// <summary>
/// A multipart upload: nothing is visible before its last request, whose answer may be lost where the request was not; what a failed one had sent is
/// removed.
/// </summary>
internal sealed class S3Upload(S3Bucket bucket, string key, S3Request request, ILogger logger)
{
    private static readonly TimeSpan AbortTimeout = TimeSpan.FromSeconds(15);

    private readonly S3Mark _mark = new(bucket, key, request);

    /// <summary>Its name for its parts; <see langword="null"/> before it has begun.</summary>
    public string? Id { get; private set; }

    /// <summary>Begins it.</summary>
    public async Task InitiateAsync(CancellationToken cancellationToken)
    {
        var initiate = new InitiateMultipartUploadRequest { BucketName = bucket.Bucket, Key = key };
        _mark.AddTo(initiate.Metadata);
        if (bucket.Checksum is { } checksum)
            initiate.ChecksumAlgorithm = checksum;
        // Given up in the middle, an upload might have begun whose id nobody knows.
        using var patience = new CancellationTokenSource();
        using CancellationTokenRegistration givenUp = cancellationToken.Register(() => patience.CancelAfter(AbortTimeout));
        InitiateMultipartUploadResponse begun = await bucket.RunAsync(request, _ => bucket.Client.InitiateMultipartUploadAsync(initiate, patience.Token), cancellationToken).ConfigureAwait(false);
        Id = begun.UploadId;
    }

    /// <summary>Makes the request that sends or copies a part.</summary>
    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        try
        {
            return await bucket.RunAsync(request, call, cancellationToken).ConfigureAwait(false);
        }
        // Not the file is missing.
        catch (WarehouseStageException error) when (error.InnerException is AmazonS3Exception { ErrorCode: "NoSuchUpload" })
        {
            throw Removed(error);
        }
        // The same credentials began the upload, so its bytes are what does not fit the signature.
        catch (WarehouseStageException error) when (error.InnerException is AmazonS3Exception { ErrorCode: "SignatureDoesNotMatch" } met)
        {
            throw S3Errors.Explain(bucket, request, met, StageFailure.ChecksumMismatch);
        }
    }

    /// <summary>Makes the file visible.</summary>
    /// <returns>Its version, if it is told.</returns>
    public async Task<string?> CompleteAsync(IEnumerable<PartETag> parts, long length, CancellationToken cancellationToken)
    {
        var complete = new CompleteMultipartUploadRequest { BucketName = bucket.Bucket, Key = key, UploadId = Id, PartETags = [.. parts], MpuObjectSize = length };
        CompleteMultipartUploadResponse done;
        try
        {
            done = await bucket.RunAsync(request.Last, token => bucket.Client.CompleteMultipartUploadAsync(complete, token), cancellationToken).ConfigureAwait(false);
        }
        // The answer may have been lost and the upload be complete; then there is none to complete again.
        catch (WarehouseStageException error) when (error.Failure is StageFailure.NotFound or StageFailure.Throttled or StageFailure.Unreachable or StageFailure.Other)
        {
            if (await _mark.FindAsync(cancellationToken).ConfigureAwait(false) is { } mine)
                return mine;
            if (error.Failure == StageFailure.NotFound)
                throw Removed(error);
            throw;
        }

        return S3Put.Unquoted(done.ETag) ?? await _mark.FindAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Removes what was sent, after a failure.</summary>
    /// <param name="cause">The failure.</param>
    /// <exception cref="WarehouseStageException">It could not be removed either; the exception tells of both.</exception>
    public async Task AbortAsync(Exception cause)
    {
        if (Id is null)
            return;
        using var timeout = new CancellationTokenSource(AbortTimeout);
        try
        {
            await bucket.RunAsync(request, token => bucket.Client.AbortMultipartUploadAsync(bucket.Bucket, key, Id, token), timeout.Token).ConfigureAwait(false);
        }
        catch (WarehouseStageException error) when (error.Failure == StageFailure.NotFound)
        {
            // It is complete or removed.
        }
        catch (Exception error) when (error is WarehouseStageException or OperationCanceledException)
        {
            Log.AbortFailed(logger, error, bucket.Location, bucket.PathOf(key));
            if (cause is WarehouseStageException failed)
                throw new WarehouseStageException(failed.Failure, $"{failed.Message} The parts that were sent could not be removed either ({error.GetType().Name}): they are never read, but take space until SweepAsync or a lifecycle rule of the bucket removes them.", failed.InnerException) { Target = failed.Target, Path = failed.Path };
        }
    }

    private WarehouseStageException Removed(WarehouseStageException error)
        => new(StageFailure.Other, $"The file '{request.Path}' on the stage '{bucket.Location}' could not be {request.Done}: its unfinished upload was removed by somebody else, such as by SweepAsync with too short a time. {request.State} Run it again.", error.InnerException) { Target = bucket.Location, Path = request.Path };
}
