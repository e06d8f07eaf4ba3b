using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Warehouse.Sdk.Conformance;
using Warehouse.Sdk.Postgres.Testing;
using Warehouse.Sdk.Providers;

namespace Warehouse.Sdk.Postgres.Tests;

/// <summary>A database per call, on the server of the process; they go with the store.</summary>
public sealed class PostgresTestStore : WarehouseTestStore
{
    private readonly ConcurrentBag<string> _databases = [];
    private readonly string _folder = Directory.CreateTempSubdirectory("warehouse-sdk-").FullName;

    public override bool HoldsNumericNaN => true;

    public override bool EnforcesKeys => true;

    public override async Task<string> CreateDatabaseAsync()
    {
        PostgresServer server = await PostgresServer.SharedAsync();
        string database = await server.CreateDatabaseAsync();
        _databases.Add(database);
        return database;
    }

    public override IWarehouse Open(string database, DimensionalModel model, TimeProvider? time = null)
        => new WarehouseClient(OpenProvider(database), model, new LocalStageClient(Path.Combine(_folder, "stage")), time: time);

    /// <summary>A warehouse whose loads stage by several connections.</summary>
    internal IWarehouse OpenParallel(string database, DimensionalModel model, int copies = 2, TimeProvider? time = null)
        => new WarehouseClient(new PostgresProvider(new PostgresOptions { ConnectionString = database, ParallelCopies = copies, LockTimeout = TimeSpan.FromSeconds(5) }), model, new LocalStageClient(Path.Combine(_folder, "stage")), time: time);

    public override IWarehouseProvider OpenProvider(string database, TimeSpan? lockTimeout = null)
        => new PostgresProvider(new PostgresOptions { ConnectionString = database, LockTimeout = lockTimeout ?? TimeSpan.FromSeconds(5) });

    public override IWarehouseBuilder UseEngine(IWarehouseBuilder builder, string database) => builder.UsePostgres(database);

    public override async ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        if (!_databases.IsEmpty)
            await (await PostgresServer.SharedAsync()).DropDatabasesAsync(_databases);
        await base.DisposeAsync();
    }
}
