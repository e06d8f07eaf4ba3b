-- warehouse-sdk: load business.fact_order

-- reject-incomplete-rows: A row without its grain or its watermark has no place in the table.
INSERT INTO warehouse.reject (load_id, target, file, line, column_name, reason, raw_row)
SELECT $load_id,
       $target,
       $path,
       src.source_line,
       concat_ws(', ', CASE WHEN src.order_id IS NULL THEN 'order_id' END, CASE WHEN src.lsn IS NULL THEN 'lsn' END),
       'grain or sequence is NULL',
       CAST(to_json(src) AS VARCHAR)
FROM temp.staged AS src
WHERE NOT (src.order_id IS NOT NULL AND src.lsn IS NOT NULL);

-- find-repeated-keys: Keys that stand in the batch more than once; usually none.
CREATE TEMP TABLE repeated AS
SELECT src.order_id,
       src.lsn,
       count(*) AS copies
FROM temp.staged AS src
WHERE src.order_id IS NOT NULL AND src.lsn IS NOT NULL
GROUP BY ALL
HAVING count(*) > 1;

-- count-repeated-keys: Whether anything has to be decided at all.
SELECT count(*) AS repeated_keys FROM temp.repeated;

-- decide-repeated-rows: Exact copies collapse into one.
-- only if: repeated_keys > 0
CREATE TEMP TABLE decided AS
SELECT src.order_id,
       src.placed_at,
       src.shipped_at,
       src.is_retracted,
       src.closed_at,
       src.is_reopened,
       src.quantity,
       src.lsn,
       min(src.source_line) AS source_line
FROM temp.staged AS src
JOIN temp.repeated AS repeated ON repeated.order_id = src.order_id AND repeated.lsn = src.lsn
WHERE src.order_id IS NOT NULL AND src.lsn IS NOT NULL
GROUP BY src.order_id,
         src.placed_at,
         src.shipped_at,
         src.is_retracted,
         src.closed_at,
         src.is_reopened,
         src.quantity,
         src.lsn;

-- find-conflicts: Keys that are still there with different values.
-- only if: repeated_keys > 0
CREATE TEMP TABLE conflicts AS
SELECT src.order_id,
       src.lsn,
       concat_ws(', ', CASE WHEN min(src.placed_at) IS DISTINCT FROM max(src.placed_at) OR count(src.placed_at) NOT IN (0, count(*)) THEN 'placed_at' END,
                       CASE WHEN min(src.shipped_at) IS DISTINCT FROM max(src.shipped_at) OR count(src.shipped_at) NOT IN (0, count(*)) THEN 'shipped_at' END,
                       CASE WHEN min(src.is_retracted) IS DISTINCT FROM max(src.is_retracted) OR count(src.is_retracted) NOT IN (0, count(*)) THEN 'is_retracted' END,
                       CASE WHEN min(src.closed_at) IS DISTINCT FROM max(src.closed_at) OR count(src.closed_at) NOT IN (0, count(*)) THEN 'closed_at' END,
                       CASE WHEN min(src.is_reopened) IS DISTINCT FROM max(src.is_reopened) OR count(src.is_reopened) NOT IN (0, count(*)) THEN 'is_reopened' END,
                       CASE WHEN min(src.quantity) IS DISTINCT FROM max(src.quantity) OR count(src.quantity) NOT IN (0, count(*)) THEN 'quantity' END) AS differing_columns
FROM temp.decided AS src
GROUP BY src.order_id,
         src.lsn
HAVING count(*) > 1;

-- reject-conflicting-rows: None of them can be chosen, so all are kept aside.
-- only if: repeated_keys > 0
INSERT INTO warehouse.reject (load_id, target, file, line, column_name, reason, raw_row)
SELECT $load_id,
       $target,
       $path,
       src.source_line,
       conflicts.differing_columns,
       'several rows of one grain have different values (' || 'order_id = ' || CAST(src.order_id AS VARCHAR) || ', ' || 'lsn = ' || CAST(src.lsn AS VARCHAR) || ')',
       CAST(to_json(src) AS VARCHAR)
