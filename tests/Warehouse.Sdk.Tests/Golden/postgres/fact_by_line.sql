-- warehouse-sdk: load business.fact_by_line

-- take-incoming: Every row of the batch counts, identical ones too.
CREATE TEMP TABLE incoming ON COMMIT DROP AS
SELECT src.customer_id,
       src.ordered_at,
       src.amount,
       src.source_line
FROM pg_temp.staged AS src;

-- analyze-incoming: The planner has to know how large the batch is.
ANALYZE pg_temp.incoming;

-- find-partitions: The partitions that are replaced: those of the batch, and those named as empty.
CREATE TEMP TABLE partitions ON COMMIT DROP AS
SELECT DISTINCT partition_value
FROM (
    SELECT CAST($source_batch AS text) AS partition_value
) AS named;

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
       CAST(src.ordered_at AS timestamp without time zone) AS ordered_at,
       CAST(src.amount AS numeric(18,4)) AS amount,
       CAST($source_batch AS text) AS source_batch,
       src.source_line,
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
           tgt.ordered_at,
           tgt.amount,
           tgt.source_batch,
           tgt.source_line
    FROM business.fact_by_line AS tgt
    WHERE tgt.source_batch IN (SELECT partition_value FROM pg_temp.partitions)
    UNION ALL
    SELECT tgt.customer_key,
           tgt.ordered_at,
           tgt.amount,
           tgt.source_batch,
           tgt.source_line
    FROM business.fact_by_line AS tgt
    WHERE (tgt.source_batch IN (SELECT partition_value FROM pg_temp.partitions)) IS NOT TRUE
      AND EXISTS (SELECT 1 FROM pg_temp.resolved AS src WHERE tgt.source_batch = src.source_batch AND tgt.source_line = src.source_line)
),
new_rows AS (
    SELECT src.customer_key,
           src.ordered_at,
           src.amount,
           src.source_batch,
           src.source_line
    FROM pg_temp.resolved AS src
)
SELECT (SELECT count(*) FROM (SELECT * FROM new_rows EXCEPT ALL SELECT * FROM old_rows) AS added)
     + (SELECT count(*) FROM (SELECT * FROM old_rows EXCEPT ALL SELECT * FROM new_rows) AS gone) AS differences;

-- delete-old-rows: Makes room for the reload.
-- only if: differences > 0
DELETE FROM business.fact_by_line AS tgt
WHERE tgt.source_batch IN (SELECT partition_value FROM pg_temp.partitions);

-- delete-moved-rows: A row that moved here from elsewhere in the table is reloaded here, so its old copy goes too.
-- only if: differences > 0
DELETE FROM business.fact_by_line AS tgt
WHERE (tgt.source_batch IN (SELECT partition_value FROM pg_temp.partitions)) IS NOT TRUE
  AND EXISTS (SELECT 1 FROM pg_temp.resolved AS src WHERE tgt.source_batch = src.source_batch AND tgt.source_line = src.source_line);

-- insert-rows: The reload.
-- only if: differences > 0
INSERT INTO business.fact_by_line (customer_key, ordered_at, amount, source_batch, source_line, load_id)
SELECT src.customer_key,
       src.ordered_at,
       src.amount,
       src.source_batch,
       src.source_line,
       $load_id
FROM pg_temp.resolved AS src;

-- count-rows-too-many: Each row of the batch stands in the table once.
-- only if: inserted > 0
SELECT (SELECT count(*) FROM business.fact_by_line AS tgt WHERE EXISTS (SELECT 1 FROM pg_temp.resolved AS src WHERE tgt.source_batch = src.source_batch AND tgt.source_line = src.source_line))
     - (SELECT count(*) FROM pg_temp.resolved) AS rows_too_many;

-- check-grain: rows of one grain would stand in the table more than once
-- only if: rows_too_many > 0
SELECT tgt.source_batch,
       tgt.source_line
FROM business.fact_by_line AS tgt
JOIN pg_temp.resolved AS src ON tgt.source_batch = src.source_batch AND tgt.source_line = src.source_line
GROUP BY tgt.source_batch,
         tgt.source_line
HAVING count(*) > 1
LIMIT 20;
