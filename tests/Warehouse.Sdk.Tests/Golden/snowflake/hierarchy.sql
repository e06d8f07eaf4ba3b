-- warehouse-sdk: load business.bridge_store

-- reject-incomplete-rows: A row without its member says nothing of anybody.
INSERT INTO "WAREHOUSE"."REJECT" (load_id, target, file, line, column_name, reason, raw_row)
SELECT $load_id,
       $target,
       $path,
       src."SOURCE_LINE",
       'store_id',
       'the member is NULL',
       to_json(object_construct_keep_null(src.*))
FROM "WAREHOUSE_WORK"."STAGED" AS src
WHERE src."STORE_ID" IS NULL;

-- find-repeated-keys: Keys that stand in the batch more than once; usually none.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."REPEATED" AS
SELECT src."STORE_ID",
       count(*) AS copies
FROM "WAREHOUSE_WORK"."STAGED" AS src
WHERE src."STORE_ID" IS NOT NULL
GROUP BY ALL
HAVING count(*) > 1;

-- count-repeated-keys: Whether anything has to be decided at all.
SELECT count(*) AS repeated_keys FROM "WAREHOUSE_WORK"."REPEATED";

-- decide-repeated-rows: Exact copies collapse into one.
-- only if: repeated_keys > 0
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."DECIDED" AS
SELECT src."STORE_ID",
       src."PARENT_ID",
       min(src."SOURCE_LINE") AS "SOURCE_LINE"
FROM "WAREHOUSE_WORK"."STAGED" AS src
JOIN "WAREHOUSE_WORK"."REPEATED" AS repeated ON repeated."STORE_ID" = src."STORE_ID"
WHERE src."STORE_ID" IS NOT NULL
GROUP BY src."STORE_ID",
         src."PARENT_ID";

-- find-conflicts: Keys that are still there with different values.
-- only if: repeated_keys > 0
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."CONFLICTS" AS
SELECT src."STORE_ID",
       array_to_string(array_construct_compact(CASE WHEN count(DISTINCT src."PARENT_ID") > 1 OR count(src."PARENT_ID") NOT IN (0, count(*)) THEN 'parent_id' END), ', ') AS differing_columns
FROM "WAREHOUSE_WORK"."DECIDED" AS src
GROUP BY src."STORE_ID"
HAVING count(*) > 1;

-- reject-conflicting-rows: None of them can be chosen, so all are kept aside.
-- only if: repeated_keys > 0
INSERT INTO "WAREHOUSE"."REJECT" (load_id, target, file, line, column_name, reason, raw_row)
SELECT $load_id,
       $target,
       $path,
       src."SOURCE_LINE",
       conflicts.differing_columns,
       'one member has several parents (' || 'store_id = ' || CAST(src."STORE_ID" AS VARCHAR) || ')',
       to_json(object_construct_keep_null(src.*))
FROM "WAREHOUSE_WORK"."STAGED" AS src
JOIN "WAREHOUSE_WORK"."CONFLICTS" AS conflicts ON conflicts."STORE_ID" = src."STORE_ID"
WHERE src."STORE_ID" IS NOT NULL;

-- take-incoming: The rows whose key stands in the batch once.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."INCOMING" AS
SELECT src."STORE_ID",
       src."PARENT_ID",
       src."SOURCE_LINE"
FROM "WAREHOUSE_WORK"."STAGED" AS src
LEFT JOIN "WAREHOUSE_WORK"."REPEATED" AS repeated ON repeated."STORE_ID" = src."STORE_ID"
WHERE repeated.copies IS NULL
  AND src."STORE_ID" IS NOT NULL;

-- take-decided-rows: And the one row that was chosen for a repeated key.
-- only if: repeated_keys > 0
INSERT INTO "WAREHOUSE_WORK"."INCOMING"
SELECT src."STORE_ID",
       src."PARENT_ID",
       src."SOURCE_LINE"
FROM "WAREHOUSE_WORK"."DECIDED" AS src
WHERE NOT EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."CONFLICTS" AS conflicts WHERE conflicts."STORE_ID" = src."STORE_ID");

-- count-duplicates: Copies that collapsed and rows that were superseded.
-- only if: repeated_keys > 0
SELECT (SELECT CAST(coalesce(sum(repeated.copies), 0) AS BIGINT)
        FROM "WAREHOUSE_WORK"."REPEATED" AS repeated
        WHERE NOT EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."CONFLICTS" AS conflicts WHERE conflicts."STORE_ID" = repeated."STORE_ID"))
     - (SELECT count(*)
        FROM "WAREHOUSE_WORK"."DECIDED" AS decided
        WHERE NOT EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."CONFLICTS" AS conflicts WHERE conflicts."STORE_ID" = decided."STORE_ID")) AS duplicates;

