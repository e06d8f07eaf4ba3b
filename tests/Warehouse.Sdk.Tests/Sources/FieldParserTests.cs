using System.Globalization;

namespace Warehouse.Sdk.Tests;

public sealed class FieldParserTests
{
    private static readonly FieldParser Invariant = FieldParser.Invariant;

    [Theory]
    [InlineData("0", 0)]
    [InlineData("-5", -5)]
    [InlineData("+5", 5)]
    [InlineData("007", 7)]
    public void Whole_numbers_are_read(string text, int number) => Invariant.Integer(text).Should().Be(number);

    [Theory]
    [InlineData("")]
    [InlineData(" 5")]
    [InlineData("5 ")]
    [InlineData("5.0")]
    [InlineData("1e3")]
    [InlineData("1,000")]
    [InlineData("0x10")]
    [InlineData("five")]
    [InlineData("2147483648")]
    [InlineData("-2147483649")]
    public void What_is_no_whole_number_is_refused(string text)
        => Refusal(() => Invariant.Integer(text)).Should().Be("expected a whole number of 32 bits");

    [Fact]
    public void Whole_numbers_end_where_their_type_ends()
    {
        Invariant.SmallInt("32767").Should().Be(short.MaxValue);
        Invariant.BigInt("-9223372036854775808").Should().Be(long.MinValue);
        Refusal(() => Invariant.SmallInt("32768")).Should().Be("expected a whole number from -32768 to 32767");
        Refusal(() => Invariant.BigInt("9223372036854775808")).Should().Be("expected a whole number of 64 bits");
    }

    [Theory]
    [InlineData("", "4.99", 4.99)]
    [InlineData("", "-0.5", -0.5)]
    [InlineData("", ".5", 0.5)]
    [InlineData("da-DK", "4,99", 4.99)]
    [InlineData("de-DE", "-1234,5", -1234.5)]
    [InlineData("sv-SE", "-4,99", -4.99)]
    public void The_culture_decides_the_decimal_point(string culture, string text, double number)
    {
        FieldParser parser = In(culture);

        parser.Decimal(text).Should().Be((Numeric)(decimal)number);
        parser.Double(text).Should().Be(number);
        parser.Real(text).Should().Be((float)number);
    }

    [Theory]
    [InlineData("", "4,99")]
    [InlineData("", "1,000.00")]
    [InlineData("", "4.99 kr")]
    [InlineData("", "")]
    [InlineData("da-DK", "4.99")]
    [InlineData("da-DK", "1.000,00")]
    public void A_number_with_the_wrong_point_is_refused_and_never_read_as_another(string culture, string text)
    {
        FieldParser parser = In(culture);

        Refusal(() => parser.Decimal(text)).Should().Be($"expected a decimal number with the point '{(culture.Length == 0 ? "." : ",")}'");
        Refusal(() => parser.Double(text)).Should().Be("expected a number");
        Refusal(() => parser.Real(text)).Should().Be("expected a number");
    }

    [Fact]
    public void An_exponent_is_for_floating_point_numbers()
    {
        Invariant.Double("1.5e3").Should().Be(1500);
        Refusal(() => Invariant.Decimal("1.5e3")).Should().StartWith("expected a decimal number");
    }

    [Theory]
    [InlineData("1e400")]
    [InlineData("-1e400")]
    public void A_number_too_great_is_not_cut_off_at_infinity(string text)
    {
        Refusal(() => Invariant.Double(text)).Should().Be("expected a number");
        Refusal(() => Invariant.Real("1e39")).Should().Be("expected a number");
        Invariant.Double("Infinity").Should().Be(double.PositiveInfinity, "it says so");
        Invariant.Real("NaN").Should().Be(float.NaN);
    }

