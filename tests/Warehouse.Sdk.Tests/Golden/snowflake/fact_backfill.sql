-- warehouse-sdk: load business.fact_sale

-- reject-incomplete-rows: A row without its grain or its watermark has no place in the table.
INSERT INTO "WAREHOUSE"."REJECT" (load_id, target, file, line, column_name, reason, raw_row)
SELECT $load_id,
       $target,
       $path,
       src."SOURCE_LINE",
       array_to_string(array_construct_compact(CASE WHEN src."SALE_ID" IS NULL THEN 'sale_id' END, CASE WHEN src."SOLD_AT" IS NULL OR src."SOLD_AT" > dateadd(second, 86400, CAST($started_at AS TIMESTAMP_NTZ(6))) THEN 'sold_at' END), ', '),
       CASE WHEN src."SALE_ID" IS NULL OR src."SOLD_AT" IS NULL THEN 'grain or watermark is NULL' ELSE 'the watermark is too far in the future' END,
       to_json(object_construct_keep_null(src.*))
FROM "WAREHOUSE_WORK"."STAGED" AS src
WHERE NOT (src."SALE_ID" IS NOT NULL AND src."SOLD_AT" IS NOT NULL AND src."SOLD_AT" <= dateadd(second, 86400, CAST($started_at AS TIMESTAMP_NTZ(6))));

-- find-repeated-keys: Keys that stand in the batch more than once; usually none.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."REPEATED" AS
SELECT src."SALE_ID",
       count(*) AS copies
FROM "WAREHOUSE_WORK"."STAGED" AS src
WHERE src."SALE_ID" IS NOT NULL AND src."SOLD_AT" IS NOT NULL AND src."SOLD_AT" <= dateadd(second, 86400, CAST($started_at AS TIMESTAMP_NTZ(6)))
GROUP BY ALL
HAVING count(*) > 1;

-- count-repeated-keys: Whether anything has to be decided at all.
SELECT count(*) AS repeated_keys FROM "WAREHOUSE_WORK"."REPEATED";

-- decide-repeated-rows: Exact copies collapse into one.
-- only if: repeated_keys > 0
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."DECIDED" AS
SELECT src."SALE_ID",
       src."SOLD_AT",
       src."RETURNED_AT",
       src."CUSTOMER_ID",
       src."SKU",
       src."CHANNEL",
       src."QUANTITY",
       src."AMOUNT",
       min(src."SOURCE_LINE") AS "SOURCE_LINE"
FROM "WAREHOUSE_WORK"."STAGED" AS src
JOIN "WAREHOUSE_WORK"."REPEATED" AS repeated ON repeated."SALE_ID" = src."SALE_ID"
WHERE src."SALE_ID" IS NOT NULL AND src."SOLD_AT" IS NOT NULL AND src."SOLD_AT" <= dateadd(second, 86400, CAST($started_at AS TIMESTAMP_NTZ(6)))
GROUP BY src."SALE_ID",
         src."SOLD_AT",
         src."RETURNED_AT",
         src."CUSTOMER_ID",
         src."SKU",
         src."CHANNEL",
         src."QUANTITY",
         src."AMOUNT";

-- find-conflicts: Keys that are still there with different values.
-- only if: repeated_keys > 0
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."CONFLICTS" AS
SELECT src."SALE_ID",
       array_to_string(array_construct_compact(CASE WHEN count(DISTINCT src."SOLD_AT") > 1 OR count(src."SOLD_AT") NOT IN (0, count(*)) THEN 'sold_at' END,
                                               CASE WHEN count(DISTINCT src."RETURNED_AT") > 1 OR count(src."RETURNED_AT") NOT IN (0, count(*)) THEN 'returned_at' END,
                                               CASE WHEN count(DISTINCT src."CUSTOMER_ID") > 1 OR count(src."CUSTOMER_ID") NOT IN (0, count(*)) THEN 'customer_id' END,
                                               CASE WHEN count(DISTINCT src."SKU") > 1 OR count(src."SKU") NOT IN (0, count(*)) THEN 'sku' END,
                                               CASE WHEN count(DISTINCT src."CHANNEL") > 1 OR count(src."CHANNEL") NOT IN (0, count(*)) THEN 'channel' END,
                                               CASE WHEN count(DISTINCT src."QUANTITY") > 1 OR count(src."QUANTITY") NOT IN (0, count(*)) THEN 'quantity' END,
                                               CASE WHEN count(DISTINCT src."AMOUNT") > 1 OR count(src."AMOUNT") NOT IN (0, count(*)) THEN 'amount' END), ', ') AS differing_columns
