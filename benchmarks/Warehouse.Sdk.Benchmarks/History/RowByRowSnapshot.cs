using System.Data.Common;
using Dapper;

namespace Warehouse.Sdk.Benchmarks.History;

/// <summary>
/// What pygrametl's slowly changing dimension does, in C#: for each row of the source a look at the open version by its key, and an update and an insert
/// where it differs. Those whom the source no longer has are ended by one statement.
/// </summary>
internal sealed class RowByRowSnapshot(CustomerHistory history) : ISnapshotRival
{
    public string Table => "looked_up_customer";

    public string Description => "a lookup, and where it differs an UPDATE and an INSERT, row by row as pygrametl does it";

    public async Task BeginAsync()
    {
        await history.Engine.ExecuteAsync($"CREATE TABLE {Table} AS SELECT source.*, CAST(NULL AS timestamp) AS valid_from, CAST(NULL AS timestamp) AS valid_to FROM source_customer AS source WHERE FALSE");
        await history.Engine.ExecuteAsync($"INSERT INTO {Table} SELECT source.*, CAST('{history.Today:yyyy-MM-dd}' AS timestamp), NULL FROM source_customer AS source");
        await history.Engine.ExecuteAsync($"CREATE INDEX {Table}_key ON {Table} (customer_id)");
        await history.Engine.ExecuteAsync($"ANALYZE {Table}");
    }

    public Task RunAsync() => history.InTransactionAsync(TakeAsync);

    private async Task TakeAsync(DbConnection connection, DbTransaction transaction)
    {
        DateTime now = DateTime.SpecifyKind(history.Today, DateTimeKind.Unspecified);
        foreach (CustomerRow row in (await connection.QueryAsync<CustomerRow>("SELECT customer_id AS CustomerId, name AS Name, email AS Email, street AS Street, city AS City, country AS Country, segment AS Segment FROM source_customer", transaction: transaction)).AsList())
        {
            CustomerRow? open = await connection.QueryFirstOrDefaultAsync<CustomerRow>($"SELECT customer_id AS CustomerId, name AS Name, email AS Email, street AS Street, city AS City, country AS Country, segment AS Segment FROM {Table} WHERE customer_id = @CustomerId AND valid_to IS NULL", new { row.CustomerId }, transaction);
            if (open == row)
                continue;
            if (open is not null)
                await connection.ExecuteAsync($"UPDATE {Table} SET valid_to = @now WHERE customer_id = @CustomerId AND valid_to IS NULL", new { row.CustomerId, now }, transaction);
            await connection.ExecuteAsync($"INSERT INTO {Table} VALUES (@CustomerId, @Name, @Email, @Street, @City, @Country, @Segment, @now, NULL)", new { row.CustomerId, row.Name, row.Email, row.Street, row.City, row.Country, row.Segment, now }, transaction);
        }

        await connection.ExecuteAsync($"UPDATE {Table} SET valid_to = @now WHERE valid_to IS NULL AND NOT EXISTS (SELECT 1 FROM source_customer AS source WHERE source.customer_id = {Table}.customer_id)", new { now }, transaction);
    }
}
