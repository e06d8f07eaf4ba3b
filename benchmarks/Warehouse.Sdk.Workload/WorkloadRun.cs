using System.Diagnostics;

namespace Warehouse.Sdk.Workload;

/// <summary>What the loads of one day did.</summary>
/// <param name="Day">0 is the historical load.</param>
/// <param name="Depots">A full snapshot.</param>
/// <param name="Clients">A delta.</param>
/// <param name="Parcels">A delta, behind its dimensions.</param>
/// <param name="Seconds">All three loads on the wall, the making of their rows included.</param>
/// <param name="BytesWritten">As the host measures them.</param>
internal sealed record WorkloadDay(int Day, LoadReport Depots, LoadReport Clients, LoadReport Parcels, double Seconds, long BytesWritten)
{
    public long RowsRead => Depots.Counts.Read + Clients.Counts.Read + Parcels.Counts.Read;

    /// <summary>Rows of the batch that changed something, and members that were inferred.</summary>
    public long RowsChanged => new[] { Depots.Counts, Clients.Counts, Parcels.Counts }.Sum(counts => counts.NewMembers + counts.NewVersions + counts.Overwritten + counts.Expired + counts.Reopened + counts.Split + counts.Resolved + counts.Inserted + counts.Updated + counts.Inferred);
}

/// <summary>Loads the history and then day after day, through the public API and nothing else.</summary>
/// <param name="warehouse">Empty, of <paramref name="model"/>.</param>
/// <param name="model">The model.</param>
/// <param name="options">The workload.</param>
/// <param name="bytesWritten">What the engine has written so far; may be left out.</param>
internal sealed class WorkloadRun(IWarehouse warehouse, ParcelModel model, WorkloadOptions options, Func<Task<long>>? bytesWritten = null)
{
    public async Task<WorkloadDay> LoadAsync(int day)
    {
        LoadOptions load = new() { AsOf = WorkloadOptions.DateOf(day + 1), Rejects = RejectPolicy.KeepAll };
        long before = await BytesWrittenAsync(), start = Stopwatch.GetTimestamp();
        LoadReport depots = await warehouse.LoadAsync(model.Depot, Depots.Rows(day), load with { Kind = BatchKind.FullSnapshot });
        LoadReport clients = await warehouse.LoadAsync(model.Client, new Clients(options).Rows(day), load);
        LoadReport parcels = await warehouse.LoadAsync(model.Parcel, new Parcels(options).Rows(day), load);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return new WorkloadDay(day, depots, clients, parcels, seconds, await BytesWrittenAsync() - before);
    }

    private Task<long> BytesWrittenAsync() => bytesWritten is null ? Task.FromResult(0L) : bytesWritten();
}
