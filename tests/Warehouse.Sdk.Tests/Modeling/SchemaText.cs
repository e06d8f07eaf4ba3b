namespace Warehouse.Sdk.Tests;

/// <summary>Draws a table as text, a column to a line, so that a test shows the whole of it.</summary>
internal static class SchemaText
{
    public static string Draw(this LoadTarget table) => Draw(table, column => string.Empty);

    public static string DrawWithComments(this LoadTarget table) => Draw(table, column => $": {column.Comment}");

    public static string DrawSource(this LoadTarget table)
        => string.Join('\n', table.SourceColumns.Select(column => $"{column.Name} {column.Type}"));

    private static string Draw(LoadTarget table, Func<Column, string> more)
        => $"{table.Name} ({string.Join(", ", table.Schema.PrimaryKey)})\n"
            + string.Join('\n', table.Schema.Columns.Select(column => $"{column.Name} {column.Type}{(column.IsNullable ? string.Empty : " not null")}{more(column)}"));
}
