-- warehouse-sdk: refill types

-- fill-versions: What follows from the versions of a member: customer_durable_key, current_store_id, change_reason.
UPDATE "BUSINESS"."DIM_CUSTOMER"
SET "CUSTOMER_DURABLE_KEY" = src."CUSTOMER_DURABLE_KEY",
    "CURRENT_STORE_ID" = src."CURRENT_STORE_ID",
    "CHANGE_REASON" = src."CHANGE_REASON",
    "LOAD_ID" = $load_id
FROM (
    SELECT src.given_key,
           first_value(src.given_key) OVER (PARTITION BY src."CUSTOMER_ID" ORDER BY src.version_number) AS "CUSTOMER_DURABLE_KEY",
           first_value(src."STORE_ID") OVER (PARTITION BY src."CUSTOMER_ID" ORDER BY src.version_number DESC) AS "CURRENT_STORE_ID",
           CASE WHEN src.is_unreal THEN 'inferred' WHEN src.is_delete THEN 'deleted'
                WHEN lag(src.version_number) OVER (PARTITION BY src."CUSTOMER_ID" ORDER BY src.version_number) IS NULL THEN 'new'
                WHEN lag(src.is_delete) OVER (PARTITION BY src."CUSTOMER_ID" ORDER BY src.version_number) OR lag(src.ends_at) OVER (PARTITION BY src."CUSTOMER_ID" ORDER BY src.version_number) < src.held_from THEN 'returned'
                ELSE array_to_string(array_construct_compact(CASE WHEN lower(src."CITY") IS DISTINCT FROM lower(lag(src."CITY") OVER (PARTITION BY src."CUSTOMER_ID" ORDER BY src.version_number)) THEN 'city' END,
                                                             CASE WHEN src."STORE_ID" IS DISTINCT FROM lag(src."STORE_ID") OVER (PARTITION BY src."CUSTOMER_ID" ORDER BY src.version_number) THEN 'store_id' END), ',')
           END AS "CHANGE_REASON"
    FROM (
        SELECT tgt."CUSTOMER_ID",
               tgt."CREATED_ON",
               tgt."FIRST_NAME",
               tgt."EMAIL",
               tgt."CITY",
               tgt."SEGMENT",
               tgt."STORE_ID",
               tgt."PREVIOUS_SEGMENT",
               tgt."CUSTOMER_DURABLE_KEY",
               tgt."CURRENT_STORE_ID",
               tgt."CHANGE_REASON",
               tgt."CUSTOMER_KEY" AS given_key,
               tgt."VALID_FROM" AS held_from,
               tgt."VALID_TO" AS ends_at,
               tgt."VERSION" AS version_number,
               tgt."CHANGED_AT" AS stored_change,
               tgt."IS_INFERRED" AS is_unreal,
               tgt."IS_DELETED" AS is_delete
        FROM "BUSINESS"."DIM_CUSTOMER" AS tgt
        WHERE tgt."CUSTOMER_KEY" > 0
    ) AS src
) AS src
WHERE "BUSINESS"."DIM_CUSTOMER"."CUSTOMER_KEY" = src.given_key
  AND ("BUSINESS"."DIM_CUSTOMER"."CUSTOMER_DURABLE_KEY" IS DISTINCT FROM src."CUSTOMER_DURABLE_KEY"
       OR "BUSINESS"."DIM_CUSTOMER"."CURRENT_STORE_ID" IS DISTINCT FROM src."CURRENT_STORE_ID"
       OR "BUSINESS"."DIM_CUSTOMER"."CHANGE_REASON" IS DISTINCT FROM src."CHANGE_REASON");

-- fill-default-members: Default members are their own latest versions.
UPDATE "BUSINESS"."DIM_CUSTOMER"
SET "CUSTOMER_DURABLE_KEY" = "CUSTOMER_KEY",
    "CURRENT_STORE_ID" = "STORE_ID"
WHERE "CUSTOMER_KEY" < 0;

-- fill-durable-keys: The durable key of each customer.
UPDATE "BUSINESS"."FACT_SALE"
SET "CUSTOMER_DURABLE_KEY" = src."CUSTOMER_DURABLE_KEY",
    "LOAD_ID" = $load_id
FROM "BUSINESS"."DIM_CUSTOMER" AS src
WHERE "BUSINESS"."FACT_SALE"."CUSTOMER_KEY" = src."CUSTOMER_KEY";

-- forget-attribute-types: There are newer ones.
DELETE FROM "WAREHOUSE"."ATTRIBUTE_TYPE" WHERE target = 'business.dim_customer';

-- note-attribute-types: By these the next deployment knows what has changed.
INSERT INTO "WAREHOUSE"."ATTRIBUTE_TYPE" (target, column_name, scd_type)
VALUES ('business.dim_customer', 'created_on', 'Type0'),
       ('business.dim_customer', 'first_name', 'Type1'),
       ('business.dim_customer', 'email', 'Type1'),
       ('business.dim_customer', 'city', 'Type2'),
       ('business.dim_customer', 'segment', 'Type3'),
       ('business.dim_customer', 'store_id', 'Type6');
