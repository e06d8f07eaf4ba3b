-- warehouse-sdk: pipes

-- create-pipe: Loads files as they arrive; one with a bad value is skipped as a whole.
CREATE PIPE IF NOT EXISTS "LANDING"."SHIPMENT_PIPE"
    AUTO_INGEST = TRUE
    COMMENT = 'Files into landing.shipment; no load of the SDK''s.'
AS
COPY INTO "LANDING"."SHIPMENT" ("ID", "CITY", "SENT_AT", "WEIGHT", "SOURCE_FILE", "SOURCE_LINE", "LOAD_ID")
FROM (
    SELECT $1,
           $2,
           $3,
           $4,
           METADATA$FILENAME,
           METADATA$FILE_ROW_NUMBER,
           0
    FROM '@"LANDING"."In box"/2026/orders/'
)
FILE_FORMAT = (
    TYPE = CSV FIELD_DELIMITER = ',' FIELD_OPTIONALLY_ENCLOSED_BY = '"' ESCAPE = NONE ESCAPE_UNENCLOSED_FIELD = NONE NULL_IF = () EMPTY_FIELD_AS_NULL = TRUE
    TRIM_SPACE = FALSE ENCODING = 'UTF8' BINARY_FORMAT = HEX DATE_FORMAT = 'AUTO' TIME_FORMAT = 'AUTO' TIMESTAMP_FORMAT = 'AUTO'
    SKIP_HEADER = 1
)
ON_ERROR = SKIP_FILE;

-- create-pipe: Loads files as they arrive; one with a bad value is skipped as a whole.
CREATE PIPE IF NOT EXISTS "OPS"."it's a pipe"
    AUTO_INGEST = TRUE
    ERROR_INTEGRATION = "LOADING_ERRORS"
    AWS_SNS_TOPIC = 'arn:aws:sns:eu-west-1:1:it''s'
    COMMENT = 'Files into landing.shipment; no load of the SDK''s.'
AS
COPY INTO "LANDING"."SHIPMENT" ("ID", "CITY", "SENT_AT", "WEIGHT", "SOURCE_FILE", "SOURCE_LINE", "LOAD_ID")
FROM (
    SELECT $1:"id"::NUMBER(10,0),
           $1:"to"."addresses"[0]."city"::VARCHAR,
           $1:"sent_at"::TIMESTAMP_NTZ(6),
           $1:"weight"::NUMBER(18,4),
           METADATA$FILENAME,
           METADATA$FILE_ROW_NUMBER,
           0
    FROM '@"LANDING"."In box"/'
)
FILE_FORMAT = (
    TYPE = JSON STRIP_OUTER_ARRAY = FALSE ALLOW_DUPLICATE = FALSE
)
ON_ERROR = SKIP_FILE;

-- create-pipe: Loads files as they arrive; one with a bad value is skipped as a whole.
CREATE PIPE IF NOT EXISTS "LANDING"."SHIPMENT_PIPE"
    AUTO_INGEST = TRUE
    INTEGRATION = 'AZURE_EVENTS'
    COMMENT = 'Files into landing.shipment; no load of the SDK''s.'
AS
COPY INTO "LANDING"."SHIPMENT" ("ID", "CITY", "SENT_AT", "WEIGHT", "SOURCE_FILE", "SOURCE_LINE", "LOAD_ID")
FROM (
    SELECT $1:"id"::NUMBER(10,0),
           $1:"city"::VARCHAR,
           $1:"sent_at"::TIMESTAMP_NTZ(6),
           $1:"weight"::NUMBER(18,4),
           METADATA$FILENAME,
           METADATA$FILE_ROW_NUMBER,
           0
    FROM '@"LANDING"."In box"/'
)
FILE_FORMAT = (
    TYPE = PARQUET USE_VECTORIZED_SCANNER = TRUE
)
ON_ERROR = SKIP_FILE;
