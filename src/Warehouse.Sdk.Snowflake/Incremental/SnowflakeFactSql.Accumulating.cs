using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;
using static Warehouse.Sdk.Snowflake.SnowflakeSql;

namespace Warehouse.Sdk.Snowflake;

/// <summary>Folds what is told about each process, now and before, into the one row that stands for it. Leaves these rows in <c>warehouse_work.incoming</c>.</summary>
internal sealed partial class SnowflakeFactSql
{
    private static readonly QualifiedName Happened = Temp("happened");

    private AccumulatingDefinition Process => _plan.Accumulating!;

    private IReadOnlyList<Identifier> Told => [.. Process.Milestones.Select(milestone => milestone.Told)];

    /// <summary>What a row knows of its process, without its key and what follows from the rest.</summary>
    private IReadOnlyList<Identifier> Knowledge => [.. _plan.Columns.Select(column => column.Name).Except(_grain).Except(Process.Computed.Select(column => column.Name))];

    private IEnumerable<SqlStatement> Accumulate() =>
    [
        Statement("gather-events", "What each row of the batch says, and about what; a NULL says nothing unless the model or a flag of the row says that it does.", Rules.Sql($"""
            CREATE OR REPLACE TEMPORARY TABLE {WorkSchema}.{new Identifier("happened")} AS
            SELECT {Columns("src", _grain)},
                   {(_plan.Sequence is { } order ? Column("src", order) : new SqlText("1"))} AS {AccumulatingDefinition.SequenceNumber},
                   {Lines(Knowledge.Select(Said))},
                   {Lines(Process.Milestones.Select(IsTold))},
                   {Reopens} AS {AccumulatingDefinition.Reopens},
                   CAST(0 AS BIGINT) AS {AccumulatingDefinition.TimesBefore},
                   TRUE AS {AccumulatingDefinition.IsNew},
                   src.{StagePlan.SourceLine}
            FROM {_incoming} AS src
            """)),
        .. _plan.Events is { } events ? RejectContradictions(events.Name) : [],
        Statement("drop-incoming", "The processes take the place of their events.", Rules.Sql($"DROP TABLE {_incoming}")),
        _plan.Events is { } known ? RecallEvents(known.Name) : RecallRows(),
        FoldEvents(),
        Statement("count-folded", "Events that stand in one row with others of their process.", Rules.Sql($"""
            SELECT (SELECT count(*) FROM {Happened} WHERE {AccumulatingDefinition.IsNew}) - (SELECT count(*) FROM {_incoming}) AS folded
            """)) with { Kind = StatementKind.Count },
    ];

    private SqlText Said(Identifier column) => Process.Milestones.FirstOrDefault(milestone => milestone.At.Name == column)?.Retracted is { } flag
        ? Rules.Sql($"CASE WHEN src.{flag.Name} THEN NULL ELSE src.{column} END AS {column}")
        : Column("src", column);

    private SqlText IsTold(MilestoneDefinition milestone, int index)
    {
        SqlText[] reasons =
        [
            Rules.Sql($"src.{milestone.At.Name} IS NOT NULL"),
            milestone.Retracted is { } flag ? Rules.Sql($"coalesce(src.{flag.Name}, FALSE)") : SqlText.Empty,
            milestone.WhenNull == MilestoneNull.Retract ? new SqlText($"$tells_{index + 1}") : SqlText.Empty,
            milestone == Process.Reopening?.Closing ? Reopens : SqlText.Empty,
        ];
        return Rules.Sql($"{SqlText.Join(" OR ", reasons)} AS {milestone.Told}");
    }

    private SqlText Reopens => Process.Reopening is { } reopening ? Rules.Sql($"coalesce(src.{reopening.When.Name}, FALSE)") : new SqlText("FALSE");

    private IEnumerable<SqlStatement> RejectContradictions(QualifiedName events)
    {
        Identifier[] key = [.. _grain, AccumulatingDefinition.SequenceNumber];
        SqlText contradicts = Rules.Sql($"""
            EXISTS (
                SELECT 1
                FROM {events} AS known
                WHERE {SameKey("known", "src", key)}
                  AND ({AnyTrue(Knowledge.Concat(Told).Append(AccumulatingDefinition.Reopens).Select(name => Rules.Sql($"known.{name} IS DISTINCT FROM src.{name}")))})
            )
            """);
        yield return Statement("reject-contradictions", "An event that was told before with other values; nobody can say which of the two is right.", Rules.Sql($"""
            INSERT INTO {SnowflakeLedgerSql.Rejects(_plan.Target.Conventions)} (load_id, target, file, line, column_name, reason, raw_row)
            SELECT $load_id,
                   $target,
                   $path,
                   src.{StagePlan.SourceLine},
                   {Constant(_plan.Sequence!.Value.Value)},
                   {Constant("an event of this process and sequence was loaded before with other values (")} || {SnowflakeBatchSql.KeyText("src", _grain)} || ')',
                   to_json(object_construct_keep_null(src.*))
            FROM {Happened} AS src
            WHERE {contradicts}
            """)) with { Counter = Counters.Rejected };
        yield return Statement("leave-contradictions", "They take no further part.", Rules.Sql($"""
            DELETE FROM {Happened}
            USING (
                SELECT src.{StagePlan.SourceLine}
                FROM {Happened} AS src
                WHERE {contradicts}
            ) AS gone
            WHERE {Happened}.{StagePlan.SourceLine} = gone.{StagePlan.SourceLine}
            """));
    }

