using System.Reflection;

namespace Warehouse.Sdk;

/// <summary>The columns that rows of one .NET type bring to one target.</summary>
internal sealed class RowShape(Type rowType, IReadOnlyList<SourceColumn> columns)
{
    public Type RowType { get; } = rowType;

    public SchemaContract Contract { get; init; } = SchemaContract.Default;

    public IReadOnlyList<SourceColumn> Columns { get; } = columns;

    public SourceColumn this[PropertyInfo property]
        => Columns.First(column => column.Property!.Name == property.Name);

    public static PropertyInfo[] ReadableProperties(Type rowType)
        => [.. rowType.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.CanRead && property.GetIndexParameters().Length == 0 && property.Name != "EqualityContract")];
}
