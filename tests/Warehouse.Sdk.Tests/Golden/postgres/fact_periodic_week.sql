-- warehouse-sdk: load business.fact_stock_week

-- reject-incomplete-rows: A row without its entity, or of a day that no calendar has, belongs to no period.
INSERT INTO warehouse.reject (load_id, target, file, line, column_name, reason, raw_row)
SELECT $load_id,
       $target,
       CAST($path AS text),
       src.source_line,
       array_to_string(ARRAY[CASE WHEN src.store_id IS NULL THEN 'store_id' END,
                             CASE WHEN src.day IS NULL THEN 'day' END], ', '),
       CASE WHEN src.store_id IS NULL OR src.day IS NULL THEN 'entity or day is NULL' ELSE 'business.dim_date does not have the day' END,
       CAST(to_json(src.*) AS text)
FROM pg_temp.staged AS src
WHERE NOT (src.store_id IS NOT NULL AND src.day IS NOT NULL
             AND EXISTS (SELECT 1 FROM business.dim_date AS calendar WHERE calendar.date = CAST(src.day AS date)));

-- find-repeated-keys: Keys that stand in the batch more than once; usually none.
CREATE TEMP TABLE repeated ON COMMIT DROP AS
SELECT src.movement_id,
       count(*) AS copies
FROM pg_temp.staged AS src
WHERE src.store_id IS NOT NULL AND src.day IS NOT NULL
        AND EXISTS (SELECT 1 FROM business.dim_date AS calendar WHERE calendar.date = CAST(src.day AS date))
GROUP BY src.movement_id
HAVING count(*) > 1;

-- count-repeated-keys: Whether anything has to be decided at all.
SELECT count(*) AS repeated_keys FROM pg_temp.repeated;

-- decide-repeated-rows: Exact copies collapse into one.
-- only if: repeated_keys > 0
CREATE TEMP TABLE decided ON COMMIT DROP AS
SELECT src.store_id,
       src.day,
       src.on_hand,
       src.amount,
       src.is_low,
       src.movement_id,
       min(src.source_line) AS source_line
FROM pg_temp.staged AS src
JOIN pg_temp.repeated AS repeated ON repeated.movement_id = src.movement_id
WHERE src.store_id IS NOT NULL AND src.day IS NOT NULL
        AND EXISTS (SELECT 1 FROM business.dim_date AS calendar WHERE calendar.date = CAST(src.day AS date))
GROUP BY src.store_id,
         src.day,
         src.on_hand,
         src.amount,
         src.is_low,
         src.movement_id;

-- find-conflicts: Keys that are still there with different values.
-- only if: repeated_keys > 0
CREATE TEMP TABLE conflicts ON COMMIT DROP AS
SELECT src.movement_id,
       array_to_string(ARRAY[CASE WHEN count(DISTINCT src.store_id) > 1 OR count(src.store_id) NOT IN (0, count(*)) THEN 'store_id' END,
                             CASE WHEN count(DISTINCT src.day) > 1 OR count(src.day) NOT IN (0, count(*)) THEN 'day' END,
                             CASE WHEN count(DISTINCT src.on_hand) > 1 OR count(src.on_hand) NOT IN (0, count(*)) THEN 'on_hand' END,
                             CASE WHEN count(DISTINCT src.amount) > 1 OR count(src.amount) NOT IN (0, count(*)) THEN 'amount' END,
                             CASE WHEN count(DISTINCT src.is_low) > 1 OR count(src.is_low) NOT IN (0, count(*)) THEN 'is_low' END], ', ') AS differing_columns
FROM pg_temp.decided AS src
GROUP BY src.movement_id
HAVING count(*) > 1;

-- reject-conflicting-rows: None of them can be chosen, so all are kept aside.
-- only if: repeated_keys > 0
INSERT INTO warehouse.reject (load_id, target, file, line, column_name, reason, raw_row)
SELECT $load_id,
       $target,
       CAST($path AS text),
       src.source_line,
       conflicts.differing_columns,
       'several rows of one key have different values (' || 'movement_id = ' || CAST(src.movement_id AS text) || ')',
       CAST(to_json(src.*) AS text)
