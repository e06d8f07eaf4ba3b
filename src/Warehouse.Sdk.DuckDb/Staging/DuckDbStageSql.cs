using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;
using static Warehouse.Sdk.DuckDb.DuckDbSql;

namespace Warehouse.Sdk.DuckDb;

/// <summary>Fills the run's private staging table.</summary>
internal static class DuckDbStageSql
{
    public static SqlScript Stage(StagePlan plan)
    {
        if (plan.IsReadByEngine)
            throw new ArgumentException("Only Snowflake reads files of its own stages; load them here with Source.StagedFiles.", nameof(plan));
        if (plan.Target is AggregateFact aggregate)
            return DuckDbAggregateSql.Stage(aggregate);
        if (plan.IsDerived && plan.Target is Fact { Definition.Periodic: { } snapshot })
            return DuckDbPeriodSql.StageChanged(plan.Target, snapshot);
        if (plan.Landing is not null)
            return FromLanding(plan, plan.Landing);
        return plan.Query.IsEmpty ? FromOutside(plan) : FromQuery(plan, plan.Query);
    }

    /// <summary>The run's tables are temporary and go with its connection; only a deployment stages more than once on one.</summary>
    public static SqlScript CleanUp() => new("clean up", []);

    private static SqlScript FromOutside(StagePlan plan) => new($"stage {plan.Target.Name}",
    [
        Statement("create-staging-table", "Takes the rows as they come; seen by this connection only.", Rules.Sql($"""
            CREATE OR REPLACE TEMP TABLE staged (
                {StagePlan.SourceLine} BIGINT,
                {Lines(plan.Target.SourceColumns.Select(column => Rules.Sql($"{column.Name} {Type(column.Type)}")))}
            )
            """)),
    ]);

    private static SqlScript FromQuery(StagePlan plan, SqlText query)
    {
        if (plan.PlainTable is not { } table || PrivateTables.Contains(table.Trim('"')))
            return new SqlScript($"stage {plan.Target.Name}", [.. CopyQuery(plan, query), CountRead]);
        return new SqlScript($"stage {plan.Target.Name}",
        [
            LookAtSource(table),
            Statement("read-in-place", "The source's rows in the target's types, without a copy.", Rules.Sql($"""
                CREATE TEMP VIEW staged AS
                SELECT CAST(NULL AS BIGINT) AS {StagePlan.SourceLine},
                       {Casts(plan.Target, plan.Absent)}
                FROM (
                {query}
                ) AS src
                """)) with { OnlyIf = StagePlan.ReadInPlace },
            .. CopyQuery(plan, query).Select(statement => statement with { OnlyIf = StagePlan.Copied }),
            CountRead,
        ]);
    }

    /// <summary>The run's own tables would stand before a source of their name when the view is read.</summary>
    internal static IReadOnlySet<string> PrivateTables { get; } = new HashSet<string>(StringComparer.OrdinalIgnoreCase)
    {
        "staged", "events", "news", "known", "absent", "repeated", "decided", "conflicts", "incoming", "late", "resolving", "touched", "stored", "timeline",
        "versions", "member_state", "vanished", "moved", "changed", "written", "merged_members", "moved_combination", "met_versions", "profiled_1", "profiled_2",
        "successors", "succeeded", "key_order",
    };

    private static SqlStatement LookAtSource(string table)
    {
        string[] parts = [.. table.Split('.').Select(part => part.Trim('"'))];
        SqlText schema = parts.Length > 1 ? Rules.Sql($"AND lower(source.schema_name) = lower({Constant(parts[^2])})") : SqlText.Empty;
        SqlText name = Constant(parts[^1]);
        return Statement("look-at-source", "A table of this database is read where it is; what anything else gives is worked out once and copied.", Rules.Sql($"""
            SELECT CASE WHEN tables > 0 AND others = 0 THEN 1 ELSE 0 END AS {new Identifier(StagePlan.ReadInPlace)},
                   CASE WHEN tables > 0 AND others = 0 THEN 0 ELSE 1 END AS {new Identifier(StagePlan.Copied)}
            FROM (
                SELECT count(*) FILTER (WHERE source.database_name = current_database() AND NOT source.temporary) AS tables,
                       count(*) FILTER (WHERE source.database_name <> current_database() OR source.temporary) + (SELECT count(*) FROM duckdb_views() AS seen WHERE lower(seen.view_name) = lower({name})) AS others
                FROM duckdb_tables() AS source
                WHERE lower(source.table_name) = lower({name})
                  {schema}
            ) AS found
            """)) with { Kind = StatementKind.Count };
    }

    private static SqlStatement[] CopyQuery(StagePlan plan, SqlText query) =>
    [
        Statement("stage-query", "The source's rows in the target's types.", Rules.Sql($"""
            CREATE TEMP TABLE staged AS
            SELECT row_number() OVER () AS {StagePlan.SourceLine},
                   {Casts(plan.Target, plan.Absent)}
            FROM (
            {query}
            ) AS src
            """)),
    ];

    private static SqlScript FromLanding(StagePlan plan, ZoneTable landing)
    {
        Identifier loadId = landing.Conventions.LoadId;
        SqlText latestOnly = plan.LatestLandingOnly ? Rules.Sql($"AND src.{loadId} = (SELECT max({loadId}) FROM {landing.Name})") : SqlText.Empty;
        return new SqlScript($"stage {plan.Target.Name}",
        [
            Statement("stage-landed", "What has landed since the target last looked.", Rules.Sql($"""
                CREATE TEMP TABLE staged AS
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
