using System.IO.Compression;

namespace Warehouse.Sdk;

/// <summary>
/// What a gzip file holds. .NET takes a file that ends in the middle for one that ends; so one more member of a known content is put behind it: only
/// where all before it is whole does that content come out as the last.
/// </summary>
internal sealed class GzipContent : ForwardStream
{
    private static readonly byte[] Mark = "warehouse-sdk: the members before this one are whole"u8.ToArray();
    private static readonly byte[] MarkMember = Pack(Mark);

    private readonly GZipStream _members;
    private readonly byte[] _buffer = new byte[128 * 1024];
    private int _start;
    private int _end;
    private bool _isThrough;

    public GzipContent(Stream packed) => _members = new GZipStream(new Appended(packed, MarkMember), CompressionMode.Decompress);

    public override int Read(Span<byte> buffer)
    {
        while (!_isThrough && _end - _start <= Mark.Length)
            Fill(_members.Read(Room()));
        return Take(buffer);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!_isThrough && _end - _start <= Mark.Length)
            Fill(await _members.ReadAsync(RoomAsMemory(), cancellationToken).ConfigureAwait(false));
        return Take(buffer.Span);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _members.Dispose();
        base.Dispose(disposing);
    }

    // The last bytes are held back until it is known whether they are the mark.
    private int Take(Span<byte> buffer)
    {
        int count = Math.Min(buffer.Length, Math.Max(0, _end - _start - Mark.Length));
        _buffer.AsSpan(_start, count).CopyTo(buffer);
        _start += count;
        return count;
    }

    private Span<byte> Room() => RoomAsMemory().Span;

    private Memory<byte> RoomAsMemory()
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        return _buffer.AsMemory(_end);
    }

    private void Fill(int read)
    {
        _end += read;
        if (read > 0)
            return;
        _isThrough = true;
        if (_end - _start < Mark.Length || !_buffer.AsSpan(_end - Mark.Length, Mark.Length).SequenceEqual(Mark))
            throw new EndOfStreamException("its gzip data ends in the middle, or something that is no gzip data follows");
    }

    private static byte[] Pack(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.NoCompression, leaveOpen: true))
            gzip.Write(content);
        return packed.ToArray();
    }

    /// <summary>One stream and then some bytes.</summary>
    private sealed class Appended(Stream first, byte[] then) : ForwardStream
    {
        private int _given;

        public override int Read(Span<byte> buffer) => _given == 0 && first.Read(buffer) is var read and > 0 ? read : Give(buffer);

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
            => _given == 0 && await first.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is var read and > 0 ? read : Give(buffer.Span);

        private int Give(Span<byte> buffer)
        {
            int count = Math.Min(buffer.Length, then.Length - _given);
            then.AsSpan(_given, count).CopyTo(buffer);
            _given += count;
            return count;
        }
    }
}
