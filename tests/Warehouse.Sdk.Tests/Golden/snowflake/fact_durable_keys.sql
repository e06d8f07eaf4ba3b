-- warehouse-sdk: load business.fact_sale

-- reject-incomplete-rows: A row without its grain or its watermark has no place in the table.
INSERT INTO "WAREHOUSE"."REJECT" (load_id, target, file, line, column_name, reason, raw_row)
SELECT $load_id,
       $target,
       $path,
       src."SOURCE_LINE",
       array_to_string(array_construct_compact(CASE WHEN src."SALE_ID" IS NULL THEN 'sale_id' END), ', '),
       'grain or watermark is NULL',
       to_json(object_construct_keep_null(src.*))
FROM "WAREHOUSE_WORK"."STAGED" AS src
WHERE NOT (src."SALE_ID" IS NOT NULL);

-- find-repeated-keys: Keys that stand in the batch more than once; usually none.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."REPEATED" AS
SELECT src."SALE_ID",
       count(*) AS copies
FROM "WAREHOUSE_WORK"."STAGED" AS src
WHERE src."SALE_ID" IS NOT NULL
GROUP BY ALL
HAVING count(*) > 1;

-- count-repeated-keys: Whether anything has to be decided at all.
SELECT count(*) AS repeated_keys FROM "WAREHOUSE_WORK"."REPEATED";

-- decide-repeated-rows: Exact copies collapse into one.
-- only if: repeated_keys > 0
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."DECIDED" AS
SELECT src."SALE_ID",
       src."CUSTOMER_ID",
       src."SOLD_AT",
       src."AMOUNT",
       min(src."SOURCE_LINE") AS "SOURCE_LINE"
FROM "WAREHOUSE_WORK"."STAGED" AS src
JOIN "WAREHOUSE_WORK"."REPEATED" AS repeated ON repeated."SALE_ID" = src."SALE_ID"
WHERE src."SALE_ID" IS NOT NULL
GROUP BY src."SALE_ID",
         src."CUSTOMER_ID",
         src."SOLD_AT",
         src."AMOUNT";

