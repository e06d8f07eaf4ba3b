-- warehouse-sdk: stage business.dim_customer

-- drop-staging-table: A deployment stages more than once in one transaction.
DROP TABLE IF EXISTS pg_temp.staged;

-- create-staging-table: Takes the rows as they come; seen by this connection only.
CREATE TEMP TABLE staged (
    source_line bigint,
    customer_id integer,
    created_on date,
    first_name text,
    email text,
    city text,
    store_id integer,
    segment text,
    changed_at timestamp without time zone
) ON COMMIT DROP;
