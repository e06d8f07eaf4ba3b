using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;
using static Warehouse.Sdk.DuckDb.DuckDbSql;

namespace Warehouse.Sdk.DuckDb;

/// <summary>
/// Merges a batch into a dimension. What is known of the members that the batch says something new about is put on one timeline with what the
/// batch says; the timeline says what their history is, and the stored versions are brought to it. Everyone else is left alone.
/// </summary>
internal sealed partial class DuckDbScdSql
{
    private const string LateRows = "late_rows";
    private const string TouchedMembers = "touched_members";

    private static readonly QualifiedName Events = Temp("events");
    private static readonly QualifiedName Incoming = DuckDbBatchSql.Incoming;
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

    private DuckDbScdSql(ScdMergePlan plan)
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
        var sql = new DuckDbScdSql(plan);
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
        ReadStoredVersions(),
        GuardStoredVersions(),
        BuildTimeline(),
        NumberVersions(),
        FindMemberState(),
        .. KeyTogether(),
        .. TakeSuccessors(),
        .. Repoint(),
        .. Write(),
        .. LookUpAnew(),
        .. Check(),
    ];

    private IEnumerable<SqlStatement> ReadBatch() =>
    [
        RejectIncompleteRows(),
        .. TakeIn(),
        .. ResolveInferredMembers(),
        .. RejectRows(),
        .. RememberEvents(),
    ];

    private IEnumerable<SqlStatement> TakeIn() =>
    [
        .. ReadRows(),
        .. new DuckDbBatchSql
        {
            Rows = Events,
            Key = [.. _key, EffectiveAt],
            OptionalKey = _definition.OptionalKey,
            Content = [.. _key, EffectiveAt, IsDeleteColumn, .. _plan.AttributeNames],
            CaseIgnored = [.. _attributes.Where(attribute => attribute.Equality.HasFlag(Equality.IgnoreCase)).Select(attribute => attribute.Column.Name)],
            Sequence = _plan.Sequence is null ? default(Identifier?) : EventTable.SequenceNumber,
            KeepsSequence = _plan.RemembersSequence,
            IsDelete = new SqlText("src.is_delete"),
            Conventions = _names,
            Conflict = "several rows of one member have one effective time and different values",
        }.Statements(),
        .. LeaveUndoneDeletes(),
        .. _plan.KnowsBeforeNews ? Array.Empty<SqlStatement>() : [ReadKnownVersions(Incoming)],
        .. DateReturns(),
        .. RememberStoredVersions(Incoming),
    ];

    private IEnumerable<SqlStatement> NormaliseKeys()
    {
        Column[] normalised = [.. _plan.Dimension.NaturalKey.Where(key => _definition.KeyEquality.ContainsKey(key.Name))];
        if (normalised.Length == 0)
            yield break;
        SqlText Value(Column key) => DuckDbEquality.Key(Column("src", key.Name), _plan.Dimension, key);
        yield return Statement("normalise-keys", "Natural keys in the form in which they are compared and stored.", Rules.Sql($"""
            UPDATE {Staged} AS src
            SET {Lines(normalised.Select(key => Rules.Sql($"{key.Name} = {Value(key)}")))}
            WHERE {AnyTrue(normalised.Select(key => Rules.Sql($"src.{key.Name} IS DISTINCT FROM {Value(key)}")))}
            """));
    }

    private static readonly Identifier EffectiveAt = EventTable.EffectiveAt;
    private static readonly Identifier IsDeleteColumn = EventTable.IsDelete;

    private SqlText Instant => new(_names.Intervals == IntervalStyle.ClosedByDay ? "DATE" : "TIMESTAMP");

    private SqlText AsOf => Rules.Sql($"CAST($as_of AS {Instant})");

    private SqlText EffectiveTime => _definition.EffectiveFrom is { } source ? Rules.Sql($"CAST(src.{source.Name} AS {Instant})") : AsOf;

    private SqlText IsDelete => _definition.Operation is { } operation ? Rules.Sql($"coalesce(upper(src.{operation.Name}) = 'D', FALSE)") : new SqlText("FALSE");

    private SqlText SequenceColumn => _plan.Sequence is { } sequence ? Rules.Sql($"src.{sequence} AS {EventTable.SequenceNumber}") : SqlText.Empty;

    /// <summary>Every key of a plan is compared by this: where a part may be NULL, NULL equals NULL.</summary>
    private SqlText SameKey(string left, string right, IEnumerable<Identifier> key) => DuckDbSql.SameKey(left, right, key, _definition.OptionalKey);

    private static SqlText Normalised(DimensionAttribute attribute)
        => Rules.Sql($"{Normalised(Column("src", attribute.Column.Name), attribute)} AS {attribute.Column.Name}");

    private static SqlText Normalised(SqlText value, DimensionAttribute attribute)
        => attribute.NullDates.Count > 0
            ? Rules.Sql($"CASE WHEN {DuckDbEquality.IsDay(value, attribute.NullDates)} THEN {value} END")
            : DuckDbEquality.Normalised(value, attribute.Column.Type, attribute.Equality);

    // NULL-safe, so that NULL equals NULL and nothing else; NaN equals NaN in this engine.
    internal static SqlText Differs(SqlText left, SqlText right, DimensionAttribute attribute)
        => attribute.Equality.HasFlag(Equality.IgnoreCase)
            ? Rules.Sql($"lower({left}) IS DISTINCT FROM lower({right})")
            : Rules.Sql($"{left} IS DISTINCT FROM {right}");

    private static SqlText Differs(string left, string right, DimensionAttribute attribute)
        => Differs(Column(left, attribute.Column.Name), Column(right, attribute.Column.Name), attribute);

    private SqlText ChangedAt(string alias) => Rules.Sql($"coalesce({Column(alias, _names.ChangedAt)}, {Column(alias, _names.ValidFrom)})");

    private SqlText ReadEnd(string alias) => DuckDbIntervalSql.End(alias, _names);

    private SqlText WriteEnd(SqlText end) => DuckDbIntervalSql.Write(end, _names);
}
