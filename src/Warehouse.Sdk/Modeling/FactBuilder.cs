using System.Linq.Expressions;
using System.Reflection;

namespace Warehouse.Sdk;

/// <summary>Defines a fact table.</summary>
/// <typeparam name="TRow">The source row.</typeparam>
public sealed partial class FactBuilder<TRow> : TableBuilder<TRow, FactBuilder<TRow>>
{
    private readonly List<PropertyInfo> _grain = [];
    private readonly List<PropertyInfo> _degenerates = [];
    private readonly List<(DateDimension Dimension, PropertyInfo Source, string Role, DefaultMember WhenNull)> _dates = [];
    private readonly List<(Dimension Dimension, IReadOnlyList<PropertyInfo> Key, PropertyInfo? AsOf, string? Role, UnknownMember WhenUnknown, bool DurableKey)> _dimensions = [];
    private readonly List<DeclaredMeasure> _measures = [];
    private string _statement = string.Empty;
    private FactKind? _declaredKind;

    internal FactBuilder(string name, ModelConventions conventions, ModelProblems problems)
        : base(name, conventions, problems)
    {
    }

    /// <summary>Declares what one row stands for. Two different rows of one grain are an error, unless a <see cref="Sequence"/> decides.</summary>
    /// <param name="statement">In words, such as <c>one payment</c>.</param>
    /// <param name="properties">The properties that make a row unique. They are kept on the fact under their own names.</param>
    public FactBuilder<TRow> Grain(string statement, params Expression<Func<TRow, object?>>[] properties)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(statement);
        _statement = statement;
        _grain.AddRange(Use(properties));
        return this;
    }

    /// <summary>
    /// Says what kind of fact it is, for people and documentation. The default is that of <c>AccumulatingSnapshot</c> or <c>PeriodicSnapshot</c> where the
    /// fact is built by one of them, and <see cref="FactKind.Transaction"/> otherwise. Contradicting the builder is a problem of the model.
    /// </summary>
    /// <param name="kind">The kind.</param>
    public FactBuilder<TRow> Kind(FactKind kind)
    {
        _declaredKind = kind;
        return this;
    }

    /// <summary>Degenerate dimensions and flags: columns kept on the fact as they are.</summary>
    /// <param name="properties">The properties.</param>
    public FactBuilder<TRow> Degenerate(params Expression<Func<TRow, object?>>[] properties)
    {
        _degenerates.AddRange(Use(properties));
        return this;
    }

    /// <summary>Lets a date dimension play a role. The key column is <c>role_date_key</c>.</summary>
    /// <param name="dimension">The date dimension.</param>
    /// <param name="date">A date or timestamp of the row.</param>
    /// <param name="role">The role's name; needed when the fact has several dates.</param>
    /// <param name="whenNull">The default member that a NULL date links to. The default is unknown (-1).</param>
    /// <remarks>A date outside the dimension's range links to unknown (-1) and is counted.</remarks>
    public FactBuilder<TRow> Date(DateDimension dimension, Expression<Func<TRow, object?>> date, string role = "", DefaultMember? whenNull = null)
    {
        ArgumentNullException.ThrowIfNull(dimension);
        _dates.Add((dimension, Use(date), role, whenNull ?? DefaultMember.Unknown));
        return this;
    }

    /// <summary>Links to a dimension. A row meets one version at most, whatever the history looks like.</summary>
    /// <param name="dimension">The dimension.</param>
    /// <param name="key">The row's natural key of the member: <c>x =&gt; x.Id</c>, or <c>x =&gt; new { x.A, x.B }</c> in the dimension's order.</param>
    /// <param name="asOf">
    /// The row's own time: the version valid then is met; before the first version the first, in a gap the last known one.
    /// Needed when the dimension is versioned and has no durable key; with one, a link without a time is by the durable key alone.
    /// </param>
    /// <param name="role">The role's name. The default is the dimension's name without <c>dim_</c>.</param>
    /// <param name="whenUnknown">What happens when there is no such member. A NULL key always links to unknown (-1).</param>
    /// <param name="durableKey">
    /// Adds <c>role_durable_key</c>: the key that the member keeps for life, beside that of the version (type 7). It is that of the current view.
    /// Needs a dimension with <see cref="DimensionBuilder{TRow}.DurableKey"/>. The default is <see langword="false"/>.
    /// </param>
    /// <typeparam name="TDimension">The dimension's own source row.</typeparam>
    public FactBuilder<TRow> Dimension<TDimension>(
        Dimension<TDimension> dimension,
        Expression<Func<TRow, object?>> key,
        Expression<Func<TRow, object?>>? asOf = null,
        string? role = null,
        UnknownMember whenUnknown = UnknownMember.UseUnknown,
        bool durableKey = false)
    {
        ArgumentNullException.ThrowIfNull(dimension);
        _dimensions.Add((dimension, Use([key]), asOf is null ? null : Use(asOf), role, whenUnknown, durableKey));
        return this;
    }

    /// <summary>Adds a number.</summary>
    /// <param name="property">The property. NULL stays NULL.</param>
    /// <param name="additivity">Over which dimensions it may be summed. The default is all.</param>
    /// <param name="type">The column type; the default follows the property's type.</param>
    public FactBuilder<TRow> Measure(Expression<Func<TRow, object?>> property, Additivity additivity = Additivity.Additive, ColumnType? type = null)
    {
        _measures.Add(new DeclaredMeasure(Use(property), additivity));
        if (type is not null)
            Column(property, type);
        return this;
    }
}
