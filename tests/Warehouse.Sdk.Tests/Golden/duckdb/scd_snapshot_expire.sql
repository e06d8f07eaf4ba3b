-- warehouse-sdk: merge business.dim_customer

-- reject-incomplete-rows: A row without a key or a time belongs to no member.
INSERT INTO warehouse.reject (load_id, target, file, line, column_name, reason, raw_row)
SELECT $load_id,
       $target,
       $path,
       src.source_line,
       concat_ws(', ', CASE WHEN src.customer_id IS NULL THEN 'customer_id' END, CASE WHEN src.changed_at IS NULL THEN 'changed_at' END),
       'natural key or effective time is NULL',
       CAST(to_json(src) AS VARCHAR)
FROM temp.staged AS src
WHERE src.customer_id IS NULL OR src.changed_at IS NULL;

-- find-news: Members of whom a row says something that their open version does not; of all others nothing has to be known.
CREATE TEMP TABLE news AS
SELECT DISTINCT src.customer_id
FROM temp.staged AS src
LEFT JOIN business.dim_customer AS tgt ON tgt.customer_id = src.customer_id AND tgt.is_current
WHERE src.customer_id IS NOT NULL AND src.changed_at IS NOT NULL
  AND (tgt.customer_key IS NULL
       OR tgt.is_inferred
       OR CAST(src.changed_at AS TIMESTAMP) < tgt.valid_from
       OR lower(tgt.city) IS DISTINCT FROM lower(rtrim(src.city))
       OR tgt.store_id IS DISTINCT FROM src.store_id
       OR tgt.first_name IS DISTINCT FROM src.first_name
       OR tgt.email IS DISTINCT FROM src.email
       OR tgt.segment IS DISTINCT FROM src.segment);

-- normalise-rows: Brings every value to the form it is compared and stored in.
CREATE TEMP TABLE events AS
SELECT src.customer_id,
       CAST(src.changed_at AS TIMESTAMP) AS effective_at,
       FALSE AS is_delete,
       src.created_on AS created_on,
       src.first_name AS first_name,
       src.email AS email,
       rtrim(src.city) AS city,
       src.store_id AS store_id,
       src.segment AS segment,
       src.source_line
FROM temp.staged AS src
JOIN temp.news AS news ON news.customer_id = src.customer_id
WHERE src.customer_id IS NOT NULL AND src.changed_at IS NOT NULL;

-- count-set-aside: The rows of all other members agree with what is stored.
SELECT (SELECT count(*) FROM temp.staged AS src WHERE src.customer_id IS NOT NULL AND src.changed_at IS NOT NULL)
     - (SELECT count(*) FROM temp.events) AS accepted;

-- find-repeated-keys: Keys that stand in the batch more than once; usually none.
CREATE TEMP TABLE repeated AS
SELECT src.customer_id,
       src.effective_at,
       count(*) AS copies
FROM temp.events AS src
GROUP BY ALL
HAVING count(*) > 1;

-- count-repeated-keys: Whether anything has to be decided at all.
SELECT count(*) AS repeated_keys FROM temp.repeated;

-- decide-repeated-rows: Exact copies collapse into one.
-- only if: repeated_keys > 0
CREATE TEMP TABLE decided AS
SELECT src.customer_id,
       src.effective_at,
       src.is_delete,
       src.created_on,
       src.first_name,
       src.email,
       min(src.city) AS city,
       src.store_id,
       src.segment,
       min(src.source_line) AS source_line
FROM temp.events AS src
JOIN temp.repeated AS repeated ON repeated.customer_id = src.customer_id AND repeated.effective_at = src.effective_at
GROUP BY src.customer_id,
         src.effective_at,
         src.is_delete,
         src.created_on,
         src.first_name,
         src.email,
         lower(src.city),
         src.store_id,
         src.segment;

