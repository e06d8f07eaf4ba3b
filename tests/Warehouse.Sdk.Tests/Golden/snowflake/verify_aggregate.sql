-- warehouse-sdk: verify business.agg_month

-- source-values: rows are not what business.fact_movement sums up to
SELECT 'business.agg_month' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    WITH expected AS (
        SELECT src."YEAR",
               src."YEAR_MONTH",
               src."REGION",
               src."AMOUNT",
               src."LARGEST",
               src."SOURCE_ROWS"
        FROM (
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
            GROUP BY "ON_DATE"."YEAR",
                     "ON_DATE"."YEAR_MONTH",
                     "STORE"."REGION"
        ) AS src
    ),
    stored AS (
        SELECT tgt."YEAR",
               tgt."YEAR_MONTH",
               tgt."REGION",
               tgt."AMOUNT",
               tgt."LARGEST",
               tgt."SOURCE_ROWS"
        FROM "BUSINESS"."AGG_MONTH" AS tgt
    ),
    differing AS (
        (SELECT * FROM expected EXCEPT SELECT * FROM stored)
        UNION ALL
        (SELECT * FROM stored EXCEPT SELECT * FROM expected)
    )
    SELECT DISTINCT 'year = ' || coalesce(CAST(differing."YEAR" AS VARCHAR), 'NULL') || ', ' || 'year_month = ' || coalesce(CAST(differing."YEAR_MONTH" AS VARCHAR), 'NULL') || ', ' || 'region = ' || coalesce(CAST(differing."REGION" AS VARCHAR), 'NULL') AS member,
           '' AS keys,
           'business.fact_movement sums up to something else; load the aggregate from Source.Derived' AS detail
    FROM differing
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;

-- load-ids: rows name a load that the ledger does not have
SELECT 'business.agg_month' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT 'load ' || CAST(tgt."LOAD_ID" AS VARCHAR) AS member,
           '' AS keys,
           CAST(count(*) AS VARCHAR) || ' rows' AS detail
    FROM "BUSINESS"."AGG_MONTH" AS tgt
    WHERE NOT EXISTS (SELECT 1 FROM "WAREHOUSE"."LOAD" AS known WHERE known.load_id = tgt."LOAD_ID")
    GROUP BY tgt."LOAD_ID"
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;
