using System.Buffers.Binary;
using System.Runtime.InteropServices;
using DuckDB.NET.Native;

namespace Warehouse.Sdk.DuckDb;

/// <summary>
/// One data chunk of DuckDB, filled in place: values are written straight into the engine's own memory. A row counts only after
/// <see cref="EndRow"/>, so a value that fails half way leaves nothing behind.
/// </summary>
internal sealed unsafe class DuckDbChunk : IDisposable
{
    public const int Capacity = 2048;

    private static readonly int UnixEpochDay = DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber;

    private readonly DuckDBDataChunk _chunk;
    private readonly DuckDBLogicalType[] _types;
    private readonly nint[] _vectors;
    private readonly nint[] _data;
    private readonly nint[] _validity;
    private readonly DuckDbTextMemory _texts = new();
    private int _rows;

    public DuckDbChunk(DuckDBAppender appender, int columns)
    {
        _types = [.. Enumerable.Range(0, columns).Select(column => NativeMethods.Appender.DuckDBAppenderColumnType(appender, (ulong)column))];
        _chunk = NativeMethods.DataChunks.DuckDBCreateDataChunk([.. _types.Select(type => type.DangerousGetHandle())], (ulong)columns);
        _vectors = [.. Enumerable.Range(0, columns).Select(column => NativeMethods.DataChunks.DuckDBDataChunkGetVector(_chunk, column))];
        _data = Array.ConvertAll(_vectors, vector => (nint)NativeMethods.Vectors.DuckDBVectorGetData(vector));
        _validity = new nint[columns];
    }

    public DuckDBDataChunk Native => _chunk;

    /// <summary>Rows that count.</summary>
    public int Rows => _rows;

    /// <summary>The line of the last row that counts.</summary>
    public long LastLine { get; private set; }

    /// <summary>The column being written.</summary>
    public int Column { get; private set; }

    public bool IsFull => _rows == Capacity;

    public void EndRow(long line = 0)
    {
        _rows++;
        LastLine = line;
    }

    /// <summary>Forgets what was written of the current row.</summary>
    public void DropRow()
    {
        foreach (nint validity in _validity)
        {
            if (validity != 0)
                ((ulong*)validity)[_rows >> 6] |= 1UL << (_rows & 63);
        }
    }

    /// <summary>Says which column comes next, to name it when its value cannot even be read.</summary>
    public void Mark(int column) => Column = column;

    public void Seal() => NativeMethods.DataChunks.DuckDBDataChunkSetSize(_chunk, (ulong)_rows);

    /// <summary>Begins anew in the same memory, once the engine has taken the rows: it keeps copies only.</summary>
    public void Reset()
    {
        // Every value is there until it is said to be missing; so a value that is there needs no look at the mask.
        foreach (nint validity in _validity)
        {
            if (validity != 0)
                NativeMemory.Fill((void*)validity, Capacity / 8, byte.MaxValue);
        }

        _texts.Clear();
        _rows = 0;
    }

    public void WriteNull(int column)
    {
        if (_validity[column] == 0)
        {
            NativeMethods.Vectors.DuckDBVectorEnsureValidityWritable(_vectors[column]);
            _validity[column] = (nint)NativeMethods.Vectors.DuckDBVectorGetValidity(_vectors[column]);
        }

        ((ulong*)_validity[column])[_rows >> 6] &= ~(1UL << (_rows & 63));
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

    public void WriteTimestampTz(int column, DateTime value) => WriteTimestamp(column, value);

    public void WriteDecimal16(int column, decimal value, int precision, int scale) => *At<short>(column) = (short)ScaledDecimal.Of(value, precision, scale);

    public void WriteDecimal16(int column, Numeric value, int precision, int scale) => *At<short>(column) = (short)value.UnscaledAt(precision, scale);

    public void WriteDecimal32(int column, decimal value, int precision, int scale) => *At<int>(column) = (int)ScaledDecimal.Of(value, precision, scale);

    public void WriteDecimal32(int column, Numeric value, int precision, int scale) => *At<int>(column) = (int)value.UnscaledAt(precision, scale);

    public void WriteDecimal64(int column, decimal value, int precision, int scale) => *At<long>(column) = ScaledDecimal.Of(value, precision, scale);

    public void WriteDecimal64(int column, Numeric value, int precision, int scale) => *At<long>(column) = (long)value.UnscaledAt(precision, scale);

    public void WriteDecimal128(int column, decimal value, int precision, int scale)
        => *At<Int128>(column) = ScaledDecimal.TryOf(value, precision, scale, out long unscaled) ? unscaled : Numeric.FromDecimal(value).UnscaledAt(precision, scale);

    public void WriteDecimal128(int column, Numeric value, int precision, int scale) => *At<Int128>(column) = value.UnscaledAt(precision, scale);

    // Months, days, microseconds: whole days apart from the rest, as people read them; both have the sign.
    public void WriteInterval(int column, TimeSpan value)
    {
        int* monthsAndDays = (int*)At<Int128>(column);
        monthsAndDays[0] = 0;
        monthsAndDays[1] = value.Days;
        *(long*)(monthsAndDays + 2) = value.Ticks % TimeSpan.TicksPerDay / TimeSpan.TicksPerMicrosecond;
    }

    public void WriteUuid(int column, Guid value)
    {
        Span<byte> bytes = stackalloc byte[16];
        value.TryWriteBytes(bytes, bigEndian: true, out _);
        // The engine keeps UUIDs as signed 128-bit numbers in which the order of the bytes is the order of the numbers.
        bytes[0] ^= 0x80;
        *At<Int128>(column) = BinaryPrimitives.ReadInt128BigEndian(bytes);
    }

    // Interpreted code has no spans (see SpanlessText).
    public void WriteText(int column, string value, int maximumLength) => WriteText(column, value.AsSpan(), maximumLength);

    public void WriteChar(int column, string value, int maximumLength) => WriteChar(column, value.AsSpan(), maximumLength);

    public void WriteJson(int column, string value) => WriteJson(column, value.AsSpan());

    public void WriteChar(int column, ReadOnlySpan<char> value, int maximumLength) => WriteText(column, value.TrimEnd(' '), maximumLength);

    public void WriteText(int column, ReadOnlySpan<char> value, int maximumLength)
    {
        if (maximumLength > 0 && value.Length > maximumLength && CodePoints(value) > maximumLength)
            throw new OverflowException(FormattableString.Invariant($"a text of {CodePoints(value)} characters, expected at most {maximumLength}"));
        DuckDbText.Write(Cell(column), value, _texts);
    }

    public void WriteJson(int column, ReadOnlySpan<char> value) => JsonText.Check(DuckDbText.Write(Cell(column), value, _texts));

    public void WriteBytes(int column, byte[] value) => DuckDbText.Write(Cell(column), value, _texts);

    public void Dispose()
    {
        _chunk.Dispose();
        foreach (DuckDBLogicalType type in _types)
            type.Dispose();
        _texts.Dispose();
    }

    private byte* Cell(int column) => (byte*)_data[column] + (DuckDbText.CellSize * _rows);

    private T* At<T>(int column)
        where T : unmanaged
        => (T*)_data[column] + _rows;

    private static int CodePoints(ReadOnlySpan<char> value)
    {
        int length = value.Length;
        foreach (char c in value)
            length -= char.IsLowSurrogate(c) ? 1 : 0;
        return length;
    }
}
