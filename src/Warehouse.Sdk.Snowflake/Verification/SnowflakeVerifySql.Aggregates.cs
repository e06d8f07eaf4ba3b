using Warehouse.Sdk.Sql;
using static Warehouse.Sdk.Snowflake.SnowflakeSql;

namespace Warehouse.Sdk.Snowflake;

/// <summary>An aggregate holds what its source sums up to.</summary>
internal sealed partial class SnowflakeVerifySql
{
    private IEnumerable<SqlStatement> RulesOfAggregate(AggregateFact aggregate)
    {
        Identifier[] compared = [.. SnowflakeAggregateSql.Columns(aggregate).Where(name => name != PeriodicDefinition.SourceLoadId)];
        Identifier[] groups = [.. aggregate.Definition.Groups.Select(group => group.Column.Name)];
        yield return Rule("source-values", $"rows are not what {aggregate.Source.Name} sums up to", Rules.Sql($"""
            WITH expected AS (
                SELECT {Columns("src", compared)}
                FROM (
                    {SnowflakeAggregateSql.Expected(aggregate)}
                ) AS src
            ),
            stored AS (
                SELECT {Columns("tgt", compared)}
                FROM {_table} AS tgt
            ),
            differing AS (
                (SELECT * FROM expected EXCEPT SELECT * FROM stored)
                UNION ALL
                (SELECT * FROM stored EXCEPT SELECT * FROM expected)
            )
            SELECT DISTINCT {KeyText("differing", groups)} AS member,
                   '' AS keys,
                   {Constant($"{aggregate.Source.Name} sums up to something else; load the aggregate from Source.Derived")} AS detail
            FROM differing
            """));
    }
}
