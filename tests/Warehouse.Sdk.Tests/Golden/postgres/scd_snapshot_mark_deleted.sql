-- warehouse-sdk: merge business.dim_product

-- reject-incomplete-rows: A row without a key or a time belongs to no member.
INSERT INTO warehouse.reject (load_id, target, file, line, column_name, reason, raw_row)
SELECT $load_id,
       $target,
       CAST($path AS text),
       src.source_line,
       array_to_string(ARRAY[CASE WHEN src.sku IS NULL THEN 'sku' END], ', '),
       'natural key or effective time is NULL',
       CAST(to_json(src.*) AS text)
FROM pg_temp.staged AS src
WHERE src.sku IS NULL;

-- find-news: Members of whom a row says something that their open version does not; of all others nothing has to be known.
CREATE TEMP TABLE news ON COMMIT DROP AS
SELECT DISTINCT src.sku
FROM pg_temp.staged AS src
LEFT JOIN business.dim_product AS tgt ON tgt.sku = src.sku AND tgt.is_current
WHERE src.sku IS NOT NULL
  AND (tgt.product_key IS NULL
       OR tgt.is_inferred
       OR tgt.is_deleted
       OR CAST($as_of AS timestamp) < tgt.valid_from
       OR tgt.title IS DISTINCT FROM src.title);

-- normalise-rows: Brings every value to the form it is compared and stored in.
CREATE TEMP TABLE events ON COMMIT DROP AS
SELECT src.sku,
       CAST($as_of AS timestamp) AS effective_at,
       FALSE AS is_delete,
       src.title AS title,
       src.source_line
FROM pg_temp.staged AS src
JOIN pg_temp.news AS news ON news.sku = src.sku
WHERE src.sku IS NOT NULL;

-- count-set-aside: The rows of all other members agree with what is stored.
SELECT (SELECT count(*) FROM pg_temp.staged AS src WHERE src.sku IS NOT NULL)
     - (SELECT count(*) FROM pg_temp.events) AS accepted;

-- find-repeated-keys: Keys that stand in the batch more than once; usually none.
CREATE TEMP TABLE repeated ON COMMIT DROP AS
SELECT src.sku,
       src.effective_at,
       count(*) AS copies
FROM pg_temp.events AS src
GROUP BY src.sku, src.effective_at
HAVING count(*) > 1;

-- count-repeated-keys: Whether anything has to be decided at all.
SELECT count(*) AS repeated_keys FROM pg_temp.repeated;

-- decide-repeated-rows: Exact copies collapse into one.
-- only if: repeated_keys > 0
CREATE TEMP TABLE decided ON COMMIT DROP AS
SELECT src.sku,
       src.effective_at,
       src.is_delete,
       src.title,
       min(src.source_line) AS source_line
FROM pg_temp.events AS src
JOIN pg_temp.repeated AS repeated ON repeated.sku = src.sku AND repeated.effective_at = src.effective_at
GROUP BY src.sku,
         src.effective_at,
         src.is_delete,
         src.title;

-- find-conflicts: Keys that are still there with different values.
-- only if: repeated_keys > 0
CREATE TEMP TABLE conflicts ON COMMIT DROP AS
SELECT src.sku,
       src.effective_at,
       array_to_string(ARRAY[CASE WHEN count(DISTINCT src.is_delete) > 1 OR count(src.is_delete) NOT IN (0, count(*)) THEN 'is_delete' END,
                             CASE WHEN count(DISTINCT src.title) > 1 OR count(src.title) NOT IN (0, count(*)) THEN 'title' END], ', ') AS differing_columns
FROM pg_temp.decided AS src
WHERE NOT src.is_delete
GROUP BY src.sku,
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
       'several rows of one member have one effective time and different values (' || 'sku = ' || CAST(src.sku AS text) || ', ' || 'effective_at = ' || CAST(src.effective_at AS text) || ')',
       CAST(to_json(src.*) AS text)
