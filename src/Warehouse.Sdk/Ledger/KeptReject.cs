using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

/// <summary>A rejected row as the ledger keeps it; its properties are the columns of the reject table, in order.</summary>
internal sealed record KeptReject(long LoadId, string Target, string? File, long? Line, string? ColumnName, string Reason, string? RawRow, string? RawHeader, long? ReplayedBy, long? ReplayLine)
{
    private static readonly RowShape Shape = new(
        typeof(KeptReject),
        [.. RowShape.ReadableProperties(typeof(KeptReject)).Select(property => new SourceColumn(Identifier.SnakeCase(property.Name), ColumnType.FromClr(property.PropertyType, default)!.Value) { Property = property })]);

    public static QualifiedName Table(ModelConventions conventions) => new(conventions.LedgerSchema, "reject");

    // No engine keeps U+0000 in a text; what stands behind it would be lost.
    public static ObjectFeed<KeptReject> Feed(long loadId, LoadTarget target, IEnumerable<RejectedRow> rows)
        => new(rows.Select(row => new KeptReject(loadId, target.Name.ToString(), row.File, row.Line, row.Column, row.Reason, row.RawRow?.Replace('\0', '\u2400'), row.RawHeader, null, null)), Shape);
}
