-- warehouse-sdk: verify business.dim_product

-- intervals: versions are empty or end before they begin
SELECT 'business.dim_product' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT version.member,
           CAST(version.surrogate_key AS VARCHAR) AS keys,
           'version ' || CAST(version.version_number AS VARCHAR) || CASE WHEN version.ends_at = version.begins_at THEN ' ends where it begins' ELSE ' ends before it begins' END AS detail
    FROM (
        SELECT 'sku = ' || coalesce(CAST(tgt."SKU" AS VARCHAR), 'NULL') AS member,
               tgt."PRODUCT_KEY" AS surrogate_key,
               tgt."VERSION" AS version_number,
               tgt."VALID_FROM" AS begins_at,
               tgt."VALID_TO" AS ends_at,
               tgt."IS_CURRENT" AS is_current_version,
               row_number() OVER (PARTITION BY tgt."SKU" ORDER BY tgt."VALID_FROM", tgt."VERSION") AS place,
               lead(tgt."PRODUCT_KEY") OVER (PARTITION BY tgt."SKU" ORDER BY tgt."VALID_FROM", tgt."VERSION") AS next_key,
               lead(tgt."VERSION") OVER (PARTITION BY tgt."SKU" ORDER BY tgt."VALID_FROM", tgt."VERSION") AS next_version_number,
               lead(tgt."VALID_FROM") OVER (PARTITION BY tgt."SKU" ORDER BY tgt."VALID_FROM", tgt."VERSION") AS next_begins_at
        FROM "BUSINESS"."DIM_PRODUCT" AS tgt
        WHERE tgt."PRODUCT_KEY" > 0
    ) AS version
    WHERE version.ends_at <= version.begins_at
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;

-- overlaps: versions of one member overlap
SELECT 'business.dim_product' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT version.member,
           CAST(version.surrogate_key AS VARCHAR) || ', ' || CAST(version.next_key AS VARCHAR) AS keys,
           'version ' || CAST(version.version_number AS VARCHAR) || ' still holds where version ' || CAST(version.next_version_number AS VARCHAR) || ' begins' AS detail
    FROM (
        SELECT 'sku = ' || coalesce(CAST(tgt."SKU" AS VARCHAR), 'NULL') AS member,
               tgt."PRODUCT_KEY" AS surrogate_key,
               tgt."VERSION" AS version_number,
               tgt."VALID_FROM" AS begins_at,
               tgt."VALID_TO" AS ends_at,
               tgt."IS_CURRENT" AS is_current_version,
               row_number() OVER (PARTITION BY tgt."SKU" ORDER BY tgt."VALID_FROM", tgt."VERSION") AS place,
               lead(tgt."PRODUCT_KEY") OVER (PARTITION BY tgt."SKU" ORDER BY tgt."VALID_FROM", tgt."VERSION") AS next_key,
               lead(tgt."VERSION") OVER (PARTITION BY tgt."SKU" ORDER BY tgt."VALID_FROM", tgt."VERSION") AS next_version_number,
               lead(tgt."VALID_FROM") OVER (PARTITION BY tgt."SKU" ORDER BY tgt."VALID_FROM", tgt."VERSION") AS next_begins_at
        FROM "BUSINESS"."DIM_PRODUCT" AS tgt
        WHERE tgt."PRODUCT_KEY" > 0
    ) AS version
    WHERE version.next_begins_at < version.ends_at
       OR (version.next_begins_at IS NOT NULL AND version.ends_at IS NULL)
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;

-- current-versions: versions are current without being open, or open without being current
SELECT 'business.dim_product' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT version.member,
           CAST(version.surrogate_key AS VARCHAR) AS keys,
           'version ' || CAST(version.version_number AS VARCHAR) || CASE WHEN version.is_current_version THEN ' is current and has an end' ELSE ' is open and not current' END AS detail
    FROM (
        SELECT 'sku = ' || coalesce(CAST(tgt."SKU" AS VARCHAR), 'NULL') AS member,
               tgt."PRODUCT_KEY" AS surrogate_key,
               tgt."VERSION" AS version_number,
               tgt."VALID_FROM" AS begins_at,
               tgt."VALID_TO" AS ends_at,
               tgt."IS_CURRENT" AS is_current_version,
               row_number() OVER (PARTITION BY tgt."SKU" ORDER BY tgt."VALID_FROM", tgt."VERSION") AS place,
               lead(tgt."PRODUCT_KEY") OVER (PARTITION BY tgt."SKU" ORDER BY tgt."VALID_FROM", tgt."VERSION") AS next_key,
               lead(tgt."VERSION") OVER (PARTITION BY tgt."SKU" ORDER BY tgt."VALID_FROM", tgt."VERSION") AS next_version_number,
               lead(tgt."VALID_FROM") OVER (PARTITION BY tgt."SKU" ORDER BY tgt."VALID_FROM", tgt."VERSION") AS next_begins_at
        FROM "BUSINESS"."DIM_PRODUCT" AS tgt
        WHERE tgt."PRODUCT_KEY" > 0
    ) AS version
    WHERE version.is_current_version <> (version.ends_at IS NULL)
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;

