-- warehouse-sdk: merge business.dim_customer

-- reject-incomplete-rows: A row without a key or a time belongs to no member.
INSERT INTO warehouse.reject (load_id, target, file, line, column_name, reason, raw_row)
SELECT $load_id,
       $target,
       CAST($path AS text),
       src.source_line,
       array_to_string(ARRAY[CASE WHEN src.customer_id IS NULL THEN 'customer_id' END,
                             CASE WHEN NOT coalesce(isfinite(src.changed_at) AND CAST(src.changed_at AS date) NOT IN (date '9999-12-31'), FALSE) THEN 'changed_at' END], ', '),
       'natural key or effective time is NULL or a date that means none',
       CAST(to_json(src.*) AS text)
FROM pg_temp.staged AS src
WHERE src.customer_id IS NULL OR NOT coalesce(isfinite(src.changed_at) AND CAST(src.changed_at AS date) NOT IN (date '9999-12-31'), FALSE);

-- normalise-rows: Brings every value to the form it is compared and stored in.
CREATE TEMP TABLE events ON COMMIT DROP AS
SELECT src.customer_id,
       CAST(src.changed_at AS timestamp) AS effective_at,
       FALSE AS is_delete,
       CASE WHEN coalesce(isfinite(src.created_on) AND CAST(src.created_on AS date) NOT IN (date '9999-12-31'), FALSE) THEN src.created_on END AS created_on,
       src.first_name AS first_name,
       src.email AS email,
       src.city AS city,
       src.segment AS segment,
       src.store_id AS store_id,
       src.source_line
FROM pg_temp.staged AS src
WHERE src.customer_id IS NOT NULL AND coalesce(isfinite(src.changed_at) AND CAST(src.changed_at AS date) NOT IN (date '9999-12-31'), FALSE);

-- find-absent-members: Current members that the snapshot no longer holds.
CREATE TEMP TABLE absent ON COMMIT DROP AS
SELECT tgt.customer_id
FROM business.dim_customer_history AS tgt
WHERE tgt.is_current AND tgt.customer_key > 0 AND NOT tgt.is_inferred AND NOT tgt.is_deleted
  AND NOT EXISTS (SELECT 1 FROM pg_temp.staged AS src WHERE src.customer_id = tgt.customer_id);

-- count-absent-members: An empty snapshot lacks everybody, which is another matter.
SELECT CASE WHEN EXISTS (SELECT 1 FROM pg_temp.staged) THEN 0 ELSE 1 END AS empty_snapshot,
       CASE WHEN EXISTS (SELECT 1 FROM pg_temp.staged) THEN count(*) ELSE 0 END AS absent_members
FROM pg_temp.absent;

-- find-repeated-keys: Keys that stand in the batch more than once; usually none.
CREATE TEMP TABLE repeated ON COMMIT DROP AS
SELECT src.customer_id,
       src.effective_at,
       count(*) AS copies
FROM pg_temp.events AS src
GROUP BY src.customer_id, src.effective_at
HAVING count(*) > 1;

-- count-repeated-keys: Whether anything has to be decided at all.
SELECT count(*) AS repeated_keys FROM pg_temp.repeated;

-- decide-repeated-rows: Exact copies collapse into one.
-- only if: repeated_keys > 0
CREATE TEMP TABLE decided ON COMMIT DROP AS
SELECT src.customer_id,
       src.effective_at,
       src.is_delete,
       src.created_on,
       src.first_name,
       src.email,
       min(src.city COLLATE "C") COLLATE "default" AS city,
       src.segment,
       src.store_id,
       min(src.source_line) AS source_line
FROM pg_temp.events AS src
JOIN pg_temp.repeated AS repeated ON repeated.customer_id = src.customer_id AND repeated.effective_at = src.effective_at
GROUP BY src.customer_id,
         src.effective_at,
         src.is_delete,
         src.created_on,
         src.first_name,
         src.email,
         lower(translate(src.city, 'İΣ', 'iσ') COLLATE "und-x-icu"),
         src.segment,
         src.store_id;

-- find-conflicts: Keys that are still there with different values.
-- only if: repeated_keys > 0
CREATE TEMP TABLE conflicts ON COMMIT DROP AS
SELECT src.customer_id,
       src.effective_at,
       array_to_string(ARRAY[CASE WHEN count(DISTINCT src.is_delete) > 1 OR count(src.is_delete) NOT IN (0, count(*)) THEN 'is_delete' END,
                             CASE WHEN count(DISTINCT src.created_on) > 1 OR count(src.created_on) NOT IN (0, count(*)) THEN 'created_on' END,
                             CASE WHEN count(DISTINCT src.first_name) > 1 OR count(src.first_name) NOT IN (0, count(*)) THEN 'first_name' END,
                             CASE WHEN count(DISTINCT src.email) > 1 OR count(src.email) NOT IN (0, count(*)) THEN 'email' END,
                             CASE WHEN count(DISTINCT lower(translate(src.city, 'İΣ', 'iσ') COLLATE "und-x-icu")) > 1 OR count(src.city) NOT IN (0, count(*)) THEN 'city' END,
                             CASE WHEN count(DISTINCT src.segment) > 1 OR count(src.segment) NOT IN (0, count(*)) THEN 'segment' END,
                             CASE WHEN count(DISTINCT src.store_id) > 1 OR count(src.store_id) NOT IN (0, count(*)) THEN 'store_id' END], ', ') AS differing_columns
FROM pg_temp.decided AS src
WHERE NOT src.is_delete
GROUP BY src.customer_id,
         src.effective_at
HAVING count(*) > 1;

-- reject-conflicting-rows: None of them can be chosen, so all are kept aside.
-- only if: repeated_keys > 0
INSERT INTO warehouse.reject (load_id, target, file, line, column_name, reason, raw_row)
SELECT $load_id,
       $target,
       CAST($path AS text),
       src.source_line,
       conflicts.differing_columns,
       'several rows of one member have one effective time and different values (' || 'customer_id = ' || CAST(src.customer_id AS text) || ', ' || 'effective_at = ' || CAST(src.effective_at AS text) || ')',
       CAST(to_json(src.*) AS text)
FROM pg_temp.events AS src
JOIN pg_temp.conflicts AS conflicts ON conflicts.customer_id = src.customer_id AND conflicts.effective_at = src.effective_at;

-- take-incoming: The rows whose key stands in the batch once.
CREATE TEMP TABLE incoming ON COMMIT DROP AS
SELECT src.customer_id,
       src.effective_at,
       src.is_delete,
       src.created_on,
       src.first_name,
       src.email,
       src.city,
       src.segment,
       src.store_id,
       src.source_line
FROM pg_temp.events AS src
WHERE NOT EXISTS (SELECT 1 FROM pg_temp.repeated AS repeated WHERE repeated.customer_id = src.customer_id AND repeated.effective_at = src.effective_at);

-- take-decided-rows: And the one row that was chosen for a repeated key.
-- only if: repeated_keys > 0
INSERT INTO pg_temp.incoming
SELECT src.customer_id,
       src.effective_at,
       src.is_delete,
       src.created_on,
       src.first_name,
       src.email,
       src.city,
       src.segment,
       src.store_id,
       src.source_line
