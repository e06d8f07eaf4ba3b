-- warehouse-sdk: merge business.dim_account

-- reject-incomplete-rows: A row without a key or a time belongs to no member.
INSERT INTO warehouse.reject (load_id, target, file, line, column_name, reason, raw_row)
SELECT $load_id,
       $target,
       $path,
       src.source_line,
       concat_ws(', ', CASE WHEN src.bank_code IS NULL THEN 'bank_code' END, CASE WHEN src.account_no IS NULL THEN 'account_no' END, CASE WHEN src.changed_at IS NULL THEN 'changed_at' END),
       'natural key or effective time is NULL',
       CAST(to_json(src) AS VARCHAR)
FROM temp.staged AS src
WHERE src.bank_code IS NULL OR src.account_no IS NULL OR src.changed_at IS NULL;

-- find-news: Members of whom a row says something that their open version does not; of all others nothing has to be known.
CREATE TEMP TABLE news AS
SELECT DISTINCT src.bank_code,
                src.account_no
FROM temp.staged AS src
LEFT JOIN business.dim_account AS tgt ON tgt.bank_code = src.bank_code AND tgt.account_no = src.account_no AND tgt.is_current
WHERE src.bank_code IS NOT NULL AND src.account_no IS NOT NULL AND src.changed_at IS NOT NULL
  AND (tgt.account_key IS NULL
       OR tgt.is_inferred
       OR coalesce(upper(src.op) = 'D', FALSE)
       OR CAST(src.changed_at AS TIMESTAMP) < tgt.valid_from
       OR tgt.owner IS DISTINCT FROM src.owner);

-- normalise-rows: Brings every value to the form it is compared and stored in.
CREATE TEMP TABLE events AS
SELECT src.bank_code,
       src.account_no,
       CAST(src.changed_at AS TIMESTAMP) AS effective_at,
       coalesce(upper(src.op) = 'D', FALSE) AS is_delete,
       src.owner AS owner,
       src.lsn AS sequence_number,
       src.source_line
FROM temp.staged AS src
JOIN temp.news AS news ON news.bank_code = src.bank_code AND news.account_no = src.account_no
WHERE src.bank_code IS NOT NULL AND src.account_no IS NOT NULL AND src.changed_at IS NOT NULL;

-- count-set-aside: The rows of all other members agree with what is stored.
SELECT (SELECT count(*) FROM temp.staged AS src WHERE src.bank_code IS NOT NULL AND src.account_no IS NOT NULL AND src.changed_at IS NOT NULL)
     - (SELECT count(*) FROM temp.events) AS accepted;

-- find-repeated-keys: Keys that stand in the batch more than once; usually none.
CREATE TEMP TABLE repeated AS
SELECT src.bank_code,
       src.account_no,
       src.effective_at,
       count(*) AS copies
FROM temp.events AS src
GROUP BY ALL
HAVING count(*) > 1;

-- count-repeated-keys: Whether anything has to be decided at all.
SELECT count(*) AS repeated_keys FROM temp.repeated;

-- decide-repeated-rows: Exact copies collapse into one; the last by sequence wins.
-- only if: repeated_keys > 0
CREATE TEMP TABLE decided AS
SELECT src.bank_code,
       src.account_no,
       src.effective_at,
       src.is_delete,
       src.owner,
       max(src.sequence_number) AS sequence_number,
       min(src.source_line) AS source_line
FROM temp.events AS src
JOIN temp.repeated AS repeated ON repeated.bank_code = src.bank_code AND repeated.account_no = src.account_no AND repeated.effective_at = src.effective_at
GROUP BY src.bank_code,
         src.account_no,
         src.effective_at,
         src.is_delete,
         src.owner
QUALIFY max(src.sequence_number) IS NOT DISTINCT FROM max(max(src.sequence_number)) OVER (PARTITION BY src.bank_code, src.account_no, src.effective_at);

