-- warehouse-sdk: merge business.dim_customer

-- reject-incomplete-rows: A row without a key or a time belongs to no member.
INSERT INTO warehouse.reject (load_id, target, file, line, column_name, reason, raw_row)
SELECT $load_id,
       $target,
       CAST($path AS text),
       src.source_line,
       array_to_string(ARRAY[CASE WHEN src.customer_id IS NULL THEN 'customer_id' END], ', '),
       'natural key or effective time is NULL',
       CAST(to_json(src.*) AS text)
FROM pg_temp.staged AS src
WHERE src.customer_id IS NULL;

-- find-news: Members of whom a row says something that their open version does not; of all others nothing has to be known.
CREATE TEMP TABLE news ON COMMIT DROP AS
SELECT DISTINCT src.customer_id
FROM pg_temp.staged AS src
LEFT JOIN business.dim_customer AS tgt ON tgt.customer_id = src.customer_id AND tgt.is_current
WHERE src.customer_id IS NOT NULL
  AND (tgt.customer_key IS NULL
       OR tgt.is_inferred
       OR CAST($as_of AS date) < tgt.valid_from
       OR tgt.city IS DISTINCT FROM src.city
       OR tgt.email IS DISTINCT FROM src.email);

-- normalise-rows: Brings every value to the form it is compared and stored in.
CREATE TEMP TABLE events ON COMMIT DROP AS
SELECT src.customer_id,
       CAST($as_of AS date) AS effective_at,
       FALSE AS is_delete,
       src.email AS email,
       src.city AS city,
       src.source_line
FROM pg_temp.staged AS src
JOIN pg_temp.news AS news ON news.customer_id = src.customer_id
WHERE src.customer_id IS NOT NULL;

-- count-set-aside: The rows of all other members agree with what is stored.
SELECT (SELECT count(*) FROM pg_temp.staged AS src WHERE src.customer_id IS NOT NULL)
     - (SELECT count(*) FROM pg_temp.events) AS accepted;

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
       src.email,
       src.city,
       min(src.source_line) AS source_line
FROM pg_temp.events AS src
JOIN pg_temp.repeated AS repeated ON repeated.customer_id = src.customer_id AND repeated.effective_at = src.effective_at
GROUP BY src.customer_id,
         src.effective_at,
         src.is_delete,
         src.email,
         src.city;

-- find-conflicts: Keys that are still there with different values.
-- only if: repeated_keys > 0
CREATE TEMP TABLE conflicts ON COMMIT DROP AS
SELECT src.customer_id,
       src.effective_at,
       array_to_string(ARRAY[CASE WHEN count(DISTINCT src.is_delete) > 1 OR count(src.is_delete) NOT IN (0, count(*)) THEN 'is_delete' END,
                             CASE WHEN count(DISTINCT src.email) > 1 OR count(src.email) NOT IN (0, count(*)) THEN 'email' END,
                             CASE WHEN count(DISTINCT src.city) > 1 OR count(src.city) NOT IN (0, count(*)) THEN 'city' END], ', ') AS differing_columns
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
       src.email,
       src.city,
       src.source_line
FROM pg_temp.events AS src
WHERE NOT EXISTS (SELECT 1 FROM pg_temp.repeated AS repeated WHERE repeated.customer_id = src.customer_id AND repeated.effective_at = src.effective_at);

-- take-decided-rows: And the one row that was chosen for a repeated key.
-- only if: repeated_keys > 0
INSERT INTO pg_temp.incoming
SELECT src.customer_id,
       src.effective_at,
       src.is_delete,
       src.email,
       src.city,
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

-- resolve-inferred-members: The first real event overwrites a placeholder in place and keeps its surrogate key.
UPDATE business.dim_customer AS tgt
SET email = src.email,
    city = src.city,
    valid_from = least(tgt.valid_from, src.effective_at),
    changed_at = src.effective_at,
    is_inferred = FALSE,
    load_id = $load_id
