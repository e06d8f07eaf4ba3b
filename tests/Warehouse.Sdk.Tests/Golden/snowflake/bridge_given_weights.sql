-- warehouse-sdk: load business.bridge_weighted

-- reject-incomplete-rows: A row without its group or its member links nothing.
INSERT INTO "WAREHOUSE"."REJECT" (load_id, target, file, line, column_name, reason, raw_row)
SELECT $load_id,
       $target,
       $path,
       src."SOURCE_LINE",
       NULL,
       'group or member is NULL',
       to_json(object_construct_keep_null(src.*))
FROM "WAREHOUSE_WORK"."STAGED" AS src
WHERE NOT (src."SKU" IS NOT NULL AND src."TAG_ID" IS NOT NULL);

-- find-repeated-keys: Keys that stand in the batch more than once; usually none.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."REPEATED" AS
SELECT src."SKU",
       src."TAG_ID",
       count(*) AS copies
FROM "WAREHOUSE_WORK"."STAGED" AS src
WHERE src."SKU" IS NOT NULL AND src."TAG_ID" IS NOT NULL
GROUP BY ALL
HAVING count(*) > 1;

-- count-repeated-keys: Whether anything has to be decided at all.
SELECT count(*) AS repeated_keys FROM "WAREHOUSE_WORK"."REPEATED";

-- decide-repeated-rows: Exact copies collapse into one.
-- only if: repeated_keys > 0
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."DECIDED" AS
SELECT src."SKU",
       src."TAG_ID",
       src."SHARE",
       min(src."SOURCE_LINE") AS "SOURCE_LINE"
FROM "WAREHOUSE_WORK"."STAGED" AS src
JOIN "WAREHOUSE_WORK"."REPEATED" AS repeated ON repeated."SKU" = src."SKU" AND repeated."TAG_ID" = src."TAG_ID"
WHERE src."SKU" IS NOT NULL AND src."TAG_ID" IS NOT NULL
GROUP BY src."SKU",
         src."TAG_ID",
         src."SHARE";

-- find-conflicts: Keys that are still there with different values.
-- only if: repeated_keys > 0
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."CONFLICTS" AS
SELECT src."SKU",
       src."TAG_ID",
       array_to_string(array_construct_compact(CASE WHEN count(DISTINCT src."SHARE") > 1 OR count(src."SHARE") NOT IN (0, count(*)) THEN 'share' END), ', ') AS differing_columns
FROM "WAREHOUSE_WORK"."DECIDED" AS src
GROUP BY src."SKU",
         src."TAG_ID"
HAVING count(*) > 1;

-- reject-conflicting-rows: None of them can be chosen, so all are kept aside.
-- only if: repeated_keys > 0
INSERT INTO "WAREHOUSE"."REJECT" (load_id, target, file, line, column_name, reason, raw_row)
SELECT $load_id,
       $target,
       $path,
       src."SOURCE_LINE",
       conflicts.differing_columns,
       'one member stands in one group with different weights (' || 'sku = ' || CAST(src."SKU" AS VARCHAR) || ', ' || 'tag_id = ' || CAST(src."TAG_ID" AS VARCHAR) || ')',
       to_json(object_construct_keep_null(src.*))
FROM "WAREHOUSE_WORK"."STAGED" AS src
JOIN "WAREHOUSE_WORK"."CONFLICTS" AS conflicts ON conflicts."SKU" = src."SKU" AND conflicts."TAG_ID" = src."TAG_ID"
WHERE src."SKU" IS NOT NULL AND src."TAG_ID" IS NOT NULL;

-- take-incoming: The rows whose key stands in the batch once.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."INCOMING" AS
SELECT src."SKU",
       src."TAG_ID",
       src."SHARE",
       src."SOURCE_LINE"
FROM "WAREHOUSE_WORK"."STAGED" AS src
LEFT JOIN "WAREHOUSE_WORK"."REPEATED" AS repeated ON repeated."SKU" = src."SKU" AND repeated."TAG_ID" = src."TAG_ID"
WHERE repeated.copies IS NULL
  AND src."SKU" IS NOT NULL AND src."TAG_ID" IS NOT NULL;

-- take-decided-rows: And the one row that was chosen for a repeated key.
-- only if: repeated_keys > 0
INSERT INTO "WAREHOUSE_WORK"."INCOMING"
SELECT src."SKU",
       src."TAG_ID",
       src."SHARE",
       src."SOURCE_LINE"
FROM "WAREHOUSE_WORK"."DECIDED" AS src
WHERE NOT EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."CONFLICTS" AS conflicts WHERE conflicts."SKU" = src."SKU" AND conflicts."TAG_ID" = src."TAG_ID");

