-- warehouse-sdk: load business.fact_derived_balance

-- find-changed-periods: Periods whose rows are more, fewer or written later than those that the snapshot was made of.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."PERIODS" AS
WITH source_periods AS (
    SELECT CAST(src."DAY" AS DATE) AS period_end,
           count(*) AS source_rows,
           max(src."LOAD_ID") AS source_load_id
    FROM "BUSINESS"."FACT_MOVEMENT" AS src
    WHERE src."STORE_ID" IS NOT NULL AND src."DAY" IS NOT NULL
            AND EXISTS (SELECT 1 FROM "BUSINESS"."DIM_DATE" AS calendar WHERE calendar."DATE" = CAST(src."DAY" AS DATE))
    GROUP BY CAST(src."DAY" AS DATE)
),
known_periods AS (
    SELECT tgt."DAY" AS period_end,
           CAST(sum(tgt."SOURCE_ROWS") AS BIGINT) AS source_rows,
           max(tgt."SOURCE_LOAD_ID") AS source_load_id
    FROM "BUSINESS"."FACT_DERIVED_BALANCE" AS tgt
    WHERE tgt."SOURCE_ROWS" > 0
    GROUP BY tgt."DAY"
)
SELECT DISTINCT differing.period_end
FROM (
    (SELECT * FROM source_periods EXCEPT SELECT * FROM known_periods)
    UNION ALL
    (SELECT * FROM known_periods EXCEPT SELECT * FROM source_periods)
) AS differing;

-- stage-changed-periods: The source's rows of these periods.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."STAGED" AS
SELECT row_number() OVER (ORDER BY src."MOVEMENT_ID") AS "SOURCE_LINE",
       src."STORE_ID",
       src."DAY",
       src."AMOUNT",
       src."LOAD_ID" AS "SOURCE_LOAD_ID"
FROM "BUSINESS"."FACT_MOVEMENT" AS src
WHERE CAST(src."DAY" AS DATE) IN (SELECT period_end FROM "WAREHOUSE_WORK"."PERIODS");

-- count-rows: Rows the source gave.
SELECT count(*) AS rows_read FROM "WAREHOUSE_WORK"."STAGED";

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

-- sum-up-periods: One row per entity and period in which something happened.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."SUMMARISED" AS
SELECT src."STORE_ID",
       CAST(src."DAY" AS DATE) AS "DAY",
       CAST(sum(src."AMOUNT") AS NUMBER(28,4)) AS "AMOUNT",
       count(*) AS "SOURCE_ROWS",
       max(src."SOURCE_LOAD_ID") AS "SOURCE_LOAD_ID",
       count(*) AS summed_rows,
       min(src."SOURCE_LINE") AS "SOURCE_LINE"
FROM "WAREHOUSE_WORK"."STAGED" AS src
WHERE src."STORE_ID" IS NOT NULL AND src."DAY" IS NOT NULL
        AND EXISTS (SELECT 1 FROM "BUSINESS"."DIM_DATE" AS calendar WHERE calendar."DATE" = CAST(src."DAY" AS DATE))
GROUP BY src."STORE_ID", CAST(src."DAY" AS DATE);

-- read-restated-from: The first period that may change; those before it stay.
SELECT min(period_end) AS restated_from
FROM "WAREHOUSE_WORK"."PERIODS";

-- gather-active-periods: What happened in the replaced periods and, where they carry on, in those after them.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."ACTIVE" AS
SELECT src."STORE_ID",
       src."DAY",
       src."AMOUNT",
       src."SOURCE_ROWS",
       src."SOURCE_LOAD_ID",
       src."SOURCE_LINE"
FROM "WAREHOUSE_WORK"."SUMMARISED" AS src
UNION ALL
SELECT tgt."STORE_ID",
       tgt."DAY",
       tgt."AMOUNT",
       tgt."SOURCE_ROWS",
       tgt."SOURCE_LOAD_ID",
       NULL
FROM "BUSINESS"."FACT_DERIVED_BALANCE" AS tgt
WHERE tgt."DAY" > CAST($restated_from AS DATE)
  AND tgt."HAS_ACTIVITY"
  AND NOT EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."PERIODS" AS replaced WHERE replaced.period_end = tgt."DAY");

-- read-restated-until: The last period of the table.
SELECT max(active.period_end) AS restated_until
FROM (
    SELECT max(src."DAY") AS period_end FROM "WAREHOUSE_WORK"."ACTIVE" AS src
    UNION ALL
    SELECT max(tgt."DAY") FROM "BUSINESS"."FACT_DERIVED_BALANCE" AS tgt WHERE tgt."DAY" < CAST($restated_from AS DATE)
    AND tgt."HAS_ACTIVITY"
) AS active;

