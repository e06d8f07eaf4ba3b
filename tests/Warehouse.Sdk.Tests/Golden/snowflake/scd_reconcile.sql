-- warehouse-sdk: merge business.dim_account

-- reject-incomplete-rows: A row without a key or a time belongs to no member.
INSERT INTO "WAREHOUSE"."REJECT" (load_id, target, file, line, column_name, reason, raw_row)
SELECT $load_id,
       $target,
       $path,
       src."SOURCE_LINE",
       array_to_string(array_construct_compact(CASE WHEN src."ACCOUNT_NO" IS NULL THEN 'account_no' END, CASE WHEN src."CHANGED_AT" IS NULL THEN 'changed_at' END), ', '),
       'natural key or effective time is NULL',
       to_json(object_construct_keep_null(src.*))
FROM "WAREHOUSE_WORK"."STAGED" AS src
WHERE src."ACCOUNT_NO" IS NULL OR src."CHANGED_AT" IS NULL;

-- normalise-rows: Brings every value to the form it is compared and stored in.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."EVENTS" AS
SELECT src."ACCOUNT_NO",
       CAST(src."CHANGED_AT" AS TIMESTAMP) AS effective_at,
       coalesce(upper(src."OP") = 'D', FALSE) AS is_delete,
       src."BANK_CODE" AS "BANK_CODE",
       src."OWNER" AS "OWNER",
       src."LSN" AS "SEQUENCE_NUMBER",
       src."SOURCE_LINE"
FROM "WAREHOUSE_WORK"."STAGED" AS src
WHERE src."ACCOUNT_NO" IS NOT NULL AND src."CHANGED_AT" IS NOT NULL;

-- find-repeated-keys: Keys that stand in the batch more than once; usually none.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."REPEATED" AS
SELECT src."ACCOUNT_NO",
       src."EFFECTIVE_AT",
       count(*) AS copies
FROM "WAREHOUSE_WORK"."EVENTS" AS src
GROUP BY ALL
HAVING count(*) > 1;

-- count-repeated-keys: Whether anything has to be decided at all.
SELECT count(*) AS repeated_keys FROM "WAREHOUSE_WORK"."REPEATED";

-- decide-repeated-rows: Exact copies collapse into one; the last by sequence wins.
-- only if: repeated_keys > 0
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."DECIDED" AS
SELECT src."ACCOUNT_NO",
       src."EFFECTIVE_AT",
       src."IS_DELETE",
       src."BANK_CODE",
       CAST(get(array_agg(src."OWNER") WITHIN GROUP (ORDER BY src."SEQUENCE_NUMBER" DESC NULLS LAST, src."OWNER"), 0) AS VARCHAR) AS "OWNER",
       max(src."SEQUENCE_NUMBER") AS "SEQUENCE_NUMBER",
       min(src."SOURCE_LINE") AS "SOURCE_LINE"
FROM "WAREHOUSE_WORK"."EVENTS" AS src
JOIN "WAREHOUSE_WORK"."REPEATED" AS repeated ON repeated."ACCOUNT_NO" = src."ACCOUNT_NO" AND repeated."EFFECTIVE_AT" = src."EFFECTIVE_AT"
GROUP BY src."ACCOUNT_NO",
         src."EFFECTIVE_AT",
         src."IS_DELETE",
         src."BANK_CODE",
         lower(src."OWNER")
QUALIFY max(src."SEQUENCE_NUMBER") IS NOT DISTINCT FROM max(max(src."SEQUENCE_NUMBER")) OVER (PARTITION BY src."ACCOUNT_NO", src."EFFECTIVE_AT");

-- find-conflicts: Keys that are still there with different values.
-- only if: repeated_keys > 0
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."CONFLICTS" AS
SELECT src."ACCOUNT_NO",
       src."EFFECTIVE_AT",
       array_to_string(array_construct_compact(CASE WHEN count(DISTINCT src."IS_DELETE") > 1 OR count(src."IS_DELETE") NOT IN (0, count(*)) THEN 'is_delete' END,
                                               CASE WHEN count(DISTINCT src."BANK_CODE") > 1 OR count(src."BANK_CODE") NOT IN (0, count(*)) THEN 'bank_code' END,
                                               CASE WHEN count(DISTINCT lower(src."OWNER")) > 1 OR count(src."OWNER") NOT IN (0, count(*)) THEN 'owner' END), ', ') AS differing_columns
FROM "WAREHOUSE_WORK"."DECIDED" AS src
WHERE NOT src.is_delete
GROUP BY src."ACCOUNT_NO",
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
       'several rows of one member have one effective time and different values (' || 'account_no = ' || CAST(src."ACCOUNT_NO" AS VARCHAR) || ', ' || 'effective_at = ' || CAST(src."EFFECTIVE_AT" AS VARCHAR) || ')',
       to_json(object_construct_keep_null(src.*))
FROM "WAREHOUSE_WORK"."EVENTS" AS src
JOIN "WAREHOUSE_WORK"."CONFLICTS" AS conflicts ON conflicts."ACCOUNT_NO" = src."ACCOUNT_NO" AND conflicts."EFFECTIVE_AT" = src."EFFECTIVE_AT";

