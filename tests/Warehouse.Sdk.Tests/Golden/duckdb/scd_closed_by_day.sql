-- warehouse-sdk: merge business.dim_customer

-- reject-incomplete-rows: A row without a key or a time belongs to no member.
INSERT INTO warehouse.reject (load_id, target, file, line, column_name, reason, raw_row)
SELECT $load_id,
       $target,
       $path,
       src.source_line,
       concat_ws(', ', CASE WHEN src.customer_id IS NULL THEN 'customer_id' END),
       'natural key or effective time is NULL',
       CAST(to_json(src) AS VARCHAR)
FROM temp.staged AS src
WHERE src.customer_id IS NULL;

-- read-known-versions: All stored versions of the members at hand: the table is read once and left alone until it is written.
CREATE TEMP TABLE known AS
WITH members AS (
    SELECT DISTINCT src.customer_id
    FROM temp.staged AS src
)
SELECT tgt.*
FROM business.dim_customer AS tgt
JOIN members ON tgt.customer_id = members.customer_id;

-- find-news: Members of whom a row says something that their open version does not; of all others nothing has to be known.
CREATE TEMP TABLE news AS
SELECT DISTINCT src.customer_id
FROM temp.staged AS src
LEFT JOIN temp.known AS tgt ON tgt.customer_id = src.customer_id AND tgt.is_current
WHERE src.customer_id IS NOT NULL
  AND (tgt.customer_key IS NULL
       OR tgt.is_inferred
       OR CAST($as_of AS DATE) < tgt.valid_from
       OR tgt.city IS DISTINCT FROM src.city
       OR tgt.email IS DISTINCT FROM src.email);

-- normalise-rows: Brings every value to the form it is compared and stored in.
CREATE TEMP TABLE events AS
SELECT src.customer_id,
       CAST($as_of AS DATE) AS effective_at,
       FALSE AS is_delete,
       src.email AS email,
       src.city AS city,
       src.source_line
FROM temp.staged AS src
JOIN temp.news AS news ON news.customer_id = src.customer_id
WHERE src.customer_id IS NOT NULL;

-- count-set-aside: The rows of all other members agree with what is stored.
SELECT count(*) FILTER (WHERE src.customer_id IS NOT NULL) - (SELECT count(*) FROM temp.events) AS accepted
FROM temp.staged AS src;

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
       src.email,
       src.city,
       min(src.source_line) AS source_line
FROM temp.events AS src
JOIN temp.repeated AS repeated ON repeated.customer_id = src.customer_id AND repeated.effective_at = src.effective_at
GROUP BY src.customer_id,
         src.effective_at,
         src.is_delete,
         src.email,
         src.city;

-- find-conflicts: Keys that are still there with different values.
-- only if: repeated_keys > 0
CREATE TEMP TABLE conflicts AS
SELECT src.customer_id,
       src.effective_at,
       concat_ws(', ', CASE WHEN min(src.is_delete) IS DISTINCT FROM max(src.is_delete) OR count(src.is_delete) NOT IN (0, count(*)) THEN 'is_delete' END,
                       CASE WHEN min(src.email) IS DISTINCT FROM max(src.email) OR count(src.email) NOT IN (0, count(*)) THEN 'email' END,
                       CASE WHEN min(src.city) IS DISTINCT FROM max(src.city) OR count(src.city) NOT IN (0, count(*)) THEN 'city' END) AS differing_columns
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
       src.email,
       src.city,
       src.source_line
FROM temp.events AS src
ANTI JOIN temp.repeated AS repeated ON repeated.customer_id = src.customer_id AND repeated.effective_at = src.effective_at;

-- take-decided-rows: And the one row that was chosen for a repeated key.
-- only if: repeated_keys > 0
INSERT INTO temp.incoming
SELECT src.customer_id,
       src.effective_at,
       src.is_delete,
       src.email,
       src.city,
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

