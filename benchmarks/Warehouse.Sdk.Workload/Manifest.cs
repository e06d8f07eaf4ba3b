using System.Text.Json;

namespace Warehouse.Sdk.Workload;

/// <summary>What must come out of a workload, worked out in plain C# from the same draws as the rows.</summary>
/// <param name="Options">The workload.</param>
/// <param name="Days">The historical load and each day.</param>
/// <param name="End">What is stored after the last day.</param>
internal sealed record Manifest(WorkloadOptions Options, IReadOnlyList<ManifestDay> Days, ManifestEnd End)
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static Manifest Of(WorkloadOptions options)
    {
        ExpectedState state = new(options);
        List<ManifestDay> days = [];
        HashSet<long> strangers = [];
        for (int day = 0; day <= options.Days; day++)
            days.Add(ManifestDay.Of(options, day, state, strangers));
        return new Manifest(options, days, ManifestEnd.Of(state));
    }

    public override string ToString() => JsonSerializer.Serialize(this, Format);
}

/// <summary>What one batch holds and what its loads must report.</summary>
/// <param name="Day">0 is the historical load.</param>
/// <param name="ClientEvents">Rows of clients by why they are there, copies left out.</param>
/// <param name="Clients">What the load of clients reports.</param>
/// <param name="ParcelEvents">Rows of parcels by why they are there, copies left out.</param>
/// <param name="Parcels">What the load of parcels reports.</param>
internal sealed record ManifestDay(int Day, IReadOnlyDictionary<string, long> ClientEvents, ClientLoad Clients, IReadOnlyDictionary<string, long> ParcelEvents, ParcelLoad Parcels)
{
    /// <param name="options">The workload.</param>
    /// <param name="day">The batch.</param>
    /// <param name="state">Knows whom parcels named before they came.</param>
    /// <param name="strangers">Those who never come and were named before; this batch's are added.</param>
    public static ManifestDay Of(WorkloadOptions options, int day, ExpectedState state, HashSet<long> strangers)
    {
        var clientEvents = new SortedDictionary<string, long>(StringComparer.Ordinal);
        long read = 0, duplicates = 0, rejected = 0, begun = 0;
        foreach (ClientEvent happened in new Clients(options).Batch(day))
        {
            Count(clientEvents, happened.Kind.ToString());
            (read, duplicates, rejected) = (read + happened.Copies, duplicates + happened.Copies - 1, rejected + (happened.IsBad ? 1 : 0));
            begun += happened.Kind == ClientEventKind.First ? 1 : 0;
        }

        long resolved = day == 0 ? 0 : state.NamedEarly(day - 1).Count;
        var clients = new ClientLoad(read, rejected, duplicates, begun - resolved, resolved);

        var parcelEvents = new SortedDictionary<string, long>(StringComparer.Ordinal);
        (read, duplicates, rejected) = (0, 0, 0);
        long inserted = 0, updated = 0, unchanged = 0, inferred = state.NamedEarly(day).Count;
        foreach (ParcelEvent happened in new Parcels(options).Batch(day))
        {
            Count(parcelEvents, happened.Kind.ToString());
            (read, duplicates, rejected) = (read + happened.Copies, duplicates + happened.Copies - 1, rejected + (happened.IsBad ? 1 : 0));
            inserted += happened.IsNew ? 1 : 0;
            updated += happened.Kind == ParcelEventKind.Corrected ? 1 : 0;
            unchanged += happened.Kind == ParcelEventKind.Redelivered ? 1 : 0;
            if (!happened.IsBad && happened.Row.ClientId is >= Workload.Parcels.FirstStranger and { } stranger && strangers.Add(stranger))
                inferred++;
        }

        return new ManifestDay(day, clientEvents, clients, parcelEvents, new ParcelLoad(read, rejected, duplicates, inserted, updated, unchanged, inferred));
    }

    private static void Count(SortedDictionary<string, long> counts, string kind) => counts[kind] = counts.GetValueOrDefault(kind) + 1;
}

internal sealed record ClientLoad(long Read, long Rejected, long Duplicates, long NewMembers, long Resolved)
{
    public static ClientLoad Of(LoadCounts counts) => new(counts.Read, counts.Rejected, counts.Duplicates, counts.NewMembers, counts.Resolved);
}

internal sealed record ParcelLoad(long Read, long Rejected, long Duplicates, long Inserted, long Updated, long Unchanged, long Inferred)
{
    public static ParcelLoad Of(LoadCounts counts) => new(counts.Read, counts.Rejected, counts.Duplicates, counts.Inserted, counts.Updated, counts.Unchanged, counts.Inferred);
}

/// <summary>What is stored in the end.</summary>
/// <param name="Clients">Members, inferred ones included.</param>
/// <param name="Versions">Of all of them.</param>
/// <param name="Current">Versions that are open.</param>
/// <param name="Inferred">Members of whom only parcels know.</param>
/// <param name="Parcels">Facts.</param>
/// <param name="WithoutClient">Facts on the unknown client.</param>
/// <param name="WithoutDepot">Facts on the unknown depot.</param>
/// <param name="Price">The sum over all facts.</param>
/// <param name="Digest">Of every version and every fact, in whatever order.</param>
internal sealed record ManifestEnd(long Clients, long Versions, long Current, long Inferred, long Parcels, long WithoutClient, long WithoutDepot, decimal Price, string Digest)
{
    public static ManifestEnd Of(ExpectedState state)
    {
        long clients = 0, versions = 0, current = 0, inferred = 0, parcels = 0, withoutClient = 0, withoutDepot = 0;
        decimal price = 0;
        ulong digest = 0;
        foreach (ClientVersion version in state.Versions(1, long.MaxValue))
        {
            versions++;
            clients += version.Version == 1 ? 1 : 0;
            current += version.IsCurrent ? 1 : 0;
            inferred += version.IsInferred ? 1 : 0;
            digest += StableHash.Of(version.ToString());
        }

        foreach (StoredParcel parcel in state.Parcels(1, long.MaxValue))
        {
            parcels++;
            withoutClient += parcel.ClientId is null ? 1 : 0;
            withoutDepot += parcel.DepotId is null ? 1 : 0;
            price += parcel.Price;
            digest += StableHash.Of(parcel.ToString());
        }

        return new ManifestEnd(clients, versions, current, inferred, parcels, withoutClient, withoutDepot, price, digest.ToString("x16", System.Globalization.CultureInfo.InvariantCulture));
    }
}
