using System.Collections;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;

namespace Warehouse.Sdk.Benchmarks.Staging;

/// <summary>Orders as a data reader, without boxing.</summary>
[SuppressMessage("Naming", "CA1710", Justification = "A reader is no collection.")]
internal sealed class OrderReader(Order[] orders) : DbDataReader
{
    private static readonly (string Name, Type Type)[] Columns =
    [
        ("order_id", typeof(long)), ("customer_id", typeof(int)), ("number", typeof(string)), ("customer", typeof(string)), ("comment", typeof(string)), ("quantity", typeof(int)),
        ("amount", typeof(decimal)), ("weight", typeof(double)), ("day", typeof(DateTime)), ("at", typeof(DateTime)), ("is_paid", typeof(bool)),
    ];

    private int _row = -1;

    public override int FieldCount => Columns.Length;

    public override int Depth => 0;

    public override bool HasRows => orders.Length > 0;

    public override bool IsClosed => false;

    public override int RecordsAffected => -1;

    public override object this[int ordinal] => GetValue(ordinal);

    public override object this[string name] => GetValue(GetOrdinal(name));

    public override bool Read() => ++_row < orders.Length;

    public override bool NextResult() => false;

    public override string GetName(int ordinal) => Columns[ordinal].Name;

    public override int GetOrdinal(string name) => Array.FindIndex(Columns, column => column.Name == name);

    public override Type GetFieldType(int ordinal) => Columns[ordinal].Type;

    public override string GetDataTypeName(int ordinal) => Columns[ordinal].Type.Name;

    public override bool IsDBNull(int ordinal) => false;

    public override long GetInt64(int ordinal) => orders[_row].OrderId;

    public override int GetInt32(int ordinal) => ordinal == 1 ? orders[_row].CustomerId : orders[_row].Quantity;

    public override string GetString(int ordinal) => ordinal switch { 2 => orders[_row].Number, 3 => orders[_row].Customer, _ => orders[_row].Comment };

    public override decimal GetDecimal(int ordinal) => orders[_row].Amount;

    public override double GetDouble(int ordinal) => orders[_row].Weight;

    public override DateTime GetDateTime(int ordinal) => ordinal == 8 ? orders[_row].Day.ToDateTime(TimeOnly.MinValue) : orders[_row].At;

    public override bool GetBoolean(int ordinal) => orders[_row].IsPaid;

    public override object GetValue(int ordinal) => ordinal switch
    {
        0 => GetInt64(0),
        1 or 5 => GetInt32(ordinal),
        6 => GetDecimal(6),
        7 => GetDouble(7),
        8 or 9 => GetDateTime(ordinal),
        10 => GetBoolean(10),
        _ => GetString(ordinal),
    };

    public override int GetValues(object[] values)
    {
        int count = Math.Min(values.Length, FieldCount);
        for (int ordinal = 0; ordinal < count; ordinal++)
            values[ordinal] = GetValue(ordinal);
        return count;
    }

    public override byte GetByte(int ordinal) => throw new NotSupportedException();

    public override long GetBytes(int ordinal, long dataOffset, byte[]? buffer, int bufferOffset, int length) => throw new NotSupportedException();

    public override char GetChar(int ordinal) => throw new NotSupportedException();

    public override long GetChars(int ordinal, long dataOffset, char[]? buffer, int bufferOffset, int length)
    {
        ReadOnlySpan<char> rest = GetString(ordinal).AsSpan((int)dataOffset);
        if (buffer is null)
            return rest.Length;
        int count = Math.Min(rest.Length, length);
        rest[..count].CopyTo(buffer.AsSpan(bufferOffset));
        return count;
    }

    public override float GetFloat(int ordinal) => throw new NotSupportedException();

    public override Guid GetGuid(int ordinal) => throw new NotSupportedException();

    public override short GetInt16(int ordinal) => throw new NotSupportedException();

    public override IEnumerator GetEnumerator() => throw new NotSupportedException();
}
