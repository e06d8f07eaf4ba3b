using Warehouse.Sdk.Sql;
using static Warehouse.Sdk.Snowflake.SnowflakeSql;

namespace Warehouse.Sdk.Snowflake;

/// <summary>Gives facts the key of the version that is now valid at their own time.</summary>
internal sealed partial class SnowflakeScdSql
{
    private const string MovedSpans = "moved_spans";

    private static readonly QualifiedName Moved = Temp("moved");

    private IEnumerable<SqlStatement> Repoint()
    {
        yield return FindVanishedVersions();
        yield return Statement("count-vanished-versions", "Usually none.", Rules.Sql($"SELECT count(*) AS {new Identifier(VanishedVersions)} FROM {Vanished}")) with { Kind = StatementKind.Count };
        if (_plan.Holders.Any(holder => holder.AsOf is not null))
        {
            yield return FindMovedSpans();
            yield return Statement("count-moved-spans", "Without any no fact is looked at.", Rules.Sql($"SELECT count(*) AS {new Identifier(MovedSpans)} FROM {Moved}")) with { Kind = StatementKind.Count };
            yield return ReadEarliestMove(Moved) with { OnlyIf = MovedSpans };
        }

        foreach (SqlStatement statement in HoldersByTime.SelectMany(holder => RepointByTime(holder, Moved)))
            yield return statement with { OnlyIf = MovedSpans };
        foreach (KeyHolder holder in _plan.Holders)
            yield return RepointVanished(holder);
        foreach (KeyHolder holder in _plan.DurableHolders)
            yield return UnlinkVanished(holder);
    }

    private IEnumerable<KeyHolder> HoldersByTime => _plan.Holders.Where(holder => holder.AsOf is not null && holder.Link is not { KeepsKey: true });

    private static SqlStatement ReadEarliestMove(QualifiedName spans)
        => Statement("read-earliest-move", "No fact before it is looked at; unbounded when a first version moved.", Rules.Sql($"""
            SELECT nullif(min(met_from), TIMESTAMP '0001-01-01') AS moved_from
            FROM {spans}
            """)) with { Kind = StatementKind.Bind };

    private SqlStatement FindVanishedVersions()
    {
        Identifier surrogateKey = _plan.Dimension.SurrogateKey;
        return Statement("find-vanished-versions", "Stored versions that the history no longer has, with the member's latest.", Rules.Sql($"""
            CREATE OR REPLACE TEMPORARY TABLE {WorkSchema}.{new Identifier("vanished")} AS
            SELECT stored.{surrogateKey} AS old_key,
                   coalesce(latest.given_key, {DefaultMember.Unknown.Key}) AS new_key
            FROM {Stored} AS stored
            LEFT JOIN (
                SELECT {Columns("src", _key)},
                       max_by(src.given_key, src.version_number) AS given_key
                FROM {Versions} AS src
                GROUP BY {Inline("src", _key)}
            ) AS latest ON {SameKey("latest", "stored", _key)}
            WHERE NOT EXISTS (SELECT 1 FROM {Versions} AS src WHERE src.stored_key = stored.{surrogateKey})
            """));
    }

