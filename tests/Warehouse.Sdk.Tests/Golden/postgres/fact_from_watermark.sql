-- warehouse-sdk: load business.fact_sale

-- reject-incomplete-rows: A row without its grain or its watermark has no place in the table.
INSERT INTO warehouse.reject (load_id, target, file, line, column_name, reason, raw_row)
SELECT $load_id,
       $target,
       CAST($path AS text),
       src.source_line,
       array_to_string(ARRAY[CASE WHEN src.sale_id IS NULL THEN 'sale_id' END,
                             CASE WHEN src.sold_at IS NULL OR src.sold_at > CAST($started_at AS timestamp) + make_interval(secs => 86400) THEN 'sold_at' END], ', '),
       CASE WHEN src.sale_id IS NULL OR src.sold_at IS NULL THEN 'grain or watermark is NULL' ELSE 'the watermark is too far in the future' END,
       CAST(to_json(src.*) AS text)
FROM pg_temp.staged AS src
WHERE NOT (src.sale_id IS NOT NULL AND src.sold_at IS NOT NULL AND src.sold_at <= CAST($started_at AS timestamp) + make_interval(secs => 86400));

-- find-repeated-keys: Keys that stand in the batch more than once; usually none.
CREATE TEMP TABLE repeated ON COMMIT DROP AS
SELECT src.sale_id,
       count(*) AS copies
FROM pg_temp.staged AS src
WHERE src.sale_id IS NOT NULL AND src.sold_at IS NOT NULL AND src.sold_at <= CAST($started_at AS timestamp) + make_interval(secs => 86400)
GROUP BY src.sale_id
HAVING count(*) > 1;

-- count-repeated-keys: Whether anything has to be decided at all.
SELECT count(*) AS repeated_keys FROM pg_temp.repeated;

-- decide-repeated-rows: Exact copies collapse into one.
-- only if: repeated_keys > 0
CREATE TEMP TABLE decided ON COMMIT DROP AS
SELECT src.sale_id,
       src.sold_at,
       src.returned_at,
       src.customer_id,
       src.sku,
       src.channel,
       src.quantity,
       src.amount,
       min(src.source_line) AS source_line
FROM pg_temp.staged AS src
JOIN pg_temp.repeated AS repeated ON repeated.sale_id = src.sale_id
WHERE src.sale_id IS NOT NULL AND src.sold_at IS NOT NULL AND src.sold_at <= CAST($started_at AS timestamp) + make_interval(secs => 86400)
GROUP BY src.sale_id,
         src.sold_at,
         src.returned_at,
         src.customer_id,
         src.sku,
         src.channel,
         src.quantity,
         src.amount;