-- reject-unknown-members: Rows that name a member nobody knows are kept aside.
INSERT INTO "WAREHOUSE"."REJECT" (load_id, target, file, line, column_name, reason, raw_row)
SELECT $load_id,
       $target,
       $path,
       src."SOURCE_LINE",
       CASE WHEN known.member_key IS NULL THEN 'store_id' ELSE 'parent_id' END,
       'no such member of business.dim_store (' || CASE WHEN known.member_key IS NULL THEN 'store_id = ' || CAST(src."STORE_ID" AS VARCHAR) ELSE 'parent_id = ' || CAST(src."PARENT_ID" AS VARCHAR) END || ')',
       to_json(object_construct_keep_null(src.*))
FROM "WAREHOUSE_WORK"."INCOMING" AS src
LEFT JOIN (
    SELECT DISTINCT member."STORE_ID" AS member_key
    FROM "BUSINESS"."DIM_STORE" AS member
    WHERE member."STORE_KEY" > 0
) AS known ON known.member_key = src."STORE_ID"
WHERE NOT EXISTS (SELECT 1 FROM "BUSINESS"."DIM_STORE" AS member WHERE member."STORE_ID" = src."STORE_ID" AND member."STORE_KEY" > 0)
        OR (src."PARENT_ID" IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "BUSINESS"."DIM_STORE" AS member WHERE member."STORE_ID" = src."PARENT_ID" AND member."STORE_KEY" > 0));

-- leave-unknown-members: They take no further part.
DELETE FROM "WAREHOUSE_WORK"."INCOMING"
USING (
    SELECT src."SOURCE_LINE"
    FROM "WAREHOUSE_WORK"."INCOMING" AS src
    WHERE NOT EXISTS (SELECT 1 FROM "BUSINESS"."DIM_STORE" AS member WHERE member."STORE_ID" = src."STORE_ID" AND member."STORE_KEY" > 0)
            OR (src."PARENT_ID" IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "BUSINESS"."DIM_STORE" AS member WHERE member."STORE_ID" = src."PARENT_ID" AND member."STORE_KEY" > 0))
) AS gone
WHERE "WAREHOUSE_WORK"."INCOMING"."SOURCE_LINE" = gone."SOURCE_LINE";

-- find-unreached-members: Members that no top leads to; usually none.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."STUCK" AS
WITH RECURSIVE reached AS (
    SELECT member."STORE_ID" AS member_key
    FROM "BUSINESS"."DIM_STORE" AS member
    WHERE member."STORE_KEY" > 0
      AND NOT EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."INCOMING" AS src WHERE src."STORE_ID" = member."STORE_ID" AND src."PARENT_ID" IS NOT NULL)
    GROUP BY member."STORE_ID"
    UNION ALL
    SELECT src."STORE_ID"
    FROM reached
    JOIN "WAREHOUSE_WORK"."INCOMING" AS src ON src."PARENT_ID" = reached.member_key
)
SELECT src."STORE_ID",
       src."PARENT_ID",
       src."SOURCE_LINE"
FROM "WAREHOUSE_WORK"."INCOMING" AS src
WHERE NOT EXISTS (SELECT 1 FROM reached WHERE reached.member_key = src."STORE_ID");

-- count-unreached-members: Without any there is no circle.
SELECT count(*) AS "UNREACHED_MEMBERS" FROM "WAREHOUSE_WORK"."STUCK";

-- find-circles: The way from each of them that leads back to it.
-- only if: unreached_members > 0
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."CIRCLES" AS
WITH RECURSIVE walk AS (
    SELECT src."STORE_ID" AS begun_at,
           src."PARENT_ID" AS come_to,
           CAST(src."STORE_ID" AS VARCHAR) || ' -> ' || CAST(src."PARENT_ID" AS VARCHAR) AS path,
           1 AS steps,
           size.members
    FROM "WAREHOUSE_WORK"."STUCK" AS src
    CROSS JOIN (SELECT count(*) AS members FROM "WAREHOUSE_WORK"."STUCK") AS size
    UNION ALL
    SELECT walk.begun_at,
           src."PARENT_ID",
           walk.path || ' -> ' || CAST(src."PARENT_ID" AS VARCHAR),
           walk.steps + 1,
           walk.members
    FROM walk
    JOIN "WAREHOUSE_WORK"."STUCK" AS src ON src."STORE_ID" = walk.come_to
    WHERE walk.come_to <> walk.begun_at
      AND walk.steps < walk.members
)
SELECT walk.begun_at AS "STORE_ID",
       walk.path
FROM walk
WHERE walk.come_to = walk.begun_at;

