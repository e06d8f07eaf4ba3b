-- warehouse-sdk: load business.fact_derived_balance

-- find-changed-periods: Periods whose rows are more, fewer or written later than those that the snapshot was made of.
CREATE TEMP TABLE periods ON COMMIT DROP AS
WITH source_periods AS (
    SELECT CAST(src.day AS date) AS period_end,
           count(*) AS source_rows,
           max(src.load_id) AS source_load_id
    FROM business.fact_movement AS src
    WHERE src.store_id IS NOT NULL AND src.day IS NOT NULL
            AND EXISTS (SELECT 1 FROM business.dim_date AS calendar WHERE calendar.date = CAST(src.day AS date))
    GROUP BY CAST(src.day AS date)
),
known_periods AS (
    SELECT tgt.day AS period_end,
           CAST(sum(tgt.source_rows) AS bigint) AS source_rows,
           max(tgt.source_load_id) AS source_load_id
    FROM business.fact_derived_balance AS tgt
    WHERE tgt.source_rows > 0
    GROUP BY tgt.day
)
SELECT DISTINCT differing.period_end
FROM (
    (SELECT * FROM source_periods EXCEPT SELECT * FROM known_periods)
    UNION ALL
    (SELECT * FROM known_periods EXCEPT SELECT * FROM source_periods)
) AS differing;

-- analyze-periods: The planner has to know how few periods there are.
ANALYZE pg_temp.periods;

-- stage-changed-periods: The source's rows of these periods.
CREATE TEMP TABLE staged ON COMMIT DROP AS
SELECT row_number() OVER (ORDER BY src.movement_id) AS source_line,
       src.store_id,
       src.day,
       src.amount,
       src.load_id AS source_load_id
FROM business.fact_movement AS src
WHERE CAST(src.day AS date) IN (SELECT period_end FROM pg_temp.periods);

-- analyze-staged: The planner has to know how many rows are summed up.
ANALYZE pg_temp.staged;

-- count-rows: Rows the source gave.
SELECT count(*) AS rows_read FROM pg_temp.staged;

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

-- sum-up-periods: One row per entity and period in which something happened.
CREATE TEMP TABLE summarised ON COMMIT DROP AS
SELECT src.store_id,
       CAST(src.day AS date) AS day,
       CAST(sum(src.amount) AS numeric(28,4)) AS amount,
       count(*) AS source_rows,
       max(src.source_load_id) AS source_load_id,
       count(*) AS summed_rows,
       min(src.source_line) AS source_line
FROM pg_temp.staged AS src
WHERE src.store_id IS NOT NULL AND src.day IS NOT NULL
        AND EXISTS (SELECT 1 FROM business.dim_date AS calendar WHERE calendar.date = CAST(src.day AS date))
GROUP BY src.store_id, CAST(src.day AS date);

-- read-restated-from: The first period that may change; those before it stay.
SELECT min(period_end) AS restated_from
FROM pg_temp.periods;

-- gather-active-periods: What happened in the replaced periods and, where they carry on, in those after them.
CREATE TEMP TABLE active ON COMMIT DROP AS
SELECT src.store_id,
       src.day,
       src.amount,
       src.source_rows,
       src.source_load_id,
       src.source_line
FROM pg_temp.summarised AS src
UNION ALL
SELECT tgt.store_id,
       tgt.day,
       tgt.amount,
       tgt.source_rows,
       tgt.source_load_id,
       NULL
FROM business.fact_derived_balance AS tgt
WHERE tgt.day > CAST($restated_from AS date)
  AND tgt.has_activity
  AND NOT EXISTS (SELECT 1 FROM pg_temp.periods AS replaced WHERE replaced.period_end = tgt.day);

-- read-restated-until: The last period of the table.
SELECT max(active.period_end) AS restated_until
FROM (
    SELECT max(src.day) AS period_end FROM pg_temp.active AS src
    UNION ALL
    SELECT max(tgt.day) FROM business.fact_derived_balance AS tgt WHERE tgt.day < CAST($restated_from AS date)
    AND tgt.has_activity
) AS active;

-- state-periods: Every entity in every period, with what it carries on where nothing happened.
CREATE TEMP TABLE incoming ON COMMIT DROP AS
SELECT slot.store_id,
       slot.day,
       slot.source_line,
       slot.has_activity,
       CASE WHEN slot.has_activity THEN slot.amount ELSE 0 END AS amount,
       coalesce(slot.balance_before, 0) + sum(coalesce(slot.amount, 0)) OVER entity AS balance,
       coalesce(slot.source_rows, 0) AS source_rows,
       slot.source_load_id