FROM pg_temp.decided AS src
WHERE NOT EXISTS (SELECT 1 FROM pg_temp.conflicts AS conflicts WHERE conflicts.customer_id = src.customer_id AND conflicts.effective_at = src.effective_at);

-- analyze-incoming: The planner has to know how large the batch is.
ANALYZE pg_temp.incoming;

-- count-duplicates: Copies that collapsed and rows that were superseded.
-- only if: repeated_keys > 0
SELECT (SELECT CAST(coalesce(sum(repeated.copies), 0) AS bigint)
        FROM pg_temp.repeated AS repeated
        WHERE NOT EXISTS (SELECT 1 FROM pg_temp.conflicts AS conflicts WHERE conflicts.customer_id = repeated.customer_id AND conflicts.effective_at = repeated.effective_at))
     - (SELECT count(*)
        FROM pg_temp.decided AS decided
        WHERE NOT EXISTS (SELECT 1 FROM pg_temp.conflicts AS conflicts WHERE conflicts.customer_id = decided.customer_id AND conflicts.effective_at = decided.effective_at)) AS duplicates;

-- read-known-versions: All stored versions of the members at hand: the table is read once and left alone until it is written.
CREATE TEMP TABLE known ON COMMIT DROP AS
WITH members AS (
    SELECT DISTINCT src.customer_id
    FROM pg_temp.incoming AS src
    UNION
    SELECT absent.customer_id
    FROM pg_temp.absent AS absent
)
SELECT tgt.*
FROM business.dim_customer_history AS tgt
JOIN members ON tgt.customer_id = members.customer_id;

-- analyze-known: The planner has to know how much is known.
ANALYZE pg_temp.known (customer_id);

-- date-returns: A member back in the snapshot with its old time returned at the snapshot's time.
UPDATE pg_temp.incoming AS src
SET effective_at = CAST($as_of AS timestamp)
WHERE EXISTS (
    SELECT 1
    FROM pg_temp.known AS tgt
    WHERE tgt.customer_id = src.customer_id
      AND tgt.is_current AND tgt.is_deleted AND tgt.valid_from >= src.effective_at
);

-- remember-stored-versions: Placeholders, and members that were stored before their events were kept.
INSERT INTO business.dim_customer_event (customer_id, effective_at, is_delete, created_on, first_name, email, city, segment, store_id, is_inferred, load_id)
WITH unremembered AS (
    SELECT tgt.*,
           tgt.is_deleted AS is_delete,
           tgt.valid_from AS held_from,
           tgt.valid_to AS ends_at,
           coalesce(tgt.changed_at, tgt.valid_from) AS stored_change,
           lead(tgt.valid_from) OVER (PARTITION BY tgt.customer_id ORDER BY tgt.valid_from) AS next_held_from
    FROM pg_temp.known AS tgt
    WHERE EXISTS (SELECT 1 FROM pg_temp.incoming AS members WHERE members.customer_id = tgt.customer_id)
      AND NOT EXISTS (
          SELECT 1
          FROM business.dim_customer_event AS known
          WHERE known.customer_id = tgt.customer_id
            AND (known.is_inferred OR NOT tgt.is_inferred)
      )
)
SELECT src.customer_id,
       src.held_from,
       src.is_delete,
       CASE WHEN NOT src.is_delete THEN src.created_on END,
       CASE WHEN NOT src.is_delete THEN src.first_name END,
       CASE WHEN NOT src.is_delete THEN src.email END,
       CASE WHEN NOT src.is_delete THEN src.city END,
       CASE WHEN NOT src.is_delete THEN src.segment END,
       CASE WHEN NOT src.is_delete THEN src.store_id END,
       src.is_inferred,
       src.load_id
FROM unremembered AS src
UNION ALL
SELECT src.customer_id,
       src.stored_change,
       FALSE,
       src.created_on,
       src.first_name,
       src.email,
       src.city,
       src.segment,
       src.store_id,
       FALSE,
       src.load_id
FROM unremembered AS src
WHERE NOT src.is_delete AND src.stored_change > src.held_from AND (src.ends_at IS NULL OR src.stored_change < src.ends_at)
  AND NOT src.is_inferred
UNION ALL
SELECT src.customer_id,
       src.ends_at,
       TRUE,
       NULL,
       NULL,
       NULL,
       NULL,
       NULL,
       NULL,
       FALSE,
       src.load_id
FROM unremembered AS src
WHERE src.ends_at IS NOT NULL AND src.next_held_from IS DISTINCT FROM src.ends_at
  AND NOT src.is_inferred;

-- find-inferred-members: The first real event of each placeholder.
CREATE TEMP TABLE resolving ON COMMIT DROP AS
SELECT DISTINCT ON (incoming.customer_id) incoming.*
FROM pg_temp.incoming AS incoming
JOIN pg_temp.known AS placeholder ON placeholder.customer_id = incoming.customer_id AND placeholder.is_inferred
WHERE NOT incoming.is_delete
ORDER BY incoming.customer_id, incoming.effective_at;

-- count-placeholders: Usually none.
SELECT count(*) AS placeholders FROM pg_temp.resolving;

-- resolve-inferred-members: The first real event overwrites a placeholder in place and keeps its surrogate key.
-- only if: placeholders > 0
UPDATE business.dim_customer_history AS tgt
SET created_on = src.created_on,
    first_name = src.first_name,
    email = src.email,
    city = src.city,
    segment = src.segment,
    store_id = src.store_id,
    valid_from = least(tgt.valid_from, src.effective_at),
    changed_at = src.effective_at,
    is_inferred = FALSE,
    load_id = $load_id
FROM pg_temp.resolving AS src
WHERE tgt.customer_id = src.customer_id
  AND tgt.is_inferred;

-- resolve-known-members: What is known of them is no placeholder any more.
-- only if: placeholders > 0
UPDATE pg_temp.known AS tgt
SET created_on = src.created_on,
    first_name = src.first_name,
    email = src.email,
    city = src.city,
    segment = src.segment,
    store_id = src.store_id,
    valid_from = least(tgt.valid_from, src.effective_at),
    changed_at = src.effective_at,
    is_inferred = FALSE,
    load_id = $load_id
FROM pg_temp.resolving AS src
WHERE tgt.customer_id = src.customer_id
  AND tgt.is_inferred;

-- find-late-rows: Rows that differ from a remembered event at the same instant, with no sequence to decide.
CREATE TEMP TABLE late ON COMMIT DROP AS
SELECT src.*,
       FALSE AS is_known
FROM pg_temp.incoming AS src
WHERE NOT src.is_delete
  AND EXISTS (
    SELECT 1
    FROM business.dim_customer_event AS known
    WHERE known.customer_id = src.customer_id
      AND known.effective_at = src.effective_at
      AND NOT known.is_delete
      AND NOT known.is_inferred
      AND (known.created_on IS DISTINCT FROM src.created_on
           OR known.first_name IS DISTINCT FROM src.first_name
           OR known.email IS DISTINCT FROM src.email
           OR lower(translate(known.city, 'İΣ', 'iσ') COLLATE "und-x-icu") IS DISTINCT FROM lower(translate(src.city, 'İΣ', 'iσ') COLLATE "und-x-icu")
           OR known.segment IS DISTINCT FROM src.segment
           OR known.store_id IS DISTINCT FROM src.store_id)
);

