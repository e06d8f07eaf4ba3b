-- warehouse-sdk: load business.fact_append

-- reject-incomplete-rows: A row without its grain or its watermark has no place in the table.
INSERT INTO "WAREHOUSE"."REJECT" (load_id, target, file, line, column_name, reason, raw_row)
SELECT $load_id,
       $target,
       $path,
       src."SOURCE_LINE",
       array_to_string(array_construct_compact(CASE WHEN src."ORDER_ID" IS NULL THEN 'order_id' END, CASE WHEN src."ORDERED_AT" IS NULL THEN 'ordered_at' END), ', '),
       'grain or watermark is NULL',
       to_json(object_construct_keep_null(src.*))
FROM "WAREHOUSE_WORK"."STAGED" AS src
WHERE NOT (src."ORDER_ID" IS NOT NULL AND src."ORDERED_AT" IS NOT NULL);

-- find-repeated-keys: Keys that stand in the batch more than once; usually none.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."REPEATED" AS
SELECT src."ORDER_ID",
       count(*) AS copies
FROM "WAREHOUSE_WORK"."STAGED" AS src
WHERE src."ORDER_ID" IS NOT NULL AND src."ORDERED_AT" IS NOT NULL
GROUP BY ALL
HAVING count(*) > 1;

-- count-repeated-keys: Whether anything has to be decided at all.
SELECT count(*) AS repeated_keys FROM "WAREHOUSE_WORK"."REPEATED";

-- decide-repeated-rows: Exact copies collapse into one.
-- only if: repeated_keys > 0
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."DECIDED" AS
SELECT src."CUSTOMER_ID",
       src."ORDERED_AT",
       src."ORDER_ID",
       src."AMOUNT",
       min(src."SOURCE_LINE") AS "SOURCE_LINE"
FROM "WAREHOUSE_WORK"."STAGED" AS src
JOIN "WAREHOUSE_WORK"."REPEATED" AS repeated ON repeated."ORDER_ID" = src."ORDER_ID"
WHERE src."ORDER_ID" IS NOT NULL AND src."ORDERED_AT" IS NOT NULL
GROUP BY src."CUSTOMER_ID",
         src."ORDERED_AT",
         src."ORDER_ID",
         src."AMOUNT";

-- find-conflicts: Keys that are still there with different values.
-- only if: repeated_keys > 0
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."CONFLICTS" AS
SELECT src."ORDER_ID",
       array_to_string(array_construct_compact(CASE WHEN count(DISTINCT src."CUSTOMER_ID") > 1 OR count(src."CUSTOMER_ID") NOT IN (0, count(*)) THEN 'customer_id' END,
                                               CASE WHEN count(DISTINCT src."ORDERED_AT") > 1 OR count(src."ORDERED_AT") NOT IN (0, count(*)) THEN 'ordered_at' END,
                                               CASE WHEN count(DISTINCT src."AMOUNT") > 1 OR count(src."AMOUNT") NOT IN (0, count(*)) THEN 'amount' END), ', ') AS differing_columns
FROM "WAREHOUSE_WORK"."DECIDED" AS src
GROUP BY src."ORDER_ID"
HAVING count(*) > 1;

-- reject-conflicting-rows: None of them can be chosen, so all are kept aside.
-- only if: repeated_keys > 0
INSERT INTO "WAREHOUSE"."REJECT" (load_id, target, file, line, column_name, reason, raw_row)
SELECT $load_id,
       $target,
       $path,
       src."SOURCE_LINE",
       conflicts.differing_columns,
       'several rows of one grain have different values (' || 'order_id = ' || CAST(src."ORDER_ID" AS VARCHAR) || ')',
       to_json(object_construct_keep_null(src.*))
FROM "WAREHOUSE_WORK"."STAGED" AS src
JOIN "WAREHOUSE_WORK"."CONFLICTS" AS conflicts ON conflicts."ORDER_ID" = src."ORDER_ID"
WHERE src."ORDER_ID" IS NOT NULL AND src."ORDERED_AT" IS NOT NULL;

-- take-incoming: The rows whose key stands in the batch once.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."INCOMING" AS
SELECT src."CUSTOMER_ID",
       src."ORDERED_AT",
       src."ORDER_ID",
       src."AMOUNT",
       src."SOURCE_LINE"
FROM "WAREHOUSE_WORK"."STAGED" AS src
LEFT JOIN "WAREHOUSE_WORK"."REPEATED" AS repeated ON repeated."ORDER_ID" = src."ORDER_ID"
WHERE repeated.copies IS NULL
  AND src."ORDER_ID" IS NOT NULL AND src."ORDERED_AT" IS NOT NULL;

