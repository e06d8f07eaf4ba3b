namespace Warehouse.Sdk.Conformance;

/// <summary>Everything a database holds, as text: two equal digests mean that nothing was changed in between.</summary>
public static class Digest
{
    /// <summary>The tables of the model and those that stand beside them, such as histories and remembered events.</summary>
    public static async Task<string> OfTablesAsync(this IWarehouse warehouse)
    {
        ArgumentNullException.ThrowIfNull(warehouse);
        IEnumerable<string> dates = warehouse.Model.DateDimensions.Select(date => date.Name.ToString());
        return await OfAsync(warehouse, warehouse.Model.Schemas.Select(table => table.Name.ToString()).Except(dates));
    }

    /// <summary>The tables of the model and the ledger.</summary>
    public static async Task<string> OfAllAsync(this IWarehouse warehouse)
        => await warehouse.OfTablesAsync() + await OfAsync(warehouse, ["warehouse.load", "warehouse.load_file", "warehouse.watermark", "warehouse.load_interval", "warehouse.reject", "warehouse.surrogate_key", "warehouse.attribute_type"]);

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
