-- warehouse-sdk: ledger

-- next-load-id: Numbers the load.
SELECT "WAREHOUSE".load_id_numbers.NEXTVAL AS load_id;

-- find-batch: Whether the host's batch was loaded before.
SELECT load_id
FROM "WAREHOUSE".load
WHERE target = $target
  AND batch_id = $batch_id
ORDER BY load_id DESC
LIMIT 1;

-- find-file: What was last loaded from this path.
SELECT file.load_id, file.length, file.sha256, load.as_of
FROM "WAREHOUSE".load_file AS file
JOIN "WAREHOUSE".load AS load ON load.load_id = file.load_id
WHERE file.target = $target
  AND file.path = $path
ORDER BY file.load_id DESC
LIMIT 1;

-- find-files: What was last loaded from these paths.
SELECT file.path, file.load_id, file.length, file.sha256, load.as_of
FROM "WAREHOUSE".load_file AS file
JOIN "WAREHOUSE".load AS load ON load.load_id = file.load_id
WHERE file.target = $target
  AND startswith(file.path, CAST($path AS VARCHAR))
QUALIFY row_number() OVER (PARTITION BY file.path ORDER BY file.load_id DESC) = 1;

-- place-rejects: Rejected rows are named by their own file and line.
UPDATE "WAREHOUSE".reject
SET file = src.path,
    line = bitand("WAREHOUSE".reject.line, 1099511627775)
FROM "WAREHOUSE".load_file AS src
WHERE "WAREHOUSE".reject.load_id = $load_id
  AND "WAREHOUSE".reject.line >= 1099511627776
  AND src.load_id = $load_id
  AND src.number = bitshiftright("WAREHOUSE".reject.line, 40);

-- claim-rejects: Takes the rejected rows that were not replayed yet; nobody else will.
MERGE INTO "WAREHOUSE".reject AS tgt
USING (
    SELECT reject_id,
           row_number() OVER (ORDER BY load_id, file, line) AS number
    FROM "WAREHOUSE".reject
    WHERE target = $target
      AND replayed_by IS NULL
      AND raw_row IS NOT NULL
      AND load_id < $load_id
      AND (CAST($of_load AS BIGINT) IS NULL OR load_id = CAST($of_load AS BIGINT))
) AS src
ON tgt.reject_id = src.reject_id
WHEN MATCHED THEN UPDATE SET replayed_by = $load_id, replay_line = src.number;

-- read-claimed: The rows to replay, some at a time.
SELECT replay_line, file, line, raw_row, raw_header
FROM "WAREHOUSE".reject
WHERE replayed_by = $load_id
  AND replay_line > $after_line
ORDER BY replay_line
LIMIT 1000;

-- place-replayed: Rows that were rejected again are named by the file and line they came from.
UPDATE "WAREHOUSE".reject
SET file = src.file,
    line = src.line
FROM "WAREHOUSE".reject AS src
WHERE "WAREHOUSE".reject.load_id = $load_id
  AND "WAREHOUSE".reject.line >= 1099511627776
  AND src.replayed_by = $load_id
  AND src.replay_line = "WAREHOUSE".reject.line - 1099511627776;

-- find-load: Whether the load was committed.
SELECT load_id FROM "WAREHOUSE".load WHERE load_id = $load_id;

-- record-load: Writes the load into the ledger.
INSERT INTO "WAREHOUSE".load (load_id, target, source, batch_id, status, as_of, rows_read, rows_rejected, counts, started_at, finished_at, sdk_version)
VALUES ($load_id, $target, $source, $batch_id, $status, $as_of, $rows_read, $rows_rejected, $counts, $started_at, $finished_at, $sdk_version);

-- record-file: Writes the file into the ledger.
INSERT INTO "WAREHOUSE".load_file (load_id, target, path, length, sha256)
VALUES ($load_id, $target, $path, $length, $sha256);

-- first-rejects: The first rejected rows of the load.
SELECT file, line, column_name, reason
FROM "WAREHOUSE".reject
WHERE load_id = $load_id
ORDER BY line
LIMIT 10;

-- read-watermark: How far the target has come.
SELECT value
FROM "WAREHOUSE".watermark
WHERE target = $target
  AND column_name = $column_name;

-- read-snapshots: The times of the snapshots that were loaded, of everybody and of parts.
SELECT column_name, value
FROM "WAREHOUSE".watermark
WHERE target = $target
  AND startswith(column_name, CAST($column_name AS VARCHAR));

-- read-intervals: The stretches that were loaded.
SELECT load_id, lower_bound, upper_bound, is_backfill
FROM "WAREHOUSE".load_interval
WHERE target = $target
  AND column_name = $column_name
ORDER BY load_id, lower_bound;

-- move-watermark: Moves the target on, if it moved.
MERGE INTO "WAREHOUSE".watermark AS tgt
USING (SELECT $target AS target, $column_name AS column_name, $value AS value) AS src
ON tgt.target = src.target AND tgt.column_name = src.column_name
WHEN MATCHED AND tgt.value <> src.value THEN UPDATE SET value = src.value, load_id = $load_id
WHEN NOT MATCHED THEN INSERT (target, column_name, value, load_id) VALUES (src.target, src.column_name, src.value, $load_id);

-- record-model: Notes which model the database was deployed from.
INSERT INTO "WAREHOUSE".model (name, hash, deployed_at, sdk_version)
SELECT $model_name, $model_hash, $deployed_at, $sdk_version
WHERE $model_hash IS DISTINCT FROM (SELECT max_by(hash, deployed_at) FROM "WAREHOUSE".model WHERE name = $model_name);