FROM "WAREHOUSE_WORK"."DECIDED" AS src
GROUP BY src."SALE_ID"
HAVING count(*) > 1;

-- reject-conflicting-rows: None of them can be chosen, so all are kept aside.
-- only if: repeated_keys > 0
INSERT INTO "WAREHOUSE"."REJECT" (load_id, target, file, line, column_name, reason, raw_row)
SELECT $load_id,
       $target,
       $path,
       src."SOURCE_LINE",
       conflicts.differing_columns,
       'several rows of one grain have different values (' || 'sale_id = ' || CAST(src."SALE_ID" AS VARCHAR) || ')',
       to_json(object_construct_keep_null(src.*))
FROM "WAREHOUSE_WORK"."STAGED" AS src
JOIN "WAREHOUSE_WORK"."CONFLICTS" AS conflicts ON conflicts."SALE_ID" = src."SALE_ID"
WHERE src."SALE_ID" IS NOT NULL AND src."SOLD_AT" IS NOT NULL AND src."SOLD_AT" <= dateadd(second, 86400, CAST($started_at AS TIMESTAMP_NTZ(6)));

-- take-incoming: The rows whose key stands in the batch once.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."INCOMING" AS
SELECT src."SALE_ID",
       src."SOLD_AT",
       src."RETURNED_AT",
       src."CUSTOMER_ID",
       src."SKU",
       src."CHANNEL",
       src."QUANTITY",
       src."AMOUNT",
       src."SOURCE_LINE"
FROM "WAREHOUSE_WORK"."STAGED" AS src
LEFT JOIN "WAREHOUSE_WORK"."REPEATED" AS repeated ON repeated."SALE_ID" = src."SALE_ID"
WHERE repeated.copies IS NULL
  AND src."SALE_ID" IS NOT NULL AND src."SOLD_AT" IS NOT NULL AND src."SOLD_AT" <= dateadd(second, 86400, CAST($started_at AS TIMESTAMP_NTZ(6)));

-- take-decided-rows: And the one row that was chosen for a repeated key.
-- only if: repeated_keys > 0
INSERT INTO "WAREHOUSE_WORK"."INCOMING"
SELECT src."SALE_ID",
       src."SOLD_AT",
       src."RETURNED_AT",
       src."CUSTOMER_ID",
       src."SKU",
       src."CHANNEL",
       src."QUANTITY",
       src."AMOUNT",
       src."SOURCE_LINE"
FROM "WAREHOUSE_WORK"."DECIDED" AS src
WHERE NOT EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."CONFLICTS" AS conflicts WHERE conflicts."SALE_ID" = src."SALE_ID");

-- count-duplicates: Copies that collapsed and rows that were superseded.
-- only if: repeated_keys > 0
SELECT (SELECT CAST(coalesce(sum(repeated.copies), 0) AS BIGINT)
        FROM "WAREHOUSE_WORK"."REPEATED" AS repeated
        WHERE NOT EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."CONFLICTS" AS conflicts WHERE conflicts."SALE_ID" = repeated."SALE_ID"))
     - (SELECT count(*)
        FROM "WAREHOUSE_WORK"."DECIDED" AS decided
        WHERE NOT EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."CONFLICTS" AS conflicts WHERE conflicts."SALE_ID" = decided."SALE_ID")) AS duplicates;

