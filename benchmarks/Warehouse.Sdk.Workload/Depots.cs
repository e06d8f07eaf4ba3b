namespace Warehouse.Sdk.Workload;

/// <summary>Depots come whole every day; on each, one has another name.</summary>
internal static class Depots
{
    public static IEnumerable<DepotRow> Rows(int day) => Enumerable.Range(1, WorkloadOptions.Depots).Select(depot => new DepotRow(depot, NameOf(depot, day)));

    private static string NameOf(int depot, int day)
    {
        int renamed = day - ((((day - depot) % WorkloadOptions.Depots) + WorkloadOptions.Depots) % WorkloadOptions.Depots);
        return renamed > 0 ? FormattableString.Invariant($"Depot {depot}, named on day {renamed}") : FormattableString.Invariant($"Depot {depot}");
    }
}
