using Warehouse.Sdk.Sql;
using static Warehouse.Sdk.Postgres.PostgresSql;

namespace Warehouse.Sdk.Postgres;

/// <summary>How the resolved rows get into the table.</summary>
internal sealed partial class PostgresFactSql
{
    private const string Differences = "differences";

    private IEnumerable<SqlStatement> Upsert()
    {
        if (_plan.Kind == BatchKind.FullSnapshot)
        {
            foreach (SqlStatement statement in DeleteAbsentRows())
                yield return statement;
        }

        Identifier[] others = [.. _plan.TargetColumns.Except(_grain)];
        if (others.Length > 0)
        {
            yield return Statement("update-changed-rows", "Only rows in which something is really different.", Rules.Sql($"""
                UPDATE {_table} AS tgt
                SET {Lines(others.Select(name => Rules.Sql($"{name} = src.{name}")).Append(Rules.Sql($"{_plan.LoadId} = $load_id")))}
                FROM {Resolved} AS src
                WHERE {SameKey("tgt", "src", _grain)}
                  AND ({AnyTrue(others.Select(name => Rules.Sql($"tgt.{name} IS DISTINCT FROM src.{name}")))})
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

    /// <summary>The bound is read once, before anything is deleted, and days are taken whole.</summary>
    private IEnumerable<SqlStatement> FindWindow()
    {
        Identifier watermark = _plan.Growth.Watermark!.Name;
        bool isTime = _plan.Growth.Watermark.Type.Kind is ColumnKind.Date or ColumnKind.Timestamp;
        SqlText lowerBound = isTime
            ? Rules.Sql($"{Day(Rules.Sql($"max(tgt.{watermark})"))} - make_interval(secs => {(long)_plan.Growth.Overlap.TotalSeconds})")
            : Rules.Sql($"max(tgt.{watermark})");
        yield return Statement("read-lower-bound", "What is at the greatest watermark is loaded again, with the overlap before it.", Rules.Sql($"""
            SELECT {lowerBound} AS lower_bound
            FROM {_table} AS tgt
            """)) with { Kind = StatementKind.Bind };
        yield return Statement("read-upper-bound", "How far the target has come after this load.", Rules.Sql($"""
            SELECT max(watermark) AS upper_bound
            FROM (
                SELECT max(src.{watermark}) AS watermark FROM {Incoming} AS src
                UNION ALL
                SELECT max(tgt.{watermark}) FROM {_table} AS tgt
            ) AS bounds
            """)) with { Kind = StatementKind.Bind };
        if (!_plan.Growth.AllowLostWatermark)
        {
            SqlText atMaximum = isTime
                ? Rules.Sql($"{Day(Column("src", watermark))} = (SELECT {Day(Rules.Sql($"max(tgt.{watermark})"))} FROM {_table} AS tgt)")
                : Rules.Sql($"src.{watermark} = (SELECT max(tgt.{watermark}) FROM {_table} AS tgt)");
            yield return Statement("guard-lost-watermark", "the source no longer has anything at the greatest watermark, which would be deleted and not come back; give the load the whole source, or set allowLostWatermark", Rules.Sql($"""
                SELECT max(tgt.{watermark}) AS greatest_watermark
                FROM {_table} AS tgt
                HAVING count(*) > 0
                   AND NOT EXISTS (SELECT 1 FROM {Incoming} AS src WHERE {atMaximum})
                """)) with { Kind = StatementKind.Guard };
        }

        yield return Statement("count-below-watermark", "Older rows were loaded before; those that were not, or that left the reloaded days, are told.", Rules.Sql($"""
            SELECT count(*) AS below_watermark,
                   count(*) FILTER (WHERE NOT EXISTS (SELECT 1 FROM {_table} AS tgt WHERE {SameKey("tgt", "src", _grain)} AND tgt.{watermark} < {LowerBound})) AS missed_below_watermark
            FROM {Incoming} AS src
            WHERE src.{watermark} < {LowerBound}
            """)) with { Kind = StatementKind.Count };
        yield return Statement("leave-rows-below-watermark", "They take no further part.", Rules.Sql($"""
            DELETE FROM {Incoming} AS src
            WHERE src.{watermark} < {LowerBound}
            """));
    }

    private SqlText LowerBound => _plan.Growth.Watermark!.Type.Kind is ColumnKind.Date or ColumnKind.Timestamp
        ? new SqlText("CAST($lower_bound AS timestamp)")
        : new SqlText("CAST($lower_bound AS bigint)");

    // Cast first: of a date it would make an instant in the connection's zone.
    private static SqlText Day(SqlText time) => Rules.Sql($"date_trunc('day', CAST({time} AS timestamp))");

    private bool HasWindow => _plan.Strategy == FactStrategy.FromWatermark;

    private SqlText InWindow => HasWindow ? Rules.Sql($"WHERE tgt.{_plan.Growth.Watermark!.Name} >= {LowerBound}") : SqlText.Empty;

    // Apart from the window, so that the planner can join: behind an OR it would look through the batch for every row of the table.
    private SqlText MovedIntoWindow => Rules.Sql($"""
        WHERE tgt.{_plan.Growth.Watermark!.Name} < {LowerBound}
          AND EXISTS (SELECT 1 FROM {Resolved} AS src WHERE {SameKey("tgt", "src", _grain)})
        """);

    private SqlText OldRowsElsewhere => HasWindow
        ? Rules.Sql($"""
            UNION ALL
            SELECT {Columns("tgt", _plan.TargetColumns)}
            FROM {_table} AS tgt
            {MovedIntoWindow}
            """)
        : SqlText.Empty;

    private IEnumerable<SqlStatement> Replace() =>
    [
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
        Statement("insert-rows", "The reload.", Rules.Sql($"""
            INSERT INTO {_table} ({Names(_plan.TargetColumns)}, {_plan.LoadId})
            SELECT {Columns("src", _plan.TargetColumns)},
                   $load_id
            FROM {Resolved} AS src
            """)) with { Counter = Counters.Inserted, OnlyIf = Differences, WritesTarget = true },
    ];

    private IEnumerable<SqlStatement> DeleteMovedRows()
    {
        if (HasWindow)
        {
            yield return Statement("delete-moved-rows", "A row that moved to another day is reloaded there, so its old copy goes too.", Rules.Sql($"""
                DELETE FROM {_table} AS tgt
                {MovedIntoWindow}
                """)) with { Counter = Counters.Deleted, OnlyIf = Differences, WritesTarget = true };
        }
    }

    private IEnumerable<SqlStatement> Check() =>
    [
        Statement("check-grain", "rows of one grain would stand in the table more than once", Rules.Sql($"""
            SELECT {Columns("tgt", _grain)}
            FROM {_table} AS tgt
            JOIN {Resolved} AS src ON {SameKey("tgt", "src", _grain)}
            GROUP BY {Columns("tgt", _grain)}
            HAVING count(*) > 1
            LIMIT 20
            """)) with { Kind = StatementKind.Guard, OnlyIf = Counters.Inserted },
    ];
}
