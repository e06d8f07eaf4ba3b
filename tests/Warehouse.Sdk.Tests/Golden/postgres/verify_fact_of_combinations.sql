-- warehouse-sdk: verify business.fact_call

-- missing-keys: keys are NULL, where a default member would say why
WITH broken AS MATERIALIZED (
    SELECT 'call_id = ' || coalesce(CAST(fact.call_id AS text), 'NULL') AS member,
           '' AS keys,
           'NULL in ' || array_to_string(ARRAY[CASE WHEN fact.subscriber_key IS NULL THEN 'subscriber_key' END,
                                               CASE WHEN fact.usage_key IS NULL THEN 'usage_key' END,
                                               CASE WHEN fact.call_flags_key IS NULL THEN 'call_flags_key' END], ', ') AS detail
    FROM business.fact_call AS fact
    WHERE fact.subscriber_key IS NULL OR fact.usage_key IS NULL OR fact.call_flags_key IS NULL
)
SELECT 'business.fact_call' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM broken
ORDER BY broken.member COLLATE "C", broken.keys COLLATE "C", broken.detail COLLATE "C"
LIMIT 100;

-- member-links: subscriber_key does not meet exactly one row of business.dim_subscriber
WITH broken AS MATERIALIZED (
    SELECT 'call_id = ' || coalesce(CAST(fact.call_id AS text), 'NULL') AS member,
           CAST(fact.subscriber_key AS text) AS keys,
           'subscriber_key meets ' || CAST(coalesce(met.times, 0) AS text) || ' rows of business.dim_subscriber' AS detail
    FROM business.fact_call AS fact
    LEFT JOIN (
        SELECT tgt.subscriber_key AS surrogate_key,
               count(*) AS times
        FROM business.dim_subscriber AS tgt
        GROUP BY tgt.subscriber_key
    ) AS met ON met.surrogate_key = fact.subscriber_key
    WHERE fact.subscriber_key IS NOT NULL
      AND coalesce(met.times, 0) <> 1
)
SELECT 'business.fact_call' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM broken
ORDER BY broken.member COLLATE "C", broken.keys COLLATE "C", broken.detail COLLATE "C"
LIMIT 100;

-- version-links: subscriber_key meets a version of business.dim_subscriber that was not valid at called_at
WITH broken AS MATERIALIZED (
    SELECT 'call_id = ' || coalesce(CAST(fact.call_id AS text), 'NULL') AS member,
           CAST(fact.subscriber_key AS text) AS keys,
           'subscriber_key meets version ' || CAST(version.version_number AS text) || ' of ' || version.member || ', which was not valid at its called_at' AS detail
    FROM business.fact_call AS fact
    JOIN (
        SELECT met.member,
               met.surrogate_key,
               met.version_number,
               met.met_from,
               lead(met.met_from) OVER (PARTITION BY met.key_1 ORDER BY met.met_from, met.version_number) AS met_until
        FROM (
            SELECT 'subscriber_id = ' || coalesce(CAST(tgt.subscriber_id AS text), 'NULL') AS member,
                   tgt.subscriber_id AS key_1,
                   tgt.subscriber_key AS surrogate_key,
                   tgt.version AS version_number,
                   CASE WHEN tgt.version = 1 THEN timestamp '-infinity' ELSE CAST(tgt.valid_from AS timestamp) END AS met_from
            FROM business.dim_subscriber AS tgt
            WHERE tgt.subscriber_key > 0
        ) AS met
    ) AS version ON version.surrogate_key = fact.subscriber_key
    WHERE fact.called_at IS NULL
       OR CAST(fact.called_at AS timestamp) < version.met_from
       OR CAST(fact.called_at AS timestamp) >= version.met_until
)
SELECT 'business.fact_call' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM broken
ORDER BY broken.member COLLATE "C", broken.keys COLLATE "C", broken.detail COLLATE "C"
LIMIT 100;

