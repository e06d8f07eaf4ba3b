using System.Data.Common;
using DuckDB.NET.Data;
using Warehouse.Sdk.Providers;

namespace Warehouse.Sdk.DuckDb;

/// <summary>DuckDB as an engine. The file is opened with the first session and kept open until the provider is disposed.</summary>
internal sealed class DuckDbProvider : IWarehouseProvider
{
    private readonly SemaphoreSlim _opening = new(1);
    private readonly DuckDbTargetLocks _locks;
    private readonly string _connectionString;
    private readonly bool _isInMemory;
    private DuckDBConnection? _root;

    public DuckDbProvider(DuckDbOptions options)
    {
        string text = options.ConnectionString.Contains('=', StringComparison.Ordinal) ? options.ConnectionString : $"Data Source={options.ConnectionString}";
        var builder = new DbConnectionStringBuilder { ConnectionString = text };
        Database = builder.TryGetValue("Data Source", out object? source) || builder.TryGetValue("DataSource", out source) ? (string)source : string.Empty;
        _isInMemory = Database.StartsWith(":memory:", StringComparison.OrdinalIgnoreCase);
        // A missing extension must fail at once instead of waiting for the network.
        builder["autoinstall_known_extensions"] = "false";
        builder["autoload_known_extensions"] = "false";
        _connectionString = builder.ConnectionString;
        _locks = new DuckDbTargetLocks(options.LockTimeout);
    }

    public string SystemName => "duckdb";

    public string Database { get; }

    public ISqlDialect Dialect => DuckDbDialect.Instance;

    public async Task<IWarehouseSession> OpenSessionAsync(CancellationToken cancellationToken)
    {
        await _opening.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            _root ??= OpenRoot();
            return new DuckDbSession(Open(_isInMemory ? _root.Duplicate() : new DuckDBConnection(_connectionString)), _locks);
        }
        finally
        {
            _opening.Release();
        }
    }

    private DuckDBConnection OpenRoot()
    {
        DuckDBConnection root = Open(new DuckDBConnection(_connectionString));
        DuckDbCanonicalJson.EnsureRegistered(root);
        return root;
    }

    public async ValueTask DisposeAsync()
    {
        if (_root is not null)
            await _root.DisposeAsync().ConfigureAwait(false);
        _root = null;
        _opening.Dispose();
    }

    // DuckDB 1.5.6: over columns that are known to hold no NULL it may fail with an internal error where the first row of each group is taken.
    // The setting is one of the whole database, so what the host has disabled stays so.
    private static void DisableFailingOptimizer(DuckDBCommand command)
    {
        const string Failing = "top_n_window_elimination";
        command.CommandText = "SELECT current_setting('disabled_optimizers')";
        string[] disabled = [.. $"{command.ExecuteScalar()}".Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];
        if (disabled.Contains(Failing, StringComparer.OrdinalIgnoreCase))
            return;
        command.CommandText = $"SET disabled_optimizers = {DuckDbSql.Constant(string.Join(',', disabled.Append(Failing)))}";
        command.ExecuteNonQuery();
    }

    // DuckDB opens a data file, such as a CSV, as a view in a database in memory: everything loaded would be gone in the end.
    private void ExpectDatabase(DuckDBCommand command)
    {
        command.CommandText = "SELECT path IS NOT NULL FROM duckdb_databases() WHERE database_name = current_database()";
        if (_isInMemory || command.ExecuteScalar() is true)
            return;
        command.Connection!.Dispose();
        throw new WarehouseException($"The file '{Database}' is a data file and no DuckDB database. Nothing was changed. Name a file of its own for the warehouse; it is created when it is not there.")
        {
            SystemName = SystemName,
            Target = Database,
        };
    }

    private DuckDBConnection Open(DuckDBConnection connection)
    {
        try
        {
            if (connection.State != System.Data.ConnectionState.Open)
                connection.Open();
            using DuckDBCommand command = connection.CreateCommand();
            command.CommandText = "SET TimeZone = 'UTC'";
            command.ExecuteNonQuery();
            DisableFailingOptimizer(command);
            ExpectDatabase(command);
            return connection;
        }
        catch (DbException error)
        {
            connection.Dispose();
            string first = error.Message.Split('\n')[0].TrimEnd('.');
            if (error.Message.Contains("Could not set lock", StringComparison.Ordinal))
            {
                throw new WarehouseConcurrencyException($"The DuckDB file '{Database}' is held by another process ({first}). Nothing was changed. DuckDB lets one process write to a file: close the other one, or wait for it.", error)
                {
                    SystemName = SystemName,
                    Target = Database,
                };
            }

            throw new WarehouseException($"The DuckDB file '{Database}' cannot be opened for writing: {first}. Nothing was changed. Check that the folder exists, that it may be written to, and that the file is a DuckDB database.", error)
            {
                SystemName = SystemName,
                Target = Database,
            };
        }
    }
}
