-- warehouse-sdk: merge business.dim_product

-- create-events: Takes the rows that say something new.
CREATE TEMP TABLE events ON COMMIT DROP AS
SELECT src.sku,
       CAST($as_of AS timestamp) AS effective_at,
       FALSE AS is_delete,
       src.title AS title,
       src.source_line
FROM pg_temp.staged AS src
WITH NO DATA;

-- create-absent: Takes the current members that the snapshot no longer holds.
CREATE TEMP TABLE absent ON COMMIT DROP AS
SELECT tgt.sku
FROM business.dim_product AS tgt
WITH NO DATA;

-- take-news: The rows of members of whom a row says something that their open version does not; of all others nothing has to be known.
WITH
news AS MATERIALIZED (
    SELECT coalesce(src.sku, tgt.sku) AS sku,
           src.sku IS NULL AS is_absent
    FROM (
        SELECT src.*
        FROM pg_temp.staged AS src
        WHERE src.sku IS NOT NULL
    ) AS src
    FULL JOIN (
        SELECT tgt.*
        FROM business.dim_product AS tgt
        WHERE tgt.is_current
    ) AS tgt ON tgt.sku = src.sku
    WHERE CASE WHEN src.sku IS NULL THEN tgt.is_current AND tgt.product_key > 0 AND NOT tgt.is_inferred AND NOT tgt.is_deleted
               ELSE tgt.product_key IS NULL
                    OR tgt.is_inferred
                    OR tgt.is_deleted
                    OR CAST($as_of AS timestamp) < tgt.valid_from
                    OR tgt.title IS DISTINCT FROM src.title
          END
),
rejected AS (
    INSERT INTO warehouse.reject (load_id, target, file, line, column_name, reason, raw_row)
    SELECT $load_id,
           $target,
           CAST($path AS text),
           src.source_line,
           array_to_string(ARRAY[CASE WHEN src.sku IS NULL THEN 'sku' END], ', '),
           'natural key or effective time is NULL',
           CAST(to_json(src.*) AS text)
    FROM pg_temp.staged AS src
    WHERE src.sku IS NULL
    RETURNING 1
),
events AS (
    INSERT INTO pg_temp.events
    SELECT src.sku,
           CAST($as_of AS timestamp) AS effective_at,
           FALSE AS is_delete,
           src.title AS title,
           src.source_line
    FROM pg_temp.staged AS src
    JOIN (
        SELECT DISTINCT news.sku
        FROM news
        WHERE NOT news.is_absent
    ) AS news ON news.sku = src.sku
    WHERE src.sku IS NOT NULL
    RETURNING 1
),
absent AS (
    INSERT INTO pg_temp.absent
    SELECT news.sku
    FROM news
    WHERE news.is_absent
    RETURNING 1
)
SELECT count(*) FILTER (WHERE src.source_line IS NULL) AS rows_read,
       (SELECT count(*) FROM rejected) AS rejected,
       count(*) FILTER (WHERE src.sku IS NOT NULL) - (SELECT count(*) FROM events) AS accepted,
       CASE WHEN count(*) = 0 THEN 1 ELSE 0 END AS empty_snapshot,
       CASE WHEN count(*) = 0 THEN 0 ELSE (SELECT count(*) FROM absent) END AS absent_members
FROM pg_temp.staged AS src;

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

-- read-known-versions: All stored versions of the members at hand: the table is read once and left alone until it is written.
CREATE TEMP TABLE known ON COMMIT DROP AS
WITH members AS (
    SELECT DISTINCT src.sku
    FROM pg_temp.incoming AS src
    UNION
    SELECT absent.sku
    FROM pg_temp.absent AS absent
)
SELECT tgt.*
FROM business.dim_product AS tgt
JOIN members ON tgt.sku = members.sku;

-- analyze-known: The planner has to know how much is known.
ANALYZE pg_temp.known (sku);

-- find-inferred-members: The first real event of each placeholder.
CREATE TEMP TABLE resolving ON COMMIT DROP AS
SELECT DISTINCT ON (incoming.sku) incoming.*
FROM pg_temp.incoming AS incoming
JOIN pg_temp.known AS placeholder ON placeholder.sku = incoming.sku AND placeholder.is_inferred
WHERE NOT incoming.is_delete
ORDER BY incoming.sku, incoming.effective_at;

-- count-placeholders: Usually none.
SELECT count(*) AS placeholders FROM pg_temp.resolving;

