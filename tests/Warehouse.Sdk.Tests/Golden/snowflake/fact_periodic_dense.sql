-- warehouse-sdk: load business.fact_balance

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
       last_day(CAST(src."DAY" AS DATE)) AS "DAY",
       CAST(get(array_agg(src."ON_HAND") WITHIN GROUP (ORDER BY src."DAY" DESC, src."SOURCE_LINE" DESC), 0) AS NUMBER(10,0)) AS "ON_HAND",
       CAST(coalesce(boolor_agg(src."IS_LOW"), FALSE) AS BOOLEAN) AS "IS_LOW",
       CAST(max(src."ON_HAND") AS NUMBER(10,0)) AS "MOST",
       CAST(sum(src."AMOUNT") AS NUMBER(28,4)) AS "AMOUNT",
       CAST(get(array_agg(src."OPENING") WITHIN GROUP (ORDER BY src."DAY", src."SOURCE_LINE"), 0) AS NUMBER(18,4)) AS "OPENING",
       count(*) AS summed_rows,
       min(src."SOURCE_LINE") AS "SOURCE_LINE"
FROM "WAREHOUSE_WORK"."STAGED" AS src
WHERE src."STORE_ID" IS NOT NULL AND src."DAY" IS NOT NULL
        AND EXISTS (SELECT 1 FROM "BUSINESS"."DIM_DATE" AS calendar WHERE calendar."DATE" = CAST(src."DAY" AS DATE))
GROUP BY src."STORE_ID", last_day(CAST(src."DAY" AS DATE));

-- find-periods: The periods that are replaced.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."PERIODS" AS
SELECT DISTINCT src."DAY" AS period_end
FROM "WAREHOUSE_WORK"."SUMMARISED" AS src;

-- read-restated-from: The first period that may change; those before it stay.
SELECT min(period_end) AS restated_from
FROM "WAREHOUSE_WORK"."PERIODS";

-- gather-active-periods: What happened in the replaced periods and, where they carry on, in those after them.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."ACTIVE" AS
SELECT src."STORE_ID",
       src."DAY",
       src."ON_HAND",
       src."IS_LOW",
       src."MOST",
       src."AMOUNT",
       src."OPENING",
       src."SOURCE_LINE"
FROM "WAREHOUSE_WORK"."SUMMARISED" AS src
UNION ALL
SELECT tgt."STORE_ID",
       tgt."DAY",
       tgt."ON_HAND",
       tgt."IS_LOW",
       tgt."MOST",
       tgt."AMOUNT",
       tgt."OPENING",
       NULL
FROM "BUSINESS"."FACT_BALANCE" AS tgt
WHERE tgt."DAY" > CAST($restated_from AS DATE)
  AND tgt."HAS_ACTIVITY"
  AND NOT EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."PERIODS" AS replaced WHERE replaced.period_end = tgt."DAY");

-- read-restated-until: The last period of the table.
SELECT max(active.period_end) AS restated_until
FROM (
    SELECT max(src."DAY") AS period_end FROM "WAREHOUSE_WORK"."ACTIVE" AS src
    UNION ALL
    SELECT max(tgt."DAY") FROM "BUSINESS"."FACT_BALANCE" AS tgt WHERE tgt."DAY" < CAST($restated_from AS DATE)
    AND tgt."HAS_ACTIVITY"
) AS active;

-- state-periods: Every entity in every period, with what it carries on where nothing happened.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."INCOMING" AS
SELECT slot."STORE_ID",
       slot."DAY",
       slot."SOURCE_LINE",
       slot."HAS_ACTIVITY",
       CASE WHEN slot."HAS_ACTIVITY" THEN slot."ON_HAND" ELSE coalesce(max(slot."ON_HAND") OVER (PARTITION BY slot."STORE_ID", slot."ON_HAND_RUN"), slot."ON_HAND_BEFORE") END AS "ON_HAND",
       CASE WHEN slot."HAS_ACTIVITY" THEN slot."IS_LOW" ELSE FALSE END AS "IS_LOW",
       slot."MOST" AS "MOST",
       CASE WHEN slot."HAS_ACTIVITY" THEN slot."AMOUNT" ELSE 0 END AS "AMOUNT",
       slot."OPENING" AS "OPENING",
       coalesce(slot.balance_before, 0) + sum(coalesce(slot."AMOUNT", 0) + CASE WHEN slot.is_first THEN coalesce(slot."OPENING", 0) ELSE 0 END) OVER (PARTITION BY slot."STORE_ID" ORDER BY slot."DAY") AS "BALANCE"