FROM (
    SELECT DISTINCT ON (incoming.customer_id) incoming.*
    FROM pg_temp.incoming AS incoming
    JOIN business.dim_customer AS placeholder ON placeholder.customer_id = incoming.customer_id AND placeholder.is_inferred
    WHERE NOT incoming.is_delete
    ORDER BY incoming.customer_id, incoming.effective_at
) AS src
WHERE tgt.customer_id = src.customer_id
  AND tgt.is_inferred;

-- find-late-rows: Rows older than the member's stored history, and whether that history says the same.
CREATE TEMP TABLE late ON COMMIT DROP AS
SELECT src.*,
       CASE WHEN src.is_delete
            THEN NOT EXISTS (
                SELECT 1
                FROM business.dim_customer AS tgt
                WHERE tgt.customer_id = src.customer_id
                  AND tgt.valid_from <= src.effective_at AND (nullif(tgt.valid_to, date '9999-12-31') + 1 IS NULL OR src.effective_at < nullif(tgt.valid_to, date '9999-12-31') + 1)
                  AND src.effective_at NOT IN (tgt.valid_from, coalesce(tgt.changed_at, tgt.valid_from))
            )
            ELSE EXISTS (
                SELECT 1
                FROM business.dim_customer AS tgt
                WHERE tgt.customer_id = src.customer_id
                  AND tgt.valid_from <= src.effective_at AND (nullif(tgt.valid_to, date '9999-12-31') + 1 IS NULL OR src.effective_at < nullif(tgt.valid_to, date '9999-12-31') + 1)
                  AND NOT (tgt.city IS DISTINCT FROM src.city)
            )
       END AS is_known
FROM pg_temp.incoming AS src
WHERE EXISTS (
    SELECT 1
    FROM business.dim_customer AS tgt
    WHERE tgt.customer_id = src.customer_id
      AND NOT tgt.is_inferred
      AND (tgt.valid_from > src.effective_at
           OR nullif(tgt.valid_to, date '9999-12-31') + 1 > src.effective_at
           OR (tgt.is_current
               AND coalesce(tgt.changed_at, tgt.valid_from) >= src.effective_at
               AND (src.is_delete
                    OR tgt.city IS DISTINCT FROM src.city)))
);

-- count-late-rows: Late rows that the stored history agrees with change nothing.
SELECT count(*) AS late_rows,
       count(*) FILTER (WHERE is_known) AS accepted
FROM pg_temp.late;

-- reject-late-rows: What contradicts newer history is kept aside, never silently dropped.
-- only if: late_rows > 0
INSERT INTO warehouse.reject (load_id, target, file, line, column_name, reason, raw_row)
SELECT $load_id,
       $target,
       CAST($path AS text),
       src.source_line,
       NULL,
       'late: the stored history of the member is newer and differs (' || 'customer_id = ' || CAST(src.customer_id AS text) || ')',
       CAST(to_json(src.*) AS text)
FROM pg_temp.late AS src
WHERE NOT src.is_known;

-- leave-late-rows: They take no further part.
-- only if: late_rows > 0
DELETE FROM pg_temp.incoming AS src
WHERE EXISTS (SELECT 1 FROM pg_temp.late AS late WHERE late.source_line = src.source_line);

-- count-incoming: The rows that will be compared.
SELECT count(*) AS accepted FROM pg_temp.incoming;

-- find-touched-members: New members, returning members, and members with a changed value.
CREATE TEMP TABLE touched ON COMMIT DROP AS
SELECT DISTINCT src.customer_id
FROM pg_temp.incoming AS src
LEFT JOIN business.dim_customer AS tgt ON tgt.customer_id = src.customer_id AND tgt.is_current
WHERE tgt.customer_key IS NULL
      OR src.is_delete
      OR tgt.city IS DISTINCT FROM src.city
      OR (tgt.email IS DISTINCT FROM src.email AND src.effective_at >= coalesce(tgt.changed_at, tgt.valid_from));

