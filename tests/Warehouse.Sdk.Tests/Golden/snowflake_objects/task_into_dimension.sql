-- warehouse-sdk: merge landing.place into business.dim_place

-- create-lock: What loads of the target wait for.
CREATE TABLE IF NOT EXISTS "WAREHOUSE_WORK"."lock business.dim_place" (taken NUMBER(19,0) NOT NULL);

-- begin-lock: Its one row.
INSERT INTO "WAREHOUSE_WORK"."lock business.dim_place" (taken)
SELECT 0
WHERE NOT EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."lock business.dim_place");

-- create-stream: The rows that came since the task last took some.
CREATE STREAM IF NOT EXISTS "LANDING"."PLACE_DIM_PLACE_STREAM"
ON TABLE "LANDING"."PLACE"
APPEND_ONLY = TRUE
COMMENT = 'New rows of landing.place.';

-- create-task: Merges them; without new rows it does not run.
CREATE TASK IF NOT EXISTS "OPS"."PLACES"
    WAREHOUSE = "Load ""WH"""
    SCHEDULE = '120 MINUTE'
    COMMENT = 'New rows into business.dim_place; no load of the SDK''s.'
WHEN SYSTEM$STREAM_HAS_DATA('"LANDING"."PLACE_DIM_PLACE_STREAM"')
AS
BEGIN
    BEGIN TRANSACTION;
    UPDATE "WAREHOUSE_WORK"."lock business.dim_place" SET taken = taken + 1;
    MERGE INTO "BUSINESS"."DIM_PLACE" AS tgt
    USING (
        SELECT src."COUNTRY",
               src."ID",
               src."CITY",
               src."AT",
               min(src."AT") OVER (PARTITION BY src."COUNTRY", src."ID") AS first_told
        FROM "LANDING"."PLACE_DIM_PLACE_STREAM" AS src
        WHERE src."COUNTRY" IS NOT NULL AND src."ID" IS NOT NULL AND src."AT" IS NOT NULL
        QUALIFY row_number() OVER (PARTITION BY src."COUNTRY", src."ID" ORDER BY src."AT" DESC, src."NUMBER" DESC NULLS LAST, src."SOURCE_FILE" DESC NULLS LAST, src."SOURCE_LINE" DESC NULLS LAST) = 1
    ) AS src ON tgt."COUNTRY" = src."COUNTRY" AND tgt."ID" = src."ID"
    WHEN MATCHED AND (tgt."IS_INFERRED"
                      OR (src."AT" >= coalesce(tgt."CHANGED_AT", tgt."VALID_FROM")
                          AND (tgt."CITY" IS DISTINCT FROM src."CITY")))
        THEN UPDATE SET "CITY" = src."CITY",
                        "VALID_FROM" = least(tgt."VALID_FROM", src.first_told),
                        "CHANGED_AT" = src."AT",
                        "IS_INFERRED" = FALSE,
                        "LOAD_ID" = 0
    WHEN MATCHED AND src.first_told < tgt."VALID_FROM"
        THEN UPDATE SET "VALID_FROM" = src.first_told,
                        "LOAD_ID" = 0;
    INSERT INTO "BUSINESS"."DIM_PLACE" ("PLACE_KEY", "COUNTRY", "ID", "CITY", "VALID_FROM", "VALID_TO", "IS_CURRENT", "VERSION", "CHANGED_AT", "IS_INFERRED", "LOAD_ID")
    SELECT counter.last_key + row_number() OVER (ORDER BY src."COUNTRY", src."ID"),
           src."COUNTRY",
           src."ID",
           src."CITY",
           src.first_told,
           TIMESTAMP '9999-12-31',
           TRUE,
           1,
           src."AT",
           FALSE,
           0
    FROM (
        SELECT src."COUNTRY",
               src."ID",
               src."CITY",
               src."AT",
               min(src."AT") OVER (PARTITION BY src."COUNTRY", src."ID") AS first_told
        FROM "LANDING"."PLACE_DIM_PLACE_STREAM" AS src
        WHERE src."COUNTRY" IS NOT NULL AND src."ID" IS NOT NULL AND src."AT" IS NOT NULL
        QUALIFY row_number() OVER (PARTITION BY src."COUNTRY", src."ID" ORDER BY src."AT" DESC, src."NUMBER" DESC NULLS LAST, src."SOURCE_FILE" DESC NULLS LAST, src."SOURCE_LINE" DESC NULLS LAST) = 1
    ) AS src
    CROSS JOIN (
        SELECT max(last_key) AS last_key
        FROM "WAREHOUSE"."SURROGATE_KEY"
        WHERE target = 'business.dim_place'
    ) AS counter
    LEFT JOIN "BUSINESS"."DIM_PLACE" AS known ON known."COUNTRY" = src."COUNTRY" AND known."ID" = src."ID"
    WHERE known."PLACE_KEY" IS NULL;
    UPDATE "WAREHOUSE"."SURROGATE_KEY"
    SET last_key = greatest_ignore_nulls(last_key, (SELECT max("PLACE_KEY") FROM "BUSINESS"."DIM_PLACE"))
    WHERE target = 'business.dim_place';
    COMMIT;
EXCEPTION
    WHEN OTHER THEN
        ROLLBACK;
        RAISE;
END;