FROM pg_temp.events AS src
JOIN pg_temp.conflicts AS conflicts ON conflicts.sku = src.sku AND conflicts.effective_at = src.effective_at;

-- take-incoming: The rows whose key stands in the batch once.
CREATE TEMP TABLE incoming ON COMMIT DROP AS
SELECT src.sku,
       src.effective_at,
       src.is_delete,
       src.title,
       src.source_line
FROM pg_temp.events AS src
WHERE NOT EXISTS (SELECT 1 FROM pg_temp.repeated AS repeated WHERE repeated.sku = src.sku AND repeated.effective_at = src.effective_at);

-- take-decided-rows: And the one row that was chosen for a repeated key.
-- only if: repeated_keys > 0
INSERT INTO pg_temp.incoming
SELECT src.sku,
       src.effective_at,
       src.is_delete,
       src.title,
       src.source_line
FROM pg_temp.decided AS src
WHERE NOT EXISTS (SELECT 1 FROM pg_temp.conflicts AS conflicts WHERE conflicts.sku = src.sku AND conflicts.effective_at = src.effective_at);

-- analyze-incoming: The planner has to know how large the batch is.
ANALYZE pg_temp.incoming;

-- count-duplicates: Copies that collapsed and rows that were superseded.
-- only if: repeated_keys > 0
SELECT (SELECT CAST(coalesce(sum(repeated.copies), 0) AS bigint)
        FROM pg_temp.repeated AS repeated
        WHERE NOT EXISTS (SELECT 1 FROM pg_temp.conflicts AS conflicts WHERE conflicts.sku = repeated.sku AND conflicts.effective_at = repeated.effective_at))
     - (SELECT count(*)
        FROM pg_temp.decided AS decided
        WHERE NOT EXISTS (SELECT 1 FROM pg_temp.conflicts AS conflicts WHERE conflicts.sku = decided.sku AND conflicts.effective_at = decided.effective_at)) AS duplicates;

-- check-key-length: natural keys longer than 2,600 bytes cannot be indexed by PostgreSQL; shorten them in the source or declare a shorter text
SELECT src.source_line,
       coalesce(octet_length(src.sku), 0) AS key_bytes
FROM pg_temp.incoming AS src
WHERE coalesce(octet_length(src.sku), 0) > 2600
ORDER BY src.source_line
LIMIT 20;

-- resolve-inferred-members: The first real event overwrites a placeholder in place and keeps its surrogate key.
UPDATE business.dim_product AS tgt
SET title = src.title,
    valid_from = least(tgt.valid_from, src.effective_at),
    changed_at = src.effective_at,
    is_inferred = FALSE,
    load_id = $load_id
FROM (
    SELECT DISTINCT ON (incoming.sku) incoming.*
    FROM pg_temp.incoming AS incoming
    JOIN business.dim_product AS placeholder ON placeholder.sku = incoming.sku AND placeholder.is_inferred
    WHERE NOT incoming.is_delete
    ORDER BY incoming.sku, incoming.effective_at
) AS src
WHERE tgt.sku = src.sku
  AND tgt.is_inferred;

-- find-late-rows: Rows older than the member's stored history, and whether that history says the same.
CREATE TEMP TABLE late ON COMMIT DROP AS
SELECT src.*,
       CASE WHEN src.is_delete
            THEN NOT EXISTS (
                SELECT 1
                FROM business.dim_product AS tgt
                WHERE tgt.sku = src.sku
                  AND tgt.valid_from <= src.effective_at AND (tgt.valid_to IS NULL OR src.effective_at < tgt.valid_to)
                  AND NOT tgt.is_deleted
                  AND src.effective_at NOT IN (tgt.valid_from, coalesce(tgt.changed_at, tgt.valid_from))
            )
            ELSE EXISTS (
                SELECT 1
                FROM business.dim_product AS tgt
                WHERE tgt.sku = src.sku
                  AND tgt.valid_from <= src.effective_at AND (tgt.valid_to IS NULL OR src.effective_at < tgt.valid_to)
                  AND NOT tgt.is_deleted
                  AND NOT (tgt.title IS DISTINCT FROM src.title)
            )
       END AS is_known
