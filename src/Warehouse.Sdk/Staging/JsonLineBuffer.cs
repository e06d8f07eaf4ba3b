using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Warehouse.Sdk;

/// <summary>Rows as lines of JSON.</summary>
internal sealed class JsonLineBuffer(IReadOnlyList<string> names) : LineBuffer
{
    private static readonly SearchValues<char> Escaped = SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(code => (char)code), '"', '\\']);

    private readonly byte[][] _keys = [.. names.Select((name, index) => Encoding.UTF8.GetBytes($"{(index == 0 ? '{' : ',')}\"{JsonEncodedText.Encode(name)}\":"))];

    public override void WriteNull(int column)
    {
        BeginValue(column, isText: false);
        Append("null"u8);
    }

    public override void WriteBytes(int column, byte[] value)
    {
        BeginValue(column, isText: true);
        AppendHex(value);
        EndValue(isText: true);
    }

    public override void WriteText(int column, ReadOnlySpan<char> value)
    {
        BeginValue(column, isText: true);
        for (int at; (at = value.IndexOfAny(Escaped)) >= 0; value = value[(at + 1)..])
        {
            AppendText(value[..at]);
            Escape(value[at]);
        }

        AppendText(value);
        EndValue(isText: true);
    }

    // One line each: line ends between the parts of a value mean nothing and are blanks.
    public override void WriteJson(int column, ReadOnlySpan<char> value)
    {
        BeginValue(column, isText: false);
        for (int at; (at = value.IndexOfAny('\r', '\n')) >= 0; value = value[(at + 1)..])
        {
            AppendText(value[..at]);
            Append((byte)' ');
        }

        AppendText(value);
    }

    protected override void BeginValue(int column, bool isText)
    {
        Append(_keys[column]);
        if (isText)
            Append((byte)'"');
    }

    protected override void EndValue(bool isText)
    {
        if (isText)
            Append((byte)'"');
    }

    protected override void WriteEnd() => Append("}\n"u8);

    private void Escape(char c)
    {
        switch (c)
        {
            case '"':
                Append("\\\""u8);
                break;
            case '\\':
                Append("\\\\"u8);
                break;
            case '\n':
                Append("\\n"u8);
                break;
            default:
                AppendAscii(FormattableString.Invariant($"\\u{(int)c:x4}"));
                break;
        }
    }
}