-- count-late-rows: Rows that the stored history tells already change nothing; the others here cannot be taken in.
SELECT count(*) AS late_rows,
       count(*) FILTER (WHERE is_known) AS accepted
FROM pg_temp.late;

-- reject-late-rows: What contradicts what is stored and cannot be decided is kept aside, never silently dropped.
-- only if: late_rows > 0
INSERT INTO warehouse.reject (load_id, target, file, line, column_name, reason, raw_row)
SELECT $load_id,
       $target,
       CAST($path AS text),
       src.source_line,
       NULL,
       'another event of the member at this instant is stored and differs (' || 'customer_id = ' || CAST(src.customer_id AS text) || ')',
       CAST(to_json(src.*) AS text)
FROM pg_temp.late AS src
WHERE NOT src.is_known;

-- leave-late-rows: They take no further part.
-- only if: late_rows > 0
DELETE FROM pg_temp.incoming AS src
WHERE EXISTS (
    SELECT 1
    FROM pg_temp.late AS late
    WHERE late.customer_id = src.customer_id
      AND late.effective_at = src.effective_at
      AND late.is_delete = src.is_delete
);

-- count-incoming: The rows that will be compared.
SELECT count(*) AS accepted FROM pg_temp.incoming;

-- remember-events: What is delivered again adds no row.
INSERT INTO business.dim_customer_event (customer_id, effective_at, is_delete, created_on, first_name, email, city, segment, store_id, is_inferred, load_id)
SELECT src.customer_id,
       src.effective_at,
       src.is_delete,
       CASE WHEN NOT src.is_delete THEN src.created_on END,
       CASE WHEN NOT src.is_delete THEN src.first_name END,
       CASE WHEN NOT src.is_delete THEN src.email END,
       CASE WHEN NOT src.is_delete THEN src.city END,
       CASE WHEN NOT src.is_delete THEN src.segment END,
       CASE WHEN NOT src.is_delete THEN src.store_id END,
       FALSE,
       $load_id
FROM pg_temp.incoming AS src
WHERE NOT EXISTS (
    SELECT 1
    FROM business.dim_customer_event AS known
    WHERE known.customer_id = src.customer_id
      AND known.effective_at = src.effective_at
      AND known.is_delete = src.is_delete
      AND NOT known.is_inferred
      AND (src.is_delete OR (known.created_on IS NOT DISTINCT FROM src.created_on
                             AND known.first_name IS NOT DISTINCT FROM src.first_name
                             AND known.email IS NOT DISTINCT FROM src.email
                             AND known.city IS NOT DISTINCT FROM src.city
                             AND known.segment IS NOT DISTINCT FROM src.segment
                             AND known.store_id IS NOT DISTINCT FROM src.store_id))
);

-- guard-rejected-rows: rows of a full snapshot were rejected, so nobody can tell which members are really absent; correct them, or load the batch as a delta
SELECT count(*) AS rejected_rows
FROM warehouse.reject
WHERE load_id = $load_id
HAVING count(*) > 0;

-- guard-empty-snapshot: the full snapshot is empty; allow it in WhenAbsent if that is meant
-- only if: empty_snapshot > 0
SELECT count(*) AS current_members
FROM pg_temp.absent
HAVING count(*) > 0;

-- guard-halved-snapshot: the full snapshot would expire more than 0.5 of the current members; raise maxExpireFraction in WhenAbsent if that is meant
-- only if: absent_members > 0
SELECT count(*) AS current_members,
       (SELECT count(*) FROM pg_temp.absent) AS absent_members
FROM (
    SELECT 1
    FROM business.dim_customer_history AS tgt
    WHERE tgt.is_current AND tgt.customer_key > 0 AND NOT tgt.is_inferred AND NOT tgt.is_deleted
    LIMIT (SELECT CAST(ceil(count(*) / 0.5) AS bigint) FROM pg_temp.absent)
) AS member
HAVING (SELECT count(*) FROM pg_temp.absent) > 0.5 * count(*);

-- remember-stored-versions: Placeholders, and members that were stored before their events were kept.
INSERT INTO business.dim_customer_event (customer_id, effective_at, is_delete, created_on, first_name, email, city, segment, store_id, is_inferred, load_id)
WITH unremembered AS (
    SELECT tgt.*,
           tgt.is_deleted AS is_delete,
           tgt.valid_from AS held_from,
           tgt.valid_to AS ends_at,
           coalesce(tgt.changed_at, tgt.valid_from) AS stored_change,
           lead(tgt.valid_from) OVER (PARTITION BY tgt.customer_id ORDER BY tgt.valid_from) AS next_held_from
    FROM pg_temp.known AS tgt
    WHERE EXISTS (SELECT 1 FROM pg_temp.absent AS members WHERE members.customer_id = tgt.customer_id)
      AND NOT EXISTS (
          SELECT 1
          FROM business.dim_customer_event AS known
          WHERE known.customer_id = tgt.customer_id
            AND (known.is_inferred OR NOT tgt.is_inferred)
      )
)
SELECT src.customer_id,
       src.held_from,
       src.is_delete,
       CASE WHEN NOT src.is_delete THEN src.created_on END,
       CASE WHEN NOT src.is_delete THEN src.first_name END,
       CASE WHEN NOT src.is_delete THEN src.email END,
       CASE WHEN NOT src.is_delete THEN src.city END,
       CASE WHEN NOT src.is_delete THEN src.segment END,
       CASE WHEN NOT src.is_delete THEN src.store_id END,
       src.is_inferred,
       src.load_id
FROM unremembered AS src
UNION ALL
SELECT src.customer_id,
       src.stored_change,
       FALSE,
       src.created_on,
       src.first_name,
       src.email,
       src.city,
       src.segment,
       src.store_id,
       FALSE,
       src.load_id
FROM unremembered AS src
WHERE NOT src.is_delete AND src.stored_change > src.held_from AND (src.ends_at IS NULL OR src.stored_change < src.ends_at)
  AND NOT src.is_inferred
UNION ALL
SELECT src.customer_id,
       src.ends_at,
       TRUE,
       NULL,
       NULL,
       NULL,
       NULL,
       NULL,
       NULL,
       FALSE,
       src.load_id
FROM unremembered AS src
WHERE src.ends_at IS NOT NULL AND src.next_held_from IS DISTINCT FROM src.ends_at
  AND NOT src.is_inferred;

-- remember-absences: To be absent from a full snapshot is an event too.
INSERT INTO business.dim_customer_event (customer_id, effective_at, is_delete, created_on, first_name, email, city, segment, store_id, is_inferred, load_id)
SELECT absent.customer_id,
       CAST($as_of AS timestamp),
       TRUE,
       NULL,
       NULL,
       NULL,
       NULL,
       NULL,
       NULL,
       FALSE,
       $load_id
FROM pg_temp.absent AS absent;