-- single-current-version: members have more than one current version
SELECT 'business.dim_product' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT 'sku = ' || coalesce(CAST(tgt."SKU" AS VARCHAR), 'NULL') AS member,
           listagg(CAST(tgt."PRODUCT_KEY" AS VARCHAR), ', ') WITHIN GROUP (ORDER BY tgt."PRODUCT_KEY") AS keys,
           CAST(count(*) AS VARCHAR) || ' versions are current' AS detail
    FROM "BUSINESS"."DIM_PRODUCT" AS tgt
    WHERE tgt."PRODUCT_KEY" > 0
      AND tgt."IS_CURRENT"
    GROUP BY tgt."SKU"
    HAVING count(*) > 1
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;

-- unexplained-gaps: members are gone for a time or for good, but nothing in the model ends members
SELECT 'business.dim_product' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT version.member,
           CAST(version.surrogate_key AS VARCHAR) AS keys,
           'version ' || CAST(version.version_number AS VARCHAR) || CASE WHEN version.next_key IS NULL THEN ' has an end and is the last' ELSE ' ends before the next begins' END AS detail
    FROM (
        SELECT 'sku = ' || coalesce(CAST(tgt."SKU" AS VARCHAR), 'NULL') AS member,
               tgt."PRODUCT_KEY" AS surrogate_key,
               tgt."VERSION" AS version_number,
               tgt."VALID_FROM" AS begins_at,
               tgt."VALID_TO" AS ends_at,
               tgt."IS_CURRENT" AS is_current_version,
               row_number() OVER (PARTITION BY tgt."SKU" ORDER BY tgt."VALID_FROM", tgt."VERSION") AS place,
               lead(tgt."PRODUCT_KEY") OVER (PARTITION BY tgt."SKU" ORDER BY tgt."VALID_FROM", tgt."VERSION") AS next_key,
               lead(tgt."VERSION") OVER (PARTITION BY tgt."SKU" ORDER BY tgt."VALID_FROM", tgt."VERSION") AS next_version_number,
               lead(tgt."VALID_FROM") OVER (PARTITION BY tgt."SKU" ORDER BY tgt."VALID_FROM", tgt."VERSION") AS next_begins_at
        FROM "BUSINESS"."DIM_PRODUCT" AS tgt
        WHERE tgt."PRODUCT_KEY" > 0
    ) AS version
    WHERE version.next_begins_at > version.ends_at
       OR (version.next_key IS NULL AND version.ends_at IS NOT NULL)
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;

-- repeated-versions: versions say the same as the version before them, without a gap between
SELECT 'business.dim_product' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT version.member,
           CAST(version.surrogate_key AS VARCHAR) || ', ' || CAST(version.next_key AS VARCHAR) AS keys,
           'version ' || CAST(version.next_version_number AS VARCHAR) || ' says the same as version ' || CAST(version.version_number AS VARCHAR) AS detail
    FROM (
        SELECT 'sku = ' || coalesce(CAST(tgt."SKU" AS VARCHAR), 'NULL') AS member,
               tgt."PRODUCT_KEY" AS surrogate_key,
               tgt."VERSION" AS version_number,
               tgt."VALID_TO" AS ends_at,
               lead(tgt."PRODUCT_KEY") OVER (PARTITION BY tgt."SKU" ORDER BY tgt."VALID_FROM", tgt."VERSION") AS next_key,
               lead(tgt."VERSION") OVER (PARTITION BY tgt."SKU" ORDER BY tgt."VALID_FROM", tgt."VERSION") AS next_version_number,
               lead(tgt."VALID_FROM") OVER (PARTITION BY tgt."SKU" ORDER BY tgt."VALID_FROM", tgt."VERSION") AS next_begins_at,
               tgt."TITLE" IS NOT DISTINCT FROM lead(tgt."TITLE") OVER (PARTITION BY tgt."SKU" ORDER BY tgt."VALID_FROM", tgt."VERSION")
               AND tgt."IS_DELETED" = lead(tgt."IS_DELETED") OVER (PARTITION BY tgt."SKU" ORDER BY tgt."VALID_FROM", tgt."VERSION") AS says_the_same
        FROM "BUSINESS"."DIM_PRODUCT" AS tgt
        WHERE tgt."PRODUCT_KEY" > 0
    ) AS version
    WHERE version.ends_at = version.next_begins_at
      AND version.says_the_same
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;

