namespace Warehouse.Sdk;

/// <summary>Tells whether a field was written in quotes, which the CSV reader does not: NULL and the empty text differ only in that.</summary>
internal static class CsvQuotes
{
    public static bool IsQuoted(ReadOnlySpan<char> record, int ordinal, char delimiter, char quote)
    {
        int position = 0;
        for (int field = 0; field < ordinal; field++)
            position = EndOfField(record, position, delimiter, quote) + 1;
        return position < record.Length && record[position] == quote;
    }

    private static int EndOfField(ReadOnlySpan<char> record, int start, char delimiter, char quote)
    {
        // Inside a field that does not begin with one, a quote is a character like any other.
        if (start < record.Length && record[start] != quote)
        {
            int end = record[start..].IndexOf(delimiter);
            return end < 0 ? record.Length : start + end;
        }

        bool isInside = false;
        for (int i = start; i < record.Length; i++)
        {
            if (record[i] == quote)
                isInside = !isInside;
            else if (record[i] == delimiter && !isInside)
                return i;
        }

        return record.Length;
    }
}
