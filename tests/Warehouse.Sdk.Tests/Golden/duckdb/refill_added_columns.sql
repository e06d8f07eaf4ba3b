-- warehouse-sdk: refill types

-- fill-versions: What follows from the versions of a member: customer_durable_key, current_store_id, change_reason.
UPDATE business.dim_customer AS tgt
SET customer_durable_key = src.customer_durable_key,
    current_store_id = src.current_store_id,
    change_reason = src.change_reason,
    load_id = $load_id
FROM (
    SELECT src.given_key,
           first_value(src.given_key) OVER member AS customer_durable_key,
           first_value(src.store_id) OVER latest AS current_store_id,
           CASE WHEN src.is_unreal THEN 'inferred' WHEN src.is_delete THEN 'deleted'
                WHEN lag(src.version_number) OVER member IS NULL THEN 'new'
                WHEN lag(src.is_delete) OVER member OR lag(src.ends_at) OVER member < src.held_from THEN 'returned'
                ELSE concat_ws(',', CASE WHEN lower(src.city) IS DISTINCT FROM lower(lag(src.city) OVER member) THEN 'city' END,
                                    CASE WHEN src.store_id IS DISTINCT FROM lag(src.store_id) OVER member THEN 'store_id' END)
           END AS change_reason
    FROM (
        SELECT tgt.customer_id,
               tgt.created_on,
               tgt.first_name,
               tgt.email,
               tgt.city,
               tgt.segment,
               tgt.store_id,
               tgt.previous_segment,
               tgt.customer_durable_key,
               tgt.current_store_id,
               tgt.change_reason,
               tgt.customer_key AS given_key,
               tgt.valid_from AS held_from,
               tgt.valid_to AS ends_at,
               tgt.version AS version_number,
               tgt.changed_at AS stored_change,
               tgt.is_inferred AS is_unreal,
               tgt.is_deleted AS is_delete
        FROM business.dim_customer AS tgt
        WHERE tgt.customer_key > 0
    ) AS src
    WINDOW member AS (PARTITION BY src.customer_id ORDER BY src.version_number),
           latest AS (PARTITION BY src.customer_id ORDER BY src.version_number DESC)
) AS src
WHERE tgt.customer_key = src.given_key
  AND (tgt.customer_durable_key IS DISTINCT FROM src.customer_durable_key
       OR tgt.current_store_id IS DISTINCT FROM src.current_store_id
       OR tgt.change_reason IS DISTINCT FROM src.change_reason);

-- fill-default-members: Default members are their own latest versions.
UPDATE business.dim_customer
SET customer_durable_key = customer_key,
    current_store_id = store_id
WHERE customer_key < 0;

-- fill-durable-keys: The durable key of each customer.
UPDATE business.fact_sale AS tgt
SET customer_durable_key = src.customer_durable_key,
    load_id = $load_id
FROM business.dim_customer AS src
WHERE tgt.customer_key = src.customer_key;

-- forget-attribute-types: There are newer ones.
DELETE FROM warehouse.attribute_type WHERE target = 'business.dim_customer';

-- note-attribute-types: By these the next deployment knows what has changed.
INSERT INTO warehouse.attribute_type (target, column_name, scd_type)
VALUES ('business.dim_customer', 'created_on', 'Type0'),
       ('business.dim_customer', 'first_name', 'Type1'),
       ('business.dim_customer', 'email', 'Type1'),
       ('business.dim_customer', 'city', 'Type2'),
       ('business.dim_customer', 'segment', 'Type3'),
       ('business.dim_customer', 'store_id', 'Type6');
