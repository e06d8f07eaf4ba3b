using Amazon.S3.Model;
using Microsoft.Extensions.Logging;

namespace Warehouse.Sdk.S3;

/// <summary>
/// Puts one file: small ones by one request, others part by part, several at a time. Nothing is visible before the last request, and what
/// it was about is marked, because an answer may be lost where the request was not.
/// </summary>
internal sealed class S3Put(S3Bucket bucket, string path, string key, int parallelism, ILogger logger)
{
    private const string Mark = "warehouse-put";

    private static readonly TimeSpan AbortTimeout = TimeSpan.FromSeconds(15);

    private readonly string _mark = Guid.NewGuid().ToString("N");
    private readonly S3Request _request = S3Request.Put(path);
    private long _length;

    public async Task<StagedFile> RunAsync(S3PartSource source, int partSize, CancellationToken cancellationToken)
    {
        S3Part? first = await source.NextAsync(cancellationToken).ConfigureAwait(false);
        S3Part? second = null;
        try
        {
            if (first is not null && first.Length >= partSize)
                second = await source.NextAsync(cancellationToken).ConfigureAwait(false);
            if (second is null)
                return (await SingleAsync(first, source, ifAbsent: false, cancellationToken).ConfigureAwait(false))!;
        }
        catch
        {
            first?.Dispose();
            second?.Dispose();
            throw;
        }

        return await MultipartAsync(first!, second, source, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Puts a file by one request; <see langword="null"/> when it may not replace the one that is there.</summary>
    public async Task<StagedFile?> SingleAsync(S3Part? content, S3PartSource source, bool ifAbsent, CancellationToken cancellationToken)
    {
        using S3Part? part = content;
        long length = part?.Length ?? 0;
        string? version;
        try
        {
            version = await bucket.RunAsync(_request, token => PutObjectAsync(part, ifAbsent, token), cancellationToken).ConfigureAwait(false);
        }
        catch (WarehouseStageException error) when (ifAbsent && error.Failure is StageFailure.Replaced or StageFailure.Other or StageFailure.Throttled or StageFailure.Unreachable)
        {
            if (await FindMarkedAsync(cancellationToken).ConfigureAwait(false) is { } mine)
                version = mine;
            else if (error.Failure == StageFailure.Replaced)
                return null;
            else
                throw;
        }
        catch (WarehouseStageException) when (part?.Fault is { } fault)
        {
            throw fault;
        }

        return await DoneAsync(source, length, version, 1).ConfigureAwait(false);
    }

    private async Task<string?> PutObjectAsync(S3Part? part, bool ifAbsent, CancellationToken cancellationToken)
    {
        using Stream content = part?.Open() ?? new MemoryStream();
        var request = new PutObjectRequest
        {
            BucketName = bucket.Bucket,
            Key = key,
            InputStream = content,
            AutoCloseStream = false,
            IfNoneMatch = ifAbsent ? "*" : null,
        };
        request.Metadata.Add(Mark, _mark);
        if (bucket.Checksum is { } checksum)
            request.ChecksumAlgorithm = checksum;
        return Unquoted((await bucket.Client.PutObjectAsync(request, cancellationToken).ConfigureAwait(false)).ETag);
    }

    private async Task<StagedFile> MultipartAsync(S3Part first, S3Part second, S3PartSource source, CancellationToken cancellationToken)
    {
        var parts = new Queue<S3Part>([first, second]);
        string? upload = null;
        try
        {
            upload = await bucket.RunAsync(_request, InitiateAsync, cancellationToken).ConfigureAwait(false);
            PartETag[] sent = await SendAsync(upload, parts, source, cancellationToken).ConfigureAwait(false);
            string? version = await CompleteAsync(upload, sent, _length, cancellationToken).ConfigureAwait(false);
            return await DoneAsync(source, _length, version, sent.Length).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            foreach (S3Part part in parts)
                part.Dispose();
            if (upload is null || await AbortAsync(upload).ConfigureAwait(false) is not { } left)
                throw;
            Log.AbortFailed(logger, left, bucket.Location, path);
            if (error is not WarehouseStageException failed)
                throw;
            throw new WarehouseStageException(failed.Failure, $"{failed.Message} The parts that were sent could not be removed either ({left.GetType().Name}): they are never read, but take space until SweepAsync or a lifecycle rule of the bucket removes them.", failed.InnerException) { Target = failed.Target, Path = path };
        }
    }

    private async Task<string> InitiateAsync(CancellationToken cancellationToken)
    {
        var request = new InitiateMultipartUploadRequest { BucketName = bucket.Bucket, Key = key };
        request.Metadata.Add(Mark, _mark);
        if (bucket.Checksum is { } checksum)
            request.ChecksumAlgorithm = checksum;
        return (await bucket.Client.InitiateMultipartUploadAsync(request, cancellationToken).ConfigureAwait(false)).UploadId;
    }

    private async Task<PartETag[]> SendAsync(string upload, Queue<S3Part> waiting, S3PartSource source, CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        // One more than travel: the one that is being filled meanwhile.
        using var room = new SemaphoreSlim(parallelism + 1);
        using var way = new SemaphoreSlim(parallelism);
        List<Task<PartETag>> sending = [];
        try
        {
            while (true)
            {
                await room.WaitAsync(ending.Token).ConfigureAwait(false);
                S3Part? part = waiting.Count > 0 ? waiting.Dequeue() : await source.NextAsync(ending.Token).ConfigureAwait(false);
                if (part is null)
                    break;
                _length += part.Length;
                if (sending.Count == S3StageOptions.MostParts)
                {
                    part.Dispose();
                    throw new WarehouseStageException(StageFailure.NotSupported, FormattableString.Invariant($"The file '{path}' on the stage '{bucket.Location}' could not be written: it has more than the {S3StageOptions.MostParts} parts of {part.Length} bytes an upload may have. The stage is as it was. Raise S3StageOptions.PartSize, or put several files.")) { Target = bucket.Location, Path = path };
                }

                sending.Add(SendAsync(upload, sending.Count + 1, part));
            }

            return await Task.WhenAll(sending).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            await ending.CancelAsync().ConfigureAwait(false);
            // What is on its way would arrive after the upload is aborted, and stay.
            foreach (Task<PartETag> one in sending)
                await ((Task)one).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            // The first that failed made the others give up.
            Exception? cause = sending.Select(one => one.Exception?.InnerException).FirstOrDefault(inner => inner is not null and not OperationCanceledException);
            if (cause is not null && error is OperationCanceledException && !cancellationToken.IsCancellationRequested)
                throw cause;
            throw;
        }

        async Task<PartETag> SendAsync(string upload, int number, S3Part part)
        {
            using S3Part sent = part;
            try
            {
                await way.WaitAsync(ending.Token).ConfigureAwait(false);
                try
                {
                    return await bucket.RunAsync(_request, token => UploadAsync(upload, number, part, token), ending.Token).ConfigureAwait(false);
                }
                finally
                {
                    way.Release();
                    room.Release();
                }
            }
            catch (Exception error)
            {
                await ending.CancelAsync().ConfigureAwait(false);
                if (error is WarehouseStageException && part.Fault is { } fault)
                    throw fault;
                throw;
            }
        }
    }

    private async Task<PartETag> UploadAsync(string upload, int number, S3Part part, CancellationToken cancellationToken)
    {
        using Stream content = part.Open();
        var request = new UploadPartRequest
        {
            BucketName = bucket.Bucket,
            Key = key,
            UploadId = upload,
            PartNumber = number,
            PartSize = part.Length,
            InputStream = content,
        };
        if (bucket.Checksum is { } checksum)
            request.ChecksumAlgorithm = checksum;
        UploadPartResponse response = await bucket.Client.UploadPartAsync(request, cancellationToken).ConfigureAwait(false);
        return new PartETag(number, response.ETag) { ChecksumCRC32 = response.ChecksumCRC32 };
    }

    private async Task<string?> CompleteAsync(string upload, PartETag[] parts, long length, CancellationToken cancellationToken)
    {
        var request = new CompleteMultipartUploadRequest { BucketName = bucket.Bucket, Key = key, UploadId = upload, PartETags = [.. parts], MpuObjectSize = length };
        string? version;
        try
        {
            version = await bucket.RunAsync(_request, async token => Unquoted((await bucket.Client.CompleteMultipartUploadAsync(request, token).ConfigureAwait(false)).ETag), cancellationToken).ConfigureAwait(false);
        }
        // The answer may have been lost and the upload be complete; then there is none to complete again.
        catch (WarehouseStageException error) when (error.Failure is StageFailure.NotFound or StageFailure.Throttled or StageFailure.Unreachable or StageFailure.Other)
        {
            if (await FindMarkedAsync(cancellationToken).ConfigureAwait(false) is { } mine)
                return mine;
            if (error.Failure != StageFailure.NotFound)
                throw;
            throw new WarehouseStageException(StageFailure.Other, $"The file '{path}' on the stage '{bucket.Location}' could not be written: its unfinished upload was removed by somebody else, such as by SweepAsync with too short a time. The stage is as it was. Put it again.", error.InnerException) { Target = bucket.Location, Path = path };
        }

        return version ?? await FindMarkedAsync(cancellationToken).ConfigureAwait(false);
    }

    // The version of the file if it is the one put here.
    private async Task<string?> FindMarkedAsync(CancellationToken cancellationToken)
    {
        try
        {
            GetObjectMetadataResponse found = await bucket.RunAsync(S3Request.Find(path), token => bucket.Client.GetObjectMetadataAsync(bucket.Bucket, key, token), cancellationToken).ConfigureAwait(false);
            return found.Metadata[Mark] == _mark ? Unquoted(found.ETag) : null;
        }
        catch (WarehouseStageException)
        {
            // The first error tells more.
            return null;
        }
    }

    private async Task<Exception?> AbortAsync(string upload)
    {
        using var timeout = new CancellationTokenSource(AbortTimeout);
        try
        {
            await bucket.RunAsync(_request, token => bucket.Client.AbortMultipartUploadAsync(bucket.Bucket, key, upload, token), timeout.Token).ConfigureAwait(false);
            return null;
        }
        catch (WarehouseStageException error) when (error.Failure == StageFailure.NotFound)
        {
            return null;
        }
        catch (Exception error) when (error is WarehouseStageException or OperationCanceledException)
        {
            return error;
        }
    }

    private async Task<StagedFile> DoneAsync(S3PartSource source, long length, string? version, int parts)
    {
        string sha256 = await source.Sha256Async().ConfigureAwait(false);
        Log.FilePut(logger, bucket.Location, path, length, parts);
        return new StagedFile(path, length) { Sha256 = sha256, Version = version, LastModified = bucket.Now() };
    }

    public static string? Unquoted(string? tag) => string.IsNullOrEmpty(tag) ? null : tag.Trim('"');
}
