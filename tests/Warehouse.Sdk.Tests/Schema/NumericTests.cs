using System.Globalization;
using System.Numerics;

namespace Warehouse.Sdk.Tests;

public sealed class NumericTests
{
    private static readonly NumberFormatInfo Invariant = CultureInfo.InvariantCulture.NumberFormat;
    private static readonly BigInteger Limit = BigInteger.Pow(10, Numeric.MaximumDigits);

    [Theory]
    [InlineData("0", "0")]
    [InlineData("-0", "0")]
    [InlineData("+1.50", "1.5")]
    [InlineData("-0.005", "-0.005")]
    [InlineData(".5", "0.5")]
    [InlineData("5.", "5")]
    [InlineData("007", "7")]
    [InlineData("1000", "1000")]
    [InlineData("1.0000000000000000000000000000000000000000000000", "1")]
    [InlineData("99999999999999999999999999999999999999", "99999999999999999999999999999999999999")]
    [InlineData("-0.99999999999999999999999999999999999999", "-0.99999999999999999999999999999999999999")]
    [InlineData("1234567890123456789.0123456789012345678", "1234567890123456789.0123456789012345678")]
    [InlineData("NaN", "NaN")]
    public void Digits_are_read_exactly(string text, string expected)
    {
        Numeric.TryParse(text, Invariant, out Numeric value).Should().BeTrue();
        value.ToString().Should().Be(expected);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData(".")]
    [InlineData("1.2.3")]
    [InlineData("--1")]
    [InlineData("1-")]
    [InlineData("1e5")]
    [InlineData("1,000")]
    [InlineData(" 1")]
    [InlineData("1 ")]
    [InlineData("nan")]
    [InlineData("Infinity")]
    [InlineData("０１")]
    [InlineData("0x1")]
    [InlineData("100000000000000000000000000000000000000")]
    [InlineData("0.000000000000000000000000000000000000001")]
    public void What_is_no_such_number_is_not_read(string text) => Numeric.TryParse(text, Invariant, out _).Should().BeFalse();

    [Theory]
    [InlineData("1.25e2", "125")]
    [InlineData("-1E-30", "-0.000000000000000000000000000001")]
    [InlineData("1e-38", "0.00000000000000000000000000000000000001")]
    [InlineData("12300e-40", "0.00000000000000000000000000000000000123")]
    [InlineData("1.2345678901234567E+16", "12345678901234567")]
    [InlineData("99999999999999999999999999999.999999999e+9", "99999999999999999999999999999999999999")]
    [InlineData("12345678901234567890123456789.5e-3", "12345678901234567890123456.7895")]
    [InlineData("0e999999999", "0")]
    [InlineData("0.0e-2147483648", "0")]
    [InlineData("1.5", "1.5")]
    public void A_power_of_ten_is_read_exactly(string text, string expected)
    {
        Numeric.TryParseScientific(text, out Numeric value).Should().BeTrue();
        value.ToString().Should().Be(expected);
    }

    [Theory]
    [InlineData("1e38")]
    [InlineData("99e37")]
    [InlineData("1e-39")]
    [InlineData("1e2147483647")]
    [InlineData("1e-2147483648")]
    [InlineData("1e")]
    [InlineData("e5")]
    [InlineData("1e5.0")]
    [InlineData("1e5e5")]
    [InlineData("NaNe5")]
    public void A_power_of_ten_that_is_none_or_too_great_is_not_read(string text) => Numeric.TryParseScientific(text, out _).Should().BeFalse();

    [Theory]
    [InlineData("79228162514264337593543950335", true)]
    [InlineData("-79228162514264337593543950335", true)]
    [InlineData("79228162514264337593543950336", false)]
    [InlineData("-0.0000000000000000000000000001", true)]
    [InlineData("0.00000000000000000000000000001", false)]
    [InlineData("0.123456789012345678901234567890", false)]
    [InlineData("NaN", false)]
    public void A_decimal_holds_it_whole_or_not_at_all(string text, bool holds)
    {
        Parse(text).TryToDecimal(out decimal value).Should().Be(holds);
        value.ToString(CultureInfo.InvariantCulture).Should().Be(holds ? text : "0");
    }

    [Fact]
    public void Zeros_at_the_end_keep_no_decimal_from_holding_it()
    {
        new Numeric(15 * Numeric.PowerOfTen(29), 30).TryToDecimal(out decimal value).Should().BeTrue();
        value.Should().Be(1.5m);
    }

    [Theory]
    [InlineData("de-DE", "-1234,56", true)]
    [InlineData("de-DE", "1234.56", false)]
    [InlineData("de-DE", "1.234,56", false)]
    [InlineData("sv-SE", "\u22121234,56", true)]
    [InlineData("sv-SE", "-1234,56", true)]
    [InlineData("fr-FR", "-1234,56", true)]
    [InlineData("en-IN", "-1234.56", true)]
    [InlineData("ar-SA", "-1234,56", false)]
    public void The_culture_decides_sign_and_point(string culture, string text, bool isNumber)
    {
        Numeric.TryParse(text, CultureInfo.GetCultureInfo(culture).NumberFormat, out Numeric value).Should().Be(isNumber);
        if (isNumber)
            value.ToString().TrimStart('-').Should().Be("1234.56");
    }

