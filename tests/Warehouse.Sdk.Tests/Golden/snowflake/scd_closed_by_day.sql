-- warehouse-sdk: merge business.dim_customer

-- reject-incomplete-rows: A row without a key or a time belongs to no member.
INSERT INTO "WAREHOUSE"."REJECT" (load_id, target, file, line, column_name, reason, raw_row)
SELECT $load_id,
       $target,
       $path,
       src."SOURCE_LINE",
       array_to_string(array_construct_compact(CASE WHEN src."CUSTOMER_ID" IS NULL THEN 'customer_id' END), ', '),
       'natural key or effective time is NULL',
       to_json(object_construct_keep_null(src.*))
FROM "WAREHOUSE_WORK"."STAGED" AS src
WHERE src."CUSTOMER_ID" IS NULL;

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
WHERE src."CUSTOMER_ID" IS NOT NULL
  AND (tgt."CUSTOMER_KEY" IS NULL
       OR tgt."IS_INFERRED"
       OR CAST($as_of AS DATE) < tgt."VALID_FROM"
       OR tgt."CITY" IS DISTINCT FROM src."CITY"
       OR tgt."EMAIL" IS DISTINCT FROM src."EMAIL");

-- normalise-rows: Brings every value to the form it is compared and stored in.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."EVENTS" AS
SELECT src."CUSTOMER_ID",
       CAST($as_of AS DATE) AS effective_at,
       FALSE AS is_delete,
       src."EMAIL" AS "EMAIL",
       src."CITY" AS "CITY",
       src."SOURCE_LINE"
FROM "WAREHOUSE_WORK"."STAGED" AS src
JOIN "WAREHOUSE_WORK"."NEWS" AS news ON news."CUSTOMER_ID" = src."CUSTOMER_ID"
WHERE src."CUSTOMER_ID" IS NOT NULL;

-- count-set-aside: The rows of all other members agree with what is stored.
SELECT count_if(src."CUSTOMER_ID" IS NOT NULL) - (SELECT count(*) FROM "WAREHOUSE_WORK"."EVENTS") AS "ACCEPTED"
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
       src."EMAIL",
       src."CITY",
       min(src."SOURCE_LINE") AS "SOURCE_LINE"
FROM "WAREHOUSE_WORK"."EVENTS" AS src
JOIN "WAREHOUSE_WORK"."REPEATED" AS repeated ON repeated."CUSTOMER_ID" = src."CUSTOMER_ID" AND repeated."EFFECTIVE_AT" = src."EFFECTIVE_AT"
GROUP BY src."CUSTOMER_ID",
         src."EFFECTIVE_AT",
         src."IS_DELETE",
         src."EMAIL",
         src."CITY";

-- find-conflicts: Keys that are still there with different values.
-- only if: repeated_keys > 0
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."CONFLICTS" AS
SELECT src."CUSTOMER_ID",
       src."EFFECTIVE_AT",
       array_to_string(array_construct_compact(CASE WHEN count(DISTINCT src."IS_DELETE") > 1 OR count(src."IS_DELETE") NOT IN (0, count(*)) THEN 'is_delete' END,
                                               CASE WHEN count(DISTINCT src."EMAIL") > 1 OR count(src."EMAIL") NOT IN (0, count(*)) THEN 'email' END,
                                               CASE WHEN count(DISTINCT src."CITY") > 1 OR count(src."CITY") NOT IN (0, count(*)) THEN 'city' END), ', ') AS differing_columns
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
       src."EMAIL",
       src."CITY",
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
       src."EMAIL",
       src."CITY",
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
SET "EMAIL" = src."EMAIL",
    "CITY" = src."CITY",
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
SET "EMAIL" = src."EMAIL",
    "CITY" = src."CITY",
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
      AND tgt."VALID_FROM" <= src.effective_at AND coalesce(CAST(nullif(tgt."VALID_TO", DATE '9999-12-31') + INTERVAL '1 day' AS DATE), DATE '9999-12-31') > src.effective_at
      AND src.effective_at IN (tgt."VALID_FROM", coalesce(tgt."CHANGED_AT", tgt."VALID_FROM"))
      AND NOT src.is_delete AND (tgt."CITY" IS DISTINCT FROM src."CITY")
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

