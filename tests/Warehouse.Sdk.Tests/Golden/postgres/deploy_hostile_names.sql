-- warehouse-sdk: deploy hostile

-- create-schema: A zone of the warehouse.
CREATE SCHEMA IF NOT EXISTS "my ""shop""";

-- create-table: A table of the model.
CREATE TABLE "my ""shop"""."dim_x'; DROP TABLE y; --" (
    "x'; DROP TABLE y; --_key" bigint NOT NULL,
    tag_id integer,
    "select" text,
    valid_from timestamp without time zone NOT NULL,
    valid_to timestamp without time zone,
    is_current boolean NOT NULL,
    version integer NOT NULL,
    changed_at timestamp without time zone,
    is_inferred boolean NOT NULL,
    "Load Id" bigint NOT NULL,
    PRIMARY KEY ("x'; DROP TABLE y; --_key")
);

-- create-current-index: One current version per member, which the engine itself sees to.
CREATE UNIQUE INDEX "dim_x'; DROP TABLE y; --_current_idx" ON "my ""shop"""."dim_x'; DROP TABLE y; --" (tag_id)
WHERE is_current;

-- create-history-index: Finds the versions of a member in time.
CREATE INDEX "dim_x'; DROP TABLE y; --_history_idx" ON "my ""shop"""."dim_x'; DROP TABLE y; --" (tag_id, valid_from);

-- comment-column: The data dictionary.
COMMENT ON COLUMN "my ""shop"""."dim_x'; DROP TABLE y; --"."x'; DROP TABLE y; --_key" IS 'Surrogate key; meaningless, one per version.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "my ""shop"""."dim_x'; DROP TABLE y; --".tag_id IS 'Natural key: identifies the member in the source.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "my ""shop"""."dim_x'; DROP TABLE y; --"."select" IS 'It''s
nothing';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "my ""shop"""."dim_x'; DROP TABLE y; --".valid_from IS 'The version is true from here on, in UTC.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "my ""shop"""."dim_x'; DROP TABLE y; --".valid_to IS 'The version is true until just before this instant, in UTC; open when NULL.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "my ""shop"""."dim_x'; DROP TABLE y; --".is_current IS 'True exactly when the version is open.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "my ""shop"""."dim_x'; DROP TABLE y; --".version IS '1, 2, 3 ... per member by valid_from.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "my ""shop"""."dim_x'; DROP TABLE y; --".changed_at IS 'The effective time of the latest event that changed the row, in UTC; older events overwrite nothing.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "my ""shop"""."dim_x'; DROP TABLE y; --".is_inferred IS 'True for a placeholder that a fact asked for before its member arrived.';

-- comment-column: The data dictionary.
COMMENT ON COLUMN "my ""shop"""."dim_x'; DROP TABLE y; --"."Load Id" IS 'The load that last wrote the row.';

-- begin-surrogate-keys: Where the next surrogate key is taken from.
INSERT INTO "order".surrogate_key (target, last_key)
VALUES ('my "shop".dim_x''; DROP TABLE y; --', 0)
ON CONFLICT (target) DO NOTHING;

-- insert-default-member: The member 'Unknown'; no source row can meet it.
INSERT INTO "my ""shop"""."dim_x'; DROP TABLE y; --" ("x'; DROP TABLE y; --_key", tag_id, "select", valid_from, valid_to, is_current, version, changed_at, is_inferred, "Load Id")
SELECT -1, NULL, 'Unknown', timestamp without time zone '0001-01-01', NULL, TRUE, 1, NULL, FALSE, 0
WHERE NOT EXISTS (SELECT 1 FROM "my ""shop"""."dim_x'; DROP TABLE y; --" WHERE "x'; DROP TABLE y; --_key" = -1);

-- insert-default-member: The member 'Not applicable'; no source row can meet it.
INSERT INTO "my ""shop"""."dim_x'; DROP TABLE y; --" ("x'; DROP TABLE y; --_key", tag_id, "select", valid_from, valid_to, is_current, version, changed_at, is_inferred, "Load Id")
SELECT -2, NULL, 'Not applicable', timestamp without time zone '0001-01-01', NULL, TRUE, 1, NULL, FALSE, 0
WHERE NOT EXISTS (SELECT 1 FROM "my ""shop"""."dim_x'; DROP TABLE y; --" WHERE "x'; DROP TABLE y; --_key" = -2);

-- insert-default-member: The member 'It's lost'; no source row can meet it.
INSERT INTO "my ""shop"""."dim_x'; DROP TABLE y; --" ("x'; DROP TABLE y; --_key", tag_id, "select", valid_from, valid_to, is_current, version, changed_at, is_inferred, "Load Id")
SELECT -3, NULL, 'It''s lost', timestamp without time zone '0001-01-01', NULL, TRUE, 1, NULL, FALSE, 0
WHERE NOT EXISTS (SELECT 1 FROM "my ""shop"""."dim_x'; DROP TABLE y; --" WHERE "x'; DROP TABLE y; --_key" = -3);
