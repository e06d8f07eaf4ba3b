using System.Runtime.CompilerServices;
using Amazon.S3;
using Amazon.S3.Model;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Warehouse.Sdk.S3;

/// <summary>
/// A stage in a bucket of Amazon S3 or of an S3-compatible store. Versions are entity tags. A put becomes visible with its last request; what a
/// failed or cancelled one had sent is removed, and <see cref="SweepAsync"/> removes what killed processes left. A store must honour <c>If-None-Match</c> for
/// <see cref="PutIfAbsentAsync"/>, or say that it does not.
/// </summary>
public sealed partial class S3StageClient : IStageClient, IDisposable
{
    private const int MostPerDelete = 1000;

    private static readonly TimeSpan LongestLifetime = TimeSpan.FromDays(7);

    private readonly S3Bucket _bucket;
    private readonly ILogger _logger;
    private readonly int _partSize;
    private readonly int _parallelism;
    private readonly long _largestSingleCopy;
    private volatile bool _isBucketKnown;

    /// <summary>Opens a stage. The bucket is reached by the first call that needs it.</summary>
    /// <param name="options">The settings; later changes of them have no effect.</param>
    /// <param name="logger">Hears of repeated requests and of uploads that could not be aborted.</param>
    /// <exception cref="ArgumentException">A setting is out of its range; the message names all of them.</exception>
    public S3StageClient(S3StageOptions options, ILogger? logger = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Problems() is { Count: > 0 } problems)
            throw new ArgumentException(string.Join(' ', problems), nameof(options));
        _logger = logger ?? NullLogger.Instance;
        _bucket = new S3Bucket(options, _logger, TimeProvider.System);
        _partSize = options.PartSize;
        _parallelism = options.Parallelism;
        _largestSingleCopy = options.LargestSingleCopy;
    }

    /// <inheritdoc />
    public string Location => _bucket.Location;

    internal string Bucket => _bucket.Bucket;

    /// <summary>The path of an object; <see langword="null"/> when it is beside the stage or marks a folder.</summary>
    internal string? FindPath(string key)
        => key.StartsWith(_bucket.PrefixOf(string.Empty), StringComparison.Ordinal) && !key.EndsWith('/') && _bucket.PathOf(key) is { Length: > 0 } path ? path : null;

    /// <inheritdoc />
    public async IAsyncEnumerable<StagedFile> ListAsync(string prefix = "", [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        var request = new ListObjectsV2Request { BucketName = _bucket.Bucket, Prefix = _bucket.PrefixOf(prefix) };
        do
        {
            ListObjectsV2Response page = await _bucket.RunAsync(S3Request.Whole("listed"), token => _bucket.Client.ListObjectsV2Async(request, token), cancellationToken).ConfigureAwait(false);
            _isBucketKnown = true;
            foreach (S3Object file in page.S3Objects ?? [])
            {
                // Consoles mark folders so.
                if (!file.Key.EndsWith('/'))
                    yield return new StagedFile(_bucket.PathOf(file.Key), file.Size ?? 0) { LastModified = Utc(file.LastModified), Version = S3Put.Unquoted(file.ETag) };
            }

            request.ContinuationToken = page.NextContinuationToken;
        }
        while (!string.IsNullOrEmpty(request.ContinuationToken));
    }

    /// <inheritdoc />
    public async Task<StagedFile?> FindAsync(string path, CancellationToken cancellationToken = default)
    {
        string key = _bucket.KeyOf(path);
        try
        {
            GetObjectMetadataResponse found = await _bucket.RunAsync(S3Request.Find(path), token => _bucket.Client.GetObjectMetadataAsync(_bucket.Bucket, key, token), cancellationToken).ConfigureAwait(false);
            return new StagedFile(path, found.ContentLength) { LastModified = Utc(found.LastModified), Version = S3Put.Unquoted(found.ETag) };
        }
        catch (WarehouseStageException error) when (error.Failure == StageFailure.NotFound)
        {
            // The answer has no body, so it is the same for a bucket that is not there.
            await ExpectBucketAsync(cancellationToken).ConfigureAwait(false);
            return null;
        }
    }

    /// <inheritdoc />
    public Task DeleteAsync(string path, CancellationToken cancellationToken = default)
    {
        string key = _bucket.KeyOf(path);
        return _bucket.RunAsync(S3Request.Delete(path), token => _bucket.Client.DeleteObjectAsync(_bucket.Bucket, key, token), cancellationToken);
    }

    /// <inheritdoc />
    public async Task<long> DeleteManyAsync(IAsyncEnumerable<string> paths, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(paths);
        var deletions = new StageDeletions();
        Queue<Task<List<DeleteError>>> running = [];
        List<string> keys = [];
        try
        {
            await foreach (string path in paths.WithCancellation(cancellationToken).ConfigureAwait(false))
            {
                keys.Add(_bucket.KeyOf(path, nameof(paths)));
                deletions.Count++;
                if (keys.Count < MostPerDelete)
                    continue;
                if (running.Count == _parallelism)
                    Note(await running.Dequeue().ConfigureAwait(false));
                running.Enqueue(DeleteBatchAsync(keys, cancellationToken));
                keys = [];
            }

            if (keys.Count > 0)
                running.Enqueue(DeleteBatchAsync(keys, cancellationToken));
            while (running.Count > 0)
                Note(await running.Dequeue().ConfigureAwait(false));
        }
        finally
        {
            foreach (Task batch in running)
                await batch.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return deletions.Complete(Location);

        void Note(List<DeleteError> errors)
        {
            foreach (DeleteError error in errors)
                deletions.Failed(new UndeletedFile(_bucket.PathOf(error.Key), FailureOf(error), string.IsNullOrEmpty(error.Message) ? error.Code : $"{error.Code} ({error.Message.TrimEnd('.')})"));
        }
    }

    /// <inheritdoc />
    public async Task<int> SweepAsync(TimeSpan olderThan, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(olderThan, TimeSpan.Zero);
        DateTimeOffset before = _bucket.Now() - olderThan;
        int count = 0;
        var request = new ListMultipartUploadsRequest { BucketName = _bucket.Bucket, Prefix = _bucket.PrefixOf(string.Empty) };
        ListMultipartUploadsResponse page;
        do
        {
            page = await _bucket.RunAsync(S3Request.Whole("swept"), token => _bucket.Client.ListMultipartUploadsAsync(request, token), cancellationToken).ConfigureAwait(false);
            foreach (MultipartUpload upload in page.MultipartUploads ?? [])
            {
                if (Utc(upload.Initiated) <= before && await AbortAsync(upload, cancellationToken).ConfigureAwait(false))
                    count++;
            }

            (request.KeyMarker, request.UploadIdMarker) = (page.NextKeyMarker, page.NextUploadIdMarker);
        }
        while (page.IsTruncated == true);
        return count;
    }

    /// <inheritdoc />
    public async Task<Uri> PresignGetAsync(string path, TimeSpan lifetime, CancellationToken cancellationToken = default)
    {
        string key = _bucket.KeyOf(path);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(lifetime, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(lifetime, LongestLifetime);
        cancellationToken.ThrowIfCancellationRequested();
        var request = new GetPreSignedUrlRequest
        {
            BucketName = _bucket.Bucket,
            Key = key,
            Verb = HttpVerb.GET,
            Expires = _bucket.Now().UtcDateTime + lifetime,
            Protocol = _bucket.Client.Config.UseHttp ? Protocol.HTTP : Protocol.HTTPS,
        };
        return new Uri(await _bucket.RunAsync(S3Request.Read(path), _ => _bucket.Client.GetPreSignedURLAsync(request), cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Lets go of the connections.</summary>
    public void Dispose() => _bucket.Dispose();

    /// <summary>Reaches the bucket and looks whether the credentials may list it.</summary>
    internal async Task ProbeAsync(CancellationToken cancellationToken, bool once = false)
    {
        var request = new ListObjectsV2Request { BucketName = _bucket.Bucket, Prefix = _bucket.PrefixOf(string.Empty), MaxKeys = 1 };
        await _bucket.RunAsync(S3Request.Whole("reached"), token => _bucket.Client.ListObjectsV2Async(request, token), cancellationToken, once).ConfigureAwait(false);
        _isBucketKnown = true;
    }

    private static DateTimeOffset? Utc(DateTime? time) => time is { } known ? new DateTimeOffset(known.ToUniversalTime()) : null;

    private static StageFailure FailureOf(DeleteError error) => error.Code switch
    {
        "AccessDenied" => StageFailure.AccessDenied,
        "InternalError" or "SlowDown" or "ServiceUnavailable" => StageFailure.Throttled,
        _ => StageFailure.Other,
    };

    private async Task<List<DeleteError>> DeleteBatchAsync(List<string> keys, CancellationToken cancellationToken)
    {
        long started = _bucket.Timestamp();
        List<DeleteError> final = [];
        for (int attempt = 1; ; attempt++)
        {
            List<DeleteError> errors = await DeleteOnceAsync(keys, cancellationToken).ConfigureAwait(false);
            List<DeleteError> passing = [.. errors.Where(error => FailureOf(error) == StageFailure.Throttled)];
            final.AddRange(errors.Except(passing));
            if (passing.Count == 0)
                return final;
            if (!await _bucket.MayRepeatAsync(StageFailure.Throttled, attempt, started, cancellationToken).ConfigureAwait(false))
                return [.. final, .. passing];
            keys = [.. passing.Select(error => error.Key)];
        }
    }

    private async Task<List<DeleteError>> DeleteOnceAsync(List<string> keys, CancellationToken cancellationToken)
    {
        var request = new DeleteObjectsRequest { BucketName = _bucket.Bucket, Quiet = true, Objects = [.. keys.Select(key => new KeyVersion { Key = key })] };
        try
        {
            DeleteObjectsResponse response = await _bucket.RunAsync(S3Request.Whole("cleared of files"), token => _bucket.Client.DeleteObjectsAsync(request, token), cancellationToken).ConfigureAwait(false);
            return response.DeleteErrors ?? [];
        }
        catch (WarehouseStageException error) when (error.InnerException is DeleteObjectsException { Response.DeleteErrors: { Count: > 0 } errors })
        {
            return errors;
        }
    }

    private async Task<bool> AbortAsync(MultipartUpload upload, CancellationToken cancellationToken)
    {
        try
        {
            await _bucket.RunAsync(S3Request.Whole("swept"), token => _bucket.Client.AbortMultipartUploadAsync(_bucket.Bucket, upload.Key, upload.UploadId, token), cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (WarehouseStageException error) when (error.Failure == StageFailure.NotFound)
        {
            // It ended meanwhile.
            return false;
        }
    }

    private async Task ExpectBucketAsync(CancellationToken cancellationToken)
    {
        if (!_isBucketKnown)
            await ProbeAsync(cancellationToken).ConfigureAwait(false);
    }
}
