using System.Text;
using System.Text.Json;

namespace Warehouse.Sdk.Snowflake;

/// <summary>What the account's history of queries shows beside a statement: which pipeline, and which load of which table it was run for.</summary>
internal static class SnowflakeQueryTag
{
    // The account's limit is 2,000 characters.
    private const int LongestText = 500;

    public static string Of(string pipeline, string? target = null, long? load = null)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteString("app", "warehouse-sdk");
            if (pipeline.Length > 0)
                json.WriteString("pipeline", Shortened(pipeline));
            if (target is not null)
                json.WriteString("target", Shortened(target));
            if (load is { } id)
                json.WriteNumber("load", id);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
    }

    /// <summary>Changes the session and ends no transaction.</summary>
    public static string Set(string tag) => SnowflakeSql.Rules.Sql($"ALTER SESSION SET QUERY_TAG = {SnowflakeSql.Constant(tag)}").ToString();

    // Characters beyond ASCII are written as six.
    private static string Shortened(string text) => text.Length > LongestText / 2 && text.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('_' or '.' or '-' or ' ' or '/')) ? text[..Math.Min(text.Length, LongestText / 4)] : text[..Math.Min(text.Length, LongestText)];
}