-- take-incoming: The rows whose key stands in the batch once.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."INCOMING" AS
SELECT src."ACCOUNT_NO",
       src."EFFECTIVE_AT",
       src."IS_DELETE",
       src."BANK_CODE",
       src."OWNER",
       src."SEQUENCE_NUMBER",
       src."SOURCE_LINE"
FROM "WAREHOUSE_WORK"."EVENTS" AS src
LEFT JOIN "WAREHOUSE_WORK"."REPEATED" AS repeated ON repeated."ACCOUNT_NO" = src."ACCOUNT_NO" AND repeated."EFFECTIVE_AT" = src."EFFECTIVE_AT"
WHERE repeated.copies IS NULL;

-- take-decided-rows: And the one row that was chosen for a repeated key.
-- only if: repeated_keys > 0
INSERT INTO "WAREHOUSE_WORK"."INCOMING"
SELECT src."ACCOUNT_NO",
       src."EFFECTIVE_AT",
       src."IS_DELETE",
       src."BANK_CODE",
       src."OWNER",
       src."SEQUENCE_NUMBER",
       src."SOURCE_LINE"
FROM "WAREHOUSE_WORK"."DECIDED" AS src
WHERE NOT EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."CONFLICTS" AS conflicts WHERE conflicts."ACCOUNT_NO" = src."ACCOUNT_NO" AND conflicts."EFFECTIVE_AT" = src."EFFECTIVE_AT");

-- count-duplicates: Copies that collapsed and rows that were superseded.
-- only if: repeated_keys > 0
SELECT (SELECT CAST(coalesce(sum(repeated.copies), 0) AS BIGINT)
        FROM "WAREHOUSE_WORK"."REPEATED" AS repeated
        WHERE NOT EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."CONFLICTS" AS conflicts WHERE conflicts."ACCOUNT_NO" = repeated."ACCOUNT_NO" AND conflicts."EFFECTIVE_AT" = repeated."EFFECTIVE_AT"))
     - (SELECT count(*)
        FROM "WAREHOUSE_WORK"."DECIDED" AS decided
        WHERE NOT EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."CONFLICTS" AS conflicts WHERE conflicts."ACCOUNT_NO" = decided."ACCOUNT_NO" AND conflicts."EFFECTIVE_AT" = decided."EFFECTIVE_AT")) AS duplicates;

-- leave-undone-deletes: Deleted and back at the same instant: nothing ended.
DELETE FROM "WAREHOUSE_WORK"."INCOMING"
USING (
    SELECT src."SOURCE_LINE"
    FROM "WAREHOUSE_WORK"."INCOMING" AS src
    WHERE src.is_delete
      AND EXISTS (
          SELECT 1
          FROM "WAREHOUSE_WORK"."INCOMING" AS back
          WHERE back."ACCOUNT_NO" = src."ACCOUNT_NO"
            AND back.effective_at = src.effective_at
            AND NOT back.is_delete
      )
) AS gone
WHERE "WAREHOUSE_WORK"."INCOMING"."SOURCE_LINE" = gone."SOURCE_LINE";

-- read-known-versions: All stored versions of the members at hand: the table is read once and left alone until it is written.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."KNOWN" AS
WITH members AS (
    SELECT DISTINCT src."ACCOUNT_NO"
    FROM "WAREHOUSE_WORK"."INCOMING" AS src
)
SELECT tgt.*
FROM "BUSINESS"."DIM_ACCOUNT" AS tgt
JOIN members ON tgt."ACCOUNT_NO" = members."ACCOUNT_NO";

-- remember-stored-versions: Placeholders, and members that were stored before their events were kept.
INSERT INTO "BUSINESS"."DIM_ACCOUNT_EVENT" ("ACCOUNT_NO", "EFFECTIVE_AT", "IS_DELETE", "SEQUENCE_NUMBER", "BANK_CODE", "OWNER", "IS_INFERRED", "LOAD_ID")
WITH unremembered AS (
    SELECT tgt.*,
           FALSE AS is_delete,
           tgt."VALID_FROM" AS held_from,
           tgt."VALID_TO" AS ends_at,
           coalesce(tgt."CHANGED_AT", tgt."VALID_FROM") AS stored_change,
           lead(tgt."VALID_FROM") OVER (PARTITION BY tgt."ACCOUNT_NO" ORDER BY tgt."VALID_FROM") AS next_held_from
    FROM "WAREHOUSE_WORK"."KNOWN" AS tgt
    WHERE EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."INCOMING" AS members WHERE members."ACCOUNT_NO" = tgt."ACCOUNT_NO")
      AND NOT EXISTS (
          SELECT 1
          FROM "BUSINESS"."DIM_ACCOUNT_EVENT" AS known
          WHERE known."ACCOUNT_NO" = tgt."ACCOUNT_NO"
            AND (known."IS_INFERRED" OR NOT tgt."IS_INFERRED")
      )
)
SELECT src."ACCOUNT_NO",
       src.held_from,
       src.is_delete,
       NULL,
       CASE WHEN NOT src.is_delete THEN src."BANK_CODE" END,
       CASE WHEN NOT src.is_delete THEN src."OWNER" END,
       src."IS_INFERRED",
       src."LOAD_ID"
FROM unremembered AS src
UNION ALL
SELECT src."ACCOUNT_NO",
       src.stored_change,
       FALSE,
       NULL,
       src."BANK_CODE",
       src."OWNER",
       FALSE,
       src."LOAD_ID"