-- find-conflicts: Keys that are still there with different values.
-- only if: repeated_keys > 0
CREATE TEMP TABLE conflicts AS
SELECT src.customer_id,
       src.effective_at,
       concat_ws(', ', CASE WHEN min(src.is_delete) IS DISTINCT FROM max(src.is_delete) OR count(src.is_delete) NOT IN (0, count(*)) THEN 'is_delete' END,
                       CASE WHEN min(src.created_on) IS DISTINCT FROM max(src.created_on) OR count(src.created_on) NOT IN (0, count(*)) THEN 'created_on' END,
                       CASE WHEN min(src.first_name) IS DISTINCT FROM max(src.first_name) OR count(src.first_name) NOT IN (0, count(*)) THEN 'first_name' END,
                       CASE WHEN min(src.email) IS DISTINCT FROM max(src.email) OR count(src.email) NOT IN (0, count(*)) THEN 'email' END,
                       CASE WHEN min(lower(src.city)) IS DISTINCT FROM max(lower(src.city)) OR count(src.city) NOT IN (0, count(*)) THEN 'city' END,
                       CASE WHEN min(src.store_id) IS DISTINCT FROM max(src.store_id) OR count(src.store_id) NOT IN (0, count(*)) THEN 'store_id' END,
                       CASE WHEN min(src.segment) IS DISTINCT FROM max(src.segment) OR count(src.segment) NOT IN (0, count(*)) THEN 'segment' END) AS differing_columns
FROM temp.decided AS src
WHERE NOT src.is_delete
GROUP BY src.customer_id,
         src.effective_at
HAVING count(*) > 1;

-- reject-conflicting-rows: None of them can be chosen, so all are kept aside.
-- only if: repeated_keys > 0
INSERT INTO warehouse.reject (load_id, target, file, line, column_name, reason, raw_row)
SELECT $load_id,
       $target,
       $path,
       src.source_line,
       conflicts.differing_columns,
       'several rows of one member have one effective time and different values (' || 'customer_id = ' || CAST(src.customer_id AS VARCHAR) || ', ' || 'effective_at = ' || CAST(src.effective_at AS VARCHAR) || ')',
       CAST(to_json(src) AS VARCHAR)
FROM temp.events AS src
JOIN temp.conflicts AS conflicts ON conflicts.customer_id = src.customer_id AND conflicts.effective_at = src.effective_at;

-- take-incoming: The rows whose key stands in the batch once.
CREATE TEMP TABLE incoming AS
SELECT src.customer_id,
       src.effective_at,
       src.is_delete,
       src.created_on,
       src.first_name,
       src.email,
       src.city,
       src.store_id,
       src.segment,
       src.source_line
FROM temp.events AS src
WHERE NOT EXISTS (SELECT 1 FROM temp.repeated AS repeated WHERE repeated.customer_id = src.customer_id AND repeated.effective_at = src.effective_at);

-- take-decided-rows: And the one row that was chosen for a repeated key.
-- only if: repeated_keys > 0
INSERT INTO temp.incoming
SELECT src.customer_id,
       src.effective_at,
       src.is_delete,
       src.created_on,
       src.first_name,
       src.email,
       src.city,
       src.store_id,
       src.segment,
       src.source_line
FROM temp.decided AS src
WHERE NOT EXISTS (SELECT 1 FROM temp.conflicts AS conflicts WHERE conflicts.customer_id = src.customer_id AND conflicts.effective_at = src.effective_at);

-- count-duplicates: Copies that collapsed and rows that were superseded.
-- only if: repeated_keys > 0
SELECT (SELECT CAST(coalesce(sum(repeated.copies), 0) AS BIGINT)
        FROM temp.repeated AS repeated
        WHERE NOT EXISTS (SELECT 1 FROM temp.conflicts AS conflicts WHERE conflicts.customer_id = repeated.customer_id AND conflicts.effective_at = repeated.effective_at))
     - (SELECT count(*)
        FROM temp.decided AS decided
        WHERE NOT EXISTS (SELECT 1 FROM temp.conflicts AS conflicts WHERE conflicts.customer_id = decided.customer_id AND conflicts.effective_at = decided.effective_at)) AS duplicates;

-- date-returns: A member back in the snapshot with its old time returned at the snapshot's time.
UPDATE temp.incoming AS src
SET effective_at = CAST($as_of AS TIMESTAMP)
WHERE EXISTS (
    SELECT 1
    FROM business.dim_customer AS tgt
    WHERE tgt.customer_id = src.customer_id
      AND tgt.valid_to >= src.effective_at
      AND NOT EXISTS (SELECT 1 FROM business.dim_customer AS open_version WHERE open_version.customer_id = src.customer_id AND open_version.is_current)
);

-- resolve-inferred-members: The first real event overwrites a placeholder in place and keeps its surrogate key.
UPDATE business.dim_customer AS tgt
SET created_on = src.created_on,
    first_name = src.first_name,
    email = src.email,
    city = src.city,
    store_id = src.store_id,
    segment = src.segment,
    valid_from = least(tgt.valid_from, src.effective_at),
    changed_at = src.effective_at,
    is_inferred = FALSE,
    load_id = $load_id
