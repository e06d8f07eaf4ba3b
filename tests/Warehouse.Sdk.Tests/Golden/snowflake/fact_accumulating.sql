-- warehouse-sdk: load business.fact_order

-- reject-incomplete-rows: A row without its grain or its watermark has no place in the table.
INSERT INTO "WAREHOUSE"."REJECT" (load_id, target, file, line, column_name, reason, raw_row)
SELECT $load_id,
       $target,
       $path,
       src."SOURCE_LINE",
       array_to_string(array_construct_compact(CASE WHEN src."ORDER_ID" IS NULL THEN 'order_id' END, CASE WHEN src."LSN" IS NULL THEN 'lsn' END), ', '),
       'grain or sequence is NULL',
       to_json(object_construct_keep_null(src.*))
FROM "WAREHOUSE_WORK"."STAGED" AS src
WHERE NOT (src."ORDER_ID" IS NOT NULL AND src."LSN" IS NOT NULL);

-- find-repeated-keys: Keys that stand in the batch more than once; usually none.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."REPEATED" AS
SELECT src."ORDER_ID",
       src."LSN",
       count(*) AS copies
FROM "WAREHOUSE_WORK"."STAGED" AS src
WHERE src."ORDER_ID" IS NOT NULL AND src."LSN" IS NOT NULL
GROUP BY ALL
HAVING count(*) > 1;

-- count-repeated-keys: Whether anything has to be decided at all.
SELECT count(*) AS repeated_keys FROM "WAREHOUSE_WORK"."REPEATED";

-- decide-repeated-rows: Exact copies collapse into one.
-- only if: repeated_keys > 0
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."DECIDED" AS
SELECT src."ORDER_ID",
       src."PLACED_AT",
       src."SHIPPED_AT",
       src."IS_RETRACTED",
       src."CLOSED_AT",
       src."IS_REOPENED",
       src."QUANTITY",
       src."LSN",
       min(src."SOURCE_LINE") AS "SOURCE_LINE"
FROM "WAREHOUSE_WORK"."STAGED" AS src
JOIN "WAREHOUSE_WORK"."REPEATED" AS repeated ON repeated."ORDER_ID" = src."ORDER_ID" AND repeated."LSN" = src."LSN"
WHERE src."ORDER_ID" IS NOT NULL AND src."LSN" IS NOT NULL
GROUP BY src."ORDER_ID",
         src."PLACED_AT",
         src."SHIPPED_AT",
         src."IS_RETRACTED",
         src."CLOSED_AT",
         src."IS_REOPENED",
         src."QUANTITY",
         src."LSN";

-- find-conflicts: Keys that are still there with different values.
-- only if: repeated_keys > 0
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."CONFLICTS" AS
SELECT src."ORDER_ID",
       src."LSN",
       array_to_string(array_construct_compact(CASE WHEN count(DISTINCT src."PLACED_AT") > 1 OR count(src."PLACED_AT") NOT IN (0, count(*)) THEN 'placed_at' END,
                                               CASE WHEN count(DISTINCT src."SHIPPED_AT") > 1 OR count(src."SHIPPED_AT") NOT IN (0, count(*)) THEN 'shipped_at' END,
                                               CASE WHEN count(DISTINCT src."IS_RETRACTED") > 1 OR count(src."IS_RETRACTED") NOT IN (0, count(*)) THEN 'is_retracted' END,
                                               CASE WHEN count(DISTINCT src."CLOSED_AT") > 1 OR count(src."CLOSED_AT") NOT IN (0, count(*)) THEN 'closed_at' END,
                                               CASE WHEN count(DISTINCT src."IS_REOPENED") > 1 OR count(src."IS_REOPENED") NOT IN (0, count(*)) THEN 'is_reopened' END,
                                               CASE WHEN count(DISTINCT src."QUANTITY") > 1 OR count(src."QUANTITY") NOT IN (0, count(*)) THEN 'quantity' END), ', ') AS differing_columns
FROM "WAREHOUSE_WORK"."DECIDED" AS src
GROUP BY src."ORDER_ID",
         src."LSN"
