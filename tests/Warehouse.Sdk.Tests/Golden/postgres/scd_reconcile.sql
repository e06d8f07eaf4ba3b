-- warehouse-sdk: merge business.dim_account

-- reject-incomplete-rows: A row without a key or a time belongs to no member.
INSERT INTO warehouse.reject (load_id, target, file, line, column_name, reason, raw_row)
SELECT $load_id,
       $target,
       CAST($path AS text),
       src.source_line,
       array_to_string(ARRAY[CASE WHEN src.account_no IS NULL THEN 'account_no' END,
                             CASE WHEN src.changed_at IS NULL THEN 'changed_at' END], ', '),
       'natural key or effective time is NULL',
       CAST(to_json(src.*) AS text)
FROM pg_temp.staged AS src
WHERE src.account_no IS NULL OR src.changed_at IS NULL;

-- normalise-rows: Brings every value to the form it is compared and stored in.
CREATE TEMP TABLE events ON COMMIT DROP AS
SELECT src.account_no,
       CAST(src.changed_at AS timestamp) AS effective_at,
       coalesce(upper(src.op) = 'D', FALSE) AS is_delete,
       src.bank_code AS bank_code,
       src.owner AS owner,
       src.lsn AS sequence_number,
       src.source_line
FROM pg_temp.staged AS src
WHERE src.account_no IS NOT NULL AND src.changed_at IS NOT NULL;

-- find-repeated-keys: Keys that stand in the batch more than once; usually none.
CREATE TEMP TABLE repeated ON COMMIT DROP AS
SELECT src.account_no,
       src.effective_at,
       max(src.sequence_number) AS last_sequence,
       count(*) AS copies
FROM pg_temp.events AS src
GROUP BY src.account_no, src.effective_at
HAVING count(*) > 1;

-- count-repeated-keys: Whether anything has to be decided at all.
SELECT count(*) AS repeated_keys FROM pg_temp.repeated;

-- decide-repeated-rows: Exact copies collapse into one; the last by sequence wins.
-- only if: repeated_keys > 0
CREATE TEMP TABLE decided ON COMMIT DROP AS
SELECT src.account_no,
       src.effective_at,
       src.is_delete,
       src.bank_code,
       (array_agg(src.owner ORDER BY src.sequence_number DESC NULLS LAST, src.owner COLLATE "C"))[1] AS owner,
       repeated.last_sequence AS sequence_number,
       min(src.source_line) AS source_line
FROM pg_temp.events AS src
JOIN pg_temp.repeated AS repeated ON repeated.account_no = src.account_no AND repeated.effective_at = src.effective_at
GROUP BY src.account_no,
         src.effective_at,
         src.is_delete,
         src.bank_code,
         lower(translate(src.owner, 'İΣ', 'iσ') COLLATE "und-x-icu"),
         repeated.last_sequence
HAVING max(src.sequence_number) IS NOT DISTINCT FROM repeated.last_sequence;

-- find-conflicts: Keys that are still there with different values.
-- only if: repeated_keys > 0
CREATE TEMP TABLE conflicts ON COMMIT DROP AS
SELECT src.account_no,
       src.effective_at,
       array_to_string(ARRAY[CASE WHEN count(DISTINCT src.is_delete) > 1 OR count(src.is_delete) NOT IN (0, count(*)) THEN 'is_delete' END,
                             CASE WHEN count(DISTINCT src.bank_code) > 1 OR count(src.bank_code) NOT IN (0, count(*)) THEN 'bank_code' END,
                             CASE WHEN count(DISTINCT lower(translate(src.owner, 'İΣ', 'iσ') COLLATE "und-x-icu")) > 1 OR count(src.owner) NOT IN (0, count(*)) THEN 'owner' END], ', ') AS differing_columns
FROM pg_temp.decided AS src
WHERE NOT src.is_delete
GROUP BY src.account_no,
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
       'several rows of one member have one effective time and different values (' || 'account_no = ' || CAST(src.account_no AS text) || ', ' || 'effective_at = ' || CAST(src.effective_at AS text) || ')',
       CAST(to_json(src.*) AS text)
FROM pg_temp.events AS src
JOIN pg_temp.conflicts AS conflicts ON conflicts.account_no = src.account_no AND conflicts.effective_at = src.effective_at;

