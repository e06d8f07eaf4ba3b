-- warehouse-sdk: clean up

-- drop-staging-table: Makes room for the next batch of the same transaction.
DROP TABLE pg_temp.staged;
