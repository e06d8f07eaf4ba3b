PUT 'file:///tmp/it''s here/c.csv' '@"FILES"."In Box"/day 1/a+b/' SOURCE_COMPRESSION = NONE AUTO_COMPRESS = FALSE OVERWRITE = TRUE

PUT 'file:///C:/temp/c.csv' '@~/' SOURCE_COMPRESSION = NONE AUTO_COMPRESS = FALSE OVERWRITE = TRUE

GET '@"FILES"."In Box"/day 1/a+b/' 'file:///tmp/x/' PATTERN = '(in box/)?(day 1/a\\+b/c\\.csv)'

GET '@"SHOP".%"ORDERS"/' 'file:///tmp/x/' PATTERN = '(c\\.csv)'

LIST '@"FILES"."In Box"/day 1/it''s \\ "x"; DROP TABLE t; --/' PATTERN = '(.*/)?(day 1/it\\''s \\\\ \\"x\\"\\; DROP TABLE t\\; \\-\\-/a\\.csv)'

LIST '@"FILES"."In Box"/day 1/a+b/'

LIST '@~/'

REMOVE '@"FILES"."In Box"/day 1/a+b/' PATTERN = '(in box/)?(day 1/a\\+b/c\\.csv|day 1/a\\+b/ü \\[1\\] \\(2\\) \\{3\\}\\|4\\^5\\$\\.csv)'

LIST '@~/warehouse_sdk/run/'

ALTER SESSION SET QUERY_TAG = '{"app":"warehouse-sdk","pipeline":"it\\u0027s \\u0022nightly\\u0022\\\\","target":"business.sales","load":42}'
