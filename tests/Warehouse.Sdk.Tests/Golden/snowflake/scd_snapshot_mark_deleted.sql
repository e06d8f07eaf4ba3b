-- warehouse-sdk: merge business.dim_product

-- reject-incomplete-rows: A row without a key or a time belongs to no member.
INSERT INTO "WAREHOUSE"."REJECT" (load_id, target, file, line, column_name, reason, raw_row)
SELECT $load_id,
       $target,
       $path,
       src."SOURCE_LINE",
       array_to_string(array_construct_compact(CASE WHEN src."SKU" IS NULL THEN 'sku' END), ', '),
       'natural key or effective time is NULL',
       to_json(object_construct_keep_null(src.*))
FROM "WAREHOUSE_WORK"."STAGED" AS src
WHERE src."SKU" IS NULL;

-- find-news: Members of whom a row says something that their open version does not, or no row anything; of all others nothing has to be known.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."NEWS" AS
SELECT DISTINCT coalesce(src."SKU", tgt."SKU") AS "SKU",
       src."SKU" IS NULL AS is_absent
FROM (
    SELECT src.*
    FROM "WAREHOUSE_WORK"."STAGED" AS src
    WHERE src."SKU" IS NOT NULL
) AS src
FULL JOIN (
    SELECT tgt.*
    FROM "BUSINESS"."DIM_PRODUCT" AS tgt
    WHERE tgt."IS_CURRENT"
) AS tgt ON tgt."SKU" = src."SKU"
WHERE CASE WHEN src."SKU" IS NULL THEN tgt."IS_CURRENT" AND tgt."PRODUCT_KEY" > 0 AND NOT tgt."IS_INFERRED" AND NOT tgt."IS_DELETED"
           ELSE tgt."PRODUCT_KEY" IS NULL
                OR tgt."IS_INFERRED"
                OR tgt."IS_DELETED"
                OR CAST($as_of AS TIMESTAMP) < tgt."VALID_FROM"
                OR tgt."TITLE" IS DISTINCT FROM src."TITLE"
      END;

-- normalise-rows: Brings every value to the form it is compared and stored in.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."EVENTS" AS
SELECT src."SKU",
       CAST($as_of AS TIMESTAMP) AS effective_at,
       FALSE AS is_delete,
       src."TITLE" AS "TITLE",
       src."SOURCE_LINE"
FROM "WAREHOUSE_WORK"."STAGED" AS src
JOIN "WAREHOUSE_WORK"."NEWS" AS news ON news."SKU" = src."SKU" AND NOT news.is_absent
WHERE src."SKU" IS NOT NULL;

-- count-set-aside: The rows of all other members agree with what is stored.
SELECT count_if(src."SKU" IS NOT NULL) - (SELECT count(*) FROM "WAREHOUSE_WORK"."EVENTS") AS "ACCEPTED"
FROM "WAREHOUSE_WORK"."STAGED" AS src;

-- take-absent-members: Current members that the snapshot no longer holds.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."ABSENT" AS
SELECT news."SKU"
FROM "WAREHOUSE_WORK"."NEWS" AS news
WHERE news.is_absent;

-- count-absent-members: An empty snapshot lacks everybody, which is another matter.
SELECT CASE WHEN EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."STAGED") THEN 0 ELSE 1 END AS "EMPTY_SNAPSHOT",
       CASE WHEN EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."STAGED") THEN count(*) ELSE 0 END AS "ABSENT_MEMBERS"
FROM "WAREHOUSE_WORK"."ABSENT";

-- find-repeated-keys: Keys that stand in the batch more than once; usually none.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."REPEATED" AS
SELECT src."SKU",
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
SELECT src."SKU",
       src."EFFECTIVE_AT",
       src."IS_DELETE",
       src."TITLE",
       min(src."SOURCE_LINE") AS "SOURCE_LINE"
FROM "WAREHOUSE_WORK"."EVENTS" AS src
JOIN "WAREHOUSE_WORK"."REPEATED" AS repeated ON repeated."SKU" = src."SKU" AND repeated."EFFECTIVE_AT" = src."EFFECTIVE_AT"
GROUP BY src."SKU",
         src."EFFECTIVE_AT",
         src."IS_DELETE",
         src."TITLE";

