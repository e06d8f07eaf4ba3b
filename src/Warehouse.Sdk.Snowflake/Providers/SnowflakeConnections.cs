using System.Collections.Concurrent;
using System.Data.Common;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace Warehouse.Sdk.Snowflake;

/// <summary>Opens sessions, sets them up, and keeps one that is idle: logging in takes longer than most statements.</summary>
internal sealed class SnowflakeConnections(DbProviderFactory factory, SnowflakeOptions options, bool makesWorkSchema = true) : IAsyncDisposable
{
    private readonly ConcurrentBag<DbConnection> _idle = [];
    private readonly SemaphoreSlim _preparing = new(1);
    private readonly string _connectionString = LoadSettings(options.ConnectionString);
    private ConditionalWeakTable<DbConnection, SnowflakeWorkTables> _tables = [];
    private bool _isPrepared = !makesWorkSchema;
    private int _idleCount;

    public async Task<DbConnection> OpenAsync(CancellationToken cancellationToken)
    {
        if (_idle.TryTake(out DbConnection? idle))
        {
            Interlocked.Decrement(ref _idleCount);
            return idle;
        }

        DbConnection connection = factory.CreateConnection() ?? throw new WarehouseException("The factory gives no connection.") { SystemName = SnowflakeProvider.Name };
        connection.ConnectionString = _connectionString;
        try
        {
            await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
            await RunAsync(connection, Settings(), cancellationToken).ConfigureAwait(false);
            await PrepareAsync(connection, cancellationToken).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The private tables that a session has by now.</summary>
    public SnowflakeWorkTables TablesOf(DbConnection connection) => _tables.GetValue(connection, _ => new SnowflakeWorkTables());

    /// <summary>A table of the model has changed, and private ones that were made after it would lag behind.</summary>
    public void ForgetTables() => _tables = [];

    /// <summary>Takes a session back for the next one.</summary>
    /// <param name="connection">Without a transaction.</param>
    /// <param name="isSound">Nothing failed on it.</param>
    public async ValueTask ReturnAsync(DbConnection connection, bool isSound)
    {
        const int MostIdle = 2;
        if (isSound && connection.State == System.Data.ConnectionState.Open && Interlocked.Increment(ref _idleCount) <= MostIdle)
        {
            _idle.Add(connection);
            return;
        }

        if (isSound)
            Interlocked.Decrement(ref _idleCount);
        await connection.DisposeAsync().ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        while (_idle.TryTake(out DbConnection? connection))
            await connection.DisposeAsync().ConfigureAwait(false);
        _preparing.Dispose();
    }

    // What an account or a user has set must not change what a load means.
    private string Settings()
    {
        long lockTimeout = Math.Max(1, (long)Math.Ceiling(options.LockTimeout.TotalSeconds));
        return string.Create(CultureInfo.InvariantCulture, $$"""
            ALTER SESSION SET
                QUERY_TAG = {{SnowflakeSql.Literal(SnowflakeQueryTag.Of(options.Pipeline))}}
                TIMEZONE = 'UTC'
                TIMESTAMP_TYPE_MAPPING = 'TIMESTAMP_NTZ'
                QUOTED_IDENTIFIERS_IGNORE_CASE = FALSE
                ERROR_ON_NONDETERMINISTIC_MERGE = TRUE
                ERROR_ON_NONDETERMINISTIC_UPDATE = TRUE
                LOCK_TIMEOUT = {{lockTimeout}}
                DATE_INPUT_FORMAT = 'YYYY-MM-DD'
                DATE_OUTPUT_FORMAT = 'YYYY-MM-DD'
                TIMESTAMP_NTZ_OUTPUT_FORMAT = 'YYYY-MM-DD HH24:MI:SS.FF6'
                BINARY_INPUT_FORMAT = 'HEX'
            """);
    }

    private async Task PrepareAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        await _preparing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_isPrepared)
                return;
            await RunAsync(connection, SnowflakeSql.Rules.Sql($"CREATE SCHEMA IF NOT EXISTS {SnowflakeSql.WorkSchema}").ToString(), cancellationToken).ConfigureAwait(false);
            _isPrepared = true;
        }
        finally
        {
            _preparing.Release();
        }
    }

    public static async Task RunAsync(DbConnection connection, string text, CancellationToken cancellationToken)
    {
        DbCommand command = connection.CreateCommand();
        await using (command.ConfigureAwait(false))
        {
            command.CommandText = text;
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private static string LoadSettings(string connectionString)
    {
        var settings = new DbConnectionStringBuilder { ConnectionString = connectionString };
        settings["poolingEnabled"] = "false";
        if (!settings.ContainsKey("client_session_keep_alive"))
            settings["client_session_keep_alive"] = "true";
        return settings.ConnectionString;
    }
}