-- find-conflicts: Keys that are still there with different values.
-- only if: repeated_keys > 0
CREATE TEMP TABLE conflicts AS
SELECT src.bank_code,
       src.account_no,
       src.effective_at,
       concat_ws(', ', CASE WHEN min(src.is_delete) IS DISTINCT FROM max(src.is_delete) OR count(src.is_delete) NOT IN (0, count(*)) THEN 'is_delete' END,
                       CASE WHEN min(src.owner) IS DISTINCT FROM max(src.owner) OR count(src.owner) NOT IN (0, count(*)) THEN 'owner' END) AS differing_columns
FROM temp.decided AS src
WHERE NOT src.is_delete
GROUP BY src.bank_code,
         src.account_no,
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
       'several rows of one member have one effective time and different values (' || 'bank_code = ' || CAST(src.bank_code AS VARCHAR) || ', ' || 'account_no = ' || CAST(src.account_no AS VARCHAR) || ', ' || 'effective_at = ' || CAST(src.effective_at AS VARCHAR) || ')',
       CAST(to_json(src) AS VARCHAR)
FROM temp.events AS src
JOIN temp.conflicts AS conflicts ON conflicts.bank_code = src.bank_code AND conflicts.account_no = src.account_no AND conflicts.effective_at = src.effective_at;

-- take-incoming: The rows whose key stands in the batch once.
CREATE TEMP TABLE incoming AS
SELECT src.bank_code,
       src.account_no,
       src.effective_at,
       src.is_delete,
       src.owner,
       src.source_line
FROM temp.events AS src
WHERE NOT EXISTS (SELECT 1 FROM temp.repeated AS repeated WHERE repeated.bank_code = src.bank_code AND repeated.account_no = src.account_no AND repeated.effective_at = src.effective_at);

-- take-decided-rows: And the one row that was chosen for a repeated key.
-- only if: repeated_keys > 0
INSERT INTO temp.incoming
SELECT src.bank_code,
       src.account_no,
       src.effective_at,
       src.is_delete,
       src.owner,
       src.source_line
FROM temp.decided AS src
WHERE NOT EXISTS (SELECT 1 FROM temp.conflicts AS conflicts WHERE conflicts.bank_code = src.bank_code AND conflicts.account_no = src.account_no AND conflicts.effective_at = src.effective_at);

-- count-duplicates: Copies that collapsed and rows that were superseded.
-- only if: repeated_keys > 0
SELECT (SELECT CAST(coalesce(sum(repeated.copies), 0) AS BIGINT)
        FROM temp.repeated AS repeated
        WHERE NOT EXISTS (SELECT 1 FROM temp.conflicts AS conflicts WHERE conflicts.bank_code = repeated.bank_code AND conflicts.account_no = repeated.account_no AND conflicts.effective_at = repeated.effective_at))
     - (SELECT count(*)
        FROM temp.decided AS decided
        WHERE NOT EXISTS (SELECT 1 FROM temp.conflicts AS conflicts WHERE conflicts.bank_code = decided.bank_code AND conflicts.account_no = decided.account_no AND conflicts.effective_at = decided.effective_at)) AS duplicates;

-- leave-undone-deletes: Deleted and back at the same instant: nothing ended.
DELETE FROM temp.incoming AS src
WHERE src.is_delete
  AND EXISTS (
      SELECT 1
      FROM temp.incoming AS back
      WHERE back.bank_code = src.bank_code AND back.account_no = src.account_no
        AND back.effective_at = src.effective_at
        AND NOT back.is_delete
  );

-- resolve-inferred-members: The first real event overwrites a placeholder in place and keeps its surrogate key.
UPDATE business.dim_account AS tgt
SET owner = src.owner,
    valid_from = least(tgt.valid_from, src.effective_at),
    changed_at = src.effective_at,
    is_inferred = FALSE,
    load_id = $load_id
