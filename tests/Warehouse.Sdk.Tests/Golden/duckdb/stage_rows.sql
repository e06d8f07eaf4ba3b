-- warehouse-sdk: stage business.dim_customer

-- create-staging-table: Takes the rows as they come; seen by this connection only.
CREATE OR REPLACE TEMP TABLE staged (
    source_line BIGINT,
    customer_id INTEGER,
    created_on DATE,
    first_name VARCHAR,
    email VARCHAR,
    city VARCHAR,
    store_id INTEGER,
    segment VARCHAR,
    changed_at TIMESTAMP
);
