using System.Data.Common;
using Npgsql;
using Warehouse.Sdk.Providers;

namespace Warehouse.Sdk.Postgres;

/// <summary>PostgreSQL as an engine: a session is a connection from the pool.</summary>
internal sealed class PostgresProvider : IWarehouseProvider
{
    /// <summary>A megabyte, of which the system gives what its administrator allows.</summary>
    internal const int LocalSendBuffer = 1024 * 1024;

    private readonly PostgresOptions _options;
    private readonly NpgsqlDataSource _source;
    private readonly PostgresConnections _connections;

    public PostgresProvider(PostgresOptions options)
    {
        if (!options.HasKnownParallelCopies)
            throw new ArgumentOutOfRangeException(nameof(options), options.ParallelCopies, FormattableString.Invariant($"PostgresOptions.ParallelCopies must be at least 1 and at most {PostgresOptions.MostParallelCopies}."));
        if (!options.HasKnownWorkMemory)
            throw new ArgumentOutOfRangeException(nameof(options), options.WorkMemory, FormattableString.Invariant($"PostgresOptions.WorkMemory must be at least 1 megabyte and at most {PostgresOptions.MostWorkMemory}."));
        if (!PostgresOptions.FitsPool(options.ParallelCopies, options.DataSource?.ConnectionString ?? options.ConnectionString))
            throw new ArgumentException(FormattableString.Invariant($"PostgresOptions.ParallelCopies is {options.ParallelCopies}, and the pool holds fewer than two connections more; raise the connection string's 'Maximum Pool Size' or lower ParallelCopies."), nameof(options));
        _options = options;
        _source = options.DataSource ?? NpgsqlDataSource.Create(LoadSettings(options.ConnectionString));
        _connections = new PostgresConnections(_source);
        var settings = new NpgsqlConnectionStringBuilder(_source.ConnectionString);
        Database = $"{settings.Database ?? settings.Username} on {settings.Host}";
    }

    public string SystemName => "postgresql";

    public string Database { get; }

    public ISqlDialect Dialect => PostgresDialect.Instance;

    public async Task<IWarehouseSession> OpenSessionAsync(CancellationToken cancellationToken)
    {
        try
        {
            NpgsqlConnection connection = await _connections.OpenAsync(cancellationToken).ConfigureAwait(false);
            if (Unsuitable(connection) is { } reason)
            {
                await connection.DisposeAsync().ConfigureAwait(false);
                throw new WarehouseException($"The PostgreSQL database {Database} cannot be used: {reason} Nothing was changed.") { SystemName = SystemName, Target = Database };
            }

            return new PostgresSession(connection, _options, _connections);
        }
        catch (DbException error)
        {
            throw new WarehouseException($"The PostgreSQL database {Database} cannot be opened: {Dialect.Explain(error)} Nothing was changed. Check host, port, database and credentials of the connection string, and that the server runs.", error)
            {
                SystemName = SystemName,
                Target = Database,
                IsTransient = error.IsTransient,
            };
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_options.DataSource is null)
            await _source.DisposeAsync().ConfigureAwait(false);
    }

    private static string? Unsuitable(NpgsqlConnection connection)
    {
        const int OldestVersion = 15;
        if (connection.PostgreSqlVersion.Major < OldestVersion)
            return FormattableString.Invariant($"it runs version {connection.PostgreSqlVersion.Major}, and loads need {OldestVersion} or later.");
        string? encoding = connection.PostgresParameters.GetValueOrDefault("server_encoding");
        return encoding is "UTF8" ? null : $"it is encoded in {encoding}, and texts need UTF8.";
    }

    /// <summary>The host's connection string with what loads need, as far as it does not say otherwise.</summary>
    internal static string LoadSettings(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString) { CommandTimeout = 0, Enlist = false };
        settings.ApplicationName ??= "Warehouse.Sdk";
        // The system widens what a TCP connection may have under way by itself, but never a local one's, which would have the sender woken several
        // times for every buffer of rows.
        if (settings is { SocketSendBufferSize: 0, Host: ['/' or '@', ..] })
            settings.SocketSendBufferSize = LocalSendBuffer;
        return settings.ConnectionString;
    }
}