-- find-successors: The one row of a member that is newer than all of its history, and where that is sound.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."SUCCESSORS" AS
WITH alone AS (
    SELECT src."CUSTOMER_ID"
    FROM "WAREHOUSE_WORK"."INCOMING" AS src
    GROUP BY src."CUSTOMER_ID"
    HAVING count(*) = 1 AND NOT boolor_agg(src.is_delete)
),
histories AS (
    SELECT tgt."CUSTOMER_ID",
           booland_agg(CASE WHEN next_version."VERSION" IS NULL THEN tgt."IS_CURRENT" AND CAST(nullif(tgt."VALID_TO", DATE '9999-12-31') + INTERVAL '1 day' AS DATE) IS NULL
                         ELSE NOT tgt."IS_CURRENT" AND coalesce(tgt."VALID_FROM" < CAST(nullif(tgt."VALID_TO", DATE '9999-12-31') + INTERVAL '1 day' AS DATE) AND (CAST(nullif(tgt."VALID_TO", DATE '9999-12-31') + INTERVAL '1 day' AS DATE) < next_version."VALID_FROM" OR (CAST(nullif(tgt."VALID_TO", DATE '9999-12-31') + INTERVAL '1 day' AS DATE) = next_version."VALID_FROM" AND (tgt."CITY" IS DISTINCT FROM next_version."CITY"))), FALSE)
                    END)
           AND count_if(tgt."IS_CURRENT") = 1
           AND min(tgt."VERSION") = 1
           AND max(tgt."VERSION") = count(*) AS is_sound
    FROM "WAREHOUSE_WORK"."KNOWN" AS tgt
    LEFT JOIN "WAREHOUSE_WORK"."KNOWN" AS next_version ON next_version."CUSTOMER_ID" = tgt."CUSTOMER_ID" AND next_version."VERSION" = tgt."VERSION" + 1
    GROUP BY tgt."CUSTOMER_ID"
),
following AS (
    SELECT src."CUSTOMER_ID",
           src.effective_at AS happens_at,
           src.effective_at AS changed_at,
           src."EMAIL",
           src."CITY",
           open_version."CUSTOMER_KEY" AS stored_key,
           coalesce(open_version."VERSION", 0) + 1 AS version_number
    FROM "WAREHOUSE_WORK"."INCOMING" AS src
    JOIN alone ON alone."CUSTOMER_ID" = src."CUSTOMER_ID"
    LEFT JOIN histories ON histories."CUSTOMER_ID" = src."CUSTOMER_ID"
    LEFT JOIN "WAREHOUSE_WORK"."KNOWN" AS open_version ON open_version."CUSTOMER_ID" = src."CUSTOMER_ID" AND open_version."IS_CURRENT"
    WHERE histories.is_sound IS NULL
       OR (histories.is_sound
           AND NOT open_version."IS_INFERRED"
           AND src.effective_at > open_version."VALID_FROM"
           AND src.effective_at > coalesce(open_version."CHANGED_AT", open_version."VALID_FROM")
           AND (open_version."CITY" IS DISTINCT FROM src."CITY")
           AND open_version."EMAIL" IS NOT DISTINCT FROM src."EMAIL")
)
SELECT src.*,
       src.happens_at AS held_from,
       CAST(NULL AS DATE) AS ends_at,
       surrogate_key.last_key + row_number() OVER (ORDER BY src.happens_at, src."CUSTOMER_ID") AS given_key
FROM following AS src
CROSS JOIN (SELECT last_key FROM "WAREHOUSE"."SURROGATE_KEY" WHERE target = $target) AS surrogate_key;

-- count-successors: Usually nearly all.
SELECT count(*) AS "SUCCESSORS",
       count(stored_key) AS "SUCCEEDED_VERSIONS",
       count(*) - count(stored_key) AS new_members,
       count(stored_key) AS new_versions
