using System.Globalization;
using Amazon.S3.Model;

namespace Warehouse.Sdk.S3;

/// <summary>A range of a file on its way from the store.</summary>
internal sealed class S3Range : IDisposable
{
    private readonly S3Bucket _bucket;
    private readonly GetObjectResponse _response;

    private S3Range(S3Bucket bucket, GetObjectResponse response, string version, long fileLength, long length)
    {
        _bucket = bucket;
        _response = response;
        Version = version;
        FileLength = fileLength;
        Remaining = length;
    }

    public string Version { get; }

    /// <summary>The bytes of the whole file.</summary>
    public long FileLength { get; }

    /// <summary>The bytes of the range that have not been read.</summary>
    public long Remaining { get; private set; }

    public static async Task<S3Range> OpenAsync(S3Bucket bucket, S3Request request, string key, long from, long length, string? version, CancellationToken cancellationToken)
    {
        var get = new GetObjectRequest { BucketName = bucket.Bucket, Key = key, ByteRange = new ByteRange(from, from + length - 1), EtagToMatch = version is null ? null : $"\"{version}\"" };
        GetObjectResponse response = await bucket.RunAsync(request, token => bucket.Client.GetObjectAsync(get, token), cancellationToken).ConfigureAwait(false);
        // Such as "bytes 0-99/1234"; without it the server has sent the file from its beginning.
        long? whole = response.ContentRange is { } range && long.TryParse(range.AsSpan(range.IndexOf('/', StringComparison.Ordinal) + 1), NumberStyles.None, CultureInfo.InvariantCulture, out long told) ? told : null;
        string? found = S3Put.Unquoted(response.ETag);
        if (version is not null && found is not null && found != version)
        {
            response.Dispose();
            throw StageErrors.Replaced(bucket.Location, request.Path!, version, found);
        }

        if (found is not null && (whole is not null || from == 0))
            return new S3Range(bucket, response, found, whole ?? response.ContentLength, response.ContentLength);
        response.Dispose();
        throw new WarehouseStageException(StageFailure.NotSupported, $"The file '{request.Path}' on the stage '{bucket.Location}' could not be read: the server knows no ranges or no entity tags. Nothing was loaded. Use a store that does.") { Target = bucket.Location, Path = request.Path };
    }

    /// <summary>Reads what comes next.</summary>
    /// <exception cref="IOException">The server or the network broke off.</exception>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(_bucket.RequestTimeout);
        try
        {
            int read = await _response.ResponseStream.ReadAsync(buffer[..(int)Math.Min(buffer.Length, Remaining)], patience.Token).ConfigureAwait(false);
            if (read == 0)
                throw new EndOfStreamException("The server sent less than it had announced.");
            Remaining -= read;
            return read;
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw new IOException($"The server sent nothing for {_bucket.RequestTimeout.TotalSeconds.ToString(CultureInfo.InvariantCulture)} seconds.", error);
        }
        catch (Exception error) when (error is HttpRequestException or System.Net.Sockets.SocketException or Amazon.Runtime.AmazonClientException)
        {
            throw new IOException(error.Message, error);
        }
    }

    public void Dispose() => _response.Dispose();
}
