using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;
using static Warehouse.Sdk.Snowflake.SnowflakeSql;

namespace Warehouse.Sdk.Snowflake;

/// <summary>Rebuilds those parts of an aggregate in which its source, or a dimension it is rolled up by, has changed.</summary>
internal sealed class SnowflakeAggregateSql
{
    private const string ChangedPartitions = "changed_partitions";

    private static readonly QualifiedName Partitions = Temp("partitions");
    private static readonly QualifiedName Rebuilt = Temp("rebuilt");

    private readonly AggregateFact _aggregate;
    private readonly AggregateDefinition _definition;
    private readonly Identifier _loadId;

    private SnowflakeAggregateSql(AggregateFact aggregate)
    {
        _aggregate = aggregate;
        _definition = aggregate.Definition;
        _loadId = aggregate.Conventions.LoadId;
    }

    /// <summary>What the aggregate would hold if it were made anew, without its load: groups, measures, rows of the source.</summary>
    public static SqlText Expected(AggregateFact aggregate)
    {
        var sql = new SnowflakeAggregateSql(aggregate);
        return sql.SumUp(SqlText.Empty);
    }

    public static IReadOnlyList<Identifier> Columns(AggregateFact aggregate) => [.. aggregate.Schema.Columns.Select(column => column.Name).Where(name => name != aggregate.Conventions.LoadId)];

    public static SqlScript Stage(AggregateFact aggregate)
    {
        var sql = new SnowflakeAggregateSql(aggregate);
        return new SqlScript($"stage {aggregate.Name}", [.. sql.FindChanges(), sql.Rebuild(), CountRead()]);
    }

    public static SqlScript Load(AggregatePlan plan)
    {
        var sql = new SnowflakeAggregateSql(plan.Aggregate);
        return new SqlScript($"load {plan.Aggregate.Name}", [.. sql.Replace()]);
    }

    private IReadOnlyList<Identifier> PartitionNames => _definition.PartitionedBy is null ? ["whole"] : [.. _definition.Partition.Select(group => group.Column.Name)];

    private SqlText OfSource(AggregateGroup group) => group.Join is { } join ? Rules.Sql($"{join.Alias}.{group.Source}") : Rules.Sql($"src.{group.Source}");

    private static SqlText Joins(IEnumerable<AggregateJoin> joins)
        => SqlText.Join("\n", joins.Select(join => Rules.Sql($"JOIN {join.From} AS {join.Alias} ON {join.Alias}.{join.Key} = src.{join.FactKey}")));

    // A dimension's row that was overwritten changes what it is rolled up to; days never change.
    private SqlText LatestLoad => Rules.Sql($"max(greatest_ignore_nulls({SqlText.Join(", ", _definition.Joins.Where(join => join.Date is null).Select(join => Rules.Sql($"{join.Alias}.{_loadId}")).Prepend(Rules.Sql($"src.{_loadId}")))}))");

    private IEnumerable<SqlStatement> FindChanges()
    {
        SqlText now = _definition.PartitionedBy is null ? new SqlText("1 AS whole") : Lines(_definition.Partition.Select(group => Rules.Sql($"{OfSource(group)} AS {group.Column.Name}")));
        SqlText before = _definition.PartitionedBy is null ? new SqlText("1 AS whole") : SnowflakeSql.Columns("tgt", PartitionNames);
        SqlText groupNow = _definition.PartitionedBy is null ? SqlText.Empty : Rules.Sql($"GROUP BY {Lines(_definition.Partition.Select(OfSource))}");
        SqlText groupBefore = _definition.PartitionedBy is null ? SqlText.Empty : Rules.Sql($"GROUP BY {SnowflakeSql.Columns("tgt", PartitionNames)}");
        yield return Statement("find-changed-partitions", "Parts of the source with more, fewer or later written rows than the aggregate was made of.", Rules.Sql($"""
            CREATE OR REPLACE TEMPORARY TABLE {WorkSchema}.{new Identifier("partitions")} AS
            WITH source_partitions AS (
                SELECT {now},
                       count(*) AS source_rows,
                       {LatestLoad} AS source_load_id
                FROM {_definition.Source.Name} AS src
                {Joins(_definition.Joins)}
                {groupNow}
                HAVING count(*) > 0
            ),
            known_partitions AS (
                SELECT {before},
                       CAST(sum(tgt.{PeriodicDefinition.SourceRows}) AS BIGINT) AS source_rows,
                       max(tgt.{PeriodicDefinition.SourceLoadId}) AS source_load_id
                FROM {_aggregate.Name} AS tgt
                {groupBefore}
                HAVING count(*) > 0
            )
            SELECT DISTINCT {SnowflakeSql.Columns("differing", PartitionNames)}
            FROM (
                (SELECT * FROM source_partitions EXCEPT SELECT * FROM known_partitions)
                UNION ALL
                (SELECT * FROM known_partitions EXCEPT SELECT * FROM source_partitions)
            ) AS differing
            """));
        yield return Statement("count-changed-partitions", "Without any nothing is read.", Rules.Sql($"SELECT count(*) AS {new Identifier(ChangedPartitions)} FROM {Partitions}")) with { Kind = StatementKind.Count };
    }

