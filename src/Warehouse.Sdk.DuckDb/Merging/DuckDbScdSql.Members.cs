using System.Globalization;
using Warehouse.Sdk.Sql;
using static Warehouse.Sdk.DuckDb.DuckDbSql;

namespace Warehouse.Sdk.DuckDb;

/// <summary>Which members the batch says something new about.</summary>
internal sealed partial class DuckDbScdSql
{
    /// <summary>They say nothing that the row beside them does not say, now or when they come again.</summary>
    private IEnumerable<SqlStatement> LeaveUndoneDeletes()
    {
        if (_definition.Operation is null)
            yield break;
        yield return Statement("leave-undone-deletes", "Deleted and back at the same instant: nothing ended.", Rules.Sql($"""
            DELETE FROM {Incoming} AS src
            WHERE src.is_delete
              AND EXISTS (
                  SELECT 1
                  FROM {Incoming} AS back
                  WHERE {SameKey("back", "src", _key)}
                    AND back.effective_at = src.effective_at
                    AND NOT back.is_delete
              )
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
                AND NOT EXISTS (SELECT 1 FROM {_dimension} AS open_version WHERE {SameKey("open_version", "src", _key)} AND open_version.{_names.IsCurrent})
                """);
        yield return Statement("date-returns", "A member back in the snapshot with its old time returned at the snapshot's time.", Rules.Sql($"""
            UPDATE {Incoming} AS src
            SET effective_at = {AsOf}
            WHERE EXISTS (
                SELECT 1
                FROM {_dimension} AS tgt
                WHERE {SameKey("tgt", "src", _key)}
                  {isGone}
            )
            """));
    }

    private IEnumerable<SqlStatement> ResolveInferredMembers()
    {
        SqlText begins = Rules.Sql($"least(tgt.{_names.ValidFrom}, src.effective_at)");
        yield return Statement("find-inferred-members", "The first real event of each placeholder.", Rules.Sql($"""
            CREATE TEMP TABLE resolving AS
            SELECT incoming.*
            FROM {Incoming} AS incoming
            JOIN {_dimension} AS placeholder ON {SameKey("placeholder", "incoming", _key)} AND placeholder.{_names.IsInferred}
            WHERE NOT incoming.is_delete
            QUALIFY row_number() OVER (PARTITION BY {Inline("incoming", _key)} ORDER BY incoming.effective_at) = 1
            """));
        yield return Statement("resolve-inferred-members", "The first real event overwrites a placeholder in place and keeps its surrogate key.", Rules.Sql($"""
            UPDATE {_dimension} AS tgt
            SET {Lines(_plan.AttributeNames.Select(name => Rules.Sql($"{name} = src.{name}")).Append(Rules.Sql($"{_names.ValidFrom} = {begins}")).Append(Rules.Sql($"{_names.ChangedAt} = src.effective_at")).Append(Rules.Sql($"{_names.IsInferred} = FALSE")).Append(Rules.Sql($"{_names.LoadId} = $load_id")))}
            FROM {Resolving} AS src
            WHERE {SameKey("tgt", "src", _key)}
              AND tgt.{_names.IsInferred}
            """)) with { Counter = Counters.Resolved, WritesTarget = true };
    }

    private IEnumerable<SqlStatement> FindTouchedMembers()
    {
        if (_plan.EndsAbsentMembers)
        {
            foreach (SqlStatement statement in FindAbsentMembers().Concat(RememberStoredVersions(Absentees)).Concat(RememberAbsences()))
                yield return statement;
        }

        SqlText absent = _plan.EndsAbsentMembers
            ? Rules.Sql($"""
                UNION
                SELECT {Columns("absent", _key)}
                FROM {Absentees} AS absent
                """)
            : SqlText.Empty;
        yield return Statement("find-touched-members", "Members with an event that their history does not already tell.", Rules.Sql($"""
            CREATE TEMP TABLE touched AS
            SELECT DISTINCT {Columns("src", _key)}
            FROM {Incoming} AS src
            LEFT JOIN {_dimension} AS tgt ON {SameKey("tgt", "src", _key)}
                AND {Covers}
            WHERE CASE WHEN tgt.{_plan.Dimension.SurrogateKey} IS NULL{OrIsGone} THEN NOT src.is_delete
                       ELSE {AnyTrue([new SqlText("src.is_delete"), .. IsNews])}
                  END
               {OrSupersedes}
               {OrPrecedesDelete}
            {Resolved}
            {absent}
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

    private SqlText OrIsGone => _definition.TracksDeletion ? Rules.Sql($" OR tgt.{_names.IsDeleted}") : SqlText.Empty;

    // A type 0 value that differs later is no news. Where events are kept, any other spelling or value may be; elsewhere an overwrite older
    // than the last one is none.
    private IEnumerable<SqlText> IsNews => _plan.Reconciles
        ?
        [
            .. _type2.Concat(_overwritten).Select(attribute => Rules.Sql($"tgt.{attribute.Column.Name} IS DISTINCT FROM src.{attribute.Column.Name}")),
            .. _plan.Of(ScdType.Type0).Select(attribute => Rules.Sql($"(tgt.{_names.Version} = 1 AND tgt.{attribute.Column.Name} IS DISTINCT FROM src.{attribute.Column.Name})")),
        ]
        :
        [
            .. _type2.Select(attribute => Differs("tgt", "src", attribute)),
            .. _overwritten.Select(attribute => Rules.Sql($"({Differs("tgt", "src", attribute)} AND src.effective_at >= {ChangedAt("tgt")})")),
        ];

    private IEnumerable<SqlStatement> FindAbsentMembers()
    {
        SqlText isMember = Rules.Sql($"tgt.{_names.IsCurrent} AND tgt.{_plan.Dimension.SurrogateKey} > 0 AND NOT tgt.{_names.IsInferred}");
        if (_definition.TracksDeletion)
            isMember = Rules.Sql($"{isMember} AND NOT tgt.{_names.IsDeleted}");
        yield return Statement("guard-rejected-rows", "rows of a full snapshot were rejected, so nobody can tell which members are really absent; correct them, or load the batch as a delta", Rules.Sql($"""
            SELECT count(*) AS rejected_rows
            FROM {DuckDbLedgerSql.Rejects(_names)}
            WHERE load_id = $load_id
            HAVING count(*) > 0
            """)) with { Kind = StatementKind.Guard };
        yield return Statement("find-absent-members", "Current members that the snapshot no longer holds.", Rules.Sql($"""
            CREATE TEMP TABLE absent AS
            SELECT {Columns("tgt", _key)}
            FROM {_dimension} AS tgt
            WHERE {isMember}
              AND NOT EXISTS (SELECT 1 FROM {Staged} AS src WHERE {SameKey("src", "tgt", _key)})
            """));
        if (!_definition.AllowEmptySnapshot)
        {
            yield return Statement("guard-empty-snapshot", "the full snapshot is empty; allow it in WhenAbsent if that is meant", Rules.Sql($"""
                SELECT count(*) AS current_members
                FROM {_dimension} AS tgt
                WHERE {isMember}
                  AND NOT EXISTS (SELECT 1 FROM {Staged})
                HAVING count(*) > 0
                """)) with { Kind = StatementKind.Guard };
        }

        SqlText fraction = new(_definition.MaxExpireFraction.ToString("0.################", CultureInfo.InvariantCulture));
        SqlText unlessEmpty = _definition.AllowEmptySnapshot ? Rules.Sql($"AND EXISTS (SELECT 1 FROM {Staged})") : SqlText.Empty;
        yield return Statement("guard-halved-snapshot", $"the full snapshot would expire more than {fraction} of the current members; raise maxExpireFraction in WhenAbsent if that is meant", Rules.Sql($"""
            SELECT count(*) AS current_members,
                   (SELECT count(*) FROM {Absentees}) AS absent_members
            FROM {_dimension} AS tgt
            WHERE {isMember}
            HAVING (SELECT count(*) FROM {Absentees}) > {fraction} * count(*)
               {unlessEmpty}
            """)) with { Kind = StatementKind.Guard };
    }
}
