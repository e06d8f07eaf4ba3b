-- warehouse-sdk: deploy ledger warehouse

-- create-ledger-schema: The ledger's own schema.
CREATE SCHEMA IF NOT EXISTS warehouse;

-- create-load-id: Numbers loads.
CREATE SEQUENCE IF NOT EXISTS warehouse.load_id START 1;

-- create-load: One row per committed load.
CREATE TABLE IF NOT EXISTS warehouse.load (
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
);

-- create-load-file: One row per file loaded.
CREATE TABLE IF NOT EXISTS warehouse.load_file (
    load_id bigint NOT NULL,
    target text NOT NULL,
    path text COLLATE "C" NOT NULL,
    length bigint NOT NULL,
    sha256 text NOT NULL,
    number bigint,
    rows_read bigint,
    PRIMARY KEY (target, path, load_id)
);

-- create-watermark: How far each target has come.
CREATE TABLE IF NOT EXISTS warehouse.watermark (
    target text NOT NULL,
    column_name text NOT NULL,
    value text NOT NULL,
    load_id bigint NOT NULL,
    PRIMARY KEY (target, column_name)
);

-- create-load-interval: The stretches of a watermark that were loaded.
CREATE TABLE IF NOT EXISTS warehouse.load_interval (
    load_id bigint NOT NULL,
    target text NOT NULL,
    column_name text NOT NULL,
    lower_bound text NOT NULL,
    upper_bound text NOT NULL,
    is_backfill boolean NOT NULL,
    PRIMARY KEY (target, column_name, load_id, lower_bound)
);

-- create-reject: Rows that could not be loaded.
CREATE TABLE IF NOT EXISTS warehouse.reject (
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
);

-- create-model: The models deployed.
CREATE TABLE IF NOT EXISTS warehouse.model (
    name text NOT NULL,
    hash text NOT NULL,
    deployed_at timestamp NOT NULL,
    sdk_version text NOT NULL
);

-- create-surrogate-key: The last surrogate key given in each dimension; moved in the load's own transaction.
CREATE TABLE IF NOT EXISTS warehouse.surrogate_key (
    target text NOT NULL,
    last_key bigint NOT NULL,
    PRIMARY KEY (target)
);

-- create-attribute-type: The types that attributes of dimensions were deployed with.
CREATE TABLE IF NOT EXISTS warehouse.attribute_type (
    target text NOT NULL,
    column_name text NOT NULL,
    scd_type text NOT NULL,
    PRIMARY KEY (target, column_name)
);

-- create-history-view: The views and functions of histories that were made, by a digest of their definition.
CREATE TABLE IF NOT EXISTS warehouse.history_view (
    schema_name text NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    target text NOT NULL,
    definition text NOT NULL,
    PRIMARY KEY (schema_name, name, kind)
);

-- create-reject-index: Finds the rejected rows of a load.
DO 'BEGIN
    IF to_regclass(''warehouse.reject_load_id_idx'') IS NULL THEN
        CREATE INDEX reject_load_id_idx ON warehouse.reject (load_id);
    END IF;
END';

-- sweep-staging-tables: What crashed loads have left behind; a living load holds a lock on the name of its own.
DO 'DECLARE
    leftover record;
BEGIN
    FOR leftover IN
        SELECT relname AS name, format(''%I.%I'', nspname, relname) AS place
        FROM pg_class
        JOIN pg_namespace ON pg_namespace.oid = relnamespace
        WHERE nspname = ''warehouse''
          AND relname ~ ''^staged_[0-9a-f]{32}$''
          AND relkind = ''r''
          AND relpersistence = ''u''
    LOOP
        BEGIN
            IF pg_try_advisory_xact_lock(hashtextextended(''warehouse-sdk '' || leftover.name, 0)) THEN
                EXECUTE ''LOCK TABLE '' || leftover.place || '' IN ACCESS EXCLUSIVE MODE NOWAIT'';
                EXECUTE ''DROP TABLE '' || leftover.place;
            END IF;
        EXCEPTION WHEN lock_not_available OR undefined_table OR insufficient_privilege OR dependent_objects_still_exist THEN
            NULL;
        END;
    END LOOP;
END';
