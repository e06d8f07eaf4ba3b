using Microsoft.Extensions.Logging;
using Warehouse.Sdk.Providers;

namespace Warehouse.Sdk.DuckDb;

/// <summary>Opens a warehouse in one line: for scripts, notebooks and tests. Applications register it with <c>AddWarehouse</c>.</summary>
public static class DuckDbWarehouse
{
    /// <summary>Opens or creates a warehouse and deploys its model.</summary>
    /// <param name="file">The DuckDB file, a connection string, or <c>:memory:</c>.</param>
    /// <param name="model">The model.</param>
    /// <param name="configure">Changes further settings.</param>
    /// <param name="stageFolder">The folder in which files wait; by default <c>stage</c> in the current one.</param>
    /// <param name="time">The clock; by default the system's.</param>
    /// <param name="logger">Takes messages; by default none.</param>
    /// <param name="cancellationToken">Gives up; the database is then as it was.</param>
    /// <exception cref="WarehouseException">The file cannot be opened, or the model cannot be deployed to it.</exception>
    public static async Task<IWarehouse> OpenAsync(
        string file,
        DimensionalModel model,
        Action<DuckDbOptions>? configure = null,
        string? stageFolder = null,
        TimeProvider? time = null,
        ILogger? logger = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(file);
        ArgumentNullException.ThrowIfNull(model);
        var options = new DuckDbOptions { ConnectionString = file };
        configure?.Invoke(options);
        IStageClient stage = new LocalStageClient(stageFolder ?? new LocalStageOptions().Folder);
        var warehouse = new WarehouseClient(new DuckDbProvider(options), model, stage, time: time, logger: logger);
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
