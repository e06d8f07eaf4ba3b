namespace Warehouse.Sdk.Conformance;

/// <summary>Everything a database holds, as text: two equal digests mean that nothing was changed in between.</summary>
public static class Digest
{
    /// <summary>The tables of the model.</summary>
    public static async Task<string> OfTablesAsync(this IWarehouse warehouse)
    {
        ArgumentNullException.ThrowIfNull(warehouse);
        return await OfAsync(warehouse, warehouse.Model.Tables.Where(table => table is not DateDimension).Select(table => table.Name.ToString()));
    }

    /// <summary>The tables of the model and the ledger.</summary>
    public static async Task<string> OfAllAsync(this IWarehouse warehouse)
        => await warehouse.OfTablesAsync() + await OfAsync(warehouse, ["warehouse.load", "warehouse.load_file", "warehouse.watermark", "warehouse.load_interval", "warehouse.reject"]);

    private static async Task<string> OfAsync(IWarehouse warehouse, IEnumerable<string> tables)
    {
        List<string> parts = [];
        foreach (string table in tables)
        {
            string drawn = await warehouse.DrawAsync($"SELECT * FROM {table}");
            parts.Add($"{table}\n{string.Join('\n', drawn.Split('\n').Order(StringComparer.Ordinal))}");
        }

        return string.Join('\n', parts);
    }
}
