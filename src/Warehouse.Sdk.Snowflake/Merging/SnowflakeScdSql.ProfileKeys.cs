using Warehouse.Sdk.Sql;
using static Warehouse.Sdk.Snowflake.SnowflakeSql;

namespace Warehouse.Sdk.Snowflake;

/// <summary>What follows from a changed history of combinations: the keys on facts and the current key on the dimension.</summary>
internal sealed partial class SnowflakeScdSql
{
    private const string MovedCombinations = "moved_combinations";

    private static readonly QualifiedName MovedCombination = Temp("moved_combination");

    private IEnumerable<SqlStatement> FollowProfile(ProfilePlan plan)
    {
        ProfileHistory profile = plan.Profile;
        string history = profile.Assignment.Name.ToString();
        string ifTouched = SqlStatement.Scoped(history, TouchedMembers);
        string ifMoved = SqlStatement.Scoped(history, MovedCombinations);
        yield return Statement("count-new-profiles", "The times from which a member has another combination than before.", Rules.Sql($"""
            SELECT count_if(stored_key IS NULL AND NOT is_delete) AS {new Identifier(Counters.NewProfiles)}
            FROM {Versions}
            """)) with { Kind = StatementKind.Count, OnlyIf = ifTouched };
        if (plan.Holders.Count > 0)
        {
            yield return FindMovedCombinations(profile) with { OnlyIf = ifTouched };
            yield return Statement("count-moved-combinations", "Without any no fact is looked at.", Rules.Sql($"SELECT count(*) AS {new Identifier(MovedCombinations)} FROM {MovedCombination}")) with
            {
                Kind = StatementKind.Count,
                OnlyIf = TouchedMembers,
                Within = history,
            };
            yield return Statement("read-earliest-move", "No fact before it is looked at; unbounded when a first combination moved.", Rules.Sql($"""
                SELECT nullif(min(met_from), TIMESTAMP '0001-01-01') AS moved_from
                FROM {MovedCombination}
                """)) with { Kind = StatementKind.Bind, OnlyIf = ifMoved };
        }

        foreach (ProfileHolder holder in plan.Holders)
        {
            foreach (SqlStatement statement in RepointCombination(holder))
                yield return statement with { OnlyIf = ifMoved };
            yield return RepointVanishedMember(holder);
        }

        if (profile.CurrentKey is { } currentKey)
            yield return OverwriteCurrentKey(profile, currentKey.Name);
    }

    /// <summary>
    /// By the rule that facts look combinations up by. A member without any was met as unknown; facts can only have met it where it was there before.
    /// </summary>
    private SqlStatement FindMovedCombinations(ProfileHistory profile)
    {
        SqlText Met(string alias) => Rules.Sql($"""
            SELECT {Columns(alias, _key)},
                   {Column(alias, profile.Key)} AS combination_key,
                   CASE WHEN row_number() OVER (PARTITION BY {Inline(alias, _key)} ORDER BY {Column(alias, "held_from")}) = 1 THEN TIMESTAMP '0001-01-01' ELSE CAST({Begins(alias)} AS TIMESTAMP_NTZ(6)) END AS met_from,
                   coalesce(CAST(lead({Begins(alias)}) OVER (PARTITION BY {Inline(alias, _key)} ORDER BY {Column(alias, "held_from")}) AS TIMESTAMP_NTZ(6)), TIMESTAMP '9999-12-31') AS met_until
            """);
        SqlText unknown = Rules.Sql($"""
            SELECT {Columns("touched", _key)},
                   {DefaultMember.Unknown.Key},
                   TIMESTAMP '0001-01-01',
                   TIMESTAMP '9999-12-31'
            FROM {Touched} AS touched
            """);

        return Statement("find-moved-combinations", "The times at which a member has another combination than before.", Rules.Sql($"""
            CREATE OR REPLACE TEMPORARY TABLE {WorkSchema}.{new Identifier("moved_combination")} AS
            WITH met_before AS (
                {Met("stored")}
                FROM {Stored} AS stored
                UNION ALL
                {unknown}
                WHERE NOT EXISTS (SELECT 1 FROM {Stored} AS stored WHERE {SameKey("stored", "touched", _key)})
                  AND EXISTS (SELECT 1 FROM {_dimension} AS tgt WHERE {SameKey("tgt", "touched", _key)} AND tgt.{_plan.Dimension.SurrogateKey} <= $keys_before)
            ),
            met_after AS (
                {Met("src")}
                FROM {Versions} AS src
                UNION ALL
                {unknown}
                WHERE NOT EXISTS (SELECT 1 FROM {Versions} AS src WHERE {SameKey("src", "touched", _key)})
            )
            SELECT {Columns("after", _key)},
                   after.combination_key,
                   greatest_ignore_nulls(before.met_from, after.met_from) AS met_from,
                   least_ignore_nulls(before.met_until, after.met_until) AS met_until
            FROM met_before AS before
            JOIN met_after AS after ON {SameKey("after", "before", _key)}
                AND after.met_from < before.met_until
                AND before.met_from < after.met_until
                AND after.combination_key <> before.combination_key
            """));
    }

