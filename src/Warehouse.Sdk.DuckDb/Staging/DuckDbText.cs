using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Unicode;

namespace Warehouse.Sdk.DuckDb;

/// <summary>
/// Writes texts and bytes as the engine keeps them in a vector: the length, then up to 12 bytes in place; of longer ones the first four bytes and
/// where the whole stands.
/// </summary>
internal static unsafe class DuckDbText
{
    public const int CellSize = 16;

    private const int InPlace = 12;
    private const int Header = sizeof(int);
    private const int LargestUtf8OfChar = 3;

    /// <returns>The text as it was written.</returns>
    /// <exception cref="FormatException">It is no text that a column can hold.</exception>
    public static ReadOnlySpan<byte> Write(byte* cell, ReadOnlySpan<char> value, DuckDbTextMemory memory)
    {
        if (value.Length > InPlace)
            return WriteLong(cell, value, memory);
        // What is not text behind a short one must be zero: the engine compares all 16 bytes.
        Unsafe.InitBlockUnaligned(cell, 0, CellSize);
        int length = value.Length;
        if (!AsciiText.TryWrite(value, cell + Header) && !TryWriteAny(value, new Span<byte>(cell + Header, InPlace), out length))
            return WriteLong(cell, value, memory);
        *(int*)cell = length;
        return new ReadOnlySpan<byte>(cell + Header, length);
    }

    public static void Write(byte* cell, ReadOnlySpan<byte> value, DuckDbTextMemory memory)
    {
        byte* start = memory.Reserve(value.Length);
        value.CopyTo(new Span<byte>(start, value.Length));
        Point(cell, start, value.Length, memory);
    }

    private static ReadOnlySpan<byte> WriteLong(byte* cell, ReadOnlySpan<char> value, DuckDbTextMemory memory)
    {
        int room = value.Length <= DuckDbTextMemory.BlockSize / LargestUtf8OfChar ? value.Length * LargestUtf8OfChar : Encoding.UTF8.GetByteCount(value);
        byte* start = memory.Reserve(room);
        int length = value.Length;
        if (!AsciiText.TryWrite(value, start))
            TryWriteAny(value, new Span<byte>(start, room), out length);
        Point(cell, start, length, memory);
        return new ReadOnlySpan<byte>(start, length);
    }

    /// <returns>False when the text is longer than the room for it.</returns>
    private static bool TryWriteAny(ReadOnlySpan<char> value, Span<byte> room, out int length)
    {
        if (value.Contains('\0'))
            throw new FormatException("a text that holds the character U+0000, which no column can hold");
        OperationStatus status = Utf8.FromUtf16(value, room, out _, out length, replaceInvalidSequences: false);
        if (status is OperationStatus.Done or OperationStatus.DestinationTooSmall)
            return status == OperationStatus.Done;
        throw new FormatException("a text with half a character (a lone surrogate)");
    }

    private static void Point(byte* cell, byte* start, int length, DuckDbTextMemory memory)
    {
        if (length <= InPlace)
        {
            Unsafe.InitBlockUnaligned(cell, 0, CellSize);
            Unsafe.CopyBlockUnaligned(cell + Header, start, (uint)length);
        }
        else
        {
            Unsafe.CopyBlockUnaligned(cell + Header, start, sizeof(int));
            *(byte**)(cell + Header + sizeof(int)) = start;
            memory.Keep(start, length);
        }

        *(int*)cell = length;
    }
}
