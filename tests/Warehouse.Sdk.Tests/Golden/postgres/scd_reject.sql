-- warehouse-sdk: merge business.dim_tag

-- create-events: Takes the rows that say something new.
CREATE TEMP TABLE events ON COMMIT DROP AS
SELECT src.tag_id,
       CAST($as_of AS timestamp) AS effective_at,
       FALSE AS is_delete,
       src.label AS label,
       src.source_line
FROM pg_temp.staged AS src
WITH NO DATA;

-- create-known: Takes what is stored of the batch's members.
CREATE TEMP TABLE known ON COMMIT DROP AS
SELECT tgt.*
FROM business.dim_tag AS tgt
WITH NO DATA;

-- take-news: The rows of members of whom a row says something that their open version does not; of all others nothing has to be known.
WITH
members AS (
    SELECT DISTINCT src.tag_id
    FROM pg_temp.staged AS src
    WHERE src.tag_id IS NOT NULL
),
known AS (
    INSERT INTO pg_temp.known
    SELECT tgt.*
    FROM business.dim_tag AS tgt
    JOIN members ON tgt.tag_id = members.tag_id
    RETURNING *
),
news AS MATERIALIZED (
    SELECT src.tag_id
    FROM (
        SELECT src.*
        FROM pg_temp.staged AS src
        WHERE src.tag_id IS NOT NULL
    ) AS src
    LEFT JOIN known AS tgt ON tgt.tag_id = src.tag_id AND tgt.is_current
    WHERE tgt.tag_key IS NULL
          OR tgt.is_inferred
          OR CAST($as_of AS timestamp) < tgt.valid_from
          OR tgt.label IS DISTINCT FROM src.label
),
rejected AS (
    INSERT INTO warehouse.reject (load_id, target, file, line, column_name, reason, raw_row)
    SELECT $load_id,
           $target,
           CAST($path AS text),
           src.source_line,
           array_to_string(ARRAY[CASE WHEN src.tag_id IS NULL THEN 'tag_id' END], ', '),
           'natural key or effective time is NULL',
           CAST(to_json(src.*) AS text)
    FROM pg_temp.staged AS src
    WHERE src.tag_id IS NULL
    RETURNING 1
),
events AS (
    INSERT INTO pg_temp.events
    SELECT src.tag_id,
           CAST($as_of AS timestamp) AS effective_at,
           FALSE AS is_delete,
           src.label AS label,
           src.source_line
    FROM pg_temp.staged AS src
    JOIN (
        SELECT DISTINCT news.tag_id
        FROM news
    ) AS news ON news.tag_id = src.tag_id
    WHERE src.tag_id IS NOT NULL
    RETURNING 1
)
SELECT count(*) FILTER (WHERE src.source_line IS NULL) AS rows_read,
       (SELECT count(*) FROM rejected) AS rejected,
       count(*) FILTER (WHERE src.tag_id IS NOT NULL) - (SELECT count(*) FROM events) AS accepted
FROM pg_temp.staged AS src;

-- analyze-known: The planner has to know how much is known.
ANALYZE pg_temp.known (tag_id);

-- find-repeated-keys: Keys that stand in the batch more than once; usually none.
CREATE TEMP TABLE repeated ON COMMIT DROP AS
SELECT src.tag_id,
       src.effective_at,
       count(*) AS copies
FROM pg_temp.events AS src
GROUP BY src.tag_id, src.effective_at
HAVING count(*) > 1;

-- count-repeated-keys: Whether anything has to be decided at all.
SELECT count(*) AS repeated_keys FROM pg_temp.repeated;

-- decide-repeated-rows: Exact copies collapse into one.
-- only if: repeated_keys > 0
CREATE TEMP TABLE decided ON COMMIT DROP AS
SELECT src.tag_id,
       src.effective_at,
       src.is_delete,
       src.label,
       min(src.source_line) AS source_line
FROM pg_temp.events AS src
JOIN pg_temp.repeated AS repeated ON repeated.tag_id = src.tag_id AND repeated.effective_at = src.effective_at
GROUP BY src.tag_id,
         src.effective_at,
         src.is_delete,
         src.label;

