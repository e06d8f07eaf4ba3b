-- warehouse-sdk: purge business.dim_product

-- take-versions: Which versions of the member become one.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."PURGED" AS
SELECT src.stored_key,
       first_value(src.stored_key) OVER (PARTITION BY src.is_mark ORDER BY src.version_number ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS given_key,
       last_value(src.ends_at) OVER (PARTITION BY src.is_mark ORDER BY src.version_number ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS ends_at,
       last_value(src.lives_on) OVER (PARTITION BY src.is_mark ORDER BY src.version_number ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS lives_on,
       src.is_mark
FROM (
    SELECT tgt."PRODUCT_KEY" AS stored_key,
           tgt."VERSION" AS version_number,
           tgt."VALID_TO" AS ends_at,
           tgt."IS_CURRENT" AS lives_on,
           (tgt."IS_DELETED" AND tgt."VERSION" > 1 AND tgt."VERSION" = max(tgt."VERSION") OVER ()) AS is_mark
    FROM "BUSINESS"."DIM_PRODUCT" AS tgt
    WHERE tgt."SKU" = $key_1
      AND tgt."PRODUCT_KEY" > 0
) AS src;

-- repoint-purged: Rows of business.fact_sale whose product_key is of a version that becomes one with the first.
UPDATE "BUSINESS"."FACT_SALE"
SET "PRODUCT_KEY" = src.given_key,
    "LOAD_ID" = $load_id
FROM "WAREHOUSE_WORK"."PURGED" AS src
WHERE "BUSINESS"."FACT_SALE"."PRODUCT_KEY" = src.stored_key
  AND src.given_key <> src.stored_key;

-- repoint-purged: Rows of business.fact_stock whose product_key is of a version that becomes one with the first.
UPDATE "BUSINESS"."FACT_STOCK"
SET "PRODUCT_KEY" = src.given_key,
    "LOAD_ID" = $load_id
FROM "WAREHOUSE_WORK"."PURGED" AS src
WHERE "BUSINESS"."FACT_STOCK"."PRODUCT_KEY" = src.stored_key
  AND src.given_key <> src.stored_key;

-- delete-purged-versions: The first version stays; nothing holds the keys of the others any more.
DELETE FROM "BUSINESS"."DIM_PRODUCT"
WHERE "BUSINESS"."DIM_PRODUCT"."PRODUCT_KEY" IN (SELECT stored_key FROM "WAREHOUSE_WORK"."PURGED" WHERE given_key <> stored_key);

-- erase-values: Like a member that facts named before its own rows arrived.
UPDATE "BUSINESS"."DIM_PRODUCT"
SET "TITLE" = NULL,
    "VALID_TO" = src.ends_at,
    "IS_CURRENT" = src.lives_on,
    "VERSION" = CASE WHEN src.is_mark THEN 2 ELSE 1 END,
    "CHANGED_AT" = NULL,
    "IS_INFERRED" = NOT src.is_mark,
    "LOAD_ID" = $load_id
FROM "WAREHOUSE_WORK"."PURGED" AS src
WHERE "BUSINESS"."DIM_PRODUCT"."PRODUCT_KEY" = src.stored_key
  AND ("BUSINESS"."DIM_PRODUCT"."TITLE" IS DISTINCT FROM NULL
       OR "BUSINESS"."DIM_PRODUCT"."VALID_TO" IS DISTINCT FROM src.ends_at
       OR "BUSINESS"."DIM_PRODUCT"."IS_CURRENT" IS DISTINCT FROM src.lives_on
       OR "BUSINESS"."DIM_PRODUCT"."VERSION" IS DISTINCT FROM CASE WHEN src.is_mark THEN 2 ELSE 1 END
       OR "BUSINESS"."DIM_PRODUCT"."CHANGED_AT" IS DISTINCT FROM NULL
       OR "BUSINESS"."DIM_PRODUCT"."IS_INFERRED" IS DISTINCT FROM NOT src.is_mark);

-- forget-rejected-rows: Rejected rows that name the member stay with their reason, without what they said.
UPDATE "WAREHOUSE"."REJECT"
SET raw_row = NULL
WHERE "WAREHOUSE"."REJECT".target IN ('business.dim_product')
  AND "WAREHOUSE"."REJECT".raw_row IS NOT NULL
  AND coalesce(CASE WHEN CAST(CAST($key_1 AS VARCHAR) AS VARCHAR) = '' THEN contains("WAREHOUSE"."REJECT".raw_row, '""')
                    ELSE regexp_instr("WAREHOUSE"."REJECT".raw_row, '(^|[^[:alnum:]])(' || regexp_replace(CAST(CAST($key_1 AS VARCHAR) AS VARCHAR), '([][(){}.*+?^$|\\\\-])', '\\\\\\1') || '|' || regexp_replace(trim(to_json(to_variant(CAST($key_1 AS VARCHAR))), '"'), '([][(){}.*+?^$|\\\\-])', '\\\\\\1') || ')($|[^[:alnum:]])', 1, 1, 0, 'i') > 0
               END, FALSE);

-- count-members: Whether there was such a member, and anything known of it.
SELECT 1 AS accepted,
       CASE WHEN EXISTS (SELECT 1 FROM "BUSINESS"."DIM_PRODUCT" AS tgt JOIN "WAREHOUSE_WORK"."PURGED" AS purged ON purged.stored_key = tgt."PRODUCT_KEY" WHERE tgt."LOAD_ID" = $load_id) THEN 1 ELSE 0 END AS updated;
