-- warehouse-sdk: verify business.fact_order

-- missing-keys: keys are NULL, where a default member would say why
WITH broken AS MATERIALIZED (
    SELECT 'order_id = ' || coalesce(CAST(fact.order_id AS text), 'NULL') AS member,
           '' AS keys,
           'NULL in ' || array_to_string(ARRAY[CASE WHEN fact.placed_date_key IS NULL THEN 'placed_date_key' END,
                                               CASE WHEN fact.shipped_date_key IS NULL THEN 'shipped_date_key' END,
                                               CASE WHEN fact.closed_date_key IS NULL THEN 'closed_date_key' END], ', ') AS detail
    FROM business.fact_order AS fact
    WHERE fact.placed_date_key IS NULL OR fact.shipped_date_key IS NULL OR fact.closed_date_key IS NULL
)
SELECT 'business.fact_order' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM broken
ORDER BY broken.member COLLATE "C", broken.keys COLLATE "C", broken.detail COLLATE "C"
LIMIT 100;

-- date-links: placed_date_key does not meet exactly one row of business.dim_date
WITH broken AS MATERIALIZED (
    SELECT 'order_id = ' || coalesce(CAST(fact.order_id AS text), 'NULL') AS member,
           CAST(fact.placed_date_key AS text) AS keys,
           'placed_date_key meets ' || CAST(coalesce(met.times, 0) AS text) || ' rows of business.dim_date' AS detail
    FROM business.fact_order AS fact
    LEFT JOIN (
        SELECT tgt.date_key AS surrogate_key,
               count(*) AS times
        FROM business.dim_date AS tgt
        GROUP BY tgt.date_key
    ) AS met ON met.surrogate_key = fact.placed_date_key
    WHERE fact.placed_date_key IS NOT NULL
      AND coalesce(met.times, 0) <> 1
)
SELECT 'business.fact_order' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM broken
ORDER BY broken.member COLLATE "C", broken.keys COLLATE "C", broken.detail COLLATE "C"
LIMIT 100;

-- date-links: shipped_date_key does not meet exactly one row of business.dim_date
WITH broken AS MATERIALIZED (
    SELECT 'order_id = ' || coalesce(CAST(fact.order_id AS text), 'NULL') AS member,
           CAST(fact.shipped_date_key AS text) AS keys,
           'shipped_date_key meets ' || CAST(coalesce(met.times, 0) AS text) || ' rows of business.dim_date' AS detail
    FROM business.fact_order AS fact
    LEFT JOIN (
        SELECT tgt.date_key AS surrogate_key,
               count(*) AS times
        FROM business.dim_date AS tgt
        GROUP BY tgt.date_key
    ) AS met ON met.surrogate_key = fact.shipped_date_key
    WHERE fact.shipped_date_key IS NOT NULL
      AND coalesce(met.times, 0) <> 1
)
SELECT 'business.fact_order' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM broken
ORDER BY broken.member COLLATE "C", broken.keys COLLATE "C", broken.detail COLLATE "C"
LIMIT 100;

-- date-links: closed_date_key does not meet exactly one row of business.dim_date
WITH broken AS MATERIALIZED (
    SELECT 'order_id = ' || coalesce(CAST(fact.order_id AS text), 'NULL') AS member,
           CAST(fact.closed_date_key AS text) AS keys,
           'closed_date_key meets ' || CAST(coalesce(met.times, 0) AS text) || ' rows of business.dim_date' AS detail
    FROM business.fact_order AS fact
    LEFT JOIN (
        SELECT tgt.date_key AS surrogate_key,
               count(*) AS times
        FROM business.dim_date AS tgt
        GROUP BY tgt.date_key
    ) AS met ON met.surrogate_key = fact.closed_date_key
    WHERE fact.closed_date_key IS NOT NULL
      AND coalesce(met.times, 0) <> 1
)
SELECT 'business.fact_order' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM broken
ORDER BY broken.member COLLATE "C", broken.keys COLLATE "C", broken.detail COLLATE "C"
LIMIT 100;

-- milestone-keys: keys of milestones differ from their times
WITH broken AS MATERIALIZED (
    SELECT 'order_id = ' || coalesce(CAST(fact.order_id AS text), 'NULL') AS member,
           '' AS keys,
           array_to_string(ARRAY[CASE WHEN CASE WHEN fact.placed_at IS NULL THEN fact.placed_date_key <> -4
                                                ELSE fact.placed_date_key <> coalesce((SELECT max(day.date_key) FROM business.dim_date AS day WHERE day.date = CAST(fact.placed_at AS date)), -1)
                                           END THEN 'placed_date_key' END,
                                 CASE WHEN CASE WHEN fact.shipped_at IS NULL THEN fact.shipped_date_key <> -4
                                                ELSE fact.shipped_date_key <> coalesce((SELECT max(day.date_key) FROM business.dim_date AS day WHERE day.date = CAST(fact.shipped_at AS date)), -1)
                                           END THEN 'shipped_date_key' END,
                                 CASE WHEN CASE WHEN fact.closed_at IS NULL THEN fact.closed_date_key <> -4
                                                ELSE fact.closed_date_key <> coalesce((SELECT max(day.date_key) FROM business.dim_date AS day WHERE day.date = CAST(fact.closed_at AS date)), -1)
                                           END THEN 'closed_date_key' END], ', ') || ' does not say what its time says' AS detail
    FROM business.fact_order AS fact
    WHERE CASE WHEN fact.placed_at IS NULL THEN fact.placed_date_key <> -4
               ELSE fact.placed_date_key <> coalesce((SELECT max(day.date_key) FROM business.dim_date AS day WHERE day.date = CAST(fact.placed_at AS date)), -1)
          END
          OR CASE WHEN fact.shipped_at IS NULL THEN fact.shipped_date_key <> -4
               ELSE fact.shipped_date_key <> coalesce((SELECT max(day.date_key) FROM business.dim_date AS day WHERE day.date = CAST(fact.shipped_at AS date)), -1)
          END
          OR CASE WHEN fact.closed_at IS NULL THEN fact.closed_date_key <> -4
               ELSE fact.closed_date_key <> coalesce((SELECT max(day.date_key) FROM business.dim_date AS day WHERE day.date = CAST(fact.closed_at AS date)), -1)
          END
)
SELECT 'business.fact_order' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM broken
ORDER BY broken.member COLLATE "C", broken.keys COLLATE "C", broken.detail COLLATE "C"
LIMIT 100;

