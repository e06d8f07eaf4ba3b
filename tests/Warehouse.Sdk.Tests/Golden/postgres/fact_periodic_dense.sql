-- warehouse-sdk: load business.fact_balance

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
       CAST(date_trunc('month', CAST(CAST(src.day AS date) AS timestamp)) + interval '1 month' - interval '1 day' AS date) AS day,
       CAST((array_agg(src.on_hand ORDER BY src.day DESC, src.source_line DESC) FILTER (WHERE src.on_hand IS NOT NULL))[1] AS integer) AS on_hand,
       CAST(coalesce(bool_or(src.is_low), FALSE) AS boolean) AS is_low,
       CAST(max(src.on_hand) AS integer) AS most,
       CAST(sum(src.amount) AS numeric(28,4)) AS amount,
       CAST((array_agg(src.opening ORDER BY src.day, src.source_line) FILTER (WHERE src.opening IS NOT NULL))[1] AS numeric(18,4)) AS opening,
       count(*) AS summed_rows,
       min(src.source_line) AS source_line
FROM pg_temp.staged AS src
WHERE src.store_id IS NOT NULL AND src.day IS NOT NULL
        AND EXISTS (SELECT 1 FROM business.dim_date AS calendar WHERE calendar.date = CAST(src.day AS date))
GROUP BY src.store_id, CAST(date_trunc('month', CAST(CAST(src.day AS date) AS timestamp)) + interval '1 month' - interval '1 day' AS date);

-- find-periods: The periods that are replaced.
CREATE TEMP TABLE periods ON COMMIT DROP AS
SELECT DISTINCT src.day AS period_end
FROM pg_temp.summarised AS src;

-- read-restated-from: The first period that may change; those before it stay.
SELECT min(period_end) AS restated_from
FROM pg_temp.periods;

-- gather-active-periods: What happened in the replaced periods and, where they carry on, in those after them.
CREATE TEMP TABLE active ON COMMIT DROP AS
SELECT src.store_id,
       src.day,
       src.on_hand,
       src.is_low,
       src.most,
       src.amount,
       src.opening,
       src.source_line
FROM pg_temp.summarised AS src
UNION ALL
SELECT tgt.store_id,
       tgt.day,
       tgt.on_hand,
       tgt.is_low,
       tgt.most,
       tgt.amount,
       tgt.opening,
       NULL
FROM business.fact_balance AS tgt
WHERE tgt.day > CAST($restated_from AS date)
  AND tgt.has_activity
  AND NOT EXISTS (SELECT 1 FROM pg_temp.periods AS replaced WHERE replaced.period_end = tgt.day);

-- read-restated-until: The last period of the table.
SELECT max(active.period_end) AS restated_until
FROM (
    SELECT max(src.day) AS period_end FROM pg_temp.active AS src
    UNION ALL
    SELECT max(tgt.day) FROM business.fact_balance AS tgt WHERE tgt.day < CAST($restated_from AS date)
    AND tgt.has_activity
) AS active;

-- state-periods: Every entity in every period, with what it carries on where nothing happened.
CREATE TEMP TABLE incoming ON COMMIT DROP AS
SELECT slot.store_id,
       slot.day,
       slot.source_line,
       slot.has_activity,
       CASE WHEN slot.has_activity THEN slot.on_hand ELSE coalesce(max(slot.on_hand) OVER (PARTITION BY slot.store_id, slot.on_hand_run), slot.on_hand_before) END AS on_hand,
       CASE WHEN slot.has_activity THEN slot.is_low ELSE FALSE END AS is_low,
       slot.most AS most,
       CASE WHEN slot.has_activity THEN slot.amount ELSE 0 END AS amount,
       slot.opening AS opening,
       coalesce(slot.balance_before, 0) + sum(coalesce(slot.amount, 0) + CASE WHEN slot.is_first THEN coalesce(slot.opening, 0) ELSE 0 END) OVER entity AS balance
