-- warehouse-sdk: load enterprise.customer

-- reject-incomplete-rows: A row without its grain or its watermark has no place in the table.
INSERT INTO warehouse.reject (load_id, target, file, line, column_name, reason, raw_row)
SELECT $load_id,
       $target,
       $path,
       src.source_line,
       concat_ws(', ', CASE WHEN src.customer_id IS NULL THEN 'customer_id' END),
       'grain or watermark is NULL',
       CAST(to_json(src) AS VARCHAR)
FROM temp.staged AS src
WHERE NOT (src.customer_id IS NOT NULL);

-- find-repeated-keys: Keys that stand in the batch more than once; usually none.
CREATE TEMP TABLE repeated AS
SELECT src.customer_id,
       count(*) AS copies
FROM temp.staged AS src
WHERE src.customer_id IS NOT NULL
GROUP BY ALL
HAVING count(*) > 1;

-- count-repeated-keys: Whether anything has to be decided at all.
SELECT count(*) AS repeated_keys FROM temp.repeated;

-- decide-repeated-rows: Exact copies collapse into one; the last by sequence wins.
-- only if: repeated_keys > 0
CREATE TEMP TABLE decided AS
SELECT src.customer_id,
       src.created_on,
       src.first_name,
       src.email,
       src.city,
       src.store_id,
       src.segment,
       src.changed_at,
       min(src.source_line) AS source_line
FROM temp.staged AS src
JOIN temp.repeated AS repeated ON repeated.customer_id = src.customer_id
WHERE src.customer_id IS NOT NULL
GROUP BY src.customer_id,
         src.created_on,
         src.first_name,
         src.email,
         src.city,
         src.store_id,
         src.segment,
         src.changed_at
QUALIFY max(src.landed_load_id) IS NOT DISTINCT FROM max(max(src.landed_load_id)) OVER (PARTITION BY src.customer_id);

-- find-conflicts: Keys that are still there with different values.
-- only if: repeated_keys > 0
CREATE TEMP TABLE conflicts AS
SELECT src.customer_id,
       concat_ws(', ', CASE WHEN min(src.created_on) IS DISTINCT FROM max(src.created_on) OR count(src.created_on) NOT IN (0, count(*)) THEN 'created_on' END,
                       CASE WHEN min(src.first_name) IS DISTINCT FROM max(src.first_name) OR count(src.first_name) NOT IN (0, count(*)) THEN 'first_name' END,
                       CASE WHEN min(src.email) IS DISTINCT FROM max(src.email) OR count(src.email) NOT IN (0, count(*)) THEN 'email' END,
                       CASE WHEN min(src.city) IS DISTINCT FROM max(src.city) OR count(src.city) NOT IN (0, count(*)) THEN 'city' END,
                       CASE WHEN min(src.store_id) IS DISTINCT FROM max(src.store_id) OR count(src.store_id) NOT IN (0, count(*)) THEN 'store_id' END,
                       CASE WHEN min(src.segment) IS DISTINCT FROM max(src.segment) OR count(src.segment) NOT IN (0, count(*)) THEN 'segment' END,
                       CASE WHEN min(src.changed_at) IS DISTINCT FROM max(src.changed_at) OR count(src.changed_at) NOT IN (0, count(*)) THEN 'changed_at' END) AS differing_columns
FROM temp.decided AS src
GROUP BY src.customer_id
HAVING count(*) > 1;

-- reject-conflicting-rows: None of them can be chosen, so all are kept aside.
-- only if: repeated_keys > 0
INSERT INTO warehouse.reject (load_id, target, file, line, column_name, reason, raw_row)
SELECT $load_id,
       $target,
       $path,
       src.source_line,
       conflicts.differing_columns,
       'several rows of one grain have different values (' || 'customer_id = ' || CAST(src.customer_id AS VARCHAR) || ')',
       CAST(to_json(src) AS VARCHAR)
FROM temp.staged AS src
JOIN temp.conflicts AS conflicts ON conflicts.customer_id = src.customer_id
WHERE src.customer_id IS NOT NULL;

-- take-incoming: The rows whose key stands in the batch once.
CREATE TEMP TABLE incoming AS
SELECT src.customer_id,
       src.created_on,
       src.first_name,
       src.email,
       src.city,
       src.store_id,
       src.segment,
       src.changed_at,
       src.source_line
