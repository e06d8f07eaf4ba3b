-- warehouse-sdk: load business.fact_call

-- reject-incomplete-rows: A row without its grain or its watermark has no place in the table.
INSERT INTO warehouse.reject (load_id, target, file, line, column_name, reason, raw_row)
SELECT $load_id,
       $target,
       CAST($path AS text),
       src.source_line,
       array_to_string(ARRAY[CASE WHEN src.call_id IS NULL THEN 'call_id' END], ', '),
       'grain or watermark is NULL',
       CAST(to_json(src.*) AS text)
FROM pg_temp.staged AS src
WHERE NOT (src.call_id IS NOT NULL);

-- find-repeated-keys: Keys that stand in the batch more than once; usually none.
CREATE TEMP TABLE repeated ON COMMIT DROP AS
SELECT src.call_id,
       count(*) AS copies
FROM pg_temp.staged AS src
WHERE src.call_id IS NOT NULL
GROUP BY src.call_id
HAVING count(*) > 1;

-- count-repeated-keys: Whether anything has to be decided at all.
SELECT count(*) AS repeated_keys FROM pg_temp.repeated;

-- decide-repeated-rows: Exact copies collapse into one.
-- only if: repeated_keys > 0
CREATE TEMP TABLE decided ON COMMIT DROP AS
SELECT src.call_id,
       src.subscriber_id,
       src.called_at,
       src.is_free,
       src.network,
       src.seconds,
       min(src.source_line) AS source_line
FROM pg_temp.staged AS src
JOIN pg_temp.repeated AS repeated ON repeated.call_id = src.call_id
WHERE src.call_id IS NOT NULL
GROUP BY src.call_id,
         src.subscriber_id,
         src.called_at,
         src.is_free,
         src.network,
         src.seconds;

-- find-conflicts: Keys that are still there with different values.
-- only if: repeated_keys > 0
CREATE TEMP TABLE conflicts ON COMMIT DROP AS
SELECT src.call_id,
       array_to_string(ARRAY[CASE WHEN count(DISTINCT src.subscriber_id) > 1 OR count(src.subscriber_id) NOT IN (0, count(*)) THEN 'subscriber_id' END,
                             CASE WHEN count(DISTINCT src.called_at) > 1 OR count(src.called_at) NOT IN (0, count(*)) THEN 'called_at' END,
                             CASE WHEN count(DISTINCT src.is_free) > 1 OR count(src.is_free) NOT IN (0, count(*)) THEN 'is_free' END,
                             CASE WHEN count(DISTINCT src.network) > 1 OR count(src.network) NOT IN (0, count(*)) THEN 'network' END,
                             CASE WHEN count(DISTINCT src.seconds) > 1 OR count(src.seconds) NOT IN (0, count(*)) THEN 'seconds' END], ', ') AS differing_columns
FROM pg_temp.decided AS src
GROUP BY src.call_id
HAVING count(*) > 1;

-- reject-conflicting-rows: None of them can be chosen, so all are kept aside.
-- only if: repeated_keys > 0
INSERT INTO warehouse.reject (load_id, target, file, line, column_name, reason, raw_row)
SELECT $load_id,
       $target,
       CAST($path AS text),
       src.source_line,
       conflicts.differing_columns,
       'several rows of one grain have different values (' || 'call_id = ' || CAST(src.call_id AS text) || ')',
       CAST(to_json(src.*) AS text)
FROM pg_temp.staged AS src
JOIN pg_temp.conflicts AS conflicts ON conflicts.call_id = src.call_id
WHERE src.call_id IS NOT NULL;

-- take-incoming: The rows whose key stands in the batch once.
CREATE TEMP TABLE incoming ON COMMIT DROP AS
SELECT src.call_id,
       src.subscriber_id,
       src.called_at,
       src.is_free,
       src.network,
       src.seconds,
       src.source_line
FROM pg_temp.staged AS src
WHERE NOT EXISTS (SELECT 1 FROM pg_temp.repeated AS repeated WHERE repeated.call_id = src.call_id)
  AND src.call_id IS NOT NULL;

-- take-decided-rows: And the one row that was chosen for a repeated key.
-- only if: repeated_keys > 0
INSERT INTO pg_temp.incoming
SELECT src.call_id,
       src.subscriber_id,
       src.called_at,
       src.is_free,
       src.network,
       src.seconds,
       src.source_line
FROM pg_temp.decided AS src
WHERE NOT EXISTS (SELECT 1 FROM pg_temp.conflicts AS conflicts WHERE conflicts.call_id = src.call_id);

-- analyze-incoming: The planner has to know how large the batch is.
ANALYZE pg_temp.incoming;

