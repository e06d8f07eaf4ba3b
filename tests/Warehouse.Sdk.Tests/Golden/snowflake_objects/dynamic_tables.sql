-- warehouse-sdk: dynamic tables

-- create-dynamic-table: Kept by Snowflake as its query says.
CREATE DYNAMIC TABLE IF NOT EXISTS "BUSINESS"."AGG_SALE_LIVE"
    TARGET_LAG = '60 minutes'
    WAREHOUSE = "LOADING"
    REFRESH_MODE = AUTO
    COMMENT = 'business.fact_sale summed up. Grain: one city in one month.'
AS
SELECT "ON_DATE"."YEAR_MONTH" AS "YEAR_MONTH",
       "PLACE"."CITY" AS "CITY",
       CAST(sum(src."AMOUNT") AS NUMBER(28,4)) AS "AMOUNT",
       count(*) AS "SOURCE_ROWS",
       max(greatest_ignore_nulls(src."LOAD_ID", "PLACE"."LOAD_ID")) AS "SOURCE_LOAD_ID"
FROM "BUSINESS"."FACT_SALE" AS src
JOIN "BUSINESS"."DIM_DATE" AS "ON_DATE" ON "ON_DATE"."DATE_KEY" = src."DATE_KEY"
JOIN "BUSINESS"."DIM_PLACE" AS "PLACE" ON "PLACE"."PLACE_KEY" = src."PLACE_KEY"
GROUP BY "ON_DATE"."YEAR_MONTH",
         "PLACE"."CITY";

-- create-dynamic-table: Kept by Snowflake as its query says.
CREATE DYNAMIC TABLE IF NOT EXISTS "BUSINESS"."DIM_PLACE_LIVE"
    TARGET_LAG = '90 seconds'
    WAREHOUSE = "LOADING"
    REFRESH_MODE = INCREMENTAL
    COMMENT = 'The latest version of each member of business.dim_place by its durable key, the default members among them; that of a member that is gone says so.'
AS
SELECT tgt."PLACE_KEY",
       tgt."PLACE_DURABLE_KEY",
       tgt."ID",
       tgt."CITY",
       tgt."VALID_FROM",
       tgt."VALID_TO",
       tgt."IS_CURRENT",
       tgt."VERSION",
       tgt."CHANGED_AT",
       tgt."IS_INFERRED",
       tgt."LOAD_ID"
FROM "BUSINESS"."DIM_PLACE" AS tgt
QUALIFY row_number() OVER (PARTITION BY tgt."PLACE_DURABLE_KEY" ORDER BY tgt."VERSION" DESC) = 1;

-- create-dynamic-table: Kept by Snowflake as its query says.
CREATE DYNAMIC TABLE IF NOT EXISTS "BUSINESS"."DIM_PLACE_FULL"
    TARGET_LAG = DOWNSTREAM
    WAREHOUSE = "LOADING"
    REFRESH_MODE = FULL
    COMMENT = 'The latest version of each member of business.dim_place by its durable key, the default members among them; that of a member that is gone says so.'
AS
SELECT tgt."PLACE_KEY",
       tgt."PLACE_DURABLE_KEY",
       tgt."ID",
       tgt."CITY",
       tgt."VALID_FROM",
       tgt."VALID_TO",
       tgt."IS_CURRENT",
       tgt."VERSION",
       tgt."CHANGED_AT",
       tgt."IS_INFERRED",
       tgt."LOAD_ID"
FROM "BUSINESS"."DIM_PLACE" AS tgt
QUALIFY row_number() OVER (PARTITION BY tgt."PLACE_DURABLE_KEY" ORDER BY tgt."VERSION" DESC) = 1;
