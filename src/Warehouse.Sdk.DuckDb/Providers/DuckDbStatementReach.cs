using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk.DuckDb;

/// <summary>What a statement may leave behind.</summary>
internal enum DuckDbStatementReach
{
    /// <summary>Only temporary tables, which the connection alone sees and which go with it.</summary>
    OwnTables,

    /// <summary>Only temporary tables, and the next statements of a load of facts read all of them.</summary>
    OwnRowsOfFacts,

    /// <summary>Rows of tables that others see, as many as it says it touched.</summary>
    Rows,

    /// <summary>Anything else.</summary>
    Structure,
}

/// <summary>Tells by its first words what a statement may leave behind; the dialect's statements begin with them.</summary>
internal static class DuckDbStatementReaches
{
    private static readonly string[] OwnRowsOfFacts = ["CREATE TEMP TABLE versions_", "CREATE TEMP TABLE resolved "];

    private static readonly string[] OwnTables = ["CREATE TEMP ", "CREATE OR REPLACE TEMP ", "INSERT INTO temp.", "UPDATE temp.", "DELETE FROM temp.", "DROP TABLE temp."];

    private static readonly string[] Rows = ["INSERT INTO ", "UPDATE ", "DELETE FROM "];

    public static DuckDbStatementReach ReachOf(SqlStatement statement)
    {
        if (Begins(statement, OwnRowsOfFacts))
            return DuckDbStatementReach.OwnRowsOfFacts;
        if (Begins(statement, OwnTables))
            return DuckDbStatementReach.OwnTables;
        return Begins(statement, Rows) ? DuckDbStatementReach.Rows : DuckDbStatementReach.Structure;
    }

    private static bool Begins(SqlStatement statement, string[] words) => Array.Exists(words, word => statement.Text.StartsWith(word, StringComparison.Ordinal));
}
