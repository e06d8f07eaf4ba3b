-- warehouse-sdk: merge business.dim_account

-- reject-incomplete-rows: A row without a key or a time belongs to no member.
INSERT INTO "WAREHOUSE"."REJECT" (load_id, target, file, line, column_name, reason, raw_row)
SELECT $load_id,
       $target,
       $path,
       src."SOURCE_LINE",
       array_to_string(array_construct_compact(CASE WHEN src."BANK_CODE" IS NULL THEN 'bank_code' END, CASE WHEN src."ACCOUNT_NO" IS NULL THEN 'account_no' END, CASE WHEN src."CHANGED_AT" IS NULL THEN 'changed_at' END), ', '),
       'natural key or effective time is NULL',
       to_json(object_construct_keep_null(src.*))
FROM "WAREHOUSE_WORK"."STAGED" AS src
WHERE src."BANK_CODE" IS NULL OR src."ACCOUNT_NO" IS NULL OR src."CHANGED_AT" IS NULL;

-- read-known-versions: All stored versions of the members at hand: the table is read once and left alone until it is written.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."KNOWN" AS
WITH members AS (
    SELECT DISTINCT src."BANK_CODE",
                    src."ACCOUNT_NO"
    FROM "WAREHOUSE_WORK"."STAGED" AS src
)
SELECT tgt.*
FROM "BUSINESS"."DIM_ACCOUNT" AS tgt
JOIN members ON tgt."BANK_CODE" = members."BANK_CODE" AND tgt."ACCOUNT_NO" = members."ACCOUNT_NO";

-- find-news: Members of whom a row says something that their open version does not; of all others nothing has to be known.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."NEWS" AS
SELECT DISTINCT src."BANK_CODE",
                src."ACCOUNT_NO"
FROM "WAREHOUSE_WORK"."STAGED" AS src
LEFT JOIN "WAREHOUSE_WORK"."KNOWN" AS tgt ON tgt."BANK_CODE" = src."BANK_CODE" AND tgt."ACCOUNT_NO" = src."ACCOUNT_NO" AND tgt."IS_CURRENT"
WHERE src."BANK_CODE" IS NOT NULL AND src."ACCOUNT_NO" IS NOT NULL AND src."CHANGED_AT" IS NOT NULL
  AND (tgt."ACCOUNT_KEY" IS NULL
       OR tgt."IS_INFERRED"
       OR coalesce(upper(src."OP") = 'D', FALSE)
       OR CAST(src."CHANGED_AT" AS TIMESTAMP) < tgt."VALID_FROM"
       OR tgt."OWNER" IS DISTINCT FROM src."OWNER");

-- normalise-rows: Brings every value to the form it is compared and stored in.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."EVENTS" AS
SELECT src."BANK_CODE",
       src."ACCOUNT_NO",
       CAST(src."CHANGED_AT" AS TIMESTAMP) AS effective_at,
       coalesce(upper(src."OP") = 'D', FALSE) AS is_delete,
       src."OWNER" AS "OWNER",
       src."LSN" AS "SEQUENCE_NUMBER",
       src."SOURCE_LINE"
FROM "WAREHOUSE_WORK"."STAGED" AS src
JOIN "WAREHOUSE_WORK"."NEWS" AS news ON news."BANK_CODE" = src."BANK_CODE" AND news."ACCOUNT_NO" = src."ACCOUNT_NO"
WHERE src."BANK_CODE" IS NOT NULL AND src."ACCOUNT_NO" IS NOT NULL AND src."CHANGED_AT" IS NOT NULL;

-- count-set-aside: The rows of all other members agree with what is stored.
SELECT count_if(src."BANK_CODE" IS NOT NULL AND src."ACCOUNT_NO" IS NOT NULL AND src."CHANGED_AT" IS NOT NULL) - (SELECT count(*) FROM "WAREHOUSE_WORK"."EVENTS") AS "ACCEPTED"
FROM "WAREHOUSE_WORK"."STAGED" AS src;

-- find-repeated-keys: Keys that stand in the batch more than once; usually none.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."REPEATED" AS
SELECT src."BANK_CODE",
       src."ACCOUNT_NO",
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
SELECT src."BANK_CODE",
       src."ACCOUNT_NO",
       src."EFFECTIVE_AT",
       src."IS_DELETE",
       src."OWNER",
       min(src."SOURCE_LINE") AS "SOURCE_LINE"
FROM "WAREHOUSE_WORK"."EVENTS" AS src
JOIN "WAREHOUSE_WORK"."REPEATED" AS repeated ON repeated."BANK_CODE" = src."BANK_CODE" AND repeated."ACCOUNT_NO" = src."ACCOUNT_NO" AND repeated."EFFECTIVE_AT" = src."EFFECTIVE_AT"
GROUP BY src."BANK_CODE",
         src."ACCOUNT_NO",
         src."EFFECTIVE_AT",
         src."IS_DELETE",
         src."OWNER"