-- find-conflicts: Keys that are still there with different values.
-- only if: repeated_keys > 0
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."CONFLICTS" AS
SELECT src."SALE_ID",
       array_to_string(array_construct_compact(CASE WHEN count(DISTINCT src."CUSTOMER_ID") > 1 OR count(src."CUSTOMER_ID") NOT IN (0, count(*)) THEN 'customer_id' END,
                                               CASE WHEN count(DISTINCT src."SOLD_AT") > 1 OR count(src."SOLD_AT") NOT IN (0, count(*)) THEN 'sold_at' END,
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
WHERE src."SALE_ID" IS NOT NULL;

-- take-incoming: The rows whose key stands in the batch once.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."INCOMING" AS
SELECT src."SALE_ID",
       src."CUSTOMER_ID",
       src."SOLD_AT",
       src."AMOUNT",
       src."SOURCE_LINE"
FROM "WAREHOUSE_WORK"."STAGED" AS src
LEFT JOIN "WAREHOUSE_WORK"."REPEATED" AS repeated ON repeated."SALE_ID" = src."SALE_ID"
WHERE repeated.copies IS NULL
  AND src."SALE_ID" IS NOT NULL;

-- take-decided-rows: And the one row that was chosen for a repeated key.
-- only if: repeated_keys > 0
INSERT INTO "WAREHOUSE_WORK"."INCOMING"
SELECT src."SALE_ID",
       src."CUSTOMER_ID",
       src."SOLD_AT",
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

-- infer-members: A placeholder for every customer that facts name before its own rows arrive.
INSERT INTO "BUSINESS"."DIM_CUSTOMER_HISTORY" ("CUSTOMER_KEY", "CUSTOMER_DURABLE_KEY", "CUSTOMER_ID", "VALID_FROM", "IS_CURRENT", "VERSION", "CHANGE_REASON", "IS_INFERRED", "IS_DELETED", "LOAD_ID")
SELECT surrogate_key.last_key + row_number() OVER (ORDER BY src.first_seen, src."CUSTOMER_ID"),
       surrogate_key.last_key + row_number() OVER (ORDER BY src.first_seen, src."CUSTOMER_ID"),
       src."CUSTOMER_ID",
       src.first_seen,
       TRUE,
       1,
       'inferred',
       TRUE,
       FALSE,
       $load_id
FROM (
    SELECT src."CUSTOMER_ID" AS "CUSTOMER_ID",
           CAST(coalesce(min(src."SOLD_AT"), $started_at) AS TIMESTAMP) AS first_seen
    FROM "WAREHOUSE_WORK"."INCOMING" AS src
    WHERE src."CUSTOMER_ID" IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM "BUSINESS"."DIM_CUSTOMER_HISTORY" AS member WHERE member."CUSTOMER_ID" = src."CUSTOMER_ID")
    GROUP BY ALL
) AS src
CROSS JOIN (SELECT last_key FROM "WAREHOUSE"."SURROGATE_KEY" WHERE target = 'business.dim_customer') AS surrogate_key;

-- advance-surrogate-keys: Keys given are never given again.
-- only if: inferred > 0
UPDATE "WAREHOUSE"."SURROGATE_KEY"
SET last_key = greatest_ignore_nulls(last_key, (SELECT max("CUSTOMER_KEY") FROM "BUSINESS"."DIM_CUSTOMER_HISTORY"))
WHERE target = 'business.dim_customer';

-- align-members: The table of members says what each member's last version says.
-- only if: inferred > 0
MERGE INTO "BUSINESS"."DIM_CUSTOMER" AS tgt
USING (
    SELECT version."CUSTOMER_DURABLE_KEY",
           version."CUSTOMER_ID",
           version."CREATED_ON",
           version."FIRST_NAME",
           version."EMAIL",
           version."CITY",
           version."SEGMENT",
           version."PREVIOUS_SEGMENT",
           version."STORE_ID",
           version."VALID_FROM",
           version."VALID_TO",
           version."IS_CURRENT",
           version."VERSION",
           version."CHANGED_AT",
           version."CHANGE_REASON",
           version."IS_INFERRED",
           version."IS_DELETED",
           version."LOAD_ID"
    FROM "BUSINESS"."DIM_CUSTOMER_HISTORY" AS version
    JOIN (
        SELECT inferred."CUSTOMER_ID"
        FROM "BUSINESS"."DIM_CUSTOMER_HISTORY" AS inferred
        WHERE inferred."IS_INFERRED"
          AND inferred."LOAD_ID" = $load_id
    ) AS inferred ON inferred."CUSTOMER_ID" = version."CUSTOMER_ID"
    WHERE version."CUSTOMER_KEY" > 0
    QUALIFY row_number() OVER (PARTITION BY version."CUSTOMER_DURABLE_KEY" ORDER BY version."VERSION" DESC) = 1
) AS src
ON tgt."CUSTOMER_DURABLE_KEY" = src."CUSTOMER_DURABLE_KEY"
WHEN MATCHED AND (tgt."CUSTOMER_ID" IS DISTINCT FROM src."CUSTOMER_ID"
                  OR tgt."CREATED_ON" IS DISTINCT FROM src."CREATED_ON"
                  OR tgt."FIRST_NAME" IS DISTINCT FROM src."FIRST_NAME"
                  OR tgt."EMAIL" IS DISTINCT FROM src."EMAIL"
                  OR tgt."CITY" IS DISTINCT FROM src."CITY"
                  OR tgt."SEGMENT" IS DISTINCT FROM src."SEGMENT"
                  OR tgt."PREVIOUS_SEGMENT" IS DISTINCT FROM src."PREVIOUS_SEGMENT"
                  OR tgt."STORE_ID" IS DISTINCT FROM src."STORE_ID"
                  OR tgt."VALID_FROM" IS DISTINCT FROM src."VALID_FROM"
                  OR tgt."VALID_TO" IS DISTINCT FROM src."VALID_TO"
                  OR tgt."IS_CURRENT" IS DISTINCT FROM src."IS_CURRENT"
                  OR tgt."VERSION" IS DISTINCT FROM src."VERSION"
                  OR tgt."CHANGED_AT" IS DISTINCT FROM src."CHANGED_AT"
                  OR tgt."CHANGE_REASON" IS DISTINCT FROM src."CHANGE_REASON"
                  OR tgt."IS_INFERRED" IS DISTINCT FROM src."IS_INFERRED"
                  OR tgt."IS_DELETED" IS DISTINCT FROM src."IS_DELETED"
                  OR tgt."LOAD_ID" IS DISTINCT FROM src."LOAD_ID") THEN UPDATE
    SET "CUSTOMER_ID" = src."CUSTOMER_ID",
        "CREATED_ON" = src."CREATED_ON",
        "FIRST_NAME" = src."FIRST_NAME",
        "EMAIL" = src."EMAIL",
        "CITY" = src."CITY",
        "SEGMENT" = src."SEGMENT",
        "PREVIOUS_SEGMENT" = src."PREVIOUS_SEGMENT",
        "STORE_ID" = src."STORE_ID",
        "VALID_FROM" = src."VALID_FROM",
        "VALID_TO" = src."VALID_TO",
        "IS_CURRENT" = src."IS_CURRENT",
        "VERSION" = src."VERSION",
        "CHANGED_AT" = src."CHANGED_AT",
        "CHANGE_REASON" = src."CHANGE_REASON",
        "IS_INFERRED" = src."IS_INFERRED",
        "IS_DELETED" = src."IS_DELETED",
        "LOAD_ID" = src."LOAD_ID"
WHEN NOT MATCHED THEN INSERT ("CUSTOMER_DURABLE_KEY", "CUSTOMER_ID", "CREATED_ON", "FIRST_NAME", "EMAIL", "CITY", "SEGMENT", "PREVIOUS_SEGMENT", "STORE_ID", "VALID_FROM", "VALID_TO", "IS_CURRENT", "VERSION", "CHANGED_AT", "CHANGE_REASON", "IS_INFERRED", "IS_DELETED", "LOAD_ID")
    VALUES (src."CUSTOMER_DURABLE_KEY", src."CUSTOMER_ID", src."CREATED_ON", src."FIRST_NAME", src."EMAIL", src."CITY", src."SEGMENT", src."PREVIOUS_SEGMENT", src."STORE_ID", src."VALID_FROM", src."VALID_TO", src."IS_CURRENT", src."VERSION", src."CHANGED_AT", src."CHANGE_REASON", src."IS_INFERRED", src."IS_DELETED", src."LOAD_ID");

-- take-versions: The versions of every customer that the batch names, and when each is met.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."VERSIONS_1" AS
SELECT member."CUSTOMER_ID",
       member."CUSTOMER_KEY" AS "MEMBER_KEY",
       member."CUSTOMER_DURABLE_KEY" AS "MEMBER_DURABLE_KEY",
       CAST(member."VALID_FROM" AS TIMESTAMP_NTZ(6)) AS begins_at,
       CASE WHEN member."IS_CURRENT" THEN TIMESTAMP '9999-12-31' ELSE coalesce(CAST(member."VALID_TO" AS TIMESTAMP_NTZ(6)), TIMESTAMP '9999-12-31') END AS ends_at,
       CASE WHEN member."VERSION" = 1 THEN TIMESTAMP '0001-01-01' ELSE CAST(member."VALID_FROM" AS TIMESTAMP_NTZ(6)) END AS met_from,
       coalesce(lead(CAST(member."VALID_FROM" AS TIMESTAMP_NTZ(6))) OVER (PARTITION BY member."CUSTOMER_ID" ORDER BY member."VALID_FROM", member."VERSION"), TIMESTAMP '9999-12-31') AS met_until
FROM "BUSINESS"."DIM_CUSTOMER_HISTORY" AS member
WHERE member."CUSTOMER_KEY" > 0
  AND EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."INCOMING" AS src WHERE member."CUSTOMER_ID" = src."CUSTOMER_ID");

