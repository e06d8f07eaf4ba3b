-- warehouse-sdk: verify business.dim_product

-- intervals: versions are empty or end before they begin
WITH broken AS MATERIALIZED (
    SELECT version.member,
           CAST(version.surrogate_key AS text) AS keys,
           'version ' || CAST(version.version_number AS text) || CASE WHEN version.ends_at = version.begins_at THEN ' ends where it begins' ELSE ' ends before it begins' END AS detail
    FROM (
        SELECT 'sku = ' || coalesce(CAST(tgt.sku AS text), 'NULL') AS member,
               tgt.product_key AS surrogate_key,
               tgt.version AS version_number,
               tgt.valid_from AS begins_at,
               tgt.valid_to AS ends_at,
               tgt.is_current AS is_current_version,
               row_number() OVER (PARTITION BY tgt.sku ORDER BY tgt.valid_from, tgt.version) AS place,
               lead(tgt.product_key) OVER (PARTITION BY tgt.sku ORDER BY tgt.valid_from, tgt.version) AS next_key,
               lead(tgt.version) OVER (PARTITION BY tgt.sku ORDER BY tgt.valid_from, tgt.version) AS next_version_number,
               lead(tgt.valid_from) OVER (PARTITION BY tgt.sku ORDER BY tgt.valid_from, tgt.version) AS next_begins_at
        FROM business.dim_product AS tgt
        WHERE tgt.product_key > 0
    ) AS version
    WHERE version.ends_at <= version.begins_at
)
SELECT 'business.dim_product' AS table_name,
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
        SELECT 'sku = ' || coalesce(CAST(tgt.sku AS text), 'NULL') AS member,
               tgt.product_key AS surrogate_key,
               tgt.version AS version_number,
               tgt.valid_from AS begins_at,
               tgt.valid_to AS ends_at,
               tgt.is_current AS is_current_version,
               row_number() OVER (PARTITION BY tgt.sku ORDER BY tgt.valid_from, tgt.version) AS place,
               lead(tgt.product_key) OVER (PARTITION BY tgt.sku ORDER BY tgt.valid_from, tgt.version) AS next_key,
               lead(tgt.version) OVER (PARTITION BY tgt.sku ORDER BY tgt.valid_from, tgt.version) AS next_version_number,
               lead(tgt.valid_from) OVER (PARTITION BY tgt.sku ORDER BY tgt.valid_from, tgt.version) AS next_begins_at
        FROM business.dim_product AS tgt
        WHERE tgt.product_key > 0
    ) AS version
    WHERE version.next_begins_at < version.ends_at
       OR (version.next_begins_at IS NOT NULL AND version.ends_at IS NULL)
)
SELECT 'business.dim_product' AS table_name,
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
        SELECT 'sku = ' || coalesce(CAST(tgt.sku AS text), 'NULL') AS member,
               tgt.product_key AS surrogate_key,
               tgt.version AS version_number,
               tgt.valid_from AS begins_at,
               tgt.valid_to AS ends_at,
               tgt.is_current AS is_current_version,
               row_number() OVER (PARTITION BY tgt.sku ORDER BY tgt.valid_from, tgt.version) AS place,
               lead(tgt.product_key) OVER (PARTITION BY tgt.sku ORDER BY tgt.valid_from, tgt.version) AS next_key,
               lead(tgt.version) OVER (PARTITION BY tgt.sku ORDER BY tgt.valid_from, tgt.version) AS next_version_number,
               lead(tgt.valid_from) OVER (PARTITION BY tgt.sku ORDER BY tgt.valid_from, tgt.version) AS next_begins_at
        FROM business.dim_product AS tgt
        WHERE tgt.product_key > 0
    ) AS version
    WHERE version.is_current_version <> (version.ends_at IS NULL)
)
SELECT 'business.dim_product' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM broken
ORDER BY broken.member COLLATE "C", broken.keys COLLATE "C", broken.detail COLLATE "C"
LIMIT 100;

