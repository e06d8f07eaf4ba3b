using System.Reflection;

namespace Warehouse.Sdk;

public sealed partial class FactBuilder<TRow>
{
    private Growth BuildGrowth(RowShape rows)
    {
        SourceColumn? Of(PropertyInfo? property) => property is null ? null : rows[property];
        SourceColumn? partition = _isByLine && _partition is null ? new SourceColumn(FactColumns.SourceBatch, ColumnType.Text) : Of(_partition);
        bool isTime = partition?.Type.Kind is ColumnKind.Date or ColumnKind.Timestamp;
        return new Growth
        {
            Strategy = _strategy ?? (_isByLine ? FactStrategy.ReplacePartition : FactStrategy.Upsert),
            Sequence = Of(_sequence),
            Operation = Of(_operation),
            Corrections = _corrections,
            Conflict = _conflict,
            Watermark = Of(_watermark),
            Overlap = _overlap,
            NumberOverlap = _numberOverlap,
            MaxFuture = _maxFuture,
            AllowLostWatermark = _allowLostWatermark,
            Partition = partition,
            PartitionBy = _partitionBy ?? (isTime ? PartitionBy.Day : PartitionBy.Value),
            Scope = Of(_scope),
            IsByLine = _isByLine,
            IsSnapshot = IsSnapshot,
            SourceGrain = [.. _sourceGrain.Select(property => rows[property])],
        };
    }

    private bool IsSnapshot => BuiltKind is not null;

    // Columns that growth itself reads back from the table.
    private IEnumerable<PropertyInfo> KeptByGrowth(Growth growth)
        => new[] { _watermark, _partition, _scope, growth.KeepsSequence ? _sequence : null }.OfType<PropertyInfo>();

    private IEnumerable<Column> GrowthColumns()
    {
        if (_isByLine)
        {
            yield return new Column(FactColumns.SourceBatch, ColumnType.Text, IsNullable: false) { Comment = "The batch, file or landing that brought the row." };
            yield return new Column(FactColumns.SourceLine, ColumnType.BigInt, IsNullable: false) { Comment = "Its line there." };
        }

        if (_corrections == Sdk.Corrections.Reversal)
        {
            yield return new Column(FactColumns.EntryNumber, ColumnType.Integer, IsNullable: false) { Comment = "1, 2, 3 ... within the grain, in the order they were written." };
            yield return new Column(FactColumns.ReversesEntry, ColumnType.Integer) { Comment = "The entry whose measures this row takes back; NULL for a row of the source." };
        }
    }

