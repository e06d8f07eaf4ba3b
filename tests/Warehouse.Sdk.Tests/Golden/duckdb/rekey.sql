-- warehouse-sdk: re-key business.dim_product

-- guard-new-key: a member has the new key already, in all of the dimension's tables or in some, and two histories are not merged; correct the mapping, or what was changed by hand
SELECT CAST($new_key_1 AS VARCHAR) AS sku
WHERE (EXISTS (SELECT 1 FROM business.dim_product AS tgt WHERE tgt.sku = $key_1 AND NOT (tgt.sku = CAST($new_key_1 AS VARCHAR))))
  AND (EXISTS (SELECT 1 FROM business.dim_product AS tgt WHERE tgt.sku = CAST($new_key_1 AS VARCHAR) AND NOT (tgt.sku = $key_1)));

-- change-key: The member's rows in business.dim_product.
UPDATE business.dim_product AS tgt
SET sku = CAST($new_key_1 AS VARCHAR),
    load_id = $load_id
WHERE tgt.sku = $key_1
  AND NOT (tgt.sku = CAST($new_key_1 AS VARCHAR));

-- guard-rows-of-new-key: business.bridge_product_tag has rows of the new key already, and theirs would meet those of the member; correct the mapping, or take them out first
SELECT CAST($new_key_1 AS VARCHAR) AS sku
WHERE EXISTS (SELECT 1 FROM business.bridge_product_tag AS tgt WHERE tgt.sku = $key_1 AND (tgt.sku IS DISTINCT FROM CAST($new_key_1 AS VARCHAR)))
  AND EXISTS (SELECT 1 FROM business.bridge_product_tag AS tgt WHERE tgt.sku IS NOT DISTINCT FROM CAST($new_key_1 AS VARCHAR));

-- change-reference: The member's rows in business.bridge_product_tag.
UPDATE business.bridge_product_tag AS tgt
SET sku = CAST($new_key_1 AS VARCHAR),
    load_id = $load_id
WHERE tgt.sku = $key_1 AND (tgt.sku IS DISTINCT FROM CAST($new_key_1 AS VARCHAR));

-- count-members: Whether there was such a member.
SELECT 1 AS accepted,
       CASE WHEN EXISTS (SELECT 1 FROM business.dim_product AS tgt WHERE tgt.sku = CAST($new_key_1 AS VARCHAR) AND tgt.load_id = $load_id) THEN 1 ELSE 0 END AS updated;