-- find-conflicts: Keys that are still there with different values.
-- only if: repeated_keys > 0
CREATE TEMP TABLE conflicts ON COMMIT DROP AS
SELECT src.tag_id,
       src.effective_at,
       array_to_string(ARRAY[CASE WHEN count(DISTINCT src.is_delete) > 1 OR count(src.is_delete) NOT IN (0, count(*)) THEN 'is_delete' END,
                             CASE WHEN count(DISTINCT src.label) > 1 OR count(src.label) NOT IN (0, count(*)) THEN 'label' END], ', ') AS differing_columns
FROM pg_temp.decided AS src
WHERE NOT src.is_delete
GROUP BY src.tag_id,
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
       'several rows of one member have one effective time and different values (' || 'tag_id = ' || CAST(src.tag_id AS text) || ', ' || 'effective_at = ' || CAST(src.effective_at AS text) || ')',
       CAST(to_json(src.*) AS text)
FROM pg_temp.events AS src
JOIN pg_temp.conflicts AS conflicts ON conflicts.tag_id = src.tag_id AND conflicts.effective_at = src.effective_at;

-- take-incoming: The rows whose key stands in the batch once.
CREATE TEMP TABLE incoming ON COMMIT DROP AS
SELECT src.tag_id,
       src.effective_at,
       src.is_delete,
       src.label,
       src.source_line
FROM pg_temp.events AS src
WHERE NOT EXISTS (SELECT 1 FROM pg_temp.repeated AS repeated WHERE repeated.tag_id = src.tag_id AND repeated.effective_at = src.effective_at);

-- take-decided-rows: And the one row that was chosen for a repeated key.
-- only if: repeated_keys > 0
INSERT INTO pg_temp.incoming
SELECT src.tag_id,
       src.effective_at,
       src.is_delete,
       src.label,
       src.source_line
FROM pg_temp.decided AS src
WHERE NOT EXISTS (SELECT 1 FROM pg_temp.conflicts AS conflicts WHERE conflicts.tag_id = src.tag_id AND conflicts.effective_at = src.effective_at);

-- analyze-incoming: The planner has to know how large the batch is.
ANALYZE pg_temp.incoming;

-- count-duplicates: Copies that collapsed and rows that were superseded.
-- only if: repeated_keys > 0
SELECT (SELECT CAST(coalesce(sum(repeated.copies), 0) AS bigint)
        FROM pg_temp.repeated AS repeated
        WHERE NOT EXISTS (SELECT 1 FROM pg_temp.conflicts AS conflicts WHERE conflicts.tag_id = repeated.tag_id AND conflicts.effective_at = repeated.effective_at))
     - (SELECT count(*)
        FROM pg_temp.decided AS decided
        WHERE NOT EXISTS (SELECT 1 FROM pg_temp.conflicts AS conflicts WHERE conflicts.tag_id = decided.tag_id AND conflicts.effective_at = decided.effective_at)) AS duplicates;

-- find-inferred-members: The first real event of each placeholder.
CREATE TEMP TABLE resolving ON COMMIT DROP AS
SELECT DISTINCT ON (incoming.tag_id) incoming.*
FROM pg_temp.incoming AS incoming
JOIN pg_temp.known AS placeholder ON placeholder.tag_id = incoming.tag_id AND placeholder.is_inferred
WHERE NOT incoming.is_delete
ORDER BY incoming.tag_id, incoming.effective_at;

-- count-placeholders: Usually none.
SELECT count(*) AS placeholders FROM pg_temp.resolving;

-- resolve-inferred-members: The first real event overwrites a placeholder in place and keeps its surrogate key.
-- only if: placeholders > 0
UPDATE business.dim_tag AS tgt
SET label = src.label,
    valid_from = least(tgt.valid_from, src.effective_at),
    changed_at = src.effective_at,
    is_inferred = FALSE,
    load_id = $load_id
FROM pg_temp.resolving AS src
WHERE tgt.tag_id = src.tag_id
  AND tgt.is_inferred;

-- resolve-known-members: What is known of them is no placeholder any more.
-- only if: placeholders > 0
UPDATE pg_temp.known AS tgt
SET label = src.label,
    valid_from = least(tgt.valid_from, src.effective_at),
    changed_at = src.effective_at,
    is_inferred = FALSE,
    load_id = $load_id