FROM unremembered AS src
WHERE NOT src.is_delete AND src.stored_change > src.held_from AND (src.ends_at IS NULL OR src.stored_change < src.ends_at)
  AND NOT src."IS_INFERRED"
UNION ALL
SELECT src."ACCOUNT_NO",
       src.ends_at,
       TRUE,
       NULL,
       NULL,
       NULL,
       FALSE,
       src."LOAD_ID"
FROM unremembered AS src
WHERE src.ends_at IS NOT NULL AND src.next_held_from IS DISTINCT FROM src.ends_at
  AND NOT src."IS_INFERRED";

-- find-inferred-members: The first real event of each placeholder.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."RESOLVING" AS
SELECT incoming.*
FROM "WAREHOUSE_WORK"."INCOMING" AS incoming
JOIN "WAREHOUSE_WORK"."KNOWN" AS placeholder ON placeholder."ACCOUNT_NO" = incoming."ACCOUNT_NO" AND placeholder."IS_INFERRED"
WHERE NOT incoming.is_delete
QUALIFY row_number() OVER (PARTITION BY incoming."ACCOUNT_NO" ORDER BY incoming.effective_at) = 1;

-- count-placeholders: Usually none.
SELECT count(*) AS "PLACEHOLDERS" FROM "WAREHOUSE_WORK"."RESOLVING";

-- resolve-inferred-members: The first real event overwrites a placeholder in place and keeps its surrogate key.
-- only if: placeholders > 0
UPDATE "BUSINESS"."DIM_ACCOUNT"
SET "BANK_CODE" = src."BANK_CODE",
    "OWNER" = src."OWNER",
    "VALID_FROM" = least_ignore_nulls("BUSINESS"."DIM_ACCOUNT"."VALID_FROM", src.effective_at),
    "CHANGED_AT" = src.effective_at,
    "IS_INFERRED" = FALSE,
    "LOAD_ID" = $load_id
FROM "WAREHOUSE_WORK"."RESOLVING" AS src
WHERE "BUSINESS"."DIM_ACCOUNT"."ACCOUNT_NO" = src."ACCOUNT_NO"
  AND "BUSINESS"."DIM_ACCOUNT"."IS_INFERRED";

-- resolve-known-members: What is known of them is no placeholder any more.
-- only if: placeholders > 0
UPDATE "WAREHOUSE_WORK"."KNOWN"
SET "BANK_CODE" = src."BANK_CODE",
    "OWNER" = src."OWNER",
    "VALID_FROM" = least_ignore_nulls("WAREHOUSE_WORK"."KNOWN"."VALID_FROM", src.effective_at),
    "CHANGED_AT" = src.effective_at,
    "IS_INFERRED" = FALSE,
    "LOAD_ID" = $load_id
FROM "WAREHOUSE_WORK"."RESOLVING" AS src
WHERE "WAREHOUSE_WORK"."KNOWN"."ACCOUNT_NO" = src."ACCOUNT_NO"
  AND "WAREHOUSE_WORK"."KNOWN"."IS_INFERRED";

-- find-late-rows: Rows that differ from a remembered event at the same instant, with no sequence to decide.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."LATE" AS
SELECT src.*,
       FALSE AS is_known
FROM "WAREHOUSE_WORK"."INCOMING" AS src
WHERE NOT src.is_delete
  AND EXISTS (
    SELECT 1
    FROM "BUSINESS"."DIM_ACCOUNT_EVENT" AS known
    WHERE known."ACCOUNT_NO" = src."ACCOUNT_NO"
      AND known.effective_at = src.effective_at
      AND NOT known.is_delete
      AND NOT known."IS_INFERRED"
      AND known."SEQUENCE_NUMBER" IS NOT DISTINCT FROM src."SEQUENCE_NUMBER"
      AND (known."BANK_CODE" IS DISTINCT FROM src."BANK_CODE"
           OR lower(known."OWNER") IS DISTINCT FROM lower(src."OWNER"))
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
       'another event of the member at this instant is stored and differs (' || 'account_no = ' || CAST(src."ACCOUNT_NO" AS VARCHAR) || ')',
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
        WHERE late."ACCOUNT_NO" = src."ACCOUNT_NO"
          AND late.effective_at = src.effective_at
          AND late.is_delete = src.is_delete
    )
) AS gone
WHERE "WAREHOUSE_WORK"."INCOMING"."SOURCE_LINE" = gone."SOURCE_LINE";

-- count-incoming: The rows that will be compared.
SELECT count(*) AS accepted FROM "WAREHOUSE_WORK"."INCOMING";

-- remember-events: What is delivered again adds no row.
INSERT INTO "BUSINESS"."DIM_ACCOUNT_EVENT" ("ACCOUNT_NO", "EFFECTIVE_AT", "IS_DELETE", "SEQUENCE_NUMBER", "BANK_CODE", "OWNER", "IS_INFERRED", "LOAD_ID")
SELECT src."ACCOUNT_NO",
       src.effective_at,
       src.is_delete,
       src."SEQUENCE_NUMBER",
       CASE WHEN NOT src.is_delete THEN src."BANK_CODE" END,
       CASE WHEN NOT src.is_delete THEN src."OWNER" END,
       FALSE,
       $load_id