-- take-incoming: The rows whose key stands in the batch once.
CREATE TEMP TABLE incoming ON COMMIT DROP AS
SELECT src.account_no,
       src.effective_at,
       src.is_delete,
       src.bank_code,
       src.owner,
       src.sequence_number,
       src.source_line
FROM pg_temp.events AS src
WHERE NOT EXISTS (SELECT 1 FROM pg_temp.repeated AS repeated WHERE repeated.account_no = src.account_no AND repeated.effective_at = src.effective_at);

-- take-decided-rows: And the one row that was chosen for a repeated key.
-- only if: repeated_keys > 0
INSERT INTO pg_temp.incoming
SELECT src.account_no,
       src.effective_at,
       src.is_delete,
       src.bank_code,
       src.owner,
       src.sequence_number,
       src.source_line
FROM pg_temp.decided AS src
WHERE NOT EXISTS (SELECT 1 FROM pg_temp.conflicts AS conflicts WHERE conflicts.account_no = src.account_no AND conflicts.effective_at = src.effective_at);

-- analyze-incoming: The planner has to know how large the batch is.
ANALYZE pg_temp.incoming;

-- count-duplicates: Copies that collapsed and rows that were superseded.
-- only if: repeated_keys > 0
SELECT (SELECT CAST(coalesce(sum(repeated.copies), 0) AS bigint)
        FROM pg_temp.repeated AS repeated
        WHERE NOT EXISTS (SELECT 1 FROM pg_temp.conflicts AS conflicts WHERE conflicts.account_no = repeated.account_no AND conflicts.effective_at = repeated.effective_at))
     - (SELECT count(*)
        FROM pg_temp.decided AS decided
        WHERE NOT EXISTS (SELECT 1 FROM pg_temp.conflicts AS conflicts WHERE conflicts.account_no = decided.account_no AND conflicts.effective_at = decided.effective_at)) AS duplicates;

-- leave-undone-deletes: Deleted and back at the same instant: nothing ended.
DELETE FROM pg_temp.incoming AS src
WHERE src.is_delete
  AND EXISTS (
      SELECT 1
      FROM pg_temp.incoming AS back
      WHERE back.account_no = src.account_no
        AND back.effective_at = src.effective_at
        AND NOT back.is_delete
  );

-- read-known-versions: All stored versions of the members at hand: the table is read once and left alone until it is written.
CREATE TEMP TABLE known ON COMMIT DROP AS
WITH members AS (
    SELECT DISTINCT src.account_no
    FROM pg_temp.incoming AS src
)
SELECT tgt.*
FROM business.dim_account AS tgt
JOIN members ON tgt.account_no = members.account_no;

-- analyze-known: The planner has to know how much is known.
ANALYZE pg_temp.known (account_no);

-- remember-stored-versions: Placeholders, and members that were stored before their events were kept.
INSERT INTO business.dim_account_event (account_no, effective_at, is_delete, sequence_number, bank_code, owner, is_inferred, load_id)
WITH unremembered AS (
    SELECT tgt.*,
           FALSE AS is_delete,
           tgt.valid_from AS held_from,
           tgt.valid_to AS ends_at,
           coalesce(tgt.changed_at, tgt.valid_from) AS stored_change,
           lead(tgt.valid_from) OVER (PARTITION BY tgt.account_no ORDER BY tgt.valid_from) AS next_held_from
    FROM pg_temp.known AS tgt
    WHERE EXISTS (SELECT 1 FROM pg_temp.incoming AS members WHERE members.account_no = tgt.account_no)
      AND NOT EXISTS (
          SELECT 1
          FROM business.dim_account_event AS known
          WHERE known.account_no = tgt.account_no
            AND (known.is_inferred OR NOT tgt.is_inferred)
      )
)
SELECT src.account_no,
       src.held_from,
       src.is_delete,
       CAST(NULL AS bigint),
       CASE WHEN NOT src.is_delete THEN src.bank_code END,
       CASE WHEN NOT src.is_delete THEN src.owner END,
       src.is_inferred,
       src.load_id
FROM unremembered AS src
UNION ALL
SELECT src.account_no,
       src.stored_change,
       FALSE,
       CAST(NULL AS bigint),
       src.bank_code,
       src.owner,
       FALSE,
       src.load_id
FROM unremembered AS src
WHERE NOT src.is_delete AND src.stored_change > src.held_from AND (src.ends_at IS NULL OR src.stored_change < src.ends_at)
  AND NOT src.is_inferred
