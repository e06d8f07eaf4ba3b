using System.Linq.Expressions;
using System.Reflection;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

/// <summary>Defines a bridge. Every load is a full set of its rows; a load that changes nothing writes nothing.</summary>
/// <typeparam name="TRow">The source row: one member of one group.</typeparam>
public sealed class BridgeBuilder<TRow> : TableBuilder<TRow, BridgeBuilder<TRow>>
{
    private Dimension? _group;
    private Dimension? _member;
    private IReadOnlyList<PropertyInfo> _groupKey = [];
    private IReadOnlyList<PropertyInfo> _memberKey = [];
    private PropertyInfo? _weight;
    private bool _isVersioned;
    private DateTime? _firstFrom;

    internal BridgeBuilder(string name, ModelConventions conventions, ModelProblems problems)
        : base(name, conventions, problems)
    {
    }

    /// <summary>The dimension whose members are groups. A group without rows is given the unknown member with weight 1, so that nothing disappears in a join.</summary>
    /// <param name="dimension">The dimension.</param>
    /// <param name="key">Its natural key in the row.</param>
    /// <typeparam name="TDimension">The dimension's own source row.</typeparam>
    public BridgeBuilder<TRow> Group<TDimension>(Dimension<TDimension> dimension, Expression<Func<TRow, object?>> key)
    {
        ArgumentNullException.ThrowIfNull(dimension);
        (_group, _groupKey) = (dimension, Use([key]));
        return this;
    }

    /// <summary>The dimension whose members make up the groups. It must not be versioned.</summary>
    /// <param name="dimension">The dimension.</param>
    /// <param name="key">Its natural key in the row.</param>
    /// <typeparam name="TDimension">The dimension's own source row.</typeparam>
    public BridgeBuilder<TRow> Member<TDimension>(Dimension<TDimension> dimension, Expression<Func<TRow, object?>> key)
    {
        ArgumentNullException.ThrowIfNull(dimension);
        (_member, _memberKey) = (dimension, Use([key]));
        return this;
    }

    /// <summary>Takes the weights from the rows; a group whose weights do not sum to 1 is refused. Without it the members of a group share equally.</summary>
    /// <param name="property">A number.</param>
    public BridgeBuilder<TRow> Weight(Expression<Func<TRow, object?>> property)
    {
        _weight = Use(property);
        Column(property, BridgeDefinition.WeightType);
        return this;
    }

    /// <summary>
    /// Keeps the history of memberships in <c>valid_from</c> and <c>valid_to</c>, half-open, in UTC: one that a set no longer has, or has with another weight,
    /// ends at <see cref="LoadOptions.AsOf"/>, and new ones begin there. At every instant the weights of a group sum to 1. Sets come in the order of
    /// their times; an older one is refused.
    /// </summary>
    /// <param name="firstFrom">Where the memberships of the first set begin, in UTC, so that older facts find them. The default is the time of the set.</param>
    public BridgeBuilder<TRow> Versioned(DateTime? firstFrom = null)
    {
        (_isVersioned, _firstFrom) = (true, firstFrom);
        Problems.Expect(Conventions.Intervals == IntervalStyle.HalfOpen, Name, "its memberships are versioned, which is done in half-open intervals only; the model closes them by day");
        return this;
    }

    internal Bridge<TRow> Build()
    {
        RowShape rows = BuildRows();
        if (_group is null || _member is null)
        {
            Problems.Add(Name, "it needs both Group(...) and Member(...)");
            var nothing = new TableSchema(new QualifiedName(Conventions.BusinessSchema, Name), [], []);
            return new Bridge<TRow>(nothing, rows, Conventions, null!);
        }

        ExpectKey(_group, _groupKey, rows);
        ExpectKey(_member, _memberKey, rows);
        Problems.Expect(_group.Definition.KeyEquality.Count == 0 && _group.Definition.OptionalKey.Count == 0, Name, $"its groups are kept by the natural key of {_group.Name}, which has Compare or OptionalKeyPart; a bridge takes such keys of members only as Compare");
        Problems.Expect(_member.Definition.OptionalKey.Count == 0, Name, $"its member dimension {_member.Name} has OptionalKeyPart, and a bridge links no member without a whole key");
        Problems.Expect(!_member.IsVersioned, Name, $"its member dimension {_member.Name} is versioned; a bridge links to dimensions without type 2 attributes");
        var definition = new BridgeDefinition
        {
            Group = _group,
            GroupKey = [.. _groupKey.Select(property => rows[property])],
            Member = _member,
            MemberKey = [.. _memberKey.Select(property => rows[property])],
            MemberKeyColumn = _member.SurrogateKey,
            IsVersioned = _isVersioned,
            FirstFrom = _firstFrom,
            WeightColumn = _weight is null ? "weight" : rows[_weight].Name,
            Weight = _weight is null ? null : rows[_weight],
        };
        Column[] columns =
        [
            .. _groupKey.Select(property => TargetColumn(property, isNullable: false)),
            new Column(definition.MemberKeyColumn, ColumnType.BigInt, IsNullable: false) { Comment = $"Surrogate key of {_member.Name.Name}." },
            new Column(definition.WeightColumn, BridgeDefinition.WeightType, IsNullable: false) { Comment = "The member's share of its group; sums to 1." },
            .. _isVersioned ? Validity : [],
            new Column(Conventions.LoadId, ColumnType.BigInt, IsNullable: false) { Comment = "The load that last wrote the row." },
        ];
        ExpectDistinctColumns(columns);
        ExpectFreeNames(rows.Columns.Select(column => column.Name), WorkingColumns.OfBridges);
        var schema = new TableSchema(new QualifiedName(Conventions.BusinessSchema, Name), columns, [.. definition.GroupKey.Select(column => column.Name), definition.MemberKeyColumn, .. _isVersioned ? [Conventions.ValidFrom] : Array.Empty<Identifier>()])
        {
            Comment = TableComment.Length > 0 ? TableComment : $"Members of {_member.Name.Name} in each member of {_group.Name.Name}, weighted.",
        };
        return new Bridge<TRow>(WithPhysical(schema), rows, Conventions, definition);
    }

    private Column[] Validity =>
    [
        new Column(Conventions.ValidFrom, ColumnType.Timestamp, IsNullable: false) { Comment = "The membership is true from here on, in UTC." },
        new Column(Conventions.ValidTo, ColumnType.Timestamp) { Comment = "The membership is true until just before this instant, in UTC; open when NULL." },
    ];

    private void ExpectKey(Dimension dimension, IReadOnlyList<PropertyInfo> key, RowShape rows)
    {
        if (key.Count != dimension.NaturalKey.Count)
        {
            Problems.Add(Name, $"{key.Count} key columns are given for {dimension.Name}, whose natural key has {dimension.NaturalKey.Count}");
            return;
        }

        foreach (var (given, wanted) in key.Select(property => rows[property]).Zip(dimension.NaturalKey))
            Problems.Expect(given.Type.Kind == wanted.Type.Kind, Name, $"{given.Name} is {given.Type}, but {dimension.Name}.{wanted.Name} is {wanted.Type}");
    }
}
