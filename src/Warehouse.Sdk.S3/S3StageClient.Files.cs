using System.Globalization;
using System.Net;
using Amazon.S3;
using Amazon.S3.Model;

namespace Warehouse.Sdk.S3;

public sealed partial class S3StageClient
{
    // What one request can put.
    private const long LargestSinglePut = 5L * 1024 * 1024 * 1024;
    private const long CopyPartSize = 512L * 1024 * 1024;

    /// <inheritdoc />
    public async Task<StagedFile> PutAsync(string path, Stream content, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(content);
        S3Put put = Put(path);
        if (content is FileStream { CanSeek: true } file && file.Length - file.Position > _partSize)
        {
            using var parts = new FileParts(file, _partSize, _digestsFiles);
            StagedFile staged = await put.RunAsync(parts, _partSize, 2 * _parallelism, cancellationToken).ConfigureAwait(false);
            file.Seek(0, SeekOrigin.End);
            return staged;
        }

        using var stream = new StreamParts(content, _partSize);
        return await put.RunAsync(stream, _partSize, _parallelism, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc />
    /// <remarks>
    /// It is put by one request, because the last request of a multipart upload is not conditional on every store: at most 5 GB. A stream longer than a part
    /// waits in a temporary file of this machine.
    /// </remarks>
    public async Task<StagedFile?> PutIfAbsentAsync(string path, Stream content, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(content);
        S3Put put = Put(path);
        if (content is FileStream { CanSeek: true } file && file.Length - file.Position > _partSize)
            return await PutFileIfAbsentAsync(put, path, file, cancellationToken).ConfigureAwait(false);

        using var stream = new StreamParts(content, _partSize);
        S3Part? first = await stream.NextAsync(cancellationToken).ConfigureAwait(false);
        S3Part? second = first?.Length < _partSize ? null : await stream.NextAsync(cancellationToken).ConfigureAwait(false);
        if (second is null)
            return await put.SingleAsync(first, stream, ifAbsent: true, cancellationToken).ConfigureAwait(false);

        var scratch = new FileStream(Path.Combine(Path.GetTempPath(), $"warehouse-{Guid.NewGuid():N}.partial"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, bufferSize: 0, FileOptions.Asynchronous | FileOptions.DeleteOnClose);
        await using (scratch.ConfigureAwait(false))
        {
            for (S3Part? part = first; part is not null; part = part == first ? second : await stream.NextAsync(cancellationToken).ConfigureAwait(false))
            {
                using (part)
                    await SpoolAsync(part, scratch, path, cancellationToken).ConfigureAwait(false);
            }

            scratch.Position = 0;
            return await PutFileIfAbsentAsync(put, path, scratch, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc />
    public async Task<Stream> OpenReadAsync(string path, StageReadOptions? options, CancellationToken cancellationToken = default)
    {
        string key = _bucket.KeyOf(path);
        long offset = options?.Offset ?? 0, length = options?.Length ?? long.MaxValue;
        ArgumentOutOfRangeException.ThrowIfNegative(offset, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegative(length, nameof(options));
        S3Request request = S3Request.Read(path, options?.Version);
        if (length > 0 && await OpenRangeAsync(request, key, offset, Math.Min(length, _partSize), options?.Version, cancellationToken).ConfigureAwait(false) is { } first)
            return new S3ReadStream(_bucket, path, key, _partSize, _parallelism, first, offset, Math.Min(length, first.FileLength - offset));

        // A range of no bytes cannot be asked for.
        StagedFile there = await FindAsync(path, cancellationToken).ConfigureAwait(false) ?? throw StageErrors.NotFound(Location, path);
        if (options?.Version is { } expected && there.Version != expected)
            throw StageErrors.Replaced(Location, path, expected, there.Version);
        return new MemoryStream([], writable: false);
    }

    /// <inheritdoc />
    public async Task<StagedFile> CopyAsync(string from, string to, CancellationToken cancellationToken = default)
    {
        string source = _bucket.KeyOf(from, nameof(from)), target = _bucket.KeyOf(to, nameof(to));
        StagedFile file = await FindAsync(from, cancellationToken).ConfigureAwait(false) ?? throw StageErrors.NotFound(Location, from);
        // A store refuses it.
        if (source == target)
            return file;
        return file.Length <= _largestSingleCopy
            ? await CopyWholeAsync(file, source, to, target, cancellationToken).ConfigureAwait(false)
            : await new S3PartCopy(_bucket, _parallelism, Math.Min(CopyPartSize, Math.Max(S3StageOptions.SmallestPartSize, _largestSingleCopy)), _logger).RunAsync(file, source, to, target, cancellationToken).ConfigureAwait(false);
    }

    private S3Put Put(string path) => new(_bucket, path, _bucket.KeyOf(path), _logger);

    private async Task<StagedFile?> PutFileIfAbsentAsync(S3Put put, string path, FileStream file, CancellationToken cancellationToken)
    {
        long length = file.Length - file.Position;
        if (length > LargestSinglePut)
            throw new WarehouseStageException(StageFailure.NotSupported, $"The file '{path}' on the stage '{Location}' could not be written only where there is none: it has more than the 5 GB one request can put. The stage is as it was. Put it with PutAsync under a name of its own, and a small file that names it with PutIfAbsentAsync.") { Target = Location, Path = path };
        // Nobody wants to send gigabytes to learn that they are not wanted.
        if (await FindAsync(path, cancellationToken).ConfigureAwait(false) is not null)
            return null;
        using var parts = new FileParts(file, int.MaxValue, digests: true);
        using var whole = new FileParts.FilePart(file.SafeFileHandle, file.Position, length);
        return await put.SingleAsync(whole, parts, ifAbsent: true, cancellationToken).ConfigureAwait(false);
    }

    private async Task SpoolAsync(S3Part part, FileStream scratch, string path, CancellationToken cancellationToken)
    {
        try
        {
            await part.Open().CopyToAsync(scratch, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException error)
        {
            throw StageErrors.NotDone(Location, path, $"written, because its content did not fit into '{Path.GetDirectoryName(scratch.Name)}' on the way", error);
        }
    }

    private async Task<S3Range?> OpenRangeAsync(S3Request request, string key, long from, long length, string? version, CancellationToken cancellationToken)
    {
        try
        {
            return await S3Range.OpenAsync(_bucket, request, key, from, length, version, cancellationToken).ConfigureAwait(false);
        }
        catch (WarehouseStageException error) when (error.InnerException is AmazonS3Exception { StatusCode: HttpStatusCode.RequestedRangeNotSatisfiable })
        {
            return null;
        }
    }

    private async Task<StagedFile> CopyWholeAsync(StagedFile file, string source, string to, string target, CancellationToken cancellationToken)
    {
        var request = new CopyObjectRequest { SourceBucket = _bucket.Bucket, SourceKey = source, DestinationBucket = _bucket.Bucket, DestinationKey = target, ETagToMatch = $"\"{file.Version}\"" };
        CopyObjectResponse copy = await _bucket.RunAsync(S3Request.Copy(file).Last, token => _bucket.Client.CopyObjectAsync(request, token), cancellationToken).ConfigureAwait(false);
        DateTimeOffset? lastModified = DateTimeOffset.TryParse(copy.LastModified, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset told) ? told.ToUniversalTime() : null;
        return new StagedFile(to, file.Length) { Version = S3Put.Unquoted(copy.ETag), LastModified = lastModified };
    }
}