-- find-conflicts: Keys that are still there with different values.
-- only if: repeated_keys > 0
CREATE TEMP TABLE conflicts ON COMMIT DROP AS
SELECT src.sale_id,
       array_to_string(ARRAY[CASE WHEN count(DISTINCT src.sold_at) > 1 OR count(src.sold_at) NOT IN (0, count(*)) THEN 'sold_at' END,
                             CASE WHEN count(DISTINCT src.returned_at) > 1 OR count(src.returned_at) NOT IN (0, count(*)) THEN 'returned_at' END,
                             CASE WHEN count(DISTINCT src.customer_id) > 1 OR count(src.customer_id) NOT IN (0, count(*)) THEN 'customer_id' END,
                             CASE WHEN count(DISTINCT src.sku) > 1 OR count(src.sku) NOT IN (0, count(*)) THEN 'sku' END,
                             CASE WHEN count(DISTINCT src.channel) > 1 OR count(src.channel) NOT IN (0, count(*)) THEN 'channel' END,
                             CASE WHEN count(DISTINCT src.quantity) > 1 OR count(src.quantity) NOT IN (0, count(*)) THEN 'quantity' END,
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
WHERE src.sale_id IS NOT NULL AND src.sold_at IS NOT NULL AND src.sold_at <= CAST($started_at AS timestamp) + make_interval(secs => 86400);

-- take-incoming: The rows whose key stands in the batch once.
CREATE TEMP TABLE incoming ON COMMIT DROP AS
SELECT src.sale_id,
       src.sold_at,
       src.returned_at,
       src.customer_id,
       src.sku,
       src.channel,
       src.quantity,
       src.amount,
       src.source_line
FROM pg_temp.staged AS src
WHERE NOT EXISTS (SELECT 1 FROM pg_temp.repeated AS repeated WHERE repeated.sale_id = src.sale_id)
  AND src.sale_id IS NOT NULL AND src.sold_at IS NOT NULL AND src.sold_at <= CAST($started_at AS timestamp) + make_interval(secs => 86400);

-- take-decided-rows: And the one row that was chosen for a repeated key.
-- only if: repeated_keys > 0
INSERT INTO pg_temp.incoming
SELECT src.sale_id,
       src.sold_at,
       src.returned_at,
       src.customer_id,
       src.sku,
       src.channel,
       src.quantity,
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

-- read-lower-bound: What is at the watermark is loaded again, with the overlap before it; an empty table takes everything.
SELECT known.reached,
       date_trunc('day', known.reached) - make_interval(secs => 259200) AS lower_bound
FROM (
    SELECT CASE WHEN EXISTS (SELECT 1 FROM business.fact_sale AS tgt ) THEN coalesce(
               (SELECT CAST(value AS timestamp) FROM warehouse.watermark WHERE target = $target
                                                                           AND column_name = $watermark_name
                                                                           AND CAST(value AS timestamp) <= CAST($started_at AS timestamp) + make_interval(secs => 86400)),
               (SELECT CAST(max(tgt.sold_at) AS timestamp) FROM business.fact_sale AS tgt WHERE tgt.sold_at <= CAST($started_at AS timestamp) + make_interval(secs => 86400))
           ) END AS reached
) AS known;

-- read-upper-bound: How far the source has come: rows that are rejected later were read all the same.
SELECT CAST(max(watermark) AS timestamp without time zone) AS upper_bound
FROM (
    SELECT max(src.sold_at) AS watermark
    FROM pg_temp.staged AS src
    WHERE src.sold_at <= CAST($started_at AS timestamp) + make_interval(secs => 86400)
    UNION ALL
    SELECT CAST($reached AS timestamp)
) AS bounds;

-- guard-lost-watermark: the source no longer has anything at the greatest watermark, which would be deleted and not come back; give the load the whole source, or set allowLostWatermark
SELECT CAST($reached AS timestamp) AS greatest_watermark
WHERE CAST($reached AS timestamp) IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM pg_temp.staged AS src WHERE date_trunc('day', CAST(src.sold_at AS timestamp)) = date_trunc('day', CAST($reached AS timestamp)));

-- count-below-watermark: Older rows were loaded before; those that were not, or that left the reloaded days, are told.
SELECT count(*) AS below_watermark,
       count(*) FILTER (WHERE NOT EXISTS (SELECT 1 FROM business.fact_sale AS tgt WHERE tgt.sale_id = src.sale_id AND tgt.sold_at < CAST($lower_bound AS timestamp))) AS missed_below_watermark
FROM pg_temp.incoming AS src
WHERE src.sold_at < CAST($lower_bound AS timestamp);

-- leave-rows-below-watermark: They take no further part.
DELETE FROM pg_temp.incoming AS src
WHERE src.sold_at < CAST($lower_bound AS timestamp);

-- reject-unknown-members: Rows that name a product nobody knows are kept aside and take no further part.
WITH unknown_members AS (
    DELETE FROM pg_temp.incoming AS src
    WHERE src.sku IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM business.dim_product AS member WHERE member.sku = src.sku)
    RETURNING src.*
)
INSERT INTO warehouse.reject (load_id, target, file, line, column_name, reason, raw_row)
SELECT $load_id,
       $target,
       CAST($path AS text),
       src.source_line,
       'sku',
       'no such member of business.dim_product (' || 'sku = ' || CAST(src.sku AS text) || ')',
       CAST(to_json(src.*) AS text)
