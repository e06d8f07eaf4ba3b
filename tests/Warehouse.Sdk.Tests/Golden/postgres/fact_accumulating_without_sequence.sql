-- warehouse-sdk: load business.fact_unordered

-- reject-incomplete-rows: A row without its grain or its watermark has no place in the table.
INSERT INTO warehouse.reject (load_id, target, file, line, column_name, reason, raw_row)
SELECT $load_id,
       $target,
       CAST($path AS text),
       src.source_line,
       array_to_string(ARRAY[CASE WHEN src.order_id IS NULL THEN 'order_id' END], ', '),
       'grain or sequence is NULL',
       CAST(to_json(src.*) AS text)
FROM pg_temp.staged AS src
WHERE NOT (src.order_id IS NOT NULL);

-- find-repeated-keys: Keys that stand in the batch more than once; usually none.
CREATE TEMP TABLE repeated ON COMMIT DROP AS
SELECT src.order_id,
       count(*) AS copies
FROM pg_temp.staged AS src
WHERE src.order_id IS NOT NULL
GROUP BY src.order_id
HAVING count(*) > 1;

-- count-repeated-keys: Whether anything has to be decided at all.
SELECT count(*) AS repeated_keys FROM pg_temp.repeated;

-- decide-repeated-rows: Exact copies collapse into one.
-- only if: repeated_keys > 0
CREATE TEMP TABLE decided ON COMMIT DROP AS
SELECT src.order_id,
       src.placed_at,
       src.shipped_at,
       src.is_retracted,
       src.closed_at,
       src.is_reopened,
       src.quantity,
       min(src.source_line) AS source_line
FROM pg_temp.staged AS src
JOIN pg_temp.repeated AS repeated ON repeated.order_id = src.order_id
WHERE src.order_id IS NOT NULL
GROUP BY src.order_id,
         src.placed_at,
         src.shipped_at,
         src.is_retracted,
         src.closed_at,
         src.is_reopened,
         src.quantity;

-- find-conflicts: Keys that are still there with different values.
-- only if: repeated_keys > 0
CREATE TEMP TABLE conflicts ON COMMIT DROP AS
SELECT src.order_id,
       array_to_string(ARRAY[CASE WHEN count(DISTINCT src.placed_at) > 1 OR count(src.placed_at) NOT IN (0, count(*)) THEN 'placed_at' END,
                             CASE WHEN count(DISTINCT src.shipped_at) > 1 OR count(src.shipped_at) NOT IN (0, count(*)) THEN 'shipped_at' END,
                             CASE WHEN count(DISTINCT src.is_retracted) > 1 OR count(src.is_retracted) NOT IN (0, count(*)) THEN 'is_retracted' END,
                             CASE WHEN count(DISTINCT src.closed_at) > 1 OR count(src.closed_at) NOT IN (0, count(*)) THEN 'closed_at' END,
                             CASE WHEN count(DISTINCT src.is_reopened) > 1 OR count(src.is_reopened) NOT IN (0, count(*)) THEN 'is_reopened' END,
                             CASE WHEN count(DISTINCT src.quantity) > 1 OR count(src.quantity) NOT IN (0, count(*)) THEN 'quantity' END], ', ') AS differing_columns
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
WHERE src.order_id IS NOT NULL;

-- take-incoming: The rows whose key stands in the batch once.
CREATE TEMP TABLE incoming ON COMMIT DROP AS
SELECT src.order_id,
       src.placed_at,
       src.shipped_at,
       src.is_retracted,
       src.closed_at,
       src.is_reopened,
       src.quantity,
       src.source_line
FROM pg_temp.staged AS src
WHERE NOT EXISTS (SELECT 1 FROM pg_temp.repeated AS repeated WHERE repeated.order_id = src.order_id)
  AND src.order_id IS NOT NULL;

-- take-decided-rows: And the one row that was chosen for a repeated key.
-- only if: repeated_keys > 0
INSERT INTO pg_temp.incoming
SELECT src.order_id,
       src.placed_at,
       src.shipped_at,
       src.is_retracted,
       src.closed_at,
       src.is_reopened,
       src.quantity,
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

