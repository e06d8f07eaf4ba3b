-- warehouse-sdk: deploy types

-- create-schema: A zone of the warehouse.
CREATE SCHEMA IF NOT EXISTS business;

-- create-table: A table of the model.
CREATE TABLE business.dim_customer (
    customer_durable_key BIGINT NOT NULL,
    customer_id INTEGER,
    created_on DATE,
    first_name VARCHAR,
    email VARCHAR,
    city VARCHAR,
    segment VARCHAR,
    previous_segment VARCHAR,
    store_id INTEGER,
    valid_from TIMESTAMP NOT NULL,
    valid_to TIMESTAMP,
    is_current BOOLEAN NOT NULL,
    version INTEGER NOT NULL,
    changed_at TIMESTAMP,
    change_reason VARCHAR,
    is_inferred BOOLEAN NOT NULL,
    is_deleted BOOLEAN NOT NULL,
    load_id BIGINT NOT NULL
);

-- create-table: Grain: one sale.
CREATE TABLE business.fact_sale (
    customer_key BIGINT NOT NULL,
    customer_durable_key BIGINT NOT NULL,
    household_durable_key BIGINT NOT NULL,
    sale_id BIGINT NOT NULL,
    sold_at TIMESTAMP,
    amount DECIMAL(18,4),
    load_id BIGINT NOT NULL
);

-- create-table: All versions of the members of dim_customer.
CREATE TABLE business.dim_customer_history (
    customer_key BIGINT NOT NULL,
    customer_durable_key BIGINT NOT NULL,
    customer_id INTEGER,
    created_on DATE,
    first_name VARCHAR,
    email VARCHAR,
    city VARCHAR,
    segment VARCHAR,
    previous_segment VARCHAR,
    store_id INTEGER,
    current_store_id INTEGER,
    valid_from TIMESTAMP NOT NULL,
    valid_to TIMESTAMP,
    is_current BOOLEAN NOT NULL,
    version INTEGER NOT NULL,
    changed_at TIMESTAMP,
    change_reason VARCHAR,
    is_inferred BOOLEAN NOT NULL,
    is_deleted BOOLEAN NOT NULL,
    load_id BIGINT NOT NULL
);

-- create-table: The distinct events that dim_customer was given; its history is rebuilt from them.
CREATE TABLE business.dim_customer_event (
    customer_id INTEGER,
    effective_at TIMESTAMP NOT NULL,
    is_delete BOOLEAN NOT NULL,
    created_on DATE,
    first_name VARCHAR,
    email VARCHAR,
    city VARCHAR,
    segment VARCHAR,
    store_id INTEGER,
    is_inferred BOOLEAN NOT NULL,
    load_id BIGINT NOT NULL
);

-- comment-column: The data dictionary.
COMMENT ON COLUMN business.dim_customer.customer_durable_key IS 'Durable key; meaningless, one per member for life.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN business.dim_customer.customer_id IS 'Natural key: identifies the member in the source.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN business.dim_customer.previous_segment IS 'The value of segment before its last change.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN business.dim_customer.valid_from IS 'The version is true from here on, in UTC.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN business.dim_customer.valid_to IS 'The version is true until just before this instant, in UTC; open when NULL.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN business.dim_customer.is_current IS 'True exactly when the version is open.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN business.dim_customer.version IS '1, 2, 3 ... per member by valid_from.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN business.dim_customer.changed_at IS 'The effective time of the latest event that changed the row, in UTC; older events overwrite nothing.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN business.dim_customer.change_reason IS 'The attributes whose change made the version; new, returned, deleted or inferred where no change did.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN business.dim_customer.is_inferred IS 'True for a placeholder that a fact asked for before its member arrived.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN business.dim_customer.is_deleted IS 'True for a version in which the member is gone from the source.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN business.dim_customer.load_id IS 'The load that last wrote the row.';

-- comment-table: The data dictionary.
COMMENT ON TABLE business.fact_sale IS 'Grain: one sale.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN business.fact_sale.customer_key IS 'Surrogate key of dim_customer_history.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN business.fact_sale.customer_durable_key IS 'Durable key of dim_customer.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN business.fact_sale.household_durable_key IS 'Durable key of dim_customer.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN business.fact_sale.load_id IS 'The load that last wrote the row.';

