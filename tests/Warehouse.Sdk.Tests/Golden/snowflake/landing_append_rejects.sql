-- warehouse-sdk: land landing.customer

-- append-rows: Rows as received, with load, file and line.
INSERT INTO "LANDING"."CUSTOMER" ("CUSTOMER_ID", "CREATED_ON", "FIRST_NAME", "EMAIL", "CITY", "STORE_ID", "SEGMENT", "CHANGED_AT", "SOURCE_FILE", "SOURCE_LINE", "LOAD_ID")
SELECT src."CUSTOMER_ID",
       src."CREATED_ON",
       src."FIRST_NAME",
       src."EMAIL",
       src."CITY",
       src."STORE_ID",
       src."SEGMENT",
       src."CHANGED_AT",
       place.file,
       place.line,
       $load_id
FROM "WAREHOUSE_WORK"."STAGED" AS src
                                     JOIN "WAREHOUSE".reject AS place ON place.replayed_by = $load_id AND place.replay_line = src."SOURCE_LINE" - 1099511627776;
