using System.Buffers;
using System.IO.Compression;
using Warehouse.Sdk.Postgres;

namespace Warehouse.Sdk.Benchmarks.Snowflake;

/// <summary>Takes rows in binary COPY format into a packed file, at the level and by the buffer that part files for Snowflake have.</summary>
internal sealed class PackedCopy : IRowCopy
{
    private readonly GZipStream _packed;

    public PackedCopy(string file)
        => _packed = new GZipStream(new FileStream(file, FileMode.CreateNew, FileAccess.Write, FileShare.Read, 1 << 20, FileOptions.Asynchronous), CompressionLevel.Fastest);

    public async ValueTask SendAsync(ArraySegment<byte> rows)
    {
        await _packed.WriteAsync(rows);
        ArrayPool<byte>.Shared.Return(rows.Array!);
    }

    public async Task CompleteAsync(ArraySegment<byte> rest)
    {
        await _packed.WriteAsync(rest);
        await _packed.DisposeAsync();
        if (rest.Array is { Length: > 0 } rented)
            ArrayPool<byte>.Shared.Return(rented);
    }

    public ValueTask DisposeAsync() => _packed.DisposeAsync();
}
