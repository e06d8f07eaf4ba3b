using Warehouse.Sdk.Providers;

namespace Warehouse.Sdk;

/// <summary>Gives members new natural keys: all mappings, and the ledger's row about them, in one transaction.</summary>
internal sealed class RekeyRunner(IWarehouseProvider provider, DimensionalModel model, MemberRunner members)
{
    public Task<LoadReport> RunAsync(Dimension dimension, IReadOnlyList<KeyMapping> mappings, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(mappings);
        members.ExpectOwn(dimension);
        Bridge[] bridges = [.. model.Bridges.Where(bridge => bridge.Group == dimension)];
        var change = new MemberChange("Giving members new keys", "new keys", provider.Dialect.Rekey(dimension, bridges), [.. bridges.Select(bridge => bridge.Name.ToString())]);
        return members.RunAsync(dimension, change, [.. mappings.Select(mapping => Parameters(dimension, mapping))], cancellationToken);
    }

    private static Dictionary<string, object?> Parameters(Dimension dimension, KeyMapping mapping)
    {
        ArgumentNullException.ThrowIfNull(mapping);
        Dictionary<string, object?> values = NaturalKeyValues.Bind(dimension, mapping.From);
        Dictionary<string, object?> to = NaturalKeyValues.Bind(dimension, mapping.To);
        for (int position = 1; position <= to.Count; position++)
            values[NaturalKeyValues.NewParameterName(position)] = to[NaturalKeyValues.ParameterName(position)];
        return values;
    }
}