-- count-touched-members: Without any the merge ends here.
SELECT count(*) AS touched_members FROM pg_temp.touched;

-- analyze-touched: The planner has to know how many members are rewritten.
-- only if: touched_members > 0
ANALYZE pg_temp.touched;

-- build-timeline: The latest stored version of each touched member, its end, and the batch's events, in order.
-- only if: touched_members > 0
CREATE TEMP TABLE timeline ON COMMIT DROP AS
WITH latest_version AS (
    SELECT DISTINCT ON (tgt.customer_id) tgt.*
    FROM business.dim_customer AS tgt
    JOIN pg_temp.touched AS touched ON tgt.customer_id = touched.customer_id
    ORDER BY tgt.customer_id, tgt.version DESC
),
happenings AS (
    SELECT latest_version.valid_from AS happens_at,
           0 AS precedence,
           'stored' AS kind,
           FALSE AS is_delete,
           latest_version.version AS stored_version,
           coalesce(latest_version.changed_at, latest_version.valid_from) AS stored_change,
           latest_version.customer_key,
           latest_version.customer_id,
           latest_version.email,
           latest_version.city
    FROM latest_version
    UNION ALL
    SELECT nullif(latest_version.valid_to, date '9999-12-31') + 1, 1, 'ended', TRUE, NULL, NULL, NULL, latest_version.customer_id, NULL, NULL
    FROM latest_version
    WHERE nullif(latest_version.valid_to, date '9999-12-31') + 1 IS NOT NULL
    UNION ALL
    SELECT src.effective_at, 2, 'event', src.is_delete, NULL, NULL, NULL, src.customer_id, src.email, src.city
    FROM pg_temp.incoming AS src
    JOIN pg_temp.touched AS touched ON src.customer_id = touched.customer_id
),
-- Ended and begun at the same instant: nothing ended.
without_undone_ends AS (
    SELECT src.happens_at,
           src.precedence,
           src.kind,
           src.is_delete,
           src.stored_version,
           src.stored_change,
           src.customer_key,
           src.customer_id,
           src.email,
           src.city,
           src.kind = 'event' AND NOT src.is_delete AND src.ends_here AS undoes_end
    FROM (
        SELECT src.*,
               bool_or(kind = 'ended') OVER instant AS ends_here,
               bool_or(NOT is_delete) OVER instant AS lives_on
        FROM happenings AS src
        WINDOW instant AS (PARTITION BY src.customer_id, happens_at)
    ) AS src
    WHERE NOT (src.is_delete AND src.kind <> 'stored' AND src.lives_on)
),
-- A second end, or the end of someone never seen, says nothing.
without_idle_ends AS (
    SELECT src.happens_at,
           src.precedence,
           src.kind,
           src.is_delete,
           src.stored_version,
           src.stored_change,
           src.customer_key,
           src.customer_id,
           src.email,
           src.city,
           src.undoes_end
    FROM (
        SELECT src.*,
               lag(is_delete) OVER member AS was_deleted
        FROM without_undone_ends AS src
        WINDOW member AS (PARTITION BY src.customer_id ORDER BY happens_at, precedence)
    ) AS src
    WHERE NOT (src.is_delete AND src.kind <> 'stored' AND coalesce(src.was_deleted, TRUE))
),
-- An event older than the last overwrite leaves that as it is.
without_old_overwrites AS (
    SELECT src.happens_at,
           src.precedence,
           src.kind,
           src.is_delete,
           src.stored_version,
           src.stored_change,
           src.customer_key,
           src.customer_id,
           CASE WHEN kind = 'event' AND happens_at < first_value(stored_change) OVER member THEN first_value(email) OVER member ELSE email END AS email,
           src.city,
           src.undoes_end
    FROM without_idle_ends AS src
    WINDOW member AS (PARTITION BY src.customer_id ORDER BY happens_at, precedence)
),
-- An end carries on the values it found.
carried AS (
    SELECT src.happens_at,
           src.precedence,
           src.kind,
           src.is_delete,
           src.stored_version,
           src.stored_change,
           src.customer_key,
           src.customer_id,
           CASE WHEN is_delete AND kind <> 'stored' THEN lag(email) OVER member ELSE email END AS email,
           CASE WHEN is_delete AND kind <> 'stored' THEN lag(city) OVER member ELSE city END AS city,
           src.undoes_end
    FROM without_old_overwrites AS src
    WINDOW member AS (PARTITION BY src.customer_id ORDER BY happens_at, precedence)
)
SELECT src.*,
       lag(kind) OVER member IS NULL AS is_first,
       NOT is_delete AND kind <> 'stored' AND (
           coalesce(lag(is_delete) OVER member, TRUE)
           OR city IS DISTINCT FROM lag(city) OVER member
       ) AS begins_version,
       is_delete AND kind <> 'stored' AS ends_member,
       NOT is_delete AND NOT coalesce(lag(is_delete) OVER member, TRUE) AND (
           email IS DISTINCT FROM lag(email) OVER member
       ) AS overwrites
