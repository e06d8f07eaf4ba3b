-- warehouse-sdk: merge business.dim_customer

-- reject-incomplete-rows: A row without a key or a time belongs to no member.
INSERT INTO "WAREHOUSE"."REJECT" (load_id, target, file, line, column_name, reason, raw_row)
SELECT $load_id,
       $target,
       $path,
       src."SOURCE_LINE",
       array_to_string(array_construct_compact(CASE WHEN src."CUSTOMER_ID" IS NULL THEN 'customer_id' END, CASE WHEN src."CHANGED_AT" IS NULL THEN 'changed_at' END), ', '),
       'natural key or effective time is NULL',
       to_json(object_construct_keep_null(src.*))
FROM "WAREHOUSE_WORK"."STAGED" AS src
WHERE src."CUSTOMER_ID" IS NULL OR src."CHANGED_AT" IS NULL;

-- read-known-versions: All stored versions of the members at hand: the table is read once and left alone until it is written.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."KNOWN" AS
WITH members AS (
    SELECT DISTINCT src."CUSTOMER_ID"
    FROM "WAREHOUSE_WORK"."STAGED" AS src
)
SELECT tgt.*
FROM "BUSINESS"."DIM_CUSTOMER" AS tgt
JOIN members ON tgt."CUSTOMER_ID" = members."CUSTOMER_ID";

-- find-news: Members of whom a row says something that their open version does not; of all others nothing has to be known.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."NEWS" AS
SELECT DISTINCT src."CUSTOMER_ID"
FROM "WAREHOUSE_WORK"."STAGED" AS src
LEFT JOIN "WAREHOUSE_WORK"."KNOWN" AS tgt ON tgt."CUSTOMER_ID" = src."CUSTOMER_ID" AND tgt."IS_CURRENT"
WHERE src."CUSTOMER_ID" IS NOT NULL AND src."CHANGED_AT" IS NOT NULL
  AND (tgt."CUSTOMER_KEY" IS NULL
       OR tgt."IS_INFERRED"
       OR tgt."IS_DELETED"
       OR CAST(src."CHANGED_AT" AS TIMESTAMP) < tgt."VALID_FROM"
       OR lower(tgt."CITY") IS DISTINCT FROM lower(src."CITY")
       OR tgt."STORE_ID" IS DISTINCT FROM src."STORE_ID"
       OR tgt."FIRST_NAME" IS DISTINCT FROM src."FIRST_NAME"
       OR tgt."EMAIL" IS DISTINCT FROM src."EMAIL"
       OR tgt."SEGMENT" IS DISTINCT FROM src."SEGMENT"
       OR (tgt."CREATED_ON" IS NULL AND src."CREATED_ON" IS NOT NULL));

-- normalise-rows: Brings every value to the form it is compared and stored in.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."EVENTS" AS
SELECT src."CUSTOMER_ID",
       CAST(src."CHANGED_AT" AS TIMESTAMP) AS effective_at,
       FALSE AS is_delete,
       src."CREATED_ON" AS "CREATED_ON",
       src."FIRST_NAME" AS "FIRST_NAME",
       src."EMAIL" AS "EMAIL",
       src."CITY" AS "CITY",
       src."SEGMENT" AS "SEGMENT",
       src."STORE_ID" AS "STORE_ID",
       src."SOURCE_LINE"
FROM "WAREHOUSE_WORK"."STAGED" AS src
JOIN "WAREHOUSE_WORK"."NEWS" AS news ON news."CUSTOMER_ID" = src."CUSTOMER_ID"
WHERE src."CUSTOMER_ID" IS NOT NULL AND src."CHANGED_AT" IS NOT NULL;

-- count-set-aside: The rows of all other members agree with what is stored.
SELECT count_if(src."CUSTOMER_ID" IS NOT NULL AND src."CHANGED_AT" IS NOT NULL) - (SELECT count(*) FROM "WAREHOUSE_WORK"."EVENTS") AS "ACCEPTED"
FROM "WAREHOUSE_WORK"."STAGED" AS src;

-- find-repeated-keys: Keys that stand in the batch more than once; usually none.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."REPEATED" AS
SELECT src."CUSTOMER_ID",
       src."EFFECTIVE_AT",
       count(*) AS copies
FROM "WAREHOUSE_WORK"."EVENTS" AS src
GROUP BY ALL
HAVING count(*) > 1;

-- count-repeated-keys: Whether anything has to be decided at all.
SELECT count(*) AS repeated_keys FROM "WAREHOUSE_WORK"."REPEATED";

-- decide-repeated-rows: Exact copies collapse into one.
-- only if: repeated_keys > 0
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."DECIDED" AS
SELECT src."CUSTOMER_ID",
       src."EFFECTIVE_AT",
       src."IS_DELETE",
       src."CREATED_ON",
       src."FIRST_NAME",
       src."EMAIL",
       min(src."CITY") AS "CITY",
       src."SEGMENT",
       src."STORE_ID",
       min(src."SOURCE_LINE") AS "SOURCE_LINE"
FROM "WAREHOUSE_WORK"."EVENTS" AS src
JOIN "WAREHOUSE_WORK"."REPEATED" AS repeated ON repeated."CUSTOMER_ID" = src."CUSTOMER_ID" AND repeated."EFFECTIVE_AT" = src."EFFECTIVE_AT"
GROUP BY src."CUSTOMER_ID",
         src."EFFECTIVE_AT",
         src."IS_DELETE",
         src."CREATED_ON",
         src."FIRST_NAME",
         src."EMAIL",
         lower(src."CITY"),
         src."SEGMENT",
         src."STORE_ID";

-- find-conflicts: Keys that are still there with different values.
-- only if: repeated_keys > 0
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."CONFLICTS" AS
SELECT src."CUSTOMER_ID",
       src."EFFECTIVE_AT",
       array_to_string(array_construct_compact(CASE WHEN count(DISTINCT src."IS_DELETE") > 1 OR count(src."IS_DELETE") NOT IN (0, count(*)) THEN 'is_delete' END,
                                               CASE WHEN count(DISTINCT src."CREATED_ON") > 1 OR count(src."CREATED_ON") NOT IN (0, count(*)) THEN 'created_on' END,
                                               CASE WHEN count(DISTINCT src."FIRST_NAME") > 1 OR count(src."FIRST_NAME") NOT IN (0, count(*)) THEN 'first_name' END,
                                               CASE WHEN count(DISTINCT src."EMAIL") > 1 OR count(src."EMAIL") NOT IN (0, count(*)) THEN 'email' END,
                                               CASE WHEN count(DISTINCT lower(src."CITY")) > 1 OR count(src."CITY") NOT IN (0, count(*)) THEN 'city' END,
                                               CASE WHEN count(DISTINCT src."SEGMENT") > 1 OR count(src."SEGMENT") NOT IN (0, count(*)) THEN 'segment' END,
                                               CASE WHEN count(DISTINCT src."STORE_ID") > 1 OR count(src."STORE_ID") NOT IN (0, count(*)) THEN 'store_id' END), ', ') AS differing_columns