-- take-decided-rows: And the one row that was chosen for a repeated key.
-- only if: repeated_keys > 0
INSERT INTO "WAREHOUSE_WORK"."INCOMING"
SELECT src."CUSTOMER_ID",
       src."ORDERED_AT",
       src."ORDER_ID",
       src."AMOUNT",
       src."SOURCE_LINE"
FROM "WAREHOUSE_WORK"."DECIDED" AS src
WHERE NOT EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."CONFLICTS" AS conflicts WHERE conflicts."ORDER_ID" = src."ORDER_ID");

-- count-duplicates: Copies that collapsed and rows that were superseded.
-- only if: repeated_keys > 0
SELECT (SELECT CAST(coalesce(sum(repeated.copies), 0) AS BIGINT)
        FROM "WAREHOUSE_WORK"."REPEATED" AS repeated
        WHERE NOT EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."CONFLICTS" AS conflicts WHERE conflicts."ORDER_ID" = repeated."ORDER_ID"))
     - (SELECT count(*)
        FROM "WAREHOUSE_WORK"."DECIDED" AS decided
        WHERE NOT EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."CONFLICTS" AS conflicts WHERE conflicts."ORDER_ID" = decided."ORDER_ID")) AS duplicates;

-- read-lower-bound: What is at the watermark is loaded again, with the overlap before it; an empty table takes everything.
SELECT known.reached,
       dateadd(second, 0, date_trunc('day', known.reached)) AS lower_bound
FROM (
    SELECT CASE WHEN EXISTS (SELECT 1 FROM "BUSINESS"."FACT_APPEND" AS tgt ) THEN coalesce(
               (SELECT CAST(value AS TIMESTAMP) FROM "WAREHOUSE"."WATERMARK" WHERE target = $target
                                                                               AND column_name = $watermark_name),
               (SELECT CAST(max(tgt."ORDERED_AT") AS TIMESTAMP) FROM "BUSINESS"."FACT_APPEND" AS tgt )
           ) END AS reached
) AS known;

-- read-upper-bound: How far the source has come: rows that are rejected later were read all the same.
SELECT CAST(max(watermark) AS TIMESTAMP_NTZ(6)) AS upper_bound
FROM (
    SELECT max(src."ORDERED_AT") AS watermark
    FROM "WAREHOUSE_WORK"."STAGED" AS src
    UNION ALL
    SELECT CAST($reached AS TIMESTAMP)
) AS bounds;

-- take-versions: The versions of every customer that the batch names, and when each is met.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."VERSIONS_1" AS
SELECT member."CUSTOMER_ID",
       member."CUSTOMER_KEY" AS "MEMBER_KEY",
       CAST(member."VALID_FROM" AS TIMESTAMP_NTZ(6)) AS begins_at,
       CASE WHEN member."IS_CURRENT" THEN TIMESTAMP '9999-12-31' ELSE coalesce(CAST(member."VALID_TO" AS TIMESTAMP_NTZ(6)), TIMESTAMP '9999-12-31') END AS ends_at,
       CASE WHEN member."VERSION" = 1 THEN TIMESTAMP '0001-01-01' ELSE CAST(member."VALID_FROM" AS TIMESTAMP_NTZ(6)) END AS met_from,
       coalesce(lead(CAST(member."VALID_FROM" AS TIMESTAMP_NTZ(6))) OVER (PARTITION BY member."CUSTOMER_ID" ORDER BY member."VALID_FROM", member."VERSION"), TIMESTAMP '9999-12-31') AS met_until
FROM "BUSINESS"."DIM_CUSTOMER" AS member
WHERE member."CUSTOMER_KEY" > 0
  AND EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."INCOMING" AS src WHERE member."CUSTOMER_ID" = src."CUSTOMER_ID");

-- guard-overlapping-versions: versions of one member of business.dim_customer overlap, so that a fact would have two of them; VerifyAsync lists them all
SELECT DISTINCT member."CUSTOMER_ID"
FROM "WAREHOUSE_WORK"."VERSIONS_1" AS member
WHERE member.ends_at > member.met_until
ORDER BY member."CUSTOMER_ID"
LIMIT 20;

