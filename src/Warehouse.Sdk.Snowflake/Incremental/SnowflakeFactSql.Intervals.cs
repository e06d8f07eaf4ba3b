using Warehouse.Sdk.Sql;
using static Warehouse.Sdk.Snowflake.SnowflakeSql;

namespace Warehouse.Sdk.Snowflake;

/// <summary>What the ledger notes about the stretches that were loaded.</summary>
internal sealed partial class SnowflakeFactSql
{
    private IEnumerable<SqlStatement> RecordInterval()
    {
        if (_plan.Growth.Watermark is not { } watermark)
            yield break;
        SqlText spans = _plan.HasWholeInterval
            ? Rules.Sql($"SELECT {CoveredFrom} AS covered_from, {CoveredUntil} AS covered_until")
            : _plan.CoversPartitions
                ? Rules.Sql($"""
                    SELECT partition_value AS covered_from,
                           partition_value + INTERVAL '1 {PartitionUnit}' AS covered_until
                    FROM {Partitions}
                    """)
                : Rules.Sql($"""
                    SELECT {CoveredFrom} AS covered_from,
                           {CoveredUntil} AS covered_until
                    FROM {Staged} AS src
                    {WhereAll(Rules.Sql($"src.{watermark.Name} IS NOT NULL"), IsBelievable("src"), InScope("src"), InInterval("src"))}
                    """);
        yield return Statement("record-interval", "The stretch that was loaded; holes between such stretches can be found and filled.", Rules.Sql($"""
            INSERT INTO {SnowflakeLedgerSql.LoadIntervals(_plan.Target.Conventions)} (load_id, target, column_name, lower_bound, upper_bound, is_backfill)
            SELECT $load_id,
                   $target,
                   $watermark_name,
                   {BoundText("covered.covered_from")},
                   {BoundText("covered.covered_until")},
                   {new SqlText(_plan.IsBackfill ? "TRUE" : "FALSE")}
            FROM (
                {spans}
            ) AS covered
            WHERE covered.covered_from < covered.covered_until
            """));
    }

    // Days are taken whole, so a stretch that nobody declared ends with its day.
    private SqlText CoveredFrom
    {
        get
        {
            if (_plan.HasLowerLimit)
                return Bound("interval_from");
            SqlText least = Rules.Sql($"CAST(min(src.{_plan.Growth.Watermark!.Name}) AS {BoundType})");
            SqlText begin = _plan.Growth.IsTime ? Rules.Sql($"date_trunc('day', {least})") : least;
            return _plan.IsReload ? Rules.Sql($"coalesce({Bound("lower_bound")}, {begin})") : begin;
        }
    }

    private SqlText CoveredUntil
    {
        get
        {
            if (_plan.HasUpperLimit)
                return Bound("interval_to");
            SqlText most = Rules.Sql($"CAST(max(src.{_plan.Growth.Watermark!.Name}) AS {BoundType})");
            return _plan.Growth.IsTime ? Rules.Sql($"date_trunc('day', {most}) + INTERVAL '1 day'") : Rules.Sql($"{most} + 1");
        }
    }

    private SqlText BoundText(string value) => _plan.Growth.IsTime
        ? Rules.Sql($"to_varchar({new SqlText(value)}, 'YYYY-MM-DD\"T\"HH24:MI:SS.FF6')")
        : Rules.Sql($"CAST({new SqlText(value)} AS VARCHAR)");
}
