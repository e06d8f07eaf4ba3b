using Warehouse.Sdk.Sql;
using static Warehouse.Sdk.Snowflake.SnowflakeSql;

namespace Warehouse.Sdk.Snowflake;

/// <summary>When a stored version is true, whatever the table's style.</summary>
internal static class SnowflakeIntervalSql
{
    /// <summary>The end as a half-open instant; NULL of an open version.</summary>
    public static SqlText End(string alias, ModelConventions names) => End(Column(alias, names.ValidTo), names);

    public static SqlText End(SqlText stored, ModelConventions names)
    {
        bool isByDay = names.Intervals == IntervalStyle.ClosedByDay;
        if (names.OpenEnd == OpenEnd.FarFuture)
            stored = Rules.Sql($"nullif({stored}, {new SqlText(isByDay ? "DATE" : "TIMESTAMP")} '9999-12-31')");
        return isByDay ? Rules.Sql($"CAST({stored} + INTERVAL '1 day' AS DATE)") : stored;
    }

    /// <summary>A half-open end as the table's style stores it.</summary>
    public static SqlText Write(SqlText end, ModelConventions names)
    {
        bool isByDay = names.Intervals == IntervalStyle.ClosedByDay;
        SqlText stored = isByDay ? Rules.Sql($"CAST({end} - INTERVAL '1 day' AS DATE)") : end;
        return names.OpenEnd == OpenEnd.FarFuture ? Rules.Sql($"coalesce({stored}, {new SqlText(isByDay ? "DATE" : "TIMESTAMP")} '9999-12-31')") : stored;
    }

    /// <summary>A version that says that its member is gone is none of these.</summary>
    public static SqlText AndIsLive(string alias, Dimension dimension)
        => dimension.Definition.TracksDeletion ? Rules.Sql($"AND NOT {Column(alias, dimension.Conventions.IsDeleted)}") : SqlText.Empty;
}
