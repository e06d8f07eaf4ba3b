-- warehouse-sdk: verify business.dim_customer

-- intervals: versions are empty or end before they begin
SELECT 'business.dim_customer' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT version.member,
           CAST(version.surrogate_key AS VARCHAR) AS keys,
           'version ' || CAST(version.version_number AS VARCHAR) || CASE WHEN version.ends_at = version.begins_at THEN ' ends where it begins' ELSE ' ends before it begins' END AS detail
    FROM (
        SELECT 'customer_id = ' || coalesce(CAST(tgt."CUSTOMER_ID" AS VARCHAR), 'NULL') AS member,
               tgt."CUSTOMER_KEY" AS surrogate_key,
               tgt."VERSION" AS version_number,
               tgt."VALID_FROM" AS begins_at,
               tgt."VALID_TO" AS ends_at,
               tgt."IS_CURRENT" AS is_current_version,
               row_number() OVER (PARTITION BY tgt."CUSTOMER_ID" ORDER BY tgt."VALID_FROM", tgt."VERSION") AS place,
               lead(tgt."CUSTOMER_KEY") OVER (PARTITION BY tgt."CUSTOMER_ID" ORDER BY tgt."VALID_FROM", tgt."VERSION") AS next_key,
               lead(tgt."VERSION") OVER (PARTITION BY tgt."CUSTOMER_ID" ORDER BY tgt."VALID_FROM", tgt."VERSION") AS next_version_number,
               lead(tgt."VALID_FROM") OVER (PARTITION BY tgt."CUSTOMER_ID" ORDER BY tgt."VALID_FROM", tgt."VERSION") AS next_begins_at
        FROM "BUSINESS"."DIM_CUSTOMER_HISTORY" AS tgt
        WHERE tgt."CUSTOMER_KEY" > 0
    ) AS version
    WHERE version.ends_at <= version.begins_at
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;

-- overlaps: versions of one member overlap
SELECT 'business.dim_customer' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT version.member,
           CAST(version.surrogate_key AS VARCHAR) || ', ' || CAST(version.next_key AS VARCHAR) AS keys,
           'version ' || CAST(version.version_number AS VARCHAR) || ' still holds where version ' || CAST(version.next_version_number AS VARCHAR) || ' begins' AS detail
    FROM (
        SELECT 'customer_id = ' || coalesce(CAST(tgt."CUSTOMER_ID" AS VARCHAR), 'NULL') AS member,
               tgt."CUSTOMER_KEY" AS surrogate_key,
               tgt."VERSION" AS version_number,
               tgt."VALID_FROM" AS begins_at,
               tgt."VALID_TO" AS ends_at,
               tgt."IS_CURRENT" AS is_current_version,
               row_number() OVER (PARTITION BY tgt."CUSTOMER_ID" ORDER BY tgt."VALID_FROM", tgt."VERSION") AS place,
               lead(tgt."CUSTOMER_KEY") OVER (PARTITION BY tgt."CUSTOMER_ID" ORDER BY tgt."VALID_FROM", tgt."VERSION") AS next_key,
               lead(tgt."VERSION") OVER (PARTITION BY tgt."CUSTOMER_ID" ORDER BY tgt."VALID_FROM", tgt."VERSION") AS next_version_number,
               lead(tgt."VALID_FROM") OVER (PARTITION BY tgt."CUSTOMER_ID" ORDER BY tgt."VALID_FROM", tgt."VERSION") AS next_begins_at
        FROM "BUSINESS"."DIM_CUSTOMER_HISTORY" AS tgt
        WHERE tgt."CUSTOMER_KEY" > 0
    ) AS version
    WHERE version.next_begins_at < version.ends_at
       OR (version.next_begins_at IS NOT NULL AND version.ends_at IS NULL)
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;

-- current-versions: versions are current without being open, or open without being current
SELECT 'business.dim_customer' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT version.member,
           CAST(version.surrogate_key AS VARCHAR) AS keys,
           'version ' || CAST(version.version_number AS VARCHAR) || CASE WHEN version.is_current_version THEN ' is current and has an end' ELSE ' is open and not current' END AS detail
    FROM (
        SELECT 'customer_id = ' || coalesce(CAST(tgt."CUSTOMER_ID" AS VARCHAR), 'NULL') AS member,
               tgt."CUSTOMER_KEY" AS surrogate_key,
               tgt."VERSION" AS version_number,
               tgt."VALID_FROM" AS begins_at,
               tgt."VALID_TO" AS ends_at,
               tgt."IS_CURRENT" AS is_current_version,
               row_number() OVER (PARTITION BY tgt."CUSTOMER_ID" ORDER BY tgt."VALID_FROM", tgt."VERSION") AS place,
               lead(tgt."CUSTOMER_KEY") OVER (PARTITION BY tgt."CUSTOMER_ID" ORDER BY tgt."VALID_FROM", tgt."VERSION") AS next_key,
               lead(tgt."VERSION") OVER (PARTITION BY tgt."CUSTOMER_ID" ORDER BY tgt."VALID_FROM", tgt."VERSION") AS next_version_number,
               lead(tgt."VALID_FROM") OVER (PARTITION BY tgt."CUSTOMER_ID" ORDER BY tgt."VALID_FROM", tgt."VERSION") AS next_begins_at
        FROM "BUSINESS"."DIM_CUSTOMER_HISTORY" AS tgt
        WHERE tgt."CUSTOMER_KEY" > 0
    ) AS version
    WHERE version.is_current_version <> (version.ends_at IS NULL)
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;

