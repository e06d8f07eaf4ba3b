-- warehouse-sdk: deploy small shop

-- read-columns: What the database has already.
SELECT present.schema_name,
       present.table_name,
       present.column_name,
       CASE WHEN present.data_type = 'VARCHAR' AND checks.length <> '' THEN 'VARCHAR(' || checks.length || ')' ELSE present.data_type END AS data_type
FROM duckdb_columns() AS present
LEFT JOIN (
    SELECT table_oid, constraint_column_names[1] AS column_name, max(regexp_extract(expression, ' <= ([0-9]+)', 1)) AS length
    FROM duckdb_constraints()
    WHERE database_name = current_database()
      AND constraint_type = 'CHECK'
      AND len(constraint_column_names) = 1
    GROUP BY table_oid, constraint_column_names[1]
) AS checks ON checks.table_oid = present.table_oid AND checks.column_name = present.column_name
WHERE present.schema_name IN ('business', 'landing', 'enterprise')
  AND present.database_name = current_database()
  AND NOT present.internal
  AND present.table_oid IN (SELECT table_oid FROM duckdb_tables() WHERE database_name = current_database())
ORDER BY present.schema_name, present.table_name, present.column_index;

-- create-schema: A zone of the warehouse.
CREATE SCHEMA IF NOT EXISTS business;

-- create-schema: A zone of the warehouse.
CREATE SCHEMA IF NOT EXISTS landing;

-- create-schema: A zone of the warehouse.
CREATE SCHEMA IF NOT EXISTS enterprise;

-- create-table: One row per day; conformed.
CREATE TABLE business.dim_date (
    date_key INTEGER NOT NULL,
    date DATE,
    day_of_month INTEGER,
    day_of_year INTEGER,
    iso_weekday INTEGER,
    weekday_name VARCHAR,
    is_weekend BOOLEAN,
    iso_year INTEGER,
    iso_week INTEGER,
    iso_year_week VARCHAR,
    sunday_week INTEGER,
    sunday_week_start DATE,
    month INTEGER,
    month_name VARCHAR,
    year_month VARCHAR,
    month_start DATE,
    month_end DATE,
    is_month_end BOOLEAN,
    quarter INTEGER,
    year_quarter VARCHAR,
    year INTEGER,
    fiscal_year INTEGER,
    fiscal_quarter INTEGER,
    fiscal_month INTEGER
);

-- create-table: A table of the model.
CREATE TABLE landing.tag (
    tag_id INTEGER,
    label VARCHAR,
    source_file VARCHAR,
    source_line BIGINT,
    load_id BIGINT NOT NULL
);

-- create-table: A table of the model.
CREATE TABLE enterprise.tag (
    tag_id INTEGER NOT NULL,
    label VARCHAR,
    load_id BIGINT NOT NULL
);

-- create-table: A table of the model.
CREATE TABLE business.dim_tag (
    tag_key BIGINT NOT NULL,
    tag_id INTEGER,
    label VARCHAR CHECK (length(label) <= 10),
    valid_from TIMESTAMP NOT NULL,
    valid_to TIMESTAMP,
    is_current BOOLEAN NOT NULL,
    version INTEGER NOT NULL,
    changed_at TIMESTAMP,
    is_inferred BOOLEAN NOT NULL,
    is_deleted BOOLEAN NOT NULL,
    load_id BIGINT NOT NULL
);

-- create-table: Grain: one sale.
CREATE TABLE business.fact_sale (
    date_key INTEGER NOT NULL,
    tag_key BIGINT NOT NULL,
    sale_id BIGINT NOT NULL,
    sold_at TIMESTAMP,
    amount DECIMAL(18,4),
    load_id BIGINT NOT NULL
);