-- find-conflicts: Keys that are still there with different values.
-- only if: repeated_keys > 0
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."CONFLICTS" AS
SELECT src."SKU",
       src."EFFECTIVE_AT",
       array_to_string(array_construct_compact(CASE WHEN count(DISTINCT src."IS_DELETE") > 1 OR count(src."IS_DELETE") NOT IN (0, count(*)) THEN 'is_delete' END,
                                               CASE WHEN count(DISTINCT src."TITLE") > 1 OR count(src."TITLE") NOT IN (0, count(*)) THEN 'title' END), ', ') AS differing_columns
FROM "WAREHOUSE_WORK"."DECIDED" AS src
WHERE NOT src.is_delete
GROUP BY src."SKU",
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
       'several rows of one member have one effective time and different values (' || 'sku = ' || CAST(src."SKU" AS VARCHAR) || ', ' || 'effective_at = ' || CAST(src."EFFECTIVE_AT" AS VARCHAR) || ')',
       to_json(object_construct_keep_null(src.*))
FROM "WAREHOUSE_WORK"."EVENTS" AS src
JOIN "WAREHOUSE_WORK"."CONFLICTS" AS conflicts ON conflicts."SKU" = src."SKU" AND conflicts."EFFECTIVE_AT" = src."EFFECTIVE_AT";

-- take-incoming: The rows whose key stands in the batch once.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."INCOMING" AS
SELECT src."SKU",
       src."EFFECTIVE_AT",
       src."IS_DELETE",
       src."TITLE",
       src."SOURCE_LINE"
FROM "WAREHOUSE_WORK"."EVENTS" AS src
LEFT JOIN "WAREHOUSE_WORK"."REPEATED" AS repeated ON repeated."SKU" = src."SKU" AND repeated."EFFECTIVE_AT" = src."EFFECTIVE_AT"
WHERE repeated.copies IS NULL;

-- take-decided-rows: And the one row that was chosen for a repeated key.
-- only if: repeated_keys > 0
INSERT INTO "WAREHOUSE_WORK"."INCOMING"
SELECT src."SKU",
       src."EFFECTIVE_AT",
       src."IS_DELETE",
       src."TITLE",
       src."SOURCE_LINE"
FROM "WAREHOUSE_WORK"."DECIDED" AS src
WHERE NOT EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."CONFLICTS" AS conflicts WHERE conflicts."SKU" = src."SKU" AND conflicts."EFFECTIVE_AT" = src."EFFECTIVE_AT");

-- count-duplicates: Copies that collapsed and rows that were superseded.
-- only if: repeated_keys > 0
SELECT (SELECT CAST(coalesce(sum(repeated.copies), 0) AS BIGINT)
        FROM "WAREHOUSE_WORK"."REPEATED" AS repeated
        WHERE NOT EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."CONFLICTS" AS conflicts WHERE conflicts."SKU" = repeated."SKU" AND conflicts."EFFECTIVE_AT" = repeated."EFFECTIVE_AT"))
     - (SELECT count(*)
        FROM "WAREHOUSE_WORK"."DECIDED" AS decided
        WHERE NOT EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."CONFLICTS" AS conflicts WHERE conflicts."SKU" = decided."SKU" AND conflicts."EFFECTIVE_AT" = decided."EFFECTIVE_AT")) AS duplicates;

-- read-known-versions: All stored versions of the members at hand: the table is read once and left alone until it is written.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."KNOWN" AS
WITH members AS (
    SELECT DISTINCT src."SKU"
    FROM "WAREHOUSE_WORK"."INCOMING" AS src
    UNION
    SELECT absent."SKU"
    FROM "WAREHOUSE_WORK"."ABSENT" AS absent
)
SELECT tgt.*
FROM "BUSINESS"."DIM_PRODUCT" AS tgt
JOIN members ON tgt."SKU" = members."SKU";

-- find-inferred-members: The first real event of each placeholder.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."RESOLVING" AS
SELECT incoming.*
FROM "WAREHOUSE_WORK"."INCOMING" AS incoming
JOIN "WAREHOUSE_WORK"."KNOWN" AS placeholder ON placeholder."SKU" = incoming."SKU" AND placeholder."IS_INFERRED"
WHERE NOT incoming.is_delete
QUALIFY row_number() OVER (PARTITION BY incoming."SKU" ORDER BY incoming.effective_at) = 1;

-- count-placeholders: Usually none.
SELECT count(*) AS "PLACEHOLDERS" FROM "WAREHOUSE_WORK"."RESOLVING";

