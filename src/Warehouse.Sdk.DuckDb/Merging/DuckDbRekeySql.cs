using Warehouse.Sdk.Sql;
using static Warehouse.Sdk.DuckDb.DuckDbSql;

namespace Warehouse.Sdk.DuckDb;

/// <summary>Gives a member another natural key.</summary>
internal static class DuckDbRekeySql
{
    public static SqlScript Rekey(Dimension dimension, IReadOnlyList<Bridge> bridges)
    {
        ModelConventions names = dimension.Conventions;
        return new SqlScript($"re-key {dimension.Name}",
        [
            Statement("guard-new-key", "a member has the new key already, in all of the dimension's tables or in some, and two histories are not merged; correct the mapping, or what was changed by hand", Rules.Sql($"""
                SELECT {Lines(dimension.NaturalKey.Select((key, index) => Rules.Sql($"{DuckDbEquality.NewParameter(key, index + 1)} AS {key.Name}")))}
                WHERE ({AnyTrue(Holders(dimension).Select(table => Rules.Sql($"EXISTS (SELECT 1 FROM {table} AS tgt WHERE {HasOldKey(dimension)} AND NOT ({HasNewKey(dimension)}))")))})
                  AND ({AnyTrue(Holders(dimension).Select(table => Rules.Sql($"EXISTS (SELECT 1 FROM {table} AS tgt WHERE {HasNewKey(dimension)} AND NOT ({HasOldKey(dimension)}))")))})
                """)) with { Kind = StatementKind.Guard },
            .. Holders(dimension).Select(table => Statement("change-key", $"The member's rows in {table}.", Rules.Sql($"""
                UPDATE {table} AS tgt
                SET {Lines([.. dimension.NaturalKey.Select((key, index) => Rules.Sql($"{key.Name} = {DuckDbEquality.Key(DuckDbEquality.NewParameter(key, index + 1), dimension, key)}")), Rules.Sql($"{names.LoadId} = $load_id")])}
                WHERE {HasOldKey(dimension)}
                  AND NOT ({HasNewKey(dimension)})
                """)) with { WritesTarget = true }),
            .. bridges.Select(bridge => ChangeGroup(dimension, bridge)),
            Statement("count-members", "Whether there was such a member.", Rules.Sql($"""
                SELECT 1 AS accepted,
                       CASE WHEN EXISTS (SELECT 1 FROM {dimension.HistoryTable} AS tgt WHERE {HasNewKey(dimension)} AND tgt.{names.LoadId} = $load_id) THEN 1 ELSE 0 END AS updated
                """)) with { Kind = StatementKind.Count },
        ]);
    }

    private static SqlStatement ChangeGroup(Dimension dimension, Bridge bridge)
    {
        var column = dimension.NaturalKey.Zip(bridge.Definition.GroupKey).ToDictionary(pair => pair.First.Name, pair => pair.Second.Name);
        return Statement("change-group", $"The member's group in {bridge.Name}.", Rules.Sql($"""
            UPDATE {bridge.Name} AS tgt
            SET {Lines([.. dimension.NaturalKey.Select((key, index) => Rules.Sql($"{column[key.Name]} = {DuckDbEquality.NewParameter(key, index + 1)}")), Rules.Sql($"{bridge.Conventions.LoadId} = $load_id")])}
            WHERE {DuckDbEquality.SameAsParameters(dimension, name => Column("tgt", column[name]))}
              AND ({AnyTrue(dimension.NaturalKey.Select((key, index) => Rules.Sql($"tgt.{column[key.Name]} <> {DuckDbEquality.NewParameter(key, index + 1)}")))})
            """)) with { WritesTarget = true };
    }

    private static SqlText HasOldKey(Dimension dimension) => DuckDbEquality.SameAsParameters("tgt", dimension);

    private static SqlText HasNewKey(Dimension dimension) => DuckDbEquality.SameAsNewParameters("tgt", dimension);

    private static IEnumerable<QualifiedName> Holders(Dimension dimension) => new[] { dimension }
        .Concat(dimension.Definition.Profiles.Select(profile => profile.Assignment))
        .SelectMany(holder => new[] { holder.Name, holder.History?.Name, holder.Events?.Name }.OfType<QualifiedName>());
}