QUALIFY max(src."SEQUENCE_NUMBER") IS NOT DISTINCT FROM max(max(src."SEQUENCE_NUMBER")) OVER (PARTITION BY src."BANK_CODE", src."ACCOUNT_NO", src."EFFECTIVE_AT");

-- find-conflicts: Keys that are still there with different values.
-- only if: repeated_keys > 0
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."CONFLICTS" AS
SELECT src."BANK_CODE",
       src."ACCOUNT_NO",
       src."EFFECTIVE_AT",
       array_to_string(array_construct_compact(CASE WHEN count(DISTINCT src."IS_DELETE") > 1 OR count(src."IS_DELETE") NOT IN (0, count(*)) THEN 'is_delete' END,
                                               CASE WHEN count(DISTINCT src."OWNER") > 1 OR count(src."OWNER") NOT IN (0, count(*)) THEN 'owner' END), ', ') AS differing_columns
FROM "WAREHOUSE_WORK"."DECIDED" AS src
WHERE NOT src.is_delete
GROUP BY src."BANK_CODE",
         src."ACCOUNT_NO",
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
       'several rows of one member have one effective time and different values (' || 'bank_code = ' || CAST(src."BANK_CODE" AS VARCHAR) || ', ' || 'account_no = ' || CAST(src."ACCOUNT_NO" AS VARCHAR) || ', ' || 'effective_at = ' || CAST(src."EFFECTIVE_AT" AS VARCHAR) || ')',
       to_json(object_construct_keep_null(src.*))
FROM "WAREHOUSE_WORK"."EVENTS" AS src
JOIN "WAREHOUSE_WORK"."CONFLICTS" AS conflicts ON conflicts."BANK_CODE" = src."BANK_CODE" AND conflicts."ACCOUNT_NO" = src."ACCOUNT_NO" AND conflicts."EFFECTIVE_AT" = src."EFFECTIVE_AT";

-- take-incoming: The rows whose key stands in the batch once.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."INCOMING" AS
SELECT src."BANK_CODE",
       src."ACCOUNT_NO",
       src."EFFECTIVE_AT",
       src."IS_DELETE",
       src."OWNER",
       src."SOURCE_LINE"
FROM "WAREHOUSE_WORK"."EVENTS" AS src
LEFT JOIN "WAREHOUSE_WORK"."REPEATED" AS repeated ON repeated."BANK_CODE" = src."BANK_CODE" AND repeated."ACCOUNT_NO" = src."ACCOUNT_NO" AND repeated."EFFECTIVE_AT" = src."EFFECTIVE_AT"
WHERE repeated.copies IS NULL;

-- take-decided-rows: And the one row that was chosen for a repeated key.
-- only if: repeated_keys > 0
INSERT INTO "WAREHOUSE_WORK"."INCOMING"
SELECT src."BANK_CODE",
       src."ACCOUNT_NO",
       src."EFFECTIVE_AT",
       src."IS_DELETE",
       src."OWNER",
       src."SOURCE_LINE"
FROM "WAREHOUSE_WORK"."DECIDED" AS src
WHERE NOT EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."CONFLICTS" AS conflicts WHERE conflicts."BANK_CODE" = src."BANK_CODE" AND conflicts."ACCOUNT_NO" = src."ACCOUNT_NO" AND conflicts."EFFECTIVE_AT" = src."EFFECTIVE_AT");

-- count-duplicates: Copies that collapsed and rows that were superseded.
-- only if: repeated_keys > 0
SELECT (SELECT CAST(coalesce(sum(repeated.copies), 0) AS BIGINT)
        FROM "WAREHOUSE_WORK"."REPEATED" AS repeated
        WHERE NOT EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."CONFLICTS" AS conflicts WHERE conflicts."BANK_CODE" = repeated."BANK_CODE" AND conflicts."ACCOUNT_NO" = repeated."ACCOUNT_NO" AND conflicts."EFFECTIVE_AT" = repeated."EFFECTIVE_AT"))
     - (SELECT count(*)
        FROM "WAREHOUSE_WORK"."DECIDED" AS decided
        WHERE NOT EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."CONFLICTS" AS conflicts WHERE conflicts."BANK_CODE" = decided."BANK_CODE" AND conflicts."ACCOUNT_NO" = decided."ACCOUNT_NO" AND conflicts."EFFECTIVE_AT" = decided."EFFECTIVE_AT")) AS duplicates;

