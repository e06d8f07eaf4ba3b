-- warehouse-sdk: load business.fact_sequenced

-- reject-incomplete-rows: A row without its grain or its watermark has no place in the table.
INSERT INTO "WAREHOUSE"."REJECT" (load_id, target, file, line, column_name, reason, raw_row)
SELECT $load_id,
       $target,
       $path,
       src."SOURCE_LINE",
       array_to_string(array_construct_compact(CASE WHEN src."ORDER_ID" IS NULL THEN 'order_id' END), ', '),
       'grain or watermark is NULL',
       to_json(object_construct_keep_null(src.*))
FROM "WAREHOUSE_WORK"."STAGED" AS src
WHERE NOT (src."ORDER_ID" IS NOT NULL);

-- find-repeated-keys: Keys that stand in the batch more than once; usually none.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."REPEATED" AS
SELECT src."ORDER_ID",
       count(*) AS copies
FROM "WAREHOUSE_WORK"."STAGED" AS src
WHERE src."ORDER_ID" IS NOT NULL
GROUP BY ALL
HAVING count(*) > 1;

-- count-repeated-keys: Whether anything has to be decided at all.
SELECT count(*) AS repeated_keys FROM "WAREHOUSE_WORK"."REPEATED";

-- decide-repeated-rows: Exact copies collapse into one; the last by sequence wins.
-- only if: repeated_keys > 0
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."DECIDED" AS
SELECT src."CUSTOMER_ID",
       src."ORDERED_AT",
       src."ORDER_ID",
       src."LSN",
       src."OP",
       src."AMOUNT",
       min(src."SOURCE_LINE") AS "SOURCE_LINE"
FROM "WAREHOUSE_WORK"."STAGED" AS src
JOIN "WAREHOUSE_WORK"."REPEATED" AS repeated ON repeated."ORDER_ID" = src."ORDER_ID"
WHERE src."ORDER_ID" IS NOT NULL
GROUP BY src."CUSTOMER_ID",
         src."ORDERED_AT",
         src."ORDER_ID",
         src."LSN",
         src."OP",
         src."AMOUNT"
QUALIFY max(src."LSN") IS NOT DISTINCT FROM max(max(src."LSN")) OVER (PARTITION BY src."ORDER_ID");

