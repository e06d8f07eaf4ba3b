namespace Warehouse.Sdk.Benchmarks.History;

/// <summary>
/// The statements that a dbt snapshot with <c>strategy='check'</c> and <c>hard_deletes='invalidate'</c> issues for one day, written by us from its
/// published semantics: a staging table of what is new, differs or is gone, the old rows ended, the new ones inserted, in one transaction.
/// </summary>
/// <param name="history">The customers.</param>
/// <param name="settings">Settings of the transaction; none are dbt's own.</param>
internal sealed class CheckSnapshot(CustomerHistory history, params string[] settings) : ISnapshotRival
{
    public string Table => "snapshot_customer";

    public string Description => $"the statements of a dbt check snapshot that invalidates hard deletes{(settings.Length > 0 ? ", with our settings" : string.Empty)}";

    private const string Columns = "customer_id, name, email, street, city, country, segment";

    private static readonly string[] Checked = ["name", "email", "street", "city", "country", "segment"];

    // The adapter for DuckDB stages in a real table, that for PostgreSQL in a temporary one.
    private string StagingTable => history.Engine.IsDuckDb ? "TABLE snapshot_staging" : "TEMPORARY TABLE snapshot_staging";

    public async Task BeginAsync()
    {
        await history.Engine.ExecuteAsync($"CREATE TABLE {Table} AS SELECT source.*, CAST('' AS varchar) AS scd_id, CAST(NULL AS timestamp) AS updated_at, CAST(NULL AS timestamp) AS valid_from, CAST(NULL AS timestamp) AS valid_to FROM source_customer AS source WHERE FALSE");
        await RunAsync();
        await history.Engine.ExecuteAsync($"ANALYZE {Table}");
    }

    public Task RunAsync()
    {
        string now = $"CAST('{history.Today:yyyy-MM-dd HH:mm:ss}' AS timestamp)";
        string differs = string.Join("\n            OR ", Checked.Select(column => $"snapshotted.{column} <> source.{column} OR ((snapshotted.{column} IS NULL AND NOT (source.{column} IS NULL)) OR ((NOT (snapshotted.{column} IS NULL)) AND source.{column} IS NULL))"));
        return history.TransactAsync(
        [
            .. settings,
            $"""
            CREATE {StagingTable} AS
            WITH snapshot_query AS (
                SELECT *
                FROM source_customer
            ),
            snapshotted_rows AS (
                SELECT *, customer_id AS unique_key
                FROM {Table}
                WHERE valid_to IS NULL
            ),
            insertions_source AS (
                SELECT *, customer_id AS unique_key, {now} AS updated_at, {now} AS valid_from, coalesce(nullif({now}, {now}), NULL) AS valid_to,
                       md5(coalesce(CAST(customer_id AS varchar), '') || '|' || coalesce(CAST({now} AS varchar), '')) AS scd_id
                FROM snapshot_query
            ),
            updates_source AS (
                SELECT *, customer_id AS unique_key, {now} AS updated_at, {now} AS valid_from, {now} AS valid_to
                FROM snapshot_query
            ),
            deletes_source AS (
                SELECT *, customer_id AS unique_key
                FROM snapshot_query
            ),
            insertions AS (
                SELECT 'insert' AS change_type, source.*
                FROM insertions_source AS source
                LEFT OUTER JOIN snapshotted_rows AS snapshotted ON snapshotted.unique_key = source.unique_key
                WHERE snapshotted.unique_key IS NULL
                   OR (snapshotted.unique_key IS NOT NULL AND (
                       {differs}
                   ))
            ),
            updates AS (
                SELECT 'update' AS change_type, source.*, snapshotted.scd_id
                FROM updates_source AS source
                JOIN snapshotted_rows AS snapshotted ON snapshotted.unique_key = source.unique_key
                WHERE (
                       {differs}
                )
            ),
            deletes AS (
                SELECT 'delete' AS change_type, source.*, {now} AS valid_from, {now} AS updated_at, {now} AS valid_to, snapshotted.scd_id
                FROM snapshotted_rows AS snapshotted
                LEFT JOIN deletes_source AS source ON snapshotted.unique_key = source.unique_key
                WHERE source.unique_key IS NULL
            )
            SELECT change_type, {Columns}, updated_at, valid_from, valid_to, scd_id FROM insertions
            UNION ALL
            SELECT change_type, {Columns}, updated_at, valid_from, valid_to, scd_id FROM updates
            UNION ALL
            SELECT change_type, {Columns}, updated_at, valid_from, valid_to, scd_id FROM deletes
            """,
            $"""
            UPDATE {Table}
            SET valid_to = staging.valid_to
            FROM snapshot_staging AS staging
            WHERE CAST(staging.scd_id AS text) = CAST({Table}.scd_id AS text)
              AND CAST(staging.change_type AS text) IN ('update', 'delete')
              AND {Table}.valid_to IS NULL
            """,
            $"""
            INSERT INTO {Table} ({Columns}, updated_at, valid_from, valid_to, scd_id)
            SELECT {Columns}, updated_at, valid_from, valid_to, scd_id
            FROM snapshot_staging
            WHERE CAST(change_type AS text) = 'insert'
            """,
            "DROP TABLE snapshot_staging",
        ]);
    }
}
