-- warehouse-sdk: ledger

-- next-load-id: Numbers the load.
SELECT nextval('warehouse.load_id') AS load_id;

-- find-batch: Whether the host's batch was loaded before.
SELECT load_id
FROM warehouse.load
WHERE target = $target
  AND batch_id = $batch_id
ORDER BY load_id DESC
LIMIT 1;

-- find-file: What was last loaded from this path.
SELECT file.load_id, file.length, file.sha256, load.as_of
FROM warehouse.load_file AS file
JOIN warehouse.load AS load ON load.load_id = file.load_id
WHERE file.target = $target
  AND file.path = $path
ORDER BY file.load_id DESC
LIMIT 1;

-- find-files: What was last loaded from these paths.
SELECT DISTINCT ON (file.path) file.path, file.load_id, file.length, file.sha256, load.as_of
FROM warehouse.load_file AS file
JOIN warehouse.load AS load ON load.load_id = file.load_id
WHERE file.target = $target
  AND starts_with(file.path, CAST($path AS text))
ORDER BY file.path, file.load_id DESC;

-- place-rejects: Rejected rows are named by their own file and line.
UPDATE warehouse.reject AS tgt
SET file = src.path,
    line = tgt.line & 1099511627775
FROM warehouse.load_file AS src
WHERE tgt.load_id = $load_id
  AND tgt.line >= 1099511627776
  AND src.load_id = $load_id
  AND src.number = tgt.line >> 40;

-- claim-rejects: Takes the rejected rows that were not replayed yet; nobody else will.
UPDATE warehouse.reject AS tgt
SET replayed_by = $load_id,
    replay_line = src.number
FROM (
    SELECT ctid AS row_id,
           row_number() OVER (ORDER BY load_id, file, line) AS number
    FROM warehouse.reject
    WHERE target = $target
      AND replayed_by IS NULL
      AND raw_row IS NOT NULL
      AND load_id < $load_id
      AND (CAST($of_load AS bigint) IS NULL OR load_id = CAST($of_load AS bigint))
) AS src
WHERE tgt.ctid = src.row_id;

-- read-claimed: The rows to replay, some at a time.
SELECT replay_line, file, line, raw_row, raw_header
FROM warehouse.reject
WHERE replayed_by = $load_id
  AND replay_line > $after_line
ORDER BY replay_line
LIMIT 1000;

-- place-replayed: Rows that were rejected again are named by the file and line they came from.
UPDATE warehouse.reject AS tgt
SET file = src.file,
    line = src.line
FROM warehouse.reject AS src
WHERE tgt.load_id = $load_id
  AND tgt.line >= 1099511627776
  AND src.replayed_by = $load_id
  AND src.replay_line = tgt.line - 1099511627776;

-- find-load: Whether the load was committed.
SELECT load_id FROM warehouse.load WHERE load_id = $load_id;

-- record-load: Writes the load into the ledger.
INSERT INTO warehouse.load (load_id, target, source, batch_id, status, as_of, rows_read, rows_rejected, counts, started_at, finished_at, sdk_version)
VALUES ($load_id, $target, $source, $batch_id, $status, $as_of, $rows_read, $rows_rejected, $counts, $started_at, $finished_at, $sdk_version);

-- record-file: Writes the file into the ledger.
INSERT INTO warehouse.load_file (load_id, target, path, length, sha256)
VALUES ($load_id, $target, $path, $length, $sha256);

-- first-rejects: The first rejected rows of the load.
SELECT file, line, column_name, reason
FROM warehouse.reject
WHERE load_id = $load_id
ORDER BY line
LIMIT 10;

-- read-watermark: How far the target has come.
SELECT value
FROM warehouse.watermark
WHERE target = $target
  AND column_name = $column_name;

-- read-snapshots: The times of the snapshots that were loaded, of everybody and of parts.
SELECT column_name, value
FROM warehouse.watermark
WHERE target = $target
  AND starts_with(column_name, CAST($column_name AS text));

-- read-intervals: The stretches that were loaded.
SELECT load_id, lower_bound, upper_bound, is_backfill
FROM warehouse.load_interval
WHERE target = $target
  AND column_name = $column_name
ORDER BY load_id, lower_bound;

-- move-watermark: Moves the target on, if it moved.
INSERT INTO warehouse.watermark (target, column_name, value, load_id)
VALUES ($target, $column_name, $value, $load_id)
ON CONFLICT (target, column_name) DO UPDATE SET value = excluded.value, load_id = excluded.load_id
WHERE watermark.value IS DISTINCT FROM excluded.value;

-- record-model: Notes which model the database was deployed from.
INSERT INTO warehouse.model (name, hash, deployed_at, sdk_version)
SELECT CAST($model_name AS text), CAST($model_hash AS text), CAST($deployed_at AS timestamp), CAST($sdk_version AS text)
WHERE CAST($model_hash AS text) IS DISTINCT FROM (SELECT hash FROM warehouse.model WHERE name = CAST($model_name AS text) ORDER BY deployed_at DESC LIMIT 1);
