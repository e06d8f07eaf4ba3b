using System.Linq.Expressions;
using System.Reflection;

namespace Warehouse.Sdk;

public sealed partial class FactBuilder<TRow>
{
    private AccumulatingSnapshotBuilder<TRow>? _accumulating;
    private PeriodicSnapshotBuilder<TRow>? _periodic;
    private (SnapshotPeriod Period, DateDimension Date, PropertyInfo Day, string Role) _period;

    /// <summary>
    /// Makes the fact an accumulating snapshot: one row per process, which milestones fill in. The natural keys of its links are kept on the fact, so
    /// that a later event need not repeat them.
    /// </summary>
    /// <param name="define">Its milestones, the lags between them, and how a closed process is opened again.</param>
    public FactBuilder<TRow> AccumulatingSnapshot(Action<AccumulatingSnapshotBuilder<TRow>> define)
    {
        ArgumentNullException.ThrowIfNull(define);
        _accumulating ??= new AccumulatingSnapshotBuilder<TRow>(Use);
        define(_accumulating);
        return this;
    }

    /// <summary>
    /// Makes the fact a periodic snapshot: one row per entity and period. The <see cref="Grain"/> names the entity; the period's last day is added to it
    /// under the day's own column name. Links are by the entity's columns, as of the period's last day.
    /// </summary>
    /// <param name="period">How long a period is.</param>
    /// <param name="date">The date dimension; rows of days that it does not have are rejected.</param>
    /// <param name="day">The row's own day: a date or timestamp in UTC.</param>
    /// <param name="define">Its measures, and whether periods without activity have rows.</param>
    /// <param name="role">The date's role. The default is <c>week_end</c> or <c>month_end</c>, and none for days.</param>
    public FactBuilder<TRow> PeriodicSnapshot(
        SnapshotPeriod period, DateDimension date, Expression<Func<TRow, object?>> day, Action<PeriodicSnapshotBuilder<TRow>> define, string? role = null)
    {
        ArgumentNullException.ThrowIfNull(date);
        ArgumentNullException.ThrowIfNull(define);
        _period = (period, date, Use(day), role ?? period switch { SnapshotPeriod.Week => "week_end", SnapshotPeriod.Month => "month_end", _ => string.Empty });
        _periodic = new PeriodicSnapshotBuilder<TRow>(Use);
        define(_periodic);
        return this;
    }

    private FactKind? BuiltKind => _accumulating is not null ? FactKind.AccumulatingSnapshot : _periodic is not null ? FactKind.PeriodicSnapshot : null;

    // What a later event does not say is taken from the row, keys and further dates included.
    private IEnumerable<PropertyInfo> KeptByKind => _accumulating is null
        ? []
        : _accumulating.Kept.Concat(_dimensions.SelectMany(link => link.Key)).Concat(_dates.Select(date => date.Source));

    private IEnumerable<(DateDimension Dimension, PropertyInfo Source, string Role, DefaultMember WhenNull)> DatesByKind =>
    [
        .. _accumulating?.Dates.Select(date => (date.Dimension, date.Source, date.Role, DefaultMember.NotHappenedYet)) ?? [],
        .. _periodic is null ? [] : new[] { (_period.Date, _period.Day, _period.Role, DefaultMember.Unknown) },
    ];

    private FactDefinition WithKind(FactDefinition definition, RowShape rows)
    {
        Problems.Expect(_declaredKind is null || BuiltKind is null || _declaredKind == BuiltKind, Name, $"Kind says {_declaredKind}, but it is built as {BuiltKind}; leave Kind(...) out");
        if (_accumulating is not null)
        {
            AccumulatingDefinition accumulating = _accumulating.Build(rows, Name, Problems);
            Problems.Expect(definition.Growth.Strategy == FactStrategy.Upsert, Name, $"an accumulating snapshot takes batches in by grain; {definition.Growth.Strategy} is another strategy");
            Problems.Expect(_periodic is null, Name, "it is both an accumulating and a periodic snapshot; choose one");
            Problems.Expect(_junk.Count == 0, Name, "an accumulating snapshot is filled in by several events, which have no one combination of flags; declare the flags as Degenerate(...), and leave JunkDimension(...) out");
            return definition with { Accumulating = accumulating, Computed = [.. accumulating.Computed] };
        }

        return _periodic is null ? definition : WithPeriod(definition, rows, _periodic);
    }

    private FactDefinition WithPeriod(FactDefinition definition, RowShape rows, PeriodicSnapshotBuilder<TRow> builder)
    {
        SourceColumn day = rows[_period.Day];
        SourceColumn[] entity = [.. definition.GrainColumns.Where(column => column.Name != day.Name)];
        PeriodicDefinition periodic = builder.Build(_period.Period, _period.Date, day, entity, definition.Dimensions, rows, Name, Problems);
        Problems.Expect(entity.Length > 0, Name, "a periodic snapshot has no entity; name it in Grain(\"one ... per ...\", x => x.Id)");
        Problems.Expect(definition.Growth.Strategy == FactStrategy.Upsert, Name, $"a periodic snapshot replaces the periods it is given; {definition.Growth.Strategy} is another strategy");
        Problems.Expect(definition.Growth.Watermark is null || definition.Growth.Watermark.Name == day.Name, Name, $"its watermark is {definition.Growth.Watermark?.Name}, which a row of the snapshot no longer has; a periodic snapshot can have one on its day {day.Name} only");
        Problems.Expect(_dates.Count == 0, Name, "a periodic snapshot has one date, its period's; leave Date(...) out");
        Problems.Expect(_measures.Count == 0 && _degenerates.Count == 0, Name, "a periodic snapshot sums rows up; declare its measures in PeriodicSnapshot(...), and leave Measure(...) and Degenerate(...) out");
        Problems.Expect(_junk.Count == 0, Name, "a periodic snapshot sums rows up, which have no one combination of flags; leave JunkDimension(...) out, or derive the snapshot from a fact that has it");
        foreach (DimensionLink link in definition.Dimensions)
        {
            Problems.Expect(periodic.Source is null || link.WhenUnknown != UnknownMember.Reject, Name, $"the link {link.KeyColumn} rejects unknown members, and a period that lacks some of its fact's rows would look changed in every load; let them be unknown or inferred");
            Problems.Expect(link.Key.All(entity.Contains), Name, $"the link {link.KeyColumn} is not by columns of the grain, which is all that a row of the snapshot has");
            Problems.Expect(link.AsOf is null || link.AsOf.Name == day.Name, Name, $"the link {link.KeyColumn} is as of {link.AsOf?.Name}; a row of the snapshot has no time but its period's, {day.Name}");
        }

        return definition with
        {
            Periodic = periodic,
            GrainColumns = [.. entity, day],
            Degenerates = [.. entity.Select(column => TargetColumn(column.Property!, isNullable: false)), new Column(day.Name, ColumnType.Date, IsNullable: false) { Comment = "The last day of the period." }],
            Measures = [.. periodic.Additivities],
            Computed = [.. periodic.Computed],
        };
    }
}