FROM "WAREHOUSE_WORK"."DECIDED" AS src
WHERE NOT src.is_delete
GROUP BY src."CUSTOMER_ID",
         src."EFFECTIVE_AT"
HAVING count(*) > 1;

-- reject-conflicting-rows: None of them can be chosen, so all are kept aside.
-- only if: repeated_keys > 0
INSERT INTO "WAREHOUSE"."REJECT" (load_id, target, file, line, column_name, reason, raw_row)
SELECT $load_id,
       $target,
       $path,
       src."SOURCE_LINE",
       conflicts.differing_columns,
       'several rows of one member have one effective time and different values (' || 'customer_id = ' || CAST(src."CUSTOMER_ID" AS VARCHAR) || ', ' || 'effective_at = ' || CAST(src."EFFECTIVE_AT" AS VARCHAR) || ')',
       to_json(object_construct_keep_null(src.*))
FROM "WAREHOUSE_WORK"."EVENTS" AS src
JOIN "WAREHOUSE_WORK"."CONFLICTS" AS conflicts ON conflicts."CUSTOMER_ID" = src."CUSTOMER_ID" AND conflicts."EFFECTIVE_AT" = src."EFFECTIVE_AT";

-- take-incoming: The rows whose key stands in the batch once.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."INCOMING" AS
SELECT src."CUSTOMER_ID",
       src."EFFECTIVE_AT",
       src."IS_DELETE",
       src."CREATED_ON",
       src."FIRST_NAME",
       src."EMAIL",
       src."CITY",
       src."SEGMENT",
       src."STORE_ID",
       src."SOURCE_LINE"
FROM "WAREHOUSE_WORK"."EVENTS" AS src
LEFT JOIN "WAREHOUSE_WORK"."REPEATED" AS repeated ON repeated."CUSTOMER_ID" = src."CUSTOMER_ID" AND repeated."EFFECTIVE_AT" = src."EFFECTIVE_AT"
WHERE repeated.copies IS NULL;

-- take-decided-rows: And the one row that was chosen for a repeated key.
-- only if: repeated_keys > 0
INSERT INTO "WAREHOUSE_WORK"."INCOMING"
SELECT src."CUSTOMER_ID",
       src."EFFECTIVE_AT",
       src."IS_DELETE",
       src."CREATED_ON",
       src."FIRST_NAME",
       src."EMAIL",
       src."CITY",
       src."SEGMENT",
       src."STORE_ID",
       src."SOURCE_LINE"
FROM "WAREHOUSE_WORK"."DECIDED" AS src
WHERE NOT EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."CONFLICTS" AS conflicts WHERE conflicts."CUSTOMER_ID" = src."CUSTOMER_ID" AND conflicts."EFFECTIVE_AT" = src."EFFECTIVE_AT");

-- count-duplicates: Copies that collapsed and rows that were superseded.
-- only if: repeated_keys > 0
SELECT (SELECT CAST(coalesce(sum(repeated.copies), 0) AS BIGINT)
        FROM "WAREHOUSE_WORK"."REPEATED" AS repeated
        WHERE NOT EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."CONFLICTS" AS conflicts WHERE conflicts."CUSTOMER_ID" = repeated."CUSTOMER_ID" AND conflicts."EFFECTIVE_AT" = repeated."EFFECTIVE_AT"))
     - (SELECT count(*)
        FROM "WAREHOUSE_WORK"."DECIDED" AS decided
        WHERE NOT EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."CONFLICTS" AS conflicts WHERE conflicts."CUSTOMER_ID" = decided."CUSTOMER_ID" AND conflicts."EFFECTIVE_AT" = decided."EFFECTIVE_AT")) AS duplicates;

-- find-inferred-members: The first real event of each placeholder.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."RESOLVING" AS
SELECT incoming.*
FROM "WAREHOUSE_WORK"."INCOMING" AS incoming
JOIN "WAREHOUSE_WORK"."KNOWN" AS placeholder ON placeholder."CUSTOMER_ID" = incoming."CUSTOMER_ID" AND placeholder."IS_INFERRED"
WHERE NOT incoming.is_delete
QUALIFY row_number() OVER (PARTITION BY incoming."CUSTOMER_ID" ORDER BY incoming.effective_at) = 1;

-- count-placeholders: Usually none.
SELECT count(*) AS "PLACEHOLDERS" FROM "WAREHOUSE_WORK"."RESOLVING";

-- resolve-inferred-members: The first real event overwrites a placeholder in place and keeps its surrogate key.
-- only if: placeholders > 0
UPDATE "BUSINESS"."DIM_CUSTOMER"
SET "CREATED_ON" = src."CREATED_ON",
    "FIRST_NAME" = src."FIRST_NAME",
    "EMAIL" = src."EMAIL",
    "CITY" = src."CITY",
    "SEGMENT" = src."SEGMENT",
    "STORE_ID" = src."STORE_ID",
    "VALID_FROM" = least_ignore_nulls("BUSINESS"."DIM_CUSTOMER"."VALID_FROM", src.effective_at),
    "CHANGED_AT" = src.effective_at,
    "IS_INFERRED" = FALSE,
    "LOAD_ID" = $load_id
FROM "WAREHOUSE_WORK"."RESOLVING" AS src
WHERE "BUSINESS"."DIM_CUSTOMER"."CUSTOMER_ID" = src."CUSTOMER_ID"
  AND "BUSINESS"."DIM_CUSTOMER"."IS_INFERRED";

-- resolve-known-members: What is known of them is no placeholder any more.
-- only if: placeholders > 0
UPDATE "WAREHOUSE_WORK"."KNOWN"
SET "CREATED_ON" = src."CREATED_ON",
    "FIRST_NAME" = src."FIRST_NAME",
    "EMAIL" = src."EMAIL",
    "CITY" = src."CITY",
    "SEGMENT" = src."SEGMENT",
    "STORE_ID" = src."STORE_ID",
    "VALID_FROM" = least_ignore_nulls("WAREHOUSE_WORK"."KNOWN"."VALID_FROM", src.effective_at),
    "CHANGED_AT" = src.effective_at,
    "IS_INFERRED" = FALSE,
    "LOAD_ID" = $load_id
FROM "WAREHOUSE_WORK"."RESOLVING" AS src
WHERE "WAREHOUSE_WORK"."KNOWN"."CUSTOMER_ID" = src."CUSTOMER_ID"
  AND "WAREHOUSE_WORK"."KNOWN"."IS_INFERRED";

-- find-late-rows: Rows at the very instant of what is stored that say something else.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."LATE" AS
SELECT src.*,
       FALSE AS is_known
