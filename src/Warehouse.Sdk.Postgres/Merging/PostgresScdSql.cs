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
    private static readonly QualifiedName Known = Temp("known");
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
        _dimension = plan.Dimension.HistoryTable;
        _key = plan.Key;
        _attributes = plan.Dimension.Attributes;
        _type2 = plan.Tracked;
        _overwritten = plan.Overwritten;
    }

    public static SqlScript Merge(ScdMergePlan plan)
    {
        var sql = new PostgresScdSql(plan);
        SqlStatement[] merge = [.. sql.MergeBatch()];
        return new SqlScript($"merge {plan.Dimension.Name}", [.. sql.NormaliseKeys(), .. sql.CheckProfiles(), .. merge, .. sql.MergeProfiles(merge)]);
    }

    private IEnumerable<SqlStatement> MergeBatch() =>
    [
        .. ReadBatch(),
        .. FindSuccessors(),
        .. FindTouchedMembers(),
        .. Rewrite().Select(statement => statement with { OnlyIf = statement.OnlyIf ?? TouchedMembers }),
    ];

    private IEnumerable<SqlStatement> Rewrite() =>
    [
        Analyze(Touched, "The planner has to know how many members are rewritten."),
        ReadStoredVersions(),
        GuardStoredVersions(),
        Analyze(Stored, _key, "And how long their histories are."),
        BuildTimeline(),
        Analyze(Timeline, [.. _key, "happens_at", "kind"], "And how much happened; what became of each row is looked up there and then."),
        NumberVersions(),
        Analyze(Versions, [.. _key, VersionNumber, "stored_key"], "And how many versions."),
        FindMemberState(),
        Analyze(MemberState, _key, "And of how many members."),
        .. KeyTogether(),
        .. TakeSuccessors(),
        .. Repoint(),
        .. Write(),
        .. LookUpAnew(),
        .. Check(),
    ];

    private IEnumerable<SqlStatement> ReadBatch() =>
    [
        .. TakeIn(),
        .. ResolveInferredMembers(),
        .. RejectRows(),
        .. RememberEvents(),
    ];

    private IEnumerable<SqlStatement> TakeIn() =>
    [
        .. ReadRows(),
        .. new PostgresBatchSql
        {
            Rows = Events,
            Key = [.. _key, EffectiveAt],
            OptionalKey = _definition.OptionalKey,
            Content = [.. _key, EffectiveAt, IsDeleteColumn, .. _plan.AttributeNames],
            CaseIgnored = [.. _attributes.Where(attribute => attribute.Equality.HasFlag(Equality.IgnoreCase)).Select(attribute => attribute.Column.Name)],
            Sequence = _plan.Sequence is null ? null : (SequenceNumber, _definition.Sequence?.Type ?? ColumnType.BigInt),
            KeepsSequence = _plan.RemembersSequence,
            IsDelete = new SqlText("src.is_delete"),
            Conventions = _names,
            Conflict = "several rows of one member have one effective time and different values",
        }.Statements(),
        .. PostgresIndexSql.CheckKeyLength(Incoming, [.. _plan.Dimension.NaturalKey.Select(column => (column.Name, column.Type))]),
        .. LeaveUndoneDeletes(),
        .. _plan.KnowsBeforeNews ? [] : ReadKnownVersions(),
        .. DateReturns(),
        .. RememberStoredVersions(Incoming),
    ];

    private IEnumerable<SqlStatement> NormaliseKeys()
    {
        Column[] normalised = [.. _plan.Dimension.NaturalKey.Where(key => _definition.KeyEquality.ContainsKey(key.Name))];
        if (normalised.Length == 0)
            yield break;
        SqlText Value(Column key) => PostgresEquality.Key(Column("src", key.Name), _plan.Dimension, key);
        yield return Statement("normalise-keys", "Natural keys in the form in which they are compared and stored.", Rules.Sql($"""
            UPDATE {Staged} AS src
            SET {Lines(normalised.Select(key => Rules.Sql($"{key.Name} = {Value(key)}")))}
            WHERE {AnyTrue(normalised.Select(key => Rules.Sql($"src.{key.Name} IS DISTINCT FROM {Value(key)}")))}
            """));
    }

    private static readonly Identifier EffectiveAt = EventTable.EffectiveAt;
    private static readonly Identifier IsDeleteColumn = EventTable.IsDelete;
    private static readonly Identifier SequenceNumber = EventTable.SequenceNumber;

    private SqlText Instant => new(_names.Intervals == IntervalStyle.ClosedByDay ? "date" : "timestamp");

    private SqlText AsOf => Rules.Sql($"CAST($as_of AS {Instant})");

    private SqlText EffectiveTime => _definition.EffectiveFrom is { } source ? Rules.Sql($"CAST(src.{source.Name} AS {Instant})") : AsOf;

    private SqlText IsDelete => _definition.Operation is { } operation ? Rules.Sql($"coalesce(upper(src.{operation.Name}) = 'D', FALSE)") : new SqlText("FALSE");

    private SqlText SequenceColumn => _plan.Sequence is { } sequence ? Rules.Sql($"src.{sequence} AS {SequenceNumber}") : SqlText.Empty;

    /// <summary>Every key of a plan is compared by this: where a part may be NULL, NULL equals NULL.</summary>
    private SqlText SameKey(string left, string right, IEnumerable<Identifier> key) => PostgresSql.SameKey(left, right, key, _definition.OptionalKey);

    private static SqlText Normalised(DimensionAttribute attribute)
        => Rules.Sql($"{Normalised(Column("src", attribute.Column.Name), attribute)} AS {attribute.Column.Name}");

    internal static SqlText Normalised(SqlText value, DimensionAttribute attribute)
        => attribute.NullDates.Count > 0
            ? Rules.Sql($"CASE WHEN {PostgresEquality.IsDay(value, attribute.NullDates)} THEN {value} END")
            : PostgresEquality.Normalised(value, attribute.Column.Type, attribute.Equality);

    // NULL-safe, so that NULL equals NULL and nothing else; NaN equals NaN in this engine.
    internal static SqlText Differs(SqlText left, SqlText right, DimensionAttribute attribute)
        => attribute.Equality.HasFlag(Equality.IgnoreCase)
            ? Rules.Sql($"{Lower(left)} IS DISTINCT FROM {Lower(right)}")
            : Rules.Sql($"{left} IS DISTINCT FROM {right}");

    private static SqlText Differs(string left, string right, DimensionAttribute attribute)
        => Differs(Column(left, attribute.Column.Name), Column(right, attribute.Column.Name), attribute);

    private SqlText ChangedAt(string alias) => Rules.Sql($"coalesce({Column(alias, _names.ChangedAt)}, {Column(alias, _names.ValidFrom)})");

    private SqlText ReadEnd(string alias) => PostgresIntervalSql.End(alias, _names);

    private SqlText WriteEnd(SqlText end) => PostgresIntervalSql.Write(end, _names);
}
