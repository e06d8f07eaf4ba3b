using Warehouse.Sdk.Sql;
using static Warehouse.Sdk.Postgres.PostgresSql;

namespace Warehouse.Sdk.Postgres;

/// <summary>Keys of mini- and junk dimensions.</summary>
internal sealed partial class PostgresFactSql
{
    private IEnumerable<SqlStatement> InsertCombinations()
        => _plan.JunkDimensions.SelectMany(link => PostgresCombinationSql.Insert(link.Combination, _incoming, SqlText.Empty));

    private IEnumerable<SqlText> CombinationKeys =>
    [
        .. _plan.MiniDimensions.Select(link => Rules.Sql($"coalesce({Alias(link)}.{link.Profile.Key}, {DefaultMember.Unknown.Key}) AS {link.KeyColumn}")),
        .. _plan.JunkDimensions.Select(link => Rules.Sql($"coalesce({Alias(link)}.{link.Dimension.SurrogateKey}, {DefaultMember.Unknown.Key}) AS {link.KeyColumn}")),
    ];

    private IEnumerable<SqlText> CombinationLookups =>
    [
        .. _plan.MiniDimensions.Select(ProfileLookup),
        .. _plan.JunkDimensions.Select(link => PostgresCombinationSql.Lookup(link.Combination, Alias(link))),
    ];

    /// <summary>As members are looked up: the first combination from the beginning of time on, and in a gap the one before.</summary>
    private SqlText ProfileLookup(MiniDimensionLink link)
    {
        Dimension history = link.Profile.Assignment;
        ModelConventions names = history.Conventions;
        Identifier[] naturalKey = [.. history.NaturalKey.Select(column => column.Name)];
        SqlText sameKey = PostgresEquality.SameMember(link.Member.Dimension, name => Rules.Sql($"{Alias(link)}.{name}"), link.Member.Key.Select(source => Column("src", source.Name)));
        return Rules.Sql($"""
            LEFT JOIN (
                SELECT {Names(naturalKey)}, {link.Profile.Key}, met_from, lead(met_from) OVER (PARTITION BY {Names(naturalKey)} ORDER BY met_from, {names.Version}) AS met_until
                FROM (
                    SELECT {Inline("member", [.. naturalKey, link.Profile.Key, names.Version])}, CASE WHEN member.{names.Version} = 1 THEN timestamp '-infinity' ELSE CAST(member.{names.ValidFrom} AS timestamp) END AS met_from
                    FROM {history.Name} AS member
                    WHERE EXISTS (SELECT 1 FROM {_incoming} AS src WHERE {SameMember(link.Member)})
                ) AS version
            ) AS {Alias(link)} ON {sameKey} AND CAST(src.{link.Member.AsOf!.Name} AS timestamp) >= {Alias(link)}.met_from AND ({Alias(link)}.met_until IS NULL OR CAST(src.{link.Member.AsOf.Name} AS timestamp) < {Alias(link)}.met_until)
            """);
    }

    private static Identifier Alias(MiniDimensionLink link) => $"{link.KeyColumn.Value}_then";

    private static Identifier Alias(JunkDimensionLink link) => $"{link.KeyColumn.Value}_of_row";
}
