using System.Linq.Expressions;
using System.Reflection;

namespace Warehouse.Sdk;

/// <summary>Defines a dimension.</summary>
/// <typeparam name="TRow">The source row: one event or one line of a snapshot.</typeparam>
public sealed partial class DimensionBuilder<TRow> : TableBuilder<TRow, DimensionBuilder<TRow>>
{
    /// <summary>The default of <see cref="WhenAbsent"/>'s fraction: half of the current members.</summary>
    public const double DefaultMaxExpireFraction = 0.5;

    private readonly List<PropertyInfo> _naturalKey = [];
    private readonly List<(PropertyInfo Property, ScdType Type)> _attributes = [];
    private readonly Dictionary<string, Equality> _equality = [];
    private readonly HashSet<string> _filledWhenNull = [];
    private readonly List<DateOnly> _nullDates = [];
    private readonly List<DefaultMember> _defaultMembers = [DefaultMember.Unknown, DefaultMember.NotApplicable];
    private string? _surrogateKey;
    private PropertyInfo? _effectiveFrom;
    private PropertyInfo? _sequence;
    private PropertyInfo? _operation;
    private DateTime? _firstVersionFrom;
    private Absent _whenAbsent;
    private double _maxExpireFraction = DefaultMaxExpireFraction;
    private bool _allowEmptySnapshot;
    private OverwriteScope _overwriteScope;
    private LateEvents _lateEvents;
    private TimeSpan? _lateHorizon;
    private PropertyInfo? _snapshotScope;
    private readonly List<PropertyInfo> _optionalKey = [];
    private bool _withoutHistoryViews;
    private string? _durableKey;
    private bool _separatesHistory;
    private bool _recordsChangeReason;

    internal DimensionBuilder(string name, ModelConventions conventions, ModelProblems problems)
        : base(name, conventions, problems)
    {
    }

    /// <summary>The columns that identify a member in the source. They are compared one by one, never joined into one text.</summary>
    /// <param name="properties">One or more properties.</param>
    public DimensionBuilder<TRow> NaturalKey(params Expression<Func<TRow, object?>>[] properties)
    {
        _naturalKey.AddRange(Use(properties));
        return this;
    }

    /// <summary>Names the surrogate key column. The default is the dimension's name without <c>dim_</c>, and <c>_key</c>.</summary>
    /// <param name="column">The column name.</param>
    public DimensionBuilder<TRow> SurrogateKey(string column)
    {
        _surrogateKey = column;
        return this;
    }

    /// <summary>
    /// Says that a part of the natural key may be NULL, and that NULL is then a value like any other: <c>(1, NULL)</c> is one member and
    /// <c>(1, '')</c> another. At least one part stays obligatory. By default a row with NULL in any part of its key is rejected.
    /// </summary>
    /// <param name="properties">Parts of the natural key.</param>
    /// <remarks>
    /// PostgreSQL compares such parts as arrays of one element, which its hash joins can; the index over the natural key leads to the obligatory
    /// parts only.
    /// </remarks>
    public DimensionBuilder<TRow> OptionalKeyPart(params Expression<Func<TRow, object?>>[] properties)
    {
        ArgumentNullException.ThrowIfNull(properties);
        _optionalKey.AddRange(properties.SelectMany(PropertyExpression.Properties));
        return this;
    }

    /// <summary>
    /// Deploys neither the view of open versions nor the function of versions valid at an instant, which a dimension with type 2 or 6 attributes has
    /// otherwise. Those deployed before stay as they are.
    /// </summary>
    public DimensionBuilder<TRow> WithoutHistoryViews()
    {
        _withoutHistoryViews = true;
        return this;
    }

    /// <summary>Adds a member that exists before the first load, besides unknown (-1) and not applicable (-2).</summary>
    /// <param name="member">The member; its key is below zero and not yet taken.</param>
    public DimensionBuilder<TRow> WithDefaultMember(DefaultMember member)
    {
        ArgumentNullException.ThrowIfNull(member);
        _defaultMembers.Add(member);
        return this;
    }
}
