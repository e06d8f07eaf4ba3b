using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

/// <summary>Turns a target, a source and options into the statements of a load. Does no IO.</summary>
internal sealed class LoadPlanner(ISqlDialect dialect, DimensionalModel model)
{
    public LoadScripts Plan(LoadTarget target, LoadSource source, LoadOptions options)
    {
        Refuse(target, source, options);
        Identifier? landed = source is LandedLoadSource ? StagePlan.LandedLoadId : default(Identifier?);
        SqlScript load = target switch
        {
            Dimension assignment when model.OwnerOf(assignment) is not null => throw FilledByOthers(target),
            CombinationDimension => throw FilledByOthers(target),
            Dimension dimension => dialect.Merge(new ScdMergePlan(model, dimension, options.Kind, dimension.Definition.Sequence?.Name ?? landed, options.Scope.Count) { HasClosedPeriods = options.ClosedThrough is not null }),
            Fact fact => dialect.Load(new IncrementalPlan(fact, landed, options)),
            AggregateFact aggregate => dialect.Load(new AggregatePlan(aggregate)),
            HierarchyBridge hierarchy => dialect.Load(new HierarchyPlan(hierarchy)),
            Bridge bridge => dialect.Load(new BridgePlan(bridge)),
            ZoneTable { Zone: Zone.Landing } landing => dialect.Append(new LandingPlan(landing) { Places = source switch { FileLoadSource { Files.IsSingle: false } => RowPlaces.ManyFiles, RejectLoadSource => RowPlaces.Rejects, _ => RowPlaces.OneFile } }),
            ZoneTable table => dialect.Load(new IncrementalPlan(table, options.Kind, landed, options)),
            _ => throw new ArgumentException($"{target.Name} is filled by DeployAsync and takes no loads.", nameof(target)),
        };
        if (source is not ComposedLoadSource composed)
        {
            StagePlan staging = Staging(target, source, options);
            return new LoadScripts(dialect.Stage(staging), load, dialect.CleanUp()) { Absent = staging.Absent };
        }

        IReadOnlyList<StageStep> steps = new SourceComposition(dialect).Steps(composed, target);
        return new LoadScripts(new SqlScript($"stage {target.Name}", [.. steps.SelectMany(step => step.Script.Statements)]), load, dialect.CleanUp()) { Steps = steps };
    }

    private static ArgumentException FilledByOthers(LoadTarget target)
        => new($"{target.Name} is filled by the loads of the dimension or fact it belongs to and takes none of its own.", nameof(target));

    private static StagePlan Staging(LoadTarget target, LoadSource source, LoadOptions options) => source switch
    {
        SqlLoadSource query => new StagePlan(target) { Query = SqlText.FromHost(query.Sql) },
        LandedLoadSource landed => new StagePlan(target)
        {
            Landing = landed.Landing,
            LatestLandingOnly = IsReplacing(target, options),
            Absent = SourceHeader.Check(target, landed.Description, [.. landed.Landing.Schema.Columns.Select(column => column.Name)], allowExtra: true),
        },
        DerivedLoadSource => new StagePlan(target) { IsDerived = true },
        FileLoadSource { IsReadByEngine: true } => new StagePlan(target) { IsReadByEngine = true },
        _ => new StagePlan(target),
    };

    private static bool IsReplacing(LoadTarget target, LoadOptions options)
        => target switch
        {
            Dimension => options.Kind == BatchKind.FullSnapshot,
            Fact fact => fact.Strategy == FactStrategy.FullRefresh,
            ZoneTable table => options.Kind == BatchKind.FullSnapshot || table.Growth.Strategy == FactStrategy.FullRefresh,
            _ => true,
        };

    private static void Refuse(LoadTarget target, LoadSource source, LoadOptions options)
    {
        if (options.Kind == BatchKind.FullSnapshot && target is not (Dimension or ZoneTable { Zone: Zone.Enterprise }))
            throw new ArgumentException($"{target.Name} is neither a dimension nor a table of the enterprise zone; BatchKind.FullSnapshot has no meaning for it. Choose its strategy in the model instead.", nameof(options));
        if (options.Kind == BatchKind.FullSnapshot && target is Dimension { Definition.Operation: not null })
            throw new ArgumentException($"{target.Name} takes I/U/D operations, which only deltas have; a full snapshot was given.", nameof(options));
        Fact? derivedFrom = target is AggregateFact aggregate ? aggregate.Source : (target as Fact)?.Definition.Periodic?.Source;
        if (derivedFrom is not null && source is not DerivedLoadSource)
            throw new ArgumentException($"{target.Name} takes its rows from {derivedFrom.Name}; load it from Source.Derived, not from {source.Description}.", nameof(source));
        if (source is DerivedLoadSource && derivedFrom is null)
            throw new ArgumentException($"{target.Name} is not derived from a fact; give its load a source of rows.", nameof(source));
        if (source is LandedLoadSource && target is Fact { Definition.Periodic: not null })
            throw new ArgumentException($"{target.Name} replaces the periods it is given, so it needs whole periods; {source.Description} are only the newest rows. Load them into a fact and derive the snapshot from it.", nameof(source));
        if (options.Scope.Count > 0 && (options.Kind != BatchKind.FullSnapshot || target is not Dimension { Definition.SnapshotScope: not null }))
            throw new ArgumentException($"LoadOptions.Scope names parts of a full snapshot of a dimension with SnapshotScope; {target.Name} has none, or the batch is a delta.", nameof(options));
        if (source is FileLoadSource { Files.IsSingle: false } && target is Fact { Definition.Growth.IsByLine: true })
            throw new ArgumentException($"The rows of {target.Name} are known by their file and line; load the files one by one, not as {source.Description}.", nameof(source));
        if (source is RejectLoadSource && (target is Fact { Definition.Growth.IsByLine: true } || !FileRecognition.AddsToWhatIsThere(target, options)))
            throw new ArgumentException($"The rows of {target.Name} are replaced by its loads, or known by their line; correct the source and load it again instead of replaying rejected rows.", nameof(target));
        FactOptions.Refuse(target, options);
        if (source is LandedLoadSource && target.Zone == Zone.Landing)
            throw new ArgumentException($"{target.Name} is a landing table; rows land there from outside, not from {source.Description}.", nameof(source));
    }
}

/// <summary>The statements of a load in their three parts.</summary>
internal sealed record LoadScripts(SqlScript Stage, SqlScript Load, SqlScript CleanUp)
{
    /// <summary>Of a source of several parts, how they are staged one after the other.</summary>
    public IReadOnlyList<StageStep> Steps { get; init; } = [];

    /// <summary>Columns that the source is known to leave out before it is looked at.</summary>
    public IReadOnlySet<Identifier> Absent { get; init; } = new HashSet<Identifier>();

    public IReadOnlyList<SqlStatement> All => [.. Stage.Statements, .. Load.Statements, .. CleanUp.Statements];
}
