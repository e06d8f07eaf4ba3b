-- warehouse-sdk: verify business.bridge_ownership

-- member-links: holder_key does not meet exactly one row of business.dim_holder
SELECT 'business.bridge_ownership' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT 'store_id = ' || coalesce(CAST(fact."STORE_ID" AS VARCHAR), 'NULL') AS member,
           CAST(fact."HOLDER_KEY" AS VARCHAR) AS keys,
           'holder_key meets ' || CAST(coalesce(met.times, 0) AS VARCHAR) || ' rows of business.dim_holder' AS detail
    FROM "BUSINESS"."BRIDGE_OWNERSHIP" AS fact
    LEFT JOIN (
        SELECT tgt."HOLDER_KEY" AS surrogate_key,
               count(*) AS times
        FROM "BUSINESS"."DIM_HOLDER" AS tgt
        GROUP BY tgt."HOLDER_KEY"
    ) AS met ON met.surrogate_key = fact."HOLDER_KEY"
    WHERE fact."HOLDER_KEY" IS NOT NULL
      AND coalesce(met.times, 0) <> 1
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;

-- weights: the weights of groups do not sum to 1
SELECT 'business.bridge_ownership' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT 'store_id = ' || coalesce(CAST(tgt."STORE_ID" AS VARCHAR), 'NULL') AS member,
           listagg(CAST(tgt."HOLDER_KEY" AS VARCHAR), ', ') WITHIN GROUP (ORDER BY tgt."HOLDER_KEY") AS keys,
           'from ' || CAST(instant.changed_at AS VARCHAR) || ' on they sum to ' || CAST(sum(tgt."WEIGHT") AS VARCHAR) AS detail
    FROM (
        SELECT one."STORE_ID", one."VALID_FROM" AS changed_at FROM "BUSINESS"."BRIDGE_OWNERSHIP" AS one
        UNION
        SELECT one."STORE_ID", one."VALID_TO" FROM "BUSINESS"."BRIDGE_OWNERSHIP" AS one WHERE one."VALID_TO" IS DISTINCT FROM NULL
    ) AS instant
    JOIN "BUSINESS"."BRIDGE_OWNERSHIP" AS tgt ON tgt."STORE_ID" = instant."STORE_ID"
     AND tgt."VALID_FROM" <= instant.changed_at
     AND (tgt."VALID_TO" IS NULL OR tgt."VALID_TO" > instant.changed_at)
    GROUP BY tgt."STORE_ID", instant.changed_at
    HAVING sum(tgt."WEIGHT") IS DISTINCT FROM 1
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;

-- grain: several rows have one grain
SELECT 'business.bridge_ownership' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT 'store_id = ' || coalesce(CAST(tgt."STORE_ID" AS VARCHAR), 'NULL') || ', ' || 'holder_key = ' || coalesce(CAST(tgt."HOLDER_KEY" AS VARCHAR), 'NULL') || ', ' || 'valid_from = ' || coalesce(CAST(tgt."VALID_FROM" AS VARCHAR), 'NULL') AS member,
           '' AS keys,
           CAST(count(*) AS VARCHAR) || ' rows' AS detail
    FROM "BUSINESS"."BRIDGE_OWNERSHIP" AS tgt
    GROUP BY tgt."STORE_ID",
             tgt."HOLDER_KEY",
             tgt."VALID_FROM"
    HAVING count(*) > 1
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;

-- load-ids: rows name a load that the ledger does not have
SELECT 'business.bridge_ownership' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT 'load ' || CAST(tgt."LOAD_ID" AS VARCHAR) AS member,
           '' AS keys,
           CAST(count(*) AS VARCHAR) || ' rows' AS detail
    FROM "BUSINESS"."BRIDGE_OWNERSHIP" AS tgt
    WHERE NOT EXISTS (SELECT 1 FROM "WAREHOUSE"."LOAD" AS known WHERE known.load_id = tgt."LOAD_ID")
    GROUP BY tgt."LOAD_ID"
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;
