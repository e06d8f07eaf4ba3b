-- warehouse-sdk: stage business.fact_day

-- create-staging-table: Takes the rows as they come; seen by this connection only.
CREATE OR REPLACE TEMP TABLE staged (
    source_line BIGINT,
    store_id INTEGER,
    day TIMESTAMP,
    sold INTEGER,
    on_hand INTEGER
);

-- set-part-aside: One of the sources of the load.
CREATE TEMP TABLE part_1 AS
SELECT 1099511627776 + src.source_line AS source_line,
       src.store_id,
       src.day,
       src.sold,
       src.on_hand
FROM temp.staged AS src;

-- drop-staging-table: Room for the next source.
DROP TABLE temp.staged;

-- stage-query: The source's rows in the target's types.
CREATE TEMP TABLE staged AS
SELECT row_number() OVER () AS source_line,
       CAST(src.store_id AS INTEGER) AS store_id,
       CAST(src.day AS TIMESTAMP) AS day,
       CAST(src.sold AS INTEGER) AS sold,
       CAST(src.on_hand AS INTEGER) AS on_hand
FROM (
SELECT * FROM elsewhere.web
) AS src;

-- count-rows: Rows the source gave.
SELECT count(*) AS rows_read FROM temp.staged;

-- set-part-aside: One of the sources of the load.
CREATE TEMP TABLE part_2 AS
SELECT 2199023255552 + src.source_line AS source_line,
       src.store_id,
       src.day,
       src.sold,
       src.on_hand
FROM temp.staged AS src;

-- drop-staging-table: Room for the next source.
DROP TABLE temp.staged;

-- unite-sources: The rows of all sources.
CREATE TEMP TABLE staged AS
SELECT src.source_line,
       src.store_id,
       src.day,
       CAST('shop' AS VARCHAR) AS channel,
       src.sold,
       src.on_hand
FROM temp.part_1 AS src
UNION ALL
SELECT src.source_line,
       src.store_id,
       src.day,
       CAST('it''s web' AS VARCHAR) AS channel,
       src.sold,
       src.on_hand
FROM temp.part_2 AS src;

-- place-rejects: Rejected rows are named by the file and line of their own source.
UPDATE warehouse.reject
SET file = CASE line >> 40 WHEN 1 THEN $source_part_1 WHEN 2 THEN $source_part_2 END,
    line = line & 1099511627775
WHERE load_id = $load_id
  AND line >= 1099511627776;
