using Warehouse.Sdk.Benchmarks.Comparing;

namespace Warehouse.Sdk.Benchmarks.History;

/// <summary>
/// A full snapshot against the statements that a snapshot by comparison of columns (dbt's <c>check</c> strategy) issues for the same day, written by
/// us from its published semantics: find what is new or differs by one staging table, end the old rows, insert the new ones.
/// </summary>
internal sealed class SnapshotAgainstCheck(string name, double bar, Func<int, Task<CustomerHistory>> open) : IComparison
{
    private static readonly string[] Checked = ["name", "email", "street", "city", "country", "segment"];

    private CustomerHistory _history = null!;
    private bool _isOurTurn = true;
    private string _digest = string.Empty;

    public string Name => name;

    public string Description => "A full snapshot, 1% changed and 0.5% new, six attributes of type 2; the statements of a dbt check snapshot.";

    public double? Bar => bar;

    public string Engine => _history.Engine;

    public async Task PrepareAsync(int rows)
    {
        _history = await open(rows);
        await _history.ExecuteAsync("CREATE TABLE snapshot_customer AS SELECT source.*, CAST('' AS varchar) AS scd_id, CAST(NULL AS timestamp) AS updated_at, CAST(NULL AS timestamp) AS valid_from, CAST(NULL AS timestamp) AS valid_to FROM source_customer AS source WHERE FALSE");
        await SnapshotAsync();
        await _history.ExecuteAsync("ANALYZE snapshot_customer");
    }

    public async Task ResetAsync()
    {
        if (_isOurTurn)
            await _history.PassDayAsync();
        _isOurTurn = !_isOurTurn;
    }

    public async Task RunOursAsync()
    {
        await _history.LoadSnapshotAsync();
        _digest = "business.dim_customer";
    }

    public async Task RunTheirsAsync()
    {
        await SnapshotAsync();
        _digest = "snapshot_customer";
    }

    public Task<string> DigestAsync() => _history.DigestAsync(_digest, "valid_from", "valid_to");

    public ValueTask DisposeAsync() => _history is null ? ValueTask.CompletedTask : _history.DisposeAsync();

    private async Task SnapshotAsync()
    {
        string now = $"CAST('{_history.Today:yyyy-MM-dd HH:mm:ss}' AS timestamp)";
        string differs = string.Join(" OR ", Checked.Select(column => $"(snapshotted.{column} <> source.{column} OR (snapshotted.{column} IS NULL AND source.{column} IS NOT NULL) OR (snapshotted.{column} IS NOT NULL AND source.{column} IS NULL))"));
        string columns = $"customer_id, {string.Join(", ", Checked)}";
        await _history.ExecuteAsync("DROP TABLE IF EXISTS snapshot_staging");
        await _history.ExecuteAsync($"""
            CREATE TABLE snapshot_staging AS
            WITH source_rows AS (
                SELECT *
                FROM source_customer
            ),
            snapshotted_rows AS (
                SELECT *, customer_id AS unique_key
                FROM snapshot_customer
                WHERE valid_to IS NULL
            ),
            insertions_source AS (
                SELECT *, customer_id AS unique_key, {now} AS updated_at, {now} AS valid_from, CAST(NULL AS timestamp) AS valid_to,
                       md5(concat(coalesce(CAST(customer_id AS varchar), ''), '|', coalesce(CAST({now} AS varchar), ''))) AS scd_id
                FROM source_rows
            ),
            updates_source AS (
                SELECT *, customer_id AS unique_key, {now} AS updated_at, {now} AS valid_from, {now} AS valid_to
                FROM source_rows
            ),
            insertions AS (
                SELECT 'insert' AS change_type, source.*
                FROM insertions_source AS source
                LEFT JOIN snapshotted_rows AS snapshotted ON snapshotted.unique_key = source.unique_key
                WHERE snapshotted.unique_key IS NULL
                   OR (snapshotted.unique_key IS NOT NULL AND ({differs}))
            ),
            updates AS (
                SELECT 'update' AS change_type, source.*, snapshotted.scd_id
                FROM updates_source AS source
                JOIN snapshotted_rows AS snapshotted ON snapshotted.unique_key = source.unique_key
                WHERE {differs}
            )
            SELECT change_type, {columns}, scd_id, updated_at, valid_from, valid_to FROM insertions
            UNION ALL
            SELECT change_type, {columns}, scd_id, updated_at, valid_from, valid_to FROM updates
            """);
        await _history.ExecuteAsync("""
            UPDATE snapshot_customer
            SET valid_to = staging.valid_to
            FROM snapshot_staging AS staging
            WHERE staging.scd_id = snapshot_customer.scd_id
              AND staging.change_type IN ('update', 'delete')
              AND snapshot_customer.valid_to IS NULL
            """);
        await _history.ExecuteAsync($"""
            INSERT INTO snapshot_customer ({columns}, scd_id, updated_at, valid_from, valid_to)
            SELECT {columns}, scd_id, updated_at, valid_from, valid_to
            FROM snapshot_staging
            WHERE change_type = 'insert'
            """);
    }
}
