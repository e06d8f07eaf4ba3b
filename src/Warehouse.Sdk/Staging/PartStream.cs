using System.Buffers;
using System.Threading.Channels;

namespace Warehouse.Sdk;

/// <summary>The bytes of a file between the one who writes them and the stage that reads them; a few blocks at most are in it.</summary>
internal sealed class PartStream : Stream
{
    private const int MostBlocks = 4;
    private const int Gathered = 256 * 1024;

    private readonly Channel<ByteBlock> _blocks = Channel.CreateBounded<ByteBlock>(new BoundedChannelOptions(MostBlocks) { SingleReader = true, SingleWriter = true });
    private ByteBlock? _gathering;
    private ByteBlock? _reading;
    private int _read;

    /// <summary>Bytes written.</summary>
    public long Written { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => Written;

    public override long Position
    {
        get => Written;
        set => throw new NotSupportedException();
    }

    /// <summary>Gives a block away.</summary>
    public async ValueTask WriteAsync(ByteBlock block, CancellationToken cancellationToken)
    {
        Written += block.Length;
        await _blocks.Writer.WriteAsync(block, cancellationToken).ConfigureAwait(false);
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!buffer.IsEmpty)
        {
            int taken = Gather(buffer.Span);
            buffer = buffer[taken..];
            if (_gathering!.Length == Gathered)
                await FlushAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public override async Task FlushAsync(CancellationToken cancellationToken)
    {
        if (_gathering is not { } block)
            return;
        _gathering = null;
        await _blocks.Writer.WriteAsync(block, cancellationToken).ConfigureAwait(false);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    // What writes like this waits for the stage where it stands.
    public override void Write(byte[] buffer, int offset, int count) => WriteAsync(buffer.AsMemory(offset, count), CancellationToken.None).AsTask().GetAwaiter().GetResult();

    /// <summary>The end: with an error, whoever reads gets it instead.</summary>
    public void Complete(Exception? error = null) => _blocks.Writer.TryComplete(error);

    /// <summary>Nobody reads any more: whoever writes gets the reason.</summary>
    public void Abandon(Exception reason)
    {
        _blocks.Writer.TryComplete(reason);
        while (_blocks.Reader.TryRead(out ByteBlock? block))
            block.Dispose();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_reading is null)
        {
            if (!await _blocks.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
                return 0;
            if (_blocks.Reader.TryRead(out ByteBlock? next))
                (_reading, _read) = (next, 0);
        }

        int count = Math.Min(buffer.Length, _reading.Length - _read);
        _reading.Span.Slice(_read, count).CopyTo(buffer.Span);
        _read += count;
        if (_read == _reading.Length)
        {
            _reading.Dispose();
            _reading = null;
        }

        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private int Gather(ReadOnlySpan<byte> bytes)
    {
        _gathering ??= new ByteBlock(ArrayPool<byte>.Shared.Rent(Gathered), 0, 0);
        int count = Math.Min(bytes.Length, Gathered - _gathering.Length);
        bytes[..count].CopyTo(_gathering.Buffer.AsSpan(_gathering.Length));
        _gathering.Length += count;
        Written += count;
        return count;
    }
}