FROM temp.staged AS src
JOIN temp.conflicts AS conflicts ON conflicts.order_id = src.order_id AND conflicts.lsn = src.lsn
WHERE src.order_id IS NOT NULL AND src.lsn IS NOT NULL;

-- take-incoming: The rows whose key stands in the batch once.
CREATE TEMP TABLE incoming AS
SELECT src.order_id,
       src.placed_at,
       src.shipped_at,
       src.is_retracted,
       src.closed_at,
       src.is_reopened,
       src.quantity,
       src.lsn,
       src.source_line
FROM temp.staged AS src
ANTI JOIN temp.repeated AS repeated ON repeated.order_id = src.order_id AND repeated.lsn = src.lsn
WHERE src.order_id IS NOT NULL AND src.lsn IS NOT NULL;

-- take-decided-rows: And the one row that was chosen for a repeated key.
-- only if: repeated_keys > 0
INSERT INTO temp.incoming
SELECT src.order_id,
       src.placed_at,
       src.shipped_at,
       src.is_retracted,
       src.closed_at,
       src.is_reopened,
       src.quantity,
       src.lsn,
       src.source_line
FROM temp.decided AS src
WHERE NOT EXISTS (SELECT 1 FROM temp.conflicts AS conflicts WHERE conflicts.order_id = src.order_id AND conflicts.lsn = src.lsn);

-- count-duplicates: Copies that collapsed and rows that were superseded.
-- only if: repeated_keys > 0
SELECT (SELECT CAST(coalesce(sum(repeated.copies), 0) AS BIGINT)
        FROM temp.repeated AS repeated
        WHERE NOT EXISTS (SELECT 1 FROM temp.conflicts AS conflicts WHERE conflicts.order_id = repeated.order_id AND conflicts.lsn = repeated.lsn))
     - (SELECT count(*)
        FROM temp.decided AS decided
        WHERE NOT EXISTS (SELECT 1 FROM temp.conflicts AS conflicts WHERE conflicts.order_id = decided.order_id AND conflicts.lsn = decided.lsn)) AS duplicates;

-- gather-events: What each row of the batch says, and about what; a NULL says nothing unless the model or a flag of the row says that it does.
CREATE TEMP TABLE happened AS
SELECT src.order_id,
       src.lsn AS sequence_number,
       src.placed_at,
       CASE WHEN src.is_retracted THEN NULL ELSE src.shipped_at END AS shipped_at,
       src.closed_at,
       src.quantity,
       src.placed_at IS NOT NULL AS told_placed,
       src.shipped_at IS NOT NULL OR coalesce(src.is_retracted, FALSE) AS told_shipped,
       src.closed_at IS NOT NULL OR $tells_3 OR coalesce(src.is_reopened, FALSE) AS told_closed,
       coalesce(src.is_reopened, FALSE) AS reopens,
       CAST(0 AS BIGINT) AS times_before,
       TRUE AS is_new,
       src.source_line
FROM temp.incoming AS src;

-- reject-contradictions: An event that was told before with other values; nobody can say which of the two is right.
INSERT INTO warehouse.reject (load_id, target, file, line, column_name, reason, raw_row)
SELECT $load_id,
       $target,
       $path,
       src.source_line,
       'lsn',
       'an event of this process and sequence was loaded before with other values (' || 'order_id = ' || CAST(src.order_id AS VARCHAR) || ')',
       CAST(to_json(src) AS VARCHAR)
