-- warehouse-sdk: load business.fact_partition

-- reject-incomplete-rows: A row without its grain or its watermark has no place in the table.
INSERT INTO warehouse.reject (load_id, target, file, line, column_name, reason, raw_row)
SELECT $load_id,
       $target,
       CAST($path AS text),
       src.source_line,
       array_to_string(ARRAY[CASE WHEN src.order_id IS NULL THEN 'order_id' END,
                             CASE WHEN src.ordered_at IS NULL THEN 'ordered_at' END,
                             CASE WHEN src.channel IS NULL OR NOT (src.channel = CAST($scope AS text)) THEN 'channel' END], ', '),
       CASE WHEN src.order_id IS NULL OR src.ordered_at IS NULL OR src.channel IS NULL THEN 'grain, watermark, partition or scope is NULL' ELSE 'the row is outside the scope of the load' END,
       CAST(to_json(src.*) AS text)
FROM pg_temp.staged AS src
WHERE NOT (src.order_id IS NOT NULL AND src.ordered_at IS NOT NULL AND src.channel IS NOT NULL AND src.channel = CAST($scope AS text));

-- find-repeated-keys: Keys that stand in the batch more than once; usually none.
CREATE TEMP TABLE repeated ON COMMIT DROP AS
SELECT src.order_id,
       count(*) AS copies
FROM pg_temp.staged AS src
WHERE src.order_id IS NOT NULL AND src.ordered_at IS NOT NULL AND src.channel IS NOT NULL AND src.channel = CAST($scope AS text)
GROUP BY src.order_id
HAVING count(*) > 1;

-- count-repeated-keys: Whether anything has to be decided at all.
SELECT count(*) AS repeated_keys FROM pg_temp.repeated;

-- decide-repeated-rows: Exact copies collapse into one.
-- only if: repeated_keys > 0
CREATE TEMP TABLE decided ON COMMIT DROP AS
SELECT src.customer_id,
       src.ordered_at,
       src.order_id,
       src.channel,
       src.amount,
       min(src.source_line) AS source_line
FROM pg_temp.staged AS src
JOIN pg_temp.repeated AS repeated ON repeated.order_id = src.order_id
WHERE src.order_id IS NOT NULL AND src.ordered_at IS NOT NULL AND src.channel IS NOT NULL AND src.channel = CAST($scope AS text)
GROUP BY src.customer_id,
         src.ordered_at,
         src.order_id,
         src.channel,
         src.amount;

-- find-conflicts: Keys that are still there with different values.
-- only if: repeated_keys > 0
CREATE TEMP TABLE conflicts ON COMMIT DROP AS
SELECT src.order_id,
       array_to_string(ARRAY[CASE WHEN count(DISTINCT src.customer_id) > 1 OR count(src.customer_id) NOT IN (0, count(*)) THEN 'customer_id' END,
                             CASE WHEN count(DISTINCT src.ordered_at) > 1 OR count(src.ordered_at) NOT IN (0, count(*)) THEN 'ordered_at' END,
                             CASE WHEN count(DISTINCT src.channel) > 1 OR count(src.channel) NOT IN (0, count(*)) THEN 'channel' END,
                             CASE WHEN count(DISTINCT src.amount) > 1 OR count(src.amount) NOT IN (0, count(*)) THEN 'amount' END], ', ') AS differing_columns
FROM pg_temp.decided AS src
GROUP BY src.order_id
HAVING count(*) > 1;

-- reject-conflicting-rows: None of them can be chosen, so all are kept aside.
-- only if: repeated_keys > 0
INSERT INTO warehouse.reject (load_id, target, file, line, column_name, reason, raw_row)
SELECT $load_id,
       $target,
       CAST($path AS text),
       src.source_line,
       conflicts.differing_columns,
       'several rows of one grain have different values (' || 'order_id = ' || CAST(src.order_id AS text) || ')',
       CAST(to_json(src.*) AS text)
FROM pg_temp.staged AS src
JOIN pg_temp.conflicts AS conflicts ON conflicts.order_id = src.order_id
WHERE src.order_id IS NOT NULL AND src.ordered_at IS NOT NULL AND src.channel IS NOT NULL AND src.channel = CAST($scope AS text);

-- take-incoming: The rows whose key stands in the batch once.
CREATE TEMP TABLE incoming ON COMMIT DROP AS
SELECT src.customer_id,
       src.ordered_at,
       src.order_id,
       src.channel,
       src.amount,
       src.source_line
FROM pg_temp.staged AS src
WHERE NOT EXISTS (SELECT 1 FROM pg_temp.repeated AS repeated WHERE repeated.order_id = src.order_id)
  AND src.order_id IS NOT NULL AND src.ordered_at IS NOT NULL AND src.channel IS NOT NULL AND src.channel = CAST($scope AS text);

-- take-decided-rows: And the one row that was chosen for a repeated key.
-- only if: repeated_keys > 0
INSERT INTO pg_temp.incoming
SELECT src.customer_id,
       src.ordered_at,
       src.order_id,
       src.channel,
       src.amount,
       src.source_line
