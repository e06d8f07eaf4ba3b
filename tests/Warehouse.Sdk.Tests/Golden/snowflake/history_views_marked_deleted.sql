-- warehouse-sdk: history views of business.dim_product

-- forget-definition: There is a newer one.
DELETE FROM "WAREHOUSE"."HISTORY_VIEW"
WHERE schema_name = 'business'
  AND name = 'dim_product_current'
  AND kind = 'view';

-- note-pending: A deployment that ends here makes it again the next time.
INSERT INTO "WAREHOUSE"."HISTORY_VIEW" (schema_name, name, kind, target, definition)
VALUES ('business', 'dim_product_current', 'view', 'business.dim_product', 'pending');

-- forget-definition: There is a newer one.
DELETE FROM "WAREHOUSE"."HISTORY_VIEW"
WHERE schema_name = 'business'
  AND name = 'dim_product_asof'
  AND kind = 'function';

-- note-pending: A deployment that ends here makes it again the next time.
INSERT INTO "WAREHOUSE"."HISTORY_VIEW" (schema_name, name, kind, target, definition)
VALUES ('business', 'dim_product_asof', 'function', 'business.dim_product', 'pending');

-- create-current-view: What is true now.
CREATE OR REPLACE VIEW "BUSINESS"."DIM_PRODUCT_CURRENT" AS
SELECT tgt."PRODUCT_KEY",
       tgt."SKU",
       tgt."TITLE",
       tgt."VALID_FROM",
       tgt."VALID_TO",
       tgt."IS_CURRENT",
       tgt."VERSION",
       tgt."CHANGED_AT",
       tgt."IS_INFERRED",
       tgt."IS_DELETED",
       tgt."LOAD_ID"
FROM "BUSINESS"."DIM_PRODUCT" AS tgt
WHERE tgt."IS_CURRENT"
  AND NOT tgt."IS_DELETED";

-- comment-current-view: The data dictionary.
COMMENT ON VIEW "BUSINESS"."DIM_PRODUCT_CURRENT" IS 'The open version of each member of business.dim_product, the default members among them; a member that is gone has none.';

-- create-as-of-function: What was true at an instant.
CREATE OR REPLACE FUNCTION "BUSINESS"."DIM_PRODUCT_ASOF"(as_of TIMESTAMP_NTZ)
RETURNS TABLE (
    "PRODUCT_KEY" NUMBER(19,0),
    "SKU" VARCHAR,
    "TITLE" VARCHAR,
    "VALID_FROM" TIMESTAMP_NTZ(6),
    "VALID_TO" TIMESTAMP_NTZ(6),
    "IS_CURRENT" BOOLEAN,
    "VERSION" NUMBER(10,0),
    "CHANGED_AT" TIMESTAMP_NTZ(6),
    "IS_INFERRED" BOOLEAN,
    "IS_DELETED" BOOLEAN,
    "LOAD_ID" NUMBER(19,0)
)
AS 'SELECT tgt."PRODUCT_KEY",
       tgt."SKU",
       tgt."TITLE",
       tgt."VALID_FROM",
       tgt."VALID_TO",
       tgt."IS_CURRENT",
       tgt."VERSION",
       tgt."CHANGED_AT",
       tgt."IS_INFERRED",
       tgt."IS_DELETED",
       tgt."LOAD_ID"
FROM "BUSINESS"."DIM_PRODUCT" AS tgt
WHERE tgt."VALID_FROM" <= as_of
  AND (tgt."VALID_TO" IS NULL OR as_of < tgt."VALID_TO")
  AND NOT tgt."IS_DELETED"';

-- comment-as-of-function: The data dictionary.
COMMENT ON FUNCTION "BUSINESS"."DIM_PRODUCT_ASOF"(TIMESTAMP_NTZ) IS 'The version of each member of business.dim_product that was valid at the given instant in UTC, the default members among them; a member that was gone then has none.';

-- forget-definition: There is a newer one.
DELETE FROM "WAREHOUSE"."HISTORY_VIEW"
WHERE schema_name = 'business'
  AND name = 'dim_product_current'
  AND kind = 'view';

-- note-definition: By this the next deployment knows that nothing has changed.
INSERT INTO "WAREHOUSE"."HISTORY_VIEW" (schema_name, name, kind, target, definition)
VALUES ('business', 'dim_product_current', 'view', 'business.dim_product', $definition);

-- forget-definition: There is a newer one.
DELETE FROM "WAREHOUSE"."HISTORY_VIEW"
WHERE schema_name = 'business'
  AND name = 'dim_product_asof'
  AND kind = 'function';

-- note-definition: By this the next deployment knows that nothing has changed.
INSERT INTO "WAREHOUSE"."HISTORY_VIEW" (schema_name, name, kind, target, definition)
VALUES ('business', 'dim_product_asof', 'function', 'business.dim_product', $definition);
