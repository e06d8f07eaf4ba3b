-- warehouse-sdk: refill types

-- find-runs: Versions that follow each other without a gap and say the same are one.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."COLLAPSED" AS
WITH history AS (
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
    FROM "BUSINESS"."DIM_CUSTOMER_HISTORY" AS tgt
    WHERE tgt."CUSTOMER_KEY" > 0
),
begun AS (
    SELECT src.*,
           lag(src.ends_at) OVER (PARTITION BY src."CUSTOMER_ID" ORDER BY src.version_number) IS DISTINCT FROM src.held_from
           OR lag(src.is_delete) OVER (PARTITION BY src."CUSTOMER_ID" ORDER BY src.version_number) IS DISTINCT FROM src.is_delete
           OR lower(src."CITY") IS DISTINCT FROM lower(lag(src."CITY") OVER (PARTITION BY src."CUSTOMER_ID" ORDER BY src.version_number))
              OR src."STORE_ID" IS DISTINCT FROM lag(src."STORE_ID") OVER (PARTITION BY src."CUSTOMER_ID" ORDER BY src.version_number) AS begins_version
    FROM history AS src
),
runs AS (
    SELECT src.*,
           count_if(src.begins_version) OVER (PARTITION BY src."CUSTOMER_ID" ORDER BY src.version_number) AS stored_group
    FROM begun AS src
)
SELECT src.given_key AS stored_key,
       first_value(src.given_key) OVER (PARTITION BY src."CUSTOMER_ID", src.stored_group ORDER BY src.version_number) AS given_key,
       src.stored_group AS version_number,
       first_value(src.ends_at) OVER (PARTITION BY src."CUSTOMER_ID", src.stored_group ORDER BY src.version_number DESC) AS ends_at,
       max(src.stored_change) OVER (PARTITION BY src."CUSTOMER_ID", src.stored_group) AS stored_change,
       first_value(src."CREATED_ON") OVER (PARTITION BY src."CUSTOMER_ID" ORDER BY src."CREATED_ON" IS NULL, src.version_number) AS "CREATED_ON",
       first_value(src."EMAIL") OVER (PARTITION BY src."CUSTOMER_ID" ORDER BY src.version_number DESC) AS "EMAIL"
FROM runs AS src;

-- repoint-merged: Rows of business.fact_sale whose customer_key is of a version that is merged.
UPDATE "BUSINESS"."FACT_SALE"
SET "CUSTOMER_KEY" = src.given_key,
    "LOAD_ID" = $load_id
FROM "WAREHOUSE_WORK"."COLLAPSED" AS src
WHERE "BUSINESS"."FACT_SALE"."CUSTOMER_KEY" = src.stored_key
  AND src.given_key <> src.stored_key;

-- delete-merged-versions: The first version of each run stays; nothing holds the keys of the others any more.
DELETE FROM "BUSINESS"."DIM_CUSTOMER_HISTORY"
WHERE "BUSINESS"."DIM_CUSTOMER_HISTORY"."CUSTOMER_KEY" IN (SELECT stored_key FROM "WAREHOUSE_WORK"."COLLAPSED" WHERE given_key <> stored_key);

-- write-runs: A run ends where its last version ended.
UPDATE "BUSINESS"."DIM_CUSTOMER_HISTORY"
SET "VALID_TO" = src.ends_at,
    "IS_CURRENT" = (src.ends_at IS NULL),
    "VERSION" = src.version_number,
    "CHANGED_AT" = src.stored_change,
    "CREATED_ON" = src."CREATED_ON",
    "EMAIL" = src."EMAIL",
    "LOAD_ID" = $load_id
