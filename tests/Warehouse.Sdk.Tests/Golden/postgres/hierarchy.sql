-- warehouse-sdk: load business.bridge_store

-- reject-incomplete-rows: A row without its member says nothing of anybody.
INSERT INTO warehouse.reject (load_id, target, file, line, column_name, reason, raw_row)
SELECT $load_id,
       $target,
       CAST($path AS text),
       src.source_line,
       'store_id',
       'the member is NULL',
       CAST(to_json(src.*) AS text)
FROM pg_temp.staged AS src
WHERE src.store_id IS NULL;

-- find-repeated-keys: Keys that stand in the batch more than once; usually none.
CREATE TEMP TABLE repeated ON COMMIT DROP AS
SELECT src.store_id,
       count(*) AS copies
FROM pg_temp.staged AS src
WHERE src.store_id IS NOT NULL
GROUP BY src.store_id
HAVING count(*) > 1;

-- count-repeated-keys: Whether anything has to be decided at all.
SELECT count(*) AS repeated_keys FROM pg_temp.repeated;

-- decide-repeated-rows: Exact copies collapse into one.
-- only if: repeated_keys > 0
CREATE TEMP TABLE decided ON COMMIT DROP AS
SELECT src.store_id,
       src.parent_id,
       min(src.source_line) AS source_line
FROM pg_temp.staged AS src
JOIN pg_temp.repeated AS repeated ON repeated.store_id = src.store_id
WHERE src.store_id IS NOT NULL
GROUP BY src.store_id,
         src.parent_id;

-- find-conflicts: Keys that are still there with different values.
-- only if: repeated_keys > 0
CREATE TEMP TABLE conflicts ON COMMIT DROP AS
SELECT src.store_id,
       array_to_string(ARRAY[CASE WHEN count(DISTINCT src.parent_id) > 1 OR count(src.parent_id) NOT IN (0, count(*)) THEN 'parent_id' END], ', ') AS differing_columns
FROM pg_temp.decided AS src
GROUP BY src.store_id
HAVING count(*) > 1;

-- reject-conflicting-rows: None of them can be chosen, so all are kept aside.
-- only if: repeated_keys > 0
INSERT INTO warehouse.reject (load_id, target, file, line, column_name, reason, raw_row)
SELECT $load_id,
       $target,
       CAST($path AS text),
       src.source_line,
       conflicts.differing_columns,
       'one member has several parents (' || 'store_id = ' || CAST(src.store_id AS text) || ')',
       CAST(to_json(src.*) AS text)
FROM pg_temp.staged AS src
JOIN pg_temp.conflicts AS conflicts ON conflicts.store_id = src.store_id
WHERE src.store_id IS NOT NULL;

-- take-incoming: The rows whose key stands in the batch once.
CREATE TEMP TABLE incoming ON COMMIT DROP AS
SELECT src.store_id,
       src.parent_id,
       src.source_line
FROM pg_temp.staged AS src
WHERE NOT EXISTS (SELECT 1 FROM pg_temp.repeated AS repeated WHERE repeated.store_id = src.store_id)
  AND src.store_id IS NOT NULL;

-- take-decided-rows: And the one row that was chosen for a repeated key.
-- only if: repeated_keys > 0
INSERT INTO pg_temp.incoming
SELECT src.store_id,
       src.parent_id,
       src.source_line
FROM pg_temp.decided AS src
WHERE NOT EXISTS (SELECT 1 FROM pg_temp.conflicts AS conflicts WHERE conflicts.store_id = src.store_id);

-- analyze-incoming: The planner has to know how large the batch is.
ANALYZE pg_temp.incoming;

-- count-duplicates: Copies that collapsed and rows that were superseded.
-- only if: repeated_keys > 0
SELECT (SELECT CAST(coalesce(sum(repeated.copies), 0) AS bigint)
        FROM pg_temp.repeated AS repeated
        WHERE NOT EXISTS (SELECT 1 FROM pg_temp.conflicts AS conflicts WHERE conflicts.store_id = repeated.store_id))
     - (SELECT count(*)
        FROM pg_temp.decided AS decided
        WHERE NOT EXISTS (SELECT 1 FROM pg_temp.conflicts AS conflicts WHERE conflicts.store_id = decided.store_id)) AS duplicates;

-- reject-unknown-members: Rows that name a member nobody knows are kept aside and take no further part.
WITH unknown_members AS (
    DELETE FROM pg_temp.incoming AS src
    WHERE NOT EXISTS (SELECT 1 FROM business.dim_store AS member WHERE member.store_id = src.store_id AND member.store_key > 0)
            OR (src.parent_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM business.dim_store AS member WHERE member.store_id = src.parent_id AND member.store_key > 0))
    RETURNING src.*, EXISTS (SELECT 1 FROM business.dim_store AS member WHERE member.store_id = src.store_id AND member.store_key > 0) AS is_member
)
INSERT INTO warehouse.reject (load_id, target, file, line, column_name, reason, raw_row)
SELECT $load_id,
       $target,
       CAST($path AS text),
       src.source_line,
       CASE WHEN NOT src.is_member THEN 'store_id' ELSE 'parent_id' END,
       'no such member of business.dim_store (' || CASE WHEN NOT src.is_member THEN 'store_id = ' || CAST(src.store_id AS text) ELSE 'parent_id = ' || CAST(src.parent_id AS text) END || ')',
       CAST(to_json(src.*) AS text)
