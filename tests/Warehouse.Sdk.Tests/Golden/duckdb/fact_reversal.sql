-- warehouse-sdk: load business.fact_reversal

-- reject-incomplete-rows: A row without its grain or its watermark has no place in the table.
INSERT INTO warehouse.reject (load_id, target, file, line, column_name, reason, raw_row)
SELECT $load_id,
       $target,
       $path,
       src.source_line,
       concat_ws(', ', CASE WHEN src.order_id IS NULL THEN 'order_id' END),
       'grain or watermark is NULL',
       CAST(to_json(src) AS VARCHAR)
FROM temp.staged AS src
WHERE NOT (src.order_id IS NOT NULL);

-- find-repeated-keys: Keys that stand in the batch more than once; usually none.
CREATE TEMP TABLE repeated AS
SELECT src.order_id,
       count(*) AS copies
FROM temp.staged AS src
WHERE src.order_id IS NOT NULL
GROUP BY ALL
HAVING count(*) > 1;

-- count-repeated-keys: Whether anything has to be decided at all.
SELECT count(*) AS repeated_keys FROM temp.repeated;

-- decide-repeated-rows: Exact copies collapse into one.
-- only if: repeated_keys > 0
CREATE TEMP TABLE decided AS
SELECT src.customer_id,
       src.ordered_at,
       src.order_id,
       src.op,
       src.amount,
       min(src.source_line) AS source_line
FROM temp.staged AS src
JOIN temp.repeated AS repeated ON repeated.order_id = src.order_id
WHERE src.order_id IS NOT NULL
GROUP BY src.customer_id,
         src.ordered_at,
         src.order_id,
         src.op,
         src.amount;

-- find-conflicts: Keys that are still there with different values.
-- only if: repeated_keys > 0
CREATE TEMP TABLE conflicts AS
SELECT src.order_id,
       concat_ws(', ', CASE WHEN min(src.customer_id) IS DISTINCT FROM max(src.customer_id) OR count(src.customer_id) NOT IN (0, count(*)) THEN 'customer_id' END,
                       CASE WHEN min(src.ordered_at) IS DISTINCT FROM max(src.ordered_at) OR count(src.ordered_at) NOT IN (0, count(*)) THEN 'ordered_at' END,
                       CASE WHEN min(src.op) IS DISTINCT FROM max(src.op) OR count(src.op) NOT IN (0, count(*)) THEN 'op' END,
                       CASE WHEN min(src.amount) IS DISTINCT FROM max(src.amount) OR count(src.amount) NOT IN (0, count(*)) THEN 'amount' END) AS differing_columns
FROM temp.decided AS src
GROUP BY src.order_id
HAVING count(*) > 1;

-- reject-conflicting-rows: None of them can be chosen, so all are kept aside.
-- only if: repeated_keys > 0
INSERT INTO warehouse.reject (load_id, target, file, line, column_name, reason, raw_row)
SELECT $load_id,
       $target,
       $path,
       src.source_line,
       conflicts.differing_columns,
       'several rows of one grain have different values (' || 'order_id = ' || CAST(src.order_id AS VARCHAR) || ')',
       CAST(to_json(src) AS VARCHAR)
FROM temp.staged AS src
JOIN temp.conflicts AS conflicts ON conflicts.order_id = src.order_id
WHERE src.order_id IS NOT NULL;

-- take-incoming: The rows whose key stands in the batch once.
CREATE TEMP TABLE incoming AS
SELECT src.customer_id,
       src.ordered_at,
       src.order_id,
       src.op,
       src.amount,
       src.source_line
FROM temp.staged AS src
ANTI JOIN temp.repeated AS repeated ON repeated.order_id = src.order_id
WHERE src.order_id IS NOT NULL;

-- take-decided-rows: And the one row that was chosen for a repeated key.
-- only if: repeated_keys > 0
INSERT INTO temp.incoming
SELECT src.customer_id,
       src.ordered_at,
       src.order_id,
       src.op,
       src.amount,
       src.source_line
