-- warehouse-sdk: deploy ledger warehouse

-- create-ledger-schema: The ledger's own schema.
CREATE SCHEMA IF NOT EXISTS "WAREHOUSE";

-- create-nfc: Texts in Unicode's composed form, for which Snowflake has no function of its own.
CREATE OR REPLACE FUNCTION "WAREHOUSE_WORK".nfc(value VARCHAR)
RETURNS VARCHAR
LANGUAGE JAVASCRIPT
AS 'return VALUE === null || VALUE === undefined ? null : VALUE.normalize("NFC")';

-- create-load-id: Numbers loads.
CREATE SEQUENCE IF NOT EXISTS "WAREHOUSE".load_id_numbers START = 1 INCREMENT = 1 ORDER;

-- create-load: One row per committed load.
CREATE TABLE IF NOT EXISTS "WAREHOUSE".load (
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
);

-- create-load-file: One row per file loaded.
CREATE TABLE IF NOT EXISTS "WAREHOUSE".load_file (
    load_id BIGINT NOT NULL,
    target VARCHAR NOT NULL,
    path VARCHAR NOT NULL,
    length BIGINT NOT NULL,
    sha256 VARCHAR NOT NULL,
    number BIGINT,
    rows_read BIGINT
);

-- create-watermark: How far each target has come.
CREATE TABLE IF NOT EXISTS "WAREHOUSE".watermark (
    target VARCHAR NOT NULL,
    column_name VARCHAR NOT NULL,
    value VARCHAR NOT NULL,
    load_id BIGINT NOT NULL
);

-- create-load-interval: The stretches of a watermark that were loaded.
CREATE TABLE IF NOT EXISTS "WAREHOUSE".load_interval (
    load_id BIGINT NOT NULL,
    target VARCHAR NOT NULL,
    column_name VARCHAR NOT NULL,
    lower_bound VARCHAR NOT NULL,
    upper_bound VARCHAR NOT NULL,
    is_backfill BOOLEAN NOT NULL
);

-- create-reject: Rows that could not be loaded.
CREATE TABLE IF NOT EXISTS "WAREHOUSE".reject (
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
);

-- create-model: The models deployed.
CREATE TABLE IF NOT EXISTS "WAREHOUSE".model (
    name VARCHAR NOT NULL,
    hash VARCHAR NOT NULL,
    deployed_at TIMESTAMP_NTZ(6) NOT NULL,
    sdk_version VARCHAR NOT NULL
);

-- create-surrogate-key: The last surrogate key given in each dimension; moved in the load's own transaction.
CREATE TABLE IF NOT EXISTS "WAREHOUSE".surrogate_key (
    target VARCHAR NOT NULL,
    last_key BIGINT NOT NULL
);

-- create-attribute-type: The types that attributes of dimensions were deployed with.
CREATE TABLE IF NOT EXISTS "WAREHOUSE".attribute_type (
    target VARCHAR NOT NULL,
    column_name VARCHAR NOT NULL,
    scd_type VARCHAR NOT NULL
);

-- create-history-view: The views and macros of histories that were made, by a digest of their definition.
CREATE TABLE IF NOT EXISTS "WAREHOUSE".history_view (
    schema_name VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    target VARCHAR NOT NULL,
    definition VARCHAR NOT NULL
);

-- create-table-option: Clustering keys, transience, retention and tags that the model has put on tables.
CREATE TABLE IF NOT EXISTS "WAREHOUSE".table_option (
    schema_name VARCHAR NOT NULL,
    table_name VARCHAR NOT NULL,
    option_name VARCHAR NOT NULL,
    option_value VARCHAR NOT NULL
);
