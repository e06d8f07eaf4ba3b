-- warehouse-sdk: deploy types

-- create-schema: A zone of the warehouse.
CREATE SCHEMA IF NOT EXISTS "BUSINESS";

-- create-table: A table of the model.
CREATE TABLE IF NOT EXISTS "BUSINESS"."DIM_CUSTOMER" (
    "CUSTOMER_DURABLE_KEY" NUMBER(19,0) NOT NULL,
    "CUSTOMER_ID" NUMBER(10,0),
    "CREATED_ON" DATE,
    "FIRST_NAME" VARCHAR,
    "EMAIL" VARCHAR,
    "CITY" VARCHAR,
    "SEGMENT" VARCHAR,
    "PREVIOUS_SEGMENT" VARCHAR,
    "STORE_ID" NUMBER(10,0),
    "VALID_FROM" TIMESTAMP_NTZ(6) NOT NULL,
    "VALID_TO" TIMESTAMP_NTZ(6),
    "IS_CURRENT" BOOLEAN NOT NULL,
    "VERSION" NUMBER(10,0) NOT NULL,
    "CHANGED_AT" TIMESTAMP_NTZ(6),
    "CHANGE_REASON" VARCHAR,
    "IS_INFERRED" BOOLEAN NOT NULL,
    "IS_DELETED" BOOLEAN NOT NULL,
    "LOAD_ID" NUMBER(19,0) NOT NULL
);

-- create-table: Grain: one sale.
CREATE TABLE IF NOT EXISTS "BUSINESS"."FACT_SALE" (
    "CUSTOMER_KEY" NUMBER(19,0) NOT NULL,
    "CUSTOMER_DURABLE_KEY" NUMBER(19,0) NOT NULL,
    "HOUSEHOLD_DURABLE_KEY" NUMBER(19,0) NOT NULL,
    "SALE_ID" NUMBER(19,0) NOT NULL,
    "SOLD_AT" TIMESTAMP_NTZ(6),
    "AMOUNT" NUMBER(18,4),
    "LOAD_ID" NUMBER(19,0) NOT NULL
);

-- create-table: All versions of the members of dim_customer.
CREATE TABLE IF NOT EXISTS "BUSINESS"."DIM_CUSTOMER_HISTORY" (
    "CUSTOMER_KEY" NUMBER(19,0) NOT NULL,
    "CUSTOMER_DURABLE_KEY" NUMBER(19,0) NOT NULL,
    "CUSTOMER_ID" NUMBER(10,0),
    "CREATED_ON" DATE,
    "FIRST_NAME" VARCHAR,
    "EMAIL" VARCHAR,
    "CITY" VARCHAR,
    "SEGMENT" VARCHAR,
    "PREVIOUS_SEGMENT" VARCHAR,
    "STORE_ID" NUMBER(10,0),
    "CURRENT_STORE_ID" NUMBER(10,0),
    "VALID_FROM" TIMESTAMP_NTZ(6) NOT NULL,
    "VALID_TO" TIMESTAMP_NTZ(6),
    "IS_CURRENT" BOOLEAN NOT NULL,
    "VERSION" NUMBER(10,0) NOT NULL,
    "CHANGED_AT" TIMESTAMP_NTZ(6),
    "CHANGE_REASON" VARCHAR,
    "IS_INFERRED" BOOLEAN NOT NULL,
    "IS_DELETED" BOOLEAN NOT NULL,
    "LOAD_ID" NUMBER(19,0) NOT NULL
);

-- create-table: The distinct events that dim_customer was given; its history is rebuilt from them.
CREATE TABLE IF NOT EXISTS "BUSINESS"."DIM_CUSTOMER_EVENT" (
    "CUSTOMER_ID" NUMBER(10,0),
    "EFFECTIVE_AT" TIMESTAMP_NTZ(6) NOT NULL,
    "IS_DELETE" BOOLEAN NOT NULL,
    "CREATED_ON" DATE,
    "FIRST_NAME" VARCHAR,
    "EMAIL" VARCHAR,
    "CITY" VARCHAR,
    "SEGMENT" VARCHAR,
    "STORE_ID" NUMBER(10,0),
    "IS_INFERRED" BOOLEAN NOT NULL,
    "LOAD_ID" NUMBER(19,0) NOT NULL
);

