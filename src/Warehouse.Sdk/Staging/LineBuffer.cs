using System.Buffers;
using System.Globalization;
using System.Text.Unicode;

namespace Warehouse.Sdk;

/// <summary>
/// Rows being encoded as lines of UTF-8 in a pooled buffer. The methods that take values are called by <see cref="RowWriter{TSink}"/>; a row counts only when it
/// has ended.
/// </summary>
internal abstract class LineBuffer : IDisposable
{
    // Large enough that packing does not suffer from beginning anew, small enough that several are in work at once.
    private const int BlockLength = 1024 * 1024;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(BlockLength + (BlockLength / 4));
    private int _length;
    private int _rowStart;

    public int Column { get; private set; }

    public int Rows { get; private set; }

    public bool IsFull => _length >= BlockLength;

    public void Mark(int column) => Column = column;

    public void BeginRow() => _rowStart = _length;

    /// <summary>Forgets what was written of the current row.</summary>
    public void DropRow() => _length = _rowStart;

    public void EndRow()
    {
        WriteEnd();
        Rows++;
    }

    public ByteBlock Seal()
    {
        var block = new ByteBlock(_buffer, _length, Rows);
        _buffer = ArrayPool<byte>.Shared.Rent(BlockLength + (BlockLength / 4));
        (_length, _rowStart, Rows) = (0, 0, 0);
        return block;
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(Interlocked.Exchange(ref _buffer, []));

    public abstract void WriteNull(int column);

    public void WriteBoolean(int column, bool value)
    {
        BeginValue(column, isText: false);
        Append(value ? "true"u8 : "false"u8);
    }

    public void WriteSmallInt(int column, short value) => WriteNumber(column, value, 8);

    public void WriteInteger(int column, int value) => WriteNumber(column, value, 12);

    public void WriteBigInt(int column, long value) => WriteNumber(column, value, 24);

    public void WriteDecimal(int column, decimal value) => WriteNumber(column, value, 40);

    public void WriteDecimal(int column, Numeric value)
    {
        BeginValue(column, isText: value.IsNaN);
        AppendAscii(value.ToString());
        EndValue(isText: value.IsNaN);
    }

    public void WriteReal(int column, float value) => WriteFloating(column, value, float.IsFinite(value));

    public void WriteDouble(int column, double value)
    {
        Span<byte> plain = stackalloc byte[PlainDouble.MaximumLength];
        if (!PlainDouble.TryFormat(value, plain, out int length))
        {
            WriteFloating(column, value, double.IsFinite(value));
            return;
        }

        BeginValue(column, isText: false);
        Append(plain[..length]);
    }

    public void WriteDate(int column, DateOnly value)
    {
        BeginValue(column, isText: true);
        Span<byte> text = Room(10);
        Day(text, value);
        _length += 10;
        EndValue(isText: true);
    }

    public void WriteTime(int column, TimeOnly value) => WriteFormatted(column, value, "HH:mm:ss.FFFFFFF");

    public void WriteTimestamp(int column, DateTime value)
    {
        BeginValue(column, isText: true);
        Span<byte> text = Room(27);
        Day(text, DateOnly.FromDateTime(value));
        text[10] = (byte)' ';
        Two(text[11..], value.Hour);
        text[13] = (byte)':';
        Two(text[14..], value.Minute);
        text[16] = (byte)':';
        Two(text[17..], value.Second);
        _length += 19;
        int fraction = (int)(value.Ticks % TimeSpan.TicksPerSecond);
        if (fraction > 0)
        {
            text[19] = (byte)'.';
            int digits = 7;
            for (; fraction % 10 == 0; fraction /= 10)
                digits--;
            for (int i = digits; i > 0; i--, fraction /= 10)
                text[19 + i] = (byte)('0' + (fraction % 10));
            _length += 1 + digits;
        }

        EndValue(isText: true);
    }

    public void WriteTimestampTz(int column, DateTime value) => WriteTimestamp(column, value);

    public void WriteInterval(int column, TimeSpan value)
    {
        BeginValue(column, isText: true);
        AppendAscii(value.ToString("c", CultureInfo.InvariantCulture));
        EndValue(isText: true);
    }

    public void WriteUuid(int column, Guid value) => WriteFormatted(column, value, "D");

    public abstract void WriteBytes(int column, byte[] value);

    // Interpreted code has no spans (see SpanlessText).
    public void WriteChar(int column, string value) => WriteChar(column, value.AsSpan());

    public void WriteText(int column, string value) => WriteText(column, value.AsSpan());

    public void WriteJson(int column, string value) => WriteJson(column, value.AsSpan());

    public void WriteChar(int column, ReadOnlySpan<char> value) => WriteText(column, value.TrimEnd(' '));

    public abstract void WriteText(int column, ReadOnlySpan<char> value);

    public abstract void WriteJson(int column, ReadOnlySpan<char> value);

    /// <summary>What stands between a value and the one before it; quotes where texts have them.</summary>
    protected abstract void BeginValue(int column, bool isText);

    protected abstract void EndValue(bool isText);

    protected abstract void WriteEnd();

    protected Span<byte> Room(int length)
    {
        if (_buffer.Length - _length < length)
            Grow(length);
        return _buffer.AsSpan(_length);
    }

    protected void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Room(bytes.Length));
        _length += bytes.Length;
    }

    protected void Append(byte value)
    {
        Room(1)[0] = value;
        _length++;
    }

    protected void AppendAscii(ReadOnlySpan<char> text)
    {
        Span<byte> room = Room(text.Length);
        for (int i = 0; i < text.Length; i++)
            room[i] = (byte)text[i];
        _length += text.Length;
    }

    /// <exception cref="FormatException">The text is not Unicode.</exception>
    protected void AppendText(ReadOnlySpan<char> text)
    {
        if (Utf8.FromUtf16(text, Room(text.Length * 3), out _, out int written, replaceInvalidSequences: false) != OperationStatus.Done)
            throw new FormatException("a text with half a character (a lone surrogate)");
        _length += written;
    }

    protected void AppendHex(ReadOnlySpan<byte> bytes)
    {
        Span<byte> room = Room(bytes.Length * 2);
        for (int i = 0; i < bytes.Length; i++)
        {
            room[2 * i] = Digit(bytes[i] >> 4);
            room[(2 * i) + 1] = Digit(bytes[i] & 15);
        }

        _length += bytes.Length * 2;
    }

    private static byte Digit(int value) => (byte)(value < 10 ? '0' + value : 'a' + value - 10);

    private void WriteNumber<T>(int column, T value, int longest)
        where T : IUtf8SpanFormattable
    {
        BeginValue(column, isText: false);
        value.TryFormat(Room(longest), out int written, default, CultureInfo.InvariantCulture);
        _length += written;
    }

    // What is no number in JSON is a text there.
    private void WriteFloating<T>(int column, T value, bool isFinite)
        where T : IUtf8SpanFormattable
    {
        BeginValue(column, isText: !isFinite);
        value.TryFormat(Room(32), out int written, default, CultureInfo.InvariantCulture);
        _length += written;
        EndValue(isText: !isFinite);
    }

    private void WriteFormatted<T>(int column, T value, ReadOnlySpan<char> format)
        where T : IUtf8SpanFormattable
    {
        BeginValue(column, isText: true);
        value.TryFormat(Room(40), out int written, format, CultureInfo.InvariantCulture);
        _length += written;
        EndValue(isText: true);
    }

    private static void Day(Span<byte> text, DateOnly value)
    {
        (int year, int month, int day) = value;
        Two(text, year / 100);
        Two(text[2..], year % 100);
        text[4] = (byte)'-';
        Two(text[5..], month);
        text[7] = (byte)'-';
        Two(text[8..], day);
    }

    private static void Two(Span<byte> text, int value) => (text[0], text[1]) = ((byte)('0' + (value / 10)), (byte)('0' + (value % 10)));

    private void Grow(int length)
    {
        byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(_buffer.Length * 2, _length + length));
        _buffer.AsSpan(0, _length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
