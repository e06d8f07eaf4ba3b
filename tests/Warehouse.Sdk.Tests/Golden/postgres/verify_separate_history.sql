-- warehouse-sdk: verify business.dim_customer

-- intervals: versions are empty or end before they begin
WITH broken AS MATERIALIZED (
    SELECT version.member,
           CAST(version.surrogate_key AS text) AS keys,
           'version ' || CAST(version.version_number AS text) || CASE WHEN version.ends_at = version.begins_at THEN ' ends where it begins' ELSE ' ends before it begins' END AS detail
    FROM (
        SELECT 'customer_id = ' || coalesce(CAST(tgt.customer_id AS text), 'NULL') AS member,
               tgt.customer_key AS surrogate_key,
               tgt.version AS version_number,
               tgt.valid_from AS begins_at,
               tgt.valid_to AS ends_at,
               tgt.is_current AS is_current_version,
               row_number() OVER (PARTITION BY tgt.customer_id ORDER BY tgt.valid_from, tgt.version) AS place,
               lead(tgt.customer_key) OVER (PARTITION BY tgt.customer_id ORDER BY tgt.valid_from, tgt.version) AS next_key,
               lead(tgt.version) OVER (PARTITION BY tgt.customer_id ORDER BY tgt.valid_from, tgt.version) AS next_version_number,
               lead(tgt.valid_from) OVER (PARTITION BY tgt.customer_id ORDER BY tgt.valid_from, tgt.version) AS next_begins_at
        FROM business.dim_customer_history AS tgt
        WHERE tgt.customer_key > 0
    ) AS version
    WHERE version.ends_at <= version.begins_at
)
SELECT 'business.dim_customer' AS table_name,
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
        SELECT 'customer_id = ' || coalesce(CAST(tgt.customer_id AS text), 'NULL') AS member,
               tgt.customer_key AS surrogate_key,
               tgt.version AS version_number,
               tgt.valid_from AS begins_at,
               tgt.valid_to AS ends_at,
               tgt.is_current AS is_current_version,
               row_number() OVER (PARTITION BY tgt.customer_id ORDER BY tgt.valid_from, tgt.version) AS place,
               lead(tgt.customer_key) OVER (PARTITION BY tgt.customer_id ORDER BY tgt.valid_from, tgt.version) AS next_key,
               lead(tgt.version) OVER (PARTITION BY tgt.customer_id ORDER BY tgt.valid_from, tgt.version) AS next_version_number,
               lead(tgt.valid_from) OVER (PARTITION BY tgt.customer_id ORDER BY tgt.valid_from, tgt.version) AS next_begins_at
        FROM business.dim_customer_history AS tgt
        WHERE tgt.customer_key > 0
    ) AS version
    WHERE version.next_begins_at < version.ends_at
       OR (version.next_begins_at IS NOT NULL AND version.ends_at IS NULL)
)
SELECT 'business.dim_customer' AS table_name,
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
        SELECT 'customer_id = ' || coalesce(CAST(tgt.customer_id AS text), 'NULL') AS member,
               tgt.customer_key AS surrogate_key,
               tgt.version AS version_number,
               tgt.valid_from AS begins_at,
               tgt.valid_to AS ends_at,
               tgt.is_current AS is_current_version,
               row_number() OVER (PARTITION BY tgt.customer_id ORDER BY tgt.valid_from, tgt.version) AS place,
               lead(tgt.customer_key) OVER (PARTITION BY tgt.customer_id ORDER BY tgt.valid_from, tgt.version) AS next_key,
               lead(tgt.version) OVER (PARTITION BY tgt.customer_id ORDER BY tgt.valid_from, tgt.version) AS next_version_number,
               lead(tgt.valid_from) OVER (PARTITION BY tgt.customer_id ORDER BY tgt.valid_from, tgt.version) AS next_begins_at
        FROM business.dim_customer_history AS tgt
        WHERE tgt.customer_key > 0
    ) AS version
    WHERE version.is_current_version <> (version.ends_at IS NULL)
)
SELECT 'business.dim_customer' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM broken
ORDER BY broken.member COLLATE "C", broken.keys COLLATE "C", broken.detail COLLATE "C"
LIMIT 100;