    // As facts are looked up: the first version from the beginning of time on, and in a gap the version before.
    private SqlStatement FindMovedSpans()
    {
        Identifier surrogateKey = _plan.Dimension.SurrogateKey;
        SqlText Met(string alias, SqlText key) => Rules.Sql($"""
            SELECT {Columns(alias, _key)},
                   {key} AS given_key,
                   CASE WHEN row_number() OVER (PARTITION BY {Inline(alias, _key)} ORDER BY {Column(alias, "held_from")}) = 1 THEN TIMESTAMP '0001-01-01' ELSE CAST({Begins(alias)} AS TIMESTAMP_NTZ(6)) END AS met_from,
                   coalesce(CAST(lead({Begins(alias)}) OVER (PARTITION BY {Inline(alias, _key)} ORDER BY {Column(alias, "held_from")}) AS TIMESTAMP_NTZ(6)), TIMESTAMP '9999-12-31') AS met_until
            """);

        return Statement("find-moved-spans", "The times at which another version is met than before.", Rules.Sql($"""
            CREATE OR REPLACE TEMPORARY TABLE {WorkSchema}.{new Identifier("moved")} AS
            WITH met_before AS (
                {Met("stored", Rules.Sql($"stored.{surrogateKey}"))}
                FROM {Stored} AS stored
            ),
            met_after AS (
                {Met("src", new SqlText("src.given_key"))}
                FROM {Versions} AS src
            )
            SELECT before.given_key AS old_key,
                   after.given_key AS new_key,
                   greatest_ignore_nulls(before.met_from, after.met_from) AS met_from,
                   least_ignore_nulls(before.met_until, after.met_until) AS met_until
            FROM met_before AS before
            JOIN met_after AS after ON {SameKey("after", "before", _key)}
                AND after.met_from < before.met_until
                AND before.met_from < after.met_until
                AND after.given_key <> before.given_key
            """));
    }

    private static SqlText Begins(string alias) => Rules.Sql($"{new SqlText(alias)}.held_from");

    private IEnumerable<SqlStatement> RepointByTime(KeyHolder holder, QualifiedName spans)
    {
        if (_plan.HasClosedPeriods)
            yield return CountClosed("count-closed", holder, spans, MeetsMoved(holder));
        yield return Statement("repoint-facts", $"Rows of {holder.Table.Name} whose {holder.KeyColumn} is now another version's at {holder.AsOf!.Name}.", Rules.Sql($"""
            UPDATE {holder.Table.Name}
            SET {holder.KeyColumn} = src.new_key,
                {holder.Table.Conventions.LoadId} = $load_id
            FROM {spans} AS src
            {MeetsMoved(holder)}
              {AndOpen(holder)}
            """)) with { Counter = Counters.Repointed };
    }

    private static SqlText MeetsMoved(KeyHolder holder)
    {
        SqlText time = holder.AsOf!.Type.Kind == ColumnKind.Timestamp ? Rules.Sql($"{holder.Table.Name}.{holder.AsOf.Name}") : Rules.Sql($"CAST({holder.Table.Name}.{holder.AsOf.Name} AS TIMESTAMP_NTZ(6))");
        return Rules.Sql($"""
            WHERE {holder.Table.Name}.{holder.KeyColumn} = src.old_key
              AND {time} >= src.met_from
              AND {time} < src.met_until
              AND {holder.Table.Name}.{holder.AsOf.Name} >= coalesce(CAST($moved_from AS TIMESTAMP_NTZ(6)), TIMESTAMP '0001-01-01')
            """);
    }

    // A member that never was: its durable key is nobody's.
    private SqlStatement UnlinkVanished(KeyHolder holder)
        => Statement("unlink-vanished-members", $"Rows of {holder.Table.Name} whose {holder.KeyColumn} is of a member without any version: unknown.", Rules.Sql($"""
            UPDATE {holder.Table.Name}
            SET {holder.KeyColumn} = {DefaultMember.Unknown.Key},
                {holder.Table.Conventions.LoadId} = $load_id
            WHERE {holder.Table.Name}.{holder.KeyColumn} IN (
                SELECT stored.{_definition.DurableKey!.Value}
                FROM {Stored} AS stored
                WHERE NOT EXISTS (SELECT 1 FROM {Versions} AS src WHERE {SameKey("src", "stored", _key)})
            )
            """)) with { OnlyIf = VanishedVersions };

    private static SqlStatement RepointVanished(KeyHolder holder)
        => Statement("repoint-vanished", $"Rows of {holder.Table.Name} whose {holder.KeyColumn} would be nobody's: the member's latest version, or unknown when it has none.", Rules.Sql($"""
            UPDATE {holder.Table.Name}
            SET {holder.KeyColumn} = src.new_key,
                {holder.Table.Conventions.LoadId} = $load_id
            FROM {Vanished} AS src
            WHERE {holder.Table.Name}.{holder.KeyColumn} = src.old_key
            """)) with { Counter = Counters.Repointed, OnlyIf = VanishedVersions };
}
