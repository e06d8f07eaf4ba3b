using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;
using static Warehouse.Sdk.Postgres.PostgresSql;

namespace Warehouse.Sdk.Postgres;

/// <summary>
/// Merges a batch into a dimension. What is known of the members that the batch says something new about is put on one timeline with what the
/// batch says; the timeline says what their history is, and the stored versions are brought to it. Everyone else is left alone.
/// </summary>
internal sealed partial class PostgresScdSql
{
    private const string LateRows = "late_rows";
    private const string TouchedMembers = "touched_members";

    private static readonly QualifiedName Events = Temp("events");
    private static readonly QualifiedName Incoming = PostgresBatchSql.Incoming;
    private static readonly QualifiedName Late = Temp("late");
    private static readonly QualifiedName Absentees = Temp("absent");
    private static readonly QualifiedName Resolving = Temp("resolving");
    private static readonly QualifiedName Touched = Temp("touched");
    private static readonly QualifiedName Stored = Temp("stored");
    private static readonly QualifiedName Timeline = Temp("timeline");
    private static readonly QualifiedName MemberState = Temp("member_state");
    private static readonly QualifiedName Versions = Temp("versions");

    private readonly ScdMergePlan _plan;
    private readonly DimensionDefinition _definition;
    private readonly ModelConventions _names;
    private readonly QualifiedName _dimension;
    private readonly IReadOnlyList<Identifier> _key;
    private readonly IReadOnlyList<DimensionAttribute> _attributes;
    private readonly IReadOnlyList<DimensionAttribute> _type2;
    private readonly IReadOnlyList<DimensionAttribute> _overwritten;

    private PostgresScdSql(ScdMergePlan plan)
    {
        _plan = plan;
        _definition = plan.Definition;
        _names = plan.Names;
        _dimension = plan.Dimension.Name;
        _key = plan.Key;
        _attributes = plan.Dimension.Attributes;
        _type2 = plan.Of(ScdType.Type2);
        _overwritten = [.. plan.Of(ScdType.Type1), .. plan.Of(ScdType.Type3)];
    }

    public static SqlScript Merge(ScdMergePlan plan)
    {
        var sql = new PostgresScdSql(plan);
        return new SqlScript($"merge {plan.Dimension.Name}",
        [
            .. sql.ReadBatch(),
            .. sql.FindTouchedMembers(),
            .. sql.Rewrite().Select(statement => statement with { OnlyIf = statement.OnlyIf ?? TouchedMembers }),
        ]);
    }

    private IEnumerable<SqlStatement> Rewrite() =>
    [
        Analyze(Touched, "The planner has to know how many members are rewritten."),
        ReadStoredVersions(),
        Analyze(Stored, "And how long their histories are."),
        BuildTimeline(),
        Analyze(Timeline, "And how much happened; what became of each row is looked up there and then."),
        NumberVersions(),
        Analyze(Versions, "And how many versions."),
        FindMemberState(),
        Analyze(MemberState, "And of how many members."),
        .. Repoint(),
        .. Write(),
        .. LookUpAnew(),
        .. Check(),
    ];

    private IEnumerable<SqlStatement> ReadBatch() =>
    [
        Statement("reject-incomplete-rows", "A row without a key or a time belongs to no member.", Rules.Sql($"""
            INSERT INTO {PostgresLedgerSql.Rejects(_names)} (load_id, target, file, line, column_name, reason, raw_row)
            SELECT $load_id,
                   $target,
                   CAST($path AS text),
                   src.{StagePlan.SourceLine},
                   {Listed(RequiredColumns.Select(name => Rules.Sql($"CASE WHEN src.{name} IS NULL THEN {Constant(name.Value)} END")))},
                   'natural key or effective time is NULL',
                   CAST(to_json(src.*) AS text)
            FROM {Staged} AS src
            WHERE {SqlText.Join(" OR ", RequiredColumns.Select(name => Rules.Sql($"src.{name} IS NULL")))}
            """)) with { Counter = Counters.Rejected },
        .. ReadEvents(),
        .. new PostgresBatchSql
        {
            Rows = Events,
            Key = [.. _key, EffectiveAt],
            Content = [.. _key, EffectiveAt, IsDeleteColumn, .. _plan.AttributeNames],
            CaseIgnored = [.. _attributes.Where(attribute => attribute.Equality.HasFlag(Equality.IgnoreCase)).Select(attribute => attribute.Column.Name)],
            Sequence = _plan.Sequence is null ? null : (SequenceNumber, _definition.Sequence?.Type ?? ColumnType.BigInt),
            KeepsSequence = RemembersSequence,
            IsDelete = new SqlText("src.is_delete"),
            Conventions = _names,
            Conflict = "several rows of one member have one effective time and different values",
        }.Statements(),
        .. PostgresIndexSql.CheckKeyLength(Incoming, [.. _plan.Dimension.NaturalKey.Select(column => (column.Name, column.Type))]),
        .. LeaveUndoneDeletes(),
        .. DateReturns(),
        .. RememberStoredVersions(Incoming),
        .. ResolveInferredMembers(),
        .. RejectRows(),
        .. RememberEvents(),
    ];

