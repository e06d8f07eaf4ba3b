using System.Globalization;
using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;
using static Warehouse.Sdk.Snowflake.SnowflakeSql;

namespace Warehouse.Sdk.Snowflake;

/// <summary>Which members the batch says something new about.</summary>
internal sealed partial class SnowflakeScdSql
{
    /// <summary>They say nothing that the row beside them does not say, now or when they come again.</summary>
    private IEnumerable<SqlStatement> LeaveUndoneDeletes()
    {
        if (_definition.Operation is null)
            yield break;
        yield return Statement("leave-undone-deletes", "Deleted and back at the same instant: nothing ended.", Rules.Sql($"""
            DELETE FROM {Incoming}
            USING (
                SELECT src.{StagePlan.SourceLine}
                FROM {Incoming} AS src
                WHERE src.is_delete
                  AND EXISTS (
                      SELECT 1
                      FROM {Incoming} AS back
                      WHERE {SameKey("back", "src", _key)}
                        AND back.effective_at = src.effective_at
                        AND NOT back.is_delete
                  )
            ) AS gone
            WHERE {Incoming}.{StagePlan.SourceLine} = gone.{StagePlan.SourceLine}
            """)) with { Counter = Counters.Accepted };
    }

    /// <summary>A member that comes back in a snapshot with its old timestamp came back when the snapshot was taken.</summary>
    private IEnumerable<SqlStatement> DateReturns()
    {
        if (_plan.Kind != BatchKind.FullSnapshot || _definition.EffectiveFrom is null || !_plan.EndsAbsentMembers)
            yield break;
        SqlText isGone = _definition.TracksDeletion
            ? Rules.Sql($"AND tgt.{_names.IsCurrent} AND tgt.{_names.IsDeleted} AND tgt.{_names.ValidFrom} >= src.effective_at")
            : Rules.Sql($"""
                AND {ReadEnd("tgt")} >= src.effective_at
                AND NOT EXISTS (SELECT 1 FROM {Known} AS open_version WHERE {SameKey("open_version", "src", _key)} AND open_version.{_names.IsCurrent})
                """);
        yield return Statement("date-returns", "A member back in the snapshot with its old time returned at the snapshot's time.", Rules.Sql($"""
            UPDATE {Incoming}
            SET effective_at = {AsOf}
            WHERE {Incoming}.{StagePlan.SourceLine} IN (
                SELECT src.{StagePlan.SourceLine}
                FROM {Incoming} AS src
                JOIN {Known} AS tgt ON {SameKey("tgt", "src", _key)}
                  {isGone}
            )
            """));
    }

    private IEnumerable<SqlStatement> ResolveInferredMembers()
    {
        yield return Statement("find-inferred-members", "The first real event of each placeholder.", Rules.Sql($"""
            CREATE OR REPLACE TEMPORARY TABLE {WorkSchema}.{new Identifier("resolving")} AS
            SELECT incoming.*
            FROM {Incoming} AS incoming
            JOIN {Known} AS placeholder ON {SameKey("placeholder", "incoming", _key)} AND placeholder.{_names.IsInferred}
            WHERE NOT incoming.is_delete
            QUALIFY row_number() OVER (PARTITION BY {Inline("incoming", _key)} ORDER BY incoming.effective_at) = 1
            """));
        yield return Statement("count-placeholders", "Usually none.", Rules.Sql($"SELECT count(*) AS {new Identifier(Placeholders)} FROM {Resolving}")) with { Kind = StatementKind.Count };
        yield return Statement("resolve-inferred-members", "The first real event overwrites a placeholder in place and keeps its surrogate key.", Resolve(_dimension)) with { Counter = Counters.Resolved, OnlyIf = Placeholders, WritesTarget = true };
        yield return Statement("resolve-known-members", "What is known of them is no placeholder any more.", Resolve(Known)) with { OnlyIf = Placeholders };
    }

    private SqlText Resolve(QualifiedName versions)
    {
        SqlText begins = Rules.Sql($"least_ignore_nulls({versions}.{_names.ValidFrom}, src.effective_at)");
        return Rules.Sql($"""
            UPDATE {versions}
            SET {Lines(_plan.AttributeNames.Select(name => Rules.Sql($"{name} = src.{name}")).Append(Rules.Sql($"{_names.ValidFrom} = {begins}")).Append(Rules.Sql($"{_names.ChangedAt} = src.effective_at")).Append(Rules.Sql($"{_names.IsInferred} = FALSE")).Append(Rules.Sql($"{_names.LoadId} = $load_id")))}
            FROM {Resolving} AS src
            WHERE {SameKey(Own(versions), "src", _key)}
              AND {versions}.{_names.IsInferred}
            """);
    }