FROM (
    SELECT period."STORE_ID",
           period."DAY",
           active."ON_HAND",
           active."IS_LOW",
           active."MOST",
           active."AMOUNT",
           active."OPENING",
           active."SOURCE_LINE",
           active."DAY" IS NOT NULL AS "HAS_ACTIVITY",
           count(active."ON_HAND") OVER (PARTITION BY period."STORE_ID" ORDER BY period."DAY") AS "ON_HAND_RUN",
           before_all."ON_HAND_BEFORE",
           before_all.balance_before,
           active."DAY" IS NOT NULL AND NOT coalesce(before_all.was_active, FALSE) AND count(active."DAY") OVER (PARTITION BY period."STORE_ID" ORDER BY period."DAY") = 1 AS is_first
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
                SELECT DISTINCT tgt."STORE_ID", CAST($restated_from AS DATE) FROM "BUSINESS"."FACT_BALANCE" AS tgt WHERE tgt."DAY" < CAST($restated_from AS DATE)
                UNION ALL
                SELECT member."STORE_ID", greatest_ignore_nulls(last_day(CAST(min(member."VALID_FROM") AS DATE)), CAST($restated_from AS DATE))
                FROM "BUSINESS"."DIM_STORE" AS member
                WHERE member."STORE_KEY" > 0
                GROUP BY member."STORE_ID"
            ) AS seen
            GROUP BY seen."STORE_ID"
        ) AS entity
        JOIN (
            SELECT DISTINCT last_day(CAST(day."DATE" AS DATE)) AS period_end
            FROM "BUSINESS"."DIM_DATE" AS day
            WHERE day."DATE" BETWEEN CAST(date_trunc('month', CAST($restated_from AS DATE)) AS DATE) AND CAST($restated_until AS DATE)
        ) AS calendar ON calendar.period_end >= entity.first_period
        WHERE EXISTS (
            SELECT 1
            FROM "BUSINESS"."DIM_STORE" AS member
            WHERE member."STORE_ID" = entity."STORE_ID"
              AND member."STORE_KEY" > 0
              AND member."VALID_FROM" < calendar.period_end + 1
              AND (member."VALID_TO" IS NULL OR member."VALID_TO" > CAST(date_trunc('month', calendar.period_end) AS DATE))
              AND NOT member."IS_DELETED"
        )
    ) AS period
    LEFT JOIN "WAREHOUSE_WORK"."ACTIVE" AS active ON active."STORE_ID" = period."STORE_ID" AND active."DAY" = period."DAY"
    LEFT JOIN (
        SELECT tgt."STORE_ID",
               tgt."ON_HAND" AS "ON_HAND_BEFORE",
               tgt."BALANCE" AS balance_before,
               boolor_agg(tgt."HAS_ACTIVITY") OVER (PARTITION BY tgt."STORE_ID") AS was_active
        FROM "BUSINESS"."FACT_BALANCE" AS tgt
        WHERE tgt."DAY" < CAST($restated_from AS DATE)
        QUALIFY row_number() OVER (PARTITION BY tgt."STORE_ID" ORDER BY tgt."DAY" DESC) = 1
    ) AS before_all ON before_all."STORE_ID" = period."STORE_ID"
) AS slot;

-- count-folded: Rows that were summed up with others, and rows that no row of the source is about.
SELECT (SELECT CAST(coalesce(sum(src.summed_rows), 0) AS BIGINT) - count(*) FROM "WAREHOUSE_WORK"."SUMMARISED" AS src) AS folded,
       (SELECT count(*) FROM "WAREHOUSE_WORK"."INCOMING") - (SELECT count(*) FROM "WAREHOUSE_WORK"."SUMMARISED") AS derived;