-- resolve-inferred-members: The first real event overwrites a placeholder in place and keeps its surrogate key.
-- only if: placeholders > 0
UPDATE "BUSINESS"."DIM_PRODUCT"
SET "TITLE" = src."TITLE",
    "VALID_FROM" = least_ignore_nulls("BUSINESS"."DIM_PRODUCT"."VALID_FROM", src.effective_at),
    "CHANGED_AT" = src.effective_at,
    "IS_INFERRED" = FALSE,
    "LOAD_ID" = $load_id
FROM "WAREHOUSE_WORK"."RESOLVING" AS src
WHERE "BUSINESS"."DIM_PRODUCT"."SKU" = src."SKU"
  AND "BUSINESS"."DIM_PRODUCT"."IS_INFERRED";

-- resolve-known-members: What is known of them is no placeholder any more.
-- only if: placeholders > 0
UPDATE "WAREHOUSE_WORK"."KNOWN"
SET "TITLE" = src."TITLE",
    "VALID_FROM" = least_ignore_nulls("WAREHOUSE_WORK"."KNOWN"."VALID_FROM", src.effective_at),
    "CHANGED_AT" = src.effective_at,
    "IS_INFERRED" = FALSE,
    "LOAD_ID" = $load_id
FROM "WAREHOUSE_WORK"."RESOLVING" AS src
WHERE "WAREHOUSE_WORK"."KNOWN"."SKU" = src."SKU"
  AND "WAREHOUSE_WORK"."KNOWN"."IS_INFERRED";

-- find-late-rows: Rows at the very instant of what is stored that say something else.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."LATE" AS
SELECT src.*,
       FALSE AS is_known
FROM "WAREHOUSE_WORK"."INCOMING" AS src
WHERE EXISTS (
    SELECT 1
    FROM "WAREHOUSE_WORK"."KNOWN" AS tgt
    WHERE tgt."SKU" = src."SKU"
      AND NOT tgt."IS_INFERRED"
      AND NOT tgt."IS_DELETED"
      AND tgt."VALID_FROM" <= src.effective_at AND coalesce(tgt."VALID_TO", TIMESTAMP '9999-12-31') > src.effective_at
      AND src.effective_at IN (tgt."VALID_FROM", coalesce(tgt."CHANGED_AT", tgt."VALID_FROM"))
      AND NOT src.is_delete AND (tgt."TITLE" IS DISTINCT FROM src."TITLE")
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
       'another event of the member at this instant is stored and differs (' || 'sku = ' || CAST(src."SKU" AS VARCHAR) || ')',
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
        WHERE late."SKU" = src."SKU"
          AND late.effective_at = src.effective_at
          AND late.is_delete = src.is_delete
    )
) AS gone
WHERE "WAREHOUSE_WORK"."INCOMING"."SOURCE_LINE" = gone."SOURCE_LINE";

-- count-incoming: The rows that will be compared.
SELECT count(*) AS accepted FROM "WAREHOUSE_WORK"."INCOMING";

-- guard-rejected-rows: rows of a full snapshot were rejected, so nobody can tell which members are really absent; correct them, or load the batch as a delta
SELECT count(*) AS rejected_rows
FROM "WAREHOUSE"."REJECT"
WHERE load_id = $load_id
HAVING count(*) > 0;

-- guard-empty-snapshot: the full snapshot is empty; allow it in WhenAbsent if that is meant
-- only if: empty_snapshot > 0
SELECT count(*) AS current_members
FROM "WAREHOUSE_WORK"."ABSENT"
HAVING count(*) > 0;

-- guard-halved-snapshot: the full snapshot would expire more than 0.1 of the current members; raise maxExpireFraction in WhenAbsent if that is meant
-- only if: absent_members > 0
SELECT count(*) AS current_members,
       (SELECT count(*) FROM "WAREHOUSE_WORK"."ABSENT") AS absent_members
FROM "BUSINESS"."DIM_PRODUCT" AS tgt
WHERE tgt."IS_CURRENT" AND tgt."PRODUCT_KEY" > 0 AND NOT tgt."IS_INFERRED" AND NOT tgt."IS_DELETED"
HAVING (SELECT count(*) FROM "WAREHOUSE_WORK"."ABSENT") > 0.1 * count(*);

-- find-touched-members: Members with an event that their history does not already tell.
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."TOUCHED" AS
SELECT DISTINCT src."SKU"
FROM "WAREHOUSE_WORK"."INCOMING" AS src
LEFT JOIN "WAREHOUSE_WORK"."KNOWN" AS tgt ON tgt."SKU" = src."SKU"
    AND tgt."VALID_FROM" <= src.effective_at AND coalesce(tgt."VALID_TO", TIMESTAMP '9999-12-31') > src.effective_at
