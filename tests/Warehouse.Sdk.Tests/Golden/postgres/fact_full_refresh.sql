-- warehouse-sdk: load business.fact_stock

-- reject-incomplete-rows: A row without its grain or its watermark has no place in the table.
INSERT INTO warehouse.reject (load_id, target, file, line, column_name, reason, raw_row)
SELECT $load_id,
       $target,
       CAST($path AS text),
       src.source_line,
       array_to_string(ARRAY[CASE WHEN src.sku IS NULL THEN 'sku' END], ', '),
       'grain or watermark is NULL',
       CAST(to_json(src.*) AS text)
FROM pg_temp.staged AS src
WHERE NOT (src.sku IS NOT NULL);

-- find-repeated-keys: Keys that stand in the batch more than once; usually none.
CREATE TEMP TABLE repeated ON COMMIT DROP AS
SELECT src.sku,
       count(*) AS copies
FROM pg_temp.staged AS src
WHERE src.sku IS NOT NULL
GROUP BY src.sku
HAVING count(*) > 1;

-- count-repeated-keys: Whether anything has to be decided at all.
SELECT count(*) AS repeated_keys FROM pg_temp.repeated;

-- decide-repeated-rows: Exact copies collapse into one.
-- only if: repeated_keys > 0
CREATE TEMP TABLE decided ON COMMIT DROP AS
SELECT src.sku,
       src.sold_at,
       src.quantity,
       min(src.source_line) AS source_line
FROM pg_temp.staged AS src
JOIN pg_temp.repeated AS repeated ON repeated.sku = src.sku
WHERE src.sku IS NOT NULL
GROUP BY src.sku,
         src.sold_at,
         src.quantity;

-- find-conflicts: Keys that are still there with different values.
-- only if: repeated_keys > 0
CREATE TEMP TABLE conflicts ON COMMIT DROP AS
SELECT src.sku,
       array_to_string(ARRAY[CASE WHEN count(DISTINCT src.sold_at) > 1 OR count(src.sold_at) NOT IN (0, count(*)) THEN 'sold_at' END,
                             CASE WHEN count(DISTINCT src.quantity) > 1 OR count(src.quantity) NOT IN (0, count(*)) THEN 'quantity' END], ', ') AS differing_columns
FROM pg_temp.decided AS src
GROUP BY src.sku
HAVING count(*) > 1;

-- reject-conflicting-rows: None of them can be chosen, so all are kept aside.
-- only if: repeated_keys > 0
INSERT INTO warehouse.reject (load_id, target, file, line, column_name, reason, raw_row)
SELECT $load_id,
       $target,
       CAST($path AS text),
       src.source_line,
       conflicts.differing_columns,
       'several rows of one grain have different values (' || 'sku = ' || CAST(src.sku AS text) || ')',
       CAST(to_json(src.*) AS text)
FROM pg_temp.staged AS src
JOIN pg_temp.conflicts AS conflicts ON conflicts.sku = src.sku
WHERE src.sku IS NOT NULL;

-- take-incoming: The rows whose key stands in the batch once.
CREATE TEMP TABLE incoming ON COMMIT DROP AS
SELECT src.sku,
       src.sold_at,
       src.quantity,
       src.source_line
FROM pg_temp.staged AS src
WHERE NOT EXISTS (SELECT 1 FROM pg_temp.repeated AS repeated WHERE repeated.sku = src.sku)
  AND src.sku IS NOT NULL;

-- take-decided-rows: And the one row that was chosen for a repeated key.
-- only if: repeated_keys > 0
INSERT INTO pg_temp.incoming
SELECT src.sku,
       src.sold_at,
       src.quantity,
       src.source_line
FROM pg_temp.decided AS src
WHERE NOT EXISTS (SELECT 1 FROM pg_temp.conflicts AS conflicts WHERE conflicts.sku = src.sku);

-- analyze-incoming: The planner has to know how large the batch is.
ANALYZE pg_temp.incoming;

-- count-duplicates: Copies that collapsed and rows that were superseded.
-- only if: repeated_keys > 0
SELECT (SELECT CAST(coalesce(sum(repeated.copies), 0) AS bigint)
        FROM pg_temp.repeated AS repeated
        WHERE NOT EXISTS (SELECT 1 FROM pg_temp.conflicts AS conflicts WHERE conflicts.sku = repeated.sku))
     - (SELECT count(*)
        FROM pg_temp.decided AS decided
        WHERE NOT EXISTS (SELECT 1 FROM pg_temp.conflicts AS conflicts WHERE conflicts.sku = decided.sku)) AS duplicates;

-- check-key-length: natural keys longer than 2,600 bytes cannot be indexed by PostgreSQL; shorten them in the source or declare a shorter text
SELECT src.source_line,
       coalesce(octet_length(src.sku), 0) AS key_bytes
FROM pg_temp.incoming AS src
WHERE coalesce(octet_length(src.sku), 0) > 2600
ORDER BY src.source_line
LIMIT 20;

