using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;
using static Warehouse.Sdk.Snowflake.SnowflakeSql;

namespace Warehouse.Sdk.Snowflake;

/// <summary>Gives a member another natural key.</summary>
internal static class SnowflakeRekeySql
{
    public static SqlScript Rekey(Dimension dimension, IReadOnlyList<KeyReference> references)
    {
        ModelConventions names = dimension.Conventions;
        return new SqlScript($"re-key {dimension.Name}",
        [
            Statement("guard-new-key", "a member has the new key already, in all of the dimension's tables or in some, and two histories are not merged; correct the mapping, or what was changed by hand", Rules.Sql($"""
                SELECT {Lines(dimension.NaturalKey.Select((key, index) => Rules.Sql($"{SnowflakeEquality.NewParameter(key, index + 1)} AS {key.Name}")))}
                WHERE ({AnyTrue(Holders(dimension).Select(table => Rules.Sql($"EXISTS (SELECT 1 FROM {table} AS tgt WHERE {HasOldKey(dimension, "tgt")} AND NOT ({HasNewKey(dimension, "tgt")}))")))})
                  AND ({AnyTrue(Holders(dimension).Select(table => Rules.Sql($"EXISTS (SELECT 1 FROM {table} AS tgt WHERE {HasNewKey(dimension, "tgt")} AND NOT ({HasOldKey(dimension, "tgt")}))")))})
                """)) with { Kind = StatementKind.Guard },
            .. Holders(dimension).Select(table => Statement("change-key", $"The member's rows in {table}.", Rules.Sql($"""
                UPDATE {table}
                SET {Lines([.. dimension.NaturalKey.Select((key, index) => Rules.Sql($"{key.Name} = {SnowflakeEquality.Key(SnowflakeEquality.NewParameter(key, index + 1), dimension, key)}")), Rules.Sql($"{names.LoadId} = $load_id")])}
                WHERE {HasOldKey(dimension, Own(table))}
                  AND NOT ({HasNewKey(dimension, Own(table))})
                """)) with { WritesTarget = true }),
            .. references.Where(reference => reference.IsOfGrain).Select(reference => GuardRowsOfNewKey(dimension, reference)),
            .. references.Select(reference => ChangeReference(dimension, reference)),
            Statement("count-members", "Whether there was such a member.", Rules.Sql($"""
                SELECT 1 AS accepted,
                       CASE WHEN EXISTS (SELECT 1 FROM {dimension.HistoryTable} AS tgt WHERE {HasNewKey(dimension, "tgt")} AND tgt.{names.LoadId} = $load_id) THEN 1 ELSE 0 END AS updated
                """)) with { Kind = StatementKind.Count },
        ]);
    }

    private static SqlStatement GuardRowsOfNewKey(Dimension dimension, KeyReference reference)
        => Statement("guard-rows-of-new-key", $"{reference.Table} has rows of the new key already, and theirs would meet those of the member; correct the mapping, or take them out first", Rules.Sql($"""
            SELECT {Lines(dimension.NaturalKey.Select((key, index) => Rules.Sql($"{SnowflakeEquality.NewParameter(key, index + 1)} AS {key.Name}")))}
            WHERE EXISTS (SELECT 1 FROM {reference.Table} AS tgt WHERE {HasOldKey(dimension, reference, "tgt")})
              AND EXISTS (SELECT 1 FROM {reference.Table} AS tgt WHERE {HasNewKey(dimension, reference)})
            """)) with { Kind = StatementKind.Guard };

    private static SqlStatement ChangeReference(Dimension dimension, KeyReference reference)
        => Statement("change-reference", $"The member's rows in {reference.Table}.", Rules.Sql($"""
            UPDATE {reference.Table}
            SET {Lines([.. reference.Columns.Zip(dimension.NaturalKey).Select((pair, index) => Rules.Sql($"{pair.First} = {SnowflakeEquality.NewParameter(pair.Second, index + 1)}")), Rules.Sql($"{reference.LoadId} = $load_id")])}
            WHERE {HasOldKey(dimension, reference, Own(reference.Table))}
            """)) with { WritesTarget = true };

    // Another spelling of a key that counts as equal is the old key too, but the new one is not.
    private static SqlText HasOldKey(Dimension dimension, KeyReference reference, string alias)
    {
        var column = dimension.NaturalKey.Zip(reference.Columns).ToDictionary(pair => pair.First.Name, pair => pair.Second);
        SqlText differs = AnyTrue(dimension.NaturalKey.Select((key, index) => Rules.Sql($"{Column(alias, column[key.Name])} IS DISTINCT FROM {SnowflakeEquality.NewParameter(key, index + 1)}")));
        return Rules.Sql($"{SnowflakeEquality.SameAsParameters(dimension, name => Column(alias, column[name]))} AND ({differs})");
    }

    private static SqlText HasOldKey(Dimension dimension, string alias) => SnowflakeEquality.SameAsParameters(alias, dimension);

    private static SqlText HasNewKey(Dimension dimension, string alias) => SnowflakeEquality.SameAsNewParameters(alias, dimension);

    private static SqlText HasNewKey(Dimension dimension, KeyReference reference)
        => SqlText.Join(" AND ", dimension.NaturalKey.Zip(reference.Columns).Select((pair, index) => Rules.Sql($"tgt.{pair.Second} IS NOT DISTINCT FROM {SnowflakeEquality.NewParameter(pair.First, index + 1)}")));

    private static IEnumerable<QualifiedName> Holders(Dimension dimension) => new[] { dimension }
        .Concat(dimension.Definition.Profiles.Select(profile => profile.Assignment))
        .SelectMany(holder => new[] { holder.Name, holder.History?.Name, holder.Events?.Name }.OfType<QualifiedName>());
}
