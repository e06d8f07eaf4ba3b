-- warehouse-sdk: load business.fact_call

-- reject-incomplete-rows: A row without its grain or its watermark has no place in the table.
INSERT INTO "WAREHOUSE"."REJECT" (load_id, target, file, line, column_name, reason, raw_row)
SELECT $load_id,
       $target,
       $path,
       src."SOURCE_LINE",
       array_to_string(array_construct_compact(CASE WHEN src."CALL_ID" IS NULL THEN 'call_id' END), ', '),
       'grain or watermark is NULL',
       to_json(object_construct_keep_null(src.*))
FROM "WAREHOUSE_WORK"."STAGED" AS src
WHERE NOT (src."CALL_ID" IS NOT NULL);

-- find-repeated-keys: Keys that stand in the batch more than once; usually none.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."REPEATED" AS
SELECT src."CALL_ID",
       count(*) AS copies
FROM "WAREHOUSE_WORK"."STAGED" AS src
WHERE src."CALL_ID" IS NOT NULL
GROUP BY ALL
HAVING count(*) > 1;

-- count-repeated-keys: Whether anything has to be decided at all.
SELECT count(*) AS repeated_keys FROM "WAREHOUSE_WORK"."REPEATED";

-- decide-repeated-rows: Exact copies collapse into one.
-- only if: repeated_keys > 0
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."DECIDED" AS
SELECT src."CALL_ID",
       src."SUBSCRIBER_ID",
       src."CALLED_AT",
       src."IS_FREE",
       src."NETWORK",
       src."SECONDS",
       min(src."SOURCE_LINE") AS "SOURCE_LINE"
FROM "WAREHOUSE_WORK"."STAGED" AS src
JOIN "WAREHOUSE_WORK"."REPEATED" AS repeated ON repeated."CALL_ID" = src."CALL_ID"
WHERE src."CALL_ID" IS NOT NULL
GROUP BY src."CALL_ID",
         src."SUBSCRIBER_ID",
         src."CALLED_AT",
         src."IS_FREE",
         src."NETWORK",
         src."SECONDS";

-- find-conflicts: Keys that are still there with different values.
-- only if: repeated_keys > 0
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."CONFLICTS" AS
SELECT src."CALL_ID",
       array_to_string(array_construct_compact(CASE WHEN count(DISTINCT src."SUBSCRIBER_ID") > 1 OR count(src."SUBSCRIBER_ID") NOT IN (0, count(*)) THEN 'subscriber_id' END,
                                               CASE WHEN count(DISTINCT src."CALLED_AT") > 1 OR count(src."CALLED_AT") NOT IN (0, count(*)) THEN 'called_at' END,
                                               CASE WHEN count(DISTINCT src."IS_FREE") > 1 OR count(src."IS_FREE") NOT IN (0, count(*)) THEN 'is_free' END,
                                               CASE WHEN count(DISTINCT src."NETWORK") > 1 OR count(src."NETWORK") NOT IN (0, count(*)) THEN 'network' END,
                                               CASE WHEN count(DISTINCT src."SECONDS") > 1 OR count(src."SECONDS") NOT IN (0, count(*)) THEN 'seconds' END), ', ') AS differing_columns
FROM "WAREHOUSE_WORK"."DECIDED" AS src
GROUP BY src."CALL_ID"
HAVING count(*) > 1;

-- reject-conflicting-rows: None of them can be chosen, so all are kept aside.
-- only if: repeated_keys > 0
INSERT INTO "WAREHOUSE"."REJECT" (load_id, target, file, line, column_name, reason, raw_row)
SELECT $load_id,
       $target,
       $path,
       src."SOURCE_LINE",
       conflicts.differing_columns,
       'several rows of one grain have different values (' || 'call_id = ' || CAST(src."CALL_ID" AS VARCHAR) || ')',
       to_json(object_construct_keep_null(src.*))
FROM "WAREHOUSE_WORK"."STAGED" AS src
JOIN "WAREHOUSE_WORK"."CONFLICTS" AS conflicts ON conflicts."CALL_ID" = src."CALL_ID"
WHERE src."CALL_ID" IS NOT NULL;

-- take-incoming: The rows whose key stands in the batch once.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."INCOMING" AS
SELECT src."CALL_ID",
       src."SUBSCRIBER_ID",
       src."CALLED_AT",
       src."IS_FREE",
       src."NETWORK",
       src."SECONDS",
       src."SOURCE_LINE"
FROM "WAREHOUSE_WORK"."STAGED" AS src
LEFT JOIN "WAREHOUSE_WORK"."REPEATED" AS repeated ON repeated."CALL_ID" = src."CALL_ID"
WHERE repeated.copies IS NULL
  AND src."CALL_ID" IS NOT NULL;