    private IEnumerable<SqlStatement> FindTouchedMembers()
    {
        if (_plan.EndsAbsentMembers)
        {
            foreach (SqlStatement statement in GuardSnapshot().Concat(RememberStoredVersions(Absentees)).Concat(RememberAbsences()))
                yield return statement;
        }

        SqlText absent = _plan.EndsAbsentMembers
            ? Rules.Sql($"""
                UNION
                SELECT {Columns("absent", _key)}
                FROM {Absentees} AS absent
                """)
            : SqlText.Empty;
        SqlText filledIn = _plan.DerivesColumns
            ? Rules.Sql($"""
                UNION
                SELECT {Columns("resolving", _key)}
                FROM {Resolving} AS resolving
                """)
            : SqlText.Empty;
        yield return Statement("find-touched-members", "Members with an event that their history does not already tell.", Rules.Sql($"""
            CREATE OR REPLACE TEMPORARY TABLE {WorkSchema}.{new Identifier("touched")} AS
            SELECT DISTINCT {Columns("src", _key)}
            FROM {Incoming} AS src
            LEFT JOIN {Known} AS tgt ON {SameKey("tgt", "src", _key)}
                AND {Covers}
            WHERE CASE WHEN tgt.{_plan.Dimension.SurrogateKey} IS NULL{OrIsGone} THEN NOT src.is_delete
                       ELSE {AnyTrue([new SqlText("src.is_delete"), .. IsNews])}
                  END
               {AndHasNoSuccessor}
               {OrSupersedes}
               {OrPrecedesDelete}
            {Resolved}
            {absent}
            {filledIn}
            """));
        yield return Statement("count-touched-members", "Without any the merge ends here.", Rules.Sql($"SELECT count(*) AS {new Identifier(TouchedMembers)} FROM {Touched}")) with { Kind = StatementKind.Count };
    }

    // A placeholder that was filled in agrees with the row that filled it; what else is remembered of the member counts from now on,
    // and the mark of its end carries on its values.
    private SqlText Resolved => !_plan.Reconciles && !_definition.TracksDeletion ? SqlText.Empty : Rules.Sql($"""
        UNION
        SELECT {Columns("resolving", _key)}
        FROM {Resolving} AS resolving
        """);

    private SqlText IsInScope(string alias)
    {
        Column scope = _definition.SnapshotScope!;
        SqlText parts = SqlText.Join(", ", Enumerable.Range(1, _plan.Scopes).Select(position => Rules.Sql($"CAST({new SqlText($"${ScdMergePlan.ScopeParameter(position)}")} AS {Type(scope.Type)})")));
        return Rules.Sql($"{Column(alias, scope.Name)} IN ({parts})");
    }

    private SqlText OrIsGone => _definition.TracksDeletion ? Rules.Sql($" OR tgt.{_names.IsDeleted}") : SqlText.Empty;

    // A type 0 value that differs later is no news. Where events are kept, any other spelling or value may be; elsewhere an overwrite older
    // than the last one is none.
    private IEnumerable<SqlText> IsNews => _plan.Reconciles
        ?
        [
            .. _type2.Concat(_overwritten).Select(attribute => Rules.Sql($"tgt.{attribute.Column.Name} IS DISTINCT FROM src.{attribute.Column.Name}")),
            .. _plan.Of(ScdType.Type0).Select(attribute => Rules.Sql($"({OfFirstVersion(attribute)}tgt.{attribute.Column.Name} IS DISTINCT FROM src.{attribute.Column.Name})")),
        ]
        :
        [
            .. _type2.Select(attribute => Differs("tgt", "src", attribute)),
            .. _overwritten.Select(attribute => Rules.Sql($"({Differs("tgt", "src", attribute)} AND src.effective_at >= {ChangedAt("tgt")})")),
            .. _plan.FilledWhenNull.Select(attribute => Rules.Sql($"(tgt.{attribute.Column.Name} IS NULL AND src.{attribute.Column.Name} IS NOT NULL)")),
        ];

    private const string EmptySnapshot = "empty_snapshot";
    private const string AbsentMembers = "absent_members";
    private const string Placeholders = "placeholders";

    private SqlText IsMember
    {
        get
        {
            SqlText isLive = _definition.TracksDeletion ? Rules.Sql($" AND NOT tgt.{_names.IsDeleted}") : SqlText.Empty;
            SqlText isInScope = _plan.Scopes > 0 ? Rules.Sql($" AND {IsInScope("tgt")}") : SqlText.Empty;
            return Rules.Sql($"tgt.{_names.IsCurrent} AND tgt.{_plan.Dimension.SurrogateKey} > 0 AND NOT tgt.{_names.IsInferred}{isLive}{isInScope}");
        }
    }