FROM "WAREHOUSE_WORK"."INCOMING" AS src
WHERE NOT EXISTS (
    SELECT 1
    FROM "BUSINESS"."DIM_ACCOUNT_EVENT" AS known
    WHERE known."ACCOUNT_NO" = src."ACCOUNT_NO"
      AND known.effective_at = src.effective_at
      AND known.is_delete = src.is_delete
      AND NOT known."IS_INFERRED"
      AND known."SEQUENCE_NUMBER" IS NOT DISTINCT FROM src."SEQUENCE_NUMBER"
      AND (src.is_delete OR (known."BANK_CODE" IS NOT DISTINCT FROM src."BANK_CODE"
                             AND known."OWNER" IS NOT DISTINCT FROM src."OWNER"))
);

-- find-touched-members: Members with an event that their history does not already tell.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."TOUCHED" AS
SELECT DISTINCT src."ACCOUNT_NO"
FROM "WAREHOUSE_WORK"."INCOMING" AS src
LEFT JOIN "WAREHOUSE_WORK"."KNOWN" AS tgt ON tgt."ACCOUNT_NO" = src."ACCOUNT_NO"
    AND tgt."VALID_FROM" <= src.effective_at AND coalesce(tgt."VALID_TO", TIMESTAMP '9999-12-31') > src.effective_at
WHERE CASE WHEN tgt."ACCOUNT_KEY" IS NULL THEN NOT src.is_delete
           ELSE src.is_delete
                OR tgt."OWNER" IS DISTINCT FROM src."OWNER"
                OR tgt."BANK_CODE" IS DISTINCT FROM src."BANK_CODE"
      END
   OR EXISTS (
       SELECT 1
       FROM "BUSINESS"."DIM_ACCOUNT_EVENT" AS known
       WHERE known."ACCOUNT_NO" = src."ACCOUNT_NO"
         AND known.effective_at = src.effective_at
         AND (known."SEQUENCE_NUMBER" IS NULL OR known."SEQUENCE_NUMBER" < src."SEQUENCE_NUMBER")
   )
UNION
SELECT resolving."ACCOUNT_NO"
FROM "WAREHOUSE_WORK"."RESOLVING" AS resolving;

-- count-touched-members: Without any the merge ends here.
SELECT count(*) AS "TOUCHED_MEMBERS" FROM "WAREHOUSE_WORK"."TOUCHED";

-- read-stored-versions: The history of the touched members as it was before.
-- only if: touched_members > 0
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."STORED" AS
SELECT tgt."ACCOUNT_KEY",
       tgt."ACCOUNT_NO",
       tgt."BANK_CODE",
       tgt."OWNER",
       tgt."VALID_FROM" AS held_from,
       tgt."VALID_TO" AS ends_at,
       lead(tgt."VALID_FROM") OVER (PARTITION BY tgt."ACCOUNT_NO" ORDER BY tgt."VALID_FROM") AS next_held_from,
       tgt."VERSION" AS version_number,
       coalesce(tgt."CHANGED_AT", tgt."VALID_FROM") AS stored_change,
       FALSE AS is_delete
FROM "WAREHOUSE_WORK"."KNOWN" AS tgt
JOIN "WAREHOUSE_WORK"."TOUCHED" AS touched ON tgt."ACCOUNT_NO" = touched."ACCOUNT_NO";

-- guard-stored-versions: members have several open versions in the table already, so nobody can tell which of them is true; VerifyAsync lists them, correct the table first
-- only if: touched_members > 0
SELECT stored."ACCOUNT_NO"
FROM "WAREHOUSE_WORK"."STORED" AS stored
WHERE stored.ends_at IS NULL
GROUP BY stored."ACCOUNT_NO"
HAVING count(*) > 1
LIMIT 20;