-- count-outside-interval: Rows that other loads are about.
SELECT count(*) AS outside_interval
FROM "WAREHOUSE_WORK"."INCOMING" AS src
WHERE NOT (src."SOLD_AT" >= CAST($interval_from AS TIMESTAMP) AND src."SOLD_AT" < CAST($interval_to AS TIMESTAMP));

-- leave-rows-outside-interval: They take no further part.
-- only if: outside_interval > 0
DELETE FROM "WAREHOUSE_WORK"."INCOMING"
USING (
    SELECT src."SOURCE_LINE"
    FROM "WAREHOUSE_WORK"."INCOMING" AS src
    WHERE NOT (src."SOLD_AT" >= CAST($interval_from AS TIMESTAMP) AND src."SOLD_AT" < CAST($interval_to AS TIMESTAMP))
) AS gone
WHERE "WAREHOUSE_WORK"."INCOMING"."SOURCE_LINE" = gone."SOURCE_LINE";

-- read-lower-bound: What is at the watermark is loaded again, with the overlap before it; an empty table takes everything.
SELECT known.reached,
       dateadd(second, -259200, date_trunc('day', known.reached)) AS lower_bound
FROM (
    SELECT CASE WHEN EXISTS (SELECT 1 FROM "BUSINESS"."FACT_SALE" AS tgt ) THEN coalesce(
               (SELECT CAST(value AS TIMESTAMP) FROM "WAREHOUSE"."WATERMARK" WHERE target = $target
                                                                               AND column_name = $watermark_name
                                                                               AND CAST(value AS TIMESTAMP) <= dateadd(second, 86400, CAST($started_at AS TIMESTAMP_NTZ(6)))),
               (SELECT CAST(max(tgt."SOLD_AT") AS TIMESTAMP) FROM "BUSINESS"."FACT_SALE" AS tgt WHERE tgt."SOLD_AT" <= dateadd(second, 86400, CAST($started_at AS TIMESTAMP_NTZ(6))))
           ) END AS reached
) AS known;

-- guard-backfill: the stretch reaches beyond the watermark, up to where everything is loaded; a backfill fills what lies before it, and LoadAsync goes on from it
SELECT CAST($reached AS TIMESTAMP) AS watermark
WHERE coalesce(CAST($interval_to AS TIMESTAMP) > date_trunc('day', CAST($reached AS TIMESTAMP)) + INTERVAL '1 day', TRUE);

-- reject-unknown-members: Rows that name a product nobody knows are kept aside.
INSERT INTO "WAREHOUSE"."REJECT" (load_id, target, file, line, column_name, reason, raw_row)
SELECT $load_id,
       $target,
       $path,
       src."SOURCE_LINE",
       'sku',
       'no such member of business.dim_product (' || 'sku = ' || CAST(src."SKU" AS VARCHAR) || ')',
       to_json(object_construct_keep_null(src.*))
FROM "WAREHOUSE_WORK"."INCOMING" AS src
WHERE src."SKU" IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "BUSINESS"."DIM_PRODUCT" AS member WHERE member."SKU" = src."SKU");

-- leave-unknown-members: They take no further part.
-- only if: rejected > 0
DELETE FROM "WAREHOUSE_WORK"."INCOMING"
USING (
    SELECT src."SOURCE_LINE"
    FROM "WAREHOUSE_WORK"."INCOMING" AS src
    WHERE src."SKU" IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "BUSINESS"."DIM_PRODUCT" AS member WHERE member."SKU" = src."SKU")
) AS gone
WHERE "WAREHOUSE_WORK"."INCOMING"."SOURCE_LINE" = gone."SOURCE_LINE";