-- reject-circles: Nobody can say which of the rows of a circle is wrong, so all of them are kept aside.
-- only if: unreached_members > 0
INSERT INTO "WAREHOUSE"."REJECT" (load_id, target, file, line, column_name, reason, raw_row)
SELECT $load_id,
       $target,
       $path,
       src."SOURCE_LINE",
       'parent_id',
       'the member lies in a circle (' || circles.path || ')',
       to_json(object_construct_keep_null(src.*))
FROM "WAREHOUSE_WORK"."INCOMING" AS src
JOIN "WAREHOUSE_WORK"."CIRCLES" AS circles ON circles."STORE_ID" = src."STORE_ID";

-- leave-circles: They take no further part.
-- only if: unreached_members > 0
DELETE FROM "WAREHOUSE_WORK"."INCOMING"
USING (
    SELECT src."SOURCE_LINE"
    FROM "WAREHOUSE_WORK"."INCOMING" AS src
    WHERE EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."CIRCLES" AS circles WHERE circles."STORE_ID" = src."STORE_ID")
) AS gone
WHERE "WAREHOUSE_WORK"."INCOMING"."SOURCE_LINE" = gone."SOURCE_LINE";

-- expand-hierarchy: From each member down to all below it, level by level.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."RESOLVED" AS
WITH RECURSIVE tree AS (
    SELECT DISTINCT member."STORE_ID" AS "ANCESTOR_STORE_ID",
           member."STORE_ID" AS "DESCENDANT_STORE_ID",
           0 AS "DEPTH"
    FROM "BUSINESS"."DIM_STORE" AS member
    WHERE member."STORE_KEY" > 0
    UNION ALL
    SELECT tree."ANCESTOR_STORE_ID",
           src."STORE_ID",
           tree."DEPTH" + 1
    FROM tree
    JOIN "WAREHOUSE_WORK"."INCOMING" AS src ON src."PARENT_ID" = tree."DESCENDANT_STORE_ID"
)
SELECT tree."ANCESTOR_STORE_ID",
       tree."DESCENDANT_STORE_ID",
       tree."DEPTH",
       above.member_key IS NULL AS "IS_TOP",
       below.member_key IS NULL AS "IS_BOTTOM"
FROM tree
LEFT JOIN (SELECT DISTINCT src."STORE_ID" AS member_key FROM "WAREHOUSE_WORK"."INCOMING" AS src WHERE src."PARENT_ID" IS NOT NULL) AS above ON above.member_key = tree."ANCESTOR_STORE_ID"
LEFT JOIN (SELECT DISTINCT src."PARENT_ID" AS member_key FROM "WAREHOUSE_WORK"."INCOMING" AS src WHERE src."PARENT_ID" IS NOT NULL) AS below ON below.member_key = tree."DESCENDANT_STORE_ID";

-- count-accepted: The rows of the map, most of which no row of the source is about.
SELECT count(*) AS accepted,
       count(*) - (SELECT count(*) FROM "WAREHOUSE_WORK"."INCOMING") AS derived
FROM "WAREHOUSE_WORK"."RESOLVED";

-- delete-old-rows: Pairs that are no more, or not that far apart.
DELETE FROM "BUSINESS"."BRIDGE_STORE"
WHERE NOT EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."RESOLVED" AS src WHERE "BUSINESS"."BRIDGE_STORE"."ANCESTOR_STORE_ID" = src."ANCESTOR_STORE_ID" AND "BUSINESS"."BRIDGE_STORE"."DESCENDANT_STORE_ID" = src."DESCENDANT_STORE_ID" AND "BUSINESS"."BRIDGE_STORE"."DEPTH" = src."DEPTH" AND "BUSINESS"."BRIDGE_STORE"."IS_TOP" = src."IS_TOP" AND "BUSINESS"."BRIDGE_STORE"."IS_BOTTOM" = src."IS_BOTTOM");

-- insert-rows: Pairs that the map does not have.
INSERT INTO "BUSINESS"."BRIDGE_STORE" ("ANCESTOR_STORE_ID", "DESCENDANT_STORE_ID", "DEPTH", "IS_TOP", "IS_BOTTOM", "LOAD_ID")
SELECT src."ANCESTOR_STORE_ID",
       src."DESCENDANT_STORE_ID",
       src."DEPTH",
       src."IS_TOP",
       src."IS_BOTTOM",
       $load_id
FROM "WAREHOUSE_WORK"."RESOLVED" AS src
WHERE NOT EXISTS (SELECT 1 FROM "BUSINESS"."BRIDGE_STORE" AS tgt WHERE tgt."ANCESTOR_STORE_ID" = src."ANCESTOR_STORE_ID" AND tgt."DESCENDANT_STORE_ID" = src."DESCENDANT_STORE_ID");