UNION ALL
SELECT src.account_no,
       src.ends_at,
       TRUE,
       CAST(NULL AS bigint),
       NULL,
       NULL,
       FALSE,
       src.load_id
FROM unremembered AS src
WHERE src.ends_at IS NOT NULL AND src.next_held_from IS DISTINCT FROM src.ends_at
  AND NOT src.is_inferred;

-- find-inferred-members: The first real event of each placeholder.
CREATE TEMP TABLE resolving ON COMMIT DROP AS
SELECT DISTINCT ON (incoming.account_no) incoming.*
FROM pg_temp.incoming AS incoming
JOIN pg_temp.known AS placeholder ON placeholder.account_no = incoming.account_no AND placeholder.is_inferred
WHERE NOT incoming.is_delete
ORDER BY incoming.account_no, incoming.effective_at;

-- count-placeholders: Usually none.
SELECT count(*) AS placeholders FROM pg_temp.resolving;

-- resolve-inferred-members: The first real event overwrites a placeholder in place and keeps its surrogate key.
-- only if: placeholders > 0
UPDATE business.dim_account AS tgt
SET bank_code = src.bank_code,
    owner = src.owner,
    valid_from = least(tgt.valid_from, src.effective_at),
    changed_at = src.effective_at,
    is_inferred = FALSE,
    load_id = $load_id
FROM pg_temp.resolving AS src
WHERE tgt.account_no = src.account_no
  AND tgt.is_inferred;

-- resolve-known-members: What is known of them is no placeholder any more.
-- only if: placeholders > 0
UPDATE pg_temp.known AS tgt
SET bank_code = src.bank_code,
    owner = src.owner,
    valid_from = least(tgt.valid_from, src.effective_at),
    changed_at = src.effective_at,
    is_inferred = FALSE,
    load_id = $load_id
FROM pg_temp.resolving AS src
WHERE tgt.account_no = src.account_no
  AND tgt.is_inferred;

-- find-late-rows: Rows that differ from a remembered event at the same instant, with no sequence to decide.
CREATE TEMP TABLE late ON COMMIT DROP AS
SELECT src.*,
       FALSE AS is_known
