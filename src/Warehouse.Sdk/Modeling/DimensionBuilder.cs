using System.Linq.Expressions;
using System.Reflection;
using Warehouse.Sdk.Sql;

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

    /// <summary>Attributes that keep the value of the member's earliest event.</summary>
    /// <param name="properties">The properties.</param>
    public DimensionBuilder<TRow> Type0(params Expression<Func<TRow, object?>>[] properties) => Attribute(ScdType.Type0, properties);

    /// <summary>Attributes that are overwritten. A change makes no version.</summary>
    /// <param name="properties">The properties.</param>
    public DimensionBuilder<TRow> Type1(params Expression<Func<TRow, object?>>[] properties) => Attribute(ScdType.Type1, properties);

    /// <summary>Attributes whose change closes the open version and opens a new one.</summary>
    /// <param name="properties">The properties.</param>
    public DimensionBuilder<TRow> Type2(params Expression<Func<TRow, object?>>[] properties) => Attribute(ScdType.Type2, properties);

    /// <summary>Attributes whose value before the last change is kept in <c>previous_x</c>, on the same row.</summary>
    /// <param name="properties">The properties.</param>
    public DimensionBuilder<TRow> Type3(params Expression<Func<TRow, object?>>[] properties) => Attribute(ScdType.Type3, properties);

    /// <summary>
    /// Attributes whose change makes a version, as <see cref="Type2"/> does, and whose latest value stands in <c>current_x</c> on all versions of
    /// the member (Kimball, type 6). So facts can be grouped by what was true then and by what is true now over one link.
    /// </summary>
    /// <param name="properties">The properties.</param>
    /// <remarks>
    /// <c>current_x</c> is written on all versions whatever <see cref="Overwrite"/> says, and keeps its value when the member is deleted. Given to
    /// attributes that were of type 2, the next deployment adds the column and fills it.
    /// </remarks>
    public DimensionBuilder<TRow> Type6(params Expression<Func<TRow, object?>>[] properties) => Attribute(ScdType.Type6, properties);

    /// <summary>
    /// Type 0 attributes that were NULL take the first value that comes and keep that one. By default a type 0 attribute keeps the value of the
    /// member's earliest event, NULL too.
    /// </summary>
    /// <param name="properties">Type 0 attributes.</param>
    public DimensionBuilder<TRow> FillWhenNull(params Expression<Func<TRow, object?>>[] properties)
    {
        ArgumentNullException.ThrowIfNull(properties);
        _filledWhenNull.UnionWith(properties.SelectMany(PropertyExpression.Properties).Select(property => property.Name));
        return this;
    }

    /// <summary>
    /// Gives each member a key for life, the same on all its versions, also after a gap (Kimball, type 7). Facts carry it beside the surrogate key
    /// when asked to (<c>durableKey: true</c> of their link), or instead of it when their link has no <c>asOf</c>.
    /// </summary>
    /// <param name="column">The column name. The default is the dimension's name without <c>dim_</c>, and <c>_durable_key</c>.</param>
    /// <remarks>
    /// It is the surrogate key of the version that the member was first stored with, and stays when that version vanishes. Given to a dimension
    /// that is there, the next deployment adds the column and fills it.
    /// </remarks>
    public DimensionBuilder<TRow> DurableKey(string? column = null)
    {
        _durableKey = column ?? $"{NameWithoutPrefix(Name)}_durable_key";
        return this;
    }

    /// <summary>
    /// Keeps the history in a table of its own (type 4): the dimension's table holds one row per member, its last version, by the durable key;
    /// <c>x_history</c> beside it holds all versions by the surrogate key. Both are written in one transaction. A link with <c>asOf</c> leads to the
    /// history, one without to the current row.
    /// </summary>
    /// <remarks>
    /// The dimension gets a <see cref="DurableKey"/> without asking. A deleted member keeps its row, with an end or marked, as
    /// <see cref="WhenAbsent"/> has it. Only for new tables: a deployment does not move a history that is there.
    /// </remarks>
    public DimensionBuilder<TRow> SeparateHistory()
    {
        _separatesHistory = true;
        _durableKey ??= $"{NameWithoutPrefix(Name)}_durable_key";
        return this;
    }

    /// <summary>
    /// Lets every version say in <c>change_reason</c> why it is there: the columns of the tracked attributes that changed, joined by commas in the
    /// model's order; <c>new</c> of a first version, <c>returned</c> after a gap, <c>inferred</c> of a placeholder until its member arrives, and
    /// <c>deleted</c> of a version that marks a deletion.
    /// </summary>
    /// <remarks>
    /// Late events change it on the version that follows them too. Given to a dimension that is there, the next deployment adds the column and
    /// fills it from the versions.
    /// </remarks>
    public DimensionBuilder<TRow> RecordChangeReason()
    {
        _recordsChangeReason = true;
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
    /// Says when two values of an attribute, or of a part of the natural key, count as the same. The default is <see cref="Equality.Exact"/>. A key
    /// is brought to the form in which it is compared when a row is staged, and stored so; facts and bridges that name it are met alike.
    /// </summary>
    /// <param name="property">A text; with <see cref="Equality.Json"/> an attribute of JSON.</param>
    /// <param name="equality">The rule.</param>
    public DimensionBuilder<TRow> Compare(Expression<Func<TRow, object?>> property, Equality equality)
    {
        _equality[PropertyExpression.Property(property).Name] = equality;
        return this;
    }

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

    /// <summary>Which versions a type 1 change overwrites. The default is all of them.</summary>
    /// <param name="scope">The scope.</param>
    public DimensionBuilder<TRow> Overwrite(OverwriteScope scope)
    {
        _overwriteScope = scope;
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

    /// <summary>
    /// Deploys neither the view of open versions nor the function of versions valid at an instant, which a dimension with type 2 attributes has
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

    private DimensionBuilder<TRow> Attribute(ScdType type, Expression<Func<TRow, object?>>[] properties)
    {
        _attributes.AddRange(Use(properties).Select(property => (property, type)));
        return this;
    }

    internal Dimension<TRow> Build()
    {
        RowShape rows = BuildRows();
        DimensionAttribute[] attributes = [.. _attributes.Select(attribute => BuildAttribute(attribute.Property, attribute.Type))];
        var definition = new DimensionDefinition
        {
            SurrogateKey = _surrogateKey ?? DimensionKeyName(Name),
            NaturalKey = [.. _naturalKey.Select(property => TargetColumn(property))],
            Attributes = attributes,
            DefaultMembers = _defaultMembers,
            EffectiveFrom = _effectiveFrom is null ? null : rows[_effectiveFrom],
            Sequence = _sequence is null ? null : rows[_sequence],
            Operation = _operation is null ? null : rows[_operation],
            FirstVersionFrom = _firstVersionFrom,
            WhenAbsent = _whenAbsent,
            MaxExpireFraction = _maxExpireFraction,
            AllowEmptySnapshot = _allowEmptySnapshot,
            OverwriteScope = _overwriteScope,
            LateEvents = _lateEvents,
            KeyEquality = _naturalKey.Where(property => EqualityOf(property) != Equality.Exact).ToDictionary(property => TargetColumn(property).Name, EqualityOf),
            OptionalKey = _naturalKey.Where(property => _optionalKey.Exists(optional => optional.Name == property.Name)).Select(property => TargetColumn(property).Name).ToHashSet(),
            LateHorizon = _lateHorizon,
            SnapshotScope = _snapshotScope is null ? null : TargetColumn(_snapshotScope),
            WithoutHistoryViews = _withoutHistoryViews,
            DurableKey = _durableKey is null ? default(Identifier?) : _durableKey,
            SeparatesHistory = _separatesHistory,
            RecordsChangeReason = _recordsChangeReason,
        };
        definition = definition with { Profiles = BuildProfiles(definition, rows) };
        var name = new QualifiedName(Conventions.BusinessSchema, Name);
        TableSchema versions = DimensionTable.OfVersions(_separatesHistory ? new QualifiedName(name.Schema, $"{Name}{Conventions.HistoryTableSuffix}") : name, definition, Conventions);
        Validate(definition);
        ExpectDistinctColumns(versions.Columns);
        ExpectFreeNames(definition.NaturalKey.Concat(attributes.Select(attribute => attribute.Column)).Select(column => column.Name), WorkingColumns.OfDimensions);
        TableSchema schema = (_separatesHistory ? DimensionTable.OfMembers(name, definition, Conventions) : versions) with { Comment = TableComment };
        TableSchema? history = _separatesHistory ? versions with { Comment = $"All versions of the members of {Name}." } : null;
        TableSchema? events = _lateEvents == Sdk.LateEvents.Reconcile ? EventTable.Schema(name, definition, Conventions) : null;
        if (events is not null)
            ExpectDistinctColumns(events.Columns);
        return new Dimension<TRow>(schema, rows, Conventions, definition) { Events = events, History = history };
    }

    internal static string DimensionKeyName(string table)
        => NameWithoutPrefix(table) + "_key";

    private static string NameWithoutPrefix(string table)
        => table.StartsWith("dim_", StringComparison.OrdinalIgnoreCase) ? table[4..] : table;

    private Equality EqualityOf(PropertyInfo property) => _equality.GetValueOrDefault(property.Name);

    private DimensionAttribute BuildAttribute(PropertyInfo property, ScdType type)
    {
        Column column = TargetColumn(property);
        return new DimensionAttribute(column, type, EqualityOf(property))
        {
            Previous = type == ScdType.Type3 ? column with { Name = $"previous_{column.Name.Value}" } : null,
            Current = type == ScdType.Type6 ? column with { Name = $"current_{column.Name.Value}" } : null,
            FillsWhenNull = type == ScdType.Type0 && _filledWhenNull.Contains(property.Name),
        };
    }

    private void ValidateEquality(DimensionDefinition definition)
    {
        foreach (DimensionAttribute attribute in definition.Attributes.Where(attribute => attribute.Equality != Equality.Exact))
            ExpectFitting(attribute.Column, attribute.Equality);
        foreach (Column key in definition.NaturalKey.Where(key => definition.KeyEquality.ContainsKey(key.Name)))
        {
            ExpectFitting(key, definition.KeyEquality[key.Name]);
            Problems.Expect(!definition.KeyEquality[key.Name].HasFlag(Equality.Json), Name, $"Compare({key.Name}) asks for JSON; a part of the natural key is none");
        }

        foreach (string name in _equality.Keys)
            Problems.Expect(_attributes.Exists(attribute => attribute.Property.Name == name) || _naturalKey.Exists(key => key.Name == name), Name, $"Compare({name}) names no attribute of the dimension");
    }

    private void ExpectFitting(Column column, Equality equality)
    {
        if (equality == Equality.Json)
            Problems.Expect(column.Type.Kind == ColumnKind.Json, Name, $"Compare({column.Name}) asks for JSON; the column is {column.Type}");
        else
            Problems.Expect(column.Type.IsText, Name, $"Compare({column.Name}) is for texts; the column is {column.Type}");
    }

    private void ValidateKeyAndScope(DimensionDefinition definition)
    {
        foreach (PropertyInfo property in _optionalKey)
            Problems.Expect(_naturalKey.Exists(key => key.Name == property.Name), Name, $"OptionalKeyPart({property.Name}) names no part of the natural key");
        if (_naturalKey.Count > 0)
            Problems.Expect(definition.OptionalKey.Count < definition.NaturalKey.Count, Name, "every part of its natural key may be NULL; at least one must not, or a row could be nobody's");
        if (definition.SnapshotScope is { } scope)
        {
            bool isKnown = definition.NaturalKey.Any(key => key.Name == scope.Name)
                || definition.Attributes.Any(attribute => attribute.Name == scope.Name && attribute.Type is ScdType.Type1 or ScdType.Type2);
            Problems.Expect(isKnown, Name, $"SnapshotScope({scope.Name}) names neither a part of the natural key nor an attribute of type 1 or 2");
            Problems.Expect(definition.WhenAbsent != Absent.Ignore, Name, $"SnapshotScope({scope.Name}) is declared, but absence means nothing; add WhenAbsent(...)");
        }
    }

    private void Validate(DimensionDefinition definition)
    {
        Problems.Expect(_naturalKey.Count > 0, Name, "it has no natural key; add NaturalKey(x => x.Id)");
        foreach (var repeated in _naturalKey.Concat(_attributes.Select(attribute => attribute.Property)).GroupBy(property => property.Name).Where(group => group.Count() > 1))
            Problems.Add(Name, $"the property {repeated.Key} is declared {repeated.Count()} times as key or attribute; it can be one of them");
        if (definition.EffectiveFrom is { } effective)
            Problems.Expect(effective.Type.Kind is ColumnKind.Date or ColumnKind.Timestamp, Name, $"EffectiveFrom({effective.Name}) is {effective.Type}; a date or timestamp is needed");
        if (definition.Operation is { } operation)
            Problems.Expect(operation.Type.IsText, Name, $"Operation({operation.Name}) is {operation.Type}; a text with I, U or D is needed");
        ValidateEquality(definition);
        ValidateKeyAndScope(definition);
        foreach (string name in _filledWhenNull)
            Problems.Expect(_attributes.Exists(attribute => attribute.Property.Name == name && attribute.Type == ScdType.Type0), Name, $"FillWhenNull({name}) names no type 0 attribute of the dimension");
        Problems.Expect(_filledWhenNull.Count == 0 || definition.OverwriteScope == OverwriteScope.AllVersions, Name, "FillWhenNull fills all versions, but Overwrite(CurrentVersion) leaves older ones as they were; choose one");
        Problems.Expect(!definition.SeparatesHistory || definition.Attributes.Any(attribute => attribute.IsTracked), Name, "SeparateHistory() has no history to keep; give an attribute type 2 or 6");
        Problems.Expect(!definition.SeparatesHistory || !definition.CurrentKeys.Any(), Name, "the current key of a mini-dimension stands on all versions and SeparateHistory() keeps them elsewhere; leave out currentKey: true or SeparateHistory()");
        Problems.Expect(definition.SnapshotScope is null || definition.Profiles.Count == 0, Name, "SnapshotScope has no column in the history of a mini-dimension's combinations; leave out one of the two");
        if (!definition.WithoutHistoryViews && definition.Attributes.Any(attribute => attribute.IsTracked))
        {
            foreach (Identifier suffix in new[] { Conventions.CurrentViewSuffix, Conventions.AsOfFunctionSuffix })
                Problems.Expect(Name.Length + suffix.Value.Length <= Identifier.MaximumLength, Name, $"its name with {suffix} is longer than {Identifier.MaximumLength} characters; shorten it, or add WithoutHistoryViews()");
        }

        foreach (var repeated in _defaultMembers.GroupBy(member => member.Key).Where(group => group.Count() > 1))
            Problems.Add(Name, $"the default member key {repeated.Key} is given {repeated.Count()} times");
        foreach (DefaultMember member in _defaultMembers)
            Problems.Expect(member.Key < 0, Name, $"the default member '{member.Label}' has key {member.Key}; default members are below zero");
    }
}
