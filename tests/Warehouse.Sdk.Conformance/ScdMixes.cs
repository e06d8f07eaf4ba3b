namespace Warehouse.Sdk.Conformance;

/// <summary>The rules under which random streams are loaded. Each mix is a dimension of its own; a new rule or type gets its share by a line here.</summary>
public static class ScdMixes
{
    public const int StreamsInAnyOrder = 100;
    public const int StreamsInOrder = 100;
    public const int ScheduledStreams = 100;
    public const int StreamsWithFacts = 80;

    private static readonly ScdRules[] Late =
    [
        new("all types"),
        new("deleted members are marked") { MarksDeleted = true },
        new("only the current version is overwritten") { OverwritesCurrentOnly = true },
        new("a sequence decides") { HasSequence = true },
        new("first versions begin early") { BeginsEarly = true },
        new("closed by day, open ends far in the future") { Intervals = IntervalStyle.ClosedByDay, OpenEnd = OpenEnd.FarFuture },
        new("case is ignored, deleted members are marked") { Equality = Equality.IgnoreCase, MarksDeleted = true },
        new("ends are trimmed and case is ignored, only the current version is overwritten") { Equality = Equality.TrimEnd | Equality.IgnoreCase, OverwritesCurrentOnly = true },
        new("unicode is normalised, only types 2 and 3") { Equality = Equality.UnicodeNfc, Types = [ScdType.Type2, ScdType.Type3] },
        new("types 0 and 1 only") { Types = [ScdType.Type0, ScdType.Type1] },
        new("type 2 only, open ends far in the future") { Types = [ScdType.Type2], OpenEnd = OpenEnd.FarFuture },
        new("a sequence decides by day, deleted members are marked and begin early") { HasSequence = true, Intervals = IntervalStyle.ClosedByDay, MarksDeleted = true, BeginsEarly = true },
        new("types 6 and 7, with reasons") { DerivesColumns = true },
        new("types 6 and 7, with reasons, a sequence decides, deleted members are marked, case is ignored") { DerivesColumns = true, HasSequence = true, MarksDeleted = true, Equality = Equality.IgnoreCase },
        new("everything at once") { HasSequence = true, MarksDeleted = true, OverwritesCurrentOnly = true, Equality = Equality.IgnoreCase, BeginsEarly = true, OpenEnd = OpenEnd.FarFuture },
    ];

    private static readonly (BatchKind Kind, int Day)[] Daily = [(BatchKind.FullSnapshot, 4), (BatchKind.FullSnapshot, 9), (BatchKind.FullSnapshot, 15), (BatchKind.FullSnapshot, 24)];
    private static readonly (BatchKind Kind, int Day)[] Mixed = [(BatchKind.FullSnapshot, 4), (BatchKind.Delta, 8), (BatchKind.FullSnapshot, 12), (BatchKind.Delta, 18), (BatchKind.FullSnapshot, 25)];

    internal static IReadOnlyList<ScdRules> LateStreams { get; } = Under(Late, LateEvents.Reconcile, LateEvents.Split);

    internal static IReadOnlyList<ScdRules> OrderedStreams { get; } = Under(
        [.. Late.Where((_, index) => index is 0 or 1 or 7 or 11)],
        LateEvents.Split,
        LateEvents.Reject);

    internal static IReadOnlyList<ScdRules> Schedules { get; } =
    [
        .. Under([new("snapshots") { Schedule = Daily }, new("snapshots and deltas, deleted members are marked") { Schedule = Mixed, MarksDeleted = true }, new("snapshots and deltas") { Schedule = Mixed }], LateEvents.Reconcile, LateEvents.Split),
        .. Under([new("snapshots closed by day, only the current version is overwritten") { Schedule = Daily, OverwritesCurrentOnly = true, Intervals = IntervalStyle.ClosedByDay }], LateEvents.Split),
    ];

    // All types, half open, no early beginning: those of other deliveries of the same events.
    private static readonly IReadOnlyList<ScdRules> Metamorphic = Under(
        [
            Late[0],
            new("a sequence decides, deleted members are marked, case is ignored") { HasSequence = true, MarksDeleted = true, Equality = Equality.IgnoreCase },
        ],
        LateEvents.Reconcile);

    internal static IReadOnlyList<ScdRules> FactStreams { get; } = Under([.. Late.Where((_, index) => index is 0 or 1 or 4 or 5)], LateEvents.Reconcile, LateEvents.Split);

    public static TheoryData<string> WithFacts => Names(FactStreams);

    public static TheoryData<string> Remembering => Names(Metamorphic);

    internal static ScdRules Remembered(string mix) => Metamorphic.Single(rules => rules.ToString() == mix);

    public static TheoryData<string> InAnyOrder => Names(LateStreams);

    public static TheoryData<string> InOrder => Names(OrderedStreams);

    public static TheoryData<string> Scheduled => Names(Schedules);

    /// <summary>The same in every run and process.</summary>
    internal static uint SeedOf(string mix) => mix.Aggregate(17u, (hash, letter) => (hash * 31) + letter) & 0xFFFF;

    private static IReadOnlyList<ScdRules> Under(IReadOnlyList<ScdRules> mixes, params LateEvents[] policies)
        => [.. policies.SelectMany(policy => mixes.Select(rules => rules with { LateEvents = policy }))];

    private static TheoryData<string> Names(IEnumerable<ScdRules> mixes) => [.. mixes.Select(rules => rules.ToString())];
}
