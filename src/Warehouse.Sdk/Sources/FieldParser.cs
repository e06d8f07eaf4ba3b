using System.Globalization;

namespace Warehouse.Sdk;

/// <summary>Turns the text of a field into a value of a column type, strictly: nothing is guessed and nothing is cut off.</summary>
internal sealed class FieldParser(CultureInfo culture, IReadOnlyList<string> dateFormats, IReadOnlyList<string> timestampFormats)
{
    // No thousands separators: "4,99" must not become 499 where the culture's point is a dot.
    private const NumberStyles ExactNumber = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;

    // The culture decides the decimal point only: many have another calendar, and the year 2024 is not 1445.
    private static readonly CultureInfo Calendar = CultureInfo.InvariantCulture;

    private static readonly string[] IsoDates = ["yyyy-MM-dd"];

    private static readonly string[] IsoTimestamps =
    [
        "yyyy-MM-dd HH:mm:ss.FFFFFFF", "yyyy-MM-ddTHH:mm:ss.FFFFFFF", "yyyy-MM-dd HH:mm", "yyyy-MM-ddTHH:mm", "yyyy-MM-dd",
        "yyyy-MM-dd HH:mm:ss.FFFFFFFzzz", "yyyy-MM-ddTHH:mm:ss.FFFFFFFzzz", "yyyy-MM-dd HH:mm:ss.FFFFFFFZ", "yyyy-MM-ddTHH:mm:ss.FFFFFFFZ",
    ];

    private readonly string[] _dateFormats = dateFormats is [] ? IsoDates : [.. dateFormats];
    private readonly string[] _timestampFormats = timestampFormats is [] ? IsoTimestamps : [.. timestampFormats];
    private readonly bool _hasIsoDates = dateFormats is [];
    private readonly bool _hasIsoTimestamps = timestampFormats is [];
    private readonly NumberFormatInfo _numbers = culture.NumberFormat;

    public static FieldParser Invariant { get; } = new(CultureInfo.InvariantCulture, [], []);

    /// <exception cref="FormatException">The text is no such value; the message says what was expected and never holds the text.</exception>
    public object Parse(ReadOnlySpan<char> text, ColumnType type) => type.Kind switch
    {
        ColumnKind.Boolean => Boolean(text),
        ColumnKind.SmallInt => SmallInt(text),
        ColumnKind.Integer => Integer(text),
        ColumnKind.BigInt => BigInt(text),
        ColumnKind.Decimal => Decimal(text),
        ColumnKind.Real => Real(text),
        ColumnKind.Double => Double(text),
        ColumnKind.Text or ColumnKind.Char or ColumnKind.Json => text.ToString(),
        ColumnKind.Date => Date(text),
        ColumnKind.Time => Time(text),
        ColumnKind.Timestamp or ColumnKind.TimestampTz => Timestamp(text),
        ColumnKind.Interval => Interval(text),
        ColumnKind.Uuid => Uuid(text),
        _ => Bytes(text),
    };

    public short SmallInt(ReadOnlySpan<char> text) => short.TryParse(text, NumberStyles.AllowLeadingSign, culture, out short value) ? value : throw Expected("a whole number from -32768 to 32767");

    public int Integer(ReadOnlySpan<char> text) => int.TryParse(text, NumberStyles.AllowLeadingSign, culture, out int value) ? value : throw Expected("a whole number of 32 bits");

    public long BigInt(ReadOnlySpan<char> text) => long.TryParse(text, NumberStyles.AllowLeadingSign, culture, out long value) ? value : throw Expected("a whole number of 64 bits");

    public Numeric Decimal(ReadOnlySpan<char> text)
    {
        if (Numeric.TryParse(text, _numbers, out Numeric value))
            return value;
        throw SignificantDigits(text) > Numeric.MaximumDigits
            ? TooManyDigits()
            : Expected($"a decimal number with the point '{_numbers.NumberDecimalSeparator}'");
    }

    public static FormatException TooManyDigits() => Expected("a decimal number of at most 38 digits");

    public float Real(ReadOnlySpan<char> text) => float.TryParse(text, ExactNumber | NumberStyles.AllowExponent, culture, out float value) && (!float.IsInfinity(value) || !HasDigit(text)) ? value : throw Expected("a number");

    public double Double(ReadOnlySpan<char> text) => double.TryParse(text, ExactNumber | NumberStyles.AllowExponent, culture, out double value) && (!double.IsInfinity(value) || !HasDigit(text)) ? value : throw Expected("a number");

    public DateOnly Date(ReadOnlySpan<char> text) => _hasIsoDates && IsoText.TryDate(text, out DateOnly date) ? date : DateInFormats(text);

    private DateOnly DateInFormats(ReadOnlySpan<char> text) => DateOnly.TryParseExact(text, _dateFormats, Calendar, DateTimeStyles.None, out DateOnly value) ? value : throw Expected($"a date as {string.Join(" or ", _dateFormats)}");

    public static TimeOnly Time(ReadOnlySpan<char> text) => TimeOnly.TryParse(text, Calendar, out TimeOnly value) ? value : throw Expected("a time of day");

    public DateTime Timestamp(ReadOnlySpan<char> text) => _hasIsoTimestamps && IsoText.TryTimestamp(text, out DateTime time) ? time : TimestampInFormats(text);

    public static TimeSpan Interval(ReadOnlySpan<char> text) => TimeSpan.TryParseExact(text, "c", Calendar, out TimeSpan value) ? value : throw Expected("a length of time as [-][d.]hh:mm:ss[.ffffff]");

    private DateTime TimestampInFormats(ReadOnlySpan<char> text)
        => DateTime.TryParseExact(text, _timestampFormats, Calendar, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal, out DateTime value)
            ? value
            : throw Expected($"a timestamp as {string.Join(" or ", _timestampFormats.Take(2))}");

    public static Guid Uuid(ReadOnlySpan<char> text) => Guid.TryParse(text, out Guid value) ? value : throw Expected("a UUID");

    public static byte[] Bytes(ReadOnlySpan<char> text)
    {
        try
        {
            return Convert.FromHexString(text);
        }
        catch (FormatException)
        {
            throw Expected("bytes in hexadecimal");
        }
    }

    public static bool Boolean(ReadOnlySpan<char> text)
    {
        if (Is(text, "true") || Is(text, "t") || Is(text, "1"))
            return true;
        if (Is(text, "false") || Is(text, "f") || Is(text, "0"))
            return false;
        throw Expected("true, t or 1, or false, f or 0");
    }

    // Digits that come to infinity were too great; "Infinity" has none.
    private static bool HasDigit(ReadOnlySpan<char> text) => text.ContainsAnyInRange('0', '9');

    private int SignificantDigits(ReadOnlySpan<char> text)
    {
        ReadOnlySpan<char> number = text.Contains(_numbers.NumberDecimalSeparator, StringComparison.Ordinal) ? text.TrimEnd('0') : text;
        int digits = 0;
        foreach (char c in number)
        {
            if (char.IsAsciiDigit(c) && (digits > 0 || c != '0'))
                digits++;
        }

        return digits;
    }

    private static bool Is(ReadOnlySpan<char> text, string word) => text.Equals(word, StringComparison.OrdinalIgnoreCase);

    private static FormatException Expected(string what) => new($"expected {what}");
}
