using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;
using static Warehouse.Sdk.Snowflake.SnowflakeSql;

namespace Warehouse.Sdk.Snowflake;

/// <summary>The history of members for people: a view of what is, a macro of what was, and the versions of one member.</summary>
internal static class SnowflakeHistorySql
{
    public static SqlStatement ReadViews(DimensionalModel model)
    {
        QualifiedName known = SnowflakeLedgerSql.HistoryViews(model.Conventions);
        return Statement("read-history-views", "The views and macros that are there, and which of them the SDK made.", Rules.Sql($"""
            SELECT present.schema_name, present.name, present.kind, known.definition
            FROM (
                SELECT {SnowflakeSchemaSql.LogicalName("table_schema")} AS schema_name,
                       {SnowflakeSchemaSql.LogicalName("table_name")} AS name,
                       'view' AS kind
                FROM information_schema.views
                UNION ALL
                SELECT {SnowflakeSchemaSql.LogicalName("function_schema")},
                       {SnowflakeSchemaSql.LogicalName("function_name")},
                       'function'
                FROM information_schema.functions
            ) AS present
            LEFT JOIN {known} AS known ON known.schema_name = present.schema_name AND known.name = present.name AND known.kind = present.kind
            WHERE present.schema_name = {Constant(model.Conventions.BusinessSchema.Value)}
            ORDER BY present.name, present.kind
            """));
    }

    public static SqlScript CreateViews(HistoryViewPlan plan) => new($"history views of {plan.Dimension.Name}",
    [
        .. NotePending(plan, plan.CurrentView, "view"),
        .. NotePending(plan, plan.AsOfFunction, "function"),
        Statement("create-current-view", "What is true now.", Rules.Sql($"""
            CREATE OR REPLACE VIEW {plan.CurrentView} AS
            {Current(plan)}
            """)),
        Statement("comment-current-view", "The data dictionary.", Rules.Sql($"COMMENT ON VIEW {plan.CurrentView} IS {Constant(plan.CurrentViewComment)}")),
        Statement("create-as-of-function", "What was true at an instant.", Rules.Sql($"""
            CREATE OR REPLACE FUNCTION {plan.AsOfFunction}(as_of TIMESTAMP_NTZ)
            RETURNS TABLE (
                {Lines(plan.Dimension.VersionSchema.Columns.Select(column => Rules.Sql($"{column.Name} {Type(column.Type)}")))}
            )
            AS {Constant(AsOf(plan).ToString())}
            """)),
        Statement("comment-as-of-function", "The data dictionary.", Rules.Sql($"COMMENT ON FUNCTION {plan.AsOfFunction}(TIMESTAMP_NTZ) IS {Constant(plan.AsOfFunctionComment)}")),
        .. Note(plan, plan.CurrentView, "view"),
        .. Note(plan, plan.AsOfFunction, "function"),
    ]);

    /// <summary>The open versions.</summary>
    public static SqlText Current(HistoryViewPlan plan) => Rules.Sql($"""
        SELECT {Columns("tgt", plan.Columns)}
        FROM {plan.Dimension.HistoryTable} AS tgt
        {WhichVersions(plan)}
        """);

    // A text, so that a name with two dollars ends nothing.
    private static SqlText AsOf(HistoryViewPlan plan) => Rules.Sql($"""
        SELECT {Columns("tgt", plan.Dimension.VersionSchema.Columns.Select(column => column.Name))}
        FROM {plan.Dimension.HistoryTable} AS tgt
        WHERE tgt.{plan.Names.ValidFrom} <= as_of
          AND ({SnowflakeIntervalSql.End("tgt", plan.Names)} IS NULL OR as_of < {SnowflakeIntervalSql.End("tgt", plan.Names)})
          {SnowflakeIntervalSql.AndIsLive("tgt", plan.Dimension)}
        """);

    // By a durable key nobody gets lost: of a member that is gone the last version is there.
    private static SqlText WhichVersions(HistoryViewPlan plan) => plan.Dimension.DurableKey is { } durableKey
        ? Rules.Sql($"QUALIFY row_number() OVER (PARTITION BY tgt.{durableKey} ORDER BY tgt.{plan.Names.Version} DESC) = 1")
        : Rules.Sql($"""
            WHERE tgt.{plan.Names.IsCurrent}
              {SnowflakeIntervalSql.AndIsLive("tgt", plan.Dimension)}
            """);

    // DDL commits by itself: what is made before the note of it is written must be known for ours.
    private static IEnumerable<SqlStatement> NotePending(HistoryViewPlan plan, QualifiedName made, string kind)
    {
        QualifiedName known = SnowflakeLedgerSql.HistoryViews(plan.Names);
        yield return Forget(known, made, kind);
        yield return Statement("note-pending", "A deployment that ends here makes it again the next time.", Rules.Sql($"""
            INSERT INTO {known} (schema_name, name, kind, target, definition)
            VALUES ({Constant(made.Schema.Value)}, {Constant(made.Name.Value)}, {Constant(kind)}, {Constant(plan.Dimension.Name.ToString())}, 'pending')
            """));
    }

    private static SqlStatement Forget(QualifiedName known, QualifiedName made, string kind) => Statement("forget-definition", "There is a newer one.", Rules.Sql($"""
        DELETE FROM {known}
        WHERE schema_name = {Constant(made.Schema.Value)}
          AND name = {Constant(made.Name.Value)}
          AND kind = {Constant(kind)}
        """));

    private static IEnumerable<SqlStatement> Note(HistoryViewPlan plan, QualifiedName made, string kind)
    {
        QualifiedName known = SnowflakeLedgerSql.HistoryViews(plan.Names);
        yield return Forget(known, made, kind);
        yield return Statement("note-definition", "By this the next deployment knows that nothing has changed.", Rules.Sql($"""
            INSERT INTO {known} (schema_name, name, kind, target, definition)
            VALUES ({Constant(made.Schema.Value)}, {Constant(made.Name.Value)}, {Constant(kind)}, {Constant(plan.Dimension.Name.ToString())}, $definition)
            """));
    }

    public static SqlStatement ReadHistory(Dimension dimension, IReadOnlyList<Identifier> columns)
    {
        return Statement("read-history", "The versions of one member in order.", Rules.Sql($"""
            SELECT {Columns("tgt", columns)}
            FROM {dimension.HistoryTable} AS tgt
            WHERE {SnowflakeEquality.SameAsParameters("tgt", dimension)}
            ORDER BY tgt.{dimension.Conventions.ValidFrom}, tgt.{dimension.Conventions.Version}
            """));
    }
}
