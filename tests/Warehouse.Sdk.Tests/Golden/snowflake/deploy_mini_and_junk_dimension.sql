-- warehouse-sdk: deploy calls

-- create-schema: A zone of the warehouse.
CREATE SCHEMA IF NOT EXISTS "BUSINESS";

-- create-table: One row per combination seen; facts carry its key beside that of the member.
CREATE TABLE IF NOT EXISTS "BUSINESS"."DIM_USAGE" (
    "USAGE_KEY" NUMBER(19,0) NOT NULL,
    "MINUTES_BAND" VARCHAR NOT NULL,
    "IS_PREPAID" VARCHAR NOT NULL,
    "REGION" VARCHAR NOT NULL,
    "LEVEL" NUMBER(10,0),
    "LOAD_ID" NUMBER(19,0) NOT NULL
);

-- create-table: Which combination of dim_usage each member of dim_subscriber had when.
CREATE TABLE IF NOT EXISTS "BUSINESS"."DIM_USAGE_ASSIGNMENT" (
    "USAGE_ASSIGNMENT_KEY" NUMBER(19,0) NOT NULL,
    "SUBSCRIBER_ID" NUMBER(10,0),
    "USAGE_KEY" NUMBER(19,0),
    "VALID_FROM" TIMESTAMP_NTZ(6) NOT NULL,
    "VALID_TO" TIMESTAMP_NTZ(6),
    "IS_CURRENT" BOOLEAN NOT NULL,
    "VERSION" NUMBER(10,0) NOT NULL,
    "CHANGED_AT" TIMESTAMP_NTZ(6),
    "IS_INFERRED" BOOLEAN NOT NULL,
    "LOAD_ID" NUMBER(19,0) NOT NULL
);

-- create-table: One row per combination of flags seen on facts.
CREATE TABLE IF NOT EXISTS "BUSINESS"."DIM_CALL_FLAGS" (
    "CALL_FLAGS_KEY" NUMBER(19,0) NOT NULL,
    "IS_FREE" VARCHAR NOT NULL,
    "NETWORK" VARCHAR NOT NULL,
    "LOAD_ID" NUMBER(19,0) NOT NULL
);

-- create-table: Grain: one call.
CREATE TABLE IF NOT EXISTS "BUSINESS"."FACT_CALL" (
    "SUBSCRIBER_KEY" NUMBER(19,0) NOT NULL,
    "USAGE_KEY" NUMBER(19,0) NOT NULL,
    "CALL_FLAGS_KEY" NUMBER(19,0) NOT NULL,
    "CALL_ID" NUMBER(19,0) NOT NULL,
    "CALLED_AT" TIMESTAMP_NTZ(6),
    "SECONDS" NUMBER(10,0),
    "LOAD_ID" NUMBER(19,0) NOT NULL
);

-- add-column: A column that the model has gained; older rows hold NULL.
ALTER TABLE "BUSINESS"."DIM_SUBSCRIBER" ADD COLUMN IF NOT EXISTS "CURRENT_USAGE_KEY" NUMBER(19,0);

-- comment-table: The data dictionary.
COMMENT ON TABLE "BUSINESS"."DIM_USAGE" IS 'One row per combination seen; facts carry its key beside that of the member.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "BUSINESS"."DIM_USAGE"."USAGE_KEY" IS 'Surrogate key; meaningless, one per combination.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "BUSINESS"."DIM_USAGE"."LOAD_ID" IS 'The load that first saw the combination.';