-- take-decided-rows: And the one row that was chosen for a repeated key.
-- only if: repeated_keys > 0
INSERT INTO "WAREHOUSE_WORK"."INCOMING"
SELECT src."CALL_ID",
       src."SUBSCRIBER_ID",
       src."CALLED_AT",
       src."IS_FREE",
       src."NETWORK",
       src."SECONDS",
       src."SOURCE_LINE"
FROM "WAREHOUSE_WORK"."DECIDED" AS src
WHERE NOT EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."CONFLICTS" AS conflicts WHERE conflicts."CALL_ID" = src."CALL_ID");

-- count-duplicates: Copies that collapsed and rows that were superseded.
-- only if: repeated_keys > 0
SELECT (SELECT CAST(coalesce(sum(repeated.copies), 0) AS BIGINT)
        FROM "WAREHOUSE_WORK"."REPEATED" AS repeated
        WHERE NOT EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."CONFLICTS" AS conflicts WHERE conflicts."CALL_ID" = repeated."CALL_ID"))
     - (SELECT count(*)
        FROM "WAREHOUSE_WORK"."DECIDED" AS decided
        WHERE NOT EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."CONFLICTS" AS conflicts WHERE conflicts."CALL_ID" = decided."CALL_ID")) AS duplicates;

-- infer-members: A placeholder for every subscriber that facts name before its own rows arrive.
INSERT INTO "BUSINESS"."DIM_SUBSCRIBER" ("SUBSCRIBER_KEY", "SUBSCRIBER_ID", "VALID_FROM", "IS_CURRENT", "VERSION", "IS_INFERRED", "CURRENT_USAGE_KEY", "LOAD_ID")
SELECT surrogate_key.last_key + row_number() OVER (ORDER BY src.first_seen, src."SUBSCRIBER_ID"),
       src."SUBSCRIBER_ID",
       src.first_seen,
       TRUE,
       1,
       TRUE,
       -1,
       $load_id
FROM (
    SELECT src."SUBSCRIBER_ID" AS "SUBSCRIBER_ID",
           CAST(coalesce(min(src."CALLED_AT"), $started_at) AS TIMESTAMP) AS first_seen
    FROM "WAREHOUSE_WORK"."INCOMING" AS src
    WHERE src."SUBSCRIBER_ID" IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM "BUSINESS"."DIM_SUBSCRIBER" AS member WHERE member."SUBSCRIBER_ID" = src."SUBSCRIBER_ID")
    GROUP BY ALL
) AS src
CROSS JOIN (SELECT last_key FROM "WAREHOUSE"."SURROGATE_KEY" WHERE target = 'business.dim_subscriber') AS surrogate_key;

-- advance-surrogate-keys: Keys given are never given again.
-- only if: inferred > 0
UPDATE "WAREHOUSE"."SURROGATE_KEY"
SET last_key = greatest_ignore_nulls(last_key, (SELECT max("SUBSCRIBER_KEY") FROM "BUSINESS"."DIM_SUBSCRIBER"))
WHERE target = 'business.dim_subscriber';

-- insert-combinations: Combinations of business.dim_call_flags that were not seen before.
INSERT INTO "BUSINESS"."DIM_CALL_FLAGS" ("CALL_FLAGS_KEY", "IS_FREE", "NETWORK", "LOAD_ID")
SELECT surrogate_key.last_key + row_number() OVER (ORDER BY src."IS_FREE" NULLS FIRST, src."NETWORK" NULLS FIRST),
       src."IS_FREE",
       src."NETWORK",
       $load_id
FROM (
    SELECT DISTINCT CASE WHEN src."IS_FREE" THEN 'free' WHEN NOT src."IS_FREE" THEN 'charged' ELSE 'Unknown' END AS "IS_FREE",
                    coalesce(src."NETWORK", 'Unknown') AS "NETWORK"
    FROM "WAREHOUSE_WORK"."INCOMING" AS src
) AS src
CROSS JOIN (SELECT last_key FROM "WAREHOUSE"."SURROGATE_KEY" WHERE target = 'business.dim_call_flags') AS surrogate_key
WHERE NOT EXISTS (
    SELECT 1
    FROM "BUSINESS"."DIM_CALL_FLAGS" AS tgt
    WHERE tgt."CALL_FLAGS_KEY" > 0
      AND tgt."IS_FREE" IS NOT DISTINCT FROM src."IS_FREE"
      AND tgt."NETWORK" IS NOT DISTINCT FROM src."NETWORK"
);