    [Fact]
    public void A_decimal_has_38_digits_at_most_which_is_more_than_NET_can_hold()
    {
        Invariant.Decimal("79228162514264337593543950336.5").ToString().Should().Be("79228162514264337593543950336.5");
        Invariant.Decimal("-0000" + new string('9', 38)).ToString().Should().Be("-" + new string('9', 38));
        Invariant.Decimal("0." + new string('9', 38) + "000").ToString().Should().Be("0." + new string('9', 38));
        Refusal(() => Invariant.Decimal(new string('9', 39))).Should().Be("expected a decimal number of at most 38 digits");
        Refusal(() => Invariant.Decimal("9." + new string('9', 38))).Should().Be("expected a decimal number of at most 38 digits");
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("True", true)]
    [InlineData("t", true)]
    [InlineData("T", true)]
    [InlineData("1", true)]
    [InlineData("FALSE", false)]
    [InlineData("f", false)]
    [InlineData("0", false)]
    public void Booleans_have_three_spellings(string text, bool value) => FieldParser.Boolean(text).Should().Be(value);

    [Theory]
    [InlineData("")]
    [InlineData("yes")]
    [InlineData("2")]
    [InlineData(" true")]
    public void Others_are_refused(string text) => Refusal(() => FieldParser.Boolean(text)).Should().Be("expected true, t or 1, or false, f or 0");

    [Fact]
    public void Dates_are_ISO_unless_declared()
    {
        Invariant.Date("2024-02-29").Should().Be(new DateOnly(2024, 2, 29));
        In("", dates: ["dd.MM.yyyy", "d/M/yy"]).Date("29.02.2024").Should().Be(new DateOnly(2024, 2, 29));
        In("", dates: ["dd.MM.yyyy", "d/M/yy"]).Date("1/2/24").Should().Be(new DateOnly(2024, 2, 1));
    }

    [Theory]
    [InlineData("29.02.2024")]
    [InlineData("2024-02-30")]
    [InlineData("2024-2-9")]
    [InlineData("2024-02-29 00:00:00")]
    [InlineData("20240229")]
    [InlineData("")]
    public void Other_dates_are_refused(string text) => Refusal(() => Invariant.Date(text)).Should().Be("expected a date as yyyy-MM-dd");

    [Fact]
    public void A_refused_date_names_the_declared_formats()
        => Refusal(() => In("", dates: ["dd.MM.yyyy", "d/M/yy"]).Date("2024-02-29")).Should().Be("expected a date as dd.MM.yyyy or d/M/yy");

    [Theory]
    [InlineData("2005-05-24 22:53:30", "2005-05-24T22:53:30.0000000")]
    [InlineData("2005-05-24T22:53:30", "2005-05-24T22:53:30.0000000")]
    [InlineData("2005-05-24 22:53:30.123456", "2005-05-24T22:53:30.1234560")]
    [InlineData("2005-05-24 22:53", "2005-05-24T22:53:00.0000000")]
    [InlineData("2005-05-24", "2005-05-24T00:00:00.0000000")]
    [InlineData("2005-05-24T22:53:30Z", "2005-05-24T22:53:30.0000000")]
    [InlineData("2005-05-24 22:53:30.5+02:00", "2005-05-24T20:53:30.5000000")]
    [InlineData("2005-05-24T22:53:30-05:30", "2005-05-25T04:23:30.0000000")]
    [InlineData("2005-12-31 23:30:00-01:00", "2006-01-01T00:30:00.0000000")]
    public void Timestamps_become_UTC(string text, string utc)
    {
        DateTime value = Invariant.Timestamp(text);

        value.ToString("yyyy-MM-ddTHH:mm:ss.fffffff", CultureInfo.InvariantCulture).Should().Be(utc);
        value.Kind.Should().Be(DateTimeKind.Utc);
    }

    [Theory]
    [InlineData("24/05/2005 22:53")]
    [InlineData("2005-05-24 25:00:00")]
    [InlineData("2005-05-24 22:53:30 CET")]
    [InlineData("yesterday")]
    public void Other_timestamps_are_refused(string text)
        => Refusal(() => Invariant.Timestamp(text)).Should().Be("expected a timestamp as yyyy-MM-dd HH:mm:ss.FFFFFFF or yyyy-MM-ddTHH:mm:ss.FFFFFFF");

