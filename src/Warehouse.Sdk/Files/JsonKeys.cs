using System.Text.Json;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

/// <summary>The keys that the objects of a JSON file have at their top. Only a look at all of them tells.</summary>
internal static class JsonKeys
{
    /// <returns>The columns of the target, and the keys that none of them takes.</returns>
    public static async Task<IReadOnlyList<Identifier>> OfAsync(Stream content, FileReading file, LoadTarget target, CancellationToken cancellationToken)
    {
        List<Identifier> keys = [.. target.SourceColumns.Select(column => column.Name)];
        HashSet<string> known = new(target.SourceColumns.Select(column => column.Path is { } path ? ColumnPath.First(path) : column.Name.Value), StringComparer.OrdinalIgnoreCase);
        using var lines = new Utf8LineReader(content);
        try
        {
            while (lines.TryNext() || await lines.NextAsync(cancellationToken).ConfigureAwait(false))
                Take(lines.Current.Span, keys, known);
        }
        catch (Exception error) when (FileReading.IsOfContent(error))
        {
            throw file.Unreadable(error, lines.Line);
        }

        return keys;
    }

    // A line that is no object is told when it is read.
    private static void Take(ReadOnlySpan<byte> line, List<Identifier> keys, HashSet<string> known)
    {
        var reader = new Utf8JsonReader(line, new JsonReaderOptions { MaxDepth = 512 });
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.GetString() is { Length: > 0 and <= Identifier.MaximumLength } key && !key.Any(char.IsControl) && !string.IsNullOrWhiteSpace(key) && known.Add(key))
                    keys.Add(key);
                reader.Read();
                reader.Skip();
            }
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return;
        }
    }
}
