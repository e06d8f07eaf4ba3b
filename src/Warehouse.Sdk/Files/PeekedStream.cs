namespace Warehouse.Sdk;

/// <summary>A stream whose first bytes can be looked at before it is read.</summary>
internal sealed class PeekedStream(Stream inner) : ForwardStream
{
    private byte[] _peeked = [];
    private int _taken;

    /// <summary>What was looked at; less than asked for when the stream is that short.</summary>
    public ReadOnlySpan<byte> Peeked => _peeked;

    public async Task<byte[]> PeekAsync(int length, CancellationToken cancellationToken)
    {
        byte[] first = new byte[length];
        int read = await inner.ReadAtLeastAsync(first, length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        return _peeked = first[..read];
    }

    public override int Read(Span<byte> buffer) => TakePeeked(buffer) is var taken and > 0 ? taken : inner.Read(buffer);

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        => TakePeeked(buffer.Span) is var taken and > 0 ? ValueTask.FromResult(taken) : inner.ReadAsync(buffer, cancellationToken);

    private int TakePeeked(Span<byte> buffer)
    {
        int count = Math.Min(buffer.Length, _peeked.Length - _taken);
        _peeked.AsSpan(_taken, count).CopyTo(buffer);
        _taken += count;
        return count;
    }
}
