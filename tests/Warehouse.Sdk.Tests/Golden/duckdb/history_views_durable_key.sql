-- warehouse-sdk: history views of business.dim_customer

-- create-current-view: What is true now.
CREATE OR REPLACE VIEW business.dim_customer_current AS
SELECT tgt.customer_key,
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
QUALIFY row_number() OVER (PARTITION BY tgt.customer_durable_key ORDER BY tgt.version DESC) = 1;

-- comment-current-view: The data dictionary.
COMMENT ON VIEW business.dim_customer_current IS 'The latest version of each member of business.dim_customer by its durable key, the default members among them; that of a member that is gone says so.';

-- create-as-of-macro: What was true at an instant.
CREATE OR REPLACE MACRO business.dim_customer_asof(as_of) AS TABLE
SELECT tgt.*
FROM business.dim_customer AS tgt
WHERE tgt.valid_from <= CAST(as_of AS TIMESTAMP)
  AND (tgt.valid_to IS NULL OR CAST(as_of AS TIMESTAMP) < tgt.valid_to)
  AND NOT tgt.is_deleted;

-- comment-as-of-macro: The data dictionary.
COMMENT ON MACRO TABLE business.dim_customer_asof IS 'The version of each member of business.dim_customer that was valid at the given instant in UTC, the default members among them; a member that was gone then has none.';

-- forget-definition: There is a newer one.
DELETE FROM warehouse.history_view
WHERE schema_name = 'business'
  AND name = 'dim_customer_current'
  AND kind = 'view';

-- note-definition: By this the next deployment knows that nothing has changed.
INSERT INTO warehouse.history_view (schema_name, name, kind, target, definition)
VALUES ('business', 'dim_customer_current', 'view', 'business.dim_customer', $definition);

-- forget-definition: There is a newer one.
DELETE FROM warehouse.history_view
WHERE schema_name = 'business'
  AND name = 'dim_customer_asof'
  AND kind = 'function';

-- note-definition: By this the next deployment knows that nothing has changed.
INSERT INTO warehouse.history_view (schema_name, name, kind, target, definition)
VALUES ('business', 'dim_customer_asof', 'function', 'business.dim_customer', $definition);
