using System.Linq.Expressions;

namespace Warehouse.Sdk;

public sealed partial class DimensionBuilder<TRow>
{
    /// <summary>The source column that says since when a row is true, in UTC. Without it every row of a load is true as of the load's <see cref="LoadOptions.AsOf"/>.</summary>
    /// <param name="property">A date or timestamp.</param>
    public DimensionBuilder<TRow> EffectiveFrom(Expression<Func<TRow, object?>> property)
    {
        _effectiveFrom = Use(property);
        return this;
    }

    /// <summary>The source column that decides between several rows of one member at one effective time: the greatest wins.</summary>
    /// <param name="property">A number or timestamp, such as a log sequence number.</param>
    public DimensionBuilder<TRow> Sequence(Expression<Func<TRow, object?>> property)
    {
        _sequence = Use(property);
        return this;
    }

    /// <summary>The source column that says what happened: <c>D</c> is a delete, <c>I</c>, <c>U</c> and NULL are not. Deltas only.</summary>
    /// <param name="property">A text.</param>
    public DimensionBuilder<TRow> Operation(Expression<Func<TRow, object?>> property)
    {
        _operation = Use(property);
        return this;
    }

    /// <summary>Lets every member's first version begin here, so that facts older than the first delivery still find a version. By default it begins at its effective time.</summary>
    /// <param name="beginning">An instant in UTC.</param>
    public DimensionBuilder<TRow> FirstVersionFrom(DateTime beginning)
    {
        _firstVersionFrom = DateTime.SpecifyKind(beginning, DateTimeKind.Unspecified);
        return this;
    }

    /// <summary>What happens to current members that a full snapshot no longer holds.</summary>
    /// <param name="absent">The rule. The default of a dimension is <see cref="Absent.Ignore"/>.</param>
    /// <param name="maxExpireFraction">A snapshot that would expire more than this part of the current members is refused; 0 to 1, by default 0.5.</param>
    /// <param name="allowEmpty">Accepts a snapshot without any row. The default is <see langword="false"/>.</param>
    public DimensionBuilder<TRow> WhenAbsent(Absent absent, double maxExpireFraction = DefaultMaxExpireFraction, bool allowEmpty = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxExpireFraction);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxExpireFraction, 1);
        (_whenAbsent, _maxExpireFraction, _allowEmptySnapshot) = (absent, maxExpireFraction, allowEmpty);
        return this;
    }

    /// <summary>
    /// Lets a full snapshot hold a part of the members only, such as those of one region: <see cref="LoadOptions.Scope"/> names the parts, and nobody
    /// outside them is taken for absent. A member belongs to the part that its open version names, so one that has meanwhile moved to another part
    /// is not ended by a snapshot of the former one. Snapshots of different parts need not come in the order of their times.
    /// </summary>
    /// <param name="property">A part of the natural key, or an attribute of type 1 or 2.</param>
    public DimensionBuilder<TRow> SnapshotScope(Expression<Func<TRow, object?>> property)
    {
        _snapshotScope = PropertyExpression.Property(property);
        return this;
    }

    /// <summary>
    /// What happens to events older than a member's stored history. The default is <see cref="Sdk.LateEvents.Split"/>. Facts that the history
    /// now answers otherwise get the key of the version valid at their own time, in the same transaction.
    /// </summary>
    /// <param name="lateEvents">The rule.</param>
    /// <remarks>
    /// Facts that met no member, and so link to unknown (-1), stay there: their natural key is not kept. Use
    /// <see cref="UnknownMember.InferMember"/> to have them find their member when it comes.
    /// </remarks>
    public DimensionBuilder<TRow> LateEvents(LateEvents lateEvents)
    {
        _lateEvents = lateEvents;
        return this;
    }

    /// <summary>
    /// Rejects a late event that would change history longer ago than this, with the reason <c>TooLate</c>, whatever
    /// <see cref="LateEvents(Sdk.LateEvents)"/> says. A row that begins a member is not late, however old it is, and one that repeats what is stored
    /// changes nothing. By default there is no such limit.
    /// </summary>
    /// <param name="horizon">Counted back from the load's <see cref="LoadOptions.AsOf"/>; more than zero.</param>
    public DimensionBuilder<TRow> LateHorizon(TimeSpan horizon)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(horizon, TimeSpan.Zero);
        _lateHorizon = horizon;
        return this;
    }
}
