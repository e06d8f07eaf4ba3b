-- warehouse-sdk: load business.fact_return

-- reject-incomplete-rows: A row without its grain or its watermark has no place in the table.
INSERT INTO "WAREHOUSE"."REJECT" (load_id, target, file, line, column_name, reason, raw_row)
SELECT $load_id,
       $target,
       $path,
       src."SOURCE_LINE",
       array_to_string(array_construct_compact(CASE WHEN src."SALE_ID" IS NULL THEN 'sale_id' END), ', '),
       'grain or watermark is NULL',
       to_json(object_construct_keep_null(src.*))
FROM "WAREHOUSE_WORK"."STAGED" AS src
WHERE NOT (src."SALE_ID" IS NOT NULL);

-- find-repeated-keys: Keys that stand in the batch more than once; usually none.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."REPEATED" AS
SELECT src."SALE_ID",
       count(*) AS copies
FROM "WAREHOUSE_WORK"."STAGED" AS src
WHERE src."SALE_ID" IS NOT NULL
GROUP BY ALL
HAVING count(*) > 1;

-- count-repeated-keys: Whether anything has to be decided at all.
SELECT count(*) AS repeated_keys FROM "WAREHOUSE_WORK"."REPEATED";

-- decide-repeated-rows: Exact copies collapse into one.
-- only if: repeated_keys > 0
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."DECIDED" AS
SELECT src."SALE_ID",
       src."RETURNED_AT",
       src."CUSTOMER_ID",
       src."AMOUNT",
       min(src."SOURCE_LINE") AS "SOURCE_LINE"
FROM "WAREHOUSE_WORK"."STAGED" AS src
JOIN "WAREHOUSE_WORK"."REPEATED" AS repeated ON repeated."SALE_ID" = src."SALE_ID"
WHERE src."SALE_ID" IS NOT NULL
GROUP BY src."SALE_ID",
         src."RETURNED_AT",
         src."CUSTOMER_ID",
         src."AMOUNT";

-- find-conflicts: Keys that are still there with different values.
-- only if: repeated_keys > 0
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."CONFLICTS" AS
SELECT src."SALE_ID",
       array_to_string(array_construct_compact(CASE WHEN count(DISTINCT src."RETURNED_AT") > 1 OR count(src."RETURNED_AT") NOT IN (0, count(*)) THEN 'returned_at' END,
                                               CASE WHEN count(DISTINCT src."CUSTOMER_ID") > 1 OR count(src."CUSTOMER_ID") NOT IN (0, count(*)) THEN 'customer_id' END,
                                               CASE WHEN count(DISTINCT src."AMOUNT") > 1 OR count(src."AMOUNT") NOT IN (0, count(*)) THEN 'amount' END), ', ') AS differing_columns
FROM "WAREHOUSE_WORK"."DECIDED" AS src
GROUP BY src."SALE_ID"
HAVING count(*) > 1;

-- reject-conflicting-rows: None of them can be chosen, so all are kept aside.
-- only if: repeated_keys > 0
INSERT INTO "WAREHOUSE"."REJECT" (load_id, target, file, line, column_name, reason, raw_row)
SELECT $load_id,
       $target,
       $path,
       src."SOURCE_LINE",
       conflicts.differing_columns,
       'several rows of one grain have different values (' || 'sale_id = ' || CAST(src."SALE_ID" AS VARCHAR) || ')',
       to_json(object_construct_keep_null(src.*))
FROM "WAREHOUSE_WORK"."STAGED" AS src
JOIN "WAREHOUSE_WORK"."CONFLICTS" AS conflicts ON conflicts."SALE_ID" = src."SALE_ID"
WHERE src."SALE_ID" IS NOT NULL;

-- take-incoming: The rows whose key stands in the batch once.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."INCOMING" AS
SELECT src."SALE_ID",
       src."RETURNED_AT",
       src."CUSTOMER_ID",
       src."AMOUNT",
       src."SOURCE_LINE"
FROM "WAREHOUSE_WORK"."STAGED" AS src
LEFT JOIN "WAREHOUSE_WORK"."REPEATED" AS repeated ON repeated."SALE_ID" = src."SALE_ID"
WHERE repeated.copies IS NULL
  AND src."SALE_ID" IS NOT NULL;

-- take-decided-rows: And the one row that was chosen for a repeated key.
-- only if: repeated_keys > 0
INSERT INTO "WAREHOUSE_WORK"."INCOMING"
SELECT src."SALE_ID",
       src."RETURNED_AT",
       src."CUSTOMER_ID",
       src."AMOUNT",
       src."SOURCE_LINE"
FROM "WAREHOUSE_WORK"."DECIDED" AS src
WHERE NOT EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."CONFLICTS" AS conflicts WHERE conflicts."SALE_ID" = src."SALE_ID");