    // By the days of the changed parts: their keys are never NULL, so that they are looked up.
    private SqlText InChangedPartitions => _definition.PartitionedBy is not { } date
        ? Rules.Sql($"WHERE EXISTS (SELECT 1 FROM {Partitions})")
        : Rules.Sql($"""
            WHERE src.{date.FactKey} IN (
                SELECT day.{date.Key}
                FROM {date.Table.Name} AS day
                JOIN {Partitions} AS changed ON {SqlText.Join(" AND ", _definition.Partition.Select(group => Rules.Sql($"changed.{group.Column.Name} IS NOT DISTINCT FROM day.{group.Source}")))}
            )
            """);

    private SqlText SumUp(SqlText where) => Rules.Sql($"""
        SELECT {Lines(_definition.Groups.Select(group => Rules.Sql($"{OfSource(group)} AS {group.Column.Name}")).Concat(_definition.Measures.Select(Aggregated)))},
               count(*) AS {PeriodicDefinition.SourceRows},
               {LatestLoad} AS {PeriodicDefinition.SourceLoadId}
        FROM {_definition.Source.Name} AS src
        {Joins(_definition.Joins)}
        {where}
        GROUP BY {Lines(_definition.Groups.Select(OfSource))}
        """);

    private static SqlText Aggregated(AggregateMeasure measure)
    {
        SqlText function = new(measure.Aggregate switch { SnapshotAggregate.Sum => "sum", SnapshotAggregate.Smallest => "min", _ => "max" });
        return Rules.Sql($"CAST({function}(src.{measure.Source!.Value}) AS {Type(measure.Column.Type)}) AS {measure.Column.Name}");
    }

    private SqlStatement Rebuild() => Statement("rebuild-partitions", "What the source sums up to in them.", Rules.Sql($"""
        CREATE OR REPLACE TEMPORARY TABLE {WorkSchema}.{new Identifier("rebuilt")} AS
        {SumUp(InChangedPartitions)}
        """));

    private static SqlStatement CountRead() => Statement("count-rows", "Rows of the source that were summed up.", Rules.Sql($"""
        SELECT CAST(coalesce(sum({PeriodicDefinition.SourceRows}), 0) AS BIGINT) AS rows_read,
               CAST(coalesce(sum({PeriodicDefinition.SourceRows}), 0) AS BIGINT) - count(*) AS folded,
               count(*) AS accepted
        FROM {Rebuilt}
        """)) with { Kind = StatementKind.Count };

    private IEnumerable<SqlStatement> Replace()
    {
        SqlText isChanged = _definition.PartitionedBy is null
            ? Rules.Sql($"EXISTS (SELECT 1 FROM {Partitions})")
            : Rules.Sql($"EXISTS (SELECT 1 FROM {Partitions} AS changed WHERE {SqlText.Join(" AND ", PartitionNames.Select(name => Rules.Sql($"changed.{name} IS NOT DISTINCT FROM {_aggregate.Name}.{name}")))})");
        yield return Statement("delete-old-rows", "Makes room for the parts that were rebuilt.", Rules.Sql($"""
            DELETE FROM {_aggregate.Name}
            WHERE {isChanged}
            """)) with { Counter = Counters.Deleted, OnlyIf = ChangedPartitions, WritesTarget = true };
        IReadOnlyList<Identifier> columns = Columns(_aggregate);
        yield return Statement("insert-rows", "The rebuilt parts.", Rules.Sql($"""
            INSERT INTO {_aggregate.Name} ({Names(columns)}, {_loadId})
            SELECT {SnowflakeSql.Columns("src", columns)},
                   $load_id
            FROM {Rebuilt} AS src
            """)) with { Counter = Counters.Inserted, OnlyIf = ChangedPartitions, WritesTarget = true };
    }
}