-- find-touched-members: Members with an event that their history does not already tell.
CREATE TEMP TABLE touched ON COMMIT DROP AS
SELECT DISTINCT src.customer_id
FROM pg_temp.incoming AS src
LEFT JOIN pg_temp.known AS tgt ON tgt.customer_id = src.customer_id
    AND tgt.valid_from <= src.effective_at AND coalesce(tgt.valid_to, timestamp 'infinity') > src.effective_at
WHERE CASE WHEN tgt.customer_key IS NULL OR tgt.is_deleted THEN NOT src.is_delete
           ELSE src.is_delete
                OR tgt.city IS DISTINCT FROM src.city
                OR tgt.store_id IS DISTINCT FROM src.store_id
                OR tgt.first_name IS DISTINCT FROM src.first_name
                OR tgt.email IS DISTINCT FROM src.email
                OR tgt.segment IS DISTINCT FROM src.segment
                OR (tgt.created_on IS DISTINCT FROM src.created_on)
      END
UNION
SELECT resolving.customer_id
FROM pg_temp.resolving AS resolving
UNION
SELECT absent.customer_id
FROM pg_temp.absent AS absent
UNION
SELECT resolving.customer_id
FROM pg_temp.resolving AS resolving;

-- count-touched-members: Without any the merge ends here.
SELECT count(*) AS touched_members FROM pg_temp.touched;

-- analyze-touched: The planner has to know how many members are rewritten.
-- only if: touched_members > 0
ANALYZE pg_temp.touched;

-- read-stored-versions: The history of the touched members as it was before.
-- only if: touched_members > 0
CREATE TEMP TABLE stored ON COMMIT DROP AS
SELECT tgt.customer_key,
       tgt.customer_durable_key,
       tgt.customer_id,
       tgt.created_on,
       tgt.first_name,
       tgt.email,
       tgt.city,
       tgt.segment,
       tgt.store_id,
       tgt.previous_segment,
       tgt.valid_from AS held_from,
       tgt.valid_to AS ends_at,
       lead(tgt.valid_from) OVER (PARTITION BY tgt.customer_id ORDER BY tgt.valid_from) AS next_held_from,
       tgt.version AS version_number,
       coalesce(tgt.changed_at, tgt.valid_from) AS stored_change,
       tgt.is_deleted AS is_delete
FROM pg_temp.known AS tgt
JOIN pg_temp.touched AS touched ON tgt.customer_id = touched.customer_id;

-- guard-stored-versions: members have several open versions in the table already, so nobody can tell which of them is true; VerifyAsync lists them, correct the table first
-- only if: touched_members > 0
SELECT stored.customer_id
FROM pg_temp.stored AS stored
WHERE stored.ends_at IS NULL
GROUP BY stored.customer_id
HAVING count(*) > 1
LIMIT 20;

-- analyze-stored: And how long their histories are.
-- only if: touched_members > 0
ANALYZE pg_temp.stored (customer_id);

-- build-timeline: What is known of each touched member and what the batch says, in order.
-- only if: touched_members > 0
CREATE TEMP TABLE timeline ON COMMIT DROP AS
WITH
remembered AS (
    SELECT known.*
    FROM business.dim_customer_event AS known
    JOIN pg_temp.touched AS touched ON known.customer_id = touched.customer_id
),
decided AS (
    SELECT known.*
    FROM remembered AS known
),
distinct_events AS (
    SELECT known.customer_id,
           known.created_on,
           known.first_name,
           known.email,
           min(known.city COLLATE "C") COLLATE "default" AS city,
           known.segment,
           known.store_id,
           known.effective_at,
           known.is_delete,
           known.is_inferred,
           known.is_delete OR known.is_inferred AS is_unreal,
           min(known.load_id) = $load_id AS is_told_now
    FROM decided AS known
    GROUP BY known.customer_id,
             known.created_on,
             known.first_name,
             known.email,
             known.segment,
             known.store_id,
             known.effective_at,
             known.is_delete,
             known.is_inferred
),
-- A placeholder has the values of the member's first real event, unless that is older than it.
filled_in AS (
    SELECT known.customer_id,
           CASE WHEN known.is_inferred AND NOT first_value(known.is_unreal) OVER reality THEN first_value(known.created_on) OVER reality ELSE known.created_on END AS created_on,
           CASE WHEN known.is_inferred AND NOT first_value(known.is_unreal) OVER reality THEN first_value(known.first_name) OVER reality ELSE known.first_name END AS first_name,
           CASE WHEN known.is_inferred AND NOT first_value(known.is_unreal) OVER reality THEN first_value(known.email) OVER reality ELSE known.email END AS email,
           CASE WHEN known.is_inferred AND NOT first_value(known.is_unreal) OVER reality THEN first_value(known.city) OVER reality ELSE known.city END AS city,
           CASE WHEN known.is_inferred AND NOT first_value(known.is_unreal) OVER reality THEN first_value(known.segment) OVER reality ELSE known.segment END AS segment,
           CASE WHEN known.is_inferred AND NOT first_value(known.is_unreal) OVER reality THEN first_value(known.store_id) OVER reality ELSE known.store_id END AS store_id,
           known.effective_at,
           known.is_delete,
           known.is_told_now,
           known.is_inferred AND NOT first_value(known.is_unreal) OVER reality AND first_value(known.effective_at) OVER reality <= known.effective_at AS is_known
    FROM distinct_events AS known
    WINDOW reality AS (PARTITION BY known.customer_id ORDER BY known.is_unreal, known.effective_at)
),
happenings AS (
    SELECT known.effective_at AS happens_at,
           CASE WHEN known.is_told_now THEN 2 ELSE 0 END AS precedence,
           CASE WHEN NOT known.is_told_now THEN 'known' WHEN known.is_delete THEN 'absent' ELSE 'event' END AS kind,
           known.is_delete,
           CAST(NULL AS integer) AS stored_version,
           CAST(NULL AS timestamp) AS stored_change,
           known.customer_id,
           known.created_on,
           known.first_name,
           known.email,
           known.city,
           known.segment,
           known.store_id,
           CAST(NULL AS text) AS previous_segment
    FROM filled_in AS known
    WHERE NOT known.is_known
),
-- Ended and begun at the same instant: nothing ended.
without_undone_ends AS (
    SELECT src.happens_at,
           src.precedence,
           src.kind,
           src.is_delete,
           src.stored_version,
           src.stored_change,
           src.customer_id,
           src.created_on,
           src.first_name,
           src.email,
           src.city,
           src.segment,
           src.store_id,
           src.previous_segment,
           src.kind = 'event' AND NOT src.is_delete AND src.ends_here AS undoes_end
    FROM (
        SELECT src.*,
               bool_or(is_delete AND kind IN ('ended', 'known')) OVER instant AS ends_here,
               bool_or(NOT is_delete) OVER instant AS lives_on
        FROM happenings AS src
        WINDOW instant AS (PARTITION BY src.customer_id, happens_at)
    ) AS src
    WHERE NOT (src.is_delete AND src.lives_on)
),
-- A second end, or the end of someone never seen, says nothing.
without_idle_ends AS (
    SELECT src.happens_at,
           src.precedence,
           src.kind,
           src.is_delete,
           src.stored_version,
           src.stored_change,
           src.customer_id,
           src.created_on,
           src.first_name,
           src.email,
           src.city,
           src.segment,
           src.store_id,
           src.previous_segment,
           src.undoes_end
    FROM (
        SELECT src.*,
               lag(is_delete) OVER member AS was_deleted
        FROM without_undone_ends AS src
        WINDOW member AS (PARTITION BY src.customer_id ORDER BY happens_at, precedence)
    ) AS src
    WHERE NOT (src.is_delete AND coalesce(src.was_deleted, TRUE))
),
-- An end carries on the values it found.
carried AS (
    SELECT src.happens_at,
           src.precedence,
           src.kind,
           src.is_delete,
           src.stored_version,
           src.stored_change,
           src.customer_id,
           CASE WHEN is_delete THEN lag(created_on) OVER member ELSE created_on END AS created_on,
           CASE WHEN is_delete THEN lag(first_name) OVER member ELSE first_name END AS first_name,
           CASE WHEN is_delete THEN lag(email) OVER member ELSE email END AS email,
           CASE WHEN is_delete THEN lag(city) OVER member ELSE city END AS city,
           CASE WHEN is_delete THEN lag(segment) OVER member ELSE segment END AS segment,
           CASE WHEN is_delete THEN lag(store_id) OVER member ELSE store_id END AS store_id,
           src.previous_segment,
           src.undoes_end
    FROM without_idle_ends AS src
    WINDOW member AS (PARTITION BY src.customer_id ORDER BY happens_at, precedence)
)
SELECT src.*,
       lag(kind) OVER member IS NULL AS is_first,
       NOT is_delete AND (
           coalesce(lag(is_delete) OVER member, TRUE)
           OR lower(translate(city, 'İΣ', 'iσ') COLLATE "und-x-icu") IS DISTINCT FROM lower(translate(lag(city) OVER member, 'İΣ', 'iσ') COLLATE "und-x-icu")
           OR store_id IS DISTINCT FROM lag(store_id) OVER member
       ) AS begins_version,
       is_delete AS ends_member,
       kind = 'event' AND NOT is_delete AND NOT coalesce(lag(is_delete) OVER member, TRUE) AND (
           first_name IS DISTINCT FROM lag(first_name) OVER member
           OR email IS DISTINCT FROM lag(email) OVER member
           OR segment IS DISTINCT FROM lag(segment) OVER member
       ) AS overwrites,
       lag(kind) OVER member IS NOT NULL AND segment IS DISTINCT FROM lag(segment) OVER member AS segment_changes
