using System.Globalization;

namespace Warehouse.Sdk.Snowflake.Emulator;

/// <summary>COPY INTO a table, as it was written.</summary>
internal sealed class EmulatedCopy
{
    public required string[] Table { get; init; }

    public List<string> Columns { get; } = [];

    public string Stage { get; private set; } = string.Empty;

    /// <summary>The list of a transformation, as positions of tokens; null without one.</summary>
    public (int From, int To)? Transformation { get; private set; }

    public List<string>? Files { get; private set; }

    public string? Pattern { get; private set; }

    public Dictionary<string, List<string>> Format { get; } = new(StringComparer.Ordinal);

    public string OnError { get; private set; } = "ABORT_STATEMENT";

    public bool Force { get; private set; }

    public bool Purge { get; private set; }

    public string Match { get; private set; } = "NONE";

    public string Option(string name, string otherwise) => Format.TryGetValue(name, out List<string>? values) ? values.Count > 0 ? values[0] : string.Empty : otherwise;

    public static EmulatedCopy Read(string sql, IReadOnlyList<Token> tokens)
    {
        var cursor = new Cursor(sql, tokens, 1);
        cursor.Expect("INTO");
        var copy = new EmulatedCopy { Table = cursor.Name() };
        if (cursor.AcceptSymbol("("))
        {
            do
                copy.Columns.Add(cursor.Name().Single());
            while (cursor.AcceptSymbol(","));
            cursor.ExpectSymbol(")");
        }

        cursor.Expect("FROM");
        if (cursor.AtSymbol("("))
            copy.ReadTransformation(cursor);
        else
            copy.Stage = cursor.Take() is { Kind: TokenKind.Stage or TokenKind.Text } place ? place.Value : throw EmulatedErrors.Unexpected(sql, tokens[cursor.Position - 1]);
        while (!cursor.AtEnd)
            copy.ReadOption(cursor);
        if (copy.Files is { Count: > 1000 })
            throw new SnowflakeEmulatorException(1003, "42000", "SQL compilation error:\nthe list of FILES has more than 1000 names.");
        return copy;
    }

    private void ReadTransformation(Cursor cursor)
    {
        int close = cursor.Close();
        cursor.ExpectSymbol("(");
        cursor.Expect("SELECT");
        int from = cursor.Position;
        int end = cursor.Find("FROM");
        Transformation = (from, end);
        cursor.Position = end + 1;
        Stage = cursor.Take().Value;
        cursor.Accept("AS");
        if (cursor.Position < close)
            cursor.Take();
        if (cursor.Position != close)
            throw cursor.Unexpected();
        cursor.ExpectSymbol(")");
    }

    private void ReadOption(Cursor cursor)
    {
        string name = cursor.Take().Value;
        cursor.ExpectSymbol("=");
        switch (name)
        {
            case "FILES":
                Files = Values(cursor);
                break;
            case "PATTERN":
                Pattern = cursor.Text();
                break;
            case "FILE_FORMAT":
                cursor.ExpectSymbol("(");
                while (!cursor.AcceptSymbol(")"))
                {
                    string option = cursor.Take().Value;
                    cursor.ExpectSymbol("=");
                    Format[option] = Values(cursor);
                    cursor.AcceptSymbol(",");
                }

                break;
            case "ON_ERROR":
                OnError = cursor.Take().Value.ToUpperInvariant();
                break;
            case "FORCE":
                Force = cursor.Take().Is("TRUE");
                break;
            case "PURGE":
                Purge = cursor.Take().Is("TRUE");
                break;
            case "MATCH_BY_COLUMN_NAME":
                Match = cursor.Take().Value.ToUpperInvariant();
                break;
            default:
                cursor.Position -= 2;
                throw cursor.Unexpected();
        }
    }

    private static List<string> Values(Cursor cursor)
    {
        if (!cursor.AcceptSymbol("("))
            return [cursor.Take().Value];
        List<string> values = [];
        while (!cursor.AcceptSymbol(")"))
        {
            values.Add(cursor.Take().Value);
            cursor.AcceptSymbol(",");
        }

        return values;
    }

    /// <summary>How many errors skip a file; null when none does.</summary>
    public (double Limit, bool IsShare)? SkipLimit()
    {
        if (!OnError.StartsWith("SKIP_FILE", StringComparison.Ordinal))
            return null;
        string rest = OnError["SKIP_FILE".Length..].TrimStart('_');
        if (rest.Length == 0)
            return (1, false);
        return (double.Parse(rest.TrimEnd('%'), CultureInfo.InvariantCulture), rest.EndsWith('%'));
    }
}