FROM "WAREHOUSE_WORK"."SUCCESSORS";

-- find-touched-members: Members with an event that their history does not already tell.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."TOUCHED" AS
SELECT DISTINCT src."CUSTOMER_ID"
FROM "WAREHOUSE_WORK"."INCOMING" AS src
LEFT JOIN "WAREHOUSE_WORK"."KNOWN" AS tgt ON tgt."CUSTOMER_ID" = src."CUSTOMER_ID"
    AND tgt."VALID_FROM" <= src.effective_at AND coalesce(CAST(nullif(tgt."VALID_TO", DATE '9999-12-31') + INTERVAL '1 day' AS DATE), DATE '9999-12-31') > src.effective_at
WHERE CASE WHEN tgt."CUSTOMER_KEY" IS NULL THEN NOT src.is_delete
           ELSE src.is_delete
                OR tgt."CITY" IS DISTINCT FROM src."CITY"
                OR (tgt."EMAIL" IS DISTINCT FROM src."EMAIL" AND src.effective_at >= coalesce(tgt."CHANGED_AT", tgt."VALID_FROM"))
      END
   AND NOT EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."SUCCESSORS" AS successor WHERE successor."CUSTOMER_ID" = src."CUSTOMER_ID");

-- count-touched-members: Without any the merge ends here.
SELECT count(*) AS "TOUCHED_MEMBERS" FROM "WAREHOUSE_WORK"."TOUCHED";

-- read-stored-versions: The history of the touched members as it was before.
-- only if: touched_members > 0
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."STORED" AS
SELECT tgt."CUSTOMER_KEY",
       tgt."CUSTOMER_ID",
       tgt."EMAIL",
       tgt."CITY",
       tgt."VALID_FROM" AS held_from,
       CAST(nullif(tgt."VALID_TO", DATE '9999-12-31') + INTERVAL '1 day' AS DATE) AS ends_at,
       lead(tgt."VALID_FROM") OVER (PARTITION BY tgt."CUSTOMER_ID" ORDER BY tgt."VALID_FROM") AS next_held_from,
       tgt."VERSION" AS version_number,
       coalesce(tgt."CHANGED_AT", tgt."VALID_FROM") AS stored_change,
       FALSE AS is_delete
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
           stored."EMAIL",
           stored."CITY"
    FROM "WAREHOUSE_WORK"."STORED" AS stored
    WHERE NOT stored.is_delete
    UNION ALL
    SELECT stored.stored_change, 1, 'seen', FALSE, NULL, NULL, stored."CUSTOMER_ID", stored."EMAIL", stored."CITY"
    FROM "WAREHOUSE_WORK"."STORED" AS stored
    WHERE NOT stored.is_delete AND stored.stored_change > stored.held_from AND (stored.ends_at IS NULL OR stored.stored_change < stored.ends_at)
    UNION ALL
    SELECT stored.held_from, 0, 'ended', TRUE, NULL, NULL, stored."CUSTOMER_ID", NULL, NULL
    FROM "WAREHOUSE_WORK"."STORED" AS stored
    WHERE stored.is_delete
    UNION ALL
    SELECT stored.ends_at, 0, 'ended', TRUE, NULL, NULL, stored."CUSTOMER_ID", NULL, NULL
    FROM "WAREHOUSE_WORK"."STORED" AS stored
    WHERE stored.ends_at IS NOT NULL AND stored.next_held_from IS DISTINCT FROM stored.ends_at
    UNION ALL
    SELECT src.effective_at, 2, 'event', src.is_delete, NULL, NULL, src."CUSTOMER_ID", src."EMAIL", src."CITY"
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
        CASE WHEN kind = 'event' AND happens_at < first_value(stored_change) OVER (PARTITION BY src."CUSTOMER_ID", stored_group ORDER BY happens_at, precedence) THEN first_value("EMAIL") OVER (PARTITION BY src."CUSTOMER_ID", stored_group ORDER BY happens_at, precedence) ELSE "EMAIL" END AS "EMAIL"
    )
    FROM grouped AS src
),
-- An end carries on the values it found.
carried AS (
    SELECT src.* REPLACE (
        CASE WHEN is_delete THEN lag("EMAIL") OVER (PARTITION BY src."CUSTOMER_ID" ORDER BY happens_at, precedence) ELSE "EMAIL" END AS "EMAIL",
        CASE WHEN is_delete THEN lag("CITY") OVER (PARTITION BY src."CUSTOMER_ID" ORDER BY happens_at, precedence) ELSE "CITY" END AS "CITY"
    )
    FROM without_old_overwrites AS src
)
SELECT src.*,
       lag(kind) OVER (PARTITION BY src."CUSTOMER_ID" ORDER BY happens_at, precedence) IS NULL AS is_first,
       NOT is_delete AND (
           coalesce(lag(is_delete) OVER (PARTITION BY src."CUSTOMER_ID" ORDER BY happens_at, precedence), TRUE)
           OR (kind = 'stored' AND lag(kind) OVER (PARTITION BY src."CUSTOMER_ID" ORDER BY happens_at, precedence) IN ('stored', 'seen'))
           OR "CITY" IS DISTINCT FROM lag("CITY") OVER (PARTITION BY src."CUSTOMER_ID" ORDER BY happens_at, precedence)
       ) AS begins_version,
       is_delete AS ends_member,
       kind = 'event' AND NOT is_delete AND NOT coalesce(lag(is_delete) OVER (PARTITION BY src."CUSTOMER_ID" ORDER BY happens_at, precedence), TRUE) AND (
           "EMAIL" IS DISTINCT FROM lag("EMAIL") OVER (PARTITION BY src."CUSTOMER_ID" ORDER BY happens_at, precedence)
       ) AS overwrites
