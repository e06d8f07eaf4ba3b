using System.Linq.Expressions;
using System.Reflection;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

/// <summary>
/// Defines what a periodic snapshot says of each entity at the end of each period (Kimball, "Periodic Snapshot Fact Tables"). Every period that a load
/// brings is replaced whole, so a load brings whole periods; periods it does not bring are restated only where they depend on it.
/// </summary>
/// <typeparam name="TRow">The source row: a movement, a reading, or the state of one day.</typeparam>
public sealed class PeriodicSnapshotBuilder<TRow>
{
    private readonly Func<Expression<Func<TRow, object?>>, PropertyInfo> _use;
    private readonly List<(SnapshotAggregate Aggregate, PropertyInfo? Source, string? Name)> _measures = [];
    private readonly List<(string Name, string Numerator, string Denominator, ZeroDenominator WhenZero)> _ratios = [];
    private readonly List<PropertyInfo> _rowKey = [];
    private (PropertyInfo Amount, PropertyInfo? Opening, string Name)? _balance;
    private DayOfWeek _weekEndsOn = DayOfWeek.Sunday;
    private bool _isDense;
    private Dimension? _aliveIn;
    private Fact? _source;

    internal PeriodicSnapshotBuilder(Func<Expression<Func<TRow, object?>>, PropertyInfo> use) => _use = use;

    /// <summary>The last known value in the period, such as the stock at the end of the week: semi-additive. A NULL is not known and passed over.</summary>
    /// <param name="level">A number. Rows of one day are ordered by the fact's <see cref="FactBuilder{TRow}.Sequence"/>, then as they come.</param>
    /// <param name="name">The column. The default is the property's own.</param>
    public PeriodicSnapshotBuilder<TRow> Last(Expression<Func<TRow, object?>> level, string? name = null) => Measure(SnapshotAggregate.Last, level, name);

    /// <summary>The sum over the period: additive. A period without any row has 0, one whose rows are all NULL has NULL.</summary>
    /// <param name="amount">A whole or decimal number; sums of floating point numbers depend on their order and are refused.</param>
    /// <param name="name">The column. The default is the property's own.</param>
    public PeriodicSnapshotBuilder<TRow> Sum(Expression<Func<TRow, object?>> amount, string? name = null) => Measure(SnapshotAggregate.Sum, amount, name);

    /// <summary>The least value in the period: non-additive.</summary>
    /// <param name="value">A number.</param>
    /// <param name="name">The column. The default is the property's own.</param>
    public PeriodicSnapshotBuilder<TRow> Min(Expression<Func<TRow, object?>> value, string? name = null) => Measure(SnapshotAggregate.Smallest, value, name);

    /// <summary>The greatest value in the period: non-additive.</summary>
    /// <param name="value">A number.</param>
    /// <param name="name">The column. The default is the property's own.</param>
    public PeriodicSnapshotBuilder<TRow> Max(Expression<Func<TRow, object?>> value, string? name = null) => Measure(SnapshotAggregate.Greatest, value, name);

    /// <summary>Whether a flag was true in any row of the period.</summary>
    /// <param name="flag">A boolean.</param>
    /// <param name="name">The column. The default is the property's own.</param>
    public PeriodicSnapshotBuilder<TRow> Any(Expression<Func<TRow, object?>> flag, string? name = null) => Measure(SnapshotAggregate.Any, flag, name);

    /// <summary>How many rows the period has: additive.</summary>
    /// <param name="name">The column.</param>
    public PeriodicSnapshotBuilder<TRow> Count(string name)
    {
        _measures.Add((SnapshotAggregate.Count, null, name));
        return this;
    }

    /// <summary>
    /// The net of the period under the property's own name, and the balance at its end: the one before plus the net. A late movement restates its
    /// period and all later balances.
    /// </summary>
    /// <param name="amount">The signed amount of a movement: a whole or decimal number.</param>
    /// <param name="name">The balance's column: semi-additive.</param>
    /// <param name="opening">What the balance was before the first movement. It counts in the entity's first period only; by default that begins at 0.</param>
    public PeriodicSnapshotBuilder<TRow> Balance(Expression<Func<TRow, object?>> amount, string name = "balance", Expression<Func<TRow, object?>>? opening = null)
    {
        _balance = (_use(amount), opening is null ? null : _use(opening), name);
        return this;
    }

