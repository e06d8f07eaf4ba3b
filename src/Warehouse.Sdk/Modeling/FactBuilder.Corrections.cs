using System.Linq.Expressions;
using System.Reflection;

namespace Warehouse.Sdk;

public sealed partial class FactBuilder<TRow>
{
    private readonly List<PropertyInfo> _sourceGrain = [];
    private PropertyInfo? _sequence;
    private PropertyInfo? _operation;
    private Corrections _corrections;
    private bool _isByLine;

    /// <summary>
    /// Declares that no column of the source makes a row unique, such as two sales of the same coffee in the same minute: a row is known by its batch and
    /// its line there, kept as <c>source_batch</c> and <c>source_line</c>. Identical rows are all kept. A load needs a
    /// <see cref="LoadOptions.BatchId"/>, a file or a landing table, so that it is known when it comes again; a file that comes with other
    /// content replaces what it brought before.
    /// </summary>
    /// <param name="statement">What one row stands for, in words.</param>
    public FactBuilder<TRow> GrainByLine(string statement)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(statement);
        (_statement, _isByLine) = (statement, true);
        return this;
    }

    /// <summary>
    /// The source column that decides between several different rows of one grain: the greatest wins. With <see cref="Upsert"/> it is kept on the fact and
    /// decides between batches too: a correction that is older than what stands is counted as <see cref="LoadCounts.Stale"/>, so the order
    /// in which batches come does not matter.
    /// </summary>
    /// <param name="property">A number or timestamp.</param>
    public FactBuilder<TRow> Sequence(Expression<Func<TRow, object?>> property)
    {
        _sequence = Use(property);
        return this;
    }

    /// <summary>
    /// The source column that says what happened: <c>D</c> takes the stored row of the grain away, anything else is a row. Only with
    /// <see cref="Upsert"/>. With a <see cref="Sequence"/> a deletion is remembered in a table <c>&lt;fact&gt;_deleted</c>, so that an older row that comes
    /// later stays away.
    /// </summary>
    /// <param name="property">A text; case does not matter.</param>
    public FactBuilder<TRow> Operation(Expression<Func<TRow, object?>> property)
    {
        _operation = Use(property);
        return this;
    }

    /// <summary>How an upsert corrects a stored row. The default is <see cref="Sdk.Corrections.Update"/>.</summary>
    /// <param name="corrections">The way.</param>
    public FactBuilder<TRow> Corrections(Corrections corrections)
    {
        _corrections = corrections;
        return this;
    }

    /// <summary>
    /// What makes a row of the source unique where measures are combined: copies of one source row collapse before they are combined, and different rows
    /// of one are an error or decided by <see cref="Sequence"/>. Without it every row counts.
    /// </summary>
    /// <param name="properties">The properties, such as the number of the transaction. They are not kept on the fact.</param>
    public FactBuilder<TRow> SourceGrain(params Expression<Func<TRow, object?>>[] properties)
    {
        _sourceGrain.AddRange(Use(properties));
        return this;
    }

    /// <summary>Adds a number that is combined when several rows of a batch meet one grain.</summary>
    /// <param name="property">The property. NULL stays NULL.</param>
    /// <param name="combine">How they are combined.</param>
    /// <param name="by">The column that orders the rows, for <see cref="Combine.First"/> and <see cref="Combine.Last"/>. It is not kept on the fact.</param>
    /// <param name="additivity">Over which dimensions it may be summed. The default is all.</param>
    /// <param name="type">The column type; the default follows the property's type.</param>
    public FactBuilder<TRow> Measure(
        Expression<Func<TRow, object?>> property, Combine combine, Expression<Func<TRow, object?>>? by = null, Additivity additivity = Additivity.Additive, ColumnType? type = null)
    {
        _measures.Add(new DeclaredMeasure(Use(property), additivity, combine, by is null ? null : Use(by)));
        if (type is not null)
            Column(property, type);
        return this;
    }

    private sealed record DeclaredMeasure(PropertyInfo Property, Additivity Additivity, Combine Combine = Combine.None, PropertyInfo? By = null);
}
