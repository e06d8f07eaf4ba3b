using System.Text;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk.Snowflake;

/// <summary>
/// Every name is quoted, so that no setting of an account and no reserved word changes what it means. A name in small letters is written in capitals, as
/// Snowflake keeps what people write without quotes; any other name is kept exactly.
/// </summary>
internal sealed class SnowflakeIdentifierRules : IdentifierRules
{
    public static SnowflakeIdentifierRules Instance { get; } = new();

    public override void Append(StringBuilder text, Identifier identifier)
    {
        if (Folds(identifier.Value))
            text.Append('"').Append(identifier.Value.ToUpperInvariant()).Append('"');
        else
            AppendQuoted(text, identifier);
    }

    /// <summary>The name as the engine keeps it.</summary>
    public static string Stored(string name) => Folds(name) ? name.ToUpperInvariant() : name;

    /// <summary>The name in a model of what the engine calls <paramref name="stored"/>.</summary>
    public static string Logical(string stored) => stored.Any(char.IsLower) ? stored : Folds(stored.ToLowerInvariant()) ? stored.ToLowerInvariant() : stored;

    private static bool Folds(string name)
        => (char.IsAsciiLetterLower(name[0]) || name[0] == '_') && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '_' or '$');
}
