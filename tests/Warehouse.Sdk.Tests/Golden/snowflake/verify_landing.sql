-- warehouse-sdk: verify landing.customer

-- load-ids: rows name a load that the ledger does not have
SELECT 'landing.customer' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT 'load ' || CAST(tgt."LOAD_ID" AS VARCHAR) AS member,
           '' AS keys,
           CAST(count(*) AS VARCHAR) || ' rows' AS detail
    FROM "LANDING"."CUSTOMER" AS tgt
    WHERE NOT EXISTS (SELECT 1 FROM "WAREHOUSE"."LOAD" AS known WHERE known.load_id = tgt."LOAD_ID")
    GROUP BY tgt."LOAD_ID"
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;
