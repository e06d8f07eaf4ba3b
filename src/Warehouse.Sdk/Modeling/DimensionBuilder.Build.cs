using System.Reflection;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

public sealed partial class DimensionBuilder<TRow>
{
    internal Dimension<TRow> Build()
    {
        RowShape rows = BuildRows();
        DimensionAttribute[] attributes = [.. _attributes.Select(attribute => BuildAttribute(attribute.Property, attribute.Type))];
        var definition = new DimensionDefinition
        {
            SurrogateKey = _surrogateKey ?? DimensionKeyName(Name),
            NaturalKey = [.. _naturalKey.Select(property => TargetColumn(property))],
            Attributes = attributes,
            DefaultMembers = _defaultMembers,
            EffectiveFrom = _effectiveFrom is null ? null : rows[_effectiveFrom],
            Sequence = _sequence is null ? null : rows[_sequence],
            Operation = _operation is null ? null : rows[_operation],
            FirstVersionFrom = _firstVersionFrom,
            WhenAbsent = _whenAbsent,
            MaxExpireFraction = _maxExpireFraction,
            AllowEmptySnapshot = _allowEmptySnapshot,
            OverwriteScope = _overwriteScope,
            LateEvents = _lateEvents,
            KeyEquality = _naturalKey.Where(property => EqualityOf(property) != Equality.Exact).ToDictionary(property => TargetColumn(property).Name, EqualityOf),
            OptionalKey = _naturalKey.Where(property => _optionalKey.Exists(optional => optional.Name == property.Name)).Select(property => TargetColumn(property).Name).ToHashSet(),
            NullDates = _nullDates,
            LateHorizon = _lateHorizon,
            SnapshotScope = _snapshotScope is null ? null : TargetColumn(_snapshotScope),
            WithoutHistoryViews = _withoutHistoryViews,
            DurableKey = _durableKey is null ? default(Identifier?) : _durableKey,
            SeparatesHistory = _separatesHistory,
            RecordsChangeReason = _recordsChangeReason,
        };
        definition = definition with { Profiles = BuildProfiles(definition, rows) };
        var name = new QualifiedName(Conventions.BusinessSchema, Name);
        TableSchema versions = DimensionTable.OfVersions(_separatesHistory ? new QualifiedName(name.Schema, $"{Name}{Conventions.HistoryTableSuffix}") : name, definition, Conventions);
        Validate(definition);
        ExpectDistinctColumns(versions.Columns);
        ExpectFreeNames(definition.NaturalKey.Concat(attributes.Select(attribute => attribute.Column)).Select(column => column.Name), WorkingColumns.Of(definition));
        TableSchema schema = (_separatesHistory ? DimensionTable.OfMembers(name, definition, Conventions) : versions) with { Comment = TableComment };
        TableSchema? history = _separatesHistory ? versions with { Comment = $"All versions of the members of {Name}." } : null;
        TableSchema? events = _lateEvents == Sdk.LateEvents.Reconcile ? EventTable.Schema(name, definition, Conventions) : null;
        if (events is not null)
            ExpectDistinctColumns(events.Columns);
        return new Dimension<TRow>(WithPhysical(schema, history), rows, Conventions, definition)
        {
            Events = events is null ? null : PhysicalOptions.On(events),
            History = history is null ? null : PhysicalOptions.On(history),
        };
    }

    internal static string DimensionKeyName(string table)
        => NameWithoutPrefix(table) + "_key";

    private static string NameWithoutPrefix(string table)
        => table.StartsWith("dim_", StringComparison.OrdinalIgnoreCase) ? table[4..] : table;

    private static bool IsOfDays(ColumnType type) => type.Kind is ColumnKind.Date or ColumnKind.Timestamp;

    private Equality EqualityOf(PropertyInfo property) => _equality.GetValueOrDefault(property.Name);

    private DimensionAttribute BuildAttribute(PropertyInfo property, ScdType type)
    {
        Column column = TargetColumn(property);
        return new DimensionAttribute(column, type, EqualityOf(property))
        {
            Previous = type == ScdType.Type3 ? column with { Name = $"previous_{column.Name.Value}" } : null,
            Current = type == ScdType.Type6 ? column with { Name = $"current_{column.Name.Value}" } : null,
            NullDates = IsOfDays(column.Type) ? _nullDates : [],
            FillsWhenNull = type == ScdType.Type0 && _filledWhenNull.Contains(property.Name),
        };
    }
}