WHERE CASE WHEN tgt."PRODUCT_KEY" IS NULL OR tgt."IS_DELETED" THEN NOT src.is_delete
           ELSE src.is_delete
                OR tgt."TITLE" IS DISTINCT FROM src."TITLE"
      END
UNION
SELECT resolving."SKU"
FROM "WAREHOUSE_WORK"."RESOLVING" AS resolving
UNION
SELECT absent."SKU"
FROM "WAREHOUSE_WORK"."ABSENT" AS absent;

-- count-touched-members: Without any the merge ends here.
SELECT count(*) AS "TOUCHED_MEMBERS" FROM "WAREHOUSE_WORK"."TOUCHED";

-- read-stored-versions: The history of the touched members as it was before.
-- only if: touched_members > 0
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."STORED" AS
SELECT tgt."PRODUCT_KEY",
       tgt."SKU",
       tgt."TITLE",
       tgt."VALID_FROM" AS held_from,
       tgt."VALID_TO" AS ends_at,
       lead(tgt."VALID_FROM") OVER (PARTITION BY tgt."SKU" ORDER BY tgt."VALID_FROM") AS next_held_from,
       tgt."VERSION" AS version_number,
       coalesce(tgt."CHANGED_AT", tgt."VALID_FROM") AS stored_change,
       tgt."IS_DELETED" AS is_delete
FROM "WAREHOUSE_WORK"."KNOWN" AS tgt
JOIN "WAREHOUSE_WORK"."TOUCHED" AS touched ON tgt."SKU" = touched."SKU";

-- guard-stored-versions: members have several open versions in the table already, so nobody can tell which of them is true; VerifyAsync lists them, correct the table first
-- only if: touched_members > 0
SELECT stored."SKU"
FROM "WAREHOUSE_WORK"."STORED" AS stored
WHERE stored.ends_at IS NULL
GROUP BY stored."SKU"
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
           stored."SKU",
           stored."TITLE"
    FROM "WAREHOUSE_WORK"."STORED" AS stored
    WHERE NOT stored.is_delete
    UNION ALL
    SELECT stored.stored_change, 1, 'seen', FALSE, NULL, NULL, stored."SKU", stored."TITLE"
    FROM "WAREHOUSE_WORK"."STORED" AS stored
    WHERE NOT stored.is_delete AND stored.stored_change > stored.held_from AND (stored.ends_at IS NULL OR stored.stored_change < stored.ends_at)
    UNION ALL
    SELECT stored.held_from, 0, 'ended', TRUE, NULL, NULL, stored."SKU", NULL
    FROM "WAREHOUSE_WORK"."STORED" AS stored
    WHERE stored.is_delete
    UNION ALL
    SELECT stored.ends_at, 0, 'ended', TRUE, NULL, NULL, stored."SKU", NULL
    FROM "WAREHOUSE_WORK"."STORED" AS stored
    WHERE stored.ends_at IS NOT NULL AND stored.next_held_from IS DISTINCT FROM stored.ends_at
    UNION ALL
    SELECT src.effective_at, 2, 'event', src.is_delete, NULL, NULL, src."SKU", src."TITLE"
    FROM "WAREHOUSE_WORK"."INCOMING" AS src
    JOIN "WAREHOUSE_WORK"."TOUCHED" AS touched ON src."SKU" = touched."SKU"
    UNION ALL
    SELECT CAST($as_of AS TIMESTAMP), 2, 'absent', TRUE, NULL, NULL, absent."SKU", NULL
    FROM "WAREHOUSE_WORK"."ABSENT" AS absent
),
-- Ended and begun at the same instant: nothing ended.
without_undone_ends AS (
    SELECT src.*,
           kind = 'event' AND NOT is_delete AND boolor_agg(is_delete AND kind IN ('ended', 'known')) OVER (PARTITION BY src."SKU", happens_at) AS undoes_end
    FROM happenings AS src
    QUALIFY NOT (is_delete AND boolor_agg(NOT is_delete) OVER (PARTITION BY src."SKU", happens_at))
),
-- A second end, or the end of someone never seen, says nothing.
without_idle_ends AS (
    SELECT src.*
    FROM without_undone_ends AS src
    QUALIFY NOT (is_delete AND coalesce(lag(is_delete) OVER (PARTITION BY src."SKU" ORDER BY happens_at, precedence), TRUE))
),
-- An end carries on the values it found.
carried AS (
    SELECT src.* REPLACE (
        CASE WHEN is_delete THEN lag("TITLE") OVER (PARTITION BY src."SKU" ORDER BY happens_at, precedence) ELSE "TITLE" END AS "TITLE"
    )
    FROM without_idle_ends AS src
)
SELECT src.*,
       lag(kind) OVER (PARTITION BY src."SKU" ORDER BY happens_at, precedence) IS NULL AS is_first,
       NOT is_delete AND (
           coalesce(lag(is_delete) OVER (PARTITION BY src."SKU" ORDER BY happens_at, precedence), TRUE)
           OR (kind = 'stored' AND lag(kind) OVER (PARTITION BY src."SKU" ORDER BY happens_at, precedence) IN ('stored', 'seen'))
           OR "TITLE" IS DISTINCT FROM lag("TITLE") OVER (PARTITION BY src."SKU" ORDER BY happens_at, precedence)
       ) AS begins_version,
       is_delete AS ends_member,
       FALSE AS overwrites