FROM pg_temp.decided AS src
WHERE NOT EXISTS (SELECT 1 FROM pg_temp.conflicts AS conflicts WHERE conflicts.order_id = src.order_id);

-- analyze-incoming: The planner has to know how large the batch is.
ANALYZE pg_temp.incoming;

-- count-duplicates: Copies that collapsed and rows that were superseded.
-- only if: repeated_keys > 0
SELECT (SELECT CAST(coalesce(sum(repeated.copies), 0) AS bigint)
        FROM pg_temp.repeated AS repeated
        WHERE NOT EXISTS (SELECT 1 FROM pg_temp.conflicts AS conflicts WHERE conflicts.order_id = repeated.order_id))
     - (SELECT count(*)
        FROM pg_temp.decided AS decided
        WHERE NOT EXISTS (SELECT 1 FROM pg_temp.conflicts AS conflicts WHERE conflicts.order_id = decided.order_id)) AS duplicates;

-- count-outside-interval: Rows that other loads are about.
SELECT count(*) AS outside_interval
FROM pg_temp.incoming AS src
WHERE NOT (src.ordered_at < CAST($interval_to AS timestamp));

-- leave-rows-outside-interval: They take no further part.
-- only if: outside_interval > 0
DELETE FROM pg_temp.incoming AS src
WHERE NOT (src.ordered_at < CAST($interval_to AS timestamp));

-- read-lower-bound: What is at the watermark is loaded again, with the overlap before it; an empty table takes everything.
SELECT known.reached,
       date_trunc('day', known.reached) - make_interval(secs => 0) AS lower_bound
FROM (
    SELECT CASE WHEN EXISTS (SELECT 1 FROM business.fact_partition AS tgt WHERE tgt.channel = CAST($scope AS text)) THEN coalesce(
               (SELECT CAST(value AS timestamp) FROM warehouse.watermark WHERE target = $target
                                                                           AND column_name = $watermark_name),
               (SELECT CAST(max(tgt.ordered_at) AS timestamp) FROM business.fact_partition AS tgt WHERE tgt.channel = CAST($scope AS text))
           ) END AS reached
) AS known;

-- read-upper-bound: How far the source has come: rows that are rejected later were read all the same.
SELECT CAST(max(watermark) AS timestamp without time zone) AS upper_bound
FROM (
    SELECT max(src.ordered_at) AS watermark
    FROM pg_temp.staged AS src
    WHERE src.channel = CAST($scope AS text)
      AND src.ordered_at < CAST($interval_to AS timestamp)
    UNION ALL
    SELECT CAST($reached AS timestamp)
) AS bounds;

-- find-partitions: The partitions that are replaced: those of the batch, and those named as empty.
CREATE TEMP TABLE partitions ON COMMIT DROP AS
SELECT DISTINCT partition_value
FROM (
    SELECT date_trunc('month', CAST(src.ordered_at AS timestamp)) AS partition_value
    FROM pg_temp.incoming AS src
    UNION ALL
    SELECT date_trunc('month', CAST(CAST($partition_1 AS timestamp without time zone) AS timestamp))
    UNION ALL
    SELECT date_trunc('month', CAST(CAST($partition_2 AS timestamp without time zone) AS timestamp))
) AS named;

-- read-partition-bounds: Nothing outside them is looked at.
SELECT min(partition_value) AS partitions_from,
       max(partition_value) + INTERVAL '1' MONTH AS partitions_until
FROM pg_temp.partitions;

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

-- resolve-keys: Each row meets one version of each member: the one valid at the row's own time.
CREATE TEMP TABLE resolved ON COMMIT DROP AS
SELECT coalesce(customer.member_key, -1) AS customer_key,
       CAST(src.order_id AS bigint) AS order_id,
       CAST(src.ordered_at AS timestamp without time zone) AS ordered_at,
       CAST(src.channel AS text) AS channel,
       CAST(src.amount AS numeric(18,4)) AS amount,
       CASE WHEN customer.member_key IS NULL THEN 3 WHEN CAST(src.ordered_at AS timestamp) < customer.begins_at THEN 1 WHEN CAST(src.ordered_at AS timestamp) >= customer.ends_at THEN 2 ELSE 0 END AS link_outcome_1
FROM pg_temp.incoming AS src
LEFT JOIN pg_temp.versions_1 AS customer ON customer.customer_id = src.customer_id AND CAST(src.ordered_at AS timestamp) >= customer.met_from AND CAST(src.ordered_at AS timestamp) < customer.met_until;

-- analyze-resolved: The planner has to know how many rows are compared with the table.
ANALYZE pg_temp.resolved;

-- count-unknown-members: Rows that met no member or no version of their own time, per link.
SELECT count(*) FILTER (WHERE customer_key = -1) AS unknown_customer,
       count(*) FILTER (WHERE link_outcome_1 = 1) AS before_first_customer,
       count(*) FILTER (WHERE link_outcome_1 = 2) AS in_gap_customer
