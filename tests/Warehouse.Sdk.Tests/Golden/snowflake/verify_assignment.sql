-- warehouse-sdk: verify business.dim_usage_assignment

-- intervals: versions are empty or end before they begin
SELECT 'business.dim_usage_assignment' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT version.member,
           CAST(version.surrogate_key AS VARCHAR) AS keys,
           'version ' || CAST(version.version_number AS VARCHAR) || CASE WHEN version.ends_at = version.begins_at THEN ' ends where it begins' ELSE ' ends before it begins' END AS detail
    FROM (
        SELECT 'subscriber_id = ' || coalesce(CAST(tgt."SUBSCRIBER_ID" AS VARCHAR), 'NULL') AS member,
               tgt."USAGE_ASSIGNMENT_KEY" AS surrogate_key,
               tgt."VERSION" AS version_number,
               tgt."VALID_FROM" AS begins_at,
               tgt."VALID_TO" AS ends_at,
               tgt."IS_CURRENT" AS is_current_version,
               row_number() OVER (PARTITION BY tgt."SUBSCRIBER_ID" ORDER BY tgt."VALID_FROM", tgt."VERSION") AS place,
               lead(tgt."USAGE_ASSIGNMENT_KEY") OVER (PARTITION BY tgt."SUBSCRIBER_ID" ORDER BY tgt."VALID_FROM", tgt."VERSION") AS next_key,
               lead(tgt."VERSION") OVER (PARTITION BY tgt."SUBSCRIBER_ID" ORDER BY tgt."VALID_FROM", tgt."VERSION") AS next_version_number,
               lead(tgt."VALID_FROM") OVER (PARTITION BY tgt."SUBSCRIBER_ID" ORDER BY tgt."VALID_FROM", tgt."VERSION") AS next_begins_at
        FROM "BUSINESS"."DIM_USAGE_ASSIGNMENT" AS tgt
        WHERE tgt."USAGE_ASSIGNMENT_KEY" > 0
    ) AS version
    WHERE version.ends_at <= version.begins_at
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;

-- overlaps: versions of one member overlap
SELECT 'business.dim_usage_assignment' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT version.member,
           CAST(version.surrogate_key AS VARCHAR) || ', ' || CAST(version.next_key AS VARCHAR) AS keys,
           'version ' || CAST(version.version_number AS VARCHAR) || ' still holds where version ' || CAST(version.next_version_number AS VARCHAR) || ' begins' AS detail
    FROM (
        SELECT 'subscriber_id = ' || coalesce(CAST(tgt."SUBSCRIBER_ID" AS VARCHAR), 'NULL') AS member,
               tgt."USAGE_ASSIGNMENT_KEY" AS surrogate_key,
               tgt."VERSION" AS version_number,
               tgt."VALID_FROM" AS begins_at,
               tgt."VALID_TO" AS ends_at,
               tgt."IS_CURRENT" AS is_current_version,
               row_number() OVER (PARTITION BY tgt."SUBSCRIBER_ID" ORDER BY tgt."VALID_FROM", tgt."VERSION") AS place,
               lead(tgt."USAGE_ASSIGNMENT_KEY") OVER (PARTITION BY tgt."SUBSCRIBER_ID" ORDER BY tgt."VALID_FROM", tgt."VERSION") AS next_key,
               lead(tgt."VERSION") OVER (PARTITION BY tgt."SUBSCRIBER_ID" ORDER BY tgt."VALID_FROM", tgt."VERSION") AS next_version_number,
               lead(tgt."VALID_FROM") OVER (PARTITION BY tgt."SUBSCRIBER_ID" ORDER BY tgt."VALID_FROM", tgt."VERSION") AS next_begins_at
        FROM "BUSINESS"."DIM_USAGE_ASSIGNMENT" AS tgt
        WHERE tgt."USAGE_ASSIGNMENT_KEY" > 0
    ) AS version
    WHERE version.next_begins_at < version.ends_at
       OR (version.next_begins_at IS NOT NULL AND version.ends_at IS NULL)
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;

