using System.Collections.Frozen;
using System.Text;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk.DuckDb;

/// <summary>DuckDB reads plain lower-case names as they are; everything else is quoted.</summary>
internal sealed class DuckDbIdentifierRules : IdentifierRules
{
    public static DuckDbIdentifierRules Instance { get; } = new();

    public override void Append(StringBuilder text, Identifier identifier)
    {
        if (IsPlain(identifier.Value) && !ReservedWords.Contains(identifier.Value))
            text.Append(identifier.Value);
        else
            AppendQuoted(text, identifier);
    }

    private static bool IsPlain(string name)
        => (char.IsAsciiLetterLower(name[0]) || name[0] == '_') && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_');

    // duckdb_keywords() of the engine in use, all categories but "unreserved"; a test compares them.
    internal static FrozenSet<string> ReservedWords { get; } = FrozenSet.ToFrozenSet(DuckDbReservedWords.All.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries), StringComparer.Ordinal);
}
