namespace Warehouse.Sdk.Snowflake.Emulator;

internal enum TokenKind
{
    Word,
    QuotedName,
    Text,
    Number,
    Bind,
    Stage,
    Symbol,
    Blank,
}

/// <summary>One piece of a statement. <paramref name="Value"/> of a name is the name as the engine stores it: folded unless it was quoted.</summary>
internal readonly record struct Token(TokenKind Kind, string Text, string Value, int Position)
{
    public bool Is(string word) => Kind == TokenKind.Word && Value == word;

    public bool IsSymbol(string symbol) => Kind == TokenKind.Symbol && Text == symbol;

    public bool IsName => Kind is TokenKind.Word or TokenKind.QuotedName;

    public override string ToString() => Text;
}
