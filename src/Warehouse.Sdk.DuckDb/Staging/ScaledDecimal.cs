namespace Warehouse.Sdk.DuckDb;

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
        Span<int> bits = stackalloc int[4];
        decimal.GetBits(value, bits);
        ulong magnitude = ((ulong)(uint)bits[1] << 32) | (uint)bits[0];
        int missing = scale - ((bits[3] >> 16) & 0xFF);
        ulong limit = precision < 19 ? PowersOfTen[precision] : long.MaxValue;
        unscaled = 0;
        if (bits[2] != 0 || Math.Abs(missing) >= PowersOfTen.Length || !TryMove(ref magnitude, missing) || magnitude >= limit)
            return false;
        unscaled = bits[3] < 0 ? -(long)magnitude : (long)magnitude;
        return true;
    }

    private static bool TryMove(ref ulong magnitude, int digits)
    {
        if (digits > 0)
            return Math.BigMul(magnitude, PowersOfTen[digits], out magnitude) == 0;
        if (digits < 0)
        {
            ulong unit = PowersOfTen[-digits];
            (ulong quotient, ulong rest) = Math.DivRem(magnitude, unit);
            magnitude = rest >= unit / 2 ? quotient + 1 : quotient;
        }

        return true;
    }
}
