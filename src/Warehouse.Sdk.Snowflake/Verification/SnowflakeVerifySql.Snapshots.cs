using Warehouse.Sdk.Sql;
using static Warehouse.Sdk.Snowflake.SnowflakeSql;

namespace Warehouse.Sdk.Snowflake;

/// <summary>What holds for accumulating and periodic snapshots.</summary>
internal sealed partial class SnowflakeVerifySql
{
    private IEnumerable<SqlStatement> RulesOfKind(Fact fact, SqlText row) => fact.Definition switch
    {
        { Accumulating: { } process } => RulesOfProcess(fact, process, row),
        { Periodic: { } snapshot } => RulesOfPeriods(snapshot, row),
        _ => [],
    };

    private IEnumerable<SqlStatement> RulesOfProcess(Fact fact, AccumulatingDefinition process, SqlText row)
    {
        DateLink[] days = [.. process.Milestones.Select(milestone => fact.Dates.First(date => date.Role == milestone.Role && date.Source == milestone.At))];
        (Identifier, SqlText)[] keys = [.. days.Select((date, number) => (date.KeyColumn, IsOtherDay(date, Alias(number))))];
        yield return Rule("milestone-keys", "keys of milestones differ from their times", Rules.Sql($"""
            SELECT {row} AS member,
                   '' AS keys,
                   {NamesWhere(keys)} || ' does not say what its time says' AS detail
            FROM {_table} AS fact
            {SqlText.Join("\n", days.Select((date, number) => DayOf(date, Alias(number))))}
            WHERE {AnyTrue(keys.Select(key => key.Item2))}
            """));
        if (process.Lags.Count > 0)
        {
            (Identifier, SqlText)[] lags = [.. process.Lags.Select(lag => (lag.Column.Name, Rules.Sql($"fact.{lag.Column.Name} IS DISTINCT FROM {SnowflakeFactSql.Lag(lag, "fact")}")))];
            yield return Rule("lags", "lags differ from the times they lie between", Rules.Sql($"""
                SELECT {row} AS member,
                       '' AS keys,
                       {NamesWhere(lags)} || ' is not the time between its milestones' AS detail
                FROM {_table} AS fact
                WHERE {AnyTrue(lags.Select(lag => lag.Item2))}
                """));
        }

        if (fact.Events is { } events)
            yield return ToldValues(fact, process, row, events.Name);
    }

    private static Identifier Alias(int number) => FormattableString.Invariant($"day_{number + 1}");

    // Joined, because Snowflake takes no correlated subquery for a value. One row for a day, whatever the dimension has.
    private static SqlText DayOf(DateLink date, Identifier alias) => Rules.Sql($"""
        LEFT JOIN (
            SELECT day.{date.Dimension.Date} AS on_day,
                   max(day.{date.Dimension.Key}) AS day_key
            FROM {date.Dimension.Name} AS day
            WHERE day.{date.Dimension.Date} IS NOT NULL
            GROUP BY day.{date.Dimension.Date}
        ) AS {alias} ON {alias}.on_day = CAST(fact.{date.Source.Name} AS DATE)
        """);

    private static SqlText IsOtherDay(DateLink date, Identifier alias) => Rules.Sql($"""
        CASE WHEN fact.{date.Source.Name} IS NULL THEN fact.{date.KeyColumn} <> {date.WhenNull.Key}
             ELSE fact.{date.KeyColumn} <> coalesce({alias}.day_key, {Sdk.DefaultMember.Unknown.Key})
        END
        """);

    private SqlStatement ToldValues(Fact fact, AccumulatingDefinition process, SqlText row, QualifiedName events)
    {
        Identifier[] grain = [.. fact.GrainColumns.Select(column => column.Name)];
        Identifier[] values = [.. fact.Definition.Degenerates.Concat(fact.Measures.Select(measure => measure.Column)).Select(column => column.Name).Except(grain)];
        (Identifier, SqlText)[] others = [.. values.Select(name => (name, Rules.Sql($"fact.{name} IS DISTINCT FROM told.{name}")))];
        return Rule("told-values", "rows differ from what their events say together", Rules.Sql($"""
            SELECT {row} AS member,
                   '' AS keys,
                   {NamesWhere(others)} || ' is not what was told last' AS detail
            FROM {_table} AS fact
            LEFT JOIN (
                SELECT {Columns("src", grain)},
                       {Lines(values.Select(name => SnowflakeFactSql.LastTold(process, name)))}
                FROM {events} AS src
                GROUP BY {Columns("src", grain)}
            ) AS told ON {SameKey("told", "fact", grain)}
            WHERE {AnyTrue(others.Select(other => other.Item2))}
            """));
    }

    private IEnumerable<SqlStatement> RulesOfPeriods(PeriodicDefinition snapshot, SqlText row)
    {
        SqlText entity = Rules.Sql($"(PARTITION BY {Inline("tgt", snapshot.EntityNames)} ORDER BY tgt.{snapshot.Day.Name})");
        if (snapshot.Balance is { } balance)
        {
            SqlText isActive = snapshot.IsDense ? Column("tgt", PeriodicDefinition.HasActivity) : new SqlText("TRUE");
            SqlText opening = balance.Opening is { } told
                ? Rules.Sql($"+ CASE WHEN {isActive} AND count_if({isActive}) OVER {entity} = 1 THEN coalesce(tgt.{told.Column.Name}, 0) ELSE 0 END")
                : SqlText.Empty;
            yield return Rule("running-balance", "balances are not the ones before and the net of the period", Rules.Sql($"""
                SELECT {row} AS member,
                       '' AS keys,
                       {Constant($"{balance.Column.Name} does not follow from the period before")} AS detail
                FROM (
                    SELECT tgt.*,
                           coalesce(lag(tgt.{balance.Column.Name}) OVER {entity}, 0) + coalesce(tgt.{balance.Net.Column.Name}, 0)
                           {opening} AS balance_due
                    FROM {_table} AS tgt
                ) AS fact
                WHERE fact.{balance.Column.Name} IS DISTINCT FROM fact.balance_due
                """));
        }

        if (snapshot is { IsDense: true, AliveIn: null })
        {
            yield return Rule("dense-periods", "an entity lacks periods between its first one and the last one of the table", Rules.Sql($"""
                SELECT {row} AS member,
                       '' AS keys,
                       'the period after it is missing' AS detail
                FROM (
                    SELECT tgt.*,
                           lead(tgt.{snapshot.Day.Name}) OVER {entity} AS next_period,
                           max(tgt.{snapshot.Day.Name}) OVER () AS last_period
                    FROM {_table} AS tgt
                ) AS fact
                WHERE fact.{snapshot.Day.Name} < fact.last_period
                  AND fact.next_period IS DISTINCT FROM {SnowflakePeriodSql.End(snapshot, Rules.Sql($"fact.{snapshot.Day.Name} + 1"))}
                """));
        }

        if (snapshot.Source is { } source)
        {
            yield return Rule("source-periods", "periods are of other rows than their source fact has now", Rules.Sql($"""
                SELECT 'period ' || CAST(changed.period_end AS VARCHAR) AS member,
                       '' AS keys,
                       {Constant($"{source.Name} has changed since; load the snapshot from Source.Derived")} AS detail
                FROM (
                    {SnowflakePeriodSql.Changed(_plan.Target, snapshot)}
                ) AS changed
                """));
        }
    }
}