FROM temp.staged AS src
ANTI JOIN temp.repeated AS repeated ON repeated.customer_id = src.customer_id
WHERE src.customer_id IS NOT NULL;

-- take-decided-rows: And the one row that was chosen for a repeated key.
-- only if: repeated_keys > 0
INSERT INTO temp.incoming
SELECT src.customer_id,
       src.created_on,
       src.first_name,
       src.email,
       src.city,
       src.store_id,
       src.segment,
       src.changed_at,
       src.source_line
FROM temp.decided AS src
WHERE NOT EXISTS (SELECT 1 FROM temp.conflicts AS conflicts WHERE conflicts.customer_id = src.customer_id);

-- count-duplicates: Copies that collapsed and rows that were superseded.
-- only if: repeated_keys > 0
SELECT (SELECT CAST(coalesce(sum(repeated.copies), 0) AS BIGINT)
        FROM temp.repeated AS repeated
        WHERE NOT EXISTS (SELECT 1 FROM temp.conflicts AS conflicts WHERE conflicts.customer_id = repeated.customer_id))
     - (SELECT count(*)
        FROM temp.decided AS decided
        WHERE NOT EXISTS (SELECT 1 FROM temp.conflicts AS conflicts WHERE conflicts.customer_id = decided.customer_id)) AS duplicates;

-- resolve-keys: The rows as the table stores them.
CREATE TEMP TABLE resolved AS
SELECT CAST(src.customer_id AS INTEGER) AS customer_id,
       CAST(src.created_on AS DATE) AS created_on,
       CAST(src.first_name AS VARCHAR) AS first_name,
       CAST(src.email AS VARCHAR) AS email,
       CAST(src.city AS VARCHAR) AS city,
       CAST(src.store_id AS INTEGER) AS store_id,
       CAST(src.segment AS VARCHAR) AS segment,
       CAST(src.changed_at AS TIMESTAMP) AS changed_at
FROM temp.incoming AS src;

-- count-accepted: The rows that count.
SELECT count(*) AS accepted FROM temp.resolved;

-- update-changed-rows: Only rows in which something is really different.
UPDATE enterprise.customer AS tgt
SET created_on = src.created_on,
    first_name = src.first_name,
    email = src.email,
    city = src.city,
    store_id = src.store_id,
    segment = src.segment,
    changed_at = src.changed_at,
    load_id = $load_id
FROM temp.resolved AS src
WHERE tgt.customer_id = src.customer_id
  AND (tgt.created_on IS DISTINCT FROM src.created_on
       OR tgt.first_name IS DISTINCT FROM src.first_name
       OR tgt.email IS DISTINCT FROM src.email
       OR tgt.city IS DISTINCT FROM src.city
       OR tgt.store_id IS DISTINCT FROM src.store_id
       OR tgt.segment IS DISTINCT FROM src.segment
       OR tgt.changed_at IS DISTINCT FROM src.changed_at);

-- insert-new-rows: Rows of a grain that the table does not have.
INSERT INTO enterprise.customer (customer_id, created_on, first_name, email, city, store_id, segment, changed_at, load_id)
SELECT src.customer_id,
       src.created_on,
       src.first_name,
       src.email,
       src.city,
       src.store_id,
       src.segment,
       src.changed_at,
       $load_id
FROM temp.resolved AS src
ANTI JOIN enterprise.customer AS tgt ON tgt.customer_id = src.customer_id;

-- count-rows-too-many: Each row of the batch stands in the table once.
-- only if: inserted > 0
SELECT (SELECT count(*) FROM enterprise.customer AS tgt SEMI JOIN temp.resolved AS src ON tgt.customer_id = src.customer_id)
     - (SELECT count(*) FROM temp.resolved) AS rows_too_many;

-- check-grain: rows of one grain would stand in the table more than once
-- only if: rows_too_many > 0
SELECT tgt.customer_id
FROM enterprise.customer AS tgt
JOIN temp.resolved AS src ON tgt.customer_id = src.customer_id
GROUP BY tgt.customer_id
HAVING count(*) > 1
LIMIT 20;
