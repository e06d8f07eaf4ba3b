-- warehouse-sdk: load business.fact_stock_week

-- reject-incomplete-rows: A row without its entity, or of a day that no calendar has, belongs to no period.
INSERT INTO "WAREHOUSE"."REJECT" (load_id, target, file, line, column_name, reason, raw_row)
SELECT $load_id,
       $target,
       $path,
       src."SOURCE_LINE",
       array_to_string(array_construct_compact(CASE WHEN src."STORE_ID" IS NULL THEN 'store_id' END, CASE WHEN src."DAY" IS NULL THEN 'day' END), ', '),
       CASE WHEN src."STORE_ID" IS NULL OR src."DAY" IS NULL THEN 'entity or day is NULL' ELSE 'business.dim_date does not have the day' END,
       to_json(object_construct_keep_null(src.*))
FROM "WAREHOUSE_WORK"."STAGED" AS src
WHERE NOT (src."STORE_ID" IS NOT NULL AND src."DAY" IS NOT NULL
             AND EXISTS (SELECT 1 FROM "BUSINESS"."DIM_DATE" AS calendar WHERE calendar."DATE" = CAST(src."DAY" AS DATE)));

-- find-repeated-keys: Keys that stand in the batch more than once; usually none.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."REPEATED" AS
SELECT src."MOVEMENT_ID",
       count(*) AS copies
FROM "WAREHOUSE_WORK"."STAGED" AS src
WHERE src."STORE_ID" IS NOT NULL AND src."DAY" IS NOT NULL
        AND EXISTS (SELECT 1 FROM "BUSINESS"."DIM_DATE" AS calendar WHERE calendar."DATE" = CAST(src."DAY" AS DATE))
GROUP BY ALL
HAVING count(*) > 1;

-- count-repeated-keys: Whether anything has to be decided at all.
SELECT count(*) AS repeated_keys FROM "WAREHOUSE_WORK"."REPEATED";

-- decide-repeated-rows: Exact copies collapse into one.
-- only if: repeated_keys > 0
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."DECIDED" AS
SELECT src."STORE_ID",
       src."DAY",
       src."ON_HAND",
       src."AMOUNT",
       src."IS_LOW",
       src."MOVEMENT_ID",
       min(src."SOURCE_LINE") AS "SOURCE_LINE"
FROM "WAREHOUSE_WORK"."STAGED" AS src
JOIN "WAREHOUSE_WORK"."REPEATED" AS repeated ON repeated."MOVEMENT_ID" = src."MOVEMENT_ID"
WHERE src."STORE_ID" IS NOT NULL AND src."DAY" IS NOT NULL
        AND EXISTS (SELECT 1 FROM "BUSINESS"."DIM_DATE" AS calendar WHERE calendar."DATE" = CAST(src."DAY" AS DATE))
GROUP BY src."STORE_ID",
         src."DAY",
         src."ON_HAND",
         src."AMOUNT",
         src."IS_LOW",
         src."MOVEMENT_ID";

-- find-conflicts: Keys that are still there with different values.
-- only if: repeated_keys > 0
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."CONFLICTS" AS
SELECT src."MOVEMENT_ID",
       array_to_string(array_construct_compact(CASE WHEN count(DISTINCT src."STORE_ID") > 1 OR count(src."STORE_ID") NOT IN (0, count(*)) THEN 'store_id' END,
                                               CASE WHEN count(DISTINCT src."DAY") > 1 OR count(src."DAY") NOT IN (0, count(*)) THEN 'day' END,
                                               CASE WHEN count(DISTINCT src."ON_HAND") > 1 OR count(src."ON_HAND") NOT IN (0, count(*)) THEN 'on_hand' END,
                                               CASE WHEN count(DISTINCT src."AMOUNT") > 1 OR count(src."AMOUNT") NOT IN (0, count(*)) THEN 'amount' END,
                                               CASE WHEN count(DISTINCT src."IS_LOW") > 1 OR count(src."IS_LOW") NOT IN (0, count(*)) THEN 'is_low' END), ', ') AS differing_columns
