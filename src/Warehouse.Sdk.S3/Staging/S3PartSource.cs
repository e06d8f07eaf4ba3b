using System.Buffers;
using System.Security.Cryptography;

namespace Warehouse.Sdk.S3;

/// <summary>The bytes of a put, part by part in their order, and their checksum.</summary>
internal abstract class S3PartSource : IDisposable
{
    /// <summary>The next part; <see langword="null"/> at the end.</summary>
    public abstract ValueTask<S3Part?> NextAsync(CancellationToken cancellationToken);

    /// <summary>The SHA-256 of all parts, once there are no more, if it was taken.</summary>
    public abstract Task<string?> Sha256Async();

    public abstract void Dispose();
}

/// <summary>A part in the making; its bytes can be read again and again until it is disposed.</summary>
internal abstract class S3Part(long length) : IDisposable
{
    public long Length => length;

    /// <summary>Its bytes, from the first on; reading them may meet an <see cref="UnreadablePartException"/>.</summary>
    public abstract Stream Open();

    public virtual void Dispose()
    {
    }
}

/// <summary>Reads a stream of whatever length into borrowed buffers, the first of which grows with the content: many small files at once shall not take a part each.</summary>
internal sealed class StreamParts(Stream content, int partSize) : S3PartSource
{
    private const int SmallestBuffer = 64 * 1024;

    private readonly IncrementalHash _digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private bool _isBegun;
    private bool _isAtEnd;

    public override async ValueTask<S3Part?> NextAsync(CancellationToken cancellationToken)
    {
        if (_isAtEnd)
            return null;
        int capacity = _isBegun ? partSize : FirstCapacity();
        _isBegun = true;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(capacity);
        try
        {
            int length = 0;
            while (true)
            {
                length += await content.ReadAtLeastAsync(buffer.AsMemory(length, capacity - length), capacity - length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
                if (length < capacity || capacity == partSize)
                    break;
                capacity = (int)Math.Min(partSize, 4L * capacity);
                byte[] larger = ArrayPool<byte>.Shared.Rent(capacity);
                buffer.AsSpan(0, length).CopyTo(larger);
                ArrayPool<byte>.Shared.Return(buffer);
                buffer = larger;
            }

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

    // One byte more than there is shows that there is no more.
    private int FirstCapacity() => (int)Math.Clamp(content.CanSeek ? content.Length - content.Position + 1 : SmallestBuffer, Math.Min(SmallestBuffer, partSize), partSize);

    public override Task<string?> Sha256Async() => Task.FromResult<string?>(Convert.ToHexStringLower(_digest.GetHashAndReset()));

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
