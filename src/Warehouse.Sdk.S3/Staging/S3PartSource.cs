using System.Buffers;
using System.Security.Cryptography;

namespace Warehouse.Sdk.S3;

/// <summary>The bytes of a put, part by part in their order, and their checksum.</summary>
internal abstract class S3PartSource : IDisposable
{
    /// <summary>The next part; <see langword="null"/> at the end.</summary>
    public abstract ValueTask<S3Part?> NextAsync(CancellationToken cancellationToken);

    /// <summary>The SHA-256 of all parts, once there are no more.</summary>
    public abstract Task<string> Sha256Async();

    public abstract void Dispose();
}

/// <summary>A part in the making; its bytes can be read again and again until it is disposed.</summary>
internal abstract class S3Part(long length) : IDisposable
{
    public long Length => length;

    public abstract Stream Open();

    /// <summary>What went wrong in reading the bytes themselves, which is not the store's fault.</summary>
    public virtual Exception? Fault => null;

    public virtual void Dispose()
    {
    }
}

/// <summary>Reads a stream of whatever length into borrowed buffers.</summary>
internal sealed class StreamParts(Stream content, int partSize) : S3PartSource
{
    private readonly IncrementalHash _digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private bool _isAtEnd;

    public override async ValueTask<S3Part?> NextAsync(CancellationToken cancellationToken)
    {
        if (_isAtEnd)
            return null;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(partSize);
        try
        {
            int length = await content.ReadAtLeastAsync(buffer.AsMemory(0, partSize), partSize, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            _isAtEnd = length < partSize;
            if (length == 0)
                return null;
            _digest.AppendData(buffer, 0, length);
            var part = new BufferedPart(buffer, length);
            buffer = null!;
            return part;
        }
        finally
        {
            if (buffer is not null)
                ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public override Task<string> Sha256Async() => Task.FromResult(Convert.ToHexStringLower(_digest.GetHashAndReset()));

    public override void Dispose() => _digest.Dispose();

    private sealed class BufferedPart(byte[] buffer, int length) : S3Part(length)
    {
        private byte[]? _buffer = buffer;

        public override Stream Open() => new MemoryStream(_buffer!, 0, (int)Length, writable: false);

        public override void Dispose()
        {
            if (Interlocked.Exchange(ref _buffer, null) is { } borrowed)
                ArrayPool<byte>.Shared.Return(borrowed);
            base.Dispose();
        }
    }
}