-- comment-table: The data dictionary.
COMMENT ON TABLE "BUSINESS"."DIM_USAGE_ASSIGNMENT" IS 'Which combination of dim_usage each member of dim_subscriber had when.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "BUSINESS"."DIM_USAGE_ASSIGNMENT"."USAGE_ASSIGNMENT_KEY" IS 'Surrogate key; meaningless, one per version.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "BUSINESS"."DIM_USAGE_ASSIGNMENT"."SUBSCRIBER_ID" IS 'Natural key: identifies the member in the source.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "BUSINESS"."DIM_USAGE_ASSIGNMENT"."USAGE_KEY" IS 'Surrogate key of dim_usage.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "BUSINESS"."DIM_USAGE_ASSIGNMENT"."VALID_FROM" IS 'The version is true from here on, in UTC.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "BUSINESS"."DIM_USAGE_ASSIGNMENT"."VALID_TO" IS 'The version is true until just before this instant, in UTC; open when NULL.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "BUSINESS"."DIM_USAGE_ASSIGNMENT"."IS_CURRENT" IS 'True exactly when the version is open.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "BUSINESS"."DIM_USAGE_ASSIGNMENT"."VERSION" IS '1, 2, 3 ... per member by valid_from.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "BUSINESS"."DIM_USAGE_ASSIGNMENT"."CHANGED_AT" IS 'The effective time of the latest event that changed the row, in UTC; older events overwrite nothing.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "BUSINESS"."DIM_USAGE_ASSIGNMENT"."IS_INFERRED" IS 'True for a placeholder that a fact asked for before its member arrived.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "BUSINESS"."DIM_USAGE_ASSIGNMENT"."LOAD_ID" IS 'The load that last wrote the row.';

-- comment-table: The data dictionary.
COMMENT ON TABLE "BUSINESS"."DIM_CALL_FLAGS" IS 'One row per combination of flags seen on facts.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "BUSINESS"."DIM_CALL_FLAGS"."CALL_FLAGS_KEY" IS 'Surrogate key; meaningless, one per combination.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "BUSINESS"."DIM_CALL_FLAGS"."LOAD_ID" IS 'The load that first saw the combination.';

-- comment-table: The data dictionary.
COMMENT ON TABLE "BUSINESS"."FACT_CALL" IS 'Grain: one call.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "BUSINESS"."FACT_CALL"."SUBSCRIBER_KEY" IS 'Surrogate key of dim_subscriber.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "BUSINESS"."FACT_CALL"."USAGE_KEY" IS 'Surrogate key of dim_usage at called_at.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "BUSINESS"."FACT_CALL"."CALL_FLAGS_KEY" IS 'Surrogate key of dim_call_flags.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "BUSINESS"."FACT_CALL"."LOAD_ID" IS 'The load that last wrote the row.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "BUSINESS"."DIM_SUBSCRIBER"."CURRENT_USAGE_KEY" IS 'The member''s current combination in dim_usage, on all of its versions.';

-- begin-surrogate-keys: Where the next surrogate key is taken from.
INSERT INTO "WAREHOUSE"."SURROGATE_KEY" (target, last_key)
SELECT 'business.dim_subscriber', 0
WHERE NOT EXISTS (SELECT 1 FROM "WAREHOUSE"."SURROGATE_KEY" WHERE target = 'business.dim_subscriber');

-- insert-default-member: The member 'Unknown'; no source row can meet it.
INSERT INTO "BUSINESS"."DIM_SUBSCRIBER" ("SUBSCRIBER_KEY", "SUBSCRIBER_ID", "CITY", "CURRENT_USAGE_KEY", "VALID_FROM", "VALID_TO", "IS_CURRENT", "VERSION", "CHANGED_AT", "IS_INFERRED", "LOAD_ID")
SELECT -1, NULL, 'Unknown', -1, CAST('0001-01-01' AS TIMESTAMP_NTZ(6)), NULL, TRUE, 1, NULL, FALSE, 0
WHERE NOT EXISTS (SELECT 1 FROM "BUSINESS"."DIM_SUBSCRIBER" WHERE "SUBSCRIBER_KEY" = -1);

