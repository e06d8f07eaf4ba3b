using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk.Providers;

public sealed partial record IncrementalPlan
{
    private static readonly Identifier[] OwnColumns = [FactColumns.SourceBatch, FactColumns.SourceLine, FactColumns.EntryNumber, FactColumns.ReversesEntry];

    /// <summary>The numbers; empty for a table of the enterprise zone.</summary>
    internal IReadOnlyList<Measure> Measures { get; } = [];

    internal LoadOptions Options { get; }

    /// <summary>True when several rows of the source may become one.</summary>
    internal bool Combines => Measures.Any(measure => measure.Combine != Combine.None);

    /// <summary>The columns by which rows of the source are unique before they are combined; empty when every row counts.</summary>
    internal IReadOnlyList<Identifier> SourceGrain
        => Combines ? [.. Growth.SourceGrain.Select(column => column.Name)] : Growth.IsByLine ? [] : EventKey;

    // Several rows about one process are several events, as long as it is known in which order they were told.
    private IReadOnlyList<Identifier> EventKey => this is { Accumulating: not null, Sequence: { } sequence } ? [.. Grain, sequence] : Grain;

    /// <summary>Columns that all rows of a combined grain have to agree on.</summary>
    internal IReadOnlyList<Identifier> Agreeing =>
    [
        .. Target.SourceColumns.Select(column => column.Name)
            .Except(Grain)
            .Except(Growth.SourceGrain.Select(column => column.Name))
            .Except(Measures.Select(measure => measure.Column.Name))
            .Except(Measures.Select(measure => measure.CombinedBy?.Name).OfType<Identifier>())
            .Except(Sequence is { } sequence ? [sequence] : []),
    ];

    /// <summary>Columns of the source without which a row has no place in the table.</summary>
    internal IReadOnlyList<Identifier> Required =>
    [
        .. (Growth.IsByLine ? [] : EventKey)
            .Concat(new[] { Accumulating is null ? Growth.Watermark : null, Growth.IsByLine ? null : Growth.Partition, Growth.Scope }.OfType<SourceColumn>().Select(column => column.Name))
            .Distinct(),
    ];

    internal string MissingReason => Accumulating is not null ? "grain or sequence is NULL" : Growth.Scope is null && (Growth.Partition is null || Growth.IsByLine) ? "grain or watermark is NULL" : "grain, watermark, partition or scope is NULL";

    internal bool HasScope => Growth.Scope is not null && Options.Within is not null;

    internal bool IsReload => !IsBackfill && Strategy == FactStrategy.FromWatermark;

    internal bool IsBackfill => Options.IsBackfill;

    internal bool HasLowerLimit => Options.Interval?.From is not null;

    internal bool HasUpperLimit => Options.Interval?.To is not null;

    internal bool ReplacesPartitions => Strategy == FactStrategy.ReplacePartition;

    /// <summary>True when only a part of the table is replaced, so that a row may come into it from elsewhere.</summary>
    internal bool HasWindow => Strategy is FactStrategy.FromWatermark or FactStrategy.ReplacePartition;

    /// <summary>The columns beside the grain.</summary>
    internal IReadOnlyList<Identifier> BesideGrain => [.. TargetColumns.Except(Grain)];

    /// <summary>True when the stretch that was loaded is that of the partitions in the batch.</summary>
    internal bool CoversPartitions => ReplacesPartitions && Options.Interval is null && Growth.Partition!.Name == Growth.Watermark?.Name && Growth.PartitionBy != PartitionBy.Value;

    /// <summary>True when the stretch was declared from end to end; then it is covered, whether the source had rows of it or not.</summary>
    internal bool HasWholeInterval => HasLowerLimit && HasUpperLimit;

    /// <summary>True when an empty source would empty the table, and nobody has said that it may.</summary>
    internal bool GuardsEmptySource => !Options.AllowEmpty && (IsBackfill || (Strategy == FactStrategy.FullRefresh && Target is Fact));

    internal bool TakesDeletions => Growth.Operation is not null;

    internal bool Reverses => Growth.Corrections == Corrections.Reversal;

    /// <summary>Where deletions are remembered; null where the order of delivery decides.</summary>
    internal QualifiedName? Deletions => (Target as Fact)?.Deletions?.Name;

    /// <summary>Links that meet a version at a time of their own, each with its number.</summary>
    internal IEnumerable<(DimensionLink Link, int Number)> Versioned
        => Dimensions.Select((link, index) => (Link: link, Number: index + 1)).Where(numbered => numbered.Link.AsOf is not null);
}