-- build-timeline: What is known of each touched member and what the batch says, in order.
-- only if: touched_members > 0
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."TIMELINE" AS
WITH
decided AS (
    SELECT known.*
    FROM "BUSINESS"."DIM_ACCOUNT_EVENT" AS known
    JOIN "WAREHOUSE_WORK"."TOUCHED" AS touched ON known."ACCOUNT_NO" = touched."ACCOUNT_NO"
    QUALIFY known."SEQUENCE_NUMBER" IS NOT DISTINCT FROM max(known."SEQUENCE_NUMBER") OVER (PARTITION BY known."ACCOUNT_NO", known.effective_at)
),
distinct_events AS (
    SELECT known."ACCOUNT_NO",
           known."BANK_CODE",
           min(known."OWNER") AS "OWNER",
           known.effective_at,
           known.is_delete,
           known."IS_INFERRED",
           known.is_delete OR known."IS_INFERRED" AS is_unreal,
           min(known."LOAD_ID") = $load_id AS is_told_now
    FROM decided AS known
    GROUP BY known."ACCOUNT_NO",
             known."BANK_CODE",
             known.effective_at,
             known.is_delete,
             known."IS_INFERRED"
),
happenings AS (
    SELECT known.effective_at AS happens_at,
           CASE WHEN known.is_told_now THEN 2 ELSE 0 END AS precedence,
           CASE WHEN NOT known.is_told_now THEN 'known' ELSE 'event' END AS kind,
           known.is_delete,
           CAST(NULL AS INTEGER) AS stored_version,
           CAST(NULL AS TIMESTAMP) AS stored_change,
           known."ACCOUNT_NO",
           CASE WHEN known."IS_INFERRED" AND NOT first_value(known.is_unreal) OVER (PARTITION BY known."ACCOUNT_NO" ORDER BY known.is_unreal, known.effective_at) THEN first_value(known."BANK_CODE") OVER (PARTITION BY known."ACCOUNT_NO" ORDER BY known.is_unreal, known.effective_at) ELSE known."BANK_CODE" END AS "BANK_CODE",
           CASE WHEN known."IS_INFERRED" AND NOT first_value(known.is_unreal) OVER (PARTITION BY known."ACCOUNT_NO" ORDER BY known.is_unreal, known.effective_at) THEN first_value(known."OWNER") OVER (PARTITION BY known."ACCOUNT_NO" ORDER BY known.is_unreal, known.effective_at) ELSE known."OWNER" END AS "OWNER"
    FROM distinct_events AS known
    QUALIFY NOT (known."IS_INFERRED" AND NOT first_value(known.is_unreal) OVER (PARTITION BY known."ACCOUNT_NO" ORDER BY known.is_unreal, known.effective_at) AND first_value(known.effective_at) OVER (PARTITION BY known."ACCOUNT_NO" ORDER BY known.is_unreal, known.effective_at) <= known.effective_at)
),
-- Ended and begun at the same instant: nothing ended.
without_undone_ends AS (
    SELECT src.*,
           kind = 'event' AND NOT is_delete AND boolor_agg(is_delete AND kind IN ('ended', 'known')) OVER (PARTITION BY src."ACCOUNT_NO", happens_at) AS undoes_end
    FROM happenings AS src
    QUALIFY NOT (is_delete AND boolor_agg(NOT is_delete) OVER (PARTITION BY src."ACCOUNT_NO", happens_at))
),
-- A second end, or the end of someone never seen, says nothing.
without_idle_ends AS (
    SELECT src.*
    FROM without_undone_ends AS src
    QUALIFY NOT (is_delete AND coalesce(lag(is_delete) OVER (PARTITION BY src."ACCOUNT_NO" ORDER BY happens_at, precedence), TRUE))
),
-- An end carries on the values it found.
carried AS (
    SELECT src.* REPLACE (
        CASE WHEN is_delete THEN lag("BANK_CODE") OVER (PARTITION BY src."ACCOUNT_NO" ORDER BY happens_at, precedence) ELSE "BANK_CODE" END AS "BANK_CODE",
        CASE WHEN is_delete THEN lag("OWNER") OVER (PARTITION BY src."ACCOUNT_NO" ORDER BY happens_at, precedence) ELSE "OWNER" END AS "OWNER"
    )
    FROM without_idle_ends AS src
)
SELECT src.*,
       lag(kind) OVER (PARTITION BY src."ACCOUNT_NO" ORDER BY happens_at, precedence) IS NULL AS is_first,
       NOT is_delete AND (
           coalesce(lag(is_delete) OVER (PARTITION BY src."ACCOUNT_NO" ORDER BY happens_at, precedence), TRUE)
           OR lower("OWNER") IS DISTINCT FROM lower(lag("OWNER") OVER (PARTITION BY src."ACCOUNT_NO" ORDER BY happens_at, precedence))
       ) AS begins_version,
       is_delete AS ends_member,
       kind = 'event' AND NOT is_delete AND NOT coalesce(lag(is_delete) OVER (PARTITION BY src."ACCOUNT_NO" ORDER BY happens_at, precedence), TRUE) AND (
           "BANK_CODE" IS DISTINCT FROM lag("BANK_CODE") OVER (PARTITION BY src."ACCOUNT_NO" ORDER BY happens_at, precedence)
       ) AS overwrites
FROM carried AS src;

-- number-versions: Each version with its end and its key: that of the stored version which begins where it does or, saying the same, inside it.
-- only if: touched_members > 0
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."VERSIONS" AS
WITH boundaries AS (
    SELECT src.*,
           lead(happens_at) OVER (PARTITION BY src."ACCOUNT_NO" ORDER BY happens_at, precedence) AS ends_at
    FROM "WAREHOUSE_WORK"."TIMELINE" AS src
    WHERE begins_version OR ends_member
),
numbered AS (
    SELECT src.*,
           row_number() OVER (PARTITION BY src."ACCOUNT_NO" ORDER BY happens_at) AS version_number
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
           stored."ACCOUNT_KEY" AS stored_key
    FROM begun AS src
    LEFT JOIN "WAREHOUSE_WORK"."STORED" AS stored ON stored."ACCOUNT_NO" = src."ACCOUNT_NO" AND stored.held_from = src.held_from
),
begins_earlier AS (
    SELECT src."ACCOUNT_NO",
           src.version_number,
           min_by(stored."ACCOUNT_KEY", stored.held_from) AS stored_key
    FROM same_beginning AS src
    JOIN "WAREHOUSE_WORK"."STORED" AS stored ON stored."ACCOUNT_NO" = src."ACCOUNT_NO"
        AND stored.held_from > src.held_from
        AND (src.ends_at IS NULL OR stored.held_from < src.ends_at)
    WHERE src.stored_key IS NULL
      AND NOT (lower(stored."OWNER") IS DISTINCT FROM lower(src."OWNER"))
          AND stored.is_delete = src.is_delete
    GROUP BY src."ACCOUNT_NO", src.version_number
),
matched AS (
    SELECT src.* REPLACE (coalesce(src.stored_key, earlier.stored_key) AS stored_key)
    FROM same_beginning AS src
    LEFT JOIN begins_earlier AS earlier ON earlier."ACCOUNT_NO" = src."ACCOUNT_NO" AND earlier.version_number = src.version_number
)
SELECT src.*,
       coalesce(src.stored_key, surrogate_key.last_key + row_number() OVER (PARTITION BY src.stored_key IS NULL ORDER BY src.happens_at, src."ACCOUNT_NO")) AS given_key
