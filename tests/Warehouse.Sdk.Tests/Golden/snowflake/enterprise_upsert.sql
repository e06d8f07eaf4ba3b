-- warehouse-sdk: load enterprise.customer

-- reject-incomplete-rows: A row without its grain or its watermark has no place in the table.
INSERT INTO "WAREHOUSE"."REJECT" (load_id, target, file, line, column_name, reason, raw_row)
SELECT $load_id,
       $target,
       $path,
       src."SOURCE_LINE",
       array_to_string(array_construct_compact(CASE WHEN src."CUSTOMER_ID" IS NULL THEN 'customer_id' END), ', '),
       'grain or watermark is NULL',
       to_json(object_construct_keep_null(src.*))
FROM "WAREHOUSE_WORK"."STAGED" AS src
WHERE NOT (src."CUSTOMER_ID" IS NOT NULL);

-- find-repeated-keys: Keys that stand in the batch more than once; usually none.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."REPEATED" AS
SELECT src."CUSTOMER_ID",
       count(*) AS copies
FROM "WAREHOUSE_WORK"."STAGED" AS src
WHERE src."CUSTOMER_ID" IS NOT NULL
GROUP BY ALL
HAVING count(*) > 1;

-- count-repeated-keys: Whether anything has to be decided at all.
SELECT count(*) AS repeated_keys FROM "WAREHOUSE_WORK"."REPEATED";

-- decide-repeated-rows: Exact copies collapse into one; the last by sequence wins.
-- only if: repeated_keys > 0
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."DECIDED" AS
SELECT src."CUSTOMER_ID",
       src."CREATED_ON",
       src."FIRST_NAME",
       src."EMAIL",
       src."CITY",
       src."STORE_ID",
       src."SEGMENT",
       src."CHANGED_AT",
       min(src."SOURCE_LINE") AS "SOURCE_LINE"
FROM "WAREHOUSE_WORK"."STAGED" AS src
JOIN "WAREHOUSE_WORK"."REPEATED" AS repeated ON repeated."CUSTOMER_ID" = src."CUSTOMER_ID"
WHERE src."CUSTOMER_ID" IS NOT NULL
GROUP BY src."CUSTOMER_ID",
         src."CREATED_ON",
         src."FIRST_NAME",
         src."EMAIL",
         src."CITY",
         src."STORE_ID",
         src."SEGMENT",
         src."CHANGED_AT"
QUALIFY max(src."LANDED_LOAD_ID") IS NOT DISTINCT FROM max(max(src."LANDED_LOAD_ID")) OVER (PARTITION BY src."CUSTOMER_ID");

-- find-conflicts: Keys that are still there with different values.
-- only if: repeated_keys > 0
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."CONFLICTS" AS
SELECT src."CUSTOMER_ID",
       array_to_string(array_construct_compact(CASE WHEN count(DISTINCT src."CREATED_ON") > 1 OR count(src."CREATED_ON") NOT IN (0, count(*)) THEN 'created_on' END,
                                               CASE WHEN count(DISTINCT src."FIRST_NAME") > 1 OR count(src."FIRST_NAME") NOT IN (0, count(*)) THEN 'first_name' END,
                                               CASE WHEN count(DISTINCT src."EMAIL") > 1 OR count(src."EMAIL") NOT IN (0, count(*)) THEN 'email' END,
                                               CASE WHEN count(DISTINCT src."CITY") > 1 OR count(src."CITY") NOT IN (0, count(*)) THEN 'city' END,
                                               CASE WHEN count(DISTINCT src."STORE_ID") > 1 OR count(src."STORE_ID") NOT IN (0, count(*)) THEN 'store_id' END,
                                               CASE WHEN count(DISTINCT src."SEGMENT") > 1 OR count(src."SEGMENT") NOT IN (0, count(*)) THEN 'segment' END,
                                               CASE WHEN count(DISTINCT src."CHANGED_AT") > 1 OR count(src."CHANGED_AT") NOT IN (0, count(*)) THEN 'changed_at' END), ', ') AS differing_columns
FROM "WAREHOUSE_WORK"."DECIDED" AS src
GROUP BY src."CUSTOMER_ID"
HAVING count(*) > 1;

-- reject-conflicting-rows: None of them can be chosen, so all are kept aside.
-- only if: repeated_keys > 0
INSERT INTO "WAREHOUSE"."REJECT" (load_id, target, file, line, column_name, reason, raw_row)
SELECT $load_id,
       $target,
       $path,
       src."SOURCE_LINE",
       conflicts.differing_columns,
       'several rows of one grain have different values (' || 'customer_id = ' || CAST(src."CUSTOMER_ID" AS VARCHAR) || ')',
       to_json(object_construct_keep_null(src.*))
FROM "WAREHOUSE_WORK"."STAGED" AS src
JOIN "WAREHOUSE_WORK"."CONFLICTS" AS conflicts ON conflicts."CUSTOMER_ID" = src."CUSTOMER_ID"
WHERE src."CUSTOMER_ID" IS NOT NULL;

-- take-incoming: The rows whose key stands in the batch once.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."INCOMING" AS
SELECT src."CUSTOMER_ID",
       src."CREATED_ON",
       src."FIRST_NAME",
       src."EMAIL",
       src."CITY",
       src."STORE_ID",
       src."SEGMENT",
       src."CHANGED_AT",
       src."SOURCE_LINE"
FROM "WAREHOUSE_WORK"."STAGED" AS src
LEFT JOIN "WAREHOUSE_WORK"."REPEATED" AS repeated ON repeated."CUSTOMER_ID" = src."CUSTOMER_ID"
WHERE repeated.copies IS NULL
  AND src."CUSTOMER_ID" IS NOT NULL;

