-- warehouse-sdk: stage enterprise.customer

-- stage-landed: What has landed since the target last looked.
CREATE TEMP TABLE staged AS
SELECT row_number() OVER (ORDER BY src.load_id, src.source_line) AS source_line,
       src.load_id AS landed_load_id,
       CAST(src.customer_id AS INTEGER) AS customer_id,
       CAST(src.created_on AS DATE) AS created_on,
       CAST(src.first_name AS VARCHAR) AS first_name,
       CAST(src.email AS VARCHAR) AS email,
       CAST(src.city AS VARCHAR) AS city,
       CAST(src.store_id AS INTEGER) AS store_id,
       CAST(src.segment AS VARCHAR) AS segment,
       CAST(src.changed_at AS TIMESTAMP) AS changed_at
FROM landing.customer AS src
WHERE src.load_id > $landed_after;

-- count-rows: Rows the source gave.
SELECT count(*) AS rows_read FROM temp.staged;

-- read-landed-until: How far the target has now looked.
SELECT max(landed_load_id) AS landed_until FROM temp.staged;
