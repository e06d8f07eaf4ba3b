using System.Text;

namespace Warehouse.Sdk.Snowflake.Emulator;

/// <summary>Reads a statement as Snowflake's scanner does: comments, texts with backslash escapes, names that fold, binds and stage references.</summary>
internal static class Tokenizer
{
    private static readonly string[] LongSymbols = ["=>", "<=", ">=", "<>", "!=", "||", "::", "->"];

    public static IReadOnlyList<Token> Read(string sql)
    {
        List<Token> tokens = [];
        int position = 0;
        while (position < sql.Length)
        {
            Token token = Next(sql, position);
            if (token.Kind != TokenKind.Blank)
                tokens.Add(token);
            position += token.Text.Length;
        }

        while (tokens.Count > 0 && tokens[^1].IsSymbol(";"))
            tokens.RemoveAt(tokens.Count - 1);
        return tokens;
    }

    private static Token Next(string sql, int start)
    {
        char first = sql[start];
        if (char.IsWhiteSpace(first))
            return Blank(sql, start, End(sql, start, char.IsWhiteSpace));
        if (Follows(sql, start, "--"))
            return Blank(sql, start, EndOfLine(sql, start));
        if (Follows(sql, start, "//"))
            return Blank(sql, start, EndOfLine(sql, start));
        if (Follows(sql, start, "/*"))
        {
            int end = sql.IndexOf("*/", start + 2, StringComparison.Ordinal);
            return Blank(sql, start, end < 0 ? throw EmulatedErrors.Syntax(sql, start, "unterminated comment") : end + 2);
        }

        if (first == '\'')
            return Literal(sql, start);
        if (Follows(sql, start, "$$"))
        {
            int end = sql.IndexOf("$$", start + 2, StringComparison.Ordinal);
            if (end < 0)
                throw EmulatedErrors.Syntax(sql, start, "unterminated text");
            return new Token(TokenKind.Text, sql[start..(end + 2)], sql[(start + 2)..end], start);
        }

        if (first == '"')
            return QuotedName(sql, start);
        if (first == '@')
            return new Token(TokenKind.Stage, sql[start..EndOfStage(sql, start)], sql[start..EndOfStage(sql, start)], start);
        if (first == '?')
            return new Token(TokenKind.Bind, "?", "?", start);
        if (first == ':' && start + 1 < sql.Length && char.IsAsciiDigit(sql[start + 1]))
        {
            int end = End(sql, start + 1, char.IsAsciiDigit);
            return new Token(TokenKind.Bind, sql[start..end], sql[(start + 1)..end], start);
        }

        if (first == '$' && start + 1 < sql.Length && char.IsAsciiDigit(sql[start + 1]))
        {
            int end = End(sql, start + 1, char.IsAsciiDigit);
            return new Token(TokenKind.Word, sql[start..end], sql[start..end], start);
        }

        if (char.IsAsciiDigit(first) || (first == '.' && start + 1 < sql.Length && char.IsAsciiDigit(sql[start + 1])))
            return Number(sql, start);
        if (char.IsLetter(first) || first == '_')
        {
            int end = End(sql, start, c => char.IsLetterOrDigit(c) || c is '_' or '$');
            return new Token(TokenKind.Word, sql[start..end], sql[start..end].ToUpperInvariant(), start);
        }

        foreach (string symbol in LongSymbols)
        {
            if (Follows(sql, start, symbol))
                return new Token(TokenKind.Symbol, symbol, symbol, start);
        }

        return "()[],.;=<>+-*/%|:{}!".Contains(first, StringComparison.Ordinal)
            ? new Token(TokenKind.Symbol, first.ToString(), first.ToString(), start)
            : throw EmulatedErrors.Syntax(sql, start, $"unexpected '{first}'");
    }

    private static Token Blank(string sql, int start, int end) => new(TokenKind.Blank, sql[start..end], string.Empty, start);

    private static int End(string sql, int start, Func<char, bool> belongs)
    {
        int end = start;
        while (end < sql.Length && belongs(sql[end]))
            end++;
        return end;
    }

    private static int EndOfLine(string sql, int start)
    {
        int end = sql.IndexOf('\n', start);
        return end < 0 ? sql.Length : end;
    }

    // A backslash escapes in Snowflake's texts.
    private static Token Literal(string sql, int start)
    {
        var value = new StringBuilder();
        int position = start + 1;
        while (position < sql.Length)
        {
            char c = sql[position];
            if (c == '\\' && position + 1 < sql.Length)
            {
                value.Append(Escaped(sql[position + 1]));
                position += 2;
            }
            else if (c == '\'' && position + 1 < sql.Length && sql[position + 1] == '\'')
            {
                value.Append('\'');
                position += 2;
            }
            else if (c == '\'')
            {
                return new Token(TokenKind.Text, sql[start..(position + 1)], value.ToString(), start);
            }
            else
            {
                value.Append(c);
                position++;
            }
        }

        throw EmulatedErrors.Syntax(sql, start, "unterminated text");
    }

    private static char Escaped(char c) => c switch { 'n' => '\n', 'r' => '\r', 't' => '\t', '0' => '\0', 'b' => '\b', 'f' => '\f', _ => c };

    private static Token QuotedName(string sql, int start)
    {
        int position = start + 1;
        while (position < sql.Length)
        {
            if (sql[position] != '"')
            {
                position++;
            }
            else if (position + 1 < sql.Length && sql[position + 1] == '"')
            {
                position += 2;
            }
            else
            {
                string text = sql[start..(position + 1)];
                return new Token(TokenKind.QuotedName, text, text[1..^1].Replace("\"\"", "\"", StringComparison.Ordinal), start);
            }
        }

        throw EmulatedErrors.Syntax(sql, start, "unterminated name");
    }

    private static int EndOfStage(string sql, int start)
    {
        int position = start + 1;
        bool isQuoted = false;
        while (position < sql.Length && (isQuoted || !(char.IsWhiteSpace(sql[position]) || sql[position] is ')' or '(' or ',' or ';')))
        {
            if (sql[position] == '"')
                isQuoted = !isQuoted;
            position++;
        }

        return position;
    }

    private static Token Number(string sql, int start)
    {
        int end = End(sql, start, c => char.IsAsciiDigit(c) || c == '.');
        if (end < sql.Length && sql[end] is 'e' or 'E')
        {
            int exponent = end + 1;
            if (exponent < sql.Length && sql[exponent] is '+' or '-')
                exponent++;
            end = End(sql, exponent, char.IsAsciiDigit);
        }

        return new Token(TokenKind.Number, sql[start..end], sql[start..end], start);
    }

    private static bool Follows(string sql, int start, string text) => string.CompareOrdinal(sql, start, text, 0, text.Length) == 0;
}
