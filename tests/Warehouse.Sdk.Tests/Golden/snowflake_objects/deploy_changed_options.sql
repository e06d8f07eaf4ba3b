-- warehouse-sdk: deploy kept

-- read-table-options: How the tables are kept, and what of that a deployment has set.
WITH kept AS (
    SELECT CASE WHEN table_schema = upper(table_schema) THEN lower(table_schema) ELSE table_schema END AS schema_name,
           CASE WHEN table_name = upper(table_name) THEN lower(table_name) ELSE table_name END AS table_name,
           is_transient,
           retention_time,
           clustering_key
    FROM information_schema.tables
    WHERE table_schema IN ('BUSINESS', 'LANDING')
      AND table_type = 'BASE TABLE'
)
SELECT schema_name, table_name, 'transient' AS option_name, is_transient AS option_value, FALSE AS is_noted
FROM kept
UNION ALL
SELECT schema_name, table_name, 'retention', CAST(retention_time AS VARCHAR), FALSE
FROM kept
UNION ALL
SELECT schema_name, table_name, 'cluster_by', clustering_key, FALSE
FROM kept
UNION ALL
SELECT schema_name, table_name, option_name, option_value, TRUE
FROM "WAREHOUSE"."TABLE_OPTION"
UNION ALL
SELECT 'business',
       'dim_place',
       'tag governance.cost_center',
       system$get_tag('"GOVERNANCE"."COST_CENTER"', '"BUSINESS"."DIM_PLACE"', 'table'),
       FALSE;

-- forget-table-options: There are newer ones.
DELETE FROM "WAREHOUSE"."TABLE_OPTION"
WHERE schema_name = 'business'
  AND table_name = 'dim_place';

-- note-table-options: By these the next deployment knows which options are the model's.
INSERT INTO "WAREHOUSE"."TABLE_OPTION" (schema_name, table_name, option_name, option_value)
VALUES ('business', 'dim_place', 'cluster_by', 'city'),
       ('business', 'dim_place', 'retention', '30'),
       ('business', 'dim_place', 'tag governance.cost_center', 'bi'),
       ('business', 'dim_place', 'tag governance.owner', '');

-- cluster-table: Rows that are asked for together are kept together.
ALTER TABLE "BUSINESS"."DIM_PLACE" CLUSTER BY ("CITY");

-- set-retention: For how many days changes can be brought back.
ALTER TABLE "BUSINESS"."DIM_PLACE" SET DATA_RETENTION_TIME_IN_DAYS = 30;

-- set-tag: What the table is, in the account's own words.
ALTER TABLE "BUSINESS"."DIM_PLACE" SET TAG "GOVERNANCE"."COST_CENTER" = 'bi';

-- unset-tag: The model has it no more.
ALTER TABLE "BUSINESS"."DIM_PLACE" UNSET TAG "GOVERNANCE"."OWNER";

-- forget-table-options: There are newer ones.
DELETE FROM "WAREHOUSE"."TABLE_OPTION"
WHERE schema_name = 'business'
  AND table_name = 'dim_place';

-- note-table-options: By these the next deployment knows which options are the model's.
INSERT INTO "WAREHOUSE"."TABLE_OPTION" (schema_name, table_name, option_name, option_value)
VALUES ('business', 'dim_place', 'cluster_by', 'city'),
       ('business', 'dim_place', 'retention', '30'),
       ('business', 'dim_place', 'tag governance.cost_center', 'bi');

-- begin-surrogate-keys: Where the next surrogate key is taken from.
INSERT INTO "WAREHOUSE"."SURROGATE_KEY" (target, last_key)
SELECT 'business.dim_place', 0
WHERE NOT EXISTS (SELECT 1 FROM "WAREHOUSE"."SURROGATE_KEY" WHERE target = 'business.dim_place');

-- insert-default-member: The member 'Unknown'; no source row can meet it.
INSERT INTO "BUSINESS"."DIM_PLACE" ("PLACE_KEY", "ID", "CITY", "VALID_FROM", "VALID_TO", "IS_CURRENT", "VERSION", "CHANGED_AT", "IS_INFERRED", "LOAD_ID")
SELECT -1, NULL, 'Unknown', CAST('0001-01-01' AS TIMESTAMP_NTZ(6)), NULL, TRUE, 1, NULL, FALSE, 0
WHERE NOT EXISTS (SELECT 1 FROM "BUSINESS"."DIM_PLACE" WHERE "PLACE_KEY" = -1);

-- insert-default-member: The member 'Not applicable'; no source row can meet it.
INSERT INTO "BUSINESS"."DIM_PLACE" ("PLACE_KEY", "ID", "CITY", "VALID_FROM", "VALID_TO", "IS_CURRENT", "VERSION", "CHANGED_AT", "IS_INFERRED", "LOAD_ID")
SELECT -2, NULL, 'Not applicable', CAST('0001-01-01' AS TIMESTAMP_NTZ(6)), NULL, TRUE, 1, NULL, FALSE, 0
WHERE NOT EXISTS (SELECT 1 FROM "BUSINESS"."DIM_PLACE" WHERE "PLACE_KEY" = -2);
