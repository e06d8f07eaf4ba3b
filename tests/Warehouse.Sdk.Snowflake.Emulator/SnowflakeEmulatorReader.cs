using System.Collections;
using System.Data.Common;
using System.Globalization;

namespace Warehouse.Sdk.Snowflake.Emulator;

/// <summary>Rows with the .NET types of the driver: whole numbers are Int64, dates DateTime, times DateTime on 1970-01-01.</summary>
#pragma warning disable CA1010 // As every reader.
public sealed class SnowflakeEmulatorReader : DbDataReader
{
    private readonly EmulatedResult _result;
    private int _row = -1;
    private bool _isClosed;

    internal SnowflakeEmulatorReader(EmulatedResult result) => _result = result;

    public override int Depth => 0;

    public override int FieldCount => _result.Columns.Count;

    public override bool HasRows => _result.Reader?.HasRows ?? _result.Rows.Count > 0;

    public override bool IsClosed => _isClosed;

    public override int RecordsAffected => _result.Affected;

    public override object this[int ordinal] => GetValue(ordinal);

    public override object this[string name] => GetValue(GetOrdinal(name));

    public override bool Read() => _result.Reader?.Read() ?? ++_row < _result.Rows.Count;

    public override bool NextResult() => false;

    public override void Close()
    {
        _isClosed = true;
        _result.Dispose();
    }

    public override string GetName(int ordinal) => _result.Columns[ordinal];

    public override int GetOrdinal(string name)
    {
        int ordinal = _result.Columns.ToList().FindIndex(column => column == name);
        if (ordinal < 0)
            ordinal = _result.Columns.ToList().FindIndex(column => string.Equals(column, name, StringComparison.OrdinalIgnoreCase));
        return ordinal >= 0 ? ordinal : throw new ArgumentException(name, nameof(name));
    }

    public override Type GetFieldType(int ordinal)
    {
        if (_result.Reader is not { } reader)
            return _result.Rows.Select(row => row[ordinal]).FirstOrDefault(value => value is not null)?.GetType() ?? typeof(string);
        Type type = reader.GetFieldType(ordinal);
        if (type == typeof(sbyte) || type == typeof(byte) || type == typeof(short) || type == typeof(ushort) || type == typeof(int) || type == typeof(uint) || type == typeof(System.Numerics.BigInteger))
            return typeof(long);
        if (type == typeof(decimal) && _result.IsWhole(ordinal))
            return typeof(long);
        if (type == typeof(ulong))
            return typeof(decimal);
        if (type == typeof(float))
            return typeof(double);
        if (type == typeof(DateOnly) || type == typeof(TimeOnly))
            return typeof(DateTime);
        if (type == typeof(Guid))
            return typeof(string);
        if (typeof(Stream).IsAssignableFrom(type))
            return typeof(byte[]);
        return IsTimestampTz(ordinal) ? typeof(DateTimeOffset) : type;
    }

    public override string GetDataTypeName(int ordinal) => _result.Reader?.GetDataTypeName(ordinal) ?? "TEXT";

    public override object GetValue(int ordinal)
    {
        object? value = _result.Reader is { } reader ? (reader.IsDBNull(ordinal) ? null : EmulatedSession.FromDuckDb(reader.GetValue(ordinal))) : _result.Rows[_row][ordinal];
        if (value is DateTime time && IsTimestampTz(ordinal))
            return new DateTimeOffset(DateTime.SpecifyKind(time, DateTimeKind.Unspecified), TimeSpan.Zero);
        return value switch
        {
            null => DBNull.Value,
            DateTime stamp => DateTime.SpecifyKind(stamp, DateTimeKind.Unspecified),
            decimal number when _result.Reader is not null && _result.IsWhole(ordinal) => decimal.ToInt64(number),
            _ => value,
        };
    }

    public override int GetValues(object[] values)
    {
        int count = Math.Min(values.Length, FieldCount);
        for (int i = 0; i < count; i++)
            values[i] = GetValue(i);
        return count;
    }

    public override bool IsDBNull(int ordinal) => _result.Reader?.IsDBNull(ordinal) ?? _result.Rows[_row][ordinal] is null;

    public override bool GetBoolean(int ordinal) => Convert.ToBoolean(GetValue(ordinal), CultureInfo.InvariantCulture);

    public override byte GetByte(int ordinal) => Convert.ToByte(GetValue(ordinal), CultureInfo.InvariantCulture);

    public override short GetInt16(int ordinal) => Convert.ToInt16(GetValue(ordinal), CultureInfo.InvariantCulture);

    public override int GetInt32(int ordinal) => Convert.ToInt32(GetValue(ordinal), CultureInfo.InvariantCulture);

    public override long GetInt64(int ordinal) => Convert.ToInt64(GetValue(ordinal), CultureInfo.InvariantCulture);

    public override float GetFloat(int ordinal) => Convert.ToSingle(GetValue(ordinal), CultureInfo.InvariantCulture);

    public override double GetDouble(int ordinal) => Convert.ToDouble(GetValue(ordinal), CultureInfo.InvariantCulture);

    public override decimal GetDecimal(int ordinal) => Convert.ToDecimal(GetValue(ordinal), CultureInfo.InvariantCulture);

    public override string GetString(int ordinal) => Convert.ToString(GetValue(ordinal), CultureInfo.InvariantCulture)!;

    public override DateTime GetDateTime(int ordinal) => (DateTime)GetValue(ordinal);

    public override Guid GetGuid(int ordinal) => Guid.Parse(GetString(ordinal));

    public override char GetChar(int ordinal) => GetString(ordinal)[0];

    public override T GetFieldValue<T>(int ordinal)
    {
        object value = GetValue(ordinal);
        if (value is T typed)
            return typed;
        Type wanted = Nullable.GetUnderlyingType(typeof(T)) ?? typeof(T);
        if (wanted == typeof(DateOnly) && value is DateTime date)
            return (T)(object)DateOnly.FromDateTime(date);
        if (wanted == typeof(TimeOnly) && value is DateTime time)
            return (T)(object)TimeOnly.FromDateTime(time);
        if (wanted == typeof(Guid))
            return (T)(object)GetGuid(ordinal);
        return value is DBNull ? throw new InvalidCastException("The value is NULL.") : (T)Convert.ChangeType(value, wanted, CultureInfo.InvariantCulture);
    }

    public override long GetBytes(int ordinal, long dataOffset, byte[]? buffer, int bufferOffset, int length)
    {
        byte[] bytes = (byte[])GetValue(ordinal);
        if (buffer is null)
            return bytes.Length;
        int count = (int)Math.Min(length, bytes.Length - dataOffset);
        Array.Copy(bytes, dataOffset, buffer, bufferOffset, count);
        return count;
    }

    public override long GetChars(int ordinal, long dataOffset, char[]? buffer, int bufferOffset, int length) => throw new NotSupportedException();

    public override IEnumerator GetEnumerator() => new DbEnumerator(this);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            Close();
        base.Dispose(disposing);
    }

    private bool IsTimestampTz(int ordinal) => _result.Reader?.GetDataTypeName(ordinal) is "TimestampTz" or "TIMESTAMP WITH TIME ZONE";
}
