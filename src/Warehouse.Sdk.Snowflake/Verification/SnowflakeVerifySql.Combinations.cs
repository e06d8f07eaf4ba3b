using Warehouse.Sdk.Sql;
using static Warehouse.Sdk.Snowflake.SnowflakeSql;

namespace Warehouse.Sdk.Snowflake;

/// <summary>What holds for mini- and junk dimensions, and for the keys that lead to them.</summary>
internal sealed partial class SnowflakeVerifySql
{
    private static readonly long Unknown = Sdk.DefaultMember.Unknown.Key;

    private IEnumerable<SqlStatement> RulesOfCombinations(CombinationDimension dimension)
    {
        Identifier key = dimension.SurrogateKey;
        yield return Rule("combinations", "a combination stands there more than once", Rules.Sql($"""
            SELECT {KeyText("tgt", dimension.Attributes.Select(column => column.Name))} AS member,
                   listagg(CAST(tgt.{key} AS VARCHAR), ', ') WITHIN GROUP (ORDER BY tgt.{key}) AS keys,
                   CAST(count(*) AS VARCHAR) || ' rows' AS detail
            FROM {dimension.Name} AS tgt
            WHERE tgt.{key} > 0
            GROUP BY {Columns("tgt", dimension.Attributes.Select(column => column.Name))}
            HAVING count(*) > 1
            """));
        yield return Rule("surrogate-key-counter", "surrogate keys are above the last one given, which will be given again", Rules.Sql($"""
            SELECT {KeyText("tgt", dimension.Attributes.Select(column => column.Name))} AS member,
                   CAST(tgt.{key} AS VARCHAR) AS keys,
                   'the last key given is ' || coalesce(CAST(counter.last_key AS VARCHAR), 'not known') AS detail
            FROM {dimension.Name} AS tgt
            LEFT JOIN {SnowflakeLedgerSql.SurrogateKeys(_names)} AS counter ON counter.target = {Constant(dimension.Name.ToString())}
            WHERE tgt.{key} > coalesce(counter.last_key, 0)
            """));
        yield return DefaultMembers(dimension, dimension.Schema, key, dimension.DefaultMembers);
    }

    private IEnumerable<SqlStatement> RulesOfProfiles(Dimension dimension)
    {
        if (_plan.Assigned is { } assigned)
            yield return Link("combination-links", KeyText("fact", dimension), assigned.Key, assigned.Mini.Name, assigned.Mini.SurrogateKey);
        foreach (ProfileHistory profile in dimension.Definition.Profiles.Where(profile => profile.CurrentKey is not null))
            yield return CurrentKey(dimension, profile, profile.CurrentKey!.Name);
    }

    private SqlStatement CurrentKey(Dimension dimension, ProfileHistory profile, Identifier currentKey)
    {
        Identifier[] naturalKey = [.. dimension.NaturalKey.Select(column => column.Name)];
        return Rule("current-keys", $"{currentKey} does not lead to the member's latest combination", Rules.Sql($"""
            SELECT {KeyText("tgt", dimension)} AS member,
                   CAST(tgt.{dimension.SurrogateKey} AS VARCHAR) AS keys,
                   {Constant($"{currentKey} is ")} || coalesce(CAST(tgt.{currentKey} AS VARCHAR), 'NULL') || ', the latest combination is ' || CAST(coalesce(latest.combination_key, {Unknown}) AS VARCHAR) AS detail
            FROM {dimension.Name} AS tgt
            LEFT JOIN (
                SELECT {Columns("history", naturalKey)},
                       max_by(history.{profile.Key}, history.{_names.Version}) AS combination_key
                FROM {profile.Assignment.Name} AS history
                GROUP BY {Columns("history", naturalKey)}
            ) AS latest ON {SameKey("latest", "tgt", dimension)}
            WHERE tgt.{dimension.SurrogateKey} > 0
              AND tgt.{currentKey} IS DISTINCT FROM coalesce(latest.combination_key, {Unknown})
            """));
    }

    private IEnumerable<SqlStatement> CombinationLinks(Fact fact, SqlText row) =>
    [
        .. fact.MiniDimensions.SelectMany(link => new[]
        {
            Link("combination-links", row, link.KeyColumn, link.Dimension.Name, link.Dimension.SurrogateKey),
            CombinationsThen(row, link),
        }),
        .. fact.JunkDimensions.Select(link => Link("combination-links", row, link.KeyColumn, link.Dimension.Name, link.Dimension.SurrogateKey)),
    ];

    /// <summary>By the rule that loads look combinations up by. The member is the one that the fact's own key leads to.</summary>
    private SqlStatement CombinationsThen(SqlText row, MiniDimensionLink link)
    {
        Dimension dimension = link.Member.Dimension;
        Dimension history = link.Profile.Assignment;
        Identifier[] naturalKey = [.. dimension.NaturalKey.Select(column => column.Name)];
        Identifier asOf = link.Member.AsOf!.Name;
        SqlText expected = Rules.Sql($"coalesce(history.combination_key, {Unknown})");
        return Rule("combinations-then", $"{link.KeyColumn} is not the combination that the member had at {asOf}", Rules.Sql($"""
            SELECT {row} AS member,
                   CAST(fact.{link.KeyColumn} AS VARCHAR) AS keys,
                   {Constant($"at its {asOf} the combination was ")} || CAST({expected} AS VARCHAR) AS detail
            FROM {_table} AS fact
            JOIN {dimension.HistoryTable} AS version ON version.{dimension.SurrogateKey} = fact.{link.Member.KeyColumn}
            LEFT JOIN (
                SELECT {Columns("tgt", naturalKey)},
                       tgt.{link.Profile.Key} AS combination_key,
                       CASE WHEN tgt.{_names.Version} = 1 THEN TIMESTAMP '0001-01-01' ELSE CAST(tgt.{_names.ValidFrom} AS TIMESTAMP_NTZ(6)) END AS met_from,
                       coalesce(CAST(lead(tgt.{_names.ValidFrom}) OVER (PARTITION BY {Inline("tgt", naturalKey)} ORDER BY tgt.{_names.Version}) AS TIMESTAMP_NTZ(6)), TIMESTAMP '9999-12-31') AS met_until
                FROM {history.Name} AS tgt
            ) AS history ON {SameKey("history", "version", dimension)}
                AND CAST(fact.{asOf} AS TIMESTAMP_NTZ(6)) >= history.met_from
                AND CAST(fact.{asOf} AS TIMESTAMP_NTZ(6)) < history.met_until
            WHERE fact.{link.KeyColumn} IS DISTINCT FROM {expected}
            """));
    }
}
