using System.Reflection;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

/// <summary>The rows of a source with values that a table of the warehouse has for a key of theirs, such as the date of a calendar's own number.</summary>
internal sealed class MappedLoadSource(Type rowType, ZoneTable map, IReadOnlyList<PropertyInfo> key, IReadOnlyList<PropertyInfo> mapKey, IReadOnlyList<PropertyInfo> values, SourcePart part)
    : ComposedLoadSource($"{part.Source.Description} by way of {map.Name}", [part])
{
    public ZoneTable Map { get; } = map;

    public IReadOnlyList<Identifier> MapKey => [.. mapKey.Select(property => Map.Rows[property].Name)];

    /// <summary>The columns that come from the map.</summary>
    public IReadOnlyList<Identifier> Values => [.. values.Select(property => Map.Rows[property].Name)];

    public IReadOnlyList<Identifier> Key(LoadTarget target) => [.. key.Select(property => Shapes(target)[0][property].Name)];

    public override IReadOnlyList<RowShape> Shapes(LoadTarget target)
    {
        RowShape shape = ShapeOf(rowType, target, key.Select(property => property.Name).ToHashSet());
        HashSet<Identifier> own = [.. shape.Columns.Select(column => column.Name)];
        string[] problems =
        [
            .. Values.Where(own.Contains).Select(name => $"{name} comes from the rows and from the map"),
            .. target.SourceColumns.Select(column => column.Name).Where(name => !own.Contains(name) && !Values.Contains(name)).Select(name => $"{name} comes from neither"),
        ];
        return problems.Length == 0 ? [shape] : throw new ArgumentException($"{Description} does not fit {target.Name}: {string.Join("; ", problems)}. Nothing was loaded.");
    }
}
