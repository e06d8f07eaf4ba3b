namespace Warehouse.Sdk.Conformance;

/// <summary>
/// What a dimension that forgets its events holds after one batch more: what its versions themselves still say (each was true where it began and
/// where it last changed, and gone where it ended) is put in order with the batch. Plain C#; knows nothing of SQL or the SDK.
/// </summary>
internal sealed class ScdSplitModel(ScdRules rules) : IScdModel
{
    private readonly SortedDictionary<int, Member> _members = [];

    public IReadOnlyList<string> Table => [.. _members.SelectMany(pair => ScdDrawing.Versions(rules, pair.Key, pair.Value.Origin, pair.Value.Versions))];

    public IReadOnlyList<ScdModelVersion> Versions(int id) => _members.TryGetValue(id, out Member? member) ? member.Versions : [];

    public void Apply(IEnumerable<ScdRandomEvent> batch)
    {
        foreach (var events in ScdReferenceModel.Instants(batch, rules).GroupBy(e => e.Id))
        {
            Member member = _members.TryGetValue(events.Key, out Member? known) ? known : new Member();
            Resolve(member, events.Where(e => !e.IsDelete).MinBy(e => e.At));
            Rewrite(member, [.. events]);
            if (member.Versions.Count > 0)
                _members[events.Key] = member;
        }
    }

    public void Infer(int id, DateTime at)
        => _members.Add(id, new Member { Versions = [new Version { From = at, ChangedAt = at, IsInferred = true }] });

    // The first real event fills in a placeholder.
    private static void Resolve(Member member, ScdRandomEvent? first)
    {
        int placeholder = member.Versions.FindIndex(version => version.IsInferred);
        if (placeholder < 0 || first is null)
            return;
        Version filled = member.Versions[placeholder];
        member.Origin = first.Origin;
        member.Versions[placeholder] = new Version
        {
            From = filled.From < first.At ? filled.From : first.At,
            To = filled.To,
            Town = first.Town,
            Email = first.Email,
            Segment = first.Segment,
            ChangedAt = first.At,
        };
    }

    private void Rewrite(Member member, ScdRandomEvent[] events)
    {
        List<Happening> timeline = [.. Known(member).Concat(events.Select(Told)).OrderBy(h => h.At).ThenBy(h => h.Precedence)];
        timeline.RemoveAll(h => h.IsDelete && timeline.Exists(other => !other.IsDelete && other.At == h.At));
        for (int i = 0; i < timeline.Count;)
        {
            if (timeline[i].IsDelete && (i == 0 || timeline[i - 1].IsDelete))
                timeline.RemoveAt(i);
            else
                i++;
        }

        Settle(member, timeline);
        Judge(timeline);
        List<Version> history = Number(timeline);
        if (history.Count == 0)
            return;
        Match(member.Versions, history);
        member.Versions = history;
        Describe(member, timeline, history);
    }

    private static IEnumerable<Happening> Known(Member member)
    {
        for (int i = 0; i < member.Versions.Count; i++)
        {
            Version version = member.Versions[i];
            if (version.IsDeleted)
            {
                yield return new Happening { At = version.From, IsDelete = true, Kind = Kind.Ended };
                continue;
            }

            yield return version.At(version.From, Kind.Stored, member.Origin);
            if (version.ChangedAt > version.From && (version.To is null || version.ChangedAt < version.To))
                yield return version.At(version.ChangedAt, Kind.Seen, member.Origin);
            if (version.To is { } end && (i + 1 == member.Versions.Count || member.Versions[i + 1].From != end))
                yield return new Happening { At = end, IsDelete = true, Kind = Kind.Ended };
        }
    }

    private static Happening Told(ScdRandomEvent e) => new() { At = e.At, IsDelete = e.IsDelete, Kind = Kind.Event, Origin = e.Origin, Email = e.Email, Town = e.Town, Segment = e.Segment };

    // An event older than the last overwrite overwrites nothing, and an end carries on what it found.
    private void Settle(Member member, List<Happening> timeline)
    {
        Version? latest = member.Versions.LastOrDefault(version => !version.IsDeleted);
        Version? covering = null;
        for (int i = 0; i < timeline.Count; i++)
        {
            Happening now = timeline[i];
            covering = now.Version is not null && now.Kind == Kind.Stored ? now.Version : covering;
            Version? settled = rules.OverwritesCurrentOnly ? covering : latest;
            if (now.Kind == Kind.Event && settled is not null && now.At < settled.ChangedAt)
                (now.Email, now.Segment) = (settled.Email, settled.Segment);
            if (now.IsDelete && i > 0)
                (now.Origin, now.Email, now.Town, now.Segment) = (timeline[i - 1].Origin, timeline[i - 1].Email, timeline[i - 1].Town, timeline[i - 1].Segment);
        }
    }

    private void Judge(List<Happening> timeline)
    {
        for (int i = 0; i < timeline.Count; i++)
        {
            Happening now = timeline[i];
            Happening? before = i == 0 ? null : timeline[i - 1];
            now.Begins = !now.IsDelete && (before is null || before.IsDelete || (now.Kind == Kind.Stored && (before.Kind is Kind.Stored or Kind.Seen)) || !rules.AreEqual(now.Town, before.Town));
            now.EmailChanges = before is not null && !rules.AreEqual(now.Email, before.Email);
            now.SegmentChanges = before is not null && !rules.AreEqual(now.Segment, before.Segment);
            now.Overwrites = now.Kind == Kind.Event && !now.IsDelete && before is { IsDelete: false } && (now.EmailChanges || now.SegmentChanges);
        }
    }