-- count-duplicates: Copies that collapsed and rows that were superseded.
-- only if: repeated_keys > 0
SELECT (SELECT CAST(coalesce(sum(repeated.copies), 0) AS BIGINT)
        FROM "WAREHOUSE_WORK"."REPEATED" AS repeated
        WHERE NOT EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."CONFLICTS" AS conflicts WHERE conflicts."SALE_ID" = repeated."SALE_ID"))
     - (SELECT count(*)
        FROM "WAREHOUSE_WORK"."DECIDED" AS decided
        WHERE NOT EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."CONFLICTS" AS conflicts WHERE conflicts."SALE_ID" = decided."SALE_ID")) AS duplicates;

-- resolve-keys: Each row meets one version of each member: the one valid at the row's own time.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."RESOLVED" AS
SELECT coalesce("ON_DATE"."DATE_KEY", -1) AS "DATE_KEY",
       coalesce("REASON"."TAG_KEY", -1) AS "REASON_KEY",
       CAST(src."SALE_ID" AS NUMBER(19,0)) AS "SALE_ID",
       CAST(src."AMOUNT" AS NUMBER(18,4)) AS "AMOUNT"
FROM "WAREHOUSE_WORK"."INCOMING" AS src
LEFT JOIN "BUSINESS"."DIM_DATE" AS "ON_DATE" ON "ON_DATE"."DATE" = CAST(src."RETURNED_AT" AS DATE)
LEFT JOIN (
    SELECT "TAG_ID", max_by("TAG_KEY", "VERSION") AS "TAG_KEY"
    FROM "BUSINESS"."DIM_TAG"
    WHERE "TAG_KEY" > 0
    GROUP BY "TAG_ID"
) AS "REASON" ON "REASON"."TAG_ID" = src."CUSTOMER_ID";

-- count-unknown-members: Rows that met no member or no version of their own time, per link.
SELECT count_if("DATE_KEY" = -1) AS "UNKNOWN_ON_DATE",
       count_if("REASON_KEY" = -1) AS "UNKNOWN_REASON"
FROM "WAREHOUSE_WORK"."RESOLVED";

-- count-accepted: The rows that count.
SELECT count(*) AS accepted FROM "WAREHOUSE_WORK"."RESOLVED";

-- update-changed-rows: Only rows in which something is really different.
UPDATE "BUSINESS"."FACT_RETURN"
SET "DATE_KEY" = src."DATE_KEY",
    "REASON_KEY" = src."REASON_KEY",
    "AMOUNT" = src."AMOUNT",
    "LOAD_ID" = $load_id
FROM "WAREHOUSE_WORK"."RESOLVED" AS src
WHERE "BUSINESS"."FACT_RETURN"."SALE_ID" = src."SALE_ID"
  AND ("BUSINESS"."FACT_RETURN"."DATE_KEY" IS DISTINCT FROM src."DATE_KEY"
       OR "BUSINESS"."FACT_RETURN"."REASON_KEY" IS DISTINCT FROM src."REASON_KEY"
       OR "BUSINESS"."FACT_RETURN"."AMOUNT" IS DISTINCT FROM src."AMOUNT");

-- insert-new-rows: Rows of a grain that the table does not have.
INSERT INTO "BUSINESS"."FACT_RETURN" ("DATE_KEY", "REASON_KEY", "SALE_ID", "AMOUNT", "LOAD_ID")
SELECT src."DATE_KEY",
       src."REASON_KEY",
       src."SALE_ID",
       src."AMOUNT",
       $load_id
FROM "WAREHOUSE_WORK"."RESOLVED" AS src
WHERE NOT EXISTS (SELECT 1 FROM "BUSINESS"."FACT_RETURN" AS tgt WHERE tgt."SALE_ID" = src."SALE_ID");

-- count-rows-too-many: Each row of the batch stands in the table once.
-- only if: inserted > 0
SELECT (SELECT count(*) FROM "BUSINESS"."FACT_RETURN" AS tgt WHERE EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."RESOLVED" AS src WHERE tgt."SALE_ID" = src."SALE_ID"))
     - (SELECT count(*) FROM "WAREHOUSE_WORK"."RESOLVED") AS rows_too_many;

-- check-grain: rows of one grain would stand in the table more than once
-- only if: rows_too_many > 0
SELECT tgt."SALE_ID"
FROM "BUSINESS"."FACT_RETURN" AS tgt
JOIN "WAREHOUSE_WORK"."RESOLVED" AS src ON tgt."SALE_ID" = src."SALE_ID"
GROUP BY tgt."SALE_ID"
HAVING count(*) > 1
LIMIT 20;
