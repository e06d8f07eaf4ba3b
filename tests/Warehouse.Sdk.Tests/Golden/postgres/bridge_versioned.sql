-- warehouse-sdk: load business.bridge_ownership

-- reject-incomplete-rows: A row without its group or its member links nothing.
INSERT INTO warehouse.reject (load_id, target, file, line, column_name, reason, raw_row)
SELECT $load_id,
       $target,
       CAST($path AS text),
       src.source_line,
       NULL,
       'group or member is NULL',
       CAST(to_json(src.*) AS text)
FROM pg_temp.staged AS src
WHERE NOT (src.store_id IS NOT NULL AND src.holder_id IS NOT NULL);

-- find-repeated-keys: Keys that stand in the batch more than once; usually none.
CREATE TEMP TABLE repeated ON COMMIT DROP AS
SELECT src.store_id,
       src.holder_id,
       count(*) AS copies
FROM pg_temp.staged AS src
WHERE src.store_id IS NOT NULL AND src.holder_id IS NOT NULL
GROUP BY src.store_id, src.holder_id
HAVING count(*) > 1;

-- count-repeated-keys: Whether anything has to be decided at all.
SELECT count(*) AS repeated_keys FROM pg_temp.repeated;

-- decide-repeated-rows: Exact copies collapse into one.
-- only if: repeated_keys > 0
CREATE TEMP TABLE decided ON COMMIT DROP AS
SELECT src.store_id,
       src.holder_id,
       min(src.source_line) AS source_line
FROM pg_temp.staged AS src
JOIN pg_temp.repeated AS repeated ON repeated.store_id = src.store_id AND repeated.holder_id = src.holder_id
WHERE src.store_id IS NOT NULL AND src.holder_id IS NOT NULL
GROUP BY src.store_id,
         src.holder_id;

-- find-conflicts: Keys that are still there with different values.
-- only if: repeated_keys > 0
CREATE TEMP TABLE conflicts ON COMMIT DROP AS
SELECT src.store_id,
       src.holder_id,
       CAST(NULL AS text) AS differing_columns
FROM pg_temp.decided AS src
GROUP BY src.store_id,
         src.holder_id
HAVING count(*) > 1;

-- reject-conflicting-rows: None of them can be chosen, so all are kept aside.
-- only if: repeated_keys > 0
INSERT INTO warehouse.reject (load_id, target, file, line, column_name, reason, raw_row)
SELECT $load_id,
       $target,
       CAST($path AS text),
       src.source_line,
       conflicts.differing_columns,
       'one member stands in one group with different weights (' || 'store_id = ' || CAST(src.store_id AS text) || ', ' || 'holder_id = ' || CAST(src.holder_id AS text) || ')',
       CAST(to_json(src.*) AS text)
FROM pg_temp.staged AS src
JOIN pg_temp.conflicts AS conflicts ON conflicts.store_id = src.store_id AND conflicts.holder_id = src.holder_id
WHERE src.store_id IS NOT NULL AND src.holder_id IS NOT NULL;

-- take-incoming: The rows whose key stands in the batch once.
CREATE TEMP TABLE incoming ON COMMIT DROP AS
SELECT src.store_id,
       src.holder_id,
       src.source_line
FROM pg_temp.staged AS src
WHERE NOT EXISTS (SELECT 1 FROM pg_temp.repeated AS repeated WHERE repeated.store_id = src.store_id AND repeated.holder_id = src.holder_id)
  AND src.store_id IS NOT NULL AND src.holder_id IS NOT NULL;

-- take-decided-rows: And the one row that was chosen for a repeated key.
-- only if: repeated_keys > 0
INSERT INTO pg_temp.incoming
SELECT src.store_id,
       src.holder_id,
       src.source_line
FROM pg_temp.decided AS src
WHERE NOT EXISTS (SELECT 1 FROM pg_temp.conflicts AS conflicts WHERE conflicts.store_id = src.store_id AND conflicts.holder_id = src.holder_id);

-- analyze-incoming: The planner has to know how large the batch is.
ANALYZE pg_temp.incoming;

-- count-duplicates: Copies that collapsed and rows that were superseded.
-- only if: repeated_keys > 0
SELECT (SELECT CAST(coalesce(sum(repeated.copies), 0) AS bigint)
        FROM pg_temp.repeated AS repeated
        WHERE NOT EXISTS (SELECT 1 FROM pg_temp.conflicts AS conflicts WHERE conflicts.store_id = repeated.store_id AND conflicts.holder_id = repeated.holder_id))
     - (SELECT count(*)
        FROM pg_temp.decided AS decided
        WHERE NOT EXISTS (SELECT 1 FROM pg_temp.conflicts AS conflicts WHERE conflicts.store_id = decided.store_id AND conflicts.holder_id = decided.holder_id)) AS duplicates;

-- resolve-members: One row per group and member with its weight; a group without rows has the unknown member.
CREATE TEMP TABLE resolved ON COMMIT DROP AS
WITH met AS (
    SELECT src.store_id,
           src.holder_id,
           coalesce(member.holder_key, -1) AS holder_key
    FROM pg_temp.incoming AS src
    LEFT JOIN (
        SELECT DISTINCT ON (holder_id) holder_id, holder_key
        FROM business.dim_holder
        WHERE holder_key > 0
        ORDER BY holder_id, version DESC
    ) AS member ON member.holder_id = src.holder_id
)
SELECT src.store_id,
       src.holder_key,
       CAST(CASE WHEN row_number() OVER (PARTITION BY src.store_id ORDER BY src.holder_key) = 1
                 THEN 1 - (count(*) OVER (PARTITION BY src.store_id) - 1) * CAST(1000000000 / count(*) OVER (PARTITION BY src.store_id) * 0.000000001 AS numeric(18,9))
                 ELSE CAST(1000000000 / count(*) OVER (PARTITION BY src.store_id) * 0.000000001 AS numeric(18,9))
            END AS numeric(18,9)) AS weight,
       FALSE AS is_empty_group
