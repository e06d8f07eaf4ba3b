-- warehouse-sdk: load business.fact_sale

-- reject-incomplete-rows: A row without its grain or its watermark has no place in the table.
INSERT INTO warehouse.reject (load_id, target, file, line, column_name, reason, raw_row)
SELECT $load_id,
       $target,
       CAST($path AS text),
       src.source_line,
       array_to_string(ARRAY[CASE WHEN src.sale_id IS NULL THEN 'sale_id' END], ', '),
       'grain or watermark is NULL',
       CAST(to_json(src.*) AS text)
FROM pg_temp.staged AS src
WHERE NOT (src.sale_id IS NOT NULL);

-- find-repeated-keys: Keys that stand in the batch more than once; usually none.
CREATE TEMP TABLE repeated ON COMMIT DROP AS
SELECT src.sale_id,
       count(*) AS copies
FROM pg_temp.staged AS src
WHERE src.sale_id IS NOT NULL
GROUP BY src.sale_id
HAVING count(*) > 1;

-- count-repeated-keys: Whether anything has to be decided at all.
SELECT count(*) AS repeated_keys FROM pg_temp.repeated;

-- decide-repeated-rows: Exact copies collapse into one.
-- only if: repeated_keys > 0
CREATE TEMP TABLE decided ON COMMIT DROP AS
SELECT src.sale_id,
       src.customer_id,
       src.sold_at,
       src.amount,
       min(src.source_line) AS source_line
FROM pg_temp.staged AS src
JOIN pg_temp.repeated AS repeated ON repeated.sale_id = src.sale_id
WHERE src.sale_id IS NOT NULL
GROUP BY src.sale_id,
         src.customer_id,
         src.sold_at,
         src.amount;

-- find-conflicts: Keys that are still there with different values.
-- only if: repeated_keys > 0
CREATE TEMP TABLE conflicts ON COMMIT DROP AS
SELECT src.sale_id,
       array_to_string(ARRAY[CASE WHEN count(DISTINCT src.customer_id) > 1 OR count(src.customer_id) NOT IN (0, count(*)) THEN 'customer_id' END,
                             CASE WHEN count(DISTINCT src.sold_at) > 1 OR count(src.sold_at) NOT IN (0, count(*)) THEN 'sold_at' END,
                             CASE WHEN count(DISTINCT src.amount) > 1 OR count(src.amount) NOT IN (0, count(*)) THEN 'amount' END], ', ') AS differing_columns
FROM pg_temp.decided AS src
GROUP BY src.sale_id
HAVING count(*) > 1;

-- reject-conflicting-rows: None of them can be chosen, so all are kept aside.
-- only if: repeated_keys > 0
INSERT INTO warehouse.reject (load_id, target, file, line, column_name, reason, raw_row)
SELECT $load_id,
       $target,
       CAST($path AS text),
       src.source_line,
       conflicts.differing_columns,
       'several rows of one grain have different values (' || 'sale_id = ' || CAST(src.sale_id AS text) || ')',
       CAST(to_json(src.*) AS text)
FROM pg_temp.staged AS src
JOIN pg_temp.conflicts AS conflicts ON conflicts.sale_id = src.sale_id
WHERE src.sale_id IS NOT NULL;

-- take-incoming: The rows whose key stands in the batch once.
CREATE TEMP TABLE incoming ON COMMIT DROP AS
SELECT src.sale_id,
       src.customer_id,
       src.sold_at,
       src.amount,
       src.source_line
FROM pg_temp.staged AS src
WHERE NOT EXISTS (SELECT 1 FROM pg_temp.repeated AS repeated WHERE repeated.sale_id = src.sale_id)
  AND src.sale_id IS NOT NULL;

-- take-decided-rows: And the one row that was chosen for a repeated key.
-- only if: repeated_keys > 0
INSERT INTO pg_temp.incoming
SELECT src.sale_id,
       src.customer_id,
       src.sold_at,
       src.amount,
       src.source_line
FROM pg_temp.decided AS src
WHERE NOT EXISTS (SELECT 1 FROM pg_temp.conflicts AS conflicts WHERE conflicts.sale_id = src.sale_id);

