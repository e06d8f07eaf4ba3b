namespace Warehouse.Sdk.Snowflake.Emulator;

/// <summary>
/// Finds a subquery that stands for a value in a select list and names a column of the query around it. Snowflake takes some of these and refuses others ("Unsupported subquery type cannot be
/// evaluated"), by rules that it does not tell; so all of them are refused.
/// </summary>
internal static class SubqueryCheck
{
    public static void Refuse(IReadOnlyList<Token> tokens)
    {
        // Of each bracket: whether it is a query of its own, and the clause that is read in it.
        Stack<(bool IsQuery, string Clause)> clauses = new();
        (bool IsQuery, string Clause) current = (true, string.Empty);
        for (int i = 0; i < tokens.Count; i++)
        {
            Token token = tokens[i];
            if (token.IsSymbol("("))
            {
                bool isQuery = i + 1 < tokens.Count && (tokens[i + 1].Is("SELECT") || tokens[i + 1].Is("WITH"));
                if (isQuery && current.Clause == "SELECT" && !IsPlaceOfRows(tokens, i) && IsCorrelated(tokens, i + 1, Close(tokens, i)))
                    throw new SnowflakeEmulatorException(2031, "42601", "SQL compilation error:\nUnsupported subquery type cannot be evaluated");
                clauses.Push(current);
                current = isQuery ? (true, string.Empty) : (false, current.Clause);
            }
            else if (token.IsSymbol(")"))
            {
                current = clauses.Count > 0 ? clauses.Pop() : (true, string.Empty);
            }
            else if (current.IsQuery && token.Kind == TokenKind.Word && token.Value is "SELECT" or "FROM" or "WHERE" or "GROUP" or "HAVING" or "QUALIFY" or "ORDER" or "UNION" or "EXCEPT" or "INTERSECT" or "SET" or "USING" or "ON"
                && !(token.Is("FROM") && i > 0 && tokens[i - 1].Is("DISTINCT")))
            {
                current = (true, token.Value);
            }
        }
    }

    // EXISTS (...), IN (...), FROM (...) and the body of WITH.
    private static bool IsPlaceOfRows(IReadOnlyList<Token> tokens, int open)
        => open > 0 && (tokens[open - 1].Is("EXISTS") || tokens[open - 1].Is("IN") || tokens[open - 1].Is("FROM") || tokens[open - 1].Is("JOIN") || tokens[open - 1].Is("AS"));

    private static int Close(IReadOnlyList<Token> tokens, int open)
    {
        int depth = 0;
        for (int i = open; i < tokens.Count; i++)
        {
            depth += tokens[i].IsSymbol("(") ? 1 : tokens[i].IsSymbol(")") ? -1 : 0;
            if (depth == 0)
                return i;
        }

        return tokens.Count;
    }

    private static bool IsCorrelated(IReadOnlyList<Token> tokens, int from, int to)
    {
        HashSet<string> known = new(StringComparer.Ordinal);
        HashSet<int> tables = [];
        for (int i = from; i < to; i++)
        {
            bool beginsTable = tokens[i].Is("FROM") || tokens[i].Is("JOIN");
            if (beginsTable && i + 1 < to && tokens[i + 1].IsName && !(i > 0 && tokens[i - 1].Is("DISTINCT")))
            {
                int last = i + 1;
                while (last + 2 < to && tokens[last + 1].IsSymbol(".") && tokens[last + 2].IsName)
                    last += 2;
                known.Add(tokens[last].Value);
                for (int part = i + 1; part <= last; part++)
                    tables.Add(part);
                if (last + 1 < to && tokens[last + 1].IsName)
                    known.Add(tokens[last + 1].Value);
            }

            if (tokens[i].Is("AS") && i + 1 < to && tokens[i + 1].IsName)
                known.Add(tokens[i + 1].Value);
            if (tokens[i].IsName && i + 1 < to && tokens[i + 1].Is("AS"))
                known.Add(tokens[i].Value);
        }

        for (int i = from; i + 2 < to; i++)
        {
            bool isQualified = tokens[i].IsName && tokens[i + 1].IsSymbol(".") && !tables.Contains(i) && !(i > 0 && tokens[i - 1].IsSymbol("."));
            if (isQualified && !known.Contains(tokens[i].Value) && !(i + 4 < to && tokens[i + 3].IsSymbol(".")))
                return true;
        }

        return false;
    }
}