-- comment-column: The data dictionary.
COMMENT ON COLUMN "BUSINESS"."DIM_CUSTOMER"."CUSTOMER_DURABLE_KEY" IS 'Durable key; meaningless, one per member for life.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "BUSINESS"."DIM_CUSTOMER"."CUSTOMER_ID" IS 'Natural key: identifies the member in the source.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "BUSINESS"."DIM_CUSTOMER"."PREVIOUS_SEGMENT" IS 'The value of segment before its last change.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "BUSINESS"."DIM_CUSTOMER"."VALID_FROM" IS 'The version is true from here on, in UTC.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "BUSINESS"."DIM_CUSTOMER"."VALID_TO" IS 'The version is true until just before this instant, in UTC; open when NULL.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "BUSINESS"."DIM_CUSTOMER"."IS_CURRENT" IS 'True exactly when the version is open.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "BUSINESS"."DIM_CUSTOMER"."VERSION" IS '1, 2, 3 ... per member by valid_from.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "BUSINESS"."DIM_CUSTOMER"."CHANGED_AT" IS 'The effective time of the latest event that changed the row, in UTC; older events overwrite nothing.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "BUSINESS"."DIM_CUSTOMER"."CHANGE_REASON" IS 'The attributes whose change made the version; new, returned, deleted or inferred where no change did.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "BUSINESS"."DIM_CUSTOMER"."IS_INFERRED" IS 'True for a placeholder that a fact asked for before its member arrived.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "BUSINESS"."DIM_CUSTOMER"."IS_DELETED" IS 'True for a version in which the member is gone from the source.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "BUSINESS"."DIM_CUSTOMER"."LOAD_ID" IS 'The load that last wrote the row.';

-- comment-table: The data dictionary.
COMMENT ON TABLE "BUSINESS"."FACT_SALE" IS 'Grain: one sale.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "BUSINESS"."FACT_SALE"."CUSTOMER_KEY" IS 'Surrogate key of dim_customer_history.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "BUSINESS"."FACT_SALE"."CUSTOMER_DURABLE_KEY" IS 'Durable key of dim_customer.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "BUSINESS"."FACT_SALE"."HOUSEHOLD_DURABLE_KEY" IS 'Durable key of dim_customer.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "BUSINESS"."FACT_SALE"."LOAD_ID" IS 'The load that last wrote the row.';

-- comment-table: The data dictionary.
COMMENT ON TABLE "BUSINESS"."DIM_CUSTOMER_HISTORY" IS 'All versions of the members of dim_customer.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "BUSINESS"."DIM_CUSTOMER_HISTORY"."CUSTOMER_KEY" IS 'Surrogate key; meaningless, one per version.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "BUSINESS"."DIM_CUSTOMER_HISTORY"."CUSTOMER_DURABLE_KEY" IS 'Durable key; meaningless, one per member for life.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "BUSINESS"."DIM_CUSTOMER_HISTORY"."CUSTOMER_ID" IS 'Natural key: identifies the member in the source.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "BUSINESS"."DIM_CUSTOMER_HISTORY"."PREVIOUS_SEGMENT" IS 'The value of segment before its last change.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "BUSINESS"."DIM_CUSTOMER_HISTORY"."CURRENT_STORE_ID" IS 'The value of store_id in the member''s latest version, on all of its versions.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "BUSINESS"."DIM_CUSTOMER_HISTORY"."VALID_FROM" IS 'The version is true from here on, in UTC.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "BUSINESS"."DIM_CUSTOMER_HISTORY"."VALID_TO" IS 'The version is true until just before this instant, in UTC; open when NULL.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "BUSINESS"."DIM_CUSTOMER_HISTORY"."IS_CURRENT" IS 'True exactly when the version is open.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "BUSINESS"."DIM_CUSTOMER_HISTORY"."VERSION" IS '1, 2, 3 ... per member by valid_from.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "BUSINESS"."DIM_CUSTOMER_HISTORY"."CHANGED_AT" IS 'The effective time of the latest event that changed the row, in UTC; older events overwrite nothing.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "BUSINESS"."DIM_CUSTOMER_HISTORY"."CHANGE_REASON" IS 'The attributes whose change made the version; new, returned, deleted or inferred where no change did.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "BUSINESS"."DIM_CUSTOMER_HISTORY"."IS_INFERRED" IS 'True for a placeholder that a fact asked for before its member arrived.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "BUSINESS"."DIM_CUSTOMER_HISTORY"."IS_DELETED" IS 'True for a version in which the member is gone from the source.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "BUSINESS"."DIM_CUSTOMER_HISTORY"."LOAD_ID" IS 'The load that last wrote the row.';

-- comment-table: The data dictionary.
COMMENT ON TABLE "BUSINESS"."DIM_CUSTOMER_EVENT" IS 'The distinct events that dim_customer was given; its history is rebuilt from them.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "BUSINESS"."DIM_CUSTOMER_EVENT"."CUSTOMER_ID" IS 'Natural key of the member.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "BUSINESS"."DIM_CUSTOMER_EVENT"."EFFECTIVE_AT" IS 'The event is true from here on, in UTC.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "BUSINESS"."DIM_CUSTOMER_EVENT"."IS_DELETE" IS 'True when the member ended: by a delete, or by its absence from a full snapshot.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "BUSINESS"."DIM_CUSTOMER_EVENT"."IS_INFERRED" IS 'True for the moment at which a fact asked for the member before its own events arrived.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "BUSINESS"."DIM_CUSTOMER_EVENT"."LOAD_ID" IS 'The load that brought the event.';

