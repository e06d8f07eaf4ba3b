-- warehouse-sdk: merge business.dim_subscriber

-- read-last-key: Members with a key up to here may have facts.
SELECT last_key AS keys_before
FROM warehouse.surrogate_key
WHERE target = $target;

-- insert-combinations: Combinations of business.dim_usage that were not seen before.
INSERT INTO business.dim_usage (usage_key, minutes_band, is_prepaid, region, level, load_id)
SELECT surrogate_key.last_key + row_number() OVER (ORDER BY src.minutes_band NULLS FIRST, src.is_prepaid NULLS FIRST, src.region NULLS FIRST, src.level NULLS FIRST),
       src.minutes_band,
       src.is_prepaid,
       src.region,
       src.level,
       $load_id
FROM (
    SELECT DISTINCT CASE WHEN src.minutes IS NULL THEN 'Unknown'
                         WHEN isnan(src.minutes) THEN 'Out of range'
                         WHEN src.minutes < 10 THEN 'few'
                         WHEN src.minutes >= 10 AND src.minutes < 100 THEN 'some'
                         WHEN src.minutes >= 100 THEN 'many'
                         ELSE 'Out of range'
                    END AS minutes_band,
                    CASE WHEN src.is_prepaid THEN 'Yes' WHEN NOT src.is_prepaid THEN 'No' ELSE 'Unknown' END AS is_prepaid,
                    coalesce(src.region, 'Unknown') AS region,
                    CAST(src.level AS INTEGER) AS level
    FROM temp.staged AS src
    WHERE src.subscriber_id IS NOT NULL AND src.changed_at IS NOT NULL AND NOT coalesce(upper(src.op) = 'D', FALSE)
) AS src
CROSS JOIN (SELECT last_key FROM warehouse.surrogate_key WHERE target = 'business.dim_usage') AS surrogate_key
WHERE NOT EXISTS (
    SELECT 1
    FROM business.dim_usage AS tgt
    WHERE tgt.usage_key > 0
      AND tgt.minutes_band IS NOT DISTINCT FROM src.minutes_band
      AND tgt.is_prepaid IS NOT DISTINCT FROM src.is_prepaid
      AND tgt.region IS NOT DISTINCT FROM src.region
      AND tgt.level IS NOT DISTINCT FROM src.level
);

-- advance-surrogate-keys: Keys given are never given again.
-- only if: new_combinations > 0
UPDATE warehouse.surrogate_key
SET last_key = greatest(last_key, (SELECT max(usage_key) FROM business.dim_usage))
WHERE target = 'business.dim_usage';

-- find-combinations: The combination of business.dim_usage that each row gives its member.
CREATE TEMP TABLE profiled_1 AS
SELECT src.source_line,
       src.subscriber_id,
       src.changed_at,
       src.op,
       src.minutes,
       src.is_prepaid,
       src.region,
       src.level,
       CASE WHEN NOT coalesce(upper(src.op) = 'D', FALSE) THEN combination.usage_key END AS usage_key
FROM temp.staged AS src
LEFT JOIN business.dim_usage AS combination ON combination.usage_key > 0
    AND combination.minutes_band IS NOT DISTINCT FROM CASE WHEN src.minutes IS NULL THEN 'Unknown'
                                                           WHEN isnan(src.minutes) THEN 'Out of range'
                                                           WHEN src.minutes < 10 THEN 'few'
                                                           WHEN src.minutes >= 10 AND src.minutes < 100 THEN 'some'
                                                           WHEN src.minutes >= 100 THEN 'many'
                                                           ELSE 'Out of range'
                                                      END
    AND combination.is_prepaid IS NOT DISTINCT FROM CASE WHEN src.is_prepaid THEN 'Yes' WHEN NOT src.is_prepaid THEN 'No' ELSE 'Unknown' END
    AND combination.region IS NOT DISTINCT FROM coalesce(src.region, 'Unknown')
    AND combination.level IS NOT DISTINCT FROM CAST(src.level AS INTEGER)
WHERE src.subscriber_id IS NOT NULL AND src.changed_at IS NOT NULL;

-- read-known-versions: All stored versions of the members at hand: the table is read once and left alone until it is written.
-- within: business.dim_usage_assignment
CREATE TEMP TABLE known AS
WITH members AS (
    SELECT DISTINCT src.subscriber_id
    FROM temp.profiled_1 AS src
)
SELECT tgt.*
FROM business.dim_usage_assignment AS tgt
JOIN members ON tgt.subscriber_id = members.subscriber_id;

-- find-news: Members of whom a row says something that their open version does not; of all others nothing has to be known.
-- within: business.dim_usage_assignment
CREATE TEMP TABLE news AS
SELECT DISTINCT src.subscriber_id
FROM temp.profiled_1 AS src
LEFT JOIN temp.known AS tgt ON tgt.subscriber_id = src.subscriber_id AND tgt.is_current
WHERE src.subscriber_id IS NOT NULL AND src.changed_at IS NOT NULL
  AND (tgt.usage_assignment_key IS NULL
       OR tgt.is_inferred
       OR coalesce(upper(src.op) = 'D', FALSE)
       OR CAST(src.changed_at AS TIMESTAMP) < tgt.valid_from
       OR tgt.usage_key IS DISTINCT FROM src.usage_key);

-- normalise-rows: Brings every value to the form it is compared and stored in.
-- within: business.dim_usage_assignment
CREATE TEMP TABLE events AS
SELECT src.subscriber_id,
       CAST(src.changed_at AS TIMESTAMP) AS effective_at,
       coalesce(upper(src.op) = 'D', FALSE) AS is_delete,
       src.usage_key AS usage_key,
       src.source_line
FROM temp.profiled_1 AS src
JOIN temp.news AS news ON news.subscriber_id = src.subscriber_id
WHERE src.subscriber_id IS NOT NULL AND src.changed_at IS NOT NULL;

-- count-set-aside: The rows of all other members agree with what is stored.
-- within: business.dim_usage_assignment
SELECT count(*) FILTER (WHERE src.subscriber_id IS NOT NULL AND src.changed_at IS NOT NULL) - (SELECT count(*) FROM temp.events) AS accepted
FROM temp.profiled_1 AS src;

-- find-repeated-keys: Keys that stand in the batch more than once; usually none.
-- within: business.dim_usage_assignment
CREATE TEMP TABLE repeated AS
SELECT src.subscriber_id,
       src.effective_at,
       count(*) AS copies
FROM temp.events AS src
GROUP BY ALL
HAVING count(*) > 1;

-- count-repeated-keys: Whether anything has to be decided at all.
-- within: business.dim_usage_assignment
SELECT count(*) AS repeated_keys FROM temp.repeated;

-- decide-repeated-rows: Exact copies collapse into one.
-- within: business.dim_usage_assignment
-- only if: repeated_keys > 0
CREATE TEMP TABLE decided AS
SELECT src.subscriber_id,
       src.effective_at,
       src.is_delete,
       src.usage_key,
       min(src.source_line) AS source_line
FROM temp.events AS src
JOIN temp.repeated AS repeated ON repeated.subscriber_id = src.subscriber_id AND repeated.effective_at = src.effective_at
GROUP BY src.subscriber_id,
         src.effective_at,
         src.is_delete,
         src.usage_key;

-- find-conflicts: Keys that are still there with different values.
-- within: business.dim_usage_assignment
-- only if: repeated_keys > 0
CREATE TEMP TABLE conflicts AS
SELECT src.subscriber_id,
       src.effective_at,
       concat_ws(', ', CASE WHEN min(src.is_delete) IS DISTINCT FROM max(src.is_delete) OR count(src.is_delete) NOT IN (0, count(*)) THEN 'is_delete' END,
                       CASE WHEN min(src.usage_key) IS DISTINCT FROM max(src.usage_key) OR count(src.usage_key) NOT IN (0, count(*)) THEN 'usage_key' END) AS differing_columns
FROM temp.decided AS src
WHERE NOT src.is_delete
GROUP BY src.subscriber_id,
         src.effective_at
HAVING count(*) > 1;

-- reject-conflicting-rows: None of them can be chosen, so all are kept aside.
-- within: business.dim_usage_assignment
-- only if: repeated_keys > 0
INSERT INTO warehouse.reject (load_id, target, file, line, column_name, reason, raw_row)
SELECT $load_id,
       $target,
       $path,
       src.source_line,
       conflicts.differing_columns,
       'several rows of one member have one effective time and different values (' || 'subscriber_id = ' || CAST(src.subscriber_id AS VARCHAR) || ', ' || 'effective_at = ' || CAST(src.effective_at AS VARCHAR) || ')',
       CAST(to_json(src) AS VARCHAR)
FROM temp.events AS src
JOIN temp.conflicts AS conflicts ON conflicts.subscriber_id = src.subscriber_id AND conflicts.effective_at = src.effective_at;

-- take-incoming: The rows whose key stands in the batch once.
-- within: business.dim_usage_assignment
CREATE TEMP TABLE incoming AS
SELECT src.subscriber_id,
       src.effective_at,
       src.is_delete,
       src.usage_key,
       src.source_line
FROM temp.events AS src
WHERE NOT EXISTS (SELECT 1 FROM temp.repeated AS repeated WHERE repeated.subscriber_id = src.subscriber_id AND repeated.effective_at = src.effective_at);

-- take-decided-rows: And the one row that was chosen for a repeated key.
-- within: business.dim_usage_assignment
-- only if: repeated_keys > 0
INSERT INTO temp.incoming
SELECT src.subscriber_id,
       src.effective_at,
       src.is_delete,
       src.usage_key,
       src.source_line
