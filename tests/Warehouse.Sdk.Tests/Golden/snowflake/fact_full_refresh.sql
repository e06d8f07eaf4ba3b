-- warehouse-sdk: load business.fact_stock

-- reject-incomplete-rows: A row without its grain or its watermark has no place in the table.
INSERT INTO "WAREHOUSE"."REJECT" (load_id, target, file, line, column_name, reason, raw_row)
SELECT $load_id,
       $target,
       $path,
       src."SOURCE_LINE",
       array_to_string(array_construct_compact(CASE WHEN src."SKU" IS NULL THEN 'sku' END), ', '),
       'grain or watermark is NULL',
       to_json(object_construct_keep_null(src.*))
FROM "WAREHOUSE_WORK"."STAGED" AS src
WHERE NOT (src."SKU" IS NOT NULL);

-- find-repeated-keys: Keys that stand in the batch more than once; usually none.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."REPEATED" AS
SELECT src."SKU",
       count(*) AS copies
FROM "WAREHOUSE_WORK"."STAGED" AS src
WHERE src."SKU" IS NOT NULL
GROUP BY ALL
HAVING count(*) > 1;

-- count-repeated-keys: Whether anything has to be decided at all.
SELECT count(*) AS repeated_keys FROM "WAREHOUSE_WORK"."REPEATED";

-- decide-repeated-rows: Exact copies collapse into one.
-- only if: repeated_keys > 0
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."DECIDED" AS
SELECT src."SKU",
       src."SOLD_AT",
       src."QUANTITY",
       min(src."SOURCE_LINE") AS "SOURCE_LINE"
FROM "WAREHOUSE_WORK"."STAGED" AS src
JOIN "WAREHOUSE_WORK"."REPEATED" AS repeated ON repeated."SKU" = src."SKU"
WHERE src."SKU" IS NOT NULL
GROUP BY src."SKU",
         src."SOLD_AT",
         src."QUANTITY";

-- find-conflicts: Keys that are still there with different values.
-- only if: repeated_keys > 0
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."CONFLICTS" AS
SELECT src."SKU",
       array_to_string(array_construct_compact(CASE WHEN count(DISTINCT src."SOLD_AT") > 1 OR count(src."SOLD_AT") NOT IN (0, count(*)) THEN 'sold_at' END,
                                               CASE WHEN count(DISTINCT src."QUANTITY") > 1 OR count(src."QUANTITY") NOT IN (0, count(*)) THEN 'quantity' END), ', ') AS differing_columns
FROM "WAREHOUSE_WORK"."DECIDED" AS src
GROUP BY src."SKU"
HAVING count(*) > 1;

-- reject-conflicting-rows: None of them can be chosen, so all are kept aside.
-- only if: repeated_keys > 0
INSERT INTO "WAREHOUSE"."REJECT" (load_id, target, file, line, column_name, reason, raw_row)
SELECT $load_id,
       $target,
       $path,
       src."SOURCE_LINE",
       conflicts.differing_columns,
       'several rows of one grain have different values (' || 'sku = ' || CAST(src."SKU" AS VARCHAR) || ')',
       to_json(object_construct_keep_null(src.*))
FROM "WAREHOUSE_WORK"."STAGED" AS src
JOIN "WAREHOUSE_WORK"."CONFLICTS" AS conflicts ON conflicts."SKU" = src."SKU"
WHERE src."SKU" IS NOT NULL;

-- take-incoming: The rows whose key stands in the batch once.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."INCOMING" AS
SELECT src."SKU",
       src."SOLD_AT",
       src."QUANTITY",
       src."SOURCE_LINE"
FROM "WAREHOUSE_WORK"."STAGED" AS src
LEFT JOIN "WAREHOUSE_WORK"."REPEATED" AS repeated ON repeated."SKU" = src."SKU"
WHERE repeated.copies IS NULL
  AND src."SKU" IS NOT NULL;

-- take-decided-rows: And the one row that was chosen for a repeated key.
-- only if: repeated_keys > 0
INSERT INTO "WAREHOUSE_WORK"."INCOMING"
SELECT src."SKU",
       src."SOLD_AT",
       src."QUANTITY",
       src."SOURCE_LINE"
FROM "WAREHOUSE_WORK"."DECIDED" AS src
WHERE NOT EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."CONFLICTS" AS conflicts WHERE conflicts."SKU" = src."SKU");

-- count-duplicates: Copies that collapsed and rows that were superseded.
-- only if: repeated_keys > 0
SELECT (SELECT CAST(coalesce(sum(repeated.copies), 0) AS BIGINT)
        FROM "WAREHOUSE_WORK"."REPEATED" AS repeated
        WHERE NOT EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."CONFLICTS" AS conflicts WHERE conflicts."SKU" = repeated."SKU"))
     - (SELECT count(*)
        FROM "WAREHOUSE_WORK"."DECIDED" AS decided
        WHERE NOT EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."CONFLICTS" AS conflicts WHERE conflicts."SKU" = decided."SKU")) AS duplicates;

-- take-versions: The versions of every product that the batch names, and when each is met.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."VERSIONS_1" AS
SELECT member."SKU",
       member."PRODUCT_KEY" AS "MEMBER_KEY",
       CAST(member."VALID_FROM" AS TIMESTAMP_NTZ(6)) AS begins_at,
       CASE WHEN member."IS_CURRENT" THEN TIMESTAMP '9999-12-31' ELSE coalesce(CAST(member."VALID_TO" AS TIMESTAMP_NTZ(6)), TIMESTAMP '9999-12-31') END AS ends_at,
       CASE WHEN member."VERSION" = 1 THEN TIMESTAMP '0001-01-01' ELSE CAST(member."VALID_FROM" AS TIMESTAMP_NTZ(6)) END AS met_from,
       coalesce(lead(CAST(member."VALID_FROM" AS TIMESTAMP_NTZ(6))) OVER (PARTITION BY member."SKU" ORDER BY member."VALID_FROM", member."VERSION"), TIMESTAMP '9999-12-31') AS met_until
