using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Warehouse.Sdk;
using Warehouse.Sdk.Providers;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers warehouses with a host.</summary>
public static class WarehouseServiceCollectionExtensions
{
    /// <summary>Registers the default warehouse as <see cref="IWarehouse"/>, with its layers as services of their own.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configure">Names engine, stage and model. What is missing is told when the host starts.</param>
    public static IServiceCollection AddWarehouse(this IServiceCollection services, Action<IWarehouseBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        Add(services, Options.Options.DefaultName, configure);
        services.TryAddSingleton<IWarehouse>(provider => Create(provider, Options.Options.DefaultName));
        services.TryAddSingleton(provider => provider.GetRequiredService<IWarehouse>().Stage);
        services.TryAddSingleton(provider => provider.GetRequiredService<IWarehouse>().Loader);
        services.TryAddSingleton(provider => provider.GetRequiredService<IWarehouse>().Scd);
        services.TryAddSingleton(provider => provider.GetRequiredService<IWarehouse>().Incremental);
        return services;
    }

    /// <summary>Registers a named warehouse; take it as <c>[FromKeyedServices("name")] IWarehouse</c>. Any number stand side by side.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="name">The name.</param>
    /// <param name="configure">Names engine, stage and model. What is missing is told when the host starts.</param>
    public static IServiceCollection AddWarehouse(this IServiceCollection services, string name, Action<IWarehouseBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(configure);
        Add(services, name, configure);
        services.TryAddKeyedSingleton<IWarehouse>(name, (provider, _) => Create(provider, name));
        services.TryAddKeyedSingleton(name, (provider, _) => provider.GetRequiredKeyedService<IWarehouse>(name).Stage);
        services.TryAddKeyedSingleton(name, (provider, _) => provider.GetRequiredKeyedService<IWarehouse>(name).Loader);
        services.TryAddKeyedSingleton(name, (provider, _) => provider.GetRequiredKeyedService<IWarehouse>(name).Scd);
        services.TryAddKeyedSingleton(name, (provider, _) => provider.GetRequiredKeyedService<IWarehouse>(name).Incremental);
        return services;
    }

    /// <summary>Gives the warehouse its model. The definition itself can be injected too, to reach the tables it keeps as properties.</summary>
    /// <param name="builder">The warehouse.</param>
    /// <typeparam name="TModel">The model's class.</typeparam>
    public static IWarehouseBuilder AddModel<TModel>(this IWarehouseBuilder builder)
        where TModel : class, IDimensionalModelDefinition
    {
        ArgumentNullException.ThrowIfNull(builder);
        // A definition keeps its tables, so it is built once, however many ask, and nobody gets it before it is built.
        builder.Services.TryAddSingleton(provider => new BuiltModel<TModel>(ActivatorUtilities.CreateInstance<TModel>(provider)));
        builder.Services.TryAddSingleton(provider => provider.GetRequiredService<BuiltModel<TModel>>().Definition);
        return builder.Configure(registration => registration.Model = provider => provider.GetRequiredService<BuiltModel<TModel>>().Model);
    }

    /// <summary>Gives the warehouse its model.</summary>
    /// <param name="builder">The warehouse.</param>
    /// <param name="model">The model.</param>
    public static IWarehouseBuilder AddModel(this IWarehouseBuilder builder, DimensionalModel model)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(model);
        return builder.Configure(registration => registration.Model = _ => model);
    }

    /// <summary>Lets files wait in a folder of this machine. The default stage.</summary>
    /// <param name="builder">The warehouse.</param>
    /// <param name="configure">Changes its settings.</param>
    public static IWarehouseBuilder UseLocalStage(this IWarehouseBuilder builder, Action<LocalStageOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var options = new LocalStageOptions();
        configure?.Invoke(options);
        return builder.Configure(registration => registration.Stage = _ => new LocalStageClient(options.Folder));
    }

    /// <summary>Lets files wait on a stage of the host's own making.</summary>
    /// <param name="builder">The warehouse.</param>
    /// <param name="stage">Makes the stage.</param>
    public static IWarehouseBuilder UseStage(this IWarehouseBuilder builder, Func<IServiceProvider, IStageClient> stage)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(stage);
        return builder.Configure(registration => registration.Stage = stage);
    }

    /// <summary>Changes what a registered warehouse is made of: for provider packages.</summary>
    /// <param name="builder">The warehouse.</param>
    /// <param name="change">The change.</param>
    public static IWarehouseBuilder Configure(this IWarehouseBuilder builder, Action<WarehouseRegistration> change)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.Configure(builder.Name, change);
        return builder;
    }

    private static void Add(IServiceCollection services, string name, Action<IWarehouseBuilder> configure)
    {
        services.AddOptions<WarehouseRegistration>(name).ValidateOnStart();
        services.AddSingleton<IValidateOptions<WarehouseRegistration>>(provider => new WarehouseRegistrationValidator(name, provider));
        configure(new WarehouseBuilder(name, services));
    }

    private static WarehouseClient Create(IServiceProvider services, string name)
    {
        WarehouseRegistration registration = services.GetRequiredService<IOptionsMonitor<WarehouseRegistration>>().Get(name);
        return new WarehouseClient(
            registration.Provider!(services),
            registration.Model!(services),
            registration.Stage?.Invoke(services),
            name,
            services.GetService<TimeProvider>(),
            (services.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance).CreateLogger("Warehouse.Sdk"));
    }

    private sealed class BuiltModel<TModel>(TModel definition)
        where TModel : class, IDimensionalModelDefinition
    {
        public TModel Definition { get; } = definition;

        public DimensionalModel Model { get; } = DimensionalModel.Create(definition);
    }
}
