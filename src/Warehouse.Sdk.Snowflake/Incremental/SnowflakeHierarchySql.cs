using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;
using static Warehouse.Sdk.Snowflake.SnowflakeSql;

namespace Warehouse.Sdk.Snowflake;

/// <summary>Works out who is below whom from who is right below whom. Circles are found before, and rejected with their path.</summary>
internal sealed class SnowflakeHierarchySql
{
    private const string Unreached = "unreached_members";

    private static readonly QualifiedName Incoming = SnowflakeBatchSql.Incoming;
    private static readonly QualifiedName Stuck = Temp("stuck");
    private static readonly QualifiedName Circles = Temp("circles");
    private static readonly QualifiedName Resolved = Temp("resolved");

    private readonly HierarchyBridge _hierarchy;
    private readonly Identifier _child;
    private readonly Identifier _parent;

    private SnowflakeHierarchySql(HierarchyBridge hierarchy)
    {
        _hierarchy = hierarchy;
        _child = hierarchy.Child.Name;
        _parent = hierarchy.Parent.Name;
    }

    public static SqlScript Load(HierarchyPlan plan)
    {
        var sql = new SnowflakeHierarchySql(plan.Hierarchy);
        return new SqlScript($"load {plan.Hierarchy.Name}", [.. sql.ReadBatch(), .. sql.RejectUnknownMembers(), .. sql.RejectCircles(), sql.Expand(), CountAccepted(), .. sql.Write()]);
    }

    private IEnumerable<SqlStatement> ReadBatch() =>
    [
        Statement("reject-incomplete-rows", "A row without its member says nothing of anybody.", Rules.Sql($"""
            INSERT INTO {SnowflakeLedgerSql.Rejects(_hierarchy.Conventions)} (load_id, target, file, line, column_name, reason, raw_row)
            SELECT $load_id,
                   $target,
                   $path,
                   src.{StagePlan.SourceLine},
                   {Constant(_child.Value)},
                   'the member is NULL',
                   to_json(object_construct_keep_null(src.*))
            FROM {Staged} AS src
            WHERE src.{_child} IS NULL
            """)) with { Counter = Counters.Rejected },
        .. new SnowflakeBatchSql
        {
            Rows = Staged,
            Complete = Rules.Sql($"src.{_child} IS NOT NULL"),
            Key = [_child],
            Content = [.. _hierarchy.SourceColumns.Select(column => column.Name)],
            Conventions = _hierarchy.Conventions,
            Conflict = "one member has several parents",
        }.Statements(),
    ];

    private SqlText IsMember(Identifier column)
        => Rules.Sql($"EXISTS (SELECT 1 FROM {_hierarchy.Dimension.HistoryTable} AS member WHERE member.{_hierarchy.MemberKey} = src.{column} AND member.{_hierarchy.Dimension.SurrogateKey} > 0)");

    private IEnumerable<SqlStatement> RejectUnknownMembers()
    {
        SqlText isUnknown = Rules.Sql($"""
            NOT {IsMember(_child)}
              OR (src.{_parent} IS NOT NULL AND NOT {IsMember(_parent)})
            """);
        yield return Statement("reject-unknown-members", "Rows that name a member nobody knows are kept aside.", Rules.Sql($"""
            INSERT INTO {SnowflakeLedgerSql.Rejects(_hierarchy.Conventions)} (load_id, target, file, line, column_name, reason, raw_row)
            SELECT $load_id,
                   $target,
                   $path,
                   src.{StagePlan.SourceLine},
                   CASE WHEN known.member_key IS NULL THEN {Constant(_child.Value)} ELSE {Constant(_parent.Value)} END,
                   {Constant($"no such member of {_hierarchy.Dimension.Name} (")} || CASE WHEN known.member_key IS NULL THEN {SnowflakeBatchSql.KeyText("src", [_child])} ELSE {SnowflakeBatchSql.KeyText("src", [_parent])} END || ')',
                   to_json(object_construct_keep_null(src.*))
            FROM {Incoming} AS src
            LEFT JOIN (
                SELECT DISTINCT member.{_hierarchy.MemberKey} AS member_key
                FROM {_hierarchy.Dimension.HistoryTable} AS member
                WHERE member.{_hierarchy.Dimension.SurrogateKey} > 0
            ) AS known ON known.member_key = src.{_child}
            WHERE {isUnknown}
            """)) with { Counter = Counters.Rejected };
        yield return Statement("leave-unknown-members", "They take no further part.", Rules.Sql($"""
            DELETE FROM {Incoming}
            USING (
                SELECT src.{StagePlan.SourceLine}
                FROM {Incoming} AS src
                WHERE {isUnknown}
            ) AS gone
            WHERE {Incoming}.{StagePlan.SourceLine} = gone.{StagePlan.SourceLine}
            """));
    }

