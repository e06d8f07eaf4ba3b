using System.Linq.Expressions;
using System.Reflection;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

/// <summary>Defines a mini- or junk dimension: which values make up its combinations.</summary>
/// <typeparam name="TRow">The source row of the dimension or fact whose loads fill it.</typeparam>
public sealed class CombinationBuilder<TRow> : TableBuilder<TRow, CombinationBuilder<TRow>>
{
    private readonly List<Func<CombinationAttribute>> _attributes = [];
    private string? _surrogateKey;

    internal CombinationBuilder(string name, ModelConventions conventions, ModelProblems problems)
        : base(name, conventions, problems)
    {
    }

    /// <summary>Names the surrogate key column. The default is the table's name without <c>dim_</c>, and <c>_key</c>.</summary>
    /// <param name="column">The column name.</param>
    public CombinationBuilder<TRow> SurrogateKey(string column)
    {
        _surrogateKey = column;
        return this;
    }

    /// <summary>Values taken as they are. NULL in a text is called <c>Unknown</c>; in any other value it stays NULL.</summary>
    /// <param name="properties">Texts, numbers, dates, times or identifiers.</param>
    public CombinationBuilder<TRow> Attribute(params Expression<Func<TRow, object?>>[] properties)
    {
        foreach (PropertyInfo property in Use(properties))
            _attributes.Add(() => BuildAttribute(property));
        return this;
    }

    /// <summary>A flag in words: what a report shows needs no decoding.</summary>
    /// <param name="property">True or false. NULL is called <c>Unknown</c>.</param>
    /// <param name="whenTrue">What true is called. The default is <c>Yes</c>.</param>
    /// <param name="whenFalse">What false is called. The default is <c>No</c>.</param>
    public CombinationBuilder<TRow> Flag(Expression<Func<TRow, object?>> property, string whenTrue = "Yes", string whenFalse = "No")
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(whenTrue);
        ArgumentException.ThrowIfNullOrWhiteSpace(whenFalse);
        PropertyInfo info = Use(property);
        _attributes.Add(() =>
        {
            Column column = TargetColumn(info, isNullable: false);
            string place = $"{Name}.{column.Name}";
            Problems.Expect(column.Type.Kind == ColumnKind.Boolean, place, $"Flag({info.Name}) is {column.Type}; a flag is true or false, other values are Attribute");
            string[] labels = [whenTrue, whenFalse, BandBuilder.DefaultUnknown];
            Problems.Expect(labels.Distinct().Count() == labels.Length, place, $"true, false and NULL are called {string.Join(", ", labels.Select(label => $"'{label}'"))}; give each its own name");
            return new CombinationAttribute(column with { Type = ColumnType.Text }, info) { Flag = (whenTrue, whenFalse) };
        });
        return this;
    }

    /// <summary>A number cut into bands (Kimball, "Mini-Dimensions"): it may change often, its band seldom does.</summary>
    /// <param name="property">A number.</param>
    /// <param name="name">The column that holds the band's label.</param>
    /// <param name="bands">The bands. NULL and numbers in none of them have labels of their own.</param>
    public CombinationBuilder<TRow> Band(Expression<Func<TRow, object?>> property, string name, Action<BandBuilder> bands)
    {
        ArgumentNullException.ThrowIfNull(bands);
        PropertyInfo info = Use(property);
        var builder = new BandBuilder();
        bands(builder);
        _attributes.Add(() =>
        {
            Column column = TargetColumn(info, isNullable: false);
            Problems.Expect(CombinationAttribute.IsNumber(column.Type), $"{Name}.{name}", $"Band({info.Name}) is {column.Type}; bands are cut from numbers");
            builder.Validate(Problems, $"{Name}.{name}");
            return new CombinationAttribute(new Column(name, ColumnType.Text, IsNullable: false) { Comment = column.Comment }, info)
            {
                Bands = builder.Bands,
                UnknownLabel = builder.UnknownLabel,
                OutOfRangeLabel = builder.OutOfRangeLabel,
            };
        });
        return this;
    }

    internal MiniDimension<TRow> BuildMini() => Build("One row per combination seen; facts carry its key beside that of the member.", (schema, rows, parts) => new MiniDimension<TRow>(schema, rows, Conventions, parts));

    internal JunkDimension<TRow> BuildJunk() => Build("One row per combination of flags seen on facts.", (schema, rows, parts) => new JunkDimension<TRow>(schema, rows, Conventions, parts));

    // A text is kept without a greatest length, so that the labels of missing values fit beside any other.
    private CombinationAttribute BuildAttribute(PropertyInfo property)
    {
        Column column = TargetColumn(property);
        Problems.Expect(column.Type.Kind is not (ColumnKind.Json or ColumnKind.Bytes or ColumnKind.Interval), $"{Name}.{column.Name}", $"Attribute({property.Name}) is {column.Type}, which makes no combinations; leave it on the dimension or fact");
        return new CombinationAttribute(column.Type.IsText ? column with { Type = ColumnType.Text, IsNullable = false } : column, property);
    }

    private TDimension Build<TDimension>(string comment, Func<TableSchema, RowShape, IReadOnlyList<CombinationAttribute>, TDimension> create)
    {
        CombinationAttribute[] parts = [.. _attributes.Select(build => build())];
        Problems.Expect(parts.Length > 0, Name, "it has no attributes; add Attribute(...), Flag(...) or Band(...)");
        Identifier key = _surrogateKey ?? DimensionBuilder<TRow>.DimensionKeyName(Name);
        Column[] columns =
        [
            new Column(key, ColumnType.BigInt, IsNullable: false) { Comment = "Surrogate key; meaningless, one per combination." },
            .. parts.Select(part => part.Column),
            new Column(Conventions.LoadId, ColumnType.BigInt, IsNullable: false) { Comment = "The load that first saw the combination." },
        ];
        ExpectDistinctColumns(columns);
        var schema = new TableSchema(new QualifiedName(Conventions.BusinessSchema, Name), columns, [key]) { Comment = TableComment.Length > 0 ? TableComment : comment };
        return create(WithPhysical(schema), new RowShape(typeof(TRow), []), parts);
    }
}
