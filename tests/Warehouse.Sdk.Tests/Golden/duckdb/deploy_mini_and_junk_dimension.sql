-- warehouse-sdk: deploy calls

-- create-schema: A zone of the warehouse.
CREATE SCHEMA IF NOT EXISTS business;

-- create-table: One row per combination seen; facts carry its key beside that of the member.
CREATE TABLE business.dim_usage (
    usage_key BIGINT NOT NULL,
    minutes_band VARCHAR NOT NULL,
    is_prepaid VARCHAR NOT NULL,
    region VARCHAR NOT NULL,
    level INTEGER,
    load_id BIGINT NOT NULL
);

-- create-table: Which combination of dim_usage each member of dim_subscriber had when.
CREATE TABLE business.dim_usage_assignment (
    usage_assignment_key BIGINT NOT NULL,
    subscriber_id INTEGER,
    usage_key BIGINT,
    valid_from TIMESTAMP NOT NULL,
    valid_to TIMESTAMP,
    is_current BOOLEAN NOT NULL,
    version INTEGER NOT NULL,
    changed_at TIMESTAMP,
    is_inferred BOOLEAN NOT NULL,
    load_id BIGINT NOT NULL
);

-- create-table: One row per combination of flags seen on facts.
CREATE TABLE business.dim_call_flags (
    call_flags_key BIGINT NOT NULL,
    is_free VARCHAR NOT NULL,
    network VARCHAR NOT NULL,
    load_id BIGINT NOT NULL
);

-- create-table: Grain: one call.
CREATE TABLE business.fact_call (
    subscriber_key BIGINT NOT NULL,
    usage_key BIGINT NOT NULL,
    call_flags_key BIGINT NOT NULL,
    call_id BIGINT NOT NULL,
    called_at TIMESTAMP,
    seconds INTEGER,
    load_id BIGINT NOT NULL
);

-- add-column: A column that the model has gained; older rows hold NULL.
ALTER TABLE business.dim_subscriber ADD COLUMN current_usage_key BIGINT;

-- comment-table: The data dictionary.
COMMENT ON TABLE business.dim_usage IS 'One row per combination seen; facts carry its key beside that of the member.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN business.dim_usage.usage_key IS 'Surrogate key; meaningless, one per combination.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN business.dim_usage.load_id IS 'The load that first saw the combination.';

-- comment-table: The data dictionary.
COMMENT ON TABLE business.dim_usage_assignment IS 'Which combination of dim_usage each member of dim_subscriber had when.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN business.dim_usage_assignment.usage_assignment_key IS 'Surrogate key; meaningless, one per version.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN business.dim_usage_assignment.subscriber_id IS 'Natural key: identifies the member in the source.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN business.dim_usage_assignment.usage_key IS 'Surrogate key of dim_usage.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN business.dim_usage_assignment.valid_from IS 'The version is true from here on, in UTC.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN business.dim_usage_assignment.valid_to IS 'The version is true until just before this instant, in UTC; open when NULL.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN business.dim_usage_assignment.is_current IS 'True exactly when the version is open.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN business.dim_usage_assignment.version IS '1, 2, 3 ... per member by valid_from.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN business.dim_usage_assignment.changed_at IS 'The effective time of the latest event that changed the row, in UTC; older events overwrite nothing.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN business.dim_usage_assignment.is_inferred IS 'True for a placeholder that a fact asked for before its member arrived.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN business.dim_usage_assignment.load_id IS 'The load that last wrote the row.';

-- comment-table: The data dictionary.
COMMENT ON TABLE business.dim_call_flags IS 'One row per combination of flags seen on facts.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN business.dim_call_flags.call_flags_key IS 'Surrogate key; meaningless, one per combination.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN business.dim_call_flags.load_id IS 'The load that first saw the combination.';

-- comment-table: The data dictionary.
COMMENT ON TABLE business.fact_call IS 'Grain: one call.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN business.fact_call.subscriber_key IS 'Surrogate key of dim_subscriber.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN business.fact_call.usage_key IS 'Surrogate key of dim_usage at called_at.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN business.fact_call.call_flags_key IS 'Surrogate key of dim_call_flags.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN business.fact_call.load_id IS 'The load that last wrote the row.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN business.dim_subscriber.current_usage_key IS 'The member''s current combination in dim_usage, on all of its versions.';

