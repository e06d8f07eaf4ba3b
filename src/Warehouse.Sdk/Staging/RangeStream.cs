namespace Warehouse.Sdk;

/// <summary>A part of a seekable stream as one of its own.</summary>
internal sealed class RangeStream : Stream
{
    private readonly Stream _content;
    private readonly long _offset;
    private long _position;

    public RangeStream(Stream content, long offset, long? length)
    {
        _content = content;
        _offset = Math.Min(offset, content.Length);
        Length = Math.Min(length ?? long.MaxValue, content.Length - _offset);
        _content.Position = _offset;
    }

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length { get; }

    public override long Position
    {
        get => _position;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _position = value;
            _content.Position = _offset + Math.Min(value, Length);
        }
    }

    public override int Read(Span<byte> buffer)
    {
        int read = _content.Read(buffer[..Within(buffer.Length)]);
        _position += read;
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int read = await _content.ReadAsync(buffer[..Within(buffer.Length)], cancellationToken).ConfigureAwait(false);
        _position += read;
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override long Seek(long offset, SeekOrigin origin)
        => Position = offset + origin switch { SeekOrigin.Begin => 0, SeekOrigin.Current => _position, _ => Length };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        await _content.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _content.Dispose();
        base.Dispose(disposing);
    }

    private int Within(int count) => (int)Math.Clamp(Length - _position, 0, count);
}
