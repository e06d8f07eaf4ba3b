using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Unicode;

namespace Warehouse.Sdk.Postgres;

/// <summary>
/// Rows in PostgreSQL's binary COPY format, each value written once into the bytes that are sent. A row counts only after <see cref="EndRow"/>, so
/// a value that fails half way leaves nothing behind.
/// </summary>
internal sealed class PostgresCopyBuffer : IDisposable
{
    /// <summary>From here on a buffer is sent; a row more fits behind it.</summary>
    public const int FullAt = 256 * 1024;

    /// <summary>The length of a fresh array.</summary>
    public const int RentedLength = FullAt + (64 * 1024);

    private const int DaysToEpoch = 730_119;
    private const long MicrosecondsToEpoch = DaysToEpoch * 86_400_000_000L;

    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(RentedLength);
    private int _end;
    private int _position;

    /// <summary>The column being written.</summary>
    public int Column { get; private set; }

    public bool IsFull => _end >= FullAt;

    public bool IsEmpty => _end == 0;

    /// <summary>The whole rows so far; the array is the caller's, who gives another one for it.</summary>
    public ArraySegment<byte> Take(byte[] next)
    {
        var rows = new ArraySegment<byte>(_bytes, 0, _end);
        _bytes = next;
        _end = _position = 0;
        return rows;
    }

    public void BeginRow(int columns)
    {
        _position = _end;
        BinaryPrimitives.WriteInt16BigEndian(Reserve(sizeof(short)), (short)columns);
        _position += sizeof(short);
    }

    public void EndRow() => _end = _position;

    /// <summary>Says which column comes next, to name it when its value cannot even be read.</summary>
    public void Mark(int column) => Column = column;

    public void WriteNull(int column) => Write(-1);

    public void WriteBoolean(int column, bool value)
    {
        Span<byte> bytes = Value(1);
        bytes[0] = value ? (byte)1 : (byte)0;
    }

    public void WriteSmallInt(int column, short value) => BinaryPrimitives.WriteInt16BigEndian(Value(sizeof(short)), value);

    public void WriteInteger(int column, int value) => BinaryPrimitives.WriteInt32BigEndian(Value(sizeof(int)), value);

    public void WriteBigInt(int column, long value) => BinaryPrimitives.WriteInt64BigEndian(Value(sizeof(long)), value);

    public void WriteReal(int column, float value) => BinaryPrimitives.WriteSingleBigEndian(Value(sizeof(float)), value);

    public void WriteDouble(int column, double value) => BinaryPrimitives.WriteDoubleBigEndian(Value(sizeof(double)), value);

    public void WriteDate(int column, DateOnly value) => WriteInteger(column, value.DayNumber - DaysToEpoch);

    public void WriteTime(int column, TimeOnly value) => WriteBigInt(column, value.Ticks / TimeSpan.TicksPerMicrosecond);

    // Ticks since year 1 are never negative, so the division always cuts towards the past.
    public void WriteTimestamp(int column, DateTime value) => WriteBigInt(column, (value.Ticks / TimeSpan.TicksPerMicrosecond) - MicrosecondsToEpoch);

    public void WriteTimestampTz(int column, DateTime value) => WriteTimestamp(column, value);

    // Whole days apart from the rest, as people read them.
    public void WriteInterval(int column, TimeSpan value)
    {
        Span<byte> bytes = Value(16);
        BinaryPrimitives.WriteInt64BigEndian(bytes, (value.Ticks % TimeSpan.TicksPerDay) / TimeSpan.TicksPerMicrosecond);
        BinaryPrimitives.WriteInt32BigEndian(bytes[8..], value.Days);
        BinaryPrimitives.WriteInt32BigEndian(bytes[12..], 0);
    }

    public void WriteUuid(int column, Guid value) => value.TryWriteBytes(Value(16), bigEndian: true, out _);

    public void WriteBytes(int column, byte[] value) => value.CopyTo(Value(value.Length));

