-- warehouse-sdk: refill types

-- find-runs: Versions that follow each other without a gap and say the same are one.
CREATE TEMP TABLE collapsed ON COMMIT DROP AS
WITH history AS (
    SELECT tgt.customer_id,
           tgt.created_on,
           tgt.first_name,
           tgt.email,
           tgt.city,
           tgt.segment,
           tgt.store_id,
           tgt.previous_segment,
           tgt.customer_durable_key,
           tgt.current_store_id,
           tgt.change_reason,
           tgt.customer_key AS given_key,
           tgt.valid_from AS held_from,
           tgt.valid_to AS ends_at,
           tgt.version AS version_number,
           tgt.changed_at AS stored_change,
           tgt.is_inferred AS is_unreal,
           tgt.is_deleted AS is_delete
    FROM business.dim_customer_history AS tgt
    WHERE tgt.customer_key > 0
),
begun AS (
    SELECT src.*,
           lag(src.ends_at) OVER member IS DISTINCT FROM src.held_from
           OR lag(src.is_delete) OVER member IS DISTINCT FROM src.is_delete
           OR lower(translate(src.city, 'İΣ', 'iσ') COLLATE "und-x-icu") IS DISTINCT FROM lower(translate(lag(src.city) OVER member, 'İΣ', 'iσ') COLLATE "und-x-icu")
              OR src.store_id IS DISTINCT FROM lag(src.store_id) OVER member AS begins_version
    FROM history AS src
    WINDOW member AS (PARTITION BY src.customer_id ORDER BY src.version_number),
           latest AS (PARTITION BY src.customer_id ORDER BY src.version_number DESC)
),
runs AS (
    SELECT src.*,
           count(*) FILTER (WHERE src.begins_version) OVER member AS stored_group
    FROM begun AS src
    WINDOW member AS (PARTITION BY src.customer_id ORDER BY src.version_number),
           latest AS (PARTITION BY src.customer_id ORDER BY src.version_number DESC)
)
SELECT src.given_key AS stored_key,
       first_value(src.given_key) OVER run AS given_key,
       src.stored_group AS version_number,
       first_value(src.ends_at) OVER run_end AS ends_at,
       max(src.stored_change) OVER (PARTITION BY src.customer_id, src.stored_group) AS stored_change,
       first_value(src.created_on) OVER (PARTITION BY src.customer_id ORDER BY src.created_on IS NULL, src.version_number) AS created_on,
       first_value(src.email) OVER latest AS email
FROM runs AS src
WINDOW member AS (PARTITION BY src.customer_id ORDER BY src.version_number),
       latest AS (PARTITION BY src.customer_id ORDER BY src.version_number DESC),
       run AS (PARTITION BY src.customer_id, src.stored_group ORDER BY src.version_number),
       run_end AS (PARTITION BY src.customer_id, src.stored_group ORDER BY src.version_number DESC);

-- repoint-merged: Rows of business.fact_sale whose customer_key is of a version that is merged.
UPDATE business.fact_sale AS tgt
SET customer_key = src.given_key,
    load_id = $load_id
FROM pg_temp.collapsed AS src
WHERE tgt.customer_key = src.stored_key
  AND src.given_key <> src.stored_key;

-- delete-merged-versions: The first version of each run stays; nothing holds the keys of the others any more.
DELETE FROM business.dim_customer_history AS tgt
WHERE tgt.customer_key IN (SELECT stored_key FROM pg_temp.collapsed WHERE given_key <> stored_key);

-- write-runs: A run ends where its last version ended.
UPDATE business.dim_customer_history AS tgt
SET valid_to = src.ends_at,
    is_current = (src.ends_at IS NULL),
    version = src.version_number,
    changed_at = src.stored_change,
    created_on = src.created_on,
    email = src.email,
    load_id = $load_id
FROM pg_temp.collapsed AS src
WHERE tgt.customer_key = src.stored_key
  AND (tgt.valid_to IS DISTINCT FROM src.ends_at
       OR tgt.is_current IS DISTINCT FROM (src.ends_at IS NULL)
       OR tgt.version IS DISTINCT FROM src.version_number
       OR tgt.changed_at IS DISTINCT FROM src.stored_change
       OR tgt.created_on IS DISTINCT FROM src.created_on
       OR tgt.email IS DISTINCT FROM src.email);

-- drop-runs: The next dimension has runs of its own.
DROP TABLE pg_temp.collapsed;

-- settle-remembered-events: Changes of city from before it made versions make none.
UPDATE business.dim_customer_event AS known
SET city = src.city
FROM (
    SELECT tgt.customer_id,
           tgt.created_on,
           tgt.first_name,
           tgt.email,
           tgt.city,
           tgt.segment,
           tgt.store_id,
           tgt.previous_segment,
           tgt.customer_durable_key,
           tgt.current_store_id,
           tgt.change_reason,
           tgt.customer_key AS given_key,
           tgt.valid_from AS held_from,
           tgt.valid_to AS ends_at,
           tgt.version AS version_number,
           tgt.changed_at AS stored_change,
           tgt.is_inferred AS is_unreal,
           tgt.is_deleted AS is_delete
    FROM business.dim_customer_history AS tgt
    WHERE tgt.customer_key > 0
) AS src
WHERE src.customer_id = known.customer_id
  AND NOT known.is_delete
  AND NOT known.is_inferred
  AND NOT src.is_delete
  AND src.held_from <= known.effective_at
  AND (src.ends_at IS NULL OR known.effective_at < src.ends_at)
  AND known.city IS DISTINCT FROM src.city;

-- fill-versions: What follows from the versions of a member: current_store_id, change_reason.
UPDATE business.dim_customer_history AS tgt
SET current_store_id = src.current_store_id,
    change_reason = src.change_reason,
    load_id = $load_id
