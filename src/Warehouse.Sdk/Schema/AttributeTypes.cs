using System.Globalization;
using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

/// <summary>Compares the types that attributes were deployed with, as the ledger noted them, with those of the model.</summary>
internal sealed class AttributeTypes(ISqlDialect dialect, DimensionalModel model, StatementRunner runner)
{
    /// <param name="plan">What the database lacks.</param>
    /// <param name="options">What may be done to what is stored.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The plan, and which attributes have another type by now.</returns>
    /// <exception cref="WarehouseSchemaException">History would be lost, and that was not asked for.</exception>
    public async Task<DeployPlan> CompareAsync(DeployPlan plan, DeployOptions options, CancellationToken cancellationToken)
    {
        var rows = await runner.QueryAsync(dialect.ReadAttributeTypes(model), cancellationToken).ConfigureAwait(false);
        ILookup<string, (Identifier Name, ScdType Type)> noted = rows.ToLookup(row => Text(row, "target"), row => (new Identifier(Text(row, "column_name")), Enum.Parse<ScdType>(Text(row, "scd_type"))));
        List<RetypedAttribute> retyped = [];
        List<Dimension> unnoted = [];
        foreach (Dimension dimension in model.Dimensions)
        {
            var before = noted[dimension.Name.ToString()].ToDictionary(attribute => attribute.Name, attribute => attribute.Type);
            retyped.AddRange(
                from attribute in dimension.Attributes
                where before.TryGetValue(attribute.Name, out ScdType type) && type != attribute.Type
                select new RetypedAttribute(dimension, attribute, before[attribute.Name]));
            if (before.Count != dimension.Attributes.Count || dimension.Attributes.Any(attribute => !before.TryGetValue(attribute.Name, out ScdType type) || type != attribute.Type))
                unnoted.Add(dimension);
        }

        RetypedAttribute[] losing = [.. retyped.Where(attribute => attribute.LosesHistory)];
        List<Dimension> collapsed = [];
        foreach (Dimension dimension in losing.Select(attribute => attribute.Dimension).Distinct())
        {
            if ((await runner.QueryAsync(dialect.FindHistory(dimension), cancellationToken).ConfigureAwait(false)).Count > 0)
                collapsed.Add(dimension);
        }

        if (!options.CollapseHistory && collapsed.Count > 0)
            throw Refusal([.. losing.Where(attribute => collapsed.Contains(attribute.Dimension))]);
        return plan with { Retyped = retyped, Unnoted = unnoted, Collapsed = collapsed };
    }

    private WarehouseSchemaException Refusal(RetypedAttribute[] losing)
    {
        string[] refused = [.. losing.Select(attribute => $"{attribute.Dimension.Name}.{attribute.Attribute.Name} was deployed as {attribute.Before} and is {attribute.Attribute.Type} in the model, but members of {attribute.Dimension.Name} have versions that its changes made")];
        return new WarehouseSchemaException(
            $"The model '{model.Name}' cannot be deployed without losing history:\n  - {string.Join("\n  - ", refused)}\n"
            + "Nothing was changed. Give the attributes their types back, or deploy with new DeployOptions { CollapseHistory = true }: versions that no longer differ are then merged and facts get the key of those that stay.",
            refused)
        {
            Target = model.Name,
        };
    }

    private static string Text(IReadOnlyDictionary<string, object?> row, string column) => Convert.ToString(row[column], CultureInfo.InvariantCulture)!;
}