FROM pg_temp.staged AS src
JOIN pg_temp.conflicts AS conflicts ON conflicts.movement_id = src.movement_id
WHERE src.store_id IS NOT NULL AND src.day IS NOT NULL
        AND EXISTS (SELECT 1 FROM business.dim_date AS calendar WHERE calendar.date = CAST(src.day AS date));

-- take-incoming: The rows whose key stands in the batch once.
CREATE TEMP TABLE incoming ON COMMIT DROP AS
SELECT src.store_id,
       src.day,
       src.on_hand,
       src.amount,
       src.is_low,
       src.movement_id,
       src.source_line
FROM pg_temp.staged AS src
WHERE NOT EXISTS (SELECT 1 FROM pg_temp.repeated AS repeated WHERE repeated.movement_id = src.movement_id)
  AND src.store_id IS NOT NULL AND src.day IS NOT NULL
        AND EXISTS (SELECT 1 FROM business.dim_date AS calendar WHERE calendar.date = CAST(src.day AS date));

-- take-decided-rows: And the one row that was chosen for a repeated key.
-- only if: repeated_keys > 0
INSERT INTO pg_temp.incoming
SELECT src.store_id,
       src.day,
       src.on_hand,
       src.amount,
       src.is_low,
       src.movement_id,
       src.source_line
FROM pg_temp.decided AS src
WHERE NOT EXISTS (SELECT 1 FROM pg_temp.conflicts AS conflicts WHERE conflicts.movement_id = src.movement_id);

-- analyze-incoming: The planner has to know how large the batch is.
ANALYZE pg_temp.incoming;

-- count-duplicates: Copies that collapsed and rows that were superseded.
-- only if: repeated_keys > 0
SELECT (SELECT CAST(coalesce(sum(repeated.copies), 0) AS bigint)
        FROM pg_temp.repeated AS repeated
        WHERE NOT EXISTS (SELECT 1 FROM pg_temp.conflicts AS conflicts WHERE conflicts.movement_id = repeated.movement_id))
     - (SELECT count(*)
        FROM pg_temp.decided AS decided
        WHERE NOT EXISTS (SELECT 1 FROM pg_temp.conflicts AS conflicts WHERE conflicts.movement_id = decided.movement_id)) AS duplicates;

-- sum-up-periods: One row per entity and period in which something happened.
CREATE TEMP TABLE summarised ON COMMIT DROP AS
SELECT src.store_id,
       CAST(src.day AS date) + (7 - CAST(extract(isodow FROM CAST(src.day AS date)) AS integer) + 7) % 7 AS day,
       CAST((array_agg(src.on_hand ORDER BY src.day DESC, src.source_line DESC) FILTER (WHERE src.on_hand IS NOT NULL))[1] AS integer) AS on_hand,
       CAST(sum(src.amount) AS numeric(28,4)) AS amount,
       CAST(coalesce(bool_or(src.is_low), FALSE) AS boolean) AS is_low,
       CAST(count(*) AS bigint) AS days,
       count(*) AS summed_rows,
       min(src.source_line) AS source_line
FROM pg_temp.incoming AS src
GROUP BY src.store_id, CAST(src.day AS date) + (7 - CAST(extract(isodow FROM CAST(src.day AS date)) AS integer) + 7) % 7;

-- find-periods: The periods that are replaced.
CREATE TEMP TABLE periods ON COMMIT DROP AS
SELECT DISTINCT src.day AS period_end
FROM pg_temp.summarised AS src;

-- drop-incoming: The periods take the place of their rows.
DROP TABLE pg_temp.incoming;

-- state-periods: Every entity in every period in which something happened.
CREATE TEMP TABLE incoming ON COMMIT DROP AS
SELECT src.store_id,
       src.day,
       src.source_line,
       src.on_hand,
       src.amount,
       src.is_low,
       src.days,
       CAST(src.on_hand AS double precision) / nullif(CAST(src.amount AS double precision), 0) AS weeks_of_supply
FROM pg_temp.summarised AS src;

-- analyze-incoming: The planner has to know how many rows there are.
ANALYZE pg_temp.incoming;