    /// <summary>A quotient of two measures of the snapshot, such as weeks of supply: a double, non-additive; NULL when either is NULL.</summary>
    /// <param name="name">The column.</param>
    /// <param name="numerator">The column of the first.</param>
    /// <param name="denominator">The column of the second.</param>
    /// <param name="whenZero">What it is when the second is 0. The default is NULL.</param>
    public PeriodicSnapshotBuilder<TRow> Ratio(string name, string numerator, string denominator, ZeroDenominator whenZero = ZeroDenominator.Null)
    {
        _ratios.Add((name, numerator, denominator, whenZero));
        return this;
    }

    /// <summary>
    /// Gives an entity a row for every period from its first one to the last one of the whole table. A period in which nothing happened carries levels
    /// and balances on, sums nothing up to 0, and is marked in <c>has_activity</c>. The default is a row only where something happened.
    /// </summary>
    public PeriodicSnapshotBuilder<TRow> Dense()
    {
        _isDense = true;
        return this;
    }

    /// <summary>
    /// As <see cref="Dense()"/>, but only for periods in which the member lives: none after it ended. When the dimension's natural key is the entity's
    /// whole grain, its members have rows also before anything happened to them.
    /// </summary>
    /// <param name="aliveIn">A dimension that the fact links to by columns of its grain.</param>
    public PeriodicSnapshotBuilder<TRow> Dense(Dimension aliveIn)
    {
        ArgumentNullException.ThrowIfNull(aliveIn);
        (_isDense, _aliveIn) = (true, aliveIn);
        return this;
    }

    /// <summary>The last day of a week. The default is Sunday.</summary>
    /// <param name="day">The day.</param>
    public PeriodicSnapshotBuilder<TRow> WeekEndsOn(DayOfWeek day)
    {
        _weekEndsOn = day;
        return this;
    }

    /// <summary>What makes a source row unique: copies collapse, and different rows of one key are rejected. Without it every row counts.</summary>
    /// <param name="properties">The properties; they are not kept.</param>
    public PeriodicSnapshotBuilder<TRow> RowKey(params Expression<Func<TRow, object?>>[] properties)
    {
        ArgumentNullException.ThrowIfNull(properties);
        _rowKey.AddRange(properties.Select(property => _use(property)));
        return this;
    }

    /// <summary>
    /// Takes the rows from a fact of the model, whose columns they are by name. Load it from <see cref="Source.Derived"/>: only periods in which the
    /// fact has changed are read.
    /// </summary>
    /// <param name="fact">The fact.</param>
    public PeriodicSnapshotBuilder<TRow> From(Fact fact)
    {
        ArgumentNullException.ThrowIfNull(fact);
        _source = fact;
        return this;
    }

    internal PeriodicDefinition Build(
        SnapshotPeriod period, DateDimension date, SourceColumn day, IReadOnlyList<SourceColumn> entity, IReadOnlyList<DimensionLink> links, RowShape rows, string name, ModelProblems problems)
    {
        SnapshotMeasure Measured(SnapshotAggregate aggregate, PropertyInfo? property, string? column, string comment = "")
        {
            SourceColumn? source = property is null ? null : rows[property];
            bool isFlag = aggregate == SnapshotAggregate.Any;
            if (source is not null)
            {
                bool fits = isFlag ? source.Type.Kind == ColumnKind.Boolean : IsNumber(source.Type) && (aggregate != SnapshotAggregate.Sum || source.Type.Kind is not (ColumnKind.Real or ColumnKind.Double));
                problems.Expect(fits, name, $"{source.Name} is {source.Type}; {(isFlag ? "a flag is a boolean" : aggregate == SnapshotAggregate.Sum ? "a sum is of whole or decimal numbers" : "a number is needed")}");
            }

            ColumnType type = source is null ? ColumnType.BigInt : aggregate == SnapshotAggregate.Sum ? Widened(source.Type) : source.Type;
            return new SnapshotMeasure(aggregate, source, new Column(column is null ? source!.Name : new Identifier(column), type) { Comment = comment }, AdditivityOf(aggregate));
        }

        SnapshotMeasure[] measures = [.. _measures.Select(measure => Measured(measure.Aggregate, measure.Source, measure.Name))];
        SnapshotBalance? balance = null;
        if (_balance is var (amount, opening, balanceName))
        {
            SnapshotMeasure net = Measured(SnapshotAggregate.Sum, amount, null, "The net of the period.");
            balance = new SnapshotBalance(
                net,
                opening is null ? null : Measured(SnapshotAggregate.First, opening, null, "As the source told it; counts in the entity's first period."),
                new Column(balanceName, net.Column.Type) { Comment = "The balance at the end of the period." });
        }

        var definition = new PeriodicDefinition
        {
            Period = period,
            WeekEndsOn = _weekEndsOn == DayOfWeek.Sunday ? 7 : (int)_weekEndsOn,
            Date = date,
            Day = day,
            Entity = entity,
            Measures = measures,
            Balance = balance,
            Ratios = [.. _ratios.Select(ratio => MeasureRatio.Of(ratio.Name, ratio.Numerator, ratio.Denominator, ratio.WhenZero))],
            IsDense = _isDense,
            AliveIn = _aliveIn is null ? null : AliveIn(_aliveIn, entity, links, name, problems),
            RowKey = [.. _rowKey.Select(property => rows[property])],
            Source = _source,
        };
        Validate(definition, rows, name, problems);
        return definition;
    }