FROM pg_temp.resolved;

-- count-accepted: The rows that count.
SELECT count(*) AS accepted FROM pg_temp.resolved;

-- find-differences: A reload that would change nothing writes nothing.
WITH old_rows AS (
    SELECT tgt.customer_key,
           tgt.order_id,
           tgt.ordered_at,
           tgt.channel,
           tgt.amount
    FROM business.fact_partition AS tgt
    WHERE tgt.ordered_at >= CAST($partitions_from AS timestamp) AND tgt.ordered_at < CAST($partitions_until AS timestamp) AND date_trunc('month', CAST(tgt.ordered_at AS timestamp)) IN (SELECT partition_value FROM pg_temp.partitions) AND tgt.ordered_at < CAST($interval_to AS timestamp)
      AND tgt.channel = CAST($scope AS text)
    UNION ALL
    SELECT tgt.customer_key,
           tgt.order_id,
           tgt.ordered_at,
           tgt.channel,
           tgt.amount
    FROM business.fact_partition AS tgt
    WHERE (tgt.ordered_at >= CAST($partitions_from AS timestamp) AND tgt.ordered_at < CAST($partitions_until AS timestamp) AND date_trunc('month', CAST(tgt.ordered_at AS timestamp)) IN (SELECT partition_value FROM pg_temp.partitions) AND tgt.ordered_at < CAST($interval_to AS timestamp)) IS NOT TRUE
      AND tgt.channel = CAST($scope AS text)
      AND EXISTS (SELECT 1 FROM pg_temp.resolved AS src WHERE tgt.order_id = src.order_id)
),
new_rows AS (
    SELECT src.customer_key,
           src.order_id,
           src.ordered_at,
           src.channel,
           src.amount
    FROM pg_temp.resolved AS src
)
SELECT (SELECT count(*) FROM (SELECT * FROM new_rows EXCEPT ALL SELECT * FROM old_rows) AS added)
     + (SELECT count(*) FROM (SELECT * FROM old_rows EXCEPT ALL SELECT * FROM new_rows) AS gone) AS differences;

-- delete-old-rows: Makes room for the reload.
-- only if: differences > 0
DELETE FROM business.fact_partition AS tgt
WHERE tgt.ordered_at >= CAST($partitions_from AS timestamp) AND tgt.ordered_at < CAST($partitions_until AS timestamp) AND date_trunc('month', CAST(tgt.ordered_at AS timestamp)) IN (SELECT partition_value FROM pg_temp.partitions) AND tgt.ordered_at < CAST($interval_to AS timestamp)
  AND tgt.channel = CAST($scope AS text);

-- delete-moved-rows: A row that moved here from elsewhere in the table is reloaded here, so its old copy goes too.
-- only if: differences > 0
DELETE FROM business.fact_partition AS tgt
WHERE (tgt.ordered_at >= CAST($partitions_from AS timestamp) AND tgt.ordered_at < CAST($partitions_until AS timestamp) AND date_trunc('month', CAST(tgt.ordered_at AS timestamp)) IN (SELECT partition_value FROM pg_temp.partitions) AND tgt.ordered_at < CAST($interval_to AS timestamp)) IS NOT TRUE
  AND tgt.channel = CAST($scope AS text)
  AND EXISTS (SELECT 1 FROM pg_temp.resolved AS src WHERE tgt.order_id = src.order_id);

-- insert-rows: The reload.
-- only if: differences > 0
INSERT INTO business.fact_partition (customer_key, order_id, ordered_at, channel, amount, load_id)
SELECT src.customer_key,
       src.order_id,
       src.ordered_at,
       src.channel,
       src.amount,
       $load_id
FROM pg_temp.resolved AS src;

-- count-rows-too-many: Each row of the batch stands in the table once.
-- only if: inserted > 0
SELECT (SELECT count(*) FROM business.fact_partition AS tgt WHERE EXISTS (SELECT 1 FROM pg_temp.resolved AS src WHERE tgt.order_id = src.order_id))
     - (SELECT count(*) FROM pg_temp.resolved) AS rows_too_many;

-- check-grain: rows of one grain would stand in the table more than once
-- only if: rows_too_many > 0
SELECT tgt.order_id
FROM business.fact_partition AS tgt
JOIN pg_temp.resolved AS src ON tgt.order_id = src.order_id
GROUP BY tgt.order_id
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
    SELECT date_trunc('day', CAST(min(src.ordered_at) AS timestamp)) AS covered_from,
           CAST($interval_to AS timestamp) AS covered_until
    FROM pg_temp.staged AS src
    WHERE src.ordered_at IS NOT NULL
      AND src.channel = CAST($scope AS text)
      AND src.ordered_at < CAST($interval_to AS timestamp)
) AS covered
WHERE covered.covered_from < covered.covered_until;
