using System.Globalization;
using System.Text;

namespace Warehouse.Sdk.Snowflake.Emulator;

/// <summary>Where a translation looks names up.</summary>
internal interface INameScope
{
    bool IsTemporary(string schema, string table);

    string Database { get; }

    /// <summary>A table as it stood.</summary>
    string Past(string[] table, bool isBefore, string kind, string argument);

    /// <summary>SYSTEM$GET_TAG.</summary>
    string? TagOf(string tag, string table, string domain);
}

/// <summary>Turns the tokens of a query or DML statement into DuckDB's text, and refuses what Snowflake refuses.</summary>
internal sealed class Translator(string sql, IReadOnlyList<Token> tokens, INameScope names)
{
    private readonly StringBuilder _text = new(sql.Length + 64);
    private readonly List<int> _binds = [];

    /// <summary>The values that the text mentions, in DuckDB's order: <c>?</c> are numbered, <c>:n</c> are what they say.</summary>
    public object?[] Values(IReadOnlyList<object?> given)
        => [.. _binds.Select(bind => bind < given.Count ? given[bind] : throw new SnowflakeEmulatorException(2049, "42601", $"SQL compilation error: Bind variable {bind + 1} not set."))];

    public string Whole(int from, int to)
    {
        Emit(from, to);
        return _text.ToString();
    }

    /// <summary>A part of the statement on its own.</summary>
    public string Part(int from, int to)
    {
        int start = _text.Length;
        Emit(from, to);
        string part = _text.ToString(start, _text.Length - start);
        _text.Length = start;
        return part;
    }

    public int Close(int open)
    {
        int depth = 0;
        for (int i = open; i < tokens.Count; i++)
        {
            if (tokens[i].IsSymbol("("))
                depth++;
            else if (tokens[i].IsSymbol(")") && --depth == 0)
                return i;
        }

        throw EmulatedErrors.Unexpected(sql, tokens[^1]);
    }

    private bool At(int position, string word) => position < tokens.Count && tokens[position].Is(word);

    private bool AtSymbol(int position, string symbol) => position < tokens.Count && tokens[position].IsSymbol(symbol);

    private void Write(string text)
    {
        if (_text.Length > 0)
            _text.Append(' ');
        _text.Append(text);
    }

    private void Emit(int from, int to)
    {
        int position = from;
        while (position < to)
            position = EmitOne(position);
    }

    private int EmitOne(int position)
    {
        Token token = tokens[position];
        switch (token.Kind)
        {
            case TokenKind.Text:
                Write(Literal(token.Value));
                return position + 1;
            case TokenKind.Number:
                Write(token.Text);
                return position + 1;
            case TokenKind.Bind:
                int bind = token.Text == "?" ? tokens.Take(position).Count(other => other.Text == "?" && other.Kind == TokenKind.Bind) : int.Parse(token.Value, CultureInfo.InvariantCulture) - 1;
                if (!_binds.Contains(bind))
                    _binds.Add(bind);
                Write(string.Create(CultureInfo.InvariantCulture, $"${_binds.IndexOf(bind) + 1}"));
                return position + 1;
            case TokenKind.Stage:
                throw EmulatedErrors.Unexpected(sql, token);
            case TokenKind.Symbol:
                return EmitSymbol(position);
            case TokenKind.QuotedName:
                return EmitName(position);
            default:
                return EmitWord(position);
        }
    }

    private int EmitSymbol(int position)
    {
        Token token = tokens[position];
        if (token.Text is "[" or "]" or "{" or "}" or "->" or ":" or "!")
            throw EmulatedErrors.Unexpected(sql, token);
        if (token.Text == "::")
        {
            int next = position + 1;
            EmulatedType type = EmulatedType.Read(sql, tokens, ref next);
            Write("::" + type.DuckDb);
            return next;
        }

        Write(token.Text);
        return position + 1;
    }

    public static string Literal(string value) => $"'{value.Replace("'", "''", StringComparison.Ordinal)}'";