-- advance-surrogate-keys: Keys given are never given again.
-- only if: new_combinations > 0
UPDATE "WAREHOUSE"."SURROGATE_KEY"
SET last_key = greatest_ignore_nulls(last_key, (SELECT max("CALL_FLAGS_KEY") FROM "BUSINESS"."DIM_CALL_FLAGS"))
WHERE target = 'business.dim_call_flags';

-- take-versions: The versions of every subscriber that the batch names, and when each is met.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."VERSIONS_1" AS
SELECT member."SUBSCRIBER_ID",
       member."SUBSCRIBER_KEY" AS "MEMBER_KEY",
       CAST(member."VALID_FROM" AS TIMESTAMP_NTZ(6)) AS begins_at,
       CASE WHEN member."IS_CURRENT" THEN TIMESTAMP '9999-12-31' ELSE coalesce(CAST(member."VALID_TO" AS TIMESTAMP_NTZ(6)), TIMESTAMP '9999-12-31') END AS ends_at,
       CASE WHEN member."VERSION" = 1 THEN TIMESTAMP '0001-01-01' ELSE CAST(member."VALID_FROM" AS TIMESTAMP_NTZ(6)) END AS met_from,
       coalesce(lead(CAST(member."VALID_FROM" AS TIMESTAMP_NTZ(6))) OVER (PARTITION BY member."SUBSCRIBER_ID" ORDER BY member."VALID_FROM", member."VERSION"), TIMESTAMP '9999-12-31') AS met_until
FROM "BUSINESS"."DIM_SUBSCRIBER" AS member
WHERE member."SUBSCRIBER_KEY" > 0
  AND EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."INCOMING" AS src WHERE member."SUBSCRIBER_ID" = src."SUBSCRIBER_ID");

-- guard-overlapping-versions: versions of one member of business.dim_subscriber overlap, so that a fact would have two of them; VerifyAsync lists them all
SELECT DISTINCT member."SUBSCRIBER_ID"
FROM "WAREHOUSE_WORK"."VERSIONS_1" AS member
WHERE member.ends_at > member.met_until
ORDER BY member."SUBSCRIBER_ID"
LIMIT 20;

-- resolve-keys: Each row meets one version of each member: the one valid at the row's own time.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."RESOLVED" AS
SELECT coalesce("SUBSCRIBER"."MEMBER_KEY", -1) AS "SUBSCRIBER_KEY",
       coalesce("USAGE_KEY_THEN"."USAGE_KEY", -1) AS "USAGE_KEY",
       coalesce("CALL_FLAGS_KEY_OF_ROW"."CALL_FLAGS_KEY", -1) AS "CALL_FLAGS_KEY",
       CAST(src."CALL_ID" AS NUMBER(19,0)) AS "CALL_ID",
       CAST(src."CALLED_AT" AS TIMESTAMP_NTZ(6)) AS "CALLED_AT",
       CAST(src."SECONDS" AS NUMBER(10,0)) AS "SECONDS",
       CASE WHEN "SUBSCRIBER".member_key IS NULL THEN 3 WHEN CAST(src."CALLED_AT" AS TIMESTAMP_NTZ(6)) < "SUBSCRIBER".begins_at THEN 1 WHEN CAST(src."CALLED_AT" AS TIMESTAMP_NTZ(6)) >= "SUBSCRIBER".ends_at THEN 2 ELSE 0 END AS "LINK_OUTCOME_1"
FROM "WAREHOUSE_WORK"."INCOMING" AS src
LEFT JOIN "WAREHOUSE_WORK"."VERSIONS_1" AS "SUBSCRIBER" ON "SUBSCRIBER"."SUBSCRIBER_ID" = src."SUBSCRIBER_ID" AND CAST(src."CALLED_AT" AS TIMESTAMP_NTZ(6)) >= "SUBSCRIBER".met_from AND CAST(src."CALLED_AT" AS TIMESTAMP_NTZ(6)) < "SUBSCRIBER".met_until
LEFT JOIN (
    SELECT "SUBSCRIBER_ID",
           "USAGE_KEY",
           CASE WHEN "VERSION" = 1 THEN TIMESTAMP '0001-01-01' ELSE CAST("VALID_FROM" AS TIMESTAMP_NTZ(6)) END AS met_from,
           lead(CAST("VALID_FROM" AS TIMESTAMP_NTZ(6))) OVER (PARTITION BY "SUBSCRIBER_ID" ORDER BY "VALID_FROM", "VERSION") AS met_until
    FROM "BUSINESS"."DIM_USAGE_ASSIGNMENT"
) AS "USAGE_KEY_THEN" ON "USAGE_KEY_THEN"."SUBSCRIBER_ID" = src."SUBSCRIBER_ID"
    AND CAST(src."CALLED_AT" AS TIMESTAMP_NTZ(6)) >= "USAGE_KEY_THEN".met_from
    AND ("USAGE_KEY_THEN".met_until IS NULL OR CAST(src."CALLED_AT" AS TIMESTAMP_NTZ(6)) < "USAGE_KEY_THEN".met_until)