FROM (
    SELECT incoming.*
    FROM temp.incoming AS incoming
    JOIN business.dim_customer AS placeholder ON placeholder.customer_id = incoming.customer_id AND placeholder.is_inferred
    WHERE NOT incoming.is_delete
    QUALIFY row_number() OVER (PARTITION BY incoming.customer_id ORDER BY incoming.effective_at) = 1
) AS src
WHERE tgt.customer_id = src.customer_id
  AND tgt.is_inferred;

-- find-late-rows: Rows older than the member's stored history, and whether that history says the same.
CREATE TEMP TABLE late AS
SELECT src.*,
       CASE WHEN src.is_delete
            THEN NOT EXISTS (
                SELECT 1
                FROM business.dim_customer AS tgt
                WHERE tgt.customer_id = src.customer_id
                  AND tgt.valid_from <= src.effective_at AND (tgt.valid_to IS NULL OR src.effective_at < tgt.valid_to)
                  AND src.effective_at NOT IN (tgt.valid_from, coalesce(tgt.changed_at, tgt.valid_from))
            )
            ELSE EXISTS (
                SELECT 1
                FROM business.dim_customer AS tgt
                WHERE tgt.customer_id = src.customer_id
                  AND tgt.valid_from <= src.effective_at AND (tgt.valid_to IS NULL OR src.effective_at < tgt.valid_to)
                  AND NOT (lower(tgt.city) IS DISTINCT FROM lower(src.city)
                           OR tgt.store_id IS DISTINCT FROM src.store_id)
            )
       END AS is_known
FROM temp.incoming AS src
WHERE EXISTS (
    SELECT 1
    FROM business.dim_customer AS tgt
    WHERE tgt.customer_id = src.customer_id
      AND NOT tgt.is_inferred
      AND (tgt.valid_from > src.effective_at
           OR tgt.valid_to > src.effective_at
           OR (tgt.is_current
               AND coalesce(tgt.changed_at, tgt.valid_from) >= src.effective_at
               AND (src.is_delete
                    OR lower(tgt.city) IS DISTINCT FROM lower(src.city)
                    OR tgt.store_id IS DISTINCT FROM src.store_id)))
);

-- count-late-rows: Late rows that the stored history agrees with change nothing.
SELECT count(*) AS late_rows,
       count(*) FILTER (WHERE is_known) AS accepted
FROM temp.late;

-- reject-late-rows: What contradicts newer history is kept aside, never silently dropped.
-- only if: late_rows > 0
INSERT INTO warehouse.reject (load_id, target, file, line, column_name, reason, raw_row)
SELECT $load_id,
       $target,
       $path,
       src.source_line,
       NULL,
       'late: the stored history of the member is newer and differs (' || 'customer_id = ' || CAST(src.customer_id AS VARCHAR) || ')',
       CAST(to_json(src) AS VARCHAR)
FROM temp.late AS src
WHERE NOT src.is_known;

-- leave-late-rows: They take no further part.
-- only if: late_rows > 0
DELETE FROM temp.incoming AS src
WHERE EXISTS (SELECT 1 FROM temp.late AS late WHERE late.source_line = src.source_line);

-- count-incoming: The rows that will be compared.
SELECT count(*) AS accepted FROM temp.incoming;

-- guard-rejected-rows: rows of a full snapshot were rejected, so nobody can tell which members are really absent; correct them, or load the batch as a delta
SELECT count(*) AS rejected_rows
FROM warehouse.reject
WHERE load_id = $load_id
HAVING count(*) > 0;

-- find-absent-members: Current members that the snapshot no longer holds.
CREATE TEMP TABLE absent AS
SELECT tgt.customer_id
FROM business.dim_customer AS tgt
WHERE tgt.is_current AND tgt.customer_key > 0 AND NOT tgt.is_inferred
  AND NOT EXISTS (SELECT 1 FROM temp.staged AS src WHERE src.customer_id = tgt.customer_id);

-- guard-empty-snapshot: the full snapshot is empty; allow it in WhenAbsent if that is meant
SELECT count(*) AS current_members
FROM business.dim_customer AS tgt
WHERE tgt.is_current AND tgt.customer_key > 0 AND NOT tgt.is_inferred
  AND NOT EXISTS (SELECT 1 FROM temp.staged)
HAVING count(*) > 0;

