using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;
using static Warehouse.Sdk.DuckDb.DuckDbSql;

namespace Warehouse.Sdk.DuckDb;

/// <summary>Several rows of the source become one row of the fact.</summary>
internal sealed partial class DuckDbFactSql
{
    private const string DisagreeingGrains = "disagreeing_grains";

    private static readonly QualifiedName Disagreeing = Temp("disagreeing");

    private IEnumerable<SqlStatement> CombineRows()
    {
        if (!_plan.Combines)
            yield break;
        foreach (SqlStatement statement in RejectDisagreeingRows())
            yield return statement;
        yield return Statement("combine-rows", "One row per grain; each measure by its own rule.", Rules.Sql($"""
            CREATE TEMP TABLE combined AS
            SELECT {Columns("src", _grain)},
                   {Lines([.. _plan.Agreeing.Select(name => Rules.Sql($"(array_agg(src.{name} ORDER BY src.{StagePlan.SourceLine}))[1] AS {name}")), .. _plan.Measures.Select(measure => Rules.Sql($"{Combined(measure)} AS {measure.Column.Name}"))])},
                   min(src.{StagePlan.SourceLine}) AS {StagePlan.SourceLine}
            FROM {DuckDbBatchSql.Incoming} AS src
            GROUP BY {Inline("src", _grain)}
            """));
        yield return Statement("count-combined", "Rows that went into another one.", Rules.Sql($"""
            SELECT (SELECT count(*) FROM {DuckDbBatchSql.Incoming}) - (SELECT count(*) FROM {_incoming}) AS combined
            """)) with { Kind = StatementKind.Count };
    }

    private IEnumerable<SqlStatement> RejectDisagreeingRows()
    {
        if (_plan.Agreeing.Count == 0)
            yield break;
        SqlText differing = Lines(_plan.Agreeing.Select(name => Rules.Sql($"CASE WHEN {Disagree(name)} THEN {Constant(name.Value)} END")));
        yield return Statement("find-disagreeing-grains", "Grains whose rows differ in something that is not combined; usually none.", Rules.Sql($"""
            CREATE TEMP TABLE disagreeing AS
            SELECT {Columns("src", _grain)},
                   concat_ws(', ', {differing}) AS differing_columns
            FROM {DuckDbBatchSql.Incoming} AS src
            GROUP BY {Inline("src", _grain)}
            HAVING {AnyTrue(_plan.Agreeing.Select(Disagree))}
            """));
        yield return Statement("count-disagreeing-grains", "Whether anything has to be kept aside.", Rules.Sql($"SELECT count(*) AS disagreeing_grains FROM {Disagreeing}")) with { Kind = StatementKind.Count };
        yield return Statement("reject-disagreeing-rows", "None of them can be chosen, so all are kept aside.", Rules.Sql($"""
            INSERT INTO {DuckDbLedgerSql.Rejects(_plan.Target.Conventions)} (load_id, target, file, line, column_name, reason, raw_row)
            SELECT $load_id,
                   $target,
                   $path,
                   src.{StagePlan.SourceLine},
                   disagreeing.differing_columns,
                   {Constant("several rows of one grain have different values (")} || {DuckDbBatchSql.KeyText("src", _grain)} || ')',
                   CAST(to_json(src) AS VARCHAR)
            FROM {DuckDbBatchSql.Incoming} AS src
            JOIN {Disagreeing} AS disagreeing ON {SameKey("disagreeing", "src", _grain)}
            """)) with { Counter = Counters.Rejected, OnlyIf = DisagreeingGrains };
        yield return Statement("leave-disagreeing-rows", "They take no further part.", Rules.Sql($"""
            DELETE FROM {DuckDbBatchSql.Incoming} AS src
            WHERE EXISTS (SELECT 1 FROM {Disagreeing} AS disagreeing WHERE {SameKey("disagreeing", "src", _grain)})
            """)) with { OnlyIf = DisagreeingGrains };
    }

    private static SqlText Disagree(Identifier column) => Rules.Sql($"count(DISTINCT src.{column}) > 1 OR count(src.{column}) NOT IN (0, count(*))");

    private static SqlText Combined(Measure measure) => measure.Combine switch
    {
        Combine.Sum => Rules.Sql($"sum(src.{measure.Column.Name})"),
        Combine.Average => Rules.Sql($"avg(src.{measure.Column.Name})"),
        Combine.Minimum => Rules.Sql($"min(src.{measure.Column.Name})"),
        Combine.Maximum => Rules.Sql($"max(src.{measure.Column.Name})"),
        Combine.Count => Rules.Sql($"count(src.{measure.Column.Name})"),
        Combine.CountTrue => Rules.Sql($"count(*) FILTER (WHERE src.{measure.Column.Name})"),
        Combine.First => Rules.Sql($"(array_agg(src.{measure.Column.Name} ORDER BY src.{measure.CombinedBy!.Name} NULLS LAST, src.{StagePlan.SourceLine}))[1]"),
        _ => Rules.Sql($"(array_agg(src.{measure.Column.Name} ORDER BY src.{measure.CombinedBy!.Name} DESC NULLS LAST, src.{StagePlan.SourceLine} DESC))[1]"),
    };
}