-- single-current-version: members have more than one current version
SELECT 'business.dim_customer' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT 'customer_id = ' || coalesce(CAST(tgt."CUSTOMER_ID" AS VARCHAR), 'NULL') AS member,
           listagg(CAST(tgt."CUSTOMER_KEY" AS VARCHAR), ', ') WITHIN GROUP (ORDER BY tgt."CUSTOMER_KEY") AS keys,
           CAST(count(*) AS VARCHAR) || ' versions are current' AS detail
    FROM "BUSINESS"."DIM_CUSTOMER_HISTORY" AS tgt
    WHERE tgt."CUSTOMER_KEY" > 0
      AND tgt."IS_CURRENT"
    GROUP BY tgt."CUSTOMER_ID"
    HAVING count(*) > 1
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;

-- unexplained-gaps: members are gone for a time or for good, but nothing in the model ends members
SELECT 'business.dim_customer' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT version.member,
           CAST(version.surrogate_key AS VARCHAR) AS keys,
           'version ' || CAST(version.version_number AS VARCHAR) || CASE WHEN version.next_key IS NULL THEN ' has an end and is the last' ELSE ' ends before the next begins' END AS detail
    FROM (
        SELECT 'customer_id = ' || coalesce(CAST(tgt."CUSTOMER_ID" AS VARCHAR), 'NULL') AS member,
               tgt."CUSTOMER_KEY" AS surrogate_key,
               tgt."VERSION" AS version_number,
               tgt."VALID_FROM" AS begins_at,
               tgt."VALID_TO" AS ends_at,
               tgt."IS_CURRENT" AS is_current_version,
               row_number() OVER (PARTITION BY tgt."CUSTOMER_ID" ORDER BY tgt."VALID_FROM", tgt."VERSION") AS place,
               lead(tgt."CUSTOMER_KEY") OVER (PARTITION BY tgt."CUSTOMER_ID" ORDER BY tgt."VALID_FROM", tgt."VERSION") AS next_key,
               lead(tgt."VERSION") OVER (PARTITION BY tgt."CUSTOMER_ID" ORDER BY tgt."VALID_FROM", tgt."VERSION") AS next_version_number,
               lead(tgt."VALID_FROM") OVER (PARTITION BY tgt."CUSTOMER_ID" ORDER BY tgt."VALID_FROM", tgt."VERSION") AS next_begins_at
        FROM "BUSINESS"."DIM_CUSTOMER_HISTORY" AS tgt
        WHERE tgt."CUSTOMER_KEY" > 0
    ) AS version
    WHERE version.next_begins_at > version.ends_at
       OR (version.next_key IS NULL AND version.ends_at IS NOT NULL)
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;

-- repeated-versions: versions say the same as the version before them, without a gap between
SELECT 'business.dim_customer' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT version.member,
           CAST(version.surrogate_key AS VARCHAR) || ', ' || CAST(version.next_key AS VARCHAR) AS keys,
           'version ' || CAST(version.next_version_number AS VARCHAR) || ' says the same as version ' || CAST(version.version_number AS VARCHAR) AS detail
    FROM (
        SELECT 'customer_id = ' || coalesce(CAST(tgt."CUSTOMER_ID" AS VARCHAR), 'NULL') AS member,
               tgt."CUSTOMER_KEY" AS surrogate_key,
               tgt."VERSION" AS version_number,
               tgt."VALID_TO" AS ends_at,
               lead(tgt."CUSTOMER_KEY") OVER (PARTITION BY tgt."CUSTOMER_ID" ORDER BY tgt."VALID_FROM", tgt."VERSION") AS next_key,
               lead(tgt."VERSION") OVER (PARTITION BY tgt."CUSTOMER_ID" ORDER BY tgt."VALID_FROM", tgt."VERSION") AS next_version_number,
               lead(tgt."VALID_FROM") OVER (PARTITION BY tgt."CUSTOMER_ID" ORDER BY tgt."VALID_FROM", tgt."VERSION") AS next_begins_at,
               lower(tgt."CITY") IS NOT DISTINCT FROM lower(lead(tgt."CITY") OVER (PARTITION BY tgt."CUSTOMER_ID" ORDER BY tgt."VALID_FROM", tgt."VERSION"))
               AND tgt."STORE_ID" IS NOT DISTINCT FROM lead(tgt."STORE_ID") OVER (PARTITION BY tgt."CUSTOMER_ID" ORDER BY tgt."VALID_FROM", tgt."VERSION")
               AND tgt."IS_DELETED" = lead(tgt."IS_DELETED") OVER (PARTITION BY tgt."CUSTOMER_ID" ORDER BY tgt."VALID_FROM", tgt."VERSION") AS says_the_same
        FROM "BUSINESS"."DIM_CUSTOMER_HISTORY" AS tgt
        WHERE tgt."CUSTOMER_KEY" > 0
    ) AS version
    WHERE version.ends_at = version.next_begins_at
      AND version.says_the_same
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;