FROM "WAREHOUSE_WORK"."INCOMING" AS src
WHERE EXISTS (
    SELECT 1
    FROM "WAREHOUSE_WORK"."KNOWN" AS tgt
    WHERE tgt."CUSTOMER_ID" = src."CUSTOMER_ID"
      AND NOT tgt."IS_INFERRED"
      AND NOT tgt."IS_DELETED"
      AND tgt."VALID_FROM" <= src.effective_at AND coalesce(tgt."VALID_TO", TIMESTAMP '9999-12-31') > src.effective_at
      AND src.effective_at IN (tgt."VALID_FROM", coalesce(tgt."CHANGED_AT", tgt."VALID_FROM"))
      AND NOT src.is_delete AND (lower(tgt."CITY") IS DISTINCT FROM lower(src."CITY")
                                 OR tgt."STORE_ID" IS DISTINCT FROM src."STORE_ID")
);

-- count-late-rows: Rows that the stored history tells already change nothing; the others here cannot be taken in.
SELECT count(*) AS late_rows,
       count_if(is_known) AS accepted
FROM "WAREHOUSE_WORK"."LATE";

-- reject-late-rows: What contradicts what is stored and cannot be decided is kept aside, never silently dropped.
-- only if: late_rows > 0
INSERT INTO "WAREHOUSE"."REJECT" (load_id, target, file, line, column_name, reason, raw_row)
SELECT $load_id,
       $target,
       $path,
       src."SOURCE_LINE",
       NULL,
       'another event of the member at this instant is stored and differs (' || 'customer_id = ' || CAST(src."CUSTOMER_ID" AS VARCHAR) || ')',
       to_json(object_construct_keep_null(src.*))
FROM "WAREHOUSE_WORK"."LATE" AS src
WHERE NOT src.is_known;

-- leave-late-rows: They take no further part.
-- only if: late_rows > 0
DELETE FROM "WAREHOUSE_WORK"."INCOMING"
USING (
    SELECT src."SOURCE_LINE"
    FROM "WAREHOUSE_WORK"."INCOMING" AS src
    WHERE EXISTS (
        SELECT 1
        FROM "WAREHOUSE_WORK"."LATE" AS late
        WHERE late."CUSTOMER_ID" = src."CUSTOMER_ID"
          AND late.effective_at = src.effective_at
          AND late.is_delete = src.is_delete
    )
) AS gone
WHERE "WAREHOUSE_WORK"."INCOMING"."SOURCE_LINE" = gone."SOURCE_LINE";

-- count-incoming: The rows that will be compared.
SELECT count(*) AS accepted FROM "WAREHOUSE_WORK"."INCOMING";

-- find-touched-members: Members with an event that their history does not already tell.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."TOUCHED" AS
SELECT DISTINCT src."CUSTOMER_ID"
FROM "WAREHOUSE_WORK"."INCOMING" AS src
LEFT JOIN "WAREHOUSE_WORK"."KNOWN" AS tgt ON tgt."CUSTOMER_ID" = src."CUSTOMER_ID"
    AND tgt."VALID_FROM" <= src.effective_at AND coalesce(tgt."VALID_TO", TIMESTAMP '9999-12-31') > src.effective_at
WHERE CASE WHEN tgt."CUSTOMER_KEY" IS NULL OR tgt."IS_DELETED" THEN NOT src.is_delete
           ELSE src.is_delete
                OR lower(tgt."CITY") IS DISTINCT FROM lower(src."CITY")
                OR tgt."STORE_ID" IS DISTINCT FROM src."STORE_ID"
                OR (tgt."FIRST_NAME" IS DISTINCT FROM src."FIRST_NAME" AND src.effective_at >= coalesce(tgt."CHANGED_AT", tgt."VALID_FROM"))
                OR (tgt."EMAIL" IS DISTINCT FROM src."EMAIL" AND src.effective_at >= coalesce(tgt."CHANGED_AT", tgt."VALID_FROM"))
                OR (tgt."SEGMENT" IS DISTINCT FROM src."SEGMENT" AND src.effective_at >= coalesce(tgt."CHANGED_AT", tgt."VALID_FROM"))
                OR (tgt."CREATED_ON" IS NULL AND src."CREATED_ON" IS NOT NULL)
      END
UNION
SELECT resolving."CUSTOMER_ID"
FROM "WAREHOUSE_WORK"."RESOLVING" AS resolving
UNION
SELECT resolving."CUSTOMER_ID"
FROM "WAREHOUSE_WORK"."RESOLVING" AS resolving;

-- count-touched-members: Without any the merge ends here.
SELECT count(*) AS "TOUCHED_MEMBERS" FROM "WAREHOUSE_WORK"."TOUCHED";

-- read-stored-versions: The history of the touched members as it was before.
-- only if: touched_members > 0
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."STORED" AS
SELECT tgt."CUSTOMER_KEY",
       tgt."CUSTOMER_DURABLE_KEY",
       tgt."CUSTOMER_ID",
       tgt."CREATED_ON",
       tgt."FIRST_NAME",
       tgt."EMAIL",
       tgt."CITY",
       tgt."SEGMENT",
       tgt."STORE_ID",
       tgt."PREVIOUS_SEGMENT",
       tgt."VALID_FROM" AS held_from,
       tgt."VALID_TO" AS ends_at,
       lead(tgt."VALID_FROM") OVER (PARTITION BY tgt."CUSTOMER_ID" ORDER BY tgt."VALID_FROM") AS next_held_from,
       tgt."VERSION" AS version_number,
       coalesce(tgt."CHANGED_AT", tgt."VALID_FROM") AS stored_change,
       tgt."IS_DELETED" AS is_delete
FROM "WAREHOUSE_WORK"."KNOWN" AS tgt
JOIN "WAREHOUSE_WORK"."TOUCHED" AS touched ON tgt."CUSTOMER_ID" = touched."CUSTOMER_ID";

-- guard-stored-versions: members have several open versions in the table already, so nobody can tell which of them is true; VerifyAsync lists them, correct the table first
-- only if: touched_members > 0
SELECT stored."CUSTOMER_ID"
FROM "WAREHOUSE_WORK"."STORED" AS stored
WHERE stored.ends_at IS NULL
GROUP BY stored."CUSTOMER_ID"
HAVING count(*) > 1
LIMIT 20;

