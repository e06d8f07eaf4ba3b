-- warehouse-sdk: load business.fact_return

-- reject-incomplete-rows: A row without its grain or its watermark has no place in the table.
INSERT INTO warehouse.reject (load_id, target, file, line, column_name, reason, raw_row)
SELECT $load_id,
       $target,
       CAST($path AS text),
       src.source_line,
       array_to_string(ARRAY[CASE WHEN src.sale_id IS NULL THEN 'sale_id' END], ', '),
       'grain or watermark is NULL',
       CAST(to_json(src.*) AS text)
FROM pg_temp.staged AS src
WHERE NOT (src.sale_id IS NOT NULL);

-- find-repeated-keys: Keys that stand in the batch more than once; usually none.
CREATE TEMP TABLE repeated ON COMMIT DROP AS
SELECT src.sale_id,
       count(*) AS copies
FROM pg_temp.staged AS src
WHERE src.sale_id IS NOT NULL
GROUP BY src.sale_id
HAVING count(*) > 1;

-- count-repeated-keys: Whether anything has to be decided at all.
SELECT count(*) AS repeated_keys FROM pg_temp.repeated;

-- decide-repeated-rows: Exact copies collapse into one.
-- only if: repeated_keys > 0
CREATE TEMP TABLE decided ON COMMIT DROP AS
SELECT src.sale_id,
       src.returned_at,
       src.customer_id,
       src.amount,
       min(src.source_line) AS source_line
FROM pg_temp.staged AS src
JOIN pg_temp.repeated AS repeated ON repeated.sale_id = src.sale_id
WHERE src.sale_id IS NOT NULL
GROUP BY src.sale_id,
         src.returned_at,
         src.customer_id,
         src.amount;

-- find-conflicts: Keys that are still there with different values.
-- only if: repeated_keys > 0
CREATE TEMP TABLE conflicts ON COMMIT DROP AS
SELECT src.sale_id,
       array_to_string(ARRAY[CASE WHEN count(DISTINCT src.returned_at) > 1 OR count(src.returned_at) NOT IN (0, count(*)) THEN 'returned_at' END,
                             CASE WHEN count(DISTINCT src.customer_id) > 1 OR count(src.customer_id) NOT IN (0, count(*)) THEN 'customer_id' END,
                             CASE WHEN count(DISTINCT src.amount) > 1 OR count(src.amount) NOT IN (0, count(*)) THEN 'amount' END], ', ') AS differing_columns
FROM pg_temp.decided AS src
GROUP BY src.sale_id
HAVING count(*) > 1;

-- reject-conflicting-rows: None of them can be chosen, so all are kept aside.
-- only if: repeated_keys > 0
INSERT INTO warehouse.reject (load_id, target, file, line, column_name, reason, raw_row)
SELECT $load_id,
       $target,
       CAST($path AS text),
       src.source_line,
       conflicts.differing_columns,
       'several rows of one grain have different values (' || 'sale_id = ' || CAST(src.sale_id AS text) || ')',
       CAST(to_json(src.*) AS text)
FROM pg_temp.staged AS src
JOIN pg_temp.conflicts AS conflicts ON conflicts.sale_id = src.sale_id
WHERE src.sale_id IS NOT NULL;

-- take-incoming: The rows whose key stands in the batch once.
CREATE TEMP TABLE incoming ON COMMIT DROP AS
SELECT src.sale_id,
       src.returned_at,
       src.customer_id,
       src.amount,
       src.source_line
FROM pg_temp.staged AS src
WHERE NOT EXISTS (SELECT 1 FROM pg_temp.repeated AS repeated WHERE repeated.sale_id = src.sale_id)
  AND src.sale_id IS NOT NULL;

-- take-decided-rows: And the one row that was chosen for a repeated key.
-- only if: repeated_keys > 0
INSERT INTO pg_temp.incoming
SELECT src.sale_id,
       src.returned_at,
       src.customer_id,
       src.amount,
       src.source_line
