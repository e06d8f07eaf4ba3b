-- warehouse-sdk: verify business.dim_usage

-- combinations: a combination stands there more than once
SELECT 'business.dim_usage' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT 'minutes_band = ' || coalesce(CAST(tgt."MINUTES_BAND" AS VARCHAR), 'NULL') || ', ' || 'is_prepaid = ' || coalesce(CAST(tgt."IS_PREPAID" AS VARCHAR), 'NULL') || ', ' || 'region = ' || coalesce(CAST(tgt."REGION" AS VARCHAR), 'NULL') || ', ' || 'level = ' || coalesce(CAST(tgt."LEVEL" AS VARCHAR), 'NULL') AS member,
           listagg(CAST(tgt."USAGE_KEY" AS VARCHAR), ', ') WITHIN GROUP (ORDER BY tgt."USAGE_KEY") AS keys,
           CAST(count(*) AS VARCHAR) || ' rows' AS detail
    FROM "BUSINESS"."DIM_USAGE" AS tgt
    WHERE tgt."USAGE_KEY" > 0
    GROUP BY tgt."MINUTES_BAND",
             tgt."IS_PREPAID",
             tgt."REGION",
             tgt."LEVEL"
    HAVING count(*) > 1
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;

-- surrogate-key-counter: surrogate keys are above the last one given, which will be given again
SELECT 'business.dim_usage' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT 'minutes_band = ' || coalesce(CAST(tgt."MINUTES_BAND" AS VARCHAR), 'NULL') || ', ' || 'is_prepaid = ' || coalesce(CAST(tgt."IS_PREPAID" AS VARCHAR), 'NULL') || ', ' || 'region = ' || coalesce(CAST(tgt."REGION" AS VARCHAR), 'NULL') || ', ' || 'level = ' || coalesce(CAST(tgt."LEVEL" AS VARCHAR), 'NULL') AS member,
           CAST(tgt."USAGE_KEY" AS VARCHAR) AS keys,
           'the last key given is ' || coalesce(CAST(counter.last_key AS VARCHAR), 'not known') AS detail
    FROM "BUSINESS"."DIM_USAGE" AS tgt
    LEFT JOIN "WAREHOUSE"."SURROGATE_KEY" AS counter ON counter.target = 'business.dim_usage'
    WHERE tgt."USAGE_KEY" > coalesce(counter.last_key, 0)
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;

-- default-members: default members are missing, changed or foreign
SELECT 'business.dim_usage' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT 'Unknown' AS member,
           '-1' AS keys,
           CASE WHEN stored.found IS NULL THEN 'is missing' ELSE 'was changed in ' || stored.changed END AS detail
    FROM (SELECT 1) AS expected
    LEFT JOIN (
        SELECT TRUE AS found,
               array_to_string(array_construct_compact(CASE WHEN tgt."MINUTES_BAND" IS DISTINCT FROM 'Unknown' THEN 'minutes_band' END,
                                                       CASE WHEN tgt."IS_PREPAID" IS DISTINCT FROM 'Unknown' THEN 'is_prepaid' END,
                                                       CASE WHEN tgt."REGION" IS DISTINCT FROM 'Unknown' THEN 'region' END,
                                                       CASE WHEN tgt."LEVEL" IS DISTINCT FROM NULL THEN 'level' END,
                                                       CASE WHEN tgt."LOAD_ID" IS DISTINCT FROM 0 THEN 'load_id' END), ', ') AS changed
        FROM "BUSINESS"."DIM_USAGE" AS tgt
        WHERE tgt."USAGE_KEY" = -1
    ) AS stored ON TRUE
    WHERE stored.found IS NULL
       OR stored.changed <> ''
    UNION ALL
    SELECT 'Not applicable' AS member,
           '-2' AS keys,
           CASE WHEN stored.found IS NULL THEN 'is missing' ELSE 'was changed in ' || stored.changed END AS detail
    FROM (SELECT 1) AS expected
    LEFT JOIN (
        SELECT TRUE AS found,
               array_to_string(array_construct_compact(CASE WHEN tgt."MINUTES_BAND" IS DISTINCT FROM 'Not applicable' THEN 'minutes_band' END,
                                                       CASE WHEN tgt."IS_PREPAID" IS DISTINCT FROM 'Not applicable' THEN 'is_prepaid' END,
                                                       CASE WHEN tgt."REGION" IS DISTINCT FROM 'Not applicable' THEN 'region' END,
                                                       CASE WHEN tgt."LEVEL" IS DISTINCT FROM NULL THEN 'level' END,
                                                       CASE WHEN tgt."LOAD_ID" IS DISTINCT FROM 0 THEN 'load_id' END), ', ') AS changed
        FROM "BUSINESS"."DIM_USAGE" AS tgt
        WHERE tgt."USAGE_KEY" = -2
    ) AS stored ON TRUE
    WHERE stored.found IS NULL
       OR stored.changed <> ''
    UNION ALL
    SELECT '' AS member,
           CAST(tgt."USAGE_KEY" AS VARCHAR) AS keys,
           'is no key of a member and none of a default member' AS detail
    FROM "BUSINESS"."DIM_USAGE" AS tgt
    WHERE tgt."USAGE_KEY" <= 0
      AND tgt."USAGE_KEY" NOT IN (-1, -2)
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;

-- grain: several rows have one grain
SELECT 'business.dim_usage' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT 'usage_key = ' || coalesce(CAST(tgt."USAGE_KEY" AS VARCHAR), 'NULL') AS member,
           '' AS keys,
           CAST(count(*) AS VARCHAR) || ' rows' AS detail
    FROM "BUSINESS"."DIM_USAGE" AS tgt
    GROUP BY tgt."USAGE_KEY"
    HAVING count(*) > 1
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;

-- load-ids: rows name a load that the ledger does not have
SELECT 'business.dim_usage' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT 'load ' || CAST(tgt."LOAD_ID" AS VARCHAR) AS member,
           '' AS keys,
           CAST(count(*) AS VARCHAR) || ' rows' AS detail
    FROM "BUSINESS"."DIM_USAGE" AS tgt
    WHERE NOT EXISTS (SELECT 1 FROM "WAREHOUSE"."LOAD" AS known WHERE known.load_id = tgt."LOAD_ID")
      AND tgt."USAGE_KEY" > 0
    GROUP BY tgt."LOAD_ID"
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;