-- leave-undone-deletes: Deleted and back at the same instant: nothing ended.
DELETE FROM "WAREHOUSE_WORK"."INCOMING"
USING (
    SELECT src."SOURCE_LINE"
    FROM "WAREHOUSE_WORK"."INCOMING" AS src
    WHERE src.is_delete
      AND EXISTS (
          SELECT 1
          FROM "WAREHOUSE_WORK"."INCOMING" AS back
          WHERE back."BANK_CODE" = src."BANK_CODE" AND back."ACCOUNT_NO" = src."ACCOUNT_NO"
            AND back.effective_at = src.effective_at
            AND NOT back.is_delete
      )
) AS gone
WHERE "WAREHOUSE_WORK"."INCOMING"."SOURCE_LINE" = gone."SOURCE_LINE";

-- find-inferred-members: The first real event of each placeholder.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."RESOLVING" AS
SELECT incoming.*
FROM "WAREHOUSE_WORK"."INCOMING" AS incoming
JOIN "WAREHOUSE_WORK"."KNOWN" AS placeholder ON placeholder."BANK_CODE" = incoming."BANK_CODE" AND placeholder."ACCOUNT_NO" = incoming."ACCOUNT_NO" AND placeholder."IS_INFERRED"
WHERE NOT incoming.is_delete
QUALIFY row_number() OVER (PARTITION BY incoming."BANK_CODE", incoming."ACCOUNT_NO" ORDER BY incoming.effective_at) = 1;

-- count-placeholders: Usually none.
SELECT count(*) AS "PLACEHOLDERS" FROM "WAREHOUSE_WORK"."RESOLVING";

-- resolve-inferred-members: The first real event overwrites a placeholder in place and keeps its surrogate key.
-- only if: placeholders > 0
UPDATE "BUSINESS"."DIM_ACCOUNT"
SET "OWNER" = src."OWNER",
    "VALID_FROM" = least_ignore_nulls("BUSINESS"."DIM_ACCOUNT"."VALID_FROM", src.effective_at),
    "CHANGED_AT" = src.effective_at,
    "IS_INFERRED" = FALSE,
    "LOAD_ID" = $load_id
FROM "WAREHOUSE_WORK"."RESOLVING" AS src
WHERE "BUSINESS"."DIM_ACCOUNT"."BANK_CODE" = src."BANK_CODE" AND "BUSINESS"."DIM_ACCOUNT"."ACCOUNT_NO" = src."ACCOUNT_NO"
  AND "BUSINESS"."DIM_ACCOUNT"."IS_INFERRED";

-- resolve-known-members: What is known of them is no placeholder any more.
-- only if: placeholders > 0
UPDATE "WAREHOUSE_WORK"."KNOWN"
SET "OWNER" = src."OWNER",
    "VALID_FROM" = least_ignore_nulls("WAREHOUSE_WORK"."KNOWN"."VALID_FROM", src.effective_at),
    "CHANGED_AT" = src.effective_at,
    "IS_INFERRED" = FALSE,
    "LOAD_ID" = $load_id
FROM "WAREHOUSE_WORK"."RESOLVING" AS src
WHERE "WAREHOUSE_WORK"."KNOWN"."BANK_CODE" = src."BANK_CODE" AND "WAREHOUSE_WORK"."KNOWN"."ACCOUNT_NO" = src."ACCOUNT_NO"
  AND "WAREHOUSE_WORK"."KNOWN"."IS_INFERRED";

-- find-late-rows: Rows at the very instant of what is stored that say something else.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."LATE" AS
SELECT src.*,
       FALSE AS is_known
