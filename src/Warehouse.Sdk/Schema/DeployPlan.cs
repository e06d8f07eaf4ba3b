namespace Warehouse.Sdk.Providers;

/// <summary>What a database lacks of a model.</summary>
public sealed record DeployPlan
{
    internal DeployPlan(DimensionalModel model) => Model = model;

    /// <summary>The model.</summary>
    public DimensionalModel Model { get; }

    /// <summary>Tables to create.</summary>
    public required IReadOnlyList<TableSchema> MissingTables { get; init; }

    /// <summary>Columns to add to tables that are there.</summary>
    public required IReadOnlyList<(TableSchema Table, Column Column)> MissingColumns { get; init; }
}