-- build-timeline: What is known of each touched member and what the batch says, in order.
-- only if: touched_members > 0
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."TIMELINE" AS
WITH
happenings AS (
    SELECT stored.held_from AS happens_at,
           0 AS precedence,
           'stored' AS kind,
           FALSE AS is_delete,
           stored.version_number AS stored_version,
           stored.stored_change,
           stored."CUSTOMER_ID",
           stored."CREATED_ON",
           stored."FIRST_NAME",
           stored."EMAIL",
           stored."CITY",
           stored."SEGMENT",
           stored."STORE_ID",
           stored."PREVIOUS_SEGMENT"
    FROM "WAREHOUSE_WORK"."STORED" AS stored
    WHERE NOT stored.is_delete
    UNION ALL
    SELECT stored.stored_change, 1, 'seen', FALSE, NULL, NULL, stored."CUSTOMER_ID", stored."CREATED_ON", stored."FIRST_NAME", stored."EMAIL", stored."CITY", stored."SEGMENT", stored."STORE_ID", stored."PREVIOUS_SEGMENT"
    FROM "WAREHOUSE_WORK"."STORED" AS stored
    WHERE NOT stored.is_delete AND stored.stored_change > stored.held_from AND (stored.ends_at IS NULL OR stored.stored_change < stored.ends_at)
    UNION ALL
    SELECT stored.held_from, 0, 'ended', TRUE, NULL, NULL, stored."CUSTOMER_ID", NULL, NULL, NULL, NULL, NULL, NULL, NULL
    FROM "WAREHOUSE_WORK"."STORED" AS stored
    WHERE stored.is_delete
    UNION ALL
    SELECT stored.ends_at, 0, 'ended', TRUE, NULL, NULL, stored."CUSTOMER_ID", NULL, NULL, NULL, NULL, NULL, NULL, NULL
    FROM "WAREHOUSE_WORK"."STORED" AS stored
    WHERE stored.ends_at IS NOT NULL AND stored.next_held_from IS DISTINCT FROM stored.ends_at
    UNION ALL
    SELECT src.effective_at, 2, 'event', src.is_delete, NULL, NULL, src."CUSTOMER_ID", src."CREATED_ON", src."FIRST_NAME", src."EMAIL", src."CITY", src."SEGMENT", src."STORE_ID", NULL
    FROM "WAREHOUSE_WORK"."INCOMING" AS src
    JOIN "WAREHOUSE_WORK"."TOUCHED" AS touched ON src."CUSTOMER_ID" = touched."CUSTOMER_ID"
),
-- Ended and begun at the same instant: nothing ended.
without_undone_ends AS (
    SELECT src.*,
           kind = 'event' AND NOT is_delete AND boolor_agg(is_delete AND kind IN ('ended', 'known')) OVER (PARTITION BY src."CUSTOMER_ID", happens_at) AS undoes_end
    FROM happenings AS src
    QUALIFY NOT (is_delete AND boolor_agg(NOT is_delete) OVER (PARTITION BY src."CUSTOMER_ID", happens_at))
),
-- A second end, or the end of someone never seen, says nothing.
without_idle_ends AS (
    SELECT src.*
    FROM without_undone_ends AS src
    QUALIFY NOT (is_delete AND coalesce(lag(is_delete) OVER (PARTITION BY src."CUSTOMER_ID" ORDER BY happens_at, precedence), TRUE))
),
grouped AS (
    SELECT src.*,
           count_if(kind = 'stored') OVER (PARTITION BY src."CUSTOMER_ID" ORDER BY happens_at, precedence) AS stored_group
    FROM without_idle_ends AS src
),
-- An event older than the last overwrite leaves that as it is.
without_old_overwrites AS (
    SELECT src.* REPLACE (
        CASE WHEN kind = 'event' AND happens_at < first_value(stored_change) OVER (PARTITION BY src."CUSTOMER_ID" ORDER BY stored_version DESC NULLS LAST) THEN first_value("FIRST_NAME") OVER (PARTITION BY src."CUSTOMER_ID" ORDER BY stored_version DESC NULLS LAST) ELSE "FIRST_NAME" END AS "FIRST_NAME",
        CASE WHEN kind = 'event' AND happens_at < first_value(stored_change) OVER (PARTITION BY src."CUSTOMER_ID" ORDER BY stored_version DESC NULLS LAST) THEN first_value("EMAIL") OVER (PARTITION BY src."CUSTOMER_ID" ORDER BY stored_version DESC NULLS LAST) ELSE "EMAIL" END AS "EMAIL",
        CASE WHEN kind = 'event' AND happens_at < first_value(stored_change) OVER (PARTITION BY src."CUSTOMER_ID" ORDER BY stored_version DESC NULLS LAST) THEN first_value("SEGMENT") OVER (PARTITION BY src."CUSTOMER_ID" ORDER BY stored_version DESC NULLS LAST) ELSE "SEGMENT" END AS "SEGMENT"
    )
    FROM grouped AS src
),
-- An end carries on the values it found.
carried AS (
    SELECT src.* REPLACE (
        CASE WHEN is_delete THEN lag("CREATED_ON") OVER (PARTITION BY src."CUSTOMER_ID" ORDER BY happens_at, precedence) ELSE "CREATED_ON" END AS "CREATED_ON",
        CASE WHEN is_delete THEN lag("FIRST_NAME") OVER (PARTITION BY src."CUSTOMER_ID" ORDER BY happens_at, precedence) ELSE "FIRST_NAME" END AS "FIRST_NAME",
        CASE WHEN is_delete THEN lag("EMAIL") OVER (PARTITION BY src."CUSTOMER_ID" ORDER BY happens_at, precedence) ELSE "EMAIL" END AS "EMAIL",
        CASE WHEN is_delete THEN lag("CITY") OVER (PARTITION BY src."CUSTOMER_ID" ORDER BY happens_at, precedence) ELSE "CITY" END AS "CITY",
        CASE WHEN is_delete THEN lag("SEGMENT") OVER (PARTITION BY src."CUSTOMER_ID" ORDER BY happens_at, precedence) ELSE "SEGMENT" END AS "SEGMENT",
        CASE WHEN is_delete THEN lag("STORE_ID") OVER (PARTITION BY src."CUSTOMER_ID" ORDER BY happens_at, precedence) ELSE "STORE_ID" END AS "STORE_ID"
    )
    FROM without_old_overwrites AS src
)
SELECT src.*,
       lag(kind) OVER (PARTITION BY src."CUSTOMER_ID" ORDER BY happens_at, precedence) IS NULL AS is_first,
       NOT is_delete AND (
           coalesce(lag(is_delete) OVER (PARTITION BY src."CUSTOMER_ID" ORDER BY happens_at, precedence), TRUE)
           OR (kind = 'stored' AND lag(kind) OVER (PARTITION BY src."CUSTOMER_ID" ORDER BY happens_at, precedence) IN ('stored', 'seen'))
           OR lower("CITY") IS DISTINCT FROM lower(lag("CITY") OVER (PARTITION BY src."CUSTOMER_ID" ORDER BY happens_at, precedence))
           OR "STORE_ID" IS DISTINCT FROM lag("STORE_ID") OVER (PARTITION BY src."CUSTOMER_ID" ORDER BY happens_at, precedence)
       ) AS begins_version,
       is_delete AS ends_member,
       kind = 'event' AND NOT is_delete AND NOT coalesce(lag(is_delete) OVER (PARTITION BY src."CUSTOMER_ID" ORDER BY happens_at, precedence), TRUE) AND (
           "FIRST_NAME" IS DISTINCT FROM lag("FIRST_NAME") OVER (PARTITION BY src."CUSTOMER_ID" ORDER BY happens_at, precedence)
           OR "EMAIL" IS DISTINCT FROM lag("EMAIL") OVER (PARTITION BY src."CUSTOMER_ID" ORDER BY happens_at, precedence)
           OR "SEGMENT" IS DISTINCT FROM lag("SEGMENT") OVER (PARTITION BY src."CUSTOMER_ID" ORDER BY happens_at, precedence)
       ) AS overwrites,
       lag(kind) OVER (PARTITION BY src."CUSTOMER_ID" ORDER BY happens_at, precedence) IS NOT NULL AND "SEGMENT" IS DISTINCT FROM lag("SEGMENT") OVER (PARTITION BY src."CUSTOMER_ID" ORDER BY happens_at, precedence) AS "SEGMENT_CHANGES"
