using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

/// <summary>A file as the ledger keeps it; its properties are the columns of the table of files, in order.</summary>
internal sealed record KeptFile(long LoadId, string Target, string Path, long Length, string Sha256, long? Number, long? RowsRead)
{
    private static readonly RowShape Shape = new(
        typeof(KeptFile),
        [.. RowShape.ReadableProperties(typeof(KeptFile)).Select(property => new SourceColumn(Identifier.SnakeCase(property.Name), ColumnType.FromClr(property.PropertyType, default)!.Value) { Property = property })]);

    public static QualifiedName Table(ModelConventions conventions) => new(conventions.LedgerSchema, "load_file");

    public static ObjectFeed<KeptFile> Feed(IEnumerable<KeptFile> files) => new(files, Shape);
}
