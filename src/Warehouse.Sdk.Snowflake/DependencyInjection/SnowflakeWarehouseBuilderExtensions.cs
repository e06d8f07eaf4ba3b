using Microsoft.Extensions.Options;
using Warehouse.Sdk;
using Warehouse.Sdk.Snowflake;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers Snowflake as the engine of a warehouse.</summary>
public static class SnowflakeWarehouseBuilderExtensions
{
    /// <summary>Keeps the warehouse in a Snowflake database. It is reached by the first call that needs it, through the driver that the application references.</summary>
    /// <param name="builder">The warehouse.</param>
    /// <param name="connectionString">The driver's connection string.</param>
    public static IWarehouseBuilder UseSnowflake(this IWarehouseBuilder builder, string connectionString)
        => UseSnowflake(builder, options => options.ConnectionString = connectionString);

    /// <summary>Keeps the warehouse in a Snowflake database. It is reached by the first call that needs it.</summary>
    /// <param name="builder">The warehouse.</param>
    /// <param name="configure">Sets the connection string and more; validated when the host starts.</param>
    public static IWarehouseBuilder UseSnowflake(this IWarehouseBuilder builder, Action<SnowflakeOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        builder.Services.AddOptions<SnowflakeOptions>(builder.Name)
            .Configure(configure)
            .Validate(options => !string.IsNullOrWhiteSpace(options.ConnectionString), $"{Which(builder)}: SnowflakeOptions.ConnectionString is empty; give one such as 'account=...;user=...;db=...;warehouse=...'.")
            .Validate(options => options.LockTimeout > TimeSpan.Zero, $"{Which(builder)}: SnowflakeOptions.LockTimeout must be more than zero.")
            .Validate(options => options.Stage.StartsWith('@'), $"{Which(builder)}: SnowflakeOptions.Stage must begin with '@', such as '@~'.")
            .Validate(options => options.PartSize >= 1024, $"{Which(builder)}: SnowflakeOptions.PartSize must be at least 1,024 bytes.")
            .Validate(options => options.Pipeline.Length <= 500, $"{Which(builder)}: SnowflakeOptions.Pipeline must have at most 500 characters.")
            .Validate(options => options.UploadSessions is >= 1 and <= 16, $"{Which(builder)}: SnowflakeOptions.UploadSessions must be from 1 to 16.")
            .ValidateOnStart();
        return builder.Configure(registration => registration.Provider =
            services => new SnowflakeProvider(services.GetRequiredService<IOptionsMonitor<SnowflakeOptions>>().Get(builder.Name)));
    }

    /// <summary>Lets the warehouse's files wait on a stage of the account that <c>UseSnowflake</c> names. It is reached by the first call that needs it.</summary>
    /// <param name="builder">The warehouse.</param>
    /// <param name="stage">The user's, a table's or a named internal stage.</param>
    public static IWarehouseBuilder UseSnowflakeStage(this IWarehouseBuilder builder, SnowflakeStage stage)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(stage);
        // The host ends its sessions.
        builder.Services.AddKeyedSingleton(builder.Name, (services, _) => new SnowflakeStageClient(services.GetRequiredService<IOptionsMonitor<SnowflakeOptions>>().Get(builder.Name), stage));
        return builder.UseStage(services => services.GetRequiredKeyedService<SnowflakeStageClient>(builder.Name));
    }

    /// <summary>Lets the warehouse's files wait in a bucket that an external stage shows to Snowflake: they go up through the bucket's own client, and are loaded where they are.</summary>
    /// <param name="builder">The warehouse.</param>
    /// <param name="stage">The external stage, at whose folder the client's paths begin.</param>
    /// <param name="files">Makes the client of the bucket, such as an <c>S3StageClient</c>.</param>
    public static IWarehouseBuilder UseSnowflakeExternalStage(this IWarehouseBuilder builder, SnowflakeStage stage, Func<IServiceProvider, IStageClient> files)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(stage);
        ArgumentNullException.ThrowIfNull(files);
        return builder.UseStage(services => new SnowflakeExternalStageClient(files(services), stage));
    }

    private static string Which(IWarehouseBuilder builder) => builder.Name.Length == 0 ? "The warehouse" : $"The warehouse '{builder.Name}'";
}