-- analyze-incoming: The planner has to know how large the batch is.
ANALYZE pg_temp.incoming;

-- count-duplicates: Copies that collapsed and rows that were superseded.
-- only if: repeated_keys > 0
SELECT (SELECT CAST(coalesce(sum(repeated.copies), 0) AS bigint)
        FROM pg_temp.repeated AS repeated
        WHERE NOT EXISTS (SELECT 1 FROM pg_temp.conflicts AS conflicts WHERE conflicts.sale_id = repeated.sale_id))
     - (SELECT count(*)
        FROM pg_temp.decided AS decided
        WHERE NOT EXISTS (SELECT 1 FROM pg_temp.conflicts AS conflicts WHERE conflicts.sale_id = decided.sale_id)) AS duplicates;

-- infer-members: A placeholder for every customer that facts name before its own rows arrive.
INSERT INTO business.dim_customer_history (customer_key, customer_durable_key, customer_id, valid_from, is_current, version, change_reason, is_inferred, is_deleted, load_id)
SELECT surrogate_key.last_key + row_number() OVER (ORDER BY src.first_seen, src.customer_id),
       surrogate_key.last_key + row_number() OVER (ORDER BY src.first_seen, src.customer_id),
       src.customer_id,
       src.first_seen,
       TRUE,
       1,
       'inferred',
       TRUE,
       FALSE,
       $load_id
FROM (
    SELECT src.customer_id AS customer_id,
           CAST(coalesce(min(src.sold_at), CAST($started_at AS timestamp)) AS timestamp) AS first_seen
    FROM pg_temp.incoming AS src
    WHERE src.customer_id IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM business.dim_customer_history AS member WHERE member.customer_id = src.customer_id)
    GROUP BY src.customer_id
) AS src
CROSS JOIN (SELECT last_key FROM warehouse.surrogate_key WHERE target = 'business.dim_customer') AS surrogate_key;

-- advance-surrogate-keys: Keys given are never given again.
-- only if: inferred > 0
UPDATE warehouse.surrogate_key
SET last_key = greatest(last_key, (SELECT max(customer_key) FROM business.dim_customer_history))
WHERE target = 'business.dim_customer';

-- align-members: The table of members says what each member's last version says.
-- only if: inferred > 0
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
    JOIN (
        SELECT inferred.customer_id
        FROM business.dim_customer_history AS inferred
        WHERE inferred.is_inferred
          AND inferred.load_id = $load_id
    ) AS inferred ON inferred.customer_id = version.customer_id
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

-- take-versions: The versions of every customer that the batch names, and when each is met.
CREATE TEMP TABLE versions_1 ON COMMIT DROP AS
SELECT member.customer_id,
       member.customer_key AS member_key,
       member.customer_durable_key AS member_durable_key,
       CAST(member.valid_from AS timestamp) AS begins_at,
       CASE WHEN member.is_current THEN timestamp 'infinity' ELSE coalesce(CAST(member.valid_to AS timestamp), timestamp 'infinity') END AS ends_at,
       CASE WHEN member.version = 1 THEN timestamp '-infinity' ELSE CAST(member.valid_from AS timestamp) END AS met_from,
       coalesce(lead(CAST(member.valid_from AS timestamp)) OVER (PARTITION BY member.customer_id ORDER BY member.valid_from, member.version), timestamp 'infinity') AS met_until
FROM business.dim_customer_history AS member
WHERE member.customer_key > 0
  AND EXISTS (SELECT 1 FROM pg_temp.incoming AS src WHERE member.customer_id = src.customer_id);

-- analyze-versions-1: The planner has to know how many there are.
ANALYZE pg_temp.versions_1;

-- guard-overlapping-versions: versions of one member of business.dim_customer overlap, so that a fact would have two of them; VerifyAsync lists them all
SELECT DISTINCT member.customer_id
FROM pg_temp.versions_1 AS member
WHERE member.ends_at > member.met_until
ORDER BY member.customer_id
LIMIT 20;