-- count-duplicates: Copies that collapsed and rows that were superseded.
-- only if: repeated_keys > 0
SELECT (SELECT CAST(coalesce(sum(repeated.copies), 0) AS BIGINT)
        FROM "WAREHOUSE_WORK"."REPEATED" AS repeated
        WHERE NOT EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."CONFLICTS" AS conflicts WHERE conflicts."SKU" = repeated."SKU" AND conflicts."TAG_ID" = repeated."TAG_ID"))
     - (SELECT count(*)
        FROM "WAREHOUSE_WORK"."DECIDED" AS decided
        WHERE NOT EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."CONFLICTS" AS conflicts WHERE conflicts."SKU" = decided."SKU" AND conflicts."TAG_ID" = decided."TAG_ID")) AS duplicates;

-- resolve-members: One row per group and member with its weight; a group without rows has the unknown member.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."RESOLVED" AS
WITH met AS (
    SELECT src."SKU",
           src."TAG_ID",
           coalesce(member."TAG_KEY", -1) AS "TAG_KEY",
           src."SHARE"
    FROM "WAREHOUSE_WORK"."INCOMING" AS src
    LEFT JOIN (
        SELECT "TAG_ID", max_by("TAG_KEY", "VERSION") AS "TAG_KEY"
        FROM "BUSINESS"."DIM_TAG"
        WHERE "TAG_KEY" > 0
        GROUP BY "TAG_ID"
    ) AS member ON member."TAG_ID" = src."TAG_ID"
)
SELECT src."SKU",
       src."TAG_KEY",
       CAST(sum(src."SHARE") AS NUMBER(18,9)) AS "SHARE",
       FALSE AS is_empty_group
FROM met AS src
GROUP BY src."SKU", src."TAG_KEY"
UNION ALL
SELECT DISTINCT tgt."SKU" AS "SKU", -1, 1, TRUE
FROM "BUSINESS"."DIM_PRODUCT" AS tgt
WHERE tgt."PRODUCT_KEY" > 0
  AND NOT EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."INCOMING" AS src WHERE src."SKU" = tgt."SKU");

-- count-accepted: The rows that count.
SELECT (SELECT count(*) FROM "WAREHOUSE_WORK"."INCOMING") AS accepted,
       (SELECT count(*) FROM "WAREHOUSE_WORK"."RESOLVED" WHERE "TAG_KEY" = -1 AND NOT is_empty_group) AS "UNKNOWN_DIM_TAG";

-- check-weights: the weights of groups do not sum to 1
SELECT "SKU", sum("SHARE") AS weights
FROM "WAREHOUSE_WORK"."RESOLVED"
GROUP BY "SKU"
HAVING sum("SHARE") IS DISTINCT FROM 1
LIMIT 20;

-- find-differences: A set that changes nothing writes nothing.
SELECT (SELECT count(*) FROM (SELECT "SKU", "TAG_KEY", "SHARE" FROM "WAREHOUSE_WORK"."RESOLVED" EXCEPT SELECT "SKU", "TAG_KEY", "SHARE" FROM "BUSINESS"."BRIDGE_WEIGHTED") AS added)
     + (SELECT count(*) FROM (SELECT "SKU", "TAG_KEY", "SHARE" FROM "BUSINESS"."BRIDGE_WEIGHTED" EXCEPT SELECT "SKU", "TAG_KEY", "SHARE" FROM "WAREHOUSE_WORK"."RESOLVED") AS gone)
     + abs((SELECT count(*) FROM "WAREHOUSE_WORK"."RESOLVED") - (SELECT count(*) FROM "BUSINESS"."BRIDGE_WEIGHTED")) AS differences;

-- delete-old-rows: Makes room for the new set.
-- only if: differences > 0
DELETE FROM "BUSINESS"."BRIDGE_WEIGHTED";

-- insert-rows: The new set.
-- only if: differences > 0
INSERT INTO "BUSINESS"."BRIDGE_WEIGHTED" ("SKU", "TAG_KEY", "SHARE", "LOAD_ID")
SELECT src."SKU",
       src."TAG_KEY",
       src."SHARE",
       $load_id
FROM "WAREHOUSE_WORK"."RESOLVED" AS src
WHERE NOT src.is_empty_group
ORDER BY src."SKU", src."TAG_KEY";

-- insert-empty-groups: Groups without rows, so that nothing disappears in a join.
-- only if: differences > 0
INSERT INTO "BUSINESS"."BRIDGE_WEIGHTED" ("SKU", "TAG_KEY", "SHARE", "LOAD_ID")
SELECT src."SKU",
       src."TAG_KEY",
       src."SHARE",
       $load_id
FROM "WAREHOUSE_WORK"."RESOLVED" AS src
WHERE src.is_empty_group
ORDER BY src."SKU", src."TAG_KEY";
