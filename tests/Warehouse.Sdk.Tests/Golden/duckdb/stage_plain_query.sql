-- warehouse-sdk: stage business.dim_customer

-- look-at-source: A table of this database is read where it is; what anything else gives is worked out once and copied.
SELECT CASE WHEN tables > 0 AND others = 0 THEN 1 ELSE 0 END AS read_in_place,
       CASE WHEN tables > 0 AND others = 0 THEN 0 ELSE 1 END AS copied
FROM (
    SELECT count(*) FILTER (WHERE source.database_name = current_database() AND NOT source.temporary) AS tables,
           count(*) FILTER (WHERE source.database_name <> current_database() OR source.temporary) + (SELECT count(*) FROM duckdb_views() AS seen WHERE lower(seen.view_name) = lower('customer')) AS others
    FROM duckdb_tables() AS source
    WHERE lower(source.table_name) = lower('customer')
      AND lower(source.schema_name) = lower('elsewhere')
) AS found;

-- read-in-place: The source's rows in the target's types, without a copy.
-- only if: read_in_place > 0
CREATE TEMP VIEW staged AS
SELECT CAST(NULL AS BIGINT) AS source_line,
       CAST(src.customer_id AS INTEGER) AS customer_id,
       CAST(src.created_on AS DATE) AS created_on,
       CAST(src.first_name AS VARCHAR) AS first_name,
       CAST(src.email AS VARCHAR) AS email,
       CAST(src.city AS VARCHAR) AS city,
       CAST(src.store_id AS INTEGER) AS store_id,
       CAST(src.segment AS VARCHAR) AS segment,
       CAST(src.changed_at AS TIMESTAMP) AS changed_at
FROM (
SELECT * FROM elsewhere.customer
) AS src;

-- stage-query: The source's rows in the target's types.
-- only if: copied > 0
CREATE TEMP TABLE staged AS
SELECT row_number() OVER () AS source_line,
       CAST(src.customer_id AS INTEGER) AS customer_id,
       CAST(src.created_on AS DATE) AS created_on,
       CAST(src.first_name AS VARCHAR) AS first_name,
       CAST(src.email AS VARCHAR) AS email,
       CAST(src.city AS VARCHAR) AS city,
       CAST(src.store_id AS INTEGER) AS store_id,
       CAST(src.segment AS VARCHAR) AS segment,
       CAST(src.changed_at AS TIMESTAMP) AS changed_at
FROM (
SELECT * FROM elsewhere.customer
) AS src;

-- count-rows: Rows the source gave.
SELECT count(*) AS rows_read FROM temp.staged;