-- resolve-keys: Each row meets one version of each member: the one valid at the row's own time.
CREATE TEMP TABLE resolved ON COMMIT DROP AS
SELECT coalesce(customer.member_key, -1) AS customer_key,
       coalesce(customer.member_durable_key, -1) AS customer_durable_key,
       coalesce(household.customer_durable_key, -1) AS household_durable_key,
       CAST(src.sale_id AS bigint) AS sale_id,
       CAST(src.sold_at AS timestamp without time zone) AS sold_at,
       CAST(src.amount AS numeric(18,4)) AS amount,
       CASE WHEN customer.member_key IS NULL THEN 3 WHEN CAST(src.sold_at AS timestamp) < customer.begins_at THEN 1 WHEN CAST(src.sold_at AS timestamp) >= customer.ends_at THEN 2 ELSE 0 END AS link_outcome_1
FROM pg_temp.incoming AS src
LEFT JOIN pg_temp.versions_1 AS customer ON customer.customer_id = src.customer_id AND CAST(src.sold_at AS timestamp) >= customer.met_from AND CAST(src.sold_at AS timestamp) < customer.met_until
LEFT JOIN (
    SELECT DISTINCT ON (member.customer_id) member.customer_id, member.customer_durable_key
    FROM business.dim_customer_history AS member
    WHERE member.customer_key > 0
      AND EXISTS (SELECT 1 FROM pg_temp.incoming AS src WHERE member.customer_id = src.customer_id)
    ORDER BY member.customer_id, member.version DESC
) AS household ON household.customer_id = src.customer_id;

-- analyze-resolved: The planner has to know how many rows are compared with the table.
ANALYZE pg_temp.resolved;

-- count-unknown-members: Rows that met no member or no version of their own time, per link.
SELECT count(*) FILTER (WHERE customer_key = -1) AS unknown_customer,
       count(*) FILTER (WHERE household_durable_key = -1) AS unknown_household,
       count(*) FILTER (WHERE link_outcome_1 = 1) AS before_first_customer,
       count(*) FILTER (WHERE link_outcome_1 = 2) AS in_gap_customer
FROM pg_temp.resolved;

-- count-accepted: The rows that count.
SELECT count(*) AS accepted FROM pg_temp.resolved;

-- update-changed-rows: Only rows in which something is really different.
UPDATE business.fact_sale AS tgt
SET customer_key = src.customer_key,
    customer_durable_key = src.customer_durable_key,
    household_durable_key = src.household_durable_key,
    sold_at = src.sold_at,
    amount = src.amount,
    load_id = $load_id
FROM pg_temp.resolved AS src
WHERE tgt.sale_id = src.sale_id
  AND (tgt.customer_key IS DISTINCT FROM src.customer_key
       OR tgt.customer_durable_key IS DISTINCT FROM src.customer_durable_key
       OR tgt.household_durable_key IS DISTINCT FROM src.household_durable_key
       OR tgt.sold_at IS DISTINCT FROM src.sold_at
       OR tgt.amount IS DISTINCT FROM src.amount);

-- insert-new-rows: Rows of a grain that the table does not have.
INSERT INTO business.fact_sale (customer_key, customer_durable_key, household_durable_key, sale_id, sold_at, amount, load_id)
SELECT src.customer_key,
       src.customer_durable_key,
       src.household_durable_key,
       src.sale_id,
       src.sold_at,
       src.amount,
       $load_id
FROM pg_temp.resolved AS src
WHERE NOT EXISTS (SELECT 1 FROM business.fact_sale AS tgt WHERE tgt.sale_id = src.sale_id);

-- count-rows-too-many: Each row of the batch stands in the table once.
-- only if: inserted > 0
SELECT (SELECT count(*) FROM business.fact_sale AS tgt WHERE EXISTS (SELECT 1 FROM pg_temp.resolved AS src WHERE tgt.sale_id = src.sale_id))
     - (SELECT count(*) FROM pg_temp.resolved) AS rows_too_many;

-- check-grain: rows of one grain would stand in the table more than once
-- only if: rows_too_many > 0
SELECT tgt.sale_id
FROM business.fact_sale AS tgt
JOIN pg_temp.resolved AS src ON tgt.sale_id = src.sale_id
GROUP BY tgt.sale_id
HAVING count(*) > 1
LIMIT 20;
