-- warehouse-sdk: files in place

-- create-staging-table: Takes the rows as they come; seen by this session only.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."STAGED" (
    "SOURCE_LINE" NUMBER(19,0),
    "ID" NUMBER(10,0),
    "SMALL" NUMBER(5,0),
    "LARGE" NUMBER(19,0),
    "FLAG" BOOLEAN,
    "AMOUNT" NUMBER(18,2),
    "RATIO" FLOAT,
    "TEXT" VARCHAR,
    "WORD" VARCHAR(10),
    "CODE" VARCHAR(3),
    "DAY" DATE,
    "MOMENT" TIMESTAMP_NTZ(6),
    "INSTANT" TIMESTAMP_TZ(6),
    "TIME_OF" TIME(6),
    "TOKEN" VARCHAR(36),
    "DOCUMENT" VARIANT,
    "BYTES" BINARY,
    "MISSING" VARCHAR
);

-- create-foreign-rows: Takes the fields of the files as texts.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."FOREIGN_ROW" (
    "C1" VARCHAR,
    "C2" VARCHAR,
    "C3" VARCHAR,
    "C4" VARCHAR,
    "C5" VARCHAR,
    "C6" VARCHAR,
    "C7" VARCHAR,
    "C8" VARCHAR,
    "C9" VARCHAR,
    "C10" VARCHAR,
    "C11" VARCHAR,
    "C12" VARCHAR,
    "C13" VARCHAR,
    "C14" VARCHAR,
    "C15" VARCHAR,
    "C16" VARCHAR,
    "C17" VARCHAR,
    "C18" VARCHAR,
    "C19" VARCHAR,
    "C20" VARCHAR,
    "C21" VARCHAR,
    "C22" VARCHAR,
    "C23" VARCHAR,
    "C24" VARCHAR,
    "C25" VARCHAR,
    "C26" VARCHAR,
    "C27" VARCHAR,
    "C28" VARCHAR,
    "C29" VARCHAR,
    "C30" VARCHAR,
    "C31" VARCHAR,
    "C32" VARCHAR,
    "C33" VARCHAR,
    "C34" VARCHAR,
    "C35" VARCHAR,
    "C36" VARCHAR,
    "C37" VARCHAR,
    "C38" VARCHAR,
    "C39" VARCHAR,
    "C40" VARCHAR,
    "C41" VARCHAR,
    "C42" VARCHAR,
    "C43" VARCHAR,
    "C44" VARCHAR,
    "C45" VARCHAR,
    "C46" VARCHAR,
    "C47" VARCHAR,
    "C48" VARCHAR,
    "C49" VARCHAR,
    "OVERFLOW" VARCHAR,
    "FILE_NAME" VARCHAR,
    "ROW_NUMBER" NUMBER(19,0)
);

-- create-foreign-files: Tells the files by what Snowflake calls them.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."FOREIGN_FILE" (
    "FILE_NAME" VARCHAR,
    first_line NUMBER(19,0),
    shape NUMBER(10,0)
);

-- create-foreign-problems: Takes what is wrong with a row.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."FOREIGN_PROBLEM" (
    line NUMBER(19,0),
    column_name VARCHAR,
    reason VARCHAR,
    raw_row VARCHAR
);