-- create-table: The distinct events that dim_tag was given; its history is rebuilt from them.
CREATE TABLE business.dim_tag_event (
    tag_id INTEGER,
    effective_at TIMESTAMP NOT NULL,
    is_delete BOOLEAN NOT NULL,
    label VARCHAR CHECK (length(label) <= 10),
    is_inferred BOOLEAN NOT NULL,
    load_id BIGINT NOT NULL
);

-- comment-table: The data dictionary.
COMMENT ON TABLE business.dim_date IS 'One row per day; conformed.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN landing.tag.source_file IS 'The file the row came from.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN landing.tag.source_line IS 'Its line in the file, or its number in the batch, from 1.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN landing.tag.load_id IS 'The load that last wrote the row.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN enterprise.tag.load_id IS 'The load that last wrote the row.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN business.dim_tag.tag_key IS 'Surrogate key; meaningless, one per version.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN business.dim_tag.tag_id IS 'Natural key: identifies the member in the source.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN business.dim_tag.label IS 'The shop''s own word.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN business.dim_tag.valid_from IS 'The version is true from here on, in UTC.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN business.dim_tag.valid_to IS 'The version is true until just before this instant, in UTC; open when NULL.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN business.dim_tag.is_current IS 'True exactly when the version is open.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN business.dim_tag.version IS '1, 2, 3 ... per member by valid_from.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN business.dim_tag.changed_at IS 'The effective time of the latest event that changed the row, in UTC; older events overwrite nothing.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN business.dim_tag.is_inferred IS 'True for a placeholder that a fact asked for before its member arrived.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN business.dim_tag.is_deleted IS 'True for a version in which the member is gone from the source.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN business.dim_tag.load_id IS 'The load that last wrote the row.';

-- comment-table: The data dictionary.
COMMENT ON TABLE business.fact_sale IS 'Grain: one sale.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN business.fact_sale.date_key IS 'dim_date of sold_at.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN business.fact_sale.tag_key IS 'Surrogate key of dim_tag.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN business.fact_sale.load_id IS 'The load that last wrote the row.';

-- comment-table: The data dictionary.
COMMENT ON TABLE business.dim_tag_event IS 'The distinct events that dim_tag was given; its history is rebuilt from them.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN business.dim_tag_event.tag_id IS 'Natural key of the member.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN business.dim_tag_event.effective_at IS 'The event is true from here on, in UTC.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN business.dim_tag_event.is_delete IS 'True when the member ended: by a delete, or by its absence from a full snapshot.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN business.dim_tag_event.label IS 'The shop''s own word.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN business.dim_tag_event.is_inferred IS 'True for the moment at which a fact asked for the member before its own events arrived.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN business.dim_tag_event.load_id IS 'The load that brought the event.';

-- begin-surrogate-keys: Where the next surrogate key is taken from.
INSERT INTO warehouse.surrogate_key (target, last_key)
SELECT 'business.dim_tag', 0
WHERE NOT EXISTS (SELECT 1 FROM warehouse.surrogate_key WHERE target = 'business.dim_tag');

-- insert-default-member: The member 'Unknown'; no source row can meet it.
INSERT INTO business.dim_tag (tag_key, tag_id, label, valid_from, valid_to, is_current, version, changed_at, is_inferred, is_deleted, load_id)
SELECT -1, NULL, 'Unknown', TIMESTAMP '0001-01-01', NULL, TRUE, 1, NULL, FALSE, FALSE, 0
WHERE NOT EXISTS (SELECT 1 FROM business.dim_tag WHERE tag_key = -1);

-- insert-default-member: The member 'Not applicable'; no source row can meet it.
INSERT INTO business.dim_tag (tag_key, tag_id, label, valid_from, valid_to, is_current, version, changed_at, is_inferred, is_deleted, load_id)
SELECT -2, NULL, NULL, TIMESTAMP '0001-01-01', NULL, TRUE, 1, NULL, FALSE, FALSE, 0
WHERE NOT EXISTS (SELECT 1 FROM business.dim_tag WHERE tag_key = -2);
