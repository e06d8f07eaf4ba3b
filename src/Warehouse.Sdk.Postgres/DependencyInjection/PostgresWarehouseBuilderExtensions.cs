using Microsoft.Extensions.Options;
using Npgsql;
using Warehouse.Sdk;
using Warehouse.Sdk.Postgres;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers PostgreSQL as the engine of a warehouse.</summary>
public static class PostgresWarehouseBuilderExtensions
{
    private static readonly TimeSpan LongestLockTimeout = TimeSpan.FromDays(24);

    /// <summary>Keeps the warehouse in a PostgreSQL database. It is reached by the first call that needs it.</summary>
    /// <param name="builder">The warehouse.</param>
    /// <param name="connectionString">The connection string.</param>
    public static IWarehouseBuilder UsePostgres(this IWarehouseBuilder builder, string connectionString)
        => UsePostgres(builder, options => options.ConnectionString = connectionString);

    /// <summary>Keeps the warehouse in the database of the host's own data source.</summary>
    /// <param name="builder">The warehouse.</param>
    /// <param name="dataSource">The data source; the host keeps and disposes it.</param>
    /// <param name="configure">Changes further settings; validated when the host starts.</param>
    public static IWarehouseBuilder UsePostgres(this IWarehouseBuilder builder, NpgsqlDataSource dataSource, Action<PostgresOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(dataSource);
        return UsePostgres(builder, options =>
        {
            options.DataSource = dataSource;
            configure?.Invoke(options);
        });
    }

    /// <summary>Keeps the warehouse in a PostgreSQL database. It is reached by the first call that needs it.</summary>
    /// <param name="builder">The warehouse.</param>
    /// <param name="configure">Sets the connection string and more; validated when the host starts.</param>
    public static IWarehouseBuilder UsePostgres(this IWarehouseBuilder builder, Action<PostgresOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        builder.Services.AddOptions<PostgresOptions>(builder.Name)
            .Configure(configure)
            .Validate(
                options => options.DataSource is not null || IsConnectionString(options.ConnectionString),
                $"{Which(builder)}: PostgresOptions.ConnectionString is empty or no connection string; give one such as 'Host=db;Database=warehouse;Username=loader', or a DataSource.")
            .Validate(
                options => options.LockTimeout >= TimeSpan.FromMilliseconds(1) && options.LockTimeout <= LongestLockTimeout,
                $"{Which(builder)}: PostgresOptions.LockTimeout must be at least a millisecond and at most 24 days.")
            .Validate(
                options => options.HasKnownParallelCopies,
                FormattableString.Invariant($"{Which(builder)}: PostgresOptions.ParallelCopies must be at least 1 and at most {PostgresOptions.MostParallelCopies}."))
            .Validate(
                options => options.HasKnownWorkMemory,
                FormattableString.Invariant($"{Which(builder)}: PostgresOptions.WorkMemory must be at least 1 megabyte and at most {PostgresOptions.MostWorkMemory}."))
            .Validate(
                FitsPool,
                $"{Which(builder)}: PostgresOptions.ParallelCopies must be two less than the connection string's 'Maximum Pool Size', or smaller; raise that or lower ParallelCopies.")
            .ValidateOnStart();
        return builder.Configure(registration => registration.Provider =
            services => new PostgresProvider(services.GetRequiredService<IOptionsMonitor<PostgresOptions>>().Get(builder.Name)));
    }

    // A connection string that is none has its own message.
    private static bool FitsPool(PostgresOptions options)
        => options.DataSource is { } source
            ? PostgresOptions.FitsPool(options.ParallelCopies, source.ConnectionString)
            : !IsConnectionString(options.ConnectionString) || PostgresOptions.FitsPool(options.ParallelCopies, options.ConnectionString);

    private static bool IsConnectionString(string text)
    {
        try
        {
            return new NpgsqlConnectionStringBuilder(text).Count > 0;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static string Which(IWarehouseBuilder builder) => builder.Name.Length == 0 ? "The warehouse" : $"The warehouse '{builder.Name}'";
}