FROM temp.decided AS src
WHERE NOT EXISTS (SELECT 1 FROM temp.conflicts AS conflicts WHERE conflicts.order_id = src.order_id);

-- count-duplicates: Copies that collapsed and rows that were superseded.
-- only if: repeated_keys > 0
SELECT (SELECT CAST(coalesce(sum(repeated.copies), 0) AS BIGINT)
        FROM temp.repeated AS repeated
        WHERE NOT EXISTS (SELECT 1 FROM temp.conflicts AS conflicts WHERE conflicts.order_id = repeated.order_id))
     - (SELECT count(*)
        FROM temp.decided AS decided
        WHERE NOT EXISTS (SELECT 1 FROM temp.conflicts AS conflicts WHERE conflicts.order_id = decided.order_id)) AS duplicates;

-- take-deletions: Rows that the source says are gone.
CREATE TEMP TABLE deletions AS
SELECT src.order_id
FROM temp.incoming AS src
WHERE upper(src.op) = 'D';

-- leave-deletions: They are no rows of the fact.
DELETE FROM temp.incoming AS src
WHERE upper(src.op) = 'D';

-- take-versions: The versions of every customer that the batch names, and when each is met.
CREATE TEMP TABLE versions_1 AS
SELECT member.customer_id,
       member.customer_key AS member_key,
       CAST(member.valid_from AS TIMESTAMP) AS begins_at,
       CASE WHEN member.is_current THEN TIMESTAMP 'infinity' ELSE coalesce(CAST(member.valid_to AS TIMESTAMP), TIMESTAMP 'infinity') END AS ends_at,
       CASE WHEN member.version = 1 THEN TIMESTAMP '-infinity' ELSE CAST(member.valid_from AS TIMESTAMP) END AS met_from,
       coalesce(lead(CAST(member.valid_from AS TIMESTAMP)) OVER (PARTITION BY member.customer_id ORDER BY member.valid_from, member.version), TIMESTAMP 'infinity') AS met_until
FROM business.dim_customer AS member
SEMI JOIN temp.incoming AS src ON member.customer_id = src.customer_id
WHERE member.customer_key > 0;

-- guard-overlapping-versions: versions of one member of business.dim_customer overlap, so that a fact would have two of them; VerifyAsync lists them all
SELECT DISTINCT member.customer_id
FROM temp.versions_1 AS member
WHERE member.ends_at > member.met_until
ORDER BY member.customer_id
LIMIT 20;

-- resolve-keys: Each row meets one version of each member: the one valid at the row's own time.
CREATE TEMP TABLE resolved AS
SELECT coalesce(customer.member_key, -1) AS customer_key,
       CAST(src.order_id AS BIGINT) AS order_id,
       CAST(src.ordered_at AS TIMESTAMP) AS ordered_at,
       CAST(src.amount AS DECIMAL(18,4)) AS amount,
       CASE WHEN customer.member_key IS NULL THEN 3 WHEN CAST(src.ordered_at AS TIMESTAMP) < customer.begins_at THEN 1 WHEN CAST(src.ordered_at AS TIMESTAMP) >= customer.ends_at THEN 2 ELSE 0 END AS link_outcome_1
FROM temp.incoming AS src
LEFT JOIN temp.versions_1 AS customer ON customer.customer_id = src.customer_id AND CAST(src.ordered_at AS TIMESTAMP) >= customer.met_from AND CAST(src.ordered_at AS TIMESTAMP) < customer.met_until;

-- count-unknown-members: Rows that met no member or no version of their own time, per link.
SELECT count(*) FILTER (WHERE customer_key = -1) AS unknown_customer,
       count(*) FILTER (WHERE link_outcome_1 = 1) AS before_first_customer,
       count(*) FILTER (WHERE link_outcome_1 = 2) AS in_gap_customer
FROM temp.resolved;

-- count-accepted: The rows that count.
SELECT count(*) + (SELECT count(*) FROM temp.deletions) AS accepted FROM temp.resolved;