-- current-versions: versions are current without being open, or open without being current
SELECT 'business.dim_usage_assignment' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT version.member,
           CAST(version.surrogate_key AS VARCHAR) AS keys,
           'version ' || CAST(version.version_number AS VARCHAR) || CASE WHEN version.is_current_version THEN ' is current and has an end' ELSE ' is open and not current' END AS detail
    FROM (
        SELECT 'subscriber_id = ' || coalesce(CAST(tgt."SUBSCRIBER_ID" AS VARCHAR), 'NULL') AS member,
               tgt."USAGE_ASSIGNMENT_KEY" AS surrogate_key,
               tgt."VERSION" AS version_number,
               tgt."VALID_FROM" AS begins_at,
               tgt."VALID_TO" AS ends_at,
               tgt."IS_CURRENT" AS is_current_version,
               row_number() OVER (PARTITION BY tgt."SUBSCRIBER_ID" ORDER BY tgt."VALID_FROM", tgt."VERSION") AS place,
               lead(tgt."USAGE_ASSIGNMENT_KEY") OVER (PARTITION BY tgt."SUBSCRIBER_ID" ORDER BY tgt."VALID_FROM", tgt."VERSION") AS next_key,
               lead(tgt."VERSION") OVER (PARTITION BY tgt."SUBSCRIBER_ID" ORDER BY tgt."VALID_FROM", tgt."VERSION") AS next_version_number,
               lead(tgt."VALID_FROM") OVER (PARTITION BY tgt."SUBSCRIBER_ID" ORDER BY tgt."VALID_FROM", tgt."VERSION") AS next_begins_at
        FROM "BUSINESS"."DIM_USAGE_ASSIGNMENT" AS tgt
        WHERE tgt."USAGE_ASSIGNMENT_KEY" > 0
    ) AS version
    WHERE version.is_current_version <> (version.ends_at IS NULL)
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;

-- single-current-version: members have more than one current version
SELECT 'business.dim_usage_assignment' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT 'subscriber_id = ' || coalesce(CAST(tgt."SUBSCRIBER_ID" AS VARCHAR), 'NULL') AS member,
           listagg(CAST(tgt."USAGE_ASSIGNMENT_KEY" AS VARCHAR), ', ') WITHIN GROUP (ORDER BY tgt."USAGE_ASSIGNMENT_KEY") AS keys,
           CAST(count(*) AS VARCHAR) || ' versions are current' AS detail
    FROM "BUSINESS"."DIM_USAGE_ASSIGNMENT" AS tgt
    WHERE tgt."USAGE_ASSIGNMENT_KEY" > 0
      AND tgt."IS_CURRENT"
    GROUP BY tgt."SUBSCRIBER_ID"
    HAVING count(*) > 1
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;

-- repeated-versions: versions say the same as the version before them, without a gap between
SELECT 'business.dim_usage_assignment' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT version.member,
           CAST(version.surrogate_key AS VARCHAR) || ', ' || CAST(version.next_key AS VARCHAR) AS keys,
           'version ' || CAST(version.next_version_number AS VARCHAR) || ' says the same as version ' || CAST(version.version_number AS VARCHAR) AS detail
    FROM (
        SELECT 'subscriber_id = ' || coalesce(CAST(tgt."SUBSCRIBER_ID" AS VARCHAR), 'NULL') AS member,
               tgt."USAGE_ASSIGNMENT_KEY" AS surrogate_key,
               tgt."VERSION" AS version_number,
               tgt."VALID_TO" AS ends_at,
               lead(tgt."USAGE_ASSIGNMENT_KEY") OVER (PARTITION BY tgt."SUBSCRIBER_ID" ORDER BY tgt."VALID_FROM", tgt."VERSION") AS next_key,
               lead(tgt."VERSION") OVER (PARTITION BY tgt."SUBSCRIBER_ID" ORDER BY tgt."VALID_FROM", tgt."VERSION") AS next_version_number,
               lead(tgt."VALID_FROM") OVER (PARTITION BY tgt."SUBSCRIBER_ID" ORDER BY tgt."VALID_FROM", tgt."VERSION") AS next_begins_at,
               tgt."USAGE_KEY" IS NOT DISTINCT FROM lead(tgt."USAGE_KEY") OVER (PARTITION BY tgt."SUBSCRIBER_ID" ORDER BY tgt."VALID_FROM", tgt."VERSION") AS says_the_same
        FROM "BUSINESS"."DIM_USAGE_ASSIGNMENT" AS tgt
        WHERE tgt."USAGE_ASSIGNMENT_KEY" > 0
    ) AS version
    WHERE version.ends_at = version.next_begins_at
      AND version.says_the_same
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;