-- take-versions: The versions of every product that the batch names, and when each is met.
CREATE TEMP TABLE versions_1 ON COMMIT DROP AS
SELECT member.sku,
       member.product_key AS member_key,
       CAST(member.valid_from AS timestamp) AS begins_at,
       CASE WHEN member.is_current THEN timestamp 'infinity' ELSE coalesce(CAST(member.valid_to AS timestamp), timestamp 'infinity') END AS ends_at,
       CASE WHEN member.version = 1 THEN timestamp '-infinity' ELSE CAST(member.valid_from AS timestamp) END AS met_from,
       coalesce(lead(CAST(member.valid_from AS timestamp)) OVER (PARTITION BY member.sku ORDER BY member.valid_from, member.version), timestamp 'infinity') AS met_until
FROM business.dim_product AS member
WHERE member.product_key > 0
  AND EXISTS (SELECT 1 FROM pg_temp.incoming AS src WHERE member.sku = src.sku);

-- analyze-versions-1: The planner has to know how many there are.
ANALYZE pg_temp.versions_1;

-- guard-overlapping-versions: versions of one member of business.dim_product overlap, so that a fact would have two of them; VerifyAsync lists them all
SELECT DISTINCT member.sku
FROM pg_temp.versions_1 AS member
WHERE member.ends_at > member.met_until
ORDER BY member.sku
LIMIT 20;

-- resolve-keys: Each row meets one version of each member: the one valid at the row's own time.
CREATE TEMP TABLE resolved ON COMMIT DROP AS
SELECT coalesce(product.member_key, -1) AS product_key,
       CAST(src.sku AS text) AS sku,
       CAST(src.sold_at AS timestamp without time zone) AS sold_at,
       CAST(src.quantity AS smallint) AS quantity,
       CASE WHEN product.member_key IS NULL THEN 3 WHEN CAST(src.sold_at AS timestamp) < product.begins_at THEN 1 WHEN CAST(src.sold_at AS timestamp) >= product.ends_at THEN 2 ELSE 0 END AS link_outcome_1
FROM pg_temp.incoming AS src
LEFT JOIN pg_temp.versions_1 AS product ON product.sku = src.sku AND CAST(src.sold_at AS timestamp) >= product.met_from AND CAST(src.sold_at AS timestamp) < product.met_until;

-- analyze-resolved: The planner has to know how many rows are compared with the table.
ANALYZE pg_temp.resolved;

-- count-unknown-members: Rows that met no member or no version of their own time, per link.
SELECT count(*) FILTER (WHERE product_key = -1) AS unknown_product,
       count(*) FILTER (WHERE link_outcome_1 = 1) AS before_first_product,
       count(*) FILTER (WHERE link_outcome_1 = 2) AS in_gap_product
FROM pg_temp.resolved;

-- count-accepted: The rows that count.
SELECT count(*) AS accepted FROM pg_temp.resolved;

-- guard-empty-source: the source has no rows, and the rows it would replace would be gone; a source that failed looks just the same. Set LoadOptions.AllowEmpty if it is meant
SELECT count(*) AS stored_rows
FROM business.fact_stock AS tgt
WHERE NOT EXISTS (SELECT 1 FROM pg_temp.resolved)
HAVING count(*) > 0;

-- find-differences: A reload that would change nothing writes nothing.
WITH old_rows AS (
    SELECT tgt.product_key,
           tgt.sku,
           tgt.sold_at,
           tgt.quantity
    FROM business.fact_stock AS tgt
),
new_rows AS (
    SELECT src.product_key,
           src.sku,
           src.sold_at,
           src.quantity
    FROM pg_temp.resolved AS src
)
SELECT (SELECT count(*) FROM (SELECT * FROM new_rows EXCEPT ALL SELECT * FROM old_rows) AS added)
     + (SELECT count(*) FROM (SELECT * FROM old_rows EXCEPT ALL SELECT * FROM new_rows) AS gone) AS differences;

-- delete-old-rows: Makes room for the reload.
-- only if: differences > 0
DELETE FROM business.fact_stock AS tgt;

-- insert-rows: The reload.
-- only if: differences > 0
INSERT INTO business.fact_stock (product_key, sku, sold_at, quantity, load_id)
SELECT src.product_key,
       src.sku,
       src.sold_at,
       src.quantity,
       $load_id
FROM pg_temp.resolved AS src;

-- count-rows-too-many: Each row of the batch stands in the table once.
-- only if: inserted > 0
SELECT (SELECT count(*) FROM business.fact_stock AS tgt WHERE EXISTS (SELECT 1 FROM pg_temp.resolved AS src WHERE tgt.sku = src.sku))
     - (SELECT count(*) FROM pg_temp.resolved) AS rows_too_many;

-- check-grain: rows of one grain would stand in the table more than once
-- only if: rows_too_many > 0
SELECT tgt.sku
FROM business.fact_stock AS tgt
JOIN pg_temp.resolved AS src ON tgt.sku = src.sku
GROUP BY tgt.sku
HAVING count(*) > 1
LIMIT 20;