-- take-decided-rows: And the one row that was chosen for a repeated key.
-- only if: repeated_keys > 0
INSERT INTO "WAREHOUSE_WORK"."INCOMING"
SELECT src."CUSTOMER_ID",
       src."CREATED_ON",
       src."FIRST_NAME",
       src."EMAIL",
       src."CITY",
       src."STORE_ID",
       src."SEGMENT",
       src."CHANGED_AT",
       src."SOURCE_LINE"
FROM "WAREHOUSE_WORK"."DECIDED" AS src
WHERE NOT EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."CONFLICTS" AS conflicts WHERE conflicts."CUSTOMER_ID" = src."CUSTOMER_ID");

-- count-duplicates: Copies that collapsed and rows that were superseded.
-- only if: repeated_keys > 0
SELECT (SELECT CAST(coalesce(sum(repeated.copies), 0) AS BIGINT)
        FROM "WAREHOUSE_WORK"."REPEATED" AS repeated
        WHERE NOT EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."CONFLICTS" AS conflicts WHERE conflicts."CUSTOMER_ID" = repeated."CUSTOMER_ID"))
     - (SELECT count(*)
        FROM "WAREHOUSE_WORK"."DECIDED" AS decided
        WHERE NOT EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."CONFLICTS" AS conflicts WHERE conflicts."CUSTOMER_ID" = decided."CUSTOMER_ID")) AS duplicates;

-- resolve-keys: The rows as the table stores them.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."RESOLVED" AS
SELECT CAST(src."CUSTOMER_ID" AS NUMBER(10,0)) AS "CUSTOMER_ID",
       CAST(src."CREATED_ON" AS DATE) AS "CREATED_ON",
       CAST(src."FIRST_NAME" AS VARCHAR) AS "FIRST_NAME",
       CAST(src."EMAIL" AS VARCHAR) AS "EMAIL",
       CAST(src."CITY" AS VARCHAR) AS "CITY",
       CAST(src."STORE_ID" AS NUMBER(10,0)) AS "STORE_ID",
       CAST(src."SEGMENT" AS VARCHAR) AS "SEGMENT",
       CAST(src."CHANGED_AT" AS TIMESTAMP_NTZ(6)) AS "CHANGED_AT"
FROM "WAREHOUSE_WORK"."INCOMING" AS src;

-- count-accepted: The rows that count.
SELECT count(*) AS accepted FROM "WAREHOUSE_WORK"."RESOLVED";

-- update-changed-rows: Only rows in which something is really different.
UPDATE "ENTERPRISE"."CUSTOMER"
SET "CREATED_ON" = src."CREATED_ON",
    "FIRST_NAME" = src."FIRST_NAME",
    "EMAIL" = src."EMAIL",
    "CITY" = src."CITY",
    "STORE_ID" = src."STORE_ID",
    "SEGMENT" = src."SEGMENT",
    "CHANGED_AT" = src."CHANGED_AT",
    "LOAD_ID" = $load_id
FROM "WAREHOUSE_WORK"."RESOLVED" AS src
WHERE "ENTERPRISE"."CUSTOMER"."CUSTOMER_ID" = src."CUSTOMER_ID"
  AND ("ENTERPRISE"."CUSTOMER"."CREATED_ON" IS DISTINCT FROM src."CREATED_ON"
       OR "ENTERPRISE"."CUSTOMER"."FIRST_NAME" IS DISTINCT FROM src."FIRST_NAME"
       OR "ENTERPRISE"."CUSTOMER"."EMAIL" IS DISTINCT FROM src."EMAIL"
       OR "ENTERPRISE"."CUSTOMER"."CITY" IS DISTINCT FROM src."CITY"
       OR "ENTERPRISE"."CUSTOMER"."STORE_ID" IS DISTINCT FROM src."STORE_ID"
       OR "ENTERPRISE"."CUSTOMER"."SEGMENT" IS DISTINCT FROM src."SEGMENT"
       OR "ENTERPRISE"."CUSTOMER"."CHANGED_AT" IS DISTINCT FROM src."CHANGED_AT");

-- insert-new-rows: Rows of a grain that the table does not have.
INSERT INTO "ENTERPRISE"."CUSTOMER" ("CUSTOMER_ID", "CREATED_ON", "FIRST_NAME", "EMAIL", "CITY", "STORE_ID", "SEGMENT", "CHANGED_AT", "LOAD_ID")
SELECT src."CUSTOMER_ID",
       src."CREATED_ON",
       src."FIRST_NAME",
       src."EMAIL",
       src."CITY",
       src."STORE_ID",
       src."SEGMENT",
       src."CHANGED_AT",
       $load_id
FROM "WAREHOUSE_WORK"."RESOLVED" AS src
WHERE NOT EXISTS (SELECT 1 FROM "ENTERPRISE"."CUSTOMER" AS tgt WHERE tgt."CUSTOMER_ID" = src."CUSTOMER_ID");

-- count-rows-too-many: Each row of the batch stands in the table once.
-- only if: inserted > 0
SELECT (SELECT count(*) FROM "ENTERPRISE"."CUSTOMER" AS tgt WHERE EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."RESOLVED" AS src WHERE tgt."CUSTOMER_ID" = src."CUSTOMER_ID"))
     - (SELECT count(*) FROM "WAREHOUSE_WORK"."RESOLVED") AS rows_too_many;

-- check-grain: rows of one grain would stand in the table more than once
-- only if: rows_too_many > 0
SELECT tgt."CUSTOMER_ID"
FROM "ENTERPRISE"."CUSTOMER" AS tgt
JOIN "WAREHOUSE_WORK"."RESOLVED" AS src ON tgt."CUSTOMER_ID" = src."CUSTOMER_ID"
GROUP BY tgt."CUSTOMER_ID"
HAVING count(*) > 1
LIMIT 20;
