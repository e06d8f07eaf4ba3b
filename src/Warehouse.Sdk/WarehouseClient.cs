using Dapper;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Warehouse.Sdk.Providers;

/// <summary>The warehouse over any provider. Provider packages make it; hosts see <see cref="IWarehouse"/>.</summary>
public sealed class WarehouseClient : IWarehouse, IWarehouseLoader, IScdMerger, IIncrementalLoader
{
    private readonly IWarehouseProvider _provider;
    private readonly LoadRunner _runner;
    private readonly DeployRunner _deployer;
    private readonly VerifyRunner _verifier;
    private readonly HistoryReader _history;
    private readonly RekeyRunner _rekeyer;
    private readonly PurgeRunner _purger;
    private readonly FactLedger _facts;

    /// <summary>Opens nothing yet: the first call that needs the database does.</summary>
    /// <param name="provider">The engine; disposed with the warehouse.</param>
    /// <param name="model">The model.</param>
    /// <param name="stage">The stage; by default the folder <c>stage</c> in the current one.</param>
    /// <param name="name">The name it is registered under.</param>
    /// <param name="time">The clock; by default the system's.</param>
    /// <param name="logger">Takes messages; by default none.</param>
    public WarehouseClient(IWarehouseProvider provider, DimensionalModel model, IStageClient? stage = null, string name = "", TimeProvider? time = null, ILogger? logger = null)
    {
        ArgumentNullException.ThrowIfNull(provider);
        ArgumentNullException.ThrowIfNull(model);
        _provider = provider;
        Name = name;
        Model = model;
        Stage = stage ?? new LocalStageClient(new LocalStageOptions().Folder);
        TimeProvider clock = time ?? TimeProvider.System;
        ILogger log = logger ?? NullLogger.Instance;
        _runner = new LoadRunner(provider, model, Stage, clock, log);
        _deployer = new DeployRunner(provider, model, clock, log);
        _verifier = new VerifyRunner(provider, model, clock, log);
        _history = new HistoryReader(provider, model);
        var members = new MemberRunner(provider, model, clock, log);
        _rekeyer = new RekeyRunner(provider, model, members);
        _purger = new PurgeRunner(provider, model, members);
        _facts = new FactLedger(provider, model);
    }

    internal IWarehouseProvider Provider => _provider;

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public string SystemName => _provider.SystemName;

    /// <inheritdoc/>
    public DimensionalModel Model { get; }

    /// <inheritdoc/>
    public IStageClient Stage { get; }

    /// <inheritdoc/>
    public IWarehouseLoader Loader => this;

    /// <inheritdoc/>
    public IScdMerger Scd => this;

    /// <inheritdoc/>
    public IIncrementalLoader Incremental => this;

    /// <inheritdoc/>
    public Task<DeployReport> DeployAsync(CancellationToken cancellationToken = default) => _deployer.RunAsync(DeployOptions.Default, cancellationToken);

