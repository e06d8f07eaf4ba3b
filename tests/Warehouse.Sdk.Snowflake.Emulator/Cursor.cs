namespace Warehouse.Sdk.Snowflake.Emulator;

/// <summary>Goes through the tokens of a statement.</summary>
internal sealed class Cursor(string sql, IReadOnlyList<Token> tokens, int position = 0)
{
    public int Position { get; set; } = position;

    public bool AtEnd => Position >= tokens.Count;

    public Token Current => AtEnd ? throw EmulatedErrors.Syntax(sql, sql.Length, "unexpected '<EOF>'") : tokens[Position];

    public bool At(string word) => !AtEnd && tokens[Position].Is(word);

    public bool AtSymbol(string symbol) => !AtEnd && tokens[Position].IsSymbol(symbol);

    public bool Accept(params string[] words)
    {
        for (int i = 0; i < words.Length; i++)
        {
            if (Position + i >= tokens.Count || !tokens[Position + i].Is(words[i]))
                return false;
        }

        Position += words.Length;
        return true;
    }

    public bool AcceptSymbol(string symbol)
    {
        if (!AtSymbol(symbol))
            return false;
        Position++;
        return true;
    }

    public void Expect(string word)
    {
        if (!Accept(word))
            throw Unexpected();
    }

    public void ExpectSymbol(string symbol)
    {
        if (!AcceptSymbol(symbol))
            throw Unexpected();
    }

    public Token Take()
    {
        Token token = Current;
        Position++;
        return token;
    }

    public string Text() => Current.Kind == TokenKind.Text ? Take().Value : throw Unexpected();

    /// <summary>A name of one or more parts, as the engine stores them.</summary>
    public string[] Name()
    {
        List<string> parts = [];
        do
        {
            if (!Current.IsName)
                throw Unexpected();
            parts.Add(Take().Value);
        }
        while (AcceptSymbol("."));
        return [.. parts];
    }

    public EmulatedType Type()
    {
        int position = Position;
        EmulatedType type = EmulatedType.Read(sql, tokens, ref position);
        Position = position;
        return type;
    }

    /// <summary>The position of the bracket that closes the one here.</summary>
    public int Close()
    {
        int depth = 0;
        for (int i = Position; i < tokens.Count; i++)
        {
            if (tokens[i].IsSymbol("("))
                depth++;
            else if (tokens[i].IsSymbol(")") && --depth == 0)
                return i;
        }

        throw Unexpected();
    }

    /// <summary>The text from one token up to another.</summary>
    public string Between(int from, int to) => to <= from ? string.Empty : sql[tokens[from].Position..(tokens[to - 1].Position + tokens[to - 1].Text.Length)];

    /// <summary>The next position outside brackets at which one of the words stands; the end when none does.</summary>
    public int Find(params string[] words)
    {
        int depth = 0;
        for (int i = Position; i < tokens.Count; i++)
        {
            if (tokens[i].IsSymbol("("))
                depth++;
            else if (tokens[i].IsSymbol(")"))
                depth--;
            else if (depth == 0 && tokens[i].Kind == TokenKind.Word && words.Contains(tokens[i].Value) && !(tokens[i].Is("FROM") && i > 0 && tokens[i - 1].Is("DISTINCT")))
                return i;
        }

        return tokens.Count;
    }

    public SnowflakeEmulatorException Unexpected() => AtEnd ? EmulatedErrors.Syntax(sql, sql.Length, "unexpected '<EOF>'") : EmulatedErrors.Unexpected(sql, tokens[Position]);

    public void ExpectEnd()
    {
        if (!AtEnd)
            throw Unexpected();
    }
}