HAVING count(*) > 1;

-- reject-conflicting-rows: None of them can be chosen, so all are kept aside.
-- only if: repeated_keys > 0
INSERT INTO "WAREHOUSE"."REJECT" (load_id, target, file, line, column_name, reason, raw_row)
SELECT $load_id,
       $target,
       $path,
       src."SOURCE_LINE",
       conflicts.differing_columns,
       'several rows of one grain have different values (' || 'order_id = ' || CAST(src."ORDER_ID" AS VARCHAR) || ', ' || 'lsn = ' || CAST(src."LSN" AS VARCHAR) || ')',
       to_json(object_construct_keep_null(src.*))
FROM "WAREHOUSE_WORK"."STAGED" AS src
JOIN "WAREHOUSE_WORK"."CONFLICTS" AS conflicts ON conflicts."ORDER_ID" = src."ORDER_ID" AND conflicts."LSN" = src."LSN"
WHERE src."ORDER_ID" IS NOT NULL AND src."LSN" IS NOT NULL;

-- take-incoming: The rows whose key stands in the batch once.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."INCOMING" AS
SELECT src."ORDER_ID",
       src."PLACED_AT",
       src."SHIPPED_AT",
       src."IS_RETRACTED",
       src."CLOSED_AT",
       src."IS_REOPENED",
       src."QUANTITY",
       src."LSN",
       src."SOURCE_LINE"
FROM "WAREHOUSE_WORK"."STAGED" AS src
LEFT JOIN "WAREHOUSE_WORK"."REPEATED" AS repeated ON repeated."ORDER_ID" = src."ORDER_ID" AND repeated."LSN" = src."LSN"
WHERE repeated.copies IS NULL
  AND src."ORDER_ID" IS NOT NULL AND src."LSN" IS NOT NULL;

-- take-decided-rows: And the one row that was chosen for a repeated key.
-- only if: repeated_keys > 0
INSERT INTO "WAREHOUSE_WORK"."INCOMING"
SELECT src."ORDER_ID",
       src."PLACED_AT",
       src."SHIPPED_AT",
       src."IS_RETRACTED",
       src."CLOSED_AT",
       src."IS_REOPENED",
       src."QUANTITY",
       src."LSN",
       src."SOURCE_LINE"
FROM "WAREHOUSE_WORK"."DECIDED" AS src
WHERE NOT EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."CONFLICTS" AS conflicts WHERE conflicts."ORDER_ID" = src."ORDER_ID" AND conflicts."LSN" = src."LSN");

-- count-duplicates: Copies that collapsed and rows that were superseded.
-- only if: repeated_keys > 0
SELECT (SELECT CAST(coalesce(sum(repeated.copies), 0) AS BIGINT)
        FROM "WAREHOUSE_WORK"."REPEATED" AS repeated
        WHERE NOT EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."CONFLICTS" AS conflicts WHERE conflicts."ORDER_ID" = repeated."ORDER_ID" AND conflicts."LSN" = repeated."LSN"))
     - (SELECT count(*)
        FROM "WAREHOUSE_WORK"."DECIDED" AS decided
        WHERE NOT EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."CONFLICTS" AS conflicts WHERE conflicts."ORDER_ID" = decided."ORDER_ID" AND conflicts."LSN" = decided."LSN")) AS duplicates;

-- gather-events: What each row of the batch says, and about what; a NULL says nothing unless the model or a flag of the row says that it does.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."HAPPENED" AS
SELECT src."ORDER_ID",
       src."LSN" AS "SEQUENCE_NUMBER",
       src."PLACED_AT",
       CASE WHEN src."IS_RETRACTED" THEN NULL ELSE src."SHIPPED_AT" END AS "SHIPPED_AT",
       src."CLOSED_AT",
       src."QUANTITY",
       src."PLACED_AT" IS NOT NULL AS "TOLD_PLACED",
       src."SHIPPED_AT" IS NOT NULL OR coalesce(src."IS_RETRACTED", FALSE) AS "TOLD_SHIPPED",
       src."CLOSED_AT" IS NOT NULL OR $tells_3 OR coalesce(src."IS_REOPENED", FALSE) AS "TOLD_CLOSED",
       coalesce(src."IS_REOPENED", FALSE) AS "REOPENS",
       CAST(0 AS BIGINT) AS "TIMES_BEFORE",
       TRUE AS "IS_NEW",
       src."SOURCE_LINE"
