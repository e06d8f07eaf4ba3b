using System.Reflection;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

public sealed partial class FactBuilder<TRow>
{
    internal Fact<TRow> Build()
    {
        RowShape rows = BuildRows();
        Growth growth = BuildGrowth(rows);
        var definition = new FactDefinition
        {
            Grain = _statement,
            GrainColumns = [.. _grain.Select(property => rows[property])],
            Kind = BuiltKind ?? _declaredKind ?? FactKind.Transaction,
            Dates = [.. _dates.Concat(DatesByKind).Select(date => BuildDate(date.Dimension, rows[date.Source], date.Role, date.WhenNull))],
            Dimensions = [.. _dimensions.Select(link => WithLookup(BuildLink(link.Dimension, [.. link.Key.Select(property => rows[property])], link.AsOf is null ? null : rows[link.AsOf], RoleOf(link.Dimension, link.Role), link.WhenUnknown, link.DurableKey)))],
            Measures = [.. _measures.Select(measure => BuildMeasure(measure, rows))],
            Degenerates = [.. KeptProperties(growth).Select(property => TargetColumn(property, isNullable: !_grain.Exists(grain => grain.Name == property.Name))), .. GrowthColumns()],
            Growth = growth,
        };
        definition = definition with { MiniDimensions = BuildMinis(definition.Dimensions), JunkDimensions = BuildJunk(rows) };
        definition = WithKind(definition, rows);
        definition = definition with { Ratios = BuildRatios(definition.Measures, definition.Growth.Corrections) };
        Column[] columns = [.. Columns(definition)];
        Validate(definition);
        ExpectDistinctColumns(columns);
        ExpectFreeNames(definition.GrainColumns.Select(column => column.Name), WorkingColumns.OfKeys);
        ExpectFreeNames(rows.Columns.Select(column => column.Name).Union(columns.Except(definition.Computed).Select(column => column.Name)), WorkingColumns.Of(definition));
        var schema = new TableSchema(new QualifiedName(Conventions.BusinessSchema, Name), columns, PrimaryKey(definition))
        {
            Comment = TableComment.Length > 0 ? TableComment : $"Grain: {_statement}.",
        };
        return new Fact<TRow>(WithPhysical(schema), rows, Conventions, definition)
        {
            Events = definition is { Accumulating: { } accumulating, Growth.Sequence: not null } ? PhysicalOptions.On(accumulating.EventTable(schema.Name, definition, Conventions)) : null,
            Deletions = growth is { Operation: not null, KeepsSequence: true } && DeletionTable(schema, definition) is { } deletions ? PhysicalOptions.On(deletions) : null,
        };
    }

    private TableSchema? DeletionTable(TableSchema fact, FactDefinition definition)
    {
        string table = $"{Name}_deleted";
        if (table.Length > Identifier.MaximumLength)
        {
            Problems.Add(Name, $"its name with _deleted is longer than {Identifier.MaximumLength} characters; shorten it");
            return null;
        }

        Identifier[] grain = [.. definition.GrainColumns.Select(column => column.Name)];
        return new TableSchema(new QualifiedName(fact.Name.Schema, table), [.. fact.Columns.Where(column => grain.Contains(column.Name) || column.Name == definition.Growth.Sequence!.Name || column.Name == Conventions.LoadId)], grain)
        {
            Comment = $"Rows of {Name} that were deleted, so that older ones that come later stay away.",
        };
    }

    private Measure BuildMeasure(DeclaredMeasure measure, RowShape rows)
    {
        Column column = TargetColumn(measure.Property);
        if (measure.Combine is Combine.Count or Combine.CountTrue)
            column = column with { Type = ColumnType.BigInt };
        Problems.Expect(measure.Combine != Combine.CountTrue || rows[measure.Property].Type.Kind == ColumnKind.Boolean, Name, $"the measure {column.Name} counts what is true, but is {rows[measure.Property].Type}");
        return new Measure(column, measure.Additivity) { Combine = measure.Combine, CombinedBy = measure.By is null ? null : rows[measure.By] };
    }

    private static IReadOnlyList<Identifier> PrimaryKey(FactDefinition definition) =>
    [
        .. definition.Growth.IsByLine ? [FactColumns.SourceBatch, FactColumns.SourceLine] : definition.GrainColumns.Select(column => column.Name),
        .. definition.Growth.Corrections == Sdk.Corrections.Reversal ? [FactColumns.EntryNumber] : Array.Empty<Identifier>(),
    ];

    private static string RoleOf(Dimension dimension, string? role)
    {
        string name = dimension.Name.Name.Value;
        return role ?? (name.StartsWith("dim_", StringComparison.OrdinalIgnoreCase) ? name[4..] : name);
    }

    private static DateLink BuildDate(DateDimension dimension, SourceColumn source, string role, DefaultMember whenNull)
        => new(role, dimension, source, role.Length == 0 ? dimension.Key : $"{role}_{dimension.Key.Value}", whenNull);

