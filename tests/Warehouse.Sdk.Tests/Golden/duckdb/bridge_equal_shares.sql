-- warehouse-sdk: load business.bridge_product_tag

-- reject-incomplete-rows: A row without its group or its member links nothing.
INSERT INTO warehouse.reject (load_id, target, file, line, column_name, reason, raw_row)
SELECT $load_id,
       $target,
       $path,
       src.source_line,
       NULL,
       'group or member is NULL',
       CAST(to_json(src) AS VARCHAR)
FROM temp.staged AS src
WHERE NOT (src.sku IS NOT NULL AND src.tag_id IS NOT NULL);

-- find-repeated-keys: Keys that stand in the batch more than once; usually none.
CREATE TEMP TABLE repeated AS
SELECT src.sku,
       src.tag_id,
       count(*) AS copies
FROM temp.staged AS src
WHERE src.sku IS NOT NULL AND src.tag_id IS NOT NULL
GROUP BY ALL
HAVING count(*) > 1;

-- count-repeated-keys: Whether anything has to be decided at all.
SELECT count(*) AS repeated_keys FROM temp.repeated;

-- decide-repeated-rows: Exact copies collapse into one.
-- only if: repeated_keys > 0
CREATE TEMP TABLE decided AS
SELECT src.sku,
       src.tag_id,
       min(src.source_line) AS source_line
FROM temp.staged AS src
JOIN temp.repeated AS repeated ON repeated.sku = src.sku AND repeated.tag_id = src.tag_id
WHERE src.sku IS NOT NULL AND src.tag_id IS NOT NULL
GROUP BY src.sku,
         src.tag_id;

-- find-conflicts: Keys that are still there with different values.
-- only if: repeated_keys > 0
CREATE TEMP TABLE conflicts AS
SELECT src.sku,
       src.tag_id,
       CAST(NULL AS VARCHAR) AS differing_columns
FROM temp.decided AS src
GROUP BY src.sku,
         src.tag_id
HAVING count(*) > 1;

-- reject-conflicting-rows: None of them can be chosen, so all are kept aside.
-- only if: repeated_keys > 0
INSERT INTO warehouse.reject (load_id, target, file, line, column_name, reason, raw_row)
SELECT $load_id,
       $target,
       $path,
       src.source_line,
       conflicts.differing_columns,
       'one member stands in one group with different weights (' || 'sku = ' || CAST(src.sku AS VARCHAR) || ', ' || 'tag_id = ' || CAST(src.tag_id AS VARCHAR) || ')',
       CAST(to_json(src) AS VARCHAR)
FROM temp.staged AS src
JOIN temp.conflicts AS conflicts ON conflicts.sku = src.sku AND conflicts.tag_id = src.tag_id
WHERE src.sku IS NOT NULL AND src.tag_id IS NOT NULL;

-- take-incoming: The rows whose key stands in the batch once.
CREATE TEMP TABLE incoming AS
SELECT src.sku,
       src.tag_id,
       src.source_line
FROM temp.staged AS src
ANTI JOIN temp.repeated AS repeated ON repeated.sku = src.sku AND repeated.tag_id = src.tag_id
WHERE src.sku IS NOT NULL AND src.tag_id IS NOT NULL;

-- take-decided-rows: And the one row that was chosen for a repeated key.
-- only if: repeated_keys > 0
INSERT INTO temp.incoming
SELECT src.sku,
       src.tag_id,
       src.source_line
FROM temp.decided AS src
WHERE NOT EXISTS (SELECT 1 FROM temp.conflicts AS conflicts WHERE conflicts.sku = src.sku AND conflicts.tag_id = src.tag_id);

-- count-duplicates: Copies that collapsed and rows that were superseded.
-- only if: repeated_keys > 0
SELECT (SELECT CAST(coalesce(sum(repeated.copies), 0) AS BIGINT)
        FROM temp.repeated AS repeated
        WHERE NOT EXISTS (SELECT 1 FROM temp.conflicts AS conflicts WHERE conflicts.sku = repeated.sku AND conflicts.tag_id = repeated.tag_id))
     - (SELECT count(*)
        FROM temp.decided AS decided
        WHERE NOT EXISTS (SELECT 1 FROM temp.conflicts AS conflicts WHERE conflicts.sku = decided.sku AND conflicts.tag_id = decided.tag_id)) AS duplicates;

-- resolve-members: One row per group and member with its weight; a group without rows has the unknown member.
CREATE TEMP TABLE resolved AS
WITH met AS (
    SELECT src.sku,
           src.tag_id,
           coalesce(member.tag_key, -1) AS tag_key
    FROM temp.incoming AS src
    LEFT JOIN (
        SELECT tag_id, arg_max(tag_key, version) AS tag_key
        FROM business.dim_tag
        WHERE tag_key > 0
        GROUP BY tag_id
    ) AS member ON member.tag_id = src.tag_id
)
SELECT src.sku,
       src.tag_key,
       CAST(CASE WHEN row_number() OVER (PARTITION BY src.sku ORDER BY src.tag_key) = 1
                 THEN 1 - (count(*) OVER (PARTITION BY src.sku) - 1) * CAST(trunc(1000000000 / count(*) OVER (PARTITION BY src.sku)) / 1000000000 AS DECIMAL(18,9))
                 ELSE CAST(trunc(1000000000 / count(*) OVER (PARTITION BY src.sku)) / 1000000000 AS DECIMAL(18,9))
            END AS DECIMAL(18,9)) AS weight,
       FALSE AS is_empty_group
FROM met AS src
GROUP BY src.sku, src.tag_key
UNION ALL
SELECT DISTINCT tgt.sku AS sku, -1, 1, TRUE
FROM business.dim_product AS tgt
WHERE tgt.product_key > 0
  AND NOT EXISTS (SELECT 1 FROM temp.incoming AS src WHERE src.sku = tgt.sku);

-- count-accepted: The rows that count.
SELECT (SELECT count(*) FROM temp.incoming) AS accepted,
       (SELECT count(*) FROM temp.resolved WHERE tag_key = -1 AND NOT is_empty_group) AS unknown_dim_tag;

-- check-weights: the weights of groups do not sum to 1
SELECT sku, sum(weight) AS weights
FROM temp.resolved
GROUP BY sku
HAVING sum(weight) IS DISTINCT FROM 1
LIMIT 20;

-- find-differences: A set that changes nothing writes nothing.
SELECT (SELECT count(*) FROM (SELECT sku, tag_key, weight FROM temp.resolved EXCEPT ALL SELECT sku, tag_key, weight FROM business.bridge_product_tag) AS added)
     + (SELECT count(*) FROM (SELECT sku, tag_key, weight FROM business.bridge_product_tag EXCEPT ALL SELECT sku, tag_key, weight FROM temp.resolved) AS gone) AS differences;

-- delete-old-rows: Makes room for the new set.
-- only if: differences > 0
DELETE FROM business.bridge_product_tag;

-- insert-rows: The new set.
-- only if: differences > 0
INSERT INTO business.bridge_product_tag (sku, tag_key, weight, load_id)
SELECT src.sku,
       src.tag_key,
       src.weight,
       $load_id
FROM temp.resolved AS src
WHERE NOT src.is_empty_group
ORDER BY src.sku, src.tag_key;

-- insert-empty-groups: Groups without rows, so that nothing disappears in a join.
-- only if: differences > 0
INSERT INTO business.bridge_product_tag (sku, tag_key, weight, load_id)
SELECT src.sku,
       src.tag_key,
       src.weight,
       $load_id
FROM temp.resolved AS src
WHERE src.is_empty_group
ORDER BY src.sku, src.tag_key;
