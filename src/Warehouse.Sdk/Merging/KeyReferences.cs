using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

/// <summary>Finds where a model keeps natural keys of a dimension's members outside of the dimension.</summary>
internal static class KeyReferences
{
    public static IReadOnlyList<(LoadTarget Owner, KeyReference Reference)> Of(DimensionalModel model, Dimension dimension) =>
    [
        .. model.Bridges.Where(bridge => bridge.Group == dimension)
            .Select(bridge => ((LoadTarget)bridge, new KeyReference(bridge.Name, [.. bridge.Definition.GroupKey.Select(column => column.Name)], bridge.Conventions.LoadId, IsOfGrain: true))),
        .. from map in model.Tables.OfType<HierarchyBridge>()
           where map.Dimension == dimension
           from column in new[] { map.Ancestor, map.Descendant }
           select ((LoadTarget)map, new KeyReference(map.Name, [column], map.Conventions.LoadId, IsOfGrain: true)),
        .. from fact in model.Facts
           from key in KeptKeys(fact, dimension)
           from table in new[] { fact.Schema, fact.Events, fact.Deletions }.OfType<TableSchema>()
           where key.All(name => table.Columns.Any(column => column.Name == name))
           select ((LoadTarget)fact, new KeyReference(table.Name, key, fact.Conventions.LoadId, IsOfGrain: fact.Definition.GrainColumns.Any(column => key.Contains(column.Name)))),
    ];

    /// <summary>What else a kept key says; empty when it may be changed.</summary>
    public static IReadOnlyList<string> Obstacles(DimensionalModel model, Dimension dimension)
    {
        List<string> obstacles = [];
        foreach (Fact fact in model.Facts)
        {
            Identifier[] keys = [.. KeptKeys(fact, dimension).SelectMany(key => key).Distinct()];
            var others = fact.Definition.Dimensions.Where(link => link.Dimension != dimension).SelectMany(link => link.Key.Select(column => (column.Name, Use: $"the key of its {link.Role}")))
                .Concat(fact.Definition.Dates.Select(date => (date.Source.Name, Use: "a date")))
                .Concat(new[] { (fact.Definition.Growth.Watermark?.Name, Use: "its watermark"), (fact.Definition.Growth.Scope?.Name, Use: "the scope of its loads") }.Where(use => use.Item1 is not null).Select(use => (use.Item1!.Value, use.Use)));
            obstacles.AddRange(KeptKeys(fact, dimension)
                .Where(key => key.Any(name => fact.GrainColumns.Any(column => column.Name == name)) && !key.All(name => fact.GrainColumns.Any(column => column.Name == name)))
                .Select(key => $"{fact.Name} has only a part of the key ({string.Join(", ", key.Select(name => name.Value))}) in its grain"));
            obstacles.AddRange(others.Where(other => keys.Contains(other.Item1)).Select(other => $"{fact.Name}.{other.Item1} is {other.Use} too"));
        }

        return obstacles;
    }

    private static IEnumerable<IReadOnlyList<Identifier>> KeptKeys(Fact fact, Dimension dimension)
    {
        HashSet<Identifier> kept = [.. fact.Schema.Columns.Select(column => column.Name)];
        return fact.Definition.Dimensions.Where(link => link.Dimension == dimension && link.Key.All(column => kept.Contains(column.Name)))
            .Select(link => link.Key.Select(column => column.Name).ToArray())
            .DistinctBy(key => string.Join(',', key.Select(name => name.Value)));
    }
}