    /// <summary>Whoever cannot be reached from a top lies in a circle or below one.</summary>
    private IEnumerable<SqlStatement> RejectCircles() =>
    [
        Statement("find-unreached-members", "Members that no top leads to; usually none.", Rules.Sql($"""
            CREATE OR REPLACE TEMPORARY TABLE {WorkSchema}.{new Identifier("stuck")} AS
            WITH RECURSIVE reached AS (
                SELECT member.{_hierarchy.MemberKey} AS member_key
                FROM {_hierarchy.Dimension.HistoryTable} AS member
                WHERE member.{_hierarchy.Dimension.SurrogateKey} > 0
                  AND NOT EXISTS (SELECT 1 FROM {Incoming} AS src WHERE src.{_child} = member.{_hierarchy.MemberKey} AND src.{_parent} IS NOT NULL)
                GROUP BY member.{_hierarchy.MemberKey}
                UNION ALL
                SELECT src.{_child}
                FROM reached
                JOIN {Incoming} AS src ON src.{_parent} = reached.member_key
            )
            SELECT src.{_child},
                   src.{_parent},
                   src.{StagePlan.SourceLine}
            FROM {Incoming} AS src
            WHERE NOT EXISTS (SELECT 1 FROM reached WHERE reached.member_key = src.{_child})
            """)),
        Statement("count-unreached-members", "Without any there is no circle.", Rules.Sql($"SELECT count(*) AS {new Identifier(Unreached)} FROM {Stuck}")) with { Kind = StatementKind.Count },
        Statement("find-circles", "The way from each of them that leads back to it.", Rules.Sql($"""
            CREATE OR REPLACE TEMPORARY TABLE {WorkSchema}.{new Identifier("circles")} AS
            WITH RECURSIVE walk AS (
                SELECT src.{_child} AS begun_at,
                       src.{_parent} AS come_to,
                       CAST(src.{_child} AS VARCHAR) || ' -> ' || CAST(src.{_parent} AS VARCHAR) AS path,
                       1 AS steps,
                       size.members
                FROM {Stuck} AS src
                CROSS JOIN (SELECT count(*) AS members FROM {Stuck}) AS size
                UNION ALL
                SELECT walk.begun_at,
                       src.{_parent},
                       walk.path || ' -> ' || CAST(src.{_parent} AS VARCHAR),
                       walk.steps + 1,
                       walk.members
                FROM walk
                JOIN {Stuck} AS src ON src.{_child} = walk.come_to
                WHERE walk.come_to <> walk.begun_at
                  AND walk.steps < walk.members
            )
            SELECT walk.begun_at AS {_child},
                   walk.path
            FROM walk
            WHERE walk.come_to = walk.begun_at
            """)) with { OnlyIf = Unreached },
        Statement("reject-circles", "Nobody can say which of the rows of a circle is wrong, so all of them are kept aside.", Rules.Sql($"""
            INSERT INTO {SnowflakeLedgerSql.Rejects(_hierarchy.Conventions)} (load_id, target, file, line, column_name, reason, raw_row)
            SELECT $load_id,
                   $target,
                   $path,
                   src.{StagePlan.SourceLine},
                   {Constant(_parent.Value)},
                   'the member lies in a circle (' || circles.path || ')',
                   to_json(object_construct_keep_null(src.*))
            FROM {Incoming} AS src
            JOIN {Circles} AS circles ON circles.{_child} = src.{_child}
            """)) with { Counter = Counters.Rejected, OnlyIf = Unreached },
        Statement("leave-circles", "They take no further part.", Rules.Sql($"""
            DELETE FROM {Incoming}
            USING (
                SELECT src.{StagePlan.SourceLine}
                FROM {Incoming} AS src
                WHERE EXISTS (SELECT 1 FROM {Circles} AS circles WHERE circles.{_child} = src.{_child})
            ) AS gone
            WHERE {Incoming}.{StagePlan.SourceLine} = gone.{StagePlan.SourceLine}
            """)) with { OnlyIf = Unreached },
    ];