FROM carried AS src
WINDOW member AS (PARTITION BY src.customer_id ORDER BY happens_at, precedence);

-- analyze-timeline: And how much happened; what became of each row is looked up there and then.
-- only if: touched_members > 0
ANALYZE pg_temp.timeline (customer_id, happens_at, kind);

-- number-versions: Each version with its end and its key: that of the stored version which begins where it does or, saying the same, inside it.
-- only if: touched_members > 0
CREATE TEMP TABLE versions ON COMMIT DROP AS
WITH boundaries AS (
    SELECT src.happens_at,
           src.is_delete,
           src.begins_version,
           src.customer_id,
           CASE WHEN ends_member THEN lag(city) OVER member ELSE city END AS city,
           src.store_id,
           lead(happens_at) OVER member AS ends_at
    FROM pg_temp.timeline AS src
    WHERE begins_version OR ends_member
    WINDOW member AS (PARTITION BY src.customer_id ORDER BY happens_at, precedence)
),
numbered AS (
    SELECT src.*,
           row_number() OVER (PARTITION BY src.customer_id ORDER BY happens_at) AS version_number
    FROM boundaries AS src
),
begun AS (
    SELECT src.*,
           src.happens_at AS held_from
    FROM numbered AS src
),
same_beginning AS (
    SELECT src.*,
           stored.customer_key AS stored_key
    FROM begun AS src
    LEFT JOIN pg_temp.stored AS stored ON stored.customer_id = src.customer_id AND stored.held_from = src.held_from
),
begins_earlier AS (
    SELECT src.customer_id,
           src.version_number,
           (array_agg(stored.customer_key ORDER BY stored.held_from))[1] AS stored_key
    FROM same_beginning AS src
    JOIN pg_temp.stored AS stored ON stored.customer_id = src.customer_id
        AND stored.held_from > src.held_from
        AND (src.ends_at IS NULL OR stored.held_from < src.ends_at)
    WHERE src.stored_key IS NULL
      AND NOT (lower(translate(stored.city, 'İΣ', 'iσ') COLLATE "und-x-icu") IS DISTINCT FROM lower(translate(src.city, 'İΣ', 'iσ') COLLATE "und-x-icu"))
          AND NOT (stored.store_id IS DISTINCT FROM src.store_id)
          AND stored.is_delete = src.is_delete
    GROUP BY src.customer_id, src.version_number
),
matched AS (
    SELECT src.customer_id,
           src.city,
           src.store_id,
           src.is_delete,
           src.happens_at,
           src.held_from,
           src.ends_at,
           src.version_number,
           coalesce(src.stored_key, earlier.stored_key) AS stored_key
    FROM same_beginning AS src
    LEFT JOIN begins_earlier AS earlier ON earlier.customer_id = src.customer_id AND earlier.version_number = src.version_number
)
, keyed AS (
    SELECT src.*,
           coalesce(src.stored_key, surrogate_key.last_key + row_number() OVER (PARTITION BY src.stored_key IS NULL ORDER BY src.happens_at, src.customer_id)) AS given_key
    FROM matched AS src
    CROSS JOIN (SELECT last_key FROM warehouse.surrogate_key WHERE target = $target) AS surrogate_key
)
SELECT src.*,
       coalesce(known.customer_durable_key, first_value(src.given_key) OVER member) AS customer_durable_key,
       first_value(src.store_id) OVER latest AS current_store_id,
       CASE WHEN src.is_delete THEN 'deleted'
            WHEN lag(src.version_number) OVER member IS NULL THEN 'new'
            WHEN lag(src.is_delete) OVER member OR lag(src.ends_at) OVER member < src.held_from THEN 'returned'
            ELSE array_to_string(ARRAY[CASE WHEN lower(translate(src.city, 'İΣ', 'iσ') COLLATE "und-x-icu") IS DISTINCT FROM lower(translate(lag(src.city) OVER member, 'İΣ', 'iσ') COLLATE "und-x-icu") THEN 'city' END,
                                       CASE WHEN src.store_id IS DISTINCT FROM lag(src.store_id) OVER member THEN 'store_id' END], ',')
       END AS change_reason
FROM keyed AS src
LEFT JOIN (
    SELECT stored.customer_id,
           min(stored.customer_durable_key) AS customer_durable_key
    FROM pg_temp.stored AS stored
    GROUP BY stored.customer_id
) AS known ON known.customer_id = src.customer_id
WINDOW member AS (PARTITION BY src.customer_id ORDER BY src.version_number),
       latest AS (PARTITION BY src.customer_id ORDER BY src.version_number DESC);

-- analyze-versions: And how many versions.
-- only if: touched_members > 0
ANALYZE pg_temp.versions (customer_id, version_number, stored_key);