-- comment-table: The data dictionary.
COMMENT ON TABLE business.dim_customer_history IS 'All versions of the members of dim_customer.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN business.dim_customer_history.customer_key IS 'Surrogate key; meaningless, one per version.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN business.dim_customer_history.customer_durable_key IS 'Durable key; meaningless, one per member for life.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN business.dim_customer_history.customer_id IS 'Natural key: identifies the member in the source.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN business.dim_customer_history.previous_segment IS 'The value of segment before its last change.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN business.dim_customer_history.current_store_id IS 'The value of store_id in the member''s latest version, on all of its versions.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN business.dim_customer_history.valid_from IS 'The version is true from here on, in UTC.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN business.dim_customer_history.valid_to IS 'The version is true until just before this instant, in UTC; open when NULL.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN business.dim_customer_history.is_current IS 'True exactly when the version is open.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN business.dim_customer_history.version IS '1, 2, 3 ... per member by valid_from.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN business.dim_customer_history.changed_at IS 'The effective time of the latest event that changed the row, in UTC; older events overwrite nothing.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN business.dim_customer_history.change_reason IS 'The attributes whose change made the version; new, returned, deleted or inferred where no change did.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN business.dim_customer_history.is_inferred IS 'True for a placeholder that a fact asked for before its member arrived.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN business.dim_customer_history.is_deleted IS 'True for a version in which the member is gone from the source.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN business.dim_customer_history.load_id IS 'The load that last wrote the row.';

-- comment-table: The data dictionary.
COMMENT ON TABLE business.dim_customer_event IS 'The distinct events that dim_customer was given; its history is rebuilt from them.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN business.dim_customer_event.customer_id IS 'Natural key of the member.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN business.dim_customer_event.effective_at IS 'The event is true from here on, in UTC.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN business.dim_customer_event.is_delete IS 'True when the member ended: by a delete, or by its absence from a full snapshot.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN business.dim_customer_event.is_inferred IS 'True for the moment at which a fact asked for the member before its own events arrived.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN business.dim_customer_event.load_id IS 'The load that brought the event.';

-- begin-surrogate-keys: Where the next surrogate key is taken from.
INSERT INTO warehouse.surrogate_key (target, last_key)
SELECT 'business.dim_customer', 0
WHERE NOT EXISTS (SELECT 1 FROM warehouse.surrogate_key WHERE target = 'business.dim_customer');

-- insert-default-member: The member 'Unknown'; no source row can meet it.
INSERT INTO business.dim_customer_history (customer_key, customer_durable_key, customer_id, created_on, first_name, email, city, segment, previous_segment, store_id, current_store_id, valid_from, valid_to, is_current, version, changed_at, change_reason, is_inferred, is_deleted, load_id)
SELECT -1, -1, NULL, NULL, 'Unknown', 'Unknown', 'Unknown', 'Unknown', 'Unknown', NULL, NULL, TIMESTAMP '0001-01-01', NULL, TRUE, 1, NULL, NULL, FALSE, FALSE, 0
WHERE NOT EXISTS (SELECT 1 FROM business.dim_customer_history WHERE customer_key = -1);

-- insert-default-member: The member 'Unknown'; no source row can meet it.
INSERT INTO business.dim_customer (customer_durable_key, customer_id, created_on, first_name, email, city, segment, previous_segment, store_id, valid_from, valid_to, is_current, version, changed_at, change_reason, is_inferred, is_deleted, load_id)
SELECT -1, NULL, NULL, 'Unknown', 'Unknown', 'Unknown', 'Unknown', 'Unknown', NULL, TIMESTAMP '0001-01-01', NULL, TRUE, 1, NULL, NULL, FALSE, FALSE, 0
WHERE NOT EXISTS (SELECT 1 FROM business.dim_customer WHERE customer_durable_key = -1);

-- insert-default-member: The member 'Not applicable'; no source row can meet it.
INSERT INTO business.dim_customer_history (customer_key, customer_durable_key, customer_id, created_on, first_name, email, city, segment, previous_segment, store_id, current_store_id, valid_from, valid_to, is_current, version, changed_at, change_reason, is_inferred, is_deleted, load_id)
SELECT -2, -2, NULL, NULL, 'Not applicable', 'Not applicable', 'Not applicable', 'Not applicable', 'Not applicable', NULL, NULL, TIMESTAMP '0001-01-01', NULL, TRUE, 1, NULL, NULL, FALSE, FALSE, 0
WHERE NOT EXISTS (SELECT 1 FROM business.dim_customer_history WHERE customer_key = -2);

-- insert-default-member: The member 'Not applicable'; no source row can meet it.
INSERT INTO business.dim_customer (customer_durable_key, customer_id, created_on, first_name, email, city, segment, previous_segment, store_id, valid_from, valid_to, is_current, version, changed_at, change_reason, is_inferred, is_deleted, load_id)
SELECT -2, NULL, NULL, 'Not applicable', 'Not applicable', 'Not applicable', 'Not applicable', 'Not applicable', NULL, TIMESTAMP '0001-01-01', NULL, TRUE, 1, NULL, NULL, FALSE, FALSE, 0
WHERE NOT EXISTS (SELECT 1 FROM business.dim_customer WHERE customer_durable_key = -2);