FROM "BUSINESS"."DIM_PRODUCT" AS member
WHERE member."PRODUCT_KEY" > 0
  AND EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."INCOMING" AS src WHERE member."SKU" = src."SKU");

-- guard-overlapping-versions: versions of one member of business.dim_product overlap, so that a fact would have two of them; VerifyAsync lists them all
SELECT DISTINCT member."SKU"
FROM "WAREHOUSE_WORK"."VERSIONS_1" AS member
WHERE member.ends_at > member.met_until
ORDER BY member."SKU"
LIMIT 20;

-- resolve-keys: Each row meets one version of each member: the one valid at the row's own time.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."RESOLVED" AS
SELECT coalesce("PRODUCT"."MEMBER_KEY", -1) AS "PRODUCT_KEY",
       CAST(src."SKU" AS VARCHAR) AS "SKU",
       CAST(src."SOLD_AT" AS TIMESTAMP_NTZ(6)) AS "SOLD_AT",
       CAST(src."QUANTITY" AS NUMBER(5,0)) AS "QUANTITY",
       CASE WHEN "PRODUCT".member_key IS NULL THEN 3 WHEN CAST(src."SOLD_AT" AS TIMESTAMP_NTZ(6)) < "PRODUCT".begins_at THEN 1 WHEN CAST(src."SOLD_AT" AS TIMESTAMP_NTZ(6)) >= "PRODUCT".ends_at THEN 2 ELSE 0 END AS "LINK_OUTCOME_1"
FROM "WAREHOUSE_WORK"."INCOMING" AS src
LEFT JOIN "WAREHOUSE_WORK"."VERSIONS_1" AS "PRODUCT" ON "PRODUCT"."SKU" = src."SKU" AND CAST(src."SOLD_AT" AS TIMESTAMP_NTZ(6)) >= "PRODUCT".met_from AND CAST(src."SOLD_AT" AS TIMESTAMP_NTZ(6)) < "PRODUCT".met_until;

-- count-unknown-members: Rows that met no member or no version of their own time, per link.
SELECT count_if("PRODUCT_KEY" = -1) AS "UNKNOWN_PRODUCT",
       count_if("LINK_OUTCOME_1" = 1) AS "BEFORE_FIRST_PRODUCT",
       count_if("LINK_OUTCOME_1" = 2) AS "IN_GAP_PRODUCT"
FROM "WAREHOUSE_WORK"."RESOLVED";

-- count-accepted: The rows that count.
SELECT count(*) AS accepted FROM "WAREHOUSE_WORK"."RESOLVED";

-- guard-empty-source: the source has no rows, and the rows it would replace would be gone; a source that failed looks just the same. Set LoadOptions.AllowEmpty if it is meant
SELECT count(*) AS stored_rows
FROM "BUSINESS"."FACT_STOCK" AS tgt
WHERE NOT EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."RESOLVED")
HAVING count(*) > 0;

-- find-differences: A reload that would change nothing writes nothing.
WITH old_rows AS (
    SELECT tgt."PRODUCT_KEY",
           tgt."SKU",
           tgt."SOLD_AT",
           tgt."QUANTITY"
    FROM "BUSINESS"."FACT_STOCK" AS tgt
),
new_rows AS (
    SELECT src."PRODUCT_KEY",
           src."SKU",
           src."SOLD_AT",
           src."QUANTITY"
    FROM "WAREHOUSE_WORK"."RESOLVED" AS src
)
SELECT (SELECT count(*) FROM (SELECT * FROM new_rows EXCEPT SELECT * FROM old_rows) AS added)
     + (SELECT count(*) FROM (SELECT * FROM old_rows EXCEPT SELECT * FROM new_rows) AS gone)
     + abs((SELECT count(*) FROM new_rows) - (SELECT count(*) FROM old_rows)) AS differences;

-- delete-old-rows: Makes room for the reload.
-- only if: differences > 0
DELETE FROM "BUSINESS"."FACT_STOCK";

-- insert-rows: The reload.
-- only if: differences > 0
INSERT INTO "BUSINESS"."FACT_STOCK" ("PRODUCT_KEY", "SKU", "SOLD_AT", "QUANTITY", "LOAD_ID")
SELECT src."PRODUCT_KEY",
       src."SKU",
       src."SOLD_AT",
       src."QUANTITY",
       $load_id
FROM "WAREHOUSE_WORK"."RESOLVED" AS src;

-- count-rows-too-many: Each row of the batch stands in the table once.
-- only if: inserted > 0
SELECT (SELECT count(*) FROM "BUSINESS"."FACT_STOCK" AS tgt WHERE EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."RESOLVED" AS src WHERE tgt."SKU" = src."SKU"))
     - (SELECT count(*) FROM "WAREHOUSE_WORK"."RESOLVED") AS rows_too_many;

-- check-grain: rows of one grain would stand in the table more than once
-- only if: rows_too_many > 0
SELECT tgt."SKU"
FROM "BUSINESS"."FACT_STOCK" AS tgt
JOIN "WAREHOUSE_WORK"."RESOLVED" AS src ON tgt."SKU" = src."SKU"
GROUP BY tgt."SKU"
HAVING count(*) > 1
LIMIT 20;