FROM "WAREHOUSE_WORK"."INCOMING" AS src;

-- reject-contradictions: An event that was told before with other values; nobody can say which of the two is right.
INSERT INTO "WAREHOUSE"."REJECT" (load_id, target, file, line, column_name, reason, raw_row)
SELECT $load_id,
       $target,
       $path,
       src."SOURCE_LINE",
       'lsn',
       'an event of this process and sequence was loaded before with other values (' || 'order_id = ' || CAST(src."ORDER_ID" AS VARCHAR) || ')',
       to_json(object_construct_keep_null(src.*))
FROM "WAREHOUSE_WORK"."HAPPENED" AS src
WHERE EXISTS (
          SELECT 1
          FROM "BUSINESS"."FACT_ORDER_EVENT" AS known
          WHERE known."ORDER_ID" = src."ORDER_ID" AND known."SEQUENCE_NUMBER" = src."SEQUENCE_NUMBER"
            AND (known."PLACED_AT" IS DISTINCT FROM src."PLACED_AT"
                 OR known."SHIPPED_AT" IS DISTINCT FROM src."SHIPPED_AT"
                 OR known."CLOSED_AT" IS DISTINCT FROM src."CLOSED_AT"
                 OR known."QUANTITY" IS DISTINCT FROM src."QUANTITY"
                 OR known."TOLD_PLACED" IS DISTINCT FROM src."TOLD_PLACED"
                 OR known."TOLD_SHIPPED" IS DISTINCT FROM src."TOLD_SHIPPED"
                 OR known."TOLD_CLOSED" IS DISTINCT FROM src."TOLD_CLOSED"
                 OR known."REOPENS" IS DISTINCT FROM src."REOPENS")
      );

-- leave-contradictions: They take no further part.
DELETE FROM "WAREHOUSE_WORK"."HAPPENED"
USING (
    SELECT src."SOURCE_LINE"
    FROM "WAREHOUSE_WORK"."HAPPENED" AS src
    WHERE EXISTS (
              SELECT 1
              FROM "BUSINESS"."FACT_ORDER_EVENT" AS known
              WHERE known."ORDER_ID" = src."ORDER_ID" AND known."SEQUENCE_NUMBER" = src."SEQUENCE_NUMBER"
                AND (known."PLACED_AT" IS DISTINCT FROM src."PLACED_AT"
                     OR known."SHIPPED_AT" IS DISTINCT FROM src."SHIPPED_AT"
                     OR known."CLOSED_AT" IS DISTINCT FROM src."CLOSED_AT"
                     OR known."QUANTITY" IS DISTINCT FROM src."QUANTITY"
                     OR known."TOLD_PLACED" IS DISTINCT FROM src."TOLD_PLACED"
                     OR known."TOLD_SHIPPED" IS DISTINCT FROM src."TOLD_SHIPPED"
                     OR known."TOLD_CLOSED" IS DISTINCT FROM src."TOLD_CLOSED"
                     OR known."REOPENS" IS DISTINCT FROM src."REOPENS")
          )
) AS gone
WHERE "WAREHOUSE_WORK"."HAPPENED"."SOURCE_LINE" = gone."SOURCE_LINE";

-- drop-incoming: The processes take the place of their events.
DROP TABLE "WAREHOUSE_WORK"."INCOMING";

-- recall-events: What was told before about the same processes.
INSERT INTO "WAREHOUSE_WORK"."HAPPENED"
SELECT known."ORDER_ID",
       known."SEQUENCE_NUMBER",
       known."PLACED_AT",
       known."SHIPPED_AT",
       known."CLOSED_AT",
       known."QUANTITY",
       known."TOLD_PLACED",
       known."TOLD_SHIPPED",
       known."TOLD_CLOSED",
       known."REOPENS",
       0,
       FALSE,
       NULL
