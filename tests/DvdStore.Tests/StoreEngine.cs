using Warehouse.Sdk.DuckDb;
using Warehouse.Sdk.Postgres;
using Warehouse.Sdk.Postgres.Testing;
using Warehouse.Sdk.Snowflake;
using Warehouse.Sdk.Snowflake.Emulator;

namespace DvdStore.Tests;

/// <summary>An engine that the store's tests run on, with a database that goes with it.</summary>
public interface IStoreEngine : IAsyncDisposable
{
    /// <summary>Days of a generated store: enough for everything that is injected, and no more than the engine loads in a minute.</summary>
    static abstract int GeneratedDays { get; }

    Task<IWarehouse> OpenAsync(DimensionalModel model, string folder);
}

public sealed class DuckDbEngine : IStoreEngine
{
    public static int GeneratedDays => 30;

    public Task<IWarehouse> OpenAsync(DimensionalModel model, string folder)
        => DuckDbWarehouse.OpenAsync(Path.Combine(folder, "store.duckdb"), model, stageFolder: Path.Combine(folder, "stage"));

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

public sealed class PostgresEngine : IStoreEngine
{
    private PostgresServer? _server;
    private string? _database;

    public static int GeneratedDays => 15;

    public async Task<IWarehouse> OpenAsync(DimensionalModel model, string folder)
    {
        _server = await PostgresServer.SharedAsync();
        _database = await _server.CreateDatabaseAsync();
        return await PostgresWarehouse.OpenAsync(_database, model, stageFolder: Path.Combine(folder, "stage"));
    }

    public async ValueTask DisposeAsync()
    {
        if (_database is not null)
            await _server!.DropDatabasesAsync([_database]);
    }
}

public sealed class SnowflakeEngine : IStoreEngine
{
    public static int GeneratedDays => 10;

    public Task<IWarehouse> OpenAsync(DimensionalModel model, string folder)
        => SnowflakeWarehouse.OpenAsync($"account={Path.Combine(folder, "store.duckdb")};db=EMULATED", model, options => options.Factory = SnowflakeEmulatorFactory.Instance, stageFolder: Path.Combine(folder, "stage"));

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