-- find-inferred-members: The first real event of each placeholder.
CREATE TEMP TABLE resolving AS
SELECT incoming.*
FROM temp.incoming AS incoming
JOIN temp.known AS placeholder ON placeholder.customer_id = incoming.customer_id AND placeholder.is_inferred
WHERE NOT incoming.is_delete
QUALIFY row_number() OVER (PARTITION BY incoming.customer_id ORDER BY incoming.effective_at) = 1;

-- count-placeholders: Usually none.
SELECT count(*) AS placeholders FROM temp.resolving;

-- resolve-inferred-members: The first real event overwrites a placeholder in place and keeps its surrogate key.
-- only if: placeholders > 0
UPDATE business.dim_customer AS tgt
SET email = src.email,
    city = src.city,
    valid_from = least(tgt.valid_from, src.effective_at),
    changed_at = src.effective_at,
    is_inferred = FALSE,
    load_id = $load_id
FROM temp.resolving AS src
WHERE tgt.customer_id = src.customer_id
  AND tgt.is_inferred;

-- resolve-known-members: What is known of them is no placeholder any more.
-- only if: placeholders > 0
UPDATE temp.known AS tgt
SET email = src.email,
    city = src.city,
    valid_from = least(tgt.valid_from, src.effective_at),
    changed_at = src.effective_at,
    is_inferred = FALSE,
    load_id = $load_id
FROM temp.resolving AS src
WHERE tgt.customer_id = src.customer_id
  AND tgt.is_inferred;

-- find-late-rows: Rows at the very instant of what is stored that say something else.
CREATE TEMP TABLE late AS
SELECT src.*,
       FALSE AS is_known
FROM temp.incoming AS src
WHERE EXISTS (
    SELECT 1
    FROM temp.known AS tgt
    WHERE tgt.customer_id = src.customer_id
      AND NOT tgt.is_inferred
      AND tgt.valid_from <= src.effective_at AND coalesce(CAST(nullif(tgt.valid_to, DATE '9999-12-31') + INTERVAL 1 DAY AS DATE), DATE 'infinity') > src.effective_at
      AND src.effective_at IN (tgt.valid_from, coalesce(tgt.changed_at, tgt.valid_from))
      AND NOT src.is_delete AND (tgt.city IS DISTINCT FROM src.city)
);

-- count-late-rows: Rows that the stored history tells already change nothing; the others here cannot be taken in.
SELECT count(*) AS late_rows,
       count(*) FILTER (WHERE is_known) AS accepted
FROM temp.late;

-- reject-late-rows: What contradicts what is stored and cannot be decided is kept aside, never silently dropped.
-- only if: late_rows > 0
INSERT INTO warehouse.reject (load_id, target, file, line, column_name, reason, raw_row)
SELECT $load_id,
       $target,
       $path,
       src.source_line,
       NULL,
       'another event of the member at this instant is stored and differs (' || 'customer_id = ' || CAST(src.customer_id AS VARCHAR) || ')',
       CAST(to_json(src) AS VARCHAR)
FROM temp.late AS src
WHERE NOT src.is_known;

-- leave-late-rows: They take no further part.
-- only if: late_rows > 0
DELETE FROM temp.incoming AS src
WHERE EXISTS (
    SELECT 1
    FROM temp.late AS late
    WHERE late.customer_id = src.customer_id
      AND late.effective_at = src.effective_at
      AND late.is_delete = src.is_delete
);

-- count-incoming: The rows that will be compared.
SELECT count(*) AS accepted FROM temp.incoming;

