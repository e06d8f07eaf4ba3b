using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Warehouse.Sdk.DuckDb;

/// <summary>
/// Most texts of a warehouse are ASCII. They are checked and narrowed in one pass; whatever else a text holds is left to the general way.
/// </summary>
internal static unsafe class AsciiText
{
    // Of both: more than U+0000, less than U+0080.
    private const ushort Least = 1;
    private const ushort Span = 0x7F - Least;

    /// <returns>False when there is another character in the text, or U+0000; what was written then means nothing.</returns>
    public static bool TryWrite(ReadOnlySpan<char> text, byte* target)
    {
        fixed (char* characters = text)
        {
            var source = (ushort*)characters;
            int length = text.Length;
            if (length < Vector128<ushort>.Count)
                return TryWriteFew(source, target, length);
            int last = length - Vector128<ushort>.Count;
            for (int i = 0; i < last; i += Vector128<ushort>.Count)
            {
                if (!TryWriteEight(source + i, target + i))
                    return false;
            }

            // The last eight overlap those before, which spares the rest its own way.
            return TryWriteEight(source + last, target + last);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryWriteEight(ushort* source, byte* target)
    {
        Vector128<ushort> eight = Vector128.Load(source);
        if (Vector128.GreaterThanAny(eight - Vector128.Create(Least), Vector128.Create(Span)))
            return false;
        Unsafe.WriteUnaligned(target, Vector128.Narrow(eight, eight).AsUInt64().ToScalar());
        return true;
    }

    private static bool TryWriteFew(ushort* source, byte* target, int length)
    {
        for (int i = 0; i < length; i++)
        {
            if ((ushort)(source[i] - Least) > Span)
                return false;
            target[i] = (byte)source[i];
        }

        return true;
    }
}
