-- warehouse-sdk: stage business.dim_customer

-- create-staging-table: Takes the rows as they come; seen by this session only.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."STAGED" (
    "SOURCE_LINE" NUMBER(19,0),
    "CUSTOMER_ID" NUMBER(10,0),
    "CREATED_ON" DATE,
    "FIRST_NAME" VARCHAR,
    "EMAIL" VARCHAR,
    "CITY" VARCHAR,
    "STORE_ID" NUMBER(10,0),
    "SEGMENT" VARCHAR,
    "CHANGED_AT" TIMESTAMP_NTZ(6)
);

-- stage-query: The source's rows in the target's types.
INSERT INTO "WAREHOUSE_WORK"."STAGED"
SELECT row_number() OVER (ORDER BY 1) AS "SOURCE_LINE",
       CAST(src."CUSTOMER_ID" AS NUMBER(10,0)) AS "CUSTOMER_ID",
       CAST(src."CREATED_ON" AS DATE) AS "CREATED_ON",
       CAST(src."FIRST_NAME" AS VARCHAR) AS "FIRST_NAME",
       CAST(src."EMAIL" AS VARCHAR) AS "EMAIL",
       CAST(src."CITY" AS VARCHAR) AS "CITY",
       CAST(src."STORE_ID" AS NUMBER(10,0)) AS "STORE_ID",
       CAST(src."SEGMENT" AS VARCHAR) AS "SEGMENT",
       CAST(src."CHANGED_AT" AS TIMESTAMP_NTZ(6)) AS "CHANGED_AT"
FROM (
SELECT * FROM elsewhere.customer
) AS src;

-- count-rows: Rows the source gave.
SELECT count(*) AS rows_read FROM "WAREHOUSE_WORK"."STAGED";
