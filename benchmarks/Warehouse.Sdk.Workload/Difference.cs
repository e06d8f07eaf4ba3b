namespace Warehouse.Sdk.Workload;

/// <summary>Where the warehouse is not as the manifest says.</summary>
/// <param name="What">The load, the total or the row.</param>
/// <param name="Expected">By the manifest; empty where there should be nothing.</param>
/// <param name="Found">In the warehouse; empty where there is nothing.</param>
internal sealed record Difference(string What, string Expected, string Found)
{
    public static string Draw(IReadOnlyList<Difference> differences)
    {
        string[][] rows = [["what", "expected", "found"], .. differences.Select(difference => new[] { difference.What, difference.Expected, difference.Found })];
        int[] widths = [.. Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length))];
        return string.Join('\n', rows.Select(row => string.Join(" | ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd()));
    }

    /// <summary>Both sides in the order of their keys, row by row.</summary>
    public static IEnumerable<Difference> Between<TRow>(IEnumerable<TRow> expected, IEnumerable<TRow> found, Func<TRow, string> name, IComparer<TRow> order)
        where TRow : class
    {
        using IEnumerator<TRow> left = expected.GetEnumerator(), right = found.GetEnumerator();
        TRow? wanted = Next(left), stored = Next(right);
        while (wanted is not null || stored is not null)
        {
            int side = wanted is null ? 1 : stored is null ? -1 : order.Compare(wanted, stored);
            if (side < 0)
                yield return new Difference(name(wanted!), wanted!.ToString()!, string.Empty);
            else if (side > 0)
                yield return new Difference(name(stored!), string.Empty, stored!.ToString()!);
            else if (!wanted!.Equals(stored))
                yield return new Difference(name(wanted), wanted.ToString()!, stored!.ToString()!);
            if (side <= 0)
                wanted = Next(left);
            if (side >= 0)
                stored = Next(right);
        }
    }

    private static TRow? Next<TRow>(IEnumerator<TRow> rows)
        where TRow : class => rows.MoveNext() ? rows.Current : null;
}
