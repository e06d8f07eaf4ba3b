using System.Globalization;
using Warehouse.Sdk.Providers;
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
        yield return Statement("resolve-inferred-members", "The first real event overwrites a placeholder in place and keeps its surrogate key.", Rules.Sql($"""
            UPDATE {_dimension} AS tgt
            SET {Lines(_plan.AttributeNames.Select(name => Rules.Sql($"{name} = src.{name}")).Append(Rules.Sql($"{_names.ValidFrom} = {begins}")).Append(Rules.Sql($"{_names.ChangedAt} = src.effective_at")).Append(Rules.Sql($"{_names.IsInferred} = FALSE")).Append(Rules.Sql($"{_names.LoadId} = $load_id")))}
            FROM (
                SELECT incoming.*
                FROM {Incoming} AS incoming
                JOIN {_dimension} AS placeholder ON {SameKey("placeholder", "incoming", _key)} AND placeholder.{_names.IsInferred}
                WHERE NOT incoming.is_delete
                QUALIFY row_number() OVER (PARTITION BY {Inline("incoming", _key)} ORDER BY incoming.effective_at) = 1
            ) AS src
            WHERE {SameKey("tgt", "src", _key)}
              AND tgt.{_names.IsInferred}
            """)) with { Counter = Counters.Resolved, WritesTarget = true };
    }

    private IEnumerable<SqlStatement> RejectLateRows() =>
    [
        Statement("find-late-rows", "Rows older than the member's stored history, and whether that history says the same.", Rules.Sql($"""
            CREATE TEMP TABLE late AS
            SELECT src.*,
                   {AgreesWithHistory} AS is_known
            FROM {Incoming} AS src
            WHERE EXISTS (
                SELECT 1
                FROM {_dimension} AS tgt
                WHERE {SameKey("tgt", "src", _key)}
                  AND NOT tgt.{_names.IsInferred}
                  AND (tgt.{_names.ValidFrom} > src.effective_at
                       OR {ReadEnd("tgt")} > src.effective_at
                       OR (tgt.{_names.IsCurrent}
                           AND {ChangedAt("tgt")} >= src.effective_at
                           AND ({ContradictsStored})))
            )
            """)),
        Statement("count-late-rows", "Late rows that the stored history agrees with change nothing.", Rules.Sql($"""
            SELECT count(*) AS late_rows,
                   count(*) FILTER (WHERE is_known) AS accepted
            FROM {Late}
            """)) with { Kind = StatementKind.Count },
        Statement("reject-late-rows", "What contradicts newer history is kept aside, never silently dropped.", Rules.Sql($"""
            INSERT INTO {DuckDbLedgerSql.Rejects(_names)} (load_id, target, file, line, column_name, reason, raw_row)
            SELECT $load_id,
                   $target,
                   $path,
                   src.{StagePlan.SourceLine},
                   NULL,
                   'late: the stored history of the member is newer and differs (' || {DuckDbBatchSql.KeyText("src", _key)} || ')',
                   CAST(to_json(src) AS VARCHAR)
            FROM {Late} AS src
            WHERE NOT src.is_known
            """)) with { Counter = Counters.Rejected, OnlyIf = LateRows },
        Statement("leave-late-rows", "They take no further part.", Rules.Sql($"""
            DELETE FROM {Incoming} AS src
            WHERE EXISTS (SELECT 1 FROM {Late} AS late WHERE late.{StagePlan.SourceLine} = src.{StagePlan.SourceLine})
            """)) with { OnlyIf = LateRows },
        Statement("count-incoming", "The rows that will be compared.", Rules.Sql($"""
            SELECT count(*) AS accepted FROM {Incoming}
            """)) with { Kind = StatementKind.Count },
    ];

    private SqlText DiffersInVersion => Rules.Sql($"({AnyTrue(_type2.Select(attribute => Differs("tgt", "src", attribute)))})");

    private SqlText AndIsLive => _definition.TracksDeletion ? Rules.Sql($"AND NOT tgt.{_names.IsDeleted}") : SqlText.Empty;

    // The open version was seen to be true when it last changed, not only when it began.
    private SqlText ContradictsStored => _definition.TracksDeletion
        ? Rules.Sql($"(src.is_delete = (NOT tgt.{_names.IsDeleted}) OR (NOT src.is_delete AND {DiffersInVersion}))")
        : AnyTrue([new SqlText("src.is_delete"), .. _type2.Select(attribute => Differs("tgt", "src", attribute))]);

    private SqlText Covers => Rules.Sql($"tgt.{_names.ValidFrom} <= src.effective_at AND ({ReadEnd("tgt")} IS NULL OR src.effective_at < {ReadEnd("tgt")})");

    /// <summary>The history has the row's values at its time or, for a delete, nothing.</summary>
    private SqlText AgreesWithHistory => Rules.Sql($"""
        CASE WHEN src.is_delete
             THEN NOT EXISTS (
                 SELECT 1
                 FROM {_dimension} AS tgt
                 WHERE {SameKey("tgt", "src", _key)}
                   AND {Covers}
                   {AndIsLive}
                   {UnlessItReturned}
             )
             ELSE EXISTS (
                 SELECT 1
                 FROM {_dimension} AS tgt
                 WHERE {SameKey("tgt", "src", _key)}
                   AND {Covers}
                   {AndIsLive}
                   AND NOT {DiffersInVersion}
             )
        END
        """);

    // Deleted and back at one instant is nothing, in whatever order the two arrive; where a sequence decides, it is not known here.
    private SqlText UnlessItReturned => _plan.Sequence is null
        ? Rules.Sql($"AND src.effective_at NOT IN (tgt.{_names.ValidFrom}, {ChangedAt("tgt")})")
        : SqlText.Empty;

    private IEnumerable<SqlStatement> FindTouchedMembers()
    {
        if (_plan.EndsAbsentMembers)
        {
            foreach (SqlStatement statement in FindAbsentMembers())
                yield return statement;
        }

        // A type 0 value that differs later is no news, nor is an overwrite older than the last one.
        SqlText isNews = AnyTrue(
        [
            Rules.Sql($"tgt.{_plan.Dimension.SurrogateKey} IS NULL"),
            new SqlText("src.is_delete"),
            _definition.TracksDeletion ? Rules.Sql($"tgt.{_names.IsDeleted}") : SqlText.Empty,
            .. _type2.Select(attribute => Differs("tgt", "src", attribute)),
            .. _overwritten.Select(attribute => Rules.Sql($"({Differs("tgt", "src", attribute)} AND src.effective_at >= {ChangedAt("tgt")})")),
        ]);
        SqlText absent = _plan.EndsAbsentMembers
            ? Rules.Sql($"""
                UNION
                SELECT {Columns("absent", _key)}
                FROM {Absentees} AS absent
                """)
            : SqlText.Empty;
        yield return Statement("find-touched-members", "New members, returning members, and members with a changed value.", Rules.Sql($"""
            CREATE TEMP TABLE touched AS
            SELECT DISTINCT {Columns("src", _key)}
            FROM {Incoming} AS src
            LEFT JOIN {_dimension} AS tgt ON {SameKey("tgt", "src", _key)} AND tgt.{_names.IsCurrent}
            WHERE {isNews}
            {absent}
            """));
        yield return Statement("count-touched-members", "Without any the merge ends here.", Rules.Sql($"SELECT count(*) AS {new Identifier(TouchedMembers)} FROM {Touched}")) with { Kind = StatementKind.Count };
    }

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
