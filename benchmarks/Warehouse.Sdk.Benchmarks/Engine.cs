using System.Data;
using Dapper;
using Warehouse.Sdk.DuckDb;
using Warehouse.Sdk.Postgres;
using Warehouse.Sdk.Postgres.Testing;
using Warehouse.Sdk.Providers;

namespace Warehouse.Sdk.Benchmarks;

/// <summary>An empty database of its own and a folder for files, which go with it.</summary>
internal sealed class Engine : IAsyncDisposable
{
    private readonly PrivateCluster? _cluster;

    private Engine(string folder, string connectionString, PrivateCluster? cluster)
    {
        (Folder, ConnectionString, _cluster) = (folder, connectionString, cluster);
        Provider = cluster is null
            ? new DuckDbProvider(new DuckDbOptions { ConnectionString = connectionString })
            : new PostgresProvider(new PostgresOptions { ConnectionString = connectionString });
    }

    public IWarehouseProvider Provider { get; }

    public string ConnectionString { get; }

    public string Folder { get; }

    /// <summary>With its version.</summary>
    public string Name { get; private set; } = string.Empty;

    public bool IsDuckDb => _cluster is null;

    public static Task<Engine> PostgresAsync()
    {
        PrivateCluster cluster = PrivateCluster.Start();
        return OpenAsync(new Engine(NewFolder(), cluster.ConnectionString, cluster));
    }

    /// <param name="settings">Of the connection string, such as <c>memory_limit=500MB</c>.</param>
    public static Task<Engine> DuckDbAsync(string settings = "")
    {
        string folder = NewFolder();
        return OpenAsync(new Engine(folder, $"Data Source={Path.Combine(folder, "benchmark.duckdb")};{settings}", cluster: null));
    }

    /// <summary>Sets something up on it; when that fails, nothing of it stays.</summary>
    public async Task<T> WithAsync<T>(Func<T> make, Func<T, Task> begin)
    {
        try
        {
            T made = make();
            await begin(made);
            return made;
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    public async Task ExecuteAsync(string sql, object? parameters = null)
    {
        await using IWarehouseSession session = await Provider.OpenSessionAsync(CancellationToken.None);
        // Dapper takes a single word, such as ANALYZE, for the name of a procedure otherwise.
        await session.Connection.ExecuteAsync(sql, parameters, commandTimeout: 0, commandType: CommandType.Text);
    }

    public async Task<T> QueryAsync<T>(string sql)
    {
        await using IWarehouseSession session = await Provider.OpenSessionAsync(CancellationToken.None);
        return await session.Connection.QuerySingleAsync<T>(sql, commandTimeout: 0);
    }

    /// <summary>One text for all rows, in whatever order they come.</summary>
    /// <param name="values">What counts of a row, as an expression.</param>
    public string DigestOf(string values) => IsDuckDb ? $"CAST(sum(hash({values})) AS VARCHAR)" : $"CAST(sum(hashtextextended({values}, 0)) AS text)";

    public async ValueTask DisposeAsync()
    {
        await Provider.DisposeAsync();
        _cluster?.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private static Task<Engine> OpenAsync(Engine engine) => engine.WithAsync(() => engine, async opened => opened.Name = opened.IsDuckDb
        ? $"DuckDB {await opened.QueryAsync<string>("SELECT version()")}"
        : $"PostgreSQL {(await opened.QueryAsync<string>("SHOW server_version")).Split(' ')[0]}");

    private static string NewFolder() => Directory.CreateTempSubdirectory("warehouse-sdk-benchmark-").FullName;
}