-- version-numbers: versions are not numbered 1, 2, 3 ... in the order of their validity
SELECT 'business.dim_customer' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT version.member,
           CAST(version.surrogate_key AS VARCHAR) AS keys,
           'version ' || CAST(version.version_number AS VARCHAR) || ' stands in place ' || CAST(version.place AS VARCHAR) AS detail
    FROM (
        SELECT 'customer_id = ' || coalesce(CAST(tgt."CUSTOMER_ID" AS VARCHAR), 'NULL') AS member,
               tgt."CUSTOMER_KEY" AS surrogate_key,
               tgt."VERSION" AS version_number,
               tgt."VALID_FROM" AS begins_at,
               tgt."VALID_TO" AS ends_at,
               tgt."IS_CURRENT" AS is_current_version,
               row_number() OVER (PARTITION BY tgt."CUSTOMER_ID" ORDER BY tgt."VALID_FROM", tgt."VERSION") AS place,
               lead(tgt."CUSTOMER_KEY") OVER (PARTITION BY tgt."CUSTOMER_ID" ORDER BY tgt."VALID_FROM", tgt."VERSION") AS next_key,
               lead(tgt."VERSION") OVER (PARTITION BY tgt."CUSTOMER_ID" ORDER BY tgt."VALID_FROM", tgt."VERSION") AS next_version_number,
               lead(tgt."VALID_FROM") OVER (PARTITION BY tgt."CUSTOMER_ID" ORDER BY tgt."VALID_FROM", tgt."VERSION") AS next_begins_at
        FROM "BUSINESS"."DIM_CUSTOMER_HISTORY" AS tgt
        WHERE tgt."CUSTOMER_KEY" > 0
    ) AS version
    WHERE version.version_number <> version.place
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;

-- overwritten-values: versions of one member differ in attributes that all of them share
SELECT 'business.dim_customer' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT version.member,
           version.keys,
           'they differ in ' || version.differing AS detail
    FROM (
        SELECT 'customer_id = ' || coalesce(CAST(tgt."CUSTOMER_ID" AS VARCHAR), 'NULL') AS member,
               listagg(CAST(tgt."CUSTOMER_KEY" AS VARCHAR), ', ') WITHIN GROUP (ORDER BY tgt."CUSTOMER_KEY") AS keys,
               array_to_string(array_construct_compact(CASE WHEN count(DISTINCT tgt."CREATED_ON") > 1 OR count(tgt."CREATED_ON") NOT IN (0, count(*)) THEN 'created_on' END,
                                                       CASE WHEN count(DISTINCT tgt."FIRST_NAME") > 1 OR count(tgt."FIRST_NAME") NOT IN (0, count(*)) THEN 'first_name' END,
                                                       CASE WHEN count(DISTINCT tgt."EMAIL") > 1 OR count(tgt."EMAIL") NOT IN (0, count(*)) THEN 'email' END,
                                                       CASE WHEN count(DISTINCT tgt."SEGMENT") > 1 OR count(tgt."SEGMENT") NOT IN (0, count(*)) THEN 'segment' END,
                                                       CASE WHEN count(DISTINCT tgt."PREVIOUS_SEGMENT") > 1 OR count(tgt."PREVIOUS_SEGMENT") NOT IN (0, count(*)) THEN 'previous_segment' END,
                                                       CASE WHEN count(DISTINCT tgt."CURRENT_STORE_ID") > 1 OR count(tgt."CURRENT_STORE_ID") NOT IN (0, count(*)) THEN 'current_store_id' END,
                                                       CASE WHEN count(DISTINCT tgt."CUSTOMER_DURABLE_KEY") > 1 OR count(tgt."CUSTOMER_DURABLE_KEY") NOT IN (0, count(*)) THEN 'customer_durable_key' END), ', ') AS differing
        FROM "BUSINESS"."DIM_CUSTOMER_HISTORY" AS tgt
        WHERE tgt."CUSTOMER_KEY" > 0
        GROUP BY tgt."CUSTOMER_ID"
        HAVING count(*) > 1
    ) AS version
    WHERE version.differing <> ''
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;

-- current-values: current values are not those of the member's latest version
SELECT 'business.dim_customer' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT 'customer_id = ' || coalesce(CAST(version."CUSTOMER_ID" AS VARCHAR), 'NULL') AS member,
           CAST(version.given_key AS VARCHAR) AS keys,
           'it differs in ' || version.differing_columns AS detail
    FROM (
        SELECT src."CUSTOMER_ID",
               src.given_key,
               array_to_string(array_construct_compact(CASE WHEN src."CURRENT_STORE_ID" IS DISTINCT FROM first_value(src."STORE_ID") OVER (PARTITION BY src."CUSTOMER_ID" ORDER BY src.version_number DESC) THEN 'current_store_id' END), ', ') AS differing_columns
        FROM (
            SELECT tgt."CUSTOMER_ID",
                   tgt."CREATED_ON",
                   tgt."FIRST_NAME",
                   tgt."EMAIL",
                   tgt."CITY",
                   tgt."SEGMENT",
                   tgt."STORE_ID",
                   tgt."PREVIOUS_SEGMENT",
                   tgt."CUSTOMER_DURABLE_KEY",
                   tgt."CURRENT_STORE_ID",
                   tgt."CHANGE_REASON",
                   tgt."CUSTOMER_KEY" AS given_key,
                   tgt."VALID_FROM" AS held_from,
                   tgt."VALID_TO" AS ends_at,
                   tgt."VERSION" AS version_number,
                   tgt."CHANGED_AT" AS stored_change,
                   tgt."IS_INFERRED" AS is_unreal,
                   tgt."IS_DELETED" AS is_delete
            FROM "BUSINESS"."DIM_CUSTOMER_HISTORY" AS tgt
            WHERE tgt."CUSTOMER_KEY" > 0
        ) AS src
    ) AS version
    WHERE version.differing_columns <> ''
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;