FROM carried AS src;

-- number-versions: Each version with its end and its key: that of the stored version which begins where it does or, saying the same, inside it.
-- only if: touched_members > 0
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."VERSIONS" AS
WITH boundaries AS (
    SELECT src.*,
           lead(happens_at) OVER (PARTITION BY src."SKU" ORDER BY happens_at, precedence) AS ends_at
    FROM "WAREHOUSE_WORK"."TIMELINE" AS src
    WHERE begins_version OR ends_member
),
numbered AS (
    SELECT src.*,
           row_number() OVER (PARTITION BY src."SKU" ORDER BY happens_at) AS version_number
    FROM boundaries AS src
),
begun AS (
    SELECT src.*,
           src.happens_at AS held_from
    FROM numbered AS src
),
same_beginning AS (
    SELECT src.*,
           stored."PRODUCT_KEY" AS stored_key
    FROM begun AS src
    LEFT JOIN "WAREHOUSE_WORK"."STORED" AS stored ON stored."SKU" = src."SKU" AND stored.held_from = src.held_from
),
begins_earlier AS (
    SELECT src."SKU",
           src.version_number,
           min_by(stored."PRODUCT_KEY", stored.held_from) AS stored_key
    FROM same_beginning AS src
    JOIN "WAREHOUSE_WORK"."STORED" AS stored ON stored."SKU" = src."SKU"
        AND stored.held_from > src.held_from
        AND (src.ends_at IS NULL OR stored.held_from < src.ends_at)
    WHERE src.stored_key IS NULL
      AND NOT (stored."TITLE" IS DISTINCT FROM src."TITLE")
          AND stored.is_delete = src.is_delete
    GROUP BY src."SKU", src.version_number
),
matched AS (
    SELECT src.* REPLACE (coalesce(src.stored_key, earlier.stored_key) AS stored_key)
    FROM same_beginning AS src
    LEFT JOIN begins_earlier AS earlier ON earlier."SKU" = src."SKU" AND earlier.version_number = src.version_number
)
SELECT src.*,
       coalesce(src.stored_key, surrogate_key.last_key + row_number() OVER (PARTITION BY src.stored_key IS NULL ORDER BY src.happens_at, src."SKU")) AS given_key
FROM matched AS src
CROSS JOIN (SELECT last_key FROM "WAREHOUSE"."SURROGATE_KEY" WHERE target = $target) AS surrogate_key;

-- find-member-state: Type 0 the earliest value, types 1 and 3 the latest: of the member, or of the version where only the current one is overwritten.
-- only if: touched_members > 0
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."MEMBER_STATE" AS
SELECT "SKU",
       max(CASE WHEN kind IN ('event', 'absent') AND (begins_version OR overwrites OR ends_member) THEN happens_at END) AS changed_at,
       boolor_agg(overwrites) AS is_overwritten
FROM (
    SELECT happening.*,
           row_number() OVER (PARTITION BY "SKU" ORDER BY happens_at, precedence) AS place
    FROM "WAREHOUSE_WORK"."TIMELINE" AS happening
) AS placed
GROUP BY "SKU";

-- find-vanished-versions: Stored versions that the history no longer has, with the member's latest.
-- only if: touched_members > 0
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."VANISHED" AS
SELECT stored."PRODUCT_KEY" AS old_key,
       coalesce(latest.given_key, -1) AS new_key
