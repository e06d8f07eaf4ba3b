using System.Globalization;
using System.Text;

namespace Warehouse.Sdk.Conformance;

/// <summary>
/// Compares the whole, ordered contents of a table with a table drawn as text. <c>$1</c> stands for any value, the same wherever it is
/// repeated and different from <c>$2</c>: surrogate keys are the engine's to give.
/// </summary>
public static class DrawnTable
{
    /// <summary>Runs a query and compares all its rows, in order, with the drawn ones.</summary>
    public static async Task ExpectAsync(this IWarehouse warehouse, string sql, string drawn)
    {
        ArgumentNullException.ThrowIfNull(warehouse);
        ArgumentNullException.ThrowIfNull(drawn);
        string[][] expected = [.. drawn.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0 && !line.StartsWith("---", StringComparison.Ordinal)).Select(Cells)];
        string[][] actual = await ReadAsync(warehouse, sql, expected[0]);
        if (!Match(expected, actual))
            Assert.Fail($"Expected:\n{Draw(expected)}\nActual:\n{Draw(actual)}\nQuery: {sql}");
    }

    /// <summary>The rows of a query, drawn.</summary>
    public static async Task<string> DrawAsync(this IWarehouse warehouse, string sql) => Draw(await ReadAsync(warehouse, sql, []));

    private static string[] Cells(string line) => [.. line.Trim('|').Split('|').Select(cell => cell.Trim())];

    private static async Task<string[][]> ReadAsync(IWarehouse warehouse, string sql, string[] emptyHeader)
    {
        List<string[]> rows = [];
        foreach (IDictionary<string, object?> row in (await warehouse.QueryAsync<dynamic>(sql)).Cast<IDictionary<string, object?>>())
        {
            if (rows.Count == 0)
                rows.Add([.. row.Keys.Select(Name)]);
            rows.Add([.. row.Values.Select(Text)]);
        }

        return rows.Count == 0 ? [emptyHeader] : [.. rows];
    }

    // Some engines keep plain names in capitals.
    private static string Name(string column) => column.Any(char.IsAsciiLetterLower) ? column : column.ToLowerInvariant();

    // Drivers differ in the .NET type that a value comes as; the drawing must not.
    /// <summary>Midnight is drawn as a date, NULL as NULL, an empty text as ''.</summary>
    private static string Text(object? value) => value switch
    {
        null or DBNull => "NULL",
        string { Length: 0 } => "''",
        // A driver has no times but those of a day.
        DateTime { Year: 1970, Month: 1, Day: 1, TimeOfDay.Ticks: > 0 } time => Text(TimeOnly.FromDateTime(time)),
        DateTime time => time.ToString(time.TimeOfDay == TimeSpan.Zero ? "yyyy-MM-dd" : "yyyy-MM-dd HH:mm:ss.FFFFFF", CultureInfo.InvariantCulture),
        DateTimeOffset time => Text(time.UtcDateTime),
        DateOnly date => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        TimeOnly time => time.ToString("HH:mm:ss.FFFFFF", CultureInfo.InvariantCulture),
        TimeSpan { Ticks: >= 0, Days: 0 } time => Text(TimeOnly.FromTimeSpan(time)),
        bool flag => flag ? "true" : "false",
        byte[] bytes => Convert.ToHexStringLower(bytes),
        Stream stream => Text(ReadAll(stream)),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static byte[] ReadAll(Stream stream)
    {
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static bool Match(string[][] expected, string[][] actual)
    {
        if (expected.Length != actual.Length)
            return false;
        Dictionary<string, string> bound = [];
        for (int row = 0; row < expected.Length; row++)
        {
            if (expected[row].Length != actual[row].Length)
                return false;
            for (int column = 0; column < expected[row].Length; column++)
            {
                string wanted = expected[row][column];
                string found = actual[row][column];
                if (!wanted.StartsWith('$'))
                {
                    if (wanted != found)
                        return false;
                }
                else if (!bound.TryAdd(wanted, found) && bound[wanted] != found)
                {
                    return false;
                }
            }
        }

        return bound.Values.Distinct().Count() == bound.Count;
    }

    private static string Draw(string[][] rows)
    {
        int columns = rows.Max(row => row.Length);
        int[] widths = [.. Enumerable.Range(0, columns).Select(column => rows.Max(row => column < row.Length ? row[column].Length : 0))];
        var text = new StringBuilder();
        foreach (string[] row in rows)
            text.AppendLine("  | " + string.Join(" | ", row.Select((cell, column) => cell.PadRight(widths[column]))) + " |");
        return text.ToString();
    }
}