FROM unknown_members AS src;

-- infer-members: A placeholder for every customer that facts name before its own rows arrive.
INSERT INTO business.dim_customer (customer_key, customer_id, valid_from, is_current, version, is_inferred, load_id)
SELECT surrogate_key.last_key + row_number() OVER (ORDER BY src.first_seen, src.customer_id),
       src.customer_id,
       src.first_seen,
       TRUE,
       1,
       TRUE,
       $load_id
FROM (
    SELECT src.customer_id AS customer_id,
           least(CAST(coalesce(min(src.sold_at), CAST($started_at AS timestamp)) AS timestamp), timestamp '2000-01-01 00:00:00.000000') AS first_seen
    FROM pg_temp.incoming AS src
    WHERE src.customer_id IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM business.dim_customer AS member WHERE member.customer_id = src.customer_id)
    GROUP BY src.customer_id
) AS src
CROSS JOIN (SELECT last_key FROM warehouse.surrogate_key WHERE target = 'business.dim_customer') AS surrogate_key;

-- advance-surrogate-keys: Keys given are never given again.
-- only if: inferred > 0
UPDATE warehouse.surrogate_key
SET last_key = greatest(last_key, (SELECT max(customer_key) FROM business.dim_customer))
WHERE target = 'business.dim_customer';

-- take-versions: The versions of every customer that the batch names, and when each is met.
CREATE TEMP TABLE versions_1 ON COMMIT DROP AS
SELECT member.customer_id,
       member.customer_key AS member_key,
       CAST(member.valid_from AS timestamp) AS begins_at,
       CASE WHEN member.is_current THEN timestamp 'infinity' ELSE coalesce(CAST(member.valid_to AS timestamp), timestamp 'infinity') END AS ends_at,
       CASE WHEN member.version = 1 THEN timestamp '-infinity' ELSE CAST(member.valid_from AS timestamp) END AS met_from,
       coalesce(lead(CAST(member.valid_from AS timestamp)) OVER (PARTITION BY member.customer_id ORDER BY member.valid_from, member.version), timestamp 'infinity') AS met_until
FROM business.dim_customer AS member
WHERE member.customer_key > 0
  AND EXISTS (SELECT 1 FROM pg_temp.incoming AS src WHERE member.customer_id = src.customer_id);

-- analyze-versions-1: The planner has to know how many there are.
ANALYZE pg_temp.versions_1;

-- guard-overlapping-versions: versions of one member of business.dim_customer overlap, so that a fact would have two of them; VerifyAsync lists them all
SELECT DISTINCT member.customer_id
FROM pg_temp.versions_1 AS member
WHERE member.ends_at > member.met_until
ORDER BY member.customer_id
LIMIT 20;

-- take-versions: The versions of every product that the batch names, and when each is met.
CREATE TEMP TABLE versions_2 ON COMMIT DROP AS
SELECT member.sku,
       member.product_key AS member_key,
       CAST(member.valid_from AS timestamp) AS begins_at,
       CASE WHEN member.is_current THEN timestamp 'infinity' ELSE coalesce(CAST(member.valid_to AS timestamp), timestamp 'infinity') END AS ends_at,
       CASE WHEN member.version = 1 THEN timestamp '-infinity' ELSE CAST(member.valid_from AS timestamp) END AS met_from,
       coalesce(lead(CAST(member.valid_from AS timestamp)) OVER (PARTITION BY member.sku ORDER BY member.valid_from, member.version), timestamp 'infinity') AS met_until
FROM business.dim_product AS member
WHERE member.product_key > 0
  AND EXISTS (SELECT 1 FROM pg_temp.incoming AS src WHERE member.sku = src.sku);

-- analyze-versions-2: The planner has to know how many there are.
ANALYZE pg_temp.versions_2;

