-- warehouse-sdk: deploy calls

-- create-schema: A zone of the warehouse.
CREATE SCHEMA IF NOT EXISTS business;

-- create-table: One row per combination seen; facts carry its key beside that of the member.
CREATE TABLE business.dim_usage (
    usage_key bigint NOT NULL,
    minutes_band text NOT NULL,
    is_prepaid text NOT NULL,
    region text NOT NULL,
    level integer,
    load_id bigint NOT NULL,
    PRIMARY KEY (usage_key)
);

-- create-table: Which combination of dim_usage each member of dim_subscriber had when.
CREATE TABLE business.dim_usage_assignment (
    usage_assignment_key bigint NOT NULL,
    subscriber_id integer,
    usage_key bigint,
    valid_from timestamp without time zone NOT NULL,
    valid_to timestamp without time zone,
    is_current boolean NOT NULL,
    version integer NOT NULL,
    changed_at timestamp without time zone,
    is_inferred boolean NOT NULL,
    load_id bigint NOT NULL,
    PRIMARY KEY (usage_assignment_key)
);

-- create-table: One row per combination of flags seen on facts.
CREATE TABLE business.dim_call_flags (
    call_flags_key bigint NOT NULL,
    is_free text NOT NULL,
    network text NOT NULL,
    load_id bigint NOT NULL,
    PRIMARY KEY (call_flags_key)
);

-- create-table: Grain: one call.
CREATE TABLE business.fact_call (
    subscriber_key bigint NOT NULL,
    usage_key bigint NOT NULL,
    call_flags_key bigint NOT NULL,
    call_id bigint NOT NULL,
    called_at timestamp without time zone,
    seconds integer,
    load_id bigint NOT NULL,
    PRIMARY KEY (call_id)
);

-- create-current-index: One current version per member, which the engine itself sees to.
CREATE UNIQUE INDEX dim_usage_assignment_current_idx ON business.dim_usage_assignment (subscriber_id)
WHERE is_current;

-- create-history-index: Finds the versions of a member in time.
CREATE INDEX dim_usage_assignment_history_idx ON business.dim_usage_assignment (subscriber_id, valid_from);

-- create-time-index: Finds the facts of the time in which a history changed.
CREATE INDEX fact_call_called_at_time_idx ON business.fact_call USING brin (called_at);

-- add-column: A column that the model has gained; older rows hold NULL.
ALTER TABLE business.dim_subscriber ADD COLUMN current_usage_key bigint;

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
VALUES ('business.dim_subscriber', 0)
ON CONFLICT (target) DO NOTHING;

-- insert-default-member: The member 'Unknown'; no source row can meet it.
INSERT INTO business.dim_subscriber (subscriber_key, subscriber_id, city, current_usage_key, valid_from, valid_to, is_current, version, changed_at, is_inferred, load_id)
SELECT -1, NULL, 'Unknown', -1, timestamp without time zone '0001-01-01', NULL, TRUE, 1, NULL, FALSE, 0
WHERE NOT EXISTS (SELECT 1 FROM business.dim_subscriber WHERE subscriber_key = -1);

-- insert-default-member: The member 'Not applicable'; no source row can meet it.
INSERT INTO business.dim_subscriber (subscriber_key, subscriber_id, city, current_usage_key, valid_from, valid_to, is_current, version, changed_at, is_inferred, load_id)
SELECT -2, NULL, 'Not applicable', -2, timestamp without time zone '0001-01-01', NULL, TRUE, 1, NULL, FALSE, 0
WHERE NOT EXISTS (SELECT 1 FROM business.dim_subscriber WHERE subscriber_key = -2);

-- begin-surrogate-keys: Where the next surrogate key is taken from.
INSERT INTO warehouse.surrogate_key (target, last_key)
VALUES ('business.dim_usage_assignment', 0)
ON CONFLICT (target) DO NOTHING;

-- begin-surrogate-keys: Where the next surrogate key is taken from.
INSERT INTO warehouse.surrogate_key (target, last_key)
VALUES ('business.dim_usage', 0)
ON CONFLICT (target) DO NOTHING;

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
VALUES ('business.dim_call_flags', 0)
ON CONFLICT (target) DO NOTHING;

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