-- single-current-version: members have more than one current version
WITH broken AS MATERIALIZED (
    SELECT 'customer_id = ' || coalesce(CAST(tgt.customer_id AS text), 'NULL') AS member,
           string_agg(CAST(tgt.customer_key AS text), ', ' ORDER BY tgt.customer_key) AS keys,
           CAST(count(*) AS text) || ' versions are current' AS detail
    FROM business.dim_customer_history AS tgt
    WHERE tgt.customer_key > 0
      AND tgt.is_current
    GROUP BY tgt.customer_id
    HAVING count(*) > 1
)
SELECT 'business.dim_customer' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM broken
ORDER BY broken.member COLLATE "C", broken.keys COLLATE "C", broken.detail COLLATE "C"
LIMIT 100;

-- unexplained-gaps: members are gone for a time or for good, but nothing in the model ends members
WITH broken AS MATERIALIZED (
    SELECT version.member,
           CAST(version.surrogate_key AS text) AS keys,
           'version ' || CAST(version.version_number AS text) || CASE WHEN version.next_key IS NULL THEN ' has an end and is the last' ELSE ' ends before the next begins' END AS detail
    FROM (
        SELECT 'customer_id = ' || coalesce(CAST(tgt.customer_id AS text), 'NULL') AS member,
               tgt.customer_key AS surrogate_key,
               tgt.version AS version_number,
               tgt.valid_from AS begins_at,
               tgt.valid_to AS ends_at,
               tgt.is_current AS is_current_version,
               row_number() OVER (PARTITION BY tgt.customer_id ORDER BY tgt.valid_from, tgt.version) AS place,
               lead(tgt.customer_key) OVER (PARTITION BY tgt.customer_id ORDER BY tgt.valid_from, tgt.version) AS next_key,
               lead(tgt.version) OVER (PARTITION BY tgt.customer_id ORDER BY tgt.valid_from, tgt.version) AS next_version_number,
               lead(tgt.valid_from) OVER (PARTITION BY tgt.customer_id ORDER BY tgt.valid_from, tgt.version) AS next_begins_at
        FROM business.dim_customer_history AS tgt
        WHERE tgt.customer_key > 0
    ) AS version
    WHERE version.next_begins_at > version.ends_at
       OR (version.next_key IS NULL AND version.ends_at IS NOT NULL)
)
SELECT 'business.dim_customer' AS table_name,
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
        SELECT 'customer_id = ' || coalesce(CAST(tgt.customer_id AS text), 'NULL') AS member,
               tgt.customer_key AS surrogate_key,
               tgt.version AS version_number,
               tgt.valid_to AS ends_at,
               lead(tgt.customer_key) OVER (PARTITION BY tgt.customer_id ORDER BY tgt.valid_from, tgt.version) AS next_key,
               lead(tgt.version) OVER (PARTITION BY tgt.customer_id ORDER BY tgt.valid_from, tgt.version) AS next_version_number,
               lead(tgt.valid_from) OVER (PARTITION BY tgt.customer_id ORDER BY tgt.valid_from, tgt.version) AS next_begins_at,
               lower(translate(tgt.city, 'İΣ', 'iσ') COLLATE "und-x-icu") IS NOT DISTINCT FROM lower(translate(lead(tgt.city) OVER (PARTITION BY tgt.customer_id ORDER BY tgt.valid_from, tgt.version), 'İΣ', 'iσ') COLLATE "und-x-icu")
               AND tgt.store_id IS NOT DISTINCT FROM lead(tgt.store_id) OVER (PARTITION BY tgt.customer_id ORDER BY tgt.valid_from, tgt.version)
               AND tgt.is_deleted = lead(tgt.is_deleted) OVER (PARTITION BY tgt.customer_id ORDER BY tgt.valid_from, tgt.version) AS says_the_same
        FROM business.dim_customer_history AS tgt
        WHERE tgt.customer_key > 0
    ) AS version
    WHERE version.ends_at = version.next_begins_at
      AND version.says_the_same
)
SELECT 'business.dim_customer' AS table_name,
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
        SELECT 'customer_id = ' || coalesce(CAST(tgt.customer_id AS text), 'NULL') AS member,
               tgt.customer_key AS surrogate_key,
               tgt.version AS version_number,
               tgt.valid_from AS begins_at,
               tgt.valid_to AS ends_at,
               tgt.is_current AS is_current_version,
               row_number() OVER (PARTITION BY tgt.customer_id ORDER BY tgt.valid_from, tgt.version) AS place,
               lead(tgt.customer_key) OVER (PARTITION BY tgt.customer_id ORDER BY tgt.valid_from, tgt.version) AS next_key,
               lead(tgt.version) OVER (PARTITION BY tgt.customer_id ORDER BY tgt.valid_from, tgt.version) AS next_version_number,
               lead(tgt.valid_from) OVER (PARTITION BY tgt.customer_id ORDER BY tgt.valid_from, tgt.version) AS next_begins_at
        FROM business.dim_customer_history AS tgt
        WHERE tgt.customer_key > 0
    ) AS version
    WHERE version.version_number <> version.place
)
SELECT 'business.dim_customer' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM broken
ORDER BY broken.member COLLATE "C", broken.keys COLLATE "C", broken.detail COLLATE "C"
LIMIT 100;

