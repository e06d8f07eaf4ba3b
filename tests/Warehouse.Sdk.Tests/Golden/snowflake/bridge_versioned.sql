-- warehouse-sdk: load business.bridge_ownership

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
WHERE NOT (src."STORE_ID" IS NOT NULL AND src."HOLDER_ID" IS NOT NULL);

-- find-repeated-keys: Keys that stand in the batch more than once; usually none.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."REPEATED" AS
SELECT src."STORE_ID",
       src."HOLDER_ID",
       count(*) AS copies
FROM "WAREHOUSE_WORK"."STAGED" AS src
WHERE src."STORE_ID" IS NOT NULL AND src."HOLDER_ID" IS NOT NULL
GROUP BY ALL
HAVING count(*) > 1;

-- count-repeated-keys: Whether anything has to be decided at all.
SELECT count(*) AS repeated_keys FROM "WAREHOUSE_WORK"."REPEATED";

-- decide-repeated-rows: Exact copies collapse into one.
-- only if: repeated_keys > 0
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."DECIDED" AS
SELECT src."STORE_ID",
       src."HOLDER_ID",
       min(src."SOURCE_LINE") AS "SOURCE_LINE"
FROM "WAREHOUSE_WORK"."STAGED" AS src
JOIN "WAREHOUSE_WORK"."REPEATED" AS repeated ON repeated."STORE_ID" = src."STORE_ID" AND repeated."HOLDER_ID" = src."HOLDER_ID"
WHERE src."STORE_ID" IS NOT NULL AND src."HOLDER_ID" IS NOT NULL
GROUP BY src."STORE_ID",
         src."HOLDER_ID";

-- find-conflicts: Keys that are still there with different values.
-- only if: repeated_keys > 0
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."CONFLICTS" AS
SELECT src."STORE_ID",
       src."HOLDER_ID",
       CAST(NULL AS VARCHAR) AS differing_columns
FROM "WAREHOUSE_WORK"."DECIDED" AS src
GROUP BY src."STORE_ID",
         src."HOLDER_ID"
HAVING count(*) > 1;

-- reject-conflicting-rows: None of them can be chosen, so all are kept aside.
-- only if: repeated_keys > 0
INSERT INTO "WAREHOUSE"."REJECT" (load_id, target, file, line, column_name, reason, raw_row)
SELECT $load_id,
       $target,
       $path,
       src."SOURCE_LINE",
       conflicts.differing_columns,
       'one member stands in one group with different weights (' || 'store_id = ' || CAST(src."STORE_ID" AS VARCHAR) || ', ' || 'holder_id = ' || CAST(src."HOLDER_ID" AS VARCHAR) || ')',
       to_json(object_construct_keep_null(src.*))
FROM "WAREHOUSE_WORK"."STAGED" AS src
JOIN "WAREHOUSE_WORK"."CONFLICTS" AS conflicts ON conflicts."STORE_ID" = src."STORE_ID" AND conflicts."HOLDER_ID" = src."HOLDER_ID"
WHERE src."STORE_ID" IS NOT NULL AND src."HOLDER_ID" IS NOT NULL;

-- take-incoming: The rows whose key stands in the batch once.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."INCOMING" AS
SELECT src."STORE_ID",
       src."HOLDER_ID",
       src."SOURCE_LINE"
FROM "WAREHOUSE_WORK"."STAGED" AS src
LEFT JOIN "WAREHOUSE_WORK"."REPEATED" AS repeated ON repeated."STORE_ID" = src."STORE_ID" AND repeated."HOLDER_ID" = src."HOLDER_ID"
WHERE repeated.copies IS NULL
  AND src."STORE_ID" IS NOT NULL AND src."HOLDER_ID" IS NOT NULL;

-- take-decided-rows: And the one row that was chosen for a repeated key.
-- only if: repeated_keys > 0
INSERT INTO "WAREHOUSE_WORK"."INCOMING"
SELECT src."STORE_ID",
       src."HOLDER_ID",
       src."SOURCE_LINE"
FROM "WAREHOUSE_WORK"."DECIDED" AS src
WHERE NOT EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."CONFLICTS" AS conflicts WHERE conflicts."STORE_ID" = src."STORE_ID" AND conflicts."HOLDER_ID" = src."HOLDER_ID");

-- count-duplicates: Copies that collapsed and rows that were superseded.
-- only if: repeated_keys > 0
SELECT (SELECT CAST(coalesce(sum(repeated.copies), 0) AS BIGINT)
        FROM "WAREHOUSE_WORK"."REPEATED" AS repeated
        WHERE NOT EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."CONFLICTS" AS conflicts WHERE conflicts."STORE_ID" = repeated."STORE_ID" AND conflicts."HOLDER_ID" = repeated."HOLDER_ID"))
     - (SELECT count(*)
        FROM "WAREHOUSE_WORK"."DECIDED" AS decided
        WHERE NOT EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."CONFLICTS" AS conflicts WHERE conflicts."STORE_ID" = decided."STORE_ID" AND conflicts."HOLDER_ID" = decided."HOLDER_ID")) AS duplicates;

