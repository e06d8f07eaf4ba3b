-- warehouse-sdk: verify business.bridge_ownership

-- member-links: holder_key does not meet exactly one row of business.dim_holder
WITH broken AS MATERIALIZED (
    SELECT 'store_id = ' || coalesce(CAST(fact.store_id AS text), 'NULL') AS member,
           CAST(fact.holder_key AS text) AS keys,
           'holder_key meets ' || CAST(coalesce(met.times, 0) AS text) || ' rows of business.dim_holder' AS detail
    FROM business.bridge_ownership AS fact
    LEFT JOIN (
        SELECT tgt.holder_key AS surrogate_key,
               count(*) AS times
        FROM business.dim_holder AS tgt
        GROUP BY tgt.holder_key
    ) AS met ON met.surrogate_key = fact.holder_key
    WHERE fact.holder_key IS NOT NULL
      AND coalesce(met.times, 0) <> 1
)
SELECT 'business.bridge_ownership' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM broken
ORDER BY broken.member COLLATE "C", broken.keys COLLATE "C", broken.detail COLLATE "C"
LIMIT 100;

-- weights: the weights of groups do not sum to 1
WITH broken AS MATERIALIZED (
    SELECT 'store_id = ' || coalesce(CAST(tgt.store_id AS text), 'NULL') AS member,
           string_agg(CAST(tgt.holder_key AS text), ', ' ORDER BY tgt.holder_key) AS keys,
           'from ' || CAST(instant.changed_at AS text) || ' on they sum to ' || CAST(sum(tgt.weight) AS text) AS detail
    FROM (
        SELECT one.store_id, one.valid_from AS changed_at FROM business.bridge_ownership AS one
        UNION
        SELECT one.store_id, one.valid_to FROM business.bridge_ownership AS one WHERE one.valid_to IS DISTINCT FROM NULL
    ) AS instant
    JOIN business.bridge_ownership AS tgt ON tgt.store_id = instant.store_id
     AND tgt.valid_from <= instant.changed_at
     AND (tgt.valid_to IS NULL OR tgt.valid_to > instant.changed_at)
    GROUP BY tgt.store_id, instant.changed_at
    HAVING sum(tgt.weight) IS DISTINCT FROM 1
)
SELECT 'business.bridge_ownership' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM broken
ORDER BY broken.member COLLATE "C", broken.keys COLLATE "C", broken.detail COLLATE "C"
LIMIT 100;

-- grain: several rows have one grain
WITH broken AS MATERIALIZED (
    SELECT 'store_id = ' || coalesce(CAST(tgt.store_id AS text), 'NULL') || ', ' || 'holder_key = ' || coalesce(CAST(tgt.holder_key AS text), 'NULL') || ', ' || 'valid_from = ' || coalesce(CAST(tgt.valid_from AS text), 'NULL') AS member,
           '' AS keys,
           CAST(count(*) AS text) || ' rows' AS detail
    FROM business.bridge_ownership AS tgt
    GROUP BY tgt.store_id,
             tgt.holder_key,
             tgt.valid_from
    HAVING count(*) > 1
)
SELECT 'business.bridge_ownership' AS table_name,
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
    FROM business.bridge_ownership AS tgt
    WHERE NOT EXISTS (SELECT 1 FROM warehouse.load AS known WHERE known.load_id = tgt.load_id)
    GROUP BY tgt.load_id
)
SELECT 'business.bridge_ownership' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM broken
ORDER BY broken.member COLLATE "C", broken.keys COLLATE "C", broken.detail COLLATE "C"
LIMIT 100;