FROM pg_temp.incoming AS src
WHERE EXISTS (
    SELECT 1
    FROM business.dim_product AS tgt
    WHERE tgt.sku = src.sku
      AND NOT tgt.is_inferred
      AND (tgt.valid_from > src.effective_at
           OR tgt.valid_to > src.effective_at
           OR (tgt.is_current
               AND coalesce(tgt.changed_at, tgt.valid_from) >= src.effective_at
               AND ((src.is_delete = (NOT tgt.is_deleted) OR (NOT src.is_delete AND (tgt.title IS DISTINCT FROM src.title))))))
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
       'late: the stored history of the member is newer and differs (' || 'sku = ' || CAST(src.sku AS text) || ')',
       CAST(to_json(src.*) AS text)
FROM pg_temp.late AS src
WHERE NOT src.is_known;

-- leave-late-rows: They take no further part.
-- only if: late_rows > 0
DELETE FROM pg_temp.incoming AS src
WHERE EXISTS (SELECT 1 FROM pg_temp.late AS late WHERE late.source_line = src.source_line);

-- count-incoming: The rows that will be compared.
SELECT count(*) AS accepted FROM pg_temp.incoming;

-- guard-rejected-rows: rows of a full snapshot were rejected, so nobody can tell which members are really absent; correct them, or load the batch as a delta
SELECT count(*) AS rejected_rows
FROM warehouse.reject
WHERE load_id = $load_id
HAVING count(*) > 0;

-- find-absent-members: Current members that the snapshot no longer holds.
CREATE TEMP TABLE absent ON COMMIT DROP AS
SELECT tgt.sku
FROM business.dim_product AS tgt
WHERE tgt.is_current AND tgt.product_key > 0 AND NOT tgt.is_inferred AND NOT tgt.is_deleted
  AND NOT EXISTS (SELECT 1 FROM pg_temp.staged AS src WHERE src.sku = tgt.sku);

-- guard-empty-snapshot: the full snapshot is empty; allow it in WhenAbsent if that is meant
SELECT count(*) AS current_members
FROM business.dim_product AS tgt
WHERE tgt.is_current AND tgt.product_key > 0 AND NOT tgt.is_inferred AND NOT tgt.is_deleted
  AND NOT EXISTS (SELECT 1 FROM pg_temp.staged)
HAVING count(*) > 0;

-- guard-halved-snapshot: the full snapshot would expire more than 0.1 of the current members; raise maxExpireFraction in WhenAbsent if that is meant
SELECT count(*) AS current_members,
       (SELECT count(*) FROM pg_temp.absent) AS absent_members
FROM business.dim_product AS tgt
WHERE tgt.is_current AND tgt.product_key > 0 AND NOT tgt.is_inferred AND NOT tgt.is_deleted
HAVING (SELECT count(*) FROM pg_temp.absent) > 0.1 * count(*);

-- find-touched-members: New members, returning members, and members with a changed value.
CREATE TEMP TABLE touched ON COMMIT DROP AS
SELECT DISTINCT src.sku
FROM pg_temp.incoming AS src
LEFT JOIN business.dim_product AS tgt ON tgt.sku = src.sku AND tgt.is_current
WHERE tgt.product_key IS NULL
      OR src.is_delete
      OR tgt.is_deleted
      OR tgt.title IS DISTINCT FROM src.title
UNION
SELECT absent.sku
FROM pg_temp.absent AS absent;

-- count-touched-members: Without any the merge ends here.
SELECT count(*) AS touched_members FROM pg_temp.touched;

-- analyze-touched: The planner has to know how many members are rewritten.
-- only if: touched_members > 0
ANALYZE pg_temp.touched;

-- build-timeline: The latest stored version of each touched member, its end, and the batch's events, in order.
-- only if: touched_members > 0
CREATE TEMP TABLE timeline ON COMMIT DROP AS
WITH latest_version AS (
    SELECT DISTINCT ON (tgt.sku) tgt.*
    FROM business.dim_product AS tgt
    JOIN pg_temp.touched AS touched ON tgt.sku = touched.sku
    ORDER BY tgt.sku, tgt.version DESC
),
happenings AS (
    SELECT latest_version.valid_from AS happens_at,
           0 AS precedence,
           'stored' AS kind,
           latest_version.is_deleted AS is_delete,
           latest_version.version AS stored_version,
           coalesce(latest_version.changed_at, latest_version.valid_from) AS stored_change,
           latest_version.product_key,
           latest_version.sku,
           latest_version.title
    FROM latest_version
    UNION ALL
    SELECT src.effective_at, 2, 'event', src.is_delete, NULL, NULL, NULL, src.sku, src.title
    FROM pg_temp.incoming AS src
    JOIN pg_temp.touched AS touched ON src.sku = touched.sku
    UNION ALL
    SELECT CAST($as_of AS timestamp), 2, 'absent', TRUE, NULL, NULL, NULL, absent.sku, NULL
    FROM pg_temp.absent AS absent
),
-- Ended and begun at the same instant: nothing ended.
without_undone_ends AS (
    SELECT src.happens_at,
           src.precedence,
           src.kind,
           src.is_delete,
           src.stored_version,
           src.stored_change,
           src.product_key,
           src.sku,
           src.title,
           src.kind = 'event' AND NOT src.is_delete AND src.ends_here AS undoes_end
    FROM (
        SELECT src.*,
               bool_or(kind = 'ended') OVER instant AS ends_here,
               bool_or(NOT is_delete) OVER instant AS lives_on
        FROM happenings AS src
        WINDOW instant AS (PARTITION BY src.sku, happens_at)
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
           src.product_key,
           src.sku,
           src.title,
           src.undoes_end
    FROM (
        SELECT src.*,
               lag(is_delete) OVER member AS was_deleted
        FROM without_undone_ends AS src
        WINDOW member AS (PARTITION BY src.sku ORDER BY happens_at, precedence)
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
           src.product_key,
           src.sku,
           src.title,
           src.undoes_end
    FROM without_idle_ends AS src
    WINDOW member AS (PARTITION BY src.sku ORDER BY happens_at, precedence)
),
-- An end carries on the values it found.
carried AS (
    SELECT src.happens_at,
           src.precedence,
           src.kind,
           src.is_delete,
           src.stored_version,
           src.stored_change,
           src.product_key,
           src.sku,
           CASE WHEN is_delete AND kind <> 'stored' THEN lag(title) OVER member ELSE title END AS title,
           src.undoes_end
    FROM without_old_overwrites AS src
    WINDOW member AS (PARTITION BY src.sku ORDER BY happens_at, precedence)
)
SELECT src.*,
       lag(kind) OVER member IS NULL AS is_first,
       NOT is_delete AND kind <> 'stored' AND (
           coalesce(lag(is_delete) OVER member, TRUE)
           OR title IS DISTINCT FROM lag(title) OVER member
       ) AS begins_version,
       is_delete AND kind <> 'stored' AS ends_member,
       FALSE AS overwrites
FROM carried AS src
WINDOW member AS (PARTITION BY src.sku ORDER BY happens_at, precedence);

-- number-versions: Each version with its end: where the next one begins or the member ends.
-- only if: touched_members > 0
CREATE TEMP TABLE versions ON COMMIT DROP AS
WITH boundaries AS (
    SELECT src.kind,
           src.happens_at,
           src.is_delete,
           src.begins_version,
           src.ends_member,
           src.product_key,
           src.sku,
           src.title,
           lead(happens_at) OVER member AS ends_at,
           coalesce(max(stored_version) OVER (PARTITION BY src.sku), 0)
               + count(*) FILTER (WHERE begins_version OR ends_member) OVER member AS version_number
    FROM pg_temp.timeline AS src
    WHERE kind = 'stored' OR begins_version OR ends_member
    WINDOW member AS (PARTITION BY src.sku ORDER BY happens_at, precedence)
)
SELECT *
FROM boundaries
WHERE kind = 'stored' OR begins_version OR ends_member;

-- analyze-versions: And how many versions.
-- only if: touched_members > 0
ANALYZE pg_temp.versions;

-- find-member-state: Type 0 the earliest value, types 1 and 3 the latest: of the member, or of the version where only the current one is overwritten.
-- only if: touched_members > 0
CREATE TEMP TABLE member_state ON COMMIT DROP AS
SELECT sku,
       max(happens_at) FILTER (WHERE begins_version OR overwrites OR (ends_member AND kind <> 'ended')) AS changed_at,
       bool_or(overwrites) AS is_overwritten
FROM pg_temp.timeline
GROUP BY sku;

-- analyze-member-state: And of how many members.
-- only if: touched_members > 0
ANALYZE pg_temp.member_state;

-- close-versions: Stored versions that now end, or no longer end.
-- only if: touched_members > 0
UPDATE business.dim_product AS tgt
SET valid_to = src.ends_at,
    is_current = src.ends_at IS NULL,
    changed_at = greatest(tgt.changed_at, tgt.valid_to),
    load_id = $load_id
FROM pg_temp.versions AS src
WHERE src.kind = 'stored'
  AND tgt.product_key = src.product_key
  AND tgt.valid_to IS DISTINCT FROM src.ends_at;

-- insert-versions: New versions, keyed in the order of effective time and natural key.
-- only if: touched_members > 0
INSERT INTO business.dim_product (product_key, sku, title, valid_from, valid_to, is_current, version, changed_at, is_inferred, is_deleted, load_id)
SELECT surrogate_key.last_key + row_number() OVER (ORDER BY src.happens_at, src.sku COLLATE "C"),
       src.sku,
       src.title,
       src.happens_at,
       src.ends_at,
       src.ends_at IS NULL,
       src.version_number,
       greatest(member_state.changed_at, src.happens_at),
       FALSE,
       src.is_delete,
       $load_id
FROM pg_temp.versions AS src
JOIN pg_temp.member_state AS member_state ON member_state.sku = src.sku
CROSS JOIN (SELECT last_key FROM warehouse.surrogate_key WHERE target = $target) AS surrogate_key
WHERE src.kind <> 'stored';

-- advance-surrogate-keys: Keys given are never given again.
-- only if: inserted_versions > 0
UPDATE warehouse.surrogate_key
SET last_key = last_key + (SELECT count(*) FROM pg_temp.versions WHERE kind <> 'stored')
WHERE target = $target;

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
SELECT tgt.sku
FROM business.dim_product AS tgt
JOIN pg_temp.touched AS touched ON tgt.sku = touched.sku
GROUP BY tgt.sku
HAVING count(*) FILTER (WHERE tgt.is_current) > 1
LIMIT 20;

-- check-intervals: members would have versions that overlap, are empty or end before they begin
-- only if: touched_members > 0
SELECT DISTINCT sku
FROM (
    SELECT tgt.sku,
           tgt.valid_from AS begins_at,
           tgt.valid_to AS ends_at,
           lead(tgt.valid_from) OVER (PARTITION BY tgt.sku ORDER BY tgt.valid_from, tgt.version) AS next_begins_at
    FROM business.dim_product AS tgt
    JOIN pg_temp.touched AS touched ON tgt.sku = touched.sku
) AS version
WHERE begins_at >= ends_at
   OR next_begins_at < ends_at
   OR (next_begins_at IS NOT NULL AND ends_at IS NULL)
LIMIT 20;

-- check-surrogate-keys: surrogate keys would be given twice
-- only if: inserted_versions > 0
SELECT tgt.product_key
FROM business.dim_product AS tgt
WHERE tgt.product_key > (SELECT last_key FROM warehouse.surrogate_key WHERE target = $target)
LIMIT 20;
