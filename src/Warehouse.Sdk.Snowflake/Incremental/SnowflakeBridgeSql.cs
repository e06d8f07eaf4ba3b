using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;
using static Warehouse.Sdk.Snowflake.SnowflakeSql;

namespace Warehouse.Sdk.Snowflake;

/// <summary>Replaces a bridge by a full set of rows, weights included.</summary>
internal sealed partial class SnowflakeBridgeSql
{
    private const string Differences = "differences";

    private static readonly QualifiedName Incoming = SnowflakeBatchSql.Incoming;
    private static readonly QualifiedName Resolved = Temp("resolved");

    private readonly Bridge _bridge;
    private readonly BridgeDefinition _definition;
    private readonly Identifier[] _groupKey;
    private readonly IReadOnlyList<Identifier> _columns;

    private SnowflakeBridgeSql(Bridge bridge)
    {
        _bridge = bridge;
        _definition = bridge.Definition;
        _groupKey = [.. _definition.GroupKey.Select(column => column.Name)];
        _columns = [.. _groupKey, _definition.MemberKeyColumn, _definition.WeightColumn];
    }

    public static SqlScript Load(BridgePlan plan)
    {
        var sql = new SnowflakeBridgeSql(plan.Bridge);
        return new SqlScript($"load {plan.Bridge.Name}", [.. sql.ReadBatch(), sql.ResolveMembers(), sql.CountAccepted(), .. sql.CheckWeights(), .. plan.Bridge.IsVersioned ? sql.Version() : sql.Replace()]);
    }

    private Identifier[] SourceKey => [.. _groupKey, .. _definition.MemberKey.Select(column => column.Name)];

    private SqlText Complete => SqlText.Join(" AND ", SourceKey.Select(name => Rules.Sql($"src.{name} IS NOT NULL")));

    private IEnumerable<SqlStatement> ReadBatch() =>
    [
        Statement("reject-incomplete-rows", "A row without its group or its member links nothing.", Rules.Sql($"""
            INSERT INTO {SnowflakeLedgerSql.Rejects(_bridge.Conventions)} (load_id, target, file, line, column_name, reason, raw_row)
            SELECT $load_id,
                   $target,
                   $path,
                   src.{StagePlan.SourceLine},
                   NULL,
                   'group or member is NULL',
                   to_json(object_construct_keep_null(src.*))
            FROM {Staged} AS src
            WHERE NOT ({Complete})
            """)) with { Counter = Counters.Rejected },
        .. new SnowflakeBatchSql
        {
            Rows = Staged,
            Complete = Complete,
            Key = SourceKey,
            Content = [.. _bridge.SourceColumns.Select(column => column.Name)],
            Conventions = _bridge.Conventions,
            Conflict = "one member stands in one group with different weights",
        }.Statements(),
    ];

    private SqlStatement ResolveMembers()
    {
        Dimension member = _definition.Member;
        Dimension group = _definition.Group;
        Identifier[] memberKey = [.. member.NaturalKey.Select(column => column.Name)];
        Identifier[] groupNaturalKey = [.. group.NaturalKey.Select(column => column.Name)];
        SqlText sameMember = SnowflakeEquality.SameMember(member, name => Column("member", name), _definition.MemberKey.Select(source => Column("src", source.Name)));
        SqlText sameGroup = SqlText.Join(" AND ", _groupKey.Zip(groupNaturalKey, (source, key) => Rules.Sql($"src.{source} = tgt.{key}")));
        SqlText groupsOfDimension = SqlText.Join(", ", groupNaturalKey.Zip(_groupKey, (key, source) => Rules.Sql($"tgt.{key} AS {source}")));
        SqlText memberSurrogateKey = Rules.Sql($"coalesce(member.{member.SurrogateKey}, {DefaultMember.Unknown.Key}) AS {_definition.MemberKeyColumn}");
        SqlText weight = _definition.Weight is { } given ? Rules.Sql($"sum(src.{given.Name})") : EqualShare;
        return Statement("resolve-members", "One row per group and member with its weight; a group without rows has the unknown member.", Rules.Sql($"""
            CREATE OR REPLACE TEMPORARY TABLE {WorkSchema}.{new Identifier("resolved")} AS
            WITH met AS (
                SELECT {Lines([.. SourceKey.Select(name => Column("src", name)), memberSurrogateKey, GivenWeight])}
                FROM {Incoming} AS src
                LEFT JOIN (
                    SELECT {Names(memberKey)}, max_by({member.SurrogateKey}, {member.Conventions.Version}) AS {member.SurrogateKey}
                    FROM {member.HistoryTable}
                    WHERE {member.SurrogateKey} > 0
                    GROUP BY {Names(memberKey)}
                ) AS member ON {sameMember}
            )
            SELECT {Columns("src", _groupKey)},
                   src.{_definition.MemberKeyColumn},
                   CAST({weight} AS {Type(BridgeDefinition.WeightType)}) AS {_definition.WeightColumn},
                   FALSE AS is_empty_group
            FROM met AS src
            GROUP BY {Inline("src", _groupKey)}, src.{_definition.MemberKeyColumn}
            UNION ALL
            SELECT DISTINCT {groupsOfDimension}, {DefaultMember.Unknown.Key}, 1, TRUE
            FROM {group.HistoryTable} AS tgt
            WHERE tgt.{group.SurrogateKey} > 0
              AND NOT EXISTS (SELECT 1 FROM {Incoming} AS src WHERE {sameGroup})
            """));
    }

