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
    path text NOT NULL,
    length bigint NOT NULL,
    sha256 text NOT NULL,
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

-- create-reject: Rows that could not be loaded.
CREATE TABLE IF NOT EXISTS warehouse.reject (
    load_id bigint NOT NULL,
    target text NOT NULL,
    file text,
    line bigint,
    column_name text,
    reason text NOT NULL,
    raw_row text
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