    /// <inheritdoc/>
    public Task<DeployReport> DeployAsync(DeployOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        return _deployer.RunAsync(options, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<DeployScript> PlanDeployAsync(DeployOptions? options = null, CancellationToken cancellationToken = default) => _deployer.PlanAsync(options ?? DeployOptions.Default, cancellationToken);

    /// <inheritdoc/>
    public Task<LoadReport> LoadAsync(LoadTarget target, LoadSource source, LoadOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(source);
        return _runner.RunAsync(target, source, options ?? LoadOptions.Default, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<LoadReport> ReplayRejectsAsync(LoadTarget target, RejectReplay? replay = null, LoadOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(target);
        return _runner.RunAsync(target, new RejectLoadSource(replay ?? new RejectReplay()), options ?? LoadOptions.Default, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<LoadPlan> PlanAsync(LoadTarget target, LoadSource source, LoadOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(source);
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(_runner.Plan(target, source, options ?? LoadOptions.Default));
    }

    /// <inheritdoc/>
    public Task<VerifyReport> VerifyAsync(CancellationToken cancellationToken = default) => _verifier.RunAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<VerifyReport> VerifyAsync(LoadTarget target, CancellationToken cancellationToken = default) => _verifier.RunAsync(target, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<TVersion>> HistoryOfAsync<TVersion>(Dimension dimension, IReadOnlyList<object> naturalKey, CancellationToken cancellationToken = default)
        => _history.ReadAsync<TVersion>(dimension, naturalKey, cancellationToken);

    /// <inheritdoc/>
    public Task<LoadReport> RekeyAsync(Dimension dimension, IReadOnlyList<KeyMapping> mappings, CancellationToken cancellationToken = default)
        => _rekeyer.RunAsync(dimension, mappings, cancellationToken);

    /// <inheritdoc/>
    public Task<LoadReport> PurgeAsync(Dimension dimension, IReadOnlyList<IReadOnlyList<object>> members, CancellationToken cancellationToken = default)
        => _purger.RunAsync(dimension, members, cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<TRow>> QueryAsync<TRow>(string sql, object? parameters = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(sql);
        DapperMapping.Register();
        IWarehouseSession session = await _provider.OpenSessionAsync(cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            var command = new CommandDefinition(sql, parameters, cancellationToken: cancellationToken);
            try
            {
                return [.. await session.Connection.QueryAsync<TRow>(command).ConfigureAwait(false)];
            }
            catch (PlatformNotSupportedException error)
            {
                throw DapperMapping.NeedsDynamicCode(typeof(TRow), error);
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _provider.DisposeAsync();

    Task<LoadReport> IWarehouseLoader.LoadAsync(ZoneTable table, LoadSource source, LoadOptions? options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(table);
        return table.Zone == Zone.Landing
            ? LoadAsync(table, source, options, cancellationToken)
            : throw new ArgumentException($"{table.Name} is a table of the {table.Zone} zone; use Incremental for it.", nameof(table));
    }

    Task<LoadReport> IScdMerger.MergeAsync(Dimension dimension, LoadSource source, LoadOptions? options, CancellationToken cancellationToken)
        => LoadAsync(dimension, source, options, cancellationToken);

    Task<LoadReport> IIncrementalLoader.LoadAsync(Fact fact, LoadSource source, LoadOptions? options, CancellationToken cancellationToken)
        => LoadAsync(fact, source, options, cancellationToken);

    Task<LoadReport> IIncrementalLoader.BackfillAsync(Fact fact, LoadSource source, object from, object to, LoadOptions? options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        return LoadAsync(fact, source, (options ?? LoadOptions.Default) with { Interval = new LoadInterval(from, to), IsBackfill = true }, cancellationToken);
    }

    Task<FactWatermark?> IIncrementalLoader.WatermarkAsync(Fact fact, object? scope, CancellationToken cancellationToken) => _facts.WatermarkAsync(fact, scope, cancellationToken);

    Task<IReadOnlyList<LoadedInterval>> IIncrementalLoader.LoadedIntervalsAsync(Fact fact, object? scope, CancellationToken cancellationToken) => _facts.IntervalsAsync(fact, scope, cancellationToken);

    Task<IReadOnlyList<LoadedInterval>> IIncrementalLoader.FindHolesAsync(Fact fact, object from, object to, object? scope, CancellationToken cancellationToken)
        => _facts.HolesAsync(fact, from, to, scope, cancellationToken);

    Task<LoadReport> IIncrementalLoader.LoadAsync(Bridge bridge, LoadSource source, LoadOptions? options, CancellationToken cancellationToken)
        => LoadAsync(bridge, source, options, cancellationToken);

    Task<LoadReport> IIncrementalLoader.LoadAsync(HierarchyBridge hierarchy, LoadSource source, LoadOptions? options, CancellationToken cancellationToken)
        => LoadAsync(hierarchy, source, options, cancellationToken);

    Task<LoadReport> IIncrementalLoader.LoadAsync(AggregateFact aggregate, LoadOptions? options, CancellationToken cancellationToken)
        => LoadAsync(aggregate, Source.Derived, options, cancellationToken);

    Task<LoadReport> IIncrementalLoader.LoadAsync(ZoneTable table, LoadSource source, LoadOptions? options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(table);
        return table.Zone == Zone.Enterprise
            ? LoadAsync(table, source, options, cancellationToken)
            : throw new ArgumentException($"{table.Name} is a table of the {table.Zone} zone; use Loader for it.", nameof(table));
    }
}