-- infer-members: A placeholder for every customer that facts name before its own rows arrive.
INSERT INTO "BUSINESS"."DIM_CUSTOMER" ("CUSTOMER_KEY", "CUSTOMER_ID", "VALID_FROM", "IS_CURRENT", "VERSION", "IS_INFERRED", "LOAD_ID")
SELECT surrogate_key.last_key + row_number() OVER (ORDER BY src.first_seen, src."CUSTOMER_ID"),
       src."CUSTOMER_ID",
       src.first_seen,
       TRUE,
       1,
       TRUE,
       $load_id
FROM (
    SELECT src."CUSTOMER_ID" AS "CUSTOMER_ID",
           least_ignore_nulls(CAST(coalesce(min(src."SOLD_AT"), $started_at) AS TIMESTAMP), TIMESTAMP '2000-01-01 00:00:00.000000') AS first_seen
    FROM "WAREHOUSE_WORK"."INCOMING" AS src
    WHERE src."CUSTOMER_ID" IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM "BUSINESS"."DIM_CUSTOMER" AS member WHERE member."CUSTOMER_ID" = src."CUSTOMER_ID")
    GROUP BY ALL
) AS src
CROSS JOIN (SELECT last_key FROM "WAREHOUSE"."SURROGATE_KEY" WHERE target = 'business.dim_customer') AS surrogate_key;

-- advance-surrogate-keys: Keys given are never given again.
-- only if: inferred > 0
UPDATE "WAREHOUSE"."SURROGATE_KEY"
SET last_key = greatest_ignore_nulls(last_key, (SELECT max("CUSTOMER_KEY") FROM "BUSINESS"."DIM_CUSTOMER"))
WHERE target = 'business.dim_customer';

-- take-versions: The versions of every customer that the batch names, and when each is met.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."VERSIONS_1" AS
SELECT member."CUSTOMER_ID",
       member."CUSTOMER_KEY" AS "MEMBER_KEY",
       CAST(member."VALID_FROM" AS TIMESTAMP_NTZ(6)) AS begins_at,
       CASE WHEN member."IS_CURRENT" THEN TIMESTAMP '9999-12-31' ELSE coalesce(CAST(member."VALID_TO" AS TIMESTAMP_NTZ(6)), TIMESTAMP '9999-12-31') END AS ends_at,
       CASE WHEN member."VERSION" = 1 THEN TIMESTAMP '0001-01-01' ELSE CAST(member."VALID_FROM" AS TIMESTAMP_NTZ(6)) END AS met_from,
       coalesce(lead(CAST(member."VALID_FROM" AS TIMESTAMP_NTZ(6))) OVER (PARTITION BY member."CUSTOMER_ID" ORDER BY member."VALID_FROM", member."VERSION"), TIMESTAMP '9999-12-31') AS met_until
FROM "BUSINESS"."DIM_CUSTOMER" AS member
WHERE member."CUSTOMER_KEY" > 0
  AND EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."INCOMING" AS src WHERE member."CUSTOMER_ID" = src."CUSTOMER_ID");

-- guard-overlapping-versions: versions of one member of business.dim_customer overlap, so that a fact would have two of them; VerifyAsync lists them all
SELECT DISTINCT member."CUSTOMER_ID"
FROM "WAREHOUSE_WORK"."VERSIONS_1" AS member
WHERE member.ends_at > member.met_until
ORDER BY member."CUSTOMER_ID"
LIMIT 20;

-- take-versions: The versions of every product that the batch names, and when each is met.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."VERSIONS_2" AS
SELECT member."SKU",
       member."PRODUCT_KEY" AS "MEMBER_KEY",
       CAST(member."VALID_FROM" AS TIMESTAMP_NTZ(6)) AS begins_at,
       CASE WHEN member."IS_CURRENT" THEN TIMESTAMP '9999-12-31' ELSE coalesce(CAST(member."VALID_TO" AS TIMESTAMP_NTZ(6)), TIMESTAMP '9999-12-31') END AS ends_at,
       CASE WHEN member."VERSION" = 1 THEN TIMESTAMP '0001-01-01' ELSE CAST(member."VALID_FROM" AS TIMESTAMP_NTZ(6)) END AS met_from,
       coalesce(lead(CAST(member."VALID_FROM" AS TIMESTAMP_NTZ(6))) OVER (PARTITION BY member."SKU" ORDER BY member."VALID_FROM", member."VERSION"), TIMESTAMP '9999-12-31') AS met_until