-- single-current-version: members have more than one current version
WITH broken AS MATERIALIZED (
    SELECT 'sku = ' || coalesce(CAST(tgt.sku AS text), 'NULL') AS member,
           string_agg(CAST(tgt.product_key AS text), ', ' ORDER BY tgt.product_key) AS keys,
           CAST(count(*) AS text) || ' versions are current' AS detail
    FROM business.dim_product AS tgt
    WHERE tgt.product_key > 0
      AND tgt.is_current
    GROUP BY tgt.sku
    HAVING count(*) > 1
)
SELECT 'business.dim_product' AS table_name,
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
        SELECT 'sku = ' || coalesce(CAST(tgt.sku AS text), 'NULL') AS member,
               tgt.product_key AS surrogate_key,
               tgt.version AS version_number,
               tgt.valid_from AS begins_at,
               tgt.valid_to AS ends_at,
               tgt.is_current AS is_current_version,
               row_number() OVER (PARTITION BY tgt.sku ORDER BY tgt.valid_from, tgt.version) AS place,
               lead(tgt.product_key) OVER (PARTITION BY tgt.sku ORDER BY tgt.valid_from, tgt.version) AS next_key,
               lead(tgt.version) OVER (PARTITION BY tgt.sku ORDER BY tgt.valid_from, tgt.version) AS next_version_number,
               lead(tgt.valid_from) OVER (PARTITION BY tgt.sku ORDER BY tgt.valid_from, tgt.version) AS next_begins_at
        FROM business.dim_product AS tgt
        WHERE tgt.product_key > 0
    ) AS version
    WHERE version.next_begins_at > version.ends_at
       OR (version.next_key IS NULL AND version.ends_at IS NOT NULL)
)
SELECT 'business.dim_product' AS table_name,
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
        SELECT 'sku = ' || coalesce(CAST(tgt.sku AS text), 'NULL') AS member,
               tgt.product_key AS surrogate_key,
               tgt.version AS version_number,
               tgt.valid_to AS ends_at,
               lead(tgt.product_key) OVER (PARTITION BY tgt.sku ORDER BY tgt.valid_from, tgt.version) AS next_key,
               lead(tgt.version) OVER (PARTITION BY tgt.sku ORDER BY tgt.valid_from, tgt.version) AS next_version_number,
               lead(tgt.valid_from) OVER (PARTITION BY tgt.sku ORDER BY tgt.valid_from, tgt.version) AS next_begins_at,
               tgt.title IS NOT DISTINCT FROM lead(tgt.title) OVER (PARTITION BY tgt.sku ORDER BY tgt.valid_from, tgt.version)
               AND tgt.is_deleted = lead(tgt.is_deleted) OVER (PARTITION BY tgt.sku ORDER BY tgt.valid_from, tgt.version) AS says_the_same
        FROM business.dim_product AS tgt
        WHERE tgt.product_key > 0
    ) AS version
    WHERE version.ends_at = version.next_begins_at
      AND version.says_the_same
)
SELECT 'business.dim_product' AS table_name,
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
        SELECT 'sku = ' || coalesce(CAST(tgt.sku AS text), 'NULL') AS member,
               tgt.product_key AS surrogate_key,
               tgt.version AS version_number,
               tgt.valid_from AS begins_at,
               tgt.valid_to AS ends_at,
               tgt.is_current AS is_current_version,
               row_number() OVER (PARTITION BY tgt.sku ORDER BY tgt.valid_from, tgt.version) AS place,
               lead(tgt.product_key) OVER (PARTITION BY tgt.sku ORDER BY tgt.valid_from, tgt.version) AS next_key,
               lead(tgt.version) OVER (PARTITION BY tgt.sku ORDER BY tgt.valid_from, tgt.version) AS next_version_number,
               lead(tgt.valid_from) OVER (PARTITION BY tgt.sku ORDER BY tgt.valid_from, tgt.version) AS next_begins_at
        FROM business.dim_product AS tgt
        WHERE tgt.product_key > 0
    ) AS version
    WHERE version.version_number <> version.place
)
SELECT 'business.dim_product' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM broken
ORDER BY broken.member COLLATE "C", broken.keys COLLATE "C", broken.detail COLLATE "C"
LIMIT 100;

-- natural-keys: members have no natural key
WITH broken AS MATERIALIZED (
    SELECT 'sku = ' || coalesce(CAST(tgt.sku AS text), 'NULL') AS member,
           CAST(tgt.product_key AS text) AS keys,
           'NULL in the natural key' AS detail
    FROM business.dim_product AS tgt
    WHERE tgt.product_key > 0
      AND (tgt.sku IS NULL)
)
SELECT 'business.dim_product' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM broken
ORDER BY broken.member COLLATE "C", broken.keys COLLATE "C", broken.detail COLLATE "C"
LIMIT 100;

-- surrogate-keys: surrogate keys are given twice
WITH broken AS MATERIALIZED (
    SELECT string_agg('sku = ' || coalesce(CAST(tgt.sku AS text), 'NULL'), '; ' ORDER BY 'sku = ' || coalesce(CAST(tgt.sku AS text), 'NULL')) AS member,
           CAST(tgt.product_key AS text) AS keys,
           CAST(count(*) AS text) || ' rows have it' AS detail
    FROM business.dim_product AS tgt
    GROUP BY tgt.product_key
    HAVING count(*) > 1
)
SELECT 'business.dim_product' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM broken
ORDER BY broken.member COLLATE "C", broken.keys COLLATE "C", broken.detail COLLATE "C"
LIMIT 100;