-- lags: lags differ from the times they lie between
WITH broken AS MATERIALIZED (
    SELECT 'order_id = ' || coalesce(CAST(fact.order_id AS text), 'NULL') AS member,
           '' AS keys,
           array_to_string(ARRAY[CASE WHEN fact.ship_lag_days IS DISTINCT FROM CAST(fact.shipped_at AS date) - CAST(fact.placed_at AS date) THEN 'ship_lag_days' END,
                                 CASE WHEN fact.close_lag_hours IS DISTINCT FROM trunc(extract(epoch FROM CAST(fact.closed_at AS timestamp) - CAST(fact.shipped_at AS timestamp)) / 3600) THEN 'close_lag_hours' END], ', ') || ' is not the time between its milestones' AS detail
    FROM business.fact_order AS fact
    WHERE fact.ship_lag_days IS DISTINCT FROM CAST(fact.shipped_at AS date) - CAST(fact.placed_at AS date)
          OR fact.close_lag_hours IS DISTINCT FROM trunc(extract(epoch FROM CAST(fact.closed_at AS timestamp) - CAST(fact.shipped_at AS timestamp)) / 3600)
)
SELECT 'business.fact_order' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM broken
ORDER BY broken.member COLLATE "C", broken.keys COLLATE "C", broken.detail COLLATE "C"
LIMIT 100;

-- told-values: rows differ from what their events say together
WITH broken AS MATERIALIZED (
    SELECT 'order_id = ' || coalesce(CAST(fact.order_id AS text), 'NULL') AS member,
           '' AS keys,
           array_to_string(ARRAY[CASE WHEN fact.placed_at IS DISTINCT FROM told.placed_at THEN 'placed_at' END,
                                 CASE WHEN fact.shipped_at IS DISTINCT FROM told.shipped_at THEN 'shipped_at' END,
                                 CASE WHEN fact.closed_at IS DISTINCT FROM told.closed_at THEN 'closed_at' END,
                                 CASE WHEN fact.quantity IS DISTINCT FROM told.quantity THEN 'quantity' END], ', ') || ' is not what was told last' AS detail
    FROM business.fact_order AS fact
    LEFT JOIN (
        SELECT src.order_id,
               (array_agg(src.placed_at ORDER BY src.sequence_number DESC) FILTER (WHERE src.told_placed))[1] AS placed_at,
               (array_agg(src.shipped_at ORDER BY src.sequence_number DESC) FILTER (WHERE src.told_shipped))[1] AS shipped_at,
               (array_agg(src.closed_at ORDER BY src.sequence_number DESC) FILTER (WHERE src.told_closed))[1] AS closed_at,
               (array_agg(src.quantity ORDER BY src.sequence_number DESC) FILTER (WHERE src.quantity IS NOT NULL))[1] AS quantity
        FROM business.fact_order_event AS src
        GROUP BY src.order_id
    ) AS told ON told.order_id = fact.order_id
    WHERE fact.placed_at IS DISTINCT FROM told.placed_at
          OR fact.shipped_at IS DISTINCT FROM told.shipped_at
          OR fact.closed_at IS DISTINCT FROM told.closed_at
          OR fact.quantity IS DISTINCT FROM told.quantity
)
SELECT 'business.fact_order' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM broken
ORDER BY broken.member COLLATE "C", broken.keys COLLATE "C", broken.detail COLLATE "C"
LIMIT 100;

-- grain: several rows have one grain
WITH broken AS MATERIALIZED (
    SELECT 'order_id = ' || coalesce(CAST(tgt.order_id AS text), 'NULL') AS member,
           '' AS keys,
           CAST(count(*) AS text) || ' rows' AS detail
    FROM business.fact_order AS tgt
    GROUP BY tgt.order_id
    HAVING count(*) > 1
)
SELECT 'business.fact_order' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM broken
ORDER BY broken.member COLLATE "C", broken.keys COLLATE "C", broken.detail COLLATE "C"
LIMIT 100;

-- load-ids: rows name a load that the ledger does not have
WITH broken AS MATERIALIZED (
    SELECT 'load ' || CAST(tgt.load_id AS text) AS member,
           '' AS keys,
           CAST(count(*) AS text) || ' rows' AS detail
    FROM business.fact_order AS tgt
    WHERE NOT EXISTS (SELECT 1 FROM warehouse.load AS known WHERE known.load_id = tgt.load_id)
    GROUP BY tgt.load_id
)
SELECT 'business.fact_order' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM broken
ORDER BY broken.member COLLATE "C", broken.keys COLLATE "C", broken.detail COLLATE "C"
LIMIT 100;