-- resolve-inferred-members: The first real event overwrites a placeholder in place and keeps its surrogate key.
-- only if: placeholders > 0
UPDATE business.dim_product AS tgt
SET title = src.title,
    valid_from = least(tgt.valid_from, src.effective_at),
    changed_at = src.effective_at,
    is_inferred = FALSE,
    load_id = $load_id
FROM pg_temp.resolving AS src
WHERE tgt.sku = src.sku
  AND tgt.is_inferred;

-- resolve-known-members: What is known of them is no placeholder any more.
-- only if: placeholders > 0
UPDATE pg_temp.known AS tgt
SET title = src.title,
    valid_from = least(tgt.valid_from, src.effective_at),
    changed_at = src.effective_at,
    is_inferred = FALSE,
    load_id = $load_id
FROM pg_temp.resolving AS src
WHERE tgt.sku = src.sku
  AND tgt.is_inferred;

-- find-late-rows: Rows at the very instant of what is stored that say something else.
CREATE TEMP TABLE late ON COMMIT DROP AS
SELECT src.*,
       FALSE AS is_known
FROM pg_temp.incoming AS src
WHERE EXISTS (
    SELECT 1
    FROM pg_temp.known AS tgt
    WHERE tgt.sku = src.sku
      AND NOT tgt.is_inferred
      AND NOT tgt.is_deleted
      AND tgt.valid_from <= src.effective_at AND coalesce(tgt.valid_to, timestamp 'infinity') > src.effective_at
      AND src.effective_at IN (tgt.valid_from, coalesce(tgt.changed_at, tgt.valid_from))
      AND NOT src.is_delete AND (tgt.title IS DISTINCT FROM src.title)
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
       'another event of the member at this instant is stored and differs (' || 'sku = ' || CAST(src.sku AS text) || ')',
       CAST(to_json(src.*) AS text)
FROM pg_temp.late AS src
WHERE NOT src.is_known;

-- leave-late-rows: They take no further part.
-- only if: late_rows > 0
DELETE FROM pg_temp.incoming AS src
WHERE EXISTS (
    SELECT 1
    FROM pg_temp.late AS late
    WHERE late.sku = src.sku
      AND late.effective_at = src.effective_at
      AND late.is_delete = src.is_delete
);

-- count-incoming: The rows that will be compared.
SELECT count(*) AS accepted FROM pg_temp.incoming;

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

-- guard-halved-snapshot: the full snapshot would expire more than 0.1 of the current members; raise maxExpireFraction in WhenAbsent if that is meant
-- only if: absent_members > 0
SELECT count(*) AS current_members,
       (SELECT count(*) FROM pg_temp.absent) AS absent_members
FROM (
    SELECT 1
    FROM business.dim_product AS tgt
    WHERE tgt.is_current AND tgt.product_key > 0 AND NOT tgt.is_inferred AND NOT tgt.is_deleted
    LIMIT (SELECT CAST(ceil(count(*) / 0.1) AS bigint) FROM pg_temp.absent)
) AS member
HAVING (SELECT count(*) FROM pg_temp.absent) > 0.1 * count(*);

-- find-touched-members: Members with an event that their history does not already tell.
CREATE TEMP TABLE touched ON COMMIT DROP AS
SELECT DISTINCT src.sku
FROM pg_temp.incoming AS src
LEFT JOIN pg_temp.known AS tgt ON tgt.sku = src.sku
    AND tgt.valid_from <= src.effective_at AND coalesce(tgt.valid_to, timestamp 'infinity') > src.effective_at
WHERE CASE WHEN tgt.product_key IS NULL OR tgt.is_deleted THEN NOT src.is_delete
           ELSE src.is_delete
                OR tgt.title IS DISTINCT FROM src.title
      END
UNION
SELECT resolving.sku
FROM pg_temp.resolving AS resolving
UNION
SELECT absent.sku
FROM pg_temp.absent AS absent;

-- count-touched-members: Without any the merge ends here.
SELECT count(*) AS touched_members FROM pg_temp.touched;

-- analyze-touched: The planner has to know how many members are rewritten.
-- only if: touched_members > 0
ANALYZE pg_temp.touched;

-- read-stored-versions: The history of the touched members as it was before.
-- only if: touched_members > 0
CREATE TEMP TABLE stored ON COMMIT DROP AS
SELECT tgt.product_key,
       tgt.sku,
       tgt.title,
       tgt.valid_from AS held_from,
       tgt.valid_to AS ends_at,
       lead(tgt.valid_from) OVER (PARTITION BY tgt.sku ORDER BY tgt.valid_from) AS next_held_from,
       tgt.version AS version_number,
       coalesce(tgt.changed_at, tgt.valid_from) AS stored_change,
       tgt.is_deleted AS is_delete
FROM pg_temp.known AS tgt
JOIN pg_temp.touched AS touched ON tgt.sku = touched.sku;

-- guard-stored-versions: members have several open versions in the table already, so nobody can tell which of them is true; VerifyAsync lists them, correct the table first
-- only if: touched_members > 0
SELECT stored.sku
FROM pg_temp.stored AS stored
WHERE stored.ends_at IS NULL
GROUP BY stored.sku
HAVING count(*) > 1
LIMIT 20;

-- analyze-stored: And how long their histories are.
-- only if: touched_members > 0
ANALYZE pg_temp.stored (sku);

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
           stored.sku,
           stored.title
    FROM pg_temp.stored AS stored
    WHERE NOT stored.is_delete
    UNION ALL
    SELECT stored.stored_change, 1, 'seen', FALSE, NULL, NULL, stored.sku, stored.title
    FROM pg_temp.stored AS stored
    WHERE NOT stored.is_delete AND stored.stored_change > stored.held_from AND (stored.ends_at IS NULL OR stored.stored_change < stored.ends_at)
    UNION ALL
    SELECT stored.held_from, 0, 'ended', TRUE, NULL, NULL, stored.sku, NULL
    FROM pg_temp.stored AS stored
    WHERE stored.is_delete
    UNION ALL
    SELECT stored.ends_at, 0, 'ended', TRUE, NULL, NULL, stored.sku, NULL
    FROM pg_temp.stored AS stored
    WHERE stored.ends_at IS NOT NULL AND stored.next_held_from IS DISTINCT FROM stored.ends_at
    UNION ALL
    SELECT src.effective_at, 2, 'event', src.is_delete, NULL, NULL, src.sku, src.title
    FROM pg_temp.incoming AS src
    JOIN pg_temp.touched AS touched ON src.sku = touched.sku
    UNION ALL
    SELECT CAST($as_of AS timestamp), 2, 'absent', TRUE, NULL, NULL, absent.sku, NULL
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
           src.sku,
           src.title,
           src.kind = 'event' AND NOT src.is_delete AND src.ends_here AS undoes_end
    FROM (
        SELECT src.*,
               bool_or(is_delete AND kind IN ('ended', 'known')) OVER instant AS ends_here,
               bool_or(NOT is_delete) OVER instant AS lives_on
        FROM happenings AS src
        WINDOW instant AS (PARTITION BY src.sku, happens_at)
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
           src.sku,
           src.title,
           src.undoes_end
    FROM (
        SELECT src.*,
               lag(is_delete) OVER member AS was_deleted
        FROM without_undone_ends AS src
        WINDOW member AS (PARTITION BY src.sku ORDER BY happens_at, precedence)
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
           src.sku,
           CASE WHEN is_delete THEN lag(title) OVER member ELSE title END AS title,
           src.undoes_end
    FROM without_idle_ends AS src
    WINDOW member AS (PARTITION BY src.sku ORDER BY happens_at, precedence)
)
SELECT src.*,
       lag(kind) OVER member IS NULL AS is_first,
       NOT is_delete AND (
           coalesce(lag(is_delete) OVER member, TRUE)
           OR (kind = 'stored' AND lag(kind) OVER member IN ('stored', 'seen'))
           OR title IS DISTINCT FROM lag(title) OVER member
       ) AS begins_version,
       is_delete AS ends_member,
       FALSE AS overwrites
FROM carried AS src
WINDOW member AS (PARTITION BY src.sku ORDER BY happens_at, precedence);

-- analyze-timeline: And how much happened; what became of each row is looked up there and then.
-- only if: touched_members > 0
ANALYZE pg_temp.timeline (sku, happens_at, kind);

-- number-versions: Each version with its end and its key: that of the stored version which begins where it does or, saying the same, inside it.
-- only if: touched_members > 0
CREATE TEMP TABLE versions ON COMMIT DROP AS
WITH boundaries AS (
    SELECT src.happens_at,
           src.is_delete,
           src.begins_version,
           src.sku,
           src.title,
           lead(happens_at) OVER member AS ends_at
    FROM pg_temp.timeline AS src
    WHERE begins_version OR ends_member
    WINDOW member AS (PARTITION BY src.sku ORDER BY happens_at, precedence)
),
numbered AS (
    SELECT src.*,
           row_number() OVER (PARTITION BY src.sku ORDER BY happens_at) AS version_number
    FROM boundaries AS src
),
begun AS (
    SELECT src.*,
           src.happens_at AS held_from
    FROM numbered AS src
),
same_beginning AS (
    SELECT src.*,
           stored.product_key AS stored_key
    FROM begun AS src
    LEFT JOIN pg_temp.stored AS stored ON stored.sku = src.sku AND stored.held_from = src.held_from
),
begins_earlier AS (
    SELECT src.sku,
           src.version_number,
           (array_agg(stored.product_key ORDER BY stored.held_from))[1] AS stored_key
    FROM same_beginning AS src
    JOIN pg_temp.stored AS stored ON stored.sku = src.sku
        AND stored.held_from > src.held_from
        AND (src.ends_at IS NULL OR stored.held_from < src.ends_at)
    WHERE src.stored_key IS NULL
      AND NOT (stored.title IS DISTINCT FROM src.title)
          AND stored.is_delete = src.is_delete
    GROUP BY src.sku, src.version_number
),
matched AS (
    SELECT src.sku,
           src.title,
           src.is_delete,
           src.happens_at,
           src.held_from,
           src.ends_at,
           src.version_number,
           coalesce(src.stored_key, earlier.stored_key) AS stored_key
    FROM same_beginning AS src
    LEFT JOIN begins_earlier AS earlier ON earlier.sku = src.sku AND earlier.version_number = src.version_number
)
SELECT src.*,
       coalesce(src.stored_key, surrogate_key.last_key + row_number() OVER (PARTITION BY src.stored_key IS NULL ORDER BY src.happens_at, src.sku COLLATE "C")) AS given_key
FROM matched AS src
CROSS JOIN (SELECT last_key FROM warehouse.surrogate_key WHERE target = $target) AS surrogate_key;

-- analyze-versions: And how many versions.
-- only if: touched_members > 0
ANALYZE pg_temp.versions (sku, version_number, stored_key);

-- find-member-state: Type 0 the earliest value, types 1 and 3 the latest: of the member, or of the version where only the current one is overwritten.
-- only if: touched_members > 0
CREATE TEMP TABLE member_state ON COMMIT DROP AS
SELECT sku,
       max(happens_at) FILTER (WHERE kind IN ('event', 'absent') AND (begins_version OR overwrites OR ends_member)) AS changed_at,
       bool_or(overwrites) AS is_overwritten
FROM pg_temp.timeline
GROUP BY sku;

-- analyze-member-state: And of how many members.
-- only if: touched_members > 0
ANALYZE pg_temp.member_state (sku);

-- find-vanished-versions: Stored versions that the history no longer has, with the member's latest.
-- only if: touched_members > 0
CREATE TEMP TABLE vanished ON COMMIT DROP AS
SELECT stored.product_key AS old_key,
       coalesce(latest.given_key, -1) AS new_key
FROM pg_temp.stored AS stored
LEFT JOIN (
    SELECT src.sku,
           (array_agg(src.given_key ORDER BY src.version_number DESC))[1] AS given_key
    FROM pg_temp.versions AS src
    GROUP BY src.sku
) AS latest ON latest.sku = stored.sku
WHERE NOT EXISTS (SELECT 1 FROM pg_temp.versions AS src WHERE src.stored_key = stored.product_key);

-- count-vanished-versions: Usually none.
-- only if: touched_members > 0
SELECT count(*) AS vanished_versions FROM pg_temp.vanished;

-- find-moved-spans: The times at which another version is met than before.
-- only if: touched_members > 0
CREATE TEMP TABLE moved ON COMMIT DROP AS
WITH met_before AS (
    SELECT stored.sku,
           stored.product_key AS given_key,
           CASE WHEN row_number() OVER member = 1 THEN timestamp '-infinity' ELSE CAST(stored.held_from AS timestamp) END AS met_from,
           coalesce(CAST(lead(stored.held_from) OVER member AS timestamp), timestamp 'infinity') AS met_until
    FROM pg_temp.stored AS stored
    WINDOW member AS (PARTITION BY stored.sku ORDER BY stored.held_from)
),
met_after AS (
    SELECT src.sku,
           src.given_key AS given_key,
           CASE WHEN row_number() OVER member = 1 THEN timestamp '-infinity' ELSE CAST(src.held_from AS timestamp) END AS met_from,
           coalesce(CAST(lead(src.held_from) OVER member AS timestamp), timestamp 'infinity') AS met_until
    FROM pg_temp.versions AS src
    WINDOW member AS (PARTITION BY src.sku ORDER BY src.held_from)
)
SELECT before.given_key AS old_key,
       after.given_key AS new_key,
       greatest(before.met_from, after.met_from) AS met_from,
       least(before.met_until, after.met_until) AS met_until
FROM met_before AS before
JOIN met_after AS after ON after.sku = before.sku
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

-- repoint-facts: Rows of business.fact_sale whose product_key is now another version's at sold_at.
-- only if: moved_spans > 0
UPDATE business.fact_sale AS tgt
SET product_key = src.new_key,
    load_id = $load_id
FROM pg_temp.moved AS src
WHERE tgt.product_key = src.old_key
  AND tgt.sold_at >= src.met_from
  AND tgt.sold_at < src.met_until
  AND tgt.sold_at >= coalesce(CAST($moved_from AS timestamp), timestamp '-infinity');

-- repoint-facts: Rows of business.fact_stock whose product_key is now another version's at sold_at.
-- only if: moved_spans > 0
UPDATE business.fact_stock AS tgt
SET product_key = src.new_key,
    load_id = $load_id
FROM pg_temp.moved AS src
WHERE tgt.product_key = src.old_key
  AND tgt.sold_at >= src.met_from
  AND tgt.sold_at < src.met_until
  AND tgt.sold_at >= coalesce(CAST($moved_from AS timestamp), timestamp '-infinity');

-- repoint-vanished: Rows of business.fact_sale whose product_key would be nobody's: the member's latest version, or unknown when it has none.
-- only if: vanished_versions > 0
UPDATE business.fact_sale AS tgt
SET product_key = src.new_key,
    load_id = $load_id
FROM pg_temp.vanished AS src
WHERE tgt.product_key = src.old_key;

-- repoint-vanished: Rows of business.fact_stock whose product_key would be nobody's: the member's latest version, or unknown when it has none.
-- only if: vanished_versions > 0
UPDATE business.fact_stock AS tgt
SET product_key = src.new_key,
    load_id = $load_id
FROM pg_temp.vanished AS src
WHERE tgt.product_key = src.old_key;

-- delete-vanished-versions: Versions that the history no longer has; nothing holds their keys any more.
-- only if: vanished_versions > 0
DELETE FROM business.dim_product AS tgt
WHERE tgt.product_key IN (SELECT old_key FROM pg_temp.vanished);

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
               OR stored.title IS DISTINCT FROM src.title
           ) AS is_other
    FROM pg_temp.versions AS src
    JOIN pg_temp.stored AS stored ON stored.product_key = src.stored_key
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
UPDATE business.dim_product AS tgt
SET valid_to = src.ends_at,
    is_current = FALSE,
    load_id = $load_id
FROM pg_temp.changed AS src
WHERE tgt.product_key = src.stored_key
  AND src.only_ends;

-- move-versions: Versions of which more has changed than that they end.
-- only if: moved_versions > 0
UPDATE business.dim_product AS tgt
SET valid_from = src.held_from,
    valid_to = src.ends_at,
    is_current = src.ends_at IS NULL,
    version = src.version_number,
    is_deleted = src.is_delete,
    title = src.title,
    changed_at = CASE WHEN tgt.valid_to < coalesce(src.ends_at, timestamp 'infinity') THEN greatest(tgt.changed_at, tgt.valid_to) ELSE tgt.changed_at END,
    load_id = $load_id
FROM pg_temp.changed AS src
WHERE tgt.product_key = src.stored_key
  AND NOT src.only_ends;

-- insert-versions: New versions, keyed in the order of effective time and natural key.
-- only if: touched_members > 0
INSERT INTO business.dim_product (product_key, sku, title, valid_from, valid_to, is_current, version, changed_at, is_inferred, is_deleted, load_id)
SELECT src.given_key,
       src.sku,
       src.title,
       src.held_from,
       src.ends_at,
       src.ends_at IS NULL,
       src.version_number,
       greatest(member_state.changed_at, src.happens_at),
       FALSE,
       src.is_delete,
       $load_id
FROM pg_temp.versions AS src
JOIN pg_temp.member_state AS member_state ON member_state.sku = src.sku
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
           count(*) FILTER (WHERE begins_version OR ends_member) OVER (PARTITION BY src.sku ORDER BY happens_at, precedence) AS life_number
    FROM pg_temp.timeline AS src
),
happenings AS (
    SELECT src.*,
           max(happens_at) FILTER (WHERE kind NOT IN ('event', 'absent')) OVER (PARTITION BY src.sku) > happens_at AS comes_late,
           coalesce(max(happens_at) FILTER (WHERE kind = 'known' AND NOT is_delete) OVER (PARTITION BY src.sku) > happens_at, FALSE) AS is_outdone,
           EXISTS (SELECT 1 FROM pg_temp.resolving AS resolving WHERE resolving.sku = src.sku AND resolving.effective_at = happens_at) AS fills_in,
           EXISTS (SELECT 1 FROM pg_temp.stored AS stored WHERE stored.sku = src.sku) AS was_stored
    FROM lives AS src
),
outcomes AS (
    SELECT src.kind,
           CASE WHEN src.kind = 'absent' THEN 'expired'
                WHEN src.fills_in AND NOT src.is_delete THEN 'resolved'
                WHEN src.undoes_end AND NOT src.begins_version AND NOT coalesce(src.comes_late, FALSE) THEN 'reopened'
                WHEN src.was_stored AND (src.comes_late OR covering.held_from = src.happens_at) AND (CASE WHEN src.is_delete THEN covering.held_from IS NOT NULL ELSE covering.held_from IS NULL OR (covering.title IS DISTINCT FROM src.title) END OR (src.begins_version AND NOT src.is_first)) THEN 'split'
                WHEN src.is_delete THEN 'expired'
                WHEN src.begins_version AND NOT src.was_stored AND src.is_first THEN 'new member'
                WHEN src.begins_version AND NOT (src.was_stored AND coalesce(src.comes_late, FALSE)) THEN 'new version'
                WHEN (src.overwrites AND NOT src.is_outdone)  THEN 'overwritten'
           END AS row_outcome
    FROM happenings AS src
    LEFT JOIN pg_temp.stored AS covering ON covering.sku = src.sku
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
SELECT tgt.product_key,
       tgt.sku,
       tgt.is_current,
       tgt.version,
       tgt.valid_from AS held_from,
       tgt.valid_to AS ends_at
FROM business.dim_product AS tgt
JOIN pg_temp.touched AS touched ON tgt.sku = touched.sku;

-- check-current-versions: members would have more than one current version, or one that is not open
-- only if: touched_members > 0
SELECT tgt.sku
FROM pg_temp.written AS tgt
GROUP BY tgt.sku
HAVING count(*) FILTER (WHERE tgt.is_current) > 1
    OR count(*) FILTER (WHERE tgt.is_current <> (tgt.ends_at IS NULL)) > 0
LIMIT 20;

-- check-intervals: members would have versions that overlap, are empty or end before they begin
-- only if: touched_members > 0
SELECT DISTINCT sku
FROM (
    SELECT tgt.sku,
           tgt.held_from,
           tgt.ends_at,
           lead(tgt.held_from) OVER (PARTITION BY tgt.sku ORDER BY tgt.held_from, tgt.version) AS next_held_from
    FROM pg_temp.written AS tgt
) AS version
WHERE held_from >= ends_at
   OR next_held_from < ends_at
   OR (next_held_from IS NOT NULL AND ends_at IS NULL)
LIMIT 20;

-- check-neighbours: members would have two versions that say the same and follow each other without a gap; if an attribute was of type 2 before, merge its versions first
-- only if: touched_members > 0
SELECT DISTINCT src.sku
FROM pg_temp.versions AS src
JOIN pg_temp.versions AS next_version ON next_version.sku = src.sku AND next_version.held_from = src.ends_at
WHERE NOT (src.title IS DISTINCT FROM next_version.title)
      AND src.is_delete = next_version.is_delete
LIMIT 20;

-- check-surrogate-keys: surrogate keys would be given twice
-- only if: inserted_versions > 0
SELECT tgt.product_key
FROM business.dim_product AS tgt
WHERE tgt.product_key > (SELECT last_key FROM warehouse.surrogate_key WHERE target = $target)
LIMIT 20;