-- resolve-keys: Each row meets one version of each member: the one valid at the row's own time.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."RESOLVED" AS
SELECT CASE WHEN CAST(src."ORDERED_AT" AS TIMESTAMP_NTZ(6)) < "CUSTOMER".begins_at THEN -1 ELSE coalesce("CUSTOMER"."MEMBER_KEY", -1) END AS "CUSTOMER_KEY",
       CAST(src."ORDER_ID" AS NUMBER(19,0)) AS "ORDER_ID",
       CAST(src."ORDERED_AT" AS TIMESTAMP_NTZ(6)) AS "ORDERED_AT",
       CAST(src."CUSTOMER_ID" AS NUMBER(10,0)) AS "CUSTOMER_ID",
       CAST(src."AMOUNT" AS NUMBER(18,4)) AS "AMOUNT",
       CASE WHEN "CUSTOMER".member_key IS NULL THEN 3 WHEN CAST(src."ORDERED_AT" AS TIMESTAMP_NTZ(6)) < "CUSTOMER".begins_at THEN 1 WHEN CAST(src."ORDERED_AT" AS TIMESTAMP_NTZ(6)) >= "CUSTOMER".ends_at THEN 2 ELSE 0 END AS "LINK_OUTCOME_1"
FROM "WAREHOUSE_WORK"."INCOMING" AS src
LEFT JOIN "WAREHOUSE_WORK"."VERSIONS_1" AS "CUSTOMER" ON "CUSTOMER"."CUSTOMER_ID" = src."CUSTOMER_ID" AND CAST(src."ORDERED_AT" AS TIMESTAMP_NTZ(6)) >= "CUSTOMER".met_from AND CAST(src."ORDERED_AT" AS TIMESTAMP_NTZ(6)) < "CUSTOMER".met_until;

-- reject-in-gap: Rows from a time at which their customer was gone.
INSERT INTO "WAREHOUSE"."REJECT" (load_id, target, file, line, column_name, reason, raw_row)
SELECT $load_id,
       $target,
       $path,
       incoming."SOURCE_LINE",
       'ordered_at',
       'from a time at which its customer was gone (' || 'order_id = ' || CAST(src."ORDER_ID" AS VARCHAR) || ')',
       to_json(object_construct_keep_null(incoming.*))
FROM "WAREHOUSE_WORK"."RESOLVED" AS src
JOIN "WAREHOUSE_WORK"."INCOMING" AS incoming ON incoming."ORDER_ID" = src."ORDER_ID"
WHERE src."LINK_OUTCOME_1" = 2;

-- leave-rows-without-version: They take no further part.
-- only if: rejected > 0
DELETE FROM "WAREHOUSE_WORK"."RESOLVED"
USING (
    SELECT src."ORDER_ID"
    FROM "WAREHOUSE_WORK"."RESOLVED" AS src
    WHERE src."LINK_OUTCOME_1" = 2
) AS gone
WHERE "WAREHOUSE_WORK"."RESOLVED"."ORDER_ID" = gone."ORDER_ID";

-- count-unknown-members: Rows that met no member or no version of their own time, per link.
SELECT count_if("CUSTOMER_KEY" = -1) AS "UNKNOWN_CUSTOMER",
       count_if("LINK_OUTCOME_1" = 1) AS "BEFORE_FIRST_CUSTOMER",
       count_if("LINK_OUTCOME_1" = 2) AS "IN_GAP_CUSTOMER"
FROM "WAREHOUSE_WORK"."RESOLVED";

-- reject-conflicting-rows: An append changes nothing that stands; what differs from it is kept aside.
INSERT INTO "WAREHOUSE"."REJECT" (load_id, target, file, line, column_name, reason, raw_row)
SELECT $load_id,
       $target,
       $path,
       incoming."SOURCE_LINE",
       NULL,
       'the grain stands in the table with other values (' || 'order_id = ' || CAST(src."ORDER_ID" AS VARCHAR) || ')',
       to_json(object_construct_keep_null(incoming.*))
FROM "WAREHOUSE_WORK"."RESOLVED" AS src
JOIN "WAREHOUSE_WORK"."INCOMING" AS incoming ON incoming."ORDER_ID" = src."ORDER_ID"
WHERE EXISTS (SELECT 1 FROM "BUSINESS"."FACT_APPEND" AS tgt WHERE tgt."ORDER_ID" = src."ORDER_ID" AND ((tgt."CUSTOMER_KEY" <> -1 AND tgt."CUSTOMER_KEY" IS DISTINCT FROM src."CUSTOMER_KEY")
                                                                                                       OR tgt."ORDERED_AT" IS DISTINCT FROM src."ORDERED_AT"
                                                                                                       OR tgt."CUSTOMER_ID" IS DISTINCT FROM src."CUSTOMER_ID"
                                                                                                       OR tgt."AMOUNT" IS DISTINCT FROM src."AMOUNT"));

