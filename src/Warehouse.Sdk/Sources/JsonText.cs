using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Warehouse.Sdk;

/// <summary>JSON values as text, and whether a text is one.</summary>
internal static class JsonText
{
    private static readonly JsonReaderOptions Strict = new() { MaxDepth = 512 };

    /// <exception cref="FormatException">The bytes are no JSON value.</exception>
    public static void Check(ReadOnlySpan<byte> utf8)
    {
        try
        {
            var reader = new Utf8JsonReader(utf8, Strict);
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped && reader.GetString()!.Contains('\0', StringComparison.Ordinal))
                    throw new FormatException("a JSON text that holds the character U+0000, which no column can hold");
            }
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // The reader's own words quote the value.
            throw new FormatException("expected a JSON value");
        }
    }

    /// <summary>One text for all ways of writing the same value: no blanks, keys in order, of repeated keys the last, numbers without needless digits.</summary>
    public static string Canonical(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = Strict.MaxDepth });
        var text = new StringBuilder(json.Length);
        Write(document.RootElement, text);
        return text.ToString();
    }

    private static void Write(JsonElement value, StringBuilder text)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                var members = new SortedDictionary<string, JsonElement>(StringComparer.Ordinal);
                foreach (JsonProperty property in value.EnumerateObject())
                    members[property.Name] = property.Value;
                Write(members, '{', '}', member => WriteMember(member.Key, member.Value, text), text);
                break;
            case JsonValueKind.Array:
                Write(value.EnumerateArray(), '[', ']', item => Write(item, text), text);
                break;
            case JsonValueKind.Number:
                text.Append(CanonicalNumber(value.GetRawText()));
                break;
            case JsonValueKind.String:
                text.Append(Quoted(value.GetString()!));
                break;
            default:
                text.Append(value.GetRawText());
                break;
        }
    }

    private static string Quoted(string text) => $"\"{JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";

    private static void WriteMember(string name, JsonElement value, StringBuilder text)
    {
        text.Append(Quoted(name)).Append(':');
        Write(value, text);
    }

    private static void Write<T>(IEnumerable<T> items, char open, char close, Action<T> write, StringBuilder text)
    {
        text.Append(open);
        bool isFirst = true;
        foreach (T item in items)
        {
            if (!isFirst)
                text.Append(',');
            isFirst = false;
            write(item);
        }

        text.Append(close);
    }

    // Digits and the power of ten: 1, 1.0, 10e-1 are one number, and 0 has no sign.
    private static string CanonicalNumber(string number)
    {
        int e = number.IndexOfAny(['e', 'E']);
        BigInteger exponent = e < 0 ? 0 : BigInteger.Parse(number.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        string mantissa = e < 0 ? number : number[..e];
        bool isNegative = mantissa.StartsWith('-');
        mantissa = mantissa.TrimStart('-');
        int point = mantissa.IndexOf('.', StringComparison.Ordinal);
        if (point >= 0)
            exponent -= mantissa.Length - point - 1;
        string digits = mantissa.Replace(".", string.Empty, StringComparison.Ordinal).TrimStart('0');
        string significant = digits.TrimEnd('0');
        exponent += digits.Length - significant.Length;
        if (significant.Length == 0)
            return "0";
        string sign = isNegative ? "-" : string.Empty;
        return exponent switch
        {
            _ when exponent >= 0 && exponent <= 40 => sign + significant + new string('0', (int)exponent),
            _ when exponent < 0 && exponent >= -40 => sign + WithPoint(significant, -(int)exponent),
            _ => FormattableString.Invariant($"{sign}{significant}e{exponent}"),
        };
    }

    private static string WithPoint(string digits, int decimals)
    {
        string padded = digits.PadLeft(decimals + 1, '0');
        return $"{padded[..^decimals]}.{padded[^decimals..]}";
    }

    public static string? Of(JsonElement value) => value.ValueKind == JsonValueKind.Undefined ? null : value.GetRawText();

    public static string? Of(JsonDocument? value) => value is null ? null : Of(value.RootElement);

    public static string? Of(JsonNode? value) => value?.ToJsonString();
}