FROM "WAREHOUSE_WORK"."DECIDED" AS src
GROUP BY src."MOVEMENT_ID"
HAVING count(*) > 1;

-- reject-conflicting-rows: None of them can be chosen, so all are kept aside.
-- only if: repeated_keys > 0
INSERT INTO "WAREHOUSE"."REJECT" (load_id, target, file, line, column_name, reason, raw_row)
SELECT $load_id,
       $target,
       $path,
       src."SOURCE_LINE",
       conflicts.differing_columns,
       'several rows of one key have different values (' || 'movement_id = ' || CAST(src."MOVEMENT_ID" AS VARCHAR) || ')',
       to_json(object_construct_keep_null(src.*))
FROM "WAREHOUSE_WORK"."STAGED" AS src
JOIN "WAREHOUSE_WORK"."CONFLICTS" AS conflicts ON conflicts."MOVEMENT_ID" = src."MOVEMENT_ID"
WHERE src."STORE_ID" IS NOT NULL AND src."DAY" IS NOT NULL
        AND EXISTS (SELECT 1 FROM "BUSINESS"."DIM_DATE" AS calendar WHERE calendar."DATE" = CAST(src."DAY" AS DATE));

-- take-incoming: The rows whose key stands in the batch once.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."INCOMING" AS
SELECT src."STORE_ID",
       src."DAY",
       src."ON_HAND",
       src."AMOUNT",
       src."IS_LOW",
       src."MOVEMENT_ID",
       src."SOURCE_LINE"
FROM "WAREHOUSE_WORK"."STAGED" AS src
LEFT JOIN "WAREHOUSE_WORK"."REPEATED" AS repeated ON repeated."MOVEMENT_ID" = src."MOVEMENT_ID"
WHERE repeated.copies IS NULL
  AND src."STORE_ID" IS NOT NULL AND src."DAY" IS NOT NULL
        AND EXISTS (SELECT 1 FROM "BUSINESS"."DIM_DATE" AS calendar WHERE calendar."DATE" = CAST(src."DAY" AS DATE));

-- take-decided-rows: And the one row that was chosen for a repeated key.
-- only if: repeated_keys > 0
INSERT INTO "WAREHOUSE_WORK"."INCOMING"
SELECT src."STORE_ID",
       src."DAY",
       src."ON_HAND",
       src."AMOUNT",
       src."IS_LOW",
       src."MOVEMENT_ID",
       src."SOURCE_LINE"
FROM "WAREHOUSE_WORK"."DECIDED" AS src
WHERE NOT EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."CONFLICTS" AS conflicts WHERE conflicts."MOVEMENT_ID" = src."MOVEMENT_ID");

-- count-duplicates: Copies that collapsed and rows that were superseded.
-- only if: repeated_keys > 0
SELECT (SELECT CAST(coalesce(sum(repeated.copies), 0) AS BIGINT)
        FROM "WAREHOUSE_WORK"."REPEATED" AS repeated
        WHERE NOT EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."CONFLICTS" AS conflicts WHERE conflicts."MOVEMENT_ID" = repeated."MOVEMENT_ID"))
     - (SELECT count(*)
        FROM "WAREHOUSE_WORK"."DECIDED" AS decided
        WHERE NOT EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."CONFLICTS" AS conflicts WHERE conflicts."MOVEMENT_ID" = decided."MOVEMENT_ID")) AS duplicates;

