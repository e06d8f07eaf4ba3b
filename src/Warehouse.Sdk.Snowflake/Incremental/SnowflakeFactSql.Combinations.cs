using Warehouse.Sdk.Sql;
using static Warehouse.Sdk.Snowflake.SnowflakeSql;

namespace Warehouse.Sdk.Snowflake;

/// <summary>Keys of mini- and junk dimensions.</summary>
internal sealed partial class SnowflakeFactSql
{
    private IEnumerable<SqlStatement> InsertCombinations()
        => _plan.JunkDimensions.SelectMany(link => SnowflakeCombinationSql.Insert(link.Combination, _incoming, SqlText.Empty));

    private IEnumerable<SqlText> CombinationKeys =>
    [
        .. _plan.MiniDimensions.Select(link => Rules.Sql($"coalesce({Alias(link)}.{link.Profile.Key}, {DefaultMember.Unknown.Key}) AS {link.KeyColumn}")),
        .. _plan.JunkDimensions.Select(link => Rules.Sql($"coalesce({Alias(link)}.{link.Dimension.SurrogateKey}, {DefaultMember.Unknown.Key}) AS {link.KeyColumn}")),
    ];

    private IEnumerable<SqlText> CombinationLookups =>
    [
        .. _plan.MiniDimensions.Select(ProfileLookup),
        .. _plan.JunkDimensions.Select(link => SnowflakeCombinationSql.Lookup(link.Combination, Alias(link))),
    ];

    /// <summary>As members are looked up: the first combination from the beginning of time on, and in a gap the one before.</summary>
    private static SqlText ProfileLookup(MiniDimensionLink link)
    {
        Dimension history = link.Profile.Assignment;
        ModelConventions names = history.Conventions;
        Identifier[] naturalKey = [.. history.NaturalKey.Select(column => column.Name)];
        SqlText sameKey = SnowflakeEquality.SameMember(link.Member.Dimension, name => Rules.Sql($"{Alias(link)}.{name}"), link.Member.Key.Select(source => Column("src", source.Name)));
        return Rules.Sql($"""
            LEFT JOIN (
                SELECT {Names(naturalKey)},
                       {link.Profile.Key},
                       CASE WHEN {names.Version} = 1 THEN TIMESTAMP '0001-01-01' ELSE CAST({names.ValidFrom} AS TIMESTAMP_NTZ(6)) END AS met_from,
                       lead(CAST({names.ValidFrom} AS TIMESTAMP_NTZ(6))) OVER (PARTITION BY {Names(naturalKey)} ORDER BY {names.ValidFrom}, {names.Version}) AS met_until
                FROM {history.Name}
            ) AS {Alias(link)} ON {sameKey}
                AND CAST(src.{link.Member.AsOf!.Name} AS TIMESTAMP_NTZ(6)) >= {Alias(link)}.met_from
                AND ({Alias(link)}.met_until IS NULL OR CAST(src.{link.Member.AsOf!.Name} AS TIMESTAMP_NTZ(6)) < {Alias(link)}.met_until)
            """);
    }

    private static Identifier Alias(MiniDimensionLink link) => $"{link.KeyColumn.Value}_then";

    private static Identifier Alias(JunkDimensionLink link) => $"{link.KeyColumn.Value}_of_row";
}
