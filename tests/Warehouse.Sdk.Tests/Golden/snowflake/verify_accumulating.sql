-- warehouse-sdk: verify business.fact_order

-- missing-keys: keys are NULL, where a default member would say why
SELECT 'business.fact_order' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT 'order_id = ' || coalesce(CAST(fact."ORDER_ID" AS VARCHAR), 'NULL') AS member,
           '' AS keys,
           'NULL in ' || array_to_string(array_construct_compact(CASE WHEN fact."PLACED_DATE_KEY" IS NULL THEN 'placed_date_key' END,
                                                                 CASE WHEN fact."SHIPPED_DATE_KEY" IS NULL THEN 'shipped_date_key' END,
                                                                 CASE WHEN fact."CLOSED_DATE_KEY" IS NULL THEN 'closed_date_key' END), ', ') AS detail
    FROM "BUSINESS"."FACT_ORDER" AS fact
    WHERE fact."PLACED_DATE_KEY" IS NULL OR fact."SHIPPED_DATE_KEY" IS NULL OR fact."CLOSED_DATE_KEY" IS NULL
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;

-- date-links: placed_date_key does not meet exactly one row of business.dim_date
SELECT 'business.fact_order' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT 'order_id = ' || coalesce(CAST(fact."ORDER_ID" AS VARCHAR), 'NULL') AS member,
           CAST(fact."PLACED_DATE_KEY" AS VARCHAR) AS keys,
           'placed_date_key meets ' || CAST(coalesce(met.times, 0) AS VARCHAR) || ' rows of business.dim_date' AS detail
    FROM "BUSINESS"."FACT_ORDER" AS fact
    LEFT JOIN (
        SELECT tgt."DATE_KEY" AS surrogate_key,
               count(*) AS times
        FROM "BUSINESS"."DIM_DATE" AS tgt
        GROUP BY tgt."DATE_KEY"
    ) AS met ON met.surrogate_key = fact."PLACED_DATE_KEY"
    WHERE fact."PLACED_DATE_KEY" IS NOT NULL
      AND coalesce(met.times, 0) <> 1
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;

-- date-links: shipped_date_key does not meet exactly one row of business.dim_date
SELECT 'business.fact_order' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT 'order_id = ' || coalesce(CAST(fact."ORDER_ID" AS VARCHAR), 'NULL') AS member,
           CAST(fact."SHIPPED_DATE_KEY" AS VARCHAR) AS keys,
           'shipped_date_key meets ' || CAST(coalesce(met.times, 0) AS VARCHAR) || ' rows of business.dim_date' AS detail
    FROM "BUSINESS"."FACT_ORDER" AS fact
    LEFT JOIN (
        SELECT tgt."DATE_KEY" AS surrogate_key,
               count(*) AS times
        FROM "BUSINESS"."DIM_DATE" AS tgt
        GROUP BY tgt."DATE_KEY"
    ) AS met ON met.surrogate_key = fact."SHIPPED_DATE_KEY"
    WHERE fact."SHIPPED_DATE_KEY" IS NOT NULL
      AND coalesce(met.times, 0) <> 1
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;

-- date-links: closed_date_key does not meet exactly one row of business.dim_date
SELECT 'business.fact_order' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT 'order_id = ' || coalesce(CAST(fact."ORDER_ID" AS VARCHAR), 'NULL') AS member,
           CAST(fact."CLOSED_DATE_KEY" AS VARCHAR) AS keys,
           'closed_date_key meets ' || CAST(coalesce(met.times, 0) AS VARCHAR) || ' rows of business.dim_date' AS detail
    FROM "BUSINESS"."FACT_ORDER" AS fact
    LEFT JOIN (
        SELECT tgt."DATE_KEY" AS surrogate_key,
               count(*) AS times
        FROM "BUSINESS"."DIM_DATE" AS tgt
        GROUP BY tgt."DATE_KEY"
    ) AS met ON met.surrogate_key = fact."CLOSED_DATE_KEY"
    WHERE fact."CLOSED_DATE_KEY" IS NOT NULL
      AND coalesce(met.times, 0) <> 1
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;

