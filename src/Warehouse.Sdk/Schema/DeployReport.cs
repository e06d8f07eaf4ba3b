using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

/// <summary>What a deployment did.</summary>
/// <param name="CreatedTables">Tables that were created.</param>
/// <param name="AddedColumns">Columns that were added, as <c>schema.table.column</c>.</param>
/// <param name="Elapsed">How long it took.</param>
public sealed record DeployReport(IReadOnlyList<QualifiedName> CreatedTables, IReadOnlyList<string> AddedColumns, TimeSpan Elapsed)
{
    /// <summary>History views and functions that were created or replaced, because they were missing or their dimension has changed.</summary>
    public IReadOnlyList<QualifiedName> CreatedViews { get; init; } = [];

    /// <summary>Columns that were widened because the model's type has grown, as <c>schema.table.column: integer -> bigint</c>.</summary>
    public IReadOnlyList<string> WidenedColumns { get; init; } = [];

    /// <summary>Attributes that have another type than they were deployed with, as <c>schema.table.column: Type1 -> Type2</c>.</summary>
    public IReadOnlyList<string> RetypedAttributes { get; init; } = [];

    /// <summary>Versions that were merged into the one before them (<see cref="DeployOptions.CollapseHistory"/>).</summary>
    public long MergedVersions { get; init; }

    /// <summary>Keys of facts and bridges that got the key of the version that theirs was merged into.</summary>
    public long Repointed { get; init; }

    /// <summary>Physical options that were altered, as <c>schema.table: ClusterBy(a) -> ClusterBy(b)</c>.</summary>
    public IReadOnlyList<string> ChangedOptions { get; init; } = [];

    /// <summary>True when the database agreed with the model already.</summary>
    public bool IsUnchanged => CreatedTables.Count == 0 && AddedColumns.Count == 0 && CreatedViews.Count == 0 && RetypedAttributes.Count == 0 && WidenedColumns.Count == 0 && ChangedOptions.Count == 0;
}