-- state-periods: Every entity in every period, with what it carries on where nothing happened.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."INCOMING" AS
SELECT slot."STORE_ID",
       slot."DAY",
       slot."SOURCE_LINE",
       slot."HAS_ACTIVITY",
       CASE WHEN slot."HAS_ACTIVITY" THEN slot."AMOUNT" ELSE 0 END AS "AMOUNT",
       coalesce(slot.balance_before, 0) + sum(coalesce(slot."AMOUNT", 0)) OVER (PARTITION BY slot."STORE_ID" ORDER BY slot."DAY") AS "BALANCE",
       coalesce(slot."SOURCE_ROWS", 0) AS "SOURCE_ROWS",
       slot."SOURCE_LOAD_ID"
FROM (
    SELECT period."STORE_ID",
           period."DAY",
           active."AMOUNT",
           active."SOURCE_ROWS",
           active."SOURCE_LOAD_ID",
           active."SOURCE_LINE",
           active."DAY" IS NOT NULL AS "HAS_ACTIVITY",
           before_all.balance_before
    FROM (
        SELECT src."STORE_ID",
               src."DAY"
        FROM "WAREHOUSE_WORK"."ACTIVE" AS src
        UNION
        SELECT entity."STORE_ID",
               calendar.period_end
        FROM (
            SELECT seen."STORE_ID",
                   min(seen.first_period) AS first_period
            FROM (
                SELECT src."STORE_ID", src."DAY" AS first_period FROM "WAREHOUSE_WORK"."ACTIVE" AS src
                UNION ALL
                SELECT DISTINCT tgt."STORE_ID", CAST($restated_from AS DATE) FROM "BUSINESS"."FACT_DERIVED_BALANCE" AS tgt WHERE tgt."DAY" < CAST($restated_from AS DATE)
            ) AS seen
            GROUP BY seen."STORE_ID"
        ) AS entity
        JOIN (
            SELECT DISTINCT CAST(day."DATE" AS DATE) AS period_end
            FROM "BUSINESS"."DIM_DATE" AS day
            WHERE day."DATE" BETWEEN CAST($restated_from AS DATE) AND CAST($restated_until AS DATE)
        ) AS calendar ON calendar.period_end >= entity.first_period
    ) AS period
    LEFT JOIN "WAREHOUSE_WORK"."ACTIVE" AS active ON active."STORE_ID" = period."STORE_ID" AND active."DAY" = period."DAY"
    LEFT JOIN (
        SELECT tgt."STORE_ID",
               tgt."BALANCE" AS balance_before,
               boolor_agg(tgt."HAS_ACTIVITY") OVER (PARTITION BY tgt."STORE_ID") AS was_active
        FROM "BUSINESS"."FACT_DERIVED_BALANCE" AS tgt
        WHERE tgt."DAY" < CAST($restated_from AS DATE)
        QUALIFY row_number() OVER (PARTITION BY tgt."STORE_ID" ORDER BY tgt."DAY" DESC) = 1
    ) AS before_all ON before_all."STORE_ID" = period."STORE_ID"
) AS slot;

-- count-folded: Rows that were summed up with others, and rows that no row of the source is about.
SELECT (SELECT CAST(coalesce(sum(src.summed_rows), 0) AS BIGINT) - count(*) FROM "WAREHOUSE_WORK"."SUMMARISED" AS src) AS folded,
       (SELECT count(*) FROM "WAREHOUSE_WORK"."INCOMING") - (SELECT count(*) FROM "WAREHOUSE_WORK"."SUMMARISED") AS derived;

-- resolve-keys: The rows as the table stores them.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."RESOLVED" AS
SELECT coalesce("ON_DATE"."DATE_KEY", -1) AS "DATE_KEY",
       CAST(src."STORE_ID" AS NUMBER(10,0)) AS "STORE_ID",
       CAST(src."DAY" AS DATE) AS "DAY",
       CAST(src."AMOUNT" AS NUMBER(28,4)) AS "AMOUNT",
       CAST(src."BALANCE" AS NUMBER(28,4)) AS "BALANCE",
       CAST(src."HAS_ACTIVITY" AS BOOLEAN) AS "HAS_ACTIVITY",
       CAST(src."SOURCE_ROWS" AS NUMBER(19,0)) AS "SOURCE_ROWS",
       CAST(src."SOURCE_LOAD_ID" AS NUMBER(19,0)) AS "SOURCE_LOAD_ID"
FROM "WAREHOUSE_WORK"."INCOMING" AS src
LEFT JOIN "BUSINESS"."DIM_DATE" AS "ON_DATE" ON "ON_DATE"."DATE" = CAST(src."DAY" AS DATE);

-- count-unknown-members: Rows that met no member or no version of their own time, per link.
SELECT count_if("DATE_KEY" = -1) AS "UNKNOWN_ON_DATE"
FROM "WAREHOUSE_WORK"."RESOLVED";

