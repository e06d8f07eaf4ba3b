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

    public static string? Of(JsonElement value) => value.ValueKind == JsonValueKind.Undefined ? null : value.GetRawText();

    public static string? Of(JsonDocument? value) => value is null ? null : Of(value.RootElement);

    public static string? Of(JsonNode? value) => value?.ToJsonString();
}