-- resolve-members: One row per group and member with its weight; a group without rows has the unknown member.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."RESOLVED" AS
WITH met AS (
    SELECT src."STORE_ID",
           src."HOLDER_ID",
           coalesce(member."HOLDER_KEY", -1) AS "HOLDER_KEY"
    FROM "WAREHOUSE_WORK"."INCOMING" AS src
    LEFT JOIN (
        SELECT "HOLDER_ID", max_by("HOLDER_KEY", "VERSION") AS "HOLDER_KEY"
        FROM "BUSINESS"."DIM_HOLDER"
        WHERE "HOLDER_KEY" > 0
        GROUP BY "HOLDER_ID"
    ) AS member ON member."HOLDER_ID" = src."HOLDER_ID"
)
SELECT src."STORE_ID",
       src."HOLDER_KEY",
       CAST(CASE WHEN row_number() OVER (PARTITION BY src."STORE_ID" ORDER BY src."HOLDER_KEY") = 1
                 THEN 1 - (count(*) OVER (PARTITION BY src."STORE_ID") - 1) * CAST(trunc(1000000000 / count(*) OVER (PARTITION BY src."STORE_ID")) * 0.000000001 AS NUMBER(18,9))
                 ELSE CAST(trunc(1000000000 / count(*) OVER (PARTITION BY src."STORE_ID")) * 0.000000001 AS NUMBER(18,9))
            END AS NUMBER(18,9)) AS "WEIGHT",
       FALSE AS is_empty_group
FROM met AS src
GROUP BY src."STORE_ID", src."HOLDER_KEY"
UNION ALL
SELECT DISTINCT tgt."STORE_ID" AS "STORE_ID", -1, 1, TRUE
FROM "BUSINESS"."DIM_STORE" AS tgt
WHERE tgt."STORE_KEY" > 0
  AND NOT EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."INCOMING" AS src WHERE src."STORE_ID" = tgt."STORE_ID");

-- count-accepted: The rows that count.
SELECT (SELECT count(*) FROM "WAREHOUSE_WORK"."INCOMING") AS accepted,
       (SELECT count(*) FROM "WAREHOUSE_WORK"."RESOLVED" WHERE "HOLDER_KEY" = -1 AND NOT is_empty_group) AS "UNKNOWN_DIM_HOLDER";

-- check-weights: the weights of groups do not sum to 1
SELECT "STORE_ID", sum("WEIGHT") AS weights
FROM "WAREHOUSE_WORK"."RESOLVED"
GROUP BY "STORE_ID"
HAVING sum("WEIGHT") IS DISTINCT FROM 1
LIMIT 20;

-- guard-older-set: a later set is loaded already; sets of a versioned bridge come in the order of their times
SELECT max(changes.changed_at) AS loaded
FROM (
    SELECT "BUSINESS"."BRIDGE_OWNERSHIP"."VALID_FROM" AS changed_at FROM "BUSINESS"."BRIDGE_OWNERSHIP"
    UNION ALL
    SELECT "BUSINESS"."BRIDGE_OWNERSHIP"."VALID_TO" FROM "BUSINESS"."BRIDGE_OWNERSHIP" WHERE NOT ("BUSINESS"."BRIDGE_OWNERSHIP"."VALID_TO" IS NOT DISTINCT FROM NULL)
) AS changes
HAVING max(changes.changed_at) > CAST($as_of AS TIMESTAMP_NTZ(6));

-- read-beginning: The first set is true from its own time on, or from the beginning that the model gives.
SELECT CASE WHEN EXISTS (SELECT 1 FROM "BUSINESS"."BRIDGE_OWNERSHIP") AND EXISTS (SELECT 1 FROM "WAREHOUSE"."LOAD" AS load WHERE load.target = $target AND load.as_of < CAST($as_of AS TIMESTAMP_NTZ(6))) THEN CAST($as_of AS TIMESTAMP_NTZ(6)) ELSE TIMESTAMP '2000-01-01 00:00:00.000000' END AS member_since;

-- undo-memberships: Memberships of this very instant that the set does not have were never true.
DELETE FROM "BUSINESS"."BRIDGE_OWNERSHIP"
WHERE "BUSINESS"."BRIDGE_OWNERSHIP"."VALID_TO" IS NOT DISTINCT FROM NULL
  AND "BUSINESS"."BRIDGE_OWNERSHIP"."VALID_FROM" = CAST($member_since AS TIMESTAMP_NTZ(6))
  AND NOT EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."RESOLVED" AS src WHERE "BUSINESS"."BRIDGE_OWNERSHIP"."STORE_ID" = src."STORE_ID" AND "BUSINESS"."BRIDGE_OWNERSHIP"."HOLDER_KEY" = src."HOLDER_KEY" AND "BUSINESS"."BRIDGE_OWNERSHIP"."WEIGHT" = src."WEIGHT");

