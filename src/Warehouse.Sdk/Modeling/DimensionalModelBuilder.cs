using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

/// <summary>Builds a model table by table. Each call returns the table, to be linked to and loaded.</summary>
public sealed partial class DimensionalModelBuilder
{
    private readonly ModelProblems _problems = new();
    private readonly List<LoadTarget> _tables = [];
    private ModelConventions _conventions = new();

    internal DimensionalModelBuilder(string name) => Name = name;

    /// <summary>The model's name.</summary>
    public string Name { get; private set; }

    /// <summary>Names the model. The default is the name it was created with, or that of its class.</summary>
    /// <param name="name">The name.</param>
    public DimensionalModelBuilder Named(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        Name = name;
        return this;
    }

    /// <summary>Changes names and habits of the whole model. Must come before the first table.</summary>
    /// <param name="change">Takes the conventions and returns changed ones: <c>c =&gt; c with { ... }</c>.</param>
    public DimensionalModelBuilder Conventions(Func<ModelConventions, ModelConventions> change)
    {
        ArgumentNullException.ThrowIfNull(change);
        _problems.Expect(_tables.Count == 0, "conventions", "they are set after the first table; set them first");
        _conventions = change(_conventions);
        return this;
    }

    /// <summary>A table of the landing zone: rows exactly as received, with load, file and line.</summary>
    /// <param name="name">The table's name.</param>
    /// <param name="define">Its details, if there are any.</param>
    /// <typeparam name="TRow">The source row.</typeparam>
    public ZoneTable<TRow> Landing<TRow>(string name, Action<ZoneTableBuilder<TRow>>? define = null) => ZoneTable(Zone.Landing, name, define);

    /// <summary>A table of the enterprise zone: typed, cleaned, one row per key.</summary>
    /// <param name="name">The table's name.</param>
    /// <param name="define">Its key and further details.</param>
    /// <typeparam name="TRow">The source row.</typeparam>
    public ZoneTable<TRow> Enterprise<TRow>(string name, Action<ZoneTableBuilder<TRow>> define) => ZoneTable(Zone.Enterprise, name, define);

    /// <summary>A date dimension, filled by the SDK.</summary>
    /// <param name="name">The table's name.</param>
    /// <param name="from">First day.</param>
    /// <param name="to">Last day.</param>
    /// <param name="fiscalStartMonth">The month in which the fiscal year begins, 1 to 12; by default 1.</param>
    /// <param name="physical">How the engine is to keep it; by default as it does by itself.</param>
    public DateDimension DateDimension(string name, DateOnly from, DateOnly to, int fiscalStartMonth = 1, Action<PhysicalBuilder>? physical = null)
    {
        var builder = new PhysicalBuilder(name, _problems);
        physical?.Invoke(builder);
        return Add(Sdk.DateDimension.Create(name, from, to, fiscalStartMonth, builder.Build(), _conventions, _problems));
    }

    /// <summary>A dimension.</summary>
    /// <param name="name">The table's name, by custom <c>dim_x</c>.</param>
    /// <param name="define">Its keys, attributes and rules.</param>
    /// <typeparam name="TRow">The source row.</typeparam>
    public Dimension<TRow> Dimension<TRow>(string name, Action<DimensionBuilder<TRow>> define)
    {
        ArgumentNullException.ThrowIfNull(define);
        var builder = new DimensionBuilder<TRow>(name, _conventions, _problems);
        define(builder);
        Dimension<TRow> dimension = Add(builder.Build());
        foreach (ProfileHistory profile in dimension.Definition.Profiles)
            _tables.Add(profile.Assignment);
        return dimension;
    }

    /// <summary>A fact table.</summary>
    /// <param name="name">The table's name, by custom <c>fact_x</c>.</param>
    /// <param name="define">Its grain, links, measures and growth.</param>
    /// <typeparam name="TRow">The source row.</typeparam>
    public Fact<TRow> Fact<TRow>(string name, Action<FactBuilder<TRow>> define)
    {
        ArgumentNullException.ThrowIfNull(define);
        var builder = new FactBuilder<TRow>(name, _conventions, _problems);
        define(builder);
        return Add(builder.Build());
    }