-- guard-overlapping-versions: versions of one member of business.dim_product overlap, so that a fact would have two of them; VerifyAsync lists them all
SELECT DISTINCT member.sku
FROM pg_temp.versions_2 AS member
WHERE member.ends_at > member.met_until
ORDER BY member.sku
LIMIT 20;

-- resolve-keys: Each row meets one version of each member: the one valid at the row's own time.
CREATE TEMP TABLE resolved ON COMMIT DROP AS
SELECT coalesce(sold_date.date_key, -1) AS sold_date_key,
       coalesce(returned_date.date_key, CASE WHEN src.returned_at IS NULL THEN -4 ELSE -1 END) AS returned_date_key,
       coalesce(customer.member_key, -1) AS customer_key,
       coalesce(product.member_key, -1) AS product_key,
       CAST(src.sale_id AS bigint) AS sale_id,
       CAST(src.channel AS text) AS channel,
       CAST(src.sold_at AS timestamp without time zone) AS sold_at,
       CAST(src.quantity AS smallint) AS quantity,
       CAST(src.amount AS numeric(18,4)) AS amount,
       CASE WHEN customer.member_key IS NULL THEN 3 WHEN CAST(src.sold_at AS timestamp) < customer.begins_at THEN 1 WHEN CAST(src.sold_at AS timestamp) >= customer.ends_at THEN 2 ELSE 0 END AS link_outcome_1,
       CASE WHEN product.member_key IS NULL THEN 3 WHEN CAST(src.sold_at AS timestamp) < product.begins_at THEN 1 WHEN CAST(src.sold_at AS timestamp) >= product.ends_at THEN 2 ELSE 0 END AS link_outcome_2
FROM pg_temp.incoming AS src
LEFT JOIN business.dim_date AS sold_date ON sold_date.date = CAST(src.sold_at AS date)
LEFT JOIN business.dim_date AS returned_date ON returned_date.date = CAST(src.returned_at AS date)
LEFT JOIN pg_temp.versions_1 AS customer ON customer.customer_id = src.customer_id AND CAST(src.sold_at AS timestamp) >= customer.met_from AND CAST(src.sold_at AS timestamp) < customer.met_until
LEFT JOIN pg_temp.versions_2 AS product ON product.sku = src.sku AND CAST(src.sold_at AS timestamp) >= product.met_from AND CAST(src.sold_at AS timestamp) < product.met_until;

-- analyze-resolved: The planner has to know how many rows are compared with the table.
ANALYZE pg_temp.resolved;

-- count-unknown-members: Rows that met no member or no version of their own time, per link.
SELECT count(*) FILTER (WHERE sold_date_key = -1) AS unknown_sold_date,
       count(*) FILTER (WHERE returned_date_key = -1) AS unknown_returned_date,
       count(*) FILTER (WHERE customer_key = -1) AS unknown_customer,
       count(*) FILTER (WHERE product_key = -1) AS unknown_product,
       count(*) FILTER (WHERE link_outcome_1 = 1) AS before_first_customer,
       count(*) FILTER (WHERE link_outcome_2 = 1) AS before_first_product,
       count(*) FILTER (WHERE link_outcome_1 = 2) AS in_gap_customer,
       count(*) FILTER (WHERE link_outcome_2 = 2) AS in_gap_product
FROM pg_temp.resolved;

-- count-accepted: The rows that count.
SELECT count(*) AS accepted FROM pg_temp.resolved;