-- guard-halved-snapshot: the full snapshot would expire more than 0.5 of the current members; raise maxExpireFraction in WhenAbsent if that is meant
SELECT count(*) AS current_members,
       (SELECT count(*) FROM temp.absent) AS absent_members
FROM business.dim_customer AS tgt
WHERE tgt.is_current AND tgt.customer_key > 0 AND NOT tgt.is_inferred
HAVING (SELECT count(*) FROM temp.absent) > 0.5 * count(*);

-- find-touched-members: New members, returning members, and members with a changed value.
CREATE TEMP TABLE touched AS
SELECT DISTINCT src.customer_id
FROM temp.incoming AS src
LEFT JOIN business.dim_customer AS tgt ON tgt.customer_id = src.customer_id AND tgt.is_current
WHERE tgt.customer_key IS NULL
      OR src.is_delete
      OR lower(tgt.city) IS DISTINCT FROM lower(src.city)
      OR tgt.store_id IS DISTINCT FROM src.store_id
      OR (tgt.first_name IS DISTINCT FROM src.first_name AND src.effective_at >= coalesce(tgt.changed_at, tgt.valid_from))
      OR (tgt.email IS DISTINCT FROM src.email AND src.effective_at >= coalesce(tgt.changed_at, tgt.valid_from))
      OR (tgt.segment IS DISTINCT FROM src.segment AND src.effective_at >= coalesce(tgt.changed_at, tgt.valid_from))
UNION
SELECT absent.customer_id
FROM temp.absent AS absent;

-- count-touched-members: Without any the merge ends here.
SELECT count(*) AS touched_members FROM temp.touched;

-- build-timeline: The latest stored version of each touched member, its end, and the batch's events, in order.
-- only if: touched_members > 0
CREATE TEMP TABLE timeline AS
WITH latest_version AS (
    SELECT tgt.*
    FROM business.dim_customer AS tgt
    JOIN temp.touched AS touched ON tgt.customer_id = touched.customer_id
    QUALIFY row_number() OVER (PARTITION BY tgt.customer_id ORDER BY tgt.version DESC) = 1
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
           latest_version.created_on,
           latest_version.first_name,
           latest_version.email,
           latest_version.city,
           latest_version.store_id,
           latest_version.segment,
           latest_version.previous_segment
    FROM latest_version
    UNION ALL
    SELECT latest_version.valid_to, 1, 'ended', TRUE, NULL, NULL, NULL, latest_version.customer_id, NULL, NULL, NULL, NULL, NULL, NULL, NULL
    FROM latest_version
    WHERE latest_version.valid_to IS NOT NULL
    UNION ALL
    SELECT src.effective_at, 2, 'event', src.is_delete, NULL, NULL, NULL, src.customer_id, src.created_on, src.first_name, src.email, src.city, src.store_id, src.segment, NULL
    FROM temp.incoming AS src
    JOIN temp.touched AS touched ON src.customer_id = touched.customer_id
    UNION ALL
    SELECT CAST($as_of AS TIMESTAMP), 2, 'absent', TRUE, NULL, NULL, NULL, absent.customer_id, NULL, NULL, NULL, NULL, NULL, NULL, NULL
    FROM temp.absent AS absent
),
-- Ended and begun at the same instant: nothing ended.
without_undone_ends AS (
    SELECT src.*,
           kind = 'event' AND NOT is_delete AND bool_or(kind = 'ended') OVER (PARTITION BY src.customer_id, happens_at) AS undoes_end
    FROM happenings AS src
    QUALIFY NOT (is_delete AND kind <> 'stored' AND bool_or(NOT is_delete) OVER (PARTITION BY src.customer_id, happens_at))
),
-- A second end, or the end of someone never seen, says nothing.
without_idle_ends AS (
    SELECT src.*
    FROM without_undone_ends AS src
    WINDOW member AS (PARTITION BY src.customer_id ORDER BY happens_at, precedence)
    QUALIFY NOT (is_delete AND kind <> 'stored' AND coalesce(lag(is_delete) OVER member, TRUE))
),
-- An event older than the last overwrite leaves that as it is.
without_old_overwrites AS (
    SELECT src.* REPLACE (
        CASE WHEN kind = 'event' AND happens_at < first_value(stored_change) OVER member THEN first_value(first_name) OVER member ELSE first_name END AS first_name,
        CASE WHEN kind = 'event' AND happens_at < first_value(stored_change) OVER member THEN first_value(email) OVER member ELSE email END AS email,
        CASE WHEN kind = 'event' AND happens_at < first_value(stored_change) OVER member THEN first_value(segment) OVER member ELSE segment END AS segment
    )
    FROM without_idle_ends AS src
    WINDOW member AS (PARTITION BY src.customer_id ORDER BY happens_at, precedence)
),
-- An end carries on the values it found.
carried AS (
    SELECT src.* REPLACE (
        CASE WHEN is_delete AND kind <> 'stored' THEN lag(created_on) OVER member ELSE created_on END AS created_on,
        CASE WHEN is_delete AND kind <> 'stored' THEN lag(first_name) OVER member ELSE first_name END AS first_name,
        CASE WHEN is_delete AND kind <> 'stored' THEN lag(email) OVER member ELSE email END AS email,
        CASE WHEN is_delete AND kind <> 'stored' THEN lag(city) OVER member ELSE city END AS city,
        CASE WHEN is_delete AND kind <> 'stored' THEN lag(store_id) OVER member ELSE store_id END AS store_id,
        CASE WHEN is_delete AND kind <> 'stored' THEN lag(segment) OVER member ELSE segment END AS segment
    )
    FROM without_old_overwrites AS src
    WINDOW member AS (PARTITION BY src.customer_id ORDER BY happens_at, precedence)
)
SELECT src.*,
       lag(kind) OVER member IS NULL AS is_first,
       NOT is_delete AND kind <> 'stored' AND (
           coalesce(lag(is_delete) OVER member, TRUE)
           OR lower(city) IS DISTINCT FROM lower(lag(city) OVER member)
           OR store_id IS DISTINCT FROM lag(store_id) OVER member
       ) AS begins_version,
       is_delete AND kind <> 'stored' AS ends_member,
       NOT is_delete AND NOT coalesce(lag(is_delete) OVER member, TRUE) AND (
           first_name IS DISTINCT FROM lag(first_name) OVER member
           OR email IS DISTINCT FROM lag(email) OVER member
           OR segment IS DISTINCT FROM lag(segment) OVER member
       ) AS overwrites,
       lag(kind) OVER member IS NOT NULL AND segment IS DISTINCT FROM lag(segment) OVER member AS segment_changes