-- find-successors: The one row of a member that is newer than all of its history, and where that is sound.
CREATE TEMP TABLE successors AS
WITH alone AS (
    SELECT src.customer_id
    FROM temp.incoming AS src
    GROUP BY src.customer_id
    HAVING count(*) = 1 AND NOT bool_or(src.is_delete)
),
histories AS (
    SELECT tgt.customer_id,
           bool_and(CASE WHEN next_version.version IS NULL THEN tgt.is_current AND CAST(nullif(tgt.valid_to, DATE '9999-12-31') + INTERVAL 1 DAY AS DATE) IS NULL
                         ELSE NOT tgt.is_current AND coalesce(tgt.valid_from < CAST(nullif(tgt.valid_to, DATE '9999-12-31') + INTERVAL 1 DAY AS DATE) AND (CAST(nullif(tgt.valid_to, DATE '9999-12-31') + INTERVAL 1 DAY AS DATE) < next_version.valid_from OR (CAST(nullif(tgt.valid_to, DATE '9999-12-31') + INTERVAL 1 DAY AS DATE) = next_version.valid_from AND (tgt.city IS DISTINCT FROM next_version.city))), FALSE)
                    END)
           AND count(*) FILTER (WHERE tgt.is_current) = 1
           AND min(tgt.version) = 1
           AND max(tgt.version) = count(*) AS is_sound
    FROM temp.known AS tgt
    LEFT JOIN temp.known AS next_version ON next_version.customer_id = tgt.customer_id AND next_version.version = tgt.version + 1
    GROUP BY tgt.customer_id
),
following AS (
    SELECT src.customer_id,
           src.effective_at AS happens_at,
           src.effective_at AS changed_at,
           src.email,
           src.city,
           open_version.customer_key AS stored_key,
           coalesce(open_version.version, 0) + 1 AS version_number
    FROM temp.incoming AS src
    JOIN alone ON alone.customer_id = src.customer_id
    LEFT JOIN histories ON histories.customer_id = src.customer_id
    LEFT JOIN temp.known AS open_version ON open_version.customer_id = src.customer_id AND open_version.is_current
    WHERE histories.is_sound IS NULL
       OR (histories.is_sound
           AND NOT open_version.is_inferred
           AND src.effective_at > open_version.valid_from
           AND src.effective_at > coalesce(open_version.changed_at, open_version.valid_from)
           AND (open_version.city IS DISTINCT FROM src.city)
           AND open_version.email IS NOT DISTINCT FROM src.email)
)
SELECT src.*,
       src.happens_at AS held_from,
       CAST(NULL AS DATE) AS ends_at,
       surrogate_key.last_key + row_number() OVER (ORDER BY src.happens_at, src.customer_id) AS given_key
FROM following AS src
CROSS JOIN (SELECT last_key FROM warehouse.surrogate_key WHERE target = $target) AS surrogate_key;

-- count-successors: Usually nearly all.
SELECT count(*) AS successors,
       count(stored_key) AS succeeded_versions,
       count(*) - count(stored_key) AS new_members,
       count(stored_key) AS new_versions
FROM temp.successors;

-- find-touched-members: Members with an event that their history does not already tell.
CREATE TEMP TABLE touched AS
SELECT DISTINCT src.customer_id
FROM temp.incoming AS src
LEFT JOIN temp.known AS tgt ON tgt.customer_id = src.customer_id
    AND tgt.valid_from <= src.effective_at AND coalesce(CAST(nullif(tgt.valid_to, DATE '9999-12-31') + INTERVAL 1 DAY AS DATE), DATE 'infinity') > src.effective_at
WHERE CASE WHEN tgt.customer_key IS NULL THEN NOT src.is_delete
           ELSE src.is_delete
                OR tgt.city IS DISTINCT FROM src.city
                OR (tgt.email IS DISTINCT FROM src.email AND src.effective_at >= coalesce(tgt.changed_at, tgt.valid_from))
      END
   AND NOT EXISTS (SELECT 1 FROM temp.successors AS successor WHERE successor.customer_id = src.customer_id);

-- count-touched-members: Without any the merge ends here.
SELECT count(*) AS touched_members FROM temp.touched;

-- read-stored-versions: The history of the touched members as it was before.
-- only if: touched_members > 0
CREATE TEMP TABLE stored AS
SELECT tgt.customer_key,
       tgt.customer_id,
       tgt.email,
       tgt.city,
       tgt.valid_from AS held_from,
       CAST(nullif(tgt.valid_to, DATE '9999-12-31') + INTERVAL 1 DAY AS DATE) AS ends_at,
       lead(tgt.valid_from) OVER (PARTITION BY tgt.customer_id ORDER BY tgt.valid_from) AS next_held_from,
       tgt.version AS version_number,
       coalesce(tgt.changed_at, tgt.valid_from) AS stored_change,
       FALSE AS is_delete
