using System.Globalization;
using System.Linq.Expressions;
using System.Text;
using Warehouse.Sdk.Providers;

namespace Warehouse.Sdk.Tests;

/// <summary>Reads CSV text through a feed as a provider would, and draws each row on a line.</summary>
internal static class CsvFile
{
    public static async Task<RowFeed<CsvRow>> OpenAsync<TRow>(byte[] content, CsvFormat? format = null, Action<ZoneTableBuilder<TRow>>? define = null)
    {
        ZoneTable<TRow> table = null!;
        DimensionalModel.Create("shop", model => table = model.Landing("row", define));
        CsvFormat written = format ?? CsvFormat.Default;
        var file = new FileReading(new SourceFile("x.csv", _ => Task.FromResult<Stream>(new MemoryStream(content))), written, FileReadOptions.Default, new PathColumns(FileReadOptions.Default));
        CsvRecordReader reader = await CsvRecordReader.OpenAsync(await file.OpenAsync(TestContext.Current.CancellationToken), file, written, table, TestContext.Current.CancellationToken);
        return new FileFeed<CsvRow>(reader, file, table, written.IgnoreExtraColumns);
    }

    public static Task<IReadOnlyList<string>> ReadAsync<TRow>(string content, CsvFormat? format = null) => ReadAsync<TRow>(Encoding.UTF8.GetBytes(content), format);

    /// <summary><c>line: value | value</c>; NULL is NULL, texts stand in single quotes, a row that is wrong as a whole shows its problem.</summary>
    public static async Task<IReadOnlyList<string>> ReadAsync<TRow>(byte[] content, CsvFormat? format = null)
    {
        await using RowFeed<CsvRow> feed = await OpenAsync<TRow>(content, format);
        Action<CsvRow, DrawnField>[] readers = [.. feed.Columns.Select(column => RowWriter<DrawnField>.For<CsvRow>([column], 0, DrawnField.Write))];
        List<string> rows = [];
        while (await feed.MoveNextAsync(TestContext.Current.CancellationToken))
        {
            string row = feed.RowProblem ?? string.Join(" | ", readers.Select(read => Draw(read, feed.Current)));
            rows.Add(FormattableString.Invariant($"{feed.Line}: {row}"));
        }

        return rows;
    }

    private static string Draw(Action<CsvRow, DrawnField> read, CsvRow row)
    {
        var field = new DrawnField();
        try
        {
            read(row, field);
            return field.Text;
        }
        catch (FormatException wrong)
        {
            return wrong.Message;
        }
    }

    /// <summary>An engine that keeps one field as text.</summary>
    private sealed class DrawnField
    {
        public string Text { get; private set; } = string.Empty;

        public static MethodCallExpression Write(FeedColumn column, ConstantExpression index, Expression value, ParameterExpression field)
            => value.Type == typeof(ReadOnlySpan<char>)
                ? Expression.Call(field, nameof(WriteText), null, value)
                : Expression.Call(field, nameof(WriteValue), null, Expression.Convert(value, typeof(object)));

        public void Mark(int column) => Text = $"column {column}";

        public void WriteNull(int column) => Text = "NULL";

        public void WriteText(ReadOnlySpan<char> value) => Text = $"'{value}'";

        public void WriteValue(object value) => Text = value switch
        {
            DateTime time => time.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
            DateOnly date => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        };
    }
}
