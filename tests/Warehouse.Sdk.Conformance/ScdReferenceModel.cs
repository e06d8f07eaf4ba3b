namespace Warehouse.Sdk.Conformance;

/// <summary>
/// What a dimension holds after a set of events, straight from SEMANTICS.md: a pure function that knows nothing of batches, SQL or the SDK.
/// Type 0 in origin, 1 in email, 2 in town, 3 in segment.
/// </summary>
internal static class ScdReferenceModel
{
    public static IReadOnlyList<string> Table(IEnumerable<ScdRandomEvent> delivered, ScdRules rules)
        => [.. delivered.Distinct().GroupBy(e => e.Id).OrderBy(member => member.Key).SelectMany(member => Lines(member.Key, History([.. member], rules), rules))];

    public static IEnumerable<string> Lines(int id, (string? Origin, IReadOnlyList<ScdModelVersion> Versions) history, ScdRules rules)
        => ScdDrawing.Versions(rules, id, history.Origin, history.Versions);

    /// <summary>The history of one member.</summary>
    public static (string? Origin, IReadOnlyList<ScdModelVersion> Versions) History(IReadOnlyCollection<ScdRandomEvent> told, ScdRules rules)
    {
        List<ScdModelVersion> versions = [];
        string? origin = null, email = null, segment = null, previous = null;
        bool isInferred = false;
        foreach (ScdRandomEvent e in Decided(told, rules))
        {
            ScdModelVersion? open = versions.Find(version => version.To is null);
            bool isThere = open is { IsDeleted: false };
            if (e.IsDelete)
            {
                if (!isThere)
                    continue;
                open!.To = e.At;
                if (rules.MarksDeleted)
                    versions.Add(new ScdModelVersion { From = e.At, Town = open.Town, IsDeleted = true, Email = email, Segment = segment, Previous = previous });
                continue;
            }

            if (versions.Count == 0)
            {
                (origin, email, segment, isInferred) = (e.Origin, e.Email, e.Segment, e.IsPlaceholder);
            }
            else
            {
                if (!rules.AreEqual(segment, e.Segment))
                    (previous, segment) = (segment, e.Segment);
                if (!rules.AreEqual(email, e.Email))
                    email = e.Email;
            }

            if (!isThere || !rules.AreEqual(open!.Town, e.Town))
            {
                if (open is not null)
                    open.To = e.At;
                versions.Add(new ScdModelVersion { From = versions.Count == 0 && rules.BeginsEarly && ScdRules.Beginning < e.At ? ScdRules.Beginning : e.At, Town = e.Town });
            }

            foreach (ScdModelVersion version in rules.OverwritesCurrentOnly ? versions.TakeLast(1) : versions)
                (version.Email, version.Segment, version.Previous) = (email, segment, previous);
        }

        foreach (ScdModelVersion version in versions)
            version.IsInferred = isInferred && !version.IsDeleted;
        return (origin, versions);
    }

    /// <summary>The version that a fact meets: the last that begins at or before its time, or the first. A gap is met by the version before it.</summary>
    public static int? Met(IReadOnlyList<ScdModelVersion> versions, DateTime time)
    {
        if (versions.Count == 0)
            return null;
        int met = 0;
        for (int i = 1; i < versions.Count && versions[i].From <= time; i++)
            met = i;
        return met + 1;
    }

    /// <summary>Rows in the form they are compared in; of several at one instant the greatest sequence counts.</summary>
    public static IEnumerable<ScdRandomEvent> Instants(IEnumerable<ScdRandomEvent> told, ScdRules rules)
    {
        IEnumerable<ScdRandomEvent> rows = told.Select(e => Normalised(e, rules)).Distinct();
        return rules.HasSequence ? rows.GroupBy(e => (e.Id, e.At, e.IsPlaceholder)).Select(instant => instant.MaxBy(e => e.Lsn)!) : rows;
    }

    /// <summary>
    /// One event an instant, in the order of time: deleted and back at one instant is nothing. A placeholder has the values of the first real row,
    /// unless that is older.
    /// </summary>
    private static IEnumerable<ScdRandomEvent> Decided(IEnumerable<ScdRandomEvent> told, ScdRules rules)
    {
        ScdRandomEvent[] events = [.. Instants(told, rules)];
        ScdRandomEvent? first = events.Where(e => e is { IsDelete: false, IsPlaceholder: false }).MinBy(e => e.At);
        return events
            .Where(e => !e.IsPlaceholder || first is null || first.At > e.At)
            .Select(e => e.IsPlaceholder && first is not null ? first with { At = e.At } : e)
            .GroupBy(e => e.At)
            .OrderBy(instant => instant.Key)
            .Select(instant => instant.FirstOrDefault(e => !e.IsDelete) ?? instant.First());
    }

    private static ScdRandomEvent Normalised(ScdRandomEvent e, ScdRules rules) => e with
    {
        Email = rules.Normalised(e.Email),
        Town = rules.Normalised(e.Town),
        Segment = rules.Normalised(e.Segment),
        At = rules.Instant(e.At),
    };
}
