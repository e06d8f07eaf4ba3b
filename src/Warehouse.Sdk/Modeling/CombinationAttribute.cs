using System.Reflection;

namespace Warehouse.Sdk;

/// <summary>A column of a mini- or junk dimension and how it is made from a property of the source row.</summary>
internal sealed record CombinationAttribute(Column Column, PropertyInfo Property)
{
    /// <summary>Ranges that a number is cut into; <see langword="null"/> where it is not.</summary>
    public IReadOnlyList<Band>? Bands { get; init; }

    /// <summary>What true and false are called; <see langword="null"/> where the value is no flag.</summary>
    public (string WhenTrue, string WhenFalse)? Flag { get; init; }

    /// <summary>What stands for NULL in a text.</summary>
    public string UnknownLabel { get; init; } = BandBuilder.DefaultUnknown;

    /// <summary>What stands for a number in no band.</summary>
    public string OutOfRangeLabel { get; init; } = BandBuilder.DefaultOutOfRange;

    /// <summary>The kinds that its source column may have.</summary>
    public bool Takes(ColumnType source)
    {
        if (Bands is not null)
            return IsNumber(source);
        if (Flag is not null)
            return source.Kind == ColumnKind.Boolean;
        return Column.Type.IsText ? source.IsText : source.Kind == Column.Type.Kind;
    }

    public static bool IsNumber(ColumnType type)
        => type.Kind is ColumnKind.SmallInt or ColumnKind.Integer or ColumnKind.BigInt or ColumnKind.Decimal or ColumnKind.Real or ColumnKind.Double;
}

/// <summary>A mini- or junk dimension beside the columns of a staged batch that its combinations are made from.</summary>
internal sealed record Combination(CombinationDimension Dimension, IReadOnlyList<(CombinationAttribute Attribute, SourceColumn Source)> Parts);