-- guard-overlapping-versions: versions of one member of business.dim_customer overlap, so that a fact would have two of them; VerifyAsync lists them all
SELECT DISTINCT member."CUSTOMER_ID"
FROM "WAREHOUSE_WORK"."VERSIONS_1" AS member
WHERE member.ends_at > member.met_until
ORDER BY member."CUSTOMER_ID"
LIMIT 20;

-- resolve-keys: Each row meets one version of each member: the one valid at the row's own time.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."RESOLVED" AS
SELECT coalesce("CUSTOMER"."MEMBER_KEY", -1) AS "CUSTOMER_KEY",
       coalesce("CUSTOMER"."MEMBER_DURABLE_KEY", -1) AS "CUSTOMER_DURABLE_KEY",
       coalesce("HOUSEHOLD"."CUSTOMER_DURABLE_KEY", -1) AS "HOUSEHOLD_DURABLE_KEY",
       CAST(src."SALE_ID" AS NUMBER(19,0)) AS "SALE_ID",
       CAST(src."SOLD_AT" AS TIMESTAMP_NTZ(6)) AS "SOLD_AT",
       CAST(src."AMOUNT" AS NUMBER(18,4)) AS "AMOUNT",
       CASE WHEN "CUSTOMER".member_key IS NULL THEN 3 WHEN CAST(src."SOLD_AT" AS TIMESTAMP_NTZ(6)) < "CUSTOMER".begins_at THEN 1 WHEN CAST(src."SOLD_AT" AS TIMESTAMP_NTZ(6)) >= "CUSTOMER".ends_at THEN 2 ELSE 0 END AS "LINK_OUTCOME_1"