FROM carried AS src;

-- number-versions: Each version with its end and its key: that of the stored version which begins where it does or, saying the same, inside it.
-- only if: touched_members > 0
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."VERSIONS" AS
WITH boundaries AS (
    SELECT src.* REPLACE (CASE WHEN ends_member THEN lag("CITY") OVER (PARTITION BY src."CUSTOMER_ID" ORDER BY happens_at, precedence) ELSE "CITY" END AS "CITY"),
           lead(happens_at) OVER (PARTITION BY src."CUSTOMER_ID" ORDER BY happens_at, precedence) AS ends_at
    FROM "WAREHOUSE_WORK"."TIMELINE" AS src
    WHERE begins_version OR ends_member
),
numbered AS (
    SELECT src.*,
           row_number() OVER (PARTITION BY src."CUSTOMER_ID" ORDER BY happens_at) AS version_number
    FROM boundaries AS src
),
begun AS (
    SELECT src.*,
           src.happens_at AS held_from
    FROM numbered AS src
),
same_beginning AS (
    SELECT src.*,
           stored."CUSTOMER_KEY" AS stored_key
    FROM begun AS src
    LEFT JOIN "WAREHOUSE_WORK"."STORED" AS stored ON stored."CUSTOMER_ID" = src."CUSTOMER_ID" AND stored.held_from = src.held_from
),
begins_earlier AS (
    SELECT src."CUSTOMER_ID",
           src.version_number,
           min_by(stored."CUSTOMER_KEY", stored.held_from) AS stored_key
    FROM same_beginning AS src
    JOIN "WAREHOUSE_WORK"."STORED" AS stored ON stored."CUSTOMER_ID" = src."CUSTOMER_ID"
        AND stored.held_from > src.held_from
        AND (src.ends_at IS NULL OR stored.held_from < src.ends_at)
    WHERE src.stored_key IS NULL
      AND NOT (lower(stored."CITY") IS DISTINCT FROM lower(src."CITY"))
          AND NOT (stored."STORE_ID" IS DISTINCT FROM src."STORE_ID")
          AND stored.is_delete = src.is_delete
    GROUP BY src."CUSTOMER_ID", src.version_number
),
matched AS (
    SELECT src.* REPLACE (coalesce(src.stored_key, earlier.stored_key) AS stored_key)
    FROM same_beginning AS src
    LEFT JOIN begins_earlier AS earlier ON earlier."CUSTOMER_ID" = src."CUSTOMER_ID" AND earlier.version_number = src.version_number
)
, keyed AS (
    SELECT src.*,
           coalesce(src.stored_key, surrogate_key.last_key + row_number() OVER (PARTITION BY src.stored_key IS NULL ORDER BY src.happens_at, src."CUSTOMER_ID")) AS given_key
    FROM matched AS src
    CROSS JOIN (SELECT last_key FROM "WAREHOUSE"."SURROGATE_KEY" WHERE target = $target) AS surrogate_key
)
SELECT src.*,
       coalesce(known."CUSTOMER_DURABLE_KEY", first_value(src.given_key) OVER (PARTITION BY src."CUSTOMER_ID" ORDER BY src.version_number)) AS "CUSTOMER_DURABLE_KEY",
       first_value(src."STORE_ID") OVER (PARTITION BY src."CUSTOMER_ID" ORDER BY src.version_number DESC) AS "CURRENT_STORE_ID",
       CASE WHEN src.is_delete THEN 'deleted'
            WHEN lag(src.version_number) OVER (PARTITION BY src."CUSTOMER_ID" ORDER BY src.version_number) IS NULL THEN 'new'
            WHEN lag(src.is_delete) OVER (PARTITION BY src."CUSTOMER_ID" ORDER BY src.version_number) OR lag(src.ends_at) OVER (PARTITION BY src."CUSTOMER_ID" ORDER BY src.version_number) < src.held_from THEN 'returned'
            ELSE array_to_string(array_construct_compact(CASE WHEN lower(src."CITY") IS DISTINCT FROM lower(lag(src."CITY") OVER (PARTITION BY src."CUSTOMER_ID" ORDER BY src.version_number)) THEN 'city' END,
                                                         CASE WHEN src."STORE_ID" IS DISTINCT FROM lag(src."STORE_ID") OVER (PARTITION BY src."CUSTOMER_ID" ORDER BY src.version_number) THEN 'store_id' END), ',')
       END AS "CHANGE_REASON"
FROM keyed AS src
LEFT JOIN (
    SELECT stored."CUSTOMER_ID",
           min(stored."CUSTOMER_DURABLE_KEY") AS "CUSTOMER_DURABLE_KEY"
    FROM "WAREHOUSE_WORK"."STORED" AS stored
    GROUP BY stored."CUSTOMER_ID"
) AS known ON known."CUSTOMER_ID" = src."CUSTOMER_ID";

-- find-member-state: Type 0 the earliest value, types 1 and 3 the latest: of the member, or of the version where only the current one is overwritten.
-- only if: touched_members > 0
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."MEMBER_STATE" AS
SELECT "CUSTOMER_ID",
       min_by("CREATED_ON", CASE WHEN NOT is_delete AND "CREATED_ON" IS NOT NULL THEN place END) AS "CREATED_ON",
       max_by("FIRST_NAME", CASE WHEN NOT is_delete THEN place END) AS "FIRST_NAME",
       max_by("EMAIL", CASE WHEN NOT is_delete THEN place END) AS "EMAIL",
       max_by("SEGMENT", CASE WHEN is_first OR "SEGMENT_CHANGES" OR kind = 'stored' THEN place END) AS "SEGMENT",
       CASE WHEN max_by(kind, CASE WHEN is_first OR "SEGMENT_CHANGES" OR kind = 'stored' THEN place END) = 'stored'
            THEN max_by("PREVIOUS_SEGMENT", CASE WHEN kind = 'stored' THEN place END)
            ELSE max_by("before segment", CASE WHEN is_first OR "SEGMENT_CHANGES" OR kind = 'stored' THEN place END)
       END AS "PREVIOUS_SEGMENT",
       max(CASE WHEN kind IN ('event', 'absent') AND (begins_version OR overwrites OR ends_member) THEN happens_at END) AS changed_at,
       boolor_agg(overwrites) AS is_overwritten
FROM (
    SELECT happening.*,
           row_number() OVER (PARTITION BY "CUSTOMER_ID" ORDER BY happens_at, precedence) AS place,
           lag("SEGMENT") OVER (PARTITION BY "CUSTOMER_ID", is_first OR "SEGMENT_CHANGES" OR kind = 'stored' ORDER BY happens_at, precedence) AS "before segment"
    FROM "WAREHOUSE_WORK"."TIMELINE" AS happening
) AS placed
GROUP BY "CUSTOMER_ID";