FROM "WAREHOUSE_WORK"."INCOMING" AS src
WHERE EXISTS (
    SELECT 1
    FROM "WAREHOUSE_WORK"."KNOWN" AS tgt
    WHERE tgt."BANK_CODE" = src."BANK_CODE" AND tgt."ACCOUNT_NO" = src."ACCOUNT_NO"
      AND NOT tgt."IS_INFERRED"
      AND tgt."VALID_FROM" <= src.effective_at AND coalesce(tgt."VALID_TO", TIMESTAMP '9999-12-31') > src.effective_at
      AND src.effective_at IN (tgt."VALID_FROM", coalesce(tgt."CHANGED_AT", tgt."VALID_FROM"))
      AND (src.is_delete OR (tgt."OWNER" IS DISTINCT FROM src."OWNER"))
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
       'another event of the member at this instant is stored and differs (' || 'bank_code = ' || CAST(src."BANK_CODE" AS VARCHAR) || ', ' || 'account_no = ' || CAST(src."ACCOUNT_NO" AS VARCHAR) || ')',
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
        WHERE late."BANK_CODE" = src."BANK_CODE" AND late."ACCOUNT_NO" = src."ACCOUNT_NO"
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
    SELECT src."BANK_CODE",
           src."ACCOUNT_NO"
    FROM "WAREHOUSE_WORK"."INCOMING" AS src
    GROUP BY src."BANK_CODE", src."ACCOUNT_NO"
    HAVING count(*) = 1 AND NOT boolor_agg(src.is_delete)
),
histories AS (
    SELECT tgt."BANK_CODE",
           tgt."ACCOUNT_NO",
           booland_agg(CASE WHEN next_version."VERSION" IS NULL THEN tgt."IS_CURRENT" AND tgt."VALID_TO" IS NULL
                         ELSE NOT tgt."IS_CURRENT" AND coalesce(tgt."VALID_FROM" < tgt."VALID_TO" AND (tgt."VALID_TO" < next_version."VALID_FROM" OR (tgt."VALID_TO" = next_version."VALID_FROM" AND (tgt."OWNER" IS DISTINCT FROM next_version."OWNER"))), FALSE)
                    END)
           AND count_if(tgt."IS_CURRENT") = 1
           AND min(tgt."VERSION") = 1
           AND max(tgt."VERSION") = count(*) AS is_sound
    FROM "WAREHOUSE_WORK"."KNOWN" AS tgt
    LEFT JOIN "WAREHOUSE_WORK"."KNOWN" AS next_version ON next_version."BANK_CODE" = tgt."BANK_CODE" AND next_version."ACCOUNT_NO" = tgt."ACCOUNT_NO" AND next_version."VERSION" = tgt."VERSION" + 1
    GROUP BY tgt."BANK_CODE", tgt."ACCOUNT_NO"
),
following AS (
    SELECT src."BANK_CODE",
           src."ACCOUNT_NO",
           src.effective_at AS happens_at,
           src.effective_at AS changed_at,
           src."OWNER",
           open_version."ACCOUNT_KEY" AS stored_key,
           coalesce(open_version."VERSION", 0) + 1 AS version_number
    FROM "WAREHOUSE_WORK"."INCOMING" AS src
    JOIN alone ON alone."BANK_CODE" = src."BANK_CODE" AND alone."ACCOUNT_NO" = src."ACCOUNT_NO"
    LEFT JOIN histories ON histories."BANK_CODE" = src."BANK_CODE" AND histories."ACCOUNT_NO" = src."ACCOUNT_NO"
    LEFT JOIN "WAREHOUSE_WORK"."KNOWN" AS open_version ON open_version."BANK_CODE" = src."BANK_CODE" AND open_version."ACCOUNT_NO" = src."ACCOUNT_NO" AND open_version."IS_CURRENT"
    WHERE histories.is_sound IS NULL
       OR (histories.is_sound
           AND NOT open_version."IS_INFERRED"
           AND src.effective_at > open_version."VALID_FROM"
           AND src.effective_at > coalesce(open_version."CHANGED_AT", open_version."VALID_FROM")
           AND (open_version."OWNER" IS DISTINCT FROM src."OWNER")
           )
)
SELECT src.*,
       src.happens_at AS held_from,
       CAST(NULL AS TIMESTAMP) AS ends_at,
       surrogate_key.last_key + row_number() OVER (ORDER BY src.happens_at, src."BANK_CODE", src."ACCOUNT_NO") AS given_key
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
SELECT DISTINCT src."BANK_CODE",
                src."ACCOUNT_NO"
FROM "WAREHOUSE_WORK"."INCOMING" AS src
LEFT JOIN "WAREHOUSE_WORK"."KNOWN" AS tgt ON tgt."BANK_CODE" = src."BANK_CODE" AND tgt."ACCOUNT_NO" = src."ACCOUNT_NO"
    AND tgt."VALID_FROM" <= src.effective_at AND coalesce(tgt."VALID_TO", TIMESTAMP '9999-12-31') > src.effective_at
WHERE CASE WHEN tgt."ACCOUNT_KEY" IS NULL THEN NOT src.is_delete
           ELSE src.is_delete
                OR tgt."OWNER" IS DISTINCT FROM src."OWNER"
      END
   AND NOT EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."SUCCESSORS" AS successor WHERE successor."BANK_CODE" = src."BANK_CODE" AND successor."ACCOUNT_NO" = src."ACCOUNT_NO");

-- count-touched-members: Without any the merge ends here.
SELECT count(*) AS "TOUCHED_MEMBERS" FROM "WAREHOUSE_WORK"."TOUCHED";

-- read-stored-versions: The history of the touched members as it was before.
-- only if: touched_members > 0
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."STORED" AS
SELECT tgt."ACCOUNT_KEY",
       tgt."BANK_CODE",
       tgt."ACCOUNT_NO",
       tgt."OWNER",
       tgt."VALID_FROM" AS held_from,
       tgt."VALID_TO" AS ends_at,
       lead(tgt."VALID_FROM") OVER (PARTITION BY tgt."BANK_CODE", tgt."ACCOUNT_NO" ORDER BY tgt."VALID_FROM") AS next_held_from,
       tgt."VERSION" AS version_number,
       coalesce(tgt."CHANGED_AT", tgt."VALID_FROM") AS stored_change,
       FALSE AS is_delete