    private int EmitWord(int position)
    {
        Token word = tokens[position];
        Refuse(position);
        if (AtSymbol(position + 1, ".") || IsTimeTravel(position + 1))
            return EmitName(position);
        switch (word.Value)
        {
            case "CAST" or "TRY_CAST" when AtSymbol(position + 1, "("):
                return EmitCast(position);
            case "MINUS":
                Write("EXCEPT");
                return position + 1;
            case "ASOF":
                return EmitAsOf(position);
            case "INTERVAL":
                Write("INTERVAL");
                return position + 1;
            case "TABLE" when AtSymbol(position + 1, "("):
                return EmitTableFunction(position);
            case "TIMESTAMP_NTZ" when position + 1 < tokens.Count && tokens[position + 1].Kind == TokenKind.Text:
                Write("TIMESTAMP");
                return position + 1;
        }

        if (!AtSymbol(position + 1, "(") || EmulatedFunctions.Words.Contains(word.Value) || IsNameOfColumns(position))
        {
            Write(word.Value);
            return position + 1;
        }

        return EmitFunction(position);
    }

    // INSERT INTO t (a, b), WITH t (a, b) AS
    private bool IsNameOfColumns(int position) => position > 0 && (tokens[position - 1].Is("INTO") || tokens[position - 1].Is("WITH") || tokens[position - 1].Is("RECURSIVE") || tokens[position - 1].Is("AS"));

    private void Refuse(int position)
    {
        Token word = tokens[position];
        bool isRefused = word.Value switch
        {
            "RETURNING" or "SAVEPOINT" => true,
            "FILTER" => AtSymbol(position + 1, "("),
            "WINDOW" => position + 2 < tokens.Count && tokens[position + 1].IsName && tokens[position + 2].Is("AS"),
            "ANTI" or "SEMI" or "POSITIONAL" => At(position + 1, "JOIN"),
            "CONFLICT" => position > 0 && tokens[position - 1].Is("ON"),
            // The unit stands in the text.
            "INTERVAL" => position + 1 < tokens.Count && (tokens[position + 1].Kind == TokenKind.Number || At(position + 2, "DAY") || At(position + 2, "HOUR") || At(position + 2, "MONTH") || At(position + 2, "YEAR") || At(position + 2, "SECOND") || At(position + 2, "MINUTE")),
            "ALL" => position > 0 && (tokens[position - 1].Is("EXCEPT") || tokens[position - 1].Is("INTERSECT") || tokens[position - 1].Is("MINUS")),
            "STRUCT" or "UNNEST" => AtSymbol(position + 1, "("),
            "NAME" => position > 1 && tokens[position - 1].Is("BY") && tokens[0].Is("INSERT") && !tokens[position - 2].Is("GROUP") && !tokens[position - 2].Is("ORDER") && !tokens[position - 2].Is("PARTITION"),
            _ => false,
        };
        if (isRefused)
            throw EmulatedErrors.Unexpected(sql, word);
    }

    private int EmitCast(int position)
    {
        int close = Close(position + 1);
        int depth = 0;
        for (int i = position + 1; i < close; i++)
        {
            if (tokens[i].IsSymbol("("))
                depth++;
            else if (tokens[i].IsSymbol(")"))
                depth--;
            else if (depth == 1 && tokens[i].Is("AS"))
            {
                int next = i + 1;
                EmulatedType type = EmulatedType.Read(sql, tokens, ref next);
                if (next != close)
                    throw EmulatedErrors.Unexpected(sql, tokens[next]);
                // Snowflake has no infinite dates.
                bool isOfDays = type.DuckDb is "DATE" or "TIMESTAMP" or "TIMESTAMPTZ";
                Write((isOfDays ? tokens[position].Is("TRY_CAST") ? "main.SF_FINITE_OR_NULL(" : "main.SF_FINITE(" : string.Empty) + tokens[position].Value + "(");
                Emit(position + 2, i);
                Write("AS " + type.DuckDb + (isOfDays ? "))" : ")"));
                return close + 1;
            }
        }

        throw EmulatedErrors.Unexpected(sql, tokens[close]);
    }

    // Snowflake's ASOF JOIN keeps every row of the left side.
    private int EmitAsOf(int position)
    {
        if (!At(position + 1, "JOIN"))
        {
            Write("ASOF");
            return position + 1;
        }

        int match = position + 2;
        int depth = 0;
        while (depth > 0 || !At(match, "MATCH_CONDITION"))
        {
            if (match >= tokens.Count)
                throw EmulatedErrors.Unexpected(sql, tokens[position]);
            depth += AtSymbol(match, "(") ? 1 : AtSymbol(match, ")") ? -1 : 0;
            match++;
        }

        int close = Close(match + 1);
        Write("ASOF LEFT JOIN");
        Emit(position + 2, match);
        if (!At(close + 1, "ON"))
            throw EmulatedErrors.Unexpected(sql, tokens[close]);
        Write("ON (");
        Emit(match + 2, close);
        Write(") AND");
        return close + 2;
    }

