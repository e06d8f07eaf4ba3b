using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk.Providers;

/// <summary>A batch into a dimension, in the terms of the model. Holds no SQL.</summary>
public sealed record ScdMergePlan
{
    internal ScdMergePlan(DimensionalModel model, Dimension dimension, BatchKind kind, Identifier? sequence, int scopes = 0)
    {
        Profiles = [.. dimension.Definition.Profiles.Select(profile => new ProfilePlan(profile, new ScdMergePlan(model, profile.Assignment, kind, sequence) { IsOfProfile = true }, ProfileHolder.Of(model, dimension, profile)))];
        Scopes = scopes;
        Holders = [.. KeyHolder.Of(model, dimension)];
        DurableHolders = [.. KeyHolder.OfDurableKeys(model, dimension)];
        Dimension = dimension;
        Kind = kind;
        Sequence = sequence;
        Definition = dimension.Definition;
    }

    /// <summary>The dimension.</summary>
    public Dimension Dimension { get; }

    /// <summary>Delta or full snapshot.</summary>
    public BatchKind Kind { get; }

    /// <summary>The staging column that decides between rows of one member at one effective time.</summary>
    public Identifier? Sequence { get; }

    /// <summary>Natural key columns.</summary>
    public IReadOnlyList<Identifier> Key => [.. Dimension.NaturalKey.Select(column => column.Name)];

    /// <summary>Every attribute column.</summary>
    public IReadOnlyList<Identifier> AttributeNames => [.. Dimension.Attributes.Select(attribute => attribute.Column.Name)];

    /// <summary>True when absent members have to be looked for.</summary>
    public bool EndsAbsentMembers => Kind == BatchKind.FullSnapshot && Definition.WhenAbsent != Absent.Ignore;

    /// <summary>How many parts a snapshot is of, given as <c>$scope_1</c>, <c>$scope_2</c> ...; 0 when it is of everybody.</summary>
    public int Scopes { get; }

    /// <summary>The parameter of a part, counted from 1.</summary>
    /// <param name="position">1 to <see cref="Scopes"/>.</param>
    public static string ScopeParameter(int position) => FormattableString.Invariant($"scope_{position}");

    /// <summary>The parts of the natural key that every row brings.</summary>
    internal IReadOnlyList<Identifier> ObligatoryKey => [.. Key.Where(name => !Definition.OptionalKey.Contains(name))];

    /// <summary>The attributes of one type.</summary>
    /// <param name="type">The type.</param>
    public IReadOnlyList<DimensionAttribute> Of(ScdType type) => [.. Dimension.Attributes.Where(attribute => attribute.Type == type)];

    /// <summary>The attributes whose change makes a version.</summary>
    internal IReadOnlyList<DimensionAttribute> Tracked => [.. Dimension.Attributes.Where(attribute => attribute.IsTracked)];

    /// <summary>The attributes whose change is written over what is stored.</summary>
    internal IReadOnlyList<DimensionAttribute> Overwritten => [.. Of(ScdType.Type1), .. Of(ScdType.Type3)];

    /// <summary>The attributes in which the first value takes the place of NULL.</summary>
    internal IEnumerable<DimensionAttribute> FilledWhenNull => Dimension.Attributes.Where(attribute => attribute.FillsWhenNull);

    /// <summary>The columns with the value before the last one.</summary>
    internal IReadOnlyList<Identifier> PreviousNames => [.. Of(ScdType.Type3).Select(attribute => attribute.Previous!.Name)];

    /// <summary>The columns with the value of the latest version.</summary>
    internal IReadOnlyList<Identifier> CurrentNames => [.. Dimension.Attributes.Select(attribute => attribute.Current?.Name).OfType<Identifier>()];

    /// <summary>What a row must have to be taken in.</summary>
    internal IEnumerable<Identifier> RequiredColumns => Definition.EffectiveFrom is null ? ObligatoryKey : [.. ObligatoryKey, Definition.EffectiveFrom.Name];

    /// <summary>Days on which a required column says no more than NULL.</summary>
    internal IReadOnlyList<DateOnly> NullDatesOf(Identifier required) => required == Definition.EffectiveFrom?.Name ? Definition.NullDates : [];

    /// <summary>Why a row that lacks a required column is rejected.</summary>
    internal string ReasonOfIncomplete => $"natural key or effective time is NULL{(Definition.NullDates.Count > 0 ? " or a date that means none" : string.Empty)}";

    internal bool OverwritesCurrentVersionOnly => Definition.OverwriteScope == OverwriteScope.CurrentVersion;

    /// <summary>True when a sequence still decides between a row and what was told of its instant before.</summary>
    internal bool RemembersSequence => Reconciles && Definition.Sequence is not null;

    /// <summary>A delta is about few: what is stored of its members is read first, and its news are found there.</summary>
    internal bool KnowsBeforeNews => !Reconciles && Kind == BatchKind.Delta;

    /// <summary>True when no old overwrite can come after a newer one: the events are all there, or there is nothing to overwrite.</summary>
    internal bool KeepsNewestOverwrites => Reconciles || Overwritten.Count == 0;

    /// <summary>True when versions hold something that follows from the member's other versions, so that a placeholder that is filled in is followed too.</summary>
    internal bool DerivesColumns => Dimension.VersionSchema.Columns.Any(column => column.IsDerived);

    /// <summary>Where the dimension's durable keys stand outside it.</summary>
    internal IReadOnlyList<KeyHolder> DurableHolders { get; }

    /// <summary>Where the dimension's keys stand outside it.</summary>
    internal IReadOnlyList<KeyHolder> Holders { get; }

    /// <summary>Its mini-dimensions.</summary>
    internal IReadOnlyList<ProfilePlan> Profiles { get; }

    /// <summary>True when facts up to <c>$closed_through</c> keep the keys they have.</summary>
    internal bool HasClosedPeriods { get; init; }

    /// <summary>Facts that know the natural key of what they link to, and can be looked up anew.</summary>
    internal IEnumerable<KeyHolder> Relooked => Holders.Concat(DurableHolders.Where(holder => holder.Link is { LeadsToMember: true })).Where(holder => holder.Link is { KeepsKey: true });

    /// <summary>
    /// True when a row that alone follows all that is known of its member is its next version and nothing else: no column follows from other
    /// versions, no event is remembered, and nobody asks whose history was touched.
    /// </summary>
    internal bool LetsRowsSucceed
        => !Reconciles && !Definition.TracksDeletion && !Definition.SeparatesHistory && !DerivesColumns && !Definition.RecordsChangeReason
            && Profiles.Count == 0 && !IsOfProfile && !Relooked.Any() && !FilledWhenNull.Any();

    /// <summary>True when the versions are combinations of a mini-dimension.</summary>
    internal bool IsOfProfile { get; init; }

    internal bool Reconciles => Definition.LateEvents == LateEvents.Reconcile;

    internal DimensionDefinition Definition { get; }

    internal ModelConventions Names => Dimension.Conventions;
}