FROM matched AS src
CROSS JOIN (SELECT last_key FROM "WAREHOUSE"."SURROGATE_KEY" WHERE target = $target) AS surrogate_key;

-- find-member-state: Type 0 the earliest value, types 1 and 3 the latest: of the member, or of the version where only the current one is overwritten.
-- only if: touched_members > 0
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."MEMBER_STATE" AS
SELECT "ACCOUNT_NO",
       max_by("BANK_CODE", CASE WHEN NOT is_delete THEN place END) AS "BANK_CODE",
       max(CASE WHEN kind IN ('event', 'absent') AND (begins_version OR overwrites OR ends_member) THEN happens_at END) AS changed_at,
       boolor_agg(overwrites) AS is_overwritten
FROM (
    SELECT happening.*,
           row_number() OVER (PARTITION BY "ACCOUNT_NO" ORDER BY happens_at, precedence) AS place
    FROM "WAREHOUSE_WORK"."TIMELINE" AS happening
) AS placed
GROUP BY "ACCOUNT_NO";

-- find-vanished-versions: Stored versions that the history no longer has, with the member's latest.
-- only if: touched_members > 0
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."VANISHED" AS
SELECT stored."ACCOUNT_KEY" AS old_key,
       coalesce(latest.given_key, -1) AS new_key
FROM "WAREHOUSE_WORK"."STORED" AS stored
LEFT JOIN (
    SELECT src."ACCOUNT_NO",
           max_by(src.given_key, src.version_number) AS given_key
    FROM "WAREHOUSE_WORK"."VERSIONS" AS src
    GROUP BY src."ACCOUNT_NO"
) AS latest ON latest."ACCOUNT_NO" = stored."ACCOUNT_NO"
WHERE NOT EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."VERSIONS" AS src WHERE src.stored_key = stored."ACCOUNT_KEY");

-- count-vanished-versions: Usually none.
-- only if: touched_members > 0
SELECT count(*) AS "VANISHED_VERSIONS" FROM "WAREHOUSE_WORK"."VANISHED";

-- find-moved-spans: The times at which another version is met than before.
-- only if: touched_members > 0
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."MOVED" AS
WITH met_before AS (
    SELECT stored."ACCOUNT_NO",
           stored."ACCOUNT_KEY" AS given_key,
           CASE WHEN row_number() OVER (PARTITION BY stored."ACCOUNT_NO" ORDER BY stored."HELD_FROM") = 1 THEN TIMESTAMP '0001-01-01' ELSE CAST(stored.held_from AS TIMESTAMP_NTZ(6)) END AS met_from,
           coalesce(CAST(lead(stored.held_from) OVER (PARTITION BY stored."ACCOUNT_NO" ORDER BY stored."HELD_FROM") AS TIMESTAMP_NTZ(6)), TIMESTAMP '9999-12-31') AS met_until
    FROM "WAREHOUSE_WORK"."STORED" AS stored
),
met_after AS (
    SELECT src."ACCOUNT_NO",
           src.given_key AS given_key,
           CASE WHEN row_number() OVER (PARTITION BY src."ACCOUNT_NO" ORDER BY src."HELD_FROM") = 1 THEN TIMESTAMP '0001-01-01' ELSE CAST(src.held_from AS TIMESTAMP_NTZ(6)) END AS met_from,
           coalesce(CAST(lead(src.held_from) OVER (PARTITION BY src."ACCOUNT_NO" ORDER BY src."HELD_FROM") AS TIMESTAMP_NTZ(6)), TIMESTAMP '9999-12-31') AS met_until
    FROM "WAREHOUSE_WORK"."VERSIONS" AS src
)
SELECT before.given_key AS old_key,
       after.given_key AS new_key,
       greatest_ignore_nulls(before.met_from, after.met_from) AS met_from,
       least_ignore_nulls(before.met_until, after.met_until) AS met_until
FROM met_before AS before
JOIN met_after AS after ON after."ACCOUNT_NO" = before."ACCOUNT_NO"
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

-- repoint-facts: Rows of business.fact_booking whose account_key is now another version's at changed_at.
-- only if: moved_spans > 0
UPDATE "BUSINESS"."FACT_BOOKING"
SET "ACCOUNT_KEY" = src.new_key,
    "LOAD_ID" = $load_id
FROM "WAREHOUSE_WORK"."MOVED" AS src
WHERE "BUSINESS"."FACT_BOOKING"."ACCOUNT_KEY" = src.old_key
  AND "BUSINESS"."FACT_BOOKING"."CHANGED_AT" >= src.met_from
  AND "BUSINESS"."FACT_BOOKING"."CHANGED_AT" < src.met_until
  AND "BUSINESS"."FACT_BOOKING"."CHANGED_AT" >= coalesce(CAST($moved_from AS TIMESTAMP_NTZ(6)), TIMESTAMP '0001-01-01');

