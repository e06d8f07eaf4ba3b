-- warehouse-sdk: verify business.bridge_weighted

-- member-links: tag_key does not meet exactly one row of business.dim_tag
WITH broken AS MATERIALIZED (
    SELECT 'sku = ' || coalesce(CAST(fact.sku AS text), 'NULL') AS member,
           CAST(fact.tag_key AS text) AS keys,
           'tag_key meets ' || CAST(coalesce(met.times, 0) AS text) || ' rows of business.dim_tag' AS detail
    FROM business.bridge_weighted AS fact
    LEFT JOIN (
        SELECT tgt.tag_key AS surrogate_key,
               count(*) AS times
        FROM business.dim_tag AS tgt
        GROUP BY tgt.tag_key
    ) AS met ON met.surrogate_key = fact.tag_key
    WHERE fact.tag_key IS NOT NULL
      AND coalesce(met.times, 0) <> 1
)
SELECT 'business.bridge_weighted' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM broken
ORDER BY broken.member COLLATE "C", broken.keys COLLATE "C", broken.detail COLLATE "C"
LIMIT 100;

-- weights: the weights of groups do not sum to 1
WITH broken AS MATERIALIZED (
    SELECT 'sku = ' || coalesce(CAST(tgt.sku AS text), 'NULL') AS member,
           string_agg(CAST(tgt.tag_key AS text), ', ' ORDER BY tgt.tag_key) AS keys,
           'they sum to ' || CAST(sum(tgt.share) AS text) AS detail
    FROM business.bridge_weighted AS tgt
    GROUP BY tgt.sku
    HAVING sum(tgt.share) IS DISTINCT FROM 1
)
SELECT 'business.bridge_weighted' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM broken
ORDER BY broken.member COLLATE "C", broken.keys COLLATE "C", broken.detail COLLATE "C"
LIMIT 100;

-- grain: several rows have one grain
WITH broken AS MATERIALIZED (
    SELECT 'sku = ' || coalesce(CAST(tgt.sku AS text), 'NULL') || ', ' || 'tag_key = ' || coalesce(CAST(tgt.tag_key AS text), 'NULL') AS member,
           '' AS keys,
           CAST(count(*) AS text) || ' rows' AS detail
    FROM business.bridge_weighted AS tgt
    GROUP BY tgt.sku,
             tgt.tag_key
    HAVING count(*) > 1
)
SELECT 'business.bridge_weighted' AS table_name,
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
    FROM business.bridge_weighted AS tgt
    WHERE NOT EXISTS (SELECT 1 FROM warehouse.load AS known WHERE known.load_id = tgt.load_id)
    GROUP BY tgt.load_id
)
SELECT 'business.bridge_weighted' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM broken
ORDER BY broken.member COLLATE "C", broken.keys COLLATE "C", broken.detail COLLATE "C"
LIMIT 100;
