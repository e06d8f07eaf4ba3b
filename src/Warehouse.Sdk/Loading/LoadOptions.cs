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

    internal static LoadOptions Default { get; } = new();
}
