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

-- create-as-of-macro: What was true at an instant.
CREATE OR REPLACE MACRO "my ""shop"""."dim_it's as of"(as_of) AS TABLE
SELECT tgt.*
FROM "my ""shop"""."dim_it's" AS tgt
WHERE tgt.valid_from <= CAST(as_of AS TIMESTAMP)
  AND (CAST(nullif(tgt.valid_to, DATE '9999-12-31') + INTERVAL 1 DAY AS DATE) IS NULL OR CAST(as_of AS TIMESTAMP) < CAST(nullif(tgt.valid_to, DATE '9999-12-31') + INTERVAL 1 DAY AS DATE));

-- comment-as-of-macro: The data dictionary.
COMMENT ON MACRO TABLE "my ""shop"""."dim_it's as of" IS 'The version of each member of my "shop".dim_it''s that was valid at the given instant in UTC, the default members among them; a member that was gone then has none.';

-- forget-definition: There is a newer one.
DELETE FROM warehouse.history_view
WHERE schema_name = 'my "shop"'
  AND name = 'dim_it''s_current'
  AND kind = 'view';

-- note-definition: By this the next deployment knows that nothing has changed.
INSERT INTO warehouse.history_view (schema_name, name, kind, target, definition)
VALUES ('my "shop"', 'dim_it''s_current', 'view', 'my "shop".dim_it''s', $definition);

-- forget-definition: There is a newer one.
DELETE FROM warehouse.history_view
WHERE schema_name = 'my "shop"'
  AND name = 'dim_it''s as of'
  AND kind = 'function';

-- note-definition: By this the next deployment knows that nothing has changed.
INSERT INTO warehouse.history_view (schema_name, name, kind, target, definition)
VALUES ('my "shop"', 'dim_it''s as of', 'function', 'my "shop".dim_it''s', $definition);
