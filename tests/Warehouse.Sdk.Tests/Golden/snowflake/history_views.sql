-- warehouse-sdk: history views of business.dim_account

-- read-history-views: The views and macros that are there, and which of them the SDK made.
SELECT present.schema_name, present.name, present.kind, known.definition
FROM (
    SELECT CASE WHEN table_schema = upper(table_schema) THEN lower(table_schema) ELSE table_schema END AS schema_name,
           CASE WHEN table_name = upper(table_name) THEN lower(table_name) ELSE table_name END AS name,
           'view' AS kind
    FROM information_schema.views
    UNION ALL
    SELECT CASE WHEN function_schema = upper(function_schema) THEN lower(function_schema) ELSE function_schema END,
           CASE WHEN function_name = upper(function_name) THEN lower(function_name) ELSE function_name END,
           'function'
    FROM information_schema.functions
) AS present
LEFT JOIN "WAREHOUSE"."HISTORY_VIEW" AS known ON known.schema_name = present.schema_name AND known.name = present.name AND known.kind = present.kind
WHERE present.schema_name = 'business'
ORDER BY present.name, present.kind;

-- forget-definition: There is a newer one.
DELETE FROM "WAREHOUSE"."HISTORY_VIEW"
WHERE schema_name = 'business'
  AND name = 'dim_account_current'
  AND kind = 'view';

-- note-pending: A deployment that ends here makes it again the next time.
INSERT INTO "WAREHOUSE"."HISTORY_VIEW" (schema_name, name, kind, target, definition)
VALUES ('business', 'dim_account_current', 'view', 'business.dim_account', 'pending');

-- forget-definition: There is a newer one.
DELETE FROM "WAREHOUSE"."HISTORY_VIEW"
WHERE schema_name = 'business'
  AND name = 'dim_account_asof'
  AND kind = 'function';

-- note-pending: A deployment that ends here makes it again the next time.
INSERT INTO "WAREHOUSE"."HISTORY_VIEW" (schema_name, name, kind, target, definition)
VALUES ('business', 'dim_account_asof', 'function', 'business.dim_account', 'pending');

-- create-current-view: What is true now.
CREATE OR REPLACE VIEW "BUSINESS"."DIM_ACCOUNT_CURRENT" AS
SELECT tgt."ACCOUNT_KEY",
       tgt."BANK_CODE",
       tgt."ACCOUNT_NO",
       tgt."OWNER",
       tgt."VALID_FROM",
       tgt."VALID_TO",
       tgt."IS_CURRENT",
       tgt."VERSION",
       tgt."CHANGED_AT",
       tgt."IS_INFERRED",
       tgt."LOAD_ID"
FROM "BUSINESS"."DIM_ACCOUNT" AS tgt
WHERE tgt."IS_CURRENT";

-- comment-current-view: The data dictionary.
COMMENT ON VIEW "BUSINESS"."DIM_ACCOUNT_CURRENT" IS 'The open version of each member of business.dim_account, the default members among them; a member that is gone has none.';

-- create-as-of-function: What was true at an instant.
CREATE OR REPLACE FUNCTION "BUSINESS"."DIM_ACCOUNT_ASOF"(as_of TIMESTAMP_NTZ)
RETURNS TABLE (
    "ACCOUNT_KEY" NUMBER(19,0),
    "BANK_CODE" VARCHAR,
    "ACCOUNT_NO" NUMBER(10,0),
    "OWNER" VARCHAR,
    "VALID_FROM" TIMESTAMP_NTZ(6),
    "VALID_TO" TIMESTAMP_NTZ(6),
    "IS_CURRENT" BOOLEAN,
    "VERSION" NUMBER(10,0),
    "CHANGED_AT" TIMESTAMP_NTZ(6),
    "IS_INFERRED" BOOLEAN,
    "LOAD_ID" NUMBER(19,0)
)
AS 'SELECT tgt."ACCOUNT_KEY",
       tgt."BANK_CODE",
       tgt."ACCOUNT_NO",
       tgt."OWNER",
       tgt."VALID_FROM",
       tgt."VALID_TO",
       tgt."IS_CURRENT",
       tgt."VERSION",
       tgt."CHANGED_AT",
       tgt."IS_INFERRED",
       tgt."LOAD_ID"
FROM "BUSINESS"."DIM_ACCOUNT" AS tgt
WHERE tgt."VALID_FROM" <= as_of
  AND (tgt."VALID_TO" IS NULL OR as_of < tgt."VALID_TO")';

-- comment-as-of-function: The data dictionary.
COMMENT ON FUNCTION "BUSINESS"."DIM_ACCOUNT_ASOF"(TIMESTAMP_NTZ) IS 'The version of each member of business.dim_account that was valid at the given instant in UTC, the default members among them; a member that was gone then has none.';

-- forget-definition: There is a newer one.
DELETE FROM "WAREHOUSE"."HISTORY_VIEW"
WHERE schema_name = 'business'
  AND name = 'dim_account_current'
  AND kind = 'view';

-- note-definition: By this the next deployment knows that nothing has changed.
INSERT INTO "WAREHOUSE"."HISTORY_VIEW" (schema_name, name, kind, target, definition)
VALUES ('business', 'dim_account_current', 'view', 'business.dim_account', $definition);

-- forget-definition: There is a newer one.
DELETE FROM "WAREHOUSE"."HISTORY_VIEW"
WHERE schema_name = 'business'
  AND name = 'dim_account_asof'
  AND kind = 'function';

-- note-definition: By this the next deployment knows that nothing has changed.
INSERT INTO "WAREHOUSE"."HISTORY_VIEW" (schema_name, name, kind, target, definition)
VALUES ('business', 'dim_account_asof', 'function', 'business.dim_account', $definition);

-- read-history: The versions of one member in order.
SELECT tgt."OWNER",
       tgt."VALID_FROM",
       tgt."VALID_TO"
FROM "BUSINESS"."DIM_ACCOUNT" AS tgt
WHERE tgt."BANK_CODE" = $key_1 AND tgt."ACCOUNT_NO" = $key_2
ORDER BY tgt."VALID_FROM", tgt."VERSION";
