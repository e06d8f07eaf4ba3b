using Microsoft.Extensions.Logging;
using Warehouse.Sdk.Providers;

namespace Warehouse.Sdk.Snowflake;

/// <summary>Opens a warehouse in one line: for scripts, notebooks and tests. Applications register it with <c>AddWarehouse</c>.</summary>
public static class SnowflakeWarehouse
{
    /// <summary>Opens a warehouse and deploys its model.</summary>
    /// <param name="connectionString">The driver's connection string.</param>
    /// <param name="model">The model.</param>
    /// <param name="configure">Changes further settings, such as the driver's factory.</param>
    /// <param name="stageFolder">The folder in which files wait; by default <c>stage</c> in the current one.</param>
    /// <param name="time">The clock; by default the system's.</param>
    /// <param name="logger">Takes messages; by default none.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="WarehouseException">The driver is not there, the database cannot be opened, or the model cannot be deployed to it.</exception>
    public static async Task<IWarehouse> OpenAsync(
        string connectionString,
        DimensionalModel model,
        Action<SnowflakeOptions>? configure = null,
        string? stageFolder = null,
        TimeProvider? time = null,
        ILogger? logger = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(connectionString);
        ArgumentNullException.ThrowIfNull(model);
        var options = new SnowflakeOptions { ConnectionString = connectionString };
        configure?.Invoke(options);
        IStageClient stage = new LocalStageClient(stageFolder ?? new LocalStageOptions().Folder);
        var warehouse = new WarehouseClient(new SnowflakeProvider(options), model, stage, time: time, logger: logger);
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