-- find-vanished-versions: Stored versions that the history no longer has, with the member's latest.
-- only if: touched_members > 0
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."VANISHED" AS
SELECT stored."CUSTOMER_KEY" AS old_key,
       coalesce(latest.given_key, -1) AS new_key
FROM "WAREHOUSE_WORK"."STORED" AS stored
LEFT JOIN (
    SELECT src."CUSTOMER_ID",
           max_by(src.given_key, src.version_number) AS given_key
    FROM "WAREHOUSE_WORK"."VERSIONS" AS src
    GROUP BY src."CUSTOMER_ID"
) AS latest ON latest."CUSTOMER_ID" = stored."CUSTOMER_ID"
WHERE NOT EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."VERSIONS" AS src WHERE src.stored_key = stored."CUSTOMER_KEY");

-- count-vanished-versions: Usually none.
-- only if: touched_members > 0
SELECT count(*) AS "VANISHED_VERSIONS" FROM "WAREHOUSE_WORK"."VANISHED";

-- find-moved-spans: The times at which another version is met than before.
-- only if: touched_members > 0
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."MOVED" AS
WITH met_before AS (
    SELECT stored."CUSTOMER_ID",
           stored."CUSTOMER_KEY" AS given_key,
           CASE WHEN row_number() OVER (PARTITION BY stored."CUSTOMER_ID" ORDER BY stored."HELD_FROM") = 1 THEN TIMESTAMP '0001-01-01' ELSE CAST(stored.held_from AS TIMESTAMP_NTZ(6)) END AS met_from,
           coalesce(CAST(lead(stored.held_from) OVER (PARTITION BY stored."CUSTOMER_ID" ORDER BY stored."HELD_FROM") AS TIMESTAMP_NTZ(6)), TIMESTAMP '9999-12-31') AS met_until
    FROM "WAREHOUSE_WORK"."STORED" AS stored
),
met_after AS (
    SELECT src."CUSTOMER_ID",
           src.given_key AS given_key,
           CASE WHEN row_number() OVER (PARTITION BY src."CUSTOMER_ID" ORDER BY src."HELD_FROM") = 1 THEN TIMESTAMP '0001-01-01' ELSE CAST(src.held_from AS TIMESTAMP_NTZ(6)) END AS met_from,
           coalesce(CAST(lead(src.held_from) OVER (PARTITION BY src."CUSTOMER_ID" ORDER BY src."HELD_FROM") AS TIMESTAMP_NTZ(6)), TIMESTAMP '9999-12-31') AS met_until
    FROM "WAREHOUSE_WORK"."VERSIONS" AS src
)
SELECT before.given_key AS old_key,
       after.given_key AS new_key,
       greatest_ignore_nulls(before.met_from, after.met_from) AS met_from,
       least_ignore_nulls(before.met_until, after.met_until) AS met_until
FROM met_before AS before
JOIN met_after AS after ON after."CUSTOMER_ID" = before."CUSTOMER_ID"
    AND after.met_from < before.met_until
    AND before.met_from < after.met_until
    AND after.given_key <> before.given_key;

-- count-moved-spans: Without any no fact is looked at.
-- only if: touched_members > 0
SELECT count(*) AS "MOVED_SPANS" FROM "WAREHOUSE_WORK"."MOVED";

-- read-earliest-move: No fact before it is looked at; unbounded when a first version moved.
-- only if: moved_spans > 0
SELECT nullif(min(met_from), TIMESTAMP '0001-01-01') AS moved_from
FROM "WAREHOUSE_WORK"."MOVED";

-- repoint-facts: Rows of business.fact_sale whose customer_key is now another version's at sold_at.
-- only if: moved_spans > 0
UPDATE "BUSINESS"."FACT_SALE"
SET "CUSTOMER_KEY" = src.new_key,
    "LOAD_ID" = $load_id
FROM "WAREHOUSE_WORK"."MOVED" AS src
WHERE "BUSINESS"."FACT_SALE"."CUSTOMER_KEY" = src.old_key
  AND "BUSINESS"."FACT_SALE"."SOLD_AT" >= src.met_from
  AND "BUSINESS"."FACT_SALE"."SOLD_AT" < src.met_until
  AND "BUSINESS"."FACT_SALE"."SOLD_AT" >= coalesce(CAST($moved_from AS TIMESTAMP_NTZ(6)), TIMESTAMP '0001-01-01');

-- repoint-vanished: Rows of business.fact_sale whose customer_key would be nobody's: the member's latest version, or unknown when it has none.
-- only if: vanished_versions > 0
UPDATE "BUSINESS"."FACT_SALE"
SET "CUSTOMER_KEY" = src.new_key,
    "LOAD_ID" = $load_id
FROM "WAREHOUSE_WORK"."VANISHED" AS src
WHERE "BUSINESS"."FACT_SALE"."CUSTOMER_KEY" = src.old_key;

-- unlink-vanished-members: Rows of business.fact_sale whose customer_durable_key is of a member without any version: unknown.
-- only if: vanished_versions > 0
UPDATE "BUSINESS"."FACT_SALE"
SET "CUSTOMER_DURABLE_KEY" = -1,
    "LOAD_ID" = $load_id
WHERE "BUSINESS"."FACT_SALE"."CUSTOMER_DURABLE_KEY" IN (
    SELECT stored."CUSTOMER_DURABLE_KEY"
    FROM "WAREHOUSE_WORK"."STORED" AS stored
    WHERE NOT EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."VERSIONS" AS src WHERE src."CUSTOMER_ID" = stored."CUSTOMER_ID")
);

-- unlink-vanished-members: Rows of business.fact_sale whose household_durable_key is of a member without any version: unknown.
-- only if: vanished_versions > 0
UPDATE "BUSINESS"."FACT_SALE"
SET "HOUSEHOLD_DURABLE_KEY" = -1,
    "LOAD_ID" = $load_id
WHERE "BUSINESS"."FACT_SALE"."HOUSEHOLD_DURABLE_KEY" IN (
    SELECT stored."CUSTOMER_DURABLE_KEY"
    FROM "WAREHOUSE_WORK"."STORED" AS stored
    WHERE NOT EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."VERSIONS" AS src WHERE src."CUSTOMER_ID" = stored."CUSTOMER_ID")
);

-- delete-vanished-versions: Versions that the history no longer has; nothing holds their keys any more.
-- only if: vanished_versions > 0
DELETE FROM "BUSINESS"."DIM_CUSTOMER"
WHERE "BUSINESS"."DIM_CUSTOMER"."CUSTOMER_KEY" IN (SELECT old_key FROM "WAREHOUSE_WORK"."VANISHED");

-- find-changed-versions: Stored versions that begin, end or number otherwise now, or were corrected; most only end.
-- only if: touched_members > 0
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."CHANGED" AS
SELECT compared.*,
       was_open AND NOT is_other AS only_ends
