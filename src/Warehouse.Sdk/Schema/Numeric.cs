using System.Globalization;
using System.Numerics;

namespace Warehouse.Sdk;

/// <summary>
/// An exact decimal number of up to 38 digits: everything that <c>decimal(38,s)</c> holds, which <see cref="decimal"/> with its 28 digits does not.
/// Use it as the type of a property whose values are that large, or that may be NaN.
/// </summary>
public readonly struct Numeric : IEquatable<Numeric>
{
    /// <summary>The most digits, before and after the point together.</summary>
    public const int MaximumDigits = 38;

    private const sbyte ScaleOfNaN = -1;

    private readonly sbyte _scale;

    /// <summary>The number <paramref name="unscaled"/> / 10^<paramref name="scale"/>.</summary>
    /// <param name="unscaled">The digits; less than 10^38 either way.</param>
    /// <param name="scale">How many of them stand after the point, 0 to 38.</param>
    public Numeric(Int128 unscaled, int scale)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(scale);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(scale, MaximumDigits);
        if (unscaled >= PowerOfTen(MaximumDigits) || unscaled <= -PowerOfTen(MaximumDigits))
            throw new OverflowException("a number of more than 38 digits");
        Unscaled = unscaled;
        _scale = (sbyte)scale;
    }

    private Numeric(sbyte scale) => _scale = scale;

    /// <summary>Not a number. PostgreSQL's <c>numeric</c> holds it; DuckDB's <c>DECIMAL</c> does not, and rejects the row.</summary>
    public static Numeric NaN { get; } = new(ScaleOfNaN);

    /// <summary>The digits without the point.</summary>
    public Int128 Unscaled { get; }

    /// <summary>How many digits stand after the point.</summary>
    public int Scale => Math.Max((sbyte)0, _scale);

    /// <summary>True of <see cref="NaN"/>.</summary>
    public bool IsNaN => _scale == ScaleOfNaN;

    /// <summary>Any decimal is a numeric.</summary>
    /// <param name="value">The number.</param>
    public static implicit operator Numeric(decimal value) => FromDecimal(value);

    /// <summary>A whole number of up to 38 digits is a numeric.</summary>
    /// <param name="value">The number.</param>
    /// <exception cref="OverflowException">It has more digits.</exception>
    public static explicit operator Numeric(Int128 value) => new(value, 0);

    /// <summary>A whole number of up to 38 digits is a numeric.</summary>
    /// <param name="value">The number.</param>
    /// <exception cref="OverflowException">It has more digits.</exception>
    public static explicit operator Numeric(BigInteger value) => new((Int128)value, 0);

    /// <summary>Compares values: 1.10 equals 1.1, and NaN equals NaN, as in the engines.</summary>
    /// <param name="left">One number.</param>
    /// <param name="right">The other.</param>
    public static bool operator ==(Numeric left, Numeric right) => left.Equals(right);

    /// <summary>Compares values.</summary>
    /// <param name="left">One number.</param>
    /// <param name="right">The other.</param>
    public static bool operator !=(Numeric left, Numeric right) => !left.Equals(right);

    /// <summary>Any decimal is a numeric.</summary>
    /// <param name="value">The number.</param>
    public static Numeric FromDecimal(decimal value)
    {
        Span<int> bits = stackalloc int[4];
        decimal.GetBits(value, bits);
        Int128 magnitude = (Int128)new UInt128((uint)bits[2], ((ulong)(uint)bits[1] << 32) | (uint)bits[0]);
        return new Numeric(bits[3] < 0 ? -magnitude : magnitude, (bits[3] >> 16) & 0xFF);
    }

    /// <summary>Reads digits with at most one sign before and one point among them; no exponent, no thousands separators. <c>NaN</c> is read too.</summary>
    /// <param name="text">The text.</param>
    /// <param name="format">Decides sign and point.</param>
    /// <param name="value">The number.</param>
    /// <returns>False when the text is no such number or has more than 38 digits that count.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, NumberFormatInfo format, out Numeric value)
    {
        ArgumentNullException.ThrowIfNull(format);
        value = default;
        if (text.SequenceEqual("NaN"))
        {
            value = NaN;
            return true;
        }

        bool isNegative = TryCut(ref text, format.NegativeSign) || TryCut(ref text, "-");
        if (!isNegative && !TryCut(ref text, format.PositiveSign))
            TryCut(ref text, "+");
        if (!TryReadDigits(text, format.NumberDecimalSeparator, out Int128 unscaled, out int scale))
            return false;
        value = new Numeric(isNegative ? -unscaled : unscaled, scale);
        return true;
    }

    /// <summary>Reads digits as <see cref="TryParse"/> does, with a point and a power of ten after them where there is one, as JSON and floating point numbers are written.</summary>
    /// <returns>False when the text is no such number, or has more digits or places than a <see cref="Numeric"/> holds.</returns>
    internal static bool TryParseScientific(ReadOnlySpan<char> text, out Numeric value)
    {
        int exponent = text.IndexOfAny('e', 'E');
        if (exponent < 0)
            return TryParse(text, NumberFormatInfo.InvariantInfo, out value);
        value = default;
        if (!TryParse(text[..exponent], NumberFormatInfo.InvariantInfo, out Numeric digits) || digits.IsNaN
            || !int.TryParse(text[(exponent + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int power))
            return false;
        if (digits.Unscaled == 0)
            return true;
        (Int128 unscaled, long scale) = (digits.Unscaled, (long)digits.Scale - power);
        for (; scale > MaximumDigits && unscaled % 10 == 0; scale--)
            unscaled /= 10;
        long zeros = Math.Max(0, -scale);
        if (scale > MaximumDigits || zeros > MaximumDigits || Int128.Abs(unscaled) >= PowerOfTen(MaximumDigits - (int)zeros))
            return false;
        value = new Numeric(unscaled * PowerOfTen((int)zeros), (int)Math.Max(0, scale));
        return true;
    }

    /// <returns>False when a <see cref="decimal"/> does not hold all of its digits, or it is NaN.</returns>
    internal bool TryToDecimal(out decimal value)
    {
        value = 0;
        (Int128 unscaled, int scale) = IsExactDecimal(Unscaled, Scale) ? (Unscaled, Scale) : Normalised();
        if (IsNaN || !IsExactDecimal(unscaled, scale))
            return false;
        var magnitude = (UInt128)Int128.Abs(unscaled);
        value = new decimal((int)(uint)magnitude, (int)(uint)(magnitude >> 32), (int)(uint)(magnitude >> 64), unscaled < 0, (byte)scale);
        return true;
    }

    /// <inheritdoc/>
    public bool Equals(Numeric other)
    {
        if (IsNaN || other.IsNaN)
            return IsNaN && other.IsNaN;
        return Normalised() == other.Normalised();
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Numeric other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => IsNaN ? -1 : Normalised().GetHashCode();

    /// <summary>The number with a decimal point, whatever the culture.</summary>
    public override string ToString()
    {
        if (IsNaN)
            return "NaN";
        string digits = Int128.Abs(Unscaled).ToString(CultureInfo.InvariantCulture).PadLeft(Scale + 1, '0');
        string sign = Unscaled < 0 ? "-" : string.Empty;
        return Scale == 0 ? sign + digits : $"{sign}{digits[..^Scale]}.{digits[^Scale..]}";
    }

    /// <summary>The digits of the number as a column keeps it; what is beyond its scale is rounded, halves away from zero.</summary>
    /// <exception cref="OverflowException">The number is too large for the column, or NaN.</exception>
    internal Int128 UnscaledAt(int precision, int scale)
    {
        if (IsNaN)
            throw new OverflowException("NaN, which this column cannot hold");
        int missing = scale - Scale;
        Int128 number = missing < 0 ? RoundedTo(scale) : Unscaled;
        // Compared before it is multiplied: a number too large for the column may be too large for 128 bits.
        Int128 limit = missing <= 0 ? PowerOfTen(precision) : missing <= precision ? PowerOfTen(precision - missing) : 1;
        if (number >= limit || number <= -limit)
            throw TooLarge(precision, scale);
        return missing > 0 ? number * PowerOfTen(missing) : number;
    }

    internal static Int128 PowerOfTen(int exponent) => PowersOfTen[exponent];

    private Int128 RoundedTo(int scale)
    {
        (Int128 quotient, Int128 remainder) = Int128.DivRem(Unscaled, PowerOfTen(Scale - scale));
        bool isHalfOrMore = Int128.Abs(remainder) >= PowerOfTen(Scale - scale) / 2;
        return isHalfOrMore ? quotient + Int128.Sign(Unscaled) : quotient;
    }

    private (Int128 Unscaled, int Scale) Normalised()
    {
        (Int128 unscaled, int scale) = (Unscaled, Scale);
        while (scale > 0 && unscaled % 10 == 0)
            (unscaled, scale) = (unscaled / 10, scale - 1);
        return (unscaled, scale);
    }

    private static bool IsExactDecimal(Int128 unscaled, int scale) => scale <= 28 && Int128.Abs(unscaled) >> 96 == 0;

    private static bool TryCut(ref ReadOnlySpan<char> text, string sign)
    {
        if (sign.Length == 0 || !text.StartsWith(sign, StringComparison.Ordinal))
            return false;
        text = text[sign.Length..];
        return true;
    }

    private static bool TryReadDigits(ReadOnlySpan<char> text, string point, out Int128 unscaled, out int scale)
    {
        unscaled = 0;
        scale = 0;
        // Up to 18 digits are gathered in a register; few numbers have more.
        ulong low = 0;
        int digits = 0, gathered = 0, zeros = 0;
        bool isFraction = false, hasDigit = false;
        for (int i = 0; i < text.Length; i++)
        {
            int digit = text[i] - '0';
            if ((uint)digit > 9)
            {
                if (isFraction || !text[i..].StartsWith(point, StringComparison.Ordinal))
                    return false;
                isFraction = true;
                i += point.Length - 1;
                continue;
            }

            hasDigit = true;
            if (digit == 0 && isFraction)
            {
                // Zeros at the very end do not count.
                zeros++;
                continue;
            }

            for (; zeros >= 0; zeros--)
            {
                int next = zeros > 0 ? 0 : digit;
                if (digits > 0 || next > 0)
                    digits++;
                if (isFraction)
                    scale++;
                if (digits > MaximumDigits || scale > MaximumDigits)
                    return false;
                low = (low * 10) + (uint)next;
                if (++gathered == 18)
                {
                    unscaled = (unscaled * PowerOfTen(18)) + low;
                    low = 0;
                    gathered = 0;
                }
            }

            zeros = 0;
        }

        unscaled = unscaled == 0 ? low : (unscaled * PowerOfTen(gathered)) + low;
        return hasDigit;
    }

    private static OverflowException TooLarge(int precision, int scale)
        => new(FormattableString.Invariant($"a number too large for decimal({precision},{scale})"));

    private static readonly Int128[] PowersOfTen = [.. Enumerable.Range(0, MaximumDigits + 1).Select(exponent => Enumerable.Repeat((Int128)10, exponent).Aggregate(Int128.One, (product, ten) => product * ten))];
}