FROM "BUSINESS"."FACT_ORDER_EVENT" AS known
WHERE EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."HAPPENED" AS src WHERE known."ORDER_ID" = src."ORDER_ID")
  AND NOT EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."HAPPENED" AS src WHERE known."ORDER_ID" = src."ORDER_ID" AND known."SEQUENCE_NUMBER" = src."SEQUENCE_NUMBER");

-- fold-events: Of each process the last that was told about each column, and what follows from it.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."INCOMING" AS
SELECT folded."ORDER_ID",
       folded."PLACED_AT",
       folded."SHIPPED_AT",
       folded."CLOSED_AT",
       folded."QUANTITY",
       datediff(day, CAST(folded."PLACED_AT" AS DATE), CAST(folded."SHIPPED_AT" AS DATE)) AS "SHIP_LAG_DAYS",
       CAST((datediff(microsecond, CAST(folded."SHIPPED_AT" AS TIMESTAMP_NTZ(6)), CAST(folded."CLOSED_AT" AS TIMESTAMP_NTZ(6))) - mod(datediff(microsecond, CAST(folded."SHIPPED_AT" AS TIMESTAMP_NTZ(6)), CAST(folded."CLOSED_AT" AS TIMESTAMP_NTZ(6))), 3600000000)) / 3600000000 AS BIGINT) AS "CLOSE_LAG_HOURS",
       folded."TIMES_BEFORE" AS "TIMES_REOPENED",
       folded."SOURCE_LINE"
FROM (
    SELECT src."ORDER_ID",
           max_by(src."PLACED_AT", CASE WHEN src."TOLD_PLACED" THEN src."SEQUENCE_NUMBER" END) AS "PLACED_AT",
           max_by(src."SHIPPED_AT", CASE WHEN src."TOLD_SHIPPED" THEN src."SEQUENCE_NUMBER" END) AS "SHIPPED_AT",
           max_by(src."CLOSED_AT", CASE WHEN src."TOLD_CLOSED" THEN src."SEQUENCE_NUMBER" END) AS "CLOSED_AT",
           max_by(src."QUANTITY", CASE WHEN src."QUANTITY" IS NOT NULL THEN src."SEQUENCE_NUMBER" END) AS "QUANTITY",
           CAST(sum(src."TIMES_BEFORE" + src.reopening) AS BIGINT) AS "TIMES_BEFORE",
           min(src."SOURCE_LINE") AS "SOURCE_LINE"
    FROM (
        SELECT happened.*,
               CASE WHEN happened."REOPENS" AND lag(happened."CLOSED_AT") OVER (PARTITION BY happened."ORDER_ID", happened."TOLD_CLOSED" ORDER BY happened."SEQUENCE_NUMBER") IS NOT NULL THEN 1 ELSE 0 END AS reopening
        FROM "WAREHOUSE_WORK"."HAPPENED" AS happened
    ) AS src
    GROUP BY src."ORDER_ID"
) AS folded;

-- count-folded: Events that stand in one row with others of their process.
SELECT (SELECT count(*) FROM "WAREHOUSE_WORK"."HAPPENED" WHERE "IS_NEW") - (SELECT count(*) FROM "WAREHOUSE_WORK"."INCOMING") AS folded;