FROM temp.decided AS src
WHERE NOT EXISTS (SELECT 1 FROM temp.conflicts AS conflicts WHERE conflicts.subscriber_id = src.subscriber_id AND conflicts.effective_at = src.effective_at);

-- count-duplicates: Copies that collapsed and rows that were superseded.
-- within: business.dim_usage_assignment
-- only if: repeated_keys > 0
SELECT (SELECT CAST(coalesce(sum(repeated.copies), 0) AS BIGINT)
        FROM temp.repeated AS repeated
        WHERE NOT EXISTS (SELECT 1 FROM temp.conflicts AS conflicts WHERE conflicts.subscriber_id = repeated.subscriber_id AND conflicts.effective_at = repeated.effective_at))
     - (SELECT count(*)
        FROM temp.decided AS decided
        WHERE NOT EXISTS (SELECT 1 FROM temp.conflicts AS conflicts WHERE conflicts.subscriber_id = decided.subscriber_id AND conflicts.effective_at = decided.effective_at)) AS duplicates;

-- leave-undone-deletes: Deleted and back at the same instant: nothing ended.
-- within: business.dim_usage_assignment
DELETE FROM temp.incoming AS src
WHERE src.is_delete
  AND EXISTS (
      SELECT 1
      FROM temp.incoming AS back
      WHERE back.subscriber_id = src.subscriber_id
        AND back.effective_at = src.effective_at
        AND NOT back.is_delete
  );

-- find-late-rows: Rows at the very instant of what is stored that say something else.
-- within: business.dim_usage_assignment
CREATE TEMP TABLE late AS
SELECT src.*,
       FALSE AS is_known
FROM temp.incoming AS src
WHERE EXISTS (
    SELECT 1
    FROM temp.known AS tgt
    WHERE tgt.subscriber_id = src.subscriber_id
      AND NOT tgt.is_inferred
      AND tgt.valid_from <= src.effective_at AND coalesce(tgt.valid_to, TIMESTAMP 'infinity') > src.effective_at
      AND src.effective_at IN (tgt.valid_from, coalesce(tgt.changed_at, tgt.valid_from))
      AND NOT src.is_delete AND (tgt.usage_key IS DISTINCT FROM src.usage_key)
);

-- count-late-rows: Rows that the stored history tells already change nothing; the others here cannot be taken in.
-- within: business.dim_usage_assignment
SELECT count(*) AS late_rows,
       count(*) FILTER (WHERE is_known) AS accepted
FROM temp.late;

-- reject-late-rows: What contradicts what is stored and cannot be decided is kept aside, never silently dropped.
-- within: business.dim_usage_assignment
-- only if: late_rows > 0
INSERT INTO warehouse.reject (load_id, target, file, line, column_name, reason, raw_row)
SELECT $load_id,
       $target,
       $path,
       src.source_line,
       NULL,
       'another event of the member at this instant is stored and differs (' || 'subscriber_id = ' || CAST(src.subscriber_id AS VARCHAR) || ')',
       CAST(to_json(src) AS VARCHAR)
FROM temp.late AS src
WHERE NOT src.is_known;

-- leave-late-rows: They take no further part.
-- within: business.dim_usage_assignment
-- only if: late_rows > 0
DELETE FROM temp.incoming AS src
WHERE EXISTS (
    SELECT 1
    FROM temp.late AS late
    WHERE late.subscriber_id = src.subscriber_id
      AND late.effective_at = src.effective_at
      AND late.is_delete = src.is_delete
);

-- count-incoming: The rows that will be compared.
-- within: business.dim_usage_assignment
SELECT count(*) AS accepted FROM temp.incoming;

-- forget-private-tables: Their names are free again.
DROP TABLE IF EXISTS temp.known;
DROP TABLE IF EXISTS temp.news;
DROP TABLE IF EXISTS temp.events;
DROP TABLE IF EXISTS temp.repeated;
DROP TABLE IF EXISTS temp.decided;
DROP TABLE IF EXISTS temp.conflicts;
DROP TABLE IF EXISTS temp.incoming;
DROP TABLE IF EXISTS temp.late;

-- leave-copies-of-rejected-rows: What one history cannot take in, no other takes in either.
-- only if: rejected > 0
DELETE FROM temp.staged AS src
WHERE NOT EXISTS (SELECT 1 FROM warehouse.reject AS kept WHERE kept.load_id = $load_id AND kept.line = src.source_line)
  AND EXISTS (
      SELECT 1
      FROM temp.staged AS rejected
      JOIN warehouse.reject AS kept ON kept.load_id = $load_id AND kept.line = rejected.source_line
      WHERE rejected.subscriber_id = src.subscriber_id
        AND rejected.changed_at = src.changed_at
  );

-- leave-rejected-rows: They are kept in the reject table.
-- only if: rejected > 0
DELETE FROM temp.staged AS src
WHERE EXISTS (SELECT 1 FROM warehouse.reject AS kept WHERE kept.load_id = $load_id AND kept.line = src.source_line);

-- reject-incomplete-rows: A row without a key or a time belongs to no member.
INSERT INTO warehouse.reject (load_id, target, file, line, column_name, reason, raw_row)
SELECT $load_id,
       $target,
       $path,
       src.source_line,
       concat_ws(', ', CASE WHEN src.subscriber_id IS NULL THEN 'subscriber_id' END, CASE WHEN src.changed_at IS NULL THEN 'changed_at' END),
       'natural key or effective time is NULL',
       CAST(to_json(src) AS VARCHAR)
FROM temp.staged AS src
WHERE src.subscriber_id IS NULL OR src.changed_at IS NULL;

-- read-known-versions: All stored versions of the members at hand: the table is read once and left alone until it is written.
CREATE TEMP TABLE known AS
WITH members AS (
    SELECT DISTINCT src.subscriber_id
    FROM temp.staged AS src
)
SELECT tgt.*
FROM business.dim_subscriber AS tgt
JOIN members ON tgt.subscriber_id = members.subscriber_id;

-- find-news: Members of whom a row says something that their open version does not; of all others nothing has to be known.
CREATE TEMP TABLE news AS
SELECT DISTINCT src.subscriber_id
FROM temp.staged AS src
LEFT JOIN temp.known AS tgt ON tgt.subscriber_id = src.subscriber_id AND tgt.is_current
WHERE src.subscriber_id IS NOT NULL AND src.changed_at IS NOT NULL
  AND (tgt.subscriber_key IS NULL
       OR tgt.is_inferred
       OR coalesce(upper(src.op) = 'D', FALSE)
       OR CAST(src.changed_at AS TIMESTAMP) < tgt.valid_from
       OR tgt.city IS DISTINCT FROM src.city);

-- normalise-rows: Brings every value to the form it is compared and stored in.
CREATE TEMP TABLE events AS
SELECT src.subscriber_id,
       CAST(src.changed_at AS TIMESTAMP) AS effective_at,
       coalesce(upper(src.op) = 'D', FALSE) AS is_delete,
       src.city AS city,
       src.source_line
FROM temp.staged AS src
JOIN temp.news AS news ON news.subscriber_id = src.subscriber_id
WHERE src.subscriber_id IS NOT NULL AND src.changed_at IS NOT NULL;

-- count-set-aside: The rows of all other members agree with what is stored.
SELECT count(*) FILTER (WHERE src.subscriber_id IS NOT NULL AND src.changed_at IS NOT NULL) - (SELECT count(*) FROM temp.events) AS accepted
FROM temp.staged AS src;

-- find-repeated-keys: Keys that stand in the batch more than once; usually none.
CREATE TEMP TABLE repeated AS
SELECT src.subscriber_id,
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
SELECT src.subscriber_id,
       src.effective_at,
       src.is_delete,
       src.city,
       min(src.source_line) AS source_line
FROM temp.events AS src
JOIN temp.repeated AS repeated ON repeated.subscriber_id = src.subscriber_id AND repeated.effective_at = src.effective_at
GROUP BY src.subscriber_id,
         src.effective_at,
         src.is_delete,
         src.city;

-- find-conflicts: Keys that are still there with different values.
-- only if: repeated_keys > 0
CREATE TEMP TABLE conflicts AS
SELECT src.subscriber_id,
       src.effective_at,
       concat_ws(', ', CASE WHEN min(src.is_delete) IS DISTINCT FROM max(src.is_delete) OR count(src.is_delete) NOT IN (0, count(*)) THEN 'is_delete' END,
                       CASE WHEN min(src.city) IS DISTINCT FROM max(src.city) OR count(src.city) NOT IN (0, count(*)) THEN 'city' END) AS differing_columns
FROM temp.decided AS src
WHERE NOT src.is_delete
GROUP BY src.subscriber_id,
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
       'several rows of one member have one effective time and different values (' || 'subscriber_id = ' || CAST(src.subscriber_id AS VARCHAR) || ', ' || 'effective_at = ' || CAST(src.effective_at AS VARCHAR) || ')',
       CAST(to_json(src) AS VARCHAR)
FROM temp.events AS src
JOIN temp.conflicts AS conflicts ON conflicts.subscriber_id = src.subscriber_id AND conflicts.effective_at = src.effective_at;

-- take-incoming: The rows whose key stands in the batch once.
CREATE TEMP TABLE incoming AS
SELECT src.subscriber_id,
       src.effective_at,
       src.is_delete,
       src.city,
       src.source_line
FROM temp.events AS src
WHERE NOT EXISTS (SELECT 1 FROM temp.repeated AS repeated WHERE repeated.subscriber_id = src.subscriber_id AND repeated.effective_at = src.effective_at);