    private SqlStatement RecallEvents(QualifiedName events)
    {
        Identifier[] key = [.. _grain, AccumulatingDefinition.SequenceNumber];
        return Statement("recall-events", "What was told before about the same processes.", Rules.Sql($"""
            INSERT INTO {Happened}
            SELECT {Columns("known", [.. key, .. Knowledge, .. Told, AccumulatingDefinition.Reopens])},
                   0,
                   FALSE,
                   NULL
            FROM {events} AS known
            WHERE EXISTS (SELECT 1 FROM {Happened} AS src WHERE {SameKey("known", "src", _grain)})
              AND NOT EXISTS (SELECT 1 FROM {Happened} AS src WHERE {SameKey("known", "src", key)})
            """));
    }

    private SqlStatement RecallRows() => Statement("recall-rows", "What is known so far about the same processes.", Rules.Sql($"""
        INSERT INTO {Happened}
        SELECT {Columns("tgt", _grain)},
               0,
               {Columns("tgt", Knowledge)},
               {Lines(Told.Select(_ => new SqlText("TRUE")))},
               FALSE,
               {(Process.Reopening is { } reopening ? Rules.Sql($"coalesce(tgt.{reopening.Counter.Name}, 0)") : new SqlText("0"))},
               FALSE,
               NULL
        FROM {_table} AS tgt
        WHERE EXISTS (SELECT 1 FROM {Happened} AS src WHERE {SameKey("tgt", "src", _grain)})
        """));

    private SqlStatement FoldEvents() => Statement("fold-events", "Of each process the last that was told about each column, and what follows from it.", Rules.Sql($"""
        CREATE OR REPLACE TEMPORARY TABLE {WorkSchema}.{new Identifier("incoming")} AS
        SELECT {Columns("folded", [.. _grain, .. Knowledge])},
               {Lines(Process.Lags.Select(lag => Rules.Sql($"{Lag(lag, "folded")} AS {lag.Column.Name}")))}{(Process.Lags.Count > 0 ? new SqlText(",") : SqlText.Empty)}
               {(Process.Reopening is { } reopening ? Rules.Sql($"folded.{AccumulatingDefinition.TimesBefore} AS {reopening.Counter.Name},") : SqlText.Empty)}
               folded.{StagePlan.SourceLine}
        FROM (
            SELECT {Columns("src", _grain)},
                   {Lines(Knowledge.Select(column => LastTold(Process, column)))},
                   CAST(sum(src.{AccumulatingDefinition.TimesBefore} + src.reopening) AS BIGINT) AS {AccumulatingDefinition.TimesBefore},
                   min(src.{StagePlan.SourceLine}) AS {StagePlan.SourceLine}
            FROM (
                SELECT happened.*,
                       {Reopening} AS reopening
                FROM {Happened} AS happened
            ) AS src
            GROUP BY {Columns("src", _grain)}
        ) AS folded
        """));

    internal static SqlText LastTold(AccumulatingDefinition process, Identifier column)
    {
        SqlText told = process.Milestones.FirstOrDefault(milestone => milestone.At.Name == column) is { } milestone ? Column("src", milestone.Told) : Rules.Sql($"src.{column} IS NOT NULL");
        return Rules.Sql($"max_by(src.{column}, CASE WHEN {told} THEN src.{AccumulatingDefinition.SequenceNumber} END) AS {column}");
    }

    // It counts where the process was closed by what was told of the closing before.
    private SqlText Reopening => Process.Reopening is not { Closing: var closing }
        ? new SqlText("0")
        : Rules.Sql($"""
            CASE WHEN happened.{AccumulatingDefinition.Reopens} AND lag(happened.{closing.At.Name}) OVER (PARTITION BY {Inline("happened", _grain)}, happened.{closing.Told} ORDER BY happened.{AccumulatingDefinition.SequenceNumber}) IS NOT NULL THEN 1 ELSE 0 END
            """);

    internal static SqlText Lag(LagDefinition lag, string alias)
    {
        SqlText from = Column(alias, lag.From.Name);
        SqlText to = Column(alias, lag.To.Name);
        if (lag.Unit == LagUnit.Days)
            return Rules.Sql($"datediff(day, CAST({from} AS DATE), CAST({to} AS DATE))");
        // Whole units, in whole numbers: datediff counts the boundaries between, and a quotient is rounded.
        const long MicrosecondsOfSecond = 1_000_000;
        long unit = MicrosecondsOfSecond * lag.Unit switch { LagUnit.Hours => 3600, LagUnit.Minutes => 60, _ => 1 };
        SqlText between = Rules.Sql($"datediff(microsecond, CAST({from} AS TIMESTAMP_NTZ(6)), CAST({to} AS TIMESTAMP_NTZ(6)))");
        return Rules.Sql($"CAST(({between} - mod({between}, {unit})) / {unit} AS BIGINT)");
    }

    private SqlStatement KeepEvents(QualifiedName events)
    {
        Identifier[] columns = [.. _grain, AccumulatingDefinition.SequenceNumber, .. Knowledge, .. Told, AccumulatingDefinition.Reopens];
        return Statement("keep-events", "What was told is remembered, so that later events find it, whatever order they come in.", Rules.Sql($"""
            INSERT INTO {events} ({Names(columns)}, {_plan.LoadId})
            SELECT {Columns("src", columns)},
                   $load_id
            FROM {Happened} AS src
            WHERE src.{AccumulatingDefinition.IsNew}
              AND EXISTS (SELECT 1 FROM {Resolved} AS tgt WHERE {SameKey("tgt", "src", _grain)})
              AND NOT EXISTS (SELECT 1 FROM {events} AS known WHERE {SameKey("known", "src", [.. _grain, AccumulatingDefinition.SequenceNumber])})
            """)) with { WritesTarget = true };
    }
}