FROM temp.happened AS src
WHERE EXISTS (
          SELECT 1
          FROM business.fact_order_event AS known
          WHERE known.order_id = src.order_id AND known.sequence_number = src.sequence_number
            AND (known.placed_at IS DISTINCT FROM src.placed_at
                 OR known.shipped_at IS DISTINCT FROM src.shipped_at
                 OR known.closed_at IS DISTINCT FROM src.closed_at
                 OR known.quantity IS DISTINCT FROM src.quantity
                 OR known.told_placed IS DISTINCT FROM src.told_placed
                 OR known.told_shipped IS DISTINCT FROM src.told_shipped
                 OR known.told_closed IS DISTINCT FROM src.told_closed
                 OR known.reopens IS DISTINCT FROM src.reopens)
      );

-- leave-contradictions: They take no further part.
DELETE FROM temp.happened AS src
WHERE EXISTS (
          SELECT 1
          FROM business.fact_order_event AS known
          WHERE known.order_id = src.order_id AND known.sequence_number = src.sequence_number
            AND (known.placed_at IS DISTINCT FROM src.placed_at
                 OR known.shipped_at IS DISTINCT FROM src.shipped_at
                 OR known.closed_at IS DISTINCT FROM src.closed_at
                 OR known.quantity IS DISTINCT FROM src.quantity
                 OR known.told_placed IS DISTINCT FROM src.told_placed
                 OR known.told_shipped IS DISTINCT FROM src.told_shipped
                 OR known.told_closed IS DISTINCT FROM src.told_closed
                 OR known.reopens IS DISTINCT FROM src.reopens)
      );

-- drop-incoming: The processes take the place of their events.
DROP TABLE temp.incoming;

-- recall-events: What was told before about the same processes.
INSERT INTO temp.happened
SELECT known.order_id,
       known.sequence_number,
       known.placed_at,
       known.shipped_at,
       known.closed_at,
       known.quantity,
       known.told_placed,
       known.told_shipped,
       known.told_closed,
       known.reopens,
       0,
       FALSE,
       NULL
FROM business.fact_order_event AS known
WHERE EXISTS (SELECT 1 FROM temp.happened AS src WHERE known.order_id = src.order_id)
  AND NOT EXISTS (SELECT 1 FROM temp.happened AS src WHERE known.order_id = src.order_id AND known.sequence_number = src.sequence_number);

-- fold-events: Of each process the last that was told about each column, and what follows from it.
CREATE TEMP TABLE incoming AS
SELECT folded.order_id,
       folded.placed_at,
       folded.shipped_at,
       folded.closed_at,
       folded.quantity,
       date_diff('day', CAST(folded.placed_at AS DATE), CAST(folded.shipped_at AS DATE)) AS ship_lag_days,
       date_sub('hour', CAST(folded.shipped_at AS TIMESTAMP), CAST(folded.closed_at AS TIMESTAMP)) AS close_lag_hours,
       folded.times_before AS times_reopened,
       folded.source_line
FROM (
    SELECT src.order_id,
           last(src.placed_at ORDER BY src.sequence_number) FILTER (WHERE src.told_placed) AS placed_at,
           last(src.shipped_at ORDER BY src.sequence_number) FILTER (WHERE src.told_shipped) AS shipped_at,
           last(src.closed_at ORDER BY src.sequence_number) FILTER (WHERE src.told_closed) AS closed_at,
           last(src.quantity ORDER BY src.sequence_number) FILTER (WHERE src.quantity IS NOT NULL) AS quantity,
           CAST(sum(src.times_before + src.reopening) AS BIGINT) AS times_before,
           min(src.source_line) AS source_line
    FROM (
        SELECT happened.*,
               CASE WHEN happened.reopens AND lag(happened.closed_at) OVER (PARTITION BY happened.order_id, happened.told_closed ORDER BY happened.sequence_number) IS NOT NULL THEN 1 ELSE 0 END AS reopening
        FROM temp.happened AS happened
    ) AS src
    GROUP BY src.order_id
) AS folded;

-- count-folded: Events that stand in one row with others of their process.
SELECT (SELECT count(*) FROM temp.happened WHERE is_new) - (SELECT count(*) FROM temp.incoming) AS folded;