-- repoint-vanished: Rows of business.fact_booking whose account_key would be nobody's: the member's latest version, or unknown when it has none.
-- only if: vanished_versions > 0
UPDATE "BUSINESS"."FACT_BOOKING"
SET "ACCOUNT_KEY" = src.new_key,
    "LOAD_ID" = $load_id
FROM "WAREHOUSE_WORK"."VANISHED" AS src
WHERE "BUSINESS"."FACT_BOOKING"."ACCOUNT_KEY" = src.old_key;

-- delete-vanished-versions: Versions that the history no longer has; nothing holds their keys any more.
-- only if: vanished_versions > 0
DELETE FROM "BUSINESS"."DIM_ACCOUNT"
WHERE "BUSINESS"."DIM_ACCOUNT"."ACCOUNT_KEY" IN (SELECT old_key FROM "WAREHOUSE_WORK"."VANISHED");

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
               OR stored."OWNER" IS DISTINCT FROM src."OWNER"
           ) AS is_other
    FROM "WAREHOUSE_WORK"."VERSIONS" AS src
    JOIN "WAREHOUSE_WORK"."STORED" AS stored ON stored."ACCOUNT_KEY" = src.stored_key
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
UPDATE "BUSINESS"."DIM_ACCOUNT"
SET "VALID_TO" = src.ends_at,
    "IS_CURRENT" = FALSE,
    "LOAD_ID" = $load_id
FROM "WAREHOUSE_WORK"."CHANGED" AS src
WHERE "BUSINESS"."DIM_ACCOUNT"."ACCOUNT_KEY" = src.stored_key
  AND src.only_ends;

-- move-versions: Versions of which more has changed than that they end.
-- only if: moved_versions > 0
UPDATE "BUSINESS"."DIM_ACCOUNT"
SET "VALID_FROM" = src.held_from,
    "VALID_TO" = src.ends_at,
    "IS_CURRENT" = src.ends_at IS NULL,
    "VERSION" = src.version_number,
    "OWNER" = src."OWNER",
    "CHANGED_AT" = CASE WHEN "BUSINESS"."DIM_ACCOUNT"."VALID_TO" < coalesce(src.ends_at, TIMESTAMP '9999-12-31') THEN greatest_ignore_nulls("BUSINESS"."DIM_ACCOUNT"."CHANGED_AT", "BUSINESS"."DIM_ACCOUNT"."VALID_TO") ELSE "BUSINESS"."DIM_ACCOUNT"."CHANGED_AT" END,
    "LOAD_ID" = $load_id
FROM "WAREHOUSE_WORK"."CHANGED" AS src
WHERE "BUSINESS"."DIM_ACCOUNT"."ACCOUNT_KEY" = src.stored_key
  AND NOT src.only_ends;

-- insert-versions: New versions, keyed in the order of effective time and natural key.
-- only if: touched_members > 0
INSERT INTO "BUSINESS"."DIM_ACCOUNT" ("ACCOUNT_KEY", "ACCOUNT_NO", "BANK_CODE", "OWNER", "VALID_FROM", "VALID_TO", "IS_CURRENT", "VERSION", "CHANGED_AT", "IS_INFERRED", "LOAD_ID")
SELECT src.given_key,
       src."ACCOUNT_NO",
       member_state."BANK_CODE",
       src."OWNER",
       src.held_from,
       src.ends_at,
       src.ends_at IS NULL,
       src.version_number,
       greatest_ignore_nulls(member_state."CHANGED_AT", src.happens_at),
       FALSE,
       $load_id
FROM "WAREHOUSE_WORK"."VERSIONS" AS src
JOIN "WAREHOUSE_WORK"."MEMBER_STATE" AS member_state ON member_state."ACCOUNT_NO" = src."ACCOUNT_NO"
WHERE src.stored_key IS NULL;

-- advance-surrogate-keys: Keys given are never given again.
-- only if: inserted_versions > 0
UPDATE "WAREHOUSE"."SURROGATE_KEY"
SET last_key = last_key + (SELECT count(*) FROM "WAREHOUSE_WORK"."VERSIONS" WHERE stored_key IS NULL)
WHERE target = $target;

-- overwrite-attributes: Type 0 holds for all versions of the member; types 1 and 3 too, or for the current one if so declared.
-- only if: touched_members > 0
UPDATE "BUSINESS"."DIM_ACCOUNT"
SET "BANK_CODE" = src."BANK_CODE",
    "CHANGED_AT" = greatest_ignore_nulls("BUSINESS"."DIM_ACCOUNT"."CHANGED_AT", src."CHANGED_AT"),
    "LOAD_ID" = $load_id
FROM "WAREHOUSE_WORK"."MEMBER_STATE" AS src
WHERE "BUSINESS"."DIM_ACCOUNT"."ACCOUNT_NO" = src."ACCOUNT_NO"
  AND ("BUSINESS"."DIM_ACCOUNT"."BANK_CODE" IS DISTINCT FROM src."BANK_CODE");

