using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;
using static Warehouse.Sdk.Snowflake.SnowflakeSql;

namespace Warehouse.Sdk.Snowflake;

/// <summary>The periods of a snapshot, each known by its last day, and which of them its source fact has changed.</summary>
internal static class SnowflakePeriodSql
{
    public static QualifiedName Periods { get; } = Temp("periods");

    /// <summary>The last day of the period that a day is in.</summary>
    public static SqlText End(PeriodicDefinition snapshot, SqlText day)
    {
        SqlText date = Rules.Sql($"CAST({day} AS DATE)");
        return snapshot.Period switch
        {
            SnapshotPeriod.Week => Rules.Sql($"CAST(dateadd(day, mod({snapshot.WeekEndsOn} - dayofweekiso({date}) + 7, 7), {date}) AS DATE)"),
            SnapshotPeriod.Month => Rules.Sql($"last_day({date})"),
            _ => date,
        };
    }

    /// <summary>The first day of the period that has this last day.</summary>
    public static SqlText Start(PeriodicDefinition snapshot, SqlText end) => snapshot.Period switch
    {
        SnapshotPeriod.Week => Rules.Sql($"CAST(dateadd(day, -6, {end}) AS DATE)"),
        SnapshotPeriod.Month => Rules.Sql($"CAST(date_trunc('month', {end}) AS DATE)"),
        _ => end,
    };

    /// <summary>Rows that have an entity and a day of the calendar.</summary>
    public static SqlText Complete(PeriodicDefinition snapshot) => Rules.Sql($"""
        {SqlText.Join(" AND ", snapshot.EntityNames.Append(snapshot.Day.Name).Select(name => Rules.Sql($"src.{name} IS NOT NULL")))}
          AND EXISTS (SELECT 1 FROM {snapshot.Date.Name} AS calendar WHERE calendar.{snapshot.Date.Date} = CAST(src.{snapshot.Day.Name} AS DATE))
        """);

    /// <summary>Periods whose rows are more, fewer or written later than those that the snapshot was made of: <c>period_end</c>.</summary>
    public static SqlText Changed(LoadTarget target, PeriodicDefinition snapshot)
    {
        SqlText end = End(snapshot, Column("src", snapshot.Day.Name));
        return Rules.Sql($"""
            WITH source_periods AS (
                SELECT {end} AS period_end,
                       count(*) AS source_rows,
                       max(src.{target.Conventions.LoadId}) AS source_load_id
                FROM {snapshot.Source!.Name} AS src
                WHERE {Complete(snapshot)}
                GROUP BY {end}
            ),
            known_periods AS (
                SELECT tgt.{snapshot.Day.Name} AS period_end,
                       CAST(sum(tgt.{PeriodicDefinition.SourceRows}) AS BIGINT) AS source_rows,
                       max(tgt.{PeriodicDefinition.SourceLoadId}) AS source_load_id
                FROM {target.Name} AS tgt
                WHERE tgt.{PeriodicDefinition.SourceRows} > 0
                GROUP BY tgt.{snapshot.Day.Name}
            )
            SELECT DISTINCT differing.period_end
            FROM (
                (SELECT * FROM source_periods EXCEPT SELECT * FROM known_periods)
                UNION ALL
                (SELECT * FROM known_periods EXCEPT SELECT * FROM source_periods)
            ) AS differing
            """);
    }

    /// <summary>The source's rows of the periods in which it differs from what the snapshot was made of.</summary>
    public static SqlScript StageChanged(LoadTarget target, PeriodicDefinition snapshot) => new($"stage {target.Name}",
    [
        Statement("find-changed-periods", "Periods whose rows are more, fewer or written later than those that the snapshot was made of.", Rules.Sql($"""
            CREATE OR REPLACE TEMPORARY TABLE {WorkSchema}.{new Identifier("periods")} AS
            {Changed(target, snapshot)}
            """)),
        Statement("stage-changed-periods", "The source's rows of these periods.", Rules.Sql($"""
            CREATE OR REPLACE TEMPORARY TABLE {WorkSchema}.{new Identifier("staged")} AS
            SELECT row_number() OVER (ORDER BY {Inline("src", snapshot.Source!.Schema.PrimaryKey)}) AS {StagePlan.SourceLine},
                   {Columns("src", target.SourceColumns.Select(column => column.Name))},
                   src.{target.Conventions.LoadId} AS {PeriodicDefinition.SourceLoadId}
            FROM {snapshot.Source.Name} AS src
            WHERE {End(snapshot, Column("src", snapshot.Day.Name))} IN (SELECT period_end FROM {Periods})
            """)),
        Statement("count-rows", "Rows the source gave.", Rules.Sql($"SELECT count(*) AS rows_read FROM {Staged}")) with { Kind = StatementKind.Count },
    ]);
}