FROM (
    SELECT src.*,
           stored.ends_at IS NULL AS was_open,
           stored.ends_at IS DISTINCT FROM src.ends_at AS ends_otherwise,
           (
               stored.held_from IS DISTINCT FROM src.held_from
               OR stored.version_number IS DISTINCT FROM src.version_number
               OR stored.is_delete IS DISTINCT FROM src.is_delete
               OR stored."CITY" IS DISTINCT FROM src."CITY"
               OR stored."STORE_ID" IS DISTINCT FROM src."STORE_ID"
               OR known."CURRENT_STORE_ID" IS DISTINCT FROM src."CURRENT_STORE_ID"
               OR (NOT known."IS_INFERRED" AND known."CHANGE_REASON" IS DISTINCT FROM src."CHANGE_REASON")
           ) AS is_other
    FROM "WAREHOUSE_WORK"."VERSIONS" AS src
    JOIN "WAREHOUSE_WORK"."STORED" AS stored ON stored."CUSTOMER_KEY" = src.stored_key
    JOIN "WAREHOUSE_WORK"."KNOWN" AS known ON known."CUSTOMER_KEY" = src.stored_key
) AS compared
WHERE ends_otherwise
   OR is_other;

-- count-changed-versions: Of most nothing changes but that they end.
-- only if: touched_members > 0
SELECT count_if(only_ends) AS "ENDED_VERSIONS",
       count_if(NOT only_ends) AS "MOVED_VERSIONS"
FROM "WAREHOUSE_WORK"."CHANGED";

-- end-versions: Open versions that end now.
-- only if: ended_versions > 0
UPDATE "BUSINESS"."DIM_CUSTOMER"
SET "VALID_TO" = src.ends_at,
    "IS_CURRENT" = FALSE,
    "LOAD_ID" = $load_id
FROM "WAREHOUSE_WORK"."CHANGED" AS src
WHERE "BUSINESS"."DIM_CUSTOMER"."CUSTOMER_KEY" = src.stored_key
  AND src.only_ends;

-- move-versions: Versions of which more has changed than that they end.
-- only if: moved_versions > 0
UPDATE "BUSINESS"."DIM_CUSTOMER"
SET "VALID_FROM" = src.held_from,
    "VALID_TO" = src.ends_at,
    "IS_CURRENT" = src.ends_at IS NULL,
    "VERSION" = src.version_number,
    "IS_DELETED" = src.is_delete,
    "CITY" = src."CITY",
    "STORE_ID" = src."STORE_ID",
    "CURRENT_STORE_ID" = src."CURRENT_STORE_ID",
    "CHANGE_REASON" = CASE WHEN "BUSINESS"."DIM_CUSTOMER"."IS_INFERRED" THEN "BUSINESS"."DIM_CUSTOMER"."CHANGE_REASON" ELSE src."CHANGE_REASON" END,
    "CHANGED_AT" = CASE WHEN "BUSINESS"."DIM_CUSTOMER"."VALID_TO" < coalesce(src.ends_at, TIMESTAMP '9999-12-31') THEN greatest_ignore_nulls("BUSINESS"."DIM_CUSTOMER"."CHANGED_AT", "BUSINESS"."DIM_CUSTOMER"."VALID_TO") ELSE "BUSINESS"."DIM_CUSTOMER"."CHANGED_AT" END,
    "LOAD_ID" = $load_id
FROM "WAREHOUSE_WORK"."CHANGED" AS src
WHERE "BUSINESS"."DIM_CUSTOMER"."CUSTOMER_KEY" = src.stored_key
  AND NOT src.only_ends;

-- insert-versions: New versions, keyed in the order of effective time and natural key.
-- only if: touched_members > 0
INSERT INTO "BUSINESS"."DIM_CUSTOMER" ("CUSTOMER_KEY", "CUSTOMER_DURABLE_KEY", "CUSTOMER_ID", "CREATED_ON", "FIRST_NAME", "EMAIL", "CITY", "SEGMENT", "STORE_ID", "PREVIOUS_SEGMENT", "CURRENT_STORE_ID", "VALID_FROM", "VALID_TO", "IS_CURRENT", "VERSION", "CHANGED_AT", "CHANGE_REASON", "IS_INFERRED", "IS_DELETED", "LOAD_ID")
SELECT src.given_key,
       src."CUSTOMER_DURABLE_KEY",
       src."CUSTOMER_ID",
       member_state."CREATED_ON",
       member_state."FIRST_NAME",
       member_state."EMAIL",
       src."CITY",
       member_state."SEGMENT",
       src."STORE_ID",
       member_state."PREVIOUS_SEGMENT",
       src."CURRENT_STORE_ID",
       src.held_from,
       src.ends_at,
       src.ends_at IS NULL,
       src.version_number,
       greatest_ignore_nulls(member_state."CHANGED_AT", src.happens_at),
       src."CHANGE_REASON",
       FALSE,
       src.is_delete,
       $load_id
FROM "WAREHOUSE_WORK"."VERSIONS" AS src
JOIN "WAREHOUSE_WORK"."MEMBER_STATE" AS member_state ON member_state."CUSTOMER_ID" = src."CUSTOMER_ID"
WHERE src.stored_key IS NULL;

-- advance-surrogate-keys: Keys given are never given again.
-- only if: inserted_versions > 0
UPDATE "WAREHOUSE"."SURROGATE_KEY"
SET last_key = last_key + (SELECT count(*) FROM "WAREHOUSE_WORK"."VERSIONS" WHERE stored_key IS NULL)
WHERE target = $target;

-- overwrite-attributes: Type 0 holds for all versions of the member; types 1 and 3 too, or for the current one if so declared.
-- only if: touched_members > 0
UPDATE "BUSINESS"."DIM_CUSTOMER"
SET "CREATED_ON" = src."CREATED_ON",
    "FIRST_NAME" = src."FIRST_NAME",
    "EMAIL" = src."EMAIL",
    "SEGMENT" = src."SEGMENT",
    "PREVIOUS_SEGMENT" = src."PREVIOUS_SEGMENT",
    "CHANGED_AT" = greatest_ignore_nulls("BUSINESS"."DIM_CUSTOMER"."CHANGED_AT", src."CHANGED_AT"),
    "LOAD_ID" = $load_id
FROM "WAREHOUSE_WORK"."MEMBER_STATE" AS src
WHERE "BUSINESS"."DIM_CUSTOMER"."CUSTOMER_ID" = src."CUSTOMER_ID"
  AND ("BUSINESS"."DIM_CUSTOMER"."CREATED_ON" IS DISTINCT FROM src."CREATED_ON"
       OR "BUSINESS"."DIM_CUSTOMER"."FIRST_NAME" IS DISTINCT FROM src."FIRST_NAME"
       OR "BUSINESS"."DIM_CUSTOMER"."EMAIL" IS DISTINCT FROM src."EMAIL"
       OR "BUSINESS"."DIM_CUSTOMER"."SEGMENT" IS DISTINCT FROM src."SEGMENT"
       OR "BUSINESS"."DIM_CUSTOMER"."PREVIOUS_SEGMENT" IS DISTINCT FROM src."PREVIOUS_SEGMENT"
       OR ("BUSINESS"."DIM_CUSTOMER"."IS_CURRENT" AND src.is_overwritten AND "BUSINESS"."DIM_CUSTOMER"."CHANGED_AT" < src."CHANGED_AT"));

