-- warehouse-sdk: fill business.dim_date

-- insert-days: The days of the range that are not there yet.
INSERT INTO business.dim_date (date_key, date, day_of_month, day_of_year, iso_weekday, weekday_name, is_weekend, iso_year, iso_week, iso_year_week, sunday_week, sunday_week_start, month, month_name, year_month, month_start, month_end, is_month_end, quarter, year_quarter, year, fiscal_year, fiscal_quarter, fiscal_month)
SELECT date_key, date, day_of_month, day_of_year, iso_weekday, weekday_name, is_weekend, iso_year, iso_week, iso_year_week, sunday_week, sunday_week_start, month, month_name, year_month, month_start, month_end, is_month_end, quarter, year_quarter, year, fiscal_year, fiscal_quarter, fiscal_month
FROM pg_temp.staged AS src
WHERE NOT EXISTS (SELECT 1 FROM business.dim_date AS tgt WHERE tgt.date_key = src.date_key)
ORDER BY src.date_key;

-- insert-default-member: The member 'Unknown'; no source row can meet it.
INSERT INTO business.dim_date (date_key, date, day_of_month, day_of_year, iso_weekday, weekday_name, is_weekend, iso_year, iso_week, iso_year_week, sunday_week, sunday_week_start, month, month_name, year_month, month_start, month_end, is_month_end, quarter, year_quarter, year, fiscal_year, fiscal_quarter, fiscal_month)
SELECT -1, NULL, NULL, NULL, NULL, 'Unknown', NULL, NULL, NULL, 'Unknown', NULL, NULL, NULL, 'Unknown', 'Unknown', NULL, NULL, NULL, NULL, 'Unknown', NULL, NULL, NULL, NULL
WHERE NOT EXISTS (SELECT 1 FROM business.dim_date WHERE date_key = -1);

-- insert-default-member: The member 'Not applicable'; no source row can meet it.
INSERT INTO business.dim_date (date_key, date, day_of_month, day_of_year, iso_weekday, weekday_name, is_weekend, iso_year, iso_week, iso_year_week, sunday_week, sunday_week_start, month, month_name, year_month, month_start, month_end, is_month_end, quarter, year_quarter, year, fiscal_year, fiscal_quarter, fiscal_month)
SELECT -2, NULL, NULL, NULL, NULL, 'Not applicable', NULL, NULL, NULL, 'Not applicable', NULL, NULL, NULL, 'Not applicable', 'Not applicable', NULL, NULL, NULL, NULL, 'Not applicable', NULL, NULL, NULL, NULL
WHERE NOT EXISTS (SELECT 1 FROM business.dim_date WHERE date_key = -2);

-- insert-default-member: The member 'Not happened yet'; no source row can meet it.
INSERT INTO business.dim_date (date_key, date, day_of_month, day_of_year, iso_weekday, weekday_name, is_weekend, iso_year, iso_week, iso_year_week, sunday_week, sunday_week_start, month, month_name, year_month, month_start, month_end, is_month_end, quarter, year_quarter, year, fiscal_year, fiscal_quarter, fiscal_month)
SELECT -4, NULL, NULL, NULL, NULL, 'Not happened yet', NULL, NULL, NULL, 'Not happened yet', NULL, NULL, NULL, 'Not happened yet', 'Not happened yet', NULL, NULL, NULL, NULL, 'Not happened yet', NULL, NULL, NULL, NULL
WHERE NOT EXISTS (SELECT 1 FROM business.dim_date WHERE date_key = -4);