-- sum-up-periods: One row per entity and period in which something happened.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."SUMMARISED" AS
SELECT src."STORE_ID",
       CAST(dateadd(day, mod(7 - dayofweekiso(CAST(src."DAY" AS DATE)) + 7, 7), CAST(src."DAY" AS DATE)) AS DATE) AS "DAY",
       CAST(get(array_agg(src."ON_HAND") WITHIN GROUP (ORDER BY src."DAY" DESC, src."SOURCE_LINE" DESC), 0) AS NUMBER(10,0)) AS "ON_HAND",
       CAST(sum(src."AMOUNT") AS NUMBER(28,4)) AS "AMOUNT",
       CAST(coalesce(boolor_agg(src."IS_LOW"), FALSE) AS BOOLEAN) AS "IS_LOW",
       CAST(count(*) AS NUMBER(19,0)) AS "DAYS",
       count(*) AS summed_rows,
       min(src."SOURCE_LINE") AS "SOURCE_LINE"
FROM "WAREHOUSE_WORK"."INCOMING" AS src
GROUP BY src."STORE_ID", CAST(dateadd(day, mod(7 - dayofweekiso(CAST(src."DAY" AS DATE)) + 7, 7), CAST(src."DAY" AS DATE)) AS DATE);

-- find-periods: The periods that are replaced.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."PERIODS" AS
SELECT DISTINCT src."DAY" AS period_end
FROM "WAREHOUSE_WORK"."SUMMARISED" AS src;

-- drop-incoming: The periods take the place of their rows.
DROP TABLE "WAREHOUSE_WORK"."INCOMING";

-- state-periods: Every entity in every period in which something happened.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."INCOMING" AS
SELECT src."STORE_ID",
       src."DAY",
       src."SOURCE_LINE",
       src."ON_HAND",
       src."AMOUNT",
       src."IS_LOW",
       src."DAYS",
       CAST(src."ON_HAND" AS DOUBLE) / nullif(CAST(src."AMOUNT" AS DOUBLE), 0) AS "WEEKS_OF_SUPPLY"
FROM "WAREHOUSE_WORK"."SUMMARISED" AS src;

-- count-folded: Rows that were summed up with others, and rows that no row of the source is about.
SELECT (SELECT CAST(coalesce(sum(src.summed_rows), 0) AS BIGINT) - count(*) FROM "WAREHOUSE_WORK"."SUMMARISED" AS src) AS folded,
       (SELECT count(*) FROM "WAREHOUSE_WORK"."INCOMING") - (SELECT count(*) FROM "WAREHOUSE_WORK"."SUMMARISED") AS derived;

-- resolve-keys: The rows as the table stores them.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."RESOLVED" AS
SELECT coalesce("WEEK_END_DATE"."DATE_KEY", -1) AS "WEEK_END_DATE_KEY",
       CAST(src."STORE_ID" AS NUMBER(10,0)) AS "STORE_ID",
       CAST(src."DAY" AS DATE) AS "DAY",
       CAST(src."ON_HAND" AS NUMBER(10,0)) AS "ON_HAND",
       CAST(src."AMOUNT" AS NUMBER(28,4)) AS "AMOUNT",
       CAST(src."DAYS" AS NUMBER(19,0)) AS "DAYS",
       CAST(src."WEEKS_OF_SUPPLY" AS FLOAT) AS "WEEKS_OF_SUPPLY",
       CAST(src."IS_LOW" AS BOOLEAN) AS "IS_LOW"
FROM "WAREHOUSE_WORK"."INCOMING" AS src
LEFT JOIN "BUSINESS"."DIM_DATE" AS "WEEK_END_DATE" ON "WEEK_END_DATE"."DATE" = CAST(src."DAY" AS DATE);

-- count-unknown-members: Rows that met no member or no version of their own time, per link.
SELECT count_if("WEEK_END_DATE_KEY" = -1) AS "UNKNOWN_WEEK_END_DATE"
FROM "WAREHOUSE_WORK"."RESOLVED";

-- delete-absent-rows: Rows of restated periods that are no more.
DELETE FROM "BUSINESS"."FACT_STOCK_WEEK"
WHERE EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."PERIODS" AS replaced WHERE replaced.period_end = "BUSINESS"."FACT_STOCK_WEEK"."DAY")
  AND NOT EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."RESOLVED" AS src WHERE "BUSINESS"."FACT_STOCK_WEEK"."STORE_ID" = src."STORE_ID" AND "BUSINESS"."FACT_STOCK_WEEK"."DAY" = src."DAY");