    /// <summary>An aggregate of a fact.</summary>
    /// <param name="name">The table's name, by custom <c>agg_x</c>.</param>
    /// <param name="source">The fact that it sums up.</param>
    /// <param name="define">What it is rolled up to, and its measures.</param>
    /// <typeparam name="TRow">The source row of the fact.</typeparam>
    public AggregateFact Aggregate<TRow>(string name, Fact<TRow> source, Action<AggregateFactBuilder<TRow>> define)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(define);
        var builder = new AggregateFactBuilder<TRow>(name, source, _conventions, _problems);
        define(builder);
        return Add(builder.Build());
    }

    /// <summary>A many-to-many bridge.</summary>
    /// <param name="name">The table's name, by custom <c>bridge_x_y</c>.</param>
    /// <param name="define">Its group, member and weight.</param>
    /// <typeparam name="TRow">The source row.</typeparam>
    public Bridge<TRow> Bridge<TRow>(string name, Action<BridgeBuilder<TRow>> define)
    {
        ArgumentNullException.ThrowIfNull(define);
        var builder = new BridgeBuilder<TRow>(name, _conventions, _problems);
        define(builder);
        return Add(builder.Build());
    }

    /// <summary>The map of a hierarchy of any depth among the members of a dimension.</summary>
    /// <param name="name">The table's name, by custom <c>bridge_x</c>.</param>
    /// <param name="dimension">The dimension; its natural key is one column.</param>
    /// <param name="define">The columns that hold a member and the one above it.</param>
    /// <typeparam name="TRow">The source row.</typeparam>
    public HierarchyBridge Hierarchy<TRow>(string name, Dimension dimension, Action<HierarchyBridgeBuilder<TRow>> define)
    {
        ArgumentNullException.ThrowIfNull(dimension);
        ArgumentNullException.ThrowIfNull(define);
        var builder = new HierarchyBridgeBuilder<TRow>(name, dimension, _conventions, _problems);
        define(builder);
        return Add(builder.Build());
    }

    internal DimensionalModel Build()
    {
        _problems.Expect(_tables.Count > 0, Name, "it has no tables");
        foreach (var repeated in _tables.GroupBy(table => table.Name).Where(group => group.Count() > 1))
            _problems.Add(repeated.Key.ToString(), $"{repeated.Count()} tables have this name");
        ExpectFreeViewNames();
        ExpectOneOwner();
        foreach (Dimension dimension in _tables.OfType<Dimension>().Where(dimension => _tables.Exists(table => table.Name == dimension.Events?.Name)))
            _problems.Add(dimension.Name.Name.Value, $"it keeps its events in {dimension.Events!.Name}, which is the name of another table; rename that one");
        foreach (Dimension dimension in _tables.OfType<Dimension>().Where(dimension => _tables.Exists(table => table.Name == dimension.History?.Name)))
            _problems.Add(dimension.Name.Name.Value, $"it keeps its history in {dimension.HistoryTable}, which is the name of another table; rename that one, or choose another suffix in Conventions");
        foreach (Fact fact in _tables.OfType<Fact>().Where(fact => _tables.Exists(table => table.Name == fact.Events?.Name)))
            _problems.Add(fact.Name.Name.Value, $"it keeps its events in {fact.Events!.Name}, which is the name of another table; rename that one");
        foreach (LoadTarget table in _tables)
        {
            foreach (LoadTarget foreign in LinkedTables(table).Where(linked => !_tables.Contains(linked)))
                _problems.Add(table.Name.Name.Value, $"it links to {foreign.Name}, which is a table of another model");
        }

        if (_problems.All.Count > 0)
            throw new WarehouseModelException(Name, _problems.All);
        return new DimensionalModel(Name, _conventions, _tables);
    }

    // A view beside a table of its name, or two of one name: the engine would refuse the second, or replace the first.
    private void ExpectFreeViewNames()
    {
        int longest = Identifier.MaximumLength - Math.Max(_conventions.CurrentViewSuffix.Value.Length, _conventions.AsOfFunctionSuffix.Value.Length);
        HashSet<QualifiedName> taken = [.. _tables.Select(table => table.Name), .. _tables.OfType<Dimension>().Select(dimension => dimension.HistoryTable)];
        foreach (Dimension dimension in _tables.OfType<Dimension>().DistinctBy(dimension => dimension.Name).Where(dimension => dimension.Name.Name.Value.Length <= longest))
        {
            foreach (QualifiedName view in new[] { dimension.CurrentView, dimension.AsOfFunction }.OfType<QualifiedName>())
                _problems.Expect(taken.Add(view), dimension.Name.Name.Value, $"its history view {view} has the name of another table or view; choose other suffixes in Conventions, or add WithoutHistoryViews()");
        }
    }

    private static IEnumerable<LoadTarget> LinkedTables(LoadTarget table) => table switch
    {
        Fact fact => fact.Dates.Select(date => (LoadTarget)date.Dimension).Concat(fact.Dimensions.Select(link => link.Dimension)).Concat(fact.JunkDimensions.Select(link => link.Dimension)).Concat(fact.Definition.Periodic?.Source is { } source ? [source] : []),
        AggregateFact aggregate => aggregate.Definition.Joins.Select(join => join.Table).Prepend(aggregate.Source),
        HierarchyBridge hierarchy => [hierarchy.Dimension],
        Dimension dimension => dimension.MiniDimensions,
        Bridge { Definition: { } bridge } => [bridge.Group, bridge.Member],
        _ => [],
    };

    private ZoneTable<TRow> ZoneTable<TRow>(Zone zone, string name, Action<ZoneTableBuilder<TRow>>? define)
    {
        var builder = new ZoneTableBuilder<TRow>(zone, name, _conventions, _problems);
        define?.Invoke(builder);
        return Add(builder.Build());
    }

    private TTable Add<TTable>(TTable table)
        where TTable : LoadTarget
    {
        _tables.Add(table);
        return table;
    }
}