FROM met AS src
GROUP BY src.store_id, src.holder_key
UNION ALL
SELECT DISTINCT tgt.store_id AS store_id, -1, 1, TRUE
FROM business.dim_store AS tgt
WHERE tgt.store_key > 0
  AND NOT EXISTS (SELECT 1 FROM pg_temp.incoming AS src WHERE src.store_id = tgt.store_id);

-- analyze-resolved: The planner has to know how many rows are compared with the bridge.
ANALYZE pg_temp.resolved;

-- count-accepted: The rows that count.
SELECT (SELECT count(*) FROM pg_temp.incoming) AS accepted,
       (SELECT count(*) FROM pg_temp.resolved WHERE holder_key = -1 AND NOT is_empty_group) AS unknown_dim_holder;

-- check-weights: the weights of groups do not sum to 1
SELECT store_id, sum(weight) AS weights
FROM pg_temp.resolved
GROUP BY store_id
HAVING sum(weight) IS DISTINCT FROM 1
LIMIT 20;

-- guard-older-set: a later set is loaded already; sets of a versioned bridge come in the order of their times
SELECT max(changes.changed_at) AS loaded
FROM (
    SELECT tgt.valid_from AS changed_at FROM business.bridge_ownership AS tgt
    UNION ALL
    SELECT tgt.valid_to FROM business.bridge_ownership AS tgt WHERE NOT (tgt.valid_to IS NOT DISTINCT FROM NULL)
) AS changes
HAVING max(changes.changed_at) > CAST($as_of AS timestamp);

-- read-beginning: The first set is true from its own time on, or from the beginning that the model gives.
SELECT CASE WHEN EXISTS (SELECT 1 FROM business.bridge_ownership) AND EXISTS (SELECT 1 FROM warehouse.load AS load WHERE load.target = $target AND load.as_of < CAST($as_of AS timestamp)) THEN CAST($as_of AS timestamp) ELSE timestamp '2000-01-01 00:00:00.000000' END AS member_since;

-- undo-memberships: Memberships of this very instant that the set does not have were never true.
DELETE FROM business.bridge_ownership AS tgt
WHERE tgt.valid_to IS NOT DISTINCT FROM NULL
  AND tgt.valid_from = CAST($member_since AS timestamp)
  AND NOT EXISTS (SELECT 1 FROM pg_temp.resolved AS src WHERE tgt.store_id = src.store_id AND tgt.holder_key = src.holder_key AND tgt.weight = src.weight);

-- count-ended-memberships: Memberships that the set no longer has, or has with another weight.
SELECT count(*) AS expired,
       count(*) AS expired_by_absence
FROM business.bridge_ownership AS tgt
WHERE tgt.valid_to IS NOT DISTINCT FROM NULL
  AND NOT EXISTS (SELECT 1 FROM pg_temp.resolved AS src WHERE tgt.store_id = src.store_id AND tgt.holder_key = src.holder_key AND tgt.weight = src.weight);

-- end-memberships: They end where the set begins.
-- only if: expired > 0
UPDATE business.bridge_ownership AS tgt
SET valid_to = CAST($as_of AS timestamp),
    load_id = $load_id
WHERE tgt.valid_to IS NOT DISTINCT FROM NULL
  AND NOT EXISTS (SELECT 1 FROM pg_temp.resolved AS src WHERE tgt.store_id = src.store_id AND tgt.holder_key = src.holder_key AND tgt.weight = src.weight);

-- continue-memberships: One that ended at this very instant never did.
UPDATE business.bridge_ownership AS tgt
SET valid_to = CAST(NULL AS timestamp),
    load_id = $load_id
WHERE tgt.valid_to = CAST($as_of AS timestamp)
  AND EXISTS (SELECT 1 FROM pg_temp.resolved AS src WHERE tgt.store_id = src.store_id AND tgt.holder_key = src.holder_key AND tgt.weight = src.weight);

-- begin-memberships: Memberships that the set has for the first time, or again.
INSERT INTO business.bridge_ownership (store_id, holder_key, weight, valid_from, valid_to, load_id)
SELECT src.store_id,
       src.holder_key,
       src.weight,
       CAST($member_since AS timestamp),
       CAST(NULL AS timestamp),
       $load_id
FROM pg_temp.resolved AS src
WHERE NOT src.is_empty_group
  AND NOT EXISTS (SELECT 1 FROM business.bridge_ownership AS tgt WHERE tgt.store_id = src.store_id AND tgt.holder_key = src.holder_key AND tgt.weight = src.weight AND tgt.valid_to IS NOT DISTINCT FROM NULL);

-- begin-empty-groups: Groups without rows, so that nothing disappears in a join.
INSERT INTO business.bridge_ownership (store_id, holder_key, weight, valid_from, valid_to, load_id)
SELECT src.store_id,
       src.holder_key,
       src.weight,
       CAST($member_since AS timestamp),
       CAST(NULL AS timestamp),
       $load_id
FROM pg_temp.resolved AS src
WHERE src.is_empty_group
  AND NOT EXISTS (SELECT 1 FROM business.bridge_ownership AS tgt WHERE tgt.store_id = src.store_id AND tgt.holder_key = src.holder_key AND tgt.weight = src.weight AND tgt.valid_to IS NOT DISTINCT FROM NULL);
