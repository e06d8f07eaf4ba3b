-- warehouse-sdk: stage business.fact_day

-- drop-staging-table: A deployment stages more than once in one transaction.
DROP TABLE IF EXISTS pg_temp.staged;

-- create-staging-table: Takes the rows as they come; seen by this connection only.
CREATE TEMP TABLE staged (
    source_line bigint,
    store_id integer,
    day timestamp without time zone,
    channel text,
    sold integer
) ON COMMIT DROP;

-- set-part-aside: One of the sources of the load.
CREATE TEMP TABLE part_1 ON COMMIT DROP AS
SELECT 1099511627776 + src.source_line AS source_line,
       src.store_id,
       src.day,
       src.channel,
       src.sold
FROM pg_temp.staged AS src;

-- drop-staging-table: Room for the next source.
DROP TABLE pg_temp.staged;

-- drop-staging-table: A deployment stages more than once in one transaction.
DROP TABLE IF EXISTS pg_temp.staged;

-- create-staging-table: Takes the rows as they come; seen by this connection only.
CREATE TEMP TABLE staged (
    source_line bigint,
    store_id integer,
    time_id integer,
    on_hand integer
) ON COMMIT DROP;

-- set-part-aside: One of the sources of the load.
CREATE TEMP TABLE part_2 ON COMMIT DROP AS
SELECT 2199023255552 + src.source_line AS source_line,
       src.store_id,
       src.time_id,
       src.on_hand
FROM pg_temp.staged AS src;

-- drop-staging-table: Room for the next source.
DROP TABLE pg_temp.staged;

-- reject-unmapped-rows: Rows whose key the mapping table does not have.
INSERT INTO warehouse.reject (load_id, target, file, line, column_name, reason, raw_row)
SELECT $load_id,
       $target,
       NULL,
       src.source_line,
       'time_id',
       coalesce('no row of enterprise.calendar (' || 'time_id = ' || CAST(src.time_id AS text) || ')', 'the key of enterprise.calendar is NULL'),
       CAST(to_json(src.*) AS text)
FROM pg_temp.part_2 AS src
WHERE NOT EXISTS (SELECT 1 FROM enterprise.calendar AS map WHERE map.time_id = src.time_id);

-- guard-repeated-mappings: enterprise.calendar has several rows of one key, and each of them would be met
SELECT map.time_id,
       count(*) AS copies
FROM enterprise.calendar AS map
WHERE EXISTS (SELECT 1 FROM pg_temp.part_2 AS src WHERE map.time_id = src.time_id)
GROUP BY map.time_id
HAVING count(*) > 1
LIMIT 20;

-- map-keys: The rows with what the mapping table has for their key.
CREATE TEMP TABLE staged ON COMMIT DROP AS
SELECT src.source_line,
       src.store_id,
       CAST(map.day AS timestamp without time zone) AS day,
       src.on_hand
FROM pg_temp.part_2 AS src
JOIN enterprise.calendar AS map ON map.time_id = src.time_id;

-- set-part-aside: One of the sources of the load.
CREATE TEMP TABLE part_3 ON COMMIT DROP AS
SELECT src.source_line AS source_line,
       src.store_id,
       src.day,
       src.on_hand
FROM pg_temp.staged AS src;

-- drop-staging-table: Room for the next source.
DROP TABLE pg_temp.staged;

-- guard-repeated-keys: several rows of rows of SoldRow have one key, and each of them would be joined; sum them up first
SELECT src.store_id,
       src.day,
       count(*) AS copies
FROM pg_temp.part_1 AS src
WHERE src.store_id IS NOT NULL AND src.day IS NOT NULL
GROUP BY src.store_id,
         src.day
HAVING count(*) > 1
LIMIT 20;

-- guard-repeated-keys: several rows of rows of NumberedRow by way of enterprise.calendar have one key, and each of them would be joined; sum them up first
SELECT src.store_id,
       src.day,
       count(*) AS copies
FROM pg_temp.part_3 AS src
WHERE src.store_id IS NOT NULL AND src.day IS NOT NULL
GROUP BY src.store_id,
         src.day
HAVING count(*) > 1
LIMIT 20;

-- join-sources: A row for every key that one of the sources has.
CREATE TEMP TABLE staged ON COMMIT DROP AS
SELECT coalesce(lft.source_line, rgt.source_line) AS source_line,
       coalesce(lft.store_id, rgt.store_id) AS store_id,
       coalesce(lft.day, rgt.day) AS day,
       lft.channel,
       CASE WHEN lft.source_line IS NULL THEN 0 ELSE lft.sold END AS sold,
       rgt.on_hand
FROM pg_temp.part_1 AS lft
FULL OUTER JOIN pg_temp.part_3 AS rgt ON lft.store_id = rgt.store_id AND lft.day = rgt.day;

-- count-folded: Rows that stand side by side in one.
SELECT (SELECT count(*) FROM pg_temp.part_1) + (SELECT count(*) FROM pg_temp.part_3) - (SELECT count(*) FROM pg_temp.staged) AS folded;

-- place-rejects: Rejected rows are named by the file and line of their own source.
UPDATE warehouse.reject
SET file = CASE line >> 40 WHEN 1 THEN $source_part_1 WHEN 2 THEN $source_part_2 WHEN 3 THEN $source_part_3 END,
    line = line & 1099511627775
WHERE load_id = $load_id
  AND line >= 1099511627776;
