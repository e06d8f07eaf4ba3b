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

-- create-as-of-macro: What was true at an instant.
CREATE OR REPLACE MACRO business.dim_product_asof(as_of) AS TABLE
SELECT tgt.*
FROM business.dim_product AS tgt
WHERE tgt.valid_from <= CAST(as_of AS TIMESTAMP)
  AND (tgt.valid_to IS NULL OR CAST(as_of AS TIMESTAMP) < tgt.valid_to)
  AND NOT tgt.is_deleted;

-- comment-as-of-macro: The data dictionary.
COMMENT ON MACRO TABLE business.dim_product_asof IS 'The version of each member of business.dim_product that was valid at the given instant in UTC, the default members among them; a member that was gone then has none.';

-- forget-definition: There is a newer one.
DELETE FROM warehouse.history_view
WHERE schema_name = 'business'
  AND name = 'dim_product_current'
  AND kind = 'view';

-- note-definition: By this the next deployment knows that nothing has changed.
INSERT INTO warehouse.history_view (schema_name, name, kind, target, definition)
VALUES ('business', 'dim_product_current', 'view', 'business.dim_product', $definition);

-- forget-definition: There is a newer one.
DELETE FROM warehouse.history_view
WHERE schema_name = 'business'
  AND name = 'dim_product_asof'
  AND kind = 'function';

-- note-definition: By this the next deployment knows that nothing has changed.
INSERT INTO warehouse.history_view (schema_name, name, kind, target, definition)
VALUES ('business', 'dim_product_asof', 'function', 'business.dim_product', $definition);