FROM "WAREHOUSE_WORK"."COLLAPSED" AS src
WHERE "BUSINESS"."DIM_CUSTOMER_HISTORY"."CUSTOMER_KEY" = src.stored_key
  AND ("BUSINESS"."DIM_CUSTOMER_HISTORY"."VALID_TO" IS DISTINCT FROM src.ends_at
       OR "BUSINESS"."DIM_CUSTOMER_HISTORY"."IS_CURRENT" IS DISTINCT FROM (src.ends_at IS NULL)
       OR "BUSINESS"."DIM_CUSTOMER_HISTORY"."VERSION" IS DISTINCT FROM src.version_number
       OR "BUSINESS"."DIM_CUSTOMER_HISTORY"."CHANGED_AT" IS DISTINCT FROM src.stored_change
       OR "BUSINESS"."DIM_CUSTOMER_HISTORY"."CREATED_ON" IS DISTINCT FROM src."CREATED_ON"
       OR "BUSINESS"."DIM_CUSTOMER_HISTORY"."EMAIL" IS DISTINCT FROM src."EMAIL");

-- drop-runs: The next dimension has runs of its own.
DROP TABLE "WAREHOUSE_WORK"."COLLAPSED";

-- settle-remembered-events: Changes of city from before it made versions make none.
UPDATE "BUSINESS"."DIM_CUSTOMER_EVENT"
SET "CITY" = src."CITY"
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
    FROM "BUSINESS"."DIM_CUSTOMER_HISTORY" AS tgt
    WHERE tgt."CUSTOMER_KEY" > 0
) AS src
WHERE src."CUSTOMER_ID" = "BUSINESS"."DIM_CUSTOMER_EVENT"."CUSTOMER_ID"
  AND NOT "BUSINESS"."DIM_CUSTOMER_EVENT"."IS_DELETE"
  AND NOT "BUSINESS"."DIM_CUSTOMER_EVENT"."IS_INFERRED"
  AND NOT src.is_delete
  AND src.held_from <= "BUSINESS"."DIM_CUSTOMER_EVENT"."EFFECTIVE_AT"
  AND (src.ends_at IS NULL OR "BUSINESS"."DIM_CUSTOMER_EVENT"."EFFECTIVE_AT" < src.ends_at)
  AND "BUSINESS"."DIM_CUSTOMER_EVENT"."CITY" IS DISTINCT FROM src."CITY";

-- fill-versions: What follows from the versions of a member: current_store_id, change_reason.
UPDATE "BUSINESS"."DIM_CUSTOMER_HISTORY"
SET "CURRENT_STORE_ID" = src."CURRENT_STORE_ID",
    "CHANGE_REASON" = src."CHANGE_REASON",
    "LOAD_ID" = $load_id
FROM (
    SELECT src.given_key,
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
        FROM "BUSINESS"."DIM_CUSTOMER_HISTORY" AS tgt
        WHERE tgt."CUSTOMER_KEY" > 0
    ) AS src
) AS src
WHERE "BUSINESS"."DIM_CUSTOMER_HISTORY"."CUSTOMER_KEY" = src.given_key
  AND ("BUSINESS"."DIM_CUSTOMER_HISTORY"."CURRENT_STORE_ID" IS DISTINCT FROM src."CURRENT_STORE_ID"
       OR "BUSINESS"."DIM_CUSTOMER_HISTORY"."CHANGE_REASON" IS DISTINCT FROM src."CHANGE_REASON");

