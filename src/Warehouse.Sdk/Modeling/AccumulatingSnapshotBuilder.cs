using System.Linq.Expressions;
using System.Reflection;

namespace Warehouse.Sdk;

/// <summary>
/// Defines an accumulating snapshot: one row per process, whose milestones fill in as they happen (Kimball, "Accumulating Snapshot Fact Tables").
/// </summary>
/// <typeparam name="TRow">The source row: what one event, or one extract, says about a process.</typeparam>
/// <remarks>
/// A NULL says nothing: what was known stays, for milestones, measures and keys alike, so that an event needs to bring only what it is about. With a
/// <see cref="FactBuilder{TRow}.Sequence"/> the events are remembered in a side table, <c>fact_event</c>, and each column holds what the event with
/// the greatest sequence that says something about it says: late and repeated events change nothing that later ones have decided. Without a
/// sequence the last delivery wins, and one batch brings a process once.
/// </remarks>
public sealed class AccumulatingSnapshotBuilder<TRow>
{
    private readonly Func<Expression<Func<TRow, object?>>, PropertyInfo> _use;
    private readonly List<MilestoneEntry> _milestones = [];
    private readonly List<LagEntry> _lags = [];
    private ReopeningEntry? _reopening;

    internal AccumulatingSnapshotBuilder(Func<Expression<Func<TRow, object?>>, PropertyInfo> use) => _use = use;

    /// <summary>
    /// A point that the process reaches. The fact keeps its time under the property's own name, and <c>role_date_key</c> links to its day, or to "not
    /// happened yet" (-4).
    /// </summary>
    /// <param name="date">The date dimension.</param>
    /// <param name="at">When it happened: a date or timestamp of the row.</param>
    /// <param name="role">The milestone's name, such as <c>shipped</c>.</param>
    /// <param name="retracted">A flag of the row that says that the milestone did not happen after all; without it nothing but <paramref name="whenNull"/> clears one.</param>
    /// <param name="whenNull">What a NULL means. The default is that nothing is said.</param>
    public AccumulatingSnapshotBuilder<TRow> Milestone(
        DateDimension date, Expression<Func<TRow, object?>> at, string role, Expression<Func<TRow, object?>>? retracted = null, MilestoneNull whenNull = MilestoneNull.Unchanged)
    {
        ArgumentNullException.ThrowIfNull(date);
        ArgumentException.ThrowIfNullOrWhiteSpace(role);
        _milestones.Add(new MilestoneEntry(date, _use(at), role, retracted is null ? null : _use(retracted), whenNull));
        return this;
    }

    /// <summary>The time between two milestones, as a measure that follows whenever one of them changes. NULL while one has not happened.</summary>
    /// <param name="name">The measure's column.</param>
    /// <param name="from">The role of the first milestone.</param>
    /// <param name="to">The role of the second milestone.</param>
    /// <param name="unit">The unit. The default is calendar days.</param>
    public AccumulatingSnapshotBuilder<TRow> Lag(string name, string from, string to, LagUnit unit = LagUnit.Days)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        _lags.Add(new LagEntry(name, from, to, unit));
        return this;
    }

    /// <summary>Lets a process that was closed be opened again: the closing milestone is cleared and a counter goes up.</summary>
    /// <param name="closing">The role of the milestone that closes the process.</param>
    /// <param name="when">A flag of the row that says that the process is open again. It counts only when the process was closed before.</param>
    /// <param name="counter">The column that counts how often. The default is <c>times_reopened</c>.</param>
    public AccumulatingSnapshotBuilder<TRow> Reopen(string closing, Expression<Func<TRow, object?>> when, string counter = "times_reopened")
    {
        _reopening = new ReopeningEntry(closing, _use(when), counter);
        return this;
    }

    internal IEnumerable<PropertyInfo> Kept => _milestones.Select(milestone => milestone.At);

    internal IEnumerable<(DateDimension Dimension, PropertyInfo Source, string Role)> Dates => _milestones.Select(milestone => (milestone.Date, milestone.At, milestone.Role));

    internal AccumulatingDefinition Build(RowShape rows, string name, ModelProblems problems)
    {
        problems.Expect(_milestones.Count > 0, name, "an accumulating snapshot has no milestone; add Milestone(date, x => x.At, \"role\")");
        foreach (var repeated in _milestones.GroupBy(milestone => milestone.Role, StringComparer.OrdinalIgnoreCase).Where(group => group.Count() > 1))
            problems.Add(name, $"{repeated.Count()} milestones play the role '{repeated.Key}'");
        MilestoneDefinition[] milestones = [.. _milestones.Select(milestone => new MilestoneDefinition(
            milestone.Role, rows[milestone.At], milestone.Retracted is null ? null : Flag(rows[milestone.Retracted], name, problems), milestone.WhenNull))];
        MilestoneDefinition Find(string role)
        {
            MilestoneDefinition? found = Array.Find(milestones, milestone => string.Equals(milestone.Role, role, StringComparison.OrdinalIgnoreCase));
            problems.Expect(found is not null, name, $"there is no milestone '{role}'; there are {string.Join(", ", milestones.Select(milestone => $"'{milestone.Role}'"))}");
            return found ?? milestones.FirstOrDefault() ?? new MilestoneDefinition(role, rows.Columns[0], null, MilestoneNull.Unchanged);
        }

        return new AccumulatingDefinition
        {
            Milestones = milestones,
            Lags = [.. _lags.Select(lag => new LagDefinition(
                new Column(lag.Name, ColumnType.BigInt) { Comment = $"{lag.Unit} from {lag.From} to {lag.To}." }, Find(lag.From).At, Find(lag.To).At, lag.Unit))],
            Reopening = _reopening is null ? null : new ReopeningDefinition(
                Find(_reopening.Closing), Flag(rows[_reopening.When], name, problems), new Column(_reopening.Counter, ColumnType.BigInt) { Comment = $"How often the process was opened again after it had been {_reopening.Closing}." }),
        };
    }

    private static SourceColumn Flag(SourceColumn column, string name, ModelProblems problems)
    {
        problems.Expect(column.Type.Kind == ColumnKind.Boolean, name, $"{column.Name} is {column.Type}; a flag is a boolean");
        return column;
    }

    private sealed record MilestoneEntry(DateDimension Date, PropertyInfo At, string Role, PropertyInfo? Retracted, MilestoneNull WhenNull);

    private sealed record LagEntry(string Name, string From, string To, LagUnit Unit);

    private sealed record ReopeningEntry(string Closing, PropertyInfo When, string Counter);
}
