-- warehouse-sdk: verify business.fact_sale

-- missing-keys: keys are NULL, where a default member would say why
SELECT 'business.fact_sale' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT 'sale_id = ' || coalesce(CAST(fact."SALE_ID" AS VARCHAR), 'NULL') AS member,
           '' AS keys,
           'NULL in ' || array_to_string(array_construct_compact(CASE WHEN fact."CUSTOMER_KEY" IS NULL THEN 'customer_key' END,
                                                                 CASE WHEN fact."CUSTOMER_DURABLE_KEY" IS NULL THEN 'customer_durable_key' END,
                                                                 CASE WHEN fact."HOUSEHOLD_DURABLE_KEY" IS NULL THEN 'household_durable_key' END), ', ') AS detail
    FROM "BUSINESS"."FACT_SALE" AS fact
    WHERE fact."CUSTOMER_KEY" IS NULL OR fact."CUSTOMER_DURABLE_KEY" IS NULL OR fact."HOUSEHOLD_DURABLE_KEY" IS NULL
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;

-- member-links: customer_key does not meet exactly one row of business.dim_customer
SELECT 'business.fact_sale' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT 'sale_id = ' || coalesce(CAST(fact."SALE_ID" AS VARCHAR), 'NULL') AS member,
           CAST(fact."CUSTOMER_KEY" AS VARCHAR) AS keys,
           'customer_key meets ' || CAST(coalesce(met.times, 0) AS VARCHAR) || ' rows of business.dim_customer' AS detail
    FROM "BUSINESS"."FACT_SALE" AS fact
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

-- durable-links: customer_durable_key is of another member than customer_key
SELECT 'business.fact_sale' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT 'sale_id = ' || coalesce(CAST(fact."SALE_ID" AS VARCHAR), 'NULL') AS member,
           CAST(fact."CUSTOMER_KEY" AS VARCHAR) || ', ' || CAST(fact."CUSTOMER_DURABLE_KEY" AS VARCHAR) AS keys,
           'customer_durable_key is of another member of business.dim_customer than customer_key' AS detail
    FROM "BUSINESS"."FACT_SALE" AS fact
    JOIN "BUSINESS"."DIM_CUSTOMER" AS tgt ON tgt."CUSTOMER_KEY" = fact."CUSTOMER_KEY"
    WHERE fact."CUSTOMER_DURABLE_KEY" <> tgt."CUSTOMER_DURABLE_KEY"
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;

-- version-links: customer_key meets a version of business.dim_customer that was not valid at sold_at
SELECT 'business.fact_sale' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT 'sale_id = ' || coalesce(CAST(fact."SALE_ID" AS VARCHAR), 'NULL') AS member,
           CAST(fact."CUSTOMER_KEY" AS VARCHAR) AS keys,
           'customer_key meets version ' || CAST(version.version_number AS VARCHAR) || ' of ' || version.member || ', which was not valid at its sold_at' AS detail
    FROM "BUSINESS"."FACT_SALE" AS fact
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
    WHERE fact."SOLD_AT" IS NULL
       OR CAST(fact."SOLD_AT" AS TIMESTAMP_NTZ(6)) < version.met_from
       OR CAST(fact."SOLD_AT" AS TIMESTAMP_NTZ(6)) >= version.met_until
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;

-- member-links: household_durable_key is no durable key of business.dim_customer
SELECT 'business.fact_sale' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT 'sale_id = ' || coalesce(CAST(fact."SALE_ID" AS VARCHAR), 'NULL') AS member,
           CAST(fact."HOUSEHOLD_DURABLE_KEY" AS VARCHAR) AS keys,
           'household_durable_key meets no member of business.dim_customer' AS detail
    FROM "BUSINESS"."FACT_SALE" AS fact
    WHERE fact."HOUSEHOLD_DURABLE_KEY" IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM "BUSINESS"."DIM_CUSTOMER" AS tgt WHERE tgt."CUSTOMER_DURABLE_KEY" = fact."HOUSEHOLD_DURABLE_KEY")
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;

-- grain: several rows have one grain
SELECT 'business.fact_sale' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT 'sale_id = ' || coalesce(CAST(tgt."SALE_ID" AS VARCHAR), 'NULL') AS member,
           '' AS keys,
           CAST(count(*) AS VARCHAR) || ' rows' AS detail
    FROM "BUSINESS"."FACT_SALE" AS tgt
    GROUP BY tgt."SALE_ID"
    HAVING count(*) > 1
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;

-- load-ids: rows name a load that the ledger does not have
SELECT 'business.fact_sale' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT 'load ' || CAST(tgt."LOAD_ID" AS VARCHAR) AS member,
           '' AS keys,
           CAST(count(*) AS VARCHAR) || ' rows' AS detail
    FROM "BUSINESS"."FACT_SALE" AS tgt
    WHERE NOT EXISTS (SELECT 1 FROM "WAREHOUSE"."LOAD" AS known WHERE known.load_id = tgt."LOAD_ID")
    GROUP BY tgt."LOAD_ID"
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;