-- begin-surrogate-keys: Where the next surrogate key is taken from.
INSERT INTO warehouse.surrogate_key (target, last_key)
SELECT 'business.dim_subscriber', 0
WHERE NOT EXISTS (SELECT 1 FROM warehouse.surrogate_key WHERE target = 'business.dim_subscriber');

-- insert-default-member: The member 'Unknown'; no source row can meet it.
INSERT INTO business.dim_subscriber (subscriber_key, subscriber_id, city, current_usage_key, valid_from, valid_to, is_current, version, changed_at, is_inferred, load_id)
SELECT -1, NULL, 'Unknown', -1, TIMESTAMP '0001-01-01', NULL, TRUE, 1, NULL, FALSE, 0
WHERE NOT EXISTS (SELECT 1 FROM business.dim_subscriber WHERE subscriber_key = -1);

-- insert-default-member: The member 'Not applicable'; no source row can meet it.
INSERT INTO business.dim_subscriber (subscriber_key, subscriber_id, city, current_usage_key, valid_from, valid_to, is_current, version, changed_at, is_inferred, load_id)
SELECT -2, NULL, 'Not applicable', -2, TIMESTAMP '0001-01-01', NULL, TRUE, 1, NULL, FALSE, 0
WHERE NOT EXISTS (SELECT 1 FROM business.dim_subscriber WHERE subscriber_key = -2);

-- begin-surrogate-keys: Where the next surrogate key is taken from.
INSERT INTO warehouse.surrogate_key (target, last_key)
SELECT 'business.dim_usage_assignment', 0
WHERE NOT EXISTS (SELECT 1 FROM warehouse.surrogate_key WHERE target = 'business.dim_usage_assignment');

-- begin-surrogate-keys: Where the next surrogate key is taken from.
INSERT INTO warehouse.surrogate_key (target, last_key)
SELECT 'business.dim_usage', 0
WHERE NOT EXISTS (SELECT 1 FROM warehouse.surrogate_key WHERE target = 'business.dim_usage');

-- insert-default-member: The member 'Unknown'; no source row can meet it.
INSERT INTO business.dim_usage (usage_key, minutes_band, is_prepaid, region, level, load_id)
SELECT -1, 'Unknown', 'Unknown', 'Unknown', NULL, 0
WHERE NOT EXISTS (SELECT 1 FROM business.dim_usage WHERE usage_key = -1);

-- insert-default-member: The member 'Not applicable'; no source row can meet it.
INSERT INTO business.dim_usage (usage_key, minutes_band, is_prepaid, region, level, load_id)
SELECT -2, 'Not applicable', 'Not applicable', 'Not applicable', NULL, 0
WHERE NOT EXISTS (SELECT 1 FROM business.dim_usage WHERE usage_key = -2);

-- begin-surrogate-keys: Where the next surrogate key is taken from.
INSERT INTO warehouse.surrogate_key (target, last_key)
SELECT 'business.dim_call_flags', 0
WHERE NOT EXISTS (SELECT 1 FROM warehouse.surrogate_key WHERE target = 'business.dim_call_flags');

-- insert-default-member: The member 'Unknown'; no source row can meet it.
INSERT INTO business.dim_call_flags (call_flags_key, is_free, network, load_id)
SELECT -1, 'Unknown', 'Unknown', 0
WHERE NOT EXISTS (SELECT 1 FROM business.dim_call_flags WHERE call_flags_key = -1);

-- insert-default-member: The member 'Not applicable'; no source row can meet it.
INSERT INTO business.dim_call_flags (call_flags_key, is_free, network, load_id)
SELECT -2, 'Not applicable', 'Not applicable', 0
WHERE NOT EXISTS (SELECT 1 FROM business.dim_call_flags WHERE call_flags_key = -2);

-- fill-current-key: No combination is known until a member's next row.
UPDATE business.dim_subscriber
SET current_usage_key = CASE WHEN subscriber_key = -2 THEN -2 ELSE -1 END;
