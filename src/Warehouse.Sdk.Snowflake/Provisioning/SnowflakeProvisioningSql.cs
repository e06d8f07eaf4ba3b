using Warehouse.Sdk.Sql;
using static Warehouse.Sdk.Snowflake.SnowflakeSql;

namespace Warehouse.Sdk.Snowflake;

/// <summary>DDL of what loads find. None of it replaces anything.</summary>
internal static class SnowflakeProvisioningSql
{
    public static SqlStatement Schema(string name)
        => Statement($"create-schema {name}", $"The schema {name}.", Rules.Sql($"CREATE SCHEMA IF NOT EXISTS {new Identifier(name)}"));

    public static SqlStatement StorageIntegration(string name, SnowflakeS3Access access)
    {
        SqlText blocked = access.Blocked.Count == 0 ? SqlText.Empty : Rules.Sql($"STORAGE_BLOCKED_LOCATIONS = ({Constants(access.Blocked)})");
        return Statement($"create-storage-integration {name}", $"Snowflake's identity for the role that may read the places of {name}.", Rules.Sql($"""
            CREATE STORAGE INTEGRATION IF NOT EXISTS {new Identifier(name)}
                TYPE = EXTERNAL_STAGE
                STORAGE_PROVIDER = {Constant(access.Provider)}
                ENABLED = TRUE
                STORAGE_AWS_ROLE_ARN = {Constant(access.RoleArn)}
                STORAGE_ALLOWED_LOCATIONS = ({Constants(access.Locations)})
                {blocked}
            """));
    }

    public static SqlStatement DescribeIntegration(string name)
        => Statement("describe-integration", "The identity that the role has to trust.", Rules.Sql($"DESC STORAGE INTEGRATION {new Identifier(name)}"));

    public static SqlStatement FileFormat(string schema, string name, CsvFormat format)
        => Statement($"create-file-format {schema}.{name}", $"How the files of {name} are written.", Rules.Sql($"""
            CREATE FILE FORMAT IF NOT EXISTS {new QualifiedName(schema, name)}
                {SnowflakeFormatSql.Csv(format, skipHeader: format.HasHeader ? 1 : 0)}
            """));

    public static SqlStatement InternalStage(string schema, string name, bool encryptsOnServer)
        => Statement($"create-stage {schema}.{name}", $"The internal stage {name}, where files wait.", Rules.Sql($"""
            CREATE STAGE IF NOT EXISTS {new QualifiedName(schema, name)}
                ENCRYPTION = (TYPE = {Constant(encryptsOnServer ? "SNOWFLAKE_SSE" : "SNOWFLAKE_FULL")})
            """));

    public static SqlStatement ExternalStage(string schema, string name, string url, string integration)
        => Statement($"create-stage {schema}.{name}", $"The external stage {name}, over the bucket.", Rules.Sql($"""
            CREATE STAGE IF NOT EXISTS {new QualifiedName(schema, name)}
                URL = {Constant(url)}
                STORAGE_INTEGRATION = {new Identifier(integration)}
            """));

    private static SqlText Constants(IEnumerable<string> texts) => SqlText.Join(", ", texts.Select(Constant));
}