FROM (
    SELECT src.given_key,
           first_value(src.store_id) OVER latest AS current_store_id,
           CASE WHEN src.is_unreal THEN 'inferred' WHEN src.is_delete THEN 'deleted'
                WHEN lag(src.version_number) OVER member IS NULL THEN 'new'
                WHEN lag(src.is_delete) OVER member OR lag(src.ends_at) OVER member < src.held_from THEN 'returned'
                ELSE array_to_string(ARRAY[CASE WHEN lower(translate(src.city, 'İΣ', 'iσ') COLLATE "und-x-icu") IS DISTINCT FROM lower(translate(lag(src.city) OVER member, 'İΣ', 'iσ') COLLATE "und-x-icu") THEN 'city' END,
                                           CASE WHEN src.store_id IS DISTINCT FROM lag(src.store_id) OVER member THEN 'store_id' END], ',')
           END AS change_reason
    FROM (
        SELECT tgt.customer_id,
               tgt.created_on,
               tgt.first_name,
               tgt.email,
               tgt.city,
               tgt.segment,
               tgt.store_id,
               tgt.previous_segment,
               tgt.customer_durable_key,
               tgt.current_store_id,
               tgt.change_reason,
               tgt.customer_key AS given_key,
               tgt.valid_from AS held_from,
               tgt.valid_to AS ends_at,
               tgt.version AS version_number,
               tgt.changed_at AS stored_change,
               tgt.is_inferred AS is_unreal,
               tgt.is_deleted AS is_delete
        FROM business.dim_customer_history AS tgt
        WHERE tgt.customer_key > 0
    ) AS src
    WINDOW member AS (PARTITION BY src.customer_id ORDER BY src.version_number),
           latest AS (PARTITION BY src.customer_id ORDER BY src.version_number DESC)
) AS src
WHERE tgt.customer_key = src.given_key
  AND (tgt.current_store_id IS DISTINCT FROM src.current_store_id
       OR tgt.change_reason IS DISTINCT FROM src.change_reason);

-- align-members: The table of members says what each member's last version says.
MERGE INTO business.dim_customer AS tgt
USING (
    SELECT DISTINCT ON (version.customer_durable_key)
           version.customer_durable_key,
           version.customer_id,
           version.created_on,
           version.first_name,
           version.email,
           version.city,
           version.segment,
           version.previous_segment,
           version.store_id,
           version.valid_from,
           version.valid_to,
           version.is_current,
           version.version,
           version.changed_at,
           version.change_reason,
           version.is_inferred,
           version.is_deleted,
           version.load_id
    FROM business.dim_customer_history AS version
    WHERE version.customer_key > 0
    ORDER BY version.customer_durable_key, version.version DESC
) AS src
ON tgt.customer_durable_key = src.customer_durable_key
WHEN MATCHED AND (tgt.customer_id IS DISTINCT FROM src.customer_id
                  OR tgt.created_on IS DISTINCT FROM src.created_on
                  OR tgt.first_name IS DISTINCT FROM src.first_name
                  OR tgt.email IS DISTINCT FROM src.email
                  OR tgt.city IS DISTINCT FROM src.city
                  OR tgt.segment IS DISTINCT FROM src.segment
                  OR tgt.previous_segment IS DISTINCT FROM src.previous_segment
                  OR tgt.store_id IS DISTINCT FROM src.store_id
                  OR tgt.valid_from IS DISTINCT FROM src.valid_from
                  OR tgt.valid_to IS DISTINCT FROM src.valid_to
                  OR tgt.is_current IS DISTINCT FROM src.is_current
                  OR tgt.version IS DISTINCT FROM src.version
                  OR tgt.changed_at IS DISTINCT FROM src.changed_at
                  OR tgt.change_reason IS DISTINCT FROM src.change_reason
                  OR tgt.is_inferred IS DISTINCT FROM src.is_inferred
                  OR tgt.is_deleted IS DISTINCT FROM src.is_deleted
                  OR tgt.load_id IS DISTINCT FROM src.load_id) THEN UPDATE
    SET customer_id = src.customer_id,
        created_on = src.created_on,
        first_name = src.first_name,
        email = src.email,
        city = src.city,
        segment = src.segment,
        previous_segment = src.previous_segment,
        store_id = src.store_id,
        valid_from = src.valid_from,
        valid_to = src.valid_to,
        is_current = src.is_current,
        version = src.version,
        changed_at = src.changed_at,
        change_reason = src.change_reason,
        is_inferred = src.is_inferred,
        is_deleted = src.is_deleted,
        load_id = src.load_id
WHEN NOT MATCHED THEN INSERT (customer_durable_key, customer_id, created_on, first_name, email, city, segment, previous_segment, store_id, valid_from, valid_to, is_current, version, changed_at, change_reason, is_inferred, is_deleted, load_id)
    VALUES (src.customer_durable_key, src.customer_id, src.created_on, src.first_name, src.email, src.city, src.segment, src.previous_segment, src.store_id, src.valid_from, src.valid_to, src.is_current, src.version, src.changed_at, src.change_reason, src.is_inferred, src.is_deleted, src.load_id);

-- forget-attribute-types: There are newer ones.
DELETE FROM warehouse.attribute_type WHERE target = 'business.dim_customer';

-- note-attribute-types: By these the next deployment knows what has changed.
INSERT INTO warehouse.attribute_type (target, column_name, scd_type)
VALUES ('business.dim_customer', 'created_on', 'Type0'),
       ('business.dim_customer', 'first_name', 'Type1'),
       ('business.dim_customer', 'email', 'Type1'),
       ('business.dim_customer', 'city', 'Type2'),
       ('business.dim_customer', 'segment', 'Type3'),
       ('business.dim_customer', 'store_id', 'Type6');
