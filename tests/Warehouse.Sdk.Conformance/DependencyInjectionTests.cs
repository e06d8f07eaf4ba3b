using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Warehouse.Sdk.Conformance;

/// <summary>Hosts get warehouses, their layers and their tables by injection, and are told at start what is missing.</summary>
public abstract class DependencyInjectionTests<TStore>(TStore store) : IClassFixture<TStore>
    where TStore : WarehouseTestStore
{
    [Fact]
    public async Task The_default_warehouse_comes_with_its_layers_and_its_tables()
    {
        string database = await store.CreateDatabaseAsync();
        var time = new FakeTimeProvider(new DateTimeOffset(2024, 1, 2, 3, 4, 5, TimeSpan.Zero));
        using var folder = new ScratchFolder();
        await using ServiceProvider services = new ServiceCollection()
            .AddSingleton<TimeProvider>(time)
            .AddWarehouse(warehouse => store.UseEngine(warehouse, database).UseLocalStage(stage => stage.Folder = folder.Path).AddModel<ThingModel>())
            .BuildServiceProvider(validateScopes: true);

        // The definition is asked for first: its tables must be there.
        ThingModel things = services.GetRequiredService<ThingModel>();
        IWarehouse warehouse = services.GetRequiredService<IWarehouse>();
        await warehouse.DeployAsync();
        await services.GetRequiredService<IWarehouseLoader>().LoadAsync(things.Landing, Source.Rows<Thing>([new(1, "A")]));
        await services.GetRequiredService<IIncrementalLoader>().LoadAsync(things.Enterprise, Source.Landed(things.Landing));
        await services.GetRequiredService<IScdMerger>().MergeAsync(things.Dimension, Source.Landed(things.Landing));
        await services.GetRequiredService<IStageClient>().PutAsync("a.txt", new MemoryStream([1]));

        warehouse.Name.Should().BeEmpty();
        warehouse.Model.Name.Should().Be(nameof(ThingModel));
        warehouse.Stage.Should().BeSameAs(services.GetRequiredService<IStageClient>());
        File.Exists(folder.Of("a.txt")).Should().BeTrue();
        await warehouse.ExpectAsync("SELECT id, name, valid_from FROM business.dim_thing WHERE thing_key > 0", "id | name | valid_from\n1 | A | 2024-01-02 03:04:05");
    }

    [Fact]
    public async Task Two_warehouses_stand_side_by_side()
    {
        string sales = await store.CreateDatabaseAsync(), stock = await store.CreateDatabaseAsync();
        await using ServiceProvider services = new ServiceCollection()
            .AddWarehouse("sales", warehouse => store.UseEngine(warehouse, sales).AddModel<ThingModel>())
            .AddWarehouse("stock", warehouse => store.UseEngine(warehouse, stock).AddModel<ThingModel>())
            .BuildServiceProvider();

        ThingModel things = services.GetRequiredService<ThingModel>();
        IWarehouse first = services.GetRequiredKeyedService<IWarehouse>("sales"), second = services.GetRequiredKeyedService<IWarehouse>("stock");
        await first.DeployAsync();
        await second.DeployAsync();
        await services.GetRequiredKeyedService<IWarehouseLoader>("sales").LoadAsync(things.Landing, Source.Rows<Thing>([new(1, "A")]));

        (first.Name, second.Name).Should().Be(("sales", "stock"));
        await first.ExpectAsync("SELECT count(*) AS things FROM landing.thing", "things\n1");
        await second.ExpectAsync("SELECT count(*) AS things FROM landing.thing", "things\n0");
        services.GetService<IWarehouse>().Should().BeNull("no default was registered");
    }

    [Fact]
    public async Task What_is_missing_is_told_all_at_once_when_the_host_starts()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddWarehouse(_ => { });
        builder.Services.AddWarehouse("sales", warehouse => store.UseEngine(warehouse, string.Empty));
        builder.Services.AddWarehouse("broken", warehouse => store.UseEngine(warehouse, "somewhere").AddModel<BrokenModel>());
        using IHost host = builder.Build();

        Exception error = await Assert.ThrowsAnyAsync<Exception>(() => host.StartAsync());

        string[] failures = [.. (error is AggregateException many ? many.InnerExceptions : [error]).Cast<OptionsValidationException>().SelectMany(failure => failure.Failures)];
        failures.Should().Contain("The warehouse has no engine; add one, such as UseDuckDb(...).");
        failures.Should().Contain("The warehouse has no model; add one with AddModel<T>() or AddModel(model).");
        failures.Should().Contain("The warehouse 'sales' has no model; add one with AddModel<T>() or AddModel(model).");
        failures.Should().Contain(failure => failure.StartsWith("The warehouse 'sales': ", StringComparison.Ordinal) && failure.Contains("ConnectionString is empty", StringComparison.Ordinal));
        failures.Should().Contain(failure => failure.Contains("dim_broken: it has no natural key", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_complete_registration_starts_without_touching_the_database()
    {
        string database = await store.CreateDatabaseAsync();
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddWarehouse(warehouse => store.UseEngine(warehouse, database).AddModel(new Shop().Model));
        using IHost host = builder.Build();

        await host.StartAsync();
        await host.StopAsync();

        host.Services.GetRequiredService<IWarehouse>().Model.Name.Should().Be("shop");
    }

    [Fact]
    public async Task A_stage_of_the_hosts_own_making_is_used()
    {
        string database = await store.CreateDatabaseAsync();
        using var folder = new ScratchFolder();
        var stage = new LocalStageClient(folder.Path);
        await using ServiceProvider services = new ServiceCollection()
            .AddWarehouse(warehouse => store.UseEngine(warehouse, database).UseStage(_ => stage).AddModel<ThingModel>())
            .BuildServiceProvider();

        services.GetRequiredService<IStageClient>().Should().BeSameAs(stage);
    }

    [Fact]
    public async Task Disposing_the_services_closes_the_warehouse()
    {
        string database = await store.CreateDatabaseAsync();
        ServiceProvider services = new ServiceCollection()
            .AddWarehouse(warehouse => store.UseEngine(warehouse, database).AddModel<ThingModel>())
            .BuildServiceProvider();
        IWarehouse warehouse = services.GetRequiredService<IWarehouse>();
        await warehouse.DeployAsync();

        await services.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => warehouse.DeployAsync());
        await warehouse.DisposeAsync();
    }

    private sealed record Thing(int Id, string Name);

    private sealed class ThingModel : IDimensionalModelDefinition
    {
        public ZoneTable<Thing> Landing { get; private set; } = null!;

        public ZoneTable<Thing> Enterprise { get; private set; } = null!;

        public Dimension<Thing> Dimension { get; private set; } = null!;

        public void Define(DimensionalModelBuilder model)
        {
            Landing = model.Landing<Thing>("thing");
            Enterprise = model.Enterprise<Thing>("thing", table => table.Key(thing => thing.Id));
            Dimension = model.Dimension<Thing>("dim_thing", dimension => dimension.NaturalKey(thing => thing.Id).Type2(thing => thing.Name));
        }
    }

    private sealed class BrokenModel : IDimensionalModelDefinition
    {
        public void Define(DimensionalModelBuilder model) => model.Dimension<Thing>("dim_broken", dimension => dimension.Type1(thing => thing.Id, thing => thing.Name));
    }
}
