using Warehouse.Sdk.Sql;
using static Warehouse.Sdk.Snowflake.SnowflakeSql;

namespace Warehouse.Sdk.Snowflake;

/// <summary>Facts that kept the natural key are looked up anew, those that met nobody among them; closed periods stay as they were reported.</summary>
internal sealed partial class SnowflakeScdSql
{
    private static readonly QualifiedName MetVersions = Temp("met_versions");

    private IEnumerable<SqlStatement> LookUpAnew()
    {
        if (!_plan.Relooked.Any())
            yield break;
        SqlText ends = _names.Intervals == IntervalStyle.ClosedByDay ? Rules.Sql($"CAST(member.{_names.ValidTo} AS TIMESTAMP_NTZ(6)) + INTERVAL '1 day'") : Rules.Sql($"CAST(member.{_names.ValidTo} AS TIMESTAMP_NTZ(6))");
        yield return Statement("take-met-versions", "The versions that the touched members now have, and when each is met.", Rules.Sql($"""
            CREATE OR REPLACE TEMPORARY TABLE {WorkSchema}.{new Identifier("met_versions")} AS
            SELECT {Columns("member", _key)},
                   member.{_plan.Dimension.SurrogateKey} AS given_key,
                   {GivenDurableKey}
                   CAST(member.{_names.ValidFrom} AS TIMESTAMP_NTZ(6)) AS begins_at,
                   CASE WHEN member.{_names.IsCurrent} THEN TIMESTAMP '9999-12-31' ELSE coalesce({ends}, TIMESTAMP '9999-12-31') END AS ends_at,
                   CASE WHEN member.{_names.Version} = 1 THEN TIMESTAMP '0001-01-01' ELSE CAST(member.{_names.ValidFrom} AS TIMESTAMP_NTZ(6)) END AS met_from,
                   coalesce(lead(CAST(member.{_names.ValidFrom} AS TIMESTAMP_NTZ(6))) OVER (PARTITION BY {Inline("member", _key)} ORDER BY member.{_names.ValidFrom}, member.{_names.Version}), TIMESTAMP '9999-12-31') AS met_until
            FROM {_dimension} AS member
            WHERE member.{_plan.Dimension.SurrogateKey} > 0
              AND EXISTS (SELECT 1 FROM {Touched} AS src WHERE {SameKey("member", "src", _key)})
            """));
        foreach (KeyHolder holder in _plan.Relooked)
        {
            if (_plan.HasClosedPeriods && holder.AsOf is not null)
                yield return CountClosed("count-closed-unknown", holder, MetVersions, MeetsAnew(holder));
            yield return Statement("look-up-anew", $"Rows of {holder.Table.Name} that named a touched member, whatever their {holder.KeyColumn} was.", Rules.Sql($"""
                UPDATE {holder.Table.Name}
                SET {Lines(holder.Link!.Keys.Select(key => Rules.Sql($"{key.KeyColumn} = {KeyAnew(holder, key.MemberKey)}")))},
                    {holder.Table.Conventions.LoadId} = $load_id
                FROM {MetVersions} AS src
                {MeetsAnew(holder)}
                  {AndOpen(holder)}
                """)) with { Counter = Counters.Repointed };
        }
    }

    private SqlText MeetsAnew(KeyHolder holder)
    {
        SqlText sameKey = SnowflakeEquality.SameMember(_plan.Dimension, name => Column("src", name), holder.Link!.Key.Select(source => Column(Own(holder.Table.Name), source.Name)));
        SqlText atItsTime = holder.AsOf is null
            ? new SqlText("src.met_until = TIMESTAMP '9999-12-31'")
            : Rules.Sql($"{TimeOf(holder)} >= src.met_from AND {TimeOf(holder)} < src.met_until");
        return Rules.Sql($"""
            WHERE {sameKey}
              AND {atItsTime}
              AND {holder.Table.Name}.{holder.KeyColumn} <> {KeyAnew(holder, holder.Link.MemberKey)}
            """);
    }

    private SqlText GivenDurableKey => _plan.Dimension.DurableKey is { } durableKey ? Rules.Sql($"member.{durableKey} AS given_durable_key,") : SqlText.Empty;

    private SqlText KeyAnew(KeyHolder holder, Identifier memberKey)
    {
        SqlText given = new(memberKey == _plan.Dimension.SurrogateKey ? "src.given_key" : "src.given_durable_key");
        if (holder.AsOf is null)
            return given;
        SqlText early = holder.Link!.BeforeFirst == BeforeFirstVersion.Unknown ? Rules.Sql($"WHEN {TimeOf(holder)} < src.begins_at THEN {DefaultMember.Unknown.Key} ") : SqlText.Empty;
        SqlText gone = holder.Link.InGap == InGap.Unknown ? Rules.Sql($"WHEN {TimeOf(holder)} >= src.ends_at THEN {DefaultMember.Unknown.Key} ") : SqlText.Empty;
        return early.IsEmpty && gone.IsEmpty ? given : Rules.Sql($"CASE {early}{gone}ELSE {given} END");
    }

    private static SqlText TimeOf(KeyHolder holder) => Rules.Sql($"CAST({holder.Table.Name}.{holder.AsOf!.Name} AS TIMESTAMP_NTZ(6))");

    private SqlText AndOpen(KeyHolder holder) => _plan.HasClosedPeriods && holder.AsOf is not null
        ? Rules.Sql($"AND {holder.Table.Name}.{holder.AsOf.Name} > CAST($closed_through AS TIMESTAMP_NTZ(6))")
        : SqlText.Empty;

    private static SqlStatement CountClosed(string name, KeyHolder holder, QualifiedName source, SqlText meets)
        => Statement(name, $"Rows of {holder.Table.Name} in closed periods that are left.", Rules.Sql($"""
            SELECT count(*) AS left_in_closed_period
            FROM {holder.Table.Name},
                 {source} AS src
            {meets}
              AND {holder.Table.Name}.{holder.AsOf!.Name} <= CAST($closed_through AS TIMESTAMP_NTZ(6))
            """)) with { Kind = StatementKind.Count };
}
