using System.Text;

namespace Warehouse.Sdk;

/// <summary>What a load did. When it is returned, everything is committed.</summary>
public sealed record LoadReport
{
    /// <summary>The load's number in the ledger. Of a batch that was recognised: that of the load that loaded it.</summary>
    public required long LoadId { get; init; }

    /// <summary>The table.</summary>
    public required string Target { get; init; }

    /// <summary>The source in words, without secrets.</summary>
    public required string Source { get; init; }

    /// <summary>How it ended.</summary>
    public required LoadOutcome Outcome { get; init; }

    /// <summary>What became of the rows.</summary>
    public required LoadCounts Counts { get; init; }

    /// <summary>Facts that met no member, per role of a dimension.</summary>
    public required IReadOnlyDictionary<string, long> UnknownMembers { get; init; }

    /// <summary>Facts older than the first version of their member, per role of a dimension.</summary>
    public IReadOnlyDictionary<string, long> BeforeFirstVersion { get; init; } = new Dictionary<string, long>();

    /// <summary>Facts from a time at which their member was gone, per role of a dimension.</summary>
    public IReadOnlyDictionary<string, long> InGap { get; init; } = new Dictionary<string, long>();

    /// <summary>The files of the load, those left out because they were loaded before included. Empty when it was not one of files.</summary>
    public IReadOnlyList<LoadedFile> Files { get; init; } = [];

    /// <summary>Columns of the files, or keys of their JSON objects, that the target does not have and that were left out, as its contract or the format says.</summary>
    public IReadOnlyList<string> IgnoredColumns { get; init; } = [];

    /// <summary>Columns that the target has gained, because its contract lets it evolve.</summary>
    public IReadOnlyList<string> EvolvedColumns { get; init; } = [];

    /// <summary>The statements that ran.</summary>
    public required IReadOnlyList<LoadStep> Steps { get; init; }

    /// <summary>From the wait for the target's lock to the commit.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>One line for people.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(FormattableString.Invariant($"{Target}: {Describe(Outcome)}, {Counts.Read:N0} read"));
        int known = Files.Count(file => file.KnownFrom is not null);
        if (known > 0 && known < Files.Count)
            text.Append(FormattableString.Invariant($", {known:N0} of {Files.Count:N0} files known"));
        foreach (var (count, words) in Named())
        {
            if (count > 0)
                text.Append(FormattableString.Invariant($", {count:N0} {words}"));
        }

        foreach (var (role, count) in UnknownMembers.Where(pair => pair.Value > 0))
            text.Append(FormattableString.Invariant($", {count:N0} with unknown {role}"));
        return text.ToString();
    }

    private static string Describe(LoadOutcome outcome) => outcome switch
    {
        LoadOutcome.Loaded => "loaded",
        LoadOutcome.NothingChanged => "nothing changed",
        _ => "already loaded",
    };

    private IEnumerable<(long Count, string Words)> Named() =>
    [
        (Counts.NewMembers, "new members"),
        (Counts.NewVersions, "new versions"),
        (Counts.Overwritten, "overwritten"),
        (Counts.Expired, "expired"),
        (Counts.Reopened, "reopened"),
        (Counts.Split, "late, split into history"),
        (Counts.Resolved, "inferred members filled in"),
        (Counts.Inserted, "inserted"),
        (Counts.Updated, "updated"),
        (Counts.Deleted, "deleted"),
        (Counts.Unchanged, "unchanged"),
        (Counts.Duplicates, "duplicates"),
        (Counts.Folded, "folded into others"),
        (Counts.Derived, "derived"),
        (Counts.BelowWatermark, "below the watermark"),
        (Counts.OutsideInterval, "outside the interval"),
        (Counts.Stale, "stale"),
        (Counts.Retracted, "retracted"),
        (Counts.Reversed, "reversed"),
        (Counts.Combined, "combined"),
        (Counts.MissedBelowWatermark, "missed below the watermark"),
        (Counts.Inferred, "members inferred"),
        (Counts.EmptyGroups, "empty groups"),
        (Counts.Repointed, "fact keys re-pointed"),
        (Counts.LeftInClosedPeriod, "fact keys left in closed periods"),
        (Counts.Rejected, "rejected"),
    ];
}
