using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Warehouse.Sdk.Conformance;
using Warehouse.Sdk.Providers;

namespace Warehouse.Sdk.S3.Tests;

/// <summary>A DuckDB file per database, in a folder that goes with the store; all of them share a stage in a bucket.</summary>
public sealed class S3TestStore : WarehouseTestStore
{
    private readonly ScratchFolder _folder = new();
    private S3Place? _place;
    private int _databases;

    public override bool HoldsNumericNaN => false;

    public override bool EnforcesKeys => false;

    public override async ValueTask InitializeAsync() => _place = await S3Place.CreateAsync();

    public override Task<string> CreateDatabaseAsync() => Task.FromResult(_folder.Of(FormattableString.Invariant($"{Interlocked.Increment(ref _databases)}.duckdb")));

    public override IWarehouse Open(string database, DimensionalModel model, TimeProvider? time = null) => new WarehouseClient(OpenProvider(database), model, _place!.Open(), time: time);

    public override IWarehouseProvider OpenProvider(string database, TimeSpan? lockTimeout = null)
    {
        var engine = new Engine(new ServiceCollection());
        engine.UseDuckDb(options =>
        {
            options.ConnectionString = database;
            options.LockTimeout = lockTimeout ?? TimeSpan.FromSeconds(5);
        });
        using ServiceProvider services = engine.Services.BuildServiceProvider();
        return services.GetRequiredService<IOptions<WarehouseRegistration>>().Value.Provider!(services);
    }

    public override IWarehouseBuilder UseEngine(IWarehouseBuilder builder, string database) => builder.UseDuckDb(database);

    public override async ValueTask DisposeAsync()
    {
        if (_place is not null)
            await _place.DisposeAsync();
        _folder.Dispose();
        await base.DisposeAsync();
    }

    private sealed record Engine(IServiceCollection Services) : IWarehouseBuilder
    {
        public string Name => string.Empty;
    }
}
