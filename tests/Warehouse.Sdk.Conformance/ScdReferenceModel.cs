using System.Globalization;

namespace Warehouse.Sdk.Conformance;

/// <summary>An event of the random streams. Days are whole; at most one row and one delete of a member stand on one day.</summary>
public sealed record ScdRandomEvent(int Stream, int Id, string? Origin, string? Email, string? Town, string? Segment, DateTime At, string? Op)
{
    public bool IsDelete => Op == "D";

    public override string ToString()
        => FormattableString.Invariant($"{Id}:{(IsDelete ? "gone" : $"{Text(Origin)}/{Text(Email)}/{Text(Town)}/{Text(Segment)}")}@{(At - ScdEvent.Day(0)).Days}");

    private static string Text(string? value) => value ?? "∅";
}

/// <summary>The rules a stream is loaded under.</summary>
public sealed record ScdRules(bool MarksDeleted, bool OverwritesCurrentOnly, bool IgnoresCase, bool BeginsEarly)
{
    public static DateTime Beginning { get; } = new(2000, 1, 1);

    /// <summary>Town is of type 6, members have a durable key, and every version says why it is there.</summary>
    public bool Derives { get; init; }

    /// <summary>The history stands in a table of its own.</summary>
    public bool SeparatesHistory { get; init; }

    /// <summary>An origin that was NULL takes the first that comes.</summary>
    public bool FillsOrigin => Derives && !OverwritesCurrentOnly;
}

/// <summary>
/// What a dimension holds after a set of events, straight from SEMANTICS.md: a pure function that knows nothing of batches, SQL or the SDK.
/// Type 0 in origin, 1 in email, 2 in town, 3 in segment.
/// </summary>
internal static class ScdReferenceModel
{
    public const string Header = "id | origin | email | town | segment | previous_segment | valid_from | valid_to | is_current | version";

    private sealed class Version
    {
        public required DateTime From { get; init; }

        public DateTime? To { get; set; }

        public string? Town { get; init; }

        public bool IsDeleted { get; init; }

        public string? Email { get; set; }

        public string? Segment { get; set; }

        public string? Previous { get; set; }
    }

    public static IReadOnlyList<string> Table(IEnumerable<ScdRandomEvent> delivered, ScdRules rules)
        => [.. delivered.Distinct().GroupBy(e => e.Id).OrderBy(member => member.Key).SelectMany(member => Member(member.Key, [.. member], rules))];

    private static IEnumerable<string> Member(int id, ScdRandomEvent[] events, ScdRules rules)
    {
        StringComparer comparer = rules.IgnoresCase ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;
        List<Version> versions = [];
        string? origin = null, email = null, segment = null, previous = null;
        foreach (ScdRandomEvent e in events.OrderBy(e => e.At))
        {
            Version? open = versions.LastOrDefault(version => version.To is null);
            bool isThere = open is { IsDeleted: false };
            if (e.IsDelete)
            {
                bool isUndone = Array.Exists(events, other => !other.IsDelete && other.At == e.At);
                if (isUndone || !isThere)
                    continue;
                open!.To = e.At;
                if (rules.MarksDeleted)
                    versions.Add(new Version { From = e.At, Town = open.Town, IsDeleted = true, Email = email, Segment = segment, Previous = previous });
                continue;
            }

            if (versions.Count == 0)
            {
                (origin, email, segment) = (e.Origin, e.Email, e.Segment);
            }
            else
            {
                if (!comparer.Equals(segment, e.Segment))
                    (previous, segment) = (segment, e.Segment);
                if (!comparer.Equals(email, e.Email))
                    email = e.Email;
                if (rules.FillsOrigin)
                    origin ??= e.Origin;
            }

            if (!isThere || !comparer.Equals(open!.Town, e.Town))
            {
                if (open is not null)
                    open.To = e.At;
                versions.Add(new Version { From = versions.Count == 0 && rules.BeginsEarly ? ScdRules.Beginning : e.At, Town = e.Town });
            }

            foreach (Version version in rules.OverwritesCurrentOnly ? versions.TakeLast(1) : versions)
                (version.Email, version.Segment, version.Previous) = (email, segment, previous);
        }

        (DateTime, DateTime?, string?, bool)[] history = [.. versions.Select(version => (version.From, version.To, version.Town, version.IsDeleted))];
        return versions.Select((version, index) => string.Join(" | ",
            id.ToString(CultureInfo.InvariantCulture),
            Text(origin), Text(version.Email), Text(version.Town), Text(version.Segment), Text(version.Previous),
            Text(version.From), Text(version.To),
            version.To is null ? "true" : "false",
            (index + 1).ToString(CultureInfo.InvariantCulture),
            version.IsDeleted ? "deleted" : "there") + ScdDerivedModel.Draw(rules, history, index));
    }

    private static string Text(string? value) => value ?? "NULL";

    private static string Text(DateTime? value) => value?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "NULL";
}