FROM temp.known AS tgt
JOIN temp.touched AS touched ON tgt.customer_id = touched.customer_id;

-- guard-stored-versions: members have several open versions in the table already, so nobody can tell which of them is true; VerifyAsync lists them, correct the table first
-- only if: touched_members > 0
SELECT stored.customer_id
FROM temp.stored AS stored
WHERE stored.ends_at IS NULL
GROUP BY stored.customer_id
HAVING count(*) > 1
LIMIT 20;

-- build-timeline: What is known of each touched member and what the batch says, in order.
-- only if: touched_members > 0
CREATE TEMP TABLE timeline AS
WITH
happenings AS (
    SELECT stored.held_from AS happens_at,
           0 AS precedence,
           'stored' AS kind,
           FALSE AS is_delete,
           stored.version_number AS stored_version,
           stored.stored_change,
           stored.customer_id,
           stored.email,
           stored.city
    FROM temp.stored AS stored
    WHERE NOT stored.is_delete
    UNION ALL
    SELECT stored.stored_change, 1, 'seen', FALSE, NULL, NULL, stored.customer_id, stored.email, stored.city
    FROM temp.stored AS stored
    WHERE NOT stored.is_delete AND stored.stored_change > stored.held_from AND (stored.ends_at IS NULL OR stored.stored_change < stored.ends_at)
    UNION ALL
    SELECT stored.held_from, 0, 'ended', TRUE, NULL, NULL, stored.customer_id, NULL, NULL
    FROM temp.stored AS stored
    WHERE stored.is_delete
    UNION ALL
    SELECT stored.ends_at, 0, 'ended', TRUE, NULL, NULL, stored.customer_id, NULL, NULL
    FROM temp.stored AS stored
    WHERE stored.ends_at IS NOT NULL AND stored.next_held_from IS DISTINCT FROM stored.ends_at
    UNION ALL
    SELECT src.effective_at, 2, 'event', src.is_delete, NULL, NULL, src.customer_id, src.email, src.city
    FROM temp.incoming AS src
    JOIN temp.touched AS touched ON src.customer_id = touched.customer_id
),
-- Ended and begun at the same instant: nothing ended.
without_undone_ends AS (
    SELECT src.*,
           kind = 'event' AND NOT is_delete AND bool_or(is_delete AND kind IN ('ended', 'known')) OVER (PARTITION BY src.customer_id, happens_at) AS undoes_end
    FROM happenings AS src
    QUALIFY NOT (is_delete AND bool_or(NOT is_delete) OVER (PARTITION BY src.customer_id, happens_at))
),
-- A second end, or the end of someone never seen, says nothing.
without_idle_ends AS (
    SELECT src.*
    FROM without_undone_ends AS src
    WINDOW member AS (PARTITION BY src.customer_id ORDER BY happens_at, precedence)
    QUALIFY NOT (is_delete AND coalesce(lag(is_delete) OVER member, TRUE))
),
grouped AS (
    SELECT src.*,
           count(*) FILTER (WHERE kind = 'stored') OVER (PARTITION BY src.customer_id ORDER BY happens_at, precedence) AS stored_group
    FROM without_idle_ends AS src
),
-- An event older than the last overwrite leaves that as it is.
without_old_overwrites AS (
    SELECT src.* REPLACE (
        CASE WHEN kind = 'event' AND happens_at < first_value(stored_change) OVER settled THEN first_value(email) OVER settled ELSE email END AS email
    )
    FROM grouped AS src
    WINDOW settled AS (PARTITION BY src.customer_id, stored_group ORDER BY happens_at, precedence)
),
-- An end carries on the values it found.
carried AS (
    SELECT src.* REPLACE (
        CASE WHEN is_delete THEN lag(email) OVER member ELSE email END AS email,
        CASE WHEN is_delete THEN lag(city) OVER member ELSE city END AS city
    )
    FROM without_old_overwrites AS src
    WINDOW member AS (PARTITION BY src.customer_id ORDER BY happens_at, precedence)
)
SELECT src.*,
       lag(kind) OVER member IS NULL AS is_first,
       NOT is_delete AND (
           coalesce(lag(is_delete) OVER member, TRUE)
           OR (kind = 'stored' AND lag(kind) OVER member IN ('stored', 'seen'))
           OR city IS DISTINCT FROM lag(city) OVER member
       ) AS begins_version,
       is_delete AS ends_member,
       kind = 'event' AND NOT is_delete AND NOT coalesce(lag(is_delete) OVER member, TRUE) AND (
           email IS DISTINCT FROM lag(email) OVER member
       ) AS overwrites
