-- warehouse-sdk: verify business.dim_usage_assignment

-- intervals: versions are empty or end before they begin
WITH broken AS MATERIALIZED (
    SELECT version.member,
           CAST(version.surrogate_key AS text) AS keys,
           'version ' || CAST(version.version_number AS text) || CASE WHEN version.ends_at = version.begins_at THEN ' ends where it begins' ELSE ' ends before it begins' END AS detail
    FROM (
        SELECT 'subscriber_id = ' || coalesce(CAST(tgt.subscriber_id AS text), 'NULL') AS member,
               tgt.usage_assignment_key AS surrogate_key,
               tgt.version AS version_number,
               tgt.valid_from AS begins_at,
               tgt.valid_to AS ends_at,
               tgt.is_current AS is_current_version,
               row_number() OVER (PARTITION BY tgt.subscriber_id ORDER BY tgt.valid_from, tgt.version) AS place,
               lead(tgt.usage_assignment_key) OVER (PARTITION BY tgt.subscriber_id ORDER BY tgt.valid_from, tgt.version) AS next_key,
               lead(tgt.version) OVER (PARTITION BY tgt.subscriber_id ORDER BY tgt.valid_from, tgt.version) AS next_version_number,
               lead(tgt.valid_from) OVER (PARTITION BY tgt.subscriber_id ORDER BY tgt.valid_from, tgt.version) AS next_begins_at
        FROM business.dim_usage_assignment AS tgt
        WHERE tgt.usage_assignment_key > 0
    ) AS version
    WHERE version.ends_at <= version.begins_at
)
SELECT 'business.dim_usage_assignment' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM broken
ORDER BY broken.member COLLATE "C", broken.keys COLLATE "C", broken.detail COLLATE "C"
LIMIT 100;

-- overlaps: versions of one member overlap
WITH broken AS MATERIALIZED (
    SELECT version.member,
           CAST(version.surrogate_key AS text) || ', ' || CAST(version.next_key AS text) AS keys,
           'version ' || CAST(version.version_number AS text) || ' still holds where version ' || CAST(version.next_version_number AS text) || ' begins' AS detail
    FROM (
        SELECT 'subscriber_id = ' || coalesce(CAST(tgt.subscriber_id AS text), 'NULL') AS member,
               tgt.usage_assignment_key AS surrogate_key,
               tgt.version AS version_number,
               tgt.valid_from AS begins_at,
               tgt.valid_to AS ends_at,
               tgt.is_current AS is_current_version,
               row_number() OVER (PARTITION BY tgt.subscriber_id ORDER BY tgt.valid_from, tgt.version) AS place,
               lead(tgt.usage_assignment_key) OVER (PARTITION BY tgt.subscriber_id ORDER BY tgt.valid_from, tgt.version) AS next_key,
               lead(tgt.version) OVER (PARTITION BY tgt.subscriber_id ORDER BY tgt.valid_from, tgt.version) AS next_version_number,
               lead(tgt.valid_from) OVER (PARTITION BY tgt.subscriber_id ORDER BY tgt.valid_from, tgt.version) AS next_begins_at
        FROM business.dim_usage_assignment AS tgt
        WHERE tgt.usage_assignment_key > 0
    ) AS version
    WHERE version.next_begins_at < version.ends_at
       OR (version.next_begins_at IS NOT NULL AND version.ends_at IS NULL)
)
SELECT 'business.dim_usage_assignment' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM broken
ORDER BY broken.member COLLATE "C", broken.keys COLLATE "C", broken.detail COLLATE "C"
LIMIT 100;

-- current-versions: versions are current without being open, or open without being current
WITH broken AS MATERIALIZED (
    SELECT version.member,
           CAST(version.surrogate_key AS text) AS keys,
           'version ' || CAST(version.version_number AS text) || CASE WHEN version.is_current_version THEN ' is current and has an end' ELSE ' is open and not current' END AS detail
    FROM (
        SELECT 'subscriber_id = ' || coalesce(CAST(tgt.subscriber_id AS text), 'NULL') AS member,
               tgt.usage_assignment_key AS surrogate_key,
               tgt.version AS version_number,
               tgt.valid_from AS begins_at,
               tgt.valid_to AS ends_at,
               tgt.is_current AS is_current_version,
               row_number() OVER (PARTITION BY tgt.subscriber_id ORDER BY tgt.valid_from, tgt.version) AS place,
               lead(tgt.usage_assignment_key) OVER (PARTITION BY tgt.subscriber_id ORDER BY tgt.valid_from, tgt.version) AS next_key,
               lead(tgt.version) OVER (PARTITION BY tgt.subscriber_id ORDER BY tgt.valid_from, tgt.version) AS next_version_number,
               lead(tgt.valid_from) OVER (PARTITION BY tgt.subscriber_id ORDER BY tgt.valid_from, tgt.version) AS next_begins_at
        FROM business.dim_usage_assignment AS tgt
        WHERE tgt.usage_assignment_key > 0
    ) AS version
    WHERE version.is_current_version <> (version.ends_at IS NULL)
)
SELECT 'business.dim_usage_assignment' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM broken
ORDER BY broken.member COLLATE "C", broken.keys COLLATE "C", broken.detail COLLATE "C"
LIMIT 100;

