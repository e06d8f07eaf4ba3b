namespace Warehouse.Sdk.Benchmarks.History;

/// <summary>
/// What dlt's <c>scd2</c> strategy does for a full load, written by us from its published semantics: each row has a hash of its values; what is open and
/// whose hash the batch lacks ends, and what the open ones lack is inserted. dlt makes the hashes in the process that stages the rows; here the engine does.
/// </summary>
internal sealed class HashSnapshot(CustomerHistory history) : ISnapshotRival
{
    private const string Columns = "customer_id, name, email, street, city, country, segment";

    public string Table => "hashed_customer";

    public string Description => "the statements of dlt's scd2 strategy";

    private static string Hash => $"md5(concat_ws('|', {Columns}))";

    public async Task BeginAsync()
    {
        await history.Engine.ExecuteAsync($"CREATE TABLE {Table} AS SELECT source.*, CAST('' AS varchar) AS row_hash, CAST(NULL AS timestamp) AS valid_from, CAST(NULL AS timestamp) AS valid_to FROM source_customer AS source WHERE FALSE");
        await RunAsync();
        await history.Engine.ExecuteAsync($"ANALYZE {Table}");
    }

    public Task RunAsync()
    {
        string now = $"CAST('{history.Today:yyyy-MM-dd HH:mm:ss}' AS timestamp)";
        return history.TransactAsync(
        [
            $"CREATE TEMPORARY TABLE hashed_staging AS SELECT {Columns}, {Hash} AS row_hash FROM source_customer",
            $"""
            UPDATE {Table}
            SET valid_to = {now}
            WHERE valid_to IS NULL
              AND NOT EXISTS (SELECT 1 FROM hashed_staging AS staging WHERE staging.row_hash = {Table}.row_hash)
            """,
            $"""
            INSERT INTO {Table} ({Columns}, row_hash, valid_from, valid_to)
            SELECT {Columns}, row_hash, {now}, NULL
            FROM hashed_staging AS staging
            WHERE NOT EXISTS (SELECT 1 FROM {Table} AS stored WHERE stored.row_hash = staging.row_hash AND stored.valid_to IS NULL)
            """,
            "DROP TABLE hashed_staging",
        ]);
    }
}
