-- warehouse-sdk: deploy kept

-- forget-table-options: There are newer ones.
DELETE FROM "WAREHOUSE"."TABLE_OPTION"
WHERE schema_name = 'business'
  AND table_name = 'dim_place';

-- note-table-options: By these the next deployment knows which options are the model's.
INSERT INTO "WAREHOUSE"."TABLE_OPTION" (schema_name, table_name, option_name, option_value)
VALUES ('business', 'dim_place', 'cluster_by', ''),
       ('business', 'dim_place', 'retention', ''),
       ('business', 'dim_place', 'tag governance.owner', '');

-- drop-clustering-key: The model has none any more.
ALTER TABLE "BUSINESS"."DIM_PLACE" DROP CLUSTERING KEY;

-- unset-retention: It is the schema's again.
ALTER TABLE "BUSINESS"."DIM_PLACE" UNSET DATA_RETENTION_TIME_IN_DAYS;

-- unset-tag: The model has it no more.
ALTER TABLE "BUSINESS"."DIM_PLACE" UNSET TAG "GOVERNANCE"."OWNER";

-- forget-table-options: There are newer ones.
DELETE FROM "WAREHOUSE"."TABLE_OPTION"
WHERE schema_name = 'business'
  AND table_name = 'dim_place';

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