FROM "WAREHOUSE_WORK"."STORED" AS stored
LEFT JOIN (
    SELECT src."SKU",
           max_by(src.given_key, src.version_number) AS given_key
    FROM "WAREHOUSE_WORK"."VERSIONS" AS src
    GROUP BY src."SKU"
) AS latest ON latest."SKU" = stored."SKU"
WHERE NOT EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."VERSIONS" AS src WHERE src.stored_key = stored."PRODUCT_KEY");

-- count-vanished-versions: Usually none.
-- only if: touched_members > 0
SELECT count(*) AS "VANISHED_VERSIONS" FROM "WAREHOUSE_WORK"."VANISHED";

-- find-moved-spans: The times at which another version is met than before.
-- only if: touched_members > 0
CREATE OR REPLACE TEMPORARY TABLE "WAREHOUSE_WORK"."MOVED" AS
WITH met_before AS (
    SELECT stored."SKU",
           stored."PRODUCT_KEY" AS given_key,
           CASE WHEN row_number() OVER (PARTITION BY stored."SKU" ORDER BY stored."HELD_FROM") = 1 THEN TIMESTAMP '0001-01-01' ELSE CAST(stored.held_from AS TIMESTAMP_NTZ(6)) END AS met_from,
           coalesce(CAST(lead(stored.held_from) OVER (PARTITION BY stored."SKU" ORDER BY stored."HELD_FROM") AS TIMESTAMP_NTZ(6)), TIMESTAMP '9999-12-31') AS met_until
    FROM "WAREHOUSE_WORK"."STORED" AS stored
),
met_after AS (
    SELECT src."SKU",
           src.given_key AS given_key,
           CASE WHEN row_number() OVER (PARTITION BY src."SKU" ORDER BY src."HELD_FROM") = 1 THEN TIMESTAMP '0001-01-01' ELSE CAST(src.held_from AS TIMESTAMP_NTZ(6)) END AS met_from,
           coalesce(CAST(lead(src.held_from) OVER (PARTITION BY src."SKU" ORDER BY src."HELD_FROM") AS TIMESTAMP_NTZ(6)), TIMESTAMP '9999-12-31') AS met_until
    FROM "WAREHOUSE_WORK"."VERSIONS" AS src
)
SELECT before.given_key AS old_key,
       after.given_key AS new_key,
       greatest_ignore_nulls(before.met_from, after.met_from) AS met_from,
       least_ignore_nulls(before.met_until, after.met_until) AS met_until
FROM met_before AS before
JOIN met_after AS after ON after."SKU" = before."SKU"
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

-- repoint-facts: Rows of business.fact_sale whose product_key is now another version's at sold_at.
-- only if: moved_spans > 0
UPDATE "BUSINESS"."FACT_SALE"
SET "PRODUCT_KEY" = src.new_key,
    "LOAD_ID" = $load_id
FROM "WAREHOUSE_WORK"."MOVED" AS src
WHERE "BUSINESS"."FACT_SALE"."PRODUCT_KEY" = src.old_key
  AND "BUSINESS"."FACT_SALE"."SOLD_AT" >= src.met_from
  AND "BUSINESS"."FACT_SALE"."SOLD_AT" < src.met_until
  AND "BUSINESS"."FACT_SALE"."SOLD_AT" >= coalesce(CAST($moved_from AS TIMESTAMP_NTZ(6)), TIMESTAMP '0001-01-01');

-- repoint-facts: Rows of business.fact_stock whose product_key is now another version's at sold_at.
-- only if: moved_spans > 0
UPDATE "BUSINESS"."FACT_STOCK"
SET "PRODUCT_KEY" = src.new_key,
    "LOAD_ID" = $load_id
FROM "WAREHOUSE_WORK"."MOVED" AS src
WHERE "BUSINESS"."FACT_STOCK"."PRODUCT_KEY" = src.old_key
  AND "BUSINESS"."FACT_STOCK"."SOLD_AT" >= src.met_from
  AND "BUSINESS"."FACT_STOCK"."SOLD_AT" < src.met_until
  AND "BUSINESS"."FACT_STOCK"."SOLD_AT" >= coalesce(CAST($moved_from AS TIMESTAMP_NTZ(6)), TIMESTAMP '0001-01-01');

-- repoint-vanished: Rows of business.fact_sale whose product_key would be nobody's: the member's latest version, or unknown when it has none.
-- only if: vanished_versions > 0
UPDATE "BUSINESS"."FACT_SALE"
SET "PRODUCT_KEY" = src.new_key,
    "LOAD_ID" = $load_id
