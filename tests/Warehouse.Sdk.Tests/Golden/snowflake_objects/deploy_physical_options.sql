-- warehouse-sdk: deploy kept

-- create-schema: A zone of the warehouse.
CREATE SCHEMA IF NOT EXISTS "BUSINESS";

-- create-schema: A zone of the warehouse.
CREATE SCHEMA IF NOT EXISTS "LANDING";

-- forget-table-options: There are newer ones.
DELETE FROM "WAREHOUSE"."TABLE_OPTION"
WHERE schema_name = 'business'
  AND table_name = 'dim_place';

-- note-table-options: By these the next deployment knows which options are the model's.
INSERT INTO "WAREHOUSE"."TABLE_OPTION" (schema_name, table_name, option_name, option_value)
VALUES ('business', 'dim_place', 'cluster_by', 'city, id'),
       ('business', 'dim_place', 'retention', '7'),
       ('business', 'dim_place', 'tag cost_center', 'bi'),
       ('business', 'dim_place', 'tag governance.Owner', 'it''s me');

-- forget-table-options: There are newer ones.
DELETE FROM "WAREHOUSE"."TABLE_OPTION"
WHERE schema_name = 'landing'
  AND table_name = 'place';

-- note-table-options: By these the next deployment knows which options are the model's.
INSERT INTO "WAREHOUSE"."TABLE_OPTION" (schema_name, table_name, option_name, option_value)
VALUES ('landing', 'place', 'transient', 'YES'),
       ('landing', 'place', 'retention', '0');

-- create-table: A table of the model.
CREATE TABLE IF NOT EXISTS "BUSINESS"."DIM_PLACE" (
    "PLACE_KEY" NUMBER(19,0) NOT NULL,
    "ID" NUMBER(10,0),
    "CITY" VARCHAR,
    "VALID_FROM" TIMESTAMP_NTZ(6) NOT NULL,
    "VALID_TO" TIMESTAMP_NTZ(6),
    "IS_CURRENT" BOOLEAN NOT NULL,
    "VERSION" NUMBER(10,0) NOT NULL,
    "CHANGED_AT" TIMESTAMP_NTZ(6),
    "IS_INFERRED" BOOLEAN NOT NULL,
    "LOAD_ID" NUMBER(19,0) NOT NULL
)
CLUSTER BY ("CITY", "ID")
DATA_RETENTION_TIME_IN_DAYS = 7
WITH TAG ("BUSINESS"."COST_CENTER" = 'bi', "GOVERNANCE"."Owner" = 'it''s me');

-- create-table: A table of the model.
CREATE TRANSIENT TABLE IF NOT EXISTS "LANDING"."PLACE" (
    "ID" NUMBER(10,0),
    "CITY" VARCHAR,
    "SOURCE_FILE" VARCHAR,
    "SOURCE_LINE" NUMBER(19,0),
    "LOAD_ID" NUMBER(19,0) NOT NULL
)
DATA_RETENTION_TIME_IN_DAYS = 0;

-- comment-column: The data dictionary.
COMMENT ON COLUMN "BUSINESS"."DIM_PLACE"."PLACE_KEY" IS 'Surrogate key; meaningless, one per version.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "BUSINESS"."DIM_PLACE"."ID" IS 'Natural key: identifies the member in the source.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "BUSINESS"."DIM_PLACE"."VALID_FROM" IS 'The version is true from here on, in UTC.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "BUSINESS"."DIM_PLACE"."VALID_TO" IS 'The version is true until just before this instant, in UTC; open when NULL.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "BUSINESS"."DIM_PLACE"."IS_CURRENT" IS 'True exactly when the version is open.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "BUSINESS"."DIM_PLACE"."VERSION" IS '1, 2, 3 ... per member by valid_from.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "BUSINESS"."DIM_PLACE"."CHANGED_AT" IS 'The effective time of the latest event that changed the row, in UTC; older events overwrite nothing.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "BUSINESS"."DIM_PLACE"."IS_INFERRED" IS 'True for a placeholder that a fact asked for before its member arrived.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "BUSINESS"."DIM_PLACE"."LOAD_ID" IS 'The load that last wrote the row.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "LANDING"."PLACE"."SOURCE_FILE" IS 'The file the row came from.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "LANDING"."PLACE"."SOURCE_LINE" IS 'Its line in the file, or its number in the batch, from 1.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "LANDING"."PLACE"."LOAD_ID" IS 'The load that last wrote the row.';

-- begin-surrogate-keys: Where the next surrogate key is taken from.
INSERT INTO "WAREHOUSE"."SURROGATE_KEY" (target, last_key)
SELECT 'business.dim_place', 0
WHERE NOT EXISTS (SELECT 1 FROM "WAREHOUSE"."SURROGATE_KEY" WHERE target = 'business.dim_place');

-- insert-default-member: The member 'Unknown'; no source row can meet it.
INSERT INTO "BUSINESS"."DIM_PLACE" ("PLACE_KEY", "ID", "CITY", "VALID_FROM", "VALID_TO", "IS_CURRENT", "VERSION", "CHANGED_AT", "IS_INFERRED", "LOAD_ID")
SELECT -1, NULL, 'Unknown', CAST('0001-01-01' AS TIMESTAMP_NTZ(6)), NULL, TRUE, 1, NULL, FALSE, 0
WHERE NOT EXISTS (SELECT 1 FROM "BUSINESS"."DIM_PLACE" WHERE "PLACE_KEY" = -1);

-- insert-default-member: The member 'Not applicable'; no source row can meet it.
INSERT INTO "BUSINESS"."DIM_PLACE" ("PLACE_KEY", "ID", "CITY", "VALID_FROM", "VALID_TO", "IS_CURRENT", "VERSION", "CHANGED_AT", "IS_INFERRED", "LOAD_ID")
SELECT -2, NULL, 'Not applicable', CAST('0001-01-01' AS TIMESTAMP_NTZ(6)), NULL, TRUE, 1, NULL, FALSE, 0
WHERE NOT EXISTS (SELECT 1 FROM "BUSINESS"."DIM_PLACE" WHERE "PLACE_KEY" = -2);
