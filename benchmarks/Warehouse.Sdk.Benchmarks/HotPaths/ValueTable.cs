using Warehouse.Sdk.Providers;

namespace Warehouse.Sdk.Benchmarks.HotPaths;

/// <summary>A table with a column of each type, taken one column at a time.</summary>
internal static class ValueTable
{
    public static ZoneTable<ValueRow> Table { get; } = Make();

    public static ValueRow[] Rows(int count) => [.. Enumerable.Range(0, count).Select(ValueRow.Make)];

    /// <summary>The only column of its kind.</summary>
    public static FeedColumn Column(ColumnKind kind) => new ObjectFeed<ValueRow>([], Table.Rows).Columns.Single(column => column.Column.Type.Kind == kind);

    private static ZoneTable<ValueRow> Make()
    {
        ZoneTable<ValueRow> table = null!;
        DimensionalModel.Create("benchmark", model => table = model.Landing<ValueRow>("value", t => t
            .Column(row => row.Amount, ColumnType.Decimal(18, 4))
            .Column(row => row.Document, ColumnType.Json)));
        return table;
    }
}
