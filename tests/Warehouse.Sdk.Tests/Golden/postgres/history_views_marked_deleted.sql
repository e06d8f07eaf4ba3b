-- warehouse-sdk: history views of business.dim_product

-- create-current-view: What is true now.
CREATE OR REPLACE VIEW business.dim_product_current AS
SELECT tgt.product_key,
       tgt.sku,
       tgt.title,
       tgt.valid_from,
       tgt.valid_to,
       tgt.is_current,
       tgt.version,
       tgt.changed_at,
       tgt.is_inferred,
       tgt.is_deleted,
       tgt.load_id
FROM business.dim_product AS tgt
WHERE tgt.is_current
  AND NOT tgt.is_deleted;

-- comment-current-view: The data dictionary.
COMMENT ON VIEW business.dim_product_current IS 'The open version of each member of business.dim_product, the default members among them; a member that is gone has none.';

-- create-as-of-function: What was true at an instant.
CREATE OR REPLACE FUNCTION business.dim_product_asof(as_of timestamp)
RETURNS SETOF business.dim_product
LANGUAGE sql
STABLE
PARALLEL SAFE
AS '
SELECT tgt.*
FROM business.dim_product AS tgt
WHERE tgt.valid_from <= $1
  AND (tgt.valid_to IS NULL OR $1 < tgt.valid_to)
  AND NOT tgt.is_deleted
';

-- comment-as-of-function: The data dictionary.
COMMENT ON FUNCTION business.dim_product_asof(timestamp) IS 'The version of each member of business.dim_product that was valid at the given instant in UTC, the default members among them; a member that was gone then has none.';

-- note-definition: By this the next deployment knows that nothing has changed.
INSERT INTO warehouse.history_view (schema_name, name, kind, target, definition)
VALUES ('business', 'dim_product_current', 'view', 'business.dim_product', $definition)
ON CONFLICT (schema_name, name, kind) DO UPDATE SET target = excluded.target, definition = excluded.definition;

-- note-definition: By this the next deployment knows that nothing has changed.
INSERT INTO warehouse.history_view (schema_name, name, kind, target, definition)
VALUES ('business', 'dim_product_asof', 'function', 'business.dim_product', $definition)
ON CONFLICT (schema_name, name, kind) DO UPDATE SET target = excluded.target, definition = excluded.definition;
