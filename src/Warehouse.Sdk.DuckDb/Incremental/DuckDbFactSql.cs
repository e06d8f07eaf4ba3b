using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;
using static Warehouse.Sdk.DuckDb.DuckDbSql;

namespace Warehouse.Sdk.DuckDb;

/// <summary>
/// Takes a batch into a fact or a table of the enterprise zone: rows are checked against the grain, their keys are resolved in one pass,
/// and the result gets into the table by its strategy.
/// </summary>
internal sealed partial class DuckDbFactSql
{
    private static readonly QualifiedName Incoming = DuckDbBatchSql.Incoming;
    private static readonly QualifiedName Resolved = Temp("resolved");

    private readonly IncrementalPlan _plan;
    private readonly QualifiedName _table;
    private readonly IReadOnlyList<Identifier> _grain;

    private DuckDbFactSql(IncrementalPlan plan)
    {
        _plan = plan;
        _table = plan.Target.Name;
        _grain = plan.Grain;
    }

    public static SqlScript Load(IncrementalPlan plan)
    {
        var sql = new DuckDbFactSql(plan);
        return new SqlScript($"load {plan.Target.Name}",
        [
            .. plan.Periodic is null ? sql.ReadBatch() : sql.Summarise(),
            .. plan.Accumulating is null ? [] : sql.Accumulate(),
            .. plan.Strategy == FactStrategy.FromWatermark ? sql.FindWindow() : [],
            .. sql.RejectUnknownMembers(),
            .. sql.InferMembers(),
            .. sql.InsertCombinations(),
            sql.ResolveKeys(),
            .. sql.CountUnknownMembers(),
            .. plan.Periodic is null ? [] : new[] { sql.DeleteAbsentPeriods() },
            .. plan.Strategy == FactStrategy.Upsert ? sql.Upsert() : sql.Replace(),
            .. sql.Check(),
            .. plan.Events is { } events ? new[] { sql.KeepEvents(events.Name) } : [],
        ]);
    }

    private IEnumerable<SqlStatement> ReadBatch() =>
    [
        Statement("reject-incomplete-rows", "A row without its grain or its watermark has no place in the table.", Rules.Sql($"""
            INSERT INTO {DuckDbLedgerSql.Rejects(_plan.Target.Conventions)} (load_id, target, file, line, column_name, reason, raw_row)
            SELECT $load_id,
                   $target,
                   $path,
                   src.{StagePlan.SourceLine},
                   concat_ws(', ', {SqlText.Join(", ", RequiredColumns.Select(name => Rules.Sql($"CASE WHEN {IsWrong(name)} THEN {Constant(name.Value)} END")))}),
                   {IncompleteReason},
                   CAST(to_json(src) AS VARCHAR)
            FROM {Staged} AS src
            WHERE NOT ({Complete})
            """)) with { Counter = Counters.Rejected },
        .. new DuckDbBatchSql
        {
            Rows = Staged,
            Complete = Complete,
            Key = EventKey,
            Content = [.. _plan.Target.SourceColumns.Select(column => column.Name).Union(EventKey)],
            Sequence = _plan.Accumulating is null ? _plan.Sequence : null,
            Conventions = _plan.Target.Conventions,
            Conflict = "several rows of one grain have different values",
        }.Statements(),
    ];

    // Several rows about one process are several events, as long as it is known in which order they were told.
    private IReadOnlyList<Identifier> EventKey => _plan is { Accumulating: not null, Sequence: { } sequence } ? [.. _grain, sequence] : _grain;

    private IReadOnlyList<Identifier> RequiredColumns => _plan.Accumulating is not null ? EventKey : _plan.Growth.Watermark is { } watermark && !_grain.Contains(watermark.Name) ? [.. _grain, watermark.Name] : _grain;

    private SqlText HasNull => SqlText.Join(" OR ", RequiredColumns.Select(name => Rules.Sql($"src.{name} IS NULL")));

    private SqlText Complete
    {
        get
        {
            SqlText notNull = SqlText.Join(" AND ", RequiredColumns.Select(name => Rules.Sql($"src.{name} IS NOT NULL")));
            return _plan.Growth is { Watermark: { } watermark, MaxFuture: not null }
                ? Rules.Sql($"{notNull} AND src.{watermark.Name} <= {LatestWatermark}")
                : notNull;
        }
    }

    private SqlText LatestWatermark => Rules.Sql($"CAST($started_at AS TIMESTAMP) + to_seconds({(long)_plan.Growth.MaxFuture.GetValueOrDefault().TotalSeconds})");

    private SqlText IsWrong(Identifier column) => _plan.Growth is { Watermark: { } watermark, MaxFuture: not null } && watermark.Name == column
        ? Rules.Sql($"src.{column} IS NULL OR src.{column} > {LatestWatermark}")
        : Rules.Sql($"src.{column} IS NULL");

    private SqlText IncompleteReason => _plan.Growth.MaxFuture is null
        ? new SqlText(_plan.Accumulating is null ? "'grain or watermark is NULL'" : "'grain or sequence is NULL'")
        : Rules.Sql($"CASE WHEN {HasNull} THEN 'grain or watermark is NULL' ELSE 'the watermark is too far in the future' END");

