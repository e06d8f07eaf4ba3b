using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;
using static Warehouse.Sdk.Postgres.PostgresSql;

namespace Warehouse.Sdk.Postgres;

/// <summary>The ledger: loads, files, watermarks, rejects, models and surrogate keys, in the same database as the data.</summary>
internal sealed class PostgresLedgerSql(Identifier schema) : ILedgerSql
{
    public static QualifiedName SurrogateKeys(ModelConventions conventions) => new(conventions.LedgerSchema, "surrogate_key");

    public static QualifiedName Rejects(ModelConventions conventions) => new(conventions.LedgerSchema, "reject");

    public static QualifiedName Loads(ModelConventions conventions) => new(conventions.LedgerSchema, "load");

    public static QualifiedName Watermarks(ModelConventions conventions) => new(conventions.LedgerSchema, "watermark");

    public static QualifiedName AttributeTypes(ModelConventions conventions) => new(conventions.LedgerSchema, "attribute_type");

    public static QualifiedName LoadIntervals(ModelConventions conventions) => new(conventions.LedgerSchema, "load_interval");

    public static QualifiedName HistoryViews(ModelConventions conventions) => new(conventions.LedgerSchema, "history_view");

    public SqlStatement NextLoadId => Statement("next-load-id", "Numbers the load.", Rules.Sql($"SELECT nextval({Constant(Rules.Sql($"{schema}.load_id").ToString())}) AS load_id"));

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
        SELECT DISTINCT ON (file.path) file.path, file.load_id, file.length, file.sha256, load.as_of
        FROM {schema}.load_file AS file
        JOIN {schema}.load AS load ON load.load_id = file.load_id
        WHERE file.target = $target
          AND starts_with(file.path, CAST($path AS text))
        ORDER BY file.path, file.load_id DESC
        """));

    public SqlStatement PlaceRejects => Statement("place-rejects", "Rejected rows are named by their own file and line.", Rules.Sql($"""
        UPDATE {schema}.reject AS tgt
        SET file = src.path,
            line = tgt.line & {SourcePartPlan.LinesOfPart - 1}
        FROM {schema}.load_file AS src
        WHERE tgt.load_id = $load_id
          AND tgt.line >= {SourcePartPlan.LinesOfPart}
          AND src.load_id = $load_id
          AND src.number = tgt.line >> {SourcePartPlan.LineBits}
        """));

    public SqlStatement ClaimRejects => Statement("claim-rejects", "Takes the rejected rows that were not replayed yet; nobody else will.", Rules.Sql($"""
        UPDATE {schema}.reject AS tgt
        SET replayed_by = $load_id,
            replay_line = src.number
        FROM (
            SELECT ctid AS row_id,
                   row_number() OVER (ORDER BY load_id, file, line) AS number
            FROM {schema}.reject
            WHERE target = $target
              AND replayed_by IS NULL
              AND raw_row IS NOT NULL
              AND load_id < $load_id
              AND (CAST($of_load AS bigint) IS NULL OR load_id = CAST($of_load AS bigint))
        ) AS src
        WHERE tgt.ctid = src.row_id
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
        UPDATE {schema}.reject AS tgt
        SET file = src.file,
            line = src.line
        FROM {schema}.reject AS src
        WHERE tgt.load_id = $load_id
          AND tgt.line >= {SourcePartPlan.LinesOfPart}
          AND src.replayed_by = $load_id
          AND src.replay_line = tgt.line - {SourcePartPlan.LinesOfPart}
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
          AND starts_with(column_name, CAST($column_name AS text))
        """));

    public SqlStatement ReadIntervals => Statement("read-intervals", "The stretches that were loaded.", Rules.Sql($"""
        SELECT load_id, lower_bound, upper_bound, is_backfill
        FROM {schema}.load_interval
        WHERE target = $target
          AND column_name = $column_name
        ORDER BY load_id, lower_bound
        """));

    public SqlStatement MoveWatermark => Statement("move-watermark", "Moves the target on, if it moved.", Rules.Sql($"""
        INSERT INTO {schema}.watermark (target, column_name, value, load_id)
        VALUES ($target, $column_name, $value, $load_id)
        ON CONFLICT (target, column_name) DO UPDATE SET value = excluded.value, load_id = excluded.load_id
        WHERE watermark.value IS DISTINCT FROM excluded.value
        """));

    public SqlStatement RecordModel => Statement("record-model", "Notes which model the database was deployed from.", Rules.Sql($"""
        INSERT INTO {schema}.model (name, hash, deployed_at, sdk_version)
        SELECT CAST($model_name AS text), CAST($model_hash AS text), CAST($deployed_at AS timestamp), CAST($sdk_version AS text)
        WHERE CAST($model_hash AS text) IS DISTINCT FROM (SELECT hash FROM {schema}.model WHERE name = CAST($model_name AS text) ORDER BY deployed_at DESC LIMIT 1)
        """));

    public static SqlScript Deploy(Identifier schema) => new($"deploy ledger {schema}",
    [
        Statement("create-ledger-schema", "The ledger's own schema.", Rules.Sql($"CREATE SCHEMA IF NOT EXISTS {schema}")),
        Statement("create-load-id", "Numbers loads.", Rules.Sql($"CREATE SEQUENCE IF NOT EXISTS {schema}.load_id START 1")),
        Statement("create-load", "One row per committed load.", Rules.Sql($"""
            CREATE TABLE IF NOT EXISTS {schema}.load (
                load_id bigint NOT NULL,
                target text NOT NULL,
                source text NOT NULL,
                batch_id text,
                status text NOT NULL,
                as_of timestamp NOT NULL,
                rows_read bigint NOT NULL,
                rows_rejected bigint NOT NULL,
                counts text NOT NULL,
                started_at timestamp NOT NULL,
                finished_at timestamp NOT NULL,
                sdk_version text NOT NULL,
                error text,
                PRIMARY KEY (load_id),
                UNIQUE (target, batch_id, load_id)
            )
            """)),
        // By bytes, so that the key also finds all paths that begin alike.
        Statement("create-load-file", "One row per file loaded.", Rules.Sql($"""
            CREATE TABLE IF NOT EXISTS {schema}.load_file (
                load_id bigint NOT NULL,
                target text NOT NULL,
                path text COLLATE "C" NOT NULL,
                length bigint NOT NULL,
                sha256 text NOT NULL,
                number bigint,
                rows_read bigint,
                PRIMARY KEY (target, path, load_id)
            )
            """)),
        Statement("create-watermark", "How far each target has come.", Rules.Sql($"""
            CREATE TABLE IF NOT EXISTS {schema}.watermark (
                target text NOT NULL,
                column_name text NOT NULL,
                value text NOT NULL,
                load_id bigint NOT NULL,
                PRIMARY KEY (target, column_name)
            )
            """)),
        Statement("create-load-interval", "The stretches of a watermark that were loaded.", Rules.Sql($"""
            CREATE TABLE IF NOT EXISTS {schema}.load_interval (
                load_id bigint NOT NULL,
                target text NOT NULL,
                column_name text NOT NULL,
                lower_bound text NOT NULL,
                upper_bound text NOT NULL,
                is_backfill boolean NOT NULL,
                PRIMARY KEY (target, column_name, load_id, lower_bound)
            )
            """)),
        Statement("create-reject", "Rows that could not be loaded.", Rules.Sql($"""
            CREATE TABLE IF NOT EXISTS {schema}.reject (
                load_id bigint NOT NULL,
                target text NOT NULL,
                file text,
                line bigint,
                column_name text,
                reason text NOT NULL,
                raw_row text,
                raw_header text,
                replayed_by bigint,
                replay_line bigint
            )
            """)),
        Statement("create-model", "The models deployed.", Rules.Sql($"""
            CREATE TABLE IF NOT EXISTS {schema}.model (
                name text NOT NULL,
                hash text NOT NULL,
                deployed_at timestamp NOT NULL,
                sdk_version text NOT NULL
            )
            """)),
        Statement("create-surrogate-key", "The last surrogate key given in each dimension; moved in the load's own transaction.", Rules.Sql($"""
            CREATE TABLE IF NOT EXISTS {schema}.surrogate_key (
                target text NOT NULL,
                last_key bigint NOT NULL,
                PRIMARY KEY (target)
            )
            """)),
        Statement("create-attribute-type", "The types that attributes of dimensions were deployed with.", Rules.Sql($"""
            CREATE TABLE IF NOT EXISTS {schema}.attribute_type (
                target text NOT NULL,
                column_name text NOT NULL,
                scd_type text NOT NULL,
                PRIMARY KEY (target, column_name)
            )
            """)),
        Statement("create-history-view", "The views and functions of histories that were made, by a digest of their definition.", Rules.Sql($"""
            CREATE TABLE IF NOT EXISTS {schema}.history_view (
                schema_name text NOT NULL,
                name text NOT NULL,
                kind text NOT NULL,
                target text NOT NULL,
                definition text NOT NULL,
                PRIMARY KEY (schema_name, name, kind)
            )
            """)),
        CreateRejectIndex(schema),
        PostgresSharedStagingSql.Sweep(schema),
    ]);

    // CREATE INDEX IF NOT EXISTS locks the table against writers before it looks, and would wait for every load that runs.
    private static SqlStatement CreateRejectIndex(Identifier schema)
    {
        SqlText create = Rules.Sql($"""
            BEGIN
                IF to_regclass({Constant(Rules.Sql($"{schema}.reject_load_id_idx").ToString())}) IS NULL THEN
                    CREATE INDEX reject_load_id_idx ON {schema}.reject (load_id);
                END IF;
            END
            """);
        return Statement("create-reject-index", "Finds the rejected rows of a load.", Rules.Sql($"DO {Constant(create.ToString())}"));
    }
}