-- take-decided-rows: And the one row that was chosen for a repeated key.
-- only if: repeated_keys > 0
INSERT INTO temp.incoming
SELECT src.subscriber_id,
       src.effective_at,
       src.is_delete,
       src.city,
       src.source_line
FROM temp.decided AS src
WHERE NOT EXISTS (SELECT 1 FROM temp.conflicts AS conflicts WHERE conflicts.subscriber_id = src.subscriber_id AND conflicts.effective_at = src.effective_at);

-- count-duplicates: Copies that collapsed and rows that were superseded.
-- only if: repeated_keys > 0
SELECT (SELECT CAST(coalesce(sum(repeated.copies), 0) AS BIGINT)
        FROM temp.repeated AS repeated
        WHERE NOT EXISTS (SELECT 1 FROM temp.conflicts AS conflicts WHERE conflicts.subscriber_id = repeated.subscriber_id AND conflicts.effective_at = repeated.effective_at))
     - (SELECT count(*)
        FROM temp.decided AS decided
        WHERE NOT EXISTS (SELECT 1 FROM temp.conflicts AS conflicts WHERE conflicts.subscriber_id = decided.subscriber_id AND conflicts.effective_at = decided.effective_at)) AS duplicates;

-- leave-undone-deletes: Deleted and back at the same instant: nothing ended.
DELETE FROM temp.incoming AS src
WHERE src.is_delete
  AND EXISTS (
      SELECT 1
      FROM temp.incoming AS back
      WHERE back.subscriber_id = src.subscriber_id
        AND back.effective_at = src.effective_at
        AND NOT back.is_delete
  );

-- find-inferred-members: The first real event of each placeholder.
CREATE TEMP TABLE resolving AS
SELECT incoming.*
FROM temp.incoming AS incoming
JOIN temp.known AS placeholder ON placeholder.subscriber_id = incoming.subscriber_id AND placeholder.is_inferred
WHERE NOT incoming.is_delete
QUALIFY row_number() OVER (PARTITION BY incoming.subscriber_id ORDER BY incoming.effective_at) = 1;

-- count-placeholders: Usually none.
SELECT count(*) AS placeholders FROM temp.resolving;

-- resolve-inferred-members: The first real event overwrites a placeholder in place and keeps its surrogate key.
-- only if: placeholders > 0
UPDATE business.dim_subscriber AS tgt
SET city = src.city,
    valid_from = least(tgt.valid_from, src.effective_at),
    changed_at = src.effective_at,
    is_inferred = FALSE,
    load_id = $load_id
FROM temp.resolving AS src
WHERE tgt.subscriber_id = src.subscriber_id
  AND tgt.is_inferred;

-- resolve-known-members: What is known of them is no placeholder any more.
-- only if: placeholders > 0
UPDATE temp.known AS tgt
SET city = src.city,
    valid_from = least(tgt.valid_from, src.effective_at),
    changed_at = src.effective_at,
    is_inferred = FALSE,
    load_id = $load_id
FROM temp.resolving AS src
WHERE tgt.subscriber_id = src.subscriber_id
  AND tgt.is_inferred;

-- find-late-rows: Rows at the very instant of what is stored that say something else.
CREATE TEMP TABLE late AS
SELECT src.*,
       FALSE AS is_known
FROM temp.incoming AS src
WHERE EXISTS (
    SELECT 1
    FROM temp.known AS tgt
    WHERE tgt.subscriber_id = src.subscriber_id
      AND NOT tgt.is_inferred
      AND tgt.valid_from <= src.effective_at AND coalesce(tgt.valid_to, TIMESTAMP 'infinity') > src.effective_at
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
       'another event of the member at this instant is stored and differs (' || 'subscriber_id = ' || CAST(src.subscriber_id AS VARCHAR) || ')',
       CAST(to_json(src) AS VARCHAR)
FROM temp.late AS src
WHERE NOT src.is_known;

-- leave-late-rows: They take no further part.
-- only if: late_rows > 0
DELETE FROM temp.incoming AS src
WHERE EXISTS (
    SELECT 1
    FROM temp.late AS late
    WHERE late.subscriber_id = src.subscriber_id
      AND late.effective_at = src.effective_at
      AND late.is_delete = src.is_delete
);

-- count-incoming: The rows that will be compared.
SELECT count(*) AS accepted FROM temp.incoming;

-- find-touched-members: Members with an event that their history does not already tell.
CREATE TEMP TABLE touched AS
SELECT DISTINCT src.subscriber_id
FROM temp.incoming AS src
LEFT JOIN temp.known AS tgt ON tgt.subscriber_id = src.subscriber_id
    AND tgt.valid_from <= src.effective_at AND coalesce(tgt.valid_to, TIMESTAMP 'infinity') > src.effective_at
WHERE CASE WHEN tgt.subscriber_key IS NULL THEN NOT src.is_delete
           ELSE src.is_delete
                OR tgt.city IS DISTINCT FROM src.city
      END;

-- count-touched-members: Without any the merge ends here.
SELECT count(*) AS touched_members FROM temp.touched;

-- read-stored-versions: The history of the touched members as it was before.
-- only if: touched_members > 0
CREATE TEMP TABLE stored AS
SELECT tgt.subscriber_key,
       tgt.subscriber_id,
       tgt.city,
       tgt.valid_from AS held_from,
       tgt.valid_to AS ends_at,
       lead(tgt.valid_from) OVER (PARTITION BY tgt.subscriber_id ORDER BY tgt.valid_from) AS next_held_from,
       tgt.version AS version_number,
       coalesce(tgt.changed_at, tgt.valid_from) AS stored_change,
       FALSE AS is_delete
FROM temp.known AS tgt
JOIN temp.touched AS touched ON tgt.subscriber_id = touched.subscriber_id;

-- guard-stored-versions: members have several open versions in the table already, so nobody can tell which of them is true; VerifyAsync lists them, correct the table first
-- only if: touched_members > 0
SELECT stored.subscriber_id
FROM temp.stored AS stored
WHERE stored.ends_at IS NULL
GROUP BY stored.subscriber_id
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
           stored.subscriber_id,
           stored.city
    FROM temp.stored AS stored
    WHERE NOT stored.is_delete
    UNION ALL
    SELECT stored.stored_change, 1, 'seen', FALSE, NULL, NULL, stored.subscriber_id, stored.city
    FROM temp.stored AS stored
    WHERE NOT stored.is_delete AND stored.stored_change > stored.held_from AND (stored.ends_at IS NULL OR stored.stored_change < stored.ends_at)
    UNION ALL
    SELECT stored.held_from, 0, 'ended', TRUE, NULL, NULL, stored.subscriber_id, NULL
    FROM temp.stored AS stored
    WHERE stored.is_delete
    UNION ALL
    SELECT stored.ends_at, 0, 'ended', TRUE, NULL, NULL, stored.subscriber_id, NULL
    FROM temp.stored AS stored
    WHERE stored.ends_at IS NOT NULL AND stored.next_held_from IS DISTINCT FROM stored.ends_at
    UNION ALL
    SELECT src.effective_at, 2, 'event', src.is_delete, NULL, NULL, src.subscriber_id, src.city
    FROM temp.incoming AS src
    JOIN temp.touched AS touched ON src.subscriber_id = touched.subscriber_id
),
-- Ended and begun at the same instant: nothing ended.
without_undone_ends AS (
    SELECT src.*,
           kind = 'event' AND NOT is_delete AND bool_or(is_delete AND kind IN ('ended', 'known')) OVER (PARTITION BY src.subscriber_id, happens_at) AS undoes_end
    FROM happenings AS src
    QUALIFY NOT (is_delete AND bool_or(NOT is_delete) OVER (PARTITION BY src.subscriber_id, happens_at))
),
-- A second end, or the end of someone never seen, says nothing.
without_idle_ends AS (
    SELECT src.*
    FROM without_undone_ends AS src
    WINDOW member AS (PARTITION BY src.subscriber_id ORDER BY happens_at, precedence)
    QUALIFY NOT (is_delete AND coalesce(lag(is_delete) OVER member, TRUE))
),
-- An end carries on the values it found.
carried AS (
    SELECT src.* REPLACE (
        CASE WHEN is_delete THEN lag(city) OVER member ELSE city END AS city
    )
    FROM without_idle_ends AS src
    WINDOW member AS (PARTITION BY src.subscriber_id ORDER BY happens_at, precedence)
)
SELECT src.*,
       lag(kind) OVER member IS NULL AS is_first,
       NOT is_delete AND (
           coalesce(lag(is_delete) OVER member, TRUE)
           OR (kind = 'stored' AND lag(kind) OVER member IN ('stored', 'seen'))
           OR city IS DISTINCT FROM lag(city) OVER member
       ) AS begins_version,
       is_delete AS ends_member,
       FALSE AS overwrites
FROM carried AS src
WINDOW member AS (PARTITION BY src.subscriber_id ORDER BY happens_at, precedence);