FROM carried AS src
WINDOW member AS (PARTITION BY src.customer_id ORDER BY happens_at, precedence);

-- number-versions: Each version with its end: where the next one begins or the member ends.
-- only if: touched_members > 0
CREATE TEMP TABLE versions ON COMMIT DROP AS
WITH boundaries AS (
    SELECT src.kind,
           src.happens_at,
           src.is_delete,
           src.begins_version,
           src.ends_member,
           src.customer_key,
           src.customer_id,
           src.city,
           lead(happens_at) OVER member AS ends_at,
           coalesce(max(stored_version) OVER (PARTITION BY src.customer_id), 0)
               + count(*) FILTER (WHERE begins_version) OVER member AS version_number
    FROM pg_temp.timeline AS src
    WHERE kind = 'stored' OR begins_version OR ends_member
    WINDOW member AS (PARTITION BY src.customer_id ORDER BY happens_at, precedence)
)
SELECT *
FROM boundaries
WHERE kind = 'stored' OR begins_version;

-- analyze-versions: And how many versions.
-- only if: touched_members > 0
ANALYZE pg_temp.versions;

-- find-member-state: Type 0 the earliest value, types 1 and 3 the latest: of the member, or of the version where only the current one is overwritten.
-- only if: touched_members > 0
CREATE TEMP TABLE member_state ON COMMIT DROP AS
SELECT customer_id,
       version_number,
       (array_agg(email ORDER BY happens_at DESC, precedence DESC) FILTER (WHERE NOT is_delete OR kind = 'stored'))[1] AS email,
       max(happens_at) FILTER (WHERE begins_version OR overwrites OR (ends_member AND kind <> 'ended')) AS changed_at,
       bool_or(overwrites) AS is_overwritten
FROM (
         SELECT timeline.*,
                version.version_number
         FROM pg_temp.timeline AS timeline
         JOIN pg_temp.versions AS version ON version.customer_id = timeline.customer_id
             AND (version.ends_at IS NULL OR timeline.happens_at < version.ends_at)
     ) AS seen_by_version
GROUP BY customer_id, version_number;

-- analyze-member-state: And of how many members.
-- only if: touched_members > 0
ANALYZE pg_temp.member_state;

-- close-versions: Stored versions that now end, or no longer end.
-- only if: touched_members > 0
UPDATE business.dim_customer AS tgt
SET valid_to = coalesce(src.ends_at - 1, date '9999-12-31'),
    is_current = src.ends_at IS NULL,
    changed_at = greatest(tgt.changed_at, nullif(tgt.valid_to, date '9999-12-31') + 1),
    load_id = $load_id
FROM pg_temp.versions AS src
WHERE src.kind = 'stored'
  AND tgt.customer_key = src.customer_key
  AND nullif(tgt.valid_to, date '9999-12-31') + 1 IS DISTINCT FROM src.ends_at;