-- resolve-keys: The rows as the table stores them.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."RESOLVED" AS
SELECT coalesce("PLACED_DATE"."DATE_KEY", CASE WHEN src."PLACED_AT" IS NULL THEN -4 ELSE -1 END) AS "PLACED_DATE_KEY",
       coalesce("SHIPPED_DATE"."DATE_KEY", CASE WHEN src."SHIPPED_AT" IS NULL THEN -4 ELSE -1 END) AS "SHIPPED_DATE_KEY",
       coalesce("CLOSED_DATE"."DATE_KEY", CASE WHEN src."CLOSED_AT" IS NULL THEN -4 ELSE -1 END) AS "CLOSED_DATE_KEY",
       CAST(src."ORDER_ID" AS NUMBER(10,0)) AS "ORDER_ID",
       CAST(src."PLACED_AT" AS TIMESTAMP_NTZ(6)) AS "PLACED_AT",
       CAST(src."SHIPPED_AT" AS TIMESTAMP_NTZ(6)) AS "SHIPPED_AT",
       CAST(src."CLOSED_AT" AS TIMESTAMP_NTZ(6)) AS "CLOSED_AT",
       CAST(src."QUANTITY" AS NUMBER(10,0)) AS "QUANTITY",
       CAST(src."SHIP_LAG_DAYS" AS NUMBER(19,0)) AS "SHIP_LAG_DAYS",
       CAST(src."CLOSE_LAG_HOURS" AS NUMBER(19,0)) AS "CLOSE_LAG_HOURS",
       CAST(src."TIMES_REOPENED" AS NUMBER(19,0)) AS "TIMES_REOPENED"
FROM "WAREHOUSE_WORK"."INCOMING" AS src
LEFT JOIN "BUSINESS"."DIM_DATE" AS "PLACED_DATE" ON "PLACED_DATE"."DATE" = CAST(src."PLACED_AT" AS DATE)
LEFT JOIN "BUSINESS"."DIM_DATE" AS "SHIPPED_DATE" ON "SHIPPED_DATE"."DATE" = CAST(src."SHIPPED_AT" AS DATE)
LEFT JOIN "BUSINESS"."DIM_DATE" AS "CLOSED_DATE" ON "CLOSED_DATE"."DATE" = CAST(src."CLOSED_AT" AS DATE);

-- count-unknown-members: Rows that met no member or no version of their own time, per link.
SELECT count_if("PLACED_DATE_KEY" = -1) AS "UNKNOWN_PLACED_DATE",
       count_if("SHIPPED_DATE_KEY" = -1) AS "UNKNOWN_SHIPPED_DATE",
       count_if("CLOSED_DATE_KEY" = -1) AS "UNKNOWN_CLOSED_DATE"
FROM "WAREHOUSE_WORK"."RESOLVED";

-- count-accepted: The rows that count.
SELECT count(*) AS accepted FROM "WAREHOUSE_WORK"."RESOLVED";

-- update-changed-rows: Only rows in which something is really different.
UPDATE "BUSINESS"."FACT_ORDER"
SET "PLACED_DATE_KEY" = src."PLACED_DATE_KEY",
    "SHIPPED_DATE_KEY" = src."SHIPPED_DATE_KEY",
    "CLOSED_DATE_KEY" = src."CLOSED_DATE_KEY",
    "PLACED_AT" = src."PLACED_AT",
    "SHIPPED_AT" = src."SHIPPED_AT",
    "CLOSED_AT" = src."CLOSED_AT",
    "QUANTITY" = src."QUANTITY",
    "SHIP_LAG_DAYS" = src."SHIP_LAG_DAYS",
    "CLOSE_LAG_HOURS" = src."CLOSE_LAG_HOURS",
    "TIMES_REOPENED" = src."TIMES_REOPENED",
    "LOAD_ID" = $load_id
FROM "WAREHOUSE_WORK"."RESOLVED" AS src
WHERE "BUSINESS"."FACT_ORDER"."ORDER_ID" = src."ORDER_ID"
  AND ("BUSINESS"."FACT_ORDER"."PLACED_DATE_KEY" IS DISTINCT FROM src."PLACED_DATE_KEY"
       OR "BUSINESS"."FACT_ORDER"."SHIPPED_DATE_KEY" IS DISTINCT FROM src."SHIPPED_DATE_KEY"
       OR "BUSINESS"."FACT_ORDER"."CLOSED_DATE_KEY" IS DISTINCT FROM src."CLOSED_DATE_KEY"
       OR "BUSINESS"."FACT_ORDER"."PLACED_AT" IS DISTINCT FROM src."PLACED_AT"
       OR "BUSINESS"."FACT_ORDER"."SHIPPED_AT" IS DISTINCT FROM src."SHIPPED_AT"
       OR "BUSINESS"."FACT_ORDER"."CLOSED_AT" IS DISTINCT FROM src."CLOSED_AT"
       OR "BUSINESS"."FACT_ORDER"."QUANTITY" IS DISTINCT FROM src."QUANTITY"
       OR "BUSINESS"."FACT_ORDER"."SHIP_LAG_DAYS" IS DISTINCT FROM src."SHIP_LAG_DAYS"
       OR "BUSINESS"."FACT_ORDER"."CLOSE_LAG_HOURS" IS DISTINCT FROM src."CLOSE_LAG_HOURS"
       OR "BUSINESS"."FACT_ORDER"."TIMES_REOPENED" IS DISTINCT FROM src."TIMES_REOPENED");

