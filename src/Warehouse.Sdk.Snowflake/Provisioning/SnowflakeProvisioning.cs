using System.Data.Common;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk.Snowflake;

/// <summary>
/// Makes what loads find: storage integrations, file formats and stages. It is done once, by a person with the rights for it, and is no part of a load. Nothing that is
/// there is replaced or changed: <c>OR REPLACE</c> would lose a stage's files and the trust of an integration's role. It was never run on a live account.
/// </summary>
/// <example>
/// <code>
/// SnowflakeProvisioning plan = new SnowflakeProvisioning()
///     .StorageIntegration("s3_landing", new SnowflakeS3Access("arn:aws:iam::001234567890:role/snowflake", "s3://landing/shop/"))
///     .ExternalStage("landing", "shop_files", "s3://landing/shop/", "s3_landing")
///     .InternalStage("landing", "inbox");
/// Console.WriteLine(plan.Script);                       // read it first
/// SnowflakeProvisioned done = await plan.RunAsync(options);
/// Console.WriteLine(done.Trusts[0].TrustPolicy);        // for the role in AWS
/// </code>
/// </example>
public sealed class SnowflakeProvisioning
{
    private readonly List<SnowflakeProvisioningStep> _steps = [];

    /// <summary>The statements, in the order in which they are run.</summary>
    public IReadOnlyList<SqlStatement> Statements => [.. _steps.Select(step => step.Statement)];

    /// <summary>The whole of it as a script that a person can read and run in a worksheet.</summary>
    public string Script => string.Join("\n\n", _steps.Select(step => $"-- {step.Statement.Purpose}\n{step.Statement.Text};")) + "\n";

    /// <summary>A schema, where there is none.</summary>
    /// <param name="name">Its name.</param>
    public SnowflakeProvisioning Schema(string name)
        => Add(new SnowflakeProvisioningStep(SnowflakeProvisioningSql.Schema(name), "CREATE SCHEMA on the database"));

    /// <summary>A storage integration: Snowflake's identity for a role in AWS. It needs CREATE INTEGRATION, which ACCOUNTADMIN has.</summary>
    /// <param name="name">Its name, without a schema.</param>
    /// <param name="access">The role and the places.</param>
    public SnowflakeProvisioning StorageIntegration(string name, SnowflakeS3Access access)
    {
        ArgumentNullException.ThrowIfNull(access);
        return Add(new SnowflakeProvisioningStep(SnowflakeProvisioningSql.StorageIntegration(name, access), "CREATE INTEGRATION on the account (ACCOUNTADMIN has it)") { Integration = name, Access = access });
    }

    /// <summary>A named file format for CSV files.</summary>
    /// <param name="schema">Its schema.</param>
    /// <param name="name">Its name.</param>
    /// <param name="format">How the files are written.</param>
    /// <exception cref="ArgumentException">Snowflake does not read such files as this SDK does.</exception>
    public SnowflakeProvisioning FileFormat(string schema, string name, CsvFormat format)
    {
        ArgumentNullException.ThrowIfNull(format);
        return Add(new SnowflakeProvisioningStep(SnowflakeProvisioningSql.FileFormat(schema, name, format), $"CREATE FILE FORMAT on the schema {schema}"));
    }

    /// <summary>An internal stage.</summary>
    /// <param name="schema">Its schema.</param>
    /// <param name="name">Its name.</param>
    /// <param name="encryptsOnServer">
    /// Whether the service encrypts the files (<c>SNOWFLAKE_SSE</c>), the default: sizes and checksums that LIST tells are then those of the files. Otherwise the client does
    /// (<c>SNOWFLAKE_FULL</c>), as on the user's and on tables' stages.
    /// </param>
    public SnowflakeProvisioning InternalStage(string schema, string name, bool encryptsOnServer = true)
    {
        _ = SnowflakeStage.Internal(schema, name);
        return Add(new SnowflakeProvisioningStep(SnowflakeProvisioningSql.InternalStage(schema, name, encryptsOnServer), $"CREATE STAGE on the schema {schema}"));
    }

    /// <summary>An external stage over a bucket in AWS.</summary>
    /// <param name="schema">Its schema.</param>
    /// <param name="name">Its name.</param>
    /// <param name="url">The place, such as <c>s3://landing/shop/</c>; it ends with a <c>/</c>, without which it would be a prefix of other places too.</param>
    /// <param name="integration">The storage integration, on which the role has USAGE.</param>
    public SnowflakeProvisioning ExternalStage(string schema, string name, string url, string integration)
    {
        _ = SnowflakeStage.External(schema, name);
        SnowflakeS3Access.Check(url, nameof(url));
        return Add(new SnowflakeProvisioningStep(SnowflakeProvisioningSql.ExternalStage(schema, name, url, integration), $"CREATE STAGE on the schema {schema}, and USAGE on the integration {integration}"));
    }

    /// <summary>Runs the statements. What is there already is left as it is, so that it can be run again after an error.</summary>
    /// <param name="options">The account, and a role with the rights. The database is that of the connection string.</param>
    /// <param name="cancellationToken">Gives up; what was made is there.</param>
    /// <returns>What a person has to enter in AWS.</returns>
    /// <exception cref="WarehouseException">A privilege is missing, which is named; or an integration of that name has another role or other places.</exception>
    public async Task<SnowflakeProvisioned> RunAsync(SnowflakeOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var connections = new SnowflakeConnections(SnowflakeDriver.Find(options), options, makesWorkSchema: false);
        await using (connections.ConfigureAwait(false))
        {
            DbConnection connection = await connections.OpenAsync(cancellationToken).ConfigureAwait(false);
            await using (connection.ConfigureAwait(false))
            {
                List<SnowflakeTrust> trusts = [];
                foreach (SnowflakeProvisioningStep step in _steps)
                {
                    await step.RunAsync(connection, cancellationToken).ConfigureAwait(false);
                    if (step is { Integration: { } name, Access: { } access })
                        trusts.Add(await SnowflakeTrust.ReadAsync(connection, name, access, cancellationToken).ConfigureAwait(false));
                }

                return new SnowflakeProvisioned(trusts);
            }
        }
    }

    private SnowflakeProvisioning Add(SnowflakeProvisioningStep step)
    {
        _steps.Add(step);
        return this;
    }
}

/// <summary>What came of a provisioning.</summary>
/// <param name="Trusts">For every storage integration what its role in AWS has to trust, in their order.</param>
public sealed record SnowflakeProvisioned(IReadOnlyList<SnowflakeTrust> Trusts);