FROM "WAREHOUSE_WORK"."VANISHED" AS src
WHERE "BUSINESS"."FACT_SALE"."PRODUCT_KEY" = src.old_key;

-- repoint-vanished: Rows of business.fact_stock whose product_key would be nobody's: the member's latest version, or unknown when it has none.
-- only if: vanished_versions > 0
UPDATE "BUSINESS"."FACT_STOCK"
SET "PRODUCT_KEY" = src.new_key,
    "LOAD_ID" = $load_id
FROM "WAREHOUSE_WORK"."VANISHED" AS src
WHERE "BUSINESS"."FACT_STOCK"."PRODUCT_KEY" = src.old_key;

-- delete-vanished-versions: Versions that the history no longer has; nothing holds their keys any more.
-- only if: vanished_versions > 0
DELETE FROM "BUSINESS"."DIM_PRODUCT"
WHERE "BUSINESS"."DIM_PRODUCT"."PRODUCT_KEY" IN (SELECT old_key FROM "WAREHOUSE_WORK"."VANISHED");

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
               OR stored."TITLE" IS DISTINCT FROM src."TITLE"
           ) AS is_other
    FROM "WAREHOUSE_WORK"."VERSIONS" AS src
    JOIN "WAREHOUSE_WORK"."STORED" AS stored ON stored."PRODUCT_KEY" = src.stored_key
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
UPDATE "BUSINESS"."DIM_PRODUCT"
SET "VALID_TO" = src.ends_at,
    "IS_CURRENT" = FALSE,
    "LOAD_ID" = $load_id
FROM "WAREHOUSE_WORK"."CHANGED" AS src
WHERE "BUSINESS"."DIM_PRODUCT"."PRODUCT_KEY" = src.stored_key
  AND src.only_ends;

-- move-versions: Versions of which more has changed than that they end.
-- only if: moved_versions > 0
UPDATE "BUSINESS"."DIM_PRODUCT"
SET "VALID_FROM" = src.held_from,
    "VALID_TO" = src.ends_at,
    "IS_CURRENT" = src.ends_at IS NULL,
    "VERSION" = src.version_number,
    "IS_DELETED" = src.is_delete,
    "TITLE" = src."TITLE",
    "CHANGED_AT" = CASE WHEN "BUSINESS"."DIM_PRODUCT"."VALID_TO" < coalesce(src.ends_at, TIMESTAMP '9999-12-31') THEN greatest_ignore_nulls("BUSINESS"."DIM_PRODUCT"."CHANGED_AT", "BUSINESS"."DIM_PRODUCT"."VALID_TO") ELSE "BUSINESS"."DIM_PRODUCT"."CHANGED_AT" END,
    "LOAD_ID" = $load_id
FROM "WAREHOUSE_WORK"."CHANGED" AS src
WHERE "BUSINESS"."DIM_PRODUCT"."PRODUCT_KEY" = src.stored_key
  AND NOT src.only_ends;

-- insert-versions: New versions, keyed in the order of effective time and natural key.
-- only if: touched_members > 0
INSERT INTO "BUSINESS"."DIM_PRODUCT" ("PRODUCT_KEY", "SKU", "TITLE", "VALID_FROM", "VALID_TO", "IS_CURRENT", "VERSION", "CHANGED_AT", "IS_INFERRED", "IS_DELETED", "LOAD_ID")
SELECT src.given_key,
       src."SKU",
       src."TITLE",
       src.held_from,
       src.ends_at,
       src.ends_at IS NULL,
       src.version_number,
       greatest_ignore_nulls(member_state."CHANGED_AT", src.happens_at),
       FALSE,
       src.is_delete,
       $load_id