    private void ValidateGrowth(FactDefinition definition)
    {
        Growth growth = definition.Growth;
        bool isUpsert = growth.Strategy == FactStrategy.Upsert;
        Problems.Expect(growth.Operation is null || isUpsert, Name, $"it takes operations, which only Upsert can follow; its strategy is {growth.Strategy}");
        Problems.Expect(growth.Operation is null || growth.Operation.Type.IsText, Name, $"the operation {growth.Operation?.Name} is {growth.Operation?.Type}; a text is needed");
        Problems.Expect(growth.Operation is null || growth.Sequence is not { } sequence || definition.GrainColumns.All(column => column.Name != sequence.Name), Name, $"its sequence {growth.Sequence?.Name} is part of the grain, so that no two of its rows are ever compared by it, nor with a delete; leave it out of the grain, or out of Sequence");
        Problems.Expect(growth.Corrections == Sdk.Corrections.Update || isUpsert, Name, $"it corrects by reversal, which only Upsert does; its strategy is {growth.Strategy}");
        bool reverses = growth.Corrections == Sdk.Corrections.Reversal;
        Problems.Expect(!reverses || growth.Sequence is null, Name, "it corrects by reversal and has a sequence; a stale correction could not be told from the entries that stand. Use Corrections.Update");
        foreach (Measure measure in definition.Measures.Where(measure => reverses && measure.Additivity == Additivity.NonAdditive))
            Problems.Add(Name, $"it corrects by reversal, and {measure.Column.Name} is not additive: a negative one takes nothing back; keep it as Degenerate, or use Corrections.Update");
        Problems.Expect(!growth.IsByLine || definition.GrainColumns.Count == 0, Name, "it has a grain and GrainByLine; choose one");
        Problems.Expect(!growth.IsByLine || growth.Strategy is FactStrategy.ReplacePartition or FactStrategy.Append or FactStrategy.FullRefresh, Name, $"its rows are known by batch and line, which {growth.Strategy} cannot match with later ones; leave the strategy out, or choose Append or FullRefresh");
        Problems.Expect(!growth.IsByLine || (_partition is null && growth.Operation is null && growth.Sequence is null), Name, "its rows are known by batch and line; a partition, an operation or a sequence of its own would never meet them again");
        if (growth.Partition is { } partition && growth.PartitionBy != PartitionBy.Value)
            Problems.Expect(partition.Type.Kind is ColumnKind.Date or ColumnKind.Timestamp, Name, $"the partition {partition.Name} is {partition.Type}; only dates and timestamps have a {growth.PartitionBy}");
        ValidateSnapshot(definition);
        ValidateCombined(definition);
        if (growth.Watermark is not { } watermark)
            return;
        Problems.Expect(growth.IsTime || watermark.Type.Kind is ColumnKind.Integer or ColumnKind.BigInt, Name, $"the watermark {watermark.Name} is {watermark.Type}; a date, timestamp or whole number is needed");
        Problems.Expect(growth.IsTime || (growth.Overlap == TimeSpan.Zero && growth.MaxFuture is null), Name, $"the watermark {watermark.Name} is {watermark.Type}; overlap and maxFuture are for dates and timestamps");
        Problems.Expect(!growth.IsTime || growth.NumberOverlap == 0, Name, $"the watermark {watermark.Name} is {watermark.Type}; an overlap in numbers is for whole numbers");
    }

    private void ValidateSnapshot(FactDefinition definition)
    {
        if (!IsSnapshot)
            return;
        Growth growth = definition.Growth;
        Problems.Expect(growth.Operation is null && growth.Corrections == Sdk.Corrections.Update && !growth.IsByLine, Name, "a snapshot has one row per grain that follows from all it was told; operations, corrections by reversal and GrainByLine are for transaction facts");
        Problems.Expect(growth.SourceGrain.Count == 0 && !definition.Measures.Any(measure => measure.Combine != Combine.None), Name, "a snapshot folds its rows by rules of its own; measures that are combined are for transaction facts");
        Problems.Expect(_periodic is null || (growth.Scope is null && growth.Partition is null), Name, "a periodic snapshot replaces the periods it is given; Within and partitions are for transaction facts");
    }

    private void ValidateCombined(FactDefinition definition)
    {
        bool combines = definition.Measures.Any(measure => measure.Combine != Combine.None);
        Problems.Expect(definition.Growth.SourceGrain.Count == 0 || combines, Name, "it has a source grain, but no measure is combined; say how: Measure(x => x.Amount, Combine.Sum)");
        foreach (Measure measure in definition.Measures.Where(_ => combines))
        {
            Problems.Expect(measure.Combine != Combine.None, Name, $"the measure {measure.Column.Name} is not combined, but others are; say what becomes of it when several rows meet one grain");
            Problems.Expect((measure.CombinedBy is not null) == measure.Combine is Combine.First or Combine.Last, Name, $"the measure {measure.Column.Name} is combined by {measure.Combine}; First and Last need the column that orders the rows (by: x => x.Time), others have none");
            Problems.Expect(measure.Combine != Combine.Average || measure.Column.Type.Kind is ColumnKind.Decimal or ColumnKind.Real or ColumnKind.Double, Name, $"the measure {measure.Column.Name} is {measure.Column.Type}, which cannot hold an average; declare a decimal or double type");
        }

        Problems.Expect(!combines || !definition.Growth.IsByLine, Name, "its rows are known by batch and line, so that none of them are ever combined");
        Problems.Expect(!combines || definition.Growth.Operation is null, Name, "it combines measures and takes operations; a deletion of a source row says nothing about the combined one");
        Problems.Expect(!combines || definition.Growth.SourceGrain.Count > 0 || definition.Growth.Sequence is null, Name, "it combines measures and has a sequence, but no SourceGrain between whose rows the sequence would decide");
    }
}
