using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;
using static Warehouse.Sdk.Snowflake.SnowflakeSql;

namespace Warehouse.Sdk.Snowflake;

/// <summary>Which part of the table a batch replaces.</summary>
internal sealed partial class SnowflakeFactSql
{
    private static readonly QualifiedName Partitions = Temp("partitions");

    /// <summary>The bound is read once, before anything is deleted, and days are taken whole.</summary>
    private IEnumerable<SqlStatement> FindWatermark()
    {
        if (_plan.Growth.Watermark is null || (_plan.IsBackfill && _plan.Strategy != FactStrategy.FromWatermark))
            yield break;
        yield return ReadLowerBound();
        if (_plan.IsBackfill)
        {
            SqlText behind = _plan.Growth.IsTime ? Rules.Sql($"date_trunc('day', {Bound("reached")}) + INTERVAL '1 day'") : Rules.Sql($"{Bound("reached")} + 1");
            yield return Statement("guard-backfill", "the stretch reaches beyond the watermark, up to where everything is loaded; a backfill fills what lies before it, and LoadAsync goes on from it", Rules.Sql($"""
                SELECT {Bound("reached")} AS watermark
                WHERE coalesce({Bound("interval_to")} > {behind}, TRUE)
                """)) with { Kind = StatementKind.Guard };
            yield break;
        }

        yield return Statement("read-upper-bound", "How far the source has come: rows that are rejected later were read all the same.", Rules.Sql($"""
            SELECT CAST(max(watermark) AS {Type(_plan.Growth.Watermark.Type)}) AS upper_bound
            FROM (
                SELECT max(src.{_plan.Growth.Watermark.Name}) AS watermark
                FROM {Staged} AS src
                {WhereAll(IsBelievable("src"), InScope("src"), InInterval("src"))}
                UNION ALL
                SELECT {Bound("reached")}
            ) AS bounds
            """)) with { Kind = StatementKind.Bind };
        if (!_plan.IsReload)
            yield break;
        foreach (SqlStatement statement in LeaveOlderRows())
            yield return statement;
    }

    private SqlStatement ReadLowerBound()
    {
        Identifier watermark = _plan.Growth.Watermark!.Name;
        SqlText lowerBound = _plan.Growth.IsTime
            ? Rules.Sql($"dateadd(second, {-(long)_plan.Growth.Overlap.TotalSeconds}, date_trunc('day', known.reached))")
            : Rules.Sql($"known.reached - {_plan.Growth.NumberOverlap}");
        SqlText believable = _plan.Growth.MaxFuture is null ? SqlText.Empty : Rules.Sql($"CAST(value AS {BoundType}) <= {LatestWatermark}");
        return Statement("read-lower-bound", "What is at the watermark is loaded again, with the overlap before it; an empty table takes everything.", Rules.Sql($"""
            SELECT known.reached,
                   {lowerBound} AS lower_bound
            FROM (
                SELECT CASE WHEN EXISTS (SELECT 1 FROM {_table} AS tgt {WhereAll(InScope("tgt"))}) THEN coalesce(
                           (SELECT CAST(value AS {BoundType}) FROM {SnowflakeLedgerSql.Watermarks(_plan.Target.Conventions)} {WhereAll(new SqlText("target = $target"), new SqlText("column_name = $watermark_name"), believable)}),
                           (SELECT CAST(max(tgt.{watermark}) AS {BoundType}) FROM {_table} AS tgt {WhereAll(IsBelievable("tgt"), InScope("tgt"))})
                       ) END AS reached
            ) AS known
            """)) with { Kind = StatementKind.Bind };
    }

    private IEnumerable<SqlStatement> LeaveOlderRows()
    {
        Identifier watermark = _plan.Growth.Watermark!.Name;
        if (!_plan.Growth.AllowLostWatermark)
        {
            SqlText atMaximum = _plan.Growth.IsTime
                ? Rules.Sql($"date_trunc('day', CAST(src.{watermark} AS TIMESTAMP_NTZ(6))) = date_trunc('day', {Bound("reached")})")
                : Rules.Sql($"src.{watermark} = {Bound("reached")}");
            yield return Statement("guard-lost-watermark", "the source no longer has anything at the greatest watermark, which would be deleted and not come back; give the load the whole source, or set allowLostWatermark", Rules.Sql($"""
                SELECT {Bound("reached")} AS greatest_watermark
                WHERE {Bound("reached")} IS NOT NULL
                  AND NOT EXISTS (SELECT 1 FROM {Staged} AS src {WhereAll(atMaximum, InScope("src"))})
                """)) with { Kind = StatementKind.Guard };
        }

        yield return Statement("count-below-watermark", "Older rows were loaded before; those that were not, or that left the reloaded days, are told.", Rules.Sql($"""
            SELECT count(*) AS below_watermark,
                   count_if(stored.is_stored IS NULL) AS missed_below_watermark
            FROM {_incoming} AS src
            LEFT JOIN (
                SELECT DISTINCT {Inline("tgt", _grain)}, TRUE AS is_stored
                FROM {_table} AS tgt
                WHERE tgt.{watermark} < {Bound("lower_bound")}
            ) AS stored ON {SameKey("stored", "src", _grain)}
            WHERE src.{watermark} < {Bound("lower_bound")}
            """)) with { Kind = StatementKind.Count };
        yield return Statement("leave-rows-below-watermark", "They take no further part.", Rules.Sql($"""
            DELETE FROM {_incoming}
            USING (
                SELECT src.{StagePlan.SourceLine}
                FROM {_incoming} AS src
                WHERE src.{watermark} < {Bound("lower_bound")}
            ) AS gone
            WHERE {_incoming}.{StagePlan.SourceLine} = gone.{StagePlan.SourceLine}
            """));
    }

