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