-- count-outcomes: What became of each row.
-- only if: touched_members > 0
WITH lives AS (
    SELECT src.*,
           count_if(begins_version OR ends_member) OVER (PARTITION BY src."CUSTOMER_ID" ORDER BY happens_at, precedence) AS life_number
    FROM "WAREHOUSE_WORK"."TIMELINE" AS src
),
happenings AS (
    SELECT src.*,
           max(CASE WHEN kind NOT IN ('event', 'absent') THEN happens_at END) OVER (PARTITION BY src."CUSTOMER_ID") > happens_at AS comes_late,
           coalesce(max(CASE WHEN kind = 'known' AND NOT is_delete THEN happens_at END) OVER (PARTITION BY src."CUSTOMER_ID") > happens_at, FALSE) AS is_outdone,
           EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."RESOLVING" AS resolving WHERE resolving."CUSTOMER_ID" = src."CUSTOMER_ID" AND resolving.effective_at = happens_at) AS fills_in,
           EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."STORED" AS stored WHERE stored."CUSTOMER_ID" = src."CUSTOMER_ID") AS was_stored
    FROM lives AS src
),
outcomes AS (
    SELECT src.kind,
           CASE WHEN src.kind = 'absent' THEN 'expired'
                WHEN src.fills_in AND NOT src.is_delete THEN 'resolved'
                WHEN src.undoes_end AND NOT src.begins_version AND NOT coalesce(src.comes_late, FALSE) THEN 'reopened'
                WHEN src.was_stored AND (src.comes_late OR covering.held_from = src.happens_at) AND (CASE WHEN src.is_delete THEN covering.held_from IS NOT NULL ELSE covering.held_from IS NULL OR (lower(covering."CITY") IS DISTINCT FROM lower(src."CITY")
                                                                                                                                                                                                     OR covering."STORE_ID" IS DISTINCT FROM src."STORE_ID") END OR (src.begins_version AND NOT src.is_first)) THEN 'split'
                WHEN src.is_delete THEN 'expired'
                WHEN src.begins_version AND NOT src.was_stored AND src.is_first THEN 'new member'
                WHEN src.begins_version AND NOT (src.was_stored AND coalesce(src.comes_late, FALSE)) THEN 'new version'
                WHEN (src.overwrites AND NOT src.is_outdone) OR (src.is_first AND covering.held_from IS NOT NULL AND (covering."CREATED_ON" IS DISTINCT FROM src."CREATED_ON")) OR (covering.held_from IS NOT NULL AND covering."CREATED_ON" IS NULL AND src."CREATED_ON" IS NOT NULL) THEN 'overwritten'
           END AS row_outcome
    FROM happenings AS src
    LEFT JOIN "WAREHOUSE_WORK"."STORED" AS covering ON covering."CUSTOMER_ID" = src."CUSTOMER_ID"
        AND NOT covering.is_delete
        AND covering.held_from <= src.happens_at
        AND coalesce(covering.ends_at, TIMESTAMP '9999-12-31') > src.happens_at
    WHERE src.kind IN ('event', 'absent')
)
SELECT count_if(row_outcome = 'new member') AS new_members,
       count_if(row_outcome = 'new version') AS new_versions,
       count_if(row_outcome = 'reopened') AS reopened,
       count_if(row_outcome = 'overwritten') AS overwritten,
       count_if(row_outcome = 'split') AS split,
       count_if(row_outcome = 'expired') AS expired,
       count_if(row_outcome = 'expired' AND kind = 'absent') AS expired_by_absence
FROM outcomes;

-- read-written-versions: The history of the touched members as it now stands in the table.
-- only if: touched_members > 0
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."WRITTEN" AS
SELECT tgt."CUSTOMER_KEY",
       tgt."CUSTOMER_ID",
       tgt."IS_CURRENT",
       tgt."VERSION",
       tgt."VALID_FROM" AS held_from,
       tgt."VALID_TO" AS ends_at
FROM "BUSINESS"."DIM_CUSTOMER" AS tgt
JOIN "WAREHOUSE_WORK"."TOUCHED" AS touched ON tgt."CUSTOMER_ID" = touched."CUSTOMER_ID";

-- check-current-versions: members would have more than one current version, or one that is not open
-- only if: touched_members > 0
SELECT tgt."CUSTOMER_ID"
FROM "WAREHOUSE_WORK"."WRITTEN" AS tgt
GROUP BY tgt."CUSTOMER_ID"
HAVING count_if(tgt."IS_CURRENT") > 1
    OR count_if(tgt."IS_CURRENT" <> (tgt.ends_at IS NULL)) > 0
LIMIT 20;

-- check-intervals: members would have versions that overlap, are empty or end before they begin
-- only if: touched_members > 0
SELECT DISTINCT "CUSTOMER_ID"
FROM (
    SELECT tgt."CUSTOMER_ID",
           tgt.held_from,
           tgt.ends_at,
           lead(tgt.held_from) OVER (PARTITION BY tgt."CUSTOMER_ID" ORDER BY tgt.held_from, tgt."VERSION") AS next_held_from
    FROM "WAREHOUSE_WORK"."WRITTEN" AS tgt
) AS version
WHERE held_from >= ends_at
   OR next_held_from < ends_at
   OR (next_held_from IS NOT NULL AND ends_at IS NULL)
LIMIT 20;

-- check-neighbours: members would have two versions that say the same and follow each other without a gap; if an attribute was of type 2 before, merge its versions first
-- only if: touched_members > 0
SELECT DISTINCT src."CUSTOMER_ID"
FROM "WAREHOUSE_WORK"."VERSIONS" AS src
JOIN "WAREHOUSE_WORK"."VERSIONS" AS next_version ON next_version."CUSTOMER_ID" = src."CUSTOMER_ID" AND next_version.held_from = src.ends_at
WHERE NOT (lower(src."CITY") IS DISTINCT FROM lower(next_version."CITY"))
      AND NOT (src."STORE_ID" IS DISTINCT FROM next_version."STORE_ID")
      AND src.is_delete = next_version.is_delete
LIMIT 20;

-- check-surrogate-keys: surrogate keys would be given twice
-- only if: inserted_versions > 0
SELECT tgt."CUSTOMER_KEY"
FROM "BUSINESS"."DIM_CUSTOMER" AS tgt
WHERE tgt."CUSTOMER_KEY" > (SELECT last_key FROM "WAREHOUSE"."SURROGATE_KEY" WHERE target = $target)
   OR tgt."CUSTOMER_KEY" IN (
       SELECT repeated."CUSTOMER_KEY"
       FROM "WAREHOUSE_WORK"."WRITTEN" AS repeated
       GROUP BY repeated."CUSTOMER_KEY"
       HAVING count(*) > 1
   )
LIMIT 20;
