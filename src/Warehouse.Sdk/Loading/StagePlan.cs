using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk.Providers;

/// <summary>How rows get into the run's private staging table.</summary>
public sealed record StagePlan
{
    internal StagePlan(LoadTarget target) => Target = target;

    /// <summary>The target whose source columns the staging table has, next to <c>source_line</c>.</summary>
    public LoadTarget Target { get; }

    /// <summary>The query that gives the rows; without it and without a landing table the rows come from outside.</summary>
    public SqlText Query { get; init; }

    /// <summary>Columns of the target that the query does not have, where the target allows that: they are NULL.</summary>
    public IReadOnlySet<Identifier> Absent { get; init; } = new HashSet<Identifier>();

    /// <summary>The landing table that gives the rows landed after load <c>$landed_after</c>, each with its <c>landed_load_id</c>.</summary>
    public ZoneTable? Landing { get; init; }

    /// <summary>Takes the last landed load only: it replaces what came before it.</summary>
    public bool LatestLandingOnly { get; init; }

    /// <summary>
    /// The one table that <see cref="Query"/> reads as it stands, in the words of the query, when the target may read it there instead of having it
    /// copied first; <see langword="null"/> otherwise. Several histories of one batch agree on its rows by their numbers, which rows in place have not; keys that are normalised are written.
    /// </summary>
    internal string? PlainTable => Target is Dimension { Definition: { LateEvents: not LateEvents.Reconcile, Profiles.Count: 0, KeyEquality.Count: 0 } } && !Query.IsEmpty ? PlainQuery.Table(Query) : null;

    /// <summary>The counter that is 1 when the source is read where it is.</summary>
    internal const string ReadInPlace = "read_in_place";

    /// <summary>The counter that is 1 when the source is copied first.</summary>
    internal const string Copied = "copied";

    /// <summary>The engine itself reads the rows' files, and needs tables of its own for it.</summary>
    internal bool IsReadByEngine { get; init; }

    /// <summary>Takes the rows from the fact that the target is derived from, as far as that has changed.</summary>
    public bool IsDerived { get; init; }

    /// <summary>The staging column that holds the load by which a row landed.</summary>
    public static Identifier LandedLoadId { get; } = "landed_load_id";

    /// <summary>The staging column that holds the line or number of a row.</summary>
    public static Identifier SourceLine => LandingColumns.SourceLine;
}