FROM carried AS src
WINDOW member AS (PARTITION BY src.customer_id ORDER BY happens_at, precedence);

-- number-versions: Each version with its end and its key: that of the stored version which begins where it does or, saying the same, inside it.
-- only if: touched_members > 0
CREATE TEMP TABLE versions AS
WITH boundaries AS (
    SELECT src.*,
           lead(happens_at) OVER member AS ends_at
    FROM temp.timeline AS src
    WHERE begins_version OR ends_member
    WINDOW member AS (PARTITION BY src.customer_id ORDER BY happens_at, precedence)
),
numbered AS (
    SELECT src.*,
           row_number() OVER (PARTITION BY src.customer_id ORDER BY happens_at) AS version_number
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
           stored.customer_key AS stored_key
    FROM begun AS src
    LEFT JOIN temp.stored AS stored ON stored.customer_id = src.customer_id AND stored.held_from = src.held_from
),
begins_earlier AS (
    SELECT src.customer_id,
           src.version_number,
           arg_min(stored.customer_key, stored.held_from) AS stored_key
    FROM same_beginning AS src
    JOIN temp.stored AS stored ON stored.customer_id = src.customer_id
        AND stored.held_from > src.held_from
        AND (src.ends_at IS NULL OR stored.held_from < src.ends_at)
    WHERE src.stored_key IS NULL
      AND NOT (stored.city IS DISTINCT FROM src.city)
          AND stored.is_delete = src.is_delete
    GROUP BY src.customer_id, src.version_number
),
matched AS (
    SELECT src.* REPLACE (coalesce(src.stored_key, earlier.stored_key) AS stored_key)
    FROM same_beginning AS src
    LEFT JOIN begins_earlier AS earlier ON earlier.customer_id = src.customer_id AND earlier.version_number = src.version_number
)
SELECT src.*,
       coalesce(src.stored_key, surrogate_key.last_key + row_number() OVER (PARTITION BY src.stored_key IS NULL ORDER BY src.happens_at, src.customer_id)) AS given_key
FROM matched AS src
CROSS JOIN (SELECT last_key FROM warehouse.surrogate_key WHERE target = $target) AS surrogate_key;

-- find-member-state: Type 0 the earliest value, types 1 and 3 the latest: of the member, or of the version where only the current one is overwritten.
-- only if: touched_members > 0
CREATE TEMP TABLE member_state AS
SELECT customer_id,
       version_number,
       last(email ORDER BY happens_at, precedence) FILTER (WHERE NOT is_delete) AS email,
       max(happens_at) FILTER (WHERE kind IN ('event', 'absent') AND (begins_version OR overwrites OR ends_member)) AS changed_at,
       bool_or(overwrites) AS is_overwritten
FROM (
         SELECT timeline.*,
                version.version_number
         FROM temp.timeline AS timeline
         JOIN temp.versions AS version ON version.customer_id = timeline.customer_id
             AND (version.ends_at IS NULL OR timeline.happens_at < version.ends_at)
     ) AS seen_by_version
GROUP BY customer_id, version_number;

-- count-keyed-together: Usually only one kind of versions is new.
-- only if: touched_members > 0
SELECT CASE WHEN EXISTS (SELECT 1 FROM temp.successors) THEN count(*) FILTER (WHERE src.stored_key IS NULL) ELSE 0 END AS keyed_together
FROM temp.versions AS src;

