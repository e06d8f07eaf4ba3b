using Sylvan.Data.Csv;

namespace Warehouse.Sdk;

/// <summary>The line a CSV reader stands on.</summary>
internal sealed class CsvRow(CsvDataReader reader, CsvFormat format) : TextRecord(new FieldParser(format.Culture, format.DateFormats, format.TimestampFormats))
{
    private bool _mayHaveQuotedNulls;

    public void MoveTo() => _mayHaveQuotedNulls = reader.GetRawRecordSpan().Contains(format.Quote);

    public override bool IsNull(int field)
    {
        ReadOnlySpan<char> text = reader.GetFieldSpan(field);
        if (text.IsEmpty && format.EmptyIsNull)
            return true;
        if (!text.SequenceEqual(format.NullText))
            return false;
        return !_mayHaveQuotedNulls || !CsvQuotes.IsQuoted(reader.GetRawRecordSpan(), field, format.Delimiter, format.Quote);
    }

    public override ReadOnlySpan<char> GetText(int field) => reader.GetFieldSpan(field);
}
