-- warehouse-sdk: verify business.dim_date

-- default-members: default members are missing, changed or foreign
WITH broken AS MATERIALIZED (
    SELECT 'Unknown' AS member,
           '-1' AS keys,
           CASE WHEN stored.found IS NULL THEN 'is missing' ELSE 'was changed in ' || stored.changed END AS detail
    FROM (SELECT 1) AS expected
    LEFT JOIN (
        SELECT TRUE AS found,
               array_to_string(ARRAY[CASE WHEN tgt.date IS DISTINCT FROM NULL THEN 'date' END,
                                     CASE WHEN tgt.day_of_month IS DISTINCT FROM NULL THEN 'day_of_month' END,
                                     CASE WHEN tgt.day_of_year IS DISTINCT FROM NULL THEN 'day_of_year' END,
                                     CASE WHEN tgt.iso_weekday IS DISTINCT FROM NULL THEN 'iso_weekday' END,
                                     CASE WHEN coalesce(tgt.weekday_name <> 'Unknown', FALSE) THEN 'weekday_name' END,
                                     CASE WHEN tgt.is_weekend IS DISTINCT FROM NULL THEN 'is_weekend' END,
                                     CASE WHEN tgt.iso_year IS DISTINCT FROM NULL THEN 'iso_year' END,
                                     CASE WHEN tgt.iso_week IS DISTINCT FROM NULL THEN 'iso_week' END,
                                     CASE WHEN coalesce(tgt.iso_year_week <> 'Unknown', FALSE) THEN 'iso_year_week' END,
                                     CASE WHEN tgt.sunday_week IS DISTINCT FROM NULL THEN 'sunday_week' END,
                                     CASE WHEN tgt.sunday_week_start IS DISTINCT FROM NULL THEN 'sunday_week_start' END,
                                     CASE WHEN tgt.month IS DISTINCT FROM NULL THEN 'month' END,
                                     CASE WHEN coalesce(tgt.month_name <> 'Unknown', FALSE) THEN 'month_name' END,
                                     CASE WHEN coalesce(tgt.year_month <> 'Unknown', FALSE) THEN 'year_month' END,
                                     CASE WHEN tgt.month_start IS DISTINCT FROM NULL THEN 'month_start' END,
                                     CASE WHEN tgt.month_end IS DISTINCT FROM NULL THEN 'month_end' END,
                                     CASE WHEN tgt.is_month_end IS DISTINCT FROM NULL THEN 'is_month_end' END,
                                     CASE WHEN tgt.quarter IS DISTINCT FROM NULL THEN 'quarter' END,
                                     CASE WHEN coalesce(tgt.year_quarter <> 'Unknown', FALSE) THEN 'year_quarter' END,
                                     CASE WHEN tgt.year IS DISTINCT FROM NULL THEN 'year' END,
                                     CASE WHEN tgt.fiscal_year IS DISTINCT FROM NULL THEN 'fiscal_year' END,
                                     CASE WHEN tgt.fiscal_quarter IS DISTINCT FROM NULL THEN 'fiscal_quarter' END,
                                     CASE WHEN tgt.fiscal_month IS DISTINCT FROM NULL THEN 'fiscal_month' END], ', ') AS changed
        FROM business.dim_date AS tgt
        WHERE tgt.date_key = -1
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
               array_to_string(ARRAY[CASE WHEN tgt.date IS DISTINCT FROM NULL THEN 'date' END,
                                     CASE WHEN tgt.day_of_month IS DISTINCT FROM NULL THEN 'day_of_month' END,
                                     CASE WHEN tgt.day_of_year IS DISTINCT FROM NULL THEN 'day_of_year' END,
                                     CASE WHEN tgt.iso_weekday IS DISTINCT FROM NULL THEN 'iso_weekday' END,
                                     CASE WHEN coalesce(tgt.weekday_name <> 'Not applicable', FALSE) THEN 'weekday_name' END,
                                     CASE WHEN tgt.is_weekend IS DISTINCT FROM NULL THEN 'is_weekend' END,
                                     CASE WHEN tgt.iso_year IS DISTINCT FROM NULL THEN 'iso_year' END,
                                     CASE WHEN tgt.iso_week IS DISTINCT FROM NULL THEN 'iso_week' END,
                                     CASE WHEN coalesce(tgt.iso_year_week <> 'Not applicable', FALSE) THEN 'iso_year_week' END,
                                     CASE WHEN tgt.sunday_week IS DISTINCT FROM NULL THEN 'sunday_week' END,
                                     CASE WHEN tgt.sunday_week_start IS DISTINCT FROM NULL THEN 'sunday_week_start' END,
                                     CASE WHEN tgt.month IS DISTINCT FROM NULL THEN 'month' END,
                                     CASE WHEN coalesce(tgt.month_name <> 'Not applicable', FALSE) THEN 'month_name' END,
                                     CASE WHEN coalesce(tgt.year_month <> 'Not applicable', FALSE) THEN 'year_month' END,
                                     CASE WHEN tgt.month_start IS DISTINCT FROM NULL THEN 'month_start' END,
                                     CASE WHEN tgt.month_end IS DISTINCT FROM NULL THEN 'month_end' END,
                                     CASE WHEN tgt.is_month_end IS DISTINCT FROM NULL THEN 'is_month_end' END,
                                     CASE WHEN tgt.quarter IS DISTINCT FROM NULL THEN 'quarter' END,
                                     CASE WHEN coalesce(tgt.year_quarter <> 'Not applicable', FALSE) THEN 'year_quarter' END,
                                     CASE WHEN tgt.year IS DISTINCT FROM NULL THEN 'year' END,
                                     CASE WHEN tgt.fiscal_year IS DISTINCT FROM NULL THEN 'fiscal_year' END,
                                     CASE WHEN tgt.fiscal_quarter IS DISTINCT FROM NULL THEN 'fiscal_quarter' END,
                                     CASE WHEN tgt.fiscal_month IS DISTINCT FROM NULL THEN 'fiscal_month' END], ', ') AS changed
        FROM business.dim_date AS tgt
        WHERE tgt.date_key = -2
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
               array_to_string(ARRAY[CASE WHEN tgt.date IS DISTINCT FROM NULL THEN 'date' END,
                                     CASE WHEN tgt.day_of_month IS DISTINCT FROM NULL THEN 'day_of_month' END,
                                     CASE WHEN tgt.day_of_year IS DISTINCT FROM NULL THEN 'day_of_year' END,
                                     CASE WHEN tgt.iso_weekday IS DISTINCT FROM NULL THEN 'iso_weekday' END,
                                     CASE WHEN coalesce(tgt.weekday_name <> 'Not happened yet', FALSE) THEN 'weekday_name' END,
                                     CASE WHEN tgt.is_weekend IS DISTINCT FROM NULL THEN 'is_weekend' END,
                                     CASE WHEN tgt.iso_year IS DISTINCT FROM NULL THEN 'iso_year' END,
                                     CASE WHEN tgt.iso_week IS DISTINCT FROM NULL THEN 'iso_week' END,
                                     CASE WHEN coalesce(tgt.iso_year_week <> 'Not happened yet', FALSE) THEN 'iso_year_week' END,
                                     CASE WHEN tgt.sunday_week IS DISTINCT FROM NULL THEN 'sunday_week' END,
                                     CASE WHEN tgt.sunday_week_start IS DISTINCT FROM NULL THEN 'sunday_week_start' END,
                                     CASE WHEN tgt.month IS DISTINCT FROM NULL THEN 'month' END,
                                     CASE WHEN coalesce(tgt.month_name <> 'Not happened yet', FALSE) THEN 'month_name' END,
                                     CASE WHEN coalesce(tgt.year_month <> 'Not happened yet', FALSE) THEN 'year_month' END,
                                     CASE WHEN tgt.month_start IS DISTINCT FROM NULL THEN 'month_start' END,
                                     CASE WHEN tgt.month_end IS DISTINCT FROM NULL THEN 'month_end' END,
                                     CASE WHEN tgt.is_month_end IS DISTINCT FROM NULL THEN 'is_month_end' END,
                                     CASE WHEN tgt.quarter IS DISTINCT FROM NULL THEN 'quarter' END,
                                     CASE WHEN coalesce(tgt.year_quarter <> 'Not happened yet', FALSE) THEN 'year_quarter' END,
                                     CASE WHEN tgt.year IS DISTINCT FROM NULL THEN 'year' END,
                                     CASE WHEN tgt.fiscal_year IS DISTINCT FROM NULL THEN 'fiscal_year' END,
                                     CASE WHEN tgt.fiscal_quarter IS DISTINCT FROM NULL THEN 'fiscal_quarter' END,
                                     CASE WHEN tgt.fiscal_month IS DISTINCT FROM NULL THEN 'fiscal_month' END], ', ') AS changed
        FROM business.dim_date AS tgt
        WHERE tgt.date_key = -4
    ) AS stored ON TRUE
    WHERE stored.found IS NULL
       OR stored.changed <> ''
    UNION ALL
    SELECT '' AS member,
           CAST(tgt.date_key AS text) AS keys,
           'is no key of a member and none of a default member' AS detail
    FROM business.dim_date AS tgt
    WHERE tgt.date_key <= 0
      AND tgt.date_key NOT IN (-1, -2, -4)
)
SELECT 'business.dim_date' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM broken
ORDER BY broken.member COLLATE "C", broken.keys COLLATE "C", broken.detail COLLATE "C"
LIMIT 100;

-- grain: several rows have one grain
WITH broken AS MATERIALIZED (
    SELECT 'date_key = ' || coalesce(CAST(tgt.date_key AS text), 'NULL') AS member,
           '' AS keys,
           CAST(count(*) AS text) || ' rows' AS detail
    FROM business.dim_date AS tgt
    GROUP BY tgt.date_key
    HAVING count(*) > 1
)
SELECT 'business.dim_date' AS table_name,
       broken.member,
       broken.keys,
       broken.detail,
       count(*) OVER () AS found
FROM broken
ORDER BY broken.member COLLATE "C", broken.keys COLLATE "C", broken.detail COLLATE "C"
LIMIT 100;
