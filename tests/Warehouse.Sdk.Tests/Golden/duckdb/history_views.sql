-- warehouse-sdk: history views of business.dim_account

-- read-history-views: The views and macros that are there, and which of them the SDK made.
SELECT present.schema_name, present.name, present.kind, known.definition
FROM (
    SELECT schema_name, view_name AS name, 'view' AS kind
    FROM duckdb_views()
    WHERE database_name = current_database()
      AND NOT internal
    UNION ALL
    SELECT schema_name, function_name, 'function'
    FROM duckdb_functions()
    WHERE database_name = current_database()
      AND function_type = 'table_macro'
      AND NOT internal
) AS present
LEFT JOIN warehouse.history_view AS known ON known.schema_name = present.schema_name AND known.name = present.name AND known.kind = present.kind
WHERE present.schema_name = 'business'
ORDER BY present.name, present.kind;

-- create-current-view: What is true now.
CREATE OR REPLACE VIEW business.dim_account_current AS
SELECT tgt.account_key,
       tgt.bank_code,
       tgt.account_no,
       tgt.owner,
       tgt.valid_from,
       tgt.valid_to,
       tgt.is_current,
       tgt.version,
       tgt.changed_at,
       tgt.is_inferred,
       tgt.load_id
FROM business.dim_account AS tgt
WHERE tgt.is_current;

-- comment-current-view: The data dictionary.
COMMENT ON VIEW business.dim_account_current IS 'The open version of each member of business.dim_account, the default members among them; a member that is gone has none.';

-- create-as-of-macro: What was true at an instant.
CREATE OR REPLACE MACRO business.dim_account_asof(as_of) AS TABLE
SELECT tgt.*
FROM business.dim_account AS tgt
WHERE tgt.valid_from <= CAST(as_of AS TIMESTAMP)
  AND (tgt.valid_to IS NULL OR CAST(as_of AS TIMESTAMP) < tgt.valid_to);

-- comment-as-of-macro: The data dictionary.
COMMENT ON MACRO TABLE business.dim_account_asof IS 'The version of each member of business.dim_account that was valid at the given instant in UTC, the default members among them; a member that was gone then has none.';

-- forget-definition: There is a newer one.
DELETE FROM warehouse.history_view
WHERE schema_name = 'business'
  AND name = 'dim_account_current'
  AND kind = 'view';

-- note-definition: By this the next deployment knows that nothing has changed.
INSERT INTO warehouse.history_view (schema_name, name, kind, target, definition)
VALUES ('business', 'dim_account_current', 'view', 'business.dim_account', $definition);

-- forget-definition: There is a newer one.
DELETE FROM warehouse.history_view
WHERE schema_name = 'business'
  AND name = 'dim_account_asof'
  AND kind = 'function';

-- note-definition: By this the next deployment knows that nothing has changed.
INSERT INTO warehouse.history_view (schema_name, name, kind, target, definition)
VALUES ('business', 'dim_account_asof', 'function', 'business.dim_account', $definition);

-- read-history: The versions of one member in order.
SELECT tgt.owner,
       tgt.valid_from,
       tgt.valid_to
FROM business.dim_account AS tgt
WHERE tgt.bank_code = $key_1 AND tgt.account_no = $key_2
ORDER BY tgt.valid_from, tgt.version;