-- overwritten-values: versions of one member differ in attributes that all of them share
WITH broken AS MATERIALIZED (
    SELECT version.member,
           version.keys,
           'they differ in ' || version.differing AS detail
    FROM (
        SELECT 'customer_id = ' || coalesce(CAST(tgt.customer_id AS text), 'NULL') AS member,
               string_agg(CAST(tgt.customer_key AS text), ', ' ORDER BY tgt.customer_key) AS keys,
               array_to_string(ARRAY[CASE WHEN count(DISTINCT tgt.created_on) > 1 OR count(tgt.created_on) NOT IN (0, count(*)) THEN 'created_on' END,
                                     CASE WHEN count(DISTINCT tgt.first_name) > 1 OR count(tgt.first_name) NOT IN (0, count(*)) THEN 'first_name' END,
                                     CASE WHEN count(DISTINCT tgt.email) > 1 OR count(tgt.email) NOT IN (0, count(*)) THEN 'email' END,
                                     CASE WHEN count(DISTINCT tgt.segment) > 1 OR count(tgt.segment) NOT IN (0, count(*)) THEN 'segment' END,
                                     CASE WHEN count(DISTINCT tgt.previous_segment) > 1 OR count(tgt.previous_segment) NOT IN (0, count(*)) THEN 'previous_segment' END,
                                     CASE WHEN count(DISTINCT tgt.current_store_id) > 1 OR count(tgt.current_store_id) NOT IN (0, count(*)) THEN 'current_store_id' END,
                                     CASE WHEN count(DISTINCT tgt.customer_durable_key) > 1 OR count(tgt.customer_durable_key) NOT IN (0, count(*)) THEN 'customer_durable_key' END], ', ') AS differing
        FROM business.dim_customer_history AS tgt
        WHERE tgt.customer_key > 0
        GROUP BY tgt.customer_id
        HAVING count(*) > 1
    ) AS version
    WHERE version.differing <> ''
)
SELECT 'business.dim_customer' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM broken
ORDER BY broken.member COLLATE "C", broken.keys COLLATE "C", broken.detail COLLATE "C"
LIMIT 100;

-- current-values: current values are not those of the member's latest version
WITH broken AS MATERIALIZED (
    SELECT 'customer_id = ' || coalesce(CAST(version.customer_id AS text), 'NULL') AS member,
           CAST(version.given_key AS text) AS keys,
           'it differs in ' || version.differing_columns AS detail
    FROM (
        SELECT src.customer_id,
               src.given_key,
               array_to_string(ARRAY[CASE WHEN src.current_store_id IS DISTINCT FROM first_value(src.store_id) OVER latest THEN 'current_store_id' END], ', ') AS differing_columns
        FROM (
            SELECT tgt.customer_id,
                   tgt.created_on,
                   tgt.first_name,
                   tgt.email,
                   tgt.city,
                   tgt.segment,
                   tgt.store_id,
                   tgt.previous_segment,
                   tgt.customer_durable_key,
                   tgt.current_store_id,
                   tgt.change_reason,
                   tgt.customer_key AS given_key,
                   tgt.valid_from AS held_from,
                   tgt.valid_to AS ends_at,
                   tgt.version AS version_number,
                   tgt.changed_at AS stored_change,
                   tgt.is_inferred AS is_unreal,
                   tgt.is_deleted AS is_delete
            FROM business.dim_customer_history AS tgt
            WHERE tgt.customer_key > 0
        ) AS src
        WINDOW member AS (PARTITION BY src.customer_id ORDER BY src.version_number),
               latest AS (PARTITION BY src.customer_id ORDER BY src.version_number DESC)
    ) AS version
    WHERE version.differing_columns <> ''
)
SELECT 'business.dim_customer' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM broken
ORDER BY broken.member COLLATE "C", broken.keys COLLATE "C", broken.detail COLLATE "C"
LIMIT 100;

