-- warehouse-sdk: verify landing.customer

-- load-ids: rows name a load that the ledger does not have
SELECT 'landing.customer' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT 'load ' || CAST(tgt.load_id AS VARCHAR) AS member,
           '' AS keys,
           CAST(count(*) AS VARCHAR) || ' rows' AS detail
    FROM landing.customer AS tgt
    WHERE NOT EXISTS (SELECT 1 FROM warehouse.load AS known WHERE known.load_id = tgt.load_id)
    GROUP BY tgt.load_id
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;
