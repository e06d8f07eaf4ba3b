using Warehouse.Sdk.Sql;
using static Warehouse.Sdk.DuckDb.DuckDbSql;

namespace Warehouse.Sdk.DuckDb;

/// <summary>Corrections by reversal: what stands is never changed, a further entry takes it back.</summary>
internal sealed partial class DuckDbFactSql
{
    private static readonly QualifiedName Standing = Temp("standing");

    private IEnumerable<SqlStatement> WriteEntries()
    {
        Identifier entry = FactColumns.EntryNumber, reverses = FactColumns.ReversesEntry;
        SqlText touched = Rules.Sql($"EXISTS (SELECT 1 FROM {Resolved} AS src WHERE {SameKey("tgt", "src", _grain)})");
        SqlText retracted = Rules.Sql($"EXISTS (SELECT 1 FROM {Deletions} AS src WHERE {SameKey("tgt", "src", _grain)})");
        SqlText columns = Rules.Sql($"{Names(_plan.TargetColumns)}, {entry}, {reverses}, {_plan.LoadId}");
        SqlText differs = AnyTrue(_plan.BesideGrain.Select(name => Rules.Sql($"tgt.{name} IS DISTINCT FROM src.{name}")));
        yield return Statement("take-standing-entries", "The last entry of every grain that the batch touches.", Rules.Sql($"""
            CREATE TEMP TABLE standing AS
            SELECT {Columns("numbered", [.. _plan.TargetColumns, entry, reverses])}
            FROM (
                SELECT {Columns("tgt", [.. _plan.TargetColumns, entry, reverses])},
                       row_number() OVER (PARTITION BY {Inline("tgt", _grain)} ORDER BY tgt.{entry} DESC) AS from_last
                FROM {_table} AS tgt
                WHERE {SqlText.Join(" OR ", [touched, _plan.TakesDeletions ? retracted : SqlText.Empty])}
            ) AS numbered
            WHERE numbered.from_last = 1
            """));
        yield return Statement("insert-reversals", "Entries that take back what a correction replaces.", Rules.Sql($"""
            INSERT INTO {_table} ({columns})
            SELECT {Reversed},
                   tgt.{entry} + 1,
                   tgt.{entry},
                   $load_id
            FROM {Standing} AS tgt
            JOIN {Resolved} AS src ON {SameKey("tgt", "src", _grain)}
            WHERE tgt.{reverses} IS NULL
              AND ({differs})
            """)) with { Counter = Counters.Reversed, WritesTarget = true };
        yield return Statement("insert-corrections", "The corrected rows, behind their reversals.", Rules.Sql($"""
            INSERT INTO {_table} ({columns})
            SELECT {Columns("src", _plan.TargetColumns)},
                   tgt.{entry} + 2,
                   NULL,
                   $load_id
            FROM {Standing} AS tgt
            JOIN {Resolved} AS src ON {SameKey("tgt", "src", _grain)}
            WHERE tgt.{reverses} IS NULL
              AND ({differs})
            """)) with { Counter = Counters.Updated, WritesTarget = true };
        yield return Statement("insert-new-rows", "Rows of a grain that the table does not have, or had and took back.", Rules.Sql($"""
            INSERT INTO {_table} ({columns})
            SELECT {Columns("src", _plan.TargetColumns)},
                   coalesce(tgt.{entry}, 0) + 1,
                   NULL,
                   $load_id
            FROM {Resolved} AS src
            LEFT JOIN {Standing} AS tgt ON {SameKey("tgt", "src", _grain)}
            WHERE tgt.{entry} IS NULL
               OR tgt.{reverses} IS NOT NULL
            """)) with { Counter = Counters.Inserted, WritesTarget = true };
        if (_plan.TakesDeletions)
        {
            yield return Statement("insert-retractions", "Entries that take back what the source deleted.", Rules.Sql($"""
                INSERT INTO {_table} ({columns})
                SELECT {Reversed},
                       tgt.{entry} + 1,
                       tgt.{entry},
                       $load_id
                FROM {Standing} AS tgt
                JOIN {Deletions} AS src ON {SameKey("tgt", "src", _grain)}
                WHERE tgt.{reverses} IS NULL
                """)) with { Counter = Counters.Retracted, WritesTarget = true };
        }
    }

    private SqlText Reversed => Lines(_plan.TargetColumns.Select(name => _plan.Measures.Any(measure => measure.Column.Name == name) ? Rules.Sql($"-tgt.{name}") : Column("tgt", name)));
}