-- find-member-state: Type 0 the earliest value, types 1 and 3 the latest: of the member, or of the version where only the current one is overwritten.
-- only if: touched_members > 0
CREATE TEMP TABLE member_state ON COMMIT DROP AS
SELECT customer_id,
       (array_agg(created_on ORDER BY happens_at, precedence) FILTER (WHERE NOT is_delete AND created_on IS NOT NULL))[1] AS created_on,
       (array_agg(first_name ORDER BY happens_at DESC, precedence DESC) FILTER (WHERE NOT is_delete))[1] AS first_name,
       (array_agg(email ORDER BY happens_at DESC, precedence DESC) FILTER (WHERE NOT is_delete))[1] AS email,
       (array_agg(segment ORDER BY happens_at DESC, precedence DESC) FILTER (WHERE is_first OR segment_changes OR kind = 'stored'))[1] AS segment,
       CASE WHEN (array_agg(kind ORDER BY happens_at DESC, precedence DESC) FILTER (WHERE is_first OR segment_changes OR kind = 'stored'))[1] = 'stored'
            THEN (array_agg(previous_segment ORDER BY happens_at DESC, precedence DESC) FILTER (WHERE kind = 'stored'))[1]
            ELSE (array_agg(segment ORDER BY happens_at DESC, precedence DESC) FILTER (WHERE is_first OR segment_changes OR kind = 'stored'))[2]
       END AS previous_segment,
       max(happens_at) FILTER (WHERE kind IN ('event', 'absent') AND (begins_version OR overwrites OR ends_member)) AS changed_at,
       bool_or(overwrites) AS is_overwritten
FROM pg_temp.timeline
GROUP BY customer_id;

-- analyze-member-state: And of how many members.
-- only if: touched_members > 0
ANALYZE pg_temp.member_state (customer_id);

-- find-vanished-versions: Stored versions that the history no longer has, with the member's latest.
-- only if: touched_members > 0
CREATE TEMP TABLE vanished ON COMMIT DROP AS
SELECT stored.customer_key AS old_key,
       coalesce(latest.given_key, -1) AS new_key
FROM pg_temp.stored AS stored
LEFT JOIN (
    SELECT src.customer_id,
           (array_agg(src.given_key ORDER BY src.version_number DESC))[1] AS given_key
    FROM pg_temp.versions AS src
    GROUP BY src.customer_id
) AS latest ON latest.customer_id = stored.customer_id
WHERE NOT EXISTS (SELECT 1 FROM pg_temp.versions AS src WHERE src.stored_key = stored.customer_key);

-- count-vanished-versions: Usually none.
-- only if: touched_members > 0
SELECT count(*) AS vanished_versions FROM pg_temp.vanished;

-- find-moved-spans: The times at which another version is met than before.
-- only if: touched_members > 0
CREATE TEMP TABLE moved ON COMMIT DROP AS
WITH met_before AS (
    SELECT stored.customer_id,
           stored.customer_key AS given_key,
           CASE WHEN row_number() OVER member = 1 THEN timestamp '-infinity' ELSE CAST(stored.held_from AS timestamp) END AS met_from,
           coalesce(CAST(lead(stored.held_from) OVER member AS timestamp), timestamp 'infinity') AS met_until
    FROM pg_temp.stored AS stored
    WINDOW member AS (PARTITION BY stored.customer_id ORDER BY stored.held_from)
),
met_after AS (
    SELECT src.customer_id,
           src.given_key AS given_key,
           CASE WHEN row_number() OVER member = 1 THEN timestamp '-infinity' ELSE CAST(src.held_from AS timestamp) END AS met_from,
           coalesce(CAST(lead(src.held_from) OVER member AS timestamp), timestamp 'infinity') AS met_until
    FROM pg_temp.versions AS src
    WINDOW member AS (PARTITION BY src.customer_id ORDER BY src.held_from)
)
SELECT before.given_key AS old_key,
       after.given_key AS new_key,
       greatest(before.met_from, after.met_from) AS met_from,
       least(before.met_until, after.met_until) AS met_until
FROM met_before AS before
JOIN met_after AS after ON after.customer_id = before.customer_id
    AND after.met_from < before.met_until
    AND before.met_from < after.met_until
    AND after.given_key <> before.given_key;

-- analyze-moved: The planner has to know how few they are beside the facts.
-- only if: touched_members > 0
ANALYZE pg_temp.moved;

-- count-moved-spans: Without any no fact is looked at.
-- only if: touched_members > 0
SELECT count(*) AS moved_spans FROM pg_temp.moved;

-- read-earliest-move: No fact before it is looked at; unbounded when a first version moved.
-- only if: moved_spans > 0
SELECT nullif(min(met_from), timestamp '-infinity') AS moved_from
FROM pg_temp.moved;

-- repoint-facts: Rows of business.fact_sale whose customer_key is now another version's at sold_at.
-- only if: moved_spans > 0
UPDATE business.fact_sale AS tgt
SET customer_key = src.new_key,
    load_id = $load_id
FROM pg_temp.moved AS src
WHERE tgt.customer_key = src.old_key
  AND tgt.sold_at >= src.met_from
  AND tgt.sold_at < src.met_until
  AND tgt.sold_at >= coalesce(CAST($moved_from AS timestamp), timestamp '-infinity');

-- repoint-vanished: Rows of business.fact_sale whose customer_key would be nobody's: the member's latest version, or unknown when it has none.
-- only if: vanished_versions > 0
UPDATE business.fact_sale AS tgt
SET customer_key = src.new_key,
    load_id = $load_id
FROM pg_temp.vanished AS src
WHERE tgt.customer_key = src.old_key;

-- unlink-vanished-members: Rows of business.fact_sale whose customer_durable_key is of a member without any version: unknown.
-- only if: vanished_versions > 0
UPDATE business.fact_sale AS tgt
SET customer_durable_key = -1,
    load_id = $load_id
WHERE tgt.customer_durable_key IN (
    SELECT stored.customer_durable_key
    FROM pg_temp.stored AS stored
    WHERE NOT EXISTS (SELECT 1 FROM pg_temp.versions AS src WHERE src.customer_id = stored.customer_id)
);

-- unlink-vanished-members: Rows of business.fact_sale whose household_durable_key is of a member without any version: unknown.
-- only if: vanished_versions > 0
UPDATE business.fact_sale AS tgt
SET household_durable_key = -1,
    load_id = $load_id
WHERE tgt.household_durable_key IN (
    SELECT stored.customer_durable_key
    FROM pg_temp.stored AS stored
    WHERE NOT EXISTS (SELECT 1 FROM pg_temp.versions AS src WHERE src.customer_id = stored.customer_id)
);

-- delete-vanished-versions: Versions that the history no longer has; nothing holds their keys any more.
-- only if: vanished_versions > 0
DELETE FROM business.dim_customer_history AS tgt
WHERE tgt.customer_key IN (SELECT old_key FROM pg_temp.vanished);

-- find-changed-versions: Stored versions that begin, end or number otherwise now, or were corrected; most only end.
-- only if: touched_members > 0
CREATE TEMP TABLE changed ON COMMIT DROP AS
SELECT compared.*,
       was_open AND NOT is_other AS only_ends