-- version-numbers: versions are not numbered 1, 2, 3 ... in the order of their validity
SELECT 'business.dim_usage_assignment' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT version.member,
           CAST(version.surrogate_key AS VARCHAR) AS keys,
           'version ' || CAST(version.version_number AS VARCHAR) || ' stands in place ' || CAST(version.place AS VARCHAR) AS detail
    FROM (
        SELECT 'subscriber_id = ' || coalesce(CAST(tgt."SUBSCRIBER_ID" AS VARCHAR), 'NULL') AS member,
               tgt."USAGE_ASSIGNMENT_KEY" AS surrogate_key,
               tgt."VERSION" AS version_number,
               tgt."VALID_FROM" AS begins_at,
               tgt."VALID_TO" AS ends_at,
               tgt."IS_CURRENT" AS is_current_version,
               row_number() OVER (PARTITION BY tgt."SUBSCRIBER_ID" ORDER BY tgt."VALID_FROM", tgt."VERSION") AS place,
               lead(tgt."USAGE_ASSIGNMENT_KEY") OVER (PARTITION BY tgt."SUBSCRIBER_ID" ORDER BY tgt."VALID_FROM", tgt."VERSION") AS next_key,
               lead(tgt."VERSION") OVER (PARTITION BY tgt."SUBSCRIBER_ID" ORDER BY tgt."VALID_FROM", tgt."VERSION") AS next_version_number,
               lead(tgt."VALID_FROM") OVER (PARTITION BY tgt."SUBSCRIBER_ID" ORDER BY tgt."VALID_FROM", tgt."VERSION") AS next_begins_at
        FROM "BUSINESS"."DIM_USAGE_ASSIGNMENT" AS tgt
        WHERE tgt."USAGE_ASSIGNMENT_KEY" > 0
    ) AS version
    WHERE version.version_number <> version.place
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;

-- natural-keys: members have no natural key
SELECT 'business.dim_usage_assignment' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT 'subscriber_id = ' || coalesce(CAST(tgt."SUBSCRIBER_ID" AS VARCHAR), 'NULL') AS member,
           CAST(tgt."USAGE_ASSIGNMENT_KEY" AS VARCHAR) AS keys,
           'NULL in the natural key' AS detail
    FROM "BUSINESS"."DIM_USAGE_ASSIGNMENT" AS tgt
    WHERE tgt."USAGE_ASSIGNMENT_KEY" > 0
      AND (tgt."SUBSCRIBER_ID" IS NULL)
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;

-- surrogate-keys: surrogate keys are given twice
SELECT 'business.dim_usage_assignment' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT listagg('subscriber_id = ' || coalesce(CAST(tgt."SUBSCRIBER_ID" AS VARCHAR), 'NULL'), '; ') WITHIN GROUP (ORDER BY 'subscriber_id = ' || coalesce(CAST(tgt."SUBSCRIBER_ID" AS VARCHAR), 'NULL')) AS member,
           CAST(tgt."USAGE_ASSIGNMENT_KEY" AS VARCHAR) AS keys,
           CAST(count(*) AS VARCHAR) || ' rows have it' AS detail
    FROM "BUSINESS"."DIM_USAGE_ASSIGNMENT" AS tgt
    GROUP BY tgt."USAGE_ASSIGNMENT_KEY"
    HAVING count(*) > 1
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;

-- surrogate-key-counter: surrogate keys are above the last one given, which will be given again
SELECT 'business.dim_usage_assignment' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT 'subscriber_id = ' || coalesce(CAST(tgt."SUBSCRIBER_ID" AS VARCHAR), 'NULL') AS member,
           CAST(tgt."USAGE_ASSIGNMENT_KEY" AS VARCHAR) AS keys,
           'the last key given is ' || coalesce(CAST(counter.last_key AS VARCHAR), 'not known') AS detail
    FROM "BUSINESS"."DIM_USAGE_ASSIGNMENT" AS tgt
    LEFT JOIN "WAREHOUSE"."SURROGATE_KEY" AS counter ON counter.target = 'business.dim_usage_assignment'
    WHERE tgt."USAGE_ASSIGNMENT_KEY" > coalesce(counter.last_key, 0)
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;

-- combination-links: usage_key does not meet exactly one row of business.dim_usage
SELECT 'business.dim_usage_assignment' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT 'subscriber_id = ' || coalesce(CAST(fact."SUBSCRIBER_ID" AS VARCHAR), 'NULL') AS member,
           CAST(fact."USAGE_KEY" AS VARCHAR) AS keys,
           'usage_key meets ' || CAST(coalesce(met.times, 0) AS VARCHAR) || ' rows of business.dim_usage' AS detail
    FROM "BUSINESS"."DIM_USAGE_ASSIGNMENT" AS fact
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

-- load-ids: rows name a load that the ledger does not have
SELECT 'business.dim_usage_assignment' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT 'load ' || CAST(tgt."LOAD_ID" AS VARCHAR) AS member,
           '' AS keys,
           CAST(count(*) AS VARCHAR) || ' rows' AS detail
    FROM "BUSINESS"."DIM_USAGE_ASSIGNMENT" AS tgt
    WHERE NOT EXISTS (SELECT 1 FROM "WAREHOUSE"."LOAD" AS known WHERE known.load_id = tgt."LOAD_ID")
      AND tgt."USAGE_ASSIGNMENT_KEY" > 0
    GROUP BY tgt."LOAD_ID"
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;
