using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Warehouse.Sdk;
using Warehouse.Sdk.S3;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers stages on Amazon S3 and S3-compatible stores.</summary>
public static class S3WarehouseBuilderExtensions
{
    /// <summary>Lets the warehouse's files wait in a bucket. It is reached by the first call that needs it.</summary>
    /// <param name="builder">The warehouse.</param>
    /// <param name="configure">Sets the bucket and more; validated when the host starts.</param>
    public static IWarehouseBuilder UseS3Stage(this IWarehouseBuilder builder, Action<S3StageOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        AddOptions(builder.Services, builder.Name, configure);
        return builder.UseStage(services => Create(services, builder.Name));
    }

    /// <summary>Registers a stage without a warehouse, as <see cref="IStageClient"/>.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configure">Sets the bucket and more; validated when the host starts.</param>
    public static IServiceCollection AddS3Stage(this IServiceCollection services, Action<S3StageOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        AddOptions(services, Options.Options.DefaultName, configure);
        services.TryAddSingleton<IStageClient>(provider => Create(provider, Options.Options.DefaultName));
        return services;
    }

    /// <summary>Registers a named stage without a warehouse; take it as <c>[FromKeyedServices("name")] IStageClient</c>. Any number stand side by side.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="name">The name.</param>
    /// <param name="configure">Sets the bucket and more; validated when the host starts.</param>
    public static IServiceCollection AddS3Stage(this IServiceCollection services, string name, Action<S3StageOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        AddOptions(services, name, configure);
        services.TryAddKeyedSingleton<IStageClient>(name, (provider, _) => Create(provider, name));
        return services;
    }

    private static void AddOptions(IServiceCollection services, string name, Action<S3StageOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        services.AddOptions<S3StageOptions>(name).Configure(configure).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<S3StageOptions>, S3StageOptionsValidator>());
    }

    private static S3StageClient Create(IServiceProvider services, string name)
        => new(services.GetRequiredService<IOptionsMonitor<S3StageOptions>>().Get(name), services.GetService<ILoggerFactory>()?.CreateLogger("Warehouse.Sdk.S3"));
}
