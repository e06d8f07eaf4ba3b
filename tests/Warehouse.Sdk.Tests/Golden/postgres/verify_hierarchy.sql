-- warehouse-sdk: verify business.bridge_store

-- paths: pairs are not led to level by level
WITH broken AS MATERIALIZED (
    SELECT 'ancestor_store_id = ' || coalesce(CAST(pair.ancestor_store_id AS text), 'NULL') || ', ' || 'descendant_store_id = ' || coalesce(CAST(pair.descendant_store_id AS text), 'NULL') AS member,
           '' AS keys,
           'no way of ' || CAST(pair.depth AS text) || ' levels leads there' AS detail
    FROM business.bridge_store AS pair
    WHERE NOT (
        (pair.depth = 0 AND pair.ancestor_store_id = pair.descendant_store_id)
        OR EXISTS (
            SELECT 1
            FROM business.bridge_store AS above
            JOIN business.bridge_store AS below ON below.ancestor_store_id = above.descendant_store_id AND below.descendant_store_id = pair.descendant_store_id AND below.depth = 1
            WHERE above.ancestor_store_id = pair.ancestor_store_id
              AND above.depth = pair.depth - 1
        )
    )
)
SELECT 'business.bridge_store' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM broken
ORDER BY broken.member COLLATE "C", broken.keys COLLATE "C", broken.detail COLLATE "C"
LIMIT 100;

-- ends: the marks of top and bottom differ from the pairs
WITH broken AS MATERIALIZED (
    SELECT 'ancestor_store_id = ' || coalesce(CAST(pair.ancestor_store_id AS text), 'NULL') || ', ' || 'descendant_store_id = ' || coalesce(CAST(pair.descendant_store_id AS text), 'NULL') AS member,
           '' AS keys,
           'it is marked as top or bottom wrongly' AS detail
    FROM business.bridge_store AS pair
    WHERE pair.is_top = EXISTS (SELECT 1 FROM business.bridge_store AS other WHERE other.descendant_store_id = pair.ancestor_store_id AND other.depth = 1)
       OR pair.is_bottom = EXISTS (SELECT 1 FROM business.bridge_store AS other WHERE other.ancestor_store_id = pair.descendant_store_id AND other.depth = 1)
)
SELECT 'business.bridge_store' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM broken
ORDER BY broken.member COLLATE "C", broken.keys COLLATE "C", broken.detail COLLATE "C"
LIMIT 100;

-- missing-members: members of business.dim_store are not in the map
WITH broken AS MATERIALIZED (
    SELECT DISTINCT 'store_id = ' || coalesce(CAST(tgt.store_id AS text), 'NULL') AS member,
           '' AS keys,
           'it has no pair with itself' AS detail
    FROM business.dim_store AS tgt
    WHERE tgt.store_key > 0
      AND NOT EXISTS (SELECT 1 FROM business.bridge_store AS pair WHERE pair.ancestor_store_id = tgt.store_id AND pair.depth = 0)
)
SELECT 'business.bridge_store' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM broken
ORDER BY broken.member COLLATE "C", broken.keys COLLATE "C", broken.detail COLLATE "C"
LIMIT 100;

-- grain: several rows have one grain
WITH broken AS MATERIALIZED (
    SELECT 'ancestor_store_id = ' || coalesce(CAST(tgt.ancestor_store_id AS text), 'NULL') || ', ' || 'descendant_store_id = ' || coalesce(CAST(tgt.descendant_store_id AS text), 'NULL') AS member,
           '' AS keys,
           CAST(count(*) AS text) || ' rows' AS detail
    FROM business.bridge_store AS tgt
    GROUP BY tgt.ancestor_store_id,
             tgt.descendant_store_id
    HAVING count(*) > 1
)
SELECT 'business.bridge_store' AS table_name,
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
    FROM business.bridge_store AS tgt
    WHERE NOT EXISTS (SELECT 1 FROM warehouse.load AS known WHERE known.load_id = tgt.load_id)
    GROUP BY tgt.load_id
)
SELECT 'business.bridge_store' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM broken
ORDER BY broken.member COLLATE "C", broken.keys COLLATE "C", broken.detail COLLATE "C"
LIMIT 100;
