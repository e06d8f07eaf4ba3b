using Warehouse.Sdk.Sql;
using static Warehouse.Sdk.Snowflake.SnowflakeSql;

namespace Warehouse.Sdk.Snowflake;

/// <summary>What holds for versioned bridges and for maps of hierarchies.</summary>
internal sealed partial class SnowflakeVerifySql
{
    /// <summary>A sum can change only where a membership begins or ends.</summary>
    private SqlStatement WeightsInTime(BridgeDefinition definition, Identifier[] group)
    {
        SqlText open = _names.OpenEnd == OpenEnd.FarFuture ? new SqlText("TIMESTAMP '9999-12-31'") : new SqlText("NULL");
        return Rule("weights", "the weights of groups do not sum to 1", Rules.Sql($"""
            SELECT {KeyText("tgt", group)} AS member,
                   listagg(CAST(tgt.{definition.MemberKeyColumn} AS VARCHAR), ', ') WITHIN GROUP (ORDER BY tgt.{definition.MemberKeyColumn}) AS keys,
                   'from ' || CAST(instant.changed_at AS VARCHAR) || ' on they sum to ' || CAST(sum(tgt.{definition.WeightColumn}) AS VARCHAR) AS detail
            FROM (
                SELECT {Columns("one", group)}, one.{_names.ValidFrom} AS changed_at FROM {_table} AS one
                UNION
                SELECT {Columns("one", group)}, one.{_names.ValidTo} FROM {_table} AS one WHERE one.{_names.ValidTo} IS DISTINCT FROM {open}
            ) AS instant
            JOIN {_table} AS tgt ON {SameKey("tgt", "instant", group)}
             AND tgt.{_names.ValidFrom} <= instant.changed_at
             AND (tgt.{_names.ValidTo} IS NULL OR tgt.{_names.ValidTo} > instant.changed_at)
            GROUP BY {Columns("tgt", group)}, instant.changed_at
            HAVING sum(tgt.{definition.WeightColumn}) IS DISTINCT FROM 1
            """));
    }

    private IEnumerable<SqlStatement> RulesOfHierarchy(HierarchyBridge hierarchy)
    {
        SqlText pair = KeyText("pair", [hierarchy.Ancestor, hierarchy.Descendant]);
        yield return Rule("paths", "pairs are not led to level by level", Rules.Sql($"""
            SELECT {pair} AS member,
                   '' AS keys,
                   'no way of ' || CAST(pair.{HierarchyBridge.Depth} AS VARCHAR) || ' levels leads there' AS detail
            FROM {_table} AS pair
            WHERE NOT (
                (pair.{HierarchyBridge.Depth} = 0 AND pair.{hierarchy.Ancestor} = pair.{hierarchy.Descendant})
                OR EXISTS (
                    SELECT 1
                    FROM {_table} AS above
                    JOIN {_table} AS below ON below.{hierarchy.Ancestor} = above.{hierarchy.Descendant} AND below.{hierarchy.Descendant} = pair.{hierarchy.Descendant} AND below.{HierarchyBridge.Depth} = 1
                    WHERE above.{hierarchy.Ancestor} = pair.{hierarchy.Ancestor}
                      AND above.{HierarchyBridge.Depth} = pair.{HierarchyBridge.Depth} - 1
                )
            )
            """));
        yield return Rule("ends", "the marks of top and bottom differ from the pairs", Rules.Sql($"""
            SELECT {pair} AS member,
                   '' AS keys,
                   'it is marked as top or bottom wrongly' AS detail
            FROM {_table} AS pair
            WHERE pair.{HierarchyBridge.IsTop} = EXISTS (SELECT 1 FROM {_table} AS other WHERE other.{hierarchy.Descendant} = pair.{hierarchy.Ancestor} AND other.{HierarchyBridge.Depth} = 1)
               OR pair.{HierarchyBridge.IsBottom} = EXISTS (SELECT 1 FROM {_table} AS other WHERE other.{hierarchy.Ancestor} = pair.{hierarchy.Descendant} AND other.{HierarchyBridge.Depth} = 1)
            """));
        yield return Rule("missing-members", $"members of {hierarchy.Dimension.Name} are not in the map", Rules.Sql($"""
            SELECT DISTINCT {KeyText("tgt", hierarchy.Dimension)} AS member,
                   '' AS keys,
                   'it has no pair with itself' AS detail
            FROM {hierarchy.Dimension.HistoryTable} AS tgt
            WHERE tgt.{hierarchy.Dimension.SurrogateKey} > 0
              AND NOT EXISTS (SELECT 1 FROM {_table} AS pair WHERE pair.{hierarchy.Ancestor} = tgt.{hierarchy.MemberKey} AND pair.{HierarchyBridge.Depth} = 0)
            """));
    }
}
