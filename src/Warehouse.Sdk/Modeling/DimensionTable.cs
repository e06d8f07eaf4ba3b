using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

/// <summary>The tables of every dimension, their columns in order.</summary>
internal static class DimensionTable
{
    /// <summary>The table that holds all versions.</summary>
    public static TableSchema OfVersions(QualifiedName name, DimensionDefinition definition, ModelConventions names) => new(name, [.. Columns(definition, names)], [definition.SurrogateKey]);

    /// <summary>The table of one row per member beside a separate history: its last version by its durable key.</summary>
    public static TableSchema OfMembers(QualifiedName name, DimensionDefinition definition, ModelConventions names)
    {
        Identifier durableKey = definition.DurableKey!.Value;
        HashSet<Identifier> ofVersions = [definition.SurrogateKey, .. definition.Attributes.Select(attribute => attribute.Current?.Name).OfType<Identifier>()];
        return new TableSchema(name, [.. Columns(definition, names).Where(column => !ofVersions.Contains(column.Name))], [durableKey]);
    }

    private static IEnumerable<Column> Columns(DimensionDefinition definition, ModelConventions names)
    {
        ColumnType instant = names.Intervals == IntervalStyle.ClosedByDay ? ColumnType.Date : ColumnType.Timestamp;

        yield return new Column(definition.SurrogateKey, ColumnType.BigInt, IsNullable: false) { Comment = "Surrogate key; meaningless, one per version." };
        if (definition.DurableKey is { } durableKey)
            yield return new Column(durableKey, ColumnType.BigInt, IsNullable: false) { Comment = "Durable key; meaningless, one per member for life.", IsDerived = true };
        foreach (Column key in definition.NaturalKey)
            yield return key with { Comment = key.Comment.Length > 0 ? key.Comment : "Natural key: identifies the member in the source." };
        foreach (DimensionAttribute attribute in definition.Attributes)
        {
            yield return attribute.Column;
            if (attribute.Previous is not null)
                yield return attribute.Previous with { Comment = $"The value of {attribute.Column.Name} before its last change." };
            if (attribute.Current is not null)
                yield return attribute.Current with { Comment = $"The value of {attribute.Column.Name} in the member's latest version, on all of its versions.", IsDerived = true };
        }

        foreach (Column currentKey in definition.CurrentKeys)
            yield return currentKey;
        yield return new Column(names.ValidFrom, instant, IsNullable: false) { Comment = "The version is true from here on, in UTC." };
        yield return new Column(names.ValidTo, instant) { Comment = names.Intervals == IntervalStyle.ClosedByDay ? "The last day on which the version is true." : "The version is true until just before this instant, in UTC; open when NULL." };
        yield return new Column(names.IsCurrent, ColumnType.Boolean, IsNullable: false) { Comment = "True exactly when the version is open." };
        yield return new Column(names.Version, ColumnType.Integer, IsNullable: false) { Comment = "1, 2, 3 ... per member by valid_from." };
        yield return new Column(names.ChangedAt, instant) { Comment = "The effective time of the latest event that changed the row, in UTC; older events overwrite nothing." };
        if (definition.RecordsChangeReason)
            yield return new Column(names.ChangeReason, ColumnType.Text) { Comment = "The attributes whose change made the version; new, returned, deleted or inferred where no change did.", IsDerived = true };
        yield return new Column(names.IsInferred, ColumnType.Boolean, IsNullable: false) { Comment = "True for a placeholder that a fact asked for before its member arrived." };
        if (definition.TracksDeletion)
            yield return new Column(names.IsDeleted, ColumnType.Boolean, IsNullable: false) { Comment = "True for a version in which the member is gone from the source." };
        yield return new Column(names.LoadId, ColumnType.BigInt, IsNullable: false) { Comment = "The load that last wrote the row." };
    }
}
