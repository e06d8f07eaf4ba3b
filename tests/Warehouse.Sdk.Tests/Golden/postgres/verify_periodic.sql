-- warehouse-sdk: verify business.fact_derived_balance

-- missing-keys: keys are NULL, where a default member would say why
WITH broken AS MATERIALIZED (
    SELECT 'store_id = ' || coalesce(CAST(fact.store_id AS text), 'NULL') || ', ' || 'day = ' || coalesce(CAST(fact.day AS text), 'NULL') AS member,
           '' AS keys,
           'NULL in ' || array_to_string(ARRAY[CASE WHEN fact.date_key IS NULL THEN 'date_key' END], ', ') AS detail
    FROM business.fact_derived_balance AS fact
    WHERE fact.date_key IS NULL
)
SELECT 'business.fact_derived_balance' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM broken
ORDER BY broken.member COLLATE "C", broken.keys COLLATE "C", broken.detail COLLATE "C"
LIMIT 100;

-- date-links: date_key does not meet exactly one row of business.dim_date
WITH broken AS MATERIALIZED (
    SELECT 'store_id = ' || coalesce(CAST(fact.store_id AS text), 'NULL') || ', ' || 'day = ' || coalesce(CAST(fact.day AS text), 'NULL') AS member,
           CAST(fact.date_key AS text) AS keys,
           'date_key meets ' || CAST(coalesce(met.times, 0) AS text) || ' rows of business.dim_date' AS detail
    FROM business.fact_derived_balance AS fact
    LEFT JOIN (
        SELECT tgt.date_key AS surrogate_key,
               count(*) AS times
        FROM business.dim_date AS tgt
        GROUP BY tgt.date_key
    ) AS met ON met.surrogate_key = fact.date_key
    WHERE fact.date_key IS NOT NULL
      AND coalesce(met.times, 0) <> 1
)
SELECT 'business.fact_derived_balance' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM broken
ORDER BY broken.member COLLATE "C", broken.keys COLLATE "C", broken.detail COLLATE "C"
LIMIT 100;

-- running-balance: balances are not the ones before and the net of the period
WITH broken AS MATERIALIZED (
    SELECT 'store_id = ' || coalesce(CAST(fact.store_id AS text), 'NULL') || ', ' || 'day = ' || coalesce(CAST(fact.day AS text), 'NULL') AS member,
           '' AS keys,
           'balance does not follow from the period before' AS detail
    FROM (
        SELECT tgt.*,
               coalesce(lag(tgt.balance) OVER (PARTITION BY tgt.store_id ORDER BY tgt.day), 0) + coalesce(tgt.amount, 0)
                AS balance_due
        FROM business.fact_derived_balance AS tgt
    ) AS fact
    WHERE fact.balance IS DISTINCT FROM fact.balance_due
)
SELECT 'business.fact_derived_balance' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM broken
ORDER BY broken.member COLLATE "C", broken.keys COLLATE "C", broken.detail COLLATE "C"
LIMIT 100;

-- dense-periods: an entity lacks periods between its first one and the last one of the table
WITH broken AS MATERIALIZED (
    SELECT 'store_id = ' || coalesce(CAST(fact.store_id AS text), 'NULL') || ', ' || 'day = ' || coalesce(CAST(fact.day AS text), 'NULL') AS member,
           '' AS keys,
           'the period after it is missing' AS detail
    FROM (
        SELECT tgt.*,
               lead(tgt.day) OVER (PARTITION BY tgt.store_id ORDER BY tgt.day) AS next_period,
               max(tgt.day) OVER () AS last_period
        FROM business.fact_derived_balance AS tgt
    ) AS fact
    WHERE fact.day < fact.last_period
      AND fact.next_period IS DISTINCT FROM CAST(fact.day + 1 AS date)
)
SELECT 'business.fact_derived_balance' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM broken
ORDER BY broken.member COLLATE "C", broken.keys COLLATE "C", broken.detail COLLATE "C"
LIMIT 100;

-- source-periods: periods are of other rows than their source fact has now
WITH broken AS MATERIALIZED (
    SELECT 'period ' || CAST(changed.period_end AS text) AS member,
           '' AS keys,
           'business.fact_movement has changed since; load the snapshot from Source.Derived' AS detail
    FROM (
        WITH source_periods AS (
            SELECT CAST(src.day AS date) AS period_end,
                   count(*) AS source_rows,
                   max(src.load_id) AS source_load_id
            FROM business.fact_movement AS src
            WHERE src.store_id IS NOT NULL AND src.day IS NOT NULL
                    AND EXISTS (SELECT 1 FROM business.dim_date AS calendar WHERE calendar.date = CAST(src.day AS date))
            GROUP BY CAST(src.day AS date)
        ),
        known_periods AS (
            SELECT tgt.day AS period_end,
                   CAST(sum(tgt.source_rows) AS bigint) AS source_rows,
                   max(tgt.source_load_id) AS source_load_id
            FROM business.fact_derived_balance AS tgt
            WHERE tgt.source_rows > 0
            GROUP BY tgt.day
        )
        SELECT DISTINCT differing.period_end
        FROM (
            (SELECT * FROM source_periods EXCEPT SELECT * FROM known_periods)
            UNION ALL
            (SELECT * FROM known_periods EXCEPT SELECT * FROM source_periods)
        ) AS differing
    ) AS changed
)
SELECT 'business.fact_derived_balance' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM broken
ORDER BY broken.member COLLATE "C", broken.keys COLLATE "C", broken.detail COLLATE "C"
LIMIT 100;

-- grain: several rows have one grain
WITH broken AS MATERIALIZED (
    SELECT 'store_id = ' || coalesce(CAST(tgt.store_id AS text), 'NULL') || ', ' || 'day = ' || coalesce(CAST(tgt.day AS text), 'NULL') AS member,
           '' AS keys,
           CAST(count(*) AS text) || ' rows' AS detail
    FROM business.fact_derived_balance AS tgt
    GROUP BY tgt.store_id,
             tgt.day
    HAVING count(*) > 1
)
SELECT 'business.fact_derived_balance' AS table_name,
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
    FROM business.fact_derived_balance AS tgt
    WHERE NOT EXISTS (SELECT 1 FROM warehouse.load AS known WHERE known.load_id = tgt.load_id)
    GROUP BY tgt.load_id
)
SELECT 'business.fact_derived_balance' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM broken
ORDER BY broken.member COLLATE "C", broken.keys COLLATE "C", broken.detail COLLATE "C"
LIMIT 100;