-- single-current-version: members have more than one current version
WITH broken AS MATERIALIZED (
    SELECT 'subscriber_id = ' || coalesce(CAST(tgt.subscriber_id AS text), 'NULL') AS member,
           string_agg(CAST(tgt.usage_assignment_key AS text), ', ' ORDER BY tgt.usage_assignment_key) AS keys,
           CAST(count(*) AS text) || ' versions are current' AS detail
    FROM business.dim_usage_assignment AS tgt
    WHERE tgt.usage_assignment_key > 0
      AND tgt.is_current
    GROUP BY tgt.subscriber_id
    HAVING count(*) > 1
)
SELECT 'business.dim_usage_assignment' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM broken
ORDER BY broken.member COLLATE "C", broken.keys COLLATE "C", broken.detail COLLATE "C"
LIMIT 100;

-- repeated-versions: versions say the same as the version before them, without a gap between
WITH broken AS MATERIALIZED (
    SELECT version.member,
           CAST(version.surrogate_key AS text) || ', ' || CAST(version.next_key AS text) AS keys,
           'version ' || CAST(version.next_version_number AS text) || ' says the same as version ' || CAST(version.version_number AS text) AS detail
    FROM (
        SELECT 'subscriber_id = ' || coalesce(CAST(tgt.subscriber_id AS text), 'NULL') AS member,
               tgt.usage_assignment_key AS surrogate_key,
               tgt.version AS version_number,
               tgt.valid_to AS ends_at,
               lead(tgt.usage_assignment_key) OVER (PARTITION BY tgt.subscriber_id ORDER BY tgt.valid_from, tgt.version) AS next_key,
               lead(tgt.version) OVER (PARTITION BY tgt.subscriber_id ORDER BY tgt.valid_from, tgt.version) AS next_version_number,
               lead(tgt.valid_from) OVER (PARTITION BY tgt.subscriber_id ORDER BY tgt.valid_from, tgt.version) AS next_begins_at,
               tgt.usage_key IS NOT DISTINCT FROM lead(tgt.usage_key) OVER (PARTITION BY tgt.subscriber_id ORDER BY tgt.valid_from, tgt.version) AS says_the_same
        FROM business.dim_usage_assignment AS tgt
        WHERE tgt.usage_assignment_key > 0
    ) AS version
    WHERE version.ends_at = version.next_begins_at
      AND version.says_the_same
)
SELECT 'business.dim_usage_assignment' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM broken
ORDER BY broken.member COLLATE "C", broken.keys COLLATE "C", broken.detail COLLATE "C"
LIMIT 100;

-- version-numbers: versions are not numbered 1, 2, 3 ... in the order of their validity
WITH broken AS MATERIALIZED (
    SELECT version.member,
           CAST(version.surrogate_key AS text) AS keys,
           'version ' || CAST(version.version_number AS text) || ' stands in place ' || CAST(version.place AS text) AS detail
    FROM (
        SELECT 'subscriber_id = ' || coalesce(CAST(tgt.subscriber_id AS text), 'NULL') AS member,
               tgt.usage_assignment_key AS surrogate_key,
               tgt.version AS version_number,
               tgt.valid_from AS begins_at,
               tgt.valid_to AS ends_at,
               tgt.is_current AS is_current_version,
               row_number() OVER (PARTITION BY tgt.subscriber_id ORDER BY tgt.valid_from, tgt.version) AS place,
               lead(tgt.usage_assignment_key) OVER (PARTITION BY tgt.subscriber_id ORDER BY tgt.valid_from, tgt.version) AS next_key,
               lead(tgt.version) OVER (PARTITION BY tgt.subscriber_id ORDER BY tgt.valid_from, tgt.version) AS next_version_number,
               lead(tgt.valid_from) OVER (PARTITION BY tgt.subscriber_id ORDER BY tgt.valid_from, tgt.version) AS next_begins_at
        FROM business.dim_usage_assignment AS tgt
        WHERE tgt.usage_assignment_key > 0
    ) AS version
    WHERE version.version_number <> version.place
)
SELECT 'business.dim_usage_assignment' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM broken
ORDER BY broken.member COLLATE "C", broken.keys COLLATE "C", broken.detail COLLATE "C"
LIMIT 100;

