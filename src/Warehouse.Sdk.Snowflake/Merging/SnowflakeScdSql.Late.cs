using System.Globalization;
using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;
using static Warehouse.Sdk.Snowflake.SnowflakeSql;

namespace Warehouse.Sdk.Snowflake;

/// <summary>Which rows cannot be taken into the history that is stored.</summary>
internal sealed partial class SnowflakeScdSql
{
    private IEnumerable<SqlStatement> RejectRows() =>
    [
        _definition.LateEvents switch
        {
            LateEvents.Reject => FindLateRows(),
            LateEvents.Split => FindConflictsWithVersions(),
            _ => FindConflictsWithEvents(),
        },
        .. FindTooLateRows(),
        Statement("count-late-rows", "Rows that the stored history tells already change nothing; the others here cannot be taken in.", Rules.Sql($"""
            SELECT count(*) AS late_rows,
                   count_if(is_known) AS accepted
            FROM {Late}
            """)) with { Kind = StatementKind.Count },
        Statement("reject-late-rows", "What contradicts what is stored and cannot be decided is kept aside, never silently dropped.", Rules.Sql($"""
            INSERT INTO {SnowflakeLedgerSql.Rejects(_names)} (load_id, target, file, line, column_name, reason, raw_row)
            SELECT $load_id,
                   $target,
                   $path,
                   src.{StagePlan.SourceLine},
                   NULL,
                   {Reason} || {SnowflakeBatchSql.KeyText("src", _key, _definition.OptionalKey)} || ')',
                   to_json(object_construct_keep_null(src.*))
            FROM {Late} AS src
            WHERE NOT src.is_known
            """)) with { Counter = Counters.Rejected, OnlyIf = LateRows },
        Statement("leave-late-rows", "They take no further part.", Rules.Sql($"""
            DELETE FROM {Incoming}
            USING (
                SELECT src.{StagePlan.SourceLine}
                FROM {Incoming} AS src
                WHERE EXISTS (
                    SELECT 1
                    FROM {Late} AS late
                    WHERE {SameKey("late", "src", _key)}
                      AND late.effective_at = src.effective_at
                      AND late.is_delete = src.is_delete
                )
            ) AS gone
            WHERE {Incoming}.{StagePlan.SourceLine} = gone.{StagePlan.SourceLine}
            """)) with { OnlyIf = LateRows },
        Statement("count-incoming", "The rows that will be compared.", Rules.Sql($"""
            SELECT count(*) AS accepted FROM {Incoming}
            """)) with { Kind = StatementKind.Count },
    ];

    private SqlText Reason => _definition.LateHorizon is null
        ? Constant(ReasonOfPolicy)
        : Rules.Sql($"CASE WHEN {IsTooLate} THEN 'TooLate: the event would change history older than the horizon (' ELSE {Constant(ReasonOfPolicy)} END");

    private string ReasonOfPolicy => _definition.LateEvents == LateEvents.Reject
        ? "late: the stored history of the member is newer and differs ("
        : "another event of the member at this instant is stored and differs (";

    private SqlText IsTooLate => Rules.Sql($"src.effective_at < CAST($as_of AS TIMESTAMP_NTZ(6)) - INTERVAL '{new SqlText(((long)_definition.LateHorizon.GetValueOrDefault().TotalSeconds).ToString(CultureInfo.InvariantCulture))} seconds'");

    /// <summary>What begins a member or repeats its history is never too late.</summary>
    private IEnumerable<SqlStatement> FindTooLateRows()
    {
        if (_definition.LateHorizon is null)
            yield break;
        yield return Statement("find-too-late-rows", "Rows beyond the horizon that the stored history does not tell.", Rules.Sql($"""
            INSERT INTO {Late}
            SELECT src.*,
                   FALSE AS is_known
            FROM {Incoming} AS src
            WHERE {IsTooLate}
              AND EXISTS (
                  SELECT 1
                  FROM {_dimension} AS tgt
                  WHERE {SameKey("tgt", "src", _key)}
                    AND NOT tgt.{_names.IsInferred}
              )
              AND NOT ({AgreesWithHistory})
              AND NOT EXISTS (SELECT 1 FROM {Late} AS late WHERE late.{StagePlan.SourceLine} = src.{StagePlan.SourceLine})
            """));
    }