    // TABLE(GENERATOR(ROWCOUNT => n)), TABLE(a_function(...))
    private int EmitTableFunction(int position)
    {
        int close = Close(position + 1);
        if (At(position + 2, "GENERATOR"))
        {
            Token count = tokens[position + 6];
            if (!At(position + 4, "ROWCOUNT") || count.Kind != TokenKind.Number)
                throw EmulatedErrors.Unexpected(sql, tokens[position + 4]);
            Write($"range({count.Text})");
            return close + 1;
        }

        Emit(position + 2, close);
        return close + 1;
    }

    private int EmitFunction(int position)
    {
        string name = tokens[position].Value;
        int open = position + 1;
        int close = Close(open);
        switch (name)
        {
            case "MIN" or "MAX":
                Write(name + "(main.SF_ORDERED(");
                Emit(open + 1, close);
                Write("))");
                return close + 1;
            case "COUNT_IF":
                Write("COUNT(*) FILTER (WHERE");
                Emit(open + 1, close);
                Write(")");
                return close + 1;
            case "LISTAGG":
                return EmitListAgg(open, close);
            case "ARRAY_AGG":
                return EmitArrayAgg(open, close);
            case "TRY_TO_NUMBER" or "TRY_TO_DECIMAL" when close - open > 5 && AtSymbol(close - 2, ",") && AtSymbol(close - 4, ","):
                Write("TRY_CAST(");
                Emit(open + 1, close - 4);
                Write($"AS DECIMAL({tokens[close - 3].Text}, {tokens[close - 1].Text}))");
                return close + 1;
            case "GET":
                Write("LIST_EXTRACT(");
                Emit(open + 1, close);
                Write("+ 1)");
                return close + 1;
            case "ARRAY_CONSTRUCT_COMPACT":
                Write("LIST_FILTER([");
                Emit(open + 1, close);
                Write("], lambda x: x IS NOT NULL)");
                return close + 1;
            case "OBJECT_CONSTRUCT_KEEP_NULL":
                return EmitObject(open, close);
            case "DATEADD" or "TIMESTAMPADD":
                return EmitDateAdd(open, close);
            case "DATEDIFF" or "TIMESTAMPDIFF":
                Write($"DATE_DIFF('{tokens[open + 1].Value.ToLowerInvariant()}'");
                Emit(open + 2, close);
                Write(")");
                return close + 1;
            case "SYSTEM$GET_TAG":
                string? tag = close == open + 6 ? names.TagOf(tokens[open + 1].Value, tokens[open + 3].Value, tokens[open + 5].Value) : throw EmulatedErrors.Unexpected(sql, tokens[close]);
                Write(tag is null ? "CAST(NULL AS VARCHAR)" : Literal(tag));
                return close + 1;
            case "CONCAT_WS":
                throw EmulatedErrors.Unsupported("CONCAT_WS gives NULL where one part is NULL; use ARRAY_TO_STRING(ARRAY_CONSTRUCT_COMPACT(...), ...)");
        }

        Write((EmulatedFunctions.Find(name) ?? throw EmulatedErrors.UnknownFunction(name)) + "(");
        Emit(open + 1, close);
        Write(")");
        return close + 1;
    }

    private int EmitListAgg(int open, int close)
    {
        Write("COALESCE(STRING_AGG(");
        Emit(open + 1, close);
        int end = close + 1;
        if (At(end, "WITHIN") && At(end + 1, "GROUP"))
        {
            int last = Close(end + 2);
            Emit(end + 3, last);
            end = last + 1;
        }

        Write("), '')");
        return end;
    }

    // NULL is left out.
    private int EmitArrayAgg(int open, int close)
    {
        Write("LIST(");
        Emit(open + 1, close);
        int end = close + 1;
        if (At(end, "WITHIN") && At(end + 1, "GROUP"))
        {
            int last = Close(end + 2);
            Emit(end + 3, last);
            end = last + 1;
        }

        Write(") FILTER (WHERE (");
        Emit(open + 1, close);
        Write(") IS NOT NULL)");
        return end;
    }