FROM pg_temp.decided AS src
WHERE NOT EXISTS (SELECT 1 FROM pg_temp.conflicts AS conflicts WHERE conflicts.sale_id = src.sale_id);

-- analyze-incoming: The planner has to know how large the batch is.
ANALYZE pg_temp.incoming;

-- count-duplicates: Copies that collapsed and rows that were superseded.
-- only if: repeated_keys > 0
SELECT (SELECT CAST(coalesce(sum(repeated.copies), 0) AS bigint)
        FROM pg_temp.repeated AS repeated
        WHERE NOT EXISTS (SELECT 1 FROM pg_temp.conflicts AS conflicts WHERE conflicts.sale_id = repeated.sale_id))
     - (SELECT count(*)
        FROM pg_temp.decided AS decided
        WHERE NOT EXISTS (SELECT 1 FROM pg_temp.conflicts AS conflicts WHERE conflicts.sale_id = decided.sale_id)) AS duplicates;

-- resolve-keys: Each row meets one version of each member: the one valid at the row's own time.
CREATE TEMP TABLE resolved ON COMMIT DROP AS
SELECT coalesce(on_date.date_key, -1) AS date_key,
       coalesce(reason.tag_key, -1) AS reason_key,
       CAST(src.sale_id AS bigint) AS sale_id,
       CAST(src.amount AS numeric(18,4)) AS amount
FROM pg_temp.incoming AS src
LEFT JOIN business.dim_date AS on_date ON on_date.date = CAST(src.returned_at AS date)
LEFT JOIN (
    SELECT DISTINCT ON (member.tag_id) member.tag_id, member.tag_key
    FROM business.dim_tag AS member
    WHERE member.tag_key > 0
      AND EXISTS (SELECT 1 FROM pg_temp.incoming AS src WHERE member.tag_id = src.customer_id)
    ORDER BY member.tag_id, member.version DESC
) AS reason ON reason.tag_id = src.customer_id;

-- analyze-resolved: The planner has to know how many rows are compared with the table.
ANALYZE pg_temp.resolved;

-- count-unknown-members: Rows that met no member or no version of their own time, per link.
SELECT count(*) FILTER (WHERE date_key = -1) AS unknown_on_date,
       count(*) FILTER (WHERE reason_key = -1) AS unknown_reason
FROM pg_temp.resolved;

-- count-accepted: The rows that count.
SELECT count(*) AS accepted FROM pg_temp.resolved;

-- update-changed-rows: Only rows in which something is really different.
UPDATE business.fact_return AS tgt
SET date_key = src.date_key,
    reason_key = src.reason_key,
    amount = src.amount,
    load_id = $load_id
FROM pg_temp.resolved AS src
WHERE tgt.sale_id = src.sale_id
  AND (tgt.date_key IS DISTINCT FROM src.date_key
       OR tgt.reason_key IS DISTINCT FROM src.reason_key
       OR tgt.amount IS DISTINCT FROM src.amount);

-- insert-new-rows: Rows of a grain that the table does not have.
INSERT INTO business.fact_return (date_key, reason_key, sale_id, amount, load_id)
SELECT src.date_key,
       src.reason_key,
       src.sale_id,
       src.amount,
       $load_id
FROM pg_temp.resolved AS src
WHERE NOT EXISTS (SELECT 1 FROM business.fact_return AS tgt WHERE tgt.sale_id = src.sale_id);

-- count-rows-too-many: Each row of the batch stands in the table once.
-- only if: inserted > 0
SELECT (SELECT count(*) FROM business.fact_return AS tgt WHERE EXISTS (SELECT 1 FROM pg_temp.resolved AS src WHERE tgt.sale_id = src.sale_id))
     - (SELECT count(*) FROM pg_temp.resolved) AS rows_too_many;

-- check-grain: rows of one grain would stand in the table more than once
-- only if: rows_too_many > 0
SELECT tgt.sale_id
FROM business.fact_return AS tgt
JOIN pg_temp.resolved AS src ON tgt.sale_id = src.sale_id
GROUP BY tgt.sale_id
HAVING count(*) > 1
LIMIT 20;