FROM pg_temp.incoming AS src
WHERE NOT src.is_delete
  AND EXISTS (
    SELECT 1
    FROM business.dim_account_event AS known
    WHERE known.account_no = src.account_no
      AND known.effective_at = src.effective_at
      AND NOT known.is_delete
      AND NOT known.is_inferred
      AND known.sequence_number IS NOT DISTINCT FROM src.sequence_number
      AND (known.bank_code IS DISTINCT FROM src.bank_code
           OR lower(translate(known.owner, 'İΣ', 'iσ') COLLATE "und-x-icu") IS DISTINCT FROM lower(translate(src.owner, 'İΣ', 'iσ') COLLATE "und-x-icu"))
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
       'another event of the member at this instant is stored and differs (' || 'account_no = ' || CAST(src.account_no AS text) || ')',
       CAST(to_json(src.*) AS text)
FROM pg_temp.late AS src
WHERE NOT src.is_known;

-- leave-late-rows: They take no further part.
-- only if: late_rows > 0
DELETE FROM pg_temp.incoming AS src
WHERE EXISTS (
    SELECT 1
    FROM pg_temp.late AS late
    WHERE late.account_no = src.account_no
      AND late.effective_at = src.effective_at
      AND late.is_delete = src.is_delete
);

-- count-incoming: The rows that will be compared.
SELECT count(*) AS accepted FROM pg_temp.incoming;

-- remember-events: What is delivered again adds no row.
INSERT INTO business.dim_account_event (account_no, effective_at, is_delete, sequence_number, bank_code, owner, is_inferred, load_id)
SELECT src.account_no,
       src.effective_at,
       src.is_delete,
       src.sequence_number,
       CASE WHEN NOT src.is_delete THEN src.bank_code END,
       CASE WHEN NOT src.is_delete THEN src.owner END,
       FALSE,
       $load_id
FROM pg_temp.incoming AS src
WHERE NOT EXISTS (
    SELECT 1
    FROM business.dim_account_event AS known
    WHERE known.account_no = src.account_no
      AND known.effective_at = src.effective_at
      AND known.is_delete = src.is_delete
      AND NOT known.is_inferred
      AND known.sequence_number IS NOT DISTINCT FROM src.sequence_number
      AND (src.is_delete OR (known.bank_code IS NOT DISTINCT FROM src.bank_code
                             AND known.owner IS NOT DISTINCT FROM src.owner))
);

-- find-touched-members: Members with an event that their history does not already tell.
CREATE TEMP TABLE touched ON COMMIT DROP AS
SELECT DISTINCT src.account_no
FROM pg_temp.incoming AS src
LEFT JOIN pg_temp.known AS tgt ON tgt.account_no = src.account_no
    AND tgt.valid_from <= src.effective_at AND coalesce(tgt.valid_to, timestamp 'infinity') > src.effective_at
WHERE CASE WHEN tgt.account_key IS NULL THEN NOT src.is_delete
           ELSE src.is_delete
                OR tgt.owner IS DISTINCT FROM src.owner
                OR tgt.bank_code IS DISTINCT FROM src.bank_code
      END
   OR EXISTS (
       SELECT 1
       FROM business.dim_account_event AS known
       WHERE known.account_no = src.account_no
         AND known.effective_at = src.effective_at
         AND (known.sequence_number IS NULL OR known.sequence_number < src.sequence_number)
   )
UNION
SELECT resolving.account_no
FROM pg_temp.resolving AS resolving;

-- count-touched-members: Without any the merge ends here.
SELECT count(*) AS touched_members FROM pg_temp.touched;

-- analyze-touched: The planner has to know how many members are rewritten.
-- only if: touched_members > 0
ANALYZE pg_temp.touched;

-- read-stored-versions: The history of the touched members as it was before.
-- only if: touched_members > 0
CREATE TEMP TABLE stored ON COMMIT DROP AS
SELECT tgt.account_key,
       tgt.account_no,
       tgt.bank_code,
       tgt.owner,
       tgt.valid_from AS held_from,
       tgt.valid_to AS ends_at,
       lead(tgt.valid_from) OVER (PARTITION BY tgt.account_no ORDER BY tgt.valid_from) AS next_held_from,
       tgt.version AS version_number,
       coalesce(tgt.changed_at, tgt.valid_from) AS stored_change,
       FALSE AS is_delete
FROM pg_temp.known AS tgt
JOIN pg_temp.touched AS touched ON tgt.account_no = touched.account_no;

-- guard-stored-versions: members have several open versions in the table already, so nobody can tell which of them is true; VerifyAsync lists them, correct the table first
-- only if: touched_members > 0
SELECT stored.account_no
FROM pg_temp.stored AS stored
WHERE stored.ends_at IS NULL
GROUP BY stored.account_no
HAVING count(*) > 1
LIMIT 20;

-- analyze-stored: And how long their histories are.
-- only if: touched_members > 0
ANALYZE pg_temp.stored (account_no);

-- build-timeline: What is known of each touched member and what the batch says, in order.
-- only if: touched_members > 0
CREATE TEMP TABLE timeline ON COMMIT DROP AS
WITH
remembered AS (
    SELECT known.*,
           first_value(known.sequence_number) OVER (PARTITION BY known.account_no, known.effective_at ORDER BY known.sequence_number DESC NULLS LAST) AS last_sequence
    FROM business.dim_account_event AS known
    JOIN pg_temp.touched AS touched ON known.account_no = touched.account_no
),
decided AS (
    SELECT known.*
    FROM remembered AS known
    WHERE known.sequence_number IS NOT DISTINCT FROM known.last_sequence
),
distinct_events AS (
    SELECT known.account_no,
           known.bank_code,
           min(known.owner COLLATE "C") COLLATE "default" AS owner,
           known.effective_at,
           known.is_delete,
           known.is_inferred,
           known.is_delete OR known.is_inferred AS is_unreal,
           min(known.load_id) = $load_id AS is_told_now
    FROM decided AS known
    GROUP BY known.account_no,
             known.bank_code,
             known.effective_at,
             known.is_delete,
             known.is_inferred
),
-- A placeholder has the values of the member's first real event, unless that is older than it.
filled_in AS (
    SELECT known.account_no,
           CASE WHEN known.is_inferred AND NOT first_value(known.is_unreal) OVER reality THEN first_value(known.bank_code) OVER reality ELSE known.bank_code END AS bank_code,
           CASE WHEN known.is_inferred AND NOT first_value(known.is_unreal) OVER reality THEN first_value(known.owner) OVER reality ELSE known.owner END AS owner,
           known.effective_at,
           known.is_delete,
           known.is_told_now,
           known.is_inferred AND NOT first_value(known.is_unreal) OVER reality AND first_value(known.effective_at) OVER reality <= known.effective_at AS is_known
    FROM distinct_events AS known
    WINDOW reality AS (PARTITION BY known.account_no ORDER BY known.is_unreal, known.effective_at)
),
happenings AS (
    SELECT known.effective_at AS happens_at,
           CASE WHEN known.is_told_now THEN 2 ELSE 0 END AS precedence,
           CASE WHEN NOT known.is_told_now THEN 'known' ELSE 'event' END AS kind,
           known.is_delete,
           CAST(NULL AS integer) AS stored_version,
           CAST(NULL AS timestamp) AS stored_change,
           known.account_no,
           known.bank_code,
           known.owner
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
           src.account_no,
           src.bank_code,
           src.owner,
           src.kind = 'event' AND NOT src.is_delete AND src.ends_here AS undoes_end
    FROM (
        SELECT src.*,
               bool_or(is_delete AND kind IN ('ended', 'known')) OVER instant AS ends_here,
               bool_or(NOT is_delete) OVER instant AS lives_on
        FROM happenings AS src
        WINDOW instant AS (PARTITION BY src.account_no, happens_at)
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
           src.account_no,
           src.bank_code,
           src.owner,
           src.undoes_end
    FROM (
        SELECT src.*,
               lag(is_delete) OVER member AS was_deleted
        FROM without_undone_ends AS src
        WINDOW member AS (PARTITION BY src.account_no ORDER BY happens_at, precedence)
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
           src.account_no,
           CASE WHEN is_delete THEN lag(bank_code) OVER member ELSE bank_code END AS bank_code,
           CASE WHEN is_delete THEN lag(owner) OVER member ELSE owner END AS owner,
           src.undoes_end
    FROM without_idle_ends AS src
    WINDOW member AS (PARTITION BY src.account_no ORDER BY happens_at, precedence)
)
SELECT src.*,
       lag(kind) OVER member IS NULL AS is_first,
       NOT is_delete AND (
           coalesce(lag(is_delete) OVER member, TRUE)
           OR lower(translate(owner, 'İΣ', 'iσ') COLLATE "und-x-icu") IS DISTINCT FROM lower(translate(lag(owner) OVER member, 'İΣ', 'iσ') COLLATE "und-x-icu")
       ) AS begins_version,
       is_delete AS ends_member,
       kind = 'event' AND NOT is_delete AND NOT coalesce(lag(is_delete) OVER member, TRUE) AND (
           bank_code IS DISTINCT FROM lag(bank_code) OVER member
       ) AS overwrites
FROM carried AS src
WINDOW member AS (PARTITION BY src.account_no ORDER BY happens_at, precedence);

-- analyze-timeline: And how much happened; what became of each row is looked up there and then.
-- only if: touched_members > 0
ANALYZE pg_temp.timeline (account_no, happens_at, kind);

-- number-versions: Each version with its end and its key: that of the stored version which begins where it does or, saying the same, inside it.
-- only if: touched_members > 0
CREATE TEMP TABLE versions ON COMMIT DROP AS
WITH boundaries AS (
    SELECT src.happens_at,
           src.is_delete,
           src.begins_version,
           src.account_no,
           src.owner,
           lead(happens_at) OVER member AS ends_at
    FROM pg_temp.timeline AS src
    WHERE begins_version OR ends_member
    WINDOW member AS (PARTITION BY src.account_no ORDER BY happens_at, precedence)
),
numbered AS (
    SELECT src.*,
           row_number() OVER (PARTITION BY src.account_no ORDER BY happens_at) AS version_number
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
           stored.account_key AS stored_key
    FROM begun AS src
    LEFT JOIN pg_temp.stored AS stored ON stored.account_no = src.account_no AND stored.held_from = src.held_from
),
begins_earlier AS (
    SELECT src.account_no,
           src.version_number,
           (array_agg(stored.account_key ORDER BY stored.held_from))[1] AS stored_key
    FROM same_beginning AS src
    JOIN pg_temp.stored AS stored ON stored.account_no = src.account_no
        AND stored.held_from > src.held_from
        AND (src.ends_at IS NULL OR stored.held_from < src.ends_at)
    WHERE src.stored_key IS NULL
      AND NOT (lower(translate(stored.owner, 'İΣ', 'iσ') COLLATE "und-x-icu") IS DISTINCT FROM lower(translate(src.owner, 'İΣ', 'iσ') COLLATE "und-x-icu"))
          AND stored.is_delete = src.is_delete
    GROUP BY src.account_no, src.version_number
),
matched AS (
    SELECT src.account_no,
           src.owner,
           src.is_delete,
           src.happens_at,
           src.held_from,
           src.ends_at,
           src.version_number,
           coalesce(src.stored_key, earlier.stored_key) AS stored_key
    FROM same_beginning AS src
    LEFT JOIN begins_earlier AS earlier ON earlier.account_no = src.account_no AND earlier.version_number = src.version_number
)
SELECT src.*,
       coalesce(src.stored_key, surrogate_key.last_key + row_number() OVER (PARTITION BY src.stored_key IS NULL ORDER BY src.happens_at, src.account_no)) AS given_key
FROM matched AS src
CROSS JOIN (SELECT last_key FROM warehouse.surrogate_key WHERE target = $target) AS surrogate_key;

-- analyze-versions: And how many versions.
-- only if: touched_members > 0
ANALYZE pg_temp.versions (account_no, version_number, stored_key);

-- find-member-state: Type 0 the earliest value, types 1 and 3 the latest: of the member, or of the version where only the current one is overwritten.
-- only if: touched_members > 0
CREATE TEMP TABLE member_state ON COMMIT DROP AS
SELECT account_no,
       (array_agg(bank_code ORDER BY happens_at DESC, precedence DESC) FILTER (WHERE NOT is_delete))[1] AS bank_code,
       max(happens_at) FILTER (WHERE kind IN ('event', 'absent') AND (begins_version OR overwrites OR ends_member)) AS changed_at,
       bool_or(overwrites) AS is_overwritten
FROM pg_temp.timeline
GROUP BY account_no;

-- analyze-member-state: And of how many members.
-- only if: touched_members > 0
ANALYZE pg_temp.member_state (account_no);

-- find-vanished-versions: Stored versions that the history no longer has, with the member's latest.
-- only if: touched_members > 0
CREATE TEMP TABLE vanished ON COMMIT DROP AS
SELECT stored.account_key AS old_key,
       coalesce(latest.given_key, -1) AS new_key
FROM pg_temp.stored AS stored
LEFT JOIN (
    SELECT src.account_no,
           (array_agg(src.given_key ORDER BY src.version_number DESC))[1] AS given_key
    FROM pg_temp.versions AS src
    GROUP BY src.account_no
) AS latest ON latest.account_no = stored.account_no
WHERE NOT EXISTS (SELECT 1 FROM pg_temp.versions AS src WHERE src.stored_key = stored.account_key);

-- count-vanished-versions: Usually none.
-- only if: touched_members > 0
SELECT count(*) AS vanished_versions FROM pg_temp.vanished;

-- find-moved-spans: The times at which another version is met than before.
-- only if: touched_members > 0
CREATE TEMP TABLE moved ON COMMIT DROP AS
WITH met_before AS (
    SELECT stored.account_no,
           stored.account_key AS given_key,
           CASE WHEN row_number() OVER member = 1 THEN timestamp '-infinity' ELSE CAST(stored.held_from AS timestamp) END AS met_from,
           coalesce(CAST(lead(stored.held_from) OVER member AS timestamp), timestamp 'infinity') AS met_until
    FROM pg_temp.stored AS stored
    WINDOW member AS (PARTITION BY stored.account_no ORDER BY stored.held_from)
),
met_after AS (
    SELECT src.account_no,
           src.given_key AS given_key,
           CASE WHEN row_number() OVER member = 1 THEN timestamp '-infinity' ELSE CAST(src.held_from AS timestamp) END AS met_from,
           coalesce(CAST(lead(src.held_from) OVER member AS timestamp), timestamp 'infinity') AS met_until
    FROM pg_temp.versions AS src
    WINDOW member AS (PARTITION BY src.account_no ORDER BY src.held_from)
)
SELECT before.given_key AS old_key,
       after.given_key AS new_key,
       greatest(before.met_from, after.met_from) AS met_from,
       least(before.met_until, after.met_until) AS met_until
FROM met_before AS before
JOIN met_after AS after ON after.account_no = before.account_no
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

-- repoint-facts: Rows of business.fact_booking whose account_key is now another version's at changed_at.
-- only if: moved_spans > 0
UPDATE business.fact_booking AS tgt
SET account_key = src.new_key,
    load_id = $load_id
FROM pg_temp.moved AS src
WHERE tgt.account_key = src.old_key
  AND tgt.changed_at >= src.met_from
  AND tgt.changed_at < src.met_until
  AND tgt.changed_at >= coalesce(CAST($moved_from AS timestamp), timestamp '-infinity');

-- repoint-vanished: Rows of business.fact_booking whose account_key would be nobody's: the member's latest version, or unknown when it has none.
-- only if: vanished_versions > 0
UPDATE business.fact_booking AS tgt
SET account_key = src.new_key,
    load_id = $load_id
FROM pg_temp.vanished AS src
WHERE tgt.account_key = src.old_key;

-- delete-vanished-versions: Versions that the history no longer has; nothing holds their keys any more.
-- only if: vanished_versions > 0
DELETE FROM business.dim_account AS tgt
WHERE tgt.account_key IN (SELECT old_key FROM pg_temp.vanished);

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
               OR stored.owner IS DISTINCT FROM src.owner
           ) AS is_other
    FROM pg_temp.versions AS src
    JOIN pg_temp.stored AS stored ON stored.account_key = src.stored_key
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
UPDATE business.dim_account AS tgt
SET valid_to = src.ends_at,
    is_current = FALSE,
    load_id = $load_id
FROM pg_temp.changed AS src
WHERE tgt.account_key = src.stored_key
  AND src.only_ends;

-- move-versions: Versions of which more has changed than that they end.
-- only if: moved_versions > 0
UPDATE business.dim_account AS tgt
SET valid_from = src.held_from,
    valid_to = src.ends_at,
    is_current = src.ends_at IS NULL,
    version = src.version_number,
    owner = src.owner,
    changed_at = CASE WHEN tgt.valid_to < coalesce(src.ends_at, timestamp 'infinity') THEN greatest(tgt.changed_at, tgt.valid_to) ELSE tgt.changed_at END,
    load_id = $load_id
FROM pg_temp.changed AS src
WHERE tgt.account_key = src.stored_key
  AND NOT src.only_ends;

-- insert-versions: New versions, keyed in the order of effective time and natural key.
-- only if: touched_members > 0
INSERT INTO business.dim_account (account_key, account_no, bank_code, owner, valid_from, valid_to, is_current, version, changed_at, is_inferred, load_id)
SELECT src.given_key,
       src.account_no,
       member_state.bank_code,
       src.owner,
       src.held_from,
       src.ends_at,
       src.ends_at IS NULL,
       src.version_number,
       greatest(member_state.changed_at, src.happens_at),
       FALSE,
       $load_id
FROM pg_temp.versions AS src
JOIN pg_temp.member_state AS member_state ON member_state.account_no = src.account_no
WHERE src.stored_key IS NULL;

-- advance-surrogate-keys: Keys given are never given again.
-- only if: inserted_versions > 0
UPDATE warehouse.surrogate_key
SET last_key = last_key + (SELECT count(*) FROM pg_temp.versions WHERE stored_key IS NULL)
WHERE target = $target;

-- overwrite-attributes: Type 0 holds for all versions of the member; types 1 and 3 too, or for the current one if so declared.
-- only if: touched_members > 0
UPDATE business.dim_account AS tgt
SET bank_code = src.bank_code,
    changed_at = greatest(tgt.changed_at, src.changed_at),
    load_id = $load_id
FROM pg_temp.member_state AS src
WHERE tgt.account_no = src.account_no
  AND (tgt.bank_code IS DISTINCT FROM src.bank_code);

-- count-outcomes: What became of each row.
-- only if: touched_members > 0
WITH lives AS (
    SELECT src.*,
           count(*) FILTER (WHERE begins_version OR ends_member) OVER (PARTITION BY src.account_no ORDER BY happens_at, precedence) AS life_number
    FROM pg_temp.timeline AS src
),
happenings AS (
    SELECT src.*,
           max(happens_at) FILTER (WHERE kind NOT IN ('event', 'absent')) OVER (PARTITION BY src.account_no) > happens_at AS comes_late,
           coalesce(max(happens_at) FILTER (WHERE kind = 'known' AND NOT is_delete) OVER (PARTITION BY src.account_no) > happens_at, FALSE) AS is_outdone,
           EXISTS (SELECT 1 FROM pg_temp.resolving AS resolving WHERE resolving.account_no = src.account_no AND resolving.effective_at = happens_at) AS fills_in,
           EXISTS (SELECT 1 FROM pg_temp.stored AS stored WHERE stored.account_no = src.account_no) AS was_stored
    FROM lives AS src
),
outcomes AS (
    SELECT src.kind,
           CASE WHEN src.kind = 'absent' THEN 'expired'
                WHEN src.fills_in AND NOT src.is_delete THEN 'resolved'
                WHEN src.undoes_end AND NOT src.begins_version AND NOT coalesce(src.comes_late, FALSE) THEN 'reopened'
                WHEN src.was_stored AND (src.comes_late OR covering.held_from = src.happens_at) AND (CASE WHEN src.is_delete THEN covering.held_from IS NOT NULL ELSE covering.held_from IS NULL OR (lower(translate(covering.owner, 'İΣ', 'iσ') COLLATE "und-x-icu") IS DISTINCT FROM lower(translate(src.owner, 'İΣ', 'iσ') COLLATE "und-x-icu")) END OR (src.begins_version AND NOT src.is_first)) THEN 'split'
                WHEN src.is_delete THEN 'expired'
                WHEN src.begins_version AND NOT src.was_stored AND src.is_first THEN 'new member'
                WHEN src.begins_version AND NOT (src.was_stored AND coalesce(src.comes_late, FALSE)) THEN 'new version'
                WHEN (src.overwrites AND NOT src.is_outdone)  THEN 'overwritten'
           END AS row_outcome
    FROM happenings AS src
    LEFT JOIN pg_temp.stored AS covering ON covering.account_no = src.account_no
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
SELECT tgt.account_key,
       tgt.account_no,
       tgt.is_current,
       tgt.version,
       tgt.valid_from AS held_from,
       tgt.valid_to AS ends_at
FROM business.dim_account AS tgt
JOIN pg_temp.touched AS touched ON tgt.account_no = touched.account_no;

-- check-current-versions: members would have more than one current version, or one that is not open
-- only if: touched_members > 0
SELECT tgt.account_no
FROM pg_temp.written AS tgt
GROUP BY tgt.account_no
HAVING count(*) FILTER (WHERE tgt.is_current) > 1
    OR count(*) FILTER (WHERE tgt.is_current <> (tgt.ends_at IS NULL)) > 0
LIMIT 20;

-- check-intervals: members would have versions that overlap, are empty or end before they begin
-- only if: touched_members > 0
SELECT DISTINCT account_no
FROM (
    SELECT tgt.account_no,
           tgt.held_from,
           tgt.ends_at,
           lead(tgt.held_from) OVER (PARTITION BY tgt.account_no ORDER BY tgt.held_from, tgt.version) AS next_held_from
    FROM pg_temp.written AS tgt
) AS version
WHERE held_from >= ends_at
   OR next_held_from < ends_at
   OR (next_held_from IS NOT NULL AND ends_at IS NULL)
LIMIT 20;

-- check-neighbours: members would have two versions that say the same and follow each other without a gap; if an attribute was of type 2 before, merge its versions first
-- only if: touched_members > 0
SELECT DISTINCT src.account_no
FROM pg_temp.versions AS src
JOIN pg_temp.versions AS next_version ON next_version.account_no = src.account_no AND next_version.held_from = src.ends_at
WHERE NOT (lower(translate(src.owner, 'İΣ', 'iσ') COLLATE "und-x-icu") IS DISTINCT FROM lower(translate(next_version.owner, 'İΣ', 'iσ') COLLATE "und-x-icu"))
LIMIT 20;

-- check-surrogate-keys: surrogate keys would be given twice
-- only if: inserted_versions > 0
SELECT tgt.account_key
FROM business.dim_account AS tgt
WHERE tgt.account_key > (SELECT last_key FROM warehouse.surrogate_key WHERE target = $target)
LIMIT 20;