-- insert-versions: New versions, keyed in the order of effective time and natural key.
-- only if: touched_members > 0
INSERT INTO business.dim_customer (customer_key, customer_id, email, city, valid_from, valid_to, is_current, version, changed_at, is_inferred, load_id)
SELECT surrogate_key.last_key + row_number() OVER (ORDER BY src.happens_at, src.customer_id),
       src.customer_id,
       member_state.email,
       src.city,
       src.happens_at,
       coalesce(src.ends_at - 1, date '9999-12-31'),
       src.ends_at IS NULL,
       src.version_number,
       greatest(member_state.changed_at, src.happens_at),
       FALSE,
       $load_id
FROM pg_temp.versions AS src
JOIN pg_temp.member_state AS member_state ON member_state.customer_id = src.customer_id AND member_state.version_number = src.version_number
CROSS JOIN (SELECT last_key FROM warehouse.surrogate_key WHERE target = $target) AS surrogate_key
WHERE src.kind <> 'stored';

-- advance-surrogate-keys: Keys given are never given again.
-- only if: inserted_versions > 0
UPDATE warehouse.surrogate_key
SET last_key = last_key + (SELECT count(*) FROM pg_temp.versions WHERE kind <> 'stored')
WHERE target = $target;

-- overwrite-attributes: Types 1 and 3 hold for all versions of the member, or the current one if so declared.
-- only if: touched_members > 0
UPDATE business.dim_customer AS tgt
SET email = src.email,
    changed_at = src.changed_at,
    load_id = $load_id
FROM pg_temp.member_state AS src
WHERE tgt.customer_id = src.customer_id
  AND tgt.version = src.version_number
  AND (tgt.email IS DISTINCT FROM src.email
       OR (tgt.is_current AND src.is_overwritten AND tgt.changed_at < src.changed_at));

-- count-outcomes: What became of each row.
-- only if: touched_members > 0
SELECT count(*) FILTER (WHERE begins_version AND is_first) AS new_members,
       count(*) FILTER (WHERE begins_version AND NOT is_first) AS new_versions,
       count(*) FILTER (WHERE NOT begins_version AND undoes_end) AS reopened,
       count(*) FILTER (WHERE NOT begins_version AND NOT undoes_end AND kind = 'event' AND overwrites) AS overwritten,
       count(*) FILTER (WHERE ends_member AND kind IN ('event', 'absent')) AS expired,
       count(*) FILTER (WHERE ends_member AND kind = 'absent') AS expired_by_absence
FROM pg_temp.timeline AS timeline;

-- check-current-versions: members would have more than one current version
-- only if: touched_members > 0
SELECT tgt.customer_id
FROM business.dim_customer AS tgt
JOIN pg_temp.touched AS touched ON tgt.customer_id = touched.customer_id
GROUP BY tgt.customer_id
HAVING count(*) FILTER (WHERE tgt.is_current) > 1
LIMIT 20;

-- check-intervals: members would have versions that overlap, are empty or end before they begin
-- only if: touched_members > 0
SELECT DISTINCT customer_id
FROM (
    SELECT tgt.customer_id,
           tgt.valid_from AS begins_at,
           nullif(tgt.valid_to, date '9999-12-31') + 1 AS ends_at,
           lead(tgt.valid_from) OVER (PARTITION BY tgt.customer_id ORDER BY tgt.valid_from, tgt.version) AS next_begins_at
    FROM business.dim_customer AS tgt
    JOIN pg_temp.touched AS touched ON tgt.customer_id = touched.customer_id
) AS version
WHERE begins_at >= ends_at
   OR next_begins_at < ends_at
   OR (next_begins_at IS NOT NULL AND ends_at IS NULL)
LIMIT 20;

-- check-surrogate-keys: surrogate keys would be given twice
-- only if: inserted_versions > 0
SELECT tgt.customer_key
FROM business.dim_customer AS tgt
WHERE tgt.customer_key > (SELECT last_key FROM warehouse.surrogate_key WHERE target = $target)
LIMIT 20;
