using System.Linq.Expressions;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

/// <summary>Defines an aggregate of a fact: what it is rolled up to, and which measures are summed up.</summary>
/// <typeparam name="TRow">The source row of the fact.</typeparam>
public sealed class AggregateFactBuilder<TRow>
{
    private readonly string _name;
    private readonly Fact<TRow> _source;
    private readonly ModelConventions _conventions;
    private readonly ModelProblems _problems;
    private readonly List<AggregateJoin> _joins = [];
    private readonly List<AggregateGroup> _groups = [];
    private readonly List<AggregateMeasure> _measures = [];
    private string _grain = string.Empty;
    private PhysicalOptions _physical = PhysicalOptions.None;

    internal AggregateFactBuilder(string name, Fact<TRow> source, ModelConventions conventions, ModelProblems problems)
        => (_name, _source, _conventions, _problems) = (name, source, conventions, problems);

    /// <summary>Says what one row stands for.</summary>
    /// <param name="statement">In words, such as <c>one category in one month</c>.</param>
    public AggregateFactBuilder<TRow> Grain(string statement)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(statement);
        _grain = statement;
        return this;
    }

    /// <summary>
    /// Says how the engine is to keep the table: its clustering key, transience, retention and tags. An engine that does not have them refuses the model
    /// (see <see cref="PhysicalBuilder"/>).
    /// </summary>
    /// <param name="define">The options.</param>
    public AggregateFactBuilder<TRow> Physical(Action<PhysicalBuilder> define)
    {
        ArgumentNullException.ThrowIfNull(define);
        var builder = new PhysicalBuilder(_name, _problems);
        define(builder);
        _physical = builder.Build();
        return this;
    }

    /// <summary>
    /// Rolls one of the fact's dates up. The columns are <c>role_attribute</c>. The first date declared is the one that changes are told apart by: give it
    /// attributes that the warehouse's loads stay within, such as the month.
    /// </summary>
    /// <param name="role">The date's role in the fact; empty when it has none.</param>
    /// <param name="attributes">Columns of the date dimension, such as <c>d =&gt; d.YearMonth</c>.</param>
    public AggregateFactBuilder<TRow> Date(string role, params Expression<Func<CalendarDay, object?>>[] attributes)
    {
        ArgumentNullException.ThrowIfNull(role);
        ArgumentNullException.ThrowIfNull(attributes);
        if (_source.Dates.FirstOrDefault(date => string.Equals(date.Role, role, StringComparison.OrdinalIgnoreCase)) is not { } link)
        {
            _problems.Add(_name, $"{_source.Name} has no date of the role '{role}'; there are {string.Join(", ", _source.Dates.Select(date => $"'{date.Role}'"))}");
            return this;
        }

        _problems.Expect(attributes.Length > 0, _name, $"Date(\"{role}\") names no attribute of the date to roll up to, such as d => d.YearMonth");
        AggregateJoin join = Join(link.Role.Length == 0 ? "on_date" : $"{link.Role}_date", link.Dimension, link.Dimension.Key, link.KeyColumn);
        foreach (Identifier column in attributes.SelectMany(PropertyExpression.Properties).Select(property => link.Dimension.Rows[property].Name))
            Group(join, column, role.Length == 0 ? column : $"{role}_{column}", link.Dimension.Schema);
        return this;
    }

    /// <summary>Rolls one of the fact's dimensions up to attributes: the shrunken dimension's columns stand on the aggregate itself.</summary>
    /// <param name="dimension">The dimension.</param>
    /// <param name="attributes">Its attributes, as they are in the version that the fact meets.</param>
    /// <typeparam name="TDimension">The dimension's own source row.</typeparam>
    public AggregateFactBuilder<TRow> Attributes<TDimension>(Dimension<TDimension> dimension, params Expression<Func<TDimension, object?>>[] attributes)
        => Attributes(dimension, role: null, attributes);

    /// <summary>As the other overload, for a dimension that plays several roles in the fact.</summary>
    /// <param name="dimension">The dimension.</param>
    /// <param name="role">Its role in the fact; the columns are <c>role_attribute</c>.</param>
    /// <param name="attributes">Its attributes, as they are in the version that the fact meets.</param>
    /// <typeparam name="TDimension">The dimension's own source row.</typeparam>
    public AggregateFactBuilder<TRow> Attributes<TDimension>(Dimension<TDimension> dimension, string? role, params Expression<Func<TDimension, object?>>[] attributes)
    {
        ArgumentNullException.ThrowIfNull(dimension);
        ArgumentNullException.ThrowIfNull(attributes);
        if (LinkOf(dimension, role) is not { } link)
            return this;
        _problems.Expect(!link.LeadsToMember, _name, $"{_source.Name} links to {dimension.Name} by the durable key {link.KeyColumn}, which says no version to take attributes from; give the link asOf, or keep Key(...)");
        AggregateJoin join = Join(link.Role, dimension, dimension.SurrogateKey, link.KeyColumn);
        foreach (Identifier column in attributes.SelectMany(PropertyExpression.Properties).Select(property => dimension.Rows[property].Name))
            Group(join, column, role is null ? column : $"{role}_{column}", dimension.Schema);
        return this;
    }

    /// <summary>Keeps a link of the fact as it is, version by version.</summary>
    /// <param name="dimension">The dimension.</param>
    /// <param name="role">Its role in the fact, when it plays several.</param>
    public AggregateFactBuilder<TRow> Key(Dimension dimension, string? role = null)
    {
        ArgumentNullException.ThrowIfNull(dimension);
        if (LinkOf(dimension, role) is { } link)
            Group(null, link.KeyColumn, link.KeyColumn, _source.Schema);
        return this;
    }

    /// <summary>Keeps degenerate dimensions and flags of the fact.</summary>
    /// <param name="properties">Properties that are columns of the fact.</param>
    public AggregateFactBuilder<TRow> Degenerate(params Expression<Func<TRow, object?>>[] properties)
    {
        ArgumentNullException.ThrowIfNull(properties);
        foreach (Identifier column in properties.SelectMany(PropertyExpression.Properties).Select(property => _source.Rows[property].Name))
            Group(null, column, column, _source.Schema);
        return this;
    }

    /// <summary>The sum of an additive measure.</summary>
    /// <param name="measure">A whole or decimal measure of the fact. One that must not be summed over everything is refused.</param>
    /// <param name="name">The column. The default is the measure's own.</param>
    public AggregateFactBuilder<TRow> Sum(Expression<Func<TRow, object?>> measure, string? name = null) => Measure(SnapshotAggregate.Sum, measure, name);

    /// <summary>The least value of a measure.</summary>
    /// <param name="measure">A measure of the fact.</param>
    /// <param name="name">The column.</param>
    public AggregateFactBuilder<TRow> Min(Expression<Func<TRow, object?>> measure, string name) => Measure(SnapshotAggregate.Smallest, measure, name);

    /// <summary>The greatest value of a measure.</summary>
    /// <param name="measure">A measure of the fact.</param>
    /// <param name="name">The column.</param>
    public AggregateFactBuilder<TRow> Max(Expression<Func<TRow, object?>> measure, string name) => Measure(SnapshotAggregate.Greatest, measure, name);

    internal AggregateFact Build()
    {
        _problems.Expect(_grain.Length > 0, _name, "it has no grain; add Grain(\"one ...\")");
        _problems.Expect(_groups.Count > 0, _name, "it is rolled up to nothing; add Date(...), Attributes(...), Key(...) or Degenerate(...)");
        Column[] columns =
        [
            .. _groups.Select(group => group.Column),
            .. _measures.Select(measure => measure.Column),
            .. PeriodicDefinition.Lineage(_source),
            new Column(_conventions.LoadId, ColumnType.BigInt, IsNullable: false) { Comment = "The load that last wrote the row." },
        ];
        foreach (var repeated in columns.GroupBy(column => column.Name).Where(group => group.Count() > 1))
            _problems.Add(_name, $"the column {repeated.Key} is declared {repeated.Count()} times; give one of them another name");
        var definition = new AggregateDefinition { Source = _source, Grain = _grain, Joins = _joins, Groups = _groups, Measures = _measures };
        var schema = new TableSchema(new QualifiedName(_conventions.BusinessSchema, _name), columns, []) { Comment = $"{_source.Name.Name} summed up. Grain: {_grain}." };
        return new AggregateFact(PhysicalBuilder.Apply(_physical, schema, _name, _problems), _conventions, definition);
    }

    private DimensionLink? LinkOf(Dimension dimension, string? role)
    {
        DimensionLink[] links = [.. _source.Dimensions.Where(link => ReferenceEquals(link.Dimension, dimension) && (role is null || string.Equals(link.Role, role, StringComparison.OrdinalIgnoreCase)))];
        _problems.Expect(links.Length == 1, _name, links.Length == 0 ? $"{_source.Name} does not link to {dimension.Name}{(role is null ? string.Empty : $" as '{role}'")}" : $"{_source.Name} links to {dimension.Name} {links.Length} times; name the role");
        return links.Length == 1 ? links[0] : null;
    }

    private AggregateJoin Join(Identifier alias, LoadTarget table, Identifier key, Identifier factKey)
    {
        if (_joins.Find(join => join.Alias == alias) is { } known)
            return known;
        var added = new AggregateJoin(alias, table, key, factKey);
        _joins.Add(added);
        return added;
    }

    private void Group(AggregateJoin? join, Identifier source, Identifier name, TableSchema table)
    {
        Column? column = table.Columns.FirstOrDefault(column => column.Name == source);
        _problems.Expect(column is not null, _name, $"{table.Name} does not keep {source}");
        if (column is not null)
            _groups.Add(new AggregateGroup(join, source, new Column(name, column.Type) { Comment = column.Comment }));
    }

    private AggregateFactBuilder<TRow> Measure(SnapshotAggregate aggregate, Expression<Func<TRow, object?>> property, string? name)
    {
        Identifier source = _source.Rows[PropertyExpression.Property(property)].Name;
        if (_source.Measures.FirstOrDefault(measure => measure.Column.Name == source) is not { } measure)
        {
            _problems.Add(_name, $"{source} is no measure of {_source.Name}");
            return this;
        }

        if (aggregate == SnapshotAggregate.Sum)
        {
            _problems.Expect(measure.Additivity == Additivity.Additive, _name, $"{source} is {measure.Additivity}; a sum of it over everything that is rolled up would say nothing. Derive a periodic snapshot from it instead");
            _problems.Expect(measure.Column.Type.Kind is not (ColumnKind.Real or ColumnKind.Double), _name, $"{source} is {measure.Column.Type}, and sums of floating point numbers depend on their order; declare the measure as a decimal");
        }

        ColumnType type = aggregate == SnapshotAggregate.Sum ? PeriodicSnapshotBuilder<TRow>.Widened(measure.Column.Type) : measure.Column.Type;
        _measures.Add(new AggregateMeasure(aggregate, source, new Column(name is null ? source : new Identifier(name), type)));
        return this;
    }
}
