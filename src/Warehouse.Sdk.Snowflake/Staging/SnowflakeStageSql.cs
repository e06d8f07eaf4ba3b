using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;
using static Warehouse.Sdk.Snowflake.SnowflakeSql;

namespace Warehouse.Sdk.Snowflake;

/// <summary>Fills the run's private staging table.</summary>
internal static class SnowflakeStageSql
{
    public static SqlScript Stage(StagePlan plan)
    {
        if (plan.Target is AggregateFact aggregate)
            return SnowflakeAggregateSql.Stage(aggregate);
        if (plan.IsDerived && plan.Target is Fact { Definition.Periodic: { } snapshot })
            return SnowflakePeriodSql.StageChanged(plan.Target, snapshot);
        if (plan.Landing is not null)
            return FromLanding(plan, plan.Landing);
        return plan.Query.IsEmpty ? FromOutside(plan) : FromQuery(plan, plan.Query);
    }

    /// <summary>The run's tables are temporary and go with its connection; only a deployment stages more than once on one.</summary>
    public static SqlScript CleanUp() => new("clean up", []);

    private static SqlScript FromOutside(StagePlan plan)
        => new($"stage {plan.Target.Name}", [Create(plan.Target, withLoad: false), .. plan.IsReadByEngine ? SnowflakeForeignSql.CreateTables(plan.Target) : []]);

    /// <summary>The types are the target's, whatever the rows come from: the table is there before they are looked at.</summary>
    internal static SqlStatement Create(LoadTarget target, bool withLoad)
    {
        SqlText loadId = withLoad ? Rules.Sql($"{StagePlan.LandedLoadId} NUMBER(19,0),") : SqlText.Empty;
        return Statement("create-staging-table", "Takes the rows as they come; seen by this session only.", Rules.Sql($"""
            CREATE OR REPLACE TEMPORARY TABLE {Staged} (
                {StagePlan.SourceLine} NUMBER(19,0),
                {loadId}
                {Lines(target.SourceColumns.Select(column => Rules.Sql($"{column.Name} {Type(column.Type)}")))}
            )
            """));
    }

    private static SqlScript FromQuery(StagePlan plan, SqlText query) => new($"stage {plan.Target.Name}",
    [
        Create(plan.Target, withLoad: false),
        Statement("stage-query", "The source's rows in the target's types.", Rules.Sql($"""
            INSERT INTO {Staged}
            SELECT row_number() OVER (ORDER BY 1) AS {StagePlan.SourceLine},
                   {Casts(plan.Target, plan.Absent)}
            FROM (
            {query}
            ) AS src
            """)),
        CountRead,
    ]);

    private static SqlScript FromLanding(StagePlan plan, ZoneTable landing)
    {
        Identifier loadId = landing.Conventions.LoadId;
        SqlText latestOnly = plan.LatestLandingOnly ? Rules.Sql($"AND src.{loadId} = (SELECT max({loadId}) FROM {landing.Name})") : SqlText.Empty;
        return new SqlScript($"stage {plan.Target.Name}",
        [
            Create(plan.Target, withLoad: true),
            Statement("stage-landed", "What has landed since the target last looked.", Rules.Sql($"""
                INSERT INTO {Staged}
                SELECT row_number() OVER (ORDER BY src.{loadId}, src.{LandingColumns.SourceLine}) AS {StagePlan.SourceLine},
                       src.{loadId} AS {StagePlan.LandedLoadId},
                       {Casts(plan.Target, plan.Absent)}
                FROM {landing.Name} AS src
                WHERE src.{loadId} > $landed_after
                  {latestOnly}
                """)),
            CountRead,
            Statement("read-landed-until", "How far the target has now looked.", Rules.Sql($"SELECT max({StagePlan.LandedLoadId}) AS landed_until FROM {Staged}")) with { Kind = StatementKind.Bind },
        ]);
    }

    private static SqlText Casts(LoadTarget target, IReadOnlySet<Identifier> absent)
        => Lines(target.SourceColumns.Select(column => Rules.Sql($"{(absent.Contains(column.Name) ? Rules.Sql($"CAST(NULL AS {Type(column.Type)})") : Cast(column))} AS {column.Name}")));

    private static SqlText Cast(SourceColumn column)
    {
        SqlText value = Rules.Sql($"CAST(src.{column.Name} AS {Type(column.Type)})");
        return column.Type.Kind == ColumnKind.Char ? Rules.Sql($"rtrim({value})") : value;
    }

    private static SqlStatement CountRead { get; } =
        Statement("count-rows", "Rows the source gave.", Rules.Sql($"SELECT count(*) AS rows_read FROM {Staged}")) with { Kind = StatementKind.Count };
}