FROM "WAREHOUSE_WORK"."KNOWN" AS tgt
JOIN "WAREHOUSE_WORK"."TOUCHED" AS touched ON tgt."BANK_CODE" = touched."BANK_CODE" AND tgt."ACCOUNT_NO" = touched."ACCOUNT_NO";

-- guard-stored-versions: members have several open versions in the table already, so nobody can tell which of them is true; VerifyAsync lists them, correct the table first
-- only if: touched_members > 0
SELECT stored."BANK_CODE",
       stored."ACCOUNT_NO"
FROM "WAREHOUSE_WORK"."STORED" AS stored
WHERE stored.ends_at IS NULL
GROUP BY stored."BANK_CODE", stored."ACCOUNT_NO"
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
           stored."BANK_CODE",
           stored."ACCOUNT_NO",
           stored."OWNER"
    FROM "WAREHOUSE_WORK"."STORED" AS stored
    WHERE NOT stored.is_delete
    UNION ALL
    SELECT stored.stored_change, 1, 'seen', FALSE, NULL, NULL, stored."BANK_CODE", stored."ACCOUNT_NO", stored."OWNER"
    FROM "WAREHOUSE_WORK"."STORED" AS stored
    WHERE NOT stored.is_delete AND stored.stored_change > stored.held_from AND (stored.ends_at IS NULL OR stored.stored_change < stored.ends_at)
    UNION ALL
    SELECT stored.held_from, 0, 'ended', TRUE, NULL, NULL, stored."BANK_CODE", stored."ACCOUNT_NO", NULL
    FROM "WAREHOUSE_WORK"."STORED" AS stored
    WHERE stored.is_delete
    UNION ALL
    SELECT stored.ends_at, 0, 'ended', TRUE, NULL, NULL, stored."BANK_CODE", stored."ACCOUNT_NO", NULL
    FROM "WAREHOUSE_WORK"."STORED" AS stored
    WHERE stored.ends_at IS NOT NULL AND stored.next_held_from IS DISTINCT FROM stored.ends_at
    UNION ALL
    SELECT src.effective_at, 2, 'event', src.is_delete, NULL, NULL, src."BANK_CODE", src."ACCOUNT_NO", src."OWNER"
    FROM "WAREHOUSE_WORK"."INCOMING" AS src
    JOIN "WAREHOUSE_WORK"."TOUCHED" AS touched ON src."BANK_CODE" = touched."BANK_CODE" AND src."ACCOUNT_NO" = touched."ACCOUNT_NO"
),
-- Ended and begun at the same instant: nothing ended.
without_undone_ends AS (
    SELECT src.*,
           kind = 'event' AND NOT is_delete AND boolor_agg(is_delete AND kind IN ('ended', 'known')) OVER (PARTITION BY src."BANK_CODE", src."ACCOUNT_NO", happens_at) AS undoes_end
    FROM happenings AS src
    QUALIFY NOT (is_delete AND boolor_agg(NOT is_delete) OVER (PARTITION BY src."BANK_CODE", src."ACCOUNT_NO", happens_at))
),
-- A second end, or the end of someone never seen, says nothing.
without_idle_ends AS (
    SELECT src.*
    FROM without_undone_ends AS src
    QUALIFY NOT (is_delete AND coalesce(lag(is_delete) OVER (PARTITION BY src."BANK_CODE", src."ACCOUNT_NO" ORDER BY happens_at, precedence), TRUE))
),
-- An end carries on the values it found.
carried AS (
    SELECT src.* REPLACE (
        CASE WHEN is_delete THEN lag("OWNER") OVER (PARTITION BY src."BANK_CODE", src."ACCOUNT_NO" ORDER BY happens_at, precedence) ELSE "OWNER" END AS "OWNER"
    )
    FROM without_idle_ends AS src
)
SELECT src.*,
       lag(kind) OVER (PARTITION BY src."BANK_CODE", src."ACCOUNT_NO" ORDER BY happens_at, precedence) IS NULL AS is_first,
       NOT is_delete AND (
           coalesce(lag(is_delete) OVER (PARTITION BY src."BANK_CODE", src."ACCOUNT_NO" ORDER BY happens_at, precedence), TRUE)
           OR (kind = 'stored' AND lag(kind) OVER (PARTITION BY src."BANK_CODE", src."ACCOUNT_NO" ORDER BY happens_at, precedence) IN ('stored', 'seen'))
           OR "OWNER" IS DISTINCT FROM lag("OWNER") OVER (PARTITION BY src."BANK_CODE", src."ACCOUNT_NO" ORDER BY happens_at, precedence)
       ) AS begins_version,
       is_delete AS ends_member,
       FALSE AS overwrites
FROM carried AS src;

