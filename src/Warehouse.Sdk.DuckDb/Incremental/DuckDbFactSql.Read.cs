using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;
using static Warehouse.Sdk.DuckDb.DuckDbSql;

namespace Warehouse.Sdk.DuckDb;

/// <summary>What a batch goes through before its keys are looked up.</summary>
internal sealed partial class DuckDbFactSql
{
    private IEnumerable<SqlStatement> ReadBatch() =>
    [
        .. RejectIncompleteRows(),
        .. _plan.SourceGrain.Count > 0
            ? new DuckDbBatchSql
            {
                Rows = Staged,
                Complete = Complete,
                Key = _plan.SourceGrain,
                Content = [.. _plan.Target.SourceColumns.Select(column => column.Name).Union(_plan.Accumulating is null ? [] : _plan.SourceGrain)],
                Sequence = _plan.Accumulating is null ? _plan.Sequence : null,
                Conventions = _plan.Target.Conventions,
                Conflict = "several rows of one grain have different values",
            }.Statements()
            : [TakeAllRows()],
    ];

    private IEnumerable<SqlStatement> RejectIncompleteRows()
    {
        if (Complete.IsEmpty)
            yield break;
        yield return Statement("reject-incomplete-rows", "A row without its grain or its watermark has no place in the table.", Rules.Sql($"""
            INSERT INTO {DuckDbLedgerSql.Rejects(_plan.Target.Conventions)} (load_id, target, file, line, column_name, reason, raw_row)
            SELECT $load_id,
                   $target,
                   $path,
                   src.{StagePlan.SourceLine},
                   concat_ws(', ', {SqlText.Join(", ", _plan.Required.Select(name => Rules.Sql($"CASE WHEN {IsWrong(name)} THEN {Constant(name.Value)} END")))}),
                   {IncompleteReason},
                   CAST(to_json(src) AS VARCHAR)
            FROM {Staged} AS src
            WHERE NOT ({Complete})
            """)) with { Counter = Counters.Rejected };
    }

    private SqlStatement TakeAllRows()
    {
        SqlText where = Complete.IsEmpty ? SqlText.Empty : Rules.Sql($"WHERE {Complete}");
        return Statement("take-incoming", "Every row of the batch counts, identical ones too.", Rules.Sql($"""
            CREATE TEMP TABLE incoming AS
            SELECT {Columns("src", _plan.Target.SourceColumns.Select(column => column.Name))},
                   src.{StagePlan.SourceLine}
            FROM {Staged} AS src
            {where}
            """));
    }

    private IEnumerable<SqlStatement> KeepToInterval()
    {
        if (_plan.Options.Interval is null)
            yield break;
        SqlText inside = InInterval("src");
        yield return Statement("count-outside-interval", "Rows that other loads are about.", Rules.Sql($"""
            SELECT count(*) AS outside_interval
            FROM {DuckDbBatchSql.Incoming} AS src
            WHERE NOT ({inside})
            """)) with { Kind = StatementKind.Count };
        yield return Statement("leave-rows-outside-interval", "They take no further part.", Rules.Sql($"""
            DELETE FROM {DuckDbBatchSql.Incoming} AS src
            WHERE NOT ({inside})
            """)) with { OnlyIf = Counters.OutsideInterval };
    }

    private SqlText HasNull => SqlText.Join(" OR ", _plan.Required.Select(name => Rules.Sql($"src.{name} IS NULL")));

    private SqlText Complete => SqlText.Join(" AND ",
    [
        .. _plan.Required.Select(name => Rules.Sql($"src.{name} IS NOT NULL")),
        IsBelievable("src"),
        InScope("src"),
    ]);

    private SqlText IsBelievable(string alias)
        => _plan.Growth.MaxFuture is null ? SqlText.Empty : Rules.Sql($"{Column(alias, _plan.Growth.Watermark!.Name)} <= {LatestWatermark}");

    private SqlText LatestWatermark => Rules.Sql($"CAST($started_at AS TIMESTAMP) + to_seconds({(long)_plan.Growth.MaxFuture.GetValueOrDefault().TotalSeconds})");

    private SqlText IsWrong(Identifier column)
    {
        if (_plan.Growth is { Watermark: { } watermark, MaxFuture: not null } && watermark.Name == column)
            return Rules.Sql($"src.{column} IS NULL OR src.{column} > {LatestWatermark}");
        return _plan.HasScope && _plan.Growth.Scope!.Name == column
            ? Rules.Sql($"src.{column} IS NULL OR NOT ({InScope("src")})")
            : Rules.Sql($"src.{column} IS NULL");
    }

    private SqlText IncompleteReason
    {
        get
        {
            SqlText missing = Constant(_plan.MissingReason);
            SqlText future = _plan.Growth.MaxFuture is null ? SqlText.Empty : new SqlText("'the watermark is too far in the future'");
            SqlText outside = _plan.HasScope ? new SqlText("'the row is outside the scope of the load'") : SqlText.Empty;
            if (future.IsEmpty && outside.IsEmpty)
                return missing;
            SqlText orFuture = future.IsEmpty || outside.IsEmpty ? SqlText.Empty : Rules.Sql($"WHEN src.{_plan.Growth.Watermark!.Name} > {LatestWatermark} THEN {future} ");
            SqlText last = outside.IsEmpty ? future : outside;
            return Rules.Sql($"CASE WHEN {HasNull} THEN {missing} {orFuture}ELSE {last} END");
        }
    }

    /// <summary>The part of the table that the load is about; empty when that is all of it.</summary>
    private SqlText InScope(string alias) => _plan.HasScope
        ? Rules.Sql($"{Column(alias, _plan.Growth.Scope!.Name)} = CAST($scope AS {Type(_plan.Growth.Scope.Type)})")
        : SqlText.Empty;

    private SqlText InInterval(string alias) => SqlText.Join(" AND ",
    [
        _plan.HasLowerLimit ? Rules.Sql($"{Column(alias, _plan.Growth.Watermark!.Name)} >= {Bound("interval_from")}") : SqlText.Empty,
        _plan.HasUpperLimit ? Rules.Sql($"{Column(alias, _plan.Growth.Watermark!.Name)} < {Bound("interval_to")}") : SqlText.Empty,
    ]);

    private SqlText Bound(string parameter) => Rules.Sql($"CAST({new SqlText("$" + parameter)} AS {BoundType})");

    private SqlText BoundType => new(_plan.Growth.IsTime ? "TIMESTAMP" : "BIGINT");

    private static SqlText WhereAll(params SqlText[] conditions)
        => conditions.FirstOrDefault(condition => !condition.IsEmpty) is { IsEmpty: false } first
            ? SqlText.Join("\n  AND ", [Rules.Sql($"WHERE {first}"), .. conditions.Where(condition => !condition.IsEmpty).Skip(1)])
            : SqlText.Empty;
}
