namespace Warehouse.Sdk;

/// <summary>
/// The front door: one database, one model, one stage. Safe for use by several threads; loads of different targets run side by side, loads of
/// one target wait for each other.
/// </summary>
public interface IWarehouse : IAsyncDisposable
{
    /// <summary>The name it was registered under; empty for the default one.</summary>
    string Name { get; }

    /// <summary>The model.</summary>
    DimensionalModel Model { get; }

    /// <summary>Where files wait.</summary>
    IStageClient Stage { get; }

    /// <summary>Rows into tables of the landing zone.</summary>
    IWarehouseLoader Loader { get; }

    /// <summary>Batches into dimensions.</summary>
    IScdMerger Scd { get; }

    /// <summary>Batches into facts, bridges and tables of the enterprise zone.</summary>
    IIncrementalLoader Incremental { get; }

    /// <summary>
    /// Creates what the database lacks of the model: schemas, tables, columns, default members, days of date dimensions, the ledger. Deploying
    /// again does nothing. All of it happens in one transaction or not at all.
    /// </summary>
    /// <param name="cancellationToken">Gives up; the database is then as it was.</param>
    /// <exception cref="WarehouseSchemaException">The model differs from the database in a way that would lose data; every such difference is named.</exception>
    Task<DeployReport> DeployAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Loads a batch into a table of the model, by the rules the model gives it. Data, ledger and watermark are committed together; when it
    /// throws, the target is as it was.
    /// </summary>
    /// <param name="target">The table.</param>
    /// <param name="source">Where the rows come from.</param>
    /// <param name="options">What is particular to this load.</param>
    /// <param name="cancellationToken">Gives up; the target is then as it was.</param>
    /// <exception cref="WarehouseLoadException">The load was refused or failed.</exception>
    /// <exception cref="WarehouseSchemaException">The source lacks columns.</exception>
    /// <exception cref="WarehouseConcurrencyException">Another load held the target for too long.</exception>
    Task<LoadReport> LoadAsync(LoadTarget target, LoadSource source, LoadOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>The statements that a load would run, with their names and purposes. Runs nothing and opens no connection.</summary>
    /// <param name="target">The table.</param>
    /// <param name="source">Where the rows would come from.</param>
    /// <param name="options">What would be particular to the load.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<LoadPlan> PlanAsync(LoadTarget target, LoadSource source, LoadOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Reads rows of a query into a type, column by column name (underscores are ignored); for people and reports, not for bulk.</summary>
    /// <param name="sql">The query in the engine's own SQL. Give values as parameters.</param>
    /// <param name="parameters">An object whose properties are the query's parameters.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <typeparam name="TRow">The type of a row.</typeparam>
    Task<IReadOnlyList<TRow>> QueryAsync<TRow>(string sql, object? parameters = null, CancellationToken cancellationToken = default);
}