FROM (
    SELECT src.*,
           stored.ends_at IS NULL AS was_open,
           stored.ends_at IS DISTINCT FROM src.ends_at AS ends_otherwise,
           (
               stored.held_from IS DISTINCT FROM src.held_from
               OR stored.version_number IS DISTINCT FROM src.version_number
               OR stored.is_delete IS DISTINCT FROM src.is_delete
               OR stored.city IS DISTINCT FROM src.city
               OR stored.store_id IS DISTINCT FROM src.store_id
               OR known.current_store_id IS DISTINCT FROM src.current_store_id
               OR (NOT known.is_inferred AND known.change_reason IS DISTINCT FROM src.change_reason)
           ) AS is_other
    FROM pg_temp.versions AS src
    JOIN pg_temp.stored AS stored ON stored.customer_key = src.stored_key
    JOIN pg_temp.known AS known ON known.customer_key = src.stored_key
) AS compared
WHERE ends_otherwise
   OR is_other;

-- count-changed-versions: Of most nothing changes but that they end.
-- only if: touched_members > 0
SELECT count(*) FILTER (WHERE only_ends) AS ended_versions,
       count(*) FILTER (WHERE NOT only_ends) AS moved_versions
FROM pg_temp.changed;

-- end-versions: Open versions that end now.
-- only if: ended_versions > 0
UPDATE business.dim_customer_history AS tgt
SET valid_to = src.ends_at,
    is_current = FALSE,
    load_id = $load_id
FROM pg_temp.changed AS src
WHERE tgt.customer_key = src.stored_key
  AND src.only_ends;

-- move-versions: Versions of which more has changed than that they end.
-- only if: moved_versions > 0
UPDATE business.dim_customer_history AS tgt
SET valid_from = src.held_from,
    valid_to = src.ends_at,
    is_current = src.ends_at IS NULL,
    version = src.version_number,
    is_deleted = src.is_delete,
    city = src.city,
    store_id = src.store_id,
    current_store_id = src.current_store_id,
    change_reason = CASE WHEN tgt.is_inferred THEN tgt.change_reason ELSE src.change_reason END,
    changed_at = CASE WHEN tgt.valid_to < coalesce(src.ends_at, timestamp 'infinity') THEN greatest(tgt.changed_at, tgt.valid_to) ELSE tgt.changed_at END,
    load_id = $load_id
FROM pg_temp.changed AS src
WHERE tgt.customer_key = src.stored_key
  AND NOT src.only_ends;

-- insert-versions: New versions, keyed in the order of effective time and natural key.
-- only if: touched_members > 0
INSERT INTO business.dim_customer_history (customer_key, customer_durable_key, customer_id, created_on, first_name, email, city, segment, store_id, previous_segment, current_store_id, valid_from, valid_to, is_current, version, changed_at, change_reason, is_inferred, is_deleted, load_id)
SELECT src.given_key,
       src.customer_durable_key,
       src.customer_id,
       member_state.created_on,
       member_state.first_name,
       member_state.email,
       src.city,
       member_state.segment,
       src.store_id,
       member_state.previous_segment,
       src.current_store_id,
       src.held_from,
       src.ends_at,
       src.ends_at IS NULL,
       src.version_number,
       greatest(member_state.changed_at, src.happens_at),
       src.change_reason,
       FALSE,
       src.is_delete,
       $load_id
FROM pg_temp.versions AS src
JOIN pg_temp.member_state AS member_state ON member_state.customer_id = src.customer_id
WHERE src.stored_key IS NULL;

-- advance-surrogate-keys: Keys given are never given again.
-- only if: inserted_versions > 0
UPDATE warehouse.surrogate_key
SET last_key = last_key + (SELECT count(*) FROM pg_temp.versions WHERE stored_key IS NULL)
WHERE target = $target;

-- overwrite-attributes: Type 0 holds for all versions of the member; types 1 and 3 too, or for the current one if so declared.
-- only if: touched_members > 0
UPDATE business.dim_customer_history AS tgt
SET created_on = src.created_on,
    first_name = src.first_name,
    email = src.email,
    segment = src.segment,
    previous_segment = src.previous_segment,
    changed_at = greatest(tgt.changed_at, src.changed_at),
    load_id = $load_id
FROM pg_temp.member_state AS src
WHERE tgt.customer_id = src.customer_id
  AND (tgt.created_on IS DISTINCT FROM src.created_on
       OR tgt.first_name IS DISTINCT FROM src.first_name
       OR tgt.email IS DISTINCT FROM src.email
       OR tgt.segment IS DISTINCT FROM src.segment
       OR tgt.previous_segment IS DISTINCT FROM src.previous_segment);

-- delete-vanished-members: Members without any version never were.
-- only if: vanished_versions > 0
DELETE FROM business.dim_customer AS tgt
WHERE EXISTS (SELECT 1 FROM pg_temp.touched AS touched WHERE touched.customer_id = tgt.customer_id)
  AND NOT EXISTS (SELECT 1 FROM business.dim_customer_history AS version WHERE version.customer_durable_key = tgt.customer_durable_key);

-- align-members: The table of members says what each member's last version says.
-- only if: touched_members > 0
MERGE INTO business.dim_customer AS tgt
USING (
    SELECT DISTINCT ON (version.customer_durable_key)
           version.customer_durable_key,
           version.customer_id,
           version.created_on,
           version.first_name,
           version.email,
           version.city,
           version.segment,
           version.previous_segment,
           version.store_id,
           version.valid_from,
           version.valid_to,
           version.is_current,
           version.version,
           version.changed_at,
           version.change_reason,
           version.is_inferred,
           version.is_deleted,
           version.load_id
    FROM business.dim_customer_history AS version
    JOIN pg_temp.touched AS touched ON touched.customer_id = version.customer_id
    WHERE version.customer_key > 0
    ORDER BY version.customer_durable_key, version.version DESC
) AS src
ON tgt.customer_durable_key = src.customer_durable_key
WHEN MATCHED AND (tgt.customer_id IS DISTINCT FROM src.customer_id
                  OR tgt.created_on IS DISTINCT FROM src.created_on
                  OR tgt.first_name IS DISTINCT FROM src.first_name
                  OR tgt.email IS DISTINCT FROM src.email
                  OR tgt.city IS DISTINCT FROM src.city
                  OR tgt.segment IS DISTINCT FROM src.segment
                  OR tgt.previous_segment IS DISTINCT FROM src.previous_segment
                  OR tgt.store_id IS DISTINCT FROM src.store_id
                  OR tgt.valid_from IS DISTINCT FROM src.valid_from
                  OR tgt.valid_to IS DISTINCT FROM src.valid_to
                  OR tgt.is_current IS DISTINCT FROM src.is_current
                  OR tgt.version IS DISTINCT FROM src.version
                  OR tgt.changed_at IS DISTINCT FROM src.changed_at
                  OR tgt.change_reason IS DISTINCT FROM src.change_reason
                  OR tgt.is_inferred IS DISTINCT FROM src.is_inferred
                  OR tgt.is_deleted IS DISTINCT FROM src.is_deleted
                  OR tgt.load_id IS DISTINCT FROM src.load_id) THEN UPDATE
    SET customer_id = src.customer_id,
        created_on = src.created_on,
        first_name = src.first_name,
        email = src.email,
        city = src.city,
        segment = src.segment,
        previous_segment = src.previous_segment,
        store_id = src.store_id,
        valid_from = src.valid_from,
        valid_to = src.valid_to,
        is_current = src.is_current,
        version = src.version,
        changed_at = src.changed_at,
        change_reason = src.change_reason,
        is_inferred = src.is_inferred,
        is_deleted = src.is_deleted,
        load_id = src.load_id
