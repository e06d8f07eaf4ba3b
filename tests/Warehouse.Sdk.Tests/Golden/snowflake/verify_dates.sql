-- warehouse-sdk: verify business.dim_date

-- default-members: default members are missing, changed or foreign
SELECT 'business.dim_date' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT 'Unknown' AS member,
           '-1' AS keys,
           CASE WHEN stored.found IS NULL THEN 'is missing' ELSE 'was changed in ' || stored.changed END AS detail
    FROM (SELECT 1) AS expected
    LEFT JOIN (
        SELECT TRUE AS found,
               array_to_string(array_construct_compact(CASE WHEN tgt."DATE" IS DISTINCT FROM NULL THEN 'date' END,
                                                       CASE WHEN tgt."DAY_OF_MONTH" IS DISTINCT FROM NULL THEN 'day_of_month' END,
                                                       CASE WHEN tgt."DAY_OF_YEAR" IS DISTINCT FROM NULL THEN 'day_of_year' END,
                                                       CASE WHEN tgt."ISO_WEEKDAY" IS DISTINCT FROM NULL THEN 'iso_weekday' END,
                                                       CASE WHEN coalesce(tgt."WEEKDAY_NAME" <> 'Unknown', FALSE) THEN 'weekday_name' END,
                                                       CASE WHEN tgt."IS_WEEKEND" IS DISTINCT FROM NULL THEN 'is_weekend' END,
                                                       CASE WHEN tgt."ISO_YEAR" IS DISTINCT FROM NULL THEN 'iso_year' END,
                                                       CASE WHEN tgt."ISO_WEEK" IS DISTINCT FROM NULL THEN 'iso_week' END,
                                                       CASE WHEN coalesce(tgt."ISO_YEAR_WEEK" <> 'Unknown', FALSE) THEN 'iso_year_week' END,
                                                       CASE WHEN tgt."SUNDAY_WEEK" IS DISTINCT FROM NULL THEN 'sunday_week' END,
                                                       CASE WHEN tgt."SUNDAY_WEEK_START" IS DISTINCT FROM NULL THEN 'sunday_week_start' END,
                                                       CASE WHEN tgt."MONTH" IS DISTINCT FROM NULL THEN 'month' END,
                                                       CASE WHEN coalesce(tgt."MONTH_NAME" <> 'Unknown', FALSE) THEN 'month_name' END,
                                                       CASE WHEN coalesce(tgt."YEAR_MONTH" <> 'Unknown', FALSE) THEN 'year_month' END,
                                                       CASE WHEN tgt."MONTH_START" IS DISTINCT FROM NULL THEN 'month_start' END,
                                                       CASE WHEN tgt."MONTH_END" IS DISTINCT FROM NULL THEN 'month_end' END,
                                                       CASE WHEN tgt."IS_MONTH_END" IS DISTINCT FROM NULL THEN 'is_month_end' END,
                                                       CASE WHEN tgt."QUARTER" IS DISTINCT FROM NULL THEN 'quarter' END,
                                                       CASE WHEN coalesce(tgt."YEAR_QUARTER" <> 'Unknown', FALSE) THEN 'year_quarter' END,
                                                       CASE WHEN tgt."YEAR" IS DISTINCT FROM NULL THEN 'year' END,
                                                       CASE WHEN tgt."FISCAL_YEAR" IS DISTINCT FROM NULL THEN 'fiscal_year' END,
                                                       CASE WHEN tgt."FISCAL_QUARTER" IS DISTINCT FROM NULL THEN 'fiscal_quarter' END,
                                                       CASE WHEN tgt."FISCAL_MONTH" IS DISTINCT FROM NULL THEN 'fiscal_month' END), ', ') AS changed
        FROM "BUSINESS"."DIM_DATE" AS tgt
        WHERE tgt."DATE_KEY" = -1
    ) AS stored ON TRUE
    WHERE stored.found IS NULL
       OR stored.changed <> ''
    UNION ALL
    SELECT 'Not applicable' AS member,
           '-2' AS keys,
           CASE WHEN stored.found IS NULL THEN 'is missing' ELSE 'was changed in ' || stored.changed END AS detail
    FROM (SELECT 1) AS expected
    LEFT JOIN (
        SELECT TRUE AS found,
               array_to_string(array_construct_compact(CASE WHEN tgt."DATE" IS DISTINCT FROM NULL THEN 'date' END,
                                                       CASE WHEN tgt."DAY_OF_MONTH" IS DISTINCT FROM NULL THEN 'day_of_month' END,
                                                       CASE WHEN tgt."DAY_OF_YEAR" IS DISTINCT FROM NULL THEN 'day_of_year' END,
                                                       CASE WHEN tgt."ISO_WEEKDAY" IS DISTINCT FROM NULL THEN 'iso_weekday' END,
                                                       CASE WHEN coalesce(tgt."WEEKDAY_NAME" <> 'Not applicable', FALSE) THEN 'weekday_name' END,
                                                       CASE WHEN tgt."IS_WEEKEND" IS DISTINCT FROM NULL THEN 'is_weekend' END,
                                                       CASE WHEN tgt."ISO_YEAR" IS DISTINCT FROM NULL THEN 'iso_year' END,
                                                       CASE WHEN tgt."ISO_WEEK" IS DISTINCT FROM NULL THEN 'iso_week' END,
                                                       CASE WHEN coalesce(tgt."ISO_YEAR_WEEK" <> 'Not applicable', FALSE) THEN 'iso_year_week' END,
                                                       CASE WHEN tgt."SUNDAY_WEEK" IS DISTINCT FROM NULL THEN 'sunday_week' END,
                                                       CASE WHEN tgt."SUNDAY_WEEK_START" IS DISTINCT FROM NULL THEN 'sunday_week_start' END,
                                                       CASE WHEN tgt."MONTH" IS DISTINCT FROM NULL THEN 'month' END,
                                                       CASE WHEN coalesce(tgt."MONTH_NAME" <> 'Not applicable', FALSE) THEN 'month_name' END,
                                                       CASE WHEN coalesce(tgt."YEAR_MONTH" <> 'Not applicable', FALSE) THEN 'year_month' END,
                                                       CASE WHEN tgt."MONTH_START" IS DISTINCT FROM NULL THEN 'month_start' END,
                                                       CASE WHEN tgt."MONTH_END" IS DISTINCT FROM NULL THEN 'month_end' END,
                                                       CASE WHEN tgt."IS_MONTH_END" IS DISTINCT FROM NULL THEN 'is_month_end' END,
                                                       CASE WHEN tgt."QUARTER" IS DISTINCT FROM NULL THEN 'quarter' END,
                                                       CASE WHEN coalesce(tgt."YEAR_QUARTER" <> 'Not applicable', FALSE) THEN 'year_quarter' END,
                                                       CASE WHEN tgt."YEAR" IS DISTINCT FROM NULL THEN 'year' END,
                                                       CASE WHEN tgt."FISCAL_YEAR" IS DISTINCT FROM NULL THEN 'fiscal_year' END,
                                                       CASE WHEN tgt."FISCAL_QUARTER" IS DISTINCT FROM NULL THEN 'fiscal_quarter' END,
                                                       CASE WHEN tgt."FISCAL_MONTH" IS DISTINCT FROM NULL THEN 'fiscal_month' END), ', ') AS changed
        FROM "BUSINESS"."DIM_DATE" AS tgt
        WHERE tgt."DATE_KEY" = -2
    ) AS stored ON TRUE
    WHERE stored.found IS NULL
       OR stored.changed <> ''
    UNION ALL
    SELECT 'Not happened yet' AS member,
           '-4' AS keys,
           CASE WHEN stored.found IS NULL THEN 'is missing' ELSE 'was changed in ' || stored.changed END AS detail
    FROM (SELECT 1) AS expected
    LEFT JOIN (
        SELECT TRUE AS found,
               array_to_string(array_construct_compact(CASE WHEN tgt."DATE" IS DISTINCT FROM NULL THEN 'date' END,
                                                       CASE WHEN tgt."DAY_OF_MONTH" IS DISTINCT FROM NULL THEN 'day_of_month' END,
                                                       CASE WHEN tgt."DAY_OF_YEAR" IS DISTINCT FROM NULL THEN 'day_of_year' END,
                                                       CASE WHEN tgt."ISO_WEEKDAY" IS DISTINCT FROM NULL THEN 'iso_weekday' END,
                                                       CASE WHEN coalesce(tgt."WEEKDAY_NAME" <> 'Not happened yet', FALSE) THEN 'weekday_name' END,
                                                       CASE WHEN tgt."IS_WEEKEND" IS DISTINCT FROM NULL THEN 'is_weekend' END,
                                                       CASE WHEN tgt."ISO_YEAR" IS DISTINCT FROM NULL THEN 'iso_year' END,
                                                       CASE WHEN tgt."ISO_WEEK" IS DISTINCT FROM NULL THEN 'iso_week' END,
                                                       CASE WHEN coalesce(tgt."ISO_YEAR_WEEK" <> 'Not happened yet', FALSE) THEN 'iso_year_week' END,
                                                       CASE WHEN tgt."SUNDAY_WEEK" IS DISTINCT FROM NULL THEN 'sunday_week' END,
                                                       CASE WHEN tgt."SUNDAY_WEEK_START" IS DISTINCT FROM NULL THEN 'sunday_week_start' END,
                                                       CASE WHEN tgt."MONTH" IS DISTINCT FROM NULL THEN 'month' END,
                                                       CASE WHEN coalesce(tgt."MONTH_NAME" <> 'Not happened yet', FALSE) THEN 'month_name' END,
                                                       CASE WHEN coalesce(tgt."YEAR_MONTH" <> 'Not happened yet', FALSE) THEN 'year_month' END,
                                                       CASE WHEN tgt."MONTH_START" IS DISTINCT FROM NULL THEN 'month_start' END,
                                                       CASE WHEN tgt."MONTH_END" IS DISTINCT FROM NULL THEN 'month_end' END,
                                                       CASE WHEN tgt."IS_MONTH_END" IS DISTINCT FROM NULL THEN 'is_month_end' END,
                                                       CASE WHEN tgt."QUARTER" IS DISTINCT FROM NULL THEN 'quarter' END,
                                                       CASE WHEN coalesce(tgt."YEAR_QUARTER" <> 'Not happened yet', FALSE) THEN 'year_quarter' END,
                                                       CASE WHEN tgt."YEAR" IS DISTINCT FROM NULL THEN 'year' END,
                                                       CASE WHEN tgt."FISCAL_YEAR" IS DISTINCT FROM NULL THEN 'fiscal_year' END,
                                                       CASE WHEN tgt."FISCAL_QUARTER" IS DISTINCT FROM NULL THEN 'fiscal_quarter' END,
                                                       CASE WHEN tgt."FISCAL_MONTH" IS DISTINCT FROM NULL THEN 'fiscal_month' END), ', ') AS changed
        FROM "BUSINESS"."DIM_DATE" AS tgt
        WHERE tgt."DATE_KEY" = -4
    ) AS stored ON TRUE
    WHERE stored.found IS NULL
       OR stored.changed <> ''
    UNION ALL
    SELECT '' AS member,
           CAST(tgt."DATE_KEY" AS VARCHAR) AS keys,
           'is no key of a member and none of a default member' AS detail
    FROM "BUSINESS"."DIM_DATE" AS tgt
    WHERE tgt."DATE_KEY" <= 0
      AND tgt."DATE_KEY" NOT IN (-1, -2, -4)
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;

-- grain: several rows have one grain
SELECT 'business.dim_date' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM (
    SELECT 'date_key = ' || coalesce(CAST(tgt."DATE_KEY" AS VARCHAR), 'NULL') AS member,
           '' AS keys,
           CAST(count(*) AS VARCHAR) || ' rows' AS detail
    FROM "BUSINESS"."DIM_DATE" AS tgt
    GROUP BY tgt."DATE_KEY"
    HAVING count(*) > 1
) AS broken
ORDER BY broken.member, broken.keys, broken.detail
LIMIT 100;
