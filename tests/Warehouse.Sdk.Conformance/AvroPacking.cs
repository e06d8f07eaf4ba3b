using System.IO.Compression;
using Avro.File;

namespace Warehouse.Sdk.Conformance;

/// <summary>Packs blocks as the Avro specification says, for files the SDK did not write.</summary>
internal sealed class AvroPacking : Codec
{
    private readonly string _name;
    private readonly Func<byte[], byte[]> _pack;

    private AvroPacking(string name, Func<byte[], byte[]> pack) => (_name, _pack) = (name, pack);

    public static Codec Of(string name) => name switch
    {
        "snappy" => new AvroPacking(name, Snappy),
        "zstandard" => new AvroPacking(name, Zstandard),
        _ => CreateCodecFromString(name),
    };

    public override byte[] Compress(byte[] uncompressedData) => _pack(uncompressedData);

    public override void Compress(MemoryStream inputStream, MemoryStream outputStream) => outputStream.Write(_pack(inputStream.ToArray()));

    public override byte[] Decompress(byte[] compressedData, int length) => throw new NotSupportedException();

    public override string GetName() => _name;

    public override bool Equals(object? obj) => obj is AvroPacking other && other._name == _name;

    public override int GetHashCode() => _name.GetHashCode(StringComparison.Ordinal);

    // The checksum is the one at the end of gzip, which writes it before the length, the other way round.
    private static byte[] Snappy(byte[] block)
    {
        using var gzip = new MemoryStream();
        using (var content = new GZipStream(gzip, CompressionMode.Compress, leaveOpen: true))
            content.Write(block);
        return [.. Snappier.Snappy.CompressToArray(block), .. gzip.ToArray()[^8..^4].Reverse()];
    }

    private static byte[] Zstandard(byte[] block)
    {
        using var packed = new MemoryStream();
        using (var content = new ZstdSharp.CompressionStream(packed, leaveOpen: true))
        {
            content.SetParameter(ZstdSharp.Unsafe.ZSTD_cParameter.ZSTD_c_checksumFlag, 1);
            content.Write(block);
        }

        return packed.ToArray();
    }
}