-- count-duplicates: Copies that collapsed and rows that were superseded.
-- only if: repeated_keys > 0
SELECT (SELECT CAST(coalesce(sum(repeated.copies), 0) AS bigint)
        FROM pg_temp.repeated AS repeated
        WHERE NOT EXISTS (SELECT 1 FROM pg_temp.conflicts AS conflicts WHERE conflicts.call_id = repeated.call_id))
     - (SELECT count(*)
        FROM pg_temp.decided AS decided
        WHERE NOT EXISTS (SELECT 1 FROM pg_temp.conflicts AS conflicts WHERE conflicts.call_id = decided.call_id)) AS duplicates;

-- infer-members: A placeholder for every subscriber that facts name before its own rows arrive.
INSERT INTO business.dim_subscriber (subscriber_key, subscriber_id, valid_from, is_current, version, is_inferred, current_usage_key, load_id)
SELECT surrogate_key.last_key + row_number() OVER (ORDER BY src.first_seen, src.subscriber_id),
       src.subscriber_id,
       src.first_seen,
       TRUE,
       1,
       TRUE,
       -1,
       $load_id
FROM (
    SELECT src.subscriber_id AS subscriber_id,
           CAST(coalesce(min(src.called_at), CAST($started_at AS timestamp)) AS timestamp) AS first_seen
    FROM pg_temp.incoming AS src
    WHERE src.subscriber_id IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM business.dim_subscriber AS member WHERE member.subscriber_id = src.subscriber_id)
    GROUP BY src.subscriber_id
) AS src
CROSS JOIN (SELECT last_key FROM warehouse.surrogate_key WHERE target = 'business.dim_subscriber') AS surrogate_key;

-- advance-surrogate-keys: Keys given are never given again.
-- only if: inferred > 0
UPDATE warehouse.surrogate_key
SET last_key = greatest(last_key, (SELECT max(subscriber_key) FROM business.dim_subscriber))
WHERE target = 'business.dim_subscriber';

-- insert-combinations: Combinations of business.dim_call_flags that were not seen before.
INSERT INTO business.dim_call_flags (call_flags_key, is_free, network, load_id)
SELECT surrogate_key.last_key + row_number() OVER (ORDER BY src.is_free COLLATE "C" NULLS FIRST, src.network COLLATE "C" NULLS FIRST),
       src.is_free,
       src.network,
       $load_id
FROM (
    SELECT DISTINCT CASE WHEN src.is_free THEN 'free' WHEN NOT src.is_free THEN 'charged' ELSE 'Unknown' END AS is_free,
                    coalesce(src.network, 'Unknown') AS network
    FROM pg_temp.incoming AS src
) AS src
CROSS JOIN (SELECT last_key FROM warehouse.surrogate_key WHERE target = 'business.dim_call_flags') AS surrogate_key
WHERE NOT EXISTS (
    SELECT 1
    FROM business.dim_call_flags AS tgt
    WHERE tgt.call_flags_key > 0
      AND tgt.is_free = src.is_free
      AND tgt.network = src.network
);

-- advance-surrogate-keys: Keys given are never given again.
-- only if: new_combinations > 0
UPDATE warehouse.surrogate_key
SET last_key = greatest(last_key, (SELECT max(call_flags_key) FROM business.dim_call_flags))
WHERE target = 'business.dim_call_flags';

-- take-versions: The versions of every subscriber that the batch names, and when each is met.
CREATE TEMP TABLE versions_1 ON COMMIT DROP AS
SELECT member.subscriber_id,
       member.subscriber_key AS member_key,
       CAST(member.valid_from AS timestamp) AS begins_at,
       CASE WHEN member.is_current THEN timestamp 'infinity' ELSE coalesce(CAST(member.valid_to AS timestamp), timestamp 'infinity') END AS ends_at,
       CASE WHEN member.version = 1 THEN timestamp '-infinity' ELSE CAST(member.valid_from AS timestamp) END AS met_from,
       coalesce(lead(CAST(member.valid_from AS timestamp)) OVER (PARTITION BY member.subscriber_id ORDER BY member.valid_from, member.version), timestamp 'infinity') AS met_until
FROM business.dim_subscriber AS member
WHERE member.subscriber_key > 0
  AND EXISTS (SELECT 1 FROM pg_temp.incoming AS src WHERE member.subscriber_id = src.subscriber_id);

-- analyze-versions-1: The planner has to know how many there are.
ANALYZE pg_temp.versions_1;

-- guard-overlapping-versions: versions of one member of business.dim_subscriber overlap, so that a fact would have two of them; VerifyAsync lists them all
SELECT DISTINCT member.subscriber_id
FROM pg_temp.versions_1 AS member
WHERE member.ends_at > member.met_until
ORDER BY member.subscriber_id
LIMIT 20;