    private SqlStatement FindLateRows() =>
        Statement("find-late-rows", "Rows older than the member's stored history, and whether that history says the same.", Rules.Sql($"""
            CREATE OR REPLACE TEMPORARY TABLE {WorkSchema}.{new Identifier("late")} AS
            SELECT src.*,
                   {AgreesWithHistory} AS is_known
            FROM {Incoming} AS src
            WHERE EXISTS (
                SELECT 1
                FROM {Known} AS tgt
                WHERE {SameKey("tgt", "src", _key)}
                  AND NOT tgt.{_names.IsInferred}
                  AND (tgt.{_names.ValidFrom} > src.effective_at
                       OR {ReadEnd("tgt")} > src.effective_at
                       OR (tgt.{_names.IsCurrent}
                           AND {ChangedAt("tgt")} >= src.effective_at
                           AND ({ContradictsStored})))
            )
            """));

    // At the beginning of a version and where it last changed it is known to have been true.
    private SqlStatement FindConflictsWithVersions() =>
        Statement("find-late-rows", "Rows at the very instant of what is stored that say something else.", Rules.Sql($"""
            CREATE OR REPLACE TEMPORARY TABLE {WorkSchema}.{new Identifier("late")} AS
            SELECT src.*,
                   FALSE AS is_known
            FROM {Incoming} AS src
            WHERE EXISTS (
                SELECT 1
                FROM {Known} AS tgt
                WHERE {SameKey("tgt", "src", _key)}
                  AND NOT tgt.{_names.IsInferred}
                  {AndIsLive}
                  AND {Covers}
                  AND src.effective_at IN (tgt.{_names.ValidFrom}, {ChangedAt("tgt")})
                  AND {ContradictsInstant}
            )
            """));

    // Where a sequence decides, that of the stored version is not known; without one, deleted and back at one instant is nothing.
    private SqlText ContradictsInstant => _plan.Sequence is null
        ? Rules.Sql($"NOT src.is_delete AND {DiffersInVersion}")
        : Rules.Sql($"(src.is_delete OR {DiffersInVersion})");

    private SqlStatement FindConflictsWithEvents() =>
        Statement("find-late-rows", "Rows that differ from a remembered event at the same instant, with no sequence to decide.", Rules.Sql($"""
            CREATE OR REPLACE TEMPORARY TABLE {WorkSchema}.{new Identifier("late")} AS
            SELECT src.*,
                   FALSE AS is_known
            FROM {Incoming} AS src
            WHERE NOT src.is_delete
              AND EXISTS (
                SELECT 1
                FROM {Remembered} AS known
                WHERE {SameKey("known", "src", _key)}
                  AND known.effective_at = src.effective_at
                  AND NOT known.is_delete
                  AND NOT known.{_names.IsInferred}
                  {AndSameSequence}
                  AND ({AnyTrue(_attributes.Select(attribute => Differs("known", "src", attribute)))})
            )
            """));

    private SqlText DiffersInVersion => Rules.Sql($"({AnyTrue(_type2.Select(attribute => Differs("tgt", "src", attribute)))})");

    private SqlText AndIsLive => SnowflakeIntervalSql.AndIsLive("tgt", _plan.Dimension);

    // The open version was seen to be true when it last changed, not only when it began.
    private SqlText ContradictsStored => _definition.TracksDeletion
        ? Rules.Sql($"(src.is_delete = (NOT tgt.{_names.IsDeleted}) OR (NOT src.is_delete AND {DiffersInVersion}))")
        : AnyTrue([new SqlText("src.is_delete"), .. _type2.Select(attribute => Differs("tgt", "src", attribute))]);

    // Comparisons only: an outer join on an alternative is a loop over both sides.
    private SqlText Covers => Rules.Sql($"tgt.{_names.ValidFrom} <= src.effective_at AND coalesce({ReadEnd("tgt")}, {Instant} '9999-12-31') > src.effective_at");

    /// <summary>The history has the row's values at its time or, for a delete, nothing.</summary>
    private SqlText AgreesWithHistory => Rules.Sql($"""
        CASE WHEN src.is_delete
             THEN NOT EXISTS (
                 SELECT 1
                 FROM {Known} AS tgt
                 WHERE {SameKey("tgt", "src", _key)}
                   AND {Covers}
                   {AndIsLive}
                   {UnlessItReturned}
             )
             ELSE EXISTS (
                 SELECT 1
                 FROM {Known} AS tgt
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
}