    private static readonly Identifier EffectiveAt = EventTable.EffectiveAt;
    private static readonly Identifier IsDeleteColumn = EventTable.IsDelete;
    private static readonly Identifier SequenceNumber = EventTable.SequenceNumber;

    private IEnumerable<Identifier> RequiredColumns => _definition.EffectiveFrom is null ? _key : [.. _key, _definition.EffectiveFrom.Name];

    private SqlText Instant => new(_names.Intervals == IntervalStyle.ClosedByDay ? "date" : "timestamp");

    private SqlText AsOf => Rules.Sql($"CAST($as_of AS {Instant})");

    private SqlText EffectiveTime => _definition.EffectiveFrom is { } source ? Rules.Sql($"CAST(src.{source.Name} AS {Instant})") : AsOf;

    private SqlText IsDelete => _definition.Operation is { } operation ? Rules.Sql($"coalesce(upper(src.{operation.Name}) = 'D', FALSE)") : new SqlText("FALSE");

    private SqlText SequenceColumn => _plan.Sequence is { } sequence ? Rules.Sql($"src.{sequence} AS {SequenceNumber}") : SqlText.Empty;

    private static SqlText Normalised(DimensionAttribute attribute)
        => Rules.Sql($"{Normalised(Column("src", attribute.Column.Name), attribute)} AS {attribute.Column.Name}");

    internal static SqlText Normalised(SqlText value, DimensionAttribute attribute)
    {
        if (attribute.Equality.HasFlag(Equality.TrimEnd))
            value = Rules.Sql($"rtrim({value})");
        if (attribute.Equality.HasFlag(Equality.UnicodeNfc))
            value = Rules.Sql($"normalize({value}, NFC)");
        // -0.0 + 0 is 0.0: the two zeros are one value.
        if (attribute.Column.Type.Kind is ColumnKind.Real or ColumnKind.Double)
            value = Rules.Sql($"{value} + CAST(0 AS {Type(attribute.Column.Type)})");
        return value;
    }

    // NULL-safe, so that NULL equals NULL and nothing else; NaN equals NaN in this engine.
    private static SqlText Differs(SqlText left, SqlText right, DimensionAttribute attribute)
        => attribute.Equality.HasFlag(Equality.IgnoreCase)
            ? Rules.Sql($"{Lower(left)} IS DISTINCT FROM {Lower(right)}")
            : Rules.Sql($"{left} IS DISTINCT FROM {right}");

    private static SqlText Differs(string left, string right, DimensionAttribute attribute)
        => Differs(Column(left, attribute.Column.Name), Column(right, attribute.Column.Name), attribute);

    private SqlText ChangedAt(string alias) => Rules.Sql($"coalesce({Column(alias, _names.ChangedAt)}, {Column(alias, _names.ValidFrom)})");

    /// <summary>The end of a stored version as a half-open instant, whatever the table's style.</summary>
    private SqlText ReadEnd(string alias)
    {
        SqlText stored = Column(alias, _names.ValidTo);
        if (_names.OpenEnd == OpenEnd.FarFuture)
            stored = Rules.Sql($"nullif({stored}, {Instant} '9999-12-31')");
        return _names.Intervals == IntervalStyle.ClosedByDay ? Rules.Sql($"{stored} + 1") : stored;
    }

    /// <summary>A half-open end as the table's style stores it.</summary>
    private SqlText WriteEnd(SqlText end)
    {
        SqlText stored = _names.Intervals == IntervalStyle.ClosedByDay ? Rules.Sql($"{end} - 1") : end;
        return _names.OpenEnd == OpenEnd.FarFuture ? Rules.Sql($"coalesce({stored}, {Instant} '9999-12-31')") : stored;
    }
}
