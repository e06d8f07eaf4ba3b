using System.Globalization;
using System.Numerics;
using Spectre.Console;
using Warehouse.Sdk;

namespace Samples;

/// <summary>Draws what loads did and what queries say.</summary>
public static class SampleTables
{
    private const string None = "[dim]-[/]";

    private static readonly (string Name, Func<LoadCounts, long> Value)[] Counts =
    [
        ("read", counts => counts.Read),
        ("new", counts => counts.Inserted + counts.NewMembers),
        ("versions", counts => counts.NewVersions),
        ("changed", counts => counts.Updated + counts.Overwritten),
        ("replaced", counts => counts.Deleted),
        ("same", counts => counts.Unchanged + counts.Duplicates + counts.BelowWatermark),
        ("rejected", counts => counts.Rejected),
    ];

    /// <summary>One row per load, in the order they ran.</summary>
    public static Table Loads(IEnumerable<(string Delivery, LoadReport Report)> loads)
    {
        ArgumentNullException.ThrowIfNull(loads);
        string[] counts = [.. Counts.Select(count => count.Name)];
        Table table = New("What the loads did", ["delivery", "table", .. counts, "outcome"], counts);
        foreach (var (delivery, report) in loads)
        {
            table.AddRow(
            [
                Markup.Escape(delivery),
                Markup.Escape(report.Target),
                .. Counts.Select(count => count.Value(report.Counts) is var number and not 0 ? Cell(number) : None),
                report.Outcome switch { LoadOutcome.AlreadyLoaded => "loaded before", LoadOutcome.NothingChanged => "nothing changed", _ => "loaded" },
            ]);
        }

        return table;
    }

    /// <summary>The rows of a query under the names of its columns.</summary>
    public static async Task<Table> QueryAsync(IWarehouse warehouse, string title, string sql)
    {
        ArgumentNullException.ThrowIfNull(warehouse);
        IReadOnlyList<IDictionary<string, object?>> rows = [.. (await warehouse.QueryAsync<dynamic>(sql)).Cast<IDictionary<string, object?>>()];
        if (rows.Count == 0)
            return New(title, ["(no rows)"], []);
        Table table = New(title, [.. rows[0].Keys.Select(name => name.Replace('_', ' '))], [.. rows[0].Keys.Where(name => rows.Any(row => row[name] is decimal or double or long or int or BigInteger)).Select(name => name.Replace('_', ' '))]);
        foreach (IDictionary<string, object?> row in rows)
            table.AddRow([.. row.Values.Select(Cell)]);
        return table;
    }

    /// <summary>Every rule held against all rows, in a sentence or as the findings.</summary>
    public static async Task<string> VerifyAsync(IWarehouse warehouse, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(warehouse);
        return $"verified: {await warehouse.VerifyAsync(cancellationToken)}";
    }

    private static Table New(string title, IReadOnlyList<string> columns, IReadOnlyList<string> numbers)
    {
        Table table = new Table().Border(TableBorder.Rounded).Title(title);
        foreach (string column in columns)
            table.AddColumn(new TableColumn(column) { NoWrap = true, Alignment = numbers.Contains(column) ? Justify.Right : Justify.Left });
        return table;
    }

    private static string Cell(object? value) => value switch
    {
        null => None,
        DateTime time when time.TimeOfDay == TimeSpan.Zero => time.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        DateOnly date => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        decimal or double => Convert.ToDecimal(value, CultureInfo.InvariantCulture).ToString("N2", CultureInfo.InvariantCulture),
        BigInteger whole => whole.ToString("N0", CultureInfo.InvariantCulture),
        long or int or short => Convert.ToInt64(value, CultureInfo.InvariantCulture).ToString("N0", CultureInfo.InvariantCulture),
        bool flag => flag ? "yes" : "no",
        _ => Markup.Escape(Convert.ToString(value, CultureInfo.InvariantCulture) ?? string.Empty),
    };
}
