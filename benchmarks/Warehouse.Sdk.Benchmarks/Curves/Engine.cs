using Warehouse.Sdk.DuckDb;
using Warehouse.Sdk.Postgres;
using Warehouse.Sdk.Postgres.Testing;
using Warehouse.Sdk.Providers;

namespace Warehouse.Sdk.Benchmarks.Curves;

/// <summary>An empty database of its own.</summary>
/// <param name="Provider">Of the database.</param>
/// <param name="CleanUp">Removes it, once the provider is disposed.</param>
internal sealed record Engine(IWarehouseProvider Provider, Action CleanUp)
{
    public static Engine Postgres()
    {
        PrivateCluster cluster = PrivateCluster.Start();
        return new Engine(new PostgresProvider(new PostgresOptions { ConnectionString = cluster.ConnectionString }), cluster.Dispose);
    }

    public static Engine DuckDb()
    {
        string folder = Directory.CreateTempSubdirectory("warehouse-sdk-curve-").FullName;
        return new Engine(new DuckDbProvider(new DuckDbOptions { ConnectionString = Path.Combine(folder, "curve.duckdb") }), () => Directory.Delete(folder, recursive: true));
    }
}
