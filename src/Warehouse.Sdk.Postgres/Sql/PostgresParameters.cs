using System.Globalization;
using System.Text;

namespace Warehouse.Sdk.Postgres;

/// <summary>
/// Finds the <c>$name</c> parameters of a statement as PostgreSQL's own scanner would read it: what stands in comments (which nest), texts,
/// dollar-quoted texts and quoted names is no parameter, nor is a dollar inside a name.
/// </summary>
internal static class PostgresParameters
{
    /// <summary>The parameters' names, each once, in the order in which they first occur.</summary>
    public static IReadOnlyList<string> Find(string text) => ToPositional(text).Names;

    /// <summary>The same statement with <c>$1</c> to <c>$n</c>, which is all that the server understands.</summary>
    public static (string Text, IReadOnlyList<string> Names) ToPositional(string text)
    {
        var rewritten = new StringBuilder(text.Length);
        List<string> names = [];
        int position = 0;
        while (position < text.Length)
        {
            int end = EndOfToken(text, position);
            if (IsParameter(text, position, end))
            {
                string name = text[(position + 1)..end];
                if (!names.Contains(name))
                    names.Add(name);
                rewritten.Append(CultureInfo.InvariantCulture, $"${names.IndexOf(name) + 1}");
            }
            else
            {
                rewritten.Append(text, position, end - position);
            }

            position = end;
        }

        return (rewritten.ToString(), names);
    }

    private static bool IsParameter(string text, int start, int end)
        => text[start] == '$' && end > start + 1 && StartsParameter(text[start + 1]) && !text.AsSpan(start + 1, end - start - 1).Contains('$');

    private static int EndOfToken(string text, int start) => text[start] switch
    {
        '-' when Follows(text, start, "--") => EndOfLine(text, start),
        '/' when Follows(text, start, "/*") => EndOfComment(text, start),
        '\'' => EndOfQuoted(text, start, '\'', hasEscapes: false),
        '"' => EndOfQuoted(text, start, '"', hasEscapes: false),
        '$' => EndOfDollar(text, start),
        'e' or 'E' when Follows(text, start + 1, "'") => EndOfEscapeText(text, start + 1),
        char c when StartsName(c) => EndOfName(text, start),
        _ => start + 1,
    };

    private static int EndOfLine(string text, int start)
    {
        int end = text.AsSpan(start).IndexOfAny('\n', '\r');
        return end < 0 ? text.Length : start + end;
    }

    private static int EndOfComment(string text, int start)
    {
        int depth = 0;
        int position = start;
        while (position < text.Length)
        {
            bool opens = Follows(text, position, "/*");
            bool closes = !opens && Follows(text, position, "*/");
            position += opens || closes ? 2 : 1;
            depth += opens ? 1 : closes ? -1 : 0;
            if (depth == 0)
                break;
        }

        return position;
    }

    // A doubled quote reads as two texts side by side, which comes to the same.
    private static int EndOfQuoted(string text, int start, char quote, bool hasEscapes)
    {
        int position = start + 1;
        while (position < text.Length && text[position] != quote)
            position += hasEscapes && text[position] == '\\' ? 2 : 1;
        return Math.Min(position + 1, text.Length);
    }

    private static int EndOfEscapeText(string text, int start)
    {
        int end = EndOfQuoted(text, start, '\'', hasEscapes: true);
        while (ContinuesAt(text, end) is int next)
            end = EndOfQuoted(text, next, '\'', hasEscapes: true);
        return end;
    }

    // A doubled quote, or a text that goes on in another line: the escapes go on with it.
    private static int? ContinuesAt(string text, int end)
    {
        int next = end;
        while (next < text.Length && char.IsWhiteSpace(text[next]))
            next++;
        bool goesOn = next == end || text.AsSpan(end, next - end).IndexOfAny('\n', '\r') >= 0;
        return goesOn && Follows(text, next, "'") ? next : null;
    }

    // $1 is a parameter of the host's own, $name is one of ours, and $tag$ opens a text that only $tag$ closes.
    private static int EndOfDollar(string text, int start)
    {
        int end = start + 1;
        while (end < text.Length && IsTagCharacter(text[end], isFirst: end == start + 1))
            end++;
        if (end < text.Length && text[end] == '$')
        {
            string tag = text[start..(end + 1)];
            int close = text.IndexOf(tag, end + 1, StringComparison.Ordinal);
            return close < 0 ? text.Length : close + tag.Length;
        }

        return end;
    }

    private static int EndOfName(string text, int start)
    {
        int end = start + 1;
        while (end < text.Length && (StartsName(text[end]) || char.IsAsciiDigit(text[end]) || text[end] == '$'))
            end++;
        return end;
    }

    private static bool IsTagCharacter(char c, bool isFirst) => StartsName(c) || (!isFirst && char.IsAsciiDigit(c));

    private static bool StartsName(char c) => StartsParameter(c) || c > '\u007f';

    private static bool StartsParameter(char c) => char.IsAsciiLetter(c) || c == '_';

    private static bool Follows(string text, int position, string expected) => string.CompareOrdinal(text, position, expected, 0, expected.Length) == 0;
}
