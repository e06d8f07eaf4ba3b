using Warehouse.Sdk.Sql;
using static Warehouse.Sdk.Postgres.PostgresSql;

namespace Warehouse.Sdk.Postgres;

/// <summary>How the resolved rows get into the table.</summary>
internal sealed partial class PostgresFactSql
{
    private const string Differences = "differences";
    private const string RowsTooMany = "rows_too_many";

    private IEnumerable<SqlStatement> Upsert()
    {
        if (_plan.Kind == BatchKind.FullSnapshot)
        {
            foreach (SqlStatement statement in DeleteAbsentRows())
                yield return statement;
        }

        if (_plan.BesideGrain.Count > 0)
        {
            yield return Statement("update-changed-rows", "Only rows in which something is really different.", Rules.Sql($"""
                UPDATE {_table} AS tgt
                SET {Lines(_plan.BesideGrain.Select(name => Rules.Sql($"{name} = src.{name}")).Append(Rules.Sql($"{_plan.LoadId} = $load_id")))}
                FROM {Resolved} AS src
                WHERE {SameKey("tgt", "src", _grain)}
                  AND ({AnyTrue(_plan.BesideGrain.Select(name => Rules.Sql($"tgt.{name} IS DISTINCT FROM src.{name}")))})
                """)) with { Counter = Counters.Updated, WritesTarget = true };
        }

        yield return Statement("insert-new-rows", "Rows of a grain that the table does not have.", Rules.Sql($"""
            INSERT INTO {_table} ({Names(_plan.TargetColumns)}, {_plan.LoadId})
            SELECT {Columns("src", _plan.TargetColumns)},
                   $load_id
            FROM {Resolved} AS src
            WHERE NOT EXISTS (SELECT 1 FROM {_table} AS tgt WHERE {SameKey("tgt", "src", _grain)})
            """)) with { Counter = Counters.Inserted, WritesTarget = true };
    }

    private IEnumerable<SqlStatement> DeleteAbsentRows() =>
    [
        Statement("guard-rejected-rows", "rows of a full snapshot were rejected, so nobody can tell which rows are really absent; correct them, or load the batch as a delta", Rules.Sql($"""
            SELECT count(*) AS rejected_rows
            FROM {PostgresLedgerSql.Rejects(_plan.Target.Conventions)}
            WHERE load_id = $load_id
            HAVING count(*) > 0
            """)) with { Kind = StatementKind.Guard },
        Statement("guard-empty-snapshot", "the full snapshot is empty; load it as a delta if nothing is meant", Rules.Sql($"""
            SELECT count(*) AS stored_rows
            FROM {_table}
            WHERE NOT EXISTS (SELECT 1 FROM {Resolved})
            HAVING count(*) > 0
            """)) with { Kind = StatementKind.Guard },
        Statement("delete-absent-rows", "Rows that the snapshot no longer holds.", Rules.Sql($"""
            DELETE FROM {_table} AS tgt
            WHERE NOT EXISTS (SELECT 1 FROM {Resolved} AS src WHERE {SameKey("tgt", "src", _grain)})
            """)) with { Counter = Counters.Deleted, WritesTarget = true },
    ];

    private IEnumerable<SqlStatement> Replace() =>
    [
        .. GuardEmptySource(),
        Statement("find-differences", "A reload that would change nothing writes nothing.", Rules.Sql($"""
            WITH old_rows AS (
                SELECT {Columns("tgt", _plan.TargetColumns)}
                FROM {_table} AS tgt
                {InWindow}
                {OldRowsElsewhere}
            ),
            new_rows AS (
                SELECT {Columns("src", _plan.TargetColumns)}
                FROM {Resolved} AS src
            )
            SELECT (SELECT count(*) FROM (SELECT * FROM new_rows EXCEPT ALL SELECT * FROM old_rows) AS added)
                 + (SELECT count(*) FROM (SELECT * FROM old_rows EXCEPT ALL SELECT * FROM new_rows) AS gone) AS differences
            """)) with { Kind = StatementKind.Count },
        Statement("delete-old-rows", "Makes room for the reload.", Rules.Sql($"""
            DELETE FROM {_table} AS tgt
            {InWindow}
            """)) with { Counter = Counters.Deleted, OnlyIf = Differences, WritesTarget = true },
        .. DeleteMovedRows(),
        InsertAll(Counters.Inserted, Differences),
    ];

    private IEnumerable<SqlStatement> GuardEmptySource()
    {
        if (!_plan.GuardsEmptySource)
            yield break;
        yield return Statement("guard-empty-source", "the source has no rows, and the rows it would replace would be gone; a source that failed looks just the same. Set LoadOptions.AllowEmpty if it is meant", Rules.Sql($"""
            SELECT count(*) AS stored_rows
            FROM {_table} AS tgt
            {WhereAll(WindowCondition, InScope("tgt"), Rules.Sql($"NOT EXISTS (SELECT 1 FROM {Resolved})"))}
            HAVING count(*) > 0
            """)) with { Kind = StatementKind.Guard };
    }

    private SqlText OldRowsElsewhere => _plan.HasWindow
        ? Rules.Sql($"""
            UNION ALL
            SELECT {Columns("tgt", _plan.TargetColumns)}
            FROM {_table} AS tgt
            {MovedIntoWindow}
            """)
        : SqlText.Empty;

    private IEnumerable<SqlStatement> DeleteMovedRows()
    {
        if (_plan.HasWindow)
        {
            yield return Statement("delete-moved-rows", "A row that moved here from elsewhere in the table is reloaded here, so its old copy goes too.", Rules.Sql($"""
                DELETE FROM {_table} AS tgt
                {MovedIntoWindow}
                """)) with { Counter = Counters.Deleted, OnlyIf = Differences, WritesTarget = true };
        }
    }

    private SqlStatement InsertAll(string counter, string? onlyIf)
        => Statement("insert-rows", onlyIf is null ? "The rows that are new." : "The reload.", Rules.Sql($"""
            INSERT INTO {_table} ({Names(_plan.TargetColumns)}, {_plan.LoadId})
            SELECT {Columns("src", _plan.TargetColumns)},
                   $load_id
            FROM {Resolved} AS src
            """)) with { Counter = counter, OnlyIf = onlyIf, WritesTarget = true };

    private IEnumerable<SqlStatement> Check()
    {
        string asked = Counters.Inserted;
        // Counting is cheap; grains are put together only when there is something to name.
        if (!_plan.Reverses)
        {
            asked = RowsTooMany;
            yield return Statement("count-rows-too-many", "Each row of the batch stands in the table once.", Rules.Sql($"""
                SELECT (SELECT count(*) FROM {_table} AS tgt WHERE EXISTS (SELECT 1 FROM {Resolved} AS src WHERE {SameKey("tgt", "src", _grain)}))
                     - (SELECT count(*) FROM {Resolved}) AS rows_too_many
                """)) with { Kind = StatementKind.Count, OnlyIf = Counters.Inserted };
        }

        yield return Statement("check-grain", "rows of one grain would stand in the table more than once", Rules.Sql($"""
            SELECT {Columns("tgt", _grain)}
            FROM {_table} AS tgt
            JOIN {Resolved} AS src ON {SameKey("tgt", "src", _grain)}
            GROUP BY {Columns("tgt", _plan.Reverses ? [.. _grain, FactColumns.EntryNumber] : _grain)}
            HAVING count(*) > 1
            LIMIT 20
            """)) with { Kind = StatementKind.Guard, OnlyIf = asked };
    }
}