    private IEnumerable<SqlStatement> RepointCombination(ProfileHolder holder)
    {
        Identifier asOf = holder.AsOf.Name;
        SqlText isOpen = SqlText.Empty;
        if (_plan.HasClosedPeriods)
        {
            isOpen = Rules.Sql($"AND {holder.Fact.Name}.{asOf} > CAST($closed_through AS TIMESTAMP_NTZ(6))");
            yield return Statement("count-closed-combinations", $"Rows of {holder.Fact.Name} in closed periods that are left.", Rules.Sql($"""
                SELECT count(*) AS left_in_closed_period
                FROM {holder.Fact.Name},
                     (
                         {MovedOfMembers}
                     ) AS src
                {MeetsMovedCombination(holder)}
                  AND {holder.Fact.Name}.{asOf} <= CAST($closed_through AS TIMESTAMP_NTZ(6))
                """)) with { Kind = StatementKind.Count };
        }

        yield return Statement("repoint-combinations", $"Rows of {holder.Fact.Name} whose member had another combination at {asOf}, as is known now.", Rules.Sql($"""
            UPDATE {holder.Fact.Name}
            SET {holder.KeyColumn} = src.combination_key,
                {holder.Fact.Conventions.LoadId} = $load_id
            FROM (
                {MovedOfMembers}
            ) AS src
            {MeetsMovedCombination(holder)}
              {isOpen}
            """)) with { Counter = Counters.Repointed };
    }

    // A fact knows its member by the key of one of its versions, and no two members share one.
    private SqlText MovedOfMembers => Rules.Sql($"""
        SELECT version.{_plan.Dimension.SurrogateKey} AS member_key,
               moved.combination_key,
               moved.met_from,
               moved.met_until
        FROM {MovedCombination} AS moved
        JOIN {_dimension} AS version ON {SameKey("version", "moved", _key)}
        """);

    private static SqlText MeetsMovedCombination(ProfileHolder holder)
    {
        Identifier asOf = holder.AsOf.Name;
        SqlText time = holder.AsOf.Type.Kind == ColumnKind.Timestamp ? Rules.Sql($"{holder.Fact.Name}.{asOf}") : Rules.Sql($"CAST({holder.Fact.Name}.{asOf} AS TIMESTAMP_NTZ(6))");
        return Rules.Sql($"""
            WHERE {holder.Fact.Name}.{holder.MemberKeyColumn} = src.member_key
              AND {time} >= src.met_from
              AND {time} < src.met_until
              AND {holder.Fact.Name}.{asOf} >= coalesce(CAST($moved_from AS TIMESTAMP_NTZ(6)), TIMESTAMP '0001-01-01')
              AND {holder.Fact.Name}.{holder.KeyColumn} <> src.combination_key
            """);
    }

    private static SqlStatement RepointVanishedMember(ProfileHolder holder)
        => Statement("repoint-vanished-members", $"Rows of {holder.Fact.Name} whose member is nobody any more have nobody's combination.", Rules.Sql($"""
            UPDATE {holder.Fact.Name}
            SET {holder.KeyColumn} = {DefaultMember.Unknown.Key},
                {holder.Fact.Conventions.LoadId} = $load_id
            WHERE {holder.Fact.Name}.{holder.MemberKeyColumn} = {DefaultMember.Unknown.Key}
              AND {holder.Fact.Name}.{holder.KeyColumn} <> {DefaultMember.Unknown.Key}
            """)) with { Counter = Counters.Repointed, OnlyIf = VanishedVersions };

    private SqlStatement OverwriteCurrentKey(ProfileHistory profile, Identifier currentKey)
        => Statement("overwrite-current-key", "Every version of a member leads to its latest combination.", Rules.Sql($"""
            UPDATE {_dimension}
            SET {currentKey} = src.combination_key,
                {_names.LoadId} = $load_id
            FROM (
                SELECT {Columns("members", _key)},
                       coalesce(max_by(history.{profile.Key}, history.{_names.Version}), {DefaultMember.Unknown.Key}) AS combination_key
                FROM (
                    SELECT * FROM {MergedMembers}
                    UNION
                    SELECT * FROM {Touched}
                ) AS members
                LEFT JOIN {profile.Assignment.Name} AS history ON {SameKey("history", "members", _key)}
                GROUP BY {Columns("members", _key)}
            ) AS src
            WHERE {SameKey(Own(_dimension), "src", _key)}
              AND {_dimension}.{currentKey} IS DISTINCT FROM src.combination_key
            """)) with { WritesTarget = true };
}
