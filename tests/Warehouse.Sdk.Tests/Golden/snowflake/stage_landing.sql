-- warehouse-sdk: stage enterprise.customer

-- create-staging-table: Takes the rows as they come; seen by this session only.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."STAGED" (
    "SOURCE_LINE" NUMBER(19,0),
    "LANDED_LOAD_ID" NUMBER(19,0),
    "CUSTOMER_ID" NUMBER(10,0),
    "CREATED_ON" DATE,
    "FIRST_NAME" VARCHAR,
    "EMAIL" VARCHAR,
    "CITY" VARCHAR,
    "STORE_ID" NUMBER(10,0),
    "SEGMENT" VARCHAR,
    "CHANGED_AT" TIMESTAMP_NTZ(6)
);

-- stage-landed: What has landed since the target last looked.
INSERT INTO "WAREHOUSE_WORK"."STAGED"
SELECT row_number() OVER (ORDER BY src."LOAD_ID", src."SOURCE_LINE") AS "SOURCE_LINE",
       src."LOAD_ID" AS "LANDED_LOAD_ID",
       CAST(src."CUSTOMER_ID" AS NUMBER(10,0)) AS "CUSTOMER_ID",
       CAST(src."CREATED_ON" AS DATE) AS "CREATED_ON",
       CAST(src."FIRST_NAME" AS VARCHAR) AS "FIRST_NAME",
       CAST(src."EMAIL" AS VARCHAR) AS "EMAIL",
       CAST(src."CITY" AS VARCHAR) AS "CITY",
       CAST(src."STORE_ID" AS NUMBER(10,0)) AS "STORE_ID",
       CAST(src."SEGMENT" AS VARCHAR) AS "SEGMENT",
       CAST(src."CHANGED_AT" AS TIMESTAMP_NTZ(6)) AS "CHANGED_AT"
FROM "LANDING"."CUSTOMER" AS src
WHERE src."LOAD_ID" > $landed_after;

-- count-rows: Rows the source gave.
SELECT count(*) AS rows_read FROM "WAREHOUSE_WORK"."STAGED";

-- read-landed-until: How far the target has now looked.
SELECT max("LANDED_LOAD_ID") AS landed_until FROM "WAREHOUSE_WORK"."STAGED";
