-- warehouse-sdk: deploy small shop

-- read-columns: What the database has already.
SELECT namespace.nspname AS schema_name, class.relname AS table_name, attribute.attname AS column_name, format_type(attribute.atttypid, attribute.atttypmod) AS data_type
FROM pg_catalog.pg_attribute AS attribute
JOIN pg_catalog.pg_class AS class ON class.oid = attribute.attrelid
JOIN pg_catalog.pg_namespace AS namespace ON namespace.oid = class.relnamespace
WHERE namespace.nspname IN ('business', 'landing', 'enterprise')
  AND class.relkind IN ('r', 'p')
  AND attribute.attnum > 0
  AND NOT attribute.attisdropped
ORDER BY namespace.nspname, class.relname, attribute.attnum;

-- create-schema: A zone of the warehouse.
CREATE SCHEMA IF NOT EXISTS business;

-- create-schema: A zone of the warehouse.
CREATE SCHEMA IF NOT EXISTS landing;

-- create-schema: A zone of the warehouse.
CREATE SCHEMA IF NOT EXISTS enterprise;

-- create-table: One row per day; conformed.
CREATE TABLE business.dim_date (
    date_key integer NOT NULL,
    date date,
    day_of_month integer,
    day_of_year integer,
    iso_weekday integer,
    weekday_name text,
    is_weekend boolean,
    iso_year integer,
    iso_week integer,
    iso_year_week text,
    sunday_week integer,
    sunday_week_start date,
    month integer,
    month_name text,
    year_month text,
    month_start date,
    month_end date,
    is_month_end boolean,
    quarter integer,
    year_quarter text,
    year integer,
    fiscal_year integer,
    fiscal_quarter integer,
    fiscal_month integer,
    PRIMARY KEY (date_key)
);

-- create-table: A table of the model.
CREATE TABLE landing.tag (
    tag_id integer,
    label text,
    source_file text,
    source_line bigint,
    load_id bigint NOT NULL
);

-- create-table: A table of the model.
CREATE TABLE enterprise.tag (
    tag_id integer NOT NULL,
    label text,
    load_id bigint NOT NULL,
    PRIMARY KEY (tag_id)
);

-- create-table: A table of the model.
CREATE TABLE business.dim_tag (
    tag_key bigint NOT NULL,
    tag_id integer,
    label character varying(10),
    valid_from timestamp without time zone NOT NULL,
    valid_to timestamp without time zone,
    is_current boolean NOT NULL,
    version integer NOT NULL,
    changed_at timestamp without time zone,
    is_inferred boolean NOT NULL,
    is_deleted boolean NOT NULL,
    load_id bigint NOT NULL,
    PRIMARY KEY (tag_key)
);

-- create-table: Grain: one sale.
CREATE TABLE business.fact_sale (
    date_key integer NOT NULL,
    tag_key bigint NOT NULL,
    sale_id bigint NOT NULL,
    sold_at timestamp without time zone,
    amount numeric(18,4),
    load_id bigint NOT NULL,
    PRIMARY KEY (sale_id)
);

-- create-table: The distinct events that dim_tag was given; its history is rebuilt from them.
CREATE TABLE business.dim_tag_event (
    tag_id integer,
    effective_at timestamp without time zone NOT NULL,
    is_delete boolean NOT NULL,
    label character varying(10),
    is_inferred boolean NOT NULL,
    load_id bigint NOT NULL
);

-- create-date-index: One row per day, found by its date.
CREATE UNIQUE INDEX dim_date_date_idx ON business.dim_date (date);

-- create-current-index: One current version per member, which the engine itself sees to.
CREATE UNIQUE INDEX dim_tag_current_idx ON business.dim_tag (tag_id)
WHERE is_current;

-- create-history-index: Finds the versions of a member in time.
CREATE INDEX dim_tag_history_idx ON business.dim_tag (tag_id, valid_from);

-- create-time-index: Finds the facts of the time in which a history changed.
CREATE INDEX fact_sale_sold_at_time_idx ON business.fact_sale USING brin (sold_at);

-- create-event-index: Finds the events of a member in time.
CREATE INDEX dim_tag_event_member_idx ON business.dim_tag_event (tag_id, effective_at);

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
VALUES ('business.dim_tag', 0)
ON CONFLICT (target) DO NOTHING;

-- insert-default-member: The member 'Unknown'; no source row can meet it.
INSERT INTO business.dim_tag (tag_key, tag_id, label, valid_from, valid_to, is_current, version, changed_at, is_inferred, is_deleted, load_id)
SELECT -1, NULL, 'Unknown', timestamp without time zone '0001-01-01', NULL, TRUE, 1, NULL, FALSE, FALSE, 0
WHERE NOT EXISTS (SELECT 1 FROM business.dim_tag WHERE tag_key = -1);

-- insert-default-member: The member 'Not applicable'; no source row can meet it.
INSERT INTO business.dim_tag (tag_key, tag_id, label, valid_from, valid_to, is_current, version, changed_at, is_inferred, is_deleted, load_id)
SELECT -2, NULL, NULL, timestamp without time zone '0001-01-01', NULL, TRUE, 1, NULL, FALSE, FALSE, 0
WHERE NOT EXISTS (SELECT 1 FROM business.dim_tag WHERE tag_key = -2);