FROM (
    SELECT incoming.*
    FROM temp.incoming AS incoming
    JOIN business.dim_account AS placeholder ON placeholder.bank_code = incoming.bank_code AND placeholder.account_no = incoming.account_no AND placeholder.is_inferred
    WHERE NOT incoming.is_delete
    QUALIFY row_number() OVER (PARTITION BY incoming.bank_code, incoming.account_no ORDER BY incoming.effective_at) = 1
) AS src
WHERE tgt.bank_code = src.bank_code AND tgt.account_no = src.account_no
  AND tgt.is_inferred;

-- find-late-rows: Rows older than the member's stored history, and whether that history says the same.
CREATE TEMP TABLE late AS
SELECT src.*,
       CASE WHEN src.is_delete
            THEN NOT EXISTS (
                SELECT 1
                FROM business.dim_account AS tgt
                WHERE tgt.bank_code = src.bank_code AND tgt.account_no = src.account_no
                  AND tgt.valid_from <= src.effective_at AND (tgt.valid_to IS NULL OR src.effective_at < tgt.valid_to)
            )
            ELSE EXISTS (
                SELECT 1
                FROM business.dim_account AS tgt
                WHERE tgt.bank_code = src.bank_code AND tgt.account_no = src.account_no
                  AND tgt.valid_from <= src.effective_at AND (tgt.valid_to IS NULL OR src.effective_at < tgt.valid_to)
                  AND NOT (tgt.owner IS DISTINCT FROM src.owner)
            )
       END AS is_known