-- insert-new-rows: Rows of a grain that the table does not have.
INSERT INTO "BUSINESS"."FACT_ORDER" ("PLACED_DATE_KEY", "SHIPPED_DATE_KEY", "CLOSED_DATE_KEY", "ORDER_ID", "PLACED_AT", "SHIPPED_AT", "CLOSED_AT", "QUANTITY", "SHIP_LAG_DAYS", "CLOSE_LAG_HOURS", "TIMES_REOPENED", "LOAD_ID")
SELECT src."PLACED_DATE_KEY",
       src."SHIPPED_DATE_KEY",
       src."CLOSED_DATE_KEY",
       src."ORDER_ID",
       src."PLACED_AT",
       src."SHIPPED_AT",
       src."CLOSED_AT",
       src."QUANTITY",
       src."SHIP_LAG_DAYS",
       src."CLOSE_LAG_HOURS",
       src."TIMES_REOPENED",
       $load_id
FROM "WAREHOUSE_WORK"."RESOLVED" AS src
WHERE NOT EXISTS (SELECT 1 FROM "BUSINESS"."FACT_ORDER" AS tgt WHERE tgt."ORDER_ID" = src."ORDER_ID");

-- count-rows-too-many: Each row of the batch stands in the table once.
-- only if: inserted > 0
SELECT (SELECT count(*) FROM "BUSINESS"."FACT_ORDER" AS tgt WHERE EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."RESOLVED" AS src WHERE tgt."ORDER_ID" = src."ORDER_ID"))
     - (SELECT count(*) FROM "WAREHOUSE_WORK"."RESOLVED") AS rows_too_many;

-- check-grain: rows of one grain would stand in the table more than once
-- only if: rows_too_many > 0
SELECT tgt."ORDER_ID"
FROM "BUSINESS"."FACT_ORDER" AS tgt
JOIN "WAREHOUSE_WORK"."RESOLVED" AS src ON tgt."ORDER_ID" = src."ORDER_ID"
GROUP BY tgt."ORDER_ID"
HAVING count(*) > 1
LIMIT 20;

-- keep-events: What was told is remembered, so that later events find it, whatever order they come in.
INSERT INTO "BUSINESS"."FACT_ORDER_EVENT" ("ORDER_ID", "SEQUENCE_NUMBER", "PLACED_AT", "SHIPPED_AT", "CLOSED_AT", "QUANTITY", "TOLD_PLACED", "TOLD_SHIPPED", "TOLD_CLOSED", "REOPENS", "LOAD_ID")
SELECT src."ORDER_ID",
       src."SEQUENCE_NUMBER",
       src."PLACED_AT",
       src."SHIPPED_AT",
       src."CLOSED_AT",
       src."QUANTITY",
       src."TOLD_PLACED",
       src."TOLD_SHIPPED",
       src."TOLD_CLOSED",
       src."REOPENS",
       $load_id
FROM "WAREHOUSE_WORK"."HAPPENED" AS src
WHERE src."IS_NEW"
  AND EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."RESOLVED" AS tgt WHERE tgt."ORDER_ID" = src."ORDER_ID")
  AND NOT EXISTS (SELECT 1 FROM "BUSINESS"."FACT_ORDER_EVENT" AS known WHERE known."ORDER_ID" = src."ORDER_ID" AND known."SEQUENCE_NUMBER" = src."SEQUENCE_NUMBER");