WHEN NOT MATCHED THEN INSERT (customer_durable_key, customer_id, created_on, first_name, email, city, segment, previous_segment, store_id, valid_from, valid_to, is_current, version, changed_at, change_reason, is_inferred, is_deleted, load_id)
    VALUES (src.customer_durable_key, src.customer_id, src.created_on, src.first_name, src.email, src.city, src.segment, src.previous_segment, src.store_id, src.valid_from, src.valid_to, src.is_current, src.version, src.changed_at, src.change_reason, src.is_inferred, src.is_deleted, src.load_id);

-- count-outcomes: What became of each row.
-- only if: touched_members > 0
WITH lives AS (
    SELECT src.*,
           count(*) FILTER (WHERE begins_version OR ends_member) OVER (PARTITION BY src.customer_id ORDER BY happens_at, precedence) AS life_number
    FROM pg_temp.timeline AS src
),
happenings AS (
    SELECT src.*,
           max(happens_at) FILTER (WHERE kind NOT IN ('event', 'absent')) OVER (PARTITION BY src.customer_id) > happens_at AS comes_late,
           coalesce(max(happens_at) FILTER (WHERE kind = 'known' AND NOT is_delete) OVER (PARTITION BY src.customer_id) > happens_at, FALSE) AS is_outdone,
           EXISTS (SELECT 1 FROM pg_temp.resolving AS resolving WHERE resolving.customer_id = src.customer_id AND resolving.effective_at = happens_at) AS fills_in,
           EXISTS (SELECT 1 FROM pg_temp.stored AS stored WHERE stored.customer_id = src.customer_id) AS was_stored
    FROM lives AS src
),
outcomes AS (
    SELECT src.kind,
           CASE WHEN src.kind = 'absent' THEN 'expired'
                WHEN src.fills_in AND NOT src.is_delete THEN 'resolved'
                WHEN src.undoes_end AND NOT src.begins_version AND NOT coalesce(src.comes_late, FALSE) THEN 'reopened'
                WHEN src.was_stored AND (src.comes_late OR covering.held_from = src.happens_at) AND (CASE WHEN src.is_delete THEN covering.held_from IS NOT NULL ELSE covering.held_from IS NULL OR (lower(translate(covering.city, 'İΣ', 'iσ') COLLATE "und-x-icu") IS DISTINCT FROM lower(translate(src.city, 'İΣ', 'iσ') COLLATE "und-x-icu")
                                                                                                                                                                                                     OR covering.store_id IS DISTINCT FROM src.store_id) END OR (src.begins_version AND NOT src.is_first)) THEN 'split'
                WHEN src.is_delete THEN 'expired'
                WHEN src.begins_version AND NOT src.was_stored AND src.is_first THEN 'new member'
                WHEN src.begins_version AND NOT (src.was_stored AND coalesce(src.comes_late, FALSE)) THEN 'new version'
                WHEN (src.overwrites AND NOT src.is_outdone) OR (src.is_first AND covering.held_from IS NOT NULL AND (covering.created_on IS DISTINCT FROM src.created_on)) OR (covering.held_from IS NOT NULL AND covering.created_on IS NULL AND src.created_on IS NOT NULL) THEN 'overwritten'
           END AS row_outcome
    FROM happenings AS src
    LEFT JOIN pg_temp.stored AS covering ON covering.customer_id = src.customer_id
        AND NOT covering.is_delete
        AND covering.held_from <= src.happens_at
        AND coalesce(covering.ends_at, timestamp 'infinity') > src.happens_at
    WHERE src.kind IN ('event', 'absent')
)
SELECT count(*) FILTER (WHERE row_outcome = 'new member') AS new_members,
       count(*) FILTER (WHERE row_outcome = 'new version') AS new_versions,
       count(*) FILTER (WHERE row_outcome = 'reopened') AS reopened,
       count(*) FILTER (WHERE row_outcome = 'overwritten') AS overwritten,
       count(*) FILTER (WHERE row_outcome = 'split') AS split,
       count(*) FILTER (WHERE row_outcome = 'expired') AS expired,
       count(*) FILTER (WHERE row_outcome = 'expired' AND kind = 'absent') AS expired_by_absence
FROM outcomes;

-- read-written-versions: The history of the touched members as it now stands in the table.
-- only if: touched_members > 0
CREATE TEMP TABLE written ON COMMIT DROP AS
SELECT tgt.customer_key,
       tgt.customer_id,
       tgt.is_current,
       tgt.version,
       tgt.valid_from AS held_from,
       tgt.valid_to AS ends_at
FROM business.dim_customer_history AS tgt
JOIN pg_temp.touched AS touched ON tgt.customer_id = touched.customer_id;

-- check-current-versions: members would have more than one current version, or one that is not open
-- only if: touched_members > 0
SELECT tgt.customer_id
FROM pg_temp.written AS tgt
GROUP BY tgt.customer_id
HAVING count(*) FILTER (WHERE tgt.is_current) > 1
    OR count(*) FILTER (WHERE tgt.is_current <> (tgt.ends_at IS NULL)) > 0
LIMIT 20;

-- check-intervals: members would have versions that overlap, are empty or end before they begin
-- only if: touched_members > 0
SELECT DISTINCT customer_id
FROM (
    SELECT tgt.customer_id,
           tgt.held_from,
           tgt.ends_at,
           lead(tgt.held_from) OVER (PARTITION BY tgt.customer_id ORDER BY tgt.held_from, tgt.version) AS next_held_from
    FROM pg_temp.written AS tgt
) AS version
WHERE held_from >= ends_at
   OR next_held_from < ends_at
   OR (next_held_from IS NOT NULL AND ends_at IS NULL)
LIMIT 20;

-- check-neighbours: members would have two versions that say the same and follow each other without a gap; if an attribute was of type 2 before, merge its versions first
-- only if: touched_members > 0
SELECT DISTINCT src.customer_id
FROM pg_temp.versions AS src
JOIN pg_temp.versions AS next_version ON next_version.customer_id = src.customer_id AND next_version.held_from = src.ends_at
WHERE NOT (lower(translate(src.city, 'İΣ', 'iσ') COLLATE "und-x-icu") IS DISTINCT FROM lower(translate(next_version.city, 'İΣ', 'iσ') COLLATE "und-x-icu"))
      AND NOT (src.store_id IS DISTINCT FROM next_version.store_id)
      AND src.is_delete = next_version.is_delete
LIMIT 20;

-- check-surrogate-keys: surrogate keys would be given twice
-- only if: inserted_versions > 0
SELECT tgt.customer_key
FROM business.dim_customer_history AS tgt
WHERE tgt.customer_key > (SELECT last_key FROM warehouse.surrogate_key WHERE target = $target)
LIMIT 20;
