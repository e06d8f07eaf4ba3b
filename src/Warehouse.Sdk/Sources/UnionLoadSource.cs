using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

/// <summary>The rows of several sources, one after the other.</summary>
internal sealed class UnionLoadSource(Identifier? sourceColumn, IReadOnlyList<SourcePart> parts)
    : ComposedLoadSource($"union of {string.Join(" and ", parts.Select(part => part.Source.Description))}", parts)
{
    public Identifier? SourceColumn { get; } = sourceColumn;

    public override IReadOnlyList<RowShape> Shapes(LoadTarget target)
    {
        if (SourceColumn is { } column && !target.SourceColumns.Any(wanted => wanted.Name == column && wanted.Type.IsText))
            throw new ArgumentException($"{target.Name} takes no text column {column} that could say which source a row came from. Nothing was loaded.");
        var shape = new RowShape(target.RowType, [.. target.SourceColumns.Where(wanted => wanted.Name != SourceColumn)]);
        return [.. Parts.Select(_ => shape)];
    }
}