-- change-reasons: versions give another reason than their history does
SELECT 'business.dim_customer' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT 'customer_id = ' || coalesce(CAST(version."CUSTOMER_ID" AS VARCHAR), 'NULL') AS member,
           CAST(version.given_key AS VARCHAR) AS keys,
           'version ' || CAST(version.version_number AS VARCHAR) || ' should say ' || version.expected_reason AS detail
    FROM (
        SELECT src."CUSTOMER_ID",
               src."CHANGE_REASON",
               src.given_key,
               src.version_number,
               CASE WHEN src.is_unreal THEN 'inferred' WHEN src.is_delete THEN 'deleted'
                    WHEN lag(src.version_number) OVER (PARTITION BY src."CUSTOMER_ID" ORDER BY src.version_number) IS NULL THEN 'new'
                    WHEN lag(src.is_delete) OVER (PARTITION BY src."CUSTOMER_ID" ORDER BY src.version_number) OR lag(src.ends_at) OVER (PARTITION BY src."CUSTOMER_ID" ORDER BY src.version_number) < src.held_from THEN 'returned'
                    ELSE array_to_string(array_construct_compact(CASE WHEN lower(src."CITY") IS DISTINCT FROM lower(lag(src."CITY") OVER (PARTITION BY src."CUSTOMER_ID" ORDER BY src.version_number)) THEN 'city' END,
                                                                 CASE WHEN src."STORE_ID" IS DISTINCT FROM lag(src."STORE_ID") OVER (PARTITION BY src."CUSTOMER_ID" ORDER BY src.version_number) THEN 'store_id' END), ',')
               END AS expected_reason
        FROM (
            SELECT tgt."CUSTOMER_ID",
                   tgt."CREATED_ON",
                   tgt."FIRST_NAME",
                   tgt."EMAIL",
                   tgt."CITY",
                   tgt."SEGMENT",
                   tgt."STORE_ID",
                   tgt."PREVIOUS_SEGMENT",
                   tgt."CUSTOMER_DURABLE_KEY",
                   tgt."CURRENT_STORE_ID",
                   tgt."CHANGE_REASON",
                   tgt."CUSTOMER_KEY" AS given_key,
                   tgt."VALID_FROM" AS held_from,
                   tgt."VALID_TO" AS ends_at,
                   tgt."VERSION" AS version_number,
                   tgt."CHANGED_AT" AS stored_change,
                   tgt."IS_INFERRED" AS is_unreal,
                   tgt."IS_DELETED" AS is_delete
            FROM "BUSINESS"."DIM_CUSTOMER_HISTORY" AS tgt
            WHERE tgt."CUSTOMER_KEY" > 0
        ) AS src
    ) AS version
    WHERE version."CHANGE_REASON" IS DISTINCT FROM version.expected_reason
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;

-- natural-keys: members have no natural key
SELECT 'business.dim_customer' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT 'customer_id = ' || coalesce(CAST(tgt."CUSTOMER_ID" AS VARCHAR), 'NULL') AS member,
           CAST(tgt."CUSTOMER_KEY" AS VARCHAR) AS keys,
           'NULL in the natural key' AS detail
    FROM "BUSINESS"."DIM_CUSTOMER_HISTORY" AS tgt
    WHERE tgt."CUSTOMER_KEY" > 0
      AND (tgt."CUSTOMER_ID" IS NULL)
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;

-- surrogate-keys: surrogate keys are given twice
SELECT 'business.dim_customer' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT listagg('customer_id = ' || coalesce(CAST(tgt."CUSTOMER_ID" AS VARCHAR), 'NULL'), '; ') WITHIN GROUP (ORDER BY 'customer_id = ' || coalesce(CAST(tgt."CUSTOMER_ID" AS VARCHAR), 'NULL')) AS member,
           CAST(tgt."CUSTOMER_KEY" AS VARCHAR) AS keys,
           CAST(count(*) AS VARCHAR) || ' rows have it' AS detail
    FROM "BUSINESS"."DIM_CUSTOMER_HISTORY" AS tgt
    GROUP BY tgt."CUSTOMER_KEY"
    HAVING count(*) > 1
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;

-- surrogate-key-counter: surrogate keys are above the last one given, which will be given again
SELECT 'business.dim_customer' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT 'customer_id = ' || coalesce(CAST(tgt."CUSTOMER_ID" AS VARCHAR), 'NULL') AS member,
           CAST(tgt."CUSTOMER_KEY" AS VARCHAR) AS keys,
           'the last key given is ' || coalesce(CAST(counter.last_key AS VARCHAR), 'not known') AS detail
    FROM "BUSINESS"."DIM_CUSTOMER_HISTORY" AS tgt
    LEFT JOIN "WAREHOUSE"."SURROGATE_KEY" AS counter ON counter.target = 'business.dim_customer'
    WHERE tgt."CUSTOMER_KEY" > coalesce(counter.last_key, 0)
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;

