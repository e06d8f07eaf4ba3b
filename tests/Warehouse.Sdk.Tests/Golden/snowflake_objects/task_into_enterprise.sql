-- warehouse-sdk: merge landing.place into enterprise.place

-- create-stream: The rows that came since the task last took some.
CREATE STREAM IF NOT EXISTS "LANDING"."PLACE_PLACE_STREAM"
ON TABLE "LANDING"."PLACE"
APPEND_ONLY = TRUE
COMMENT = 'New rows of landing.place.';

-- create-task: Merges them; without new rows it does not run.
CREATE TASK IF NOT EXISTS "LANDING"."PLACE_PLACE_TASK"
    WAREHOUSE = "LOADING"
    SCHEDULE = '5 MINUTE'
    COMMENT = 'New rows into enterprise.place; no load of the SDK''s.'
WHEN SYSTEM$STREAM_HAS_DATA('"LANDING"."PLACE_PLACE_STREAM"')
AS
MERGE INTO "ENTERPRISE"."PLACE" AS tgt
USING (
    SELECT src."COUNTRY",
           src."ID",
           src."CITY",
           src."AT",
           src."NUMBER"
    FROM "LANDING"."PLACE_PLACE_STREAM" AS src
    WHERE src."COUNTRY" IS NOT NULL AND src."ID" IS NOT NULL AND src."AT" IS NOT NULL
    QUALIFY row_number() OVER (PARTITION BY src."COUNTRY", src."ID" ORDER BY src."AT" DESC, src."SOURCE_FILE" DESC NULLS LAST, src."SOURCE_LINE" DESC NULLS LAST) = 1
) AS src ON tgt."COUNTRY" = src."COUNTRY" AND tgt."ID" = src."ID"
WHEN MATCHED AND (tgt."AT" IS NULL OR src."AT" >= tgt."AT")
             AND (tgt."CITY" IS DISTINCT FROM src."CITY"
                  OR tgt."AT" IS DISTINCT FROM src."AT"
                  OR tgt."NUMBER" IS DISTINCT FROM src."NUMBER")
    THEN UPDATE SET "CITY" = src."CITY",
                    "AT" = src."AT",
                    "NUMBER" = src."NUMBER",
                    "LOAD_ID" = 0
WHEN NOT MATCHED
    THEN INSERT ("COUNTRY", "ID", "CITY", "AT", "NUMBER", "LOAD_ID")
         VALUES (src."COUNTRY", src."ID", src."CITY", src."AT", src."NUMBER", 0);

-- start-task: It is made suspended.
ALTER TASK "LANDING"."PLACE_PLACE_TASK" RESUME;