-- find-conflicts: Keys that are still there with different values.
-- only if: repeated_keys > 0
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."CONFLICTS" AS
SELECT src."ORDER_ID",
       array_to_string(array_construct_compact(CASE WHEN count(DISTINCT src."CUSTOMER_ID") > 1 OR count(src."CUSTOMER_ID") NOT IN (0, count(*)) THEN 'customer_id' END,
                                               CASE WHEN count(DISTINCT src."ORDERED_AT") > 1 OR count(src."ORDERED_AT") NOT IN (0, count(*)) THEN 'ordered_at' END,
                                               CASE WHEN count(DISTINCT src."LSN") > 1 OR count(src."LSN") NOT IN (0, count(*)) THEN 'lsn' END,
                                               CASE WHEN count(DISTINCT src."OP") > 1 OR count(src."OP") NOT IN (0, count(*)) THEN 'op' END,
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
WHERE src."ORDER_ID" IS NOT NULL;

-- take-incoming: The rows whose key stands in the batch once.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."INCOMING" AS
SELECT src."CUSTOMER_ID",
       src."ORDERED_AT",
       src."ORDER_ID",
       src."LSN",
       src."OP",
       src."AMOUNT",
       src."SOURCE_LINE"
FROM "WAREHOUSE_WORK"."STAGED" AS src
LEFT JOIN "WAREHOUSE_WORK"."REPEATED" AS repeated ON repeated."ORDER_ID" = src."ORDER_ID"
WHERE repeated.copies IS NULL
  AND src."ORDER_ID" IS NOT NULL;

-- take-decided-rows: And the one row that was chosen for a repeated key.
-- only if: repeated_keys > 0
INSERT INTO "WAREHOUSE_WORK"."INCOMING"
SELECT src."CUSTOMER_ID",
       src."ORDERED_AT",
       src."ORDER_ID",
       src."LSN",
       src."OP",
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

-- take-deletions: Rows that the source says are gone.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."DELETIONS" AS
SELECT src."ORDER_ID",
       src."LSN"
FROM "WAREHOUSE_WORK"."INCOMING" AS src
WHERE upper(src."OP") = 'D';

-- leave-deletions: They are no rows of the fact.
DELETE FROM "WAREHOUSE_WORK"."INCOMING"
USING (
    SELECT src."SOURCE_LINE"
    FROM "WAREHOUSE_WORK"."INCOMING" AS src
    WHERE upper(src."OP") = 'D'
) AS gone
WHERE "WAREHOUSE_WORK"."INCOMING"."SOURCE_LINE" = gone."SOURCE_LINE";

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
SELECT coalesce("CUSTOMER"."MEMBER_KEY", -1) AS "CUSTOMER_KEY",
       CAST(src."ORDER_ID" AS NUMBER(19,0)) AS "ORDER_ID",
       CAST(src."ORDERED_AT" AS TIMESTAMP_NTZ(6)) AS "ORDERED_AT",
       CAST(src."LSN" AS NUMBER(19,0)) AS "LSN",
       CAST(src."AMOUNT" AS NUMBER(18,4)) AS "AMOUNT",
       CASE WHEN "CUSTOMER".member_key IS NULL THEN 3 WHEN CAST(src."ORDERED_AT" AS TIMESTAMP_NTZ(6)) < "CUSTOMER".begins_at THEN 1 WHEN CAST(src."ORDERED_AT" AS TIMESTAMP_NTZ(6)) >= "CUSTOMER".ends_at THEN 2 ELSE 0 END AS "LINK_OUTCOME_1"
FROM "WAREHOUSE_WORK"."INCOMING" AS src
LEFT JOIN "WAREHOUSE_WORK"."VERSIONS_1" AS "CUSTOMER" ON "CUSTOMER"."CUSTOMER_ID" = src."CUSTOMER_ID" AND CAST(src."ORDERED_AT" AS TIMESTAMP_NTZ(6)) >= "CUSTOMER".met_from AND CAST(src."ORDERED_AT" AS TIMESTAMP_NTZ(6)) < "CUSTOMER".met_until;

-- count-unknown-members: Rows that met no member or no version of their own time, per link.
SELECT count_if("CUSTOMER_KEY" = -1) AS "UNKNOWN_CUSTOMER",
       count_if("LINK_OUTCOME_1" = 1) AS "BEFORE_FIRST_CUSTOMER",
       count_if("LINK_OUTCOME_1" = 2) AS "IN_GAP_CUSTOMER"
FROM "WAREHOUSE_WORK"."RESOLVED";

-- reject-undecided-rows: The stored row has the same sequence and other values: nobody can tell which is right.
INSERT INTO "WAREHOUSE"."REJECT" (load_id, target, file, line, column_name, reason, raw_row)
SELECT $load_id,
       $target,
       $path,
       incoming."SOURCE_LINE",
       'lsn',
       'the stored row has the same sequence and other values (' || 'order_id = ' || CAST(src."ORDER_ID" AS VARCHAR) || ')',
       to_json(object_construct_keep_null(incoming.*))
FROM "WAREHOUSE_WORK"."RESOLVED" AS src
JOIN "WAREHOUSE_WORK"."INCOMING" AS incoming ON incoming."ORDER_ID" = src."ORDER_ID"
WHERE EXISTS (SELECT 1 FROM "BUSINESS"."FACT_SEQUENCED" AS tgt WHERE tgt."ORDER_ID" = src."ORDER_ID" AND tgt."LSN" IS NOT DISTINCT FROM src."LSN" AND (tgt."ORDERED_AT" IS DISTINCT FROM src."ORDERED_AT"
                                                                                                                                                       OR tgt."AMOUNT" IS DISTINCT FROM src."AMOUNT"));

-- leave-undecided-rows: They take no further part.
-- only if: rejected > 0
DELETE FROM "WAREHOUSE_WORK"."RESOLVED"
USING (
    SELECT src."ORDER_ID"
    FROM "WAREHOUSE_WORK"."RESOLVED" AS src
    WHERE EXISTS (SELECT 1 FROM "BUSINESS"."FACT_SEQUENCED" AS tgt WHERE tgt."ORDER_ID" = src."ORDER_ID" AND tgt."LSN" IS NOT DISTINCT FROM src."LSN" AND (tgt."ORDERED_AT" IS DISTINCT FROM src."ORDERED_AT"
                                                                                                                                                           OR tgt."AMOUNT" IS DISTINCT FROM src."AMOUNT"))
) AS gone
WHERE "WAREHOUSE_WORK"."RESOLVED"."ORDER_ID" = gone."ORDER_ID";

-- leave-stale-rows: Corrections older than what stands.
DELETE FROM "WAREHOUSE_WORK"."RESOLVED"
USING (
    SELECT src."ORDER_ID"
    FROM "WAREHOUSE_WORK"."RESOLVED" AS src
    WHERE EXISTS (SELECT 1 FROM "BUSINESS"."FACT_SEQUENCED" AS tgt WHERE tgt."ORDER_ID" = src."ORDER_ID" AND coalesce(src."LSN" < tgt."LSN", src."LSN" IS NULL AND tgt."LSN" IS NOT NULL))
) AS gone
WHERE "WAREHOUSE_WORK"."RESOLVED"."ORDER_ID" = gone."ORDER_ID";

-- leave-deleted-rows: Rows that were deleted since.
DELETE FROM "WAREHOUSE_WORK"."RESOLVED"
USING (
    SELECT src."ORDER_ID"
    FROM "WAREHOUSE_WORK"."RESOLVED" AS src
    WHERE EXISTS (SELECT 1 FROM "BUSINESS"."FACT_SEQUENCED_DELETED" AS tgt WHERE tgt."ORDER_ID" = src."ORDER_ID" AND coalesce(src."LSN" <= tgt."LSN", src."LSN" IS NULL))
) AS gone
WHERE "WAREHOUSE_WORK"."RESOLVED"."ORDER_ID" = gone."ORDER_ID";

-- leave-stale-deletions: Deletions older than what stands.
DELETE FROM "WAREHOUSE_WORK"."DELETIONS"
USING (
    SELECT src."ORDER_ID"
    FROM "WAREHOUSE_WORK"."DELETIONS" AS src
    WHERE EXISTS (SELECT 1 FROM "BUSINESS"."FACT_SEQUENCED" AS tgt WHERE tgt."ORDER_ID" = src."ORDER_ID" AND coalesce(src."LSN" < tgt."LSN", src."LSN" IS NULL AND tgt."LSN" IS NOT NULL))
) AS gone
WHERE "WAREHOUSE_WORK"."DELETIONS"."ORDER_ID" = gone."ORDER_ID";

-- count-accepted: The rows that count.
SELECT count(*) + (SELECT count(*) FROM "WAREHOUSE_WORK"."DELETIONS") AS accepted FROM "WAREHOUSE_WORK"."RESOLVED";

-- update-changed-rows: Only rows in which something is really different.
UPDATE "BUSINESS"."FACT_SEQUENCED"
SET "CUSTOMER_KEY" = src."CUSTOMER_KEY",
    "ORDERED_AT" = src."ORDERED_AT",
    "LSN" = src."LSN",
    "AMOUNT" = src."AMOUNT",
    "LOAD_ID" = $load_id
FROM "WAREHOUSE_WORK"."RESOLVED" AS src
WHERE "BUSINESS"."FACT_SEQUENCED"."ORDER_ID" = src."ORDER_ID"
  AND ("BUSINESS"."FACT_SEQUENCED"."CUSTOMER_KEY" IS DISTINCT FROM src."CUSTOMER_KEY"
       OR "BUSINESS"."FACT_SEQUENCED"."ORDERED_AT" IS DISTINCT FROM src."ORDERED_AT"
       OR "BUSINESS"."FACT_SEQUENCED"."LSN" IS DISTINCT FROM src."LSN"
       OR "BUSINESS"."FACT_SEQUENCED"."AMOUNT" IS DISTINCT FROM src."AMOUNT");

-- insert-new-rows: Rows of a grain that the table does not have.
INSERT INTO "BUSINESS"."FACT_SEQUENCED" ("CUSTOMER_KEY", "ORDER_ID", "ORDERED_AT", "LSN", "AMOUNT", "LOAD_ID")
SELECT src."CUSTOMER_KEY",
       src."ORDER_ID",
       src."ORDERED_AT",
       src."LSN",
       src."AMOUNT",
       $load_id
FROM "WAREHOUSE_WORK"."RESOLVED" AS src
WHERE NOT EXISTS (SELECT 1 FROM "BUSINESS"."FACT_SEQUENCED" AS tgt WHERE tgt."ORDER_ID" = src."ORDER_ID");

-- delete-retracted-rows: What the source deleted.
DELETE FROM "BUSINESS"."FACT_SEQUENCED"
WHERE EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."DELETIONS" AS src WHERE "BUSINESS"."FACT_SEQUENCED"."ORDER_ID" = src."ORDER_ID");

-- update-deletions: A later deletion of a row that was deleted before.
UPDATE "BUSINESS"."FACT_SEQUENCED_DELETED"
SET "LSN" = src."LSN",
    "LOAD_ID" = $load_id
FROM "WAREHOUSE_WORK"."DELETIONS" AS src
WHERE "BUSINESS"."FACT_SEQUENCED_DELETED"."ORDER_ID" = src."ORDER_ID"
  AND coalesce("BUSINESS"."FACT_SEQUENCED_DELETED"."LSN" < src."LSN", "BUSINESS"."FACT_SEQUENCED_DELETED"."LSN" IS NULL AND src."LSN" IS NOT NULL);

-- remember-deletions: So that an older row that comes later stays away.
INSERT INTO "BUSINESS"."FACT_SEQUENCED_DELETED" ("ORDER_ID", "LSN", "LOAD_ID")
SELECT src."ORDER_ID",
       src."LSN",
       $load_id
FROM "WAREHOUSE_WORK"."DELETIONS" AS src
WHERE NOT EXISTS (SELECT 1 FROM "BUSINESS"."FACT_SEQUENCED_DELETED" AS tgt WHERE tgt."ORDER_ID" = src."ORDER_ID");

-- count-rows-too-many: Each row of the batch stands in the table once.
-- only if: inserted > 0
SELECT (SELECT count(*) FROM "BUSINESS"."FACT_SEQUENCED" AS tgt WHERE EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."RESOLVED" AS src WHERE tgt."ORDER_ID" = src."ORDER_ID"))
     - (SELECT count(*) FROM "WAREHOUSE_WORK"."RESOLVED") AS rows_too_many;

-- check-grain: rows of one grain would stand in the table more than once
-- only if: rows_too_many > 0
SELECT tgt."ORDER_ID"
FROM "BUSINESS"."FACT_SEQUENCED" AS tgt
JOIN "WAREHOUSE_WORK"."RESOLVED" AS src ON tgt."ORDER_ID" = src."ORDER_ID"
GROUP BY tgt."ORDER_ID"
HAVING count(*) > 1
LIMIT 20;