    private static void Validate(PeriodicDefinition definition, RowShape rows, string name, ModelProblems problems)
    {
        problems.Expect(definition.Day.Type.Kind is ColumnKind.Date or ColumnKind.Timestamp, name, $"the day {definition.Day.Name} is {definition.Day.Type}; a date or timestamp is needed");
        HashSet<Identifier> numbers = [.. definition.Additivities.Select(measure => measure.Column.Name).Except(definition.Ratios.Select(ratio => ratio.Column.Name))];
        foreach (Identifier missing in definition.Ratios.SelectMany(ratio => new[] { ratio.Numerator, ratio.Denominator }).Where(part => !numbers.Contains(part)))
            problems.Add(name, $"a ratio is of {missing}, which is no measure of the snapshot; there are {string.Join(", ", numbers)}");
        if (definition.Source is not { } source)
            return;
        problems.Expect(definition.RowKey.Count == 0, name, $"its rows come from {source.Name}, which has a grain of its own; leave RowKey out");
        Dictionary<Identifier, Column> kept = source.Schema.Columns.ToDictionary(column => column.Name);
        foreach (SourceColumn column in rows.Columns)
        {
            if (!kept.TryGetValue(column.Name, out Column? there))
                problems.Add(name, $"{source.Name} does not keep {column.Name}; add it there with Degenerate(...)");
            else
                problems.Expect(there.Type.Kind == column.Type.Kind, name, $"{column.Name} is {column.Type}, but {source.Name}.{column.Name} is {there.Type}");
        }
    }

    private static (Dimension, IReadOnlyList<SourceColumn>)? AliveIn(Dimension dimension, IReadOnlyList<SourceColumn> entity, IReadOnlyList<DimensionLink> links, string name, ModelProblems problems)
    {
        DimensionLink? link = links.FirstOrDefault(link => ReferenceEquals(link.Dimension, dimension));
        bool isOfEntity = link is not null && link.Key.All(entity.Contains);
        problems.Expect(isOfEntity, name, $"it is dense while members of {dimension.Name} live, but does not link to it by columns of its grain");
        problems.Expect(dimension.Definition.KeyEquality.Count == 0 && dimension.Definition.OptionalKey.Count == 0, name, $"it is dense while members of {dimension.Name} live, whose natural key has Compare or OptionalKeyPart; entities are compared as they are");
        return isOfEntity ? (dimension, link!.Key) : null;
    }

    private PeriodicSnapshotBuilder<TRow> Measure(SnapshotAggregate aggregate, Expression<Func<TRow, object?>> property, string? name)
    {
        _measures.Add((aggregate, _use(property), name));
        return this;
    }

    private static bool IsNumber(ColumnType type) => type.Kind is ColumnKind.SmallInt or ColumnKind.Integer or ColumnKind.BigInt or ColumnKind.Decimal or ColumnKind.Real or ColumnKind.Double;

    // Eight to ten more digits hold the sum of a hundred million of the greatest numbers; 18 digits fit into 64 bits.
    internal static ColumnType Widened(ColumnType type) => type.Kind switch
    {
        ColumnKind.SmallInt or ColumnKind.Integer or ColumnKind.BigInt => ColumnType.BigInt,
        ColumnKind.Decimal => ColumnType.Decimal(type.Precision <= 10 ? 18 : Math.Min(38, type.Precision + 10), type.Scale),
        _ => type,
    };

    private static Additivity AdditivityOf(SnapshotAggregate aggregate) => aggregate switch
    {
        SnapshotAggregate.Sum or SnapshotAggregate.Count => Additivity.Additive,
        SnapshotAggregate.Last or SnapshotAggregate.First => Additivity.SemiAdditive,
        _ => Additivity.NonAdditive,
    };
}