FROM (
    SELECT period.store_id,
           period.day,
           active.amount,
           active.source_rows,
           active.source_load_id,
           active.source_line,
           active.day IS NOT NULL AS has_activity,
           before_all.balance_before
    FROM (
        SELECT src.store_id,
               src.day
        FROM pg_temp.active AS src
        UNION
        SELECT entity.store_id,
               calendar.period_end
        FROM (
            SELECT seen.store_id,
                   min(seen.first_period) AS first_period
            FROM (
                SELECT src.store_id, src.day AS first_period FROM pg_temp.active AS src
                UNION ALL
                SELECT DISTINCT tgt.store_id, CAST($restated_from AS date) FROM business.fact_derived_balance AS tgt WHERE tgt.day < CAST($restated_from AS date)
            ) AS seen
            GROUP BY seen.store_id
        ) AS entity
        JOIN (
            SELECT DISTINCT CAST(day.date AS date) AS period_end
            FROM business.dim_date AS day
            WHERE day.date BETWEEN CAST($restated_from AS date) AND CAST($restated_until AS date)
        ) AS calendar ON calendar.period_end >= entity.first_period
    ) AS period
    LEFT JOIN pg_temp.active AS active ON active.store_id = period.store_id AND active.day = period.day
    LEFT JOIN (
        SELECT DISTINCT ON (tgt.store_id)
               tgt.store_id,
               tgt.balance AS balance_before,
               bool_or(tgt.has_activity) OVER (PARTITION BY tgt.store_id) AS was_active
        FROM business.fact_derived_balance AS tgt
        WHERE tgt.day < CAST($restated_from AS date)
        ORDER BY tgt.store_id, tgt.day DESC
    ) AS before_all ON before_all.store_id = period.store_id
) AS slot
WINDOW entity AS (PARTITION BY slot.store_id ORDER BY slot.day);

-- analyze-incoming: The planner has to know how many rows there are.
ANALYZE pg_temp.incoming;

-- count-folded: Rows that were summed up with others, and rows that no row of the source is about.
SELECT (SELECT CAST(coalesce(sum(src.summed_rows), 0) AS bigint) - count(*) FROM pg_temp.summarised AS src) AS folded,
       (SELECT count(*) FROM pg_temp.incoming) - (SELECT count(*) FROM pg_temp.summarised) AS derived;

-- resolve-keys: The rows as the table stores them.
CREATE TEMP TABLE resolved ON COMMIT DROP AS
SELECT coalesce(on_date.date_key, -1) AS date_key,
       CAST(src.store_id AS integer) AS store_id,
       CAST(src.day AS date) AS day,
       CAST(src.amount AS numeric(28,4)) AS amount,
       CAST(src.balance AS numeric(28,4)) AS balance,
       CAST(src.has_activity AS boolean) AS has_activity,
       CAST(src.source_rows AS bigint) AS source_rows,
       CAST(src.source_load_id AS bigint) AS source_load_id
FROM pg_temp.incoming AS src
LEFT JOIN business.dim_date AS on_date ON on_date.date = CAST(src.day AS date);

-- analyze-resolved: The planner has to know how many rows are compared with the table.
ANALYZE pg_temp.resolved;

-- count-unknown-members: Rows that met no member or no version of their own time, per link.
SELECT count(*) FILTER (WHERE date_key = -1) AS unknown_on_date
FROM pg_temp.resolved;

-- delete-absent-rows: Rows of restated periods that are no more.
DELETE FROM business.fact_derived_balance AS tgt
WHERE CAST($restated_from AS date) IS NOT NULL AND (tgt.day >= CAST($restated_from AS date) OR tgt.day > CAST($restated_until AS date) OR CAST($restated_until AS date) IS NULL)
  AND NOT EXISTS (SELECT 1 FROM pg_temp.resolved AS src WHERE tgt.store_id = src.store_id AND tgt.day = src.day);

-- count-accepted: The rows that count.
SELECT count(*) AS accepted FROM pg_temp.resolved;

-- update-changed-rows: Only rows in which something is really different.
UPDATE business.fact_derived_balance AS tgt
SET date_key = src.date_key,
    amount = src.amount,
    balance = src.balance,
    has_activity = src.has_activity,
    source_rows = src.source_rows,
    source_load_id = src.source_load_id,
    load_id = $load_id
FROM pg_temp.resolved AS src
WHERE tgt.store_id = src.store_id AND tgt.day = src.day
  AND (tgt.date_key IS DISTINCT FROM src.date_key
       OR tgt.amount IS DISTINCT FROM src.amount
       OR tgt.balance IS DISTINCT FROM src.balance
       OR tgt.has_activity IS DISTINCT FROM src.has_activity
       OR tgt.source_rows IS DISTINCT FROM src.source_rows
       OR tgt.source_load_id IS DISTINCT FROM src.source_load_id);

-- insert-new-rows: Rows of a grain that the table does not have.
INSERT INTO business.fact_derived_balance (date_key, store_id, day, amount, balance, has_activity, source_rows, source_load_id, load_id)
SELECT src.date_key,
       src.store_id,
       src.day,
       src.amount,
       src.balance,
       src.has_activity,
       src.source_rows,
       src.source_load_id,
       $load_id
FROM pg_temp.resolved AS src
WHERE NOT EXISTS (SELECT 1 FROM business.fact_derived_balance AS tgt WHERE tgt.store_id = src.store_id AND tgt.day = src.day);

-- count-rows-too-many: Each row of the batch stands in the table once.
-- only if: inserted > 0
SELECT (SELECT count(*) FROM business.fact_derived_balance AS tgt WHERE EXISTS (SELECT 1 FROM pg_temp.resolved AS src WHERE tgt.store_id = src.store_id AND tgt.day = src.day))
     - (SELECT count(*) FROM pg_temp.resolved) AS rows_too_many;

-- check-grain: rows of one grain would stand in the table more than once
-- only if: rows_too_many > 0
SELECT tgt.store_id,
       tgt.day
FROM business.fact_derived_balance AS tgt
JOIN pg_temp.resolved AS src ON tgt.store_id = src.store_id AND tgt.day = src.day
GROUP BY tgt.store_id,
         tgt.day
HAVING count(*) > 1
LIMIT 20;