-- combination-links: usage_key does not meet exactly one row of business.dim_usage
WITH broken AS MATERIALIZED (
    SELECT 'call_id = ' || coalesce(CAST(fact.call_id AS text), 'NULL') AS member,
           CAST(fact.usage_key AS text) AS keys,
           'usage_key meets ' || CAST(coalesce(met.times, 0) AS text) || ' rows of business.dim_usage' AS detail
    FROM business.fact_call AS fact
    LEFT JOIN (
        SELECT tgt.usage_key AS surrogate_key,
               count(*) AS times
        FROM business.dim_usage AS tgt
        GROUP BY tgt.usage_key
    ) AS met ON met.surrogate_key = fact.usage_key
    WHERE fact.usage_key IS NOT NULL
      AND coalesce(met.times, 0) <> 1
)
SELECT 'business.fact_call' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM broken
ORDER BY broken.member COLLATE "C", broken.keys COLLATE "C", broken.detail COLLATE "C"
LIMIT 100;

-- combinations-then: usage_key is not the combination that the member had at called_at
WITH broken AS MATERIALIZED (
    SELECT 'call_id = ' || coalesce(CAST(fact.call_id AS text), 'NULL') AS member,
           CAST(fact.usage_key AS text) AS keys,
           'at its called_at the combination was ' || CAST(coalesce(history.combination_key, -1) AS text) AS detail
    FROM business.fact_call AS fact
    JOIN business.dim_subscriber AS version ON version.subscriber_key = fact.subscriber_key
    LEFT JOIN (
        SELECT tgt.subscriber_id,
               tgt.usage_key AS combination_key,
               CASE WHEN tgt.version = 1 THEN timestamp '-infinity' ELSE CAST(tgt.valid_from AS timestamp) END AS met_from,
               coalesce(CAST(lead(tgt.valid_from) OVER (PARTITION BY tgt.subscriber_id ORDER BY tgt.version) AS timestamp), timestamp 'infinity') AS met_until
        FROM business.dim_usage_assignment AS tgt
    ) AS history ON history.subscriber_id = version.subscriber_id
        AND CAST(fact.called_at AS timestamp) >= history.met_from
        AND CAST(fact.called_at AS timestamp) < history.met_until
    WHERE fact.usage_key IS DISTINCT FROM coalesce(history.combination_key, -1)
)
SELECT 'business.fact_call' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM broken
ORDER BY broken.member COLLATE "C", broken.keys COLLATE "C", broken.detail COLLATE "C"
LIMIT 100;

-- combination-links: call_flags_key does not meet exactly one row of business.dim_call_flags
WITH broken AS MATERIALIZED (
    SELECT 'call_id = ' || coalesce(CAST(fact.call_id AS text), 'NULL') AS member,
           CAST(fact.call_flags_key AS text) AS keys,
           'call_flags_key meets ' || CAST(coalesce(met.times, 0) AS text) || ' rows of business.dim_call_flags' AS detail
    FROM business.fact_call AS fact
    LEFT JOIN (
        SELECT tgt.call_flags_key AS surrogate_key,
               count(*) AS times
        FROM business.dim_call_flags AS tgt
        GROUP BY tgt.call_flags_key
    ) AS met ON met.surrogate_key = fact.call_flags_key
    WHERE fact.call_flags_key IS NOT NULL
      AND coalesce(met.times, 0) <> 1
)
SELECT 'business.fact_call' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM broken
ORDER BY broken.member COLLATE "C", broken.keys COLLATE "C", broken.detail COLLATE "C"
LIMIT 100;

-- grain: several rows have one grain
WITH broken AS MATERIALIZED (
    SELECT 'call_id = ' || coalesce(CAST(tgt.call_id AS text), 'NULL') AS member,
           '' AS keys,
           CAST(count(*) AS text) || ' rows' AS detail
    FROM business.fact_call AS tgt
    GROUP BY tgt.call_id
    HAVING count(*) > 1
)
SELECT 'business.fact_call' AS table_name,
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
    FROM business.fact_call AS tgt
    WHERE NOT EXISTS (SELECT 1 FROM warehouse.load AS known WHERE known.load_id = tgt.load_id)
    GROUP BY tgt.load_id
)
SELECT 'business.fact_call' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM broken
ORDER BY broken.member COLLATE "C", broken.keys COLLATE "C", broken.detail COLLATE "C"
LIMIT 100;
