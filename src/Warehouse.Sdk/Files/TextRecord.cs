namespace Warehouse.Sdk;

/// <summary>A record whose fields are texts.</summary>
internal abstract class TextRecord(FieldParser parser) : FileRecord
{
    public abstract ReadOnlySpan<char> GetText(int field);

    public bool GetBoolean(int field) => FieldParser.Boolean(GetText(field));

    public short GetSmallInt(int field) => parser.SmallInt(GetText(field));

    public int GetInteger(int field) => parser.Integer(GetText(field));

    public long GetBigInt(int field) => parser.BigInt(GetText(field));

    public virtual Numeric GetDecimal(int field) => parser.Decimal(GetText(field));

    public float GetReal(int field) => parser.Real(GetText(field));

    public double GetDouble(int field) => parser.Double(GetText(field));

    public ReadOnlySpan<char> GetChar(int field) => GetText(field);

    public virtual ReadOnlySpan<char> GetJson(int field) => GetText(field);

    public DateOnly GetDate(int field) => parser.Date(GetText(field));

    public TimeOnly GetTime(int field) => FieldParser.Time(GetText(field));

    public DateTime GetTimestamp(int field) => parser.Timestamp(GetText(field));

    public DateTime GetTimestampTz(int field) => parser.Timestamp(GetText(field));

    public TimeSpan GetInterval(int field) => FieldParser.Interval(GetText(field));

    public Guid GetUuid(int field) => FieldParser.Uuid(GetText(field));

    public virtual byte[] GetBytes(int field) => FieldParser.Bytes(GetText(field));
}
