-- warehouse-sdk: load enterprise.customer

-- reject-incomplete-rows: A row without its grain or its watermark has no place in the table.
INSERT INTO warehouse.reject (load_id, target, file, line, column_name, reason, raw_row)
SELECT $load_id,
       $target,
       CAST($path AS text),
       src.source_line,
       array_to_string(ARRAY[CASE WHEN src.customer_id IS NULL THEN 'customer_id' END], ', '),
       'grain or watermark is NULL',
       CAST(to_json(src.*) AS text)
FROM pg_temp.staged AS src
WHERE NOT (src.customer_id IS NOT NULL);

-- find-repeated-keys: Keys that stand in the batch more than once; usually none.
CREATE TEMP TABLE repeated ON COMMIT DROP AS
SELECT src.customer_id,
       max(src.landed_load_id) AS last_sequence,
       count(*) AS copies
FROM pg_temp.staged AS src
WHERE src.customer_id IS NOT NULL
GROUP BY src.customer_id
HAVING count(*) > 1;

-- count-repeated-keys: Whether anything has to be decided at all.
SELECT count(*) AS repeated_keys FROM pg_temp.repeated;

-- decide-repeated-rows: Exact copies collapse into one; the last by sequence wins.
-- only if: repeated_keys > 0
CREATE TEMP TABLE decided ON COMMIT DROP AS
SELECT src.customer_id,
       src.created_on,
       src.first_name,
       src.email,
       src.city,
       src.store_id,
       src.segment,
       src.changed_at,
       min(src.source_line) AS source_line
FROM pg_temp.staged AS src
JOIN pg_temp.repeated AS repeated ON repeated.customer_id = src.customer_id
WHERE src.customer_id IS NOT NULL
GROUP BY src.customer_id,
         src.created_on,
         src.first_name,
         src.email,
         src.city,
         src.store_id,
         src.segment,
         src.changed_at,
         repeated.last_sequence
HAVING max(src.landed_load_id) IS NOT DISTINCT FROM repeated.last_sequence;

-- find-conflicts: Keys that are still there with different values.
-- only if: repeated_keys > 0
CREATE TEMP TABLE conflicts ON COMMIT DROP AS
SELECT src.customer_id,
       array_to_string(ARRAY[CASE WHEN count(DISTINCT src.created_on) > 1 OR count(src.created_on) NOT IN (0, count(*)) THEN 'created_on' END,
                             CASE WHEN count(DISTINCT src.first_name) > 1 OR count(src.first_name) NOT IN (0, count(*)) THEN 'first_name' END,
                             CASE WHEN count(DISTINCT src.email) > 1 OR count(src.email) NOT IN (0, count(*)) THEN 'email' END,
                             CASE WHEN count(DISTINCT src.city) > 1 OR count(src.city) NOT IN (0, count(*)) THEN 'city' END,
                             CASE WHEN count(DISTINCT src.store_id) > 1 OR count(src.store_id) NOT IN (0, count(*)) THEN 'store_id' END,
                             CASE WHEN count(DISTINCT src.segment) > 1 OR count(src.segment) NOT IN (0, count(*)) THEN 'segment' END,
                             CASE WHEN count(DISTINCT src.changed_at) > 1 OR count(src.changed_at) NOT IN (0, count(*)) THEN 'changed_at' END], ', ') AS differing_columns
FROM pg_temp.decided AS src
GROUP BY src.customer_id
HAVING count(*) > 1;

-- reject-conflicting-rows: None of them can be chosen, so all are kept aside.
-- only if: repeated_keys > 0
INSERT INTO warehouse.reject (load_id, target, file, line, column_name, reason, raw_row)
SELECT $load_id,
       $target,
       CAST($path AS text),
       src.source_line,
       conflicts.differing_columns,
       'several rows of one grain have different values (' || 'customer_id = ' || CAST(src.customer_id AS text) || ')',
       CAST(to_json(src.*) AS text)
FROM pg_temp.staged AS src
JOIN pg_temp.conflicts AS conflicts ON conflicts.customer_id = src.customer_id
WHERE src.customer_id IS NOT NULL;

-- take-incoming: The rows whose key stands in the batch once.
CREATE TEMP TABLE incoming ON COMMIT DROP AS
SELECT src.customer_id,
       src.created_on,
       src.first_name,
       src.email,
       src.city,
       src.store_id,
       src.segment,
       src.changed_at,
       src.source_line
FROM pg_temp.staged AS src
WHERE NOT EXISTS (SELECT 1 FROM pg_temp.repeated AS repeated WHERE repeated.customer_id = src.customer_id)
  AND src.customer_id IS NOT NULL;

-- take-decided-rows: And the one row that was chosen for a repeated key.
-- only if: repeated_keys > 0
INSERT INTO pg_temp.incoming
SELECT src.customer_id,
       src.created_on,
       src.first_name,
       src.email,
       src.city,
       src.store_id,
       src.segment,
       src.changed_at,
       src.source_line
FROM pg_temp.decided AS src
WHERE NOT EXISTS (SELECT 1 FROM pg_temp.conflicts AS conflicts WHERE conflicts.customer_id = src.customer_id);

-- analyze-incoming: The planner has to know how large the batch is.
ANALYZE pg_temp.incoming;

-- count-duplicates: Copies that collapsed and rows that were superseded.
-- only if: repeated_keys > 0
SELECT (SELECT CAST(coalesce(sum(repeated.copies), 0) AS bigint)
        FROM pg_temp.repeated AS repeated
        WHERE NOT EXISTS (SELECT 1 FROM pg_temp.conflicts AS conflicts WHERE conflicts.customer_id = repeated.customer_id))
     - (SELECT count(*)
        FROM pg_temp.decided AS decided
        WHERE NOT EXISTS (SELECT 1 FROM pg_temp.conflicts AS conflicts WHERE conflicts.customer_id = decided.customer_id)) AS duplicates;

-- resolve-keys: The rows as the table stores them.
CREATE TEMP TABLE resolved ON COMMIT DROP AS
SELECT CAST(src.customer_id AS integer) AS customer_id,
       CAST(src.created_on AS date) AS created_on,
       CAST(src.first_name AS text) AS first_name,
       CAST(src.email AS text) AS email,
       CAST(src.city AS text) AS city,
       CAST(src.store_id AS integer) AS store_id,
       CAST(src.segment AS text) AS segment,
       CAST(src.changed_at AS timestamp without time zone) AS changed_at
FROM pg_temp.incoming AS src;

-- analyze-resolved: The planner has to know how many rows are compared with the table.
ANALYZE pg_temp.resolved;

-- count-accepted: The rows that count.
SELECT count(*) AS accepted FROM pg_temp.resolved;

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
FROM pg_temp.resolved AS src
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
FROM pg_temp.resolved AS src
WHERE NOT EXISTS (SELECT 1 FROM enterprise.customer AS tgt WHERE tgt.customer_id = src.customer_id);

-- count-rows-too-many: Each row of the batch stands in the table once.
-- only if: inserted > 0
SELECT (SELECT count(*) FROM enterprise.customer AS tgt WHERE EXISTS (SELECT 1 FROM pg_temp.resolved AS src WHERE tgt.customer_id = src.customer_id))
     - (SELECT count(*) FROM pg_temp.resolved) AS rows_too_many;

-- check-grain: rows of one grain would stand in the table more than once
-- only if: rows_too_many > 0
SELECT tgt.customer_id
FROM enterprise.customer AS tgt
JOIN pg_temp.resolved AS src ON tgt.customer_id = src.customer_id
GROUP BY tgt.customer_id
HAVING count(*) > 1
LIMIT 20;
