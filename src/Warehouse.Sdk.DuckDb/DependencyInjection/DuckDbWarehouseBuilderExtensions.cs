using Microsoft.Extensions.Options;
using Warehouse.Sdk;
using Warehouse.Sdk.DuckDb;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers DuckDB as the engine of a warehouse.</summary>
public static class DuckDbWarehouseBuilderExtensions
{
    /// <summary>Keeps the warehouse in a DuckDB file. It is opened by the first call that needs it.</summary>
    /// <param name="builder">The warehouse.</param>
    /// <param name="connectionString">A connection string such as <c>Data Source=dvd.duckdb</c>, or just the file.</param>
    public static IWarehouseBuilder UseDuckDb(this IWarehouseBuilder builder, string connectionString)
        => UseDuckDb(builder, options => options.ConnectionString = connectionString);

    /// <summary>Keeps the warehouse in a DuckDB file. It is opened by the first call that needs it.</summary>
    /// <param name="builder">The warehouse.</param>
    /// <param name="configure">Sets the connection string and more; validated when the host starts.</param>
    public static IWarehouseBuilder UseDuckDb(this IWarehouseBuilder builder, Action<DuckDbOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        builder.Services.AddOptions<DuckDbOptions>(builder.Name)
            .Configure(configure)
            .Validate(options => !string.IsNullOrWhiteSpace(options.ConnectionString), $"{Which(builder)}: DuckDbOptions.ConnectionString is empty; give a file or 'Data Source=...'.")
            .Validate(options => options.LockTimeout > TimeSpan.Zero, $"{Which(builder)}: DuckDbOptions.LockTimeout must be more than zero.")
            .ValidateOnStart();
        return builder.Configure(registration => registration.Provider =
            services => new DuckDbProvider(services.GetRequiredService<IOptionsMonitor<DuckDbOptions>>().Get(builder.Name)));
    }

    private static string Which(IWarehouseBuilder builder) => builder.Name.Length == 0 ? "The warehouse" : $"The warehouse '{builder.Name}'";
}