-- begin-surrogate-keys: Where the next surrogate key is taken from.
INSERT INTO "WAREHOUSE"."SURROGATE_KEY" (target, last_key)
SELECT 'business.dim_customer', 0
WHERE NOT EXISTS (SELECT 1 FROM "WAREHOUSE"."SURROGATE_KEY" WHERE target = 'business.dim_customer');

-- insert-default-member: The member 'Unknown'; no source row can meet it.
INSERT INTO "BUSINESS"."DIM_CUSTOMER_HISTORY" ("CUSTOMER_KEY", "CUSTOMER_DURABLE_KEY", "CUSTOMER_ID", "CREATED_ON", "FIRST_NAME", "EMAIL", "CITY", "SEGMENT", "PREVIOUS_SEGMENT", "STORE_ID", "CURRENT_STORE_ID", "VALID_FROM", "VALID_TO", "IS_CURRENT", "VERSION", "CHANGED_AT", "CHANGE_REASON", "IS_INFERRED", "IS_DELETED", "LOAD_ID")
SELECT -1, -1, NULL, NULL, 'Unknown', 'Unknown', 'Unknown', 'Unknown', 'Unknown', NULL, NULL, CAST('0001-01-01' AS TIMESTAMP_NTZ(6)), NULL, TRUE, 1, NULL, NULL, FALSE, FALSE, 0
WHERE NOT EXISTS (SELECT 1 FROM "BUSINESS"."DIM_CUSTOMER_HISTORY" WHERE "CUSTOMER_KEY" = -1);

-- insert-default-member: The member 'Unknown'; no source row can meet it.
INSERT INTO "BUSINESS"."DIM_CUSTOMER" ("CUSTOMER_DURABLE_KEY", "CUSTOMER_ID", "CREATED_ON", "FIRST_NAME", "EMAIL", "CITY", "SEGMENT", "PREVIOUS_SEGMENT", "STORE_ID", "VALID_FROM", "VALID_TO", "IS_CURRENT", "VERSION", "CHANGED_AT", "CHANGE_REASON", "IS_INFERRED", "IS_DELETED", "LOAD_ID")
SELECT -1, NULL, NULL, 'Unknown', 'Unknown', 'Unknown', 'Unknown', 'Unknown', NULL, CAST('0001-01-01' AS TIMESTAMP_NTZ(6)), NULL, TRUE, 1, NULL, NULL, FALSE, FALSE, 0
WHERE NOT EXISTS (SELECT 1 FROM "BUSINESS"."DIM_CUSTOMER" WHERE "CUSTOMER_DURABLE_KEY" = -1);

-- insert-default-member: The member 'Not applicable'; no source row can meet it.
INSERT INTO "BUSINESS"."DIM_CUSTOMER_HISTORY" ("CUSTOMER_KEY", "CUSTOMER_DURABLE_KEY", "CUSTOMER_ID", "CREATED_ON", "FIRST_NAME", "EMAIL", "CITY", "SEGMENT", "PREVIOUS_SEGMENT", "STORE_ID", "CURRENT_STORE_ID", "VALID_FROM", "VALID_TO", "IS_CURRENT", "VERSION", "CHANGED_AT", "CHANGE_REASON", "IS_INFERRED", "IS_DELETED", "LOAD_ID")
SELECT -2, -2, NULL, NULL, 'Not applicable', 'Not applicable', 'Not applicable', 'Not applicable', 'Not applicable', NULL, NULL, CAST('0001-01-01' AS TIMESTAMP_NTZ(6)), NULL, TRUE, 1, NULL, NULL, FALSE, FALSE, 0
WHERE NOT EXISTS (SELECT 1 FROM "BUSINESS"."DIM_CUSTOMER_HISTORY" WHERE "CUSTOMER_KEY" = -2);

-- insert-default-member: The member 'Not applicable'; no source row can meet it.
INSERT INTO "BUSINESS"."DIM_CUSTOMER" ("CUSTOMER_DURABLE_KEY", "CUSTOMER_ID", "CREATED_ON", "FIRST_NAME", "EMAIL", "CITY", "SEGMENT", "PREVIOUS_SEGMENT", "STORE_ID", "VALID_FROM", "VALID_TO", "IS_CURRENT", "VERSION", "CHANGED_AT", "CHANGE_REASON", "IS_INFERRED", "IS_DELETED", "LOAD_ID")
SELECT -2, NULL, NULL, 'Not applicable', 'Not applicable', 'Not applicable', 'Not applicable', 'Not applicable', NULL, CAST('0001-01-01' AS TIMESTAMP_NTZ(6)), NULL, TRUE, 1, NULL, NULL, FALSE, FALSE, 0
WHERE NOT EXISTS (SELECT 1 FROM "BUSINESS"."DIM_CUSTOMER" WHERE "CUSTOMER_DURABLE_KEY" = -2);
