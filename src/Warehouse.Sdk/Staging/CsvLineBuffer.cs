using System.Buffers;

namespace Warehouse.Sdk;

/// <summary>Rows as lines of CSV. NULL is the format's text for it without quotes; a text that reads like that has quotes, so the empty text is <c>""</c>.</summary>
internal sealed class CsvLineBuffer : LineBuffer
{
    private readonly CsvFormat _format;
    private readonly byte _delimiter;
    private readonly string _quote;
    private readonly SearchValues<char> _special;

    public CsvLineBuffer(CsvFormat format)
    {
        _format = format;
        _delimiter = (byte)format.Delimiter;
        _quote = format.Quote.ToString();
        _special = SearchValues.Create([format.Delimiter, format.Quote, '\r', '\n']);
    }

    public override void WriteNull(int column)
    {
        BeginValue(column, isText: false);
        AppendText(_format.NullText);
    }

    public override void WriteBytes(int column, byte[] value)
    {
        if (value.Length == 0)
        {
            WriteText(column, []);
            return;
        }

        BeginValue(column, isText: true);
        AppendHex(value);
    }

    public override void WriteText(int column, ReadOnlySpan<char> value)
    {
        BeginValue(column, isText: true);
        if (!value.ContainsAny(_special) && !value.SequenceEqual(_format.NullText) && !value.IsEmpty)
        {
            AppendText(value);
            return;
        }

        AppendText(_quote);
        for (int at; (at = value.IndexOf(_format.Quote)) >= 0; value = value[(at + 1)..])
        {
            AppendText(value[..(at + 1)]);
            AppendText(_quote);
        }

        AppendText(value);
        AppendText(_quote);
    }

    public override void WriteJson(int column, ReadOnlySpan<char> value) => WriteText(column, value);

    protected override void BeginValue(int column, bool isText)
    {
        if (column > 0)
            Append(_delimiter);
    }

    protected override void EndValue(bool isText)
    {
    }

    protected override void WriteEnd() => Append((byte)'\n');
}