-- number-versions: Each version with its end and its key: that of the stored version which begins where it does or, saying the same, inside it.
-- only if: touched_members > 0
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."VERSIONS" AS
WITH boundaries AS (
    SELECT src.*,
           lead(happens_at) OVER (PARTITION BY src."BANK_CODE", src."ACCOUNT_NO" ORDER BY happens_at, precedence) AS ends_at
    FROM "WAREHOUSE_WORK"."TIMELINE" AS src
    WHERE begins_version OR ends_member
),
numbered AS (
    SELECT src.*,
           row_number() OVER (PARTITION BY src."BANK_CODE", src."ACCOUNT_NO" ORDER BY happens_at) AS version_number
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
    LEFT JOIN "WAREHOUSE_WORK"."STORED" AS stored ON stored."BANK_CODE" = src."BANK_CODE" AND stored."ACCOUNT_NO" = src."ACCOUNT_NO" AND stored.held_from = src.held_from
),
begins_earlier AS (
    SELECT src."BANK_CODE",
           src."ACCOUNT_NO",
           src.version_number,
           min_by(stored."ACCOUNT_KEY", stored.held_from) AS stored_key
    FROM same_beginning AS src
    JOIN "WAREHOUSE_WORK"."STORED" AS stored ON stored."BANK_CODE" = src."BANK_CODE" AND stored."ACCOUNT_NO" = src."ACCOUNT_NO"
        AND stored.held_from > src.held_from
        AND (src.ends_at IS NULL OR stored.held_from < src.ends_at)
    WHERE src.stored_key IS NULL
      AND NOT (stored."OWNER" IS DISTINCT FROM src."OWNER")
          AND stored.is_delete = src.is_delete
    GROUP BY src."BANK_CODE", src."ACCOUNT_NO", src.version_number
),
matched AS (
    SELECT src.* REPLACE (coalesce(src.stored_key, earlier.stored_key) AS stored_key)
    FROM same_beginning AS src
    LEFT JOIN begins_earlier AS earlier ON earlier."BANK_CODE" = src."BANK_CODE" AND earlier."ACCOUNT_NO" = src."ACCOUNT_NO" AND earlier.version_number = src.version_number
)
SELECT src.*,
       coalesce(src.stored_key, surrogate_key.last_key + row_number() OVER (PARTITION BY src.stored_key IS NULL ORDER BY src.happens_at, src."BANK_CODE", src."ACCOUNT_NO")) AS given_key
FROM matched AS src
CROSS JOIN (SELECT last_key FROM "WAREHOUSE"."SURROGATE_KEY" WHERE target = $target) AS surrogate_key;

-- find-member-state: Type 0 the earliest value, types 1 and 3 the latest: of the member, or of the version where only the current one is overwritten.
-- only if: touched_members > 0
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."MEMBER_STATE" AS
SELECT "BANK_CODE",
       "ACCOUNT_NO",
       max(CASE WHEN kind IN ('event', 'absent') AND (begins_version OR overwrites OR ends_member) THEN happens_at END) AS changed_at,
       boolor_agg(overwrites) AS is_overwritten
FROM (
    SELECT happening.*,
           row_number() OVER (PARTITION BY "BANK_CODE", "ACCOUNT_NO" ORDER BY happens_at, precedence) AS place
    FROM "WAREHOUSE_WORK"."TIMELINE" AS happening
) AS placed
GROUP BY "BANK_CODE", "ACCOUNT_NO";

-- count-keyed-together: Usually only one kind of versions is new.
-- only if: touched_members > 0
SELECT CASE WHEN EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."SUCCESSORS") THEN count_if(src.stored_key IS NULL) ELSE 0 END AS "KEYED_TOGETHER"
FROM "WAREHOUSE_WORK"."VERSIONS" AS src;

-- order-keys: One order for all new versions.
-- only if: keyed_together > 0
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."KEY_ORDER" AS
SELECT src."BANK_CODE",
       src."ACCOUNT_NO",
       src.version_number,
       surrogate_key.last_key + row_number() OVER (ORDER BY src.happens_at, src."BANK_CODE", src."ACCOUNT_NO") AS given_key
