namespace Warehouse.Sdk;

/// <summary>
/// What became of the rows. They add up: rows read are rejected, duplicates, unchanged, or counted under exactly one of the other outcomes
/// (see <see cref="IsConserved"/>).
/// </summary>
public sealed record LoadCounts
{
    /// <summary>Rows the source gave.</summary>
    public long Read { get; init; }

    /// <summary>Rows kept in the reject table.</summary>
    public long Rejected { get; init; }

    /// <summary>Repeated rows that collapsed into one, and rows that a later sequence number superseded.</summary>
    public long Duplicates { get; init; }

    /// <summary>Snapshot, aggregate or full outer join: rows that stand in one row with others, beyond the first of it.</summary>
    public long Folded { get; init; }

    /// <summary>
    /// Rows of the target that no row of the source is about: periods carried on, or restated because of earlier ones; pairs of a hierarchy beyond those
    /// that were given. Not rows of the source.
    /// </summary>
    public long Derived { get; init; }

    /// <summary>Rows that agree with what is stored, copies of such rows included.</summary>
    public long Unchanged { get; init; }

    /// <summary>Dimension: rows that began a new member.</summary>
    public long NewMembers { get; init; }

    /// <summary>Dimension: rows that began a new version of a known member.</summary>
    public long NewVersions { get; init; }

    /// <summary>Dimension: rows that overwrote type 1 or type 3 attributes and made no version.</summary>
    public long Overwritten { get; init; }

    /// <summary>Dimension: members ended by a delete or by their absence from a snapshot. Versioned bridge: memberships that the set no longer has.</summary>
    public long Expired { get; init; }

    /// <summary>Dimension: of <see cref="Expired"/>, those that no row asked for: absent from a snapshot.</summary>
    public long ExpiredByAbsence { get; init; }

    /// <summary>Dimension or versioned bridge: rows that undid an end at its very instant.</summary>
    public long Reopened { get; init; }

    /// <summary>Dimension: late rows that split or preceded stored history, or corrected it at its very instant.</summary>
    public long Split { get; init; }

    /// <summary>Dimension: keys of facts that now meet another version at their own time and were given its key. Not rows of the source.</summary>
    public long Repointed { get; init; }

    /// <summary>Dimension: rows that filled in an inferred member in place.</summary>
    public long Resolved { get; init; }

    /// <summary>Fact: placeholder members created for unknown natural keys. Not rows of the source.</summary>
    public long Inferred { get; init; }

    /// <summary>Table, fact or bridge: rows inserted.</summary>
    public long Inserted { get; init; }

    /// <summary>Table or fact: rows updated.</summary>
    public long Updated { get; init; }

    /// <summary>Table, fact or bridge: old rows deleted in favour of reloaded ones. Not rows of the source.</summary>
    public long Deleted { get; init; }

    /// <summary>Fact from a watermark: rows older than the reload, loaded before.</summary>
    public long BelowWatermark { get; init; }

    /// <summary>Fact from a watermark: of <see cref="BelowWatermark"/>, those that the target does not hold. A wider overlap would catch them.</summary>
    public long MissedBelowWatermark { get; init; }

    /// <summary>Bridge: groups without rows that were given the unknown member. Not rows of the source.</summary>
    public long EmptyGroups { get; init; }

    /// <summary>Dimension or fact: combinations seen for the first time, in its mini- or junk dimensions. Not rows of the source.</summary>
    public long NewCombinations { get; init; }

    /// <summary>
    /// Dimension with mini-dimensions: times from which a member has another combination than before, its first included. Not rows of the source: a
    /// row of which only the combination is new is one of <see cref="Unchanged"/>, for the dimension itself stays as it is.
    /// </summary>
    public long NewProfiles { get; init; }

    /// <summary>True when every row read is accounted for.</summary>
    public bool IsConserved
        => Read + ExpiredByAbsence + Derived == Rejected + Duplicates + Folded + Unchanged + NewMembers + NewVersions + Overwritten + Expired + Reopened + Split + Resolved + Inserted + Updated + BelowWatermark;

    internal static LoadCounts From(IReadOnlyDictionary<string, long> counters)
    {
        long Of(string name) => counters.GetValueOrDefault(name);

        // Every row that got through the checks has one outcome; the rest agreed with what is stored.
        long changed = Of(Counters.NewMembers) + Of(Counters.NewVersions) + Of(Counters.Overwritten) + Of(Counters.Expired) - Of(Counters.ExpiredByAbsence)
            + Of(Counters.Reopened) + Of(Counters.Split) + Of(Counters.Resolved) + Of(Counters.Inserted) + Of(Counters.Updated);
        return new LoadCounts
        {
            Read = Of(Counters.Read),
            Rejected = Of(Counters.Rejected),
            Duplicates = Of(Counters.Duplicates),
            Folded = Of(Counters.Folded),
            Derived = Of(Counters.Derived),
            Unchanged = Math.Max(0, Of(Counters.Accepted) - changed),
            NewMembers = Of(Counters.NewMembers),
            NewVersions = Of(Counters.NewVersions),
            Overwritten = Of(Counters.Overwritten),
            Expired = Of(Counters.Expired),
            ExpiredByAbsence = Of(Counters.ExpiredByAbsence),
            Reopened = Of(Counters.Reopened),
            Split = Of(Counters.Split),
            Repointed = Of(Counters.Repointed),
            Resolved = Of(Counters.Resolved),
            Inferred = Of(Counters.Inferred),
            Inserted = Of(Counters.Inserted),
            Updated = Of(Counters.Updated),
            Deleted = Of(Counters.Deleted),
            BelowWatermark = Of(Counters.BelowWatermark),
            MissedBelowWatermark = Of(Counters.MissedBelowWatermark),
            EmptyGroups = Of(Counters.EmptyGroups),
            NewCombinations = Of(Counters.NewCombinations),
            NewProfiles = Of(Counters.NewProfiles),
        };
    }
}
