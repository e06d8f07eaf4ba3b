-- warehouse-sdk: stage business.fact_day

-- drop-staging-table: A deployment stages more than once in one transaction.
DROP TABLE IF EXISTS pg_temp.staged;

-- create-staging-table: Takes the rows as they come; seen by this connection only.
CREATE TEMP TABLE staged (
    source_line bigint,
    store_id integer,
    day timestamp without time zone,
    sold integer,
    on_hand integer
) ON COMMIT DROP;

-- set-part-aside: One of the sources of the load.
CREATE TEMP TABLE part_1 ON COMMIT DROP AS
SELECT 1099511627776 + src.source_line AS source_line,
       src.store_id,
       src.day,
       src.sold,
       src.on_hand
FROM pg_temp.staged AS src;

-- drop-staging-table: Room for the next source.
DROP TABLE pg_temp.staged;

-- stage-query: The source's rows in the target's types.
CREATE TEMP TABLE staged ON COMMIT DROP AS
SELECT row_number() OVER () AS source_line,
       CAST(src.store_id AS integer) AS store_id,
       CAST(src.day AS timestamp without time zone) AS day,
       CAST(src.sold AS integer) AS sold,
       CAST(src.on_hand AS integer) AS on_hand
FROM (
SELECT * FROM elsewhere.web
) AS src;

-- count-rows: Rows the source gave.
SELECT count(*) AS rows_read FROM pg_temp.staged;

-- set-part-aside: One of the sources of the load.
CREATE TEMP TABLE part_2 ON COMMIT DROP AS
SELECT 2199023255552 + src.source_line AS source_line,
       src.store_id,
       src.day,
       src.sold,
       src.on_hand
FROM pg_temp.staged AS src;

-- drop-staging-table: Room for the next source.
DROP TABLE pg_temp.staged;

-- unite-sources: The rows of all sources.
CREATE TEMP TABLE staged ON COMMIT DROP AS
SELECT src.source_line,
       src.store_id,
       src.day,
       CAST('shop' AS text) AS channel,
       src.sold,
       src.on_hand
FROM pg_temp.part_1 AS src
UNION ALL
SELECT src.source_line,
       src.store_id,
       src.day,
       CAST('it''s web' AS text) AS channel,
       src.sold,
       src.on_hand
FROM pg_temp.part_2 AS src;

-- place-rejects: Rejected rows are named by the file and line of their own source.
UPDATE warehouse.reject
SET file = CASE line >> 40 WHEN 1 THEN $source_part_1 WHEN 2 THEN $source_part_2 END,
    line = line & 1099511627775
WHERE load_id = $load_id
  AND line >= 1099511627776;
