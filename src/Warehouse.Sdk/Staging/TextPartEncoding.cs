using System.Buffers;
using System.Collections.Concurrent;
using System.IO.Compression;

namespace Warehouse.Sdk;

/// <summary>
/// Rows as lines of text, packed block by block: members of gzip and frames of Zstandard that follow one another are one file, so blocks need not wait for
/// each other.
/// </summary>
internal abstract class TextPartEncoding(string extension, Compression compression, CompressionLevel level) : PartEncoding
{
    private readonly ConcurrentBag<ZstdSharp.Compressor> _compressors = [];

    public override string Extension { get; } = extension + compression switch { Compression.Gzip => ".gz", Compression.Zstd => ".zst", _ => string.Empty };

    public override Compression Compression { get; } = compression;

    /// <summary>What stands at the beginning of every file.</summary>
    protected abstract byte[] Header { get; }

    public override PartBlock Prepare(PartBlock block)
    {
        if (Compression == Compression.None)
            return block;
        using var text = (ByteBlock)block;
        return Pack(text.Span, block.Rows);
    }

    public override async ValueTask<PartFile> BeginAsync(PartStream output, CancellationToken cancellationToken)
    {
        if (Header.Length > 0)
            await output.WriteAsync(Compression == Compression.None ? new ByteBlock(Copy(Header), Header.Length, 0) : Pack(Header, 0), cancellationToken).ConfigureAwait(false);
        return new Lines(output);
    }

    private static byte[] Copy(byte[] bytes)
    {
        byte[] copy = ArrayPool<byte>.Shared.Rent(bytes.Length);
        bytes.CopyTo(copy, 0);
        return copy;
    }

    private ByteBlock Pack(ReadOnlySpan<byte> text, int rows)
    {
        if (Compression == Compression.Gzip)
        {
            using var packed = new PooledStream(text.Length / 2);
            using (var gzip = new GZipStream(packed, level, leaveOpen: true))
                gzip.Write(text);
            return packed.Take(rows);
        }

        if (!_compressors.TryTake(out ZstdSharp.Compressor? compressor))
            compressor = new ZstdSharp.Compressor(level switch { CompressionLevel.Fastest => 1, CompressionLevel.SmallestSize => 19, _ => 3 });
        byte[] target = ArrayPool<byte>.Shared.Rent(ZstdSharp.Compressor.GetCompressBound(text.Length));
        int length = compressor.Wrap(text, target);
        _compressors.Add(compressor);
        return new ByteBlock(target, length, rows);
    }

    private sealed class Lines(PartStream output) : PartFile
    {
        public override ValueTask AddAsync(PartBlock block, CancellationToken cancellationToken) => output.WriteAsync((ByteBlock)block, cancellationToken);

        public override ValueTask CompleteAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;
    }
}
