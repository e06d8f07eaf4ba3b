namespace Warehouse.Sdk.Conformance;

/// <summary>Gives its bytes in pieces of odd sizes, knows no length, and does something at its end.</summary>
/// <param name="bytes">The bytes.</param>
/// <param name="then">What happens when they are read, such as an error.</param>
/// <param name="untilThen">What is waited for before the end is told.</param>
public sealed class DribblingStream(byte[] bytes, Action? then = null, Task? untilThen = null) : Stream
{
    private int _position;
    private int _turn;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_position == bytes.Length)
        {
            if (untilThen is not null)
                await untilThen.WaitAsync(cancellationToken);
            then?.Invoke();
            cancellationToken.ThrowIfCancellationRequested();
            return 0;
        }

        int count = Math.Min(Math.Min(buffer.Length, bytes.Length - _position), 1 + (_turn++ * 7919 % 100_003));
        bytes.AsMemory(_position, count).CopyTo(buffer);
        _position += count;
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Read it asynchronously.");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
