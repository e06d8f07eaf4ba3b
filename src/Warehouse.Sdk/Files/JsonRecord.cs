using System.Text;
using System.Text.Json;

namespace Warehouse.Sdk;

/// <summary>One object of a JSON file: where the value of each column begins and ends, read as a value only when it is asked for.</summary>
/// <param name="paths">Where they stand.</param>
/// <param name="columns">How many columns there are.</param>
/// <param name="newKeys">Takes every key at the top that no column takes; null when nobody asks for them.</param>
internal sealed class JsonRecord(JsonPaths paths, int columns, HashSet<string>? newKeys) : TextRecord(FieldParser.Invariant)
{
    private static readonly JsonReaderOptions Strict = new() { MaxDepth = 512 };
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly Field[] _fields = new Field[columns];
    private readonly Dictionary<string, JsonPaths> _byName = paths.Below.ToDictionary(step => step.Name, StringComparer.OrdinalIgnoreCase);
    private ReadOnlyMemory<byte> _line;
    private char[] _text = new char[256];

    /// <summary>What is wrong with the line as a whole.</summary>
    public string? Problem { get; private set; }

    /// <summary>The first key at the top that no column takes, where they are not all asked for.</summary>
    public string? NewKey { get; private set; }

    public void Read(ReadOnlyMemory<byte> line)
    {
        (_line, Problem, NewKey) = (line, null, null);
        Array.Clear(_fields);
        try
        {
            var reader = new Utf8JsonReader(line.Span, Strict);
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                Problem = "no JSON object, expected one per line";
                return;
            }

            ReadObject(ref reader, paths);
            // Nothing may follow it.
            reader.Read();
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // The reader's own words quote the value.
            Problem = "expected one JSON object, and nothing else, per line" + (error is JsonException { BytePositionInLine: { } at } ? FormattableString.Invariant($"; it goes wrong at byte {at + 1}") : string.Empty);
        }
    }

    public override bool IsNull(int field) => _fields[field].Kind is JsonTokenType.None or JsonTokenType.Null;

    public override ReadOnlySpan<char> GetText(int field)
    {
        Field at = _fields[field];
        ReadOnlySpan<byte> value = _line.Span.Slice(at.Start, at.Length);
        if (at.Kind == JsonTokenType.String)
        {
            var reader = new Utf8JsonReader(value, Strict);
            reader.Read();
            if (reader.ValueIsEscaped)
                return _text.AsSpan(0, Unescape(ref reader));
            value = value[1..^1];
        }

        return Chars(value);
    }

    // Of what stands in quotes, the text; what is to be JSON keeps them.
    public override ReadOnlySpan<char> GetJson(int field) => Chars(_line.Span.Slice(_fields[field].Start, _fields[field].Length));

    public override Numeric GetDecimal(int field)
    {
        ReadOnlySpan<char> text = GetText(field);
        // JSON may write a power of ten, which a decimal in text has not.
        if (_fields[field].Kind != JsonTokenType.Number || !text.ContainsAny('e', 'E'))
            return base.GetDecimal(field);
        return Numeric.TryParseScientific(text, out Numeric value) ? value : throw FieldParser.TooManyDigits();
    }

    private int Unescape(ref Utf8JsonReader reader)
    {
        if (_text.Length < reader.ValueSpan.Length)
            _text = new char[reader.ValueSpan.Length * 2];
        try
        {
            return reader.CopyString(_text);
        }
        catch (InvalidOperationException)
        {
            throw new FormatException("a text that is not Unicode");
        }
    }

    private ReadOnlySpan<char> Chars(ReadOnlySpan<byte> value)
    {
        if (_text.Length < value.Length)
            _text = new char[value.Length * 2];
        try
        {
            return _text.AsSpan(0, Utf8.GetChars(value, _text));
        }
        catch (DecoderFallbackException)
        {
            throw new FormatException("bytes that are no UTF-8 text");
        }
    }

    private void ReadObject(ref Utf8JsonReader reader, JsonPaths at)
    {
        int expected = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            JsonPaths? step = Find(ref reader, at, ref expected);
            if (step is null && at == paths)
                TakeNote(ref reader);
            reader.Read();
            ReadValue(ref reader, step);
        }
    }

    private void TakeNote(ref Utf8JsonReader reader)
    {
        if (newKeys is not null)
            newKeys.Add(reader.GetString()!);
        else
            NewKey ??= reader.GetString();
    }

    // Objects of one file mostly have their keys in one order.
    private JsonPaths? Find(ref Utf8JsonReader reader, JsonPaths at, ref int expected)
    {
        for (int i = 0; i < at.Below.Count; i++)
        {
            int index = (expected + i) % at.Below.Count;
            if (at.Below[index].Index is null && reader.ValueTextEquals(at.Below[index].Utf8))
            {
                expected = index + 1;
                return at.Below[index];
            }
        }

        return at == paths && _byName.TryGetValue(reader.GetString()!, out JsonPaths? otherCase) ? otherCase : null;
    }

    private void ReadValue(ref Utf8JsonReader reader, JsonPaths? step)
    {
        int start = (int)reader.TokenStartIndex;
        JsonTokenType kind = reader.TokenType;
        if (step is { Below.Count: > 0 } && kind == JsonTokenType.StartObject)
            ReadObject(ref reader, step);
        else if (step is { Below.Count: > 0 } && kind == JsonTokenType.StartArray)
            ReadArray(ref reader, step);
        else
            reader.Skip();
        if (step is null)
            return;
        foreach (int column in step.Columns)
            _fields[column] = new Field(kind, start, (int)reader.BytesConsumed - start);
    }

    private void ReadArray(ref Utf8JsonReader reader, JsonPaths at)
    {
        for (int index = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; index++)
            ReadValue(ref reader, at.Below.Find(step => step.Index == index));
    }

    private readonly record struct Field(JsonTokenType Kind, int Start, int Length);
}
