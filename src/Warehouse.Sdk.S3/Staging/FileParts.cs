using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace Warehouse.Sdk.S3;

/// <summary>Reads the parts of a file where they stand, several at a time and without holding them; its checksum is taken beside if it is wanted.</summary>
internal sealed class FileParts : S3PartSource
{
    private const int BufferSize = 256 * 1024;

    private readonly SafeFileHandle _file;
    private readonly long _from;
    private readonly long _length;
    private readonly long _partSize;
    private readonly CancellationTokenSource _end = new();
    private readonly Task<string?> _sha256;
    private long _next;

    public FileParts(FileStream file, int partSize, bool digests)
    {
        _file = file.SafeFileHandle;
        _from = file.Position;
        _length = file.Length - _from;
        // As many parts as the protocol allows, if the file is that large.
        _partSize = Math.Max(partSize, (_length + S3StageOptions.MostParts - 1) / S3StageOptions.MostParts);
        _sha256 = digests ? Task.Run(() => Digest(_end.Token)) : Task.FromResult<string?>(null);
    }

    public override ValueTask<S3Part?> NextAsync(CancellationToken cancellationToken)
    {
        if (_next >= _length)
            return ValueTask.FromResult<S3Part?>(null);
        var part = new FilePart(_file, _from + _next, Math.Min(_partSize, _length - _next));
        _next += part.Length;
        return ValueTask.FromResult<S3Part?>(part);
    }

    public override Task<string?> Sha256Async() => _sha256;

    public override void Dispose()
    {
        _end.Cancel();
        // It reads from a file that its owner may close from now on.
        _ = _sha256.ContinueWith(static digest => _ = digest.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    private string? Digest(CancellationToken cancellationToken)
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[BufferSize];
        for (long position = 0; position < _length;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int read = RandomAccess.Read(_file, buffer.AsSpan(0, (int)Math.Min(buffer.Length, _length - position)), _from + position);
            if (read == 0)
                throw new IOException("The file became shorter while it was read.");
            digest.AppendData(buffer, 0, read);
            position += read;
        }

        return Convert.ToHexStringLower(digest.GetHashAndReset());
    }

    /// <summary>A part of a file as bytes for a request.</summary>
    internal sealed class FilePart(SafeFileHandle file, long from, long length) : S3Part(length)
    {
        public override Stream Open() => new PartStream(file, from, Length);

        private sealed class PartStream(SafeFileHandle file, long from, long length) : Stream
        {
            public override bool CanRead => true;

            public override bool CanSeek => true;

            public override bool CanWrite => false;

            public override long Length => length;

            public override long Position { get; set; }

            public override int Read(Span<byte> buffer)
            {
                try
                {
                    return Advance(RandomAccess.Read(file, buffer[..Within(buffer.Length)], from + Position), buffer.Length);
                }
                catch (Exception error) when (error is IOException or ObjectDisposedException)
                {
                    throw new UnreadablePartException(error);
                }
            }

            public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

            // The client reads in small pieces, mostly from memory; a change of threads for each would take longer than reading it.
            public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
            {
                cancellationToken.ThrowIfCancellationRequested();
                return ValueTask.FromResult(Read(buffer.Span));
            }

            public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

            public override long Seek(long offset, SeekOrigin origin) => Position = offset + origin switch { SeekOrigin.Begin => 0, SeekOrigin.Current => Position, _ => Length };

            public override void Flush()
            {
            }

            public override void SetLength(long value) => throw new NotSupportedException();

            public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

            private int Within(int count) => (int)Math.Clamp(Length - Position, 0, count);

            private int Advance(int read, int asked)
            {
                if (read == 0 && asked > 0 && Position < Length)
                    throw new IOException("The file became shorter while it was read.");
                Position += read;
                return read;
            }
        }
    }
}
