-- warehouse-sdk: verify business.fact_sale

-- missing-keys: keys are NULL, where a default member would say why
WITH broken AS MATERIALIZED (
    SELECT 'sale_id = ' || coalesce(CAST(fact.sale_id AS text), 'NULL') AS member,
           '' AS keys,
           'NULL in ' || array_to_string(ARRAY[CASE WHEN fact.customer_key IS NULL THEN 'customer_key' END,
                                               CASE WHEN fact.customer_durable_key IS NULL THEN 'customer_durable_key' END,
                                               CASE WHEN fact.household_durable_key IS NULL THEN 'household_durable_key' END], ', ') AS detail
    FROM business.fact_sale AS fact
    WHERE fact.customer_key IS NULL OR fact.customer_durable_key IS NULL OR fact.household_durable_key IS NULL
)
SELECT 'business.fact_sale' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM broken
ORDER BY broken.member COLLATE "C", broken.keys COLLATE "C", broken.detail COLLATE "C"
LIMIT 100;

-- member-links: customer_key does not meet exactly one row of business.dim_customer
WITH broken AS MATERIALIZED (
    SELECT 'sale_id = ' || coalesce(CAST(fact.sale_id AS text), 'NULL') AS member,
           CAST(fact.customer_key AS text) AS keys,
           'customer_key meets ' || CAST(coalesce(met.times, 0) AS text) || ' rows of business.dim_customer' AS detail
    FROM business.fact_sale AS fact
    LEFT JOIN (
        SELECT tgt.customer_key AS surrogate_key,
               count(*) AS times
        FROM business.dim_customer AS tgt
        GROUP BY tgt.customer_key
    ) AS met ON met.surrogate_key = fact.customer_key
    WHERE fact.customer_key IS NOT NULL
      AND coalesce(met.times, 0) <> 1
)
SELECT 'business.fact_sale' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM broken
ORDER BY broken.member COLLATE "C", broken.keys COLLATE "C", broken.detail COLLATE "C"
LIMIT 100;

-- durable-links: customer_durable_key is of another member than customer_key
WITH broken AS MATERIALIZED (
    SELECT 'sale_id = ' || coalesce(CAST(fact.sale_id AS text), 'NULL') AS member,
           CAST(fact.customer_key AS text) || ', ' || CAST(fact.customer_durable_key AS text) AS keys,
           'customer_durable_key is of another member of business.dim_customer than customer_key' AS detail
    FROM business.fact_sale AS fact
    JOIN business.dim_customer AS tgt ON tgt.customer_key = fact.customer_key
    WHERE fact.customer_durable_key <> tgt.customer_durable_key
)
SELECT 'business.fact_sale' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM broken
ORDER BY broken.member COLLATE "C", broken.keys COLLATE "C", broken.detail COLLATE "C"
LIMIT 100;

-- version-links: customer_key meets a version of business.dim_customer that was not valid at sold_at
WITH broken AS MATERIALIZED (
    SELECT 'sale_id = ' || coalesce(CAST(fact.sale_id AS text), 'NULL') AS member,
           CAST(fact.customer_key AS text) AS keys,
           'customer_key meets version ' || CAST(version.version_number AS text) || ' of ' || version.member || ', which was not valid at its sold_at' AS detail
    FROM business.fact_sale AS fact
    JOIN (
        SELECT met.member,
               met.surrogate_key,
               met.version_number,
               met.met_from,
               lead(met.met_from) OVER (PARTITION BY met.key_1 ORDER BY met.met_from, met.version_number) AS met_until
        FROM (
            SELECT 'customer_id = ' || coalesce(CAST(tgt.customer_id AS text), 'NULL') AS member,
                   tgt.customer_id AS key_1,
                   tgt.customer_key AS surrogate_key,
                   tgt.version AS version_number,
                   CASE WHEN tgt.version = 1 THEN timestamp '-infinity' ELSE CAST(tgt.valid_from AS timestamp) END AS met_from
            FROM business.dim_customer AS tgt
            WHERE tgt.customer_key > 0
        ) AS met
    ) AS version ON version.surrogate_key = fact.customer_key
    WHERE fact.sold_at IS NULL
       OR CAST(fact.sold_at AS timestamp) < version.met_from
       OR CAST(fact.sold_at AS timestamp) >= version.met_until
)
SELECT 'business.fact_sale' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM broken
ORDER BY broken.member COLLATE "C", broken.keys COLLATE "C", broken.detail COLLATE "C"
LIMIT 100;

-- member-links: household_durable_key is no durable key of business.dim_customer
WITH broken AS MATERIALIZED (
    SELECT 'sale_id = ' || coalesce(CAST(fact.sale_id AS text), 'NULL') AS member,
           CAST(fact.household_durable_key AS text) AS keys,
           'household_durable_key meets no member of business.dim_customer' AS detail
    FROM business.fact_sale AS fact
    WHERE fact.household_durable_key IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM business.dim_customer AS tgt WHERE tgt.customer_durable_key = fact.household_durable_key)
)
SELECT 'business.fact_sale' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM broken
ORDER BY broken.member COLLATE "C", broken.keys COLLATE "C", broken.detail COLLATE "C"
LIMIT 100;

-- grain: several rows have one grain
WITH broken AS MATERIALIZED (
    SELECT 'sale_id = ' || coalesce(CAST(tgt.sale_id AS text), 'NULL') AS member,
           '' AS keys,
           CAST(count(*) AS text) || ' rows' AS detail
    FROM business.fact_sale AS tgt
    GROUP BY tgt.sale_id
    HAVING count(*) > 1
)
SELECT 'business.fact_sale' AS table_name,
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
    FROM business.fact_sale AS tgt
    WHERE NOT EXISTS (SELECT 1 FROM warehouse.load AS known WHERE known.load_id = tgt.load_id)
    GROUP BY tgt.load_id
)
SELECT 'business.fact_sale' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM broken
ORDER BY broken.member COLLATE "C", broken.keys COLLATE "C", broken.detail COLLATE "C"
LIMIT 100;
