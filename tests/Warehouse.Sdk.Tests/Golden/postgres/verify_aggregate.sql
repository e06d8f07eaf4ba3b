-- warehouse-sdk: verify business.agg_month

-- source-values: rows are not what business.fact_movement sums up to
WITH broken AS MATERIALIZED (
    WITH expected AS (
        SELECT src.year,
               src.year_month,
               src.region,
               src.amount,
               src.largest,
               src.source_rows
        FROM (
            SELECT on_date.year AS year,
                   on_date.year_month AS year_month,
                   store.region AS region,
                   CAST(sum(src.amount) AS numeric(28,4)) AS amount,
                   CAST(max(src.amount) AS numeric(18,4)) AS largest,
                   count(*) AS source_rows,
                   max(greatest(src.load_id, store.load_id)) AS source_load_id
            FROM business.fact_movement AS src
            JOIN business.dim_date AS on_date ON on_date.date_key = src.date_key
            JOIN business.dim_store AS store ON store.store_key = src.store_key
            GROUP BY on_date.year,
                     on_date.year_month,
                     store.region
        ) AS src
    ),
    stored AS (
        SELECT tgt.year,
               tgt.year_month,
               tgt.region,
               tgt.amount,
               tgt.largest,
               tgt.source_rows
        FROM business.agg_month AS tgt
    ),
    differing AS (
        (SELECT * FROM expected EXCEPT ALL SELECT * FROM stored)
        UNION ALL
        (SELECT * FROM stored EXCEPT ALL SELECT * FROM expected)
    )
    SELECT DISTINCT 'year = ' || coalesce(CAST(differing.year AS text), 'NULL') || ', ' || 'year_month = ' || coalesce(CAST(differing.year_month AS text), 'NULL') || ', ' || 'region = ' || coalesce(CAST(differing.region AS text), 'NULL') AS member,
           '' AS keys,
           'business.fact_movement sums up to something else; load the aggregate from Source.Derived' AS detail
    FROM differing
)
SELECT 'business.agg_month' AS table_name,
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
    FROM business.agg_month AS tgt
    WHERE NOT EXISTS (SELECT 1 FROM warehouse.load AS known WHERE known.load_id = tgt.load_id)
    GROUP BY tgt.load_id
)
SELECT 'business.agg_month' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM broken
ORDER BY broken.member COLLATE "C", broken.keys COLLATE "C", broken.detail COLLATE "C"
LIMIT 100;
