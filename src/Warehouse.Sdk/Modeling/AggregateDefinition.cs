using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

/// <summary>What the builder of an aggregate was told.</summary>
internal sealed record AggregateDefinition
{
    public required Fact Source { get; init; }

    public required string Grain { get; init; }

    /// <summary>The tables that the source's rows are rolled up by.</summary>
    public required IReadOnlyList<AggregateJoin> Joins { get; init; }

    public required IReadOnlyList<AggregateGroup> Groups { get; init; }

    public required IReadOnlyList<AggregateMeasure> Measures { get; init; }

    /// <summary>The date by whose attributes changes are told apart; without one the whole aggregate is one part.</summary>
    public AggregateJoin? PartitionedBy => Joins.FirstOrDefault(join => join.Date is not null);

    public IEnumerable<AggregateGroup> Partition => Groups.Where(group => PartitionedBy is { } date && group.Join == date);
}

/// <summary>A dimension that is joined by the source's key of it.</summary>
internal sealed record AggregateJoin(Identifier Alias, LoadTarget Table, Identifier Key, Identifier FactKey)
{
    public DateDimension? Date => Table as DateDimension;

    /// <summary>Where the rows stand that facts lead to.</summary>
    public QualifiedName From => (Table as Dimension)?.HistoryTable ?? Table.Name;
}

/// <summary>A column that rows are summed up by: of a joined dimension, or of the source itself.</summary>
internal sealed record AggregateGroup(AggregateJoin? Join, Identifier Source, Column Column);

internal sealed record AggregateMeasure(SnapshotAggregate Aggregate, Identifier? Source, Column Column);