-- version-numbers: versions are not numbered 1, 2, 3 ... in the order of their validity
SELECT 'business.dim_product' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT version.member,
           CAST(version.surrogate_key AS VARCHAR) AS keys,
           'version ' || CAST(version.version_number AS VARCHAR) || ' stands in place ' || CAST(version.place AS VARCHAR) AS detail
    FROM (
        SELECT 'sku = ' || coalesce(CAST(tgt."SKU" AS VARCHAR), 'NULL') AS member,
               tgt."PRODUCT_KEY" AS surrogate_key,
               tgt."VERSION" AS version_number,
               tgt."VALID_FROM" AS begins_at,
               tgt."VALID_TO" AS ends_at,
               tgt."IS_CURRENT" AS is_current_version,
               row_number() OVER (PARTITION BY tgt."SKU" ORDER BY tgt."VALID_FROM", tgt."VERSION") AS place,
               lead(tgt."PRODUCT_KEY") OVER (PARTITION BY tgt."SKU" ORDER BY tgt."VALID_FROM", tgt."VERSION") AS next_key,
               lead(tgt."VERSION") OVER (PARTITION BY tgt."SKU" ORDER BY tgt."VALID_FROM", tgt."VERSION") AS next_version_number,
               lead(tgt."VALID_FROM") OVER (PARTITION BY tgt."SKU" ORDER BY tgt."VALID_FROM", tgt."VERSION") AS next_begins_at
        FROM "BUSINESS"."DIM_PRODUCT" AS tgt
        WHERE tgt."PRODUCT_KEY" > 0
    ) AS version
    WHERE version.version_number <> version.place
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;

-- natural-keys: members have no natural key
SELECT 'business.dim_product' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT 'sku = ' || coalesce(CAST(tgt."SKU" AS VARCHAR), 'NULL') AS member,
           CAST(tgt."PRODUCT_KEY" AS VARCHAR) AS keys,
           'NULL in the natural key' AS detail
    FROM "BUSINESS"."DIM_PRODUCT" AS tgt
    WHERE tgt."PRODUCT_KEY" > 0
      AND (tgt."SKU" IS NULL)
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;

-- surrogate-keys: surrogate keys are given twice
SELECT 'business.dim_product' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT listagg('sku = ' || coalesce(CAST(tgt."SKU" AS VARCHAR), 'NULL'), '; ') WITHIN GROUP (ORDER BY 'sku = ' || coalesce(CAST(tgt."SKU" AS VARCHAR), 'NULL')) AS member,
           CAST(tgt."PRODUCT_KEY" AS VARCHAR) AS keys,
           CAST(count(*) AS VARCHAR) || ' rows have it' AS detail
    FROM "BUSINESS"."DIM_PRODUCT" AS tgt
    GROUP BY tgt."PRODUCT_KEY"
    HAVING count(*) > 1
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;

-- surrogate-key-counter: surrogate keys are above the last one given, which will be given again
SELECT 'business.dim_product' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT 'sku = ' || coalesce(CAST(tgt."SKU" AS VARCHAR), 'NULL') AS member,
           CAST(tgt."PRODUCT_KEY" AS VARCHAR) AS keys,
           'the last key given is ' || coalesce(CAST(counter.last_key AS VARCHAR), 'not known') AS detail
    FROM "BUSINESS"."DIM_PRODUCT" AS tgt
    LEFT JOIN "WAREHOUSE"."SURROGATE_KEY" AS counter ON counter.target = 'business.dim_product'
    WHERE tgt."PRODUCT_KEY" > coalesce(counter.last_key, 0)
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;