-- gather-events: What each row of the batch says, and about what; a NULL says nothing unless the model or a flag of the row says that it does.
CREATE TEMP TABLE happened ON COMMIT DROP AS
SELECT src.order_id,
       1 AS sequence_number,
       src.placed_at,
       CASE WHEN src.is_retracted THEN NULL ELSE src.shipped_at END AS shipped_at,
       src.closed_at,
       src.quantity,
       src.placed_at IS NOT NULL AS told_placed,
       src.shipped_at IS NOT NULL OR coalesce(src.is_retracted, FALSE) AS told_shipped,
       src.closed_at IS NOT NULL OR $tells_3 OR coalesce(src.is_reopened, FALSE) AS told_closed,
       coalesce(src.is_reopened, FALSE) AS reopens,
       CAST(0 AS bigint) AS times_before,
       TRUE AS is_new,
       src.source_line
FROM pg_temp.incoming AS src;

-- drop-incoming: The processes take the place of their events.
DROP TABLE pg_temp.incoming;

-- recall-rows: What is known so far about the same processes.
INSERT INTO pg_temp.happened
SELECT tgt.order_id,
       0,
       tgt.placed_at,
       tgt.shipped_at,
       tgt.closed_at,
       tgt.quantity,
       TRUE,
       TRUE,
       TRUE,
       FALSE,
       coalesce(tgt.times_reopened, 0),
       FALSE,
       NULL
FROM business.fact_unordered AS tgt
WHERE EXISTS (SELECT 1 FROM pg_temp.happened AS src WHERE tgt.order_id = src.order_id);

-- analyze-happened: The planner has to know how many events there are.
ANALYZE pg_temp.happened;

-- fold-events: Of each process the last that was told about each column, and what follows from it.
CREATE TEMP TABLE incoming ON COMMIT DROP AS
SELECT folded.order_id,
       folded.placed_at,
       folded.shipped_at,
       folded.closed_at,
       folded.quantity,
       CAST(folded.shipped_at AS date) - CAST(folded.placed_at AS date) AS ship_lag_days,
       trunc(extract(epoch FROM CAST(folded.closed_at AS timestamp) - CAST(folded.shipped_at AS timestamp)) / 3600) AS close_lag_hours,
       folded.times_before AS times_reopened,
       folded.source_line
FROM (
    SELECT src.order_id,
           (array_agg(src.placed_at ORDER BY src.sequence_number DESC) FILTER (WHERE src.told_placed))[1] AS placed_at,
           (array_agg(src.shipped_at ORDER BY src.sequence_number DESC) FILTER (WHERE src.told_shipped))[1] AS shipped_at,
           (array_agg(src.closed_at ORDER BY src.sequence_number DESC) FILTER (WHERE src.told_closed))[1] AS closed_at,
           (array_agg(src.quantity ORDER BY src.sequence_number DESC) FILTER (WHERE src.quantity IS NOT NULL))[1] AS quantity,
           CAST(sum(src.times_before + src.reopening) AS bigint) AS times_before,
           min(src.source_line) AS source_line
    FROM (
        SELECT happened.*,
               CASE WHEN happened.reopens AND lag(happened.closed_at) OVER (PARTITION BY happened.order_id, happened.told_closed ORDER BY happened.sequence_number) IS NOT NULL THEN 1 ELSE 0 END AS reopening
        FROM pg_temp.happened AS happened
    ) AS src
    GROUP BY src.order_id
) AS folded;

-- analyze-incoming: The planner has to know how many processes there are.
ANALYZE pg_temp.incoming;

-- count-folded: Events that stand in one row with others of their process.
SELECT (SELECT count(*) FROM pg_temp.happened WHERE is_new) - (SELECT count(*) FROM pg_temp.incoming) AS folded;

-- resolve-keys: The rows as the table stores them.
CREATE TEMP TABLE resolved ON COMMIT DROP AS
SELECT coalesce(placed_date.date_key, CASE WHEN src.placed_at IS NULL THEN -4 ELSE -1 END) AS placed_date_key,
       coalesce(shipped_date.date_key, CASE WHEN src.shipped_at IS NULL THEN -4 ELSE -1 END) AS shipped_date_key,
       coalesce(closed_date.date_key, CASE WHEN src.closed_at IS NULL THEN -4 ELSE -1 END) AS closed_date_key,
       CAST(src.order_id AS integer) AS order_id,
       CAST(src.placed_at AS timestamp without time zone) AS placed_at,
       CAST(src.shipped_at AS timestamp without time zone) AS shipped_at,
       CAST(src.closed_at AS timestamp without time zone) AS closed_at,
       CAST(src.quantity AS integer) AS quantity,
       CAST(src.ship_lag_days AS bigint) AS ship_lag_days,
       CAST(src.close_lag_hours AS bigint) AS close_lag_hours,
       CAST(src.times_reopened AS bigint) AS times_reopened
