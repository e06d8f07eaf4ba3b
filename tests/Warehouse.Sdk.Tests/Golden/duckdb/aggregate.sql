-- warehouse-sdk: load business.agg_month

-- find-changed-partitions: Parts of the source with more, fewer or later written rows than the aggregate was made of.
CREATE TEMP TABLE partitions AS
WITH source_partitions AS (
    SELECT on_date.year AS year,
           on_date.year_month AS year_month,
           count(*) AS source_rows,
           max(greatest(src.load_id, store.load_id)) AS source_load_id
    FROM business.fact_movement AS src
    JOIN business.dim_date AS on_date ON on_date.date_key = src.date_key
    JOIN business.dim_store AS store ON store.store_key = src.store_key
    GROUP BY on_date.year,
             on_date.year_month
    HAVING count(*) > 0
),
known_partitions AS (
    SELECT tgt.year,
           tgt.year_month,
           CAST(sum(tgt.source_rows) AS BIGINT) AS source_rows,
           max(tgt.source_load_id) AS source_load_id
    FROM business.agg_month AS tgt
    GROUP BY tgt.year,
             tgt.year_month
    HAVING count(*) > 0
)
SELECT DISTINCT differing.year,
                differing.year_month
FROM (
    (SELECT * FROM source_partitions EXCEPT SELECT * FROM known_partitions)
    UNION ALL
    (SELECT * FROM known_partitions EXCEPT SELECT * FROM source_partitions)
) AS differing;

-- count-changed-partitions: Without any nothing is read.
SELECT count(*) AS changed_partitions FROM temp.partitions;

-- rebuild-partitions: What the source sums up to in them.
CREATE TEMP TABLE rebuilt AS
SELECT on_date.year AS year,
       on_date.year_month AS year_month,
       store.region AS region,
       CAST(sum(src.amount) AS DECIMAL(28,4)) AS amount,
       CAST(max(src.amount) AS DECIMAL(18,4)) AS largest,
       count(*) AS source_rows,
       max(greatest(src.load_id, store.load_id)) AS source_load_id
FROM business.fact_movement AS src
JOIN business.dim_date AS on_date ON on_date.date_key = src.date_key
JOIN business.dim_store AS store ON store.store_key = src.store_key
WHERE src.date_key IN (
    SELECT day.date_key
    FROM business.dim_date AS day
    JOIN temp.partitions AS changed ON changed.year IS NOT DISTINCT FROM day.year AND changed.year_month IS NOT DISTINCT FROM day.year_month
)
GROUP BY on_date.year,
         on_date.year_month,
         store.region;

-- count-rows: Rows of the source that were summed up.
SELECT CAST(coalesce(sum(source_rows), 0) AS BIGINT) AS rows_read,
       CAST(coalesce(sum(source_rows), 0) AS BIGINT) - count(*) AS folded,
       count(*) AS accepted
FROM temp.rebuilt;

-- delete-old-rows: Makes room for the parts that were rebuilt.
-- only if: changed_partitions > 0
DELETE FROM business.agg_month AS tgt
WHERE EXISTS (SELECT 1 FROM temp.partitions AS changed WHERE changed.year IS NOT DISTINCT FROM tgt.year AND changed.year_month IS NOT DISTINCT FROM tgt.year_month);

-- insert-rows: The rebuilt parts.
-- only if: changed_partitions > 0
INSERT INTO business.agg_month (year, year_month, region, amount, largest, source_rows, source_load_id, load_id)
SELECT src.year,
       src.year_month,
       src.region,
       src.amount,
       src.largest,
       src.source_rows,
       src.source_load_id,
       $load_id
FROM temp.rebuilt AS src;
