using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

/// <summary>What a dimension's builder was told.</summary>
internal sealed record DimensionDefinition
{
    public required Identifier SurrogateKey { get; init; }

    public required IReadOnlyList<Column> NaturalKey { get; init; }

    public required IReadOnlyList<DimensionAttribute> Attributes { get; init; }

    public required IReadOnlyList<DefaultMember> DefaultMembers { get; init; }

    public SourceColumn? EffectiveFrom { get; init; }

    public SourceColumn? Sequence { get; init; }

    public SourceColumn? Operation { get; init; }

    public DateTime? FirstVersionFrom { get; init; }

    public Absent WhenAbsent { get; init; }

    public double MaxExpireFraction { get; init; }

    public bool AllowEmptySnapshot { get; init; }

    public OverwriteScope OverwriteScope { get; init; }

    public LateEvents LateEvents { get; init; }

    /// <summary>How parts of the natural key are normalised when a row is staged; parts that are taken as they are, are not in it.</summary>
    public IReadOnlyDictionary<Identifier, Equality> KeyEquality { get; init; } = new Dictionary<Identifier, Equality>();

    /// <summary>Parts of the natural key that may be NULL, which is then a value like any other.</summary>
    public IReadOnlySet<Identifier> OptionalKey { get; init; } = new HashSet<Identifier>();

    /// <summary>Days that mean "none" in the source.</summary>
    public IReadOnlyList<DateOnly> NullDates { get; init; } = [];

    /// <summary>Later than this a late event is not taken in.</summary>
    public TimeSpan? LateHorizon { get; init; }

    /// <summary>The column by which full snapshots may be cut into parts.</summary>
    public Column? SnapshotScope { get; init; }

    public bool WithoutHistoryViews { get; init; }

    public Identifier? DurableKey { get; init; }

    public bool SeparatesHistory { get; init; }

    public bool RecordsChangeReason { get; init; }

    public IReadOnlyList<ProfileHistory> Profiles { get; init; } = [];

    /// <summary>Columns that hold the member's current combination of a mini-dimension.</summary>
    public IEnumerable<Column> CurrentKeys => Profiles.Select(profile => profile.CurrentKey).OfType<Column>();

    public bool TracksDeletion => WhenAbsent == Absent.MarkDeleted;
}