FROM temp.incoming AS src
WHERE EXISTS (
    SELECT 1
    FROM business.dim_account AS tgt
    WHERE tgt.bank_code = src.bank_code AND tgt.account_no = src.account_no
      AND NOT tgt.is_inferred
      AND (tgt.valid_from > src.effective_at
           OR tgt.valid_to > src.effective_at
           OR (tgt.is_current
               AND coalesce(tgt.changed_at, tgt.valid_from) >= src.effective_at
               AND (src.is_delete
                    OR tgt.owner IS DISTINCT FROM src.owner)))
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
       'late: the stored history of the member is newer and differs (' || 'bank_code = ' || CAST(src.bank_code AS VARCHAR) || ', ' || 'account_no = ' || CAST(src.account_no AS VARCHAR) || ')',
       CAST(to_json(src) AS VARCHAR)
FROM temp.late AS src
WHERE NOT src.is_known;

-- leave-late-rows: They take no further part.
-- only if: late_rows > 0
DELETE FROM temp.incoming AS src
WHERE EXISTS (SELECT 1 FROM temp.late AS late WHERE late.source_line = src.source_line);

-- count-incoming: The rows that will be compared.
SELECT count(*) AS accepted FROM temp.incoming;

-- find-touched-members: New members, returning members, and members with a changed value.
CREATE TEMP TABLE touched AS
SELECT DISTINCT src.bank_code,
                src.account_no
FROM temp.incoming AS src
LEFT JOIN business.dim_account AS tgt ON tgt.bank_code = src.bank_code AND tgt.account_no = src.account_no AND tgt.is_current
WHERE tgt.account_key IS NULL
      OR src.is_delete
      OR tgt.owner IS DISTINCT FROM src.owner;

-- count-touched-members: Without any the merge ends here.
SELECT count(*) AS touched_members FROM temp.touched;

-- build-timeline: The latest stored version of each touched member, its end, and the batch's events, in order.
-- only if: touched_members > 0
CREATE TEMP TABLE timeline AS
WITH latest_version AS (
    SELECT tgt.*
    FROM business.dim_account AS tgt
    JOIN temp.touched AS touched ON tgt.bank_code = touched.bank_code AND tgt.account_no = touched.account_no
    QUALIFY row_number() OVER (PARTITION BY tgt.bank_code, tgt.account_no ORDER BY tgt.version DESC) = 1
),
happenings AS (
    SELECT latest_version.valid_from AS happens_at,
           0 AS precedence,
           'stored' AS kind,
           FALSE AS is_delete,
           latest_version.version AS stored_version,
           coalesce(latest_version.changed_at, latest_version.valid_from) AS stored_change,
           latest_version.account_key,
           latest_version.bank_code,
           latest_version.account_no,
           latest_version.owner
    FROM latest_version
    UNION ALL
    SELECT latest_version.valid_to, 1, 'ended', TRUE, NULL, NULL, NULL, latest_version.bank_code, latest_version.account_no, NULL
    FROM latest_version
    WHERE latest_version.valid_to IS NOT NULL
    UNION ALL
    SELECT src.effective_at, 2, 'event', src.is_delete, NULL, NULL, NULL, src.bank_code, src.account_no, src.owner
    FROM temp.incoming AS src
    JOIN temp.touched AS touched ON src.bank_code = touched.bank_code AND src.account_no = touched.account_no
),
-- Ended and begun at the same instant: nothing ended.
without_undone_ends AS (
    SELECT src.*,
           kind = 'event' AND NOT is_delete AND bool_or(kind = 'ended') OVER (PARTITION BY src.bank_code, src.account_no, happens_at) AS undoes_end
    FROM happenings AS src
    QUALIFY NOT (is_delete AND kind <> 'stored' AND bool_or(NOT is_delete) OVER (PARTITION BY src.bank_code, src.account_no, happens_at))
),
-- A second end, or the end of someone never seen, says nothing.
without_idle_ends AS (
    SELECT src.*
    FROM without_undone_ends AS src
    WINDOW member AS (PARTITION BY src.bank_code, src.account_no ORDER BY happens_at, precedence)
    QUALIFY NOT (is_delete AND kind <> 'stored' AND coalesce(lag(is_delete) OVER member, TRUE))
),
-- An event older than the last overwrite leaves that as it is.
without_old_overwrites AS (
    SELECT src.* REPLACE (
        is_delete AS is_delete
    )
    FROM without_idle_ends AS src
    WINDOW member AS (PARTITION BY src.bank_code, src.account_no ORDER BY happens_at, precedence)
),
-- An end carries on the values it found.
carried AS (
    SELECT src.* REPLACE (
        CASE WHEN is_delete AND kind <> 'stored' THEN lag(owner) OVER member ELSE owner END AS owner
    )
    FROM without_old_overwrites AS src
    WINDOW member AS (PARTITION BY src.bank_code, src.account_no ORDER BY happens_at, precedence)
)
SELECT src.*,
       lag(kind) OVER member IS NULL AS is_first,
       NOT is_delete AND kind <> 'stored' AND (
           coalesce(lag(is_delete) OVER member, TRUE)
           OR owner IS DISTINCT FROM lag(owner) OVER member
       ) AS begins_version,
       is_delete AND kind <> 'stored' AS ends_member,
       FALSE AS overwrites
FROM carried AS src
WINDOW member AS (PARTITION BY src.bank_code, src.account_no ORDER BY happens_at, precedence);

-- number-versions: Each version with its end: where the next one begins or the member ends.
-- only if: touched_members > 0
CREATE TEMP TABLE versions AS
WITH boundaries AS (
    SELECT src.*,
           lead(happens_at) OVER member AS ends_at,
           coalesce(max(stored_version) OVER (PARTITION BY src.bank_code, src.account_no), 0)
               + count(*) FILTER (WHERE begins_version) OVER member AS version_number
    FROM temp.timeline AS src
    WHERE kind = 'stored' OR begins_version OR ends_member
    WINDOW member AS (PARTITION BY src.bank_code, src.account_no ORDER BY happens_at, precedence)
)
SELECT *
FROM boundaries
WHERE kind = 'stored' OR begins_version;

-- find-member-state: Type 0 the earliest value, types 1 and 3 the latest: of the member, or of the version where only the current one is overwritten.
-- only if: touched_members > 0
CREATE TEMP TABLE member_state AS
SELECT bank_code,
       account_no,
       max(happens_at) FILTER (WHERE begins_version OR overwrites OR (ends_member AND kind <> 'ended')) AS changed_at,
       bool_or(overwrites) AS is_overwritten
FROM temp.timeline
GROUP BY bank_code, account_no;

-- close-versions: Stored versions that now end, or no longer end.
-- only if: touched_members > 0
UPDATE business.dim_account AS tgt
SET valid_to = src.ends_at,
    is_current = src.ends_at IS NULL,
    changed_at = greatest(tgt.changed_at, tgt.valid_to),
    load_id = $load_id
FROM temp.versions AS src
WHERE src.kind = 'stored'
  AND tgt.account_key = src.account_key
  AND tgt.valid_to IS DISTINCT FROM src.ends_at;

-- insert-versions: New versions, keyed in the order of effective time and natural key.
-- only if: touched_members > 0
INSERT INTO business.dim_account (account_key, bank_code, account_no, owner, valid_from, valid_to, is_current, version, changed_at, is_inferred, load_id)
SELECT surrogate_key.last_key + row_number() OVER (ORDER BY src.happens_at, src.bank_code, src.account_no),
       src.bank_code,
       src.account_no,
       src.owner,
       src.happens_at,
       src.ends_at,
       src.ends_at IS NULL,
       src.version_number,
       greatest(member_state.changed_at, src.happens_at),
       FALSE,
       $load_id
FROM temp.versions AS src
JOIN temp.member_state AS member_state ON member_state.bank_code = src.bank_code AND member_state.account_no = src.account_no
CROSS JOIN (SELECT last_key FROM warehouse.surrogate_key WHERE target = $target) AS surrogate_key
WHERE src.kind <> 'stored';

-- advance-surrogate-keys: Keys given are never given again.
-- only if: inserted_versions > 0
UPDATE warehouse.surrogate_key
SET last_key = last_key + (SELECT count(*) FROM temp.versions WHERE kind <> 'stored')
WHERE target = $target;

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
SELECT tgt.bank_code,
       tgt.account_no
FROM business.dim_account AS tgt
JOIN temp.touched AS touched ON tgt.bank_code = touched.bank_code AND tgt.account_no = touched.account_no
GROUP BY tgt.bank_code,
         tgt.account_no
HAVING count(*) FILTER (WHERE tgt.is_current) > 1
LIMIT 20;

-- check-intervals: members would have versions that overlap, are empty or end before they begin
-- only if: touched_members > 0
SELECT DISTINCT bank_code, account_no
FROM (
    SELECT tgt.bank_code,
           tgt.account_no,
           tgt.valid_from AS begins_at,
           tgt.valid_to AS ends_at,
           lead(tgt.valid_from) OVER (PARTITION BY tgt.bank_code, tgt.account_no ORDER BY tgt.valid_from, tgt.version) AS next_begins_at
    FROM business.dim_account AS tgt
    JOIN temp.touched AS touched ON tgt.bank_code = touched.bank_code AND tgt.account_no = touched.account_no
) AS version
WHERE begins_at >= ends_at
   OR next_begins_at < ends_at
   OR (next_begins_at IS NOT NULL AND ends_at IS NULL)
LIMIT 20;

-- check-surrogate-keys: surrogate keys would be given twice
-- only if: inserted_versions > 0
SELECT tgt.account_key
FROM business.dim_account AS tgt
WHERE tgt.account_key > (SELECT last_key FROM warehouse.surrogate_key WHERE target = $target)
   OR tgt.account_key IN (
       SELECT repeated.account_key
       FROM business.dim_account AS repeated
       JOIN temp.touched AS touched ON repeated.bank_code = touched.bank_code AND repeated.account_no = touched.account_no
       GROUP BY repeated.account_key
       HAVING count(*) > 1
   )
LIMIT 20;
