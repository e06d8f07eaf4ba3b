-- warehouse-sdk: purge business.dim_product

-- take-versions: Which versions of the member become one.
CREATE TEMP TABLE purged ON COMMIT DROP AS
SELECT src.stored_key,
       first_value(src.stored_key) OVER history AS given_key,
       last_value(src.ends_at) OVER history AS ends_at,
       last_value(src.lives_on) OVER history AS lives_on,
       src.is_mark
FROM (
    SELECT tgt.product_key AS stored_key,
           tgt.version AS version_number,
           tgt.valid_to AS ends_at,
           tgt.is_current AS lives_on,
           (tgt.is_deleted AND tgt.version > 1 AND tgt.version = max(tgt.version) OVER ()) AS is_mark
    FROM business.dim_product AS tgt
    WHERE tgt.sku = $key_1
      AND tgt.product_key > 0
) AS src
WINDOW history AS (PARTITION BY src.is_mark ORDER BY src.version_number ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING);

-- repoint-purged: Rows of business.fact_sale whose product_key is of a version that becomes one with the first.
UPDATE business.fact_sale AS tgt
SET product_key = src.given_key,
    load_id = $load_id
FROM pg_temp.purged AS src
WHERE tgt.product_key = src.stored_key
  AND src.given_key <> src.stored_key;

-- repoint-purged: Rows of business.fact_stock whose product_key is of a version that becomes one with the first.
UPDATE business.fact_stock AS tgt
SET product_key = src.given_key,
    load_id = $load_id
FROM pg_temp.purged AS src
WHERE tgt.product_key = src.stored_key
  AND src.given_key <> src.stored_key;

-- delete-purged-versions: The first version stays; nothing holds the keys of the others any more.
DELETE FROM business.dim_product AS tgt
WHERE tgt.product_key IN (SELECT stored_key FROM pg_temp.purged WHERE given_key <> stored_key);

-- erase-values: Like a member that facts named before its own rows arrived.
UPDATE business.dim_product AS tgt
SET title = NULL,
    valid_to = src.ends_at,
    is_current = src.lives_on,
    version = CASE WHEN src.is_mark THEN 2 ELSE 1 END,
    changed_at = NULL,
    is_inferred = NOT src.is_mark,
    load_id = $load_id
FROM pg_temp.purged AS src
WHERE tgt.product_key = src.stored_key
  AND (tgt.title IS DISTINCT FROM NULL
       OR tgt.valid_to IS DISTINCT FROM src.ends_at
       OR tgt.is_current IS DISTINCT FROM src.lives_on
       OR tgt.version IS DISTINCT FROM CASE WHEN src.is_mark THEN 2 ELSE 1 END
       OR tgt.changed_at IS DISTINCT FROM NULL
       OR tgt.is_inferred IS DISTINCT FROM NOT src.is_mark);

-- forget-rejected-rows: Rejected rows that name the member stay with their reason, without what they said.
UPDATE warehouse.reject AS tgt
SET raw_row = NULL
WHERE tgt.target IN ('business.dim_product')
  AND tgt.raw_row IS NOT NULL
  AND coalesce(CASE WHEN CAST(CAST($key_1 AS text) AS text) = '' THEN strpos(tgt.raw_row, '""') > 0
                    ELSE tgt.raw_row ~* ('(^|[^[:alnum:]])(' || regexp_replace(CAST(CAST($key_1 AS text) AS text), '([^[:alnum:]])', '\\\1', 'g') || '|' || regexp_replace(trim(CAST(to_json(CAST($key_1 AS text)) AS text), '"'), '([^[:alnum:]])', '\\\1', 'g') || ')($|[^[:alnum:]])')
               END, FALSE);

-- count-members: Whether there was such a member, and anything known of it.
SELECT 1 AS accepted,
       CASE WHEN EXISTS (SELECT 1 FROM business.dim_product AS tgt JOIN pg_temp.purged AS purged ON purged.stored_key = tgt.product_key WHERE tgt.load_id = $load_id) THEN 1 ELSE 0 END AS updated;

-- drop-purged: The next member has versions of its own.
DROP TABLE pg_temp.purged;
