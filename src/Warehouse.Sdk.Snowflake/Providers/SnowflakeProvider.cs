using System.Data.Common;
using Warehouse.Sdk.Providers;

namespace Warehouse.Sdk.Snowflake;

/// <summary>Snowflake as an engine: a session is a connection of the driver's.</summary>
internal sealed class SnowflakeProvider : IWarehouseProvider
{
    public const string Name = "snowflake";

    private readonly SnowflakeOptions _options;
    private readonly SnowflakeTargets _targets = new();
    private SnowflakeConnections? _connections;
    private bool _isDisposed;

    public SnowflakeProvider(SnowflakeOptions options)
    {
        _options = options;
        var settings = new DbConnectionStringBuilder { ConnectionString = options.ConnectionString };
        string Setting(string name) => settings.TryGetValue(name, out object? value) ? $"{value}" : "(default)";
        Database = $"{Setting("db")} of account {Setting("account")}";
    }

    public string SystemName => Name;

    public string Database { get; }

    public ISqlDialect Dialect => SnowflakeDialect.Instance;

    public async Task<IWarehouseSession> OpenSessionAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        _connections ??= new SnowflakeConnections(SnowflakeDriver.Find(_options), _options);
        try
        {
            DbConnection connection = await _connections.OpenAsync(cancellationToken).ConfigureAwait(false);
            return new SnowflakeSession(connection, _options, _connections, _targets);
        }
        catch (DbException error)
        {
            throw new WarehouseException($"The Snowflake database {Database} cannot be opened: {Dialect.Explain(error)} Nothing was changed. Check account, user, database, role and warehouse of the connection string, and that the role may create the schema {SnowflakeSql.WorkSchema}.", error)
            {
                SystemName = SystemName,
                Target = Database,
                IsTransient = SnowflakeErrors.IsTransient(error),
            };
        }
    }

    public async ValueTask DisposeAsync()
    {
        _isDisposed = true;
        if (_connections is not null)
            await _connections.DisposeAsync().ConfigureAwait(false);
        _connections = null;
    }
}
