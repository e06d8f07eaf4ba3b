-- warehouse-sdk: stage business.fact_day

-- create-staging-table: Takes the rows as they come; seen by this session only.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."STAGED" (
    "SOURCE_LINE" NUMBER(19,0),
    "STORE_ID" NUMBER(10,0),
    "DAY" TIMESTAMP_NTZ(6),
    "SOLD" NUMBER(10,0),
    "ON_HAND" NUMBER(10,0)
);

-- set-part-aside: One of the sources of the load.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."PART_1" AS
SELECT 1099511627776 + src."SOURCE_LINE" AS "SOURCE_LINE",
       src."STORE_ID",
       src."DAY",
       src."SOLD",
       src."ON_HAND"
FROM "WAREHOUSE_WORK"."STAGED" AS src;

-- drop-staging-table: Room for the next source.
DROP TABLE "WAREHOUSE_WORK"."STAGED";

-- create-staging-table: Takes the rows as they come; seen by this session only.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."STAGED" (
    "SOURCE_LINE" NUMBER(19,0),
    "STORE_ID" NUMBER(10,0),
    "DAY" TIMESTAMP_NTZ(6),
    "SOLD" NUMBER(10,0),
    "ON_HAND" NUMBER(10,0)
);

-- stage-query: The source's rows in the target's types.
INSERT INTO "WAREHOUSE_WORK"."STAGED"
SELECT row_number() OVER (ORDER BY 1) AS "SOURCE_LINE",
       CAST(src."STORE_ID" AS NUMBER(10,0)) AS "STORE_ID",
       CAST(src."DAY" AS TIMESTAMP_NTZ(6)) AS "DAY",
       CAST(src."SOLD" AS NUMBER(10,0)) AS "SOLD",
       CAST(src."ON_HAND" AS NUMBER(10,0)) AS "ON_HAND"
FROM (
SELECT * FROM elsewhere.web
) AS src;

-- count-rows: Rows the source gave.
SELECT count(*) AS rows_read FROM "WAREHOUSE_WORK"."STAGED";

-- set-part-aside: One of the sources of the load.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."PART_2" AS
SELECT 2199023255552 + src."SOURCE_LINE" AS "SOURCE_LINE",
       src."STORE_ID",
       src."DAY",
       src."SOLD",
       src."ON_HAND"
FROM "WAREHOUSE_WORK"."STAGED" AS src;

-- drop-staging-table: Room for the next source.
DROP TABLE "WAREHOUSE_WORK"."STAGED";

-- create-staging-table: Takes the rows as they come; seen by this session only.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."STAGED" (
    "SOURCE_LINE" NUMBER(19,0),
    "STORE_ID" NUMBER(10,0),
    "DAY" TIMESTAMP_NTZ(6),
    "CHANNEL" VARCHAR,
    "SOLD" NUMBER(10,0),
    "ON_HAND" NUMBER(10,0)
);

-- unite-sources: The rows of all sources.
INSERT INTO "WAREHOUSE_WORK"."STAGED"
SELECT src."SOURCE_LINE",
       src."STORE_ID",
       src."DAY",
       CAST('shop' AS VARCHAR) AS "CHANNEL",
       src."SOLD",
       src."ON_HAND"
FROM "WAREHOUSE_WORK"."PART_1" AS src
UNION ALL
SELECT src."SOURCE_LINE",
       src."STORE_ID",
       src."DAY",
       CAST('it''s web' AS VARCHAR) AS "CHANNEL",
       src."SOLD",
       src."ON_HAND"
FROM "WAREHOUSE_WORK"."PART_2" AS src;

-- place-rejects: Rejected rows are named by the file and line of their own source.
UPDATE "WAREHOUSE".reject
SET file = CASE bitshiftright(line, 40) WHEN 1 THEN $source_part_1 WHEN 2 THEN $source_part_2 END,
    line = bitand(line, 1099511627775)
WHERE load_id = $load_id
  AND line >= 1099511627776;
