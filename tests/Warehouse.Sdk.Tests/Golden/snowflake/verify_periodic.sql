-- warehouse-sdk: verify business.fact_derived_balance

-- missing-keys: keys are NULL, where a default member would say why
SELECT 'business.fact_derived_balance' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT 'store_id = ' || coalesce(CAST(fact."STORE_ID" AS VARCHAR), 'NULL') || ', ' || 'day = ' || coalesce(CAST(fact."DAY" AS VARCHAR), 'NULL') AS member,
           '' AS keys,
           'NULL in ' || array_to_string(array_construct_compact(CASE WHEN fact."DATE_KEY" IS NULL THEN 'date_key' END), ', ') AS detail
    FROM "BUSINESS"."FACT_DERIVED_BALANCE" AS fact
    WHERE fact."DATE_KEY" IS NULL
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;

-- date-links: date_key does not meet exactly one row of business.dim_date
SELECT 'business.fact_derived_balance' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT 'store_id = ' || coalesce(CAST(fact."STORE_ID" AS VARCHAR), 'NULL') || ', ' || 'day = ' || coalesce(CAST(fact."DAY" AS VARCHAR), 'NULL') AS member,
           CAST(fact."DATE_KEY" AS VARCHAR) AS keys,
           'date_key meets ' || CAST(coalesce(met.times, 0) AS VARCHAR) || ' rows of business.dim_date' AS detail
    FROM "BUSINESS"."FACT_DERIVED_BALANCE" AS fact
    LEFT JOIN (
        SELECT tgt."DATE_KEY" AS surrogate_key,
               count(*) AS times
        FROM "BUSINESS"."DIM_DATE" AS tgt
        GROUP BY tgt."DATE_KEY"
    ) AS met ON met.surrogate_key = fact."DATE_KEY"
    WHERE fact."DATE_KEY" IS NOT NULL
      AND coalesce(met.times, 0) <> 1
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;

-- running-balance: balances are not the ones before and the net of the period
SELECT 'business.fact_derived_balance' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT 'store_id = ' || coalesce(CAST(fact."STORE_ID" AS VARCHAR), 'NULL') || ', ' || 'day = ' || coalesce(CAST(fact."DAY" AS VARCHAR), 'NULL') AS member,
           '' AS keys,
           'balance does not follow from the period before' AS detail
    FROM (
        SELECT tgt.*,
               coalesce(lag(tgt."BALANCE") OVER (PARTITION BY tgt."STORE_ID" ORDER BY tgt."DAY"), 0) + coalesce(tgt."AMOUNT", 0)
                AS balance_due
        FROM "BUSINESS"."FACT_DERIVED_BALANCE" AS tgt
    ) AS fact
    WHERE fact."BALANCE" IS DISTINCT FROM fact.balance_due
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;

-- dense-periods: an entity lacks periods between its first one and the last one of the table
SELECT 'business.fact_derived_balance' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT 'store_id = ' || coalesce(CAST(fact."STORE_ID" AS VARCHAR), 'NULL') || ', ' || 'day = ' || coalesce(CAST(fact."DAY" AS VARCHAR), 'NULL') AS member,
           '' AS keys,
           'the period after it is missing' AS detail
    FROM (
        SELECT tgt.*,
               lead(tgt."DAY") OVER (PARTITION BY tgt."STORE_ID" ORDER BY tgt."DAY") AS next_period,
               max(tgt."DAY") OVER () AS last_period
        FROM "BUSINESS"."FACT_DERIVED_BALANCE" AS tgt
    ) AS fact
    WHERE fact."DAY" < fact.last_period
      AND fact.next_period IS DISTINCT FROM CAST(fact."DAY" + 1 AS DATE)
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;

-- source-periods: periods are of other rows than their source fact has now
SELECT 'business.fact_derived_balance' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT 'period ' || CAST(changed.period_end AS VARCHAR) AS member,
           '' AS keys,
           'business.fact_movement has changed since; load the snapshot from Source.Derived' AS detail
    FROM (
        WITH source_periods AS (
            SELECT CAST(src."DAY" AS DATE) AS period_end,
                   count(*) AS source_rows,
                   max(src."LOAD_ID") AS source_load_id
            FROM "BUSINESS"."FACT_MOVEMENT" AS src
            WHERE src."STORE_ID" IS NOT NULL AND src."DAY" IS NOT NULL
                    AND EXISTS (SELECT 1 FROM "BUSINESS"."DIM_DATE" AS calendar WHERE calendar."DATE" = CAST(src."DAY" AS DATE))
            GROUP BY CAST(src."DAY" AS DATE)
        ),
        known_periods AS (
            SELECT tgt."DAY" AS period_end,
                   CAST(sum(tgt."SOURCE_ROWS") AS BIGINT) AS source_rows,
                   max(tgt."SOURCE_LOAD_ID") AS source_load_id
            FROM "BUSINESS"."FACT_DERIVED_BALANCE" AS tgt
            WHERE tgt."SOURCE_ROWS" > 0
            GROUP BY tgt."DAY"
        )
        SELECT DISTINCT differing.period_end
        FROM (
            (SELECT * FROM source_periods EXCEPT SELECT * FROM known_periods)
            UNION ALL
            (SELECT * FROM known_periods EXCEPT SELECT * FROM source_periods)
        ) AS differing
    ) AS changed
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;

-- grain: several rows have one grain
SELECT 'business.fact_derived_balance' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT 'store_id = ' || coalesce(CAST(tgt."STORE_ID" AS VARCHAR), 'NULL') || ', ' || 'day = ' || coalesce(CAST(tgt."DAY" AS VARCHAR), 'NULL') AS member,
           '' AS keys,
           CAST(count(*) AS VARCHAR) || ' rows' AS detail
    FROM "BUSINESS"."FACT_DERIVED_BALANCE" AS tgt
    GROUP BY tgt."STORE_ID",
             tgt."DAY"
    HAVING count(*) > 1
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;

-- load-ids: rows name a load that the ledger does not have
SELECT 'business.fact_derived_balance' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT 'load ' || CAST(tgt."LOAD_ID" AS VARCHAR) AS member,
           '' AS keys,
           CAST(count(*) AS VARCHAR) || ' rows' AS detail
    FROM "BUSINESS"."FACT_DERIVED_BALANCE" AS tgt
    WHERE NOT EXISTS (SELECT 1 FROM "WAREHOUSE"."LOAD" AS known WHERE known.load_id = tgt."LOAD_ID")
    GROUP BY tgt."LOAD_ID"
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;
