using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Warehouse.Sdk.Snowflake;

/// <summary>Rows as lines of CSV in the one format that COPY is told: NULL is nothing, the empty text is <c>""</c>, no character escapes another.</summary>
internal sealed class SnowflakeLineBuffer : LineBuffer
{
    private static readonly SearchValues<char> Special = SearchValues.Create([',', '"', '\r', '\n', '\0']);

    public override void WriteNull(int column) => BeginValue(column, isText: false);

    // Text reads whole numbers that are too large for a double exactly.
    public void WriteDecimal(int column, decimal value, int precision, int scale)
    {
        if (ScaledDecimal.TryOf(value, precision, scale, out long unscaled))
            WriteScaled(column, unscaled, scale);
        else
            WriteScaled(column, Numeric.FromDecimal(value).UnscaledAt(precision, scale), scale);
    }

    public void WriteDecimal(int column, Numeric value, int precision, int scale) => WriteScaled(column, value.UnscaledAt(precision, scale), scale);

    public new void WriteReal(int column, float value)
    {
        if (float.IsFinite(value))
            base.WriteReal(column, value);
        else
            WriteNoNumber(column, value);
    }

    public new void WriteDouble(int column, double value)
    {
        if (double.IsFinite(value))
            base.WriteDouble(column, value);
        else
            WriteNoNumber(column, value);
    }

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
        BeginValue(column, isText: true);
        if (!value.IsEmpty && !value.ContainsAny(Special))
        {
            AppendText(value);
            return;
        }

        if (value.Contains('\0'))
            throw new FormatException("a text that holds the character U+0000, which no column can hold");
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
        byte[] utf8 = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(value.Length));
        try
        {
            JsonText.Check(utf8.AsSpan(0, Encoding.UTF8.GetBytes(value, utf8)));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(utf8);
        }

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

    private void WriteNoNumber(int column, double value)
    {
        BeginValue(column, isText: false);
        Append(double.IsNaN(value) ? "NaN"u8 : value > 0 ? "inf"u8 : "-inf"u8);
    }

    private void WriteScaled(int column, long unscaled, int scale)
    {
        BeginValue(column, isText: false);
        Span<byte> digits = stackalloc byte[48];
        Utf8Formatter.TryFormat((ulong)Math.Abs(unscaled), digits, out int length, new StandardFormat('D', (byte)(scale + 1)));
        if (unscaled < 0)
            Append((byte)'-');
        Append(digits[..(length - scale)]);
        if (scale == 0)
            return;
        Append((byte)'.');
        Append(digits[(length - scale)..length]);
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

    private static int CodePoints(ReadOnlySpan<char> value)
    {
        int length = value.Length;
        foreach (char c in value)
            length -= char.IsLowSurrogate(c) ? 1 : 0;
        return length;
    }
}