FROM pg_temp.incoming AS src
LEFT JOIN business.dim_date AS placed_date ON placed_date.date = CAST(src.placed_at AS date)
LEFT JOIN business.dim_date AS shipped_date ON shipped_date.date = CAST(src.shipped_at AS date)
LEFT JOIN business.dim_date AS closed_date ON closed_date.date = CAST(src.closed_at AS date);

-- analyze-resolved: The planner has to know how many rows are compared with the table.
ANALYZE pg_temp.resolved;

-- count-unknown-members: Rows that met no member or no version of their own time, per link.
SELECT count(*) FILTER (WHERE placed_date_key = -1) AS unknown_placed_date,
       count(*) FILTER (WHERE shipped_date_key = -1) AS unknown_shipped_date,
       count(*) FILTER (WHERE closed_date_key = -1) AS unknown_closed_date
FROM pg_temp.resolved;

-- count-accepted: The rows that count.
SELECT count(*) AS accepted FROM pg_temp.resolved;

-- update-changed-rows: Only rows in which something is really different.
UPDATE business.fact_unordered AS tgt
SET placed_date_key = src.placed_date_key,
    shipped_date_key = src.shipped_date_key,
    closed_date_key = src.closed_date_key,
    placed_at = src.placed_at,
    shipped_at = src.shipped_at,
    closed_at = src.closed_at,
    quantity = src.quantity,
    ship_lag_days = src.ship_lag_days,
    close_lag_hours = src.close_lag_hours,
    times_reopened = src.times_reopened,
    load_id = $load_id
FROM pg_temp.resolved AS src
WHERE tgt.order_id = src.order_id
  AND (tgt.placed_date_key IS DISTINCT FROM src.placed_date_key
       OR tgt.shipped_date_key IS DISTINCT FROM src.shipped_date_key
       OR tgt.closed_date_key IS DISTINCT FROM src.closed_date_key
       OR tgt.placed_at IS DISTINCT FROM src.placed_at
       OR tgt.shipped_at IS DISTINCT FROM src.shipped_at
       OR tgt.closed_at IS DISTINCT FROM src.closed_at
       OR tgt.quantity IS DISTINCT FROM src.quantity
       OR tgt.ship_lag_days IS DISTINCT FROM src.ship_lag_days
       OR tgt.close_lag_hours IS DISTINCT FROM src.close_lag_hours
       OR tgt.times_reopened IS DISTINCT FROM src.times_reopened);

-- insert-new-rows: Rows of a grain that the table does not have.
INSERT INTO business.fact_unordered (placed_date_key, shipped_date_key, closed_date_key, order_id, placed_at, shipped_at, closed_at, quantity, ship_lag_days, close_lag_hours, times_reopened, load_id)
SELECT src.placed_date_key,
       src.shipped_date_key,
       src.closed_date_key,
       src.order_id,
       src.placed_at,
       src.shipped_at,
       src.closed_at,
       src.quantity,
       src.ship_lag_days,
       src.close_lag_hours,
       src.times_reopened,
       $load_id
FROM pg_temp.resolved AS src
WHERE NOT EXISTS (SELECT 1 FROM business.fact_unordered AS tgt WHERE tgt.order_id = src.order_id);

-- count-rows-too-many: Each row of the batch stands in the table once.
-- only if: inserted > 0
SELECT (SELECT count(*) FROM business.fact_unordered AS tgt WHERE EXISTS (SELECT 1 FROM pg_temp.resolved AS src WHERE tgt.order_id = src.order_id))
     - (SELECT count(*) FROM pg_temp.resolved) AS rows_too_many;

-- check-grain: rows of one grain would stand in the table more than once
-- only if: rows_too_many > 0
SELECT tgt.order_id
FROM business.fact_unordered AS tgt
JOIN pg_temp.resolved AS src ON tgt.order_id = src.order_id
GROUP BY tgt.order_id
HAVING count(*) > 1
LIMIT 20;