-- order-keys: One order for all new versions.
-- only if: keyed_together > 0
CREATE TEMP TABLE key_order AS
SELECT src.customer_id,
       src.version_number,
       surrogate_key.last_key + row_number() OVER (ORDER BY src.happens_at, src.customer_id) AS given_key
FROM (
    SELECT version.customer_id,
           version.version_number,
           version.happens_at
    FROM temp.versions AS version
    WHERE version.stored_key IS NULL
    UNION ALL
    SELECT successor.customer_id,
           successor.version_number,
           successor.happens_at
    FROM temp.successors AS successor
) AS src
CROSS JOIN (SELECT last_key FROM warehouse.surrogate_key WHERE target = $target) AS surrogate_key;

-- key-versions: As that order has it.
-- only if: keyed_together > 0
UPDATE temp.versions AS tgt
SET given_key = src.given_key
FROM temp.key_order AS src
WHERE tgt.customer_id = src.customer_id
  AND tgt.version_number = src.version_number
  AND tgt.stored_key IS NULL;

-- key-successors: As that order has it.
-- only if: keyed_together > 0
UPDATE temp.successors AS tgt
SET given_key = src.given_key
FROM temp.key_order AS src
WHERE tgt.customer_id = src.customer_id
  AND tgt.version_number = src.version_number;

-- guard-surrogate-keys: the table holds surrogate keys that were never given, so that they would be given twice
-- only if: successors > 0
SELECT tgt.customer_key
FROM business.dim_customer AS tgt
WHERE tgt.customer_key > (SELECT last_key FROM warehouse.surrogate_key WHERE target = $target)
LIMIT 20;

-- end-succeeded-versions: Open versions that end where the next begins.
-- only if: succeeded_versions > 0
UPDATE business.dim_customer AS tgt
SET valid_to = coalesce(CAST(src.held_from - INTERVAL 1 DAY AS DATE), DATE '9999-12-31'),
    is_current = FALSE,
    load_id = $load_id
FROM temp.successors AS src
WHERE tgt.customer_key = src.stored_key;

-- insert-successors: The next versions, keyed in the order of effective time and natural key.
-- only if: successors > 0
INSERT INTO business.dim_customer (customer_key, customer_id, email, city, valid_from, valid_to, is_current, version, changed_at, is_inferred, load_id)
SELECT src.given_key,
       src.customer_id,
       src.email,
       src.city,
       src.held_from,
       coalesce(CAST(src.ends_at - INTERVAL 1 DAY AS DATE), DATE '9999-12-31'),
       src.ends_at IS NULL,
       src.version_number,
       greatest(src.changed_at, src.happens_at),
       FALSE,
       $load_id
FROM temp.successors AS src;

-- advance-surrogate-keys: Keys given are never given again.
-- only if: successors > 0
UPDATE warehouse.surrogate_key
SET last_key = last_key + (SELECT count(*) FROM temp.successors)
WHERE target = $target;

-- find-vanished-versions: Stored versions that the history no longer has, with the member's latest.
-- only if: touched_members > 0
CREATE TEMP TABLE vanished AS
SELECT stored.customer_key AS old_key,
       coalesce(latest.given_key, -1) AS new_key
FROM temp.stored AS stored
LEFT JOIN (
    SELECT src.customer_id,
           arg_max(src.given_key, src.version_number) AS given_key
    FROM temp.versions AS src
    GROUP BY src.customer_id
) AS latest ON latest.customer_id = stored.customer_id
WHERE NOT EXISTS (SELECT 1 FROM temp.versions AS src WHERE src.stored_key = stored.customer_key);

-- count-vanished-versions: Usually none.
-- only if: touched_members > 0
SELECT count(*) AS vanished_versions FROM temp.vanished;