-- default-members: default members are missing, changed or foreign
SELECT 'business.dim_customer' AS table_name,
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
               array_to_string(array_construct_compact(CASE WHEN tgt."CUSTOMER_DURABLE_KEY" IS DISTINCT FROM -1 THEN 'customer_durable_key' END,
                                                       CASE WHEN tgt."CUSTOMER_ID" IS DISTINCT FROM NULL THEN 'customer_id' END,
                                                       CASE WHEN tgt."CREATED_ON" IS DISTINCT FROM NULL THEN 'created_on' END,
                                                       CASE WHEN coalesce(tgt."FIRST_NAME" <> 'Unknown', FALSE) THEN 'first_name' END,
                                                       CASE WHEN coalesce(tgt."EMAIL" <> 'Unknown', FALSE) THEN 'email' END,
                                                       CASE WHEN coalesce(tgt."CITY" <> 'Unknown', FALSE) THEN 'city' END,
                                                       CASE WHEN coalesce(tgt."SEGMENT" <> 'Unknown', FALSE) THEN 'segment' END,
                                                       CASE WHEN coalesce(tgt."PREVIOUS_SEGMENT" <> 'Unknown', FALSE) THEN 'previous_segment' END,
                                                       CASE WHEN tgt."STORE_ID" IS DISTINCT FROM NULL THEN 'store_id' END,
                                                       CASE WHEN tgt."CURRENT_STORE_ID" IS DISTINCT FROM NULL THEN 'current_store_id' END,
                                                       CASE WHEN tgt."VALID_FROM" IS DISTINCT FROM CAST('0001-01-01' AS TIMESTAMP_NTZ(6)) THEN 'valid_from' END,
                                                       CASE WHEN tgt."VALID_TO" IS DISTINCT FROM NULL THEN 'valid_to' END,
                                                       CASE WHEN tgt."IS_CURRENT" IS DISTINCT FROM TRUE THEN 'is_current' END,
                                                       CASE WHEN tgt."VERSION" IS DISTINCT FROM 1 THEN 'version' END,
                                                       CASE WHEN tgt."CHANGED_AT" IS DISTINCT FROM NULL THEN 'changed_at' END,
                                                       CASE WHEN tgt."CHANGE_REASON" IS DISTINCT FROM NULL THEN 'change_reason' END,
                                                       CASE WHEN tgt."IS_INFERRED" IS DISTINCT FROM FALSE THEN 'is_inferred' END,
                                                       CASE WHEN tgt."IS_DELETED" IS DISTINCT FROM FALSE THEN 'is_deleted' END,
                                                       CASE WHEN tgt."LOAD_ID" IS DISTINCT FROM 0 THEN 'load_id' END), ', ') AS changed
        FROM "BUSINESS"."DIM_CUSTOMER_HISTORY" AS tgt
        WHERE tgt."CUSTOMER_KEY" = -1
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
               array_to_string(array_construct_compact(CASE WHEN tgt."CUSTOMER_DURABLE_KEY" IS DISTINCT FROM -2 THEN 'customer_durable_key' END,
                                                       CASE WHEN tgt."CUSTOMER_ID" IS DISTINCT FROM NULL THEN 'customer_id' END,
                                                       CASE WHEN tgt."CREATED_ON" IS DISTINCT FROM NULL THEN 'created_on' END,
                                                       CASE WHEN coalesce(tgt."FIRST_NAME" <> 'Not applicable', FALSE) THEN 'first_name' END,
                                                       CASE WHEN coalesce(tgt."EMAIL" <> 'Not applicable', FALSE) THEN 'email' END,
                                                       CASE WHEN coalesce(tgt."CITY" <> 'Not applicable', FALSE) THEN 'city' END,
                                                       CASE WHEN coalesce(tgt."SEGMENT" <> 'Not applicable', FALSE) THEN 'segment' END,
                                                       CASE WHEN coalesce(tgt."PREVIOUS_SEGMENT" <> 'Not applicable', FALSE) THEN 'previous_segment' END,
                                                       CASE WHEN tgt."STORE_ID" IS DISTINCT FROM NULL THEN 'store_id' END,
                                                       CASE WHEN tgt."CURRENT_STORE_ID" IS DISTINCT FROM NULL THEN 'current_store_id' END,
                                                       CASE WHEN tgt."VALID_FROM" IS DISTINCT FROM CAST('0001-01-01' AS TIMESTAMP_NTZ(6)) THEN 'valid_from' END,
                                                       CASE WHEN tgt."VALID_TO" IS DISTINCT FROM NULL THEN 'valid_to' END,
                                                       CASE WHEN tgt."IS_CURRENT" IS DISTINCT FROM TRUE THEN 'is_current' END,
                                                       CASE WHEN tgt."VERSION" IS DISTINCT FROM 1 THEN 'version' END,
                                                       CASE WHEN tgt."CHANGED_AT" IS DISTINCT FROM NULL THEN 'changed_at' END,
                                                       CASE WHEN tgt."CHANGE_REASON" IS DISTINCT FROM NULL THEN 'change_reason' END,
                                                       CASE WHEN tgt."IS_INFERRED" IS DISTINCT FROM FALSE THEN 'is_inferred' END,
                                                       CASE WHEN tgt."IS_DELETED" IS DISTINCT FROM FALSE THEN 'is_deleted' END,
                                                       CASE WHEN tgt."LOAD_ID" IS DISTINCT FROM 0 THEN 'load_id' END), ', ') AS changed
        FROM "BUSINESS"."DIM_CUSTOMER_HISTORY" AS tgt
        WHERE tgt."CUSTOMER_KEY" = -2
    ) AS stored ON TRUE
    WHERE stored.found IS NULL
       OR stored.changed <> ''
    UNION ALL
    SELECT '' AS member,
           CAST(tgt."CUSTOMER_KEY" AS VARCHAR) AS keys,
           'is no key of a member and none of a default member' AS detail
    FROM "BUSINESS"."DIM_CUSTOMER_HISTORY" AS tgt
    WHERE tgt."CUSTOMER_KEY" <= 0
      AND tgt."CUSTOMER_KEY" NOT IN (-1, -2)
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;

