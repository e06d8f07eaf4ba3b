using System.Text;

namespace Warehouse.Sdk.Snowflake;

/// <summary>
/// Finds the <c>$name</c> parameters of a statement as Snowflake's scanner reads it: what stands in comments, texts (where a backslash escapes) and quoted
/// names is no parameter. The driver binds by position, so each occurrence becomes a <c>?</c> of its own.
/// </summary>
internal static class SnowflakeParameters
{
    /// <summary>The parameters' names, each once, in the order in which they first occur.</summary>
    public static IReadOnlyList<string> Find(string text) => [.. ToPositional(text).Names.Distinct(StringComparer.Ordinal)];

    /// <summary>The statement with <c>?</c>, and the name that each of them stands for.</summary>
    public static (string Text, IReadOnlyList<string> Names) ToPositional(string text)
    {
        List<string> names = [];
        return (Replace(text, name =>
        {
            names.Add(name);
            return "?";
        }), names);
    }

    /// <summary>The statement with values of the parameters' types that are missing: DDL takes no values, and a table that is made empty needs only types.</summary>
    public static string ToNulls(string text) => Replace(text, name => $"CAST(NULL AS {TypeOf(name)})");

    private static string TypeOf(string name) => name switch
    {
        "load_id" or "landed_after" or "landed_until" or "of_load" or "after_line" or "keys_before" or "length" or "rows_read" or "rows_rejected" => "NUMBER(19,0)",
        "as_of" or "started_at" or "finished_at" or "closed_through" or "member_since" or "deployed_at" => "TIMESTAMP_NTZ(6)",
        _ when name.StartsWith("tells_", StringComparison.Ordinal) => "BOOLEAN",
        _ => "VARCHAR",
    };

    private static string Replace(string text, Func<string, string> replacement)
    {
        var rewritten = new StringBuilder(text.Length);
        int position = 0;
        while (position < text.Length)
        {
            int end = EndOfToken(text, position);
            if (text[position] == '$' && end > position + 1 && StartsName(text[position + 1]))
                rewritten.Append(replacement(text[(position + 1)..end]));
            else
                rewritten.Append(text, position, end - position);
            position = end;
        }

        return rewritten.ToString();
    }

    public static int EndOfToken(string text, int start) => text[start] switch
    {
        '-' when Follows(text, start, "--") => EndOf(text, start, "\n"),
        '/' when Follows(text, start, "/*") => EndOf(text, start + 2, "*/"),
        '\'' => EndOfQuoted(text, start, '\'', hasEscapes: true),
        '"' => EndOfQuoted(text, start, '"', hasEscapes: false),
        '$' when Follows(text, start, "$$") => EndOf(text, start + 2, "$$"),
        '$' when start + 1 < text.Length && StartsName(text[start + 1]) => EndOfName(text, start + 1),
        char c when StartsName(c) => EndOfName(text, start),
        _ => start + 1,
    };

    private static int EndOf(string text, int start, string what)
    {
        int end = text.IndexOf(what, start, StringComparison.Ordinal);
        return end < 0 ? text.Length : end + what.Length;
    }

    private static int EndOfQuoted(string text, int start, char quote, bool hasEscapes)
    {
        int position = start + 1;
        while (position < text.Length && text[position] != quote)
            position += hasEscapes && text[position] == '\\' ? 2 : 1;
        return Math.Min(position + 1, text.Length);
    }

    private static int EndOfName(string text, int start)
    {
        int end = start;
        while (end < text.Length && (char.IsLetterOrDigit(text[end]) || text[end] is '_' or '$'))
            end++;
        return end;
    }

    private static bool StartsName(char c) => char.IsLetter(c) || c == '_';

    private static bool Follows(string text, int start, string what) => string.CompareOrdinal(text, start, what, 0, what.Length) == 0;
}