-- resolve-keys: The rows as the table stores them.
CREATE TEMP TABLE resolved AS
SELECT coalesce(placed_date.date_key, CASE WHEN src.placed_at IS NULL THEN -4 ELSE -1 END) AS placed_date_key,
       coalesce(shipped_date.date_key, CASE WHEN src.shipped_at IS NULL THEN -4 ELSE -1 END) AS shipped_date_key,
       coalesce(closed_date.date_key, CASE WHEN src.closed_at IS NULL THEN -4 ELSE -1 END) AS closed_date_key,
       CAST(src.order_id AS INTEGER) AS order_id,
       CAST(src.placed_at AS TIMESTAMP) AS placed_at,
       CAST(src.shipped_at AS TIMESTAMP) AS shipped_at,
       CAST(src.closed_at AS TIMESTAMP) AS closed_at,
       CAST(src.quantity AS INTEGER) AS quantity,
       CAST(src.ship_lag_days AS BIGINT) AS ship_lag_days,
       CAST(src.close_lag_hours AS BIGINT) AS close_lag_hours,
       CAST(src.times_reopened AS BIGINT) AS times_reopened
FROM temp.incoming AS src
LEFT JOIN business.dim_date AS placed_date ON placed_date.date = CAST(src.placed_at AS DATE)
LEFT JOIN business.dim_date AS shipped_date ON shipped_date.date = CAST(src.shipped_at AS DATE)
LEFT JOIN business.dim_date AS closed_date ON closed_date.date = CAST(src.closed_at AS DATE);

-- count-unknown-members: Rows that met no member or no version of their own time, per link.
SELECT count(*) FILTER (WHERE placed_date_key = -1) AS unknown_placed_date,
       count(*) FILTER (WHERE shipped_date_key = -1) AS unknown_shipped_date,
       count(*) FILTER (WHERE closed_date_key = -1) AS unknown_closed_date
FROM temp.resolved;

-- count-accepted: The rows that count.
SELECT count(*) AS accepted FROM temp.resolved;

-- update-changed-rows: Only rows in which something is really different.
UPDATE business.fact_order AS tgt
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
FROM temp.resolved AS src
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
INSERT INTO business.fact_order (placed_date_key, shipped_date_key, closed_date_key, order_id, placed_at, shipped_at, closed_at, quantity, ship_lag_days, close_lag_hours, times_reopened, load_id)
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
FROM temp.resolved AS src
ANTI JOIN business.fact_order AS tgt ON tgt.order_id = src.order_id;

-- count-rows-too-many: Each row of the batch stands in the table once.
-- only if: inserted > 0
SELECT (SELECT count(*) FROM business.fact_order AS tgt SEMI JOIN temp.resolved AS src ON tgt.order_id = src.order_id)
     - (SELECT count(*) FROM temp.resolved) AS rows_too_many;

-- check-grain: rows of one grain would stand in the table more than once
-- only if: rows_too_many > 0
SELECT tgt.order_id
FROM business.fact_order AS tgt
JOIN temp.resolved AS src ON tgt.order_id = src.order_id
GROUP BY tgt.order_id
HAVING count(*) > 1
LIMIT 20;

-- keep-events: What was told is remembered, so that later events find it, whatever order they come in.
INSERT INTO business.fact_order_event (order_id, sequence_number, placed_at, shipped_at, closed_at, quantity, told_placed, told_shipped, told_closed, reopens, load_id)
SELECT src.order_id,
       src.sequence_number,
       src.placed_at,
       src.shipped_at,
       src.closed_at,
       src.quantity,
       src.told_placed,
       src.told_shipped,
       src.told_closed,
       src.reopens,
       $load_id
FROM temp.happened AS src
WHERE src.is_new
  AND EXISTS (SELECT 1 FROM temp.resolved AS tgt WHERE tgt.order_id = src.order_id)
  AND NOT EXISTS (SELECT 1 FROM business.fact_order_event AS known WHERE known.order_id = src.order_id AND known.sequence_number = src.sequence_number);
