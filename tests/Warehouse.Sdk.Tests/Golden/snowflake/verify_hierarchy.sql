-- warehouse-sdk: verify business.bridge_store

-- paths: pairs are not led to level by level
SELECT 'business.bridge_store' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT 'ancestor_store_id = ' || coalesce(CAST(pair."ANCESTOR_STORE_ID" AS VARCHAR), 'NULL') || ', ' || 'descendant_store_id = ' || coalesce(CAST(pair."DESCENDANT_STORE_ID" AS VARCHAR), 'NULL') AS member,
           '' AS keys,
           'no way of ' || CAST(pair."DEPTH" AS VARCHAR) || ' levels leads there' AS detail
    FROM "BUSINESS"."BRIDGE_STORE" AS pair
    WHERE NOT (
        (pair."DEPTH" = 0 AND pair."ANCESTOR_STORE_ID" = pair."DESCENDANT_STORE_ID")
        OR EXISTS (
            SELECT 1
            FROM "BUSINESS"."BRIDGE_STORE" AS above
            JOIN "BUSINESS"."BRIDGE_STORE" AS below ON below."ANCESTOR_STORE_ID" = above."DESCENDANT_STORE_ID" AND below."DESCENDANT_STORE_ID" = pair."DESCENDANT_STORE_ID" AND below."DEPTH" = 1
            WHERE above."ANCESTOR_STORE_ID" = pair."ANCESTOR_STORE_ID"
              AND above."DEPTH" = pair."DEPTH" - 1
        )
    )
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;

-- ends: the marks of top and bottom differ from the pairs
SELECT 'business.bridge_store' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT 'ancestor_store_id = ' || coalesce(CAST(pair."ANCESTOR_STORE_ID" AS VARCHAR), 'NULL') || ', ' || 'descendant_store_id = ' || coalesce(CAST(pair."DESCENDANT_STORE_ID" AS VARCHAR), 'NULL') AS member,
           '' AS keys,
           'it is marked as top or bottom wrongly' AS detail
    FROM "BUSINESS"."BRIDGE_STORE" AS pair
    WHERE pair."IS_TOP" = EXISTS (SELECT 1 FROM "BUSINESS"."BRIDGE_STORE" AS other WHERE other."DESCENDANT_STORE_ID" = pair."ANCESTOR_STORE_ID" AND other."DEPTH" = 1)
       OR pair."IS_BOTTOM" = EXISTS (SELECT 1 FROM "BUSINESS"."BRIDGE_STORE" AS other WHERE other."ANCESTOR_STORE_ID" = pair."DESCENDANT_STORE_ID" AND other."DEPTH" = 1)
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;

-- missing-members: members of business.dim_store are not in the map
SELECT 'business.bridge_store' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT DISTINCT 'store_id = ' || coalesce(CAST(tgt."STORE_ID" AS VARCHAR), 'NULL') AS member,
           '' AS keys,
           'it has no pair with itself' AS detail
    FROM "BUSINESS"."DIM_STORE" AS tgt
    WHERE tgt."STORE_KEY" > 0
      AND NOT EXISTS (SELECT 1 FROM "BUSINESS"."BRIDGE_STORE" AS pair WHERE pair."ANCESTOR_STORE_ID" = tgt."STORE_ID" AND pair."DEPTH" = 0)
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;

-- grain: several rows have one grain
SELECT 'business.bridge_store' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT 'ancestor_store_id = ' || coalesce(CAST(tgt."ANCESTOR_STORE_ID" AS VARCHAR), 'NULL') || ', ' || 'descendant_store_id = ' || coalesce(CAST(tgt."DESCENDANT_STORE_ID" AS VARCHAR), 'NULL') AS member,
           '' AS keys,
           CAST(count(*) AS VARCHAR) || ' rows' AS detail
    FROM "BUSINESS"."BRIDGE_STORE" AS tgt
    GROUP BY tgt."ANCESTOR_STORE_ID",
             tgt."DESCENDANT_STORE_ID"
    HAVING count(*) > 1
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;

-- load-ids: rows name a load that the ledger does not have
SELECT 'business.bridge_store' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT 'load ' || CAST(tgt."LOAD_ID" AS VARCHAR) AS member,
           '' AS keys,
           CAST(count(*) AS VARCHAR) || ' rows' AS detail
    FROM "BUSINESS"."BRIDGE_STORE" AS tgt
    WHERE NOT EXISTS (SELECT 1 FROM "WAREHOUSE"."LOAD" AS known WHERE known.load_id = tgt."LOAD_ID")
    GROUP BY tgt."LOAD_ID"
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;
