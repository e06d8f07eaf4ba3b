-- warehouse-sdk: verify business.fact_call

-- missing-keys: keys are NULL, where a default member would say why
SELECT 'business.fact_call' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT 'call_id = ' || coalesce(CAST(fact."CALL_ID" AS VARCHAR), 'NULL') AS member,
           '' AS keys,
           'NULL in ' || array_to_string(array_construct_compact(CASE WHEN fact."SUBSCRIBER_KEY" IS NULL THEN 'subscriber_key' END,
                                                                 CASE WHEN fact."USAGE_KEY" IS NULL THEN 'usage_key' END,
                                                                 CASE WHEN fact."CALL_FLAGS_KEY" IS NULL THEN 'call_flags_key' END), ', ') AS detail
    FROM "BUSINESS"."FACT_CALL" AS fact
    WHERE fact."SUBSCRIBER_KEY" IS NULL OR fact."USAGE_KEY" IS NULL OR fact."CALL_FLAGS_KEY" IS NULL
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;

-- member-links: subscriber_key does not meet exactly one row of business.dim_subscriber
SELECT 'business.fact_call' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT 'call_id = ' || coalesce(CAST(fact."CALL_ID" AS VARCHAR), 'NULL') AS member,
           CAST(fact."SUBSCRIBER_KEY" AS VARCHAR) AS keys,
           'subscriber_key meets ' || CAST(coalesce(met.times, 0) AS VARCHAR) || ' rows of business.dim_subscriber' AS detail
    FROM "BUSINESS"."FACT_CALL" AS fact
    LEFT JOIN (
        SELECT tgt."SUBSCRIBER_KEY" AS surrogate_key,
               count(*) AS times
        FROM "BUSINESS"."DIM_SUBSCRIBER" AS tgt
        GROUP BY tgt."SUBSCRIBER_KEY"
    ) AS met ON met.surrogate_key = fact."SUBSCRIBER_KEY"
    WHERE fact."SUBSCRIBER_KEY" IS NOT NULL
      AND coalesce(met.times, 0) <> 1
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;

-- version-links: subscriber_key meets a version of business.dim_subscriber that was not valid at called_at
SELECT 'business.fact_call' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT 'call_id = ' || coalesce(CAST(fact."CALL_ID" AS VARCHAR), 'NULL') AS member,
           CAST(fact."SUBSCRIBER_KEY" AS VARCHAR) AS keys,
           'subscriber_key meets version ' || CAST(version.version_number AS VARCHAR) || ' of ' || version.member || ', which was not valid at its called_at' AS detail
    FROM "BUSINESS"."FACT_CALL" AS fact
    JOIN (
        SELECT met.member,
               met.surrogate_key,
               met.version_number,
               met.met_from,
               lead(met.met_from) OVER (PARTITION BY met."KEY_1" ORDER BY met.met_from, met.version_number) AS met_until
        FROM (
            SELECT 'subscriber_id = ' || coalesce(CAST(tgt."SUBSCRIBER_ID" AS VARCHAR), 'NULL') AS member,
                   tgt."SUBSCRIBER_ID" AS "KEY_1",
                   tgt."SUBSCRIBER_KEY" AS surrogate_key,
                   tgt."VERSION" AS version_number,
                   CASE WHEN tgt."VERSION" = 1 THEN TIMESTAMP '0001-01-01' ELSE CAST(tgt."VALID_FROM" AS TIMESTAMP_NTZ(6)) END AS met_from
            FROM "BUSINESS"."DIM_SUBSCRIBER" AS tgt
            WHERE tgt."SUBSCRIBER_KEY" > 0
        ) AS met
    ) AS version ON version.surrogate_key = fact."SUBSCRIBER_KEY"
    WHERE fact."CALLED_AT" IS NULL
       OR CAST(fact."CALLED_AT" AS TIMESTAMP_NTZ(6)) < version.met_from
       OR CAST(fact."CALLED_AT" AS TIMESTAMP_NTZ(6)) >= version.met_until
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;

