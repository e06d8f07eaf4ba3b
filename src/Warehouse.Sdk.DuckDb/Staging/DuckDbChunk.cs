using System.Buffers;
using System.Text;
using DuckDB.NET.Native;

namespace Warehouse.Sdk.DuckDb;

/// <summary>
/// One data chunk of DuckDB, filled in place: fixed-width values are written straight into the engine's own memory, texts are encoded once.
/// A row counts only after <see cref="EndRow"/>, so a value that fails half way leaves nothing behind.
/// </summary>
internal sealed unsafe class DuckDbChunk : IDisposable
{
    public const int Capacity = 2048;

    // Lone surrogates are no text; they must not turn into question marks.
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly DuckDBDataChunk _chunk;
    private readonly DuckDBLogicalType[] _types;
    private readonly nint[] _vectors;
    private readonly nint[] _data;
    private readonly nint[] _validity;
    private byte[] _text = ArrayPool<byte>.Shared.Rent(4096);

    public DuckDbChunk(DuckDBAppender appender, int columns)
    {
        _types = [.. Enumerable.Range(0, columns).Select(column => NativeMethods.Appender.DuckDBAppenderColumnType(appender, (ulong)column))];
        _chunk = NativeMethods.DataChunks.DuckDBCreateDataChunk([.. _types.Select(type => type.DangerousGetHandle())], (ulong)columns);
        _vectors = new nint[columns];
        _data = new nint[columns];
        _validity = new nint[columns];
        FindVectors();
    }

    public DuckDBDataChunk Native => _chunk;

    /// <summary>Rows that count.</summary>
    public int Rows { get; private set; }

    /// <summary>The column being written.</summary>
    public int Column { get; private set; }

    public bool IsFull => Rows == Capacity;

    public void EndRow() => Rows++;

    /// <summary>Forgets what was written of the current row.</summary>
    public void DropRow()
    {
        for (int column = 0; column < _vectors.Length; column++)
            SetValid(column);
    }

    /// <summary>Says which column comes next, to name it when its value cannot even be read.</summary>
    public void Mark(int column) => Column = column;

    public void Seal() => NativeMethods.DataChunks.DuckDBDataChunkSetSize(_chunk, (ulong)Rows);

    public void Reset()
    {
        NativeMethods.DataChunks.DuckDBDataChunkReset(_chunk);
        Rows = 0;
        FindVectors();
    }

    public void WriteNull(int column)
    {
        if (_validity[column] == 0)
        {
            NativeMethods.Vectors.DuckDBVectorEnsureValidityWritable(_vectors[column]);
            _validity[column] = (nint)NativeMethods.Vectors.DuckDBVectorGetValidity(_vectors[column]);
        }

        ((ulong*)_validity[column])[Rows >> 6] &= ~(1UL << (Rows & 63));
    }

    public void WriteBoolean(int column, bool value) => *At<byte>(column) = value ? (byte)1 : (byte)0;

    public void WriteSmallInt(int column, short value) => *At<short>(column) = value;

    public void WriteInteger(int column, int value) => *At<int>(column) = value;

    public void WriteBigInt(int column, long value) => *At<long>(column) = value;

    public void WriteReal(int column, float value) => *At<float>(column) = value;

    public void WriteDouble(int column, double value) => *At<double>(column) = value;

    public void WriteDate(int column, DateOnly value) => *At<int>(column) = value.DayNumber - UnixEpochDay;

    public void WriteTime(int column, TimeOnly value) => *At<long>(column) = value.Ticks / TimeSpan.TicksPerMicrosecond;

    // Ticks since year 1 are never negative, so the division always cuts towards the past.
    public void WriteTimestamp(int column, DateTime value)
        => *At<long>(column) = (value.Ticks / TimeSpan.TicksPerMicrosecond) - (DateTime.UnixEpoch.Ticks / TimeSpan.TicksPerMicrosecond);

    public void WriteDecimal16(int column, Numeric value, int precision, int scale) => *At<short>(column) = (short)value.UnscaledAt(precision, scale);

    public void WriteDecimal32(int column, Numeric value, int precision, int scale) => *At<int>(column) = (int)value.UnscaledAt(precision, scale);