    private SqlStatement ResolveKeys()
    {
        IEnumerable<SqlText> keys =
        [
            .. _plan.Dates.Select(date => Rules.Sql($"coalesce({Alias(date)}.{date.Dimension.Key}, {WithoutDay(date)}) AS {date.KeyColumn}")),
            .. from link in _plan.Dimensions
               from key in link.Keys
               select Rules.Sql($"coalesce({Alias(link)}.{key.MemberKey}, {DefaultMember.Unknown.Key}) AS {key.KeyColumn}"),
            .. CombinationKeys,
        ];
        SqlText joins = SqlText.Join("\n", [.. _plan.Dates.Select(DateLookup), .. _plan.Dimensions.Select(MemberLookup), .. CombinationLookups]);
        return Statement("resolve-keys", _plan.Dimensions.Count > 0 ? "Each row meets one version of each member: the one valid at the row's own time." : "The rows as the table stores them.", Rules.Sql($"""
            CREATE TEMP TABLE resolved AS
            SELECT {Lines([.. keys, .. _plan.Columns.Select(column => Rules.Sql($"CAST(src.{column.Name} AS {Type(column.Type)}) AS {column.Name}"))])}
            FROM {Incoming} AS src
            {joins}
            """));
    }

    private static SqlText WithoutDay(DateLink date) => date.WhenNull == DefaultMember.Unknown
        ? Rules.Sql($"{DefaultMember.Unknown.Key}")
        : Rules.Sql($"CASE WHEN src.{date.Source.Name} IS NULL THEN {date.WhenNull.Key} ELSE {DefaultMember.Unknown.Key} END");

    private static SqlText DateLookup(DateLink date)
        => Rules.Sql($"LEFT JOIN {date.Dimension.Name} AS {Alias(date)} ON {Alias(date)}.{date.Dimension.Date} = CAST(src.{date.Source.Name} AS DATE)");

    /// <summary>
    /// An ASOF join meets one version at most, whatever the history looks like. The first version is met from the beginning of time on, and a gap
    /// meets the last version before it.
    /// </summary>
    private static SqlText MemberLookup(DimensionLink link)
    {
        Dimension dimension = link.Dimension;
        ModelConventions names = dimension.Conventions;
        Identifier[] naturalKey = [.. dimension.NaturalKey.Select(column => column.Name)];
        Identifier[] memberKeys = [.. link.Keys.Select(key => key.MemberKey)];
        SqlText sameKey = DuckDbEquality.SameMember(dimension, name => Rules.Sql($"{Alias(link)}.{name}"), link.Key.Select(source => Column("src", source.Name)));
        return link.AsOf is { } asOf
            ? Rules.Sql($"""
                ASOF LEFT JOIN (
                    SELECT {Names([.. naturalKey, .. memberKeys])}, CASE WHEN {names.Version} = 1 THEN TIMESTAMP '-infinity' ELSE CAST({names.ValidFrom} AS TIMESTAMP) END AS met_from
                    FROM {dimension.HistoryTable}
                    WHERE {dimension.SurrogateKey} > 0
                ) AS {Alias(link)} ON {sameKey} AND CAST(src.{asOf.Name} AS TIMESTAMP) >= {Alias(link)}.met_from
                """)
            : Rules.Sql($"""
                LEFT JOIN (
                    SELECT {Names(naturalKey)}, {SqlText.Join(", ", memberKeys.Select(key => Rules.Sql($"arg_max({key}, {names.Version}) AS {key}")))}
                    FROM {dimension.HistoryTable}
                    WHERE {dimension.SurrogateKey} > 0
                    GROUP BY {Names(naturalKey)}
                ) AS {Alias(link)} ON {sameKey}
                """);
    }

    private static Identifier Alias(DateLink date) => date.Role.Length == 0 ? "on_date" : $"{date.Role}_date";

    private static Identifier Alias(DimensionLink link) => link.Role;

    private IEnumerable<SqlStatement> CountUnknownMembers()
    {
        SqlText[] counts =
        [
            .. _plan.Dates.Select(date => Rules.Sql($"count(*) FILTER (WHERE {date.KeyColumn} = {DefaultMember.Unknown.Key}) AS {new Identifier($"{Counters.UnknownPrefix}{Alias(date).Value}")}")),
            .. _plan.Dimensions.Select(link => Rules.Sql($"count(*) FILTER (WHERE {link.KeyColumn} = {DefaultMember.Unknown.Key}) AS {new Identifier($"{Counters.UnknownPrefix}{link.Role}")}")),
            .. _plan.MiniDimensions.Select(link => Rules.Sql($"count(*) FILTER (WHERE {link.KeyColumn} = {DefaultMember.Unknown.Key}) AS {new Identifier($"{Counters.UnknownPrefix}{link.KeyColumn.Value}")}")),
        ];
        if (counts.Length > 0)
        {
            yield return Statement("count-unknown-members", "Rows that met no member, per link.", Rules.Sql($"""
                SELECT {Lines(counts)}
                FROM {Resolved}
                """)) with { Kind = StatementKind.Count };
        }

        yield return Statement("count-accepted", "The rows that count.", Rules.Sql($"SELECT count(*) AS accepted FROM {Resolved}")) with { Kind = StatementKind.Count };
    }
}