-- durable-keys: durable keys are missing, or of several members
SELECT 'business.dim_customer' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT listagg('customer_id = ' || coalesce(CAST(tgt."CUSTOMER_ID" AS VARCHAR), 'NULL'), '; ') WITHIN GROUP (ORDER BY 'customer_id = ' || coalesce(CAST(tgt."CUSTOMER_ID" AS VARCHAR), 'NULL')) AS member,
           coalesce(CAST(tgt."CUSTOMER_DURABLE_KEY" AS VARCHAR), '') AS keys,
           CASE WHEN tgt."CUSTOMER_DURABLE_KEY" IS NULL THEN 'no durable key' ELSE CAST(count(*) AS VARCHAR) || ' members have it' END AS detail
    FROM (
        SELECT DISTINCT version."CUSTOMER_DURABLE_KEY",
                        version."CUSTOMER_ID"
        FROM "BUSINESS"."DIM_CUSTOMER_HISTORY" AS version
        WHERE version."CUSTOMER_KEY" > 0
    ) AS tgt
    GROUP BY tgt."CUSTOMER_DURABLE_KEY"
    HAVING count(*) > 1
        OR tgt."CUSTOMER_DURABLE_KEY" IS NULL
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;

-- default-members: default members are missing, changed or foreign
SELECT 'business.dim_customer' AS table_name,
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
               array_to_string(array_construct_compact(CASE WHEN tgt."CUSTOMER_ID" IS DISTINCT FROM NULL THEN 'customer_id' END,
                                                       CASE WHEN tgt."CREATED_ON" IS DISTINCT FROM NULL THEN 'created_on' END,
                                                       CASE WHEN coalesce(tgt."FIRST_NAME" <> 'Unknown', FALSE) THEN 'first_name' END,
                                                       CASE WHEN coalesce(tgt."EMAIL" <> 'Unknown', FALSE) THEN 'email' END,
                                                       CASE WHEN coalesce(tgt."CITY" <> 'Unknown', FALSE) THEN 'city' END,
                                                       CASE WHEN coalesce(tgt."SEGMENT" <> 'Unknown', FALSE) THEN 'segment' END,
                                                       CASE WHEN coalesce(tgt."PREVIOUS_SEGMENT" <> 'Unknown', FALSE) THEN 'previous_segment' END,
                                                       CASE WHEN tgt."STORE_ID" IS DISTINCT FROM NULL THEN 'store_id' END,
                                                       CASE WHEN tgt."VALID_FROM" IS DISTINCT FROM CAST('0001-01-01' AS TIMESTAMP_NTZ(6)) THEN 'valid_from' END,
                                                       CASE WHEN tgt."VALID_TO" IS DISTINCT FROM NULL THEN 'valid_to' END,
                                                       CASE WHEN tgt."IS_CURRENT" IS DISTINCT FROM TRUE THEN 'is_current' END,
                                                       CASE WHEN tgt."VERSION" IS DISTINCT FROM 1 THEN 'version' END,
                                                       CASE WHEN tgt."CHANGED_AT" IS DISTINCT FROM NULL THEN 'changed_at' END,
                                                       CASE WHEN tgt."CHANGE_REASON" IS DISTINCT FROM NULL THEN 'change_reason' END,
                                                       CASE WHEN tgt."IS_INFERRED" IS DISTINCT FROM FALSE THEN 'is_inferred' END,
                                                       CASE WHEN tgt."IS_DELETED" IS DISTINCT FROM FALSE THEN 'is_deleted' END,
                                                       CASE WHEN tgt."LOAD_ID" IS DISTINCT FROM 0 THEN 'load_id' END), ', ') AS changed
        FROM "BUSINESS"."DIM_CUSTOMER" AS tgt
        WHERE tgt."CUSTOMER_DURABLE_KEY" = -1
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
               array_to_string(array_construct_compact(CASE WHEN tgt."CUSTOMER_ID" IS DISTINCT FROM NULL THEN 'customer_id' END,
                                                       CASE WHEN tgt."CREATED_ON" IS DISTINCT FROM NULL THEN 'created_on' END,
                                                       CASE WHEN coalesce(tgt."FIRST_NAME" <> 'Not applicable', FALSE) THEN 'first_name' END,
                                                       CASE WHEN coalesce(tgt."EMAIL" <> 'Not applicable', FALSE) THEN 'email' END,
                                                       CASE WHEN coalesce(tgt."CITY" <> 'Not applicable', FALSE) THEN 'city' END,
                                                       CASE WHEN coalesce(tgt."SEGMENT" <> 'Not applicable', FALSE) THEN 'segment' END,
                                                       CASE WHEN coalesce(tgt."PREVIOUS_SEGMENT" <> 'Not applicable', FALSE) THEN 'previous_segment' END,
                                                       CASE WHEN tgt."STORE_ID" IS DISTINCT FROM NULL THEN 'store_id' END,
                                                       CASE WHEN tgt."VALID_FROM" IS DISTINCT FROM CAST('0001-01-01' AS TIMESTAMP_NTZ(6)) THEN 'valid_from' END,
                                                       CASE WHEN tgt."VALID_TO" IS DISTINCT FROM NULL THEN 'valid_to' END,
                                                       CASE WHEN tgt."IS_CURRENT" IS DISTINCT FROM TRUE THEN 'is_current' END,
                                                       CASE WHEN tgt."VERSION" IS DISTINCT FROM 1 THEN 'version' END,
                                                       CASE WHEN tgt."CHANGED_AT" IS DISTINCT FROM NULL THEN 'changed_at' END,
                                                       CASE WHEN tgt."CHANGE_REASON" IS DISTINCT FROM NULL THEN 'change_reason' END,
                                                       CASE WHEN tgt."IS_INFERRED" IS DISTINCT FROM FALSE THEN 'is_inferred' END,
                                                       CASE WHEN tgt."IS_DELETED" IS DISTINCT FROM FALSE THEN 'is_deleted' END,
                                                       CASE WHEN tgt."LOAD_ID" IS DISTINCT FROM 0 THEN 'load_id' END), ', ') AS changed
        FROM "BUSINESS"."DIM_CUSTOMER" AS tgt
        WHERE tgt."CUSTOMER_DURABLE_KEY" = -2
    ) AS stored ON TRUE
    WHERE stored.found IS NULL
       OR stored.changed <> ''
    UNION ALL
    SELECT '' AS member,
           CAST(tgt."CUSTOMER_DURABLE_KEY" AS VARCHAR) AS keys,
           'is no key of a member and none of a default member' AS detail
    FROM "BUSINESS"."DIM_CUSTOMER" AS tgt
    WHERE tgt."CUSTOMER_DURABLE_KEY" <= 0
      AND tgt."CUSTOMER_DURABLE_KEY" NOT IN (-1, -2)
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;

