using System.Buffers.Binary;
using Avro.File;

namespace Warehouse.Sdk.Avro;

/// <summary>The packings of blocks that the Avro library leaves to packages of their own.</summary>
internal static class AvroCodecs
{
    private static readonly Lock Gate = new();
    private static bool _areRegistered;

    public static void Register()
    {
        lock (Gate)
        {
            if (_areRegistered)
                return;
            Codec.RegisterResolver(name => name switch
            {
                "snappy" => new SnappyBlocks(),
                "zstandard" => new ZstandardBlocks(),
                _ => null!,
            });
            _areRegistered = true;
        }
    }

    private sealed class SnappyBlocks : ReadingCodec
    {
        private const int ChecksumLength = 4;

        public override byte[] Decompress(byte[] compressedData, int length)
        {
            if (length < ChecksumLength)
                throw new InvalidDataException("a block of snappy without its checksum");
            byte[] block = Snappier.Snappy.DecompressToArray(compressedData.AsSpan(0, length - ChecksumLength));
            if (Checksum(block) != BinaryPrimitives.ReadUInt32BigEndian(compressedData.AsSpan(length - ChecksumLength)))
                throw new InvalidDataException("a block whose checksum is wrong");
            return block;
        }

        public override string GetName() => "snappy";

        // CRC-32 as of gzip.
        private static uint Checksum(ReadOnlySpan<byte> bytes)
        {
            uint crc = uint.MaxValue;
            foreach (byte value in bytes)
            {
                crc ^= value;
                for (int bit = 0; bit < 8; bit++)
                    crc = (crc >> 1) ^ (0xEDB88320u & (0u - (crc & 1)));
            }

            return ~crc;
        }
    }

    private sealed class ZstandardBlocks : ReadingCodec
    {
        public override byte[] Decompress(byte[] compressedData, int length)
        {
            using var packed = new MemoryStream(compressedData, 0, length);
            using var content = new ZstdSharp.DecompressionStream(packed, checkEndOfStream: true);
            using var block = new MemoryStream();
            content.CopyTo(block);
            return block.ToArray();
        }

        public override string GetName() => "zstandard";
    }

    private abstract class ReadingCodec : Codec
    {
        public override byte[] Compress(byte[] uncompressedData) => throw new NotSupportedException();

        public override void Compress(MemoryStream inputStream, MemoryStream outputStream) => throw new NotSupportedException();

        public override bool Equals(object? obj) => obj is Codec other && other.GetName() == GetName();

        public override int GetHashCode() => GetName().GetHashCode(StringComparison.Ordinal);
    }
}