-- combination-links: usage_key does not meet exactly one row of business.dim_usage
SELECT 'business.fact_call' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT 'call_id = ' || coalesce(CAST(fact."CALL_ID" AS VARCHAR), 'NULL') AS member,
           CAST(fact."USAGE_KEY" AS VARCHAR) AS keys,
           'usage_key meets ' || CAST(coalesce(met.times, 0) AS VARCHAR) || ' rows of business.dim_usage' AS detail
    FROM "BUSINESS"."FACT_CALL" AS fact
    LEFT JOIN (
        SELECT tgt."USAGE_KEY" AS surrogate_key,
               count(*) AS times
        FROM "BUSINESS"."DIM_USAGE" AS tgt
        GROUP BY tgt."USAGE_KEY"
    ) AS met ON met.surrogate_key = fact."USAGE_KEY"
    WHERE fact."USAGE_KEY" IS NOT NULL
      AND coalesce(met.times, 0) <> 1
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;

-- combinations-then: usage_key is not the combination that the member had at called_at
SELECT 'business.fact_call' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT 'call_id = ' || coalesce(CAST(fact."CALL_ID" AS VARCHAR), 'NULL') AS member,
           CAST(fact."USAGE_KEY" AS VARCHAR) AS keys,
           'at its called_at the combination was ' || CAST(coalesce(history.combination_key, -1) AS VARCHAR) AS detail
    FROM "BUSINESS"."FACT_CALL" AS fact
    JOIN "BUSINESS"."DIM_SUBSCRIBER" AS version ON version."SUBSCRIBER_KEY" = fact."SUBSCRIBER_KEY"
    LEFT JOIN (
        SELECT tgt."SUBSCRIBER_ID",
               tgt."USAGE_KEY" AS combination_key,
               CASE WHEN tgt."VERSION" = 1 THEN TIMESTAMP '0001-01-01' ELSE CAST(tgt."VALID_FROM" AS TIMESTAMP_NTZ(6)) END AS met_from,
               coalesce(CAST(lead(tgt."VALID_FROM") OVER (PARTITION BY tgt."SUBSCRIBER_ID" ORDER BY tgt."VERSION") AS TIMESTAMP_NTZ(6)), TIMESTAMP '9999-12-31') AS met_until
        FROM "BUSINESS"."DIM_USAGE_ASSIGNMENT" AS tgt
    ) AS history ON history."SUBSCRIBER_ID" = version."SUBSCRIBER_ID"
        AND CAST(fact."CALLED_AT" AS TIMESTAMP_NTZ(6)) >= history.met_from
        AND CAST(fact."CALLED_AT" AS TIMESTAMP_NTZ(6)) < history.met_until
    WHERE fact."USAGE_KEY" IS DISTINCT FROM coalesce(history.combination_key, -1)
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;

-- combination-links: call_flags_key does not meet exactly one row of business.dim_call_flags
SELECT 'business.fact_call' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT 'call_id = ' || coalesce(CAST(fact."CALL_ID" AS VARCHAR), 'NULL') AS member,
           CAST(fact."CALL_FLAGS_KEY" AS VARCHAR) AS keys,
           'call_flags_key meets ' || CAST(coalesce(met.times, 0) AS VARCHAR) || ' rows of business.dim_call_flags' AS detail
    FROM "BUSINESS"."FACT_CALL" AS fact
    LEFT JOIN (
        SELECT tgt."CALL_FLAGS_KEY" AS surrogate_key,
               count(*) AS times
        FROM "BUSINESS"."DIM_CALL_FLAGS" AS tgt
        GROUP BY tgt."CALL_FLAGS_KEY"
    ) AS met ON met.surrogate_key = fact."CALL_FLAGS_KEY"
    WHERE fact."CALL_FLAGS_KEY" IS NOT NULL
      AND coalesce(met.times, 0) <> 1
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;

-- grain: several rows have one grain
SELECT 'business.fact_call' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT 'call_id = ' || coalesce(CAST(tgt."CALL_ID" AS VARCHAR), 'NULL') AS member,
           '' AS keys,
           CAST(count(*) AS VARCHAR) || ' rows' AS detail
    FROM "BUSINESS"."FACT_CALL" AS tgt
    GROUP BY tgt."CALL_ID"
    HAVING count(*) > 1
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;

-- load-ids: rows name a load that the ledger does not have
SELECT 'business.fact_call' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT 'load ' || CAST(tgt."LOAD_ID" AS VARCHAR) AS member,
           '' AS keys,
           CAST(count(*) AS VARCHAR) || ' rows' AS detail
    FROM "BUSINESS"."FACT_CALL" AS tgt
    WHERE NOT EXISTS (SELECT 1 FROM "WAREHOUSE"."LOAD" AS known WHERE known.load_id = tgt."LOAD_ID")
    GROUP BY tgt."LOAD_ID"
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;
