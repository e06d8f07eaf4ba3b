-- warehouse-sdk: deploy hostile

-- create-schema: A zone of the warehouse.
CREATE SCHEMA IF NOT EXISTS "my ""shop""";

-- create-table: A table of the model.
CREATE TABLE IF NOT EXISTS "my ""shop"""."dim_x'; DROP TABLE y; --" (
    "x'; DROP TABLE y; --_key" NUMBER(19,0) NOT NULL,
    "TAG_ID" NUMBER(10,0),
    "SELECT" VARCHAR,
    "VALID_FROM" TIMESTAMP_NTZ(6) NOT NULL,
    "VALID_TO" TIMESTAMP_NTZ(6),
    "IS_CURRENT" BOOLEAN NOT NULL,
    "VERSION" NUMBER(10,0) NOT NULL,
    "CHANGED_AT" TIMESTAMP_NTZ(6),
    "IS_INFERRED" BOOLEAN NOT NULL,
    "Load Id" NUMBER(19,0) NOT NULL
);

-- comment-column: The data dictionary.
COMMENT ON COLUMN "my ""shop"""."dim_x'; DROP TABLE y; --"."x'; DROP TABLE y; --_key" IS 'Surrogate key; meaningless, one per version.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "my ""shop"""."dim_x'; DROP TABLE y; --"."TAG_ID" IS 'Natural key: identifies the member in the source.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "my ""shop"""."dim_x'; DROP TABLE y; --"."SELECT" IS 'It''s
nothing';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "my ""shop"""."dim_x'; DROP TABLE y; --"."VALID_FROM" IS 'The version is true from here on, in UTC.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "my ""shop"""."dim_x'; DROP TABLE y; --"."VALID_TO" IS 'The version is true until just before this instant, in UTC; open when NULL.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "my ""shop"""."dim_x'; DROP TABLE y; --"."IS_CURRENT" IS 'True exactly when the version is open.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "my ""shop"""."dim_x'; DROP TABLE y; --"."VERSION" IS '1, 2, 3 ... per member by valid_from.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "my ""shop"""."dim_x'; DROP TABLE y; --"."CHANGED_AT" IS 'The effective time of the latest event that changed the row, in UTC; older events overwrite nothing.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "my ""shop"""."dim_x'; DROP TABLE y; --"."IS_INFERRED" IS 'True for a placeholder that a fact asked for before its member arrived.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "my ""shop"""."dim_x'; DROP TABLE y; --"."Load Id" IS 'The load that last wrote the row.';

-- begin-surrogate-keys: Where the next surrogate key is taken from.
INSERT INTO "ORDER"."SURROGATE_KEY" (target, last_key)
SELECT 'my "shop".dim_x''; DROP TABLE y; --', 0
WHERE NOT EXISTS (SELECT 1 FROM "ORDER"."SURROGATE_KEY" WHERE target = 'my "shop".dim_x''; DROP TABLE y; --');

-- insert-default-member: The member 'Unknown'; no source row can meet it.
INSERT INTO "my ""shop"""."dim_x'; DROP TABLE y; --" ("x'; DROP TABLE y; --_key", "TAG_ID", "SELECT", "VALID_FROM", "VALID_TO", "IS_CURRENT", "VERSION", "CHANGED_AT", "IS_INFERRED", "Load Id")
SELECT -1, NULL, 'Unknown', CAST('0001-01-01' AS TIMESTAMP_NTZ(6)), NULL, TRUE, 1, NULL, FALSE, 0
WHERE NOT EXISTS (SELECT 1 FROM "my ""shop"""."dim_x'; DROP TABLE y; --" WHERE "x'; DROP TABLE y; --_key" = -1);

-- insert-default-member: The member 'Not applicable'; no source row can meet it.
INSERT INTO "my ""shop"""."dim_x'; DROP TABLE y; --" ("x'; DROP TABLE y; --_key", "TAG_ID", "SELECT", "VALID_FROM", "VALID_TO", "IS_CURRENT", "VERSION", "CHANGED_AT", "IS_INFERRED", "Load Id")
SELECT -2, NULL, 'Not applicable', CAST('0001-01-01' AS TIMESTAMP_NTZ(6)), NULL, TRUE, 1, NULL, FALSE, 0
WHERE NOT EXISTS (SELECT 1 FROM "my ""shop"""."dim_x'; DROP TABLE y; --" WHERE "x'; DROP TABLE y; --_key" = -2);

-- insert-default-member: The member 'It's lost'; no source row can meet it.
INSERT INTO "my ""shop"""."dim_x'; DROP TABLE y; --" ("x'; DROP TABLE y; --_key", "TAG_ID", "SELECT", "VALID_FROM", "VALID_TO", "IS_CURRENT", "VERSION", "CHANGED_AT", "IS_INFERRED", "Load Id")
SELECT -3, NULL, 'It''s lost', CAST('0001-01-01' AS TIMESTAMP_NTZ(6)), NULL, TRUE, 1, NULL, FALSE, 0
WHERE NOT EXISTS (SELECT 1 FROM "my ""shop"""."dim_x'; DROP TABLE y; --" WHERE "x'; DROP TABLE y; --_key" = -3);
