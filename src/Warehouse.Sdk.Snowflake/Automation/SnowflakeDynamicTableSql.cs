using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;
using static Warehouse.Sdk.Snowflake.SnowflakeSql;

namespace Warehouse.Sdk.Snowflake;

/// <summary>Dynamic tables: queries whose results Snowflake keeps up to date.</summary>
internal static class SnowflakeDynamicTableSql
{
    public static SqlScript Create(AggregateFact aggregate, DynamicTableOptions options)
        => Create(aggregate, options, $"{aggregate.Source.Name} summed up. Grain: {aggregate.Grain}.", SnowflakeAggregateSql.Expected(aggregate));

    public static SqlScript Create(Dimension dimension, DynamicTableOptions options)
    {
        var plan = new HistoryViewPlan(dimension, [.. dimension.VersionSchema.Columns.Select(column => column.Name)]);
        return Create(dimension, options, plan.CurrentViewComment, SnowflakeHistorySql.Current(plan));
    }

    private static SqlScript Create(LoadTarget source, DynamicTableOptions options, string comment, SqlText query)
    {
        if (options.Name == source.Name || (source as Dimension)?.HistoryTable == options.Name || (source as Dimension)?.CurrentView == options.Name)
            throw new ArgumentException($"{options.Name} is a table or view of the model; a dynamic table needs a name of its own.", nameof(options));
        return new SqlScript($"dynamic table {options.Name}",
        [
            Statement("create-dynamic-table", "Kept by Snowflake as its query says.", Rules.Sql($"""
                CREATE DYNAMIC TABLE IF NOT EXISTS {options.Name}
                    TARGET_LAG = {Lag(options.TargetLag)}
                    WAREHOUSE = {options.Warehouse}
                    REFRESH_MODE = {new SqlText(options.Refresh switch { RefreshMode.Incremental => "INCREMENTAL", RefreshMode.Full => "FULL", _ => "AUTO" })}
                    COMMENT = {Constant(comment)}
                AS
                {query}
                """)),
        ]);
    }

    private static SqlText Lag(TimeSpan? lag)
    {
        if (lag is not { } time)
            return new SqlText("DOWNSTREAM");
        if (time < DynamicTableOptions.MinimumLag || time.Ticks % TimeSpan.TicksPerSecond != 0)
            throw new ArgumentException($"A dynamic table cannot be {time} behind; whole seconds from {DynamicTableOptions.MinimumLag.TotalSeconds:0} on are possible.");
        return Constant(time.Ticks % TimeSpan.TicksPerMinute == 0 ? FormattableString.Invariant($"{(long)time.TotalMinutes} minutes") : FormattableString.Invariant($"{(long)time.TotalSeconds} seconds"));
    }
}