-- count-ended-memberships: Memberships that the set no longer has, or has with another weight.
SELECT count(*) AS expired,
       count(*) AS expired_by_absence
FROM "BUSINESS"."BRIDGE_OWNERSHIP"
WHERE "BUSINESS"."BRIDGE_OWNERSHIP"."VALID_TO" IS NOT DISTINCT FROM NULL
  AND NOT EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."RESOLVED" AS src WHERE "BUSINESS"."BRIDGE_OWNERSHIP"."STORE_ID" = src."STORE_ID" AND "BUSINESS"."BRIDGE_OWNERSHIP"."HOLDER_KEY" = src."HOLDER_KEY" AND "BUSINESS"."BRIDGE_OWNERSHIP"."WEIGHT" = src."WEIGHT");

-- end-memberships: They end where the set begins.
-- only if: expired > 0
UPDATE "BUSINESS"."BRIDGE_OWNERSHIP"
SET "VALID_TO" = CAST($as_of AS TIMESTAMP_NTZ(6)),
    "LOAD_ID" = $load_id
WHERE "BUSINESS"."BRIDGE_OWNERSHIP"."VALID_TO" IS NOT DISTINCT FROM NULL
  AND NOT EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."RESOLVED" AS src WHERE "BUSINESS"."BRIDGE_OWNERSHIP"."STORE_ID" = src."STORE_ID" AND "BUSINESS"."BRIDGE_OWNERSHIP"."HOLDER_KEY" = src."HOLDER_KEY" AND "BUSINESS"."BRIDGE_OWNERSHIP"."WEIGHT" = src."WEIGHT");

-- continue-memberships: One that ended at this very instant never did.
UPDATE "BUSINESS"."BRIDGE_OWNERSHIP"
SET "VALID_TO" = NULL,
    "LOAD_ID" = $load_id
WHERE "BUSINESS"."BRIDGE_OWNERSHIP"."VALID_TO" = CAST($as_of AS TIMESTAMP_NTZ(6))
  AND EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."RESOLVED" AS src WHERE "BUSINESS"."BRIDGE_OWNERSHIP"."STORE_ID" = src."STORE_ID" AND "BUSINESS"."BRIDGE_OWNERSHIP"."HOLDER_KEY" = src."HOLDER_KEY" AND "BUSINESS"."BRIDGE_OWNERSHIP"."WEIGHT" = src."WEIGHT");

-- begin-memberships: Memberships that the set has for the first time, or again.
INSERT INTO "BUSINESS"."BRIDGE_OWNERSHIP" ("STORE_ID", "HOLDER_KEY", "WEIGHT", "VALID_FROM", "VALID_TO", "LOAD_ID")
SELECT src."STORE_ID",
       src."HOLDER_KEY",
       src."WEIGHT",
       CAST($member_since AS TIMESTAMP_NTZ(6)),
       NULL,
       $load_id
FROM "WAREHOUSE_WORK"."RESOLVED" AS src
WHERE NOT src.is_empty_group
  AND NOT EXISTS (SELECT 1 FROM "BUSINESS"."BRIDGE_OWNERSHIP" WHERE "BUSINESS"."BRIDGE_OWNERSHIP"."STORE_ID" = src."STORE_ID" AND "BUSINESS"."BRIDGE_OWNERSHIP"."HOLDER_KEY" = src."HOLDER_KEY" AND "BUSINESS"."BRIDGE_OWNERSHIP"."WEIGHT" = src."WEIGHT" AND "BUSINESS"."BRIDGE_OWNERSHIP"."VALID_TO" IS NOT DISTINCT FROM NULL);

-- begin-empty-groups: Groups without rows, so that nothing disappears in a join.
INSERT INTO "BUSINESS"."BRIDGE_OWNERSHIP" ("STORE_ID", "HOLDER_KEY", "WEIGHT", "VALID_FROM", "VALID_TO", "LOAD_ID")
SELECT src."STORE_ID",
       src."HOLDER_KEY",
       src."WEIGHT",
       CAST($member_since AS TIMESTAMP_NTZ(6)),
       NULL,
       $load_id
FROM "WAREHOUSE_WORK"."RESOLVED" AS src
WHERE src.is_empty_group
  AND NOT EXISTS (SELECT 1 FROM "BUSINESS"."BRIDGE_OWNERSHIP" WHERE "BUSINESS"."BRIDGE_OWNERSHIP"."STORE_ID" = src."STORE_ID" AND "BUSINESS"."BRIDGE_OWNERSHIP"."HOLDER_KEY" = src."HOLDER_KEY" AND "BUSINESS"."BRIDGE_OWNERSHIP"."WEIGHT" = src."WEIGHT" AND "BUSINESS"."BRIDGE_OWNERSHIP"."VALID_TO" IS NOT DISTINCT FROM NULL);