FROM "BUSINESS"."DIM_PRODUCT" AS member
WHERE member."PRODUCT_KEY" > 0
  AND EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."INCOMING" AS src WHERE member."SKU" = src."SKU");

-- guard-overlapping-versions: versions of one member of business.dim_product overlap, so that a fact would have two of them; VerifyAsync lists them all
SELECT DISTINCT member."SKU"
FROM "WAREHOUSE_WORK"."VERSIONS_2" AS member
WHERE member.ends_at > member.met_until
ORDER BY member."SKU"
LIMIT 20;

-- resolve-keys: Each row meets one version of each member: the one valid at the row's own time.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."RESOLVED" AS
SELECT coalesce("SOLD_DATE"."DATE_KEY", -1) AS "SOLD_DATE_KEY",
       coalesce("RETURNED_DATE"."DATE_KEY", CASE WHEN src."RETURNED_AT" IS NULL THEN -4 ELSE -1 END) AS "RETURNED_DATE_KEY",
       coalesce("CUSTOMER"."MEMBER_KEY", -1) AS "CUSTOMER_KEY",
       coalesce("PRODUCT"."MEMBER_KEY", -1) AS "PRODUCT_KEY",
       CAST(src."SALE_ID" AS NUMBER(19,0)) AS "SALE_ID",
       CAST(src."CHANNEL" AS VARCHAR) AS "CHANNEL",
       CAST(src."SOLD_AT" AS TIMESTAMP_NTZ(6)) AS "SOLD_AT",
       CAST(src."QUANTITY" AS NUMBER(5,0)) AS "QUANTITY",
       CAST(src."AMOUNT" AS NUMBER(18,4)) AS "AMOUNT",
       CASE WHEN "CUSTOMER".member_key IS NULL THEN 3 WHEN CAST(src."SOLD_AT" AS TIMESTAMP_NTZ(6)) < "CUSTOMER".begins_at THEN 1 WHEN CAST(src."SOLD_AT" AS TIMESTAMP_NTZ(6)) >= "CUSTOMER".ends_at THEN 2 ELSE 0 END AS "LINK_OUTCOME_1",
       CASE WHEN "PRODUCT".member_key IS NULL THEN 3 WHEN CAST(src."SOLD_AT" AS TIMESTAMP_NTZ(6)) < "PRODUCT".begins_at THEN 1 WHEN CAST(src."SOLD_AT" AS TIMESTAMP_NTZ(6)) >= "PRODUCT".ends_at THEN 2 ELSE 0 END AS "LINK_OUTCOME_2"
FROM "WAREHOUSE_WORK"."INCOMING" AS src
LEFT JOIN "BUSINESS"."DIM_DATE" AS "SOLD_DATE" ON "SOLD_DATE"."DATE" = CAST(src."SOLD_AT" AS DATE)
LEFT JOIN "BUSINESS"."DIM_DATE" AS "RETURNED_DATE" ON "RETURNED_DATE"."DATE" = CAST(src."RETURNED_AT" AS DATE)
LEFT JOIN "WAREHOUSE_WORK"."VERSIONS_1" AS "CUSTOMER" ON "CUSTOMER"."CUSTOMER_ID" = src."CUSTOMER_ID" AND CAST(src."SOLD_AT" AS TIMESTAMP_NTZ(6)) >= "CUSTOMER".met_from AND CAST(src."SOLD_AT" AS TIMESTAMP_NTZ(6)) < "CUSTOMER".met_until
LEFT JOIN "WAREHOUSE_WORK"."VERSIONS_2" AS "PRODUCT" ON "PRODUCT"."SKU" = src."SKU" AND CAST(src."SOLD_AT" AS TIMESTAMP_NTZ(6)) >= "PRODUCT".met_from AND CAST(src."SOLD_AT" AS TIMESTAMP_NTZ(6)) < "PRODUCT".met_until;