-- number-versions: Each version with its end and its key: that of the stored version which begins where it does or, saying the same, inside it.
-- only if: touched_members > 0
CREATE TEMP TABLE versions AS
WITH boundaries AS (
    SELECT src.*,
           lead(happens_at) OVER member AS ends_at
    FROM temp.timeline AS src
    WHERE begins_version OR ends_member
    WINDOW member AS (PARTITION BY src.subscriber_id ORDER BY happens_at, precedence)
),
numbered AS (
    SELECT src.*,
           row_number() OVER (PARTITION BY src.subscriber_id ORDER BY happens_at) AS version_number
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
           stored.subscriber_key AS stored_key
    FROM begun AS src
    LEFT JOIN temp.stored AS stored ON stored.subscriber_id = src.subscriber_id AND stored.held_from = src.held_from
),
begins_earlier AS (
    SELECT src.subscriber_id,
           src.version_number,
           arg_min(stored.subscriber_key, stored.held_from) AS stored_key
    FROM same_beginning AS src
    JOIN temp.stored AS stored ON stored.subscriber_id = src.subscriber_id
        AND stored.held_from > src.held_from
        AND (src.ends_at IS NULL OR stored.held_from < src.ends_at)
    WHERE src.stored_key IS NULL
      AND NOT (stored.city IS DISTINCT FROM src.city)
          AND stored.is_delete = src.is_delete
    GROUP BY src.subscriber_id, src.version_number
),
matched AS (
    SELECT src.* REPLACE (coalesce(src.stored_key, earlier.stored_key) AS stored_key)
    FROM same_beginning AS src
    LEFT JOIN begins_earlier AS earlier ON earlier.subscriber_id = src.subscriber_id AND earlier.version_number = src.version_number
)
SELECT src.*,
       coalesce(src.stored_key, surrogate_key.last_key + row_number() OVER (PARTITION BY src.stored_key IS NULL ORDER BY src.happens_at, src.subscriber_id)) AS given_key
FROM matched AS src
CROSS JOIN (SELECT last_key FROM warehouse.surrogate_key WHERE target = $target) AS surrogate_key;

-- find-member-state: Type 0 the earliest value, types 1 and 3 the latest: of the member, or of the version where only the current one is overwritten.
-- only if: touched_members > 0
CREATE TEMP TABLE member_state AS
SELECT subscriber_id,
       max(happens_at) FILTER (WHERE kind IN ('event', 'absent') AND (begins_version OR overwrites OR ends_member)) AS changed_at,
       bool_or(overwrites) AS is_overwritten
FROM temp.timeline
GROUP BY subscriber_id;

-- find-vanished-versions: Stored versions that the history no longer has, with the member's latest.
-- only if: touched_members > 0
CREATE TEMP TABLE vanished AS
SELECT stored.subscriber_key AS old_key,
       coalesce(latest.given_key, -1) AS new_key
FROM temp.stored AS stored
LEFT JOIN (
    SELECT src.subscriber_id,
           arg_max(src.given_key, src.version_number) AS given_key
    FROM temp.versions AS src
    GROUP BY src.subscriber_id
) AS latest ON latest.subscriber_id = stored.subscriber_id
WHERE NOT EXISTS (SELECT 1 FROM temp.versions AS src WHERE src.stored_key = stored.subscriber_key);

-- count-vanished-versions: Usually none.
-- only if: touched_members > 0
SELECT count(*) AS vanished_versions FROM temp.vanished;

-- find-moved-spans: The times at which another version is met than before.
-- only if: touched_members > 0
CREATE TEMP TABLE moved AS
WITH met_before AS (
    SELECT stored.subscriber_id,
           stored.subscriber_key AS given_key,
           CASE WHEN row_number() OVER member = 1 THEN TIMESTAMP '-infinity' ELSE CAST(stored.held_from AS TIMESTAMP) END AS met_from,
           coalesce(CAST(lead(stored.held_from) OVER member AS TIMESTAMP), TIMESTAMP 'infinity') AS met_until
    FROM temp.stored AS stored
    WINDOW member AS (PARTITION BY stored.subscriber_id ORDER BY stored.held_from)
),
met_after AS (
    SELECT src.subscriber_id,
           src.given_key AS given_key,
           CASE WHEN row_number() OVER member = 1 THEN TIMESTAMP '-infinity' ELSE CAST(src.held_from AS TIMESTAMP) END AS met_from,
           coalesce(CAST(lead(src.held_from) OVER member AS TIMESTAMP), TIMESTAMP 'infinity') AS met_until
    FROM temp.versions AS src
    WINDOW member AS (PARTITION BY src.subscriber_id ORDER BY src.held_from)
)
SELECT before.given_key AS old_key,
       after.given_key AS new_key,
       greatest(before.met_from, after.met_from) AS met_from,
       least(before.met_until, after.met_until) AS met_until
FROM met_before AS before
JOIN met_after AS after ON after.subscriber_id = before.subscriber_id
    AND after.met_from < before.met_until
    AND before.met_from < after.met_until
    AND after.given_key <> before.given_key;

-- count-moved-spans: Without any no fact is looked at.
-- only if: touched_members > 0
SELECT count(*) AS moved_spans FROM temp.moved;

-- read-earliest-move: No fact before it is looked at; unbounded when a first version moved.
-- only if: moved_spans > 0
SELECT nullif(min(met_from), TIMESTAMP '-infinity') AS moved_from
FROM temp.moved;

-- repoint-facts: Rows of business.fact_call whose subscriber_key is now another version's at called_at.
-- only if: moved_spans > 0
UPDATE business.fact_call AS tgt
SET subscriber_key = src.new_key,
    load_id = $load_id
FROM temp.moved AS src
WHERE tgt.subscriber_key = src.old_key
  AND tgt.called_at >= src.met_from
  AND tgt.called_at < src.met_until
  AND tgt.called_at >= coalesce(CAST($moved_from AS TIMESTAMP), TIMESTAMP '-infinity');

-- repoint-vanished: Rows of business.fact_call whose subscriber_key would be nobody's: the member's latest version, or unknown when it has none.
-- only if: vanished_versions > 0
UPDATE business.fact_call AS tgt
SET subscriber_key = src.new_key,
    load_id = $load_id
FROM temp.vanished AS src
WHERE tgt.subscriber_key = src.old_key;

-- delete-vanished-versions: Versions that the history no longer has; nothing holds their keys any more.
-- only if: vanished_versions > 0
DELETE FROM business.dim_subscriber AS tgt
WHERE tgt.subscriber_key IN (SELECT old_key FROM temp.vanished);

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
    JOIN temp.stored AS stored ON stored.subscriber_key = src.stored_key
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
UPDATE business.dim_subscriber AS tgt
SET valid_to = src.ends_at,
    is_current = FALSE,
    load_id = $load_id
FROM temp.changed AS src
WHERE tgt.subscriber_key = src.stored_key
  AND src.only_ends;

-- move-versions: Versions of which more has changed than that they end.
-- only if: moved_versions > 0
UPDATE business.dim_subscriber AS tgt
SET valid_from = src.held_from,
    valid_to = src.ends_at,
    is_current = src.ends_at IS NULL,
    version = src.version_number,
    city = src.city,
    changed_at = CASE WHEN tgt.valid_to < coalesce(src.ends_at, TIMESTAMP 'infinity') THEN greatest(tgt.changed_at, tgt.valid_to) ELSE tgt.changed_at END,
    load_id = $load_id
FROM temp.changed AS src
WHERE tgt.subscriber_key = src.stored_key
  AND NOT src.only_ends;

-- insert-versions: New versions, keyed in the order of effective time and natural key.
-- only if: touched_members > 0
INSERT INTO business.dim_subscriber (subscriber_key, subscriber_id, city, valid_from, valid_to, is_current, version, changed_at, is_inferred, load_id)
SELECT src.given_key,
       src.subscriber_id,
       src.city,
       src.held_from,
       src.ends_at,
       src.ends_at IS NULL,
       src.version_number,
       greatest(member_state.changed_at, src.happens_at),
       FALSE,
       $load_id
FROM temp.versions AS src
JOIN temp.member_state AS member_state ON member_state.subscriber_id = src.subscriber_id
WHERE src.stored_key IS NULL;

-- advance-surrogate-keys: Keys given are never given again.
-- only if: inserted_versions > 0
UPDATE warehouse.surrogate_key
SET last_key = last_key + (SELECT count(*) FROM temp.versions WHERE stored_key IS NULL)
WHERE target = $target;

