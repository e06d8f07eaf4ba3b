using System.Security.Cryptography;

namespace Warehouse.Sdk;

/// <summary>Counts the bytes that pass and keeps their checksum.</summary>
internal sealed class DigestStream(Stream inner) : ForwardStream
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _length;

    public override int Read(Span<byte> buffer)
    {
        int read = inner.Read(buffer);
        Take(buffer[..read]);
        return read;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int read = await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        Take(buffer.Span[..read]);
        return read;
    }

    /// <summary>Reads to the end.</summary>
    public async Task<(long Length, string Sha256)> CompleteAsync(CancellationToken cancellationToken)
    {
        byte[] rest = new byte[64 * 1024];
        while (await ReadAsync(rest, cancellationToken).ConfigureAwait(false) > 0)
        {
        }

        return (_length, Convert.ToHexStringLower(_hash.GetHashAndReset()));
    }

    protected override void Dispose(bool disposing)
    {
        _hash.Dispose();
        base.Dispose(disposing);
    }

    private void Take(ReadOnlySpan<byte> bytes)
    {
        _length += bytes.Length;
        _hash.AppendData(bytes);
    }
}
