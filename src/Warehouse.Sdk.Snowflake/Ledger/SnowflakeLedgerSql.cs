using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;
using static Warehouse.Sdk.Snowflake.SnowflakeSql;

namespace Warehouse.Sdk.Snowflake;

/// <summary>The ledger: loads, files, watermarks, rejects, models and surrogate keys, in the same database as the data.</summary>
internal sealed class SnowflakeLedgerSql(Identifier schema) : ILedgerSql
{
    private const long LinesOfFile = 1L << SourcePartPlan.LineBits;

    public static QualifiedName SurrogateKeys(ModelConventions conventions) => new(conventions.LedgerSchema, "surrogate_key");

    public static QualifiedName Rejects(ModelConventions conventions) => new(conventions.LedgerSchema, "reject");

    public static QualifiedName Loads(ModelConventions conventions) => new(conventions.LedgerSchema, "load");

    public static QualifiedName Watermarks(ModelConventions conventions) => new(conventions.LedgerSchema, "watermark");

    public static QualifiedName AttributeTypes(ModelConventions conventions) => new(conventions.LedgerSchema, "attribute_type");

    public static QualifiedName LoadIntervals(ModelConventions conventions) => new(conventions.LedgerSchema, "load_interval");

    public static QualifiedName HistoryViews(ModelConventions conventions) => new(conventions.LedgerSchema, "history_view");

    public SqlStatement NextLoadId => Statement("next-load-id", "Numbers the load.", Rules.Sql($"SELECT {schema}.load_id_numbers.NEXTVAL AS load_id"));

    public SqlStatement FindBatch => Statement("find-batch", "Whether the host's batch was loaded before.", Rules.Sql($"""
        SELECT load_id
        FROM {schema}.load
        WHERE target = $target
          AND batch_id = $batch_id
        ORDER BY load_id DESC
        LIMIT 1
        """));

    public SqlStatement FindFile => Statement("find-file", "What was last loaded from this path.", Rules.Sql($"""
        SELECT file.load_id, file.length, file.sha256, load.as_of
        FROM {schema}.load_file AS file
        JOIN {schema}.load AS load ON load.load_id = file.load_id
        WHERE file.target = $target
          AND file.path = $path
        ORDER BY file.load_id DESC
        LIMIT 1
        """));

    public SqlStatement FindFiles => Statement("find-files", "What was last loaded from these paths.", Rules.Sql($"""
        SELECT file.path, file.load_id, file.length, file.sha256, load.as_of
        FROM {schema}.load_file AS file
        JOIN {schema}.load AS load ON load.load_id = file.load_id
        WHERE file.target = $target
          AND startswith(file.path, CAST($path AS VARCHAR))
        QUALIFY row_number() OVER (PARTITION BY file.path ORDER BY file.load_id DESC) = 1
        """));

    public SqlStatement PlaceRejects => Statement("place-rejects", "Rejected rows are named by their own file and line.", Rules.Sql($"""
        UPDATE {schema}.reject
        SET file = src.path,
            line = bitand({schema}.reject.line, {LinesOfFile - 1})
        FROM {schema}.load_file AS src
        WHERE {schema}.reject.load_id = $load_id
          AND {schema}.reject.line >= {LinesOfFile}
          AND src.load_id = $load_id
          AND src.number = bitshiftright({schema}.reject.line, {SourcePartPlan.LineBits})
        """));

    public SqlStatement ClaimRejects => Statement("claim-rejects", "Takes the rejected rows that were not replayed yet; nobody else will.", Rules.Sql($"""
        MERGE INTO {schema}.reject AS tgt
        USING (
            SELECT reject_id,
                   row_number() OVER (ORDER BY load_id, file, line) AS number
            FROM {schema}.reject
            WHERE target = $target
              AND replayed_by IS NULL
              AND raw_row IS NOT NULL
              AND load_id < $load_id
              AND (CAST($of_load AS BIGINT) IS NULL OR load_id = CAST($of_load AS BIGINT))
        ) AS src
        ON tgt.reject_id = src.reject_id
        WHEN MATCHED THEN UPDATE SET replayed_by = $load_id, replay_line = src.number
        """));

    public SqlStatement ReadClaimed => Statement("read-claimed", "The rows to replay, some at a time.", Rules.Sql($"""
        SELECT replay_line, file, line, raw_row, raw_header
        FROM {schema}.reject
        WHERE replayed_by = $load_id
          AND replay_line > $after_line
        ORDER BY replay_line
        LIMIT 1000
        """));

