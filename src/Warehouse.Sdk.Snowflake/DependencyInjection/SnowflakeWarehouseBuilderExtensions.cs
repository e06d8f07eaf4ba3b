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
            .ValidateOnStart();
        return builder.Configure(registration => registration.Provider =
            services => new SnowflakeProvider(services.GetRequiredService<IOptionsMonitor<SnowflakeOptions>>().Get(builder.Name)));
    }

    private static string Which(IWarehouseBuilder builder) => builder.Name.Length == 0 ? "The warehouse" : $"The warehouse '{builder.Name}'";
}
