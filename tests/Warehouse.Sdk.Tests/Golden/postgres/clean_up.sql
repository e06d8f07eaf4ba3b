-- warehouse-sdk: clean up

-- drop-staging-view: What was read in place stays; the way to it goes.
-- only if: read_in_place > 0
DROP VIEW pg_temp.staged;
