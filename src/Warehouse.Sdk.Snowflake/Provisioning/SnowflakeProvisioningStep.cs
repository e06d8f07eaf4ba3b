using System.Data.Common;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk.Snowflake;

/// <summary>A statement, and the privilege that it needs.</summary>
internal sealed record SnowflakeProvisioningStep(SqlStatement Statement, string Privilege)
{
    public string? Integration { get; init; }

    public SnowflakeS3Access? Access { get; init; }

    public async Task RunAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            await SnowflakeConnections.RunAsync(connection, Statement.Text, cancellationToken).ConfigureAwait(false);
        }
        catch (DbException error)
        {
            string right = SnowflakeErrors.Code(error) is 2003 or 3001 ? $" It needs {Privilege}, and USAGE on what it stands in." : string.Empty;
            throw new WarehouseException($"'{Statement.Name}' failed: {SnowflakeErrors.Explain(error)}{right} What came before it is there; run it again when that is mended, and the rest follows.", error)
            {
                SystemName = SnowflakeProvider.Name,
                Target = Statement.Name,
                IsTransient = SnowflakeErrors.IsTransient(error),
            };
        }
    }
}