-- count-folded: Rows that were summed up with others, and rows that no row of the source is about.
SELECT (SELECT CAST(coalesce(sum(src.summed_rows), 0) AS bigint) - count(*) FROM pg_temp.summarised AS src) AS folded,
       (SELECT count(*) FROM pg_temp.incoming) - (SELECT count(*) FROM pg_temp.summarised) AS derived;

-- resolve-keys: The rows as the table stores them.
CREATE TEMP TABLE resolved ON COMMIT DROP AS
SELECT coalesce(week_end_date.date_key, -1) AS week_end_date_key,
       CAST(src.store_id AS integer) AS store_id,
       CAST(src.day AS date) AS day,
       CAST(src.on_hand AS integer) AS on_hand,
       CAST(src.amount AS numeric(28,4)) AS amount,
       CAST(src.days AS bigint) AS days,
       CAST(src.weeks_of_supply AS double precision) AS weeks_of_supply,
       CAST(src.is_low AS boolean) AS is_low
FROM pg_temp.incoming AS src
LEFT JOIN business.dim_date AS week_end_date ON week_end_date.date = CAST(src.day AS date);

-- analyze-resolved: The planner has to know how many rows are compared with the table.
ANALYZE pg_temp.resolved;

-- count-unknown-members: Rows that met no member or no version of their own time, per link.
SELECT count(*) FILTER (WHERE week_end_date_key = -1) AS unknown_week_end_date
FROM pg_temp.resolved;

-- delete-absent-rows: Rows of restated periods that are no more.
DELETE FROM business.fact_stock_week AS tgt
WHERE EXISTS (SELECT 1 FROM pg_temp.periods AS replaced WHERE replaced.period_end = tgt.day)
  AND NOT EXISTS (SELECT 1 FROM pg_temp.resolved AS src WHERE tgt.store_id = src.store_id AND tgt.day = src.day);

-- count-accepted: The rows that count.
SELECT count(*) AS accepted FROM pg_temp.resolved;

-- update-changed-rows: Only rows in which something is really different.
UPDATE business.fact_stock_week AS tgt
SET week_end_date_key = src.week_end_date_key,
    on_hand = src.on_hand,
    amount = src.amount,
    days = src.days,
    weeks_of_supply = src.weeks_of_supply,
    is_low = src.is_low,
    load_id = $load_id
FROM pg_temp.resolved AS src
WHERE tgt.store_id = src.store_id AND tgt.day = src.day
  AND (tgt.week_end_date_key IS DISTINCT FROM src.week_end_date_key
       OR tgt.on_hand IS DISTINCT FROM src.on_hand
       OR tgt.amount IS DISTINCT FROM src.amount
       OR tgt.days IS DISTINCT FROM src.days
       OR tgt.weeks_of_supply IS DISTINCT FROM src.weeks_of_supply
       OR tgt.is_low IS DISTINCT FROM src.is_low);

-- insert-new-rows: Rows of a grain that the table does not have.
INSERT INTO business.fact_stock_week (week_end_date_key, store_id, day, on_hand, amount, days, weeks_of_supply, is_low, load_id)
SELECT src.week_end_date_key,
       src.store_id,
       src.day,
       src.on_hand,
       src.amount,
       src.days,
       src.weeks_of_supply,
       src.is_low,
       $load_id
FROM pg_temp.resolved AS src
WHERE NOT EXISTS (SELECT 1 FROM business.fact_stock_week AS tgt WHERE tgt.store_id = src.store_id AND tgt.day = src.day);

-- count-rows-too-many: Each row of the batch stands in the table once.
-- only if: inserted > 0
SELECT (SELECT count(*) FROM business.fact_stock_week AS tgt WHERE EXISTS (SELECT 1 FROM pg_temp.resolved AS src WHERE tgt.store_id = src.store_id AND tgt.day = src.day))
     - (SELECT count(*) FROM pg_temp.resolved) AS rows_too_many;

-- check-grain: rows of one grain would stand in the table more than once
-- only if: rows_too_many > 0
SELECT tgt.store_id,
       tgt.day
FROM business.fact_stock_week AS tgt
JOIN pg_temp.resolved AS src ON tgt.store_id = src.store_id AND tgt.day = src.day
GROUP BY tgt.store_id,
         tgt.day
HAVING count(*) > 1
LIMIT 20;
