using System.Buffers;

namespace Warehouse.Sdk;

/// <summary>Some rows as bytes in a pooled buffer.</summary>
internal sealed class ByteBlock(byte[] buffer, int length, int rows) : PartBlock(rows)
{
    private byte[]? _buffer = buffer;

    public byte[] Buffer => _buffer ?? throw new ObjectDisposedException(nameof(ByteBlock));

    public int Length { get; set; } = length;

    public ReadOnlySpan<byte> Span => Buffer.AsSpan(0, Length);

    public override void Dispose()
    {
        if (Interlocked.Exchange(ref _buffer, null) is { Length: > 0 } rented)
            ArrayPool<byte>.Shared.Return(rented);
    }
}
