namespace Warehouse.Sdk.Conformance;

/// <summary>A stream of rows as it comes in batches.</summary>
internal static class Batches
{
    /// <summary>The rows in any order, up to 24 of them at a time.</summary>
    public static IEnumerable<TRow[]> Cut<TRow>(TRow[] rows, Random random)
    {
        random.Shuffle(rows);
        for (int at = 0; at < rows.Length;)
        {
            int size = Math.Min(random.Next(1, 25), rows.Length - at);
            yield return rows[at..(at + size)];
            at += size;
        }
    }
}