LEFT JOIN "BUSINESS"."DIM_CALL_FLAGS" AS "CALL_FLAGS_KEY_OF_ROW" ON "CALL_FLAGS_KEY_OF_ROW"."CALL_FLAGS_KEY" > 0
    AND "CALL_FLAGS_KEY_OF_ROW"."IS_FREE" IS NOT DISTINCT FROM CASE WHEN src."IS_FREE" THEN 'free' WHEN NOT src."IS_FREE" THEN 'charged' ELSE 'Unknown' END
    AND "CALL_FLAGS_KEY_OF_ROW"."NETWORK" IS NOT DISTINCT FROM coalesce(src."NETWORK", 'Unknown');

-- count-unknown-members: Rows that met no member or no version of their own time, per link.
SELECT count_if("SUBSCRIBER_KEY" = -1) AS "UNKNOWN_SUBSCRIBER",
       count_if("USAGE_KEY" = -1) AS "UNKNOWN_USAGE_KEY",
       count_if("LINK_OUTCOME_1" = 1) AS "BEFORE_FIRST_SUBSCRIBER",
       count_if("LINK_OUTCOME_1" = 2) AS "IN_GAP_SUBSCRIBER"
FROM "WAREHOUSE_WORK"."RESOLVED";

-- count-accepted: The rows that count.
SELECT count(*) AS accepted FROM "WAREHOUSE_WORK"."RESOLVED";

-- update-changed-rows: Only rows in which something is really different.
UPDATE "BUSINESS"."FACT_CALL"
SET "SUBSCRIBER_KEY" = src."SUBSCRIBER_KEY",
    "USAGE_KEY" = src."USAGE_KEY",
    "CALL_FLAGS_KEY" = src."CALL_FLAGS_KEY",
    "CALLED_AT" = src."CALLED_AT",
    "SECONDS" = src."SECONDS",
    "LOAD_ID" = $load_id
FROM "WAREHOUSE_WORK"."RESOLVED" AS src
WHERE "BUSINESS"."FACT_CALL"."CALL_ID" = src."CALL_ID"
  AND ("BUSINESS"."FACT_CALL"."SUBSCRIBER_KEY" IS DISTINCT FROM src."SUBSCRIBER_KEY"
       OR "BUSINESS"."FACT_CALL"."USAGE_KEY" IS DISTINCT FROM src."USAGE_KEY"
       OR "BUSINESS"."FACT_CALL"."CALL_FLAGS_KEY" IS DISTINCT FROM src."CALL_FLAGS_KEY"
       OR "BUSINESS"."FACT_CALL"."CALLED_AT" IS DISTINCT FROM src."CALLED_AT"
       OR "BUSINESS"."FACT_CALL"."SECONDS" IS DISTINCT FROM src."SECONDS");

-- insert-new-rows: Rows of a grain that the table does not have.
INSERT INTO "BUSINESS"."FACT_CALL" ("SUBSCRIBER_KEY", "USAGE_KEY", "CALL_FLAGS_KEY", "CALL_ID", "CALLED_AT", "SECONDS", "LOAD_ID")
SELECT src."SUBSCRIBER_KEY",
       src."USAGE_KEY",
       src."CALL_FLAGS_KEY",
       src."CALL_ID",
       src."CALLED_AT",
       src."SECONDS",
       $load_id
FROM "WAREHOUSE_WORK"."RESOLVED" AS src
WHERE NOT EXISTS (SELECT 1 FROM "BUSINESS"."FACT_CALL" AS tgt WHERE tgt."CALL_ID" = src."CALL_ID");

-- count-rows-too-many: Each row of the batch stands in the table once.
-- only if: inserted > 0
SELECT (SELECT count(*) FROM "BUSINESS"."FACT_CALL" AS tgt WHERE EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."RESOLVED" AS src WHERE tgt."CALL_ID" = src."CALL_ID"))
     - (SELECT count(*) FROM "WAREHOUSE_WORK"."RESOLVED") AS rows_too_many;

-- check-grain: rows of one grain would stand in the table more than once
-- only if: rows_too_many > 0
SELECT tgt."CALL_ID"
FROM "BUSINESS"."FACT_CALL" AS tgt
JOIN "WAREHOUSE_WORK"."RESOLVED" AS src ON tgt."CALL_ID" = src."CALL_ID"
GROUP BY tgt."CALL_ID"
HAVING count(*) > 1
LIMIT 20;