-- count-outcomes: What became of each row.
-- only if: touched_members > 0
WITH lives AS (
    SELECT src.*,
           count(*) FILTER (WHERE begins_version OR ends_member) OVER (PARTITION BY src.subscriber_id ORDER BY happens_at, precedence) AS life_number
    FROM temp.timeline AS src
),
happenings AS (
    SELECT src.*,
           max(happens_at) FILTER (WHERE kind NOT IN ('event', 'absent')) OVER (PARTITION BY src.subscriber_id) > happens_at AS comes_late,
           coalesce(max(happens_at) FILTER (WHERE kind = 'known' AND NOT is_delete) OVER (PARTITION BY src.subscriber_id) > happens_at, FALSE) AS is_outdone,
           EXISTS (SELECT 1 FROM temp.resolving AS resolving WHERE resolving.subscriber_id = src.subscriber_id AND resolving.effective_at = happens_at) AS fills_in,
           EXISTS (SELECT 1 FROM temp.stored AS stored WHERE stored.subscriber_id = src.subscriber_id) AS was_stored
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
    LEFT JOIN temp.stored AS covering ON covering.subscriber_id = src.subscriber_id
        AND NOT covering.is_delete
        AND covering.held_from <= src.happens_at
        AND coalesce(covering.ends_at, TIMESTAMP 'infinity') > src.happens_at
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
SELECT tgt.subscriber_key,
       tgt.subscriber_id,
       tgt.is_current,
       tgt.version,
       tgt.valid_from AS held_from,
       tgt.valid_to AS ends_at
FROM business.dim_subscriber AS tgt
JOIN temp.touched AS touched ON tgt.subscriber_id = touched.subscriber_id;

-- check-current-versions: members would have more than one current version, or one that is not open
-- only if: touched_members > 0
SELECT tgt.subscriber_id
FROM temp.written AS tgt
GROUP BY tgt.subscriber_id
HAVING count(*) FILTER (WHERE tgt.is_current) > 1
    OR count(*) FILTER (WHERE tgt.is_current <> (tgt.ends_at IS NULL)) > 0
LIMIT 20;

-- check-intervals: members would have versions that overlap, are empty or end before they begin
-- only if: touched_members > 0
SELECT DISTINCT subscriber_id
FROM (
    SELECT tgt.subscriber_id,
           tgt.held_from,
           tgt.ends_at,
           lead(tgt.held_from) OVER (PARTITION BY tgt.subscriber_id ORDER BY tgt.held_from, tgt.version) AS next_held_from
    FROM temp.written AS tgt
) AS version
WHERE held_from >= ends_at
   OR next_held_from < ends_at
   OR (next_held_from IS NOT NULL AND ends_at IS NULL)
LIMIT 20;

-- check-neighbours: members would have two versions that say the same and follow each other without a gap; if an attribute was of type 2 before, merge its versions first
-- only if: touched_members > 0
SELECT DISTINCT src.subscriber_id
FROM temp.versions AS src
JOIN temp.versions AS next_version ON next_version.subscriber_id = src.subscriber_id AND next_version.held_from = src.ends_at
WHERE NOT (src.city IS DISTINCT FROM next_version.city)
LIMIT 20;

-- check-surrogate-keys: surrogate keys would be given twice
-- only if: inserted_versions > 0
SELECT tgt.subscriber_key
FROM business.dim_subscriber AS tgt
WHERE tgt.subscriber_key > (SELECT last_key FROM warehouse.surrogate_key WHERE target = $target)
   OR tgt.subscriber_key IN (
       SELECT repeated.subscriber_key
       FROM temp.written AS repeated
       GROUP BY repeated.subscriber_key
       HAVING count(*) > 1
   )
LIMIT 20;

-- keep-touched-members: New versions of theirs have no current combination yet.
CREATE TEMP TABLE merged_members AS
SELECT * FROM temp.touched;

-- forget-private-tables: Their names are free again.
DROP TABLE IF EXISTS temp.known;
DROP TABLE IF EXISTS temp.news;
DROP TABLE IF EXISTS temp.events;
DROP TABLE IF EXISTS temp.repeated;
DROP TABLE IF EXISTS temp.decided;
DROP TABLE IF EXISTS temp.conflicts;
DROP TABLE IF EXISTS temp.incoming;
DROP TABLE IF EXISTS temp.resolving;
DROP TABLE IF EXISTS temp.late;
DROP TABLE IF EXISTS temp.touched;
DROP TABLE IF EXISTS temp.stored;
DROP TABLE IF EXISTS temp.timeline;
DROP TABLE IF EXISTS temp.versions;
DROP TABLE IF EXISTS temp.member_state;
DROP TABLE IF EXISTS temp.vanished;
DROP TABLE IF EXISTS temp.moved;
DROP TABLE IF EXISTS temp.changed;
DROP TABLE IF EXISTS temp.written;

-- leave-copies-of-rejected-rows: What one history cannot take in, no other takes in either.
-- only if: rejected > 0
DELETE FROM temp.profiled_1 AS src
WHERE NOT EXISTS (SELECT 1 FROM warehouse.reject AS kept WHERE kept.load_id = $load_id AND kept.line = src.source_line)
  AND EXISTS (
      SELECT 1
      FROM temp.profiled_1 AS rejected
      JOIN warehouse.reject AS kept ON kept.load_id = $load_id AND kept.line = rejected.source_line
      WHERE rejected.subscriber_id = src.subscriber_id
        AND rejected.changed_at = src.changed_at
  );

-- leave-rejected-rows: They are kept in the reject table.
-- only if: rejected > 0
DELETE FROM temp.profiled_1 AS src
WHERE EXISTS (SELECT 1 FROM warehouse.reject AS kept WHERE kept.load_id = $load_id AND kept.line = src.source_line);

-- reject-incomplete-rows: A row without a key or a time belongs to no member.
-- within: business.dim_usage_assignment
INSERT INTO warehouse.reject (load_id, target, file, line, column_name, reason, raw_row)
SELECT $load_id,
       $target,
       $path,
       src.source_line,
       concat_ws(', ', CASE WHEN src.subscriber_id IS NULL THEN 'subscriber_id' END, CASE WHEN src.changed_at IS NULL THEN 'changed_at' END),
       'natural key or effective time is NULL',
       CAST(to_json(src) AS VARCHAR)
FROM temp.profiled_1 AS src
WHERE src.subscriber_id IS NULL OR src.changed_at IS NULL;

-- read-known-versions: All stored versions of the members at hand: the table is read once and left alone until it is written.
-- within: business.dim_usage_assignment
CREATE TEMP TABLE known AS
WITH members AS (
    SELECT DISTINCT src.subscriber_id
    FROM temp.profiled_1 AS src
)
SELECT tgt.*
FROM business.dim_usage_assignment AS tgt
JOIN members ON tgt.subscriber_id = members.subscriber_id;

-- find-news: Members of whom a row says something that their open version does not; of all others nothing has to be known.
-- within: business.dim_usage_assignment
CREATE TEMP TABLE news AS
SELECT DISTINCT src.subscriber_id
FROM temp.profiled_1 AS src
LEFT JOIN temp.known AS tgt ON tgt.subscriber_id = src.subscriber_id AND tgt.is_current
WHERE src.subscriber_id IS NOT NULL AND src.changed_at IS NOT NULL
  AND (tgt.usage_assignment_key IS NULL
       OR tgt.is_inferred
       OR coalesce(upper(src.op) = 'D', FALSE)
       OR CAST(src.changed_at AS TIMESTAMP) < tgt.valid_from
       OR tgt.usage_key IS DISTINCT FROM src.usage_key);

-- normalise-rows: Brings every value to the form it is compared and stored in.
-- within: business.dim_usage_assignment
CREATE TEMP TABLE events AS
SELECT src.subscriber_id,
       CAST(src.changed_at AS TIMESTAMP) AS effective_at,
       coalesce(upper(src.op) = 'D', FALSE) AS is_delete,
       src.usage_key AS usage_key,
       src.source_line
FROM temp.profiled_1 AS src
JOIN temp.news AS news ON news.subscriber_id = src.subscriber_id
WHERE src.subscriber_id IS NOT NULL AND src.changed_at IS NOT NULL;

-- count-set-aside: The rows of all other members agree with what is stored.
-- within: business.dim_usage_assignment
SELECT count(*) FILTER (WHERE src.subscriber_id IS NOT NULL AND src.changed_at IS NOT NULL) - (SELECT count(*) FROM temp.events) AS accepted
FROM temp.profiled_1 AS src;

-- find-repeated-keys: Keys that stand in the batch more than once; usually none.
-- within: business.dim_usage_assignment
CREATE TEMP TABLE repeated AS
SELECT src.subscriber_id,
       src.effective_at,
       count(*) AS copies
FROM temp.events AS src
GROUP BY ALL
HAVING count(*) > 1;

-- count-repeated-keys: Whether anything has to be decided at all.
-- within: business.dim_usage_assignment
SELECT count(*) AS repeated_keys FROM temp.repeated;

-- decide-repeated-rows: Exact copies collapse into one.
-- within: business.dim_usage_assignment
-- only if: repeated_keys > 0
CREATE TEMP TABLE decided AS
SELECT src.subscriber_id,
       src.effective_at,
       src.is_delete,
       src.usage_key,
       min(src.source_line) AS source_line
FROM temp.events AS src
JOIN temp.repeated AS repeated ON repeated.subscriber_id = src.subscriber_id AND repeated.effective_at = src.effective_at
GROUP BY src.subscriber_id,
         src.effective_at,
         src.is_delete,
         src.usage_key;

-- find-conflicts: Keys that are still there with different values.
-- within: business.dim_usage_assignment
-- only if: repeated_keys > 0
CREATE TEMP TABLE conflicts AS
SELECT src.subscriber_id,
       src.effective_at,
       concat_ws(', ', CASE WHEN min(src.is_delete) IS DISTINCT FROM max(src.is_delete) OR count(src.is_delete) NOT IN (0, count(*)) THEN 'is_delete' END,
                       CASE WHEN min(src.usage_key) IS DISTINCT FROM max(src.usage_key) OR count(src.usage_key) NOT IN (0, count(*)) THEN 'usage_key' END) AS differing_columns
FROM temp.decided AS src
WHERE NOT src.is_delete
GROUP BY src.subscriber_id,
         src.effective_at
HAVING count(*) > 1;

-- reject-conflicting-rows: None of them can be chosen, so all are kept aside.
-- within: business.dim_usage_assignment
-- only if: repeated_keys > 0
INSERT INTO warehouse.reject (load_id, target, file, line, column_name, reason, raw_row)
SELECT $load_id,
       $target,
       $path,
       src.source_line,
       conflicts.differing_columns,
       'several rows of one member have one effective time and different values (' || 'subscriber_id = ' || CAST(src.subscriber_id AS VARCHAR) || ', ' || 'effective_at = ' || CAST(src.effective_at AS VARCHAR) || ')',
       CAST(to_json(src) AS VARCHAR)
FROM temp.events AS src
JOIN temp.conflicts AS conflicts ON conflicts.subscriber_id = src.subscriber_id AND conflicts.effective_at = src.effective_at;

-- take-incoming: The rows whose key stands in the batch once.
-- within: business.dim_usage_assignment
CREATE TEMP TABLE incoming AS
SELECT src.subscriber_id,
       src.effective_at,
       src.is_delete,
       src.usage_key,
       src.source_line
FROM temp.events AS src
WHERE NOT EXISTS (SELECT 1 FROM temp.repeated AS repeated WHERE repeated.subscriber_id = src.subscriber_id AND repeated.effective_at = src.effective_at);

-- take-decided-rows: And the one row that was chosen for a repeated key.
-- within: business.dim_usage_assignment
-- only if: repeated_keys > 0
INSERT INTO temp.incoming
SELECT src.subscriber_id,
       src.effective_at,
       src.is_delete,
       src.usage_key,
       src.source_line
FROM temp.decided AS src
WHERE NOT EXISTS (SELECT 1 FROM temp.conflicts AS conflicts WHERE conflicts.subscriber_id = src.subscriber_id AND conflicts.effective_at = src.effective_at);

-- count-duplicates: Copies that collapsed and rows that were superseded.
-- within: business.dim_usage_assignment
-- only if: repeated_keys > 0
SELECT (SELECT CAST(coalesce(sum(repeated.copies), 0) AS BIGINT)
        FROM temp.repeated AS repeated
        WHERE NOT EXISTS (SELECT 1 FROM temp.conflicts AS conflicts WHERE conflicts.subscriber_id = repeated.subscriber_id AND conflicts.effective_at = repeated.effective_at))
     - (SELECT count(*)
        FROM temp.decided AS decided
        WHERE NOT EXISTS (SELECT 1 FROM temp.conflicts AS conflicts WHERE conflicts.subscriber_id = decided.subscriber_id AND conflicts.effective_at = decided.effective_at)) AS duplicates;

-- leave-undone-deletes: Deleted and back at the same instant: nothing ended.
-- within: business.dim_usage_assignment
DELETE FROM temp.incoming AS src
WHERE src.is_delete
  AND EXISTS (
      SELECT 1
      FROM temp.incoming AS back
      WHERE back.subscriber_id = src.subscriber_id
        AND back.effective_at = src.effective_at
        AND NOT back.is_delete
  );

-- find-inferred-members: The first real event of each placeholder.
-- within: business.dim_usage_assignment
CREATE TEMP TABLE resolving AS
SELECT incoming.*
FROM temp.incoming AS incoming
JOIN temp.known AS placeholder ON placeholder.subscriber_id = incoming.subscriber_id AND placeholder.is_inferred
WHERE NOT incoming.is_delete
QUALIFY row_number() OVER (PARTITION BY incoming.subscriber_id ORDER BY incoming.effective_at) = 1;

-- count-placeholders: Usually none.
-- within: business.dim_usage_assignment
SELECT count(*) AS placeholders FROM temp.resolving;

-- resolve-inferred-members: The first real event overwrites a placeholder in place and keeps its surrogate key.
-- within: business.dim_usage_assignment
-- only if: placeholders > 0
UPDATE business.dim_usage_assignment AS tgt
SET usage_key = src.usage_key,
    valid_from = least(tgt.valid_from, src.effective_at),
    changed_at = src.effective_at,
    is_inferred = FALSE,
    load_id = $load_id
FROM temp.resolving AS src
WHERE tgt.subscriber_id = src.subscriber_id
  AND tgt.is_inferred;

-- resolve-known-members: What is known of them is no placeholder any more.
-- within: business.dim_usage_assignment
-- only if: placeholders > 0
UPDATE temp.known AS tgt
SET usage_key = src.usage_key,
    valid_from = least(tgt.valid_from, src.effective_at),
    changed_at = src.effective_at,
    is_inferred = FALSE,
    load_id = $load_id
FROM temp.resolving AS src
WHERE tgt.subscriber_id = src.subscriber_id
  AND tgt.is_inferred;

-- find-late-rows: Rows at the very instant of what is stored that say something else.
-- within: business.dim_usage_assignment
CREATE TEMP TABLE late AS
SELECT src.*,
       FALSE AS is_known
FROM temp.incoming AS src
WHERE EXISTS (
    SELECT 1
    FROM temp.known AS tgt
    WHERE tgt.subscriber_id = src.subscriber_id
      AND NOT tgt.is_inferred
      AND tgt.valid_from <= src.effective_at AND coalesce(tgt.valid_to, TIMESTAMP 'infinity') > src.effective_at
      AND src.effective_at IN (tgt.valid_from, coalesce(tgt.changed_at, tgt.valid_from))
      AND NOT src.is_delete AND (tgt.usage_key IS DISTINCT FROM src.usage_key)
);

-- count-late-rows: Rows that the stored history tells already change nothing; the others here cannot be taken in.
-- within: business.dim_usage_assignment
SELECT count(*) AS late_rows,
       count(*) FILTER (WHERE is_known) AS accepted
FROM temp.late;

-- reject-late-rows: What contradicts what is stored and cannot be decided is kept aside, never silently dropped.
-- within: business.dim_usage_assignment
-- only if: late_rows > 0
INSERT INTO warehouse.reject (load_id, target, file, line, column_name, reason, raw_row)
SELECT $load_id,
       $target,
       $path,
       src.source_line,
       NULL,
       'another event of the member at this instant is stored and differs (' || 'subscriber_id = ' || CAST(src.subscriber_id AS VARCHAR) || ')',
       CAST(to_json(src) AS VARCHAR)
FROM temp.late AS src
WHERE NOT src.is_known;

-- leave-late-rows: They take no further part.
-- within: business.dim_usage_assignment
-- only if: late_rows > 0
DELETE FROM temp.incoming AS src
WHERE EXISTS (
    SELECT 1
    FROM temp.late AS late
    WHERE late.subscriber_id = src.subscriber_id
      AND late.effective_at = src.effective_at
      AND late.is_delete = src.is_delete
);

-- count-incoming: The rows that will be compared.
-- within: business.dim_usage_assignment
SELECT count(*) AS accepted FROM temp.incoming;

-- find-touched-members: Members with an event that their history does not already tell.
-- within: business.dim_usage_assignment
CREATE TEMP TABLE touched AS
SELECT DISTINCT src.subscriber_id
FROM temp.incoming AS src
LEFT JOIN temp.known AS tgt ON tgt.subscriber_id = src.subscriber_id
    AND tgt.valid_from <= src.effective_at AND coalesce(tgt.valid_to, TIMESTAMP 'infinity') > src.effective_at
WHERE CASE WHEN tgt.usage_assignment_key IS NULL THEN NOT src.is_delete
           ELSE src.is_delete
                OR tgt.usage_key IS DISTINCT FROM src.usage_key
      END;

-- count-touched-members: Without any the merge ends here.
-- within: business.dim_usage_assignment
SELECT count(*) AS touched_members FROM temp.touched;

-- read-stored-versions: The history of the touched members as it was before.
-- within: business.dim_usage_assignment
-- only if: touched_members > 0
CREATE TEMP TABLE stored AS
SELECT tgt.usage_assignment_key,
       tgt.subscriber_id,
       tgt.usage_key,
       tgt.valid_from AS held_from,
       tgt.valid_to AS ends_at,
       lead(tgt.valid_from) OVER (PARTITION BY tgt.subscriber_id ORDER BY tgt.valid_from) AS next_held_from,
       tgt.version AS version_number,
       coalesce(tgt.changed_at, tgt.valid_from) AS stored_change,
       FALSE AS is_delete
FROM temp.known AS tgt
JOIN temp.touched AS touched ON tgt.subscriber_id = touched.subscriber_id;

-- guard-stored-versions: members have several open versions in the table already, so nobody can tell which of them is true; VerifyAsync lists them, correct the table first
-- within: business.dim_usage_assignment
-- only if: touched_members > 0
SELECT stored.subscriber_id
FROM temp.stored AS stored
WHERE stored.ends_at IS NULL
GROUP BY stored.subscriber_id
HAVING count(*) > 1
LIMIT 20;

-- build-timeline: What is known of each touched member and what the batch says, in order.
-- within: business.dim_usage_assignment
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
           stored.subscriber_id,
           stored.usage_key
    FROM temp.stored AS stored
    WHERE NOT stored.is_delete
    UNION ALL
    SELECT stored.stored_change, 1, 'seen', FALSE, NULL, NULL, stored.subscriber_id, stored.usage_key
    FROM temp.stored AS stored
    WHERE NOT stored.is_delete AND stored.stored_change > stored.held_from AND (stored.ends_at IS NULL OR stored.stored_change < stored.ends_at)
    UNION ALL
    SELECT stored.held_from, 0, 'ended', TRUE, NULL, NULL, stored.subscriber_id, NULL
    FROM temp.stored AS stored
    WHERE stored.is_delete
    UNION ALL
    SELECT stored.ends_at, 0, 'ended', TRUE, NULL, NULL, stored.subscriber_id, NULL
    FROM temp.stored AS stored
    WHERE stored.ends_at IS NOT NULL AND stored.next_held_from IS DISTINCT FROM stored.ends_at
    UNION ALL
    SELECT src.effective_at, 2, 'event', src.is_delete, NULL, NULL, src.subscriber_id, src.usage_key
    FROM temp.incoming AS src
    JOIN temp.touched AS touched ON src.subscriber_id = touched.subscriber_id
),
-- Ended and begun at the same instant: nothing ended.
without_undone_ends AS (
    SELECT src.*,
           kind = 'event' AND NOT is_delete AND bool_or(is_delete AND kind IN ('ended', 'known')) OVER (PARTITION BY src.subscriber_id, happens_at) AS undoes_end
    FROM happenings AS src
    QUALIFY NOT (is_delete AND bool_or(NOT is_delete) OVER (PARTITION BY src.subscriber_id, happens_at))
),
-- A second end, or the end of someone never seen, says nothing.
without_idle_ends AS (
    SELECT src.*
    FROM without_undone_ends AS src
    WINDOW member AS (PARTITION BY src.subscriber_id ORDER BY happens_at, precedence)
    QUALIFY NOT (is_delete AND coalesce(lag(is_delete) OVER member, TRUE))
),
-- An end carries on the values it found.
carried AS (
    SELECT src.* REPLACE (
        CASE WHEN is_delete THEN lag(usage_key) OVER member ELSE usage_key END AS usage_key
    )
    FROM without_idle_ends AS src
    WINDOW member AS (PARTITION BY src.subscriber_id ORDER BY happens_at, precedence)
)
SELECT src.*,
       lag(kind) OVER member IS NULL AS is_first,
       NOT is_delete AND (
           coalesce(lag(is_delete) OVER member, TRUE)
           OR (kind = 'stored' AND lag(kind) OVER member IN ('stored', 'seen'))
           OR usage_key IS DISTINCT FROM lag(usage_key) OVER member
       ) AS begins_version,
       is_delete AS ends_member,
       FALSE AS overwrites