    private List<Version> Number(List<Happening> timeline)
    {
        Happening[] boundaries = [.. timeline.Where(h => h.Begins || h.IsDelete)];
        List<Version> history = [];
        for (int i = 0; i < boundaries.Length; i++)
        {
            Happening boundary = boundaries[i];
            if (boundary.IsDelete && !rules.MarksDeleted)
                continue;
            DateTime from = history.Count == 0 && rules.BeginsEarly && ScdRules.Beginning < boundary.At ? ScdRules.Beginning : boundary.At;
            history.Add(new Version
            {
                From = from,
                To = i + 1 < boundaries.Length ? boundaries[i + 1].At : null,
                // An end finds the spelling that its version has.
                Town = boundary.IsDelete ? boundaries[i - 1].Town : boundary.Town,
                IsDeleted = boundary.IsDelete,
                BegunAt = boundary.At,
            });
        }

        return history;
    }

    private void Match(List<Version> stored, List<Version> history)
    {
        foreach (Version version in history)
        {
            Version? same = stored.Find(old => old.From == version.From)
                ?? stored.Find(old => old.From > version.From && (version.To is null || old.From < version.To) && old.IsDeleted == version.IsDeleted && rules.AreEqual(old.Town, version.Town));
            version.IsNew = same is null;
            if (same is null)
                continue;
            (version.Email, version.Segment, version.Previous, version.IsInferred) = (same.Email, same.Segment, same.Previous, same.IsInferred);
            version.ChangedAt = same.To is { } end && (version.To is null || end < version.To) && end > same.ChangedAt ? end : same.ChangedAt;
        }
    }

    // Type 0 the earliest value, types 1 and 3 the latest: of the member, or of the version where only the current one is overwritten.
    private void Describe(Member member, List<Happening> timeline, List<Version> history)
    {
        string? origin = timeline.First(h => !h.IsDelete).Origin;
        foreach (Version version in history)
        {
            Happening[] seen = rules.OverwritesCurrentOnly && version.To is { } end ? [.. timeline.Where(h => h.At < end)] : [.. timeline];
            Happening[] values = [.. seen.Where(h => !h.IsDelete)];
            Happening[] emailSteps = [.. seen.Where((h, i) => i == 0 || h.EmailChanges || h.Kind == Kind.Stored)];
            Happening[] segmentSteps = [.. seen.Where((h, i) => i == 0 || h.SegmentChanges || h.Kind == Kind.Stored)];
            string? email = (rules.Equality.HasFlag(Equality.IgnoreCase) ? emailSteps[^1] : values[^1]).Email;
            string? segment = segmentSteps[^1].Segment;
            string? previous = segmentSteps[^1].Kind == Kind.Stored ? segmentSteps[^1].Version!.Previous : segmentSteps.Length > 1 ? segmentSteps[^2].Segment : null;
            DateTime[] changes = [.. seen.Where(h => h.Kind == Kind.Event && (h.Begins || h.Overwrites || h.IsDelete)).Select(h => h.At)];
            DateTime changedAt = changes.DefaultIfEmpty(DateTime.MinValue).Max();
            bool wentBack = version.To is null && seen.Any(h => h.Overwrites) && version.ChangedAt < changedAt;
            if (version.IsNew)
                version.ChangedAt = changedAt > version.BegunAt ? changedAt : version.BegunAt;
            else if ((version.Email != email || version.Segment != segment || version.Previous != previous || member.Origin != origin || wentBack) && changedAt > version.ChangedAt)
                version.ChangedAt = changedAt;
            (version.Email, version.Segment, version.Previous, version.IsNew) = (email, segment, previous, false);
        }

        member.Origin = origin;
    }

    private enum Kind
    {
        Stored,
        Seen,
        Ended,
        Event,
    }

    private sealed class Member
    {
        public List<Version> Versions { get; set; } = [];

        public string? Origin { get; set; }
    }

    private sealed class Happening
    {
        public required DateTime At { get; init; }

        public required Kind Kind { get; init; }

        public bool IsDelete { get; init; }

        public Version? Version { get; init; }

        public string? Origin { get; set; }

        public string? Email { get; set; }

        public string? Town { get; set; }

        public string? Segment { get; set; }

        public bool Begins { get; set; }

        public bool EmailChanges { get; set; }

        public bool SegmentChanges { get; set; }

        public bool Overwrites { get; set; }

        public int Precedence => Kind switch { Kind.Seen => 1, Kind.Event => 2, _ => 0 };
    }

    private sealed class Version : ScdModelVersion
    {
        public DateTime BegunAt { get; init; }

        public bool IsNew { get; set; }

        public DateTime ChangedAt { get; set; }

        public Happening At(DateTime at, Kind kind, string? origin)
            => new() { At = at, Kind = kind, Version = this, Origin = origin, Email = Email, Town = Town, Segment = Segment };
    }
}