FROM "WAREHOUSE_WORK"."VERSIONS" AS src
JOIN "WAREHOUSE_WORK"."MEMBER_STATE" AS member_state ON member_state."SKU" = src."SKU"
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
           count_if(begins_version OR ends_member) OVER (PARTITION BY src."SKU" ORDER BY happens_at, precedence) AS life_number
    FROM "WAREHOUSE_WORK"."TIMELINE" AS src
),
happenings AS (
    SELECT src.*,
           max(CASE WHEN kind NOT IN ('event', 'absent') THEN happens_at END) OVER (PARTITION BY src."SKU") > happens_at AS comes_late,
           coalesce(max(CASE WHEN kind = 'known' AND NOT is_delete THEN happens_at END) OVER (PARTITION BY src."SKU") > happens_at, FALSE) AS is_outdone,
           EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."RESOLVING" AS resolving WHERE resolving."SKU" = src."SKU" AND resolving.effective_at = happens_at) AS fills_in,
           EXISTS (SELECT 1 FROM "WAREHOUSE_WORK"."STORED" AS stored WHERE stored."SKU" = src."SKU") AS was_stored
    FROM lives AS src
),
outcomes AS (
    SELECT src.kind,
           CASE WHEN src.kind = 'absent' THEN 'expired'
                WHEN src.fills_in AND NOT src.is_delete THEN 'resolved'
                WHEN src.undoes_end AND NOT src.begins_version AND NOT coalesce(src.comes_late, FALSE) THEN 'reopened'
                WHEN src.was_stored AND (src.comes_late OR covering.held_from = src.happens_at) AND (CASE WHEN src.is_delete THEN covering.held_from IS NOT NULL ELSE covering.held_from IS NULL OR (covering."TITLE" IS DISTINCT FROM src."TITLE") END OR (src.begins_version AND NOT src.is_first)) THEN 'split'
                WHEN src.is_delete THEN 'expired'
                WHEN src.begins_version AND NOT src.was_stored AND src.is_first THEN 'new member'
                WHEN src.begins_version AND NOT (src.was_stored AND coalesce(src.comes_late, FALSE)) THEN 'new version'
                WHEN (src.overwrites AND NOT src.is_outdone)  THEN 'overwritten'
           END AS row_outcome
    FROM happenings AS src
    LEFT JOIN "WAREHOUSE_WORK"."STORED" AS covering ON covering."SKU" = src."SKU"
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
SELECT tgt."PRODUCT_KEY",
       tgt."SKU",
       tgt."IS_CURRENT",
       tgt."VERSION",
       tgt."VALID_FROM" AS held_from,
       tgt."VALID_TO" AS ends_at
FROM "BUSINESS"."DIM_PRODUCT" AS tgt
JOIN "WAREHOUSE_WORK"."TOUCHED" AS touched ON tgt."SKU" = touched."SKU";

-- check-current-versions: members would have more than one current version, or one that is not open
-- only if: touched_members > 0
SELECT tgt."SKU"
FROM "WAREHOUSE_WORK"."WRITTEN" AS tgt
GROUP BY tgt."SKU"
HAVING count_if(tgt."IS_CURRENT") > 1
    OR count_if(tgt."IS_CURRENT" <> (tgt.ends_at IS NULL)) > 0
LIMIT 20;

-- check-intervals: members would have versions that overlap, are empty or end before they begin
-- only if: touched_members > 0
SELECT DISTINCT "SKU"
FROM (
    SELECT tgt."SKU",
           tgt.held_from,
           tgt.ends_at,
           lead(tgt.held_from) OVER (PARTITION BY tgt."SKU" ORDER BY tgt.held_from, tgt."VERSION") AS next_held_from
    FROM "WAREHOUSE_WORK"."WRITTEN" AS tgt
) AS version
WHERE held_from >= ends_at
   OR next_held_from < ends_at
   OR (next_held_from IS NOT NULL AND ends_at IS NULL)
LIMIT 20;

-- check-neighbours: members would have two versions that say the same and follow each other without a gap; if an attribute was of type 2 before, merge its versions first
-- only if: touched_members > 0
SELECT DISTINCT src."SKU"
FROM "WAREHOUSE_WORK"."VERSIONS" AS src
JOIN "WAREHOUSE_WORK"."VERSIONS" AS next_version ON next_version."SKU" = src."SKU" AND next_version.held_from = src.ends_at
WHERE NOT (src."TITLE" IS DISTINCT FROM next_version."TITLE")
      AND src.is_delete = next_version.is_delete
LIMIT 20;

-- check-surrogate-keys: surrogate keys would be given twice
-- only if: inserted_versions > 0
SELECT tgt."PRODUCT_KEY"
FROM "BUSINESS"."DIM_PRODUCT" AS tgt
WHERE tgt."PRODUCT_KEY" > (SELECT last_key FROM "WAREHOUSE"."SURROGATE_KEY" WHERE target = $target)
   OR tgt."PRODUCT_KEY" IN (
       SELECT repeated."PRODUCT_KEY"
       FROM "WAREHOUSE_WORK"."WRITTEN" AS repeated
       GROUP BY repeated."PRODUCT_KEY"
       HAVING count(*) > 1
   )
LIMIT 20;