-- count-unknown-members: Rows that met no member or no version of their own time, per link.
SELECT count_if("SOLD_DATE_KEY" = -1) AS "UNKNOWN_SOLD_DATE",
       count_if("RETURNED_DATE_KEY" = -1) AS "UNKNOWN_RETURNED_DATE",
       count_if("CUSTOMER_KEY" = -1) AS "UNKNOWN_CUSTOMER",
       count_if("PRODUCT_KEY" = -1) AS "UNKNOWN_PRODUCT",
       count_if("LINK_OUTCOME_1" = 1) AS "BEFORE_FIRST_CUSTOMER",
       count_if("LINK_OUTCOME_2" = 1) AS "BEFORE_FIRST_PRODUCT",
       count_if("LINK_OUTCOME_1" = 2) AS "IN_GAP_CUSTOMER",
       count_if("LINK_OUTCOME_2" = 2) AS "IN_GAP_PRODUCT"
FROM "WAREHOUSE_WORK"."RESOLVED";

-- count-accepted: The rows that count.
SELECT count(*) AS accepted FROM "WAREHOUSE_WORK"."RESOLVED";

-- guard-empty-source: the source has no rows, and the rows it would replace would be gone; a source that failed looks just the same. Set LoadOptions.AllowEmpty if it is meant
SELECT count(*) AS stored_rows
FROM "BUSINESS"."FACT_SALE" AS tgt
WHERE tgt."SOLD_AT" >= CAST($interval_from AS TIMESTAMP) AND tgt."SOLD_AT" < CAST($interval_to AS TIMESTAMP)
  AND NOT EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."RESOLVED")
HAVING count(*) > 0;

-- find-differences: A reload that would change nothing writes nothing.
WITH old_rows AS (
    SELECT tgt."SOLD_DATE_KEY",
           tgt."RETURNED_DATE_KEY",
           tgt."CUSTOMER_KEY",
           tgt."PRODUCT_KEY",
           tgt."SALE_ID",
           tgt."CHANNEL",
           tgt."SOLD_AT",
           tgt."QUANTITY",
           tgt."AMOUNT"
    FROM "BUSINESS"."FACT_SALE" AS tgt
    WHERE tgt."SOLD_AT" >= CAST($interval_from AS TIMESTAMP) AND tgt."SOLD_AT" < CAST($interval_to AS TIMESTAMP)
    UNION ALL
    SELECT tgt."SOLD_DATE_KEY",
           tgt."RETURNED_DATE_KEY",
           tgt."CUSTOMER_KEY",
           tgt."PRODUCT_KEY",
           tgt."SALE_ID",
           tgt."CHANNEL",
           tgt."SOLD_AT",
           tgt."QUANTITY",
           tgt."AMOUNT"
    FROM "BUSINESS"."FACT_SALE" AS tgt
    WHERE coalesce(tgt."SOLD_AT" >= CAST($interval_from AS TIMESTAMP) AND tgt."SOLD_AT" < CAST($interval_to AS TIMESTAMP), FALSE) = FALSE
      AND EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."RESOLVED" AS src WHERE tgt."SALE_ID" = src."SALE_ID")
),
new_rows AS (
    SELECT src."SOLD_DATE_KEY",
           src."RETURNED_DATE_KEY",
           src."CUSTOMER_KEY",
           src."PRODUCT_KEY",
           src."SALE_ID",
           src."CHANNEL",
           src."SOLD_AT",
           src."QUANTITY",
           src."AMOUNT"
    FROM "WAREHOUSE_WORK"."RESOLVED" AS src
)
SELECT (SELECT count(*) FROM (SELECT * FROM new_rows EXCEPT SELECT * FROM old_rows) AS added)
     + (SELECT count(*) FROM (SELECT * FROM old_rows EXCEPT SELECT * FROM new_rows) AS gone)
     + abs((SELECT count(*) FROM new_rows) - (SELECT count(*) FROM old_rows)) AS differences;