    [Fact]
    public void Timestamps_are_read_by_declared_formats()
        => In("", timestamps: ["dd.MM.yyyy HH:mm"]).Timestamp("24.05.2005 22:53").Should().Be(new DateTime(2005, 5, 24, 22, 53, 0));

    [Theory]
    [InlineData("da-DK")]
    [InlineData("fi-FI")]
    [InlineData("ar-SA")]
    [InlineData("th-TH")]
    [InlineData("fa-IR")]
    public void The_culture_decides_the_point_and_no_calendar(string culture)
    {
        FieldParser parser = In(culture);

        parser.Date("2024-02-29").Should().Be(new DateOnly(2024, 2, 29));
        parser.Timestamp("2005-05-24 22:53:30").Should().Be(new DateTime(2005, 5, 24, 22, 53, 30));
    }

    [Fact]
    public void Times_identifiers_and_bytes_are_read()
    {
        Guid id = Guid.Parse("7f0ad27c-27f0-4ac5-9d2b-6d0bd2b7b1a4");

        FieldParser.Time("22:53:30.25").Should().Be(new TimeOnly(22, 53, 30, 250));
        FieldParser.Uuid("7F0AD27C-27F0-4AC5-9D2B-6D0BD2B7B1A4").Should().Be(id);
        FieldParser.Bytes("00fFa1").Should().Equal(0x00, 0xff, 0xa1);
        FieldParser.Bytes("").Should().BeEmpty();
        Refusal(() => FieldParser.Time("25:00")).Should().Be("expected a time of day");
        Refusal(() => FieldParser.Uuid("7f0ad27c")).Should().Be("expected a UUID");
        Refusal(() => FieldParser.Bytes("0x00")).Should().Be("expected bytes in hexadecimal");
    }

    [Fact]
    public void Parse_reads_by_column_type()
    {
        (ColumnType Type, string Text, object Value)[] cases =
        [
            (ColumnType.Boolean, "t", true),
            (ColumnType.SmallInt, "1", (short)1),
            (ColumnType.Integer, "1", 1),
            (ColumnType.BigInt, "1", 1L),
            (ColumnType.Decimal(9, 2), "1.50", (Numeric)1.50m),
            (ColumnType.Real, "1.5", 1.5f),
            (ColumnType.Double, "1.5", 1.5),
            (ColumnType.Text, " a ", " a "),
            (ColumnType.Char(5), " a ", " a "),
            (ColumnType.Json, "{}", "{}"),
            (ColumnType.Interval, "-1.02:03:04.5", -new TimeSpan(1, 2, 3, 4, 500)),
            (ColumnType.Date, "2024-01-01", new DateOnly(2024, 1, 1)),
            (ColumnType.Time, "01:02", new TimeOnly(1, 2)),
            (ColumnType.Timestamp, "2024-01-01", new DateTime(2024, 1, 1)),
            (ColumnType.TimestampTz, "2024-01-01 02:00:00+02:00", new DateTime(2024, 1, 1)),
            (ColumnType.Uuid, "00000000-0000-0000-0000-000000000000", Guid.Empty),
        ];

        foreach (var (type, text, value) in cases)
            Invariant.Parse(text, type).Should().Be(value).And.BeOfType(type.Kind == ColumnKind.Decimal ? typeof(Numeric) : type.ClrType);
        Invariant.Parse("0a", ColumnType.Bytes).Should().BeEquivalentTo(new byte[] { 10 });
        cases.Select(one => one.Type.Kind).Append(ColumnKind.Bytes).Should().BeEquivalentTo(Enum.GetValues<ColumnKind>());
    }

    [Fact]
    public void A_refusal_never_holds_the_value()
        => Refusal(() => Invariant.Integer("secret")).Should().NotContain("secret");

    private static FieldParser In(string culture, string[]? dates = null, string[]? timestamps = null)
        => new(CultureInfo.GetCultureInfo(culture), dates ?? [], timestamps ?? []);

    private static string Refusal(Func<object?> parse)
    {
        try
        {
            return $"read as {parse()}";
        }
        catch (FormatException refused)
        {
            return refused.Message;
        }
    }
}