    private SqlText OfFirstVersion(DimensionAttribute attribute) => attribute.FillsWhenNull ? SqlText.Empty : Rules.Sql($"tgt.{_names.Version} = 1 AND ");

    private IEnumerable<SqlStatement> FindAbsentMembers()
    {
        if (!_plan.EndsAbsentMembers)
            yield break;
        yield return Statement("find-absent-members", "Current members that the snapshot no longer holds.", Rules.Sql($"""
            CREATE OR REPLACE TEMPORARY TABLE {WorkSchema}.{new Identifier("absent")} AS
            SELECT {Columns("tgt", _key)}
            FROM {_dimension} AS tgt
            WHERE {IsMember}
              AND NOT EXISTS (SELECT 1 FROM {Staged} AS src WHERE {SameKey("src", "tgt", _key)})
            """));
        yield return CountAbsentMembers();
    }

    private SqlStatement CountAbsentMembers() => Statement("count-absent-members", "An empty snapshot lacks everybody, which is another matter.", Rules.Sql($"""
        SELECT CASE WHEN EXISTS (SELECT 1 FROM {Staged}) THEN 0 ELSE 1 END AS {new Identifier(EmptySnapshot)},
               CASE WHEN EXISTS (SELECT 1 FROM {Staged}) THEN count(*) ELSE 0 END AS {new Identifier(AbsentMembers)}
        FROM {Absentees}
        """)) with { Kind = StatementKind.Count };

    private IEnumerable<SqlStatement> GuardSnapshot()
    {
        yield return Statement("guard-rejected-rows", "rows of a full snapshot were rejected, so nobody can tell which members are really absent; correct them, or load the batch as a delta", Rules.Sql($"""
            SELECT count(*) AS rejected_rows
            FROM {SnowflakeLedgerSql.Rejects(_names)}
            WHERE load_id = $load_id
            HAVING count(*) > 0
            """)) with { Kind = StatementKind.Guard };
        if (_plan.Scopes > 0)
        {
            yield return Statement("guard-scope", "rows of the snapshot are outside the parts that it is said to be of; leave them out, or name their parts in LoadOptions.Scope", Rules.Sql($"""
                SELECT count(*) AS rows_outside
                FROM {Staged} AS src
                WHERE NOT coalesce({IsInScope("src")}, FALSE)
                HAVING count(*) > 0
                """)) with { Kind = StatementKind.Guard };
        }

        if (!_definition.AllowEmptySnapshot)
        {
            yield return Statement("guard-empty-snapshot", "the full snapshot is empty; allow it in WhenAbsent if that is meant", Rules.Sql($"""
                SELECT count(*) AS current_members
                FROM {Absentees}
                HAVING count(*) > 0
                """)) with { Kind = StatementKind.Guard, OnlyIf = EmptySnapshot };
        }

        SqlText fraction = new(_definition.MaxExpireFraction.ToString("0.################", CultureInfo.InvariantCulture));
        yield return Statement("guard-halved-snapshot", $"the full snapshot would expire more than {fraction} of the current members; raise maxExpireFraction in WhenAbsent if that is meant", Rules.Sql($"""
            SELECT count(*) AS current_members,
                   (SELECT count(*) FROM {Absentees}) AS absent_members
            FROM {_dimension} AS tgt
            WHERE {IsMember}
            HAVING (SELECT count(*) FROM {Absentees}) > {fraction} * count(*)
            """)) with { Kind = StatementKind.Guard, OnlyIf = AbsentMembers };
    }

    /// <summary>What is stored of the members that the merge deals with is read once; all that is asked of it is asked of the copy.</summary>
    private SqlStatement ReadKnownVersions(QualifiedName rows)
    {
        SqlText absent = _plan.EndsAbsentMembers
            ? Rules.Sql($"""
                UNION
                SELECT {Columns("absent", _key)}
                FROM {Absentees} AS absent
                """)
            : SqlText.Empty;
        return Statement("read-known-versions", "All stored versions of the members at hand: the table is read once and left alone until it is written.", Rules.Sql($"""
            CREATE OR REPLACE TEMPORARY TABLE {WorkSchema}.{new Identifier("known")} AS
            WITH members AS (
                SELECT DISTINCT {Columns("src", _key)}
                FROM {rows} AS src
                {absent}
            )
            SELECT tgt.*
            FROM {_dimension} AS tgt
            JOIN members ON {SameKey("tgt", "members", _key)}
            """));
    }
}
