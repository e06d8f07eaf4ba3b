-- warehouse-sdk: clone

-- read-tables: Which tables are there, and which of them are transient.
SELECT CASE WHEN table_schema = upper(table_schema) THEN lower(table_schema) ELSE table_schema END AS schema_name,
       CASE WHEN table_name = upper(table_name) THEN lower(table_name) ELSE table_name END AS table_name,
       is_transient
FROM information_schema.tables
WHERE table_schema IN ('BUSINESS');

-- read-schema: Whether the schema is there: making it needs a right that using it does not.
SELECT schema_name
FROM information_schema.schemata
WHERE schema_name = 'Sand "box"';

-- create-schema: Where the clones stand.
CREATE SCHEMA IF NOT EXISTS "Sand ""box""";

-- clone-table: Shares the rows of the table until one of the two changes.
CREATE TABLE "Sand ""box"""."DIM_PLACE"
CLONE "BUSINESS"."DIM_PLACE"
AT(TIMESTAMP => '2026-03-01T12:30:00.123456+00:00'::TIMESTAMP_TZ);

-- clone-table: Shares the rows of the table until one of the two changes.
CREATE TRANSIENT TABLE "Sand ""box"""."PLACE"
CLONE "LANDING"."PLACE"
AT(TIMESTAMP => '2026-03-01T12:30:00.123456+00:00'::TIMESTAMP_TZ);

-- clone-table: Shares the rows of the table until one of the two changes.
CREATE OR REPLACE TABLE "Sand ""box"""."DIM_PLACE"
CLONE "BUSINESS"."DIM_PLACE";

-- read-as-it-stood: The rows that the table had then.
SELECT *
FROM "BUSINESS"."DIM_PLACE" AT(TIMESTAMP => '2026-03-01T12:30:00.123456+00:00'::TIMESTAMP_TZ);

-- read-as-it-stood: The rows that the table had then.
SELECT *
FROM "BUSINESS"."DIM_PLACE" AT(STATEMENT => '01a2b3c4-0000-1111-0000-222233334444');

-- read-as-it-stood: The rows that the table had then.
SELECT *
FROM "BUSINESS"."DIM_PLACE" BEFORE(STATEMENT => '01a2b3c4-0000-1111-0000-222233334444');

-- undrop-table: Brings the table back that was dropped last under the name.
UNDROP TABLE "BUSINESS"."DIM_PLACE";
