using System.Runtime.CompilerServices;

namespace Warehouse.Sdk;

/// <summary>
/// A decimal as the digits of a column, in 64 bits where they fit. Others go by <see cref="Numeric"/>, which gives the same digits more slowly and
/// says what is too large.
/// </summary>
internal static class ScaledDecimal
{
    // All powers that 64 bits hold.
    private static readonly ulong[] PowersOfTen = [.. Enumerable.Range(0, 20).Select(exponent => (ulong)Numeric.PowerOfTen(exponent))];

    /// <exception cref="OverflowException">The number is too large for the column.</exception>
    public static long Of(decimal value, int precision, int scale)
        => TryOf(value, precision, scale, out long unscaled) ? unscaled : (long)Numeric.FromDecimal(value).UnscaledAt(precision, scale);

    /// <returns>False when the digits do not fit into 64 bits, or not into the column.</returns>
    public static bool TryOf(decimal value, int precision, int scale, out long unscaled)
    {
        Layout bits = Unsafe.BitCast<decimal, Layout>(value);
        ulong magnitude = bits.Low;
        int missing = scale - ((bits.Flags >> 16) & 0xFF);
        ulong limit = precision < 19 ? PowersOfTen[precision] : long.MaxValue;
        unscaled = 0;
        if (bits.High != 0 || !TryMove(ref magnitude, missing) || magnitude >= limit)
            return false;
        unscaled = bits.Flags < 0 ? -(long)magnitude : (long)magnitude;
        return true;
    }

    private static bool TryMove(ref ulong magnitude, int digits)
    {
        if (digits == 0)
            return true;
        if (Math.Abs(digits) >= PowersOfTen.Length)
            return false;
        if (digits > 0)
            return Math.BigMul(magnitude, PowersOfTen[digits], out magnitude) == 0;
        ulong unit = PowersOfTen[-digits];
        (ulong quotient, ulong rest) = Math.DivRem(magnitude, unit);
        magnitude = rest >= unit / 2 ? quotient + 1 : quotient;
        return true;
    }

    // As the platform has laid it out since its beginning; decimal.GetBits would copy it a part at a time. A test compares the two.
    private readonly record struct Layout(int Flags, uint High, ulong Low);
}
