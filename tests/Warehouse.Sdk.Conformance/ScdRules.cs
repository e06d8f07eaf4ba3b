namespace Warehouse.Sdk.Conformance;

/// <summary>The rules a stream is loaded under: type 0 in origin, 1 in email, 2 in town, 3 in segment, as far as those types are taken.</summary>
/// <param name="Name">In words; names the case of a test.</param>
public sealed record ScdRules(string Name)
{
    /// <summary>Where <see cref="BeginsEarly"/> lets first versions begin.</summary>
    public static DateTime Beginning { get; } = new(2000, 1, 1);

    public LateEvents LateEvents { get; init; }

    public IReadOnlyList<ScdType> Types { get; init; } = [ScdType.Type0, ScdType.Type1, ScdType.Type2, ScdType.Type3];

    public bool MarksDeleted { get; init; }

    /// <summary>Town is of type 6, members have durable keys (type 7), and versions say why they are there: all of it follows from the versions.</summary>
    public bool DerivesColumns { get; init; }

    public bool OverwritesCurrentOnly { get; init; }

    public bool BeginsEarly { get; init; }

    public bool HasSequence { get; init; }

    public Equality Equality { get; init; }

    public IntervalStyle Intervals { get; init; }

    public OpenEnd OpenEnd { get; init; }

    /// <summary>Kind and day of each batch; empty where all are deltas.</summary>
    public IReadOnlyList<(BatchKind Kind, int Day)> Schedule { get; init; } = [];

    /// <summary>The instant at which an event counts.</summary>
    public DateTime Instant(DateTime at) => Intervals == IntervalStyle.ClosedByDay ? at.Date : at;

    /// <summary>A value as it is stored and compared, but for its case.</summary>
    public string? Normalised(string? value)
    {
        if (Equality.HasFlag(Equality.TrimEnd))
            value = value?.TrimEnd(' ');
        return Equality.HasFlag(Equality.UnicodeNfc) ? value?.Normalize() : value;
    }

    public bool AreEqual(string? left, string? right)
        => string.Equals(left, right, Equality.HasFlag(Equality.IgnoreCase) ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal);

    public ModelConventions Conventions(ModelConventions names)
    {
        ArgumentNullException.ThrowIfNull(names);
        return names with { Intervals = Intervals, OpenEnd = OpenEnd };
    }

    public void Define(DimensionBuilder<ScdRandomEvent> dimension)
    {
        ArgumentNullException.ThrowIfNull(dimension);
        dimension
            .NaturalKey(e => e.Stream, e => e.Id)
            .EffectiveFrom(e => e.At)
            .Ignore(e => e.IsDelete, e => e.IsPlaceholder)
            .WhenAbsent(MarksDeleted ? Absent.MarkDeleted : Schedule.Count > 0 ? Absent.Expire : Absent.Ignore, maxExpireFraction: 1, allowEmpty: true)
            .Overwrite(OverwritesCurrentOnly ? OverwriteScope.CurrentVersion : OverwriteScope.AllVersions)
            .LateEvents(LateEvents);
        _ = Types.Contains(ScdType.Type0) ? dimension.Type0(e => e.Origin) : dimension.Ignore(e => e.Origin);
        _ = Types.Contains(ScdType.Type1) ? dimension.Type1(e => e.Email).Compare(e => e.Email, Equality) : dimension.Ignore(e => e.Email);
        if (DerivesColumns)
            dimension.Type6(e => e.Town).Compare(e => e.Town, Equality).DurableKey().RecordChangeReason();
        else
            _ = Types.Contains(ScdType.Type2) ? dimension.Type2(e => e.Town).Compare(e => e.Town, Equality) : dimension.Ignore(e => e.Town);
        _ = Types.Contains(ScdType.Type3) ? dimension.Type3(e => e.Segment).Compare(e => e.Segment, Equality) : dimension.Ignore(e => e.Segment);
        // Snapshots say who is gone by leaving them out.
        _ = Schedule.Count == 0 ? dimension.Operation(e => e.Op) : dimension.Ignore(e => e.Op);
        _ = HasSequence ? dimension.Sequence(e => e.Lsn) : dimension.Ignore(e => e.Lsn);
        if (BeginsEarly)
            dimension.FirstVersionFrom(Beginning);
    }

    /// <summary>The same dimension of rows whose columns stand the other way round.</summary>
    public void Define(DimensionBuilder<ScdReversedEvent> dimension)
    {
        ArgumentNullException.ThrowIfNull(dimension);
        dimension
            .NaturalKey(e => e.Stream, e => e.Id)
            .EffectiveFrom(e => e.At)
            .Operation(e => e.Op)
            .WhenAbsent(MarksDeleted ? Absent.MarkDeleted : Absent.Ignore)
            .Overwrite(OverwritesCurrentOnly ? OverwriteScope.CurrentVersion : OverwriteScope.AllVersions)
            .LateEvents(LateEvents)
            .Type3(e => e.Segment).Compare(e => e.Segment, Equality)
            .Type2(e => e.Town).Compare(e => e.Town, Equality)
            .Type1(e => e.Email).Compare(e => e.Email, Equality)
            .Type0(e => e.Origin);
        _ = HasSequence ? dimension.Sequence(e => e.Lsn) : dimension.Ignore(e => e.Lsn);
    }

    public override string ToString() => $"{LateEvents}: {Name}";
}
