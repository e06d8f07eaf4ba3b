-- warehouse-sdk: verify business.fact_order

-- missing-keys: keys are NULL, where a default member would say why
SELECT 'business.fact_order' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT 'order_id = ' || coalesce(CAST(fact.order_id AS VARCHAR), 'NULL') AS member,
           '' AS keys,
           'NULL in ' || concat_ws(', ', CASE WHEN fact.placed_date_key IS NULL THEN 'placed_date_key' END,
                                         CASE WHEN fact.shipped_date_key IS NULL THEN 'shipped_date_key' END,
                                         CASE WHEN fact.closed_date_key IS NULL THEN 'closed_date_key' END) AS detail
    FROM business.fact_order AS fact
    WHERE fact.placed_date_key IS NULL OR fact.shipped_date_key IS NULL OR fact.closed_date_key IS NULL
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
    SELECT 'order_id = ' || coalesce(CAST(fact.order_id AS VARCHAR), 'NULL') AS member,
           CAST(fact.placed_date_key AS VARCHAR) AS keys,
           'placed_date_key meets ' || CAST(coalesce(met.times, 0) AS VARCHAR) || ' rows of business.dim_date' AS detail
    FROM business.fact_order AS fact
    LEFT JOIN (
        SELECT tgt.date_key AS surrogate_key,
               count(*) AS times
        FROM business.dim_date AS tgt
        GROUP BY tgt.date_key
    ) AS met ON met.surrogate_key = fact.placed_date_key
    WHERE fact.placed_date_key IS NOT NULL
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
    SELECT 'order_id = ' || coalesce(CAST(fact.order_id AS VARCHAR), 'NULL') AS member,
           CAST(fact.shipped_date_key AS VARCHAR) AS keys,
           'shipped_date_key meets ' || CAST(coalesce(met.times, 0) AS VARCHAR) || ' rows of business.dim_date' AS detail
    FROM business.fact_order AS fact
    LEFT JOIN (
        SELECT tgt.date_key AS surrogate_key,
               count(*) AS times
        FROM business.dim_date AS tgt
        GROUP BY tgt.date_key
    ) AS met ON met.surrogate_key = fact.shipped_date_key
    WHERE fact.shipped_date_key IS NOT NULL
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
    SELECT 'order_id = ' || coalesce(CAST(fact.order_id AS VARCHAR), 'NULL') AS member,
           CAST(fact.closed_date_key AS VARCHAR) AS keys,
           'closed_date_key meets ' || CAST(coalesce(met.times, 0) AS VARCHAR) || ' rows of business.dim_date' AS detail
    FROM business.fact_order AS fact
    LEFT JOIN (
        SELECT tgt.date_key AS surrogate_key,
               count(*) AS times
        FROM business.dim_date AS tgt
        GROUP BY tgt.date_key
    ) AS met ON met.surrogate_key = fact.closed_date_key
    WHERE fact.closed_date_key IS NOT NULL
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
    SELECT 'order_id = ' || coalesce(CAST(fact.order_id AS VARCHAR), 'NULL') AS member,
           '' AS keys,
           concat_ws(', ', CASE WHEN CASE WHEN fact.placed_at IS NULL THEN fact.placed_date_key <> -4
                                          ELSE fact.placed_date_key <> coalesce((SELECT max(day.date_key) FROM business.dim_date AS day WHERE day.date = CAST(fact.placed_at AS DATE)), -1)
                                     END THEN 'placed_date_key' END,
                           CASE WHEN CASE WHEN fact.shipped_at IS NULL THEN fact.shipped_date_key <> -4
                                          ELSE fact.shipped_date_key <> coalesce((SELECT max(day.date_key) FROM business.dim_date AS day WHERE day.date = CAST(fact.shipped_at AS DATE)), -1)
                                     END THEN 'shipped_date_key' END,
                           CASE WHEN CASE WHEN fact.closed_at IS NULL THEN fact.closed_date_key <> -4
                                          ELSE fact.closed_date_key <> coalesce((SELECT max(day.date_key) FROM business.dim_date AS day WHERE day.date = CAST(fact.closed_at AS DATE)), -1)
                                     END THEN 'closed_date_key' END) || ' does not say what its time says' AS detail
    FROM business.fact_order AS fact
    WHERE CASE WHEN fact.placed_at IS NULL THEN fact.placed_date_key <> -4
               ELSE fact.placed_date_key <> coalesce((SELECT max(day.date_key) FROM business.dim_date AS day WHERE day.date = CAST(fact.placed_at AS DATE)), -1)
          END
          OR CASE WHEN fact.shipped_at IS NULL THEN fact.shipped_date_key <> -4
               ELSE fact.shipped_date_key <> coalesce((SELECT max(day.date_key) FROM business.dim_date AS day WHERE day.date = CAST(fact.shipped_at AS DATE)), -1)
          END
          OR CASE WHEN fact.closed_at IS NULL THEN fact.closed_date_key <> -4
               ELSE fact.closed_date_key <> coalesce((SELECT max(day.date_key) FROM business.dim_date AS day WHERE day.date = CAST(fact.closed_at AS DATE)), -1)
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
    SELECT 'order_id = ' || coalesce(CAST(fact.order_id AS VARCHAR), 'NULL') AS member,
           '' AS keys,
           concat_ws(', ', CASE WHEN fact.ship_lag_days IS DISTINCT FROM date_diff('day', CAST(fact.placed_at AS DATE), CAST(fact.shipped_at AS DATE)) THEN 'ship_lag_days' END,
                           CASE WHEN fact.close_lag_hours IS DISTINCT FROM date_sub('hour', CAST(fact.shipped_at AS TIMESTAMP), CAST(fact.closed_at AS TIMESTAMP)) THEN 'close_lag_hours' END) || ' is not the time between its milestones' AS detail
    FROM business.fact_order AS fact
    WHERE fact.ship_lag_days IS DISTINCT FROM date_diff('day', CAST(fact.placed_at AS DATE), CAST(fact.shipped_at AS DATE))
          OR fact.close_lag_hours IS DISTINCT FROM date_sub('hour', CAST(fact.shipped_at AS TIMESTAMP), CAST(fact.closed_at AS TIMESTAMP))
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
    SELECT 'order_id = ' || coalesce(CAST(fact.order_id AS VARCHAR), 'NULL') AS member,
           '' AS keys,
           concat_ws(', ', CASE WHEN fact.placed_at IS DISTINCT FROM told.placed_at THEN 'placed_at' END,
                           CASE WHEN fact.shipped_at IS DISTINCT FROM told.shipped_at THEN 'shipped_at' END,
                           CASE WHEN fact.closed_at IS DISTINCT FROM told.closed_at THEN 'closed_at' END,
                           CASE WHEN fact.quantity IS DISTINCT FROM told.quantity THEN 'quantity' END) || ' is not what was told last' AS detail
    FROM business.fact_order AS fact
    LEFT JOIN (
        SELECT src.order_id,
               last(src.placed_at ORDER BY src.sequence_number) FILTER (WHERE src.told_placed) AS placed_at,
               last(src.shipped_at ORDER BY src.sequence_number) FILTER (WHERE src.told_shipped) AS shipped_at,
               last(src.closed_at ORDER BY src.sequence_number) FILTER (WHERE src.told_closed) AS closed_at,
               last(src.quantity ORDER BY src.sequence_number) FILTER (WHERE src.quantity IS NOT NULL) AS quantity
        FROM business.fact_order_event AS src
        GROUP BY src.order_id
    ) AS told ON told.order_id = fact.order_id
    WHERE fact.placed_at IS DISTINCT FROM told.placed_at
          OR fact.shipped_at IS DISTINCT FROM told.shipped_at
          OR fact.closed_at IS DISTINCT FROM told.closed_at
          OR fact.quantity IS DISTINCT FROM told.quantity
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
    SELECT 'order_id = ' || coalesce(CAST(tgt.order_id AS VARCHAR), 'NULL') AS member,
           '' AS keys,
           CAST(count(*) AS VARCHAR) || ' rows' AS detail
    FROM business.fact_order AS tgt
    GROUP BY tgt.order_id
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
    SELECT 'load ' || CAST(tgt.load_id AS VARCHAR) AS member,
           '' AS keys,
           CAST(count(*) AS VARCHAR) || ' rows' AS detail
    FROM business.fact_order AS tgt
    WHERE NOT EXISTS (SELECT 1 FROM warehouse.load AS known WHERE known.load_id = tgt.load_id)
    GROUP BY tgt.load_id
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;
