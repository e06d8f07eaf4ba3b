using Warehouse.Sdk.Sql;
using static Warehouse.Sdk.Snowflake.SnowflakeSql;

namespace Warehouse.Sdk.Snowflake;

/// <summary>The table of one row per member beside a separate history. It says nothing of its own: each row is the member's last version.</summary>
internal static class SnowflakeMemberTableSql
{
    /// <summary>Brings the rows of some members to their last versions; without a limit those of all.</summary>
    /// <param name="dimension">The dimension.</param>
    /// <param name="ofMembers">Joins <c>version</c> to the members meant; empty means all.</param>
    public static SqlStatement Align(Dimension dimension, SqlText ofMembers)
    {
        Identifier durableKey = dimension.DurableKey!.Value;
        Identifier[] columns = [.. dimension.Schema.Columns.Select(column => column.Name)];
        Identifier[] others = [.. columns.Where(name => name != durableKey)];
        return Statement("align-members", "The table of members says what each member's last version says.", Rules.Sql($"""
            MERGE INTO {dimension.Name} AS tgt
            USING (
                SELECT {Columns("version", columns)}
                FROM {dimension.HistoryTable} AS version
                {ofMembers}
                WHERE version.{dimension.SurrogateKey} > 0
                QUALIFY row_number() OVER (PARTITION BY version.{durableKey} ORDER BY version.{dimension.Conventions.Version} DESC) = 1
            ) AS src
            ON tgt.{durableKey} = src.{durableKey}
            WHEN MATCHED AND ({AnyTrue(others.Select(name => Rules.Sql($"tgt.{name} IS DISTINCT FROM src.{name}")))}) THEN UPDATE
                SET {Lines(others.Select(name => Rules.Sql($"{name} = src.{name}")))}
            WHEN NOT MATCHED THEN INSERT ({Names(columns)})
                VALUES ({Inline("src", columns)})
            """)) with { WritesTarget = true };
    }

    /// <summary>For a load of facts: the placeholders that it made, as they stand now.</summary>
    public static SqlStatement AddPlaceholders(Dimension dimension)
    {
        Identifier[] key = [.. dimension.NaturalKey.Select(column => column.Name)];
        return Align(dimension, Rules.Sql($"""
            JOIN (
                SELECT {Columns("inferred", key)}
                FROM {dimension.HistoryTable} AS inferred
                WHERE inferred.{dimension.Conventions.IsInferred}
                  AND inferred.{dimension.Conventions.LoadId} = $load_id
            ) AS inferred ON {SameKey("inferred", "version", dimension)}
            """)) with
        { OnlyIf = Counters.Inferred };
    }
}
