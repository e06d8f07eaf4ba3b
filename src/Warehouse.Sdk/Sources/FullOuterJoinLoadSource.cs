using System.Reflection;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

/// <summary>The rows of two sources at one grain, side by side.</summary>
internal sealed class FullOuterJoinLoadSource(Type leftType, Type rightType, IReadOnlyList<PropertyInfo> on, IReadOnlySet<string> zeros, IReadOnlyList<SourcePart> parts)
    : ComposedLoadSource($"full outer join of {parts[0].Source.Description} and {parts[1].Source.Description}", parts)
{
    /// <summary>The columns of the join, by the names of the left side.</summary>
    public IReadOnlyList<Identifier> On(LoadTarget target) => [.. on.Select(property => ShapeOf(leftType, target)[property].Name)];

    /// <summary>Columns that are 0, not NULL, where their side has no row.</summary>
    public IReadOnlySet<Identifier> Zeros(LoadTarget target)
        => Shapes(target).SelectMany(shape => shape.Columns).Where(column => zeros.Contains(column.Property!.Name)).Select(column => column.Name).ToHashSet();

    public override IReadOnlyList<RowShape> Shapes(LoadTarget target)
    {
        RowShape left = ShapeOf(leftType, target);
        RowShape right = ShapeOf(rightType, target);
        Identifier[] key = [.. on.Select(property => left[property].Name)];
        HashSet<Identifier> ofLeft = [.. left.Columns.Select(column => column.Name)];
        HashSet<Identifier> ofRight = [.. right.Columns.Select(column => column.Name)];
        string[] problems =
        [
            .. key.Where(name => !ofRight.Contains(name)).Select(name => $"{rightType.Name} has no {name} to join on"),
            .. ofLeft.Intersect(ofRight).Except(key).Select(name => $"{name} comes from both sides; join on it, or take it from one"),
            .. target.SourceColumns.Select(column => column.Name).Where(name => !ofLeft.Contains(name) && !ofRight.Contains(name)).Select(name => $"{name} comes from neither side"),
        ];
        return problems.Length == 0 ? [left, right] : throw new ArgumentException($"{Description} does not fit {target.Name}: {string.Join("; ", problems)}. Nothing was loaded.");
    }
}
