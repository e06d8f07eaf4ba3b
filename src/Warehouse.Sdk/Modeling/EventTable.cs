using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

/// <summary>The side table in which a dimension remembers the events it was given.</summary>
internal static class EventTable
{
    public static Identifier EffectiveAt { get; } = "effective_at";

    public static Identifier IsDelete { get; } = "is_delete";

    public static Identifier SequenceNumber { get; } = "sequence_number";

    public static TableSchema Schema(QualifiedName dimension, DimensionDefinition definition, ModelConventions names)
        => new(new QualifiedName(dimension.Schema, $"{dimension.Name.Value}_event"), [.. Columns(definition, names)], [])
        {
            Comment = $"The distinct events that {dimension.Name.Value} was given; its history is rebuilt from them.",
        };

    private static IEnumerable<Column> Columns(DimensionDefinition definition, ModelConventions names)
    {
        ColumnType instant = names.Intervals == IntervalStyle.ClosedByDay ? ColumnType.Date : ColumnType.Timestamp;
        foreach (Column key in definition.NaturalKey)
            yield return key with { Comment = "Natural key of the member." };
        yield return new Column(EffectiveAt, instant, IsNullable: false) { Comment = "The event is true from here on, in UTC." };
        yield return new Column(IsDelete, ColumnType.Boolean, IsNullable: false) { Comment = "True when the member ended: by a delete, or by its absence from a full snapshot." };
        if (definition.Sequence is { } sequence)
            yield return new Column(SequenceNumber, sequence.Type) { Comment = "Decides between events of one member at one instant: the greatest wins." };
        foreach (DimensionAttribute attribute in definition.Attributes)
            yield return attribute.Column;
        yield return new Column(names.IsInferred, ColumnType.Boolean, IsNullable: false) { Comment = "True for the moment at which a fact asked for the member before its own events arrived." };
        yield return new Column(names.LoadId, ColumnType.BigInt, IsNullable: false) { Comment = "The load that brought the event." };
    }
}
