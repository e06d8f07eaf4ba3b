-- warehouse-sdk: load business.fact_by_line

-- take-incoming: Every row of the batch counts, identical ones too.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."INCOMING" AS
SELECT src."CUSTOMER_ID",
       src."ORDERED_AT",
       src."AMOUNT",
       src."SOURCE_LINE"
FROM "WAREHOUSE_WORK"."STAGED" AS src;

-- find-partitions: The partitions that are replaced: those of the batch, and those named as empty.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."PARTITIONS" AS
SELECT DISTINCT partition_value
FROM (
    SELECT CAST($source_batch AS VARCHAR) AS partition_value
) AS named;

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
       CAST(src."ORDERED_AT" AS TIMESTAMP_NTZ(6)) AS "ORDERED_AT",
       CAST(src."AMOUNT" AS NUMBER(18,4)) AS "AMOUNT",
       CAST($source_batch AS VARCHAR) AS "SOURCE_BATCH",
       src."SOURCE_LINE",
       CASE WHEN "CUSTOMER".member_key IS NULL THEN 3 WHEN CAST(src."ORDERED_AT" AS TIMESTAMP_NTZ(6)) < "CUSTOMER".begins_at THEN 1 WHEN CAST(src."ORDERED_AT" AS TIMESTAMP_NTZ(6)) >= "CUSTOMER".ends_at THEN 2 ELSE 0 END AS "LINK_OUTCOME_1"
FROM "WAREHOUSE_WORK"."INCOMING" AS src
LEFT JOIN "WAREHOUSE_WORK"."VERSIONS_1" AS "CUSTOMER" ON "CUSTOMER"."CUSTOMER_ID" = src."CUSTOMER_ID" AND CAST(src."ORDERED_AT" AS TIMESTAMP_NTZ(6)) >= "CUSTOMER".met_from AND CAST(src."ORDERED_AT" AS TIMESTAMP_NTZ(6)) < "CUSTOMER".met_until;

-- count-unknown-members: Rows that met no member or no version of their own time, per link.
SELECT count_if("CUSTOMER_KEY" = -1) AS "UNKNOWN_CUSTOMER",
       count_if("LINK_OUTCOME_1" = 1) AS "BEFORE_FIRST_CUSTOMER",
       count_if("LINK_OUTCOME_1" = 2) AS "IN_GAP_CUSTOMER"
FROM "WAREHOUSE_WORK"."RESOLVED";

-- count-accepted: The rows that count.
SELECT count(*) AS accepted FROM "WAREHOUSE_WORK"."RESOLVED";

-- find-differences: A reload that would change nothing writes nothing.
WITH old_rows AS (
    SELECT tgt."CUSTOMER_KEY",
           tgt."ORDERED_AT",
           tgt."AMOUNT",
           tgt."SOURCE_BATCH",
           tgt."SOURCE_LINE"
    FROM "BUSINESS"."FACT_BY_LINE" AS tgt
    WHERE tgt."SOURCE_BATCH" IN (SELECT partition_value FROM "WAREHOUSE_WORK"."PARTITIONS")
    UNION ALL
    SELECT tgt."CUSTOMER_KEY",
           tgt."ORDERED_AT",
           tgt."AMOUNT",
           tgt."SOURCE_BATCH",
           tgt."SOURCE_LINE"
    FROM "BUSINESS"."FACT_BY_LINE" AS tgt
    WHERE coalesce(tgt."SOURCE_BATCH" IN (SELECT partition_value FROM "WAREHOUSE_WORK"."PARTITIONS"), FALSE) = FALSE
      AND EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."RESOLVED" AS src WHERE tgt."SOURCE_BATCH" = src."SOURCE_BATCH" AND tgt."SOURCE_LINE" = src."SOURCE_LINE")
),
new_rows AS (
    SELECT src."CUSTOMER_KEY",
           src."ORDERED_AT",
           src."AMOUNT",
           src."SOURCE_BATCH",
           src."SOURCE_LINE"
    FROM "WAREHOUSE_WORK"."RESOLVED" AS src
)
SELECT (SELECT count(*) FROM (SELECT * FROM new_rows EXCEPT SELECT * FROM old_rows) AS added)
     + (SELECT count(*) FROM (SELECT * FROM old_rows EXCEPT SELECT * FROM new_rows) AS gone)
     + abs((SELECT count(*) FROM new_rows) - (SELECT count(*) FROM old_rows)) AS differences;

-- delete-old-rows: Makes room for the reload.
-- only if: differences > 0
DELETE FROM "BUSINESS"."FACT_BY_LINE"
WHERE "BUSINESS"."FACT_BY_LINE"."SOURCE_BATCH" IN (SELECT partition_value FROM "WAREHOUSE_WORK"."PARTITIONS");

-- delete-moved-rows: A row that moved here from elsewhere in the table is reloaded here, so its old copy goes too.
-- only if: differences > 0
DELETE FROM "BUSINESS"."FACT_BY_LINE"
WHERE coalesce("BUSINESS"."FACT_BY_LINE"."SOURCE_BATCH" IN (SELECT partition_value FROM "WAREHOUSE_WORK"."PARTITIONS"), FALSE) = FALSE
  AND EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."RESOLVED" AS src WHERE "BUSINESS"."FACT_BY_LINE"."SOURCE_BATCH" = src."SOURCE_BATCH" AND "BUSINESS"."FACT_BY_LINE"."SOURCE_LINE" = src."SOURCE_LINE");

-- insert-rows: The reload.
-- only if: differences > 0
INSERT INTO "BUSINESS"."FACT_BY_LINE" ("CUSTOMER_KEY", "ORDERED_AT", "AMOUNT", "SOURCE_BATCH", "SOURCE_LINE", "LOAD_ID")
SELECT src."CUSTOMER_KEY",
       src."ORDERED_AT",
       src."AMOUNT",
       src."SOURCE_BATCH",
       src."SOURCE_LINE",
       $load_id
FROM "WAREHOUSE_WORK"."RESOLVED" AS src;

-- count-rows-too-many: Each row of the batch stands in the table once.
-- only if: inserted > 0
SELECT (SELECT count(*) FROM "BUSINESS"."FACT_BY_LINE" AS tgt WHERE EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."RESOLVED" AS src WHERE tgt."SOURCE_BATCH" = src."SOURCE_BATCH" AND tgt."SOURCE_LINE" = src."SOURCE_LINE"))
     - (SELECT count(*) FROM "WAREHOUSE_WORK"."RESOLVED") AS rows_too_many;

-- check-grain: rows of one grain would stand in the table more than once
-- only if: rows_too_many > 0
SELECT tgt."SOURCE_BATCH",
       tgt."SOURCE_LINE"
FROM "BUSINESS"."FACT_BY_LINE" AS tgt
JOIN "WAREHOUSE_WORK"."RESOLVED" AS src ON tgt."SOURCE_BATCH" = src."SOURCE_BATCH" AND tgt."SOURCE_LINE" = src."SOURCE_LINE"
GROUP BY tgt."SOURCE_BATCH",
         tgt."SOURCE_LINE"
HAVING count(*) > 1
LIMIT 20;