FROM carried AS src;

-- number-versions: Each version with its end and its key: that of the stored version which begins where it does or, saying the same, inside it.
-- only if: touched_members > 0
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."VERSIONS" AS
WITH boundaries AS (
    SELECT src.*,
           lead(happens_at) OVER (PARTITION BY src."CUSTOMER_ID" ORDER BY happens_at, precedence) AS ends_at
    FROM "WAREHOUSE_WORK"."TIMELINE" AS src
    WHERE begins_version OR ends_member
),
numbered AS (
    SELECT src.*,
           row_number() OVER (PARTITION BY src."CUSTOMER_ID" ORDER BY happens_at) AS version_number
    FROM boundaries AS src
    WHERE begins_version
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
      AND NOT (stored."CITY" IS DISTINCT FROM src."CITY")
          AND stored.is_delete = src.is_delete
    GROUP BY src."CUSTOMER_ID", src.version_number
),
matched AS (
    SELECT src.* REPLACE (coalesce(src.stored_key, earlier.stored_key) AS stored_key)
    FROM same_beginning AS src
    LEFT JOIN begins_earlier AS earlier ON earlier."CUSTOMER_ID" = src."CUSTOMER_ID" AND earlier.version_number = src.version_number
)
SELECT src.*,
       coalesce(src.stored_key, surrogate_key.last_key + row_number() OVER (PARTITION BY src.stored_key IS NULL ORDER BY src.happens_at, src."CUSTOMER_ID")) AS given_key
FROM matched AS src
CROSS JOIN (SELECT last_key FROM "WAREHOUSE"."SURROGATE_KEY" WHERE target = $target) AS surrogate_key;

-- find-member-state: Type 0 the earliest value, types 1 and 3 the latest: of the member, or of the version where only the current one is overwritten.
-- only if: touched_members > 0
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."MEMBER_STATE" AS
SELECT "CUSTOMER_ID",
       "VERSION_NUMBER",
       max_by("EMAIL", CASE WHEN NOT is_delete THEN place END) AS "EMAIL",
       max(CASE WHEN kind IN ('event', 'absent') AND (begins_version OR overwrites OR ends_member) THEN happens_at END) AS changed_at,
       boolor_agg(overwrites) AS is_overwritten