FROM carried AS src
WINDOW member AS (PARTITION BY src.subscriber_id ORDER BY happens_at, precedence);

-- number-versions: Each version with its end and its key: that of the stored version which begins where it does or, saying the same, inside it.
-- within: business.dim_usage_assignment
-- only if: touched_members > 0
CREATE TEMP TABLE versions AS
WITH boundaries AS (
    SELECT src.*,
           lead(happens_at) OVER member AS ends_at
    FROM temp.timeline AS src
    WHERE begins_version OR ends_member
    WINDOW member AS (PARTITION BY src.subscriber_id ORDER BY happens_at, precedence)
),
numbered AS (
    SELECT src.*,
           row_number() OVER (PARTITION BY src.subscriber_id ORDER BY happens_at) AS version_number
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
           stored.usage_assignment_key AS stored_key
    FROM begun AS src
    LEFT JOIN temp.stored AS stored ON stored.subscriber_id = src.subscriber_id AND stored.held_from = src.held_from
),
begins_earlier AS (
    SELECT src.subscriber_id,
           src.version_number,
           arg_min(stored.usage_assignment_key, stored.held_from) AS stored_key
    FROM same_beginning AS src
    JOIN temp.stored AS stored ON stored.subscriber_id = src.subscriber_id
        AND stored.held_from > src.held_from
        AND (src.ends_at IS NULL OR stored.held_from < src.ends_at)
    WHERE src.stored_key IS NULL
      AND NOT (stored.usage_key IS DISTINCT FROM src.usage_key)
          AND stored.is_delete = src.is_delete
    GROUP BY src.subscriber_id, src.version_number
),
matched AS (
    SELECT src.* REPLACE (coalesce(src.stored_key, earlier.stored_key) AS stored_key)
    FROM same_beginning AS src
    LEFT JOIN begins_earlier AS earlier ON earlier.subscriber_id = src.subscriber_id AND earlier.version_number = src.version_number
)
SELECT src.*,
       coalesce(src.stored_key, surrogate_key.last_key + row_number() OVER (PARTITION BY src.stored_key IS NULL ORDER BY src.happens_at, src.subscriber_id)) AS given_key
