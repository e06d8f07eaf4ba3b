-- warehouse-sdk: load business.agg_total

-- find-changed-partitions: Parts of the source with more, fewer or later written rows than the aggregate was made of.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."PARTITIONS" AS
WITH source_partitions AS (
    SELECT 1 AS whole,
           count(*) AS source_rows,
           max(greatest_ignore_nulls(src."LOAD_ID")) AS source_load_id
    FROM "BUSINESS"."FACT_MOVEMENT" AS src
    HAVING count(*) > 0
),
known_partitions AS (
    SELECT 1 AS whole,
           CAST(sum(tgt."SOURCE_ROWS") AS BIGINT) AS source_rows,
           max(tgt."SOURCE_LOAD_ID") AS source_load_id
    FROM "BUSINESS"."AGG_TOTAL" AS tgt
    HAVING count(*) > 0
)
SELECT DISTINCT differing."WHOLE"
FROM (
    (SELECT * FROM source_partitions EXCEPT SELECT * FROM known_partitions)
    UNION ALL
    (SELECT * FROM known_partitions EXCEPT SELECT * FROM source_partitions)
) AS differing;

-- count-changed-partitions: Without any nothing is read.
SELECT count(*) AS "CHANGED_PARTITIONS" FROM "WAREHOUSE_WORK"."PARTITIONS";

-- rebuild-partitions: What the source sums up to in them.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."REBUILT" AS
SELECT src."STORE_KEY" AS "STORE_KEY",
       src."STORE_ID" AS "STORE_ID",
       CAST(sum(src."AMOUNT") AS NUMBER(28,4)) AS "AMOUNT",
       count(*) AS "SOURCE_ROWS",
       max(greatest_ignore_nulls(src."LOAD_ID")) AS "SOURCE_LOAD_ID"
FROM "BUSINESS"."FACT_MOVEMENT" AS src
WHERE EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."PARTITIONS")
GROUP BY src."STORE_KEY",
         src."STORE_ID";

-- count-rows: Rows of the source that were summed up.
SELECT CAST(coalesce(sum("SOURCE_ROWS"), 0) AS BIGINT) AS rows_read,
       CAST(coalesce(sum("SOURCE_ROWS"), 0) AS BIGINT) - count(*) AS folded,
       count(*) AS accepted
FROM "WAREHOUSE_WORK"."REBUILT";

-- delete-old-rows: Makes room for the parts that were rebuilt.
-- only if: changed_partitions > 0
DELETE FROM "BUSINESS"."AGG_TOTAL"
WHERE EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."PARTITIONS");

-- insert-rows: The rebuilt parts.
-- only if: changed_partitions > 0
INSERT INTO "BUSINESS"."AGG_TOTAL" ("STORE_KEY", "STORE_ID", "AMOUNT", "SOURCE_ROWS", "SOURCE_LOAD_ID", "LOAD_ID")
SELECT src."STORE_KEY",
       src."STORE_ID",
       src."AMOUNT",
       src."SOURCE_ROWS",
       src."SOURCE_LOAD_ID",
       $load_id
FROM "WAREHOUSE_WORK"."REBUILT" AS src;