    public SqlStatement PlaceReplayed => Statement("place-replayed", "Rows that were rejected again are named by the file and line they came from.", Rules.Sql($"""
        UPDATE {schema}.reject
        SET file = src.file,
            line = src.line
        FROM {schema}.reject AS src
        WHERE {schema}.reject.load_id = $load_id
          AND {schema}.reject.line >= {LinesOfFile}
          AND src.replayed_by = $load_id
          AND src.replay_line = {schema}.reject.line - {LinesOfFile}
        """));

    public SqlStatement FindLoad => Statement("find-load", "Whether the load was committed.", Rules.Sql($"SELECT load_id FROM {schema}.load WHERE load_id = $load_id"));

    public SqlStatement RecordLoad => Statement("record-load", "Writes the load into the ledger.", Rules.Sql($"""
        INSERT INTO {schema}.load (load_id, target, source, batch_id, status, as_of, rows_read, rows_rejected, counts, started_at, finished_at, sdk_version)
        VALUES ($load_id, $target, $source, $batch_id, $status, $as_of, $rows_read, $rows_rejected, $counts, $started_at, $finished_at, $sdk_version)
        """));

    public SqlStatement RecordFile => Statement("record-file", "Writes the file into the ledger.", Rules.Sql($"""
        INSERT INTO {schema}.load_file (load_id, target, path, length, sha256)
        VALUES ($load_id, $target, $path, $length, $sha256)
        """));

    public SqlStatement FirstRejects => Statement("first-rejects", "The first rejected rows of the load.", Rules.Sql($"""
        SELECT file, line, column_name, reason
        FROM {schema}.reject
        WHERE load_id = $load_id
        ORDER BY line
        LIMIT 10
        """));

    public SqlStatement ReadWatermark => Statement("read-watermark", "How far the target has come.", Rules.Sql($"""
        SELECT value
        FROM {schema}.watermark
        WHERE target = $target
          AND column_name = $column_name
        """));

    public SqlStatement ReadSnapshots => Statement("read-snapshots", "The times of the snapshots that were loaded, of everybody and of parts.", Rules.Sql($"""
        SELECT column_name, value
        FROM {schema}.watermark
        WHERE target = $target
          AND startswith(column_name, CAST($column_name AS VARCHAR))
        """));

    public SqlStatement ReadIntervals => Statement("read-intervals", "The stretches that were loaded.", Rules.Sql($"""
        SELECT load_id, lower_bound, upper_bound, is_backfill
        FROM {schema}.load_interval
        WHERE target = $target
          AND column_name = $column_name
        ORDER BY load_id, lower_bound
        """));

    public SqlStatement MoveWatermark => Statement("move-watermark", "Moves the target on, if it moved.", Rules.Sql($"""
        MERGE INTO {schema}.watermark AS tgt
        USING (SELECT $target AS target, $column_name AS column_name, $value AS value) AS src
        ON tgt.target = src.target AND tgt.column_name = src.column_name
        WHEN MATCHED AND tgt.value <> src.value THEN UPDATE SET value = src.value, load_id = $load_id
        WHEN NOT MATCHED THEN INSERT (target, column_name, value, load_id) VALUES (src.target, src.column_name, src.value, $load_id)
        """));

    public SqlStatement RecordModel => Statement("record-model", "Notes which model the database was deployed from.", Rules.Sql($"""
        INSERT INTO {schema}.model (name, hash, deployed_at, sdk_version)
        SELECT $model_name, $model_hash, $deployed_at, $sdk_version
        WHERE $model_hash IS DISTINCT FROM (SELECT max_by(hash, deployed_at) FROM {schema}.model WHERE name = $model_name)
        """));

