using Sylvan.Data.Csv;

namespace Warehouse.Sdk;

/// <summary>The line a CSV reader stands on, read field by field as the target's types.</summary>
internal sealed class CsvRow(CsvDataReader reader, CsvFormat format) : FileRecord
{
    private readonly FieldParser _parser = new(format.Culture, format.DateFormats, format.TimestampFormats);
    private bool _mayHaveQuotedNulls;

    public void MoveTo() => _mayHaveQuotedNulls = reader.GetRawRecordSpan().Contains(format.Quote);

    public override bool IsNull(int ordinal)
    {
        ReadOnlySpan<char> field = reader.GetFieldSpan(ordinal);
        if (field.IsEmpty && format.EmptyIsNull)
            return true;
        if (!field.SequenceEqual(format.NullText))
            return false;
        return !_mayHaveQuotedNulls || !CsvQuotes.IsQuoted(reader.GetRawRecordSpan(), ordinal, format.Delimiter, format.Quote);
    }

    public bool GetBoolean(int ordinal) => FieldParser.Boolean(reader.GetFieldSpan(ordinal));

    public short GetSmallInt(int ordinal) => _parser.SmallInt(reader.GetFieldSpan(ordinal));

    public int GetInteger(int ordinal) => _parser.Integer(reader.GetFieldSpan(ordinal));

    public long GetBigInt(int ordinal) => _parser.BigInt(reader.GetFieldSpan(ordinal));

    public Numeric GetDecimal(int ordinal) => _parser.Decimal(reader.GetFieldSpan(ordinal));

    public float GetReal(int ordinal) => _parser.Real(reader.GetFieldSpan(ordinal));

    public double GetDouble(int ordinal) => _parser.Double(reader.GetFieldSpan(ordinal));

    public ReadOnlySpan<char> GetText(int ordinal) => reader.GetFieldSpan(ordinal);

    public ReadOnlySpan<char> GetChar(int ordinal) => reader.GetFieldSpan(ordinal);

    public ReadOnlySpan<char> GetJson(int ordinal) => reader.GetFieldSpan(ordinal);

    public DateOnly GetDate(int ordinal) => _parser.Date(reader.GetFieldSpan(ordinal));

    public TimeOnly GetTime(int ordinal) => FieldParser.Time(reader.GetFieldSpan(ordinal));

    public DateTime GetTimestamp(int ordinal) => _parser.Timestamp(reader.GetFieldSpan(ordinal));

    public DateTime GetTimestampTz(int ordinal) => _parser.Timestamp(reader.GetFieldSpan(ordinal));

    public TimeSpan GetInterval(int ordinal) => FieldParser.Interval(reader.GetFieldSpan(ordinal));

    public Guid GetUuid(int ordinal) => FieldParser.Uuid(reader.GetFieldSpan(ordinal));

    public byte[] GetBytes(int ordinal) => FieldParser.Bytes(reader.GetFieldSpan(ordinal));
}