    private int EmitObject(int open, int close)
    {
        if (close == open + 4 && AtSymbol(open + 2, ".") && AtSymbol(open + 3, "*"))
        {
            Write($"TO_JSON({StoredNames.Quoted(tokens[open + 1].Value)})");
            return close + 1;
        }

        Write("JSON_OBJECT(");
        Emit(open + 1, close);
        Write(")");
        return close + 1;
    }

    private int EmitDateAdd(int open, int close)
    {
        string unit = tokens[open + 1].Value.ToLowerInvariant();
        int comma = NextComma(open + 3, close);
        Write("(");
        Emit(comma + 1, close);
        string function = unit switch { "day" => "to_days", "month" => "to_months", "year" => "to_years", "hour" => "to_hours", "minute" => "to_minutes", "second" => "to_seconds", "millisecond" => "to_milliseconds", "microsecond" => "to_microseconds", "week" => "to_weeks", "quarter" => "to_quarters", _ => throw EmulatedErrors.Unexpected(sql, tokens[open + 1]) };
        Write($"+ {function}(");
        bool isWhole = function is "to_days" or "to_months" or "to_years" or "to_weeks" or "to_quarters";
        Write("CAST(");
        Emit(open + 3, comma);
        Write($"AS {(isWhole ? "INTEGER" : "BIGINT")})))");
        return close + 1;
    }

    private int NextComma(int from, int to)
    {
        int depth = 0;
        for (int i = from; i < to; i++)
        {
            if (tokens[i].IsSymbol("("))
                depth++;
            else if (tokens[i].IsSymbol(")"))
                depth--;
            else if (depth == 0 && tokens[i].IsSymbol(","))
                return i;
        }

        throw EmulatedErrors.Unexpected(sql, tokens[to]);
    }

    private int EmitName(int position)
    {
        List<Token> parts = [tokens[position]];
        int next = position + 1;
        while (AtSymbol(next, ".") && next + 1 < tokens.Count && tokens[next + 1].IsName)
        {
            parts.Add(tokens[next + 1]);
            next += 2;
        }

        if (IsTimeTravel(next))
        {
            int close = Close(next + 1);
            Write(Past([.. parts.Select(part => part.Value)], At(next, "BEFORE"), next + 1, close));
            return close + 1;
        }

        Write(Qualified([.. parts.Select(part => part.Value)]));
        return next;
    }

    private bool IsTimeTravel(int position)
        => (At(position, "AT") || At(position, "BEFORE")) && AtSymbol(position + 1, "(") && AtSymbol(position + 3, "=>") && tokens[position + 2].Value is "TIMESTAMP" or "STATEMENT" or "OFFSET" or "STREAM";

    /// <summary>Where a table stands as it was; the brackets of AT or BEFORE are at these positions.</summary>
    public string Past(string[] table, bool isBefore, int open, int close)
    {
        string kind = tokens[open + 1].Value;
        bool isConstant = close == open + 4 && tokens[open + 3].Kind is TokenKind.Text or TokenKind.Number;
        // BEFORE takes a statement only; a timestamp has to be cast.
        if ((isBefore && kind != "STATEMENT") || kind == "STREAM" || (kind == "STATEMENT" && !isConstant) || (kind == "TIMESTAMP" && isConstant))
            throw EmulatedErrors.Unexpected(sql, tokens[open + 1]);
        return names.Past(table, isBefore, kind, kind == "STATEMENT" ? tokens[open + 3].Value : Part(open + 3, close));
    }

    /// <summary>A name of one or more parts as DuckDB finds it.</summary>
    public string Qualified(IReadOnlyList<string> parts)
    {
        if (parts.Count >= 3 && string.Equals(parts[0], names.Database, StringComparison.Ordinal))
            parts = [.. parts.Skip(1)];
        if (parts.Count >= 2 && parts[^1] == "NEXTVAL")
            return $"nextval({Literal(string.Join('.', parts.SkipLast(1).Select(StoredNames.Quoted)))})";
        if (parts.Count >= 2 && parts[0] == "INFORMATION_SCHEMA")
            return $"main.\"INFORMATION_SCHEMA.{parts[1]}\"";
        IEnumerable<string> quoted = parts.Select(StoredNames.Quoted);
        if (parts.Count >= 2 && names.IsTemporary(parts[0], parts[1]))
            quoted = new[] { "temp", "main", StoredNames.Temporary(parts[0], parts[1]) }.Concat(quoted.Skip(2));
        return string.Join('.', quoted);
    }
}