-- copy-files: The fields of the files as they are, with file and number.
COPY INTO "WAREHOUSE_WORK"."FOREIGN_ROW" ("C1", "C2", "C3", "C4", "C5", "C6", "C7", "C8", "C9", "C10", "C11", "C12", "C13", "C14", "C15", "C16", "C17", "C18", "C19", "C20", "C21", "C22", "C23", "C24", "C25", "C26", "C27", "C28", "C29", "C30", "C31", "C32", "C33", "C34", "C35", "C36", "C37", "C38", "C39", "C40", "C41", "C42", "C43", "C44", "C45", "C46", "C47", "C48", "C49", "OVERFLOW", "FILE_NAME", "ROW_NUMBER")
FROM (
    SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40, $41, $42, $43, $44, $45, $46, $47, $48, $49, $50,
           METADATA$FILENAME, METADATA$FILE_ROW_NUMBER
    FROM '@"FILES"."In Box"/day 1/'
)
FILES = ('a.csv', 'it''s \\ "x"; DROP TABLE t; --/a.csv')
FILE_FORMAT = (
    TYPE = CSV COMPRESSION = AUTO FIELD_DELIMITER = '	' FIELD_OPTIONALLY_ENCLOSED_BY = ''''
    ESCAPE = NONE ESCAPE_UNENCLOSED_FIELD = NONE NULL_IF = ('') EMPTY_FIELD_AS_NULL = TRUE TRIM_SPACE = FALSE ENCODING = 'UTF8'
    SKIP_BYTE_ORDER_MARK = TRUE REPLACE_INVALID_CHARACTERS = FALSE SKIP_HEADER = 0 ERROR_ON_COLUMN_COUNT_MISMATCH = TRUE
)
ON_ERROR = ABORT_STATEMENT
FORCE = TRUE;

-- read-headers: The names of the fields of each file.
SELECT "FILE_NAME", "C1", "C2", "C3", "C4", "C5", "C6", "C7", "C8", "C9", "C10", "C11", "C12", "C13", "C14", "C15", "C16", "C17", "C18", "C19", "C20", "C21", "C22", "C23", "C24", "C25", "C26", "C27", "C28", "C29", "C30", "C31", "C32", "C33", "C34", "C35", "C36", "C37", "C38", "C39", "C40", "C41", "C42", "C43", "C44", "C45", "C46", "C47", "C48", "C49", "OVERFLOW"
FROM "WAREHOUSE_WORK"."FOREIGN_ROW"
WHERE "ROW_NUMBER" = 1;

-- count-files: What came of each file.
SELECT "FILE_NAME" AS file_name, count(*) AS total
FROM "WAREHOUSE_WORK"."FOREIGN_ROW"
GROUP BY "FILE_NAME";

-- name-files: Which file is which.
INSERT INTO "WAREHOUSE_WORK"."FOREIGN_FILE"
SELECT $file_1, $line_1, $shape_1
UNION ALL
SELECT $file_2, $line_2, $shape_2;

-- find-problems: What is wrong with a row, in the order of the columns.
INSERT INTO "WAREHOUSE_WORK"."FOREIGN_PROBLEM"
SELECT place.first_line + src."ROW_NUMBER",
       CASE
           WHEN coalesce(src."C18", src."C19", src."C20", src."C21", src."C22", src."C23", src."C24", src."C25", src."C26", src."C27", src."C28", src."C29", src."C30", src."C31", src."C32", src."C33", src."C34", src."C35", src."C36", src."C37", src."C38", src."C39", src."C40", src."C41", src."C42", src."C43", src."C44", src."C45", src."C46", src."C47", src."C48", src."C49", src."OVERFLOW", src."OVERFLOW") IS NOT NULL THEN NULL
           WHEN (NOT regexp_like(src."C2", '[+-]?[0-9]+') OR coalesce(TRY_TO_NUMBER(src."C2", 38, 0) NOT BETWEEN -2147483648 AND 2147483647, src."C2" IS NOT NULL)) THEN 'id'
           WHEN (NOT regexp_like(src."C4", '[+-]?[0-9]+') OR coalesce(TRY_TO_NUMBER(src."C4", 38, 0) NOT BETWEEN -32768 AND 32767, src."C4" IS NOT NULL)) THEN 'small'
           WHEN (NOT regexp_like(src."C5", '[+-]?[0-9]+') OR coalesce(TRY_TO_NUMBER(src."C5", 38, 0) NOT BETWEEN -9223372036854775808 AND 9223372036854775807, src."C5" IS NOT NULL)) THEN 'large'
           WHEN lower(src."C6") NOT IN ('true', 't', '1', 'false', 'f', '0') THEN 'flag'
           WHEN (NOT regexp_like(src."C1", '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)') OR length(ltrim(replace(ltrim(iff(contains(src."C1", '.'), rtrim(src."C1", '0'), src."C1"), '+-'), '.', ''), '0')) > 38 OR (src."C1" IS NOT NULL AND TRY_TO_NUMBER(src."C1", 18, 2) IS NULL)) THEN 'amount'
           WHEN (NOT regexp_like(src."C7", '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?|[nN][aA][nN]|[+-]?[iI][nN][fF][iI][nN][iI][tT][yY]') OR (src."C7" IS NOT NULL AND TRY_TO_DOUBLE(CASE lower(src."C7") WHEN 'infinity' THEN 'inf' WHEN '+infinity' THEN 'inf' WHEN '-infinity' THEN '-inf' ELSE src."C7" END) IS NULL)) THEN 'ratio'
           WHEN length(src."C9") > 10 THEN 'word'
           WHEN length(rtrim(src."C10", ' ')) > 3 THEN 'code'
           WHEN (NOT regexp_like(src."C11", '[0-9]{4}-[0-9]{2}-[0-9]{2}') OR (src."C11" IS NOT NULL AND TRY_TO_DATE(src."C11", 'YYYY-MM-DD') IS NULL)) THEN 'day'
           WHEN (NOT regexp_like(src."C12", '[0-9]{4}-[0-9]{2}-[0-9]{2}([ T][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,7})?(Z|[+-][0-9]{2}:[0-9]{2})?)?)?') OR (src."C12" IS NOT NULL AND CAST(CONVERT_TIMEZONE('UTC', TRY_TO_TIMESTAMP_TZ(src."C12", 'AUTO')) AS TIMESTAMP_NTZ(6)) IS NULL)) THEN 'moment'
           WHEN (NOT regexp_like(src."C13", '[0-9]{4}-[0-9]{2}-[0-9]{2}([ T][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,7})?(Z|[+-][0-9]{2}:[0-9]{2})?)?)?') OR (src."C13" IS NOT NULL AND TRY_TO_TIMESTAMP_TZ(src."C13", 'AUTO') IS NULL)) THEN 'instant'
           WHEN (NOT regexp_like(src."C14", '[0-9]{1,2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,7})?)?') OR (src."C14" IS NOT NULL AND TRY_TO_TIME(src."C14", 'AUTO') IS NULL)) THEN 'time_of'
           WHEN NOT regexp_like(src."C15", '[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}') THEN 'token'
           WHEN (src."C16" IS NOT NULL AND TRY_PARSE_JSON(src."C16") IS NULL) THEN 'document'
           WHEN (src."C17" IS NOT NULL AND TRY_TO_BINARY(src."C17", 'HEX') IS NULL) THEN 'bytes'
       END,
       CASE
           WHEN coalesce(src."C18", src."C19", src."C20", src."C21", src."C22", src."C23", src."C24", src."C25", src."C26", src."C27", src."C28", src."C29", src."C30", src."C31", src."C32", src."C33", src."C34", src."C35", src."C36", src."C37", src."C38", src."C39", src."C40", src."C41", src."C42", src."C43", src."C44", src."C45", src."C46", src."C47", src."C48", src."C49", src."OVERFLOW", src."OVERFLOW") IS NOT NULL THEN 'more than 17 fields, expected 17'
           WHEN (NOT regexp_like(src."C2", '[+-]?[0-9]+') OR coalesce(TRY_TO_NUMBER(src."C2", 38, 0) NOT BETWEEN -2147483648 AND 2147483647, src."C2" IS NOT NULL)) THEN 'expected a whole number of 32 bits'
           WHEN (NOT regexp_like(src."C4", '[+-]?[0-9]+') OR coalesce(TRY_TO_NUMBER(src."C4", 38, 0) NOT BETWEEN -32768 AND 32767, src."C4" IS NOT NULL)) THEN 'expected a whole number from -32768 to 32767'
           WHEN (NOT regexp_like(src."C5", '[+-]?[0-9]+') OR coalesce(TRY_TO_NUMBER(src."C5", 38, 0) NOT BETWEEN -9223372036854775808 AND 9223372036854775807, src."C5" IS NOT NULL)) THEN 'expected a whole number of 64 bits'
           WHEN lower(src."C6") NOT IN ('true', 't', '1', 'false', 'f', '0') THEN 'expected true, t or 1, or false, f or 0'
           WHEN (NOT regexp_like(src."C1", '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)') OR length(ltrim(replace(ltrim(iff(contains(src."C1", '.'), rtrim(src."C1", '0'), src."C1"), '+-'), '.', ''), '0')) > 38 OR (src."C1" IS NOT NULL AND TRY_TO_NUMBER(src."C1", 18, 2) IS NULL)) THEN CASE WHEN NOT regexp_like(src."C1", '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)') THEN 'expected a decimal number with the point ''.''' WHEN length(ltrim(replace(ltrim(iff(contains(src."C1", '.'), rtrim(src."C1", '0'), src."C1"), '+-'), '.', ''), '0')) > 38 THEN 'expected a decimal number of at most 38 digits' ELSE 'a number too large for decimal(18,2)' END
           WHEN (NOT regexp_like(src."C7", '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?|[nN][aA][nN]|[+-]?[iI][nN][fF][iI][nN][iI][tT][yY]') OR (src."C7" IS NOT NULL AND TRY_TO_DOUBLE(CASE lower(src."C7") WHEN 'infinity' THEN 'inf' WHEN '+infinity' THEN 'inf' WHEN '-infinity' THEN '-inf' ELSE src."C7" END) IS NULL)) THEN 'expected a number'
           WHEN length(src."C9") > 10 THEN 'a text of ' || length(src."C9") || ' characters, expected at most 10'
           WHEN length(rtrim(src."C10", ' ')) > 3 THEN 'a text of ' || length(rtrim(src."C10", ' ')) || ' characters, expected at most 3'
           WHEN (NOT regexp_like(src."C11", '[0-9]{4}-[0-9]{2}-[0-9]{2}') OR (src."C11" IS NOT NULL AND TRY_TO_DATE(src."C11", 'YYYY-MM-DD') IS NULL)) THEN 'expected a date as yyyy-MM-dd'
           WHEN (NOT regexp_like(src."C12", '[0-9]{4}-[0-9]{2}-[0-9]{2}([ T][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,7})?(Z|[+-][0-9]{2}:[0-9]{2})?)?)?') OR (src."C12" IS NOT NULL AND CAST(CONVERT_TIMEZONE('UTC', TRY_TO_TIMESTAMP_TZ(src."C12", 'AUTO')) AS TIMESTAMP_NTZ(6)) IS NULL)) THEN 'expected a timestamp as yyyy-MM-dd HH:mm:ss.FFFFFFF or yyyy-MM-ddTHH:mm:ss.FFFFFFF'
           WHEN (NOT regexp_like(src."C13", '[0-9]{4}-[0-9]{2}-[0-9]{2}([ T][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,7})?(Z|[+-][0-9]{2}:[0-9]{2})?)?)?') OR (src."C13" IS NOT NULL AND TRY_TO_TIMESTAMP_TZ(src."C13", 'AUTO') IS NULL)) THEN 'expected a timestamp as yyyy-MM-dd HH:mm:ss.FFFFFFF or yyyy-MM-ddTHH:mm:ss.FFFFFFF'
           WHEN (NOT regexp_like(src."C14", '[0-9]{1,2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,7})?)?') OR (src."C14" IS NOT NULL AND TRY_TO_TIME(src."C14", 'AUTO') IS NULL)) THEN 'expected a time of day'
           WHEN NOT regexp_like(src."C15", '[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}') THEN 'expected a UUID'
           WHEN (src."C16" IS NOT NULL AND TRY_PARSE_JSON(src."C16") IS NULL) THEN 'expected a JSON value'
           WHEN (src."C17" IS NOT NULL AND TRY_TO_BINARY(src."C17", 'HEX') IS NULL) THEN 'expected bytes in hexadecimal'
       END,
       coalesce('''' || replace(src."C1", '''', '''''') || '''', '') || '	' ||
       coalesce('''' || replace(src."C2", '''', '''''') || '''', '') || '	' ||
       coalesce('''' || replace(src."C3", '''', '''''') || '''', '') || '	' ||
       coalesce('''' || replace(src."C4", '''', '''''') || '''', '') || '	' ||
       coalesce('''' || replace(src."C5", '''', '''''') || '''', '') || '	' ||
       coalesce('''' || replace(src."C6", '''', '''''') || '''', '') || '	' ||
       coalesce('''' || replace(src."C7", '''', '''''') || '''', '') || '	' ||
       coalesce('''' || replace(src."C8", '''', '''''') || '''', '') || '	' ||
       coalesce('''' || replace(src."C9", '''', '''''') || '''', '') || '	' ||
       coalesce('''' || replace(src."C10", '''', '''''') || '''', '') || '	' ||
       coalesce('''' || replace(src."C11", '''', '''''') || '''', '') || '	' ||
       coalesce('''' || replace(src."C12", '''', '''''') || '''', '') || '	' ||
       coalesce('''' || replace(src."C13", '''', '''''') || '''', '') || '	' ||
       coalesce('''' || replace(src."C14", '''', '''''') || '''', '') || '	' ||
       coalesce('''' || replace(src."C15", '''', '''''') || '''', '') || '	' ||
       coalesce('''' || replace(src."C16", '''', '''''') || '''', '') || '	' ||
       coalesce('''' || replace(src."C17", '''', '''''') || '''', '')
FROM "WAREHOUSE_WORK"."FOREIGN_ROW" AS src
JOIN "WAREHOUSE_WORK"."FOREIGN_FILE" AS place ON place."FILE_NAME" = src."FILE_NAME" AND place.shape = $shape
WHERE src."ROW_NUMBER" > $header
  AND (coalesce(src."C18", src."C19", src."C20", src."C21", src."C22", src."C23", src."C24", src."C25", src."C26", src."C27", src."C28", src."C29", src."C30", src."C31", src."C32", src."C33", src."C34", src."C35", src."C36", src."C37", src."C38", src."C39", src."C40", src."C41", src."C42", src."C43", src."C44", src."C45", src."C46", src."C47", src."C48", src."C49", src."OVERFLOW", src."OVERFLOW") IS NOT NULL
       OR (NOT regexp_like(src."C2", '[+-]?[0-9]+') OR coalesce(TRY_TO_NUMBER(src."C2", 38, 0) NOT BETWEEN -2147483648 AND 2147483647, src."C2" IS NOT NULL))
       OR (NOT regexp_like(src."C4", '[+-]?[0-9]+') OR coalesce(TRY_TO_NUMBER(src."C4", 38, 0) NOT BETWEEN -32768 AND 32767, src."C4" IS NOT NULL))
       OR (NOT regexp_like(src."C5", '[+-]?[0-9]+') OR coalesce(TRY_TO_NUMBER(src."C5", 38, 0) NOT BETWEEN -9223372036854775808 AND 9223372036854775807, src."C5" IS NOT NULL))
       OR lower(src."C6") NOT IN ('true', 't', '1', 'false', 'f', '0')
       OR (NOT regexp_like(src."C1", '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)') OR length(ltrim(replace(ltrim(iff(contains(src."C1", '.'), rtrim(src."C1", '0'), src."C1"), '+-'), '.', ''), '0')) > 38 OR (src."C1" IS NOT NULL AND TRY_TO_NUMBER(src."C1", 18, 2) IS NULL))
       OR (NOT regexp_like(src."C7", '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?|[nN][aA][nN]|[+-]?[iI][nN][fF][iI][nN][iI][tT][yY]') OR (src."C7" IS NOT NULL AND TRY_TO_DOUBLE(CASE lower(src."C7") WHEN 'infinity' THEN 'inf' WHEN '+infinity' THEN 'inf' WHEN '-infinity' THEN '-inf' ELSE src."C7" END) IS NULL))
       OR length(src."C9") > 10
       OR length(rtrim(src."C10", ' ')) > 3
       OR (NOT regexp_like(src."C11", '[0-9]{4}-[0-9]{2}-[0-9]{2}') OR (src."C11" IS NOT NULL AND TRY_TO_DATE(src."C11", 'YYYY-MM-DD') IS NULL))
       OR (NOT regexp_like(src."C12", '[0-9]{4}-[0-9]{2}-[0-9]{2}([ T][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,7})?(Z|[+-][0-9]{2}:[0-9]{2})?)?)?') OR (src."C12" IS NOT NULL AND CAST(CONVERT_TIMEZONE('UTC', TRY_TO_TIMESTAMP_TZ(src."C12", 'AUTO')) AS TIMESTAMP_NTZ(6)) IS NULL))
       OR (NOT regexp_like(src."C13", '[0-9]{4}-[0-9]{2}-[0-9]{2}([ T][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,7})?(Z|[+-][0-9]{2}:[0-9]{2})?)?)?') OR (src."C13" IS NOT NULL AND TRY_TO_TIMESTAMP_TZ(src."C13", 'AUTO') IS NULL))
       OR (NOT regexp_like(src."C14", '[0-9]{1,2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,7})?)?') OR (src."C14" IS NOT NULL AND TRY_TO_TIME(src."C14", 'AUTO') IS NULL))
       OR NOT regexp_like(src."C15", '[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}')
       OR (src."C16" IS NOT NULL AND TRY_PARSE_JSON(src."C16") IS NULL)
       OR (src."C17" IS NOT NULL AND TRY_TO_BINARY(src."C17", 'HEX') IS NULL));

-- type-rows: All other rows in the target's types.
INSERT INTO "WAREHOUSE_WORK"."STAGED" ("SOURCE_LINE", "ID", "SMALL", "LARGE", "FLAG", "AMOUNT", "RATIO", "TEXT", "WORD", "CODE", "DAY", "MOMENT", "INSTANT", "TIME_OF", "TOKEN", "DOCUMENT", "BYTES", "MISSING")
SELECT place.first_line + src."ROW_NUMBER",
       TRY_TO_NUMBER(src."C2", 10, 0),
       TRY_TO_NUMBER(src."C4", 5, 0),
       TRY_TO_NUMBER(src."C5", 19, 0),
       CASE WHEN lower(src."C6") IN ('true', 't', '1') THEN TRUE WHEN lower(src."C6") IN ('false', 'f', '0') THEN FALSE END,
       TRY_TO_NUMBER(src."C1", 18, 2),
       TRY_TO_DOUBLE(CASE lower(src."C7") WHEN 'infinity' THEN 'inf' WHEN '+infinity' THEN 'inf' WHEN '-infinity' THEN '-inf' ELSE src."C7" END),
       src."C8",
       left(src."C9", 10),
       left(rtrim(src."C10", ' '), 3),
       TRY_TO_DATE(src."C11", 'YYYY-MM-DD'),
       CAST(CONVERT_TIMEZONE('UTC', TRY_TO_TIMESTAMP_TZ(src."C12", 'AUTO')) AS TIMESTAMP_NTZ(6)),
       TRY_TO_TIMESTAMP_TZ(src."C13", 'AUTO'),
       TRY_TO_TIME(src."C14", 'AUTO'),
       lower(left(src."C15", 36)),
       TRY_PARSE_JSON(src."C16"),
       TRY_TO_BINARY(src."C17", 'HEX'),
       CAST(NULL AS VARCHAR)
FROM "WAREHOUSE_WORK"."FOREIGN_ROW" AS src
JOIN "WAREHOUSE_WORK"."FOREIGN_FILE" AS place ON place."FILE_NAME" = src."FILE_NAME" AND place.shape = $shape
LEFT JOIN "WAREHOUSE_WORK"."FOREIGN_PROBLEM" AS wrong ON wrong.line = place.first_line + src."ROW_NUMBER"
WHERE src."ROW_NUMBER" > $header
  AND wrong.line IS NULL;

-- read-problems: The next of the rows that cannot be typed.
SELECT line, column_name, reason, raw_row
FROM "WAREHOUSE_WORK"."FOREIGN_PROBLEM"
WHERE line > $after_line
ORDER BY line
LIMIT 1000;
