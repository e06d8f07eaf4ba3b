-- warehouse-sdk: deploy small shop

-- read-columns: What the database has already.
SELECT CASE WHEN present.table_schema = upper(present.table_schema) THEN lower(present.table_schema) ELSE present.table_schema END AS schema_name,
       CASE WHEN present.table_name = upper(present.table_name) THEN lower(present.table_name) ELSE present.table_name END AS table_name,
       CASE WHEN present.column_name = upper(present.column_name) THEN lower(present.column_name) ELSE present.column_name END AS column_name,
       CASE WHEN present.data_type = 'NUMBER' THEN 'NUMBER(' || CAST(present.numeric_precision AS VARCHAR) || ',' || CAST(present.numeric_scale AS VARCHAR) || ')'
            WHEN present.data_type = 'TEXT' AND present.character_maximum_length < 16777216 THEN 'VARCHAR(' || CAST(present.character_maximum_length AS VARCHAR) || ')'
            WHEN present.data_type = 'TEXT' THEN 'VARCHAR'
            WHEN present.data_type IN ('TIME', 'TIMESTAMP_NTZ', 'TIMESTAMP_TZ') THEN present.data_type || '(' || CAST(present.datetime_precision AS VARCHAR) || ')'
            ELSE present.data_type END AS data_type
FROM information_schema.columns AS present
JOIN information_schema.tables AS owner ON owner.table_schema = present.table_schema AND owner.table_name = present.table_name
WHERE present.table_schema IN ('BUSINESS', 'LANDING', 'ENTERPRISE')
  AND owner.table_type = 'BASE TABLE'
ORDER BY present.table_schema, present.table_name, present.ordinal_position;

-- create-schema: A zone of the warehouse.
CREATE SCHEMA IF NOT EXISTS "BUSINESS";

-- create-schema: A zone of the warehouse.
CREATE SCHEMA IF NOT EXISTS "LANDING";

-- create-schema: A zone of the warehouse.
CREATE SCHEMA IF NOT EXISTS "ENTERPRISE";

-- create-table: One row per day; conformed.
CREATE TABLE IF NOT EXISTS "BUSINESS"."DIM_DATE" (
    "DATE_KEY" NUMBER(10,0) NOT NULL,
    "DATE" DATE,
    "DAY_OF_MONTH" NUMBER(10,0),
    "DAY_OF_YEAR" NUMBER(10,0),
    "ISO_WEEKDAY" NUMBER(10,0),
    "WEEKDAY_NAME" VARCHAR,
    "IS_WEEKEND" BOOLEAN,
    "ISO_YEAR" NUMBER(10,0),
    "ISO_WEEK" NUMBER(10,0),
    "ISO_YEAR_WEEK" VARCHAR,
    "SUNDAY_WEEK" NUMBER(10,0),
    "SUNDAY_WEEK_START" DATE,
    "MONTH" NUMBER(10,0),
    "MONTH_NAME" VARCHAR,
    "YEAR_MONTH" VARCHAR,
    "MONTH_START" DATE,
    "MONTH_END" DATE,
    "IS_MONTH_END" BOOLEAN,
    "QUARTER" NUMBER(10,0),
    "YEAR_QUARTER" VARCHAR,
    "YEAR" NUMBER(10,0),
    "FISCAL_YEAR" NUMBER(10,0),
    "FISCAL_QUARTER" NUMBER(10,0),
    "FISCAL_MONTH" NUMBER(10,0)
);

-- create-table: A table of the model.
CREATE TABLE IF NOT EXISTS "LANDING"."TAG" (
    "TAG_ID" NUMBER(10,0),
    "LABEL" VARCHAR,
    "SOURCE_FILE" VARCHAR,
    "SOURCE_LINE" NUMBER(19,0),
    "LOAD_ID" NUMBER(19,0) NOT NULL
);

-- create-table: A table of the model.
CREATE TABLE IF NOT EXISTS "ENTERPRISE"."TAG" (
    "TAG_ID" NUMBER(10,0) NOT NULL,
    "LABEL" VARCHAR,
    "LOAD_ID" NUMBER(19,0) NOT NULL
);

-- create-table: A table of the model.
CREATE TABLE IF NOT EXISTS "BUSINESS"."DIM_TAG" (
    "TAG_KEY" NUMBER(19,0) NOT NULL,
    "TAG_ID" NUMBER(10,0),
    "LABEL" VARCHAR(10),
    "VALID_FROM" TIMESTAMP_NTZ(6) NOT NULL,
    "VALID_TO" TIMESTAMP_NTZ(6),
    "IS_CURRENT" BOOLEAN NOT NULL,
    "VERSION" NUMBER(10,0) NOT NULL,
    "CHANGED_AT" TIMESTAMP_NTZ(6),
    "IS_INFERRED" BOOLEAN NOT NULL,
    "IS_DELETED" BOOLEAN NOT NULL,
    "LOAD_ID" NUMBER(19,0) NOT NULL
);

-- create-table: Grain: one sale.
CREATE TABLE IF NOT EXISTS "BUSINESS"."FACT_SALE" (
    "DATE_KEY" NUMBER(10,0) NOT NULL,
    "TAG_KEY" NUMBER(19,0) NOT NULL,
    "SALE_ID" NUMBER(19,0) NOT NULL,
    "SOLD_AT" TIMESTAMP_NTZ(6),
    "AMOUNT" NUMBER(18,4),
    "LOAD_ID" NUMBER(19,0) NOT NULL
);

