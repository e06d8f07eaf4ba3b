using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;
using static Warehouse.Sdk.Postgres.PostgresSql;

namespace Warehouse.Sdk.Postgres;

/// <summary>The history of members for people: a view of what is, a function of what was, and the versions of one member.</summary>
internal static class PostgresHistorySql
{
    public static SqlStatement ReadViews(DimensionalModel model)
    {
        QualifiedName known = PostgresLedgerSql.HistoryViews(model.Conventions);
        return Statement("read-history-views", "The views and functions that are there, and which of them the SDK made.", Rules.Sql($"""
            SELECT present.schema_name, present.name, present.kind, known.definition
            FROM (
                SELECT namespace.nspname AS schema_name, class.relname AS name, 'view' AS kind
                FROM pg_catalog.pg_class AS class
                JOIN pg_catalog.pg_namespace AS namespace ON namespace.oid = class.relnamespace
                WHERE class.relkind IN ('v', 'm')
                UNION ALL
                SELECT namespace.nspname, function.proname, 'function'
                FROM pg_catalog.pg_proc AS function
                JOIN pg_catalog.pg_namespace AS namespace ON namespace.oid = function.pronamespace
                WHERE pg_get_function_identity_arguments(function.oid) = 'as_of timestamp without time zone'
            ) AS present
            LEFT JOIN {known} AS known ON known.schema_name = present.schema_name AND known.name = present.name AND known.kind = present.kind
            WHERE present.schema_name = {Constant(model.Conventions.BusinessSchema.Value)}
            ORDER BY present.name, present.kind
            """));
    }

    public static SqlScript CreateViews(HistoryViewPlan plan) => new($"history views of {plan.Dimension.Name}",
    [
        Statement("create-current-view", "What is true now.", Rules.Sql($"""
            CREATE OR REPLACE VIEW {plan.CurrentView} AS
            {CurrentVersions(plan)}
            """)),
        Statement("comment-current-view", "The data dictionary.", Rules.Sql($"COMMENT ON VIEW {plan.CurrentView} IS {Constant(plan.CurrentViewComment)}")),
        Statement("create-as-of-function", "What was true at an instant.", Rules.Sql($"""
            CREATE OR REPLACE FUNCTION {plan.AsOfFunction}(as_of timestamp)
            RETURNS SETOF {plan.Dimension.HistoryTable}
            LANGUAGE sql
            STABLE
            PARALLEL SAFE
            AS {Constant(AsOf(plan).ToString())}
            """)),
        Statement("comment-as-of-function", "The data dictionary.", Rules.Sql($"COMMENT ON FUNCTION {plan.AsOfFunction}(timestamp) IS {Constant(plan.AsOfFunctionComment)}")),
        .. Note(plan, plan.CurrentView, "view"),
        .. Note(plan, plan.AsOfFunction, "function"),
    ]);

    // By a durable key nobody gets lost: of a member that is gone the last version is there.
    private static SqlText CurrentVersions(HistoryViewPlan plan) => plan.Dimension.DurableKey is { } durableKey
        ? Rules.Sql($"""
            SELECT DISTINCT ON (tgt.{durableKey})
                   {Columns("tgt", plan.Columns)}
            FROM {plan.Dimension.HistoryTable} AS tgt
            ORDER BY tgt.{durableKey}, tgt.{plan.Names.Version} DESC
            """)
        : Rules.Sql($"""
            SELECT {Columns("tgt", plan.Columns)}
            FROM {plan.Dimension.HistoryTable} AS tgt
            WHERE tgt.{plan.Names.IsCurrent}
              {PostgresIntervalSql.AndIsLive("tgt", plan.Dimension)}
            """);

    // $1 and not as_of: a column of that name would be taken for it. All columns, as the row type has them.
    private static SqlText AsOf(HistoryViewPlan plan) => Rules.Sql($"""

        SELECT tgt.*
        FROM {plan.Dimension.HistoryTable} AS tgt
        WHERE tgt.{plan.Names.ValidFrom} <= $1
          AND ({PostgresIntervalSql.End("tgt", plan.Names)} IS NULL OR $1 < {PostgresIntervalSql.End("tgt", plan.Names)})
          {PostgresIntervalSql.AndIsLive("tgt", plan.Dimension)}

        """);

    private static IEnumerable<SqlStatement> Note(HistoryViewPlan plan, QualifiedName made, string kind)
    {
        QualifiedName known = PostgresLedgerSql.HistoryViews(plan.Names);
        yield return Statement("note-definition", "By this the next deployment knows that nothing has changed.", Rules.Sql($"""
            INSERT INTO {known} (schema_name, name, kind, target, definition)
            VALUES ({Constant(made.Schema.Value)}, {Constant(made.Name.Value)}, {Constant(kind)}, {Constant(plan.Dimension.Name.ToString())}, $definition)
            ON CONFLICT (schema_name, name, kind) DO UPDATE SET target = excluded.target, definition = excluded.definition
            """));
    }

    public static SqlStatement ReadHistory(Dimension dimension, IReadOnlyList<Identifier> columns)
    {
        return Statement("read-history", "The versions of one member in order.", Rules.Sql($"""
            SELECT {Columns("tgt", columns)}
            FROM {dimension.HistoryTable} AS tgt
            WHERE {PostgresEquality.SameAsParameters("tgt", dimension)}
            ORDER BY tgt.{dimension.Conventions.ValidFrom}, tgt.{dimension.Conventions.Version}
            """));
    }
}