-- insert-default-member: The member 'Not applicable'; no source row can meet it.
INSERT INTO "BUSINESS"."DIM_SUBSCRIBER" ("SUBSCRIBER_KEY", "SUBSCRIBER_ID", "CITY", "CURRENT_USAGE_KEY", "VALID_FROM", "VALID_TO", "IS_CURRENT", "VERSION", "CHANGED_AT", "IS_INFERRED", "LOAD_ID")
SELECT -2, NULL, 'Not applicable', -2, CAST('0001-01-01' AS TIMESTAMP_NTZ(6)), NULL, TRUE, 1, NULL, FALSE, 0
WHERE NOT EXISTS (SELECT 1 FROM "BUSINESS"."DIM_SUBSCRIBER" WHERE "SUBSCRIBER_KEY" = -2);

-- begin-surrogate-keys: Where the next surrogate key is taken from.
INSERT INTO "WAREHOUSE"."SURROGATE_KEY" (target, last_key)
SELECT 'business.dim_usage_assignment', 0
WHERE NOT EXISTS (SELECT 1 FROM "WAREHOUSE"."SURROGATE_KEY" WHERE target = 'business.dim_usage_assignment');

-- begin-surrogate-keys: Where the next surrogate key is taken from.
INSERT INTO "WAREHOUSE"."SURROGATE_KEY" (target, last_key)
SELECT 'business.dim_usage', 0
WHERE NOT EXISTS (SELECT 1 FROM "WAREHOUSE"."SURROGATE_KEY" WHERE target = 'business.dim_usage');

-- insert-default-member: The member 'Unknown'; no source row can meet it.
INSERT INTO "BUSINESS"."DIM_USAGE" ("USAGE_KEY", "MINUTES_BAND", "IS_PREPAID", "REGION", "LEVEL", "LOAD_ID")
SELECT -1, 'Unknown', 'Unknown', 'Unknown', NULL, 0
WHERE NOT EXISTS (SELECT 1 FROM "BUSINESS"."DIM_USAGE" WHERE "USAGE_KEY" = -1);

-- insert-default-member: The member 'Not applicable'; no source row can meet it.
INSERT INTO "BUSINESS"."DIM_USAGE" ("USAGE_KEY", "MINUTES_BAND", "IS_PREPAID", "REGION", "LEVEL", "LOAD_ID")
SELECT -2, 'Not applicable', 'Not applicable', 'Not applicable', NULL, 0
WHERE NOT EXISTS (SELECT 1 FROM "BUSINESS"."DIM_USAGE" WHERE "USAGE_KEY" = -2);

-- begin-surrogate-keys: Where the next surrogate key is taken from.
INSERT INTO "WAREHOUSE"."SURROGATE_KEY" (target, last_key)
SELECT 'business.dim_call_flags', 0
WHERE NOT EXISTS (SELECT 1 FROM "WAREHOUSE"."SURROGATE_KEY" WHERE target = 'business.dim_call_flags');

-- insert-default-member: The member 'Unknown'; no source row can meet it.
INSERT INTO "BUSINESS"."DIM_CALL_FLAGS" ("CALL_FLAGS_KEY", "IS_FREE", "NETWORK", "LOAD_ID")
SELECT -1, 'Unknown', 'Unknown', 0
WHERE NOT EXISTS (SELECT 1 FROM "BUSINESS"."DIM_CALL_FLAGS" WHERE "CALL_FLAGS_KEY" = -1);

-- insert-default-member: The member 'Not applicable'; no source row can meet it.
INSERT INTO "BUSINESS"."DIM_CALL_FLAGS" ("CALL_FLAGS_KEY", "IS_FREE", "NETWORK", "LOAD_ID")
SELECT -2, 'Not applicable', 'Not applicable', 0
WHERE NOT EXISTS (SELECT 1 FROM "BUSINESS"."DIM_CALL_FLAGS" WHERE "CALL_FLAGS_KEY" = -2);

-- fill-current-key: No combination is known until a member's next row.
UPDATE "BUSINESS"."DIM_SUBSCRIBER"
SET "CURRENT_USAGE_KEY" = CASE WHEN "SUBSCRIBER_KEY" = -2 THEN -2 ELSE -1 END;
