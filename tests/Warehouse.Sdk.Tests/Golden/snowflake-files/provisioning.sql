-- The schema a "quoted" schema.
CREATE SCHEMA IF NOT EXISTS "a ""quoted"" schema";

-- Snowflake's identity for the role that may read the places of it's; "x".
CREATE STORAGE INTEGRATION IF NOT EXISTS "it's; ""x"""
    TYPE = EXTERNAL_STAGE
    STORAGE_PROVIDER = 'S3GOV'
    ENABLED = TRUE
    STORAGE_AWS_ROLE_ARN = 'arn:aws-us-gov:iam::1:role/it''s'
    STORAGE_ALLOWED_LOCATIONS = ('s3://landing/a b/')
    STORAGE_BLOCKED_LOCATIONS = ('s3://landing/a b/c/');

-- The external stage shop, over the bucket.
CREATE STAGE IF NOT EXISTS "LANDING"."SHOP"
    URL = 's3://landing/a b/'
    STORAGE_INTEGRATION = "it's; ""x""";

-- The internal stage Mixed, where files wait.
CREATE STAGE IF NOT EXISTS "LANDING"."Mixed"
    ENCRYPTION = (TYPE = 'SNOWFLAKE_FULL');

-- How the files of tabs are written.
CREATE FILE FORMAT IF NOT EXISTS "LANDING"."TABS"
    TYPE = CSV COMPRESSION = ZSTD FIELD_DELIMITER = '	' FIELD_OPTIONALLY_ENCLOSED_BY = ''''
    ESCAPE = NONE ESCAPE_UNENCLOSED_FIELD = NONE NULL_IF = () EMPTY_FIELD_AS_NULL = TRUE TRIM_SPACE = FALSE ENCODING = 'UTF8'
    SKIP_BYTE_ORDER_MARK = TRUE REPLACE_INVALID_CHARACTERS = FALSE SKIP_HEADER = 0 ERROR_ON_COLUMN_COUNT_MISMATCH = TRUE;
