using System.Buffers.Binary;

namespace Warehouse.Sdk.Postgres;

/// <summary>
/// PostgreSQL's binary numeric: digits to the base of 10,000, grouped from the decimal point outwards, without zeros at either end.
/// </summary>
internal static class PostgresNumeric
{
    /// <summary>Length, four counts, and the groups of 38 digits in the worst position.</summary>
    public const int MaximumLength = sizeof(int) + Header + (MaximumGroups * sizeof(short));

    private const int Header = 4 * sizeof(short);
    private const int MaximumGroups = 12;
    private const int GroupBase = 10_000;
    private const short Negative = 0x4000;
    private const short NotANumber = unchecked((short)0xC000);

    /// <summary>Whether the number as the column keeps it fits into 64 bits, as nearly all do; rounds halves away from zero.</summary>
    /// <exception cref="OverflowException">The number is too large for the column.</exception>
    public static bool TryUnscaled(decimal value, int precision, int scale, out long unscaled)
    {
        Span<int> bits = stackalloc int[4];
        decimal.GetBits(value, bits);
        unscaled = 0;
        int digits = scale - ((bits[3] >> 16) & 0xFF);
        if (bits[2] != 0 || bits[1] < 0 || digits is > 18 or < -18)
            return false;
        ulong magnitude = ((ulong)(uint)bits[1] << 32) | (uint)bits[0];
        if (digits > 0)
        {
            if (magnitude > (ulong)long.MaxValue / PowersOfTen[digits])
                return false;
            magnitude *= PowersOfTen[digits];
        }
        else if (digits < 0)
        {
            (ulong quotient, ulong remainder) = Math.DivRem(magnitude, PowersOfTen[-digits]);
            magnitude = remainder >= PowersOfTen[-digits] / 2 ? quotient + 1 : quotient;
        }

        if (precision <= 18 && magnitude >= PowersOfTen[precision])
            throw new OverflowException(FormattableString.Invariant($"a number too large for decimal({precision},{scale})"));
        unscaled = bits[3] < 0 ? -(long)magnitude : (long)magnitude;
        return true;
    }

    /// <returns>The number of bytes written, with the length before them.</returns>
    public static int Write(Span<byte> target, long unscaled, int scale)
    {
        ulong magnitude = (ulong)Math.Abs(unscaled);
        int padding = (4 - (scale & 3)) & 3;
        if (magnitude > ulong.MaxValue / PowersOfTen[padding])
            return Write(target, (Int128)unscaled, scale);
        Span<short> groups = stackalloc short[MaximumGroups];
        int count = Split(magnitude * PowersOfTen[padding], groups);
        return Write(target, groups[..count], (scale + padding) / 4, unscaled < 0, scale);
    }

    /// <inheritdoc cref="Write(Span{byte}, long, int)"/>
    public static int Write(Span<byte> target, Int128 unscaled, int scale)
    {
        // The groups begin at the point, so the digits behind it are filled up to whole groups: 41 digits at most.
        int padding = (4 - (scale & 3)) & 3;
        (UInt128 high, UInt128 low) = UInt128.DivRem((UInt128)Int128.Abs(unscaled), PowersOfTen[16 - padding]);
        Span<short> groups = stackalloc short[MaximumGroups];
        int count = Split((ulong)low * PowersOfTen[padding], groups);
        if (high > 0)
        {
            groups[count..4].Clear();
            count = 4;
            while (high > 0)
            {
                (high, UInt128 group) = UInt128.DivRem(high, GroupBase);
                groups[count++] = (short)group;
            }
        }

        return Write(target, groups[..count], (scale + padding) / 4, unscaled < 0, scale);
    }

    /// <inheritdoc cref="Write(Span{byte}, long, int)"/>
    public static int WriteNaN(Span<byte> target) => Write(target, count: 0, weight: 0, NotANumber, scale: 0);

    /// <summary>Groups of four digits, the lowest first.</summary>
    private static int Split(ulong magnitude, Span<short> groups)
    {
        int count = 0;
        while (magnitude > 0)
        {
            (magnitude, ulong group) = Math.DivRem(magnitude, GroupBase);
            groups[count++] = (short)group;
        }

        return count;
    }

    private static int Write(Span<byte> target, ReadOnlySpan<short> groups, int fractionGroups, bool isNegative, int scale)
    {
        int weight = groups.Length - 1 - fractionGroups;
        int first = 0;
        while (first < groups.Length && groups[first] == 0)
            first++;
        ReadOnlySpan<short> significant = groups[first..];
        if (significant.IsEmpty)
            return Write(target, count: 0, weight: 0, sign: 0, scale);
        int length = Write(target, significant.Length, weight, isNegative ? Negative : (short)0, scale);
        Span<byte> digits = target[(sizeof(int) + Header)..];
        for (int i = significant.Length - 1, at = 0; i >= 0; i--, at += sizeof(short))
            BinaryPrimitives.WriteInt16BigEndian(digits[at..], significant[i]);
        return length;
    }

    private static int Write(Span<byte> target, int count, int weight, short sign, int scale)
    {
        int length = Header + (count * sizeof(short));
        BinaryPrimitives.WriteInt32BigEndian(target, length);
        BinaryPrimitives.WriteInt16BigEndian(target[4..], (short)count);
        BinaryPrimitives.WriteInt16BigEndian(target[6..], (short)weight);
        BinaryPrimitives.WriteInt16BigEndian(target[8..], sign);
        BinaryPrimitives.WriteInt16BigEndian(target[10..], (short)scale);
        return sizeof(int) + length;
    }

    private static readonly ulong[] PowersOfTen = [.. Enumerable.Range(0, 20).Select(exponent => Enumerable.Repeat(10UL, exponent).Aggregate(1UL, (product, ten) => product * ten))];
}