    public static SqlScript Deploy(Identifier schema) => new($"deploy ledger {schema}",
    [
        Statement("create-ledger-schema", "The ledger's own schema.", Rules.Sql($"CREATE SCHEMA IF NOT EXISTS {schema}")),
        Statement("create-nfc", "Texts in Unicode's composed form, for which Snowflake has no function of its own.", Rules.Sql($"""
            CREATE OR REPLACE FUNCTION {WorkSchema}.nfc(value VARCHAR)
            RETURNS VARCHAR
            LANGUAGE JAVASCRIPT
            AS 'return VALUE === null || VALUE === undefined ? null : VALUE.normalize("NFC")'
            """)),
        Statement("create-load-id", "Numbers loads.", Rules.Sql($"CREATE SEQUENCE IF NOT EXISTS {schema}.load_id_numbers START = 1 INCREMENT = 1 ORDER")),
        Statement("create-load", "One row per committed load.", Rules.Sql($"""
            CREATE TABLE IF NOT EXISTS {schema}.load (
                load_id BIGINT NOT NULL,
                target VARCHAR NOT NULL,
                source VARCHAR NOT NULL,
                batch_id VARCHAR,
                status VARCHAR NOT NULL,
                as_of TIMESTAMP_NTZ(6) NOT NULL,
                rows_read BIGINT NOT NULL,
                rows_rejected BIGINT NOT NULL,
                counts VARCHAR NOT NULL,
                started_at TIMESTAMP_NTZ(6) NOT NULL,
                finished_at TIMESTAMP_NTZ(6) NOT NULL,
                sdk_version VARCHAR NOT NULL,
                error VARCHAR
            )
            """)),
        Statement("create-load-file", "One row per file loaded.", Rules.Sql($"""
            CREATE TABLE IF NOT EXISTS {schema}.load_file (
                load_id BIGINT NOT NULL,
                target VARCHAR NOT NULL,
                path VARCHAR NOT NULL,
                length BIGINT NOT NULL,
                sha256 VARCHAR NOT NULL,
                number BIGINT,
                rows_read BIGINT
            )
            """)),
        Statement("create-watermark", "How far each target has come.", Rules.Sql($"""
            CREATE TABLE IF NOT EXISTS {schema}.watermark (
                target VARCHAR NOT NULL,
                column_name VARCHAR NOT NULL,
                value VARCHAR NOT NULL,
                load_id BIGINT NOT NULL
            )
            """)),
        Statement("create-load-interval", "The stretches of a watermark that were loaded.", Rules.Sql($"""
            CREATE TABLE IF NOT EXISTS {schema}.load_interval (
                load_id BIGINT NOT NULL,
                target VARCHAR NOT NULL,
                column_name VARCHAR NOT NULL,
                lower_bound VARCHAR NOT NULL,
                upper_bound VARCHAR NOT NULL,
                is_backfill BOOLEAN NOT NULL
            )
            """)),
        Statement("create-reject", "Rows that could not be loaded.", Rules.Sql($"""
            CREATE TABLE IF NOT EXISTS {schema}.reject (
                load_id BIGINT NOT NULL,
                target VARCHAR NOT NULL,
                file VARCHAR,
                line BIGINT,
                column_name VARCHAR,
                reason VARCHAR NOT NULL,
                raw_row VARCHAR,
                raw_header VARCHAR,
                replayed_by BIGINT,
                replay_line BIGINT,
                reject_id BIGINT AUTOINCREMENT START 1 INCREMENT 1
            )
            """)),
        Statement("create-model", "The models deployed.", Rules.Sql($"""
            CREATE TABLE IF NOT EXISTS {schema}.model (
                name VARCHAR NOT NULL,
                hash VARCHAR NOT NULL,
                deployed_at TIMESTAMP_NTZ(6) NOT NULL,
                sdk_version VARCHAR NOT NULL
            )
            """)),
        Statement("create-surrogate-key", "The last surrogate key given in each dimension; moved in the load's own transaction.", Rules.Sql($"""
            CREATE TABLE IF NOT EXISTS {schema}.surrogate_key (
                target VARCHAR NOT NULL,
                last_key BIGINT NOT NULL
            )
            """)),
        Statement("create-attribute-type", "The types that attributes of dimensions were deployed with.", Rules.Sql($"""
            CREATE TABLE IF NOT EXISTS {schema}.attribute_type (
                target VARCHAR NOT NULL,
                column_name VARCHAR NOT NULL,
                scd_type VARCHAR NOT NULL
            )
            """)),
        Statement("create-history-view", "The views and macros of histories that were made, by a digest of their definition.", Rules.Sql($"""
            CREATE TABLE IF NOT EXISTS {schema}.history_view (
                schema_name VARCHAR NOT NULL,
                name VARCHAR NOT NULL,
                kind VARCHAR NOT NULL,
                target VARCHAR NOT NULL,
                definition VARCHAR NOT NULL
            )
            """)),
        Statement("create-table-option", "Clustering keys, transience, retention and tags that the model has put on tables.", Rules.Sql($"""
            CREATE TABLE IF NOT EXISTS {schema}.table_option (
                schema_name VARCHAR NOT NULL,
                table_name VARCHAR NOT NULL,
                option_name VARCHAR NOT NULL,
                option_value VARCHAR NOT NULL
            )
            """)),
    ]);
}
