using System.Globalization;
using System.Text;

namespace Warehouse.Sdk.Tests;

/// <summary>Reads CSV text through a feed as a provider would, and draws each row on a line.</summary>
internal static class CsvFile
{
    public static Task<CsvFeed> OpenAsync<TRow>(byte[] content, CsvFormat? format = null, Action<ZoneTableBuilder<TRow>>? define = null)
    {
        ZoneTable<TRow> table = null!;
        DimensionalModel.Create("shop", model => table = model.Landing("row", define));
        return CsvFeed.OpenAsync(new MemoryStream(content), "x.csv", format ?? CsvFormat.Default, table, TestContext.Current.CancellationToken);
    }

    public static Task<IReadOnlyList<string>> ReadAsync<TRow>(string content, CsvFormat? format = null) => ReadAsync<TRow>(Encoding.UTF8.GetBytes(content), format);

    /// <summary><c>line: value | value</c>; NULL is NULL, texts stand in single quotes, a row that is wrong as a whole shows its problem.</summary>
    public static async Task<IReadOnlyList<string>> ReadAsync<TRow>(byte[] content, CsvFormat? format = null)
    {
        await using CsvFeed feed = await OpenAsync<TRow>(content, format);
        Delegate[] readers = [.. feed.Columns.Select(column => column.Read.Compile())];
        List<string> rows = [];
        while (await feed.MoveNextAsync(TestContext.Current.CancellationToken))
        {
            string row = feed.RowProblem ?? string.Join(" | ", readers.Select(read => Draw(read, feed.Current)));
            rows.Add(FormattableString.Invariant($"{feed.Line}: {row}"));
        }

        return rows;
    }

    private static string Draw(Delegate read, CsvRow row)
    {
        try
        {
            return read.DynamicInvoke(row) switch
            {
                null => "NULL",
                string text => $"'{text}'",
                DateTime time => time.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
                DateOnly date => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                object value => Convert.ToString(value, CultureInfo.InvariantCulture)!,
            };
        }
        catch (System.Reflection.TargetInvocationException error) when (error.InnerException is FormatException wrong)
        {
            return wrong.Message;
        }
    }
}