FROM unknown_members AS src;

-- find-unreached-members: Members that no top leads to; usually none.
CREATE TEMP TABLE stuck ON COMMIT DROP AS
WITH RECURSIVE reached AS (
    SELECT member.store_id AS member_key
    FROM business.dim_store AS member
    WHERE member.store_key > 0
      AND NOT EXISTS (SELECT 1 FROM pg_temp.incoming AS src WHERE src.store_id = member.store_id AND src.parent_id IS NOT NULL)
    GROUP BY member.store_id
    UNION ALL
    SELECT src.store_id
    FROM reached
    JOIN pg_temp.incoming AS src ON src.parent_id = reached.member_key
)
SELECT src.store_id,
       src.parent_id,
       src.source_line
FROM pg_temp.incoming AS src
WHERE NOT EXISTS (SELECT 1 FROM reached WHERE reached.member_key = src.store_id);

-- count-unreached-members: Without any there is no circle.
SELECT count(*) AS unreached_members FROM pg_temp.stuck;

-- find-circles: The way from each of them that leads back to it.
-- only if: unreached_members > 0
CREATE TEMP TABLE circles ON COMMIT DROP AS
WITH RECURSIVE walk AS (
    SELECT src.store_id AS begun_at,
           src.parent_id AS come_to,
           ARRAY[CAST(src.store_id AS text), CAST(src.parent_id AS text)] AS path
    FROM pg_temp.stuck AS src
    UNION ALL
    SELECT walk.begun_at,
           src.parent_id,
           walk.path || CAST(src.parent_id AS text)
    FROM walk
    JOIN pg_temp.stuck AS src ON src.store_id = walk.come_to
    WHERE walk.come_to <> walk.begun_at
      AND CAST(src.parent_id AS text) <> ALL (walk.path[2:])
)
SELECT walk.begun_at AS store_id,
       array_to_string(walk.path, ' -> ') AS path
FROM walk
WHERE walk.come_to = walk.begun_at;

-- reject-circles: Nobody can say which of the rows of a circle is wrong, so all of them are kept aside.
-- only if: unreached_members > 0
INSERT INTO warehouse.reject (load_id, target, file, line, column_name, reason, raw_row)
SELECT $load_id,
       $target,
       CAST($path AS text),
       src.source_line,
       'parent_id',
       'the member lies in a circle (' || circles.path || ')',
       CAST(to_json(src.*) AS text)
FROM pg_temp.incoming AS src
JOIN pg_temp.circles AS circles ON circles.store_id = src.store_id;

-- leave-circles: They take no further part.
-- only if: unreached_members > 0
DELETE FROM pg_temp.incoming AS src
WHERE EXISTS (SELECT 1 FROM pg_temp.circles AS circles WHERE circles.store_id = src.store_id);

-- expand-hierarchy: From each member down to all below it, level by level.
CREATE TEMP TABLE resolved ON COMMIT DROP AS
WITH RECURSIVE tree AS (
    SELECT DISTINCT member.store_id AS ancestor_store_id,
           member.store_id AS descendant_store_id,
           0 AS depth
    FROM business.dim_store AS member
    WHERE member.store_key > 0
    UNION ALL
    SELECT tree.ancestor_store_id,
           src.store_id,
           tree.depth + 1
    FROM tree
    JOIN pg_temp.incoming AS src ON src.parent_id = tree.descendant_store_id
)
SELECT tree.ancestor_store_id,
       tree.descendant_store_id,
       tree.depth,
       NOT EXISTS (SELECT 1 FROM pg_temp.incoming AS src WHERE src.store_id = tree.ancestor_store_id AND src.parent_id IS NOT NULL) AS is_top,
       NOT EXISTS (SELECT 1 FROM pg_temp.incoming AS src WHERE src.parent_id = tree.descendant_store_id) AS is_bottom
FROM tree;

-- analyze-resolved: The planner has to know how many rows are compared with the map.
ANALYZE pg_temp.resolved;

-- count-accepted: The rows of the map, most of which no row of the source is about.
SELECT count(*) AS accepted,
       count(*) - (SELECT count(*) FROM pg_temp.incoming) AS derived
FROM pg_temp.resolved;

-- delete-old-rows: Pairs that are no more, or not that far apart.
DELETE FROM business.bridge_store AS tgt
WHERE NOT EXISTS (SELECT 1 FROM pg_temp.resolved AS src WHERE tgt.ancestor_store_id = src.ancestor_store_id AND tgt.descendant_store_id = src.descendant_store_id AND tgt.depth = src.depth AND tgt.is_top = src.is_top AND tgt.is_bottom = src.is_bottom);

-- insert-rows: Pairs that the map does not have.
INSERT INTO business.bridge_store (ancestor_store_id, descendant_store_id, depth, is_top, is_bottom, load_id)
SELECT src.ancestor_store_id,
       src.descendant_store_id,
       src.depth,
       src.is_top,
       src.is_bottom,
       $load_id
FROM pg_temp.resolved AS src
WHERE NOT EXISTS (SELECT 1 FROM business.bridge_store AS tgt WHERE tgt.ancestor_store_id = src.ancestor_store_id AND tgt.descendant_store_id = src.descendant_store_id);