-- change-reasons: versions give another reason than their history does
WITH broken AS MATERIALIZED (
    SELECT 'customer_id = ' || coalesce(CAST(version.customer_id AS text), 'NULL') AS member,
           CAST(version.given_key AS text) AS keys,
           'version ' || CAST(version.version_number AS text) || ' should say ' || version.expected_reason AS detail
    FROM (
        SELECT src.customer_id,
               src.change_reason,
               src.given_key,
               src.version_number,
               CASE WHEN src.is_unreal THEN 'inferred' WHEN src.is_delete THEN 'deleted'
                    WHEN lag(src.version_number) OVER member IS NULL THEN 'new'
                    WHEN lag(src.is_delete) OVER member OR lag(src.ends_at) OVER member < src.held_from THEN 'returned'
                    ELSE array_to_string(ARRAY[CASE WHEN lower(translate(src.city, 'İΣ', 'iσ') COLLATE "und-x-icu") IS DISTINCT FROM lower(translate(lag(src.city) OVER member, 'İΣ', 'iσ') COLLATE "und-x-icu") THEN 'city' END,
                                               CASE WHEN src.store_id IS DISTINCT FROM lag(src.store_id) OVER member THEN 'store_id' END], ',')
               END AS expected_reason
        FROM (
            SELECT tgt.customer_id,
                   tgt.created_on,
                   tgt.first_name,
                   tgt.email,
                   tgt.city,
                   tgt.segment,
                   tgt.store_id,
                   tgt.previous_segment,
                   tgt.customer_durable_key,
                   tgt.current_store_id,
                   tgt.change_reason,
                   tgt.customer_key AS given_key,
                   tgt.valid_from AS held_from,
                   tgt.valid_to AS ends_at,
                   tgt.version AS version_number,
                   tgt.changed_at AS stored_change,
                   tgt.is_inferred AS is_unreal,
                   tgt.is_deleted AS is_delete
            FROM business.dim_customer_history AS tgt
            WHERE tgt.customer_key > 0
        ) AS src
        WINDOW member AS (PARTITION BY src.customer_id ORDER BY src.version_number),
               latest AS (PARTITION BY src.customer_id ORDER BY src.version_number DESC)
    ) AS version
    WHERE version.change_reason IS DISTINCT FROM version.expected_reason
)
SELECT 'business.dim_customer' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM broken
ORDER BY broken.member COLLATE "C", broken.keys COLLATE "C", broken.detail COLLATE "C"
LIMIT 100;

-- natural-keys: members have no natural key
WITH broken AS MATERIALIZED (
    SELECT 'customer_id = ' || coalesce(CAST(tgt.customer_id AS text), 'NULL') AS member,
           CAST(tgt.customer_key AS text) AS keys,
           'NULL in the natural key' AS detail
    FROM business.dim_customer_history AS tgt
    WHERE tgt.customer_key > 0
      AND (tgt.customer_id IS NULL)
)
SELECT 'business.dim_customer' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM broken
ORDER BY broken.member COLLATE "C", broken.keys COLLATE "C", broken.detail COLLATE "C"
LIMIT 100;

-- surrogate-keys: surrogate keys are given twice
WITH broken AS MATERIALIZED (
    SELECT string_agg('customer_id = ' || coalesce(CAST(tgt.customer_id AS text), 'NULL'), '; ' ORDER BY 'customer_id = ' || coalesce(CAST(tgt.customer_id AS text), 'NULL')) AS member,
           CAST(tgt.customer_key AS text) AS keys,
           CAST(count(*) AS text) || ' rows have it' AS detail
    FROM business.dim_customer_history AS tgt
    GROUP BY tgt.customer_key
    HAVING count(*) > 1
)
SELECT 'business.dim_customer' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM broken
ORDER BY broken.member COLLATE "C", broken.keys COLLATE "C", broken.detail COLLATE "C"
LIMIT 100;