    private IEnumerable<SqlStatement> FindPartitions()
    {
        if (!_plan.ReplacesPartitions)
            yield break;
        IEnumerable<SqlText> parts = _plan.Growth.IsByLine
            ? [new SqlText("SELECT CAST($source_batch AS VARCHAR) AS partition_value")]
            : [
                Rules.Sql($"""
                    SELECT {PartitionOf(Column("src", _plan.Growth.Partition!.Name))} AS partition_value
                    FROM {_incoming} AS src
                    """),
                .. Enumerable.Range(1, _plan.Options.EmptyPartitions.Count).Select(number => Rules.Sql($"SELECT {PartitionOf(Rules.Sql($"CAST({new SqlText(FormattableString.Invariant($"$partition_{number}"))} AS {Type(_plan.Growth.Partition.Type)})"))}")),
            ];
        yield return Statement("find-partitions", "The partitions that are replaced: those of the batch, and those named as empty.", Rules.Sql($"""
            CREATE OR REPLACE TEMPORARY TABLE {WorkSchema}.{new Identifier("partitions")} AS
            SELECT DISTINCT partition_value
            FROM (
                {SqlText.Join("\nUNION ALL\n", parts)}
            ) AS named
            """));
        if (_plan.Growth.PartitionBy == PartitionBy.Value)
            yield break;
        yield return Statement("read-partition-bounds", "Nothing outside them is looked at.", Rules.Sql($"""
            SELECT min(partition_value) AS partitions_from,
                   max(partition_value) + INTERVAL '1 {PartitionUnit}' AS partitions_until
            FROM {Partitions}
            """)) with { Kind = StatementKind.Bind };
    }

    private SqlText PartitionUnit => new(_plan.Growth.PartitionBy.ToString().ToUpperInvariant());

    private SqlText PartitionOf(SqlText value) => _plan.Growth.PartitionBy == PartitionBy.Value
        ? value
        : Rules.Sql($"date_trunc({Constant(_plan.Growth.PartitionBy.ToString().ToLowerInvariant())}, CAST({value} AS TIMESTAMP_NTZ(6)))");

    private SqlText InPartitions(string alias)
    {
        SqlText column = Column(alias, _plan.Growth.Partition!.Name);
        SqlText among = Rules.Sql($"{PartitionOf(column)} IN (SELECT partition_value FROM {Partitions})");
        return _plan.Growth.PartitionBy == PartitionBy.Value
            ? among
            : Rules.Sql($"{column} >= CAST($partitions_from AS TIMESTAMP_NTZ(6)) AND {column} < CAST($partitions_until AS TIMESTAMP_NTZ(6)) AND {among}");
    }

    private SqlText WindowCondition(string alias) => _plan.Strategy switch
    {
        FactStrategy.FromWatermark when _plan.IsBackfill => InInterval(alias),
        FactStrategy.FromWatermark => SqlText.Join(" AND ", [Rules.Sql($"{Column(alias, _plan.Growth.Watermark!.Name)} >= {Bound("lower_bound")}"), InInterval(alias)]),
        FactStrategy.ReplacePartition => SqlText.Join(" AND ", [InPartitions(alias), InInterval(alias)]),
        _ => SqlText.Empty,
    };

    private SqlText InWindow(string alias) => WhereAll(WindowCondition(alias), InScope(alias));

    // A row without a watermark or a partition is in no window. Apart from it, so that the planner can join: behind an OR it would look through the batch for every row of the table.
    private SqlText MovedIntoWindow(string alias) => WhereAll(
        Rules.Sql($"coalesce({WindowCondition(alias)}, FALSE) = FALSE"),
        InScope(alias),
        Rules.Sql($"EXISTS (SELECT 1 FROM {Resolved} AS src WHERE {SameKey(alias, "src", _grain)})"));
}
