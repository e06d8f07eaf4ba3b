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

    public bool WithoutHistoryViews { get; init; }

    public Identifier? DurableKey { get; init; }

    public bool SeparatesHistory { get; init; }

    public bool RecordsChangeReason { get; init; }

    public IReadOnlyList<ProfileHistory> Profiles { get; init; } = [];

    /// <summary>Columns that hold the member's current combination of a mini-dimension.</summary>
    public IEnumerable<Column> CurrentKeys => Profiles.Select(profile => profile.CurrentKey).OfType<Column>();

    public bool TracksDeletion => WhenAbsent == Absent.MarkDeleted;
}