FROM (
    SELECT version."BANK_CODE",
           version."ACCOUNT_NO",
           version."VERSION_NUMBER",
           version."HAPPENS_AT"
    FROM "WAREHOUSE_WORK"."VERSIONS" AS version
    WHERE version.stored_key IS NULL
    UNION ALL
    SELECT successor."BANK_CODE",
           successor."ACCOUNT_NO",
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
WHERE "WAREHOUSE_WORK"."VERSIONS"."BANK_CODE" = src."BANK_CODE" AND "WAREHOUSE_WORK"."VERSIONS"."ACCOUNT_NO" = src."ACCOUNT_NO"
  AND "WAREHOUSE_WORK"."VERSIONS".version_number = src.version_number
  AND "WAREHOUSE_WORK"."VERSIONS".stored_key IS NULL;

-- key-successors: As that order has it.
-- only if: keyed_together > 0
UPDATE "WAREHOUSE_WORK"."SUCCESSORS"
SET given_key = src.given_key
FROM "WAREHOUSE_WORK"."KEY_ORDER" AS src
WHERE "WAREHOUSE_WORK"."SUCCESSORS"."BANK_CODE" = src."BANK_CODE" AND "WAREHOUSE_WORK"."SUCCESSORS"."ACCOUNT_NO" = src."ACCOUNT_NO"
  AND "WAREHOUSE_WORK"."SUCCESSORS".version_number = src.version_number;

-- guard-surrogate-keys: the table holds surrogate keys that were never given, so that they would be given twice
-- only if: successors > 0
SELECT tgt."ACCOUNT_KEY"
FROM "BUSINESS"."DIM_ACCOUNT" AS tgt
WHERE tgt."ACCOUNT_KEY" > (SELECT last_key FROM "WAREHOUSE"."SURROGATE_KEY" WHERE target = $target)
LIMIT 20;

-- end-succeeded-versions: Open versions that end where the next begins.
-- only if: succeeded_versions > 0
UPDATE "BUSINESS"."DIM_ACCOUNT"
SET "VALID_TO" = src.held_from,
    "IS_CURRENT" = FALSE,
    "LOAD_ID" = $load_id
FROM "WAREHOUSE_WORK"."SUCCESSORS" AS src
WHERE "BUSINESS"."DIM_ACCOUNT"."ACCOUNT_KEY" = src.stored_key;

-- insert-successors: The next versions, keyed in the order of effective time and natural key.
-- only if: successors > 0
INSERT INTO "BUSINESS"."DIM_ACCOUNT" ("ACCOUNT_KEY", "BANK_CODE", "ACCOUNT_NO", "OWNER", "VALID_FROM", "VALID_TO", "IS_CURRENT", "VERSION", "CHANGED_AT", "IS_INFERRED", "LOAD_ID")
SELECT src.given_key,
       src."BANK_CODE",
       src."ACCOUNT_NO",
       src."OWNER",
       src.held_from,
       src.ends_at,
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
SELECT stored."ACCOUNT_KEY" AS old_key,
       coalesce(latest.given_key, -1) AS new_key
FROM "WAREHOUSE_WORK"."STORED" AS stored
LEFT JOIN (
    SELECT src."BANK_CODE",
           src."ACCOUNT_NO",
           max_by(src.given_key, src.version_number) AS given_key
    FROM "WAREHOUSE_WORK"."VERSIONS" AS src
    GROUP BY src."BANK_CODE", src."ACCOUNT_NO"
) AS latest ON latest."BANK_CODE" = stored."BANK_CODE" AND latest."ACCOUNT_NO" = stored."ACCOUNT_NO"
WHERE NOT EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."VERSIONS" AS src WHERE src.stored_key = stored."ACCOUNT_KEY");

-- count-vanished-versions: Usually none.
-- only if: touched_members > 0
SELECT count(*) AS "VANISHED_VERSIONS" FROM "WAREHOUSE_WORK"."VANISHED";

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
INSERT INTO "BUSINESS"."DIM_ACCOUNT" ("ACCOUNT_KEY", "BANK_CODE", "ACCOUNT_NO", "OWNER", "VALID_FROM", "VALID_TO", "IS_CURRENT", "VERSION", "CHANGED_AT", "IS_INFERRED", "LOAD_ID")
SELECT src.given_key,
       src."BANK_CODE",
       src."ACCOUNT_NO",
       src."OWNER",
       src.held_from,
       src.ends_at,
       src.ends_at IS NULL,
       src.version_number,
       greatest_ignore_nulls(member_state."CHANGED_AT", src.happens_at),
       FALSE,
       $load_id
FROM "WAREHOUSE_WORK"."VERSIONS" AS src
JOIN "WAREHOUSE_WORK"."MEMBER_STATE" AS member_state ON member_state."BANK_CODE" = src."BANK_CODE" AND member_state."ACCOUNT_NO" = src."ACCOUNT_NO"
WHERE src.stored_key IS NULL;

-- advance-surrogate-keys: Keys given are never given again.
-- only if: inserted_versions > 0
UPDATE "WAREHOUSE"."SURROGATE_KEY"
SET last_key = last_key + (SELECT count(*) FROM "WAREHOUSE_WORK"."VERSIONS" WHERE stored_key IS NULL)
WHERE target = $target;