-- align-members: The table of members says what each member's last version says.
MERGE INTO "BUSINESS"."DIM_CUSTOMER" AS tgt
USING (
    SELECT version."CUSTOMER_DURABLE_KEY",
           version."CUSTOMER_ID",
           version."CREATED_ON",
           version."FIRST_NAME",
           version."EMAIL",
           version."CITY",
           version."SEGMENT",
           version."PREVIOUS_SEGMENT",
           version."STORE_ID",
           version."VALID_FROM",
           version."VALID_TO",
           version."IS_CURRENT",
           version."VERSION",
           version."CHANGED_AT",
           version."CHANGE_REASON",
           version."IS_INFERRED",
           version."IS_DELETED",
           version."LOAD_ID"
    FROM "BUSINESS"."DIM_CUSTOMER_HISTORY" AS version
    WHERE version."CUSTOMER_KEY" > 0
    QUALIFY row_number() OVER (PARTITION BY version."CUSTOMER_DURABLE_KEY" ORDER BY version."VERSION" DESC) = 1
) AS src
ON tgt."CUSTOMER_DURABLE_KEY" = src."CUSTOMER_DURABLE_KEY"
WHEN MATCHED AND (tgt."CUSTOMER_ID" IS DISTINCT FROM src."CUSTOMER_ID"
                  OR tgt."CREATED_ON" IS DISTINCT FROM src."CREATED_ON"
                  OR tgt."FIRST_NAME" IS DISTINCT FROM src."FIRST_NAME"
                  OR tgt."EMAIL" IS DISTINCT FROM src."EMAIL"
                  OR tgt."CITY" IS DISTINCT FROM src."CITY"
                  OR tgt."SEGMENT" IS DISTINCT FROM src."SEGMENT"
                  OR tgt."PREVIOUS_SEGMENT" IS DISTINCT FROM src."PREVIOUS_SEGMENT"
                  OR tgt."STORE_ID" IS DISTINCT FROM src."STORE_ID"
                  OR tgt."VALID_FROM" IS DISTINCT FROM src."VALID_FROM"
                  OR tgt."VALID_TO" IS DISTINCT FROM src."VALID_TO"
                  OR tgt."IS_CURRENT" IS DISTINCT FROM src."IS_CURRENT"
                  OR tgt."VERSION" IS DISTINCT FROM src."VERSION"
                  OR tgt."CHANGED_AT" IS DISTINCT FROM src."CHANGED_AT"
                  OR tgt."CHANGE_REASON" IS DISTINCT FROM src."CHANGE_REASON"
                  OR tgt."IS_INFERRED" IS DISTINCT FROM src."IS_INFERRED"
                  OR tgt."IS_DELETED" IS DISTINCT FROM src."IS_DELETED"
                  OR tgt."LOAD_ID" IS DISTINCT FROM src."LOAD_ID") THEN UPDATE
    SET "CUSTOMER_ID" = src."CUSTOMER_ID",
        "CREATED_ON" = src."CREATED_ON",
        "FIRST_NAME" = src."FIRST_NAME",
        "EMAIL" = src."EMAIL",
        "CITY" = src."CITY",
        "SEGMENT" = src."SEGMENT",
        "PREVIOUS_SEGMENT" = src."PREVIOUS_SEGMENT",
        "STORE_ID" = src."STORE_ID",
        "VALID_FROM" = src."VALID_FROM",
        "VALID_TO" = src."VALID_TO",
        "IS_CURRENT" = src."IS_CURRENT",
        "VERSION" = src."VERSION",
        "CHANGED_AT" = src."CHANGED_AT",
        "CHANGE_REASON" = src."CHANGE_REASON",
        "IS_INFERRED" = src."IS_INFERRED",
        "IS_DELETED" = src."IS_DELETED",
        "LOAD_ID" = src."LOAD_ID"
WHEN NOT MATCHED THEN INSERT ("CUSTOMER_DURABLE_KEY", "CUSTOMER_ID", "CREATED_ON", "FIRST_NAME", "EMAIL", "CITY", "SEGMENT", "PREVIOUS_SEGMENT", "STORE_ID", "VALID_FROM", "VALID_TO", "IS_CURRENT", "VERSION", "CHANGED_AT", "CHANGE_REASON", "IS_INFERRED", "IS_DELETED", "LOAD_ID")
    VALUES (src."CUSTOMER_DURABLE_KEY", src."CUSTOMER_ID", src."CREATED_ON", src."FIRST_NAME", src."EMAIL", src."CITY", src."SEGMENT", src."PREVIOUS_SEGMENT", src."STORE_ID", src."VALID_FROM", src."VALID_TO", src."IS_CURRENT", src."VERSION", src."CHANGED_AT", src."CHANGE_REASON", src."IS_INFERRED", src."IS_DELETED", src."LOAD_ID");

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
