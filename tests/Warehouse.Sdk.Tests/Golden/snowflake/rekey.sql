-- warehouse-sdk: re-key business.dim_product

-- guard-new-key: a member has the new key already, in all of the dimension's tables or in some, and two histories are not merged; correct the mapping, or what was changed by hand
SELECT CAST($new_key_1 AS VARCHAR) AS "SKU"
WHERE (EXISTS (SELECT 1 FROM "BUSINESS"."DIM_PRODUCT" AS tgt WHERE tgt."SKU" = $key_1 AND NOT (tgt."SKU" = CAST($new_key_1 AS VARCHAR))))
  AND (EXISTS (SELECT 1 FROM "BUSINESS"."DIM_PRODUCT" AS tgt WHERE tgt."SKU" = CAST($new_key_1 AS VARCHAR) AND NOT (tgt."SKU" = $key_1)));

-- change-key: The member's rows in business.dim_product.
UPDATE "BUSINESS"."DIM_PRODUCT"
SET "SKU" = CAST($new_key_1 AS VARCHAR),
    "LOAD_ID" = $load_id
WHERE "BUSINESS"."DIM_PRODUCT"."SKU" = $key_1
  AND NOT ("BUSINESS"."DIM_PRODUCT"."SKU" = CAST($new_key_1 AS VARCHAR));

-- guard-rows-of-new-key: business.bridge_product_tag has rows of the new key already, and theirs would meet those of the member; correct the mapping, or take them out first
SELECT CAST($new_key_1 AS VARCHAR) AS "SKU"
WHERE EXISTS (SELECT 1 FROM "BUSINESS"."BRIDGE_PRODUCT_TAG" AS tgt WHERE tgt."SKU" = $key_1 AND (tgt."SKU" IS DISTINCT FROM CAST($new_key_1 AS VARCHAR)))
  AND EXISTS (SELECT 1 FROM "BUSINESS"."BRIDGE_PRODUCT_TAG" AS tgt WHERE tgt."SKU" IS NOT DISTINCT FROM CAST($new_key_1 AS VARCHAR));

-- change-reference: The member's rows in business.bridge_product_tag.
UPDATE "BUSINESS"."BRIDGE_PRODUCT_TAG"
SET "SKU" = CAST($new_key_1 AS VARCHAR),
    "LOAD_ID" = $load_id
WHERE "BUSINESS"."BRIDGE_PRODUCT_TAG"."SKU" = $key_1 AND ("BUSINESS"."BRIDGE_PRODUCT_TAG"."SKU" IS DISTINCT FROM CAST($new_key_1 AS VARCHAR));

-- count-members: Whether there was such a member.
SELECT 1 AS accepted,
       CASE WHEN EXISTS (SELECT 1 FROM "BUSINESS"."DIM_PRODUCT" AS tgt WHERE tgt."SKU" = CAST($new_key_1 AS VARCHAR) AND tgt."LOAD_ID" = $load_id) THEN 1 ELSE 0 END AS updated;
