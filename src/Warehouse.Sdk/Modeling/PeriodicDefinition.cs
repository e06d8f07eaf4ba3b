using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

/// <summary>What the builder of a periodic snapshot was told.</summary>
internal sealed record PeriodicDefinition
{
    public required SnapshotPeriod Period { get; init; }

    /// <summary>ISO 8601: Monday is 1, Sunday is 7.</summary>
    public required int WeekEndsOn { get; init; }

    public required DateDimension Date { get; init; }

    /// <summary>The row's own day; in the table, under the same name, the period's last day.</summary>
    public required SourceColumn Day { get; init; }

    public required IReadOnlyList<SourceColumn> Entity { get; init; }

    public required IReadOnlyList<SnapshotMeasure> Measures { get; init; }

    public SnapshotBalance? Balance { get; init; }

    public required IReadOnlyList<MeasureRatio> Ratios { get; init; }

    public bool IsDense { get; init; }

    /// <summary>The dimension whose members have rows while they live, and the entity's columns that hold its natural key.</summary>
    public (Dimension Dimension, IReadOnlyList<SourceColumn> Key)? AliveIn { get; init; }

    /// <summary>The columns by which two copies of a source row are known.</summary>
    public required IReadOnlyList<SourceColumn> RowKey { get; init; }

    /// <summary>The fact that the rows come from; without it they come with each load.</summary>
    public Fact? Source { get; init; }

    /// <summary>True when a period depends on those before it.</summary>
    public bool Carries => IsDense || Balance is not null;

    public static Identifier HasActivity { get; } = "has_activity";

    public static Identifier SourceRows { get; } = "source_rows";

    public static Identifier SourceLoadId { get; } = "source_load_id";

    /// <summary>The columns next to those of the snapshot in private tables.</summary>
    public IEnumerable<Identifier> WorkingColumns => new Identifier[] { HasActivity, "summed_rows", "is_first", "first_period", "was_active", "balance_before" }
        .Concat(Levels.SelectMany(level => new[] { Run(level), Before(level) }));

    /// <summary>The number of the run of periods over which a level is carried on.</summary>
    public static Identifier Run(SnapshotMeasure level) => $"{level.Column.Name}_run";

    /// <summary>A level as it was before the periods that are stated anew.</summary>
    public static Identifier Before(SnapshotMeasure level) => $"{level.Column.Name}_before";

    public IReadOnlyList<Identifier> EntityNames => [.. Entity.Select(column => column.Name)];

    /// <summary>Every measure that one period's own rows give.</summary>
    public IEnumerable<SnapshotMeasure> Summarised => Balance is null
        ? Measures
        : Measures.Append(Balance.Net).Concat(Balance.Opening is null ? [] : [Balance.Opening]);

    public IEnumerable<SnapshotMeasure> Levels => IsDense ? Measures.Where(measure => measure.Aggregate == SnapshotAggregate.Last) : [];

    public IEnumerable<Column> Computed =>
    [
        .. Measures.Where(measure => measure.Aggregate == SnapshotAggregate.Any).Select(measure => measure.Column),
        .. IsDense ? [new Column(HasActivity, ColumnType.Boolean, IsNullable: false) { Comment = "False for a period in which nothing happened and the state before was carried on." }] : Array.Empty<Column>(),
        .. Source is null ? [] : Lineage(Source),
    ];

    public static IEnumerable<Column> Lineage(Fact source) =>
    [
        new(SourceRows, ColumnType.BigInt, IsNullable: false) { Comment = $"The rows of {source.Name.Name} that the row sums up." },
        new(SourceLoadId, ColumnType.BigInt) { Comment = "The latest load that wrote one of them." },
    ];

    public IEnumerable<Measure> Additivities =>
    [
        .. Summarised.Where(measure => measure.Aggregate != SnapshotAggregate.Any).Select(measure => new Measure(measure.Column, measure.Additivity)),
        .. Balance is null ? [] : new[] { new Measure(Balance.Column, Additivity.SemiAdditive) },
        .. Ratios.Select(ratio => new Measure(ratio.Column, Additivity.NonAdditive)),
    ];
}

internal enum SnapshotAggregate
{
    Sum,
    Last,
    First,
    Smallest,
    Greatest,
    Any,
    Count,
}

/// <summary>A measure of a period, from the rows of the period.</summary>
internal sealed record SnapshotMeasure(SnapshotAggregate Aggregate, SourceColumn? Source, Column Column, Additivity Additivity);

/// <summary>A balance: what it was before, and the net of the period.</summary>
internal sealed record SnapshotBalance(SnapshotMeasure Net, SnapshotMeasure? Opening, Column Column);
