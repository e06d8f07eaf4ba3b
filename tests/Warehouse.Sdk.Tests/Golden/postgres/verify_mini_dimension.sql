-- warehouse-sdk: verify business.dim_usage

-- combinations: a combination stands there more than once
WITH broken AS MATERIALIZED (
    SELECT 'minutes_band = ' || coalesce(CAST(tgt.minutes_band AS text), 'NULL') || ', ' || 'is_prepaid = ' || coalesce(CAST(tgt.is_prepaid AS text), 'NULL') || ', ' || 'region = ' || coalesce(CAST(tgt.region AS text), 'NULL') || ', ' || 'level = ' || coalesce(CAST(tgt.level AS text), 'NULL') AS member,
           string_agg(CAST(tgt.usage_key AS text), ', ' ORDER BY tgt.usage_key) AS keys,
           CAST(count(*) AS text) || ' rows' AS detail
    FROM business.dim_usage AS tgt
    WHERE tgt.usage_key > 0
    GROUP BY tgt.minutes_band,
             tgt.is_prepaid,
             tgt.region,
             tgt.level
    HAVING count(*) > 1
)
SELECT 'business.dim_usage' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM broken
ORDER BY broken.member COLLATE "C", broken.keys COLLATE "C", broken.detail COLLATE "C"
LIMIT 100;

-- surrogate-key-counter: surrogate keys are above the last one given, which will be given again
WITH broken AS MATERIALIZED (
    SELECT 'minutes_band = ' || coalesce(CAST(tgt.minutes_band AS text), 'NULL') || ', ' || 'is_prepaid = ' || coalesce(CAST(tgt.is_prepaid AS text), 'NULL') || ', ' || 'region = ' || coalesce(CAST(tgt.region AS text), 'NULL') || ', ' || 'level = ' || coalesce(CAST(tgt.level AS text), 'NULL') AS member,
           CAST(tgt.usage_key AS text) AS keys,
           'the last key given is ' || coalesce(CAST(counter.last_key AS text), 'not known') AS detail
    FROM business.dim_usage AS tgt
    LEFT JOIN warehouse.surrogate_key AS counter ON counter.target = 'business.dim_usage'
    WHERE tgt.usage_key > coalesce(counter.last_key, 0)
)
SELECT 'business.dim_usage' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM broken
ORDER BY broken.member COLLATE "C", broken.keys COLLATE "C", broken.detail COLLATE "C"
LIMIT 100;

-- default-members: default members are missing, changed or foreign
WITH broken AS MATERIALIZED (
    SELECT 'Unknown' AS member,
           '-1' AS keys,
           CASE WHEN stored.found IS NULL THEN 'is missing' ELSE 'was changed in ' || stored.changed END AS detail
    FROM (SELECT 1) AS expected
    LEFT JOIN (
        SELECT TRUE AS found,
               array_to_string(ARRAY[CASE WHEN tgt.minutes_band IS DISTINCT FROM 'Unknown' THEN 'minutes_band' END,
                                     CASE WHEN tgt.is_prepaid IS DISTINCT FROM 'Unknown' THEN 'is_prepaid' END,
                                     CASE WHEN tgt.region IS DISTINCT FROM 'Unknown' THEN 'region' END,
                                     CASE WHEN tgt.level IS DISTINCT FROM NULL THEN 'level' END,
                                     CASE WHEN tgt.load_id IS DISTINCT FROM 0 THEN 'load_id' END], ', ') AS changed
        FROM business.dim_usage AS tgt
        WHERE tgt.usage_key = -1
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
               array_to_string(ARRAY[CASE WHEN tgt.minutes_band IS DISTINCT FROM 'Not applicable' THEN 'minutes_band' END,
                                     CASE WHEN tgt.is_prepaid IS DISTINCT FROM 'Not applicable' THEN 'is_prepaid' END,
                                     CASE WHEN tgt.region IS DISTINCT FROM 'Not applicable' THEN 'region' END,
                                     CASE WHEN tgt.level IS DISTINCT FROM NULL THEN 'level' END,
                                     CASE WHEN tgt.load_id IS DISTINCT FROM 0 THEN 'load_id' END], ', ') AS changed
        FROM business.dim_usage AS tgt
        WHERE tgt.usage_key = -2
    ) AS stored ON TRUE
    WHERE stored.found IS NULL
       OR stored.changed <> ''
    UNION ALL
    SELECT '' AS member,
           CAST(tgt.usage_key AS text) AS keys,
           'is no key of a member and none of a default member' AS detail
    FROM business.dim_usage AS tgt
    WHERE tgt.usage_key <= 0
      AND tgt.usage_key NOT IN (-1, -2)
)
SELECT 'business.dim_usage' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM broken
ORDER BY broken.member COLLATE "C", broken.keys COLLATE "C", broken.detail COLLATE "C"
LIMIT 100;

-- grain: several rows have one grain
WITH broken AS MATERIALIZED (
    SELECT 'usage_key = ' || coalesce(CAST(tgt.usage_key AS text), 'NULL') AS member,
           '' AS keys,
           CAST(count(*) AS text) || ' rows' AS detail
    FROM business.dim_usage AS tgt
    GROUP BY tgt.usage_key
    HAVING count(*) > 1
)
SELECT 'business.dim_usage' AS table_name,
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
    FROM business.dim_usage AS tgt
    WHERE NOT EXISTS (SELECT 1 FROM warehouse.load AS known WHERE known.load_id = tgt.load_id)
      AND tgt.usage_key > 0
    GROUP BY tgt.load_id
)
SELECT 'business.dim_usage' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM broken
ORDER BY broken.member COLLATE "C", broken.keys COLLATE "C", broken.detail COLLATE "C"
LIMIT 100;
