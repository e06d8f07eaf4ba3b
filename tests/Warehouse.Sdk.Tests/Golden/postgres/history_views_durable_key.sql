-- warehouse-sdk: history views of business.dim_customer

-- create-current-view: What is true now.
CREATE OR REPLACE VIEW business.dim_customer_current AS
SELECT DISTINCT ON (tgt.customer_durable_key)
       tgt.customer_key,
       tgt.customer_durable_key,
       tgt.customer_id,
       tgt.created_on,
       tgt.first_name,
       tgt.email,
       tgt.city,
       tgt.segment,
       tgt.previous_segment,
       tgt.store_id,
       tgt.current_store_id,
       tgt.valid_from,
       tgt.valid_to,
       tgt.is_current,
       tgt.version,
       tgt.changed_at,
       tgt.change_reason,
       tgt.is_inferred,
       tgt.is_deleted,
       tgt.load_id
FROM business.dim_customer AS tgt
ORDER BY tgt.customer_durable_key, tgt.version DESC;

-- comment-current-view: The data dictionary.
COMMENT ON VIEW business.dim_customer_current IS 'The latest version of each member of business.dim_customer by its durable key, the default members among them; that of a member that is gone says so.';

-- create-as-of-function: What was true at an instant.
CREATE OR REPLACE FUNCTION business.dim_customer_asof(as_of timestamp)
RETURNS SETOF business.dim_customer
LANGUAGE sql
STABLE
PARALLEL SAFE
AS '
SELECT tgt.*
FROM business.dim_customer AS tgt
WHERE tgt.valid_from <= $1
  AND (tgt.valid_to IS NULL OR $1 < tgt.valid_to)
  AND NOT tgt.is_deleted
';

-- comment-as-of-function: The data dictionary.
COMMENT ON FUNCTION business.dim_customer_asof(timestamp) IS 'The version of each member of business.dim_customer that was valid at the given instant in UTC, the default members among them; a member that was gone then has none.';

-- note-definition: By this the next deployment knows that nothing has changed.
INSERT INTO warehouse.history_view (schema_name, name, kind, target, definition)
VALUES ('business', 'dim_customer_current', 'view', 'business.dim_customer', $definition)
ON CONFLICT (schema_name, name, kind) DO UPDATE SET target = excluded.target, definition = excluded.definition;

-- note-definition: By this the next deployment knows that nothing has changed.
INSERT INTO warehouse.history_view (schema_name, name, kind, target, definition)
VALUES ('business', 'dim_customer_asof', 'function', 'business.dim_customer', $definition)
ON CONFLICT (schema_name, name, kind) DO UPDATE SET target = excluded.target, definition = excluded.definition;