-- surrogate-key-counter: surrogate keys are above the last one given, which will be given again
WITH broken AS MATERIALIZED (
    SELECT 'customer_id = ' || coalesce(CAST(tgt.customer_id AS text), 'NULL') AS member,
           CAST(tgt.customer_key AS text) AS keys,
           'the last key given is ' || coalesce(CAST(counter.last_key AS text), 'not known') AS detail
    FROM business.dim_customer_history AS tgt
    LEFT JOIN warehouse.surrogate_key AS counter ON counter.target = 'business.dim_customer'
    WHERE tgt.customer_key > coalesce(counter.last_key, 0)
)
SELECT 'business.dim_customer' AS table_name,
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
               array_to_string(ARRAY[CASE WHEN tgt.customer_durable_key IS DISTINCT FROM -1 THEN 'customer_durable_key' END,
                                     CASE WHEN tgt.customer_id IS DISTINCT FROM NULL THEN 'customer_id' END,
                                     CASE WHEN tgt.created_on IS DISTINCT FROM NULL THEN 'created_on' END,
                                     CASE WHEN coalesce(tgt.first_name <> 'Unknown', FALSE) THEN 'first_name' END,
                                     CASE WHEN coalesce(tgt.email <> 'Unknown', FALSE) THEN 'email' END,
                                     CASE WHEN coalesce(tgt.city <> 'Unknown', FALSE) THEN 'city' END,
                                     CASE WHEN coalesce(tgt.segment <> 'Unknown', FALSE) THEN 'segment' END,
                                     CASE WHEN coalesce(tgt.previous_segment <> 'Unknown', FALSE) THEN 'previous_segment' END,
                                     CASE WHEN tgt.store_id IS DISTINCT FROM NULL THEN 'store_id' END,
                                     CASE WHEN tgt.current_store_id IS DISTINCT FROM NULL THEN 'current_store_id' END,
                                     CASE WHEN tgt.valid_from IS DISTINCT FROM timestamp without time zone '0001-01-01' THEN 'valid_from' END,
                                     CASE WHEN tgt.valid_to IS DISTINCT FROM NULL THEN 'valid_to' END,
                                     CASE WHEN tgt.is_current IS DISTINCT FROM TRUE THEN 'is_current' END,
                                     CASE WHEN tgt.version IS DISTINCT FROM 1 THEN 'version' END,
                                     CASE WHEN tgt.changed_at IS DISTINCT FROM NULL THEN 'changed_at' END,
                                     CASE WHEN tgt.change_reason IS DISTINCT FROM NULL THEN 'change_reason' END,
                                     CASE WHEN tgt.is_inferred IS DISTINCT FROM FALSE THEN 'is_inferred' END,
                                     CASE WHEN tgt.is_deleted IS DISTINCT FROM FALSE THEN 'is_deleted' END,
                                     CASE WHEN tgt.load_id IS DISTINCT FROM 0 THEN 'load_id' END], ', ') AS changed
        FROM business.dim_customer_history AS tgt
        WHERE tgt.customer_key = -1
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
               array_to_string(ARRAY[CASE WHEN tgt.customer_durable_key IS DISTINCT FROM -2 THEN 'customer_durable_key' END,
                                     CASE WHEN tgt.customer_id IS DISTINCT FROM NULL THEN 'customer_id' END,
                                     CASE WHEN tgt.created_on IS DISTINCT FROM NULL THEN 'created_on' END,
                                     CASE WHEN coalesce(tgt.first_name <> 'Not applicable', FALSE) THEN 'first_name' END,
                                     CASE WHEN coalesce(tgt.email <> 'Not applicable', FALSE) THEN 'email' END,
                                     CASE WHEN coalesce(tgt.city <> 'Not applicable', FALSE) THEN 'city' END,
                                     CASE WHEN coalesce(tgt.segment <> 'Not applicable', FALSE) THEN 'segment' END,
                                     CASE WHEN coalesce(tgt.previous_segment <> 'Not applicable', FALSE) THEN 'previous_segment' END,
                                     CASE WHEN tgt.store_id IS DISTINCT FROM NULL THEN 'store_id' END,
                                     CASE WHEN tgt.current_store_id IS DISTINCT FROM NULL THEN 'current_store_id' END,
                                     CASE WHEN tgt.valid_from IS DISTINCT FROM timestamp without time zone '0001-01-01' THEN 'valid_from' END,
                                     CASE WHEN tgt.valid_to IS DISTINCT FROM NULL THEN 'valid_to' END,
                                     CASE WHEN tgt.is_current IS DISTINCT FROM TRUE THEN 'is_current' END,
                                     CASE WHEN tgt.version IS DISTINCT FROM 1 THEN 'version' END,
                                     CASE WHEN tgt.changed_at IS DISTINCT FROM NULL THEN 'changed_at' END,
                                     CASE WHEN tgt.change_reason IS DISTINCT FROM NULL THEN 'change_reason' END,
                                     CASE WHEN tgt.is_inferred IS DISTINCT FROM FALSE THEN 'is_inferred' END,
                                     CASE WHEN tgt.is_deleted IS DISTINCT FROM FALSE THEN 'is_deleted' END,
                                     CASE WHEN tgt.load_id IS DISTINCT FROM 0 THEN 'load_id' END], ', ') AS changed
        FROM business.dim_customer_history AS tgt
        WHERE tgt.customer_key = -2
    ) AS stored ON TRUE
    WHERE stored.found IS NULL
       OR stored.changed <> ''
    UNION ALL
    SELECT '' AS member,
           CAST(tgt.customer_key AS text) AS keys,
           'is no key of a member and none of a default member' AS detail
    FROM business.dim_customer_history AS tgt
    WHERE tgt.customer_key <= 0
      AND tgt.customer_key NOT IN (-1, -2)
)
SELECT 'business.dim_customer' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM broken
ORDER BY broken.member COLLATE "C", broken.keys COLLATE "C", broken.detail COLLATE "C"
LIMIT 100;