FROM (
    SELECT happening.*,
           row_number() OVER (PARTITION BY "CUSTOMER_ID", "VERSION_NUMBER" ORDER BY happens_at, precedence) AS place
    FROM (
             SELECT timeline.*,
                    version."VERSION_NUMBER"
             FROM "WAREHOUSE_WORK"."TIMELINE" AS timeline
             JOIN "WAREHOUSE_WORK"."VERSIONS" AS version ON version."CUSTOMER_ID" = timeline."CUSTOMER_ID"
                 AND (version.ends_at IS NULL OR timeline.happens_at < version.ends_at)
         ) AS happening
) AS placed
GROUP BY "CUSTOMER_ID", "VERSION_NUMBER";

-- count-keyed-together: Usually only one kind of versions is new.
-- only if: touched_members > 0
SELECT CASE WHEN EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."SUCCESSORS") THEN count_if(src.stored_key IS NULL) ELSE 0 END AS "KEYED_TOGETHER"
FROM "WAREHOUSE_WORK"."VERSIONS" AS src;

-- order-keys: One order for all new versions.
-- only if: keyed_together > 0
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."KEY_ORDER" AS
SELECT src."CUSTOMER_ID",
       src.version_number,
       surrogate_key.last_key + row_number() OVER (ORDER BY src.happens_at, src."CUSTOMER_ID") AS given_key
FROM (
    SELECT version."CUSTOMER_ID",
           version."VERSION_NUMBER",
           version."HAPPENS_AT"
    FROM "WAREHOUSE_WORK"."VERSIONS" AS version
    WHERE version.stored_key IS NULL
    UNION ALL
    SELECT successor."CUSTOMER_ID",
           successor."VERSION_NUMBER",
           successor."HAPPENS_AT"
    FROM "WAREHOUSE_WORK"."SUCCESSORS" AS successor
) AS src
CROSS JOIN (SELECT last_key FROM "WAREHOUSE"."SURROGATE_KEY" WHERE target = $target) AS surrogate_key;

-- key-versions: As that order has it.
-- only if: keyed_together > 0
UPDATE "WAREHOUSE_WORK"."VERSIONS"
SET given_key = src.given_key
FROM "WAREHOUSE_WORK"."KEY_ORDER" AS src
WHERE "WAREHOUSE_WORK"."VERSIONS"."CUSTOMER_ID" = src."CUSTOMER_ID"
  AND "WAREHOUSE_WORK"."VERSIONS".version_number = src.version_number
  AND "WAREHOUSE_WORK"."VERSIONS".stored_key IS NULL;

-- key-successors: As that order has it.
-- only if: keyed_together > 0
UPDATE "WAREHOUSE_WORK"."SUCCESSORS"
SET given_key = src.given_key
FROM "WAREHOUSE_WORK"."KEY_ORDER" AS src
WHERE "WAREHOUSE_WORK"."SUCCESSORS"."CUSTOMER_ID" = src."CUSTOMER_ID"
  AND "WAREHOUSE_WORK"."SUCCESSORS".version_number = src.version_number;

-- guard-surrogate-keys: the table holds surrogate keys that were never given, so that they would be given twice
-- only if: successors > 0
SELECT tgt."CUSTOMER_KEY"
FROM "BUSINESS"."DIM_CUSTOMER" AS tgt
WHERE tgt."CUSTOMER_KEY" > (SELECT last_key FROM "WAREHOUSE"."SURROGATE_KEY" WHERE target = $target)
LIMIT 20;

-- end-succeeded-versions: Open versions that end where the next begins.
-- only if: succeeded_versions > 0
UPDATE "BUSINESS"."DIM_CUSTOMER"
SET "VALID_TO" = coalesce(CAST(src.held_from - INTERVAL '1 day' AS DATE), DATE '9999-12-31'),
    "IS_CURRENT" = FALSE,
    "LOAD_ID" = $load_id
FROM "WAREHOUSE_WORK"."SUCCESSORS" AS src
WHERE "BUSINESS"."DIM_CUSTOMER"."CUSTOMER_KEY" = src.stored_key;