-- member-rows: rows of business.dim_customer do not say what the last versions in business.dim_customer_history say
SELECT 'business.dim_customer' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT 'customer_id = ' || coalesce(CAST(seen."CUSTOMER_ID" AS VARCHAR), 'NULL') AS member,
           CAST(seen."CUSTOMER_DURABLE_KEY" AS VARCHAR) AS keys,
           seen.differing_columns AS detail
    FROM (
        SELECT coalesce(src."CUSTOMER_DURABLE_KEY", tgt."CUSTOMER_DURABLE_KEY") AS "CUSTOMER_DURABLE_KEY",
               coalesce(src."CUSTOMER_ID", tgt."CUSTOMER_ID") AS "CUSTOMER_ID",
               CASE WHEN tgt."CUSTOMER_DURABLE_KEY" IS NULL THEN 'the member has versions and no row'
                    WHEN src."CUSTOMER_DURABLE_KEY" IS NULL THEN 'the member has a row and no version'
                    ELSE 'they differ in ' || array_to_string(array_construct_compact(CASE WHEN tgt."CUSTOMER_ID" IS DISTINCT FROM src."CUSTOMER_ID" THEN 'customer_id' END,
                                                                                      CASE WHEN tgt."CREATED_ON" IS DISTINCT FROM src."CREATED_ON" THEN 'created_on' END,
                                                                                      CASE WHEN tgt."FIRST_NAME" IS DISTINCT FROM src."FIRST_NAME" THEN 'first_name' END,
                                                                                      CASE WHEN tgt."EMAIL" IS DISTINCT FROM src."EMAIL" THEN 'email' END,
                                                                                      CASE WHEN tgt."CITY" IS DISTINCT FROM src."CITY" THEN 'city' END,
                                                                                      CASE WHEN tgt."SEGMENT" IS DISTINCT FROM src."SEGMENT" THEN 'segment' END,
                                                                                      CASE WHEN tgt."PREVIOUS_SEGMENT" IS DISTINCT FROM src."PREVIOUS_SEGMENT" THEN 'previous_segment' END,
                                                                                      CASE WHEN tgt."STORE_ID" IS DISTINCT FROM src."STORE_ID" THEN 'store_id' END,
                                                                                      CASE WHEN tgt."VALID_FROM" IS DISTINCT FROM src."VALID_FROM" THEN 'valid_from' END,
                                                                                      CASE WHEN tgt."VALID_TO" IS DISTINCT FROM src."VALID_TO" THEN 'valid_to' END,
                                                                                      CASE WHEN tgt."IS_CURRENT" IS DISTINCT FROM src."IS_CURRENT" THEN 'is_current' END,
                                                                                      CASE WHEN tgt."VERSION" IS DISTINCT FROM src."VERSION" THEN 'version' END,
                                                                                      CASE WHEN tgt."CHANGED_AT" IS DISTINCT FROM src."CHANGED_AT" THEN 'changed_at' END,
                                                                                      CASE WHEN tgt."CHANGE_REASON" IS DISTINCT FROM src."CHANGE_REASON" THEN 'change_reason' END,
                                                                                      CASE WHEN tgt."IS_INFERRED" IS DISTINCT FROM src."IS_INFERRED" THEN 'is_inferred' END,
                                                                                      CASE WHEN tgt."IS_DELETED" IS DISTINCT FROM src."IS_DELETED" THEN 'is_deleted' END,
                                                                                      CASE WHEN tgt."LOAD_ID" IS DISTINCT FROM src."LOAD_ID" THEN 'load_id' END), ', ')
               END AS differing_columns
        FROM (
            SELECT version."CUSTOMER_DURABLE_KEY",
                   version."CUSTOMER_ID",
                   version."CREATED_ON",
                   version."FIRST_NAME",
                   version."EMAIL",
                   version."CITY",
                   version."SEGMENT",
                   version."PREVIOUS_SEGMENT",
                   version."STORE_ID",
                   version."VALID_FROM",
                   version."VALID_TO",
                   version."IS_CURRENT",
                   version."VERSION",
                   version."CHANGED_AT",
                   version."CHANGE_REASON",
                   version."IS_INFERRED",
                   version."IS_DELETED",
                   version."LOAD_ID"
            FROM "BUSINESS"."DIM_CUSTOMER_HISTORY" AS version
            WHERE version."CUSTOMER_KEY" > 0
            QUALIFY row_number() OVER (PARTITION BY version."CUSTOMER_DURABLE_KEY" ORDER BY version."VERSION" DESC) = 1
        ) AS src
        FULL JOIN (
            SELECT member."CUSTOMER_DURABLE_KEY",
                   member."CUSTOMER_ID",
                   member."CREATED_ON",
                   member."FIRST_NAME",
                   member."EMAIL",
                   member."CITY",
                   member."SEGMENT",
                   member."PREVIOUS_SEGMENT",
                   member."STORE_ID",
                   member."VALID_FROM",
                   member."VALID_TO",
                   member."IS_CURRENT",
                   member."VERSION",
                   member."CHANGED_AT",
                   member."CHANGE_REASON",
                   member."IS_INFERRED",
                   member."IS_DELETED",
                   member."LOAD_ID"
            FROM "BUSINESS"."DIM_CUSTOMER" AS member
            WHERE member."CUSTOMER_DURABLE_KEY" > 0
        ) AS tgt ON tgt."CUSTOMER_DURABLE_KEY" = src."CUSTOMER_DURABLE_KEY"
        WHERE tgt."CUSTOMER_DURABLE_KEY" IS DISTINCT FROM src."CUSTOMER_DURABLE_KEY"
              OR tgt."CUSTOMER_ID" IS DISTINCT FROM src."CUSTOMER_ID"
              OR tgt."CREATED_ON" IS DISTINCT FROM src."CREATED_ON"
              OR tgt."FIRST_NAME" IS DISTINCT FROM src."FIRST_NAME"
              OR tgt."EMAIL" IS DISTINCT FROM src."EMAIL"
              OR tgt."CITY" IS DISTINCT FROM src."CITY"
              OR tgt."SEGMENT" IS DISTINCT FROM src."SEGMENT"
              OR tgt."PREVIOUS_SEGMENT" IS DISTINCT FROM src."PREVIOUS_SEGMENT"
              OR tgt."STORE_ID" IS DISTINCT FROM src."STORE_ID"
              OR tgt."VALID_FROM" IS DISTINCT FROM src."VALID_FROM"
              OR tgt."VALID_TO" IS DISTINCT FROM src."VALID_TO"
              OR tgt."IS_CURRENT" IS DISTINCT FROM src."IS_CURRENT"
              OR tgt."VERSION" IS DISTINCT FROM src."VERSION"
              OR tgt."CHANGED_AT" IS DISTINCT FROM src."CHANGED_AT"
              OR tgt."CHANGE_REASON" IS DISTINCT FROM src."CHANGE_REASON"
              OR tgt."IS_INFERRED" IS DISTINCT FROM src."IS_INFERRED"
              OR tgt."IS_DELETED" IS DISTINCT FROM src."IS_DELETED"
              OR tgt."LOAD_ID" IS DISTINCT FROM src."LOAD_ID"
    ) AS seen
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;

