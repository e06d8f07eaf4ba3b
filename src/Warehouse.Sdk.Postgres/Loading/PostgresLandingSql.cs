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
        Identifier ledger = plan.Target.Conventions.LedgerSchema;
        var (file, line, place) = plan.Places switch
        {
            RowPlaces.ManyFiles => (
                new SqlText("place.path"),
                Rules.Sql($"src.{LandingColumns.SourceLine} & {SourcePartPlan.LinesOfPart - 1}"),
                Rules.Sql($"\nJOIN {ledger}.load_file AS place ON place.load_id = $load_id AND place.number = src.{LandingColumns.SourceLine} >> {SourcePartPlan.LineBits}")),
            RowPlaces.Rejects => (
                new SqlText("place.file"),
                new SqlText("place.line"),
                Rules.Sql($"\nJOIN {ledger}.reject AS place ON place.replayed_by = $load_id AND place.replay_line = src.{LandingColumns.SourceLine} - {SourcePartPlan.LinesOfPart}")),
            _ => (new SqlText("CAST($path AS text)"), Column("src", LandingColumns.SourceLine), SqlText.Empty),
        };
        return new SqlScript($"land {plan.Target.Name}",
        [
            Statement("append-rows", "Rows as received, with load, file and line.", Rules.Sql($"""
                INSERT INTO {plan.Target.Name} ({Names(columns)}, {LandingColumns.SourceFile}, {LandingColumns.SourceLine}, {plan.Target.Conventions.LoadId})
                SELECT {Columns("src", columns)},
                       {file},
                       {line},
                       $load_id
                FROM {Staged} AS src{place}
                """)) with { Counter = Counters.Inserted, WritesTarget = true },
        ]);
    }
}