-- natural-keys: members have no natural key
WITH broken AS MATERIALIZED (
    SELECT 'subscriber_id = ' || coalesce(CAST(tgt.subscriber_id AS text), 'NULL') AS member,
           CAST(tgt.usage_assignment_key AS text) AS keys,
           'NULL in the natural key' AS detail
    FROM business.dim_usage_assignment AS tgt
    WHERE tgt.usage_assignment_key > 0
      AND (tgt.subscriber_id IS NULL)
)
SELECT 'business.dim_usage_assignment' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM broken
ORDER BY broken.member COLLATE "C", broken.keys COLLATE "C", broken.detail COLLATE "C"
LIMIT 100;

-- surrogate-keys: surrogate keys are given twice
WITH broken AS MATERIALIZED (
    SELECT string_agg('subscriber_id = ' || coalesce(CAST(tgt.subscriber_id AS text), 'NULL'), '; ' ORDER BY 'subscriber_id = ' || coalesce(CAST(tgt.subscriber_id AS text), 'NULL')) AS member,
           CAST(tgt.usage_assignment_key AS text) AS keys,
           CAST(count(*) AS text) || ' rows have it' AS detail
    FROM business.dim_usage_assignment AS tgt
    GROUP BY tgt.usage_assignment_key
    HAVING count(*) > 1
)
SELECT 'business.dim_usage_assignment' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM broken
ORDER BY broken.member COLLATE "C", broken.keys COLLATE "C", broken.detail COLLATE "C"
LIMIT 100;

-- surrogate-key-counter: surrogate keys are above the last one given, which will be given again
WITH broken AS MATERIALIZED (
    SELECT 'subscriber_id = ' || coalesce(CAST(tgt.subscriber_id AS text), 'NULL') AS member,
           CAST(tgt.usage_assignment_key AS text) AS keys,
           'the last key given is ' || coalesce(CAST(counter.last_key AS text), 'not known') AS detail
    FROM business.dim_usage_assignment AS tgt
    LEFT JOIN warehouse.surrogate_key AS counter ON counter.target = 'business.dim_usage_assignment'
    WHERE tgt.usage_assignment_key > coalesce(counter.last_key, 0)
)
SELECT 'business.dim_usage_assignment' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM broken
ORDER BY broken.member COLLATE "C", broken.keys COLLATE "C", broken.detail COLLATE "C"
LIMIT 100;

-- combination-links: usage_key does not meet exactly one row of business.dim_usage
WITH broken AS MATERIALIZED (
    SELECT 'subscriber_id = ' || coalesce(CAST(fact.subscriber_id AS text), 'NULL') AS member,
           CAST(fact.usage_key AS text) AS keys,
           'usage_key meets ' || CAST(coalesce(met.times, 0) AS text) || ' rows of business.dim_usage' AS detail
    FROM business.dim_usage_assignment AS fact
    LEFT JOIN (
        SELECT tgt.usage_key AS surrogate_key,
               count(*) AS times
        FROM business.dim_usage AS tgt
        GROUP BY tgt.usage_key
    ) AS met ON met.surrogate_key = fact.usage_key
    WHERE fact.usage_key IS NOT NULL
      AND coalesce(met.times, 0) <> 1
)
SELECT 'business.dim_usage_assignment' AS table_name,
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
    FROM business.dim_usage_assignment AS tgt
    WHERE NOT EXISTS (SELECT 1 FROM warehouse.load AS known WHERE known.load_id = tgt.load_id)
      AND tgt.usage_assignment_key > 0
    GROUP BY tgt.load_id
)
SELECT 'business.dim_usage_assignment' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM broken
ORDER BY broken.member COLLATE "C", broken.keys COLLATE "C", broken.detail COLLATE "C"
LIMIT 100;
