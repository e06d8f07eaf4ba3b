using DvdStore.Loading;
using DvdStore.Model;

namespace DvdStore.Tests;

/// <summary>A store loaded into a database of its own.</summary>
internal sealed class LoadedStore : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("dvdstore-").FullName;
    private readonly IStoreEngine _engine;
    private readonly List<LoadReport> _reports = [];
    private IWarehouse? _warehouse;

    private LoadedStore(IStoreEngine engine) => _engine = engine;

    public IWarehouse Warehouse => _warehouse!;

    public DvdStoreModel Model { get; private set; } = null!;

    public IReadOnlyList<LoadReport> Reports => _reports;

    public static async Task<LoadedStore> LoadAsync<TEngine>(params Delivery[] deliveries)
        where TEngine : IStoreEngine, new()
    {
        var store = new LoadedStore(new TEngine());
        try
        {
            await store.OpenAsync(deliveries);
            await store.AddAsync(deliveries);
            return store;
        }
        catch
        {
            await store.DisposeAsync();
            throw;
        }
    }

    /// <summary>Loads further deliveries, or the same again; returns what these loads did.</summary>
    public async Task<IReadOnlyList<LoadReport>> AddAsync(params Delivery[] deliveries)
    {
        int before = _reports.Count;
        var pipeline = new StorePipeline(Warehouse, Model, _reports.Add);
        foreach (Delivery delivery in deliveries)
            await pipeline.RunAsync(delivery, CancellationToken.None);
        _reports.Should().OnlyContain(report => report.Outcome == LoadOutcome.AlreadyLoaded || report.Counts.IsConserved);
        VerifyReport verified = await Warehouse.VerifyAsync();
        verified.IsSound.Should().BeTrue("no delivery leaves anything behind that breaks a rule, but there is: {0}", verified);
        return _reports[before..];
    }

    public async Task<T> ValueAsync<T>(string sql) => (await Warehouse.QueryAsync<T>(sql))[0];

    public async ValueTask DisposeAsync()
    {
        if (_warehouse is not null)
            await _warehouse.DisposeAsync();
        await _engine.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task OpenAsync(Delivery[] deliveries)
    {
        var (from, to) = DateRange.Of(deliveries);
        Model = new DvdStoreModel(from, to);
        _warehouse = await _engine.OpenAsync(DimensionalModel.Create(Model), _folder);
    }
}