-- delete-old-rows: Makes room for the reload.
-- only if: differences > 0
DELETE FROM "BUSINESS"."FACT_SALE"
WHERE "BUSINESS"."FACT_SALE"."SOLD_AT" >= CAST($interval_from AS TIMESTAMP) AND "BUSINESS"."FACT_SALE"."SOLD_AT" < CAST($interval_to AS TIMESTAMP);

-- delete-moved-rows: A row that moved here from elsewhere in the table is reloaded here, so its old copy goes too.
-- only if: differences > 0
DELETE FROM "BUSINESS"."FACT_SALE"
WHERE coalesce("BUSINESS"."FACT_SALE"."SOLD_AT" >= CAST($interval_from AS TIMESTAMP) AND "BUSINESS"."FACT_SALE"."SOLD_AT" < CAST($interval_to AS TIMESTAMP), FALSE) = FALSE
  AND EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."RESOLVED" AS src WHERE "BUSINESS"."FACT_SALE"."SALE_ID" = src."SALE_ID");

-- insert-rows: The reload.
-- only if: differences > 0
INSERT INTO "BUSINESS"."FACT_SALE" ("SOLD_DATE_KEY", "RETURNED_DATE_KEY", "CUSTOMER_KEY", "PRODUCT_KEY", "SALE_ID", "CHANNEL", "SOLD_AT", "QUANTITY", "AMOUNT", "LOAD_ID")
SELECT src."SOLD_DATE_KEY",
       src."RETURNED_DATE_KEY",
       src."CUSTOMER_KEY",
       src."PRODUCT_KEY",
       src."SALE_ID",
       src."CHANNEL",
       src."SOLD_AT",
       src."QUANTITY",
       src."AMOUNT",
       $load_id
FROM "WAREHOUSE_WORK"."RESOLVED" AS src;

-- count-rows-too-many: Each row of the batch stands in the table once.
-- only if: inserted > 0
SELECT (SELECT count(*) FROM "BUSINESS"."FACT_SALE" AS tgt WHERE EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."RESOLVED" AS src WHERE tgt."SALE_ID" = src."SALE_ID"))
     - (SELECT count(*) FROM "WAREHOUSE_WORK"."RESOLVED") AS rows_too_many;

-- check-grain: rows of one grain would stand in the table more than once
-- only if: rows_too_many > 0
SELECT tgt."SALE_ID"
FROM "BUSINESS"."FACT_SALE" AS tgt
JOIN "WAREHOUSE_WORK"."RESOLVED" AS src ON tgt."SALE_ID" = src."SALE_ID"
GROUP BY tgt."SALE_ID"
HAVING count(*) > 1
LIMIT 20;

-- record-interval: The stretch that was loaded; holes between such stretches can be found and filled.
INSERT INTO "WAREHOUSE"."LOAD_INTERVAL" (load_id, target, column_name, lower_bound, upper_bound, is_backfill)
SELECT $load_id,
       $target,
       $watermark_name,
       to_varchar(covered.covered_from, 'YYYY-MM-DD"T"HH24:MI:SS.FF6'),
       to_varchar(covered.covered_until, 'YYYY-MM-DD"T"HH24:MI:SS.FF6'),
       TRUE
FROM (
    SELECT CAST($interval_from AS TIMESTAMP) AS covered_from, CAST($interval_to AS TIMESTAMP) AS covered_until
) AS covered
WHERE covered.covered_from < covered.covered_until;
