namespace Warehouse.Sdk;

/// <summary>The names by which statements hand their counts to the runner.</summary>
internal static class Counters
{
    public const string Read = "rows_read";

    /// <summary>Rows of the target that were inserted, updated or deleted, by whatever statement.</summary>
    public const string Written = "rows_written";

    public const string Rejected = "rejected";
    public const string Duplicates = "duplicates";
    /// <summary>Rows that got through the checks and were compared with the target.</summary>
    public const string Accepted = "accepted";

    /// <summary>Rows that said something about the row of another one, beyond the first.</summary>
    public const string Folded = "folded";

    /// <summary>Rows of the target that were worked out without a row of the source.</summary>
    public const string Derived = "derived";

    public const string NewMembers = "new_members";
    public const string NewVersions = "new_versions";
    public const string Overwritten = "overwritten";
    public const string Expired = "expired";
    public const string ExpiredByAbsence = "expired_by_absence";
    public const string Reopened = "reopened";
    public const string Split = "split";

    /// <summary>Keys of facts that now meet another version.</summary>
    public const string Repointed = "repointed";

    /// <summary>Versions that a deployment merged into the one before them.</summary>
    public const string MergedVersions = "merged_versions";
    public const string Resolved = "resolved";
    public const string Inferred = "inferred";
    public const string Inserted = "inserted";
    public const string Updated = "updated";
    public const string Deleted = "deleted";
    public const string BelowWatermark = "below_watermark";
    public const string MissedBelowWatermark = "missed_below_watermark";
    public const string EmptyGroups = "empty_groups";

    /// <summary>Rows that mini- and junk dimensions gained.</summary>
    public const string NewCombinations = "new_combinations";

    /// <summary>Entries that the histories of combinations gained.</summary>
    public const string NewProfiles = "new_profiles";

    /// <summary>Followed by a role: facts that met no member of that role.</summary>
    public const string UnknownPrefix = "unknown_";
}
