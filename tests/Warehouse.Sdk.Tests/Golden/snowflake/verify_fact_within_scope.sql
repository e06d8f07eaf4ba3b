-- warehouse-sdk: verify business.fact_scoped

-- missing-keys: keys are NULL, where a default member would say why
SELECT 'business.fact_scoped' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT 'order_id = ' || coalesce(CAST(fact."ORDER_ID" AS VARCHAR), 'NULL') AS member,
           '' AS keys,
           'NULL in ' || array_to_string(array_construct_compact(CASE WHEN fact."CUSTOMER_KEY" IS NULL THEN 'customer_key' END), ', ') AS detail
    FROM "BUSINESS"."FACT_SCOPED" AS fact
    WHERE fact."CUSTOMER_KEY" IS NULL
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;

-- member-links: customer_key does not meet exactly one row of business.dim_customer
SELECT 'business.fact_scoped' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT 'order_id = ' || coalesce(CAST(fact."ORDER_ID" AS VARCHAR), 'NULL') AS member,
           CAST(fact."CUSTOMER_KEY" AS VARCHAR) AS keys,
           'customer_key meets ' || CAST(coalesce(met.times, 0) AS VARCHAR) || ' rows of business.dim_customer' AS detail
    FROM "BUSINESS"."FACT_SCOPED" AS fact
    LEFT JOIN (
        SELECT tgt."CUSTOMER_KEY" AS surrogate_key,
               count(*) AS times
        FROM "BUSINESS"."DIM_CUSTOMER" AS tgt
        GROUP BY tgt."CUSTOMER_KEY"
    ) AS met ON met.surrogate_key = fact."CUSTOMER_KEY"
    WHERE fact."CUSTOMER_KEY" IS NOT NULL
      AND coalesce(met.times, 0) <> 1
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;

-- version-links: customer_key meets a version of business.dim_customer that was not valid at ordered_at
SELECT 'business.fact_scoped' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT 'order_id = ' || coalesce(CAST(fact."ORDER_ID" AS VARCHAR), 'NULL') AS member,
           CAST(fact."CUSTOMER_KEY" AS VARCHAR) AS keys,
           'customer_key meets version ' || CAST(version.version_number AS VARCHAR) || ' of ' || version.member || ', which was not valid at its ordered_at' AS detail
    FROM "BUSINESS"."FACT_SCOPED" AS fact
    JOIN (
        SELECT met.member,
               met.surrogate_key,
               met.version_number,
               met.met_from,
               lead(met.met_from) OVER (PARTITION BY met."KEY_1" ORDER BY met.met_from, met.version_number) AS met_until
        FROM (
            SELECT 'customer_id = ' || coalesce(CAST(tgt."CUSTOMER_ID" AS VARCHAR), 'NULL') AS member,
                   tgt."CUSTOMER_ID" AS "KEY_1",
                   tgt."CUSTOMER_KEY" AS surrogate_key,
                   tgt."VERSION" AS version_number,
                   CASE WHEN tgt."VERSION" = 1 THEN TIMESTAMP '0001-01-01' ELSE CAST(tgt."VALID_FROM" AS TIMESTAMP_NTZ(6)) END AS met_from
            FROM "BUSINESS"."DIM_CUSTOMER" AS tgt
            WHERE tgt."CUSTOMER_KEY" > 0
        ) AS met
    ) AS version ON version.surrogate_key = fact."CUSTOMER_KEY"
    WHERE fact."ORDERED_AT" IS NULL
       OR CAST(fact."ORDERED_AT" AS TIMESTAMP_NTZ(6)) < version.met_from
       OR CAST(fact."ORDERED_AT" AS TIMESTAMP_NTZ(6)) >= version.met_until
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;

-- watermark: the ledger's watermark is missing, unreadable or below what the table holds
SELECT 'business.fact_scoped' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT held.watermark_name AS member,
           '' AS keys,
           CASE WHEN stored.value IS NULL THEN 'the ledger has no watermark'
                WHEN TRY_CAST(stored.value AS TIMESTAMP_NTZ(6)) IS NULL THEN 'the watermark cannot be read'
                ELSE 'the watermark is below the greatest value'
           END AS detail
    FROM (
        SELECT 'ordered_at (channel = ' || CAST(tgt."CHANNEL" AS VARCHAR) || ')' AS watermark_name, CAST(max(tgt."ORDERED_AT") AS TIMESTAMP_NTZ(6)) AS greatest
        FROM "BUSINESS"."FACT_SCOPED" AS tgt
        GROUP BY tgt."CHANNEL"
    ) AS held
    LEFT JOIN "WAREHOUSE"."WATERMARK" AS stored ON stored.target = 'business.fact_scoped' AND stored.column_name = held.watermark_name
    WHERE held.greatest IS NOT NULL
      AND coalesce(TRY_CAST(stored.value AS TIMESTAMP_NTZ(6)) < held.greatest, TRUE)
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;

-- grain: several rows have one grain
SELECT 'business.fact_scoped' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT 'order_id = ' || coalesce(CAST(tgt."ORDER_ID" AS VARCHAR), 'NULL') AS member,
           '' AS keys,
           CAST(count(*) AS VARCHAR) || ' rows' AS detail
    FROM "BUSINESS"."FACT_SCOPED" AS tgt
    GROUP BY tgt."ORDER_ID"
    HAVING count(*) > 1
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;

-- load-ids: rows name a load that the ledger does not have
SELECT 'business.fact_scoped' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT 'load ' || CAST(tgt."LOAD_ID" AS VARCHAR) AS member,
           '' AS keys,
           CAST(count(*) AS VARCHAR) || ' rows' AS detail
    FROM "BUSINESS"."FACT_SCOPED" AS tgt
    WHERE NOT EXISTS (SELECT 1 FROM "WAREHOUSE"."LOAD" AS known WHERE known.load_id = tgt."LOAD_ID")
    GROUP BY tgt."LOAD_ID"
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;