-- count-outcomes: What became of each row.
-- only if: touched_members > 0
WITH lives AS (
    SELECT src.*,
           count_if(begins_version OR ends_member) OVER (PARTITION BY src."BANK_CODE", src."ACCOUNT_NO" ORDER BY happens_at, precedence) AS life_number
    FROM "WAREHOUSE_WORK"."TIMELINE" AS src
),
happenings AS (
    SELECT src.*,
           max(CASE WHEN kind NOT IN ('event', 'absent') THEN happens_at END) OVER (PARTITION BY src."BANK_CODE", src."ACCOUNT_NO") > happens_at AS comes_late,
           coalesce(max(CASE WHEN kind = 'known' AND NOT is_delete THEN happens_at END) OVER (PARTITION BY src."BANK_CODE", src."ACCOUNT_NO") > happens_at, FALSE) AS is_outdone,
           EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."RESOLVING" AS resolving WHERE resolving."BANK_CODE" = src."BANK_CODE" AND resolving."ACCOUNT_NO" = src."ACCOUNT_NO" AND resolving.effective_at = happens_at) AS fills_in,
           EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."STORED" AS stored WHERE stored."BANK_CODE" = src."BANK_CODE" AND stored."ACCOUNT_NO" = src."ACCOUNT_NO") AS was_stored
    FROM lives AS src
),
outcomes AS (
    SELECT src.kind,
           CASE WHEN src.kind = 'absent' THEN 'expired'
                WHEN src.fills_in AND NOT src.is_delete THEN 'resolved'
                WHEN src.undoes_end AND NOT src.begins_version AND NOT coalesce(src.comes_late, FALSE) THEN 'reopened'
                WHEN src.was_stored AND (src.comes_late OR covering.held_from = src.happens_at) AND (CASE WHEN src.is_delete THEN covering.held_from IS NOT NULL ELSE covering.held_from IS NULL OR (covering."OWNER" IS DISTINCT FROM src."OWNER") END OR (src.begins_version AND NOT src.is_first)) THEN 'split'
                WHEN src.is_delete THEN 'expired'
                WHEN src.begins_version AND NOT src.was_stored AND src.is_first THEN 'new member'
                WHEN src.begins_version AND NOT (src.was_stored AND coalesce(src.comes_late, FALSE)) THEN 'new version'
                WHEN (src.overwrites AND NOT src.is_outdone)  THEN 'overwritten'
           END AS row_outcome
    FROM happenings AS src
    LEFT JOIN "WAREHOUSE_WORK"."STORED" AS covering ON covering."BANK_CODE" = src."BANK_CODE" AND covering."ACCOUNT_NO" = src."ACCOUNT_NO"
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
       tgt."BANK_CODE",
       tgt."ACCOUNT_NO",
       tgt."IS_CURRENT",
       tgt."VERSION",
       tgt."VALID_FROM" AS held_from,
       tgt."VALID_TO" AS ends_at
FROM "BUSINESS"."DIM_ACCOUNT" AS tgt
JOIN "WAREHOUSE_WORK"."TOUCHED" AS touched ON tgt."BANK_CODE" = touched."BANK_CODE" AND tgt."ACCOUNT_NO" = touched."ACCOUNT_NO";

-- check-current-versions: members would have more than one current version, or one that is not open
-- only if: touched_members > 0
SELECT tgt."BANK_CODE",
       tgt."ACCOUNT_NO"
FROM "WAREHOUSE_WORK"."WRITTEN" AS tgt
GROUP BY tgt."BANK_CODE",
         tgt."ACCOUNT_NO"
HAVING count_if(tgt."IS_CURRENT") > 1
    OR count_if(tgt."IS_CURRENT" <> (tgt.ends_at IS NULL)) > 0
LIMIT 20;

-- check-intervals: members would have versions that overlap, are empty or end before they begin
-- only if: touched_members > 0
SELECT DISTINCT "BANK_CODE", "ACCOUNT_NO"
FROM (
    SELECT tgt."BANK_CODE",
           tgt."ACCOUNT_NO",
           tgt.held_from,
           tgt.ends_at,
           lead(tgt.held_from) OVER (PARTITION BY tgt."BANK_CODE", tgt."ACCOUNT_NO" ORDER BY tgt.held_from, tgt."VERSION") AS next_held_from
    FROM "WAREHOUSE_WORK"."WRITTEN" AS tgt
) AS version
WHERE held_from >= ends_at
   OR next_held_from < ends_at
   OR (next_held_from IS NOT NULL AND ends_at IS NULL)
LIMIT 20;

-- check-neighbours: members would have two versions that say the same and follow each other without a gap; if an attribute was of type 2 before, merge its versions first
-- only if: touched_members > 0
SELECT DISTINCT src."BANK_CODE",
                src."ACCOUNT_NO"
FROM "WAREHOUSE_WORK"."VERSIONS" AS src
JOIN "WAREHOUSE_WORK"."VERSIONS" AS next_version ON next_version."BANK_CODE" = src."BANK_CODE" AND next_version."ACCOUNT_NO" = src."ACCOUNT_NO" AND next_version.held_from = src.ends_at
WHERE NOT (src."OWNER" IS DISTINCT FROM next_version."OWNER")
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
