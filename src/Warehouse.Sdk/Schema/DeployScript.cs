using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

/// <summary>A deployment as it would run. Nothing was changed.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Statements">The statements in order. History views, and the days of date dimensions, follow them and are not among them.</param>
public sealed record DeployScript(string Model, IReadOnlyList<SqlStatement> Statements)
{
    /// <summary>Tables that would be created.</summary>
    public IReadOnlyList<QualifiedName> CreatedTables { get; init; } = [];

    /// <summary>Columns that would be added, as <c>schema.table.column</c>.</summary>
    public IReadOnlyList<string> AddedColumns { get; init; } = [];

    /// <summary>Columns that would be widened, as <c>schema.table.column: integer -> bigint</c>.</summary>
    public IReadOnlyList<string> WidenedColumns { get; init; } = [];

    /// <summary>Physical options that would be altered, as <c>schema.table: ClusterBy(a) -> ClusterBy(b)</c>.</summary>
    public IReadOnlyList<string> ChangedOptions { get; init; } = [];

    /// <summary>The statements as text.</summary>
    public override string ToString() => new SqlScript($"deploy {Model}", Statements).ToString();
}