-- take-versions: The versions of every store that the batch names, and when each is met.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."VERSIONS_1" AS
SELECT member."STORE_ID",
       member."STORE_KEY" AS "MEMBER_KEY",
       CAST(member."VALID_FROM" AS TIMESTAMP_NTZ(6)) AS begins_at,
       CASE WHEN member."IS_CURRENT" THEN TIMESTAMP '9999-12-31' ELSE coalesce(CAST(member."VALID_TO" AS TIMESTAMP_NTZ(6)), TIMESTAMP '9999-12-31') END AS ends_at,
       CASE WHEN member."VERSION" = 1 THEN TIMESTAMP '0001-01-01' ELSE CAST(member."VALID_FROM" AS TIMESTAMP_NTZ(6)) END AS met_from,
       coalesce(lead(CAST(member."VALID_FROM" AS TIMESTAMP_NTZ(6))) OVER (PARTITION BY member."STORE_ID" ORDER BY member."VALID_FROM", member."VERSION"), TIMESTAMP '9999-12-31') AS met_until
FROM "BUSINESS"."DIM_STORE" AS member
WHERE member."STORE_KEY" > 0
  AND EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."INCOMING" AS src WHERE member."STORE_ID" = src."STORE_ID");

-- guard-overlapping-versions: versions of one member of business.dim_store overlap, so that a fact would have two of them; VerifyAsync lists them all
SELECT DISTINCT member."STORE_ID"
FROM "WAREHOUSE_WORK"."VERSIONS_1" AS member
WHERE member.ends_at > member.met_until
ORDER BY member."STORE_ID"
LIMIT 20;

-- resolve-keys: Each row meets one version of each member: the one valid at the row's own time.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."RESOLVED" AS
SELECT coalesce("MONTH_END_DATE"."DATE_KEY", -1) AS "MONTH_END_DATE_KEY",
       coalesce("STORE"."MEMBER_KEY", -1) AS "STORE_KEY",
       CAST(src."STORE_ID" AS NUMBER(10,0)) AS "STORE_ID",
       CAST(src."DAY" AS DATE) AS "DAY",
       CAST(src."ON_HAND" AS NUMBER(10,0)) AS "ON_HAND",
       CAST(src."MOST" AS NUMBER(10,0)) AS "MOST",
       CAST(src."AMOUNT" AS NUMBER(28,4)) AS "AMOUNT",
       CAST(src."OPENING" AS NUMBER(18,4)) AS "OPENING",
       CAST(src."BALANCE" AS NUMBER(28,4)) AS "BALANCE",
       CAST(src."IS_LOW" AS BOOLEAN) AS "IS_LOW",
       CAST(src."HAS_ACTIVITY" AS BOOLEAN) AS "HAS_ACTIVITY",
       CASE WHEN "STORE".member_key IS NULL THEN 3 WHEN CAST(src."DAY" AS TIMESTAMP_NTZ(6)) < "STORE".begins_at THEN 1 WHEN CAST(src."DAY" AS TIMESTAMP_NTZ(6)) >= "STORE".ends_at THEN 2 ELSE 0 END AS "LINK_OUTCOME_1"
FROM "WAREHOUSE_WORK"."INCOMING" AS src
LEFT JOIN "BUSINESS"."DIM_DATE" AS "MONTH_END_DATE" ON "MONTH_END_DATE"."DATE" = CAST(src."DAY" AS DATE)
LEFT JOIN "WAREHOUSE_WORK"."VERSIONS_1" AS "STORE" ON "STORE"."STORE_ID" = src."STORE_ID" AND CAST(src."DAY" AS TIMESTAMP_NTZ(6)) >= "STORE".met_from AND CAST(src."DAY" AS TIMESTAMP_NTZ(6)) < "STORE".met_until;

-- count-unknown-members: Rows that met no member or no version of their own time, per link.
SELECT count_if("MONTH_END_DATE_KEY" = -1) AS "UNKNOWN_MONTH_END_DATE",
       count_if("STORE_KEY" = -1) AS "UNKNOWN_STORE",
       count_if("LINK_OUTCOME_1" = 1) AS "BEFORE_FIRST_STORE",
       count_if("LINK_OUTCOME_1" = 2) AS "IN_GAP_STORE"
FROM "WAREHOUSE_WORK"."RESOLVED";

-- delete-absent-rows: Rows of restated periods that are no more.
DELETE FROM "BUSINESS"."FACT_BALANCE"
WHERE CAST($restated_from AS DATE) IS NOT NULL AND ("BUSINESS"."FACT_BALANCE"."DAY" >= CAST($restated_from AS DATE) OR "BUSINESS"."FACT_BALANCE"."DAY" > CAST($restated_until AS DATE) OR CAST($restated_until AS DATE) IS NULL)
  AND NOT EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."RESOLVED" AS src WHERE "BUSINESS"."FACT_BALANCE"."STORE_ID" = src."STORE_ID" AND "BUSINESS"."FACT_BALANCE"."DAY" = src."DAY");