-- insert-successors: The next versions, keyed in the order of effective time and natural key.
-- only if: successors > 0
INSERT INTO "BUSINESS"."DIM_CUSTOMER" ("CUSTOMER_KEY", "CUSTOMER_ID", "EMAIL", "CITY", "VALID_FROM", "VALID_TO", "IS_CURRENT", "VERSION", "CHANGED_AT", "IS_INFERRED", "LOAD_ID")
SELECT src.given_key,
       src."CUSTOMER_ID",
       src."EMAIL",
       src."CITY",
       src.held_from,
       coalesce(CAST(src.ends_at - INTERVAL '1 day' AS DATE), DATE '9999-12-31'),
       src.ends_at IS NULL,
       src.version_number,
       greatest_ignore_nulls(src."CHANGED_AT", src.happens_at),
       FALSE,
       $load_id
FROM "WAREHOUSE_WORK"."SUCCESSORS" AS src;

-- advance-surrogate-keys: Keys given are never given again.
-- only if: successors > 0
UPDATE "WAREHOUSE"."SURROGATE_KEY"
SET last_key = last_key + (SELECT count(*) FROM "WAREHOUSE_WORK"."SUCCESSORS")
WHERE target = $target;

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
           ) AS is_other
    FROM "WAREHOUSE_WORK"."VERSIONS" AS src
    JOIN "WAREHOUSE_WORK"."STORED" AS stored ON stored."CUSTOMER_KEY" = src.stored_key
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
SET "VALID_TO" = coalesce(CAST(src.ends_at - INTERVAL '1 day' AS DATE), DATE '9999-12-31'),
    "IS_CURRENT" = FALSE,
    "LOAD_ID" = $load_id
FROM "WAREHOUSE_WORK"."CHANGED" AS src
WHERE "BUSINESS"."DIM_CUSTOMER"."CUSTOMER_KEY" = src.stored_key
  AND src.only_ends;

-- move-versions: Versions of which more has changed than that they end.
-- only if: moved_versions > 0
UPDATE "BUSINESS"."DIM_CUSTOMER"
SET "VALID_FROM" = src.held_from,
    "VALID_TO" = coalesce(CAST(src.ends_at - INTERVAL '1 day' AS DATE), DATE '9999-12-31'),
    "IS_CURRENT" = src.ends_at IS NULL,
    "VERSION" = src.version_number,
    "CITY" = src."CITY",
    "CHANGED_AT" = CASE WHEN CAST(nullif("BUSINESS"."DIM_CUSTOMER"."VALID_TO", DATE '9999-12-31') + INTERVAL '1 day' AS DATE) < coalesce(src.ends_at, DATE '9999-12-31') THEN greatest_ignore_nulls("BUSINESS"."DIM_CUSTOMER"."CHANGED_AT", CAST(nullif("BUSINESS"."DIM_CUSTOMER"."VALID_TO", DATE '9999-12-31') + INTERVAL '1 day' AS DATE)) ELSE "BUSINESS"."DIM_CUSTOMER"."CHANGED_AT" END,
    "LOAD_ID" = $load_id
FROM "WAREHOUSE_WORK"."CHANGED" AS src
WHERE "BUSINESS"."DIM_CUSTOMER"."CUSTOMER_KEY" = src.stored_key
  AND NOT src.only_ends;

-- insert-versions: New versions, keyed in the order of effective time and natural key.
-- only if: touched_members > 0
INSERT INTO "BUSINESS"."DIM_CUSTOMER" ("CUSTOMER_KEY", "CUSTOMER_ID", "EMAIL", "CITY", "VALID_FROM", "VALID_TO", "IS_CURRENT", "VERSION", "CHANGED_AT", "IS_INFERRED", "LOAD_ID")
SELECT src.given_key,
       src."CUSTOMER_ID",
       member_state."EMAIL",
       src."CITY",
       src.held_from,
       coalesce(CAST(src.ends_at - INTERVAL '1 day' AS DATE), DATE '9999-12-31'),
       src.ends_at IS NULL,
       src.version_number,
       greatest_ignore_nulls(member_state."CHANGED_AT", src.happens_at),
       FALSE,
       $load_id