-- default-members: default members are missing, changed or foreign
SELECT 'business.dim_product' AS table_name,
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
               array_to_string(array_construct_compact(CASE WHEN tgt."SKU" IS DISTINCT FROM NULL THEN 'sku' END,
                                                       CASE WHEN coalesce(tgt."TITLE" <> 'Unknown', FALSE) THEN 'title' END,
                                                       CASE WHEN tgt."VALID_FROM" IS DISTINCT FROM CAST('0001-01-01' AS TIMESTAMP_NTZ(6)) THEN 'valid_from' END,
                                                       CASE WHEN tgt."VALID_TO" IS DISTINCT FROM NULL THEN 'valid_to' END,
                                                       CASE WHEN tgt."IS_CURRENT" IS DISTINCT FROM TRUE THEN 'is_current' END,
                                                       CASE WHEN tgt."VERSION" IS DISTINCT FROM 1 THEN 'version' END,
                                                       CASE WHEN tgt."CHANGED_AT" IS DISTINCT FROM NULL THEN 'changed_at' END,
                                                       CASE WHEN tgt."IS_INFERRED" IS DISTINCT FROM FALSE THEN 'is_inferred' END,
                                                       CASE WHEN tgt."IS_DELETED" IS DISTINCT FROM FALSE THEN 'is_deleted' END,
                                                       CASE WHEN tgt."LOAD_ID" IS DISTINCT FROM 0 THEN 'load_id' END), ', ') AS changed
        FROM "BUSINESS"."DIM_PRODUCT" AS tgt
        WHERE tgt."PRODUCT_KEY" = -1
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
               array_to_string(array_construct_compact(CASE WHEN tgt."SKU" IS DISTINCT FROM NULL THEN 'sku' END,
                                                       CASE WHEN coalesce(tgt."TITLE" <> 'Not applicable', FALSE) THEN 'title' END,
                                                       CASE WHEN tgt."VALID_FROM" IS DISTINCT FROM CAST('0001-01-01' AS TIMESTAMP_NTZ(6)) THEN 'valid_from' END,
                                                       CASE WHEN tgt."VALID_TO" IS DISTINCT FROM NULL THEN 'valid_to' END,
                                                       CASE WHEN tgt."IS_CURRENT" IS DISTINCT FROM TRUE THEN 'is_current' END,
                                                       CASE WHEN tgt."VERSION" IS DISTINCT FROM 1 THEN 'version' END,
                                                       CASE WHEN tgt."CHANGED_AT" IS DISTINCT FROM NULL THEN 'changed_at' END,
                                                       CASE WHEN tgt."IS_INFERRED" IS DISTINCT FROM FALSE THEN 'is_inferred' END,
                                                       CASE WHEN tgt."IS_DELETED" IS DISTINCT FROM FALSE THEN 'is_deleted' END,
                                                       CASE WHEN tgt."LOAD_ID" IS DISTINCT FROM 0 THEN 'load_id' END), ', ') AS changed
        FROM "BUSINESS"."DIM_PRODUCT" AS tgt
        WHERE tgt."PRODUCT_KEY" = -2
    ) AS stored ON TRUE
    WHERE stored.found IS NULL
       OR stored.changed <> ''
    UNION ALL
    SELECT '' AS member,
           CAST(tgt."PRODUCT_KEY" AS VARCHAR) AS keys,
           'is no key of a member and none of a default member' AS detail
    FROM "BUSINESS"."DIM_PRODUCT" AS tgt
    WHERE tgt."PRODUCT_KEY" <= 0
      AND tgt."PRODUCT_KEY" NOT IN (-1, -2)
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;

-- inferred-members: Members that facts named and no source row has filled in yet.
SELECT 'business.dim_product' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT 'sku = ' || coalesce(CAST(tgt."SKU" AS VARCHAR), 'NULL') AS member,
           CAST(tgt."PRODUCT_KEY" AS VARCHAR) AS keys,
           'inferred by load ' || CAST(tgt."LOAD_ID" AS VARCHAR) || coalesce(' of ' || to_varchar(known.started_at, 'YYYY-MM-DD HH24:MI:SS'), '') || ', waited for by facts: ' || CAST(coalesce(linked.facts, 0) AS VARCHAR) AS detail
    FROM "BUSINESS"."DIM_PRODUCT" AS tgt
    LEFT JOIN "WAREHOUSE"."LOAD" AS known ON known.load_id = tgt."LOAD_ID"
    LEFT JOIN (
        SELECT link.surrogate_key,
               count(*) AS facts
        FROM (
            SELECT fact."PRODUCT_KEY" AS surrogate_key FROM "BUSINESS"."FACT_SALE" AS fact
            UNION ALL
            SELECT fact."PRODUCT_KEY" AS surrogate_key FROM "BUSINESS"."FACT_STOCK" AS fact
        ) AS link
        GROUP BY link.surrogate_key
    ) AS linked ON linked.surrogate_key = tgt."PRODUCT_KEY"
    WHERE tgt."PRODUCT_KEY" > 0
      AND tgt."IS_INFERRED"
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;

-- load-ids: rows name a load that the ledger does not have
SELECT 'business.dim_product' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT 'load ' || CAST(tgt."LOAD_ID" AS VARCHAR) AS member,
           '' AS keys,
           CAST(count(*) AS VARCHAR) || ' rows' AS detail
    FROM "BUSINESS"."DIM_PRODUCT" AS tgt
    WHERE NOT EXISTS (SELECT 1 FROM "WAREHOUSE"."LOAD" AS known WHERE known.load_id = tgt."LOAD_ID")
      AND tgt."PRODUCT_KEY" > 0
    GROUP BY tgt."LOAD_ID"
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;
