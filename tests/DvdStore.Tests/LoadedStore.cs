using DvdStore.Loading;
using DvdStore.Model;
using Warehouse.Sdk.DuckDb;

namespace DvdStore.Tests;

/// <summary>A store loaded into a file of its own.</summary>
internal sealed class LoadedStore : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("dvdstore-").FullName;
    private readonly List<LoadReport> _reports = [];

    public IWarehouse Warehouse { get; private set; } = null!;

    public DvdStoreModel Model { get; private set; } = null!;

    public IReadOnlyList<LoadReport> Reports => _reports;

    public static async Task<LoadedStore> LoadAsync(params Delivery[] deliveries)
    {
        var store = new LoadedStore();
        await store.OpenAsync(deliveries);
        await store.AddAsync(deliveries);
        return store;
    }

    public async Task OpenAsync(params Delivery[] deliveries)
    {
        var (from, to) = DateRange.Of(deliveries);
        Model = new DvdStoreModel(from, to);
        Warehouse = await DuckDbWarehouse.OpenAsync(Path.Combine(_folder, "store.duckdb"), DimensionalModel.Create(Model), stageFolder: Path.Combine(_folder, "stage"));
    }

    /// <summary>Loads further deliveries, or the same again; returns what these loads did.</summary>
    public async Task<IReadOnlyList<LoadReport>> AddAsync(params Delivery[] deliveries)
    {
        int before = _reports.Count;
        var pipeline = new StorePipeline(Warehouse, Model, _reports.Add);
        foreach (Delivery delivery in deliveries)
            await pipeline.RunAsync(delivery, CancellationToken.None);
        _reports.Should().OnlyContain(report => report.Outcome == LoadOutcome.AlreadyLoaded || report.Counts.IsConserved);
        return _reports[before..];
    }

    public async Task<T> ValueAsync<T>(string sql) => (await Warehouse.QueryAsync<T>(sql))[0];

    public async ValueTask DisposeAsync()
    {
        await Warehouse.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
