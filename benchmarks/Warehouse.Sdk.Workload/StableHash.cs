namespace Warehouse.Sdk.Workload;

/// <summary>The same number for a text in every process: FNV-1a of 64 bits (Fowler, Noll, Vo).</summary>
internal static class StableHash
{
    public static ulong Of(string text)
    {
        ulong hash = 14695981039346656037;
        foreach (char character in text)
            hash = (hash ^ character) * 1099511628211;
        return hash;
    }
}
