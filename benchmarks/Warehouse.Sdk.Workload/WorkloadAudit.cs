using static System.FormattableString;

namespace Warehouse.Sdk.Workload;

/// <summary>Holds the whole end state against the manifest: every version, every fact, every rejected row, both ways.</summary>
internal sealed class WorkloadAudit(IWarehouse warehouse, Manifest manifest)
{
    /// <summary>More differences than anybody reads are not looked for.</summary>
    public const int Most = 50;

    // Rows of a stretch are held; the rest is not.
    private const long Stretch = 100_000;

    private readonly WorkloadOptions _options = manifest.Options;
    private readonly ExpectedState _state = new(manifest.Options);

    /// <param name="loads">The loads of each day, in order.</param>
    public async Task<IReadOnlyList<Difference>> RunAsync(IReadOnlyList<WorkloadDay> loads)
    {
        List<Difference> found = [.. Loads(loads)];
        found.AddRange(await VerificationAsync());
        found.AddRange(await TotalsAsync());
        foreach (WorkloadDay day in loads)
            found.AddRange(await RejectsAsync(day));
        found.AddRange(await DepotsAsync());
        await VersionsAsync(found);
        await ParcelsAsync(found);
        return [.. found.Take(Most)];
    }

    private IEnumerable<Difference> Loads(IReadOnlyList<WorkloadDay> loads)
    {
        for (int day = 0; day <= _options.Days; day++)
        {
            if (Differs($"load of clients, day {day}", manifest.Days[day].Clients, ClientLoad.Of(loads[day].Clients.Counts)) is { } clients)
                yield return clients;
            if (Differs($"load of parcels, day {day}", manifest.Days[day].Parcels, ParcelLoad.Of(loads[day].Parcels.Counts)) is { } parcels)
                yield return parcels;
        }
    }

    private async Task<IEnumerable<Difference>> VerificationAsync()
    {
        VerifyReport report = await warehouse.VerifyAsync();
        return report.Findings.Select(finding => new Difference($"{finding.Rule} in {finding.Table}", string.Empty, $"{finding.Member}: {finding.Detail}"));
    }

    private async Task<IEnumerable<Difference>> TotalsAsync()
    {
        Totals stored = (await warehouse.QueryAsync<Totals>("""
            SELECT (SELECT count(DISTINCT client_id) FROM business.dim_client WHERE client_key > 0) AS clients,
                   (SELECT count(*) FROM business.dim_client WHERE client_key > 0) AS versions,
                   (SELECT count(DISTINCT client_key) FROM business.dim_client WHERE client_key > 0) AS keys,
                   (SELECT count(*) FROM business.dim_client WHERE client_key > 0 AND is_current) AS current,
                   (SELECT count(*) FROM business.dim_client WHERE client_key > 0 AND is_inferred) AS inferred,
                   (SELECT count(*) FROM business.fact_parcel) AS parcels,
                   (SELECT count(*) FROM business.fact_parcel WHERE client_key = -1) AS without_client,
                   (SELECT count(*) FROM business.fact_parcel WHERE depot_key = -1) AS without_depot,
                   (SELECT CAST(coalesce(sum(price), 0) AS decimal(18,2)) FROM business.fact_parcel) AS price
            """))[0];
        ManifestEnd end = manifest.End;
        var expected = new Totals(end.Clients, end.Versions, end.Versions, end.Current, end.Inferred, end.Parcels, end.WithoutClient, end.WithoutDepot, end.Price);
        return Differs("totals", expected, stored) is { } difference ? [difference] : [];
    }

    private async Task<IEnumerable<Difference>> RejectsAsync(WorkloadDay day)
    {
        IEnumerable<RejectedLine> clients = Lines(new Clients(_options).Batch(day.Day), happened => happened.Copies, happened => happened.IsBad ? happened.BadColumn : null);
        IEnumerable<RejectedLine> parcels = Lines(new Parcels(_options).Batch(day.Day), happened => happened.Copies, happened => happened.IsBad ? happened.BadColumn : null);
        return [.. await OfLoadAsync(day.Clients, clients), .. await OfLoadAsync(day.Parcels, parcels)];

        async Task<IEnumerable<Difference>> OfLoadAsync(LoadReport load, IEnumerable<RejectedLine> expected)
        {
            IReadOnlyList<RejectedLine> stored = await warehouse.QueryAsync<RejectedLine>(Invariant($"SELECT line, column_name FROM warehouse.reject WHERE load_id = {load.LoadId} ORDER BY line"));
            return Difference.Between(expected, stored, line => $"rejected row of {load.Target}, day {day.Day}, line {line.Line}", Order<RejectedLine>(line => (line.Line, 0)));
        }
    }