-- delete-vanished-versions: Versions that the history no longer has; nothing holds their keys any more.
-- only if: vanished_versions > 0
DELETE FROM business.dim_customer AS tgt
WHERE tgt.customer_key IN (SELECT old_key FROM temp.vanished);

-- find-changed-versions: Stored versions that begin, end or number otherwise now, or were corrected; most only end.
-- only if: touched_members > 0
CREATE TEMP TABLE changed AS
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
           ) AS is_other
    FROM temp.versions AS src
    JOIN temp.stored AS stored ON stored.customer_key = src.stored_key
) AS compared
WHERE ends_otherwise
   OR is_other;

-- count-changed-versions: Of most nothing changes but that they end.
-- only if: touched_members > 0
SELECT count(*) FILTER (WHERE only_ends) AS ended_versions,
       count(*) FILTER (WHERE NOT only_ends) AS moved_versions
FROM temp.changed;

-- end-versions: Open versions that end now.
-- only if: ended_versions > 0
UPDATE business.dim_customer AS tgt
SET valid_to = coalesce(CAST(src.ends_at - INTERVAL 1 DAY AS DATE), DATE '9999-12-31'),
    is_current = FALSE,
    load_id = $load_id
FROM temp.changed AS src
WHERE tgt.customer_key = src.stored_key
  AND src.only_ends;

-- move-versions: Versions of which more has changed than that they end.
-- only if: moved_versions > 0
UPDATE business.dim_customer AS tgt
SET valid_from = src.held_from,
    valid_to = coalesce(CAST(src.ends_at - INTERVAL 1 DAY AS DATE), DATE '9999-12-31'),
    is_current = src.ends_at IS NULL,
    version = src.version_number,
    city = src.city,
    changed_at = CASE WHEN CAST(nullif(tgt.valid_to, DATE '9999-12-31') + INTERVAL 1 DAY AS DATE) < coalesce(src.ends_at, DATE 'infinity') THEN greatest(tgt.changed_at, CAST(nullif(tgt.valid_to, DATE '9999-12-31') + INTERVAL 1 DAY AS DATE)) ELSE tgt.changed_at END,
    load_id = $load_id
FROM temp.changed AS src
WHERE tgt.customer_key = src.stored_key
  AND NOT src.only_ends;

-- insert-versions: New versions, keyed in the order of effective time and natural key.
-- only if: touched_members > 0
INSERT INTO business.dim_customer (customer_key, customer_id, email, city, valid_from, valid_to, is_current, version, changed_at, is_inferred, load_id)
SELECT src.given_key,
       src.customer_id,
       member_state.email,
       src.city,
       src.held_from,
       coalesce(CAST(src.ends_at - INTERVAL 1 DAY AS DATE), DATE '9999-12-31'),
       src.ends_at IS NULL,
       src.version_number,
       greatest(member_state.changed_at, src.happens_at),
       FALSE,
       $load_id
FROM temp.versions AS src
JOIN temp.member_state AS member_state ON member_state.customer_id = src.customer_id AND member_state.version_number = src.version_number
WHERE src.stored_key IS NULL;

-- advance-surrogate-keys: Keys given are never given again.
-- only if: inserted_versions > 0
UPDATE warehouse.surrogate_key
SET last_key = last_key + (SELECT count(*) FROM temp.versions WHERE stored_key IS NULL)
WHERE target = $target;

-- overwrite-attributes: Type 0 holds for all versions of the member; types 1 and 3 too, or for the current one if so declared.
-- only if: touched_members > 0
UPDATE business.dim_customer AS tgt
SET email = src.email,
    changed_at = greatest(tgt.changed_at, src.changed_at),
    load_id = $load_id
FROM temp.member_state AS src
WHERE tgt.customer_id = src.customer_id
  AND tgt.version = src.version_number
  AND (tgt.email IS DISTINCT FROM src.email
       OR (tgt.is_current AND src.is_overwritten AND tgt.changed_at < src.changed_at));

