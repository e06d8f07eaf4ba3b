using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

/// <summary>
/// How an engine is to keep a table, as <see cref="PhysicalBuilder"/> was told. None of it changes what a query answers. An engine that does not have an option
/// refuses the model when it is deployed.
/// </summary>
public sealed record PhysicalOptions
{
    /// <summary>No option: the engine's own defaults.</summary>
    public static PhysicalOptions None { get; } = new();

    /// <summary>The columns that rows are kept together by, in order; empty when nothing was said.</summary>
    public IReadOnlyList<Identifier> ClusterBy { get; init; } = [];

    /// <summary>True when the table is kept without the engine's last resort against loss.</summary>
    public bool IsTransient { get; init; }

    /// <summary>For how many days what was changed or dropped can be brought back; <see langword="null"/> when nothing was said.</summary>
    public int? RetentionDays { get; init; }

    /// <summary>Its tags.</summary>
    public IReadOnlyList<TableTag> Tags { get; init; } = [];

    /// <summary>True when nothing was said.</summary>
    public bool IsEmpty => ClusterBy.Count == 0 && !IsTransient && RetentionDays is null && Tags.Count == 0;

    /// <summary>Each option as the model says it.</summary>
    internal IEnumerable<string> InWords()
    {
        if (ClusterBy.Count > 0)
            yield return Clustering(ClusterBy);
        if (IsTransient)
            yield return "Transient()";
        if (RetentionDays is { } days)
            yield return FormattableString.Invariant($"Retention({days})");
        foreach (TableTag tag in Tags)
            yield return $"Tag({tag.Name})";
    }

    internal static string Clustering(IEnumerable<Identifier> columns) => $"ClusterBy({string.Join(", ", columns)})";

    /// <summary>The table with its options; one beside it, which lacks a column of the clustering key, goes without the key.</summary>
    internal TableSchema On(TableSchema table)
        => IsEmpty ? table : table with { Physical = ClusterBy.All(name => table.Columns.Any(column => column.Name == name)) ? this : this with { ClusterBy = [] } };
}