FROM carried AS src
WINDOW member AS (PARTITION BY src.customer_id ORDER BY happens_at, precedence);

-- number-versions: Each version with its end: where the next one begins or the member ends.
-- only if: touched_members > 0
CREATE TEMP TABLE versions AS
WITH boundaries AS (
    SELECT src.*,
           lead(happens_at) OVER member AS ends_at,
           coalesce(max(stored_version) OVER (PARTITION BY src.customer_id), 0)
               + count(*) FILTER (WHERE begins_version) OVER member AS version_number
    FROM temp.timeline AS src
    WHERE kind = 'stored' OR begins_version OR ends_member
    WINDOW member AS (PARTITION BY src.customer_id ORDER BY happens_at, precedence)
)
SELECT *
FROM boundaries
WHERE kind = 'stored' OR begins_version;

-- find-member-state: Type 0 the earliest value, types 1 and 3 the latest: of the member, or of the version where only the current one is overwritten.
-- only if: touched_members > 0
CREATE TEMP TABLE member_state AS
SELECT customer_id,
       first(created_on ORDER BY happens_at, precedence) FILTER (WHERE NOT is_delete OR kind = 'stored') AS created_on,
       last(first_name ORDER BY happens_at, precedence) FILTER (WHERE NOT is_delete OR kind = 'stored') AS first_name,
       last(email ORDER BY happens_at, precedence) FILTER (WHERE NOT is_delete OR kind = 'stored') AS email,
       last(segment ORDER BY happens_at, precedence) FILTER (WHERE is_first OR segment_changes) AS segment,
       CASE WHEN bool_or(segment_changes)
            THEN list(segment ORDER BY happens_at, precedence) FILTER (WHERE is_first OR segment_changes)[-2]
            ELSE last(previous_segment ORDER BY happens_at, precedence) FILTER (WHERE kind = 'stored')
       END AS previous_segment,
       max(happens_at) FILTER (WHERE begins_version OR overwrites OR (ends_member AND kind <> 'ended')) AS changed_at,
       bool_or(overwrites) AS is_overwritten
FROM temp.timeline
GROUP BY customer_id;

-- close-versions: Stored versions that now end, or no longer end.
-- only if: touched_members > 0
UPDATE business.dim_customer AS tgt
SET valid_to = src.ends_at,
    is_current = src.ends_at IS NULL,
    changed_at = greatest(tgt.changed_at, tgt.valid_to),
    load_id = $load_id
