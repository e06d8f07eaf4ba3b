using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

/// <summary>How a table grows: the same for facts and for tables of the enterprise zone.</summary>
internal sealed record Growth
{
    public FactStrategy Strategy { get; init; }

    public SourceColumn? Sequence { get; init; }

    public SourceColumn? Operation { get; init; }

    public Corrections Corrections { get; init; }

    public AppendConflict Conflict { get; init; }

    public SourceColumn? Watermark { get; init; }

    public TimeSpan Overlap { get; init; }

    public long NumberOverlap { get; init; }

    public TimeSpan? MaxFuture { get; init; }

    public bool AllowLostWatermark { get; init; }

    public SourceColumn? Partition { get; init; }

    public PartitionBy PartitionBy { get; init; }

    /// <summary>The column by which reloads keep to a part of the table, such as a region or a source system.</summary>
    public SourceColumn? Scope { get; init; }

    /// <summary>True when no column of the source makes a row unique: its batch and its line do.</summary>
    public bool IsByLine { get; init; }

    /// <summary>What makes a row of the source unique where rows are combined; empty when every row counts.</summary>
    public IReadOnlyList<SourceColumn> SourceGrain { get; init; } = [];

    public bool IsTime => Watermark?.Type.Kind is ColumnKind.Date or ColumnKind.Timestamp;

    /// <summary>True of snapshots, which fold the rows of the source themselves.</summary>
    public bool IsSnapshot { get; init; }

    /// <summary>The sequence stays on the row, so that an older delivery is known as such whenever it comes.</summary>
    public bool KeepsSequence => Sequence is not null && Strategy == FactStrategy.Upsert && Corrections == Corrections.Update && SourceGrain.Count == 0 && !IsSnapshot;
}

/// <summary>The columns that facts get beside those of the source.</summary>
internal static class FactColumns
{
    public static Identifier SourceBatch { get; } = "source_batch";

    public static Identifier SourceLine => LandingColumns.SourceLine;

    public static Identifier EntryNumber { get; } = "entry_number";

    public static Identifier ReversesEntry { get; } = "reverses_entry";
}