-- durable-keys: durable keys are missing, or of several members
WITH broken AS MATERIALIZED (
    SELECT string_agg('customer_id = ' || coalesce(CAST(tgt.customer_id AS text), 'NULL'), '; ' ORDER BY 'customer_id = ' || coalesce(CAST(tgt.customer_id AS text), 'NULL')) AS member,
           coalesce(CAST(tgt.customer_durable_key AS text), '') AS keys,
           CASE WHEN tgt.customer_durable_key IS NULL THEN 'no durable key' ELSE CAST(count(*) AS text) || ' members have it' END AS detail
    FROM (
        SELECT DISTINCT version.customer_durable_key,
                        version.customer_id
        FROM business.dim_customer_history AS version
        WHERE version.customer_key > 0
    ) AS tgt
    GROUP BY tgt.customer_durable_key
    HAVING count(*) > 1
        OR tgt.customer_durable_key IS NULL
)
SELECT 'business.dim_customer' AS table_name,
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
               array_to_string(ARRAY[CASE WHEN tgt.customer_id IS DISTINCT FROM NULL THEN 'customer_id' END,
                                     CASE WHEN tgt.created_on IS DISTINCT FROM NULL THEN 'created_on' END,
                                     CASE WHEN coalesce(tgt.first_name <> 'Unknown', FALSE) THEN 'first_name' END,
                                     CASE WHEN coalesce(tgt.email <> 'Unknown', FALSE) THEN 'email' END,
                                     CASE WHEN coalesce(tgt.city <> 'Unknown', FALSE) THEN 'city' END,
                                     CASE WHEN coalesce(tgt.segment <> 'Unknown', FALSE) THEN 'segment' END,
                                     CASE WHEN coalesce(tgt.previous_segment <> 'Unknown', FALSE) THEN 'previous_segment' END,
                                     CASE WHEN tgt.store_id IS DISTINCT FROM NULL THEN 'store_id' END,
                                     CASE WHEN tgt.valid_from IS DISTINCT FROM timestamp without time zone '0001-01-01' THEN 'valid_from' END,
                                     CASE WHEN tgt.valid_to IS DISTINCT FROM NULL THEN 'valid_to' END,
                                     CASE WHEN tgt.is_current IS DISTINCT FROM TRUE THEN 'is_current' END,
                                     CASE WHEN tgt.version IS DISTINCT FROM 1 THEN 'version' END,
                                     CASE WHEN tgt.changed_at IS DISTINCT FROM NULL THEN 'changed_at' END,
                                     CASE WHEN tgt.change_reason IS DISTINCT FROM NULL THEN 'change_reason' END,
                                     CASE WHEN tgt.is_inferred IS DISTINCT FROM FALSE THEN 'is_inferred' END,
                                     CASE WHEN tgt.is_deleted IS DISTINCT FROM FALSE THEN 'is_deleted' END,
                                     CASE WHEN tgt.load_id IS DISTINCT FROM 0 THEN 'load_id' END], ', ') AS changed
        FROM business.dim_customer AS tgt
        WHERE tgt.customer_durable_key = -1
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
               array_to_string(ARRAY[CASE WHEN tgt.customer_id IS DISTINCT FROM NULL THEN 'customer_id' END,
                                     CASE WHEN tgt.created_on IS DISTINCT FROM NULL THEN 'created_on' END,
                                     CASE WHEN coalesce(tgt.first_name <> 'Not applicable', FALSE) THEN 'first_name' END,
                                     CASE WHEN coalesce(tgt.email <> 'Not applicable', FALSE) THEN 'email' END,
                                     CASE WHEN coalesce(tgt.city <> 'Not applicable', FALSE) THEN 'city' END,
                                     CASE WHEN coalesce(tgt.segment <> 'Not applicable', FALSE) THEN 'segment' END,
                                     CASE WHEN coalesce(tgt.previous_segment <> 'Not applicable', FALSE) THEN 'previous_segment' END,
                                     CASE WHEN tgt.store_id IS DISTINCT FROM NULL THEN 'store_id' END,
                                     CASE WHEN tgt.valid_from IS DISTINCT FROM timestamp without time zone '0001-01-01' THEN 'valid_from' END,
                                     CASE WHEN tgt.valid_to IS DISTINCT FROM NULL THEN 'valid_to' END,
                                     CASE WHEN tgt.is_current IS DISTINCT FROM TRUE THEN 'is_current' END,
                                     CASE WHEN tgt.version IS DISTINCT FROM 1 THEN 'version' END,
                                     CASE WHEN tgt.changed_at IS DISTINCT FROM NULL THEN 'changed_at' END,
                                     CASE WHEN tgt.change_reason IS DISTINCT FROM NULL THEN 'change_reason' END,
                                     CASE WHEN tgt.is_inferred IS DISTINCT FROM FALSE THEN 'is_inferred' END,
                                     CASE WHEN tgt.is_deleted IS DISTINCT FROM FALSE THEN 'is_deleted' END,
                                     CASE WHEN tgt.load_id IS DISTINCT FROM 0 THEN 'load_id' END], ', ') AS changed
        FROM business.dim_customer AS tgt
        WHERE tgt.customer_durable_key = -2
    ) AS stored ON TRUE
    WHERE stored.found IS NULL
       OR stored.changed <> ''
    UNION ALL
    SELECT '' AS member,
           CAST(tgt.customer_durable_key AS text) AS keys,
           'is no key of a member and none of a default member' AS detail
    FROM business.dim_customer AS tgt
    WHERE tgt.customer_durable_key <= 0
      AND tgt.customer_durable_key NOT IN (-1, -2)
)
SELECT 'business.dim_customer' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM broken
ORDER BY broken.member COLLATE "C", broken.keys COLLATE "C", broken.detail COLLATE "C"
LIMIT 100;

