using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;
using static Warehouse.Sdk.Postgres.PostgresSql;

namespace Warehouse.Sdk.Postgres;

/// <summary>Fills the run's private staging table.</summary>
internal static class PostgresStageSql
{
    public static SqlScript Stage(StagePlan plan)
    {
        if (plan.IsReadByEngine)
            throw new ArgumentException("Only Snowflake reads files of its own stages; load them here with Source.StagedFiles.", nameof(plan));
        if (plan.Target is AggregateFact aggregate)
            return PostgresAggregateSql.Stage(aggregate);
        if (plan.IsDerived && plan.Target is Fact { Definition.Periodic: { } snapshot })
            return PostgresPeriodSql.StageChanged(plan.Target, snapshot);
        if (plan.Landing is not null)
            return FromLanding(plan, plan.Landing);
        return plan.Query.IsEmpty ? FromOutside(plan) : FromQuery(plan, plan.Query);
    }

    /// <summary>Private tables go with the transaction; a view has to be told.</summary>
    public static SqlScript CleanUp() => new("clean up",
    [
        Statement("drop-staging-view", "What was read in place stays; the way to it goes.", Rules.Sql($"DROP VIEW {Staged}")) with { OnlyIf = StagePlan.ReadInPlace },
    ]);

    private static SqlScript FromOutside(StagePlan plan) => new($"stage {plan.Target.Name}",
    [
        Statement("drop-staging-table", "A deployment stages more than once in one transaction.", Rules.Sql($"DROP TABLE IF EXISTS {Staged}")),
        Statement("create-staging-table", "Takes the rows as they come; seen by this connection only.", Rules.Sql($"""
            CREATE TEMP TABLE staged (
                {StagePlan.SourceLine} bigint,
                {Lines(plan.Target.SourceColumns.Select(column => Rules.Sql($"{column.Name} {PrivateType(column.Type)}")))}
            ) ON COMMIT DROP
            """)),
    ]);

    private static SqlScript FromQuery(StagePlan plan, SqlText query)
    {
        if (plan.PlainTable is not { } table)
            return new SqlScript($"stage {plan.Target.Name}", CopyQuery(plan, query));
        return new SqlScript($"stage {plan.Target.Name}",
        [
            Statement("look-at-source", "A table as it stands is read where it is; what a view or a foreign table gives is worked out once and copied.", Rules.Sql($"""
                SELECT count(*) AS {new Identifier(StagePlan.ReadInPlace)},
                       1 - count(*) AS {new Identifier(StagePlan.Copied)}
                FROM pg_class AS source
                WHERE source.oid = to_regclass({Constant(table)})
                  AND source.relkind IN ('r', 'p', 'm')
                """)) with { Kind = StatementKind.Count },
            Statement("read-in-place", "The source's rows in the target's types, without a copy.", Rules.Sql($"""
                CREATE TEMP VIEW staged AS
                SELECT CAST(NULL AS bigint) AS {StagePlan.SourceLine},
                       {Casts(plan.Target, plan.Absent)}
                FROM (
                {query}
                ) AS src
                """)) with { OnlyIf = StagePlan.ReadInPlace },
            .. CopyQuery(plan, query).Select(statement => statement with { OnlyIf = StagePlan.Copied }),
        ]);
    }

    private static SqlStatement[] CopyQuery(StagePlan plan, SqlText query) =>
    [
        Statement("stage-query", "The source's rows in the target's types.", Rules.Sql($"""
            CREATE TEMP TABLE staged ON COMMIT DROP AS
            SELECT row_number() OVER () AS {StagePlan.SourceLine},
                   {Casts(plan.Target, plan.Absent)}
            FROM (
            {query}
            ) AS src
            """)),
        CountRead,
        .. CheckTrailingSpaces(plan.Target),
    ];