    [Theory]
    [InlineData("1.005", 38, 2, "101")]
    [InlineData("-1.005", 38, 2, "-101")]
    [InlineData("1.0049999999999999999999", 38, 2, "100")]
    [InlineData("0.5", 1, 0, "1")]
    [InlineData("-0.4", 1, 0, "0")]
    [InlineData("99.994", 4, 2, "9999")]
    [InlineData("7", 38, 37, "70000000000000000000000000000000000000")]
    [InlineData("0.00000000000000000000000000000000000005", 38, 37, "1")]
    public void Halves_are_rounded_away_from_zero(string text, int precision, int scale, string unscaled)
        => Parse(text).UnscaledAt(precision, scale).ToString(CultureInfo.InvariantCulture).Should().Be(unscaled);

    [Theory]
    [InlineData("99.995", 4, 2)]
    [InlineData("-100", 4, 2)]
    [InlineData("9.5", 1, 0)]
    [InlineData("10", 38, 37)]
    [InlineData("99999999999999999999999999999999999999", 38, 1)]
    [InlineData("99999999999999999999999999999999999999", 38, 38)]
    public void What_is_too_large_for_the_column_is_said_with_the_column(string text, int precision, int scale)
        => Parse(text).Invoking(value => value.UnscaledAt(precision, scale)).Should().Throw<OverflowException>()
            .WithMessage(FormattableString.Invariant($"a number too large for decimal({precision},{scale})"));

    [Fact]
    public void Not_a_number_equals_itself_only_and_fits_no_column()
    {
        Numeric.NaN.Should().Be(Numeric.NaN);
        Numeric.NaN.GetHashCode().Should().Be(Numeric.NaN.GetHashCode());
        (Numeric.NaN == default).Should().BeFalse();
        (Numeric.NaN.IsNaN, Numeric.NaN.Scale).Should().Be((true, 0));
        Numeric.NaN.Invoking(value => value.UnscaledAt(38, 0)).Should().Throw<OverflowException>().WithMessage("NaN*");
    }

    [Fact]
    public void Equal_values_are_equal_whatever_their_scale()
    {
        Numeric[] same = [1.1m, 1.10m, new Numeric(11, 1), new Numeric(1_100_000, 6), Parse("1.1")];
        same.Should().AllBeEquivalentTo(same[0]).And.OnlyContain(value => value.Equals(same[0]) && value.GetHashCode() == same[0].GetHashCode());
        (same[0] != new Numeric(11, 2)).Should().BeTrue();
        new Numeric(0, 0).Should().Be(new Numeric(0, 38));
        same[0].Equals("1.1").Should().BeFalse();
    }

    [Fact]
    public void More_than_38_digits_are_refused()
    {
        var refused = new Action[]
        {
            () => _ = new Numeric(Numeric.PowerOfTen(37) * 10, 0), () => _ = new Numeric(Int128.MinValue, 0), () => _ = (Numeric)Int128.MaxValue, () => _ = (Numeric)Limit, () => _ = (Numeric)(-BigInteger.Pow(10, 50)),
        };
        foreach (Action refuse in refused)
            refuse.Should().Throw<OverflowException>();
        ((Action)(() => _ = new Numeric(1, -1))).Should().Throw<ArgumentOutOfRangeException>();
        ((Action)(() => _ = new Numeric(1, 39))).Should().Throw<ArgumentOutOfRangeException>();
        ((Numeric)(Limit - 1)).ToString().Should().Be(new string('9', 38));
        ((Numeric)(Int128)(1 - Limit)).ToString().Should().Be("-" + new string('9', 38));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-0.0")]
    [InlineData("79228162514264337593543950335")]
    [InlineData("-79228162514264337593543950335")]
    [InlineData("-0.0000000000000000000000000001")]
    [InlineData("1.10")]
    public void Decimals_keep_their_digits(string text)
    {
        decimal value = decimal.Parse(text, CultureInfo.InvariantCulture);
        ((Numeric)value).ToString().Should().Be(value == 0 ? value.ToString(CultureInfo.InvariantCulture).TrimStart('-') : value.ToString(CultureInfo.InvariantCulture));
    }

    [Fact]
    public void Random_numbers_agree_with_arithmetic_of_any_width()
    {
        var random = new Random(38);
        for (int i = 0; i < 20_000; i++)
        {
            (BigInteger unscaled, int scale) = (Draw(random), random.Next(39));
            var value = new Numeric((Int128)unscaled, scale);
            value.Should().Be(Parse(value.ToString()));

            (int precision, int to) = (random.Next(1, 39), 0);
            to = random.Next(precision + 1);
            BigInteger expected = Rescaled(unscaled, scale, to);
            if (BigInteger.Abs(expected) >= BigInteger.Pow(10, precision))
                value.Invoking(number => number.UnscaledAt(precision, to)).Should().Throw<OverflowException>();
            else
                ((BigInteger)value.UnscaledAt(precision, to)).Should().Be(expected, "{0} as decimal({1},{2})", value, precision, to);
        }
    }

    private static BigInteger Rescaled(BigInteger unscaled, int scale, int to)
    {
        if (to >= scale)
            return unscaled * BigInteger.Pow(10, to - scale);
        BigInteger unit = BigInteger.Pow(10, scale - to);
        return (BigInteger.Abs(unscaled) + (unit / 2)) / unit * unscaled.Sign;
    }

    private static BigInteger Draw(Random random)
    {
        byte[] bytes = new byte[16];
        random.NextBytes(bytes);
        BigInteger wide = BigInteger.Abs(new BigInteger(bytes)) % Limit / BigInteger.Pow(10, random.Next(38));
        return random.Next(2) == 0 ? wide : -wide;
    }

    private static Numeric Parse(string text)
    {
        Numeric.TryParse(text, Invariant, out Numeric value).Should().BeTrue();
        return value;
    }
}