-- leave-conflicting-rows: They take no further part.
-- only if: rejected > 0
DELETE FROM "WAREHOUSE_WORK"."RESOLVED"
USING (
    SELECT src."ORDER_ID"
    FROM "WAREHOUSE_WORK"."RESOLVED" AS src
    WHERE EXISTS (SELECT 1 FROM "BUSINESS"."FACT_APPEND" AS tgt WHERE tgt."ORDER_ID" = src."ORDER_ID" AND ((tgt."CUSTOMER_KEY" <> -1 AND tgt."CUSTOMER_KEY" IS DISTINCT FROM src."CUSTOMER_KEY")
                                                                                                           OR tgt."ORDERED_AT" IS DISTINCT FROM src."ORDERED_AT"
                                                                                                           OR tgt."CUSTOMER_ID" IS DISTINCT FROM src."CUSTOMER_ID"
                                                                                                           OR tgt."AMOUNT" IS DISTINCT FROM src."AMOUNT"))
) AS gone
WHERE "WAREHOUSE_WORK"."RESOLVED"."ORDER_ID" = gone."ORDER_ID";

-- leave-known-rows: Rows that were appended before.
DELETE FROM "WAREHOUSE_WORK"."RESOLVED"
USING (
    SELECT src."ORDER_ID"
    FROM "WAREHOUSE_WORK"."RESOLVED" AS src
    WHERE EXISTS (SELECT 1 FROM "BUSINESS"."FACT_APPEND" AS tgt WHERE tgt."ORDER_ID" = src."ORDER_ID")
) AS gone
WHERE "WAREHOUSE_WORK"."RESOLVED"."ORDER_ID" = gone."ORDER_ID";

-- count-accepted: The rows that count.
SELECT count(*) AS accepted FROM "WAREHOUSE_WORK"."RESOLVED";

-- insert-rows: The rows that are new.
INSERT INTO "BUSINESS"."FACT_APPEND" ("CUSTOMER_KEY", "ORDER_ID", "ORDERED_AT", "CUSTOMER_ID", "AMOUNT", "LOAD_ID")
SELECT src."CUSTOMER_KEY",
       src."ORDER_ID",
       src."ORDERED_AT",
       src."CUSTOMER_ID",
       src."AMOUNT",
       $load_id
FROM "WAREHOUSE_WORK"."RESOLVED" AS src;

-- count-rows-too-many: Each row of the batch stands in the table once.
-- only if: inserted > 0
SELECT (SELECT count(*) FROM "BUSINESS"."FACT_APPEND" AS tgt WHERE EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."RESOLVED" AS src WHERE tgt."ORDER_ID" = src."ORDER_ID"))
     - (SELECT count(*) FROM "WAREHOUSE_WORK"."RESOLVED") AS rows_too_many;

-- check-grain: rows of one grain would stand in the table more than once
-- only if: rows_too_many > 0
SELECT tgt."ORDER_ID"
FROM "BUSINESS"."FACT_APPEND" AS tgt
JOIN "WAREHOUSE_WORK"."RESOLVED" AS src ON tgt."ORDER_ID" = src."ORDER_ID"
GROUP BY tgt."ORDER_ID"
HAVING count(*) > 1
LIMIT 20;

-- record-interval: The stretch that was loaded; holes between such stretches can be found and filled.
INSERT INTO "WAREHOUSE"."LOAD_INTERVAL" (load_id, target, column_name, lower_bound, upper_bound, is_backfill)
SELECT $load_id,
       $target,
       $watermark_name,
       to_varchar(covered.covered_from, 'YYYY-MM-DD"T"HH24:MI:SS.FF6'),
       to_varchar(covered.covered_until, 'YYYY-MM-DD"T"HH24:MI:SS.FF6'),
       FALSE
FROM (
    SELECT date_trunc('day', CAST(min(src."ORDERED_AT") AS TIMESTAMP)) AS covered_from,
           date_trunc('day', CAST(max(src."ORDERED_AT") AS TIMESTAMP)) + INTERVAL '1 day' AS covered_until
    FROM "WAREHOUSE_WORK"."STAGED" AS src
    WHERE src."ORDERED_AT" IS NOT NULL
) AS covered
WHERE covered.covered_from < covered.covered_until;
