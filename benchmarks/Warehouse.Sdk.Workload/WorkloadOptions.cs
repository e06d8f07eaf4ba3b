namespace Warehouse.Sdk.Workload;

/// <summary>How large the workload is. The same options give the same rows.</summary>
/// <param name="Scale">Thousands of clients at the beginning; ten thousand parcels of history and a hundred more a day each. At least 1.</param>
/// <param name="Days">Daily batches after the historical load. At least 1, at most 1,000.</param>
/// <param name="Seed">Draws another workload of the same size.</param>
internal sealed record WorkloadOptions(int Scale = 100, int Days = 10, long Seed = 1)
{
    public const int HistoryDays = 100;
    public const int Depots = 200;
    public const int MostDays = 1_000;

    private static readonly DateTime FirstDay = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    public long FirstClients => Scale * 1_000L;

    public long NewClientsPerDay => Scale * 5L;

    public long ParcelsPerDay => Scale * 100L;

    /// <summary>The day of a batch: 1 is the first after the historical load, whose last day is 0.</summary>
    public static DateTime DateOf(int day) => FirstDay.AddDays(day - 1);

    /// <summary>Clients that any batch up to this one has brought.</summary>
    public long ClientsThrough(int day) => FirstClients + (NewClientsPerDay * Math.Max(0, day));

    /// <summary>The batch that brings a client.</summary>
    public int FirstBatchOf(long client) => client <= FirstClients ? 0 : (int)((client - FirstClients - 1) / NewClientsPerDay) + 1;
}