-- create-table: The distinct events that dim_tag was given; its history is rebuilt from them.
CREATE TABLE IF NOT EXISTS "BUSINESS"."DIM_TAG_EVENT" (
    "TAG_ID" NUMBER(10,0),
    "EFFECTIVE_AT" TIMESTAMP_NTZ(6) NOT NULL,
    "IS_DELETE" BOOLEAN NOT NULL,
    "LABEL" VARCHAR(10),
    "IS_INFERRED" BOOLEAN NOT NULL,
    "LOAD_ID" NUMBER(19,0) NOT NULL
);

-- comment-table: The data dictionary.
COMMENT ON TABLE "BUSINESS"."DIM_DATE" IS 'One row per day; conformed.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "LANDING"."TAG"."SOURCE_FILE" IS 'The file the row came from.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "LANDING"."TAG"."SOURCE_LINE" IS 'Its line in the file, or its number in the batch, from 1.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "LANDING"."TAG"."LOAD_ID" IS 'The load that last wrote the row.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "ENTERPRISE"."TAG"."LOAD_ID" IS 'The load that last wrote the row.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "BUSINESS"."DIM_TAG"."TAG_KEY" IS 'Surrogate key; meaningless, one per version.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "BUSINESS"."DIM_TAG"."TAG_ID" IS 'Natural key: identifies the member in the source.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "BUSINESS"."DIM_TAG"."LABEL" IS 'The shop''s own word.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "BUSINESS"."DIM_TAG"."VALID_FROM" IS 'The version is true from here on, in UTC.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "BUSINESS"."DIM_TAG"."VALID_TO" IS 'The version is true until just before this instant, in UTC; open when NULL.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "BUSINESS"."DIM_TAG"."IS_CURRENT" IS 'True exactly when the version is open.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "BUSINESS"."DIM_TAG"."VERSION" IS '1, 2, 3 ... per member by valid_from.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "BUSINESS"."DIM_TAG"."CHANGED_AT" IS 'The effective time of the latest event that changed the row, in UTC; older events overwrite nothing.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "BUSINESS"."DIM_TAG"."IS_INFERRED" IS 'True for a placeholder that a fact asked for before its member arrived.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "BUSINESS"."DIM_TAG"."IS_DELETED" IS 'True for a version in which the member is gone from the source.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "BUSINESS"."DIM_TAG"."LOAD_ID" IS 'The load that last wrote the row.';

-- comment-table: The data dictionary.
COMMENT ON TABLE "BUSINESS"."FACT_SALE" IS 'Grain: one sale.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "BUSINESS"."FACT_SALE"."DATE_KEY" IS 'dim_date of sold_at.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "BUSINESS"."FACT_SALE"."TAG_KEY" IS 'Surrogate key of dim_tag.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "BUSINESS"."FACT_SALE"."LOAD_ID" IS 'The load that last wrote the row.';

-- comment-table: The data dictionary.
COMMENT ON TABLE "BUSINESS"."DIM_TAG_EVENT" IS 'The distinct events that dim_tag was given; its history is rebuilt from them.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "BUSINESS"."DIM_TAG_EVENT"."TAG_ID" IS 'Natural key of the member.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "BUSINESS"."DIM_TAG_EVENT"."EFFECTIVE_AT" IS 'The event is true from here on, in UTC.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "BUSINESS"."DIM_TAG_EVENT"."IS_DELETE" IS 'True when the member ended: by a delete, or by its absence from a full snapshot.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "BUSINESS"."DIM_TAG_EVENT"."LABEL" IS 'The shop''s own word.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "BUSINESS"."DIM_TAG_EVENT"."IS_INFERRED" IS 'True for the moment at which a fact asked for the member before its own events arrived.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "BUSINESS"."DIM_TAG_EVENT"."LOAD_ID" IS 'The load that brought the event.';

-- begin-surrogate-keys: Where the next surrogate key is taken from.
INSERT INTO "WAREHOUSE"."SURROGATE_KEY" (target, last_key)
SELECT 'business.dim_tag', 0
WHERE NOT EXISTS (SELECT 1 FROM "WAREHOUSE"."SURROGATE_KEY" WHERE target = 'business.dim_tag');

-- insert-default-member: The member 'Unknown'; no source row can meet it.
INSERT INTO "BUSINESS"."DIM_TAG" ("TAG_KEY", "TAG_ID", "LABEL", "VALID_FROM", "VALID_TO", "IS_CURRENT", "VERSION", "CHANGED_AT", "IS_INFERRED", "IS_DELETED", "LOAD_ID")
SELECT -1, NULL, 'Unknown', CAST('0001-01-01' AS TIMESTAMP_NTZ(6)), NULL, TRUE, 1, NULL, FALSE, FALSE, 0
WHERE NOT EXISTS (SELECT 1 FROM "BUSINESS"."DIM_TAG" WHERE "TAG_KEY" = -1);

-- insert-default-member: The member 'Not applicable'; no source row can meet it.
INSERT INTO "BUSINESS"."DIM_TAG" ("TAG_KEY", "TAG_ID", "LABEL", "VALID_FROM", "VALID_TO", "IS_CURRENT", "VERSION", "CHANGED_AT", "IS_INFERRED", "IS_DELETED", "LOAD_ID")
SELECT -2, NULL, NULL, CAST('0001-01-01' AS TIMESTAMP_NTZ(6)), NULL, TRUE, 1, NULL, FALSE, FALSE, 0
WHERE NOT EXISTS (SELECT 1 FROM "BUSINESS"."DIM_TAG" WHERE "TAG_KEY" = -2);