    public void WriteDecimal64(int column, Numeric value, int precision, int scale) => *At<long>(column) = (long)value.UnscaledAt(precision, scale);

    public void WriteDecimal128(int column, Numeric value, int precision, int scale) => *At<Int128>(column) = value.UnscaledAt(precision, scale);

    public void WriteTimestampTz(int column, DateTime value) => WriteTimestamp(column, value);

    // Months, days, microseconds: whole days apart from the rest, as people read them.
    public void WriteInterval(int column, TimeSpan value) => *At<DuckDBInterval>(column) = new DuckDBInterval(0, value.Days, (ulong)((value.Ticks % TimeSpan.TicksPerDay) / TimeSpan.TicksPerMicrosecond));

    public void WriteUuid(int column, Guid value)
    {
        Span<byte> bytes = stackalloc byte[16];
        value.TryWriteBytes(bytes, bigEndian: true, out _);
        // The engine keeps UUIDs as signed 128-bit numbers in which the order of the bytes is the order of the numbers.
        bytes[0] ^= 0x80;
        *At<Int128>(column) = System.Buffers.Binary.BinaryPrimitives.ReadInt128BigEndian(bytes);
    }

    public void WriteChar(int column, ReadOnlySpan<char> value, int maximumLength) => WriteText(column, value.TrimEnd(' '), maximumLength);

    public void WriteText(int column, ReadOnlySpan<char> value, int maximumLength)
    {
        if (maximumLength > 0 && value.Length > maximumLength && CodePoints(value) > maximumLength)
            throw new OverflowException(FormattableString.Invariant($"a text of {CodePoints(value)} characters, expected at most {maximumLength}"));
        WriteElement(column, Utf8(value));
    }

    public void WriteJson(int column, ReadOnlySpan<char> value)
    {
        ReadOnlySpan<byte> utf8 = Utf8(value);
        JsonText.Check(utf8);
        WriteElement(column, utf8);
    }

    private ReadOnlySpan<byte> Utf8(ReadOnlySpan<char> value)
    {
        if (value.Contains('\0'))
            throw new FormatException("a text that holds the character U+0000, which no column can hold");
        int greatest = StrictUtf8.GetMaxByteCount(value.Length);
        if (greatest > _text.Length)
            Grow(greatest);
        try
        {
            return _text.AsSpan(0, StrictUtf8.GetBytes(value, _text));
        }
        catch (EncoderFallbackException)
        {
            throw new FormatException("a text with half a character (a lone surrogate)");
        }
    }

    public void WriteBytes(int column, byte[] value) => WriteElement(column, value);

    public void Dispose()
    {
        _chunk.Dispose();
        foreach (DuckDBLogicalType type in _types)
            type.Dispose();
        ArrayPool<byte>.Shared.Return(_text);
    }

    private void WriteElement(int column, ReadOnlySpan<byte> bytes)
    {
        SetValid(column);
        fixed (byte* pointer = bytes)
        {
            byte nothing = 0;
            NativeMethods.Vectors.DuckDBVectorAssignStringElementLength(_vectors[column], (ulong)Rows, pointer is null ? &nothing : pointer, bytes.Length);
        }
    }

    private T* At<T>(int column)
        where T : unmanaged
    {
        SetValid(column);
        return (T*)_data[column] + Rows;
    }

    private void SetValid(int column)
    {
        if (_validity[column] != 0)
            ((ulong*)_validity[column])[Rows >> 6] |= 1UL << (Rows & 63);
    }

    private static int CodePoints(ReadOnlySpan<char> value)
    {
        int length = value.Length;
        foreach (char c in value)
            length -= char.IsLowSurrogate(c) ? 1 : 0;
        return length;
    }

    private void Grow(int length)
    {
        ArrayPool<byte>.Shared.Return(_text);
        _text = ArrayPool<byte>.Shared.Rent(length);
    }

    private void FindVectors()
    {
        for (int column = 0; column < _vectors.Length; column++)
        {
            _vectors[column] = NativeMethods.DataChunks.DuckDBDataChunkGetVector(_chunk, column);
            _data[column] = (nint)NativeMethods.Vectors.DuckDBVectorGetData(_vectors[column]);
            _validity[column] = 0;
        }
    }

    private static readonly int UnixEpochDay = DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber;
}
