namespace Warehouse.Sdk.Snowflake.Emulator;

/// <summary>INFORMATION_SCHEMA as Snowflake has it.</summary>
internal static class EmulatedCatalog
{
    /// <summary>What DuckDB has no word for.</summary>
    public const string Options = "CREATE TABLE IF NOT EXISTS main.sf_table_options (table_name VARCHAR, is_transient BOOLEAN, retention INTEGER, clustering_key VARCHAR)";

    public static IReadOnlyList<string> Views { get; } =
    [
        $"""
        CREATE OR REPLACE VIEW main."INFORMATION_SCHEMA.COLUMNS" AS
        SELECT 'EMULATED' AS TABLE_CATALOG, {Name("present.schema_name")} AS TABLE_SCHEMA, {Name("present.table_name")} AS TABLE_NAME, {Name("present.column_name")} AS COLUMN_NAME,
               present.column_index AS ORDINAL_POSITION,
               CASE WHEN present.is_nullable THEN 'YES' ELSE 'NO' END AS IS_NULLABLE,
               CASE WHEN present.data_type IN ('SMALLINT', 'INTEGER', 'BIGINT', 'HUGEINT') OR present.data_type LIKE 'DECIMAL%' THEN 'NUMBER'
                    WHEN present.data_type = 'VARCHAR' THEN 'TEXT'
                    WHEN present.data_type = 'DOUBLE' THEN 'FLOAT'
                    WHEN present.data_type = 'TIMESTAMP' THEN 'TIMESTAMP_NTZ'
                    WHEN present.data_type = 'TIMESTAMP WITH TIME ZONE' THEN 'TIMESTAMP_TZ'
                    WHEN present.data_type = 'BLOB' THEN 'BINARY'
                    WHEN present.data_type = 'JSON' THEN 'VARIANT'
                    ELSE present.data_type END AS DATA_TYPE,
               CASE WHEN present.data_type = 'VARCHAR' THEN coalesce(try_cast(checks.length AS BIGINT), 16777216) END AS CHARACTER_MAXIMUM_LENGTH,
               CASE present.data_type WHEN 'SMALLINT' THEN 5 WHEN 'INTEGER' THEN 10 WHEN 'BIGINT' THEN 19 WHEN 'HUGEINT' THEN 38
                    ELSE CASE WHEN present.data_type LIKE 'DECIMAL%' THEN present.numeric_precision END END AS NUMERIC_PRECISION,
               CASE WHEN present.data_type IN ('SMALLINT', 'INTEGER', 'BIGINT', 'HUGEINT') THEN 0 WHEN present.data_type LIKE 'DECIMAL%' THEN present.numeric_scale END AS NUMERIC_SCALE,
               CASE WHEN present.data_type LIKE 'TIME%' THEN 6 END AS DATETIME_PRECISION,
               present.comment AS COMMENT
        FROM duckdb_columns() AS present
        LEFT JOIN (
            SELECT table_oid, constraint_column_names[1] AS column_name, max(regexp_extract(expression, ' <= ([0-9]+)', 1)) AS length
            FROM duckdb_constraints()
            WHERE database_name = current_database() AND constraint_type = 'CHECK' AND len(constraint_column_names) = 1
            GROUP BY table_oid, constraint_column_names[1]
        ) AS checks ON checks.table_oid = present.table_oid AND checks.column_name = present.column_name
        WHERE present.database_name = current_database() AND NOT present.internal AND present.schema_name <> 'main' AND present.table_name NOT LIKE 'sf_dropped %'
        """,
        $"""
        CREATE OR REPLACE VIEW main."INFORMATION_SCHEMA.TABLES" AS
        SELECT 'EMULATED' AS TABLE_CATALOG, {Name("present.schema_name")} AS TABLE_SCHEMA, {Name("present.table_name")} AS TABLE_NAME, 'BASE TABLE' AS TABLE_TYPE, present.comment AS COMMENT,
               CASE WHEN kept.is_transient THEN 'YES' ELSE 'NO' END AS IS_TRANSIENT,
               coalesce(kept.retention, 1) AS RETENTION_TIME,
               kept.clustering_key AS CLUSTERING_KEY
        FROM duckdb_tables() AS present
        LEFT JOIN main.sf_table_options AS kept ON kept.table_name = {Name("present.schema_name")} || '.' || {Name("present.table_name")}
        WHERE present.database_name = current_database() AND NOT present.internal AND present.schema_name <> 'main' AND present.table_name NOT LIKE 'sf_dropped %'
        UNION ALL
        SELECT 'EMULATED', {Name("schema_name")}, {Name("view_name")}, 'VIEW', comment, NULL, NULL, NULL
        FROM duckdb_views() WHERE database_name = current_database() AND NOT internal AND schema_name <> 'main'
        """,
        $"""
        CREATE OR REPLACE VIEW main."INFORMATION_SCHEMA.VIEWS" AS
        SELECT 'EMULATED' AS TABLE_CATALOG, {Name("schema_name")} AS TABLE_SCHEMA, {Name("view_name")} AS TABLE_NAME, sql AS VIEW_DEFINITION, comment AS COMMENT
        FROM duckdb_views() WHERE database_name = current_database() AND NOT internal AND schema_name <> 'main'
        """,
        $"""
        CREATE OR REPLACE VIEW main."INFORMATION_SCHEMA.FUNCTIONS" AS
        SELECT 'EMULATED' AS FUNCTION_CATALOG, {Name("schema_name")} AS FUNCTION_SCHEMA, {Name("function_name")} AS FUNCTION_NAME, macro_definition AS FUNCTION_DEFINITION, comment AS COMMENT
        FROM duckdb_functions() WHERE database_name = current_database() AND NOT internal AND schema_name <> 'main' AND function_type IN ('macro', 'table_macro')
        """,
        $"""
        CREATE OR REPLACE VIEW main."INFORMATION_SCHEMA.SCHEMATA" AS
        SELECT 'EMULATED' AS CATALOG_NAME, {Name("schema_name")} AS SCHEMA_NAME
        FROM duckdb_schemas() WHERE database_name = current_database() AND NOT internal
        """,
    ];

    private static string Name(string column) => $"regexp_replace({column}, '\u00A4[0-9a-f]*$', '')";
}
