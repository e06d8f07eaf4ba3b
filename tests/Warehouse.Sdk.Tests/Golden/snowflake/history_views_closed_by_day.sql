-- warehouse-sdk: history views of my "shop".dim_it's

-- forget-definition: There is a newer one.
DELETE FROM "WAREHOUSE"."HISTORY_VIEW"
WHERE schema_name = 'my "shop"'
  AND name = 'dim_it''s_current'
  AND kind = 'view';

-- note-pending: A deployment that ends here makes it again the next time.
INSERT INTO "WAREHOUSE"."HISTORY_VIEW" (schema_name, name, kind, target, definition)
VALUES ('my "shop"', 'dim_it''s_current', 'view', 'my "shop".dim_it''s', 'pending');

-- forget-definition: There is a newer one.
DELETE FROM "WAREHOUSE"."HISTORY_VIEW"
WHERE schema_name = 'my "shop"'
  AND name = 'dim_it''s as of'
  AND kind = 'function';

-- note-pending: A deployment that ends here makes it again the next time.
INSERT INTO "WAREHOUSE"."HISTORY_VIEW" (schema_name, name, kind, target, definition)
VALUES ('my "shop"', 'dim_it''s as of', 'function', 'my "shop".dim_it''s', 'pending');

-- create-current-view: What is true now.
CREATE OR REPLACE VIEW "my ""shop"""."dim_it's_current" AS
SELECT tgt."it's_key",
       tgt."TAG_ID",
       tgt."LABEL",
       tgt."VALID_FROM",
       tgt."VALID_TO",
       tgt."IS_CURRENT",
       tgt."VERSION",
       tgt."CHANGED_AT",
       tgt."IS_INFERRED",
       tgt."LOAD_ID"
FROM "my ""shop"""."dim_it's" AS tgt
WHERE tgt."IS_CURRENT";

-- comment-current-view: The data dictionary.
COMMENT ON VIEW "my ""shop"""."dim_it's_current" IS 'The open version of each member of my "shop".dim_it''s, the default members among them; a member that is gone has none.';

-- create-as-of-function: What was true at an instant.
CREATE OR REPLACE FUNCTION "my ""shop"""."dim_it's as of"(as_of TIMESTAMP_NTZ)
RETURNS TABLE (
    "it's_key" NUMBER(19,0),
    "TAG_ID" NUMBER(10,0),
    "LABEL" VARCHAR,
    "VALID_FROM" DATE,
    "VALID_TO" DATE,
    "IS_CURRENT" BOOLEAN,
    "VERSION" NUMBER(10,0),
    "CHANGED_AT" DATE,
    "IS_INFERRED" BOOLEAN,
    "LOAD_ID" NUMBER(19,0)
)
AS 'SELECT tgt."it''s_key",
       tgt."TAG_ID",
       tgt."LABEL",
       tgt."VALID_FROM",
       tgt."VALID_TO",
       tgt."IS_CURRENT",
       tgt."VERSION",
       tgt."CHANGED_AT",
       tgt."IS_INFERRED",
       tgt."LOAD_ID"
FROM "my ""shop"""."dim_it''s" AS tgt
WHERE tgt."VALID_FROM" <= as_of
  AND (CAST(nullif(tgt."VALID_TO", DATE ''9999-12-31'') + INTERVAL ''1 day'' AS DATE) IS NULL OR as_of < CAST(nullif(tgt."VALID_TO", DATE ''9999-12-31'') + INTERVAL ''1 day'' AS DATE))';

-- comment-as-of-function: The data dictionary.
COMMENT ON FUNCTION "my ""shop"""."dim_it's as of"(TIMESTAMP_NTZ) IS 'The version of each member of my "shop".dim_it''s that was valid at the given instant in UTC, the default members among them; a member that was gone then has none.';

-- forget-definition: There is a newer one.
DELETE FROM "WAREHOUSE"."HISTORY_VIEW"
WHERE schema_name = 'my "shop"'
  AND name = 'dim_it''s_current'
  AND kind = 'view';

-- note-definition: By this the next deployment knows that nothing has changed.
INSERT INTO "WAREHOUSE"."HISTORY_VIEW" (schema_name, name, kind, target, definition)
VALUES ('my "shop"', 'dim_it''s_current', 'view', 'my "shop".dim_it''s', $definition);

-- forget-definition: There is a newer one.
DELETE FROM "WAREHOUSE"."HISTORY_VIEW"
WHERE schema_name = 'my "shop"'
  AND name = 'dim_it''s as of'
  AND kind = 'function';

-- note-definition: By this the next deployment knows that nothing has changed.
INSERT INTO "WAREHOUSE"."HISTORY_VIEW" (schema_name, name, kind, target, definition)
VALUES ('my "shop"', 'dim_it''s as of', 'function', 'my "shop".dim_it''s', $definition);