-- count-accepted: The rows that count.
SELECT count(*) AS accepted FROM "WAREHOUSE_WORK"."RESOLVED";

-- update-changed-rows: Only rows in which something is really different.
UPDATE "BUSINESS"."FACT_BALANCE"
SET "MONTH_END_DATE_KEY" = src."MONTH_END_DATE_KEY",
    "STORE_KEY" = src."STORE_KEY",
    "ON_HAND" = src."ON_HAND",
    "MOST" = src."MOST",
    "AMOUNT" = src."AMOUNT",
    "OPENING" = src."OPENING",
    "BALANCE" = src."BALANCE",
    "IS_LOW" = src."IS_LOW",
    "HAS_ACTIVITY" = src."HAS_ACTIVITY",
    "LOAD_ID" = $load_id
FROM "WAREHOUSE_WORK"."RESOLVED" AS src
WHERE "BUSINESS"."FACT_BALANCE"."STORE_ID" = src."STORE_ID" AND "BUSINESS"."FACT_BALANCE"."DAY" = src."DAY"
  AND ("BUSINESS"."FACT_BALANCE"."MONTH_END_DATE_KEY" IS DISTINCT FROM src."MONTH_END_DATE_KEY"
       OR "BUSINESS"."FACT_BALANCE"."STORE_KEY" IS DISTINCT FROM src."STORE_KEY"
       OR "BUSINESS"."FACT_BALANCE"."ON_HAND" IS DISTINCT FROM src."ON_HAND"
       OR "BUSINESS"."FACT_BALANCE"."MOST" IS DISTINCT FROM src."MOST"
       OR "BUSINESS"."FACT_BALANCE"."AMOUNT" IS DISTINCT FROM src."AMOUNT"
       OR "BUSINESS"."FACT_BALANCE"."OPENING" IS DISTINCT FROM src."OPENING"
       OR "BUSINESS"."FACT_BALANCE"."BALANCE" IS DISTINCT FROM src."BALANCE"
       OR "BUSINESS"."FACT_BALANCE"."IS_LOW" IS DISTINCT FROM src."IS_LOW"
       OR "BUSINESS"."FACT_BALANCE"."HAS_ACTIVITY" IS DISTINCT FROM src."HAS_ACTIVITY");

-- insert-new-rows: Rows of a grain that the table does not have.
INSERT INTO "BUSINESS"."FACT_BALANCE" ("MONTH_END_DATE_KEY", "STORE_KEY", "STORE_ID", "DAY", "ON_HAND", "MOST", "AMOUNT", "OPENING", "BALANCE", "IS_LOW", "HAS_ACTIVITY", "LOAD_ID")
SELECT src."MONTH_END_DATE_KEY",
       src."STORE_KEY",
       src."STORE_ID",
       src."DAY",
       src."ON_HAND",
       src."MOST",
       src."AMOUNT",
       src."OPENING",
       src."BALANCE",
       src."IS_LOW",
       src."HAS_ACTIVITY",
       $load_id
FROM "WAREHOUSE_WORK"."RESOLVED" AS src
WHERE NOT EXISTS (SELECT 1 FROM "BUSINESS"."FACT_BALANCE" AS tgt WHERE tgt."STORE_ID" = src."STORE_ID" AND tgt."DAY" = src."DAY");

-- count-rows-too-many: Each row of the batch stands in the table once.
-- only if: inserted > 0
SELECT (SELECT count(*) FROM "BUSINESS"."FACT_BALANCE" AS tgt WHERE EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."RESOLVED" AS src WHERE tgt."STORE_ID" = src."STORE_ID" AND tgt."DAY" = src."DAY"))
     - (SELECT count(*) FROM "WAREHOUSE_WORK"."RESOLVED") AS rows_too_many;

-- check-grain: rows of one grain would stand in the table more than once
-- only if: rows_too_many > 0
SELECT tgt."STORE_ID",
       tgt."DAY"
FROM "BUSINESS"."FACT_BALANCE" AS tgt
JOIN "WAREHOUSE_WORK"."RESOLVED" AS src ON tgt."STORE_ID" = src."STORE_ID" AND tgt."DAY" = src."DAY"
GROUP BY tgt."STORE_ID",
         tgt."DAY"
HAVING count(*) > 1
LIMIT 20;