-- milestone-keys: keys of milestones differ from their times
SELECT 'business.fact_order' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT 'order_id = ' || coalesce(CAST(fact."ORDER_ID" AS VARCHAR), 'NULL') AS member,
           '' AS keys,
           array_to_string(array_construct_compact(CASE WHEN CASE WHEN fact."PLACED_AT" IS NULL THEN fact."PLACED_DATE_KEY" <> -4
                                                                  ELSE fact."PLACED_DATE_KEY" <> coalesce("DAY_1".day_key, -1)
                                                             END THEN 'placed_date_key' END,
                                                   CASE WHEN CASE WHEN fact."SHIPPED_AT" IS NULL THEN fact."SHIPPED_DATE_KEY" <> -4
                                                                  ELSE fact."SHIPPED_DATE_KEY" <> coalesce("DAY_2".day_key, -1)
                                                             END THEN 'shipped_date_key' END,
                                                   CASE WHEN CASE WHEN fact."CLOSED_AT" IS NULL THEN fact."CLOSED_DATE_KEY" <> -4
                                                                  ELSE fact."CLOSED_DATE_KEY" <> coalesce("DAY_3".day_key, -1)
                                                             END THEN 'closed_date_key' END), ', ') || ' does not say what its time says' AS detail
    FROM "BUSINESS"."FACT_ORDER" AS fact
    LEFT JOIN (
        SELECT day."DATE" AS on_day,
               max(day."DATE_KEY") AS day_key
        FROM "BUSINESS"."DIM_DATE" AS day
        WHERE day."DATE" IS NOT NULL
        GROUP BY day."DATE"
    ) AS "DAY_1" ON "DAY_1".on_day = CAST(fact."PLACED_AT" AS DATE)
    LEFT JOIN (
        SELECT day."DATE" AS on_day,
               max(day."DATE_KEY") AS day_key
        FROM "BUSINESS"."DIM_DATE" AS day
        WHERE day."DATE" IS NOT NULL
        GROUP BY day."DATE"
    ) AS "DAY_2" ON "DAY_2".on_day = CAST(fact."SHIPPED_AT" AS DATE)
    LEFT JOIN (
        SELECT day."DATE" AS on_day,
               max(day."DATE_KEY") AS day_key
        FROM "BUSINESS"."DIM_DATE" AS day
        WHERE day."DATE" IS NOT NULL
        GROUP BY day."DATE"
    ) AS "DAY_3" ON "DAY_3".on_day = CAST(fact."CLOSED_AT" AS DATE)
    WHERE CASE WHEN fact."PLACED_AT" IS NULL THEN fact."PLACED_DATE_KEY" <> -4
               ELSE fact."PLACED_DATE_KEY" <> coalesce("DAY_1".day_key, -1)
          END
          OR CASE WHEN fact."SHIPPED_AT" IS NULL THEN fact."SHIPPED_DATE_KEY" <> -4
               ELSE fact."SHIPPED_DATE_KEY" <> coalesce("DAY_2".day_key, -1)
          END
          OR CASE WHEN fact."CLOSED_AT" IS NULL THEN fact."CLOSED_DATE_KEY" <> -4
               ELSE fact."CLOSED_DATE_KEY" <> coalesce("DAY_3".day_key, -1)
          END
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;

-- lags: lags differ from the times they lie between
SELECT 'business.fact_order' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT 'order_id = ' || coalesce(CAST(fact."ORDER_ID" AS VARCHAR), 'NULL') AS member,
           '' AS keys,
           array_to_string(array_construct_compact(CASE WHEN fact."SHIP_LAG_DAYS" IS DISTINCT FROM datediff(day, CAST(fact."PLACED_AT" AS DATE), CAST(fact."SHIPPED_AT" AS DATE)) THEN 'ship_lag_days' END,
                                                   CASE WHEN fact."CLOSE_LAG_HOURS" IS DISTINCT FROM CAST((datediff(microsecond, CAST(fact."SHIPPED_AT" AS TIMESTAMP_NTZ(6)), CAST(fact."CLOSED_AT" AS TIMESTAMP_NTZ(6))) - mod(datediff(microsecond, CAST(fact."SHIPPED_AT" AS TIMESTAMP_NTZ(6)), CAST(fact."CLOSED_AT" AS TIMESTAMP_NTZ(6))), 3600000000)) / 3600000000 AS BIGINT) THEN 'close_lag_hours' END), ', ') || ' is not the time between its milestones' AS detail
    FROM "BUSINESS"."FACT_ORDER" AS fact
    WHERE fact."SHIP_LAG_DAYS" IS DISTINCT FROM datediff(day, CAST(fact."PLACED_AT" AS DATE), CAST(fact."SHIPPED_AT" AS DATE))
          OR fact."CLOSE_LAG_HOURS" IS DISTINCT FROM CAST((datediff(microsecond, CAST(fact."SHIPPED_AT" AS TIMESTAMP_NTZ(6)), CAST(fact."CLOSED_AT" AS TIMESTAMP_NTZ(6))) - mod(datediff(microsecond, CAST(fact."SHIPPED_AT" AS TIMESTAMP_NTZ(6)), CAST(fact."CLOSED_AT" AS TIMESTAMP_NTZ(6))), 3600000000)) / 3600000000 AS BIGINT)
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;

