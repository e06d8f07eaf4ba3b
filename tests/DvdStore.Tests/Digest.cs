namespace DvdStore.Tests;

/// <summary>A digest of every row of every table of the model, surrogate keys and load numbers included.</summary>
internal static class Digest
{
    public static async Task<string> OfAsync(IWarehouse warehouse)
    {
        List<string> digests = [];
        foreach (LoadTarget table in warehouse.Model.Tables)
        {
            string? digest = (await warehouse.QueryAsync<string?>($"SELECT CAST(bit_xor(hash(t)) AS VARCHAR) || ' ' || count(*) FROM {table.Name} AS t"))[0];
            digests.Add($"{table.Name}: {digest}");
        }

        return string.Join('\n', digests);
    }
}