FROM (
    SELECT period.store_id,
           period.day,
           active.on_hand,
           active.is_low,
           active.most,
           active.amount,
           active.opening,
           active.source_line,
           active.day IS NOT NULL AS has_activity,
           count(active.on_hand) OVER (PARTITION BY period.store_id ORDER BY period.day) AS on_hand_run,
           before_all.on_hand_before,
           before_all.balance_before,
           active.day IS NOT NULL AND NOT coalesce(before_all.was_active, FALSE) AND count(active.day) OVER (PARTITION BY period.store_id ORDER BY period.day) = 1 AS is_first
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
                SELECT DISTINCT tgt.store_id, CAST($restated_from AS date) FROM business.fact_balance AS tgt WHERE tgt.day < CAST($restated_from AS date)
                UNION ALL
                SELECT member.store_id, greatest(CAST(date_trunc('month', CAST(CAST(min(member.valid_from) AS date) AS timestamp)) + interval '1 month' - interval '1 day' AS date), CAST($restated_from AS date))
                FROM business.dim_store AS member
                WHERE member.store_key > 0
                GROUP BY member.store_id
            ) AS seen
            GROUP BY seen.store_id
        ) AS entity
        JOIN (
            SELECT DISTINCT CAST(date_trunc('month', CAST(CAST(day.date AS date) AS timestamp)) + interval '1 month' - interval '1 day' AS date) AS period_end
            FROM business.dim_date AS day
            WHERE day.date BETWEEN CAST(date_trunc('month', CAST(CAST($restated_from AS date) AS timestamp)) AS date) AND CAST($restated_until AS date)
        ) AS calendar ON calendar.period_end >= entity.first_period
        WHERE EXISTS (
            SELECT 1
            FROM business.dim_store AS member
            WHERE member.store_id = entity.store_id
              AND member.store_key > 0
              AND member.valid_from < calendar.period_end + 1
              AND (member.valid_to IS NULL OR member.valid_to > CAST(date_trunc('month', CAST(calendar.period_end AS timestamp)) AS date))
              AND NOT member.is_deleted
        )
    ) AS period
    LEFT JOIN pg_temp.active AS active ON active.store_id = period.store_id AND active.day = period.day
    LEFT JOIN (
        SELECT DISTINCT ON (tgt.store_id)
               tgt.store_id,
               tgt.on_hand AS on_hand_before,
               tgt.balance AS balance_before,
               bool_or(tgt.has_activity) OVER (PARTITION BY tgt.store_id) AS was_active
        FROM business.fact_balance AS tgt
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

-- take-versions: The versions of every store that the batch names, and when each is met.
CREATE TEMP TABLE versions_1 ON COMMIT DROP AS
SELECT member.store_id,
       member.store_key AS member_key,
       CAST(member.valid_from AS timestamp) AS begins_at,
       CASE WHEN member.is_current THEN timestamp 'infinity' ELSE coalesce(CAST(member.valid_to AS timestamp), timestamp 'infinity') END AS ends_at,
       CASE WHEN member.version = 1 THEN timestamp '-infinity' ELSE CAST(member.valid_from AS timestamp) END AS met_from,
       coalesce(lead(CAST(member.valid_from AS timestamp)) OVER (PARTITION BY member.store_id ORDER BY member.valid_from, member.version), timestamp 'infinity') AS met_until
FROM business.dim_store AS member
WHERE member.store_key > 0
  AND EXISTS (SELECT 1 FROM pg_temp.incoming AS src WHERE member.store_id = src.store_id);

-- analyze-versions-1: The planner has to know how many there are.
ANALYZE pg_temp.versions_1;

-- guard-overlapping-versions: versions of one member of business.dim_store overlap, so that a fact would have two of them; VerifyAsync lists them all
SELECT DISTINCT member.store_id
FROM pg_temp.versions_1 AS member
WHERE member.ends_at > member.met_until
ORDER BY member.store_id
LIMIT 20;

-- resolve-keys: Each row meets one version of each member: the one valid at the row's own time.
CREATE TEMP TABLE resolved ON COMMIT DROP AS
SELECT coalesce(month_end_date.date_key, -1) AS month_end_date_key,
       coalesce(store.member_key, -1) AS store_key,
       CAST(src.store_id AS integer) AS store_id,
       CAST(src.day AS date) AS day,
       CAST(src.on_hand AS integer) AS on_hand,
       CAST(src.most AS integer) AS most,
       CAST(src.amount AS numeric(28,4)) AS amount,
       CAST(src.opening AS numeric(18,4)) AS opening,
       CAST(src.balance AS numeric(28,4)) AS balance,
       CAST(src.is_low AS boolean) AS is_low,
       CAST(src.has_activity AS boolean) AS has_activity,
       CASE WHEN store.member_key IS NULL THEN 3 WHEN CAST(src.day AS timestamp) < store.begins_at THEN 1 WHEN CAST(src.day AS timestamp) >= store.ends_at THEN 2 ELSE 0 END AS link_outcome_1
FROM pg_temp.incoming AS src
LEFT JOIN business.dim_date AS month_end_date ON month_end_date.date = CAST(src.day AS date)
LEFT JOIN pg_temp.versions_1 AS store ON store.store_id = src.store_id AND CAST(src.day AS timestamp) >= store.met_from AND CAST(src.day AS timestamp) < store.met_until;

-- analyze-resolved: The planner has to know how many rows are compared with the table.
ANALYZE pg_temp.resolved;

-- count-unknown-members: Rows that met no member or no version of their own time, per link.
SELECT count(*) FILTER (WHERE month_end_date_key = -1) AS unknown_month_end_date,
       count(*) FILTER (WHERE store_key = -1) AS unknown_store,
       count(*) FILTER (WHERE link_outcome_1 = 1) AS before_first_store,
       count(*) FILTER (WHERE link_outcome_1 = 2) AS in_gap_store
FROM pg_temp.resolved;

-- delete-absent-rows: Rows of restated periods that are no more.
DELETE FROM business.fact_balance AS tgt
WHERE CAST($restated_from AS date) IS NOT NULL AND (tgt.day >= CAST($restated_from AS date) OR tgt.day > CAST($restated_until AS date) OR CAST($restated_until AS date) IS NULL)
  AND NOT EXISTS (SELECT 1 FROM pg_temp.resolved AS src WHERE tgt.store_id = src.store_id AND tgt.day = src.day);

-- count-accepted: The rows that count.
SELECT count(*) AS accepted FROM pg_temp.resolved;

-- update-changed-rows: Only rows in which something is really different.
UPDATE business.fact_balance AS tgt
SET month_end_date_key = src.month_end_date_key,
    store_key = src.store_key,
    on_hand = src.on_hand,
    most = src.most,
    amount = src.amount,
    opening = src.opening,
    balance = src.balance,
    is_low = src.is_low,
    has_activity = src.has_activity,
    load_id = $load_id
FROM pg_temp.resolved AS src
WHERE tgt.store_id = src.store_id AND tgt.day = src.day
  AND (tgt.month_end_date_key IS DISTINCT FROM src.month_end_date_key
       OR tgt.store_key IS DISTINCT FROM src.store_key
       OR tgt.on_hand IS DISTINCT FROM src.on_hand
       OR tgt.most IS DISTINCT FROM src.most
       OR tgt.amount IS DISTINCT FROM src.amount
       OR tgt.opening IS DISTINCT FROM src.opening
       OR tgt.balance IS DISTINCT FROM src.balance
       OR tgt.is_low IS DISTINCT FROM src.is_low
       OR tgt.has_activity IS DISTINCT FROM src.has_activity);

-- insert-new-rows: Rows of a grain that the table does not have.
INSERT INTO business.fact_balance (month_end_date_key, store_key, store_id, day, on_hand, most, amount, opening, balance, is_low, has_activity, load_id)
SELECT src.month_end_date_key,
       src.store_key,
       src.store_id,
       src.day,
       src.on_hand,
       src.most,
       src.amount,
       src.opening,
       src.balance,
       src.is_low,
       src.has_activity,
       $load_id
FROM pg_temp.resolved AS src
WHERE NOT EXISTS (SELECT 1 FROM business.fact_balance AS tgt WHERE tgt.store_id = src.store_id AND tgt.day = src.day);

-- count-rows-too-many: Each row of the batch stands in the table once.
-- only if: inserted > 0
SELECT (SELECT count(*) FROM business.fact_balance AS tgt WHERE EXISTS (SELECT 1 FROM pg_temp.resolved AS src WHERE tgt.store_id = src.store_id AND tgt.day = src.day))
     - (SELECT count(*) FROM pg_temp.resolved) AS rows_too_many;

-- check-grain: rows of one grain would stand in the table more than once
-- only if: rows_too_many > 0
SELECT tgt.store_id,
       tgt.day
FROM business.fact_balance AS tgt
JOIN pg_temp.resolved AS src ON tgt.store_id = src.store_id AND tgt.day = src.day
GROUP BY tgt.store_id,
         tgt.day
HAVING count(*) > 1
LIMIT 20;
