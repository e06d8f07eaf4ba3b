-- warehouse-sdk: verify business.fact_scoped

-- missing-keys: keys are NULL, where a default member would say why
WITH broken AS MATERIALIZED (
    SELECT 'order_id = ' || coalesce(CAST(fact.order_id AS text), 'NULL') AS member,
           '' AS keys,
           'NULL in ' || array_to_string(ARRAY[CASE WHEN fact.customer_key IS NULL THEN 'customer_key' END], ', ') AS detail
    FROM business.fact_scoped AS fact
    WHERE fact.customer_key IS NULL
)
SELECT 'business.fact_scoped' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM broken
ORDER BY broken.member COLLATE "C", broken.keys COLLATE "C", broken.detail COLLATE "C"
LIMIT 100;

-- member-links: customer_key does not meet exactly one row of business.dim_customer
WITH broken AS MATERIALIZED (
    SELECT 'order_id = ' || coalesce(CAST(fact.order_id AS text), 'NULL') AS member,
           CAST(fact.customer_key AS text) AS keys,
           'customer_key meets ' || CAST(coalesce(met.times, 0) AS text) || ' rows of business.dim_customer' AS detail
    FROM business.fact_scoped AS fact
    LEFT JOIN (
        SELECT tgt.customer_key AS surrogate_key,
               count(*) AS times
        FROM business.dim_customer AS tgt
        GROUP BY tgt.customer_key
    ) AS met ON met.surrogate_key = fact.customer_key
    WHERE fact.customer_key IS NOT NULL
      AND coalesce(met.times, 0) <> 1
)
SELECT 'business.fact_scoped' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM broken
ORDER BY broken.member COLLATE "C", broken.keys COLLATE "C", broken.detail COLLATE "C"
LIMIT 100;

-- version-links: customer_key meets a version of business.dim_customer that was not valid at ordered_at
WITH broken AS MATERIALIZED (
    SELECT 'order_id = ' || coalesce(CAST(fact.order_id AS text), 'NULL') AS member,
           CAST(fact.customer_key AS text) AS keys,
           'customer_key meets version ' || CAST(version.version_number AS text) || ' of ' || version.member || ', which was not valid at its ordered_at' AS detail
    FROM business.fact_scoped AS fact
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
    WHERE fact.ordered_at IS NULL
       OR CAST(fact.ordered_at AS timestamp) < version.met_from
       OR CAST(fact.ordered_at AS timestamp) >= version.met_until
)
SELECT 'business.fact_scoped' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM broken
ORDER BY broken.member COLLATE "C", broken.keys COLLATE "C", broken.detail COLLATE "C"
LIMIT 100;

-- watermark: the ledger's watermark is missing, unreadable or below what the table holds
WITH broken AS MATERIALIZED (
    SELECT held.watermark_name AS member,
           '' AS keys,
           CASE WHEN stored.value IS NULL THEN 'the ledger has no watermark'
                WHEN CASE WHEN stored.value ~ '^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}:\d{2}(\.\d+)?)?$' THEN CAST(stored.value AS timestamp without time zone) END IS NULL THEN 'the watermark cannot be read'
                ELSE 'the watermark is below the greatest value'
           END AS detail
    FROM (
        SELECT 'ordered_at (channel = ' || CAST(tgt.channel AS text) || ')' AS watermark_name, CAST(max(tgt.ordered_at) AS timestamp without time zone) AS greatest
        FROM business.fact_scoped AS tgt
        GROUP BY tgt.channel
    ) AS held
    LEFT JOIN warehouse.watermark AS stored ON stored.target = 'business.fact_scoped' AND stored.column_name = held.watermark_name
    WHERE held.greatest IS NOT NULL
      AND coalesce(CASE WHEN stored.value ~ '^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}:\d{2}(\.\d+)?)?$' THEN CAST(stored.value AS timestamp without time zone) END < held.greatest, TRUE)
)
SELECT 'business.fact_scoped' AS table_name,
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
    FROM business.fact_scoped AS tgt
    GROUP BY tgt.order_id
    HAVING count(*) > 1
)
SELECT 'business.fact_scoped' AS table_name,
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
    FROM business.fact_scoped AS tgt
    WHERE NOT EXISTS (SELECT 1 FROM warehouse.load AS known WHERE known.load_id = tgt.load_id)
    GROUP BY tgt.load_id
)
SELECT 'business.fact_scoped' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM broken
ORDER BY broken.member COLLATE "C", broken.keys COLLATE "C", broken.detail COLLATE "C"
LIMIT 100;