-- resolve-keys: Each row meets one version of each member: the one valid at the row's own time.
CREATE TEMP TABLE resolved ON COMMIT DROP AS
SELECT coalesce(subscriber.member_key, -1) AS subscriber_key,
       coalesce(usage_key_then.usage_key, -1) AS usage_key,
       coalesce(call_flags_key_of_row.call_flags_key, -1) AS call_flags_key,
       CAST(src.call_id AS bigint) AS call_id,
       CAST(src.called_at AS timestamp without time zone) AS called_at,
       CAST(src.seconds AS integer) AS seconds,
       CASE WHEN subscriber.member_key IS NULL THEN 3 WHEN CAST(src.called_at AS timestamp) < subscriber.begins_at THEN 1 WHEN CAST(src.called_at AS timestamp) >= subscriber.ends_at THEN 2 ELSE 0 END AS link_outcome_1
FROM pg_temp.incoming AS src
LEFT JOIN pg_temp.versions_1 AS subscriber ON subscriber.subscriber_id = src.subscriber_id AND CAST(src.called_at AS timestamp) >= subscriber.met_from AND CAST(src.called_at AS timestamp) < subscriber.met_until
LEFT JOIN (
    SELECT subscriber_id, usage_key, met_from, lead(met_from) OVER (PARTITION BY subscriber_id ORDER BY met_from, version) AS met_until
    FROM (
        SELECT member.subscriber_id, member.usage_key, member.version, CASE WHEN member.version = 1 THEN timestamp '-infinity' ELSE CAST(member.valid_from AS timestamp) END AS met_from
        FROM business.dim_usage_assignment AS member
        WHERE EXISTS (SELECT 1 FROM pg_temp.incoming AS src WHERE member.subscriber_id = src.subscriber_id)
    ) AS version
) AS usage_key_then ON usage_key_then.subscriber_id = src.subscriber_id AND CAST(src.called_at AS timestamp) >= usage_key_then.met_from AND (usage_key_then.met_until IS NULL OR CAST(src.called_at AS timestamp) < usage_key_then.met_until)
LEFT JOIN business.dim_call_flags AS call_flags_key_of_row ON call_flags_key_of_row.call_flags_key > 0
    AND call_flags_key_of_row.is_free = CASE WHEN src.is_free THEN 'free' WHEN NOT src.is_free THEN 'charged' ELSE 'Unknown' END
    AND call_flags_key_of_row.network = coalesce(src.network, 'Unknown');

-- analyze-resolved: The planner has to know how many rows are compared with the table.
ANALYZE pg_temp.resolved;

-- count-unknown-members: Rows that met no member or no version of their own time, per link.
SELECT count(*) FILTER (WHERE subscriber_key = -1) AS unknown_subscriber,
       count(*) FILTER (WHERE usage_key = -1) AS unknown_usage_key,
       count(*) FILTER (WHERE link_outcome_1 = 1) AS before_first_subscriber,
       count(*) FILTER (WHERE link_outcome_1 = 2) AS in_gap_subscriber
FROM pg_temp.resolved;

-- count-accepted: The rows that count.
SELECT count(*) AS accepted FROM pg_temp.resolved;

-- update-changed-rows: Only rows in which something is really different.
UPDATE business.fact_call AS tgt
SET subscriber_key = src.subscriber_key,
    usage_key = src.usage_key,
    call_flags_key = src.call_flags_key,
    called_at = src.called_at,
    seconds = src.seconds,
    load_id = $load_id
FROM pg_temp.resolved AS src
WHERE tgt.call_id = src.call_id
  AND (tgt.subscriber_key IS DISTINCT FROM src.subscriber_key
       OR tgt.usage_key IS DISTINCT FROM src.usage_key
       OR tgt.call_flags_key IS DISTINCT FROM src.call_flags_key
       OR tgt.called_at IS DISTINCT FROM src.called_at
       OR tgt.seconds IS DISTINCT FROM src.seconds);

-- insert-new-rows: Rows of a grain that the table does not have.
INSERT INTO business.fact_call (subscriber_key, usage_key, call_flags_key, call_id, called_at, seconds, load_id)
SELECT src.subscriber_key,
       src.usage_key,
       src.call_flags_key,
       src.call_id,
       src.called_at,
       src.seconds,
       $load_id
FROM pg_temp.resolved AS src
WHERE NOT EXISTS (SELECT 1 FROM business.fact_call AS tgt WHERE tgt.call_id = src.call_id);

-- count-rows-too-many: Each row of the batch stands in the table once.
-- only if: inserted > 0
SELECT (SELECT count(*) FROM business.fact_call AS tgt WHERE EXISTS (SELECT 1 FROM pg_temp.resolved AS src WHERE tgt.call_id = src.call_id))
     - (SELECT count(*) FROM pg_temp.resolved) AS rows_too_many;

-- check-grain: rows of one grain would stand in the table more than once
-- only if: rows_too_many > 0
SELECT tgt.call_id
FROM business.fact_call AS tgt
JOIN pg_temp.resolved AS src ON tgt.call_id = src.call_id
GROUP BY tgt.call_id
HAVING count(*) > 1
LIMIT 20;
