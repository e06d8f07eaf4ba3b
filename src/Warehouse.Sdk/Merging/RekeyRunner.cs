using Warehouse.Sdk.Providers;

namespace Warehouse.Sdk;

/// <summary>Gives members new natural keys: all mappings, and the ledger's row about them, in one transaction.</summary>
internal sealed class RekeyRunner(IWarehouseProvider provider, DimensionalModel model, MemberRunner members)
{
    public Task<LoadReport> RunAsync(Dimension dimension, IReadOnlyList<KeyMapping> mappings, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(mappings);
        members.ExpectOwn(dimension);
        if (model.OwnerOf(dimension) is { } owner)
            throw new ArgumentException($"{dimension.Name} says which combination a member of {owner.Name} had; give {owner.Name} the new keys, and they go along. Nothing was changed.", nameof(dimension));
        if (KeyReferences.Obstacles(model, dimension) is { Count: > 0 } obstacles)
            throw new ArgumentException($"Members of {dimension.Name} cannot be given new keys: {string.Join("; ", obstacles)}, and would change with it. Nothing was changed. Keep the key in a column of its own.", nameof(dimension));
        var references = KeyReferences.Of(model, dimension);
        var change = new MemberChange(
            "Giving members new keys",
            "new keys",
            provider.Dialect.Rekey(dimension, [.. references.Select(reference => reference.Reference)]),
            [.. references.Select(reference => reference.Owner.Name.ToString()).Distinct(StringComparer.Ordinal)]);
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
