-- warehouse-sdk: load business.agg_month

-- find-changed-partitions: Parts of the source with more, fewer or later written rows than the aggregate was made of.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."PARTITIONS" AS
WITH source_partitions AS (
    SELECT "ON_DATE"."YEAR" AS "YEAR",
           "ON_DATE"."YEAR_MONTH" AS "YEAR_MONTH",
           count(*) AS source_rows,
           max(greatest_ignore_nulls(src."LOAD_ID", "STORE"."LOAD_ID")) AS source_load_id
    FROM "BUSINESS"."FACT_MOVEMENT" AS src
    JOIN "BUSINESS"."DIM_DATE" AS "ON_DATE" ON "ON_DATE"."DATE_KEY" = src."DATE_KEY"
    JOIN "BUSINESS"."DIM_STORE" AS "STORE" ON "STORE"."STORE_KEY" = src."STORE_KEY"
    GROUP BY "ON_DATE"."YEAR",
             "ON_DATE"."YEAR_MONTH"
    HAVING count(*) > 0
),
known_partitions AS (
    SELECT tgt."YEAR",
           tgt."YEAR_MONTH",
           CAST(sum(tgt."SOURCE_ROWS") AS BIGINT) AS source_rows,
           max(tgt."SOURCE_LOAD_ID") AS source_load_id
    FROM "BUSINESS"."AGG_MONTH" AS tgt
    GROUP BY tgt."YEAR",
             tgt."YEAR_MONTH"
    HAVING count(*) > 0
)
SELECT DISTINCT differing."YEAR",
                differing."YEAR_MONTH"
FROM (
    (SELECT * FROM source_partitions EXCEPT SELECT * FROM known_partitions)
    UNION ALL
    (SELECT * FROM known_partitions EXCEPT SELECT * FROM source_partitions)
) AS differing;

-- count-changed-partitions: Without any nothing is read.
SELECT count(*) AS "CHANGED_PARTITIONS" FROM "WAREHOUSE_WORK"."PARTITIONS";

-- rebuild-partitions: What the source sums up to in them.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."REBUILT" AS
SELECT "ON_DATE"."YEAR" AS "YEAR",
       "ON_DATE"."YEAR_MONTH" AS "YEAR_MONTH",
       "STORE"."REGION" AS "REGION",
       CAST(sum(src."AMOUNT") AS NUMBER(28,4)) AS "AMOUNT",
       CAST(max(src."AMOUNT") AS NUMBER(18,4)) AS "LARGEST",
       count(*) AS "SOURCE_ROWS",
       max(greatest_ignore_nulls(src."LOAD_ID", "STORE"."LOAD_ID")) AS "SOURCE_LOAD_ID"
FROM "BUSINESS"."FACT_MOVEMENT" AS src
JOIN "BUSINESS"."DIM_DATE" AS "ON_DATE" ON "ON_DATE"."DATE_KEY" = src."DATE_KEY"
JOIN "BUSINESS"."DIM_STORE" AS "STORE" ON "STORE"."STORE_KEY" = src."STORE_KEY"
WHERE src."DATE_KEY" IN (
    SELECT day."DATE_KEY"
    FROM "BUSINESS"."DIM_DATE" AS day
    JOIN "WAREHOUSE_WORK"."PARTITIONS" AS changed ON changed."YEAR" IS NOT DISTINCT FROM day."YEAR" AND changed."YEAR_MONTH" IS NOT DISTINCT FROM day."YEAR_MONTH"
)
GROUP BY "ON_DATE"."YEAR",
         "ON_DATE"."YEAR_MONTH",
         "STORE"."REGION";

-- count-rows: Rows of the source that were summed up.
SELECT CAST(coalesce(sum("SOURCE_ROWS"), 0) AS BIGINT) AS rows_read,
       CAST(coalesce(sum("SOURCE_ROWS"), 0) AS BIGINT) - count(*) AS folded,
       count(*) AS accepted
FROM "WAREHOUSE_WORK"."REBUILT";

-- delete-old-rows: Makes room for the parts that were rebuilt.
-- only if: changed_partitions > 0
DELETE FROM "BUSINESS"."AGG_MONTH"
WHERE EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."PARTITIONS" AS changed WHERE changed."YEAR" IS NOT DISTINCT FROM "BUSINESS"."AGG_MONTH"."YEAR" AND changed."YEAR_MONTH" IS NOT DISTINCT FROM "BUSINESS"."AGG_MONTH"."YEAR_MONTH");

-- insert-rows: The rebuilt parts.
-- only if: changed_partitions > 0
INSERT INTO "BUSINESS"."AGG_MONTH" ("YEAR", "YEAR_MONTH", "REGION", "AMOUNT", "LARGEST", "SOURCE_ROWS", "SOURCE_LOAD_ID", "LOAD_ID")
SELECT src."YEAR",
       src."YEAR_MONTH",
       src."REGION",
       src."AMOUNT",
       src."LARGEST",
       src."SOURCE_ROWS",
       src."SOURCE_LOAD_ID",
       $load_id
FROM "WAREHOUSE_WORK"."REBUILT" AS src;
