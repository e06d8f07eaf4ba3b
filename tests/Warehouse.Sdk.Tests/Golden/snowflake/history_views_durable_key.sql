-- warehouse-sdk: history views of business.dim_customer

-- forget-definition: There is a newer one.
DELETE FROM "WAREHOUSE"."HISTORY_VIEW"
WHERE schema_name = 'business'
  AND name = 'dim_customer_current'
  AND kind = 'view';

-- note-pending: A deployment that ends here makes it again the next time.
INSERT INTO "WAREHOUSE"."HISTORY_VIEW" (schema_name, name, kind, target, definition)
VALUES ('business', 'dim_customer_current', 'view', 'business.dim_customer', 'pending');

-- forget-definition: There is a newer one.
DELETE FROM "WAREHOUSE"."HISTORY_VIEW"
WHERE schema_name = 'business'
  AND name = 'dim_customer_asof'
  AND kind = 'function';

-- note-pending: A deployment that ends here makes it again the next time.
INSERT INTO "WAREHOUSE"."HISTORY_VIEW" (schema_name, name, kind, target, definition)
VALUES ('business', 'dim_customer_asof', 'function', 'business.dim_customer', 'pending');

-- create-current-view: What is true now.
CREATE OR REPLACE VIEW "BUSINESS"."DIM_CUSTOMER_CURRENT" AS
SELECT tgt."CUSTOMER_KEY",
       tgt."CUSTOMER_DURABLE_KEY",
       tgt."CUSTOMER_ID",
       tgt."CREATED_ON",
       tgt."FIRST_NAME",
       tgt."EMAIL",
       tgt."CITY",
       tgt."SEGMENT",
       tgt."PREVIOUS_SEGMENT",
       tgt."STORE_ID",
       tgt."CURRENT_STORE_ID",
       tgt."VALID_FROM",
       tgt."VALID_TO",
       tgt."IS_CURRENT",
       tgt."VERSION",
       tgt."CHANGED_AT",
       tgt."CHANGE_REASON",
       tgt."IS_INFERRED",
       tgt."IS_DELETED",
       tgt."LOAD_ID"
FROM "BUSINESS"."DIM_CUSTOMER" AS tgt
QUALIFY row_number() OVER (PARTITION BY tgt."CUSTOMER_DURABLE_KEY" ORDER BY tgt."VERSION" DESC) = 1;

-- comment-current-view: The data dictionary.
COMMENT ON VIEW "BUSINESS"."DIM_CUSTOMER_CURRENT" IS 'The latest version of each member of business.dim_customer by its durable key, the default members among them; that of a member that is gone says so.';

-- create-as-of-function: What was true at an instant.
CREATE OR REPLACE FUNCTION "BUSINESS"."DIM_CUSTOMER_ASOF"(as_of TIMESTAMP_NTZ)
RETURNS TABLE (
    "CUSTOMER_KEY" NUMBER(19,0),
    "CUSTOMER_DURABLE_KEY" NUMBER(19,0),
    "CUSTOMER_ID" NUMBER(10,0),
    "CREATED_ON" DATE,
    "FIRST_NAME" VARCHAR,
    "EMAIL" VARCHAR,
    "CITY" VARCHAR,
    "SEGMENT" VARCHAR,
    "PREVIOUS_SEGMENT" VARCHAR,
    "STORE_ID" NUMBER(10,0),
    "CURRENT_STORE_ID" NUMBER(10,0),
    "VALID_FROM" TIMESTAMP_NTZ(6),
    "VALID_TO" TIMESTAMP_NTZ(6),
    "IS_CURRENT" BOOLEAN,
    "VERSION" NUMBER(10,0),
    "CHANGED_AT" TIMESTAMP_NTZ(6),
    "CHANGE_REASON" VARCHAR,
    "IS_INFERRED" BOOLEAN,
    "IS_DELETED" BOOLEAN,
    "LOAD_ID" NUMBER(19,0)
)
AS 'SELECT tgt."CUSTOMER_KEY",
       tgt."CUSTOMER_DURABLE_KEY",
       tgt."CUSTOMER_ID",
       tgt."CREATED_ON",
       tgt."FIRST_NAME",
       tgt."EMAIL",
       tgt."CITY",
       tgt."SEGMENT",
       tgt."PREVIOUS_SEGMENT",
       tgt."STORE_ID",
       tgt."CURRENT_STORE_ID",
       tgt."VALID_FROM",
       tgt."VALID_TO",
       tgt."IS_CURRENT",
       tgt."VERSION",
       tgt."CHANGED_AT",
       tgt."CHANGE_REASON",
       tgt."IS_INFERRED",
       tgt."IS_DELETED",
       tgt."LOAD_ID"
FROM "BUSINESS"."DIM_CUSTOMER" AS tgt
WHERE tgt."VALID_FROM" <= as_of
  AND (tgt."VALID_TO" IS NULL OR as_of < tgt."VALID_TO")
  AND NOT tgt."IS_DELETED"';

-- comment-as-of-function: The data dictionary.
COMMENT ON FUNCTION "BUSINESS"."DIM_CUSTOMER_ASOF"(TIMESTAMP_NTZ) IS 'The version of each member of business.dim_customer that was valid at the given instant in UTC, the default members among them; a member that was gone then has none.';

-- forget-definition: There is a newer one.
DELETE FROM "WAREHOUSE"."HISTORY_VIEW"
WHERE schema_name = 'business'
  AND name = 'dim_customer_current'
  AND kind = 'view';

-- note-definition: By this the next deployment knows that nothing has changed.
INSERT INTO "WAREHOUSE"."HISTORY_VIEW" (schema_name, name, kind, target, definition)
VALUES ('business', 'dim_customer_current', 'view', 'business.dim_customer', $definition);

-- forget-definition: There is a newer one.
DELETE FROM "WAREHOUSE"."HISTORY_VIEW"
WHERE schema_name = 'business'
  AND name = 'dim_customer_asof'
  AND kind = 'function';

-- note-definition: By this the next deployment knows that nothing has changed.
INSERT INTO "WAREHOUSE"."HISTORY_VIEW" (schema_name, name, kind, target, definition)
VALUES ('business', 'dim_customer_asof', 'function', 'business.dim_customer', $definition);
