using System.Linq.Expressions;
using System.Reflection;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

/// <summary>What the builders of all tables have in common: how properties of the source row become columns.</summary>
/// <typeparam name="TRow">The source row.</typeparam>
/// <typeparam name="TSelf">The builder itself.</typeparam>
public abstract class TableBuilder<TRow, TSelf>
    where TSelf : TableBuilder<TRow, TSelf>
{
    private readonly Dictionary<string, (ColumnType? Type, Identifier? Name, string? Comment)> _declared = [];
    private readonly HashSet<string> _ignored = [];
    private readonly HashSet<string> _withoutNul = [];
    private readonly Dictionary<string, string> _paths = [];
    private SchemaContract _contract = SchemaContract.Default;
    private readonly List<PropertyInfo> _used = [];
    private readonly List<SourceColumn> _columns = [];
    private readonly HashSet<Identifier> _repeated = [];

    private protected TableBuilder(string name, ModelConventions conventions, ModelProblems problems)
    {
        Name = name;
        Conventions = conventions;
        Problems = problems;
    }

    private protected string Name { get; }

    private protected ModelConventions Conventions { get; }

    private protected ModelProblems Problems { get; }

    private protected string TableComment { get; private set; } = string.Empty;

    /// <summary>Says what one row of the table means, for the data dictionary.</summary>
    /// <param name="comment">The sentence.</param>
    public TSelf Comment(string comment)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(comment);
        TableComment = comment;
        return (TSelf)this;
    }

    /// <summary>Gives a property another column name or type than the conventions would.</summary>
    /// <param name="property">The property.</param>
    /// <param name="type">The column type. The default follows the property's type.</param>
    /// <param name="name">The column name. The default is the property's name in snake case.</param>
    /// <param name="comment">What the column means, for the data dictionary.</param>
    public TSelf Column(Expression<Func<TRow, object?>> property, ColumnType? type = null, string? name = null, string? comment = null)
    {
        PropertyInfo info = PropertyExpression.Property(property);
        _declared[info.Name] = (type, name is null ? default(Identifier?) : new Identifier(name), comment);
        return (TSelf)this;
    }

    /// <summary>Says that these properties of the row are left out on purpose; an unmentioned one is a problem of the model.</summary>
    /// <param name="properties">The properties.</param>
    public TSelf Ignore(params Expression<Func<TRow, object?>>[] properties)
    {
        ArgumentNullException.ThrowIfNull(properties);
        _ignored.UnionWith(properties.SelectMany(PropertyExpression.Properties).Select(info => info.Name));
        return (TSelf)this;
    }

    /// <summary>
    /// Takes the character U+0000 out of texts, which no column of PostgreSQL can hold and which DuckDB is spared for the same answer. By default the
    /// row is rejected. For rows, readers and files; texts that come from a query are in a column already and have none.
    /// </summary>
    /// <param name="properties">Texts.</param>
    public TSelf RemoveNul(params Expression<Func<TRow, object?>>[] properties)
    {
        ArgumentNullException.ThrowIfNull(properties);
        _withoutNul.UnionWith(properties.SelectMany(PropertyExpression.Properties).Select(info => info.Name));
        return (TSelf)this;
    }

    /// <summary>
    /// Says where the value of a property stands in records that are nested, as those of JSON, Avro and Parquet files may be. Without it the value is
    /// at the top, under the column's name; what stands nested there can be kept whole in a column of <see cref="ColumnType.Json"/>. Sources that
    /// are not nested take no notice.
    /// </summary>
    /// <param name="property">The property.</param>
    /// <param name="path">Keys with points between them, and places in arrays from 0: <c>customer.addresses[0].city</c>. In Parquet, keys only.</param>
    public TSelf FromPath(Expression<Func<TRow, object?>> property, string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        PropertyInfo info = PropertyExpression.Property(property);
        _paths[info.Name] = path;
        Problems.Expect(ColumnPath.IsPath(path), Name, $"FromPath({info.Name}) has '{path}', which is no path; write it as customer.addresses[0].city");
        return (TSelf)this;
    }

    /// <summary>Says what the table does when files, or the model, have changed their columns.</summary>
    /// <param name="contract">One answer for each kind of change.</param>
    public TSelf Contract(SchemaContract contract)
    {
        ArgumentNullException.ThrowIfNull(contract);
        _contract = contract;
        return (TSelf)this;
    }

    /// <summary>
    /// Says how the engine is to keep the table: its clustering key, transience, retention and tags. An engine that does not have them refuses the model
    /// (see <see cref="PhysicalBuilder"/>).
    /// </summary>
    /// <param name="define">The options.</param>
    public TSelf Physical(Action<PhysicalBuilder> define)
    {
        ArgumentNullException.ThrowIfNull(define);
        var builder = new PhysicalBuilder(Name, Problems);
        define(builder);
        PhysicalOptions = builder.Build();
        return (TSelf)this;
    }

    private protected PhysicalOptions PhysicalOptions { get; private set; } = PhysicalOptions.None;

    private protected TableSchema WithPhysical(TableSchema schema, TableSchema? history = null) => PhysicalBuilder.Apply(PhysicalOptions, schema, Name, Problems, history);

    private protected IReadOnlyList<PropertyInfo> Use(IEnumerable<Expression<Func<TRow, object?>>> properties)
    {
        PropertyInfo[] infos = [.. properties.SelectMany(PropertyExpression.Properties)];
        foreach (PropertyInfo info in infos)
        {
            if (_used.TrueForAll(used => used.Name != info.Name))
                _used.Add(info);
        }

        return infos;
    }

    private protected PropertyInfo Use(Expression<Func<TRow, object?>> property)
        => Use([property]) is [PropertyInfo one]
            ? one
            : throw new ArgumentException($"'{property}' names several properties; one was expected.", nameof(property));

    private protected void UseAll() => Use(RowShape.ReadableProperties(typeof(TRow)).Where(info => !_ignored.Contains(info.Name)));

    private protected void Use(IEnumerable<PropertyInfo> properties) => Use(properties.Select(info =>
    {
        ParameterExpression row = Expression.Parameter(typeof(TRow), "row");
        return Expression.Lambda<Func<TRow, object?>>(Expression.Convert(Expression.Property(row, info), typeof(object)), row);
    }));

    private protected RowShape BuildRows(bool isLanding = false)
    {
        foreach (string problem in _contract.Problems(isLanding))
            Problems.Add(Name, problem);
        foreach (PropertyInfo info in _used)
            _columns.Add(new SourceColumn(ColumnName(info), ColumnTypeOf(info)) { Property = info, RemovesNul = _withoutNul.Contains(info.Name), Path = _paths.GetValueOrDefault(info.Name) });
        foreach (string name in _withoutNul)
            Problems.Expect(_columns.Exists(column => column.Property!.Name == name && column.Type.IsText), Name, $"RemoveNul({name}) names no text of the table");
        // A column that is read but not kept still stands in the staging table, next to the others and the line.
        ExpectDistinct(_columns.Select(column => column.Name).Append(LandingColumns.SourceLine));
        foreach (PropertyInfo info in RowShape.ReadableProperties(typeof(TRow)))
        {
            bool known = _used.Exists(used => used.Name == info.Name) || _ignored.Contains(info.Name);
            Problems.Expect(known, Name, $"the property {typeof(TRow).Name}.{info.Name} has no part in the table; declare it or Ignore it");
        }

        return new RowShape(typeof(TRow), _columns) { Contract = _contract };
    }

    private protected Column TargetColumn(PropertyInfo info, bool isNullable = true)
        => new(ColumnName(info), _columns.Find(column => column.Property!.Name == info.Name)?.Type ?? ColumnTypeOf(info), isNullable) { Comment = CommentOf(info) };

    private protected void ExpectDistinctColumns(IEnumerable<Column> columns) => ExpectDistinct(columns.Select(column => column.Name));

    private protected void ExpectFreeNames(IEnumerable<Identifier> columns, IReadOnlySet<Identifier> taken)
    {
        foreach (Identifier name in columns.Where(taken.Contains).Except(_repeated))
            Problems.Add(Name, $"the column {name} has a name that loads use for themselves; rename it: Column(x => x.Property, name: \"...\")");
    }

    private void ExpectDistinct(IEnumerable<Identifier> columns)
    {
        foreach (var repeated in columns.GroupBy(name => name).Where(group => group.Count() > 1 && _repeated.Add(group.Key)))
            Problems.Add(Name, $"the column {repeated.Key} is declared {repeated.Count()} times; rename one of them");
    }

    private string CommentOf(PropertyInfo info) => _declared.GetValueOrDefault(info.Name).Comment ?? string.Empty;

    private Identifier ColumnName(PropertyInfo info) => _declared.GetValueOrDefault(info.Name).Name ?? Identifier.SnakeCase(info.Name);

    private ColumnType ColumnTypeOf(PropertyInfo info)
    {
        if (_declared.GetValueOrDefault(info.Name).Type is ColumnType declared)
        {
            Problems.Expect(ReadExpression.IsPossible(info.PropertyType, declared), Name, $"the property {typeof(TRow).Name}.{info.Name} is a {info.PropertyType.Name}, which the declared {declared} cannot hold; convert it in the source");
            return declared;
        }

        if (ColumnType.FromClr(info.PropertyType, Conventions.DecimalType) is ColumnType type)
            return type;
        Problems.Add(Name, $"the property {typeof(TRow).Name}.{info.Name} is a {info.PropertyType.Name}, which no column can hold; convert it in the source");
        return ColumnType.Text;
    }
}
