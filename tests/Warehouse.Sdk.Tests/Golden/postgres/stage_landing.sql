-- warehouse-sdk: stage enterprise.customer

-- stage-landed: What has landed since the target last looked.
CREATE TEMP TABLE staged ON COMMIT DROP AS
SELECT row_number() OVER (ORDER BY src.load_id, src.source_line) AS source_line,
       src.load_id AS landed_load_id,
       CAST(src.customer_id AS integer) AS customer_id,
       CAST(src.created_on AS date) AS created_on,
       CAST(src.first_name AS text) AS first_name,
       CAST(src.email AS text) AS email,
       CAST(src.city AS text) AS city,
       CAST(src.store_id AS integer) AS store_id,
       CAST(src.segment AS text) AS segment,
       CAST(src.changed_at AS timestamp without time zone) AS changed_at
FROM landing.customer AS src
WHERE src.load_id > $landed_after;

-- count-rows: Rows the source gave.
SELECT count(*) AS rows_read FROM pg_temp.staged;

-- read-landed-until: How far the target has now looked.
SELECT max(landed_load_id) AS landed_until FROM pg_temp.staged;
