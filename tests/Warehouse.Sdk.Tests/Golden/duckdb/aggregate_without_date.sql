-- warehouse-sdk: load business.agg_total

-- find-changed-partitions: Parts of the source with more, fewer or later written rows than the aggregate was made of.
CREATE TEMP TABLE partitions AS
WITH source_partitions AS (
    SELECT 1 AS whole,
           count(*) AS source_rows,
           max(greatest(src.load_id)) AS source_load_id
    FROM business.fact_movement AS src
    HAVING count(*) > 0
),
known_partitions AS (
    SELECT 1 AS whole,
           CAST(sum(tgt.source_rows) AS BIGINT) AS source_rows,
           max(tgt.source_load_id) AS source_load_id
    FROM business.agg_total AS tgt
    HAVING count(*) > 0
)
SELECT DISTINCT differing.whole
FROM (
    (SELECT * FROM source_partitions EXCEPT SELECT * FROM known_partitions)
    UNION ALL
    (SELECT * FROM known_partitions EXCEPT SELECT * FROM source_partitions)
) AS differing;

-- count-changed-partitions: Without any nothing is read.
SELECT count(*) AS changed_partitions FROM temp.partitions;

-- rebuild-partitions: What the source sums up to in them.
CREATE TEMP TABLE rebuilt AS
SELECT src.store_key AS store_key,
       src.store_id AS store_id,
       CAST(sum(src.amount) AS DECIMAL(28,4)) AS amount,
       count(*) AS source_rows,
       max(greatest(src.load_id)) AS source_load_id
FROM business.fact_movement AS src
WHERE EXISTS (SELECT 1 FROM temp.partitions)
GROUP BY src.store_key,
         src.store_id;

-- count-rows: Rows of the source that were summed up.
SELECT CAST(coalesce(sum(source_rows), 0) AS BIGINT) AS rows_read,
       CAST(coalesce(sum(source_rows), 0) AS BIGINT) - count(*) AS folded,
       count(*) AS accepted
FROM temp.rebuilt;

-- delete-old-rows: Makes room for the parts that were rebuilt.
-- only if: changed_partitions > 0
DELETE FROM business.agg_total AS tgt
WHERE EXISTS (SELECT 1 FROM temp.partitions);

-- insert-rows: The rebuilt parts.
-- only if: changed_partitions > 0
INSERT INTO business.agg_total (store_key, store_id, amount, source_rows, source_load_id, load_id)
SELECT src.store_key,
       src.store_id,
       src.amount,
       src.source_rows,
       src.source_load_id,
       $load_id
FROM temp.rebuilt AS src;
