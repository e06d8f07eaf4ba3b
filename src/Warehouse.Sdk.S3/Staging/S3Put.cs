using System.Runtime.ExceptionServices;
using Amazon.S3.Model;
using Microsoft.Extensions.Logging;

namespace Warehouse.Sdk.S3;

/// <summary>
/// Puts one file: small ones by one request, others part by part, several at a time. Nothing is visible before the last request.
/// </summary>
internal sealed class S3Put(S3Bucket bucket, string path, string key, ILogger logger)
{
    private readonly S3Request _request = S3Request.Put(path);
    private long _length;

    public async Task<StagedFile> RunAsync(S3PartSource source, int partSize, int parallelism, CancellationToken cancellationToken)
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

        return await MultipartAsync(first!, second, source, parallelism, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Puts a file by one request; <see langword="null"/> when it may not replace the one that is there.</summary>
    public async Task<StagedFile?> SingleAsync(S3Part? content, S3PartSource source, bool ifAbsent, CancellationToken cancellationToken)
    {
        using S3Part? part = content;
        var mark = new S3Mark(bucket, key, _request);
        string? version;
        try
        {
            version = await bucket.RunAsync(ifAbsent ? _request.Claim : _request.Last, token => PutObjectAsync(part, mark, ifAbsent, token), cancellationToken).ConfigureAwait(false);
        }
        // The answer may have been lost and what is there be ours.
        catch (WarehouseStageException error) when (ifAbsent && error.Failure is StageFailure.Replaced or StageFailure.Other or StageFailure.Throttled or StageFailure.Unreachable)
        {
            if (await mark.FindAsync(cancellationToken).ConfigureAwait(false) is { } mine)
                version = mine;
            else if (error.Failure == StageFailure.Replaced)
                return null;
            else
                throw;
        }

        return await DoneAsync(source, part?.Length ?? 0, version, 1).ConfigureAwait(false);
    }

    private async Task<string?> PutObjectAsync(S3Part? part, S3Mark mark, bool ifAbsent, CancellationToken cancellationToken)
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
        mark.AddTo(request.Metadata);
        if (bucket.Checksum is { } checksum)
            request.ChecksumAlgorithm = checksum;
        return Unquoted((await bucket.Client.PutObjectAsync(request, cancellationToken).ConfigureAwait(false)).ETag);
    }

    private async Task<StagedFile> MultipartAsync(S3Part first, S3Part second, S3PartSource source, int parallelism, CancellationToken cancellationToken)
    {
        var parts = new Queue<S3Part>([first, second]);
        var upload = new S3Upload(bucket, key, _request, logger);
        try
        {
            await upload.InitiateAsync(cancellationToken).ConfigureAwait(false);
            PartETag[] sent = await SendAsync(upload, parts, source, parallelism, cancellationToken).ConfigureAwait(false);
            string? version = await upload.CompleteAsync(sent, _length, cancellationToken).ConfigureAwait(false);
            return await DoneAsync(source, _length, version, sent.Length).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            foreach (S3Part part in parts)
                part.Dispose();
            await upload.AbortAsync(error).ConfigureAwait(false);
            throw;
        }
    }

    private async Task<PartETag[]> SendAsync(S3Upload upload, Queue<S3Part> waiting, S3PartSource source, int parallelism, CancellationToken cancellationToken)
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

                sending.Add(SendAsync(sending.Count + 1, part));
            }

            return await Task.WhenAll(sending).ConfigureAwait(false);
        }
        catch
        {
            await ending.CancelAsync().ConfigureAwait(false);
            // What is on its way would arrive after the upload is aborted, and stay.
            foreach (Task<PartETag> one in sending)
                await ((Task)one).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            // The first that failed made the others give up.
            Exception? cause = sending.Select(one => one.Exception?.InnerException).FirstOrDefault(inner => inner is not null and not OperationCanceledException);
            if (cause is not null && !cancellationToken.IsCancellationRequested)
                ExceptionDispatchInfo.Throw(cause);
            throw;
        }

        async Task<PartETag> SendAsync(int number, S3Part part)
        {
            using S3Part sent = part;
            try
            {
                await way.WaitAsync(ending.Token).ConfigureAwait(false);
                try
                {
                    return await upload.RunAsync(token => UploadAsync(upload.Id!, number, part, token), ending.Token).ConfigureAwait(false);
                }
                finally
                {
                    way.Release();
                    room.Release();
                }
            }
            catch
            {
                await ending.CancelAsync().ConfigureAwait(false);
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

    private async Task<StagedFile> DoneAsync(S3PartSource source, long length, string? version, int parts)
    {
        string? sha256 = await source.Sha256Async().ConfigureAwait(false);
        Log.FilePut(logger, bucket.Location, path, length, parts);
        return new StagedFile(path, length) { Sha256 = sha256, Version = version, LastModified = bucket.Now() };
    }

    public static string? Unquoted(string? tag) => string.IsNullOrEmpty(tag) ? null : tag.Trim('"');
}