-- inferred-members: Members that facts named and no source row has filled in yet.
SELECT 'business.dim_customer' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT 'customer_id = ' || coalesce(CAST(tgt."CUSTOMER_ID" AS VARCHAR), 'NULL') AS member,
           CAST(tgt."CUSTOMER_KEY" AS VARCHAR) AS keys,
           'inferred by load ' || CAST(tgt."LOAD_ID" AS VARCHAR) || coalesce(' of ' || to_varchar(known.started_at, 'YYYY-MM-DD HH24:MI:SS'), '') || ', waited for by facts: ' || CAST(coalesce(linked.facts, 0) AS VARCHAR) AS detail
    FROM "BUSINESS"."DIM_CUSTOMER_HISTORY" AS tgt
    LEFT JOIN "WAREHOUSE"."LOAD" AS known ON known.load_id = tgt."LOAD_ID"
    LEFT JOIN (
        SELECT link.surrogate_key,
               count(*) AS facts
        FROM (
            SELECT fact."CUSTOMER_KEY" AS surrogate_key FROM "BUSINESS"."FACT_SALE" AS fact
            UNION ALL
            SELECT fact."HOUSEHOLD_DURABLE_KEY" AS surrogate_key FROM "BUSINESS"."FACT_SALE" AS fact
        ) AS link
        GROUP BY link.surrogate_key
    ) AS linked ON linked.surrogate_key = tgt."CUSTOMER_KEY"
    WHERE tgt."CUSTOMER_KEY" > 0
      AND tgt."IS_INFERRED"
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;

-- load-ids: rows name a load that the ledger does not have
SELECT 'business.dim_customer' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT 'load ' || CAST(tgt."LOAD_ID" AS VARCHAR) AS member,
           '' AS keys,
           CAST(count(*) AS VARCHAR) || ' rows' AS detail
    FROM "BUSINESS"."DIM_CUSTOMER_HISTORY" AS tgt
    WHERE NOT EXISTS (SELECT 1 FROM "WAREHOUSE"."LOAD" AS known WHERE known.load_id = tgt."LOAD_ID")
      AND tgt."CUSTOMER_KEY" > 0
    GROUP BY tgt."LOAD_ID"
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;
