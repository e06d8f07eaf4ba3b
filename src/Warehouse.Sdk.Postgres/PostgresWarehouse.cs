using Microsoft.Extensions.Logging;
using Npgsql;
using Warehouse.Sdk.Providers;

namespace Warehouse.Sdk.Postgres;

/// <summary>Opens a warehouse in one line: for scripts, notebooks and tests. Applications register it with <c>AddWarehouse</c>.</summary>
public static class PostgresWarehouse
{
    /// <summary>Opens a warehouse in a database that is there and deploys its model.</summary>
    /// <param name="connectionString">The connection string.</param>
    /// <param name="model">The model.</param>
    /// <param name="configure">Changes further settings.</param>
    /// <param name="stageFolder">The folder in which files wait; by default <c>stage</c> in the current one.</param>
    /// <param name="time">The clock; by default the system's.</param>
    /// <param name="logger">Takes messages; by default none.</param>
    /// <param name="cancellationToken">Gives up; the database is then as it was.</param>
    /// <exception cref="WarehouseException">The database cannot be reached, or the model cannot be deployed to it.</exception>
    public static Task<IWarehouse> OpenAsync(
        string connectionString,
        DimensionalModel model,
        Action<PostgresOptions>? configure = null,
        string? stageFolder = null,
        TimeProvider? time = null,
        ILogger? logger = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(connectionString);
        return OpenAsync(new PostgresOptions { ConnectionString = connectionString }, model, configure, stageFolder, time, logger, cancellationToken);
    }

    /// <summary>Opens a warehouse over the host's own data source and deploys its model.</summary>
    /// <param name="dataSource">The data source; the caller keeps and disposes it.</param>
    /// <param name="model">The model.</param>
    /// <param name="configure">Changes further settings.</param>
    /// <param name="stageFolder">The folder in which files wait; by default <c>stage</c> in the current one.</param>
    /// <param name="time">The clock; by default the system's.</param>
    /// <param name="logger">Takes messages; by default none.</param>
    /// <param name="cancellationToken">Gives up; the database is then as it was.</param>
    /// <exception cref="WarehouseException">The database cannot be reached, or the model cannot be deployed to it.</exception>
    public static Task<IWarehouse> OpenAsync(
        NpgsqlDataSource dataSource,
        DimensionalModel model,
        Action<PostgresOptions>? configure = null,
        string? stageFolder = null,
        TimeProvider? time = null,
        ILogger? logger = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(dataSource);
        return OpenAsync(new PostgresOptions { DataSource = dataSource }, model, configure, stageFolder, time, logger, cancellationToken);
    }

    private static async Task<IWarehouse> OpenAsync(
        PostgresOptions options, DimensionalModel model, Action<PostgresOptions>? configure, string? stageFolder, TimeProvider? time, ILogger? logger, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(model);
        configure?.Invoke(options);
        IStageClient stage = new LocalStageClient(stageFolder ?? new LocalStageOptions().Folder);
        var warehouse = new WarehouseClient(new PostgresProvider(options), model, stage, time: time, logger: logger);
        try
        {
            await warehouse.DeployAsync(cancellationToken).ConfigureAwait(false);
            return warehouse;
        }
        catch
        {
            await warehouse.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
