using System.Buffers;
using System.Globalization;

namespace Warehouse.Sdk.Snowflake;

/// <summary>Rows as lines of CSV in the one format that COPY is told: NULL is nothing, the empty text is <c>""</c>, no character escapes another.</summary>
internal sealed class SnowflakeLineBuffer : LineBuffer
{
    private static readonly SearchValues<char> Special = SearchValues.Create([',', '"', '\r', '\n']);

    public override void WriteNull(int column) => BeginValue(column, isText: false);

    // Text reads whole numbers that are too large for a double exactly.
    public void WriteDecimal(int column, decimal value, int precision, int scale) => WriteScaled(column, Numeric.FromDecimal(value).UnscaledAt(precision, scale), scale);

    public void WriteDecimal(int column, Numeric value, int precision, int scale) => WriteScaled(column, value.UnscaledAt(precision, scale), scale);

    public new void WriteReal(int column, float value) => WriteFloating(column, value, value.ToString("R", CultureInfo.InvariantCulture));

    public new void WriteDouble(int column, double value) => WriteFloating(column, value, value.ToString("R", CultureInfo.InvariantCulture));

    // Microseconds, as all engines keep them: what is stored is what is compared.
    public new void WriteTimestamp(int column, DateTime value) => base.WriteTimestamp(column, value.AddTicks(-(value.Ticks % TimeSpan.TicksPerMicrosecond)));

    public new void WriteTimestampTz(int column, DateTime value)
    {
        WriteTimestamp(column, value);
        AppendAscii("+00:00");
    }

    public new void WriteTime(int column, TimeOnly value) => base.WriteTime(column, new TimeOnly(value.Ticks - (value.Ticks % TimeSpan.TicksPerMicrosecond)));

    public override void WriteBytes(int column, byte[] value)
    {
        BeginValue(column, isText: true);
        if (value.Length == 0)
            Append("\"\""u8);
        else
            AppendHex(value);
    }

    // Interpreted code has no spans (see SpanlessText).
    public void WriteText(int column, string value, int maximumLength) => WriteText(column, value.AsSpan(), maximumLength);

    public void WriteChar(int column, string value, int maximumLength) => WriteChar(column, value.AsSpan(), maximumLength);

    public void WriteChar(int column, ReadOnlySpan<char> value, int maximumLength) => WriteText(column, value.TrimEnd(' '), maximumLength);

    public void WriteText(int column, ReadOnlySpan<char> value, int maximumLength)
    {
        if (maximumLength > 0 && value.Length > maximumLength && CodePoints(value) > maximumLength)
            throw new OverflowException(FormattableString.Invariant($"a text of {CodePoints(value)} characters, expected at most {maximumLength}"));
        WriteText(column, value);
    }

    public override void WriteText(int column, ReadOnlySpan<char> value)
    {
        if (value.Contains('\0'))
            throw new FormatException("a text that holds the character U+0000, which no column can hold");
        ExpectWholeCharacters(value);
        BeginValue(column, isText: true);
        if (!value.IsEmpty && !value.ContainsAny(Special))
        {
            AppendText(value);
            return;
        }

        Append((byte)'"');
        for (int at; (at = value.IndexOf('"')) >= 0; value = value[(at + 1)..])
        {
            AppendText(value[..(at + 1)]);
            Append((byte)'"');
        }

        AppendText(value);
        Append((byte)'"');
    }

    public override void WriteJson(int column, ReadOnlySpan<char> value)
    {
        JsonText.Check(System.Text.Encoding.UTF8.GetBytes(value.ToArray()));
        WriteText(column, value);
    }

    protected override void BeginValue(int column, bool isText)
    {
        if (column > 0)
            Append((byte)',');
    }

    protected override void EndValue(bool isText)
    {
    }

    protected override void WriteEnd() => Append((byte)'\n');

    private void WriteFloating(int column, double value, string text)
    {
        BeginValue(column, isText: false);
        AppendAscii(double.IsNaN(value) ? "NaN" : double.IsPositiveInfinity(value) ? "inf" : double.IsNegativeInfinity(value) ? "-inf" : text);
    }

    private void WriteScaled(int column, Int128 unscaled, int scale)
    {
        BeginValue(column, isText: false);
        Span<char> digits = stackalloc char[48];
        bool isNegative = unscaled < 0;
        (isNegative ? -unscaled : unscaled).TryFormat(digits, out int length, scale == 0 ? default : Zeros(scale + 1), CultureInfo.InvariantCulture);
        if (isNegative)
            Append((byte)'-');
        AppendAscii(digits[..(length - scale)]);
        if (scale == 0)
            return;
        Append((byte)'.');
        AppendAscii(digits[(length - scale)..length]);
    }

    private static string Zeros(int digits) => Formats[digits];

    private static readonly string[] Formats = [.. Enumerable.Range(0, 40).Select(digits => FormattableString.Invariant($"D{digits}"))];

    private static void ExpectWholeCharacters(ReadOnlySpan<char> value)
    {
        for (int i = value.IndexOfAnyInRange('\uD800', '\uDFFF'); i >= 0 && i < value.Length; i++)
        {
            if (!char.IsSurrogate(value[i]))
                continue;
            if (!char.IsHighSurrogate(value[i]) || i + 1 == value.Length || !char.IsLowSurrogate(value[i + 1]))
                throw new FormatException("a text with half a character (a lone surrogate)");
            i++;
        }
    }

    private static int CodePoints(ReadOnlySpan<char> value)
    {
        int length = value.Length;
        foreach (char c in value)
            length -= char.IsLowSurrogate(c) ? 1 : 0;
        return length;
    }
}