-- count-outcomes: What became of each row.
-- only if: touched_members > 0
WITH lives AS (
    SELECT src.*,
           count_if(begins_version OR ends_member) OVER (PARTITION BY src."ACCOUNT_NO" ORDER BY happens_at, precedence) AS life_number
    FROM "WAREHOUSE_WORK"."TIMELINE" AS src
),
happenings AS (
    SELECT src.*,
           max(CASE WHEN kind NOT IN ('event', 'absent') THEN happens_at END) OVER (PARTITION BY src."ACCOUNT_NO") > happens_at AS comes_late,
           coalesce(max(CASE WHEN kind = 'known' AND NOT is_delete THEN happens_at END) OVER (PARTITION BY src."ACCOUNT_NO") > happens_at, FALSE) AS is_outdone,
           EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."RESOLVING" AS resolving WHERE resolving."ACCOUNT_NO" = src."ACCOUNT_NO" AND resolving.effective_at = happens_at) AS fills_in,
           EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."STORED" AS stored WHERE stored."ACCOUNT_NO" = src."ACCOUNT_NO") AS was_stored
    FROM lives AS src
),
outcomes AS (
    SELECT src.kind,
           CASE WHEN src.kind = 'absent' THEN 'expired'
                WHEN src.fills_in AND NOT src.is_delete THEN 'resolved'
                WHEN src.undoes_end AND NOT src.begins_version AND NOT coalesce(src.comes_late, FALSE) THEN 'reopened'
                WHEN src.was_stored AND (src.comes_late OR covering.held_from = src.happens_at) AND (CASE WHEN src.is_delete THEN covering.held_from IS NOT NULL ELSE covering.held_from IS NULL OR (lower(covering."OWNER") IS DISTINCT FROM lower(src."OWNER")) END OR (src.begins_version AND NOT src.is_first)) THEN 'split'
                WHEN src.is_delete THEN 'expired'
                WHEN src.begins_version AND NOT src.was_stored AND src.is_first THEN 'new member'
                WHEN src.begins_version AND NOT (src.was_stored AND coalesce(src.comes_late, FALSE)) THEN 'new version'
                WHEN (src.overwrites AND NOT src.is_outdone)  THEN 'overwritten'
           END AS row_outcome
    FROM happenings AS src
    LEFT JOIN "WAREHOUSE_WORK"."STORED" AS covering ON covering."ACCOUNT_NO" = src."ACCOUNT_NO"
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
SELECT tgt."ACCOUNT_KEY",
       tgt."ACCOUNT_NO",
       tgt."IS_CURRENT",
       tgt."VERSION",
       tgt."VALID_FROM" AS held_from,
       tgt."VALID_TO" AS ends_at
FROM "BUSINESS"."DIM_ACCOUNT" AS tgt
JOIN "WAREHOUSE_WORK"."TOUCHED" AS touched ON tgt."ACCOUNT_NO" = touched."ACCOUNT_NO";

-- check-current-versions: members would have more than one current version, or one that is not open
-- only if: touched_members > 0
SELECT tgt."ACCOUNT_NO"
FROM "WAREHOUSE_WORK"."WRITTEN" AS tgt
GROUP BY tgt."ACCOUNT_NO"
HAVING count_if(tgt."IS_CURRENT") > 1
    OR count_if(tgt."IS_CURRENT" <> (tgt.ends_at IS NULL)) > 0
LIMIT 20;

-- check-intervals: members would have versions that overlap, are empty or end before they begin
-- only if: touched_members > 0
SELECT DISTINCT "ACCOUNT_NO"
FROM (
    SELECT tgt."ACCOUNT_NO",
           tgt.held_from,
           tgt.ends_at,
           lead(tgt.held_from) OVER (PARTITION BY tgt."ACCOUNT_NO" ORDER BY tgt.held_from, tgt."VERSION") AS next_held_from
    FROM "WAREHOUSE_WORK"."WRITTEN" AS tgt
) AS version
WHERE held_from >= ends_at
   OR next_held_from < ends_at
   OR (next_held_from IS NOT NULL AND ends_at IS NULL)
LIMIT 20;

-- check-neighbours: members would have two versions that say the same and follow each other without a gap; if an attribute was of type 2 before, merge its versions first
-- only if: touched_members > 0
SELECT DISTINCT src."ACCOUNT_NO"
FROM "WAREHOUSE_WORK"."VERSIONS" AS src
JOIN "WAREHOUSE_WORK"."VERSIONS" AS next_version ON next_version."ACCOUNT_NO" = src."ACCOUNT_NO" AND next_version.held_from = src.ends_at
WHERE NOT (lower(src."OWNER") IS DISTINCT FROM lower(next_version."OWNER"))
LIMIT 20;

-- check-surrogate-keys: surrogate keys would be given twice
-- only if: inserted_versions > 0
SELECT tgt."ACCOUNT_KEY"
FROM "BUSINESS"."DIM_ACCOUNT" AS tgt
WHERE tgt."ACCOUNT_KEY" > (SELECT last_key FROM "WAREHOUSE"."SURROGATE_KEY" WHERE target = $target)
   OR tgt."ACCOUNT_KEY" IN (
       SELECT repeated."ACCOUNT_KEY"
       FROM "WAREHOUSE_WORK"."WRITTEN" AS repeated
       GROUP BY repeated."ACCOUNT_KEY"
       HAVING count(*) > 1
   )
LIMIT 20;