-- delete-absent-rows: Rows of restated periods that are no more.
DELETE FROM "BUSINESS"."FACT_DERIVED_BALANCE"
WHERE CAST($restated_from AS DATE) IS NOT NULL AND ("BUSINESS"."FACT_DERIVED_BALANCE"."DAY" >= CAST($restated_from AS DATE) OR "BUSINESS"."FACT_DERIVED_BALANCE"."DAY" > CAST($restated_until AS DATE) OR CAST($restated_until AS DATE) IS NULL)
  AND NOT EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."RESOLVED" AS src WHERE "BUSINESS"."FACT_DERIVED_BALANCE"."STORE_ID" = src."STORE_ID" AND "BUSINESS"."FACT_DERIVED_BALANCE"."DAY" = src."DAY");

-- count-accepted: The rows that count.
SELECT count(*) AS accepted FROM "WAREHOUSE_WORK"."RESOLVED";

-- update-changed-rows: Only rows in which something is really different.
UPDATE "BUSINESS"."FACT_DERIVED_BALANCE"
SET "DATE_KEY" = src."DATE_KEY",
    "AMOUNT" = src."AMOUNT",
    "BALANCE" = src."BALANCE",
    "HAS_ACTIVITY" = src."HAS_ACTIVITY",
    "SOURCE_ROWS" = src."SOURCE_ROWS",
    "SOURCE_LOAD_ID" = src."SOURCE_LOAD_ID",
    "LOAD_ID" = $load_id
FROM "WAREHOUSE_WORK"."RESOLVED" AS src
WHERE "BUSINESS"."FACT_DERIVED_BALANCE"."STORE_ID" = src."STORE_ID" AND "BUSINESS"."FACT_DERIVED_BALANCE"."DAY" = src."DAY"
  AND ("BUSINESS"."FACT_DERIVED_BALANCE"."DATE_KEY" IS DISTINCT FROM src."DATE_KEY"
       OR "BUSINESS"."FACT_DERIVED_BALANCE"."AMOUNT" IS DISTINCT FROM src."AMOUNT"
       OR "BUSINESS"."FACT_DERIVED_BALANCE"."BALANCE" IS DISTINCT FROM src."BALANCE"
       OR "BUSINESS"."FACT_DERIVED_BALANCE"."HAS_ACTIVITY" IS DISTINCT FROM src."HAS_ACTIVITY"
       OR "BUSINESS"."FACT_DERIVED_BALANCE"."SOURCE_ROWS" IS DISTINCT FROM src."SOURCE_ROWS"
       OR "BUSINESS"."FACT_DERIVED_BALANCE"."SOURCE_LOAD_ID" IS DISTINCT FROM src."SOURCE_LOAD_ID");

-- insert-new-rows: Rows of a grain that the table does not have.
INSERT INTO "BUSINESS"."FACT_DERIVED_BALANCE" ("DATE_KEY", "STORE_ID", "DAY", "AMOUNT", "BALANCE", "HAS_ACTIVITY", "SOURCE_ROWS", "SOURCE_LOAD_ID", "LOAD_ID")
SELECT src."DATE_KEY",
       src."STORE_ID",
       src."DAY",
       src."AMOUNT",
       src."BALANCE",
       src."HAS_ACTIVITY",
       src."SOURCE_ROWS",
       src."SOURCE_LOAD_ID",
       $load_id
FROM "WAREHOUSE_WORK"."RESOLVED" AS src
WHERE NOT EXISTS (SELECT 1 FROM "BUSINESS"."FACT_DERIVED_BALANCE" AS tgt WHERE tgt."STORE_ID" = src."STORE_ID" AND tgt."DAY" = src."DAY");

-- count-rows-too-many: Each row of the batch stands in the table once.
-- only if: inserted > 0
SELECT (SELECT count(*) FROM "BUSINESS"."FACT_DERIVED_BALANCE" AS tgt WHERE EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."RESOLVED" AS src WHERE tgt."STORE_ID" = src."STORE_ID" AND tgt."DAY" = src."DAY"))
     - (SELECT count(*) FROM "WAREHOUSE_WORK"."RESOLVED") AS rows_too_many;

-- check-grain: rows of one grain would stand in the table more than once
-- only if: rows_too_many > 0
SELECT tgt."STORE_ID",
       tgt."DAY"
FROM "BUSINESS"."FACT_DERIVED_BALANCE" AS tgt
JOIN "WAREHOUSE_WORK"."RESOLVED" AS src ON tgt."STORE_ID" = src."STORE_ID" AND tgt."DAY" = src."DAY"
GROUP BY tgt."STORE_ID",
         tgt."DAY"
HAVING count(*) > 1
LIMIT 20;