    public void WriteDecimal(int column, decimal value, int precision, int scale)
    {
        if (PostgresNumeric.TryUnscaled(value, precision, scale, out long unscaled))
            _position += PostgresNumeric.Write(Reserve(PostgresNumeric.MaximumLength), unscaled, scale);
        else
            WriteDecimal(column, (Numeric)value, precision, scale);
    }

    public void WriteDecimal(int column, Numeric value, int precision, int scale)
        => _position += value.IsNaN
            ? PostgresNumeric.WriteNaN(Reserve(PostgresNumeric.MaximumLength))
            : PostgresNumeric.Write(Reserve(PostgresNumeric.MaximumLength), value.UnscaledAt(precision, scale), scale);

    public void WriteText(int column, ReadOnlySpan<char> value, int maximumLength)
    {
        if (maximumLength > 0 && value.Length > maximumLength && CodePoints(value) > maximumLength)
            throw new OverflowException(FormattableString.Invariant($"a text of {CodePoints(value)} characters, expected at most {maximumLength}"));
        Utf8At(_position + sizeof(int), value);
    }

    // Interpreted code has no spans (see SpanlessText).
    public void WriteText(int column, string value, int maximumLength) => WriteText(column, value.AsSpan(), maximumLength);

    public void WriteChar(int column, string value, int maximumLength) => WriteChar(column, value.AsSpan(), maximumLength);

    public void WriteJson(int column, string value) => WriteJson(column, value.AsSpan());

    public void WriteChar(int column, ReadOnlySpan<char> value, int maximumLength) => WriteText(column, value.TrimEnd(' '), maximumLength);

    public void WriteJson(int column, ReadOnlySpan<char> value)
    {
        const byte Version = 1;
        int start = _position + sizeof(int) + 1;
        ReadOnlySpan<byte> utf8 = Utf8At(start, value);
        _bytes[start - 1] = Version;
        JsonText.Check(utf8);
    }

    public void Dispose()
    {
        if (_bytes.Length > 0)
            ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
    }

    /// <summary>Encodes a text to where it stands in the row and writes the length of everything since the current position before it.</summary>
    private ReadOnlySpan<byte> Utf8At(int start, ReadOnlySpan<char> value)
    {
        EnsureSpace(start - _position + (value.Length * 3L));
        Span<byte> target = _bytes.AsSpan(start);
        // Lone surrogates are no text; they must not turn into question marks.
        if (Utf8.FromUtf16(value, target, out _, out int length, replaceInvalidSequences: false) != OperationStatus.Done)
            throw new FormatException("a text with half a character (a lone surrogate)");
        target = target[..length];
        if (target.Contains((byte)0))
            throw new FormatException("a text that holds the character U+0000, which no column can hold");
        BinaryPrimitives.WriteInt32BigEndian(_bytes.AsSpan(_position), start + length - _position - sizeof(int));
        _position = start + length;
        return target;
    }

    private Span<byte> Value(int length)
    {
        Span<byte> bytes = Reserve(sizeof(int) + length);
        BinaryPrimitives.WriteInt32BigEndian(bytes, length);
        _position += sizeof(int) + length;
        return bytes[sizeof(int)..];
    }

    private void Write(int number)
    {
        BinaryPrimitives.WriteInt32BigEndian(Reserve(sizeof(int)), number);
        _position += sizeof(int);
    }

    private Span<byte> Reserve(int length)
    {
        EnsureSpace(length);
        return MemoryMarshal.CreateSpan(ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_bytes), _position), length);
    }

    private void EnsureSpace(long length)
    {
        if (_position + length > _bytes.Length)
            Grow(length);
    }

    private void Grow(long length)
    {
        // PostgreSQL takes no value and no message above a gigabyte.
        if (_position + length > Array.MaxLength)
            throw new OverflowException("a row of more than two gigabytes");
        byte[] larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(Array.MaxLength, Math.Max(_bytes.Length * 2L, _position + length)));
        _bytes.AsSpan(0, _position).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }

    private static int CodePoints(ReadOnlySpan<char> value)
    {
        int length = value.Length;
        foreach (char c in value)
            length -= char.IsLowSurrogate(c) ? 1 : 0;
        return length;
    }
}