-- take-standing-entries: The last entry of every grain that the batch touches.
CREATE TEMP TABLE standing AS
SELECT numbered.customer_key,
       numbered.order_id,
       numbered.ordered_at,
       numbered.amount,
       numbered.entry_number,
       numbered.reverses_entry
FROM (
    SELECT tgt.customer_key,
           tgt.order_id,
           tgt.ordered_at,
           tgt.amount,
           tgt.entry_number,
           tgt.reverses_entry,
           row_number() OVER (PARTITION BY tgt.order_id ORDER BY tgt.entry_number DESC) AS from_last
    FROM business.fact_reversal AS tgt
    WHERE EXISTS (SELECT 1 FROM temp.resolved AS src WHERE tgt.order_id = src.order_id) OR EXISTS (SELECT 1 FROM temp.deletions AS src WHERE tgt.order_id = src.order_id)
) AS numbered
WHERE numbered.from_last = 1;

-- insert-reversals: Entries that take back what a correction replaces.
INSERT INTO business.fact_reversal (customer_key, order_id, ordered_at, amount, entry_number, reverses_entry, load_id)
SELECT tgt.customer_key,
       tgt.order_id,
       tgt.ordered_at,
       -tgt.amount,
       tgt.entry_number + 1,
       tgt.entry_number,
       $load_id
FROM temp.standing AS tgt
JOIN temp.resolved AS src ON tgt.order_id = src.order_id
WHERE tgt.reverses_entry IS NULL
  AND (tgt.customer_key IS DISTINCT FROM src.customer_key
       OR tgt.ordered_at IS DISTINCT FROM src.ordered_at
       OR tgt.amount IS DISTINCT FROM src.amount);

-- insert-corrections: The corrected rows, behind their reversals.
INSERT INTO business.fact_reversal (customer_key, order_id, ordered_at, amount, entry_number, reverses_entry, load_id)
SELECT src.customer_key,
       src.order_id,
       src.ordered_at,
       src.amount,
       tgt.entry_number + 2,
       NULL,
       $load_id
FROM temp.standing AS tgt
JOIN temp.resolved AS src ON tgt.order_id = src.order_id
WHERE tgt.reverses_entry IS NULL
  AND (tgt.customer_key IS DISTINCT FROM src.customer_key
       OR tgt.ordered_at IS DISTINCT FROM src.ordered_at
       OR tgt.amount IS DISTINCT FROM src.amount);

-- insert-new-rows: Rows of a grain that the table does not have, or had and took back.
INSERT INTO business.fact_reversal (customer_key, order_id, ordered_at, amount, entry_number, reverses_entry, load_id)
SELECT src.customer_key,
       src.order_id,
       src.ordered_at,
       src.amount,
       coalesce(tgt.entry_number, 0) + 1,
       NULL,
       $load_id
FROM temp.resolved AS src
LEFT JOIN temp.standing AS tgt ON tgt.order_id = src.order_id
WHERE tgt.entry_number IS NULL
   OR tgt.reverses_entry IS NOT NULL;

-- insert-retractions: Entries that take back what the source deleted.
INSERT INTO business.fact_reversal (customer_key, order_id, ordered_at, amount, entry_number, reverses_entry, load_id)
SELECT tgt.customer_key,
       tgt.order_id,
       tgt.ordered_at,
       -tgt.amount,
       tgt.entry_number + 1,
       tgt.entry_number,
       $load_id
FROM temp.standing AS tgt
JOIN temp.deletions AS src ON tgt.order_id = src.order_id
WHERE tgt.reverses_entry IS NULL;

-- check-grain: rows of one grain would stand in the table more than once
-- only if: inserted > 0
SELECT tgt.order_id
FROM business.fact_reversal AS tgt
JOIN temp.resolved AS src ON tgt.order_id = src.order_id
GROUP BY tgt.order_id,
         tgt.entry_number
HAVING count(*) > 1
LIMIT 20;