-- told-values: rows differ from what their events say together
SELECT 'business.fact_order' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT 'order_id = ' || coalesce(CAST(fact."ORDER_ID" AS VARCHAR), 'NULL') AS member,
           '' AS keys,
           array_to_string(array_construct_compact(CASE WHEN fact."PLACED_AT" IS DISTINCT FROM told."PLACED_AT" THEN 'placed_at' END,
                                                   CASE WHEN fact."SHIPPED_AT" IS DISTINCT FROM told."SHIPPED_AT" THEN 'shipped_at' END,
                                                   CASE WHEN fact."CLOSED_AT" IS DISTINCT FROM told."CLOSED_AT" THEN 'closed_at' END,
                                                   CASE WHEN fact."QUANTITY" IS DISTINCT FROM told."QUANTITY" THEN 'quantity' END), ', ') || ' is not what was told last' AS detail
    FROM "BUSINESS"."FACT_ORDER" AS fact
    LEFT JOIN (
        SELECT src."ORDER_ID",
               max_by(src."PLACED_AT", CASE WHEN src."TOLD_PLACED" THEN src."SEQUENCE_NUMBER" END) AS "PLACED_AT",
               max_by(src."SHIPPED_AT", CASE WHEN src."TOLD_SHIPPED" THEN src."SEQUENCE_NUMBER" END) AS "SHIPPED_AT",
               max_by(src."CLOSED_AT", CASE WHEN src."TOLD_CLOSED" THEN src."SEQUENCE_NUMBER" END) AS "CLOSED_AT",
               max_by(src."QUANTITY", CASE WHEN src."QUANTITY" IS NOT NULL THEN src."SEQUENCE_NUMBER" END) AS "QUANTITY"
        FROM "BUSINESS"."FACT_ORDER_EVENT" AS src
        GROUP BY src."ORDER_ID"
    ) AS told ON told."ORDER_ID" = fact."ORDER_ID"
    WHERE fact."PLACED_AT" IS DISTINCT FROM told."PLACED_AT"
          OR fact."SHIPPED_AT" IS DISTINCT FROM told."SHIPPED_AT"
          OR fact."CLOSED_AT" IS DISTINCT FROM told."CLOSED_AT"
          OR fact."QUANTITY" IS DISTINCT FROM told."QUANTITY"
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;

-- grain: several rows have one grain
SELECT 'business.fact_order' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT 'order_id = ' || coalesce(CAST(tgt."ORDER_ID" AS VARCHAR), 'NULL') AS member,
           '' AS keys,
           CAST(count(*) AS VARCHAR) || ' rows' AS detail
    FROM "BUSINESS"."FACT_ORDER" AS tgt
    GROUP BY tgt."ORDER_ID"
    HAVING count(*) > 1
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;

-- load-ids: rows name a load that the ledger does not have
SELECT 'business.fact_order' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT 'load ' || CAST(tgt."LOAD_ID" AS VARCHAR) AS member,
           '' AS keys,
           CAST(count(*) AS VARCHAR) || ' rows' AS detail
    FROM "BUSINESS"."FACT_ORDER" AS tgt
    WHERE NOT EXISTS (SELECT 1 FROM "WAREHOUSE"."LOAD" AS known WHERE known.load_id = tgt."LOAD_ID")
    GROUP BY tgt."LOAD_ID"
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;
