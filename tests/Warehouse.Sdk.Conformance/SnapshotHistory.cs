namespace Warehouse.Sdk.Conformance;

/// <summary>A row of a real snapshot, its values as they are written, by attribute type.</summary>
internal sealed record SnapshotRow(string Key, string? First, IReadOnlyList<string?> Overwritten, IReadOnlyList<string?> Tracked, string? Followed);

/// <summary>What full snapshots, one day after the other, make of a dimension, and what becomes of each row. Plain C#.</summary>
internal sealed class SnapshotHistory
{
    private readonly SortedDictionary<string, Member> _members = new(StringComparer.Ordinal);

    public IEnumerable<string> Versions => _members.SelectMany(pair => pair.Value.Versions.Select((version, number) => string.Join(
        " | ",
        [
            ScdDrawing.Text(pair.Key),
            ScdDrawing.Text(pair.Value.First),
            .. pair.Value.Overwritten.Select(ScdDrawing.Text),
            .. version.Tracked.Select(ScdDrawing.Text),
            ScdDrawing.Text(pair.Value.Followed),
            ScdDrawing.Text(pair.Value.Previous),
            ScdDrawing.Text(version.From),
            ScdDrawing.Text(version.To),
            $"{number + 1}",
        ])));

    public LoadCounts Apply(DateTime day, IReadOnlyCollection<SnapshotRow> rows)
    {
        long newMembers = 0, newVersions = 0, overwritten = 0, unchanged = 0;
        foreach (SnapshotRow row in rows)
        {
            if (!_members.TryGetValue(row.Key, out Member? member))
            {
                _members.Add(row.Key, new Member { First = row.First, Overwritten = row.Overwritten, Followed = row.Followed, Versions = { new Version(day, row.Tracked) } });
                newMembers++;
                continue;
            }

            bool overwrites = !member.Overwritten.SequenceEqual(row.Overwritten) || member.Followed != row.Followed;
            if (member.Followed != row.Followed)
                (member.Previous, member.Followed) = (member.Followed, row.Followed);
            member.Overwritten = row.Overwritten;
            Version last = member.Versions[^1];
            if (last.To is not null || !last.Tracked.SequenceEqual(row.Tracked))
            {
                last.To ??= day;
                member.Versions.Add(new Version(day, row.Tracked));
                newVersions++;
            }
            else if (overwrites)
            {
                overwritten++;
            }
            else
            {
                unchanged++;
            }
        }

        HashSet<string> held = [.. rows.Select(row => row.Key)];
        Version[] absent = [.. _members.Where(pair => !held.Contains(pair.Key)).Select(pair => pair.Value.Versions[^1]).Where(version => version.To is null)];
        foreach (Version version in absent)
            version.To = day;
        return new LoadCounts { Read = rows.Count, NewMembers = newMembers, NewVersions = newVersions, Overwritten = overwritten, Unchanged = unchanged, Expired = absent.Length, ExpiredByAbsence = absent.Length };
    }

    private sealed class Member
    {
        public string? First { get; init; }

        public required IReadOnlyList<string?> Overwritten { get; set; }

        public string? Followed { get; set; }

        public string? Previous { get; set; }

        public List<Version> Versions { get; } = [];
    }

    private sealed class Version(DateTime from, IReadOnlyList<string?> tracked)
    {
        public DateTime From => from;

        public DateTime? To { get; set; }

        public IReadOnlyList<string?> Tracked => tracked;
    }
}