    private DimensionLink BuildLink(Dimension dimension, IReadOnlyList<SourceColumn> key, SourceColumn? asOf, string role, UnknownMember whenUnknown, bool durableKey)
    {
        var link = new DimensionLink(role, dimension, key, asOf, $"{role}_key", whenUnknown);
        Identifier durable = $"{role}_durable_key";
        if (link.LeadsToMember)
            return link with { KeyColumn = durable };
        Problems.Expect(!durableKey || dimension.DurableKey is not null, $"{Name}.{link.KeyColumn}", $"{dimension.Name} has no durable key; add DurableKey() to it");
        return link with { DurableKeyColumn = durableKey && dimension.DurableKey is not null ? durable : default(Identifier?) };
    }

    // The times that links are looked up at stay on the fact: a corrected history must be able to find the facts it concerns.
    private IEnumerable<PropertyInfo> KeptProperties(Growth growth)
        => _grain
            .Concat(_degenerates)
            .Concat(_dimensions.Select(link => link.AsOf).OfType<PropertyInfo>())
            .Concat(KeptByKind)
            .Concat(KeptKeys())
            .Concat(KeptByGrowth(growth))
            .Where(property => !_measures.Exists(measure => measure.Property.Name == property.Name))
            .DistinctBy(property => property.Name);

    private IEnumerable<Column> Columns(FactDefinition definition)
        => definition.Dates.Select(date => new Column(date.KeyColumn, ColumnType.Integer, IsNullable: false) { Comment = $"{date.Dimension.Name.Name} of {date.Source.Name}." })
            .Concat(definition.Dimensions.SelectMany(KeyColumns))
            .Concat(definition.MiniDimensions.Select(link => new Column(link.KeyColumn, ColumnType.BigInt, IsNullable: false) { Comment = $"Surrogate key of {link.Dimension.Name.Name} at {link.Member.AsOf!.Name}." }))
            .Concat(definition.JunkDimensions.Select(link => new Column(link.KeyColumn, ColumnType.BigInt, IsNullable: false) { Comment = $"Surrogate key of {link.Dimension.Name.Name}." }))
            .Concat(definition.Degenerates)
            .Concat(definition.Measures.Select(measure => measure.Column))
            .Concat(definition.Ratios.Select(ratio => ratio.Column))
            .Concat(definition.Computed)
            .Append(new Column(Conventions.LoadId, ColumnType.BigInt, IsNullable: false) { Comment = "The load that last wrote the row." });

    private static IEnumerable<Column> KeyColumns(DimensionLink link)
        => link.Keys.Select(key => new Column(key.KeyColumn, ColumnType.BigInt, IsNullable: false)
        {
            Comment = key.MemberKey == link.Dimension.SurrogateKey ? $"Surrogate key of {link.Dimension.HistoryTable.Name}." : $"Durable key of {link.Dimension.Name.Name}.",
            IsDerived = key.KeyColumn == link.DurableKeyColumn,
        });

    private void Validate(FactDefinition definition)
    {
        Problems.Expect(_grain.Count > 0 || _isByLine, Name, "it has no grain; add Grain(\"one ...\", x => x.Id)");
        Problems.Expect(definition.Dates.Count + definition.Dimensions.Count + definition.JunkDimensions.Count > 0, Name, "it links to no dimension; add Date(...) or Dimension(...)");
        foreach (DateLink date in definition.Dates)
        {
            Problems.Expect(date.Source.Type.Kind is ColumnKind.Date or ColumnKind.Timestamp, Name, $"the date {date.Source.Name} is {date.Source.Type}; a date or timestamp is needed");
            Problems.Expect(date.Dimension.DefaultMembers.Contains(date.WhenNull), Name, $"NULL in {date.Source.Name} links to '{date.WhenNull.Label}', which {date.Dimension.Name} does not have");
        }

        foreach (DimensionLink link in definition.Dimensions)
            Validate(link);
        foreach (Measure measure in definition.Measures)
        {
            Problems.Expect(
                measure.Column.Type.Kind is ColumnKind.SmallInt or ColumnKind.Integer or ColumnKind.BigInt or ColumnKind.Decimal or ColumnKind.Real or ColumnKind.Double,
                Name,
                $"the measure {measure.Column.Name} is {measure.Column.Type}; a measure is a number, other values are Degenerate");
        }

        ValidateLookups(definition);
        ValidateGrowth(definition);
    }

    private void Validate(DimensionLink link)
    {
        string place = $"{Name}.{link.KeyColumn}";
        IReadOnlyList<Column> naturalKey = link.Dimension.NaturalKey;
        if (link.Key.Count != naturalKey.Count)
        {
            Problems.Add(place, $"{link.Key.Count} key columns are given; the natural key of {link.Dimension.Name} has {naturalKey.Count}");
        }
        else
        {
            foreach (var (given, wanted) in link.Key.Zip(naturalKey))
                Problems.Expect(given.Type.Kind == wanted.Type.Kind, place, $"{given.Name} is {given.Type}, but {link.Dimension.Name}.{wanted.Name} is {wanted.Type}");
        }

        Problems.Expect(!link.Dimension.IsVersioned || link.AsOf is not null || link.LeadsToMember, place, $"{link.Dimension.Name} is versioned; say at which time its version is looked up (asOf: x => x.Time)");
        if (link.AsOf is { } asOf)
            Problems.Expect(asOf.Type.Kind is ColumnKind.Date or ColumnKind.Timestamp, place, $"asOf is {asOf.Name}, {asOf.Type}; a date or timestamp is needed");
    }
}
