namespace Warehouse.Sdk;

/// <summary>What is particular to one load.</summary>
public sealed record LoadOptions
{
    /// <summary>
    /// The instant at which the batch was true, in UTC: the effective time of rows that bring none, and of absences in a snapshot.
    /// The default is the load's start.
    /// </summary>
    public DateTimeOffset? AsOf { get; init; }

    /// <summary>Whether the batch holds changes only, or everything the source has. The default is <see cref="BatchKind.Delta"/>.</summary>
    public BatchKind Kind { get; init; }

    /// <summary>
    /// Of a full snapshot of a dimension with <see cref="DimensionBuilder{TRow}.SnapshotScope"/>: the values of that column whose members the batch
    /// holds all of, such as <c>["EU"]</c>. A row of another value is refused with the load. The default, none, means a snapshot of everybody.
    /// </summary>
    public IReadOnlyList<object> Scope { get; init; } = [];

    /// <summary>
    /// The host's own name for the batch. A batch whose name was already loaded into the target is recognised and does nothing.
    /// Files need none: they are known by path, size and checksum.
    /// </summary>
    public string? BatchId { get; init; }

    /// <summary>How many bad rows the load puts up with. The default is <see cref="RejectPolicy.FailOnFirst"/>.</summary>
    public RejectPolicy Rejects { get; init; } = RejectPolicy.FailOnFirst;

    /// <summary>
    /// Fact that grows <see cref="FactBuilder{TRow}.Within"/> a column: the part that this load is about, such as a region or a source system. Rows of
    /// other parts are rejected, nothing of other parts is deleted, and each part has a watermark of its own.
    /// </summary>
    public object? Within { get; init; }

    /// <summary>
    /// Fact that replaces partitions: partitions to be replaced even when the batch has no row of them, because the source has become empty there.
    /// A date or timestamp names the day, month or year it lies in. The default is none.
    /// </summary>
    public IReadOnlyList<object> EmptyPartitions { get; init; } = [];

    /// <summary>
    /// Fact with a watermark: the stretch that this batch is about. Rows outside it are left for other loads and counted as
    /// <see cref="LoadCounts.OutsideInterval"/>, and the stretch is noted in the ledger as loaded. The default is what the rows span.
    /// </summary>
    public LoadInterval? Interval { get; init; }

    /// <summary>
    /// Accepts a source without rows where that empties what is replaced: a full refresh of a table with rows, a backfill of a stretch with rows.
    /// The default is <see langword="false"/>: such a load is refused, as a source that failed looks just the same.
    /// </summary>
    public bool AllowEmpty { get; init; }

    /// <summary>
    /// Dimension: the last instant of closed periods, in UTC. Facts up to and including it keep the version they were reported with, even where a late
    /// event changed the history; how many is counted as <see cref="LoadCounts.LeftInClosedPeriod"/> and logged. Versions that vanish are left
    /// all the same. The default is none.
    /// </summary>
    public DateTimeOffset? ClosedThrough { get; init; }

    /// <summary>What a file means that was loaded before and has another content by now. The default is <see cref="ChangedFile.LoadAgain"/>.</summary>
    public ChangedFile ChangedFiles { get; init; }

    internal bool IsBackfill { get; init; }

    internal static LoadOptions Default { get; } = new();
}