    private static IEnumerable<RejectedLine> Lines<TEvent>(IEnumerable<TEvent> events, Func<TEvent, int> copies, Func<TEvent, string?> badColumn)
    {
        long line = 0;
        foreach (TEvent happened in events)
        {
            line += copies(happened);
            if (badColumn(happened) is { } column)
                yield return new RejectedLine(line, column);
        }
    }

    private async Task<IEnumerable<Difference>> DepotsAsync()
    {
        IReadOnlyList<DepotRow> stored = await warehouse.QueryAsync<DepotRow>("SELECT depot_id, name FROM business.dim_depot WHERE depot_key > 0 ORDER BY depot_id");
        return Difference.Between(Depots.Rows(_options.Days), stored, depot => $"depot {depot.DepotId}", Order<DepotRow>(depot => (depot.DepotId, 0)));
    }

    // Engines mark parameters differently in hand-written SQL; numbers that the audit makes itself stand in the text.
    private async Task VersionsAsync(List<Difference> found)
    {
        long last = _options.ClientsThrough(_options.Days);
        for (long from = 1; from <= last + 1 && found.Count < Most; from += Stretch)
        {
            long to = from + Stretch > last ? long.MaxValue : from + Stretch - 1;
            IReadOnlyList<ClientVersion> stored = await warehouse.QueryAsync<ClientVersion>(Invariant($"""
                SELECT client_id, version, valid_from, valid_to, is_current, is_inferred, email, city, tier
                FROM business.dim_client
                WHERE client_key > 0
                  AND client_id BETWEEN {from} AND {to}
                ORDER BY client_id, valid_from, version
                """));
            found.AddRange(Difference.Between(_state.Versions(from, to), stored, version => $"client {version.ClientId}, version {version.Version}", Order<ClientVersion>(version => (version.ClientId, version.Version))).Take(Most));
            if (to == long.MaxValue)
                return;
        }
    }

    private async Task ParcelsAsync(List<Difference> found)
    {
        long last = _state.LastParcel;
        for (long from = 1; from <= last && found.Count < Most; from += Stretch)
        {
            long to = from + Stretch > last ? long.MaxValue : from + Stretch - 1;
            IReadOnlyList<StoredParcel> stored = await warehouse.QueryAsync<StoredParcel>(Invariant($"""
                SELECT f.parcel_id, f.sent_at, f.date_key, c.client_id, CASE WHEN f.client_key > 0 THEN c.version END AS client_version, CASE WHEN f.depot_key > 0 THEN d.depot_id END AS depot_id, f.grams, f.price
                FROM business.fact_parcel AS f
                LEFT JOIN business.dim_client AS c ON c.client_key = f.client_key
                LEFT JOIN business.dim_depot AS d ON d.depot_key = f.depot_key
                WHERE f.parcel_id BETWEEN {from} AND {to}
                ORDER BY f.parcel_id
                """));
            found.AddRange(Difference.Between(_state.Parcels(from, to), stored, parcel => $"parcel {parcel.ParcelId}", Order<StoredParcel>(parcel => (parcel.ParcelId, 0))).Take(Most));
        }
    }

    private static Difference? Differs<TValue>(string what, TValue expected, TValue found)
        where TValue : notnull => expected.Equals(found) ? null : new Difference(what, expected.ToString()!, found.ToString()!);

    private static Comparer<TRow> Order<TRow>(Func<TRow, (long, int)> key) => Comparer<TRow>.Create((left, right) => key(left).CompareTo(key(right)));

    private sealed record RejectedLine(long Line, string ColumnName);

    private sealed record Totals(long Clients, long Versions, long Keys, long Current, long Inferred, long Parcels, long WithoutClient, long WithoutDepot, decimal Price);
}
