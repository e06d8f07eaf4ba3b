using Warehouse.Sdk.Sql;
using static Warehouse.Sdk.Snowflake.SnowflakeSql;

namespace Warehouse.Sdk.Snowflake;

/// <summary>Clones, tables as they stood, and tables that were dropped.</summary>
internal static class SnowflakeTimeTravelSql
{
    /// <summary>The table as it stood, for a FROM.</summary>
    public static SqlText From(QualifiedName table, TimePoint point) => Rules.Sql($"{table} {point.Clause}");

    public static SqlStatement Read(QualifiedName table, TimePoint point) => Statement("read-as-it-stood", "The rows that the table had then.", Rules.Sql($"""
        SELECT *
        FROM {From(table, point)}
        """));

    public static SqlStatement ReadTables(IEnumerable<QualifiedName> tables) => Statement("read-tables", "Which tables are there, and which of them are transient.", Rules.Sql($"""
        SELECT {SnowflakeSchemaSql.LogicalName("table_schema")} AS schema_name,
               {SnowflakeSchemaSql.LogicalName("table_name")} AS table_name,
               is_transient
        FROM information_schema.tables
        WHERE table_schema IN ({SqlText.Join(", ", tables.Select(table => Constant(SnowflakeIdentifierRules.Stored(table.Schema.Value))).Distinct())})
        """));

    public static SqlStatement ReadSchema(Identifier schema) => Statement("read-schema", "Whether the schema is there: making it needs a right that using it does not.", Rules.Sql($"""
        SELECT schema_name
        FROM information_schema.schemata
        WHERE schema_name = {Constant(SnowflakeIdentifierRules.Stored(schema.Value))}
        """));

    /// <summary>A clone of a transient table can be none that is kept for longer.</summary>
    public static SqlScript Clone(IReadOnlyList<(QualifiedName From, QualifiedName Into, bool IsTransient)> tables, bool makesSchema, CloneOptions options) => new("clone",
    [
        .. makesSchema ? [Statement("create-schema", "Where the clones stand.", Rules.Sql($"CREATE SCHEMA IF NOT EXISTS {tables[0].Into.Schema}"))] : Array.Empty<SqlStatement>(),
        .. tables.Select(table => Statement("clone-table", "Shares the rows of the table until one of the two changes.", Rules.Sql($"""
            CREATE {new SqlText(options.Replace ? "OR REPLACE " : string.Empty)}{new SqlText(table.IsTransient ? "TRANSIENT " : string.Empty)}TABLE {table.Into}
            CLONE {table.From}
            {options.AsOf?.Clause ?? SqlText.Empty}
            """))),
    ]);

    public static SqlStatement Undrop(QualifiedName table) => Statement("undrop-table", "Brings the table back that was dropped last under the name.", Rules.Sql($"UNDROP TABLE {table}"));
}