FROM temp.versions AS src
WHERE src.kind = 'stored'
  AND tgt.customer_key = src.customer_key
  AND tgt.valid_to IS DISTINCT FROM src.ends_at;

-- insert-versions: New versions, keyed in the order of effective time and natural key.
-- only if: touched_members > 0
INSERT INTO business.dim_customer (customer_key, customer_id, created_on, first_name, email, city, store_id, segment, previous_segment, valid_from, valid_to, is_current, version, changed_at, is_inferred, load_id)
SELECT surrogate_key.last_key + row_number() OVER (ORDER BY src.happens_at, src.customer_id),
       src.customer_id,
       member_state.created_on,
       member_state.first_name,
       member_state.email,
       src.city,
       src.store_id,
       member_state.segment,
       member_state.previous_segment,
       CASE WHEN src.version_number = 1 THEN least(src.happens_at, TIMESTAMP '2000-01-01 00:00:00.000000') ELSE src.happens_at END,
       src.ends_at,
       src.ends_at IS NULL,
       src.version_number,
       greatest(member_state.changed_at, src.happens_at),
       FALSE,
       $load_id
FROM temp.versions AS src
JOIN temp.member_state AS member_state ON member_state.customer_id = src.customer_id
CROSS JOIN (SELECT last_key FROM warehouse.surrogate_key WHERE target = $target) AS surrogate_key
WHERE src.kind <> 'stored';

-- advance-surrogate-keys: Keys given are never given again.
-- only if: inserted_versions > 0
UPDATE warehouse.surrogate_key
SET last_key = last_key + (SELECT count(*) FROM temp.versions WHERE kind <> 'stored')
WHERE target = $target;

-- overwrite-attributes: Types 1 and 3 hold for all versions of the member, or the current one if so declared.
-- only if: touched_members > 0
UPDATE business.dim_customer AS tgt
SET first_name = src.first_name,
    email = src.email,
    segment = src.segment,
    previous_segment = src.previous_segment,
    changed_at = src.changed_at,
    load_id = $load_id
FROM temp.member_state AS src
WHERE tgt.customer_id = src.customer_id
  AND (tgt.first_name IS DISTINCT FROM src.first_name
       OR tgt.email IS DISTINCT FROM src.email
       OR tgt.segment IS DISTINCT FROM src.segment
       OR tgt.previous_segment IS DISTINCT FROM src.previous_segment
       OR (tgt.is_current AND src.is_overwritten AND tgt.changed_at < src.changed_at));

-- count-outcomes: What became of each row.
-- only if: touched_members > 0
SELECT count(*) FILTER (WHERE begins_version AND is_first) AS new_members,
       count(*) FILTER (WHERE begins_version AND NOT is_first) AS new_versions,
       count(*) FILTER (WHERE NOT begins_version AND undoes_end) AS reopened,
       count(*) FILTER (WHERE NOT begins_version AND NOT undoes_end AND kind = 'event' AND overwrites) AS overwritten,
       count(*) FILTER (WHERE ends_member AND kind IN ('event', 'absent')) AS expired,
       count(*) FILTER (WHERE ends_member AND kind = 'absent') AS expired_by_absence
FROM temp.timeline AS timeline;

-- check-current-versions: members would have more than one current version
-- only if: touched_members > 0
SELECT tgt.customer_id
FROM business.dim_customer AS tgt
JOIN temp.touched AS touched ON tgt.customer_id = touched.customer_id
GROUP BY tgt.customer_id
HAVING count(*) FILTER (WHERE tgt.is_current) > 1
LIMIT 20;

-- check-intervals: members would have versions that overlap, are empty or end before they begin
-- only if: touched_members > 0
SELECT DISTINCT customer_id
FROM (
    SELECT tgt.customer_id,
           tgt.valid_from AS begins_at,
           tgt.valid_to AS ends_at,
           lead(tgt.valid_from) OVER (PARTITION BY tgt.customer_id ORDER BY tgt.valid_from, tgt.version) AS next_begins_at
    FROM business.dim_customer AS tgt
    JOIN temp.touched AS touched ON tgt.customer_id = touched.customer_id
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
   OR tgt.customer_key IN (
       SELECT repeated.customer_key
       FROM business.dim_customer AS repeated
       JOIN temp.touched AS touched ON repeated.customer_id = touched.customer_id
       GROUP BY repeated.customer_key
       HAVING count(*) > 1
   )
LIMIT 20;
