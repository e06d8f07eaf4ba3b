using System.Buffers;
using System.Buffers.Text;

namespace Warehouse.Sdk;

/// <summary>Floating point numbers of few decimal places, as most are, as the same text that the general way gives, without its search for the shortest one.</summary>
internal static class PlainDouble
{
    /// <summary>The length of the longest text.</summary>
    public const int MaximumLength = 17;

    private const int MostPlaces = 4;
    private const double Unit = 10_000;

    // With four places these are fourteen digits. No two numbers of up to fifteen are one double, so the text that reads as the double is the shortest there is.
    private const double Limit = 1e10;

    /// <returns>False when the number has more places, is too large, or is zero, which may have a sign.</returns>
    public static bool TryFormat(double value, Span<byte> target, out int written)
    {
        written = 0;
        double magnitude = Math.Abs(value);
        if (magnitude == 0 || !(magnitude < Limit))
            return false;
        double scaled = Math.Round(magnitude * Unit);
        // Both are whole numbers that a double holds, so the quotient is what reading the text gives.
        if (scaled / Unit != magnitude)
            return false;
        (ulong digits, int places) = ((ulong)scaled, MostPlaces);
        while (places > 0 && Math.DivRem(digits, 10) is (var tenth, 0))
            (digits, places) = (tenth, places - 1);
        if (value < 0)
            target[written++] = (byte)'-';
        Utf8Formatter.TryFormat(digits, target[written..], out int length, new StandardFormat('D', (byte)(places + 1)));
        written += length;
        if (places == 0)
            return true;
        Span<byte> fraction = target.Slice(written - places, places);
        fraction.CopyTo(target[(written - places + 1)..]);
        fraction[0] = (byte)'.';
        written++;
        return true;
    }
}
