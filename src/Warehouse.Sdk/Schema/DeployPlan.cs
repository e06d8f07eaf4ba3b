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

    /// <summary>Tables that are there with columns whose types have grown.</summary>
    public IReadOnlyList<WidenedTable> Widened { get; init; } = [];

    /// <summary>Physical options of tables that are there which differ from the model's.</summary>
    public IReadOnlyList<OptionChange> ChangedOptions { get; init; } = [];

    internal IReadOnlyList<string> ChangedOptionsInWords => [.. ChangedOptions.Select(change => change.ToString())];

    internal IReadOnlyList<string> WidenedInWords(ISqlDialect dialect)
        => [.. Widened.SelectMany(table => table.Columns.Select(column => $"{table.Table.Name}.{column.Column.Name}: {column.Before} -> {dialect.TypeName(column.Column.Type)}"))];

    /// <summary>Attributes that were deployed with another type.</summary>
    internal IReadOnlyList<RetypedAttribute> Retyped { get; init; } = [];

    /// <summary>Dimensions whose attribute types the ledger does not know as they are.</summary>
    internal IReadOnlyList<Dimension> Unnoted { get; init; } = [];

    /// <summary>Dimensions whose versions may say the same now.</summary>
    internal IReadOnlyList<Dimension> Collapsed { get; init; } = [];

    /// <summary>Dimensions in which something that follows from the versions has to be told anew.</summary>
    internal IEnumerable<Dimension> Refilled => Model.Dimensions
        .Where(dimension => !MissingTables.Contains(dimension.VersionSchema) && dimension.VersionSchema.Columns.Any(column => column.IsDerived))
        .Where(dimension => Retyped.Any(attribute => attribute.Dimension == dimension) || MissingColumns.Any(missing => missing.Table == dimension.VersionSchema && missing.Column.IsDerived));

    /// <summary>Links of facts that are there which have gained a durable key.</summary>
    internal IEnumerable<(Fact Fact, DimensionLink Link)> RefilledLinks =>
        from fact in Model.Facts
        from link in fact.Dimensions
        where MissingColumns.Any(missing => missing.Table == fact.Schema && missing.Column.Name == link.DurableKeyColumn)
        select (fact, link);
}