-- count-accepted: The rows that count.
SELECT count(*) AS accepted FROM "WAREHOUSE_WORK"."RESOLVED";

-- update-changed-rows: Only rows in which something is really different.
UPDATE "BUSINESS"."FACT_STOCK_WEEK"
SET "WEEK_END_DATE_KEY" = src."WEEK_END_DATE_KEY",
    "ON_HAND" = src."ON_HAND",
    "AMOUNT" = src."AMOUNT",
    "DAYS" = src."DAYS",
    "WEEKS_OF_SUPPLY" = src."WEEKS_OF_SUPPLY",
    "IS_LOW" = src."IS_LOW",
    "LOAD_ID" = $load_id
FROM "WAREHOUSE_WORK"."RESOLVED" AS src
WHERE "BUSINESS"."FACT_STOCK_WEEK"."STORE_ID" = src."STORE_ID" AND "BUSINESS"."FACT_STOCK_WEEK"."DAY" = src."DAY"
  AND ("BUSINESS"."FACT_STOCK_WEEK"."WEEK_END_DATE_KEY" IS DISTINCT FROM src."WEEK_END_DATE_KEY"
       OR "BUSINESS"."FACT_STOCK_WEEK"."ON_HAND" IS DISTINCT FROM src."ON_HAND"
       OR "BUSINESS"."FACT_STOCK_WEEK"."AMOUNT" IS DISTINCT FROM src."AMOUNT"
       OR "BUSINESS"."FACT_STOCK_WEEK"."DAYS" IS DISTINCT FROM src."DAYS"
       OR "BUSINESS"."FACT_STOCK_WEEK"."WEEKS_OF_SUPPLY" IS DISTINCT FROM src."WEEKS_OF_SUPPLY"
       OR "BUSINESS"."FACT_STOCK_WEEK"."IS_LOW" IS DISTINCT FROM src."IS_LOW");

-- insert-new-rows: Rows of a grain that the table does not have.
INSERT INTO "BUSINESS"."FACT_STOCK_WEEK" ("WEEK_END_DATE_KEY", "STORE_ID", "DAY", "ON_HAND", "AMOUNT", "DAYS", "WEEKS_OF_SUPPLY", "IS_LOW", "LOAD_ID")
SELECT src."WEEK_END_DATE_KEY",
       src."STORE_ID",
       src."DAY",
       src."ON_HAND",
       src."AMOUNT",
       src."DAYS",
       src."WEEKS_OF_SUPPLY",
       src."IS_LOW",
       $load_id
FROM "WAREHOUSE_WORK"."RESOLVED" AS src
WHERE NOT EXISTS (SELECT 1 FROM "BUSINESS"."FACT_STOCK_WEEK" AS tgt WHERE tgt."STORE_ID" = src."STORE_ID" AND tgt."DAY" = src."DAY");

-- count-rows-too-many: Each row of the batch stands in the table once.
-- only if: inserted > 0
SELECT (SELECT count(*) FROM "BUSINESS"."FACT_STOCK_WEEK" AS tgt WHERE EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."RESOLVED" AS src WHERE tgt."STORE_ID" = src."STORE_ID" AND tgt."DAY" = src."DAY"))
     - (SELECT count(*) FROM "WAREHOUSE_WORK"."RESOLVED") AS rows_too_many;

-- check-grain: rows of one grain would stand in the table more than once
-- only if: rows_too_many > 0
SELECT tgt."STORE_ID",
       tgt."DAY"
FROM "BUSINESS"."FACT_STOCK_WEEK" AS tgt
JOIN "WAREHOUSE_WORK"."RESOLVED" AS src ON tgt."STORE_ID" = src."STORE_ID" AND tgt."DAY" = src."DAY"
GROUP BY tgt."STORE_ID",
         tgt."DAY"
HAVING count(*) > 1
LIMIT 20;
