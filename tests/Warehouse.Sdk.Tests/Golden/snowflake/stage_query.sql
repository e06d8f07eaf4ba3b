-- warehouse-sdk: stage business.dim_tag

-- create-staging-table: Takes the rows as they come; seen by this session only.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."STAGED" (
    "SOURCE_LINE" NUMBER(19,0),
    "TAG_ID" NUMBER(10,0),
    "LABEL" VARCHAR
);

-- stage-query: The source's rows in the target's types.
INSERT INTO "WAREHOUSE_WORK"."STAGED"
SELECT row_number() OVER (ORDER BY 1) AS "SOURCE_LINE",
       CAST(src."TAG_ID" AS NUMBER(10,0)) AS "TAG_ID",
       CAST(src."LABEL" AS VARCHAR) AS "LABEL"
FROM (
SELECT tag_id,
       'a
  b' AS label -- the host's own lines
FROM elsewhere.tag
) AS src;

-- count-rows: Rows the source gave.
SELECT count(*) AS rows_read FROM "WAREHOUSE_WORK"."STAGED";
