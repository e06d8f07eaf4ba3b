using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

/// <summary>What the builder of an accumulating snapshot was told.</summary>
internal sealed record AccumulatingDefinition
{
    public required IReadOnlyList<MilestoneDefinition> Milestones { get; init; }

    public required IReadOnlyList<LagDefinition> Lags { get; init; }

    public ReopeningDefinition? Reopening { get; init; }

    public IEnumerable<Column> Computed => Lags.Select(lag => lag.Column).Concat(Reopening is null ? [] : [Reopening.Counter]);

    /// <summary>The columns next to those of the process in private tables.</summary>
    public IEnumerable<Identifier> WorkingColumns => new Identifier[] { SequenceNumber, IsNew, Reopens, TimesBefore, "reopening" }.Concat(Milestones.Select(milestone => milestone.Told));

    public static Identifier SequenceNumber { get; } = "sequence_number";

    public static Identifier IsNew { get; } = "is_new";

    public static Identifier Reopens { get; } = "reopens";

    public static Identifier TimesBefore { get; } = "times_before";

    /// <summary>The side table in which a process with a sequence remembers its events: what is known follows from them, whatever order they came in.</summary>
    public TableSchema EventTable(QualifiedName fact, FactDefinition definition, ModelConventions names)
    {
        Column sequence = new(SequenceNumber, definition.Growth.Sequence!.Type, IsNullable: false) { Comment = "Decides which of several events was told last." };
        HashSet<Identifier> grain = [.. definition.GrainColumns.Select(column => column.Name)];
        Column[] values = [.. definition.Degenerates.Concat(definition.Measures.Select(measure => measure.Column))];
        return new TableSchema(
            new QualifiedName(fact.Schema, $"{fact.Name.Value}_event"),
            [
                .. values.Where(column => grain.Contains(column.Name)),
                sequence,
                .. values.Where(column => !grain.Contains(column.Name)),
                .. Milestones.Select(milestone => new Column(milestone.Told, ColumnType.Boolean, IsNullable: false) { Comment = $"True when the event says something about {milestone.At.Name}, if only that it did not happen." }),
                new Column(Reopens, ColumnType.Boolean, IsNullable: false) { Comment = "True when the event opens the process again." },
                new Column(names.LoadId, ColumnType.BigInt, IsNullable: false) { Comment = "The load that brought the event." },
            ],
            [.. grain, SequenceNumber])
        {
            Comment = $"The events that {fact.Name.Value} was given; its rows are what they say together.",
        };
    }
}

/// <summary>A point that a process reaches.</summary>
internal sealed record MilestoneDefinition(string Role, SourceColumn At, SourceColumn? Retracted, MilestoneNull WhenNull)
{
    public Identifier Told => $"told_{Role}";
}

/// <summary>The time between two milestones.</summary>
internal sealed record LagDefinition(Column Column, SourceColumn From, SourceColumn To, LagUnit Unit);

/// <summary>How a process that was closed is opened again.</summary>
internal sealed record ReopeningDefinition(MilestoneDefinition Closing, SourceColumn When, Column Counter);
