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
                WHERE ({AnyTrue(Holders(dimension).Select(table => Rules.Sql($"EXISTS (SELECT 1 FROM {table} AS tgt WHERE {HasOldKey(dimension)} AND NOT ({HasNewKey(dimension)}))")))})
                  AND ({AnyTrue(Holders(dimension).Select(table => Rules.Sql($"EXISTS (SELECT 1 FROM {table} AS tgt WHERE {HasNewKey(dimension)} AND NOT ({HasOldKey(dimension)}))")))})
                """)) with { Kind = StatementKind.Guard },
            .. Holders(dimension).Select(table => Statement("change-key", $"The member's rows in {table}.", Rules.Sql($"""
                UPDATE {table}
                SET {Lines([.. dimension.NaturalKey.Select((key, index) => Rules.Sql($"{key.Name} = {SnowflakeEquality.Key(SnowflakeEquality.NewParameter(key, index + 1), dimension, key)}")), Rules.Sql($"{names.LoadId} = $load_id")])}
                WHERE {HasOldKey(dimension)}
                  AND NOT ({HasNewKey(dimension)})
                """)) with { WritesTarget = true }),
            .. references.Where(reference => reference.IsOfGrain).Select(reference => GuardRowsOfNewKey(dimension, reference)),
            .. references.Select(reference => ChangeReference(dimension, reference)),
            Statement("count-members", "Whether there was such a member.", Rules.Sql($"""
                SELECT 1 AS accepted,
                       CASE WHEN EXISTS (SELECT 1 FROM {dimension.HistoryTable} AS tgt WHERE {HasNewKey(dimension)} AND tgt.{names.LoadId} = $load_id) THEN 1 ELSE 0 END AS updated
                """)) with { Kind = StatementKind.Count },
        ]);
    }

    private static SqlStatement GuardRowsOfNewKey(Dimension dimension, KeyReference reference)
        => Statement("guard-rows-of-new-key", $"{reference.Table} has rows of the new key already, and theirs would meet those of the member; correct the mapping, or take them out first", Rules.Sql($"""
            SELECT {Lines(dimension.NaturalKey.Select((key, index) => Rules.Sql($"{SnowflakeEquality.NewParameter(key, index + 1)} AS {key.Name}")))}
            WHERE EXISTS (SELECT 1 FROM {reference.Table} AS tgt WHERE {HasOldKey(dimension, reference)})
              AND EXISTS (SELECT 1 FROM {reference.Table} AS tgt WHERE {HasNewKey(dimension, reference)})
            """)) with { Kind = StatementKind.Guard };

    private static SqlStatement ChangeReference(Dimension dimension, KeyReference reference)
        => Statement("change-reference", $"The member's rows in {reference.Table}.", Rules.Sql($"""
            UPDATE {reference.Table}
            SET {Lines([.. reference.Columns.Zip(dimension.NaturalKey).Select((pair, index) => Rules.Sql($"{pair.First} = {SnowflakeEquality.NewParameter(pair.Second, index + 1)}")), Rules.Sql($"{reference.LoadId} = $load_id")])}
            WHERE {HasOldKey(dimension, reference)}
            """)) with { WritesTarget = true };

    // Another spelling of a key that counts as equal is the old key too, but the new one is not.
    private static SqlText HasOldKey(Dimension dimension, KeyReference reference)
    {
        var column = dimension.NaturalKey.Zip(reference.Columns).ToDictionary(pair => pair.First.Name, pair => pair.Second);
        SqlText differs = AnyTrue(dimension.NaturalKey.Select((key, index) => Rules.Sql($"tgt.{column[key.Name]} IS DISTINCT FROM {SnowflakeEquality.NewParameter(key, index + 1)}")));
        return Rules.Sql($"{SnowflakeEquality.SameAsParameters(dimension, name => Column("tgt", column[name]))} AND ({differs})");
    }

    private static SqlText HasOldKey(Dimension dimension) => SnowflakeEquality.SameAsParameters("tgt", dimension);

    private static SqlText HasNewKey(Dimension dimension) => SnowflakeEquality.SameAsNewParameters("tgt", dimension);

    private static SqlText HasNewKey(Dimension dimension, KeyReference reference)
        => SqlText.Join(" AND ", dimension.NaturalKey.Zip(reference.Columns).Select((pair, index) => Rules.Sql($"tgt.{pair.Second} IS NOT DISTINCT FROM {SnowflakeEquality.NewParameter(pair.First, index + 1)}")));

    private static IEnumerable<QualifiedName> Holders(Dimension dimension) => new[] { dimension }
        .Concat(dimension.Definition.Profiles.Select(profile => profile.Assignment))
        .SelectMany(holder => new[] { holder.Name, holder.History?.Name, holder.Events?.Name }.OfType<QualifiedName>());
}
