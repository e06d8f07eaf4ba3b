using Warehouse.Sdk.Sql;
using static Warehouse.Sdk.Snowflake.SnowflakeSql;

namespace Warehouse.Sdk.Snowflake;

/// <summary>Keeps what a bridge was: memberships that a set no longer has end at its time, and others begin.</summary>
internal sealed partial class SnowflakeBridgeSql
{
    private SqlText OpenEnd => _bridge.Conventions.OpenEnd == Sdk.OpenEnd.FarFuture ? new SqlText("TIMESTAMP '9999-12-31'") : new SqlText("NULL");

    private SqlText IsOpen => Rules.Sql($"{_bridge.Name}.{_bridge.Conventions.ValidTo} IS NOT DISTINCT FROM {OpenEnd}");

    private static SqlText AsOf => new("CAST($as_of AS TIMESTAMP_NTZ(6))");

    private static SqlText MemberSince => new("CAST($member_since AS TIMESTAMP_NTZ(6))");

    // A set of the first one's own time corrects it, and is true from the same beginning on.
    private SqlText AndEarlierSet => _definition.FirstFrom is null
        ? SqlText.Empty
        : Rules.Sql($" AND EXISTS (SELECT 1 FROM {SnowflakeLedgerSql.Loads(_bridge.Conventions)} AS load WHERE load.target = $target AND load.as_of < {AsOf})");

    private SqlText IsInSet => Rules.Sql($"EXISTS (SELECT 1 FROM {Resolved} AS src WHERE {SameKey(Own(_bridge.Name), "src", _columns)})");

    private IEnumerable<SqlStatement> Version()
    {
        Identifier from = _bridge.Conventions.ValidFrom;
        Identifier to = _bridge.Conventions.ValidTo;
        SqlText beginning = _definition.FirstFrom is { } first ? Rules.Sql($"TIMESTAMP {Constant(first.ToString("yyyy-MM-dd HH:mm:ss.ffffff", System.Globalization.CultureInfo.InvariantCulture))}") : AsOf;
        yield return Statement("guard-older-set", "a later set is loaded already; sets of a versioned bridge come in the order of their times", Rules.Sql($"""
            SELECT max(changes.changed_at) AS loaded
            FROM (
                SELECT {_bridge.Name}.{from} AS changed_at FROM {_bridge.Name}
                UNION ALL
                SELECT {_bridge.Name}.{to} FROM {_bridge.Name} WHERE NOT ({IsOpen})
            ) AS changes
            HAVING max(changes.changed_at) > {AsOf}
            """)) with { Kind = StatementKind.Guard };
        yield return Statement("read-beginning", "The first set is true from its own time on, or from the beginning that the model gives.", Rules.Sql($"""
            SELECT CASE WHEN EXISTS (SELECT 1 FROM {_bridge.Name}){AndEarlierSet} THEN {AsOf} ELSE {beginning} END AS member_since
            """)) with { Kind = StatementKind.Bind };
        yield return Statement("undo-memberships", "Memberships of this very instant that the set does not have were never true.", Rules.Sql($"""
            DELETE FROM {_bridge.Name}
            WHERE {IsOpen}
              AND {_bridge.Name}.{from} = {(_definition.FirstFrom is null ? AsOf : MemberSince)}
              AND NOT {IsInSet}
            """)) with { Counter = Counters.Deleted, WritesTarget = true };
        yield return Statement("count-ended-memberships", "Memberships that the set no longer has, or has with another weight.", Rules.Sql($"""
            SELECT count(*) AS expired,
                   count(*) AS expired_by_absence
            FROM {_bridge.Name}
            WHERE {IsOpen}
              AND NOT {IsInSet}
            """)) with { Kind = StatementKind.Count };
        yield return Statement("end-memberships", "They end where the set begins.", Rules.Sql($"""
            UPDATE {_bridge.Name}
            SET {to} = {AsOf},
                {_bridge.Conventions.LoadId} = $load_id
            WHERE {IsOpen}
              AND NOT {IsInSet}
            """)) with { OnlyIf = Counters.Expired, WritesTarget = true };
        yield return Statement("continue-memberships", "One that ended at this very instant never did.", Rules.Sql($"""
            UPDATE {_bridge.Name}
            SET {to} = {OpenEnd},
                {_bridge.Conventions.LoadId} = $load_id
            WHERE {_bridge.Name}.{to} = {AsOf}
              AND {IsInSet}
            """)) with { Counter = Counters.Reopened, WritesTarget = true };
        yield return Begin("begin-memberships", "Memberships that the set has for the first time, or again.", Counters.Inserted, new SqlText("NOT src.is_empty_group"));
        yield return Begin("begin-empty-groups", "Groups without rows, so that nothing disappears in a join.", Counters.EmptyGroups, new SqlText("src.is_empty_group"));
    }

    private SqlStatement Begin(string name, string purpose, string counter, SqlText condition) => Statement(name, purpose, Rules.Sql($"""
        INSERT INTO {_bridge.Name} ({Names(_columns)}, {_bridge.Conventions.ValidFrom}, {_bridge.Conventions.ValidTo}, {_bridge.Conventions.LoadId})
        SELECT {Columns("src", _columns)},
               {MemberSince},
               {OpenEnd},
               $load_id
        FROM {Resolved} AS src
        WHERE {condition}
          AND NOT EXISTS (SELECT 1 FROM {_bridge.Name} WHERE {SameKey(Own(_bridge.Name), "src", _columns)} AND {IsOpen})
        """)) with { Counter = counter, WritesTarget = true };
}
