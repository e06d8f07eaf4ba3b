using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;
using static Warehouse.Sdk.Postgres.PostgresSql;

namespace Warehouse.Sdk.Postgres;

/// <summary>What has to hold for all rows of a table, one statement per rule. Each returns the rows for which it does not.</summary>
internal sealed partial class PostgresVerifySql
{
    private readonly VerifyPlan _plan;
    private readonly QualifiedName _table;
    private readonly ModelConventions _names;

    private PostgresVerifySql(VerifyPlan plan)
    {
        _plan = plan;
        _table = plan.Target.Name;
        _names = plan.Names;
    }

    public static SqlScript Verify(VerifyPlan plan)
    {
        var sql = new PostgresVerifySql(plan);
        return new SqlScript($"verify {plan.Target.Name}", [.. sql.RulesOfTarget(), .. sql.RulesOfEveryTable()]);
    }

    private IEnumerable<SqlStatement> RulesOfTarget() => _plan.Target switch
    {
        Dimension dimension => [.. RulesOfHistory(dimension), .. RulesOfMembers(dimension), .. RulesOfProfiles(dimension)],
        CombinationDimension combinations => RulesOfCombinations(combinations),
        DateDimension dates => [DefaultMembers(dates, dates.Schema, dates.Key, dates.DefaultMembers)],
        Fact fact => RulesOfFact(fact),
        AggregateFact aggregate => RulesOfAggregate(aggregate),
        HierarchyBridge hierarchy => RulesOfHierarchy(hierarchy),
        Bridge bridge => RulesOfBridge(bridge),
        _ => [],
    };

    private IEnumerable<SqlStatement> RulesOfEveryTable()
    {
        if (_plan.Grain.Count > 0)
            yield return Grain();
        if (_plan.Target.Schema.Columns.Any(column => column.Name == _names.LoadId))
            yield return LoadIds();
    }

    private SqlStatement Grain() => Rule("grain", "several rows have one grain", Rules.Sql($"""
        SELECT {KeyText("tgt", _plan.Grain)} AS member,
               '' AS keys,
               CAST(count(*) AS text) || ' rows' AS detail
        FROM {_table} AS tgt
        GROUP BY {Columns("tgt", _plan.Grain)}
        HAVING count(*) > 1
        """));

    // Default members come with the deployment, which is no load.
    private SqlStatement LoadIds()
    {
        SqlText unlessDefault = _plan.Target switch
        {
            Dimension dimension => Rules.Sql($"AND tgt.{dimension.SurrogateKey} > 0"),
            CombinationDimension combinations => Rules.Sql($"AND tgt.{combinations.SurrogateKey} > 0"),
            _ => SqlText.Empty,
        };
        QualifiedName table = (_plan.Target as Dimension)?.HistoryTable ?? _table;
        return Rule("load-ids", "rows name a load that the ledger does not have", Rules.Sql($"""
            SELECT 'load ' || CAST(tgt.{_names.LoadId} AS text) AS member,
                   '' AS keys,
                   CAST(count(*) AS text) || ' rows' AS detail
            FROM {table} AS tgt
            WHERE NOT EXISTS (SELECT 1 FROM {PostgresLedgerSql.Loads(_names)} AS known WHERE known.load_id = tgt.{_names.LoadId})
              {unlessDefault}
            GROUP BY tgt.{_names.LoadId}
            """));
    }

    private SqlStatement Rule(string name, string violation, SqlText broken) => AsFindings(name, violation, broken) with { Kind = StatementKind.Finding };

    private SqlStatement Inform(string name, string purpose, SqlText worthKnowing) => AsFindings(name, purpose, worthKnowing) with { Kind = StatementKind.Information };

    // Materialized: all findings are counted, while a planner that sees the limit seeks the first hundred, in a loop over the table for each row.
    private SqlStatement AsFindings(string name, string purpose, SqlText found) => Statement(name, purpose, Rules.Sql($"""
        WITH broken AS MATERIALIZED (
            {found}
        )
        SELECT {Constant(_table.ToString())} AS table_name,
               broken.member,
               broken.keys,
               broken.detail,
               count(*) OVER () AS found
        FROM broken
        ORDER BY broken.member COLLATE "C", broken.keys COLLATE "C", broken.detail COLLATE "C"
        LIMIT {VerifyPlan.MostFindings}
        """));

    /// <summary><c>id = 7, part = NULL</c>: names a row also where a part of its key is missing.</summary>
    private static SqlText KeyText(string alias, IEnumerable<Identifier> key)
        => SqlText.Join(" || ', ' || ", key.Select(name => Rules.Sql($"{Constant($"{name.Value} = ")} || coalesce(CAST({Column(alias, name)} AS text), 'NULL')")));

    private static SqlText KeyText(string alias, Dimension dimension) => KeyText(alias, dimension.NaturalKey.Select(column => column.Name));

    /// <summary>The names of the columns for which something is true, joined.</summary>
    private static SqlText NamesWhere(IEnumerable<(Identifier Column, SqlText Condition)> columns)
        => PostgresSql.Listed(columns.Select(column => Rules.Sql($"CASE WHEN {column.Condition} THEN {Constant(column.Column.Value)} END")));
}
