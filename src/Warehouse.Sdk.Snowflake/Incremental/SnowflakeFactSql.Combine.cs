using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;
using static Warehouse.Sdk.Snowflake.SnowflakeSql;

namespace Warehouse.Sdk.Snowflake;

/// <summary>Several rows of the source become one row of the fact.</summary>
internal sealed partial class SnowflakeFactSql
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
            CREATE OR REPLACE TEMPORARY TABLE {WorkSchema}.{new Identifier("combined")} AS
            SELECT {Columns("src", _grain)},
                   {Lines([.. _plan.Agreeing.Select(name => Rules.Sql($"min_by(src.{name}, src.{StagePlan.SourceLine}) AS {name}")), .. _plan.Measures.Select(measure => Rules.Sql($"{Combined(measure)} AS {measure.Column.Name}"))])},
                   min(src.{StagePlan.SourceLine}) AS {StagePlan.SourceLine}
            FROM {SnowflakeBatchSql.Incoming} AS src
            GROUP BY {Inline("src", _grain)}
            """));
        yield return Statement("count-combined", "Rows that went into another one.", Rules.Sql($"""
            SELECT (SELECT count(*) FROM {SnowflakeBatchSql.Incoming}) - (SELECT count(*) FROM {_incoming}) AS combined
            """)) with { Kind = StatementKind.Count };
    }

    private IEnumerable<SqlStatement> RejectDisagreeingRows()
    {
        if (_plan.Agreeing.Count == 0)
            yield break;
        SqlText differing = Lines(_plan.Agreeing.Select(name => Rules.Sql($"CASE WHEN {Disagree(name)} THEN {Constant(name.Value)} END")));
        yield return Statement("find-disagreeing-grains", "Grains whose rows differ in something that is not combined; usually none.", Rules.Sql($"""
            CREATE OR REPLACE TEMPORARY TABLE {WorkSchema}.{new Identifier("disagreeing")} AS
            SELECT {Columns("src", _grain)},
                   array_to_string(array_construct_compact({differing}), ', ') AS differing_columns
            FROM {SnowflakeBatchSql.Incoming} AS src
            GROUP BY {Inline("src", _grain)}
            HAVING {AnyTrue(_plan.Agreeing.Select(Disagree))}
            """));
        yield return Statement("count-disagreeing-grains", "Whether anything has to be kept aside.", Rules.Sql($"SELECT count(*) AS disagreeing_grains FROM {Disagreeing}")) with { Kind = StatementKind.Count };
        yield return Statement("reject-disagreeing-rows", "None of them can be chosen, so all are kept aside.", Rules.Sql($"""
            INSERT INTO {SnowflakeLedgerSql.Rejects(_plan.Target.Conventions)} (load_id, target, file, line, column_name, reason, raw_row)
            SELECT $load_id,
                   $target,
                   $path,
                   src.{StagePlan.SourceLine},
                   disagreeing.differing_columns,
                   {Constant("several rows of one grain have different values (")} || {SnowflakeBatchSql.KeyText("src", _grain)} || ')',
                   to_json(object_construct_keep_null(src.*))
            FROM {SnowflakeBatchSql.Incoming} AS src
            JOIN {Disagreeing} AS disagreeing ON {SameKey("disagreeing", "src", _grain)}
            """)) with { Counter = Counters.Rejected, OnlyIf = DisagreeingGrains };
        yield return Statement("leave-disagreeing-rows", "They take no further part.", Rules.Sql($"""
            DELETE FROM {SnowflakeBatchSql.Incoming}
            USING (
                SELECT src.{StagePlan.SourceLine}
                FROM {SnowflakeBatchSql.Incoming} AS src
                WHERE EXISTS (SELECT 1 FROM {Disagreeing} AS disagreeing WHERE {SameKey("disagreeing", "src", _grain)})
            ) AS gone
            WHERE {SnowflakeBatchSql.Incoming}.{StagePlan.SourceLine} = gone.{StagePlan.SourceLine}
            """)) with { OnlyIf = DisagreeingGrains };
    }

    private static SqlText Disagree(Identifier column) => Rules.Sql($"count(DISTINCT src.{column}) > 1 OR count(src.{column}) NOT IN (0, count(*))");

    // In an array of its own, because an array of values leaves NULL out.
    private static SqlText FirstOf(Measure measure, SqlText order)
        => Rules.Sql($"CAST(get(get(array_agg(array_construct(src.{measure.Column.Name})) WITHIN GROUP (ORDER BY {order}), 0), 0) AS {Type(measure.Column.Type)})");

    private static SqlText Combined(Measure measure) => measure.Combine switch
    {
        Combine.Sum => Rules.Sql($"sum(src.{measure.Column.Name})"),
        Combine.Average => Rules.Sql($"avg(src.{measure.Column.Name})"),
        Combine.Minimum => Rules.Sql($"min(src.{measure.Column.Name})"),
        Combine.Maximum => Rules.Sql($"max(src.{measure.Column.Name})"),
        Combine.Count => Rules.Sql($"count(src.{measure.Column.Name})"),
        Combine.CountTrue => Rules.Sql($"count_if(src.{measure.Column.Name})"),
        Combine.First => FirstOf(measure, Rules.Sql($"src.{measure.CombinedBy!.Name} NULLS LAST, src.{StagePlan.SourceLine}")),
        _ => FirstOf(measure, Rules.Sql($"src.{measure.CombinedBy!.Name} DESC NULLS LAST, src.{StagePlan.SourceLine} DESC")),
    };
}