FROM matched AS src
CROSS JOIN (SELECT last_key FROM warehouse.surrogate_key WHERE target = $target) AS surrogate_key;

-- find-member-state: Type 0 the earliest value, types 1 and 3 the latest: of the member, or of the version where only the current one is overwritten.
-- within: business.dim_usage_assignment
-- only if: touched_members > 0
CREATE TEMP TABLE member_state AS
SELECT subscriber_id,
       max(happens_at) FILTER (WHERE kind IN ('event', 'absent') AND (begins_version OR overwrites OR ends_member)) AS changed_at,
       bool_or(overwrites) AS is_overwritten
FROM temp.timeline
GROUP BY subscriber_id;

-- find-vanished-versions: Stored versions that the history no longer has, with the member's latest.
-- within: business.dim_usage_assignment
-- only if: touched_members > 0
CREATE TEMP TABLE vanished AS
SELECT stored.usage_assignment_key AS old_key,
       coalesce(latest.given_key, -1) AS new_key
FROM temp.stored AS stored
LEFT JOIN (
    SELECT src.subscriber_id,
           arg_max(src.given_key, src.version_number) AS given_key
    FROM temp.versions AS src
    GROUP BY src.subscriber_id
) AS latest ON latest.subscriber_id = stored.subscriber_id
WHERE NOT EXISTS (SELECT 1 FROM temp.versions AS src WHERE src.stored_key = stored.usage_assignment_key);

-- count-vanished-versions: Usually none.
-- within: business.dim_usage_assignment
-- only if: touched_members > 0
SELECT count(*) AS vanished_versions FROM temp.vanished;

-- delete-vanished-versions: Versions that the history no longer has; nothing holds their keys any more.
-- within: business.dim_usage_assignment
-- only if: vanished_versions > 0
DELETE FROM business.dim_usage_assignment AS tgt
WHERE tgt.usage_assignment_key IN (SELECT old_key FROM temp.vanished);

-- find-changed-versions: Stored versions that begin, end or number otherwise now, or were corrected; most only end.
-- within: business.dim_usage_assignment
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
               OR stored.usage_key IS DISTINCT FROM src.usage_key
           ) AS is_other
    FROM temp.versions AS src
    JOIN temp.stored AS stored ON stored.usage_assignment_key = src.stored_key
) AS compared
WHERE ends_otherwise
   OR is_other;

-- count-changed-versions: Of most nothing changes but that they end.
-- within: business.dim_usage_assignment
-- only if: touched_members > 0
SELECT count(*) FILTER (WHERE only_ends) AS ended_versions,
       count(*) FILTER (WHERE NOT only_ends) AS moved_versions
FROM temp.changed;

-- end-versions: Open versions that end now.
-- within: business.dim_usage_assignment
-- only if: ended_versions > 0
UPDATE business.dim_usage_assignment AS tgt
SET valid_to = src.ends_at,
    is_current = FALSE,
    load_id = $load_id
FROM temp.changed AS src
WHERE tgt.usage_assignment_key = src.stored_key
  AND src.only_ends;

-- move-versions: Versions of which more has changed than that they end.
-- within: business.dim_usage_assignment
-- only if: moved_versions > 0
UPDATE business.dim_usage_assignment AS tgt
SET valid_from = src.held_from,
    valid_to = src.ends_at,
    is_current = src.ends_at IS NULL,
    version = src.version_number,
    usage_key = src.usage_key,
    changed_at = CASE WHEN tgt.valid_to < coalesce(src.ends_at, TIMESTAMP 'infinity') THEN greatest(tgt.changed_at, tgt.valid_to) ELSE tgt.changed_at END,
    load_id = $load_id
FROM temp.changed AS src
WHERE tgt.usage_assignment_key = src.stored_key
  AND NOT src.only_ends;

-- insert-versions: New versions, keyed in the order of effective time and natural key.
-- within: business.dim_usage_assignment
-- only if: touched_members > 0
INSERT INTO business.dim_usage_assignment (usage_assignment_key, subscriber_id, usage_key, valid_from, valid_to, is_current, version, changed_at, is_inferred, load_id)
SELECT src.given_key,
       src.subscriber_id,
       src.usage_key,
       src.held_from,
       src.ends_at,
       src.ends_at IS NULL,
       src.version_number,
       greatest(member_state.changed_at, src.happens_at),
       FALSE,
       $load_id
FROM temp.versions AS src
JOIN temp.member_state AS member_state ON member_state.subscriber_id = src.subscriber_id
WHERE src.stored_key IS NULL;

-- advance-surrogate-keys: Keys given are never given again.
-- within: business.dim_usage_assignment
-- only if: inserted_versions > 0
UPDATE warehouse.surrogate_key
SET last_key = last_key + (SELECT count(*) FROM temp.versions WHERE stored_key IS NULL)
WHERE target = $target;

