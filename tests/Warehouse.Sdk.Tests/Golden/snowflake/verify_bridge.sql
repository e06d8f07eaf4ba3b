-- warehouse-sdk: verify business.bridge_weighted

-- member-links: tag_key does not meet exactly one row of business.dim_tag
SELECT 'business.bridge_weighted' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT 'sku = ' || coalesce(CAST(fact."SKU" AS VARCHAR), 'NULL') AS member,
           CAST(fact."TAG_KEY" AS VARCHAR) AS keys,
           'tag_key meets ' || CAST(coalesce(met.times, 0) AS VARCHAR) || ' rows of business.dim_tag' AS detail
    FROM "BUSINESS"."BRIDGE_WEIGHTED" AS fact
    LEFT JOIN (
        SELECT tgt."TAG_KEY" AS surrogate_key,
               count(*) AS times
        FROM "BUSINESS"."DIM_TAG" AS tgt
        GROUP BY tgt."TAG_KEY"
    ) AS met ON met.surrogate_key = fact."TAG_KEY"
    WHERE fact."TAG_KEY" IS NOT NULL
      AND coalesce(met.times, 0) <> 1
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;

-- weights: the weights of groups do not sum to 1
SELECT 'business.bridge_weighted' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT 'sku = ' || coalesce(CAST(tgt."SKU" AS VARCHAR), 'NULL') AS member,
           listagg(CAST(tgt."TAG_KEY" AS VARCHAR), ', ') WITHIN GROUP (ORDER BY tgt."TAG_KEY") AS keys,
           'they sum to ' || CAST(sum(tgt."SHARE") AS VARCHAR) AS detail
    FROM "BUSINESS"."BRIDGE_WEIGHTED" AS tgt
    GROUP BY tgt."SKU"
    HAVING sum(tgt."SHARE") IS DISTINCT FROM 1
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;

-- grain: several rows have one grain
SELECT 'business.bridge_weighted' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT 'sku = ' || coalesce(CAST(tgt."SKU" AS VARCHAR), 'NULL') || ', ' || 'tag_key = ' || coalesce(CAST(tgt."TAG_KEY" AS VARCHAR), 'NULL') AS member,
           '' AS keys,
           CAST(count(*) AS VARCHAR) || ' rows' AS detail
    FROM "BUSINESS"."BRIDGE_WEIGHTED" AS tgt
    GROUP BY tgt."SKU",
             tgt."TAG_KEY"
    HAVING count(*) > 1
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;

-- load-ids: rows name a load that the ledger does not have
SELECT 'business.bridge_weighted' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT 'load ' || CAST(tgt."LOAD_ID" AS VARCHAR) AS member,
           '' AS keys,
           CAST(count(*) AS VARCHAR) || ' rows' AS detail
    FROM "BUSINESS"."BRIDGE_WEIGHTED" AS tgt
    WHERE NOT EXISTS (SELECT 1 FROM "WAREHOUSE"."LOAD" AS known WHERE known.load_id = tgt."LOAD_ID")
    GROUP BY tgt."LOAD_ID"
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;
