using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk.Providers;

/// <summary>A batch into a fact, or into a table of the enterprise zone, which is a fact without links. Holds no SQL.</summary>
public sealed partial record IncrementalPlan
{
    internal IncrementalPlan(Fact fact, Identifier? sequence, LoadOptions? options = null)
    {
        Target = fact;
        Growth = fact.Definition.Growth;
        Grain = Growth.IsByLine ? [FactColumns.SourceBatch, FactColumns.SourceLine] : [.. fact.GrainColumns.Select(column => column.Name)];
        Dates = fact.Dates;
        Dimensions = fact.Dimensions;
        MiniDimensions = fact.MiniDimensions;
        JunkDimensions = fact.JunkDimensions;
        Measures = fact.Measures;
        Columns = [.. fact.Definition.Degenerates.Where(column => !OwnColumns.Contains(column.Name)), .. fact.Measures.Select(measure => measure.Column), .. fact.Definition.Computed];
        Sequence = Growth.Sequence?.Name ?? (Growth.IsByLine || Combines ? null : sequence);
        Ratios = fact.Definition.Ratios;
        Accumulating = fact.Definition.Accumulating;
        Periodic = fact.Definition.Periodic;
        Events = fact.Events;
        Options = options ?? LoadOptions.Default;
    }

    internal IncrementalPlan(ZoneTable table, BatchKind kind, Identifier? sequence, LoadOptions? options = null)
    {
        Target = table;
        Kind = kind;
        Grain = [.. table.Key.Select(column => column.Name)];
        Columns = [.. table.Schema.Columns.Where(column => column.Name != table.Conventions.LoadId)];
        Growth = table.Growth;
        Sequence = sequence;
        Options = options ?? LoadOptions.Default;
    }

    /// <summary>The table.</summary>
    public LoadTarget Target { get; }

    /// <summary>Whether rows that the batch does not hold are gone.</summary>
    public BatchKind Kind { get; }

    /// <summary>The columns that make a row unique, in the source and in the table.</summary>
    public IReadOnlyList<Identifier> Grain { get; }

    /// <summary>Roles of date dimensions.</summary>
    public IReadOnlyList<DateLink> Dates { get; } = [];

    /// <summary>Links to dimensions.</summary>
    public IReadOnlyList<DimensionLink> Dimensions { get; } = [];

    /// <summary>Mini-dimensions whose keys the rows carry.</summary>
    public IReadOnlyList<MiniDimensionLink> MiniDimensions { get; } = [];

    /// <summary>Junk dimensions whose keys the rows carry.</summary>
    public IReadOnlyList<JunkDimensionLink> JunkDimensions { get; } = [];

    /// <summary>Columns taken over from the source as they are, grain and measures among them.</summary>
    public IReadOnlyList<Column> Columns { get; }

    /// <summary>How a batch gets in.</summary>
    public FactStrategy Strategy => Growth.Strategy;

    /// <summary>The staging column that decides between different rows of one grain.</summary>
    public Identifier? Sequence { get; }

    internal Growth Growth { get; }

    /// <summary>Quotients of measures, worked out from what is stored of them.</summary>
    internal IReadOnlyList<MeasureRatio> Ratios { get; } = [];

    internal AccumulatingDefinition? Accumulating { get; }

    internal PeriodicDefinition? Periodic { get; }

    /// <summary>Where an accumulating snapshot remembers its events, if it does.</summary>
    internal TableSchema? Events { get; }

    internal Identifier LoadId => Target.Conventions.LoadId;

    internal IEnumerable<DimensionLink> Inferring => Dimensions.Where(link => link.WhenUnknown == UnknownMember.InferMember);

    /// <summary>All columns of the table but the load's number: keys first, as deployed.</summary>
    internal IReadOnlyList<Identifier> TargetColumns =>
    [
        .. Dates.Select(date => date.KeyColumn),
        .. Dimensions.SelectMany(link => link.Keys).Select(key => key.KeyColumn),
        .. MiniDimensions.Select(link => link.KeyColumn),
        .. JunkDimensions.Select(link => link.KeyColumn),
        .. Columns.Select(column => column.Name),
        .. Ratios.Select(ratio => ratio.Column.Name),
        .. Growth.IsByLine ? Grain : [],
    ];
}
