-- warehouse-sdk: clean up

-- drop-private-table: The run's own.
DROP TABLE IF EXISTS temp.staged;

-- drop-private-table: The run's own.
DROP TABLE IF EXISTS temp.events;

-- drop-private-table: The run's own.
DROP TABLE IF EXISTS temp.repeated;

-- drop-private-table: The run's own.
DROP TABLE IF EXISTS temp.decided;

-- drop-private-table: The run's own.
DROP TABLE IF EXISTS temp.conflicts;

-- drop-private-table: The run's own.
DROP TABLE IF EXISTS temp.incoming;

-- drop-private-table: The run's own.
DROP TABLE IF EXISTS temp.late;

-- drop-private-table: The run's own.
DROP TABLE IF EXISTS temp.absent;

-- drop-private-table: The run's own.
DROP TABLE IF EXISTS temp.touched;

-- drop-private-table: The run's own.
DROP TABLE IF EXISTS temp.timeline;

-- drop-private-table: The run's own.
DROP TABLE IF EXISTS temp.member_state;

-- drop-private-table: The run's own.
DROP TABLE IF EXISTS temp.versions;

-- drop-private-table: The run's own.
DROP TABLE IF EXISTS temp.resolved;
