namespace Warehouse.Sdk;

/// <summary>The columns of every dimension table, in their order.</summary>
internal static class DimensionTable
{
    public static IEnumerable<Column> Columns(DimensionDefinition definition, ModelConventions names)
    {
        ColumnType instant = names.Intervals == IntervalStyle.ClosedByDay ? ColumnType.Date : ColumnType.Timestamp;

        yield return new Column(definition.SurrogateKey, ColumnType.BigInt, IsNullable: false) { Comment = "Surrogate key; meaningless, one per version." };
        foreach (Column key in definition.NaturalKey)
            yield return key with { Comment = key.Comment.Length > 0 ? key.Comment : "Natural key: identifies the member in the source." };
        foreach (DimensionAttribute attribute in definition.Attributes)
        {
            yield return attribute.Column;
            if (attribute.Previous is not null)
                yield return attribute.Previous with { Comment = $"The value of {attribute.Column.Name} before its last change." };
        }

        foreach (Column currentKey in definition.CurrentKeys)
            yield return currentKey;
        yield return new Column(names.ValidFrom, instant, IsNullable: false) { Comment = "The version is true from here on, in UTC." };
        yield return new Column(names.ValidTo, instant) { Comment = names.Intervals == IntervalStyle.ClosedByDay ? "The last day on which the version is true." : "The version is true until just before this instant, in UTC; open when NULL." };
        yield return new Column(names.IsCurrent, ColumnType.Boolean, IsNullable: false) { Comment = "True exactly when the version is open." };
        yield return new Column(names.Version, ColumnType.Integer, IsNullable: false) { Comment = "1, 2, 3 ... per member by valid_from." };
        yield return new Column(names.ChangedAt, instant) { Comment = "The effective time of the latest event that changed the row, in UTC; older events overwrite nothing." };
        yield return new Column(names.IsInferred, ColumnType.Boolean, IsNullable: false) { Comment = "True for a placeholder that a fact asked for before its member arrived." };
        if (definition.TracksDeletion)
            yield return new Column(names.IsDeleted, ColumnType.Boolean, IsNullable: false) { Comment = "True for a version in which the member is gone from the source." };
        yield return new Column(names.LoadId, ColumnType.BigInt, IsNullable: false) { Comment = "The load that last wrote the row." };
    }
}
