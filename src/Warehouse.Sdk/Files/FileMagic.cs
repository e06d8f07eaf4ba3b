namespace Warehouse.Sdk;

/// <summary>What the first bytes of a file say.</summary>
internal static class FileMagic
{
    /// <summary>As many are needed.</summary>
    public const int Length = 4;

    public static Compression CompressionOf(ReadOnlySpan<byte> first) => first switch
    {
        [0x1F, 0x8B, ..] => Compression.Gzip,
        [0x28, 0xB5, 0x2F, 0xFD, ..] => Compression.Zstd,
        // A frame that decoders skip; pipelines put an index into it.
        [>= 0x50 and <= 0x5F, 0x2A, 0x4D, 0x18, ..] => Compression.Zstd,
        _ => Compression.None,
    };

    /// <returns>The name of a format; null for texts.</returns>
    public static string? FormatOf(ReadOnlySpan<byte> first) => first switch
    {
        [(byte)'P', (byte)'A', (byte)'R', (byte)'1', ..] => "parquet",
        [(byte)'O', (byte)'b', (byte)'j', 1, ..] => "avro",
        _ => null,
    };
}