-- surrogate-key-counter: surrogate keys are above the last one given, which will be given again
WITH broken AS MATERIALIZED (
    SELECT 'sku = ' || coalesce(CAST(tgt.sku AS text), 'NULL') AS member,
           CAST(tgt.product_key AS text) AS keys,
           'the last key given is ' || coalesce(CAST(counter.last_key AS text), 'not known') AS detail
    FROM business.dim_product AS tgt
    LEFT JOIN warehouse.surrogate_key AS counter ON counter.target = 'business.dim_product'
    WHERE tgt.product_key > coalesce(counter.last_key, 0)
)
SELECT 'business.dim_product' AS table_name,
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
               array_to_string(ARRAY[CASE WHEN tgt.sku IS DISTINCT FROM NULL THEN 'sku' END,
                                     CASE WHEN coalesce(tgt.title <> 'Unknown', FALSE) THEN 'title' END,
                                     CASE WHEN tgt.valid_from IS DISTINCT FROM timestamp without time zone '0001-01-01' THEN 'valid_from' END,
                                     CASE WHEN tgt.valid_to IS DISTINCT FROM NULL THEN 'valid_to' END,
                                     CASE WHEN tgt.is_current IS DISTINCT FROM TRUE THEN 'is_current' END,
                                     CASE WHEN tgt.version IS DISTINCT FROM 1 THEN 'version' END,
                                     CASE WHEN tgt.changed_at IS DISTINCT FROM NULL THEN 'changed_at' END,
                                     CASE WHEN tgt.is_inferred IS DISTINCT FROM FALSE THEN 'is_inferred' END,
                                     CASE WHEN tgt.is_deleted IS DISTINCT FROM FALSE THEN 'is_deleted' END,
                                     CASE WHEN tgt.load_id IS DISTINCT FROM 0 THEN 'load_id' END], ', ') AS changed
        FROM business.dim_product AS tgt
        WHERE tgt.product_key = -1
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
               array_to_string(ARRAY[CASE WHEN tgt.sku IS DISTINCT FROM NULL THEN 'sku' END,
                                     CASE WHEN coalesce(tgt.title <> 'Not applicable', FALSE) THEN 'title' END,
                                     CASE WHEN tgt.valid_from IS DISTINCT FROM timestamp without time zone '0001-01-01' THEN 'valid_from' END,
                                     CASE WHEN tgt.valid_to IS DISTINCT FROM NULL THEN 'valid_to' END,
                                     CASE WHEN tgt.is_current IS DISTINCT FROM TRUE THEN 'is_current' END,
                                     CASE WHEN tgt.version IS DISTINCT FROM 1 THEN 'version' END,
                                     CASE WHEN tgt.changed_at IS DISTINCT FROM NULL THEN 'changed_at' END,
                                     CASE WHEN tgt.is_inferred IS DISTINCT FROM FALSE THEN 'is_inferred' END,
                                     CASE WHEN tgt.is_deleted IS DISTINCT FROM FALSE THEN 'is_deleted' END,
                                     CASE WHEN tgt.load_id IS DISTINCT FROM 0 THEN 'load_id' END], ', ') AS changed
        FROM business.dim_product AS tgt
        WHERE tgt.product_key = -2
    ) AS stored ON TRUE
    WHERE stored.found IS NULL
       OR stored.changed <> ''
    UNION ALL
    SELECT '' AS member,
           CAST(tgt.product_key AS text) AS keys,
           'is no key of a member and none of a default member' AS detail
    FROM business.dim_product AS tgt
    WHERE tgt.product_key <= 0
      AND tgt.product_key NOT IN (-1, -2)
)
SELECT 'business.dim_product' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM broken
ORDER BY broken.member COLLATE "C", broken.keys COLLATE "C", broken.detail COLLATE "C"
LIMIT 100;

-- inferred-members: Members that facts named and no source row has filled in yet.
WITH broken AS MATERIALIZED (
    SELECT 'sku = ' || coalesce(CAST(tgt.sku AS text), 'NULL') AS member,
           CAST(tgt.product_key AS text) AS keys,
           'inferred by load ' || CAST(tgt.load_id AS text) || coalesce(' of ' || to_char(known.started_at, 'YYYY-MM-DD HH24:MI:SS'), '') || ', waited for by facts: ' || CAST(coalesce(linked.facts, 0) AS text) AS detail
    FROM business.dim_product AS tgt
    LEFT JOIN warehouse.load AS known ON known.load_id = tgt.load_id
    LEFT JOIN (
        SELECT link.surrogate_key,
               count(*) AS facts
        FROM (
            SELECT fact.product_key AS surrogate_key FROM business.fact_sale AS fact
            UNION ALL
            SELECT fact.product_key AS surrogate_key FROM business.fact_stock AS fact
        ) AS link
        GROUP BY link.surrogate_key
    ) AS linked ON linked.surrogate_key = tgt.product_key
    WHERE tgt.product_key > 0
      AND tgt.is_inferred
)
SELECT 'business.dim_product' AS table_name,
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
    FROM business.dim_product AS tgt
    WHERE NOT EXISTS (SELECT 1 FROM warehouse.load AS known WHERE known.load_id = tgt.load_id)
      AND tgt.product_key > 0
    GROUP BY tgt.load_id
)
SELECT 'business.dim_product' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM broken
ORDER BY broken.member COLLATE "C", broken.keys COLLATE "C", broken.detail COLLATE "C"
LIMIT 100;