-- find-differences: A reload that would change nothing writes nothing.
WITH old_rows AS (
    SELECT tgt.sold_date_key,
           tgt.returned_date_key,
           tgt.customer_key,
           tgt.product_key,
           tgt.sale_id,
           tgt.channel,
           tgt.sold_at,
           tgt.quantity,
           tgt.amount
    FROM business.fact_sale AS tgt
    WHERE tgt.sold_at >= CAST($lower_bound AS timestamp)
    UNION ALL
    SELECT tgt.sold_date_key,
           tgt.returned_date_key,
           tgt.customer_key,
           tgt.product_key,
           tgt.sale_id,
           tgt.channel,
           tgt.sold_at,
           tgt.quantity,
           tgt.amount
    FROM business.fact_sale AS tgt
    WHERE (tgt.sold_at >= CAST($lower_bound AS timestamp)) IS NOT TRUE
      AND EXISTS (SELECT 1 FROM pg_temp.resolved AS src WHERE tgt.sale_id = src.sale_id)
),
new_rows AS (
    SELECT src.sold_date_key,
           src.returned_date_key,
           src.customer_key,
           src.product_key,
           src.sale_id,
           src.channel,
           src.sold_at,
           src.quantity,
           src.amount
    FROM pg_temp.resolved AS src
)
SELECT (SELECT count(*) FROM (SELECT * FROM new_rows EXCEPT ALL SELECT * FROM old_rows) AS added)
     + (SELECT count(*) FROM (SELECT * FROM old_rows EXCEPT ALL SELECT * FROM new_rows) AS gone) AS differences;

-- delete-old-rows: Makes room for the reload.
-- only if: differences > 0
DELETE FROM business.fact_sale AS tgt
WHERE tgt.sold_at >= CAST($lower_bound AS timestamp);

-- delete-moved-rows: A row that moved here from elsewhere in the table is reloaded here, so its old copy goes too.
-- only if: differences > 0
DELETE FROM business.fact_sale AS tgt
WHERE (tgt.sold_at >= CAST($lower_bound AS timestamp)) IS NOT TRUE
  AND EXISTS (SELECT 1 FROM pg_temp.resolved AS src WHERE tgt.sale_id = src.sale_id);

-- insert-rows: The reload.
-- only if: differences > 0
INSERT INTO business.fact_sale (sold_date_key, returned_date_key, customer_key, product_key, sale_id, channel, sold_at, quantity, amount, load_id)
SELECT src.sold_date_key,
       src.returned_date_key,
       src.customer_key,
       src.product_key,
       src.sale_id,
       src.channel,
       src.sold_at,
       src.quantity,
       src.amount,
       $load_id
FROM pg_temp.resolved AS src;

-- count-rows-too-many: Each row of the batch stands in the table once.
-- only if: inserted > 0
SELECT (SELECT count(*) FROM business.fact_sale AS tgt WHERE EXISTS (SELECT 1 FROM pg_temp.resolved AS src WHERE tgt.sale_id = src.sale_id))
     - (SELECT count(*) FROM pg_temp.resolved) AS rows_too_many;

-- check-grain: rows of one grain would stand in the table more than once
-- only if: rows_too_many > 0
SELECT tgt.sale_id
FROM business.fact_sale AS tgt
JOIN pg_temp.resolved AS src ON tgt.sale_id = src.sale_id
GROUP BY tgt.sale_id
HAVING count(*) > 1
LIMIT 20;

-- record-interval: The stretch that was loaded; holes between such stretches can be found and filled.
INSERT INTO warehouse.load_interval (load_id, target, column_name, lower_bound, upper_bound, is_backfill)
SELECT $load_id,
       $target,
       $watermark_name,
       to_char(covered.covered_from, 'YYYY-MM-DD"T"HH24:MI:SS.US'),
       to_char(covered.covered_until, 'YYYY-MM-DD"T"HH24:MI:SS.US'),
       FALSE
FROM (
    SELECT coalesce(CAST($lower_bound AS timestamp), date_trunc('day', CAST(min(src.sold_at) AS timestamp))) AS covered_from,
           date_trunc('day', CAST(max(src.sold_at) AS timestamp)) + INTERVAL '1' DAY AS covered_until
    FROM pg_temp.staged AS src
    WHERE src.sold_at IS NOT NULL
      AND src.sold_at <= CAST($started_at AS timestamp) + make_interval(secs => 86400)
) AS covered
WHERE covered.covered_from < covered.covered_until;