-- member-rows: rows of business.dim_customer do not say what the last versions in business.dim_customer_history say
WITH broken AS MATERIALIZED (
    SELECT 'customer_id = ' || coalesce(CAST(seen.customer_id AS text), 'NULL') AS member,
           CAST(seen.customer_durable_key AS text) AS keys,
           seen.differing_columns AS detail
    FROM (
        SELECT coalesce(src.customer_durable_key, tgt.customer_durable_key) AS customer_durable_key,
               coalesce(src.customer_id, tgt.customer_id) AS customer_id,
               CASE WHEN tgt.customer_durable_key IS NULL THEN 'the member has versions and no row'
                    WHEN src.customer_durable_key IS NULL THEN 'the member has a row and no version'
                    ELSE 'they differ in ' || array_to_string(ARRAY[CASE WHEN tgt.customer_id IS DISTINCT FROM src.customer_id THEN 'customer_id' END,
                                                                    CASE WHEN tgt.created_on IS DISTINCT FROM src.created_on THEN 'created_on' END,
                                                                    CASE WHEN tgt.first_name IS DISTINCT FROM src.first_name THEN 'first_name' END,
                                                                    CASE WHEN tgt.email IS DISTINCT FROM src.email THEN 'email' END,
                                                                    CASE WHEN tgt.city IS DISTINCT FROM src.city THEN 'city' END,
                                                                    CASE WHEN tgt.segment IS DISTINCT FROM src.segment THEN 'segment' END,
                                                                    CASE WHEN tgt.previous_segment IS DISTINCT FROM src.previous_segment THEN 'previous_segment' END,
                                                                    CASE WHEN tgt.store_id IS DISTINCT FROM src.store_id THEN 'store_id' END,
                                                                    CASE WHEN tgt.valid_from IS DISTINCT FROM src.valid_from THEN 'valid_from' END,
                                                                    CASE WHEN tgt.valid_to IS DISTINCT FROM src.valid_to THEN 'valid_to' END,
                                                                    CASE WHEN tgt.is_current IS DISTINCT FROM src.is_current THEN 'is_current' END,
                                                                    CASE WHEN tgt.version IS DISTINCT FROM src.version THEN 'version' END,
                                                                    CASE WHEN tgt.changed_at IS DISTINCT FROM src.changed_at THEN 'changed_at' END,
                                                                    CASE WHEN tgt.change_reason IS DISTINCT FROM src.change_reason THEN 'change_reason' END,
                                                                    CASE WHEN tgt.is_inferred IS DISTINCT FROM src.is_inferred THEN 'is_inferred' END,
                                                                    CASE WHEN tgt.is_deleted IS DISTINCT FROM src.is_deleted THEN 'is_deleted' END,
                                                                    CASE WHEN tgt.load_id IS DISTINCT FROM src.load_id THEN 'load_id' END], ', ')
               END AS differing_columns
        FROM (
            SELECT DISTINCT ON (version.customer_durable_key)
                   version.customer_durable_key,
                   version.customer_id,
                   version.created_on,
                   version.first_name,
                   version.email,
                   version.city,
                   version.segment,
                   version.previous_segment,
                   version.store_id,
                   version.valid_from,
                   version.valid_to,
                   version.is_current,
                   version.version,
                   version.changed_at,
                   version.change_reason,
                   version.is_inferred,
                   version.is_deleted,
                   version.load_id
            FROM business.dim_customer_history AS version
            WHERE version.customer_key > 0
            ORDER BY version.customer_durable_key, version.version DESC
        ) AS src
        FULL JOIN (
            SELECT member.customer_durable_key,
                   member.customer_id,
                   member.created_on,
                   member.first_name,
                   member.email,
                   member.city,
                   member.segment,
                   member.previous_segment,
                   member.store_id,
                   member.valid_from,
                   member.valid_to,
                   member.is_current,
                   member.version,
                   member.changed_at,
                   member.change_reason,
                   member.is_inferred,
                   member.is_deleted,
                   member.load_id
            FROM business.dim_customer AS member
            WHERE member.customer_durable_key > 0
        ) AS tgt ON tgt.customer_durable_key = src.customer_durable_key
        WHERE tgt.customer_durable_key IS DISTINCT FROM src.customer_durable_key
              OR tgt.customer_id IS DISTINCT FROM src.customer_id
              OR tgt.created_on IS DISTINCT FROM src.created_on
              OR tgt.first_name IS DISTINCT FROM src.first_name
              OR tgt.email IS DISTINCT FROM src.email
              OR tgt.city IS DISTINCT FROM src.city
              OR tgt.segment IS DISTINCT FROM src.segment
              OR tgt.previous_segment IS DISTINCT FROM src.previous_segment
              OR tgt.store_id IS DISTINCT FROM src.store_id
              OR tgt.valid_from IS DISTINCT FROM src.valid_from
              OR tgt.valid_to IS DISTINCT FROM src.valid_to
              OR tgt.is_current IS DISTINCT FROM src.is_current
              OR tgt.version IS DISTINCT FROM src.version
              OR tgt.changed_at IS DISTINCT FROM src.changed_at
              OR tgt.change_reason IS DISTINCT FROM src.change_reason
              OR tgt.is_inferred IS DISTINCT FROM src.is_inferred
              OR tgt.is_deleted IS DISTINCT FROM src.is_deleted
              OR tgt.load_id IS DISTINCT FROM src.load_id
    ) AS seen
)
SELECT 'business.dim_customer' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM broken
ORDER BY broken.member COLLATE "C", broken.keys COLLATE "C", broken.detail COLLATE "C"
LIMIT 100;

