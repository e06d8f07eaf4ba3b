using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;
using static Warehouse.Sdk.Postgres.PostgresSql;

namespace Warehouse.Sdk.Postgres;

/// <summary>Staged rows into a landing table.</summary>
internal static class PostgresLandingSql
{
    public static SqlScript Append(LandingPlan plan)
    {
        IReadOnlyList<Identifier> columns = [.. plan.Target.SourceColumns.Select(column => column.Name)];
        return new SqlScript($"land {plan.Target.Name}",
        [
            Statement("append-rows", "Rows as received, with load, file and line.", Rules.Sql($"""
                INSERT INTO {plan.Target.Name} ({Names(columns)}, {LandingColumns.SourceFile}, {LandingColumns.SourceLine}, {plan.Target.Conventions.LoadId})
                SELECT {Columns("src", columns)},
                       CAST($path AS text),
                       src.{LandingColumns.SourceLine},
                       $load_id
                FROM {Staged} AS src
                """)) with { Counter = Counters.Inserted, WritesTarget = true },
        ]);
    }
}
