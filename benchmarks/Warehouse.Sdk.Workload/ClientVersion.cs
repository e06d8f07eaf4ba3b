namespace Warehouse.Sdk.Workload;

/// <summary>A version of a client as it has to be stored.</summary>
internal sealed record ClientVersion(long ClientId, int Version, DateTime ValidFrom, DateTime? ValidTo, bool IsCurrent, bool IsInferred, string? Email, string? City, int? Tier)
{
    /// <summary>The history that a client's good rows make: a pure function, which knows nothing of batches, SQL or the SDK.</summary>
    public static IReadOnlyList<ClientVersion> Of(IEnumerable<ClientEvent> life)
    {
        List<ClientVersion> versions = [];
        string? email = null;
        foreach (ClientRow row in life.Where(happened => !happened.IsBad).Select(happened => happened.Row).Distinct().OrderBy(row => row.ChangedAt))
        {
            ClientVersion? open = versions.Count > 0 && versions[^1].IsCurrent ? versions[^1] : null;
            bool isDelete = row.Operation == "D";
            if (!isDelete)
                email = row.Email;
            if (open is not null && !isDelete && (open.City, open.Tier) == (row.City, row.Tier))
                continue;
            if (open is not null)
                versions[^1] = open with { ValidTo = row.ChangedAt, IsCurrent = false };
            if (!isDelete)
                versions.Add(new ClientVersion(row.ClientId!.Value, versions.Count + 1, versions.Count == 0 ? ParcelModel.Beginning : row.ChangedAt, null, true, false, null, row.City, row.Tier));
        }

        return [.. versions.Select(version => version with { Email = email })];
    }

    /// <summary>A client of whom only parcels know.</summary>
    public static ClientVersion Inferred(long client) => new(client, 1, ParcelModel.Beginning, null, true, true, null, null, null);

    /// <summary>The version that holds at a time; where the client was gone, the one before.</summary>
    public static int At(IReadOnlyList<ClientVersion> versions, DateTime time) => versions.Last(version => version.Version == 1 || version.ValidFrom <= time).Version;
}