    private SqlText GivenWeight => _definition.Weight is { } weight ? Rules.Sql($"src.{weight.Name}") : SqlText.Empty;

    // The shares of thirds do not sum to 1 in decimals: the first member takes what the others leave. Times, as a quotient of whole numbers has six places.
    private SqlText EqualShare
    {
        get
        {
            SqlText group = Inline("src", _groupKey);
            SqlText members = Rules.Sql($"count(*) OVER (PARTITION BY {group})");
            SqlText share = Rules.Sql($"CAST(trunc(1000000000 / {members}) * 0.000000001 AS {Type(BridgeDefinition.WeightType)})");
            return Rules.Sql($"""
                CASE WHEN row_number() OVER (PARTITION BY {group} ORDER BY src.{_definition.MemberKeyColumn}) = 1
                     THEN 1 - ({members} - 1) * {share}
                     ELSE {share}
                END
                """);
        }
    }

    private SqlStatement CountAccepted() => Statement("count-accepted", "The rows that count.", Rules.Sql($"""
        SELECT (SELECT count(*) FROM {Incoming}) AS accepted,
               (SELECT count(*) FROM {Resolved} WHERE {_definition.MemberKeyColumn} = {DefaultMember.Unknown.Key} AND NOT is_empty_group) AS {new Identifier($"{Counters.UnknownPrefix}{_definition.Member.Name.Name.Value}")}
        """)) with { Kind = StatementKind.Count };

    private IEnumerable<SqlStatement> CheckWeights() =>
    [
        Statement("check-weights", "the weights of groups do not sum to 1", Rules.Sql($"""
            SELECT {Names(_groupKey)}, sum({_definition.WeightColumn}) AS weights
            FROM {Resolved}
            GROUP BY {Names(_groupKey)}
            HAVING sum({_definition.WeightColumn}) IS DISTINCT FROM 1
            LIMIT 20
            """)) with { Kind = StatementKind.Guard },
    ];

    private IEnumerable<SqlStatement> Replace() =>
    [
        Statement("find-differences", "A set that changes nothing writes nothing.", Rules.Sql($"""
            SELECT (SELECT count(*) FROM (SELECT {Names(_columns)} FROM {Resolved} EXCEPT SELECT {Names(_columns)} FROM {_bridge.Name}) AS added)
                 + (SELECT count(*) FROM (SELECT {Names(_columns)} FROM {_bridge.Name} EXCEPT SELECT {Names(_columns)} FROM {Resolved}) AS gone)
                 + abs((SELECT count(*) FROM {Resolved}) - (SELECT count(*) FROM {_bridge.Name})) AS differences
            """)) with { Kind = StatementKind.Count },
        Statement("delete-old-rows", "Makes room for the new set.", Rules.Sql($"DELETE FROM {_bridge.Name}")) with { Counter = Counters.Deleted, OnlyIf = Differences, WritesTarget = true },
        Insert("insert-rows", "The new set.", Counters.Inserted, new SqlText("NOT src.is_empty_group")),
        Insert("insert-empty-groups", "Groups without rows, so that nothing disappears in a join.", Counters.EmptyGroups, new SqlText("src.is_empty_group")),
    ];

    private SqlStatement Insert(string name, string purpose, string counter, SqlText condition) => Statement(name, purpose, Rules.Sql($"""
        INSERT INTO {_bridge.Name} ({Names(_columns)}, {_bridge.Conventions.LoadId})
        SELECT {Columns("src", _columns)},
               $load_id
        FROM {Resolved} AS src
        WHERE {condition}
        ORDER BY {Inline("src", _groupKey)}, src.{_definition.MemberKeyColumn}
        """)) with { Counter = counter, OnlyIf = Differences, WritesTarget = true };
}
