-- warehouse-sdk: history views of my "shop".dim_it's

-- create-current-view: What is true now.
CREATE OR REPLACE VIEW "my ""shop"""."dim_it's_current" AS
SELECT tgt."it's_key",
       tgt.tag_id,
       tgt.label,
       tgt.valid_from,
       tgt.valid_to,
       tgt.is_current,
       tgt.version,
       tgt.changed_at,
       tgt.is_inferred,
       tgt.load_id
FROM "my ""shop"""."dim_it's" AS tgt
WHERE tgt.is_current;

-- comment-current-view: The data dictionary.
COMMENT ON VIEW "my ""shop"""."dim_it's_current" IS 'The open version of each member of my "shop".dim_it''s, the default members among them; a member that is gone has none.';

-- create-as-of-function: What was true at an instant.
CREATE OR REPLACE FUNCTION "my ""shop"""."dim_it's as of"(as_of timestamp)
RETURNS SETOF "my ""shop"""."dim_it's"
LANGUAGE sql
STABLE
PARALLEL SAFE
AS '
SELECT tgt.*
FROM "my ""shop"""."dim_it''s" AS tgt
WHERE tgt.valid_from <= $1
  AND (nullif(tgt.valid_to, date ''9999-12-31'') + 1 IS NULL OR $1 < nullif(tgt.valid_to, date ''9999-12-31'') + 1)
';

-- comment-as-of-function: The data dictionary.
COMMENT ON FUNCTION "my ""shop"""."dim_it's as of"(timestamp) IS 'The version of each member of my "shop".dim_it''s that was valid at the given instant in UTC, the default members among them; a member that was gone then has none.';

-- note-definition: By this the next deployment knows that nothing has changed.
INSERT INTO warehouse.history_view (schema_name, name, kind, target, definition)
VALUES ('my "shop"', 'dim_it''s_current', 'view', 'my "shop".dim_it''s', $definition)
ON CONFLICT (schema_name, name, kind) DO UPDATE SET target = excluded.target, definition = excluded.definition;

-- note-definition: By this the next deployment knows that nothing has changed.
INSERT INTO warehouse.history_view (schema_name, name, kind, target, definition)
VALUES ('my "shop"', 'dim_it''s as of', 'function', 'my "shop".dim_it''s', $definition)
ON CONFLICT (schema_name, name, kind) DO UPDATE SET target = excluded.target, definition = excluded.definition;
