-- warehouse-sdk: stage business.dim_customer

-- look-at-source: A table as it stands is read where it is; what a view or a foreign table gives is worked out once and copied.
SELECT count(*) AS read_in_place,
       1 - count(*) AS copied
FROM pg_class AS source
WHERE source.oid = to_regclass('elsewhere.customer')
  AND source.relkind IN ('r', 'p', 'm');

-- read-in-place: The source's rows in the target's types, without a copy.
-- only if: read_in_place > 0
CREATE TEMP VIEW staged AS
SELECT CAST(NULL AS bigint) AS source_line,
       CAST(src.customer_id AS integer) AS customer_id,
       CAST(src.created_on AS date) AS created_on,
       CAST(src.first_name AS text) AS first_name,
       CAST(src.email AS text) AS email,
       CAST(src.city AS text) AS city,
       CAST(src.store_id AS integer) AS store_id,
       CAST(src.segment AS text) AS segment,
       CAST(src.changed_at AS timestamp without time zone) AS changed_at
FROM (
SELECT * FROM elsewhere.customer
) AS src;

-- stage-query: The source's rows in the target's types.
-- only if: copied > 0
CREATE TEMP TABLE staged ON COMMIT DROP AS
SELECT row_number() OVER () AS source_line,
       CAST(src.customer_id AS integer) AS customer_id,
       CAST(src.created_on AS date) AS created_on,
       CAST(src.first_name AS text) AS first_name,
       CAST(src.email AS text) AS email,
       CAST(src.city AS text) AS city,
       CAST(src.store_id AS integer) AS store_id,
       CAST(src.segment AS text) AS segment,
       CAST(src.changed_at AS timestamp without time zone) AS changed_at
FROM (
SELECT * FROM elsewhere.customer
) AS src;

-- count-rows: Rows the source gave.
-- only if: copied > 0
SELECT count(*) AS rows_read FROM pg_temp.staged;