FROM pg_temp.resolving AS src
WHERE tgt.tag_id = src.tag_id
  AND tgt.is_inferred;

-- find-late-rows: Rows older than the member's stored history, and whether that history says the same.
CREATE TEMP TABLE late ON COMMIT DROP AS
SELECT src.*,
       CASE WHEN src.is_delete
            THEN NOT EXISTS (
                SELECT 1
                FROM pg_temp.known AS tgt
                WHERE tgt.tag_id = src.tag_id
                  AND tgt.valid_from <= src.effective_at AND coalesce(tgt.valid_to, timestamp 'infinity') > src.effective_at
                  AND src.effective_at NOT IN (tgt.valid_from, coalesce(tgt.changed_at, tgt.valid_from))
            )
            ELSE EXISTS (
                SELECT 1
                FROM pg_temp.known AS tgt
                WHERE tgt.tag_id = src.tag_id
                  AND tgt.valid_from <= src.effective_at AND coalesce(tgt.valid_to, timestamp 'infinity') > src.effective_at
                  AND NOT (tgt.label IS DISTINCT FROM src.label)
            )
       END AS is_known
FROM pg_temp.incoming AS src
WHERE EXISTS (
    SELECT 1
    FROM pg_temp.known AS tgt
    WHERE tgt.tag_id = src.tag_id
      AND NOT tgt.is_inferred
      AND (tgt.valid_from > src.effective_at
           OR tgt.valid_to > src.effective_at
           OR (tgt.is_current
               AND coalesce(tgt.changed_at, tgt.valid_from) >= src.effective_at
               AND (src.is_delete
                    OR tgt.label IS DISTINCT FROM src.label)))
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
       'late: the stored history of the member is newer and differs (' || 'tag_id = ' || CAST(src.tag_id AS text) || ')',
       CAST(to_json(src.*) AS text)
FROM pg_temp.late AS src
WHERE NOT src.is_known;

-- leave-late-rows: They take no further part.
-- only if: late_rows > 0
DELETE FROM pg_temp.incoming AS src
WHERE EXISTS (
    SELECT 1
    FROM pg_temp.late AS late
    WHERE late.tag_id = src.tag_id
      AND late.effective_at = src.effective_at
      AND late.is_delete = src.is_delete
);

-- count-incoming: The rows that will be compared.
SELECT count(*) AS accepted FROM pg_temp.incoming;

-- find-successors: The one row of a member that is newer than all of its history, and where that is sound.
CREATE TEMP TABLE successors ON COMMIT DROP AS
WITH alone AS (
    SELECT src.tag_id
    FROM pg_temp.incoming AS src
    GROUP BY src.tag_id
    HAVING count(*) = 1 AND NOT bool_or(src.is_delete)
),
histories AS (
    SELECT tgt.tag_id,
           bool_and(CASE WHEN next_version.version IS NULL THEN tgt.is_current AND tgt.valid_to IS NULL
                         ELSE NOT tgt.is_current AND coalesce(tgt.valid_from < tgt.valid_to AND (tgt.valid_to < next_version.valid_from OR (tgt.valid_to = next_version.valid_from AND (tgt.label IS DISTINCT FROM next_version.label))), FALSE)
                    END)
           AND count(*) FILTER (WHERE tgt.is_current) = 1
           AND min(tgt.version) = 1
           AND max(tgt.version) = count(*) AS is_sound
    FROM pg_temp.known AS tgt
    LEFT JOIN pg_temp.known AS next_version ON next_version.tag_id = tgt.tag_id AND next_version.version = tgt.version + 1
    GROUP BY tgt.tag_id
),
following AS (
    SELECT src.tag_id,
           src.effective_at AS happens_at,
           src.effective_at AS changed_at,
           src.label,
           open_version.tag_key AS stored_key,
           coalesce(open_version.version, 0) + 1 AS version_number
    FROM pg_temp.incoming AS src
    JOIN alone ON alone.tag_id = src.tag_id
    LEFT JOIN histories ON histories.tag_id = src.tag_id
    LEFT JOIN pg_temp.known AS open_version ON open_version.tag_id = src.tag_id AND open_version.is_current
    WHERE histories.is_sound IS NULL
       OR (histories.is_sound
           AND NOT open_version.is_inferred
           AND src.effective_at > open_version.valid_from
           AND src.effective_at > coalesce(open_version.changed_at, open_version.valid_from)
           AND (open_version.label IS DISTINCT FROM src.label)
           )
)
SELECT src.*,
       src.happens_at AS held_from,
       CAST(NULL AS timestamp) AS ends_at,
       surrogate_key.last_key + row_number() OVER (ORDER BY src.happens_at, src.tag_id) AS given_key
FROM following AS src
CROSS JOIN (SELECT last_key FROM warehouse.surrogate_key WHERE target = $target) AS surrogate_key;

-- count-successors: Usually nearly all.
SELECT count(*) AS successors,
       count(stored_key) AS succeeded_versions,
       count(*) - count(stored_key) AS new_members,
       count(stored_key) AS new_versions
FROM pg_temp.successors;

-- analyze-successors: The planner has to know how many there are.
-- only if: successors > 0
ANALYZE pg_temp.successors (tag_id, stored_key);

-- find-touched-members: Members with an event that their history does not already tell.
CREATE TEMP TABLE touched ON COMMIT DROP AS
SELECT DISTINCT src.tag_id
FROM pg_temp.incoming AS src
LEFT JOIN pg_temp.known AS tgt ON tgt.tag_id = src.tag_id
    AND tgt.valid_from <= src.effective_at AND coalesce(tgt.valid_to, timestamp 'infinity') > src.effective_at
WHERE CASE WHEN tgt.tag_key IS NULL THEN NOT src.is_delete
           ELSE src.is_delete
                OR tgt.label IS DISTINCT FROM src.label
      END
   AND NOT EXISTS (SELECT 1 FROM pg_temp.successors AS successor WHERE successor.tag_id = src.tag_id);

-- count-touched-members: Without any the merge ends here.
SELECT count(*) AS touched_members FROM pg_temp.touched;

-- analyze-touched: The planner has to know how many members are rewritten.
-- only if: touched_members > 0
ANALYZE pg_temp.touched;

-- read-stored-versions: The history of the touched members as it was before.
-- only if: touched_members > 0
CREATE TEMP TABLE stored ON COMMIT DROP AS
SELECT tgt.tag_key,
       tgt.tag_id,
       tgt.label,
       tgt.valid_from AS held_from,
       tgt.valid_to AS ends_at,
       lead(tgt.valid_from) OVER (PARTITION BY tgt.tag_id ORDER BY tgt.valid_from) AS next_held_from,
       tgt.version AS version_number,
       coalesce(tgt.changed_at, tgt.valid_from) AS stored_change,
       FALSE AS is_delete
FROM pg_temp.known AS tgt
JOIN pg_temp.touched AS touched ON tgt.tag_id = touched.tag_id;

-- guard-stored-versions: members have several open versions in the table already, so nobody can tell which of them is true; VerifyAsync lists them, correct the table first
-- only if: touched_members > 0
SELECT stored.tag_id
FROM pg_temp.stored AS stored
WHERE stored.ends_at IS NULL
GROUP BY stored.tag_id
HAVING count(*) > 1
LIMIT 20;

-- analyze-stored: And how long their histories are.
-- only if: touched_members > 0
ANALYZE pg_temp.stored (tag_id);

-- build-timeline: What is known of each touched member and what the batch says, in order.
-- only if: touched_members > 0
CREATE TEMP TABLE timeline ON COMMIT DROP AS
WITH
happenings AS (
    SELECT stored.held_from AS happens_at,
           0 AS precedence,
           'stored' AS kind,
           FALSE AS is_delete,
           stored.version_number AS stored_version,
           stored.stored_change,
           stored.tag_id,
           stored.label
    FROM pg_temp.stored AS stored
    WHERE NOT stored.is_delete
    UNION ALL
    SELECT stored.stored_change, 1, 'seen', FALSE, NULL, NULL, stored.tag_id, stored.label
    FROM pg_temp.stored AS stored
    WHERE NOT stored.is_delete AND stored.stored_change > stored.held_from AND (stored.ends_at IS NULL OR stored.stored_change < stored.ends_at)
    UNION ALL
    SELECT stored.held_from, 0, 'ended', TRUE, NULL, NULL, stored.tag_id, NULL
    FROM pg_temp.stored AS stored
    WHERE stored.is_delete
    UNION ALL
    SELECT stored.ends_at, 0, 'ended', TRUE, NULL, NULL, stored.tag_id, NULL
    FROM pg_temp.stored AS stored
    WHERE stored.ends_at IS NOT NULL AND stored.next_held_from IS DISTINCT FROM stored.ends_at
    UNION ALL
    SELECT src.effective_at, 2, 'event', src.is_delete, NULL, NULL, src.tag_id, src.label
    FROM pg_temp.incoming AS src
    JOIN pg_temp.touched AS touched ON src.tag_id = touched.tag_id
),
-- Ended and begun at the same instant: nothing ended.
without_undone_ends AS (
    SELECT src.happens_at,
           src.precedence,
           src.kind,
           src.is_delete,
           src.stored_version,
           src.stored_change,
           src.tag_id,
           src.label,
           src.kind = 'event' AND NOT src.is_delete AND src.ends_here AS undoes_end
    FROM (
        SELECT src.*,
               bool_or(is_delete AND kind IN ('ended', 'known')) OVER instant AS ends_here,
               bool_or(NOT is_delete) OVER instant AS lives_on
        FROM happenings AS src
        WINDOW instant AS (PARTITION BY src.tag_id, happens_at)
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
           src.tag_id,
           src.label,
           src.undoes_end
    FROM (
        SELECT src.*,
               lag(is_delete) OVER member AS was_deleted
        FROM without_undone_ends AS src
        WINDOW member AS (PARTITION BY src.tag_id ORDER BY happens_at, precedence)
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
           src.tag_id,
           CASE WHEN is_delete THEN lag(label) OVER member ELSE label END AS label,
           src.undoes_end
    FROM without_idle_ends AS src
    WINDOW member AS (PARTITION BY src.tag_id ORDER BY happens_at, precedence)
)
SELECT src.*,
       lag(kind) OVER member IS NULL AS is_first,
       NOT is_delete AND (
           coalesce(lag(is_delete) OVER member, TRUE)
           OR (kind = 'stored' AND lag(kind) OVER member IN ('stored', 'seen'))
           OR label IS DISTINCT FROM lag(label) OVER member
       ) AS begins_version,
       is_delete AS ends_member,
       FALSE AS overwrites
FROM carried AS src
WINDOW member AS (PARTITION BY src.tag_id ORDER BY happens_at, precedence);

-- analyze-timeline: And how much happened; what became of each row is looked up there and then.
-- only if: touched_members > 0
ANALYZE pg_temp.timeline (tag_id, happens_at, kind);

-- number-versions: Each version with its end and its key: that of the stored version which begins where it does or, saying the same, inside it.
-- only if: touched_members > 0
CREATE TEMP TABLE versions ON COMMIT DROP AS
WITH boundaries AS (
    SELECT src.happens_at,
           src.is_delete,
           src.begins_version,
           src.tag_id,
           src.label,
           lead(happens_at) OVER member AS ends_at
    FROM pg_temp.timeline AS src
    WHERE begins_version OR ends_member
    WINDOW member AS (PARTITION BY src.tag_id ORDER BY happens_at, precedence)
),
numbered AS (
    SELECT src.*,
           row_number() OVER (PARTITION BY src.tag_id ORDER BY happens_at) AS version_number
    FROM boundaries AS src
    WHERE begins_version
),
begun AS (
    SELECT src.*,
           src.happens_at AS held_from
    FROM numbered AS src
),
same_beginning AS (
    SELECT src.*,
           stored.tag_key AS stored_key
    FROM begun AS src
    LEFT JOIN pg_temp.stored AS stored ON stored.tag_id = src.tag_id AND stored.held_from = src.held_from
),
begins_earlier AS (
    SELECT src.tag_id,
           src.version_number,
           (array_agg(stored.tag_key ORDER BY stored.held_from))[1] AS stored_key
    FROM same_beginning AS src
    JOIN pg_temp.stored AS stored ON stored.tag_id = src.tag_id
        AND stored.held_from > src.held_from
        AND (src.ends_at IS NULL OR stored.held_from < src.ends_at)
    WHERE src.stored_key IS NULL
      AND NOT (stored.label IS DISTINCT FROM src.label)
          AND stored.is_delete = src.is_delete
    GROUP BY src.tag_id, src.version_number
),
matched AS (
    SELECT src.tag_id,
           src.label,
           src.is_delete,
           src.happens_at,
           src.held_from,
           src.ends_at,
           src.version_number,
           coalesce(src.stored_key, earlier.stored_key) AS stored_key
    FROM same_beginning AS src
    LEFT JOIN begins_earlier AS earlier ON earlier.tag_id = src.tag_id AND earlier.version_number = src.version_number
)
SELECT src.*,
       coalesce(src.stored_key, surrogate_key.last_key + row_number() OVER (PARTITION BY src.stored_key IS NULL ORDER BY src.happens_at, src.tag_id)) AS given_key
FROM matched AS src
CROSS JOIN (SELECT last_key FROM warehouse.surrogate_key WHERE target = $target) AS surrogate_key;

-- analyze-versions: And how many versions.
-- only if: touched_members > 0
ANALYZE pg_temp.versions (tag_id, version_number, stored_key);

-- find-member-state: Type 0 the earliest value, types 1 and 3 the latest: of the member, or of the version where only the current one is overwritten.
-- only if: touched_members > 0
CREATE TEMP TABLE member_state ON COMMIT DROP AS
SELECT tag_id,
       max(happens_at) FILTER (WHERE kind IN ('event', 'absent') AND (begins_version OR overwrites OR ends_member)) AS changed_at,
       bool_or(overwrites) AS is_overwritten
FROM pg_temp.timeline
GROUP BY tag_id;

-- analyze-member-state: And of how many members.
-- only if: touched_members > 0
ANALYZE pg_temp.member_state (tag_id);

-- count-keyed-together: Usually only one kind of versions is new.
-- only if: touched_members > 0
SELECT CASE WHEN EXISTS (SELECT 1 FROM pg_temp.successors) THEN count(*) FILTER (WHERE src.stored_key IS NULL) ELSE 0 END AS keyed_together
FROM pg_temp.versions AS src;

-- order-keys: One order for all new versions.
-- only if: keyed_together > 0
CREATE TEMP TABLE key_order ON COMMIT DROP AS
SELECT src.tag_id,
       src.version_number,
       surrogate_key.last_key + row_number() OVER (ORDER BY src.happens_at, src.tag_id) AS given_key
FROM (
    SELECT version.tag_id,
           version.version_number,
           version.happens_at
    FROM pg_temp.versions AS version
    WHERE version.stored_key IS NULL
    UNION ALL
    SELECT successor.tag_id,
           successor.version_number,
           successor.happens_at
    FROM pg_temp.successors AS successor
) AS src
CROSS JOIN (SELECT last_key FROM warehouse.surrogate_key WHERE target = $target) AS surrogate_key;

-- key-versions: As that order has it.
-- only if: keyed_together > 0
UPDATE pg_temp.versions AS tgt
SET given_key = src.given_key
FROM pg_temp.key_order AS src
WHERE tgt.tag_id = src.tag_id
  AND tgt.version_number = src.version_number
  AND tgt.stored_key IS NULL;

-- key-successors: As that order has it.
-- only if: keyed_together > 0
UPDATE pg_temp.successors AS tgt
SET given_key = src.given_key
FROM pg_temp.key_order AS src
WHERE tgt.tag_id = src.tag_id
  AND tgt.version_number = src.version_number;

-- guard-surrogate-keys: the table holds surrogate keys that were never given, so that they would be given twice
-- only if: successors > 0
SELECT tgt.tag_key
FROM business.dim_tag AS tgt
WHERE tgt.tag_key > (SELECT last_key FROM warehouse.surrogate_key WHERE target = $target)
LIMIT 20;

-- end-succeeded-versions: Open versions that end where the next begins.
-- only if: succeeded_versions > 0
UPDATE business.dim_tag AS tgt
SET valid_to = src.held_from,
    is_current = FALSE,
    load_id = $load_id
FROM pg_temp.successors AS src
WHERE tgt.tag_key = src.stored_key;

-- insert-successors: The next versions, keyed in the order of effective time and natural key.
-- only if: successors > 0
INSERT INTO business.dim_tag (tag_key, tag_id, label, valid_from, valid_to, is_current, version, changed_at, is_inferred, load_id)
SELECT src.given_key,
       src.tag_id,
       src.label,
       src.held_from,
       src.ends_at,
       src.ends_at IS NULL,
       src.version_number,
       greatest(src.changed_at, src.happens_at),
       FALSE,
       $load_id
FROM pg_temp.successors AS src;

-- advance-surrogate-keys: Keys given are never given again.
-- only if: successors > 0
UPDATE warehouse.surrogate_key
SET last_key = last_key + (SELECT count(*) FROM pg_temp.successors)
WHERE target = $target;

-- find-vanished-versions: Stored versions that the history no longer has, with the member's latest.
-- only if: touched_members > 0
CREATE TEMP TABLE vanished ON COMMIT DROP AS
SELECT stored.tag_key AS old_key,
       coalesce(latest.given_key, -1) AS new_key
FROM pg_temp.stored AS stored
LEFT JOIN (
    SELECT src.tag_id,
           (array_agg(src.given_key ORDER BY src.version_number DESC))[1] AS given_key
    FROM pg_temp.versions AS src
    GROUP BY src.tag_id
) AS latest ON latest.tag_id = stored.tag_id
WHERE NOT EXISTS (SELECT 1 FROM pg_temp.versions AS src WHERE src.stored_key = stored.tag_key);

-- count-vanished-versions: Usually none.
-- only if: touched_members > 0
SELECT count(*) AS vanished_versions FROM pg_temp.vanished;

-- delete-vanished-versions: Versions that the history no longer has; nothing holds their keys any more.
-- only if: vanished_versions > 0
DELETE FROM business.dim_tag AS tgt
WHERE tgt.tag_key IN (SELECT old_key FROM pg_temp.vanished);

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
               OR stored.label IS DISTINCT FROM src.label
           ) AS is_other
    FROM pg_temp.versions AS src
    JOIN pg_temp.stored AS stored ON stored.tag_key = src.stored_key
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
UPDATE business.dim_tag AS tgt
SET valid_to = src.ends_at,
    is_current = FALSE,
    load_id = $load_id
FROM pg_temp.changed AS src
WHERE tgt.tag_key = src.stored_key
  AND src.only_ends;

-- move-versions: Versions of which more has changed than that they end.
-- only if: moved_versions > 0
UPDATE business.dim_tag AS tgt
SET valid_from = src.held_from,
    valid_to = src.ends_at,
    is_current = src.ends_at IS NULL,
    version = src.version_number,
    label = src.label,
    changed_at = CASE WHEN tgt.valid_to < coalesce(src.ends_at, timestamp 'infinity') THEN greatest(tgt.changed_at, tgt.valid_to) ELSE tgt.changed_at END,
    load_id = $load_id
FROM pg_temp.changed AS src
WHERE tgt.tag_key = src.stored_key
  AND NOT src.only_ends;

-- insert-versions: New versions, keyed in the order of effective time and natural key.
-- only if: touched_members > 0
INSERT INTO business.dim_tag (tag_key, tag_id, label, valid_from, valid_to, is_current, version, changed_at, is_inferred, load_id)
SELECT src.given_key,
       src.tag_id,
       src.label,
       src.held_from,
       src.ends_at,
       src.ends_at IS NULL,
       src.version_number,
       greatest(member_state.changed_at, src.happens_at),
       FALSE,
       $load_id
FROM pg_temp.versions AS src
JOIN pg_temp.member_state AS member_state ON member_state.tag_id = src.tag_id
WHERE src.stored_key IS NULL;

-- advance-surrogate-keys: Keys given are never given again.
-- only if: inserted_versions > 0
UPDATE warehouse.surrogate_key
SET last_key = last_key + (SELECT count(*) FROM pg_temp.versions WHERE stored_key IS NULL)
WHERE target = $target;

-- count-outcomes: What became of each row.
-- only if: touched_members > 0
WITH lives AS (
    SELECT src.*,
           count(*) FILTER (WHERE begins_version OR ends_member) OVER (PARTITION BY src.tag_id ORDER BY happens_at, precedence) AS life_number
    FROM pg_temp.timeline AS src
),
happenings AS (
    SELECT src.*,
           max(happens_at) FILTER (WHERE kind NOT IN ('event', 'absent')) OVER (PARTITION BY src.tag_id) > happens_at AS comes_late,
           coalesce(max(happens_at) FILTER (WHERE kind = 'known' AND NOT is_delete) OVER (PARTITION BY src.tag_id) > happens_at, FALSE) AS is_outdone,
           EXISTS (SELECT 1 FROM pg_temp.resolving AS resolving WHERE resolving.tag_id = src.tag_id AND resolving.effective_at = happens_at) AS fills_in,
           EXISTS (SELECT 1 FROM pg_temp.stored AS stored WHERE stored.tag_id = src.tag_id) AS was_stored
    FROM lives AS src
),
outcomes AS (
    SELECT src.kind,
           CASE WHEN src.kind = 'absent' THEN 'expired'
                WHEN src.fills_in AND NOT src.is_delete THEN 'resolved'
                WHEN src.undoes_end AND NOT src.begins_version AND NOT coalesce(src.comes_late, FALSE) THEN 'reopened'
                WHEN src.was_stored AND (src.comes_late OR covering.held_from = src.happens_at) AND (CASE WHEN src.is_delete THEN covering.held_from IS NOT NULL ELSE covering.held_from IS NULL OR (covering.label IS DISTINCT FROM src.label) END OR (src.begins_version AND NOT src.is_first)) THEN 'split'
                WHEN src.is_delete THEN 'expired'
                WHEN src.begins_version AND NOT src.was_stored AND src.is_first THEN 'new member'
                WHEN src.begins_version AND NOT (src.was_stored AND coalesce(src.comes_late, FALSE)) THEN 'new version'
                WHEN (src.overwrites AND NOT src.is_outdone)  THEN 'overwritten'
           END AS row_outcome
    FROM happenings AS src
    LEFT JOIN pg_temp.stored AS covering ON covering.tag_id = src.tag_id
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
SELECT tgt.tag_key,
       tgt.tag_id,
       tgt.is_current,
       tgt.version,
       tgt.valid_from AS held_from,
       tgt.valid_to AS ends_at
FROM business.dim_tag AS tgt
JOIN pg_temp.touched AS touched ON tgt.tag_id = touched.tag_id;

-- check-current-versions: members would have more than one current version, or one that is not open
-- only if: touched_members > 0
SELECT tgt.tag_id
FROM pg_temp.written AS tgt
GROUP BY tgt.tag_id
HAVING count(*) FILTER (WHERE tgt.is_current) > 1
    OR count(*) FILTER (WHERE tgt.is_current <> (tgt.ends_at IS NULL)) > 0
LIMIT 20;

-- check-intervals: members would have versions that overlap, are empty or end before they begin
-- only if: touched_members > 0
SELECT DISTINCT tag_id
FROM (
    SELECT tgt.tag_id,
           tgt.held_from,
           tgt.ends_at,
           lead(tgt.held_from) OVER (PARTITION BY tgt.tag_id ORDER BY tgt.held_from, tgt.version) AS next_held_from
    FROM pg_temp.written AS tgt
) AS version
WHERE held_from >= ends_at
   OR next_held_from < ends_at
   OR (next_held_from IS NOT NULL AND ends_at IS NULL)
LIMIT 20;

-- check-neighbours: members would have two versions that say the same and follow each other without a gap; if an attribute was of type 2 before, merge its versions first
-- only if: touched_members > 0
SELECT DISTINCT src.tag_id
FROM pg_temp.versions AS src
JOIN pg_temp.versions AS next_version ON next_version.tag_id = src.tag_id AND next_version.held_from = src.ends_at
WHERE NOT (src.label IS DISTINCT FROM next_version.label)
LIMIT 20;

-- check-surrogate-keys: surrogate keys would be given twice
-- only if: inserted_versions > 0
SELECT tgt.tag_key
FROM business.dim_tag AS tgt
WHERE tgt.tag_key > (SELECT last_key FROM warehouse.surrogate_key WHERE target = $target)
LIMIT 20;
