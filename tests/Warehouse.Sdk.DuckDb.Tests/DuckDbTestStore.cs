using Microsoft.Extensions.DependencyInjection;
using Warehouse.Sdk.Conformance;
using Warehouse.Sdk.Providers;

namespace Warehouse.Sdk.DuckDb.Tests;

/// <summary>A DuckDB file per database, in a folder that goes with the store.</summary>
public sealed class DuckDbTestStore : WarehouseTestStore
{
    private readonly string _folder = Directory.CreateTempSubdirectory("warehouse-sdk-").FullName;
    private int _databases;

    public override bool HoldsNumericNaN => false;

    public override bool EnforcesKeys => false;

    public override Task<string> CreateDatabaseAsync()
        => Task.FromResult(Path.Combine(_folder, FormattableString.Invariant($"{Interlocked.Increment(ref _databases)}.duckdb")));

    public override IWarehouse Open(string database, DimensionalModel model, TimeProvider? time = null)
        => new WarehouseClient(
            new DuckDbProvider(new DuckDbOptions { ConnectionString = database, LockTimeout = TimeSpan.FromSeconds(5) }),
            model,
            new LocalStageClient(Path.Combine(_folder, "stage")),
            time: time);

    public override IWarehouseProvider OpenProvider(string database, TimeSpan? lockTimeout = null)
        => new DuckDbProvider(new DuckDbOptions { ConnectionString = database, LockTimeout = lockTimeout ?? TimeSpan.FromSeconds(5) });

    public override IWarehouseBuilder UseEngine(IWarehouseBuilder builder, string database) => builder.UseDuckDb(database);

    public override ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return base.DisposeAsync();
    }
}
