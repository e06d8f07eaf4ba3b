using System.Data.Common;

namespace Warehouse.Sdk.Snowflake.Emulator;

/// <summary>A driver that speaks to DuckDB and behaves like Snowflake where it bites. The connection string is <c>account=FILE</c>.</summary>
public sealed class SnowflakeEmulatorFactory : DbProviderFactory
{
    public static readonly SnowflakeEmulatorFactory Instance = new();

    private SnowflakeEmulatorFactory()
    {
    }

    public override DbConnection CreateConnection() => new SnowflakeEmulatorConnection();

    public override DbCommand CreateCommand() => new SnowflakeEmulatorCommand();

    public override DbParameter CreateParameter() => new SnowflakeEmulatorParameter();
}
