-- warehouse-sdk: history views of business.dim_account

-- read-history-views: The views and functions that are there, and which of them the SDK made.
SELECT present.schema_name, present.name, present.kind, known.definition
FROM (
    SELECT namespace.nspname AS schema_name, class.relname AS name, 'view' AS kind
    FROM pg_catalog.pg_class AS class
    JOIN pg_catalog.pg_namespace AS namespace ON namespace.oid = class.relnamespace
    WHERE class.relkind IN ('v', 'm')
    UNION ALL
    SELECT namespace.nspname, function.proname, 'function'
    FROM pg_catalog.pg_proc AS function
    JOIN pg_catalog.pg_namespace AS namespace ON namespace.oid = function.pronamespace
    WHERE pg_get_function_identity_arguments(function.oid) = 'as_of timestamp without time zone'
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

-- create-as-of-function: What was true at an instant.
CREATE OR REPLACE FUNCTION business.dim_account_asof(as_of timestamp)
RETURNS SETOF business.dim_account
LANGUAGE sql
STABLE
PARALLEL SAFE
AS '
SELECT tgt.*
FROM business.dim_account AS tgt
WHERE tgt.valid_from <= $1
  AND (tgt.valid_to IS NULL OR $1 < tgt.valid_to)
';

-- comment-as-of-function: The data dictionary.
COMMENT ON FUNCTION business.dim_account_asof(timestamp) IS 'The version of each member of business.dim_account that was valid at the given instant in UTC, the default members among them; a member that was gone then has none.';

-- note-definition: By this the next deployment knows that nothing has changed.
INSERT INTO warehouse.history_view (schema_name, name, kind, target, definition)
VALUES ('business', 'dim_account_current', 'view', 'business.dim_account', $definition)
ON CONFLICT (schema_name, name, kind) DO UPDATE SET target = excluded.target, definition = excluded.definition;

-- note-definition: By this the next deployment knows that nothing has changed.
INSERT INTO warehouse.history_view (schema_name, name, kind, target, definition)
VALUES ('business', 'dim_account_asof', 'function', 'business.dim_account', $definition)
ON CONFLICT (schema_name, name, kind) DO UPDATE SET target = excluded.target, definition = excluded.definition;

-- read-history: The versions of one member in order.
SELECT tgt.owner,
       tgt.valid_from,
       tgt.valid_to
FROM business.dim_account AS tgt
WHERE tgt.bank_code = $key_1 AND tgt.account_no = $key_2
ORDER BY tgt.valid_from, tgt.version;
