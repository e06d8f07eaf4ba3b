using System.Globalization;

namespace Warehouse.Sdk.Workload;

/// <summary>A fact as it has to be stored: with the version that its client had when it was sent.</summary>
internal sealed record StoredParcel(long ParcelId, DateTime SentAt, int DateKey, long? ClientId, int? ClientVersion, int? DepotId, int Grams, decimal Price);

/// <summary>What is stored after the last day, in the order of keys and in stretches of any length.</summary>
internal sealed class ExpectedState(WorkloadOptions options)
{
    private const int MostRecent = 100_000;

    private readonly Clients _clients = new(options);
    private readonly Parcels _parcels = new(options);

    // Clients send many parcels. No more of them are kept than this, whatever the scale.
    private readonly Dictionary<long, IReadOnlyList<ClientVersion>> _recent = [];

    public long LastParcel => _parcels.Last;

    /// <summary>Versions of the clients from a number up to another, itself included.</summary>
    public IEnumerable<ClientVersion> Versions(long from, long to)
    {
        long last = options.ClientsThrough(options.Days);
        for (long client = from; client <= Math.Min(to, last); client++)
        {
            foreach (ClientVersion version in ClientVersion.Of(_clients.Life(client, options.Days)))
                yield return version;
        }

        if (to <= last)
            yield break;
        IEnumerable<long> neverCame = NamedEarly(options.Days).Concat(NamedStrangers()).Where(client => client >= from && client <= to);
        foreach (long client in neverCame.Order())
            yield return ClientVersion.Inferred(client);
    }

    /// <summary>Parcels from a number up to another, itself included.</summary>
    public IEnumerable<StoredParcel> Parcels(long from, long to)
    {
        for (long parcel = from; parcel <= Math.Min(to, _parcels.Last); parcel++)
        {
            ParcelRow? stored = null;
            foreach (ParcelEvent happened in _parcels.Life(parcel))
            {
                if (!happened.IsBad && happened.Batch <= options.Days)
                    stored = happened.Row;
            }

            if (stored is not null)
                yield return Stored(stored);
        }
    }

    /// <summary>Clients of the next batch whom parcels of this one name.</summary>
    public IReadOnlySet<long> NamedEarly(int batch)
    {
        long known = options.ClientsThrough(batch);
        return _parcels.Batch(batch)
            .Where(happened => !happened.IsBad && happened.Row.ClientId > known && happened.Row.ClientId < Workload.Parcels.FirstStranger)
            .Select(happened => happened.Row.ClientId!.Value)
            .ToHashSet();
    }

    private HashSet<long> NamedStrangers()
    {
        HashSet<long> named = [];
        for (long parcel = 1; parcel <= _parcels.Last && named.Count < Workload.Parcels.Strangers; parcel++)
        {
            foreach (ParcelEvent happened in _parcels.Life(parcel))
            {
                if (!happened.IsBad && happened.Batch <= options.Days && happened.Row.ClientId is >= Workload.Parcels.FirstStranger and { } stranger)
                    named.Add(stranger);
            }
        }

        return named;
    }

    private IReadOnlyList<ClientVersion> HistoryOf(long client)
    {
        if (_recent.TryGetValue(client, out IReadOnlyList<ClientVersion>? known))
            return known;
        if (_recent.Count >= MostRecent)
            _recent.Clear();
        return _recent[client] = ClientVersion.Of(_clients.Life(client, options.Days));
    }

    private StoredParcel Stored(ParcelRow row)
    {
        bool isKnown = row.ClientId <= options.ClientsThrough(options.Days);
        int? version = row.ClientId is not { } client ? null : isKnown ? ClientVersion.At(HistoryOf(client), row.SentAt) : 1;
        int? depot = row.DepotId <= WorkloadOptions.Depots ? row.DepotId : null;
        return new StoredParcel(row.ParcelId!.Value, row.SentAt, int.Parse(row.SentAt.ToString("yyyyMMdd", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture), row.ClientId, version, depot, row.Grams, row.Price);
    }
}