-- inferred-members: Members that facts named and no source row has filled in yet.
WITH broken AS MATERIALIZED (
    SELECT 'customer_id = ' || coalesce(CAST(tgt.customer_id AS text), 'NULL') AS member,
           CAST(tgt.customer_key AS text) AS keys,
           'inferred by load ' || CAST(tgt.load_id AS text) || coalesce(' of ' || to_char(known.started_at, 'YYYY-MM-DD HH24:MI:SS'), '') || ', waited for by facts: ' || CAST(coalesce(linked.facts, 0) AS text) AS detail
    FROM business.dim_customer_history AS tgt
    LEFT JOIN warehouse.load AS known ON known.load_id = tgt.load_id
    LEFT JOIN (
        SELECT link.surrogate_key,
               count(*) AS facts
        FROM (
            SELECT fact.customer_key AS surrogate_key FROM business.fact_sale AS fact
            UNION ALL
            SELECT fact.household_durable_key AS surrogate_key FROM business.fact_sale AS fact
        ) AS link
        GROUP BY link.surrogate_key
    ) AS linked ON linked.surrogate_key = tgt.customer_key
    WHERE tgt.customer_key > 0
      AND tgt.is_inferred
)
SELECT 'business.dim_customer' AS table_name,
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
    FROM business.dim_customer_history AS tgt
    WHERE NOT EXISTS (SELECT 1 FROM warehouse.load AS known WHERE known.load_id = tgt.load_id)
      AND tgt.customer_key > 0
    GROUP BY tgt.load_id
)
SELECT 'business.dim_customer' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM broken
ORDER BY broken.member COLLATE "C", broken.keys COLLATE "C", broken.detail COLLATE "C"
LIMIT 100;