-- count-outcomes: What became of each row.
-- within: business.dim_usage_assignment
-- only if: touched_members > 0
WITH lives AS (
    SELECT src.*,
           count(*) FILTER (WHERE begins_version OR ends_member) OVER (PARTITION BY src.subscriber_id ORDER BY happens_at, precedence) AS life_number
    FROM temp.timeline AS src
),
happenings AS (
    SELECT src.*,
           max(happens_at) FILTER (WHERE kind NOT IN ('event', 'absent')) OVER (PARTITION BY src.subscriber_id) > happens_at AS comes_late,
           coalesce(max(happens_at) FILTER (WHERE kind = 'known' AND NOT is_delete) OVER (PARTITION BY src.subscriber_id) > happens_at, FALSE) AS is_outdone,
           EXISTS (SELECT 1 FROM temp.resolving AS resolving WHERE resolving.subscriber_id = src.subscriber_id AND resolving.effective_at = happens_at) AS fills_in,
           EXISTS (SELECT 1 FROM temp.stored AS stored WHERE stored.subscriber_id = src.subscriber_id) AS was_stored
    FROM lives AS src
),
outcomes AS (
    SELECT src.kind,
           CASE WHEN src.kind = 'absent' THEN 'expired'
                WHEN src.fills_in AND NOT src.is_delete THEN 'resolved'
                WHEN src.undoes_end AND NOT src.begins_version AND NOT coalesce(src.comes_late, FALSE) THEN 'reopened'
                WHEN src.was_stored AND (src.comes_late OR covering.held_from = src.happens_at) AND (CASE WHEN src.is_delete THEN covering.held_from IS NOT NULL ELSE covering.held_from IS NULL OR (covering.usage_key IS DISTINCT FROM src.usage_key) END OR (src.begins_version AND NOT src.is_first)) THEN 'split'
                WHEN src.is_delete THEN 'expired'
                WHEN src.begins_version AND NOT src.was_stored AND src.is_first THEN 'new member'
                WHEN src.begins_version AND NOT (src.was_stored AND coalesce(src.comes_late, FALSE)) THEN 'new version'
                WHEN (src.overwrites AND NOT src.is_outdone)  THEN 'overwritten'
           END AS row_outcome
    FROM happenings AS src
    LEFT JOIN temp.stored AS covering ON covering.subscriber_id = src.subscriber_id
        AND NOT covering.is_delete
        AND covering.held_from <= src.happens_at
        AND coalesce(covering.ends_at, TIMESTAMP 'infinity') > src.happens_at
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
-- within: business.dim_usage_assignment
-- only if: touched_members > 0
CREATE TEMP TABLE written AS
SELECT tgt.usage_assignment_key,
       tgt.subscriber_id,
       tgt.is_current,
       tgt.version,
       tgt.valid_from AS held_from,
       tgt.valid_to AS ends_at
FROM business.dim_usage_assignment AS tgt
JOIN temp.touched AS touched ON tgt.subscriber_id = touched.subscriber_id;

-- check-current-versions: members would have more than one current version, or one that is not open
-- within: business.dim_usage_assignment
-- only if: touched_members > 0
SELECT tgt.subscriber_id
FROM temp.written AS tgt
GROUP BY tgt.subscriber_id
HAVING count(*) FILTER (WHERE tgt.is_current) > 1
    OR count(*) FILTER (WHERE tgt.is_current <> (tgt.ends_at IS NULL)) > 0
LIMIT 20;

-- check-intervals: members would have versions that overlap, are empty or end before they begin
-- within: business.dim_usage_assignment
-- only if: touched_members > 0
SELECT DISTINCT subscriber_id
FROM (
    SELECT tgt.subscriber_id,
           tgt.held_from,
           tgt.ends_at,
           lead(tgt.held_from) OVER (PARTITION BY tgt.subscriber_id ORDER BY tgt.held_from, tgt.version) AS next_held_from
    FROM temp.written AS tgt
) AS version
WHERE held_from >= ends_at
   OR next_held_from < ends_at
   OR (next_held_from IS NOT NULL AND ends_at IS NULL)
LIMIT 20;

-- check-neighbours: members would have two versions that say the same and follow each other without a gap; if an attribute was of type 2 before, merge its versions first
-- within: business.dim_usage_assignment
-- only if: touched_members > 0
SELECT DISTINCT src.subscriber_id
FROM temp.versions AS src
JOIN temp.versions AS next_version ON next_version.subscriber_id = src.subscriber_id AND next_version.held_from = src.ends_at
WHERE NOT (src.usage_key IS DISTINCT FROM next_version.usage_key)
LIMIT 20;

-- check-surrogate-keys: surrogate keys would be given twice
-- within: business.dim_usage_assignment
-- only if: inserted_versions > 0
SELECT tgt.usage_assignment_key
FROM business.dim_usage_assignment AS tgt
WHERE tgt.usage_assignment_key > (SELECT last_key FROM warehouse.surrogate_key WHERE target = $target)
   OR tgt.usage_assignment_key IN (
       SELECT repeated.usage_assignment_key
       FROM temp.written AS repeated
       GROUP BY repeated.usage_assignment_key
       HAVING count(*) > 1
   )
LIMIT 20;

-- count-new-profiles: The times from which a member has another combination than before.
-- only if: business.dim_usage_assignment: touched_members > 0
SELECT count(*) FILTER (WHERE stored_key IS NULL AND NOT is_delete) AS new_profiles
FROM temp.versions;

-- find-moved-combinations: The times at which a member has another combination than before.
-- only if: business.dim_usage_assignment: touched_members > 0
CREATE TEMP TABLE moved_combination AS
WITH met_before AS (
    SELECT stored.subscriber_id,
           stored.usage_key AS combination_key,
           CASE WHEN row_number() OVER member = 1 THEN TIMESTAMP '-infinity' ELSE CAST(stored.held_from AS TIMESTAMP) END AS met_from,
           coalesce(CAST(lead(stored.held_from) OVER member AS TIMESTAMP), TIMESTAMP 'infinity') AS met_until
    FROM temp.stored AS stored
    WINDOW member AS (PARTITION BY stored.subscriber_id ORDER BY stored.held_from)
    UNION ALL
    SELECT touched.subscriber_id,
           -1,
           TIMESTAMP '-infinity',
           TIMESTAMP 'infinity'
    FROM temp.touched AS touched
    WHERE NOT EXISTS (SELECT 1 FROM temp.stored AS stored WHERE stored.subscriber_id = touched.subscriber_id)
      AND EXISTS (SELECT 1 FROM business.dim_subscriber AS tgt WHERE tgt.subscriber_id = touched.subscriber_id AND tgt.subscriber_key <= $keys_before)
),
met_after AS (
    SELECT src.subscriber_id,
           src.usage_key AS combination_key,
           CASE WHEN row_number() OVER member = 1 THEN TIMESTAMP '-infinity' ELSE CAST(src.held_from AS TIMESTAMP) END AS met_from,
           coalesce(CAST(lead(src.held_from) OVER member AS TIMESTAMP), TIMESTAMP 'infinity') AS met_until
    FROM temp.versions AS src
    WINDOW member AS (PARTITION BY src.subscriber_id ORDER BY src.held_from)
    UNION ALL
    SELECT touched.subscriber_id,
           -1,
           TIMESTAMP '-infinity',
           TIMESTAMP 'infinity'
    FROM temp.touched AS touched
    WHERE NOT EXISTS (SELECT 1 FROM temp.versions AS src WHERE src.subscriber_id = touched.subscriber_id)
)
SELECT after.subscriber_id,
       after.combination_key,
       greatest(before.met_from, after.met_from) AS met_from,
       least(before.met_until, after.met_until) AS met_until
FROM met_before AS before
JOIN met_after AS after ON after.subscriber_id = before.subscriber_id
    AND after.met_from < before.met_until
    AND before.met_from < after.met_until
    AND after.combination_key <> before.combination_key;

-- count-moved-combinations: Without any no fact is looked at.
-- within: business.dim_usage_assignment
-- only if: touched_members > 0
SELECT count(*) AS moved_combinations FROM temp.moved_combination;

-- read-earliest-move: No fact before it is looked at; unbounded when a first combination moved.
-- only if: business.dim_usage_assignment: moved_combinations > 0
SELECT nullif(min(met_from), TIMESTAMP '-infinity') AS moved_from
FROM temp.moved_combination;

-- repoint-combinations: Rows of business.fact_call whose member had another combination at called_at, as is known now.
-- only if: business.dim_usage_assignment: moved_combinations > 0
UPDATE business.fact_call AS tgt
SET usage_key = src.combination_key,
    load_id = $load_id
FROM (
    SELECT version.subscriber_key AS member_key,
           moved.combination_key,
           moved.met_from,
           moved.met_until
    FROM temp.moved_combination AS moved
    JOIN business.dim_subscriber AS version ON version.subscriber_id = moved.subscriber_id
) AS src
WHERE tgt.subscriber_key = src.member_key
  AND tgt.called_at >= src.met_from
  AND tgt.called_at < src.met_until
  AND tgt.called_at >= coalesce(CAST($moved_from AS TIMESTAMP), TIMESTAMP '-infinity')
  AND tgt.usage_key <> src.combination_key;

-- repoint-vanished-members: Rows of business.fact_call whose member is nobody any more have nobody's combination.
-- only if: vanished_versions > 0
UPDATE business.fact_call AS tgt
SET usage_key = -1,
    load_id = $load_id
WHERE tgt.subscriber_key = -1
  AND tgt.usage_key <> -1;

-- overwrite-current-key: Every version of a member leads to its latest combination.
UPDATE business.dim_subscriber AS tgt
SET current_usage_key = src.combination_key,
    load_id = $load_id
FROM (
    SELECT members.subscriber_id,
           coalesce(arg_max(history.usage_key, history.version), -1) AS combination_key
    FROM (
        SELECT * FROM temp.merged_members
        UNION
        SELECT * FROM temp.touched
    ) AS members
    LEFT JOIN business.dim_usage_assignment AS history ON history.subscriber_id = members.subscriber_id
    GROUP BY members.subscriber_id
) AS src
WHERE tgt.subscriber_id = src.subscriber_id
  AND tgt.current_usage_key IS DISTINCT FROM src.combination_key;

-- forget-private-tables: Their names are free again.
DROP TABLE IF EXISTS temp.known;
DROP TABLE IF EXISTS temp.news;
DROP TABLE IF EXISTS temp.events;
DROP TABLE IF EXISTS temp.repeated;
DROP TABLE IF EXISTS temp.decided;
DROP TABLE IF EXISTS temp.conflicts;
DROP TABLE IF EXISTS temp.incoming;
DROP TABLE IF EXISTS temp.resolving;
DROP TABLE IF EXISTS temp.late;
DROP TABLE IF EXISTS temp.touched;
DROP TABLE IF EXISTS temp.stored;
DROP TABLE IF EXISTS temp.timeline;
DROP TABLE IF EXISTS temp.versions;
DROP TABLE IF EXISTS temp.member_state;
DROP TABLE IF EXISTS temp.vanished;
DROP TABLE IF EXISTS temp.changed;
DROP TABLE IF EXISTS temp.written;
DROP TABLE IF EXISTS temp.moved_combination;
