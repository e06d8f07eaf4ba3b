using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk.Snowflake;

/// <summary>
/// A statement that makes a private table of the run. DDL would commit the transaction, so the table is made before it, empty, and filled in it. One
/// statement of a plan thus has two renderings, and the plan shows the whole of it.
/// </summary>
/// <param name="Name">The table, as SQL.</param>
/// <param name="Definition">What stands behind the name: columns in brackets, or empty.</param>
/// <param name="Query">What fills it; empty when rows come from outside.</param>
internal sealed record SnowflakeWorkTable(string Name, string Definition, string Query)
{
    private const string Beginning = "CREATE OR REPLACE TEMPORARY TABLE ";
    private const string AsQuery = " AS\n";
    private static readonly string Schema = $"{SnowflakeSql.Rules.Sql($"{SnowflakeSql.WorkSchema}")}.";

    /// <summary>The table that the statement makes; null when it makes none.</summary>
    public static SnowflakeWorkTable? Of(SqlStatement statement)
    {
        if (!statement.Text.StartsWith(Beginning, StringComparison.Ordinal))
            return null;
        int end = statement.Text.IndexOf('\n', StringComparison.Ordinal);
        string line = statement.Text[Beginning.Length..end];
        return line.EndsWith(" AS", StringComparison.Ordinal)
            ? new SnowflakeWorkTable(line[..^3], string.Empty, statement.Text[(end + 1)..])
            : new SnowflakeWorkTable(line[..line.IndexOf(" (", StringComparison.Ordinal)], statement.Text[(Beginning.Length + line.IndexOf(" (", StringComparison.Ordinal))..], string.Empty);
    }

    /// <summary>Whether the statement drops a private table.</summary>
    public static bool IsDrop(SqlStatement statement) => statement.Text.StartsWith("DROP TABLE " + Schema, StringComparison.Ordinal);

    /// <summary>Makes the table without rows. No values can be bound.</summary>
    public string CreateEmpty() => Query.Length == 0
        ? $"{Beginning}{Name}{Definition}"
        : $"{Beginning}{Name}{AsQuery}SELECT *\nFROM (\n{SnowflakeParameters.ToNulls(Query)}\n) AS typed\nLIMIT 0";

    public string Clear() => $"DELETE FROM {Name}";

    public string Fill() => $"INSERT INTO {Name}\n{Query}";

    /// <summary>Fills the table in the place of what is in it; unlike TRUNCATE, this is no DDL.</summary>
    public string Refill() => $"INSERT OVERWRITE INTO {Name}\n{Query}";

    /// <summary>The private table that a statement adds rows to; null when it is none.</summary>
    public static string? AddedTo(string text)
    {
        const string Insert = "INSERT INTO ";
        if (!text.StartsWith(Insert + Schema, StringComparison.Ordinal))
            return null;
        int end = SnowflakeParameters.EndOfToken(text, Insert.Length + Schema.Length);
        return text[Insert.Length..end];
    }
}