FROM "WAREHOUSE_WORK"."VERSIONS" AS src
JOIN "WAREHOUSE_WORK"."MEMBER_STATE" AS member_state ON member_state."CUSTOMER_ID" = src."CUSTOMER_ID" AND member_state."VERSION_NUMBER" = src."VERSION_NUMBER"
WHERE src.stored_key IS NULL;

-- advance-surrogate-keys: Keys given are never given again.
-- only if: inserted_versions > 0
UPDATE "WAREHOUSE"."SURROGATE_KEY"
SET last_key = last_key + (SELECT count(*) FROM "WAREHOUSE_WORK"."VERSIONS" WHERE stored_key IS NULL)
WHERE target = $target;

-- overwrite-attributes: Type 0 holds for all versions of the member; types 1 and 3 too, or for the current one if so declared.
-- only if: touched_members > 0
UPDATE "BUSINESS"."DIM_CUSTOMER"
SET "EMAIL" = src."EMAIL",
    "CHANGED_AT" = greatest_ignore_nulls("BUSINESS"."DIM_CUSTOMER"."CHANGED_AT", src."CHANGED_AT"),
    "LOAD_ID" = $load_id
FROM "WAREHOUSE_WORK"."MEMBER_STATE" AS src
WHERE "BUSINESS"."DIM_CUSTOMER"."CUSTOMER_ID" = src."CUSTOMER_ID"
  AND "BUSINESS"."DIM_CUSTOMER"."VERSION" = src."VERSION_NUMBER"
  AND ("BUSINESS"."DIM_CUSTOMER"."EMAIL" IS DISTINCT FROM src."EMAIL"
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
           coalesce(max(CASE WHEN kind = 'known' AND NOT is_delete THEN happens_at END) OVER (PARTITION BY src."CUSTOMER_ID", life_number) > happens_at, FALSE) AS is_outdone,
           EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."RESOLVING" AS resolving WHERE resolving."CUSTOMER_ID" = src."CUSTOMER_ID" AND resolving.effective_at = happens_at) AS fills_in,
           EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."STORED" AS stored WHERE stored."CUSTOMER_ID" = src."CUSTOMER_ID") AS was_stored
    FROM lives AS src
),
outcomes AS (
    SELECT src.kind,
           CASE WHEN src.kind = 'absent' THEN 'expired'
                WHEN src.fills_in AND NOT src.is_delete THEN 'resolved'
                WHEN src.undoes_end AND NOT src.begins_version AND NOT coalesce(src.comes_late, FALSE) THEN 'reopened'
                WHEN src.was_stored AND (src.comes_late OR covering.held_from = src.happens_at) AND (CASE WHEN src.is_delete THEN covering.held_from IS NOT NULL ELSE covering.held_from IS NULL OR (covering."CITY" IS DISTINCT FROM src."CITY") END OR (src.begins_version AND NOT src.is_first)) THEN 'split'
                WHEN src.is_delete THEN 'expired'
                WHEN src.begins_version AND NOT src.was_stored AND src.is_first THEN 'new member'
                WHEN src.begins_version AND NOT (src.was_stored AND coalesce(src.comes_late, FALSE)) THEN 'new version'
                WHEN (src.overwrites AND NOT src.is_outdone)  THEN 'overwritten'
           END AS row_outcome
    FROM happenings AS src
    LEFT JOIN "WAREHOUSE_WORK"."STORED" AS covering ON covering."CUSTOMER_ID" = src."CUSTOMER_ID"
        AND NOT covering.is_delete
        AND covering.held_from <= src.happens_at
        AND coalesce(covering.ends_at, DATE '9999-12-31') > src.happens_at
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
       CAST(nullif(tgt."VALID_TO", DATE '9999-12-31') + INTERVAL '1 day' AS DATE) AS ends_at
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
WHERE NOT (src."CITY" IS DISTINCT FROM next_version."CITY")
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