-- count-outcomes: What became of each row.
-- only if: touched_members > 0
WITH lives AS (
    SELECT src.*,
           count(*) FILTER (WHERE begins_version OR ends_member) OVER (PARTITION BY src.customer_id ORDER BY happens_at, precedence) AS life_number
    FROM temp.timeline AS src
),
happenings AS (
    SELECT src.*,
           max(happens_at) FILTER (WHERE kind NOT IN ('event', 'absent')) OVER (PARTITION BY src.customer_id) > happens_at AS comes_late,
           coalesce(max(happens_at) FILTER (WHERE kind = 'known' AND NOT is_delete) OVER (PARTITION BY src.customer_id, life_number) > happens_at, FALSE) AS is_outdone,
           EXISTS (SELECT 1 FROM temp.resolving AS resolving WHERE resolving.customer_id = src.customer_id AND resolving.effective_at = happens_at) AS fills_in,
           EXISTS (SELECT 1 FROM temp.stored AS stored WHERE stored.customer_id = src.customer_id) AS was_stored
    FROM lives AS src
),
outcomes AS (
    SELECT src.kind,
           CASE WHEN src.kind = 'absent' THEN 'expired'
                WHEN src.fills_in AND NOT src.is_delete THEN 'resolved'
                WHEN src.undoes_end AND NOT src.begins_version AND NOT coalesce(src.comes_late, FALSE) THEN 'reopened'
                WHEN src.was_stored AND (src.comes_late OR covering.held_from = src.happens_at) AND (CASE WHEN src.is_delete THEN covering.held_from IS NOT NULL ELSE covering.held_from IS NULL OR (covering.city IS DISTINCT FROM src.city) END OR (src.begins_version AND NOT src.is_first)) THEN 'split'
                WHEN src.is_delete THEN 'expired'
                WHEN src.begins_version AND NOT src.was_stored AND src.is_first THEN 'new member'
                WHEN src.begins_version AND NOT (src.was_stored AND coalesce(src.comes_late, FALSE)) THEN 'new version'
                WHEN (src.overwrites AND NOT src.is_outdone)  THEN 'overwritten'
           END AS row_outcome
    FROM happenings AS src
    LEFT JOIN temp.stored AS covering ON covering.customer_id = src.customer_id
        AND NOT covering.is_delete
        AND covering.held_from <= src.happens_at
        AND coalesce(covering.ends_at, DATE 'infinity') > src.happens_at
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
CREATE TEMP TABLE written AS
SELECT tgt.customer_key,
       tgt.customer_id,
       tgt.is_current,
       tgt.version,
       tgt.valid_from AS held_from,
       CAST(nullif(tgt.valid_to, DATE '9999-12-31') + INTERVAL 1 DAY AS DATE) AS ends_at
FROM business.dim_customer AS tgt
JOIN temp.touched AS touched ON tgt.customer_id = touched.customer_id;

-- check-current-versions: members would have more than one current version, or one that is not open
-- only if: touched_members > 0
SELECT tgt.customer_id
FROM temp.written AS tgt
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
    FROM temp.written AS tgt
) AS version
WHERE held_from >= ends_at
   OR next_held_from < ends_at
   OR (next_held_from IS NOT NULL AND ends_at IS NULL)
LIMIT 20;

-- check-neighbours: members would have two versions that say the same and follow each other without a gap; if an attribute was of type 2 before, merge its versions first
-- only if: touched_members > 0
SELECT DISTINCT src.customer_id
FROM temp.versions AS src
JOIN temp.versions AS next_version ON next_version.customer_id = src.customer_id AND next_version.held_from = src.ends_at
WHERE NOT (src.city IS DISTINCT FROM next_version.city)
LIMIT 20;

-- check-surrogate-keys: surrogate keys would be given twice
-- only if: inserted_versions > 0
SELECT tgt.customer_key
FROM business.dim_customer AS tgt
WHERE tgt.customer_key > (SELECT last_key FROM warehouse.surrogate_key WHERE target = $target)
   OR tgt.customer_key IN (
       SELECT repeated.customer_key
       FROM temp.written AS repeated
       GROUP BY repeated.customer_key
       HAVING count(*) > 1
   )
LIMIT 20;
