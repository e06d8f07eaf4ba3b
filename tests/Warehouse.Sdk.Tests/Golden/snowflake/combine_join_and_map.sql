-- warehouse-sdk: stage business.fact_day

-- create-staging-table: Takes the rows as they come; seen by this session only.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."STAGED" (
    "SOURCE_LINE" NUMBER(19,0),
    "STORE_ID" NUMBER(10,0),
    "DAY" TIMESTAMP_NTZ(6),
    "CHANNEL" VARCHAR,
    "SOLD" NUMBER(10,0)
);

-- set-part-aside: One of the sources of the load.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."PART_1" AS
SELECT 1099511627776 + src."SOURCE_LINE" AS "SOURCE_LINE",
       src."STORE_ID",
       src."DAY",
       src."CHANNEL",
       src."SOLD"
FROM "WAREHOUSE_WORK"."STAGED" AS src;

-- drop-staging-table: Room for the next source.
DROP TABLE "WAREHOUSE_WORK"."STAGED";

-- create-staging-table: Takes the rows as they come; seen by this session only.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."STAGED" (
    "SOURCE_LINE" NUMBER(19,0),
    "STORE_ID" NUMBER(10,0),
    "TIME_ID" NUMBER(10,0),
    "ON_HAND" NUMBER(10,0)
);

-- set-part-aside: One of the sources of the load.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."PART_2" AS
SELECT 2199023255552 + src."SOURCE_LINE" AS "SOURCE_LINE",
       src."STORE_ID",
       src."TIME_ID",
       src."ON_HAND"
FROM "WAREHOUSE_WORK"."STAGED" AS src;

-- drop-staging-table: Room for the next source.
DROP TABLE "WAREHOUSE_WORK"."STAGED";

-- reject-unmapped-rows: Rows whose key the mapping table does not have.
INSERT INTO "WAREHOUSE"."REJECT" (load_id, target, file, line, column_name, reason, raw_row)
SELECT $load_id,
       $target,
       NULL,
       src."SOURCE_LINE",
       'time_id',
       coalesce('no row of enterprise.calendar (' || 'time_id = ' || CAST(src."TIME_ID" AS VARCHAR) || ')', 'the key of enterprise.calendar is NULL'),
       to_json(object_construct_keep_null(src.*))
FROM "WAREHOUSE_WORK"."PART_2" AS src
WHERE NOT EXISTS (SELECT 1 FROM "ENTERPRISE"."CALENDAR" AS map WHERE map."TIME_ID" = src."TIME_ID");

-- guard-repeated-mappings: enterprise.calendar has several rows of one key, and each of them would be met
SELECT map."TIME_ID",
       count(*) AS copies
FROM "ENTERPRISE"."CALENDAR" AS map
WHERE EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."PART_2" AS src WHERE map."TIME_ID" = src."TIME_ID")
GROUP BY map."TIME_ID"
HAVING count(*) > 1
LIMIT 20;

-- create-staging-table: Takes the rows as they come; seen by this session only.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."STAGED" (
    "SOURCE_LINE" NUMBER(19,0),
    "STORE_ID" NUMBER(10,0),
    "DAY" TIMESTAMP_NTZ(6),
    "ON_HAND" NUMBER(10,0)
);

-- map-keys: The rows with what the mapping table has for their key.
INSERT INTO "WAREHOUSE_WORK"."STAGED"
SELECT src."SOURCE_LINE",
       src."STORE_ID",
       CAST(map."DAY" AS TIMESTAMP_NTZ(6)) AS "DAY",
       src."ON_HAND"
FROM "WAREHOUSE_WORK"."PART_2" AS src
JOIN "ENTERPRISE"."CALENDAR" AS map ON map."TIME_ID" = src."TIME_ID";

-- set-part-aside: One of the sources of the load.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."PART_3" AS
SELECT src."SOURCE_LINE" AS "SOURCE_LINE",
       src."STORE_ID",
       src."DAY",
       src."ON_HAND"
FROM "WAREHOUSE_WORK"."STAGED" AS src;

-- drop-staging-table: Room for the next source.
DROP TABLE "WAREHOUSE_WORK"."STAGED";

-- guard-repeated-keys: several rows of rows of SoldRow have one key, and each of them would be joined; sum them up first
SELECT src."STORE_ID",
       src."DAY",
       count(*) AS copies
FROM "WAREHOUSE_WORK"."PART_1" AS src
WHERE src."STORE_ID" IS NOT NULL AND src."DAY" IS NOT NULL
GROUP BY src."STORE_ID",
         src."DAY"
HAVING count(*) > 1
LIMIT 20;

-- guard-repeated-keys: several rows of rows of NumberedRow by way of enterprise.calendar have one key, and each of them would be joined; sum them up first
SELECT src."STORE_ID",
       src."DAY",
       count(*) AS copies
FROM "WAREHOUSE_WORK"."PART_3" AS src
WHERE src."STORE_ID" IS NOT NULL AND src."DAY" IS NOT NULL
GROUP BY src."STORE_ID",
         src."DAY"
HAVING count(*) > 1
LIMIT 20;

-- create-staging-table: Takes the rows as they come; seen by this session only.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."STAGED" (
    "SOURCE_LINE" NUMBER(19,0),
    "STORE_ID" NUMBER(10,0),
    "DAY" TIMESTAMP_NTZ(6),
    "CHANNEL" VARCHAR,
    "SOLD" NUMBER(10,0),
    "ON_HAND" NUMBER(10,0)
);

-- join-sources: A row for every key that one of the sources has.
INSERT INTO "WAREHOUSE_WORK"."STAGED"
SELECT coalesce(lft."SOURCE_LINE", rgt."SOURCE_LINE") AS "SOURCE_LINE",
       coalesce(lft."STORE_ID", rgt."STORE_ID") AS "STORE_ID",
       coalesce(lft."DAY", rgt."DAY") AS "DAY",
       lft."CHANNEL",
       CASE WHEN lft."SOURCE_LINE" IS NULL THEN 0 ELSE lft."SOLD" END AS "SOLD",
       rgt."ON_HAND"
FROM "WAREHOUSE_WORK"."PART_1" AS lft
FULL OUTER JOIN "WAREHOUSE_WORK"."PART_3" AS rgt ON lft."STORE_ID" = rgt."STORE_ID" AND lft."DAY" = rgt."DAY";

-- count-folded: Rows that stand side by side in one.
SELECT (SELECT count(*) FROM "WAREHOUSE_WORK"."PART_1") + (SELECT count(*) FROM "WAREHOUSE_WORK"."PART_3") - (SELECT count(*) FROM "WAREHOUSE_WORK"."STAGED") AS folded;

-- place-rejects: Rejected rows are named by the file and line of their own source.
UPDATE "WAREHOUSE".reject
SET file = CASE bitshiftright(line, 40) WHEN 1 THEN $source_part_1 WHEN 2 THEN $source_part_2 WHEN 3 THEN $source_part_3 END,
    line = bitand(line, 1099511627775)
WHERE load_id = $load_id
  AND line >= 1099511627776;