FROM "WAREHOUSE_WORK"."INCOMING" AS src
LEFT JOIN "WAREHOUSE_WORK"."VERSIONS_1" AS "CUSTOMER" ON "CUSTOMER"."CUSTOMER_ID" = src."CUSTOMER_ID" AND CAST(src."SOLD_AT" AS TIMESTAMP_NTZ(6)) >= "CUSTOMER".met_from AND CAST(src."SOLD_AT" AS TIMESTAMP_NTZ(6)) < "CUSTOMER".met_until
LEFT JOIN (
    SELECT "CUSTOMER_ID", max_by("CUSTOMER_DURABLE_KEY", "VERSION") AS "CUSTOMER_DURABLE_KEY"
    FROM "BUSINESS"."DIM_CUSTOMER_HISTORY"
    WHERE "CUSTOMER_KEY" > 0
    GROUP BY "CUSTOMER_ID"
) AS "HOUSEHOLD" ON "HOUSEHOLD"."CUSTOMER_ID" = src."CUSTOMER_ID";

-- count-unknown-members: Rows that met no member or no version of their own time, per link.
SELECT count_if("CUSTOMER_KEY" = -1) AS "UNKNOWN_CUSTOMER",
       count_if("HOUSEHOLD_DURABLE_KEY" = -1) AS "UNKNOWN_HOUSEHOLD",
       count_if("LINK_OUTCOME_1" = 1) AS "BEFORE_FIRST_CUSTOMER",
       count_if("LINK_OUTCOME_1" = 2) AS "IN_GAP_CUSTOMER"
FROM "WAREHOUSE_WORK"."RESOLVED";

-- count-accepted: The rows that count.
SELECT count(*) AS accepted FROM "WAREHOUSE_WORK"."RESOLVED";

-- update-changed-rows: Only rows in which something is really different.
UPDATE "BUSINESS"."FACT_SALE"
SET "CUSTOMER_KEY" = src."CUSTOMER_KEY",
    "CUSTOMER_DURABLE_KEY" = src."CUSTOMER_DURABLE_KEY",
    "HOUSEHOLD_DURABLE_KEY" = src."HOUSEHOLD_DURABLE_KEY",
    "SOLD_AT" = src."SOLD_AT",
    "AMOUNT" = src."AMOUNT",
    "LOAD_ID" = $load_id
FROM "WAREHOUSE_WORK"."RESOLVED" AS src
WHERE "BUSINESS"."FACT_SALE"."SALE_ID" = src."SALE_ID"
  AND ("BUSINESS"."FACT_SALE"."CUSTOMER_KEY" IS DISTINCT FROM src."CUSTOMER_KEY"
       OR "BUSINESS"."FACT_SALE"."CUSTOMER_DURABLE_KEY" IS DISTINCT FROM src."CUSTOMER_DURABLE_KEY"
       OR "BUSINESS"."FACT_SALE"."HOUSEHOLD_DURABLE_KEY" IS DISTINCT FROM src."HOUSEHOLD_DURABLE_KEY"
       OR "BUSINESS"."FACT_SALE"."SOLD_AT" IS DISTINCT FROM src."SOLD_AT"
       OR "BUSINESS"."FACT_SALE"."AMOUNT" IS DISTINCT FROM src."AMOUNT");

-- insert-new-rows: Rows of a grain that the table does not have.
INSERT INTO "BUSINESS"."FACT_SALE" ("CUSTOMER_KEY", "CUSTOMER_DURABLE_KEY", "HOUSEHOLD_DURABLE_KEY", "SALE_ID", "SOLD_AT", "AMOUNT", "LOAD_ID")
SELECT src."CUSTOMER_KEY",
       src."CUSTOMER_DURABLE_KEY",
       src."HOUSEHOLD_DURABLE_KEY",
       src."SALE_ID",
       src."SOLD_AT",
       src."AMOUNT",
       $load_id
FROM "WAREHOUSE_WORK"."RESOLVED" AS src
WHERE NOT EXISTS (SELECT 1 FROM "BUSINESS"."FACT_SALE" AS tgt WHERE tgt."SALE_ID" = src."SALE_ID");

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