    private static SqlScript FromLanding(StagePlan plan, ZoneTable landing)
    {
        Identifier loadId = landing.Conventions.LoadId;
        SqlText latestOnly = plan.LatestLandingOnly ? Rules.Sql($"AND src.{loadId} = (SELECT max({loadId}) FROM {landing.Name})") : SqlText.Empty;
        return new SqlScript($"stage {plan.Target.Name}",
        [
            Statement("stage-landed", "What has landed since the target last looked.", Rules.Sql($"""
                CREATE TEMP TABLE staged ON COMMIT DROP AS
                SELECT row_number() OVER (ORDER BY src.{loadId}, src.{LandingColumns.SourceLine}) AS {StagePlan.SourceLine},
                       src.{loadId} AS {StagePlan.LandedLoadId},
                       {Casts(plan.Target, plan.Absent)}
                FROM {landing.Name} AS src
                WHERE src.{loadId} > $landed_after
                  {latestOnly}
                """)),
            CountRead,
            .. CheckTrailingSpaces(plan.Target),
            Statement("read-landed-until", "How far the target has now looked.", Rules.Sql($"SELECT max({StagePlan.LandedLoadId}) AS landed_until FROM {Staged}")) with { Kind = StatementKind.Bind },
        ]);
    }

    private static SqlText Casts(LoadTarget target, IReadOnlySet<Identifier> absent)
        => Lines(target.SourceColumns.Select(column => Rules.Sql($"{(absent.Contains(column.Name) ? Rules.Sql($"CAST(NULL AS {PrivateType(column.Type)})") : Cast(column))} AS {column.Name}")));

    private static SqlText Cast(SourceColumn column)
    {
        SqlText value = Rules.Sql($"CAST(src.{column.Name} AS {PrivateType(column.Type)})");
        return column.Type.Kind == ColumnKind.Char ? Rules.Sql($"rtrim({value})") : value;
    }

    /// <summary>
    /// A column of the server's cuts spaces off the end of a text to make it fit, without a word; the stored text would then differ from the
    /// delivered one for ever. Of rows from outside the staging writer has checked the length; of a dimension's rows those are looked at that
    /// are to be stored.
    /// </summary>
    private static IEnumerable<SqlStatement> CheckTrailingSpaces(LoadTarget target)
        => target is Dimension { Definition.LateEvents: not LateEvents.Reconcile } ? [] : CheckTrailingSpaces(target, Staged);

    internal static IEnumerable<SqlStatement> CheckTrailingSpaces(LoadTarget target, QualifiedName rows)
    {
        (SourceColumn Column, SqlText Text)[] bounded = [.. target.SourceColumns
            .Where(column => column.Type is { Kind: ColumnKind.Text, Length: > 0 })
            .Select(column => (column, Kept(target, column)))
            .Where(text => !text.Item2.IsEmpty)];
        if (bounded.Length == 0)
            yield break;
        SqlText Overflows((SourceColumn Column, SqlText Text) text)
            => Rules.Sql($"(length({text.Text}) > {text.Column.Type.Length} AND length(rtrim({text.Text})) <= {text.Column.Type.Length})");

        yield return Statement("check-trailing-spaces", "texts end in spaces for which their column has no room, and PostgreSQL would cut them off; trim them in the source, or compare the attribute with Equality.TrimEnd", Rules.Sql($"""
            SELECT src.{StagePlan.SourceLine},
                   {Listed(bounded.Select(text => Rules.Sql($"CASE WHEN {Overflows(text)} THEN {Constant(text.Column.Name.Value)} END")))} AS columns
            FROM {rows} AS src
            WHERE {AnyTrue(bounded.Select(Overflows))}
            ORDER BY src.{StagePlan.SourceLine}
            LIMIT 20
            """)) with { Kind = StatementKind.Guard };
    }

    /// <summary>The text as it will be stored; empty where a dimension trims it or does not keep it.</summary>
    private static SqlText Kept(LoadTarget target, SourceColumn column)
    {
        SqlText text = Column("src", column.Name);
        if (target is not Dimension dimension)
            return text;
        if (dimension.NaturalKey.FirstOrDefault(key => key.Name == column.Name) is { } part)
            return dimension.Definition.KeyEquality.GetValueOrDefault(part.Name).HasFlag(Equality.TrimEnd) ? SqlText.Empty : PostgresEquality.Key(text, dimension, part);
        return dimension.Attributes.FirstOrDefault(attribute => attribute.Column.Name == column.Name) is { } attribute && !attribute.Equality.HasFlag(Equality.TrimEnd)
            ? PostgresScdSql.Normalised(text, attribute)
            : SqlText.Empty;
    }

    private static SqlStatement CountRead { get; } =
        Statement("count-rows", "Rows the source gave.", Rules.Sql($"SELECT count(*) AS rows_read FROM {Staged}")) with { Kind = StatementKind.Count };
}