    private SqlStatement Expand() => Statement("expand-hierarchy", "From each member down to all below it, level by level.", Rules.Sql($"""
        CREATE OR REPLACE TEMPORARY TABLE {WorkSchema}.{new Identifier("resolved")} AS
        WITH RECURSIVE tree AS (
            SELECT DISTINCT member.{_hierarchy.MemberKey} AS {_hierarchy.Ancestor},
                   member.{_hierarchy.MemberKey} AS {_hierarchy.Descendant},
                   0 AS {HierarchyBridge.Depth}
            FROM {_hierarchy.Dimension.HistoryTable} AS member
            WHERE member.{_hierarchy.Dimension.SurrogateKey} > 0
            UNION ALL
            SELECT tree.{_hierarchy.Ancestor},
                   src.{_child},
                   tree.{HierarchyBridge.Depth} + 1
            FROM tree
            JOIN {Incoming} AS src ON src.{_parent} = tree.{_hierarchy.Descendant}
        )
        SELECT tree.{_hierarchy.Ancestor},
               tree.{_hierarchy.Descendant},
               tree.{HierarchyBridge.Depth},
               above.member_key IS NULL AS {HierarchyBridge.IsTop},
               below.member_key IS NULL AS {HierarchyBridge.IsBottom}
        FROM tree
        LEFT JOIN (SELECT DISTINCT src.{_child} AS member_key FROM {Incoming} AS src WHERE src.{_parent} IS NOT NULL) AS above ON above.member_key = tree.{_hierarchy.Ancestor}
        LEFT JOIN (SELECT DISTINCT src.{_parent} AS member_key FROM {Incoming} AS src WHERE src.{_parent} IS NOT NULL) AS below ON below.member_key = tree.{_hierarchy.Descendant}
        """));

    private static SqlStatement CountAccepted() => Statement("count-accepted", "The rows of the map, most of which no row of the source is about.", Rules.Sql($"""
        SELECT count(*) AS accepted,
               count(*) - (SELECT count(*) FROM {Incoming}) AS derived
        FROM {Resolved}
        """)) with { Kind = StatementKind.Count };

    private IEnumerable<SqlStatement> Write()
    {
        Identifier[] key = [_hierarchy.Ancestor, _hierarchy.Descendant];
        yield return Statement("delete-old-rows", "Pairs that are no more, or not that far apart.", Rules.Sql($"""
            DELETE FROM {_hierarchy.Name}
            WHERE NOT EXISTS (SELECT 1 FROM {Resolved} AS src WHERE {SameKey(Own(_hierarchy.Name), "src", _hierarchy.MapColumns)})
            """)) with { Counter = Counters.Deleted, WritesTarget = true };
        yield return Statement("insert-rows", "Pairs that the map does not have.", Rules.Sql($"""
            INSERT INTO {_hierarchy.Name} ({Names(_hierarchy.MapColumns)}, {_hierarchy.Conventions.LoadId})
            SELECT {Columns("src", _hierarchy.MapColumns)},
                   $load_id
            FROM {Resolved} AS src
            WHERE NOT EXISTS (SELECT 1 FROM {_hierarchy.Name} AS tgt WHERE {SameKey("tgt", "src", key)})
            """)) with { Counter = Counters.Inserted, WritesTarget = true };
    }
}
