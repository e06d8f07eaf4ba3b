-- warehouse-sdk: stage business.dim_tag

-- stage-query: The source's rows in the target's types.
CREATE TEMP TABLE staged ON COMMIT DROP AS
SELECT row_number() OVER () AS source_line,
       CAST(src.tag_id AS integer) AS tag_id,
       CAST(src.label AS text) AS label
FROM (
SELECT tag_id,
       'a
  b' AS label -- the host's own lines
FROM elsewhere.tag
) AS src;

-- count-rows: Rows the source gave.
SELECT count(*) AS rows_read FROM pg_temp.staged;
